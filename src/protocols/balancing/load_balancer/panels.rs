//! What the run lets one see: how busy each provider is, and where each client belongs.

use super::balancer::Balancer;
use super::provider::Provider;
use super::settings::{Settings, address};
use crate::protocols::parts::balancing::algorithms::Looks;
use crate::protocols::parts::balancing::{Balancer as _, Fleet, Index, Picker, Request, Ring};
use crate::say;
use crate::sim::node::look;
use crate::sim::show::{HashRing, Load, Loads, Moved, Owner, Panel, RingArc, RingKey};
use crate::sim::trace::NodeId;
use crate::sim::world::World;
use crate::text::Text;

/// The most clients that a ring shows.
const KEYS_MAX: u32 = 200;

pub(super) fn panels(world: &World, settings: &Settings) -> Vec<Panel> {
    let nodes = world.nodes();
    let balancer = |node: NodeId| look::<Balancer>(&*nodes[node.index()])?.0;
    let mut panels = vec![Panel::Loads(loads(world, settings))];
    // All balancers hash alike; their views of who is there may differ, and the first one's is shown.
    let first = settings.balancer_nodes().find_map(|node| Some((node, balancer(node)?)));
    if let Some((node, balancer)) = first.filter(|_| settings.algorithm.looks() == Looks::AtKey) {
        panels.push(Panel::Ring(ring(node, balancer, settings)));
    }
    panels
}

fn loads(world: &World, settings: &Settings) -> Loads {
    let nodes = world.nodes();
    let balancers: Vec<&Balancer> =
        settings.balancer_nodes().filter_map(|node| look::<Balancer>(&*nodes[node.index()])?.0).collect();
    let load = |place: Index| {
        let node = settings.provider(place);
        let provider = look::<Provider>(&*nodes[node.index()]).and_then(|(role, _)| role);
        let in_flight = |balancer: &&Balancer| balancer.fleet().get(place).map_or(0, |seen| seen.in_flight);
        Load {
            node,
            available: balancers.iter().any(|balancer| balancer.believes_well(place)),
            requests: provider.map_or(0, Provider::calls),
            in_flight: balancers.iter().map(in_flight).sum(),
            waiting: provider.map_or(0, |provider| provider.load().1),
        }
    };
    Loads { title: Text::new("Load", "负载"), nodes: settings.places().map(load).collect() }
}

/// Whom each key belongs to, by an algorithm that looks at keys alone.
fn owners_of(picker: &mut Picker, fleet: &Fleet, keys: &[String]) -> Vec<Option<Index>> {
    keys.iter().map(|key| picker.pick(&Request { key: key.as_bytes(), draw: &|_| 0 }, fleet)).collect()
}

fn ring(node: NodeId, balancer: &Balancer, settings: &Settings) -> HashRing {
    let fleet = balancer.fleet();
    let keys: Vec<String> = (0..settings.keys.min(KEYS_MAX)).map(|key| address(key, settings.one_network)).collect();
    let mut picker = balancer.picker().clone();
    let now = owners_of(&mut picker, fleet, &keys);
    let earlier = balancer.earlier_fleet();
    let before = earlier.as_ref().map(|earlier| owners_of(&mut settings.picker(), earlier, &keys));
    let key = |place: usize| RingKey {
        name: keys[place].clone(),
        position: picker.position(keys[place].as_bytes()),
        owner: now[place],
        was: before.as_ref().and_then(|before| before[place]).filter(|was| Some(*was) != now[place]),
    };
    let keys: Vec<RingKey> = (0..keys.len()).map(key).collect();
    let moved = earlier.zip(before).map(|(earlier, before)| moved(&earlier, fleet, &keys, &before));
    let (arcs, mut owners) = match picker.ring(fleet) {
        Some(ring) => (arcs(ring), owners(settings, fleet, Some(ring))),
        None => (Vec::new(), owners(settings, fleet, None)),
    };
    for owner in keys.iter().filter_map(|key| key.owner) {
        owners[usize::from(owner)].keys += 1;
    }
    let name = super::settings::BALANCER_NAMES[node.index() - 1];
    HashRing {
        title: say!("Who belongs where, to {name}", "{name} 眼中各客户端的归属"), owners, arcs, keys, moved
    }
}

/// How many keys have moved; at best those of whoever has gone, and a fair share for whoever has come.
fn moved(earlier: &Fleet, fleet: &Fleet, keys: &[RingKey], before: &[Option<Index>]) -> Moved {
    let gone = before.iter().flatten().filter(|was| !fleet.is_available(**was)).count();
    let come = fleet.available().filter(|(index, _)| !earlier.is_available(*index)).count();
    let fair = (keys.len() * come).checked_div(fleet.available().count()).unwrap_or(0);
    let moved = keys.iter().zip(before).filter(|(key, was)| key.owner != **was).count();
    Moved { keys: moved as u32, ideal: (gone + fair) as u32 }
}

/// The arcs in order; neighbours of the same owner are one. The last one ends where the first begins: at the last point.
fn arcs(ring: &Ring) -> Vec<RingArc> {
    let mut arcs: Vec<RingArc> = Vec::new();
    for point in ring.points() {
        match arcs.last_mut() {
            Some(last) if last.owner == point.owner => last.until = point.position,
            _ => arcs.push(RingArc { until: point.position, owner: point.owner }),
        }
    }
    arcs
}

