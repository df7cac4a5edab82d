//! # The Redis lock
//!
//! **The problem.** Several processes on several machines want to do something that only one may do at a time. They have a
//! Redis in common.
//!
//! **The idea.** Whoever puts a key there first holds the lock: `SET lock token NX PX 30000` does so only if nothing is
//! there, and Redis deletes the key by itself after the lease, so that a holder that dies does not lock out the others for
//! ever. To release is to delete the key, but only if the token in it is one's own: by then it may be somebody else's.
//! Reading and deleting must be one step, hence a script. *Redisson* puts a hash there instead, so that its owner may enter
//! again; waits on a channel rather than polling; and has a watchdog that renews the lease every third of it.
//!
//! **What can go wrong.** The lease ends by the *server's* clock while the holder works on, unaware: its work took
//! longer, the process was paused (and its watchdog with it), the server's clock jumped. The master acknowledges what no replica has yet,
//! and dies. It restarts without a file. Each gives the lock to two. A watchdog errs on the other side: as long as the
//! process lives the lock is held, although the thread that works under it hangs. What protects the resource is not
//! the lock but a *fencing token*, and only as long as the counter that it is drawn from forgets nothing either.
//!
//! **Where to read.** [`client`] has one function for each thing that can happen to it; [`settings`] says what can be
//! varied and what each command is. The server is [`parts::redis`](crate::protocols::parts::redis), what every lock must
//! do [`parts::locking`](crate::protocols::parts::locking).
//!
//! **Sources.** Redis documentation, *Distributed Locks with Redis*, *SET*, *Replication*, *Persistence*. · Redisson
//! documentation, *Locks and synchronizers*. · M. Kleppmann, *How to do distributed locking*, 2016.

pub mod client;
mod entries;
pub mod message;
mod narration;
pub mod settings;
pub mod stage;
mod words;

use crate::check::{Measure, Property, View};
use crate::protocols::parts::locking::measures;
use crate::protocols::parts::locking::queue::{self, Queued};
use crate::protocols::parts::locking::resource::Resource;
use crate::protocols::parts::locking::{self, CLIENT_NAMES, CLIENTS_MAX, Held, Hold, PROPERTIES, Probe, Woken};
use crate::protocols::parts::redis::server::{Server, Setup};
use crate::protocols::parts::redis::{self, Keys, Value};
use crate::protocols::protocol::Intervention;
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::sim::clock::WallTime;
use crate::sim::fault::Fault;
use crate::sim::node::{Node, process};
use crate::sim::random::Distribution;
use crate::sim::show::{Condition, Panel, WaitsOn};
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::{Ending, NodeId, Trace};
use crate::sim::world::World;
use crate::text::Text;
use client::Client;
use message::Message;
use settings::{LOCK, Settings};
use stage::Stage;
use std::sync::Arc;

/// The protocol of this folder.
pub struct RedisLock;

static PROPERTY_LIST: [Property; PROPERTIES] = locking::properties::<RedisLock>();

const MASTER: &str = "m";
const REPLICA: &str = "s";
const RESOURCE: &str = "r";

static INTERVENTIONS: &[Intervention] = &[
    Intervention {
        key: "hang",
        name: Text::new("The work hangs", "工作线程卡死"),
        help: Text::new(
            "The thread that works under the lock never ends; the rest of the process lives on, its watchdog too.",
            "持锁工作的线程永远不结束；进程的其余部分照常运行，看门狗也是。",
        ),
        applies: |node, topology| topology.name(node).starts_with('c'),
        arguments: &[],
    },
    Intervention {
        key: "fail-over",
        name: Text::new("The replica is promoted", "提升从库"),
        help: Text::new(
            "An operator or a Sentinel makes the replica the master and tells the clients, whatever it has received so far.",
            "运维人员或 Sentinel 把从库提升为主库并通知客户端，不管它已经收到了多少。",
        ),
        applies: |node, topology| topology.name(node) == REPLICA,
        arguments: &[],
    },
];

/// How long a connection between servers holds data through a partition before it breaks (`repl-timeout`, 60 s).
const CONNECTION_TIMEOUT: Span = Span::seconds(60);

