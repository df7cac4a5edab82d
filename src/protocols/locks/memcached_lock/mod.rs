//! # The memcached lock
//!
//! **The problem.** Several processes on several machines want to do something that only one may do at a time. They have a
//! memcached in common, which was put there to cache things.
//!
//! **The idea.** `add` stores a value only where nothing is: whoever's `add` is answered STORED holds the lock, whoever's is
//! answered NOT_STORED asks again later. To release is to `delete` the key. The notes leave it at that; two things must be
//! added. An *expiry time*, or a holder that dies locks out everybody for ever. And an *owner*: a late holder that simply
//! deletes would delete the lock of the next one; so it asks with `gets` whose token is there and which number the item
//! has, and then touches the item of that number only (`cas`, or the meta command `md`).
//!
//! **What can go wrong.** All of it, because a cache promises nothing. The lease ends while the holder works on. It ends up
//! to a second before its time, because memcached's clock ticks once a second. The item is evicted because memory is
//! short. The server restarts and knows nothing. And which server a key falls to each client decides for itself: two that see
//! different servers alive ask different servers for the same lock, and both get it.
//!
//! **Where to read.** [`recipe`] is how a client takes and releases the lock, [`servers`] how it chooses a server. What all
//! clients do is [`locking::client`], the server is [`parts::memcached`](crate::protocols::parts::memcached). memcached
//! hands out no fencing tokens: with `fencing=on` they come from [`locking::counter`].
//!
//! **Sources.** memcached's `doc/protocol.txt`. · twemproxy's README (ejecting servers). · M. Kleppmann, *How to do
//! distributed locking*, 2016.

mod entries;
pub mod message;
mod narration;
pub mod recipe;
pub mod servers;
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
use crate::protocols::parts::memcached::server::{Server, Setup};
use crate::protocols::protocol::Intervention;
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::sim::fault::Fault;
use crate::sim::node::{Node, process};
use crate::sim::random::Distribution;
use crate::sim::show::{Condition, GrantState, Panel, ServerGrant, WaitsOn};
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::{Ending, NodeId, Trace};
use crate::sim::world::World;
use crate::text::Text;
use message::Message;
use recipe::Adding;
use settings::{LOCK, SERVERS_MAX, Settings};
use std::sync::Arc;

/// The protocol of this folder.
pub struct MemcachedLock;

/// A client of this lock.
pub type Client = client::Client<Adding>;

static PROPERTY_LIST: [Property; PROPERTIES] = locking::properties::<MemcachedLock>();

const SERVER_NAMES: [&str; SERVERS_MAX as usize] = ["m1", "m2", "m3"];
const RESOURCE: &str = "r";
/// How many items a server has room for: it holds one lock here.
const ITEMS_MAX: u32 = 16;
/// All that is sent here are datagrams: nothing waits on a connection.
const CONNECTION_TIMEOUT: Span = Span::seconds(60);

static INTERVENTIONS: &[Intervention] = &[
    parameters::HANG,
    Intervention {
        key: "evict",
        name: Text::new("The lock is evicted", "锁被淘汰"),
        help: Text::new(
            "Memory is short, and memcached drops the least recently used item, which is the lock; nobody is told.",
            "内存不足，memcached 淘汰最久未用的条目，恰好是这把锁；不通知任何人。",
        ),
        applies: |node, topology| topology.name(node).starts_with('m'),
        arguments: &[],
    },
];

