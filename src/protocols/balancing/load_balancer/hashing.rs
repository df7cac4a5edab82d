//! Where each client belongs, by any of the algorithms that look at keys alone.

use super::settings::{Settings, address};
use crate::protocols::Values;
use crate::protocols::parts::balancing::{
    Algorithm, Balancer as _, Fleet, Index, Picker, Provider, Request, Ring, algorithms::Looks,
};
use crate::protocols::placement::{Arc, Hashing, Keys, Lookup, Placement, Points, Share};
use crate::sim::show::{HashRing, Owner};

pub(super) static HASHING: Hashing = Hashing {
    algorithm: "algorithm",
    beside: &[Algorithm::Modulo.key(), Algorithm::Jump.key(), Algorithm::Rendezvous.key(), Algorithm::Maglev.key()],
    with_a_ring: Algorithm::DubboRing.key(),
    join: "join",
    leave: "leave",
    points,
    keys,
    place,
};

/// Dubbo takes fours of points, as many as a digest gives.
const DUBBO_POINTS: &[u32] = &[4, 8, 12, 16, 20, 28, 40, 60, 80, 120, 160, 240, 320, 480, 640, 800, 1_000];
/// Envoy's ring has so many points in all, at least one for each provider.
const ENVOY_POINTS: &[u32] = &[1, 20, 40, 64, 128, 256, 512, 768, 1_024, 1_600, 2_048, 3_072, 4_096, 8_192, 10_000];

fn points(values: &Values) -> Option<Points> {
    match Settings::of(values).algorithm {
        Algorithm::DubboRing => Some(Points { parameter: "virtual-nodes", worth_trying: DUBBO_POINTS, of_all: false }),
        Algorithm::EnvoyRing | Algorithm::BoundedLoad => {
            Some(Points { parameter: "ring-size", worth_trying: ENVOY_POINTS, of_all: true })
        }
        _ => None,
    }
}

/// Behind one NAT there are not more addresses than those of its network.
const ADDRESSES_OF_A_NETWORK: u32 = 256;

fn keys(values: &Values) -> Keys {
    let settings = Settings::of(values);
    let most = if settings.one_network { ADDRESSES_OF_A_NETWORK } else { u32::MAX };
    let names: Vec<String> = (0..settings.keys.min(most)).map(|key| address(key, settings.one_network)).collect();
    let picker = settings.picker();
    let positions = names.iter().map_while(|name| picker.position(name.as_bytes())).collect();
    Keys { names, positions }
}

fn place(values: &Values, ring: &HashRing, keys: &Keys) -> Placement {
    let settings = Settings::of(values);
    // Whoever does not look at keys alone says nothing of where they belong.
    if settings.algorithm.looks() != Looks::AtKey {
        return Placement::default();
    }
    let mut placed = owners_of(&settings, ring, |owner| owner.available, keys);
    for owner in placed.owners.iter().flatten() {
        placed.shares[usize::from(*owner)].keys += 1;
    }
    let before = ring.changed.then(|| owners_of(&settings, ring, |owner| owner.was_available, keys));
    let (before, table_before) = before.map_or((None, None), |before| (Some(before.owners), before.table));
    Placement {
        arcs: placed.arcs,
        shares: placed.shares,
        now: placed.owners,
        before,
        table: placed.table.map(|now| Lookup { now, before: table_before }),
    }
}

/// Whom keys belong to while some of the providers are there.
struct Placed {
    arcs: Vec<Arc>,
    shares: Vec<Share>,
    owners: Vec<Option<Index>>,
    table: Option<Vec<Index>>,
}

