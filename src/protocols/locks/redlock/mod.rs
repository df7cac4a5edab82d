//! # RedLock
//!
//! **The problem.** One Redis is one point of failure, and a replica does not help: the lock is acknowledged before the replica
//! has it. Can several that know nothing of each other hold one lock?
//!
//! **The idea.** A client asks all N masters at once for the lock, `SET lock token NX PX lease`, each with a time-out of some
//! milliseconds. It has the lock if *more than half* granted it, and if the lease, less the time that asking took and less an
//! allowance for clocks that run unequally (1 % and 2 ms), has something left: for that long the lock is *valid*. If not, it
//! unlocks *all* masters, also those that did not answer, and tries again after a *random* time, so that clients which split
//! the masters among them do not split them again. Two majorities have a master in common, and that grants one only.
//!
//! **What can go wrong.** Everything rests on time. A master whose clock jumps forward lets go early; one that restarts
//! without its file, or with one that lacks the last second, has forgotten what it granted. Either can be the master that two
//! majorities have in common. A restart can wait until all it may have forgotten is over (*delayed restart*). Nothing helps
//! against a pause between the check and the write; that takes a fencing token, and RedLock has none: its tokens are random,
//! and no master counts for the others.
//!
//! **Where to read.** [`recipe`] is how a client takes and releases the lock, [`round`] how the masters' answers are counted.
//! What all clients do is [`locking::client`], the server is [`parts::redis`](crate::protocols::parts::redis). With
//! `fencing=on` tokens come from [`locking::counter`], a node beside the masters.
//!
//! **Sources.** Redis documentation, *Distributed Locks with Redis*. · redlock-rb, `lib/redlock/client.rb`. · Redisson,
//! `RedissonRedLock`, which checks no validity. · M. Kleppmann, *How to do distributed locking*, 2016; S. Sanfilippo, *Is Redlock
//! safe?*, 2016.

mod entries;
pub mod message;
mod narration;
pub mod recipe;
pub mod round;
pub mod settings;
#[cfg(test)]
mod tests;
mod words;

use crate::check::{Measure, Property, View};
use crate::protocols::parts::locking::client;
use crate::protocols::parts::locking::counter::{self, Counter};
use crate::protocols::parts::locking::measures;
use crate::protocols::parts::locking::queue::{self, Queued};
use crate::protocols::parts::locking::resource::Resource;
use crate::protocols::parts::locking::{self, CLIENT_NAMES, CLIENTS_MAX, Held, Hold, PROPERTIES, Probe, parameters};
use crate::protocols::parts::redis::Value;
use crate::protocols::parts::redis::server::{Server, Setup};
use crate::protocols::protocol::Intervention;
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::sim::fault::Fault;
use crate::sim::node::{Node, process};
use crate::sim::random::Distribution;
use crate::sim::show::{Condition, GrantState, Panel, ServerGrant, WaitsOn};
use crate::sim::time::Span;
use crate::sim::topology::{LinkSpec, NodeSpec, Position, Topology};
use crate::sim::trace::{Ending, NodeId, Trace};
use crate::sim::world::World;
use crate::sorted::{SortedMap, sort_by_key};
use crate::text::Text;
use message::Message;
use recipe::Majority;
use settings::{LOCK, MASTERS_MAX, Settings};
use std::cmp::Reverse;
use std::sync::Arc;

/// The protocol of this folder.
pub struct RedLock;

/// A client of this lock.
pub type Client = client::Client<Majority>;

static PROPERTY_LIST: [Property; PROPERTIES] = locking::properties::<RedLock>();

const MASTER_NAMES: [&str; MASTERS_MAX as usize] = ["m1", "m2", "m3", "m4", "m5", "m6", "m7"];
const RESOURCE: &str = "r";
/// All that is sent here are datagrams: nothing waits on a connection.
const CONNECTION_TIMEOUT: Span = Span::seconds(60);

static INTERVENTIONS: &[Intervention] = &[parameters::HANG];

