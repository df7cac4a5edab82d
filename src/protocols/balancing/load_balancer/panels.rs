//! What the run lets one see: how busy each provider is, and who may have clients.

use super::balancer::Balancer;
use super::provider::Provider;
use super::settings::Settings;
use crate::protocols::parts::balancing::algorithms::Looks;
use crate::protocols::parts::balancing::{Balancer as _, Index, Provider as Seen};
use crate::say;
use crate::sim::node::look;
use crate::sim::show::{HashRing, Load, Loads, Owner, Panel};
use crate::sim::trace::NodeId;
use crate::sim::world::World;
use crate::text::Text;

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

/// Who may have keys by a balancer's view. All of this hashes alike for all keys, so it changes seldom.
fn ring(node: NodeId, balancer: &Balancer, settings: &Settings) -> HashRing {
    let fleet = balancer.fleet();
    let earlier = balancer.earlier_fleet();
    let owner = |(place, provider): (Index, &Seen)| Owner {
        node: settings.provider(place),
        available: provider.available,
        was_available: earlier.as_ref().map_or(provider.available, |earlier| earlier.is_available(place)),
        weight: provider.weight,
        full: provider.available && balancer.picker().is_full(place, fleet),
    };
    let name = super::settings::BALANCER_NAMES[node.index() - 1];
    HashRing {
        title: say!("Who belongs where, to {name}", "{name} 眼中各客户端的归属"),
        owners: (0..).zip(fleet.providers()).map(owner).collect(),
        changed: earlier.is_some(),
    }
}