fn owners_of(settings: &Settings, ring: &HashRing, is_there: fn(&Owner) -> bool, keys: &Keys) -> Placed {
    let provider = |(place, owner): (Index, &Owner)| Provider::new(settings.name(place), owner.weight);
    let mut fleet = Fleet::of((0..).zip(&ring.owners).map(provider).collect());
    for (place, owner) in (0..).zip(&ring.owners) {
        fleet.set_available(place, is_there(owner));
    }
    let mut picker = settings.picker();
    let is_full = |place: &Index| ring.owners.get(usize::from(*place)).is_some_and(|owner| owner.full);
    let table = picker.table(&fleet).map(<[Index]>::to_vec);
    let (arcs, shares, owners) = match picker.ring(&fleet) {
        Some(circle) => {
            // Each key has been hashed once; only the walk from there depends on who is there.
            let owner = |position: &u64| circle.walk(*position).find(|place| !is_full(place));
            (arcs(circle), shares(circle, ring.owners.len()), keys.positions.iter().map(owner).collect())
        }
        None => (Vec::new(), vec![Share::default(); ring.owners.len()], picked(&mut picker, &fleet, keys)),
    };
    Placed { arcs, shares, owners, table }
}

fn picked(picker: &mut Picker, fleet: &Fleet, keys: &Keys) -> Vec<Option<Index>> {
    let request = |key: &String| picker.pick(&Request { key: key.as_bytes(), draw: &|_| 0 }, fleet);
    keys.names.iter().map(request).collect()
}

/// The arcs in order; neighbours of the same owner are one. The last one ends where the first begins: at the last point.
fn arcs(ring: &Ring) -> Vec<Arc> {
    let mut arcs: Vec<Arc> = Vec::new();
    for point in ring.points() {
        match arcs.last_mut() {
            Some(last) if last.owner == point.owner => last.until = point.position,
            _ => arcs.push(Arc { until: point.position, owner: point.owner }),
        }
    }
    arcs
}