impl Protocol for MemcachedLock {
    fn id(&self) -> &'static str {
        "memcached-lock"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Locks
    }

    fn name(&self) -> Text {
        Text::new("memcached lock", "memcached 分布式锁")
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
        let mut nodes: Vec<NodeSpec> = CLIENT_NAMES[..usize::from(settings.clients)]
            .iter()
            .zip(1..)
            .map(|(name, number)| {
                spec(*name, Text::new("Client", "客户端"), Position::Service(number), process::<Client>(settings))
            })
            .collect();
        let setup = Setup { items_max: ITEMS_MAX, evictable: LOCK.into() };
        for (place, name) in (0..).zip(&SERVER_NAMES[..usize::from(settings.servers)]) {
            let position = if place == 0 { Position::Decider } else { Position::Service(CLIENTS_MAX + place) };
            let title = Text::new("memcached", "memcached 服务器");
            nodes.push(spec(*name, title, position, process::<Server<Message>>(setup.clone())));
        }
        let resource = process::<Resource<Message>>(());
        nodes.push(spec(RESOURCE, Text::new("Resource", "资源"), Position::Store, resource));
        if settings.load.counter.is_some() {
            nodes.push(spec(counter::NAME, counter::TITLE, counter::POSITION, process::<Counter<Message>>(())));
        }
        Topology {
            nodes,
            latency: Distribution::Fixed(values.time("latency")),
            links: Vec::new(),
            connection_timeout: CONNECTION_TIMEOUT,
            base_latency: values.time("latency"),
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
        queue::witnessed::<MemcachedLock>(view)
    }

    fn measures(&self, trace: &Trace, _topology: &Topology, _faults: &[Fault], ending: Ending) -> Vec<Measure> {
        measures::measures(trace, ending)
    }

    fn panels(&self, moment: &Moment, _world: &World, values: &Values) -> Vec<Panel> {
        vec![queue::panel::<MemcachedLock>(moment, Settings::of(values).lease)]
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}

/// The servers, each with what it says of the lock; nothing while it is down.
fn servers(view: &View) -> impl Iterator<Item = (NodeId, Option<Option<Held>>)> {
    view.nodes().filter_map(|node| {
        let (server, _) = view.node::<Server<Message>>(node)?;
        Some((node, server.map(|server| held_at(server, view, node))))
    })
}

fn held_at(server: &Server<Message>, view: &View, node: NodeId) -> Option<Held> {
    let now = locking::clock(view, node).monotonic(view.step.at);
    let hold = Hold::of_token(server.memory().peek(LOCK, now)?)?;
    Some(Held { hold, left: server.memory().left(LOCK, now) })
}

impl Probe for MemcachedLock {
    /// Of several servers that have granted it: the first. Each is asked by somebody, and none decides.
    fn held(view: &View) -> Option<Held> {
        servers(view).find_map(|(_, held)| held?)
    }

    fn granted(view: &View) -> Vec<Hold> {
        servers(view).filter_map(|(_, held)| Some(held??.hold)).collect()
    }

    fn belief(view: &View, node: NodeId) -> Option<Hold> {
        client::at::<Adding>(view, node)?.belief(locking::clock(view, node).monotonic(view.step.at))
    }

    fn wants(view: &View, node: NodeId) -> Option<Hold> {
        client::at::<Adding>(view, node)?.wants()
    }

    fn is_done(view: &View, node: NodeId) -> Option<bool> {
        let (role, _) = view.node::<Client>(node)?;
        Some(role.is_none_or(Client::is_done))
    }

    fn is_running(view: &View, node: NodeId) -> bool {
        client::at::<Adding>(view, node).is_some()
    }
}

impl Queued for MemcachedLock {
    type Message = Message;

    fn is_down(view: &View) -> bool {
        servers(view).all(|(_, held)| held.is_none())
    }

    fn fencing_token(view: &View, hold: Hold) -> Option<u64> {
        client::at::<Adding>(view, hold.client)?.fencing_token(hold)
    }

    fn waits_on(moment: &Moment, node: NodeId) -> WaitsOn {
        client::waits_on::<Adding>(moment, node)
    }

    /// Only where there are several: one server's grant is the lock itself.
    fn grants(view: &View) -> Vec<ServerGrant> {
        let grants: Vec<ServerGrant> = servers(view)
            .map(|(server, held)| {
                let lease = |held: Held| held.left.map(|left| queue::lease(view.step.at, left, None));
                let state = match held {
                    None => GrantState::Down,
                    Some(None) => GrantState::Free,
                    Some(Some(held)) => GrantState::To { client: held.hold.client, lease: lease(held) },
                };
                ServerGrant { server, state }
            })
            .collect();
        if grants.len() > 1 { grants } else { Vec::new() }
    }
}