impl Protocol for RedLock {
    fn id(&self) -> &'static str {
        "redlock"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Locks
    }

    fn name(&self) -> Text {
        Text::new("RedLock", "RedLock")
    }

    fn summary(&self) -> Text {
        words::SUMMARY.clone()
    }

    fn modelled(&self) -> &'static [Text] {
        words::MODELLED
    }

    fn not_modelled(&self) -> &'static [Text] {
        words::NOT_MODELLED
    }

    fn parameters(&self) -> &'static [Parameter] {
        settings::PARAMETERS
    }

    fn interventions(&self) -> &'static [Intervention] {
        INTERVENTIONS
    }

    fn topology(&self, values: &Values) -> Topology {
        let settings = Settings::of(values);
        let fsync = Distribution::Fixed(values.time("fsync"));
        let spec = |name, title, position, node: Arc<dyn Node>| NodeSpec { name, title, position, node, fsync };
        let clients: Vec<NodeId> = (0..settings.clients).map(NodeId).collect();
        let mut nodes: Vec<NodeSpec> = CLIENT_NAMES[..clients.len()]
            .iter()
            .zip(1..)
            .map(|(name, number)| {
                spec(*name, Text::new("Client", "客户端"), Position::Service(number), process::<Client>(settings))
            })
            .collect();
        for (place, name) in (0..).zip(&MASTER_NAMES[..usize::from(settings.masters)]) {
            let position = if place == 0 { Position::Decider } else { Position::Service(CLIENTS_MAX + place) };
            let (persistence, restart_delay) = (settings.persistence, settings.restart_delay);
            let setup = Setup { persistence, master: None, clients: clients.clone(), restart_delay };
            nodes.push(spec(
                *name,
                Text::new("Redis master", "Redis 主库"),
                position,
                process::<Server<Message>>(setup),
            ));
        }
        let resource = process::<Resource<Message>>(());
        nodes.push(spec(RESOURCE, Text::new("Resource", "资源"), Position::Store, resource));
        if settings.load.counter.is_some() {
            nodes.push(spec(counter::NAME, counter::TITLE, counter::POSITION, process::<Counter<Message>>(())));
        }
        let latency = values.time("latency");
        let far = Distribution::Fixed(latency + latency);
        let pairs = clients.iter().flat_map(|client| settings.masters().map(|master| (*client, master)));
        let apart = pairs.filter(|(client, master)| !settings.is_near(*client, *master));
        let both_ways = apart.flat_map(|(client, master)| [(client, master), (master, client)]);
        Topology {
            nodes,
            latency: Distribution::Fixed(latency),
            links: both_ways.map(|(from, to)| LinkSpec { from, to, latency: far }).collect(),
            connection_timeout: CONNECTION_TIMEOUT,
            base_latency: latency,
        }
    }

    fn properties(&self) -> &'static [Property] {
        &PROPERTY_LIST
    }

    fn terms(&self) -> &'static [Term] {
        words::TERMS
    }

    fn narrate(&self, moment: &Moment) -> Option<Text> {
        narration::narrate(moment)
    }

    fn witnessed(&self, view: &View) -> Vec<(NodeId, Condition)> {
        queue::witnessed::<RedLock>(view)
    }

    fn measures(&self, trace: &Trace, _topology: &Topology, _faults: &[Fault], ending: Ending) -> Vec<Measure> {
        measures::measures(trace, ending)
    }

    fn panels(&self, moment: &Moment, _world: &World, values: &Values) -> Vec<Panel> {
        vec![queue::panel::<RedLock>(moment, Some(Settings::of(values).lease))]
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}

/// The masters, each with what it says of the lock; nothing while it is down or stays out.
fn masters(view: &View) -> impl Iterator<Item = (NodeId, Option<Option<Held>>)> {
    view.nodes().filter_map(|node| {
        let (server, _) = view.node::<Server<Message>>(node)?;
        let answers = server.filter(|server| !server.stays_out());
        Some((node, answers.map(|server| held_at(server, view, node))))
    })
}

/// Who holds the lock by what is under its key at one master.
fn held_at(server: &Server<Message>, view: &View, node: NodeId) -> Option<Held> {
    let now = locking::clock(view, node).wall(view.step.at);
    let entry = server.keys().get(LOCK, now)?;
    let Value::Text(token) = &entry.value else { return None };
    Some(Held { hold: Hold::of_token(token)?, left: entry.expires.map(|expires| expires.since(now)) })
}

fn quorum(masters: usize) -> usize {
    masters / 2 + 1
}

impl Probe for RedLock {
    /// Whoever more than half of the masters have granted it, and until fewer will have.
    fn held(view: &View) -> Option<Held> {
        let said: Vec<Option<Option<Held>>> = masters(view).map(|(_, said)| said).collect();
        let quorum = quorum(said.len());
        let mut grants: SortedMap<Hold, Vec<Span>> = SortedMap::new();
        for held in said.iter().copied().flatten().flatten() {
            let left = held.left.unwrap_or_default();
            match grants.get_mut(&held.hold) {
                Some(lefts) => lefts.push(left),
                None => drop(grants.insert(held.hold, vec![left])),
            }
        }
        let (hold, mut lefts) = grants.into_iter().find(|(_, lefts)| lefts.len() >= quorum)?;
        sort_by_key(&mut lefts, |left| Reverse(*left));
        Some(Held { hold, left: Some(lefts[quorum - 1]) })
    }

    fn belief(view: &View, node: NodeId) -> Option<Hold> {
        client::at::<Majority>(view, node)?.belief(locking::clock(view, node).monotonic(view.step.at))
    }

    fn wants(view: &View, node: NodeId) -> Option<Hold> {
        client::at::<Majority>(view, node)?.wants()
    }

    fn is_done(view: &View, node: NodeId) -> Option<bool> {
        let (role, _) = view.node::<Client>(node)?;
        Some(role.is_none_or(Client::is_done))
    }

    fn is_running(view: &View, node: NodeId) -> bool {
        client::at::<Majority>(view, node).is_some()
    }
}

impl Queued for RedLock {
    type Message = Message;

    /// Nobody can be granted the lock while so many masters are silent.
    fn is_down(view: &View) -> bool {
        let said: Vec<bool> = masters(view).map(|(_, said)| said.is_some()).collect();
        said.iter().filter(|answers| **answers).count() < quorum(said.len())
    }

    fn fencing_token(view: &View, hold: Hold) -> Option<u64> {
        client::at::<Majority>(view, hold.client)?.fencing_token(hold)
    }

    fn renewals(view: &View, hold: Hold) -> u32 {
        let client = client::at::<Majority>(view, hold.client).filter(|client| client.hold() == hold);
        client.map_or(0, |client| client.recipe().extensions())
    }

    fn waits_on(moment: &Moment, node: NodeId) -> WaitsOn {
        client::waits_on::<Majority>(moment, node)
    }

    fn grants(view: &View) -> Vec<ServerGrant> {
        let lease = |held: Held| held.left.map(|left| queue::lease(view.step.at, left, None));
        let grant = |(server, said): (NodeId, Option<Option<Held>>)| ServerGrant {
            server,
            state: match said {
                None => GrantState::Down,
                Some(None) => GrantState::Free,
                Some(Some(held)) => GrantState::To { client: held.hold.client, lease: lease(held) },
            },
        };
        masters(view).map(grant).collect()
    }
}