impl Protocol for RedisLock {
    fn id(&self) -> &'static str {
        "redis-lock"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Locks
    }

    fn name(&self) -> Text {
        Text::new("Redis lock", "Redis 分布式锁")
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

    fn conflict(&self, values: &Values) -> Option<Text> {
        settings::conflict(values)
    }

    fn interventions(&self) -> &'static [Intervention] {
        INTERVENTIONS
    }

    fn topology(&self, values: &Values) -> Topology {
        let settings = Settings::of(values);
        let fsync = Distribution::Fixed(values.time("fsync"));
        let spec = |name, title, position, node: Arc<dyn Node>| NodeSpec { name, title, position, node, fsync };
        let clients: Vec<NodeId> = (0..settings.clients).map(NodeId).collect();
        let server = |master| {
            let (persistence, clients, restart_delay) = (settings.persistence, clients.clone(), Span::ZERO);
            process::<Server<Message>>(Setup { persistence, master, clients, restart_delay })
        };
        let mut nodes: Vec<NodeSpec> = CLIENT_NAMES[..clients.len()]
            .iter()
            .zip(1..)
            .map(|(name, number)| {
                spec(*name, Text::new("Client", "客户端"), Position::Service(number), process::<Client>(settings))
            })
            .collect();
        nodes.push(spec(MASTER, Text::new("Redis", "Redis 服务器"), Position::Decider, server(None)));
        if settings.replica {
            let position = Position::Service(CLIENTS_MAX + 1);
            nodes.push(spec(REPLICA, Text::new("Replica", "从库"), position, server(Some(settings.master()))));
        }
        let resource = process::<Resource<Message>>(());
        nodes.push(spec(RESOURCE, Text::new("Resource", "资源"), Position::Store, resource));
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
        queue::witnessed::<RedisLock>(view)
    }

    fn measures(&self, trace: &Trace, _topology: &Topology, _faults: &[Fault], ending: Ending) -> Vec<Measure> {
        measures::measures(trace, ending)
    }

    fn panels(&self, moment: &Moment, _world: &World, values: &Values) -> Vec<Panel> {
        vec![queue::panel::<RedisLock>(moment, Some(Settings::of(values).lease))]
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}

/// The server that clients ask: the replica once it is promoted, before that the master; none while that one is down.
fn asked_now<'a>(view: &View<'a>) -> Option<(NodeId, &'a Server<Message>)> {
    let mut servers = view.nodes().filter_map(|node| Some((node, view.node::<Server<Message>>(node)?.0)));
    let (master, replica) = (servers.next(), servers.next());
    let promoted = replica.filter(|(_, server)| server.is_some_and(Server::is_master));
    let (node, server) = promoted.or(master)?;
    Some((node, server?))
}

fn client<'a>(view: &View<'a>, node: NodeId) -> Option<&'a Client> {
    view.node::<Client>(node)?.0
}

/// Who holds the lock by what is under its key.
fn held_in(keys: &Keys, now: WallTime) -> Option<Held> {
    let entry = keys.get(LOCK, now)?;
    let token = match &entry.value {
        Value::Text(token) => token,
        Value::Hash(fields) => fields.keys().next()?,
    };
    Some(Held { hold: Hold::of_token(token)?, left: entry.expires.map(|expires| expires.since(now)) })
}

impl Probe for RedisLock {
    fn held(view: &View) -> Option<Held> {
        let (node, server) = asked_now(view)?;
        held_in(server.keys(), locking::clock(view, node).wall(view.step.at))
    }

    fn belief(view: &View, node: NodeId) -> Option<Hold> {
        client(view, node)?.belief(locking::clock(view, node).monotonic(view.step.at))
    }

    fn wants(view: &View, node: NodeId) -> Option<Hold> {
        client(view, node)?.wants()
    }

    fn is_done(view: &View, node: NodeId) -> Option<bool> {
        let (role, _) = view.node::<Client>(node)?;
        Some(role.is_none_or(Client::is_done))
    }

    fn is_running(view: &View, node: NodeId) -> bool {
        client(view, node).is_some()
    }

    /// Redisson's message that the lock is free goes to everybody who waits.
    fn woken(view: &View) -> Option<Woken> {
        let message: &Message = view.delivered()?.payload.get()?;
        let published = matches!(message, Message::Redis(redis::message::Message::Published { .. }));
        let waiter = Some(view.step.node).filter(|node| published && Self::wants(view, *node).is_some())?;
        Some(Woken { waiter, after: None })
    }
}

impl Queued for RedisLock {
    type Message = Message;

    fn is_down(view: &View) -> bool {
        asked_now(view).is_none()
    }

    fn fencing_token(view: &View, hold: Hold) -> Option<u64> {
        client(view, hold.client)?.fencing_token(hold)
    }

    fn renewals(view: &View, hold: Hold) -> u32 {
        client(view, hold.client).filter(|client| client.hold() == hold).map_or(0, Client::renewals)
    }

    fn waits_on(moment: &Moment, node: NodeId) -> WaitsOn {
        let due = |timer| queue::due(moment, node, timer);
        match client(&moment.view(), node) {
            None => WaitsOn::Nothing,
            Some(client) if client.stage() == Stage::Asking => WaitsOn::Reply { until: due("no-reply") },
            Some(client) if client.is_subscribed() => WaitsOn::Subscription { until: due("retry") },
            Some(_) => WaitsOn::Poll { at: due("retry") },
        }
    }
}