/// What each owner has of the circle, no keys counted yet.
fn shares(ring: &Ring, owners: usize) -> Vec<Share> {
    let mut lengths = vec![(0u32, 0u128); owners];
    let points = ring.points();
    let mut before = points.last().map_or(0, |last| last.position);
    for point in points {
        let (count, length) = &mut lengths[usize::from(point.owner)];
        *count += 1;
        *length += match points.len() {
            1 => 1 << 64,
            _ => u128::from(point.position.wrapping_sub(before)),
        };
        before = point.position;
    }
    let share = |(points, length): (u32, u128)| {
        let millionths = ((length * 1_000_000 + (1 << 63)) >> 64) as u32;
        Share { points, millionths, keys: 0 }
    };
    lengths.into_iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::super::LoadBalancer;
    use super::*;
    use crate::protocols::entry::Entry;
    use crate::protocols::{Protocol, Value};
    use crate::scenario::Scenario;
    use crate::scenario::catalogue::Listed;
    use crate::scenario::run::{Run, Scene};
    use crate::sim::show::Panel;

    fn scenario(id: &str) -> Scenario {
        let entry: &'static Entry = LoadBalancer.entries().iter().find(|entry| entry.id == id).unwrap();
        Listed { protocol: &LoadBalancer, entry }.scenario()
    }

    /// There is none before the balancer has started.
    fn ring_of(scene: Scene) -> Option<HashRing> {
        scene.panels.into_iter().find_map(|panel| if let Panel::Ring(ring) = panel { Some(ring) } else { None })
    }

    /// The values at the end of a scenario, who is there by then, all keys and where they belong.
    fn at_the_end(id: &str) -> (Values, HashRing, Keys, Placement) {
        let run = Run::of(scenario(id));
        let ring = ring_of(run.scene(run.len() - 1)).unwrap();
        let values = run.scenario.values.clone();
        let keys = keys(&values);
        let placement = place(&values, &ring, &keys);
        (values, ring, keys, placement)
    }

    #[test]
    fn a_ring_shows_that_only_the_lost_ones_keys_moved() {
        let (_, ring, keys, placement) = at_the_end("load-balancer-ring-loses-a-provider");
        assert_eq!(placement.shares.iter().map(|share| share.points).collect::<Vec<_>>(), [160, 0, 160, 160]);
        assert!(placement.shares.iter().map(|share| share.millionths).sum::<u32>().abs_diff(1_000_000) < 3);
        assert!(!ring.owners[1].available && placement.arcs.iter().all(|arc| arc.owner != 1));
        let moved = placement.moved(&ring).unwrap();
        assert!(moved.keys > 0 && moved.keys == moved.ideal, "{moved:?}");
        let from: Vec<u16> = (0..keys.names.len()).filter_map(|key| placement.moved_from(key)).collect();
        assert!(from.len() == moved.keys as usize && from.iter().all(|was| *was == 1), "{from:?}");
        // A key belongs to the arc in which it stands, and that is where its walk ends.
        for (position, owner) in keys.positions.iter().zip(&placement.now) {
            let arc = placement.arcs.iter().find(|arc| *position <= arc.until).unwrap_or(&placement.arcs[0]);
            assert_eq!(*owner, Some(arc.owner));
            assert_eq!(placement.walk(*position, arc.owner).collect::<Vec<_>>(), [*arc]);
        }
    }

    #[test]
    fn modulo_has_no_ring_and_moves_more_than_it_had_to() {
        let (_, ring, keys, placement) = at_the_end("load-balancer-modulo-loses-a-provider");
        let moved = placement.moved(&ring).unwrap();
        assert!(placement.arcs.is_empty() && keys.positions.is_empty() && moved.keys > moved.ideal, "{moved:?}");
    }

    /// Each key is placed where the algorithm itself would send its request, whatever the algorithm and whoever is there.
    #[test]
    fn keys_are_placed_where_requests_would_go() {
        let mut values = Values::defaults(LoadBalancer.parameters());
        values.set("keys", Value::Number(500));
        values.set("table-size", Value::Number(251));
        for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| algorithm.looks() == Looks::AtKey) {
            values.set("algorithm", Value::Choice(algorithm.key()));
            for gone in [None, Some(0), Some(3), Some(6)] {
                let ring = ring_without(gone);
                let keys = keys(&values);
                let placement = place(&values, &ring, &keys);
                let mut fleet = fleet_of(&ring);
                let mut picker = Settings::of(&values).picker();
                assert_eq!(placement.now, picked(&mut picker, &fleet, &keys), "{algorithm:?} without {gone:?}");
                assert_eq!(placement.shares.iter().map(|share| share.keys).sum::<u32>(), 500);
                for place in fleet.places() {
                    fleet.set_available(place, true);
                }
                let before = picked(&mut Settings::of(&values).picker(), &fleet, &keys);
                assert_eq!(placement.before, gone.map(|_| before), "{algorithm:?} before {gone:?} went");
            }
        }
    }

    fn ring_without(gone: Option<u8>) -> HashRing {
        let owner = |place: u8| Owner {
            node: crate::sim::trace::NodeId(2 + place),
            available: Some(place) != gone,
            was_available: true,
            weight: 1,
            full: false,
        };
        HashRing { title: crate::text::Text::same(""), owners: (0..7).map(owner).collect(), changed: gone.is_some() }
    }

    fn fleet_of(ring: &HashRing) -> Fleet {
        let settings = Settings::of(&Values::defaults(LoadBalancer.parameters()));
        let provider = |(place, owner): (Index, &Owner)| Provider::new(settings.name(place), owner.weight);
        let mut fleet = Fleet::of((0..).zip(&ring.owners).map(provider).collect());
        for (place, owner) in (0..).zip(&ring.owners) {
            fleet.set_available(place, owner.available);
        }
        fleet
    }

    /// What a request in the run walked over is what the ring shows as full, and where it went is where its key stands.
    #[test]
    fn a_bounded_ring_shows_whom_keys_walk_past() {
        let run = Run::of(scenario("load-balancer-bounded-load"));
        let values = run.scenario.values.clone();
        let keys = keys(&values);
        let mut walked_past = 0;
        for ring in run.scenes().filter_map(ring_of) {
            let placement = place(&values, &ring, &keys);
            for (position, owner) in keys.positions.iter().zip(&placement.now) {
                let walk: Vec<Arc> = placement.walk(*position, owner.unwrap()).collect();
                let (last, passed) = walk.split_last().unwrap();
                assert!(!ring.owners[usize::from(last.owner)].full && Some(last.owner) == *owner);
                assert!(passed.iter().all(|arc| ring.owners[usize::from(arc.owner)].full), "{passed:?}");
                walked_past += passed.len();
            }
        }
        assert!(walked_past > 0, "somebody is full at some time");
    }

    #[test]
    fn more_virtual_nodes_are_more_even_and_every_number_worth_trying_can_be_set() {
        for (algorithm, least_even) in [("dubbo-ring", 1_250), ("envoy-ring", 1_250)] {
            let mut values = Values::defaults(LoadBalancer.parameters());
            values.set("algorithm", Value::Choice(algorithm));
            let tried = points(&values).unwrap();
            assert!(tried.worth_trying.is_sorted());
            let parameter =
                LoadBalancer.parameters().iter().find(|parameter| parameter.key == tried.parameter).unwrap();
            let mut evenness = Vec::new();
            for number in tried.worth_trying {
                values.set(tried.parameter, parameter.parse(&number.to_string()).unwrap());
                let ring = ring_without(None);
                let placement = place(&values, &ring, &Keys::default());
                evenness.push(placement.evenness_of_ring(&ring).unwrap());
            }
            let (few, many) = (evenness[0], evenness[evenness.len() - 1]);
            assert!(few.most > 1_500 && many.most < least_even, "{evenness:?}");
            assert!(evenness.iter().all(|one| one.least <= 1_000 && one.most >= 1_000), "{evenness:?}");
        }
    }

    #[test]
    fn maglevs_table_is_there_with_what_it_was_before() {
        let (_, ring, _, placement) = at_the_end("load-balancer-maglev-small-table");
        let table = placement.table.unwrap();
        assert_eq!((table.now.len(), table.before.map(|before| before.len())), (17, Some(17)));
        assert!(table.now.iter().all(|owner| ring.owners[usize::from(*owner)].available));
    }

    /// What the catalogue says of ten thousand keys: about a thousand move each time, by the remainder nearly nine in ten.
    #[test]
    fn of_ten_thousand_keys_a_tenth_moves_on_a_ring_and_nine_tenths_by_the_remainder() {
        let run = Run::of(scenario("load-balancer-ring-of-ten-thousand-keys"));
        let mut values = run.scenario.values.clone();
        let mut rings: Vec<HashRing> = run.scenes().filter_map(ring_of).filter(|ring| ring.changed).collect();
        rings.dedup();
        assert_eq!(rings.len(), 2, "one goes, one comes");
        for (ring, changed) in rings.iter().zip([3, 10]) {
            values.set("algorithm", Value::Choice("dubbo-ring"));
            let on_ring = place(&values, ring, &keys(&values));
            assert_eq!(on_ring.now.len(), 10_000);
            let moved = on_ring.moved(ring).unwrap();
            assert!((900..1_150).contains(&moved.keys) && (900..1_150).contains(&moved.ideal), "{moved:?}");
            let concerns = |key: usize| {
                let was = on_ring.moved_from(key)?;
                Some(was == changed || on_ring.now[key] == Some(changed))
            };
            assert!((0..10_000).filter_map(concerns).all(|concerns| concerns));
            values.set("algorithm", Value::Choice("modulo"));
            let moved = place(&values, ring, &keys(&values)).moved(ring).unwrap();
            assert!((8_500..9_500).contains(&moved.keys), "{moved:?}");
        }
    }

    /// Interventions that a view offers must be those that the protocol declares, and algorithms those that can be chosen.
    #[test]
    fn what_a_view_may_ask_for_is_there() {
        let declared = |key: &str| LoadBalancer.interventions().iter().any(|intervention| intervention.key == key);
        assert!(declared(HASHING.join) && declared(HASHING.leave));
        let parameter = LoadBalancer.parameters().iter().find(|parameter| parameter.key == HASHING.algorithm).unwrap();
        for word in HASHING.beside.iter().chain([&HASHING.with_a_ring]) {
            assert!(parameter.parse(word).is_ok(), "{word}");
        }
    }

    /// Links can ask for the most keys that there are; no parameter leads to more.
    #[test]
    fn the_most_keys_behind_one_network_are_its_addresses() {
        let mut values = Values::defaults(LoadBalancer.parameters());
        values.set("algorithm", Value::Choice("dubbo-ring"));
        values.set("keys", Value::Number(10_000));
        assert_eq!(keys(&values).positions.len(), 10_000);
        values.set("addresses", Value::Choice("one-network"));
        assert_eq!(keys(&values).names.len(), 256);
    }
}