/// The owners with their points and their parts of the circle, no keys counted yet.
fn owners(settings: &Settings, fleet: &Fleet, ring: Option<&Ring>) -> Vec<Owner> {
    let mut shares = vec![(0u32, 0u128); fleet.providers().len()];
    let points = ring.map_or(&[][..], Ring::points);
    let mut before = points.last().map_or(0, |last| last.position);
    for point in points {
        let (count, share) = &mut shares[usize::from(point.owner)];
        *count += 1;
        *share += match points.len() {
            1 => 1 << 64,
            _ => u128::from(point.position.wrapping_sub(before)),
        };
        before = point.position;
    }
    let owner = |(place, (points, share)): (Index, (u32, u128))| Owner {
        node: settings.provider(place),
        available: fleet.is_available(place),
        points,
        share_thousandths: ((share * 1_000 + (1 << 63)) >> 64) as u32,
        keys: 0,
    };
    (0..).zip(shares).map(owner).collect()
}

#[cfg(test)]
mod tests {
    use super::super::LoadBalancer;
    use super::*;
    use crate::protocols::Protocol;
    use crate::protocols::entry::Entry;
    use crate::scenario::catalogue::Listed;
    use crate::scenario::run::Run;

    fn last_ring(id: &str) -> HashRing {
        let entry: &'static Entry = LoadBalancer.entries().iter().find(|entry| entry.id == id).unwrap();
        let run = Run::of(Listed { protocol: &LoadBalancer, entry }.scenario());
        let panels = run.scene(run.len() - 1).panels;
        let ring = panels.into_iter().find_map(|panel| if let Panel::Ring(ring) = panel { Some(ring) } else { None });
        ring.unwrap()
    }

    #[test]
    fn a_ring_shows_that_only_the_lost_ones_keys_moved() {
        let ring = last_ring("load-balancer-ring-loses-a-provider");
        assert_eq!(ring.owners.iter().map(|owner| owner.points).collect::<Vec<_>>(), [160, 0, 160, 160]);
        assert!(ring.owners.iter().map(|owner| owner.share_thousandths).sum::<u32>().abs_diff(1_000) < 3);
        assert!(!ring.owners[1].available && ring.arcs.iter().all(|arc| arc.owner != 1));
        let moved = ring.moved.unwrap();
        assert!(moved.keys > 0 && moved.keys == moved.ideal, "{moved:?}");
        assert!(ring.keys.iter().filter_map(|key| key.was).all(|was| was == 1));
        // A key belongs to the arc in which it stands.
        for key in &ring.keys {
            let position = key.position.unwrap();
            let arc = ring.arcs.iter().find(|arc| position <= arc.until).unwrap_or(&ring.arcs[0]);
            assert_eq!(key.owner, Some(arc.owner));
        }
    }

    #[test]
    fn by_the_remainder_more_move_than_must() {
        let moved = last_ring("load-balancer-modulo-loses-a-provider").moved.unwrap();
        assert!(moved.keys > moved.ideal, "{moved:?}");
        assert!(last_ring("load-balancer-modulo-loses-a-provider").arcs.is_empty());
    }

    #[test]
    fn whoever_comes_gets_about_a_fair_share() {
        let ring = last_ring("load-balancer-ring-gains-a-provider");
        let moved = ring.moved.unwrap();
        assert_eq!(moved.ideal, 12 / 4);
        assert!(moved.keys > 0 && moved.keys <= 2 * moved.ideal, "{moved:?}");
        assert!(ring.keys.iter().filter(|key| key.was.is_some()).all(|key| key.owner == Some(3)));
    }

    #[test]
    fn every_provider_has_its_row_those_too_that_have_gone_or_not_come() {
        for (id, rows) in [
            ("load-balancer-ring-loses-a-provider", [("p1", true), ("p2", false), ("p3", true), ("p4", true)]),
            ("load-balancer-jump-loses-the-last", [("p1", true), ("p2", true), ("p3", true), ("p4", false)]),
            ("load-balancer-ring-gains-a-provider", [("p1", true), ("p2", true), ("p3", true), ("p4", true)]),
        ] {
            let entry = LoadBalancer.entries().iter().find(|entry| entry.id == id).unwrap();
            let run = Run::of(Listed { protocol: &LoadBalancer, entry }.scenario());
            let panels = run.scene(run.len() - 1).panels;
            let loads =
                panels.iter().find_map(|panel| if let Panel::Loads(loads) = panel { Some(loads) } else { None });
            let row = |load: &Load| (run.topology.name(load.node), load.available);
            assert_eq!(loads.unwrap().nodes.iter().map(row).collect::<Vec<_>>(), rows, "{id}");
        }
    }

    #[test]
    fn loads_add_up() {
        let entry =
            LoadBalancer.entries().iter().find(|entry| entry.id == "load-balancer-round-robin-slow-node").unwrap();
        let run = Run::of(Listed { protocol: &LoadBalancer, entry }.scenario());
        let panels = run.scene(run.len() - 1).panels;
        let [Panel::Loads(loads)] = &panels[..] else { panic!("{panels:?}") };
        assert_eq!(loads.nodes.iter().map(|load| load.requests).collect::<Vec<_>>(), [8, 8, 8]);
        assert!(loads.nodes.iter().all(|load| (load.in_flight, load.waiting) == (0, 0)));
    }
}
