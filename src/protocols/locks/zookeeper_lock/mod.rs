//! # The ZooKeeper lock
//!
//! **The problem.** Several processes on several machines want to do something that only one may do at a time. They have a
//! ZooKeeper in common: a small tree of nodes that an ensemble of servers keeps alike.
//!
//! **The idea.** The lock is a queue. Whoever wants it creates an *ephemeral, sequential* node: ZooKeeper numbers it, and
//! deletes it when its creator's session ends. Whoever has the lowest number holds the lock. Everybody else *watches* the
//! node just before its own, and looks again when that is gone: it may be first now, or the one before it has only died
//! waiting. Nobody polls, a release wakes one waiter, and the order is that in which they came. To release is to delete
//! one's node.
//!
//! **What can go wrong.** A session ends by the *ensemble's* word, when nobody has heard of its client for the time-out that
//! was agreed upon (4 to 40 s). A holder that crashes keeps the lock for that long. One that is paused or cut off for
//! longer loses it and is told only when it is back: until then two believe that they hold it. What protects the resource is
//! a *fencing token*, and ZooKeeper has one: the number of the transaction that created the holder's node (czxid). It grows
//! from holder to holder, because it grows with everything in the ensemble. The number in the node's name grows too, but
//! starts anew if the parent is ever deleted and made again. — When the answer to a create is lost, the node may be there
//! all the same, with a number that its creator does not know: without a name of its own in it (Curator's
//! *protection*) the client queues up behind itself for ever. — If all waiters watch the *first* node, each
//! release wakes the whole herd.
//!
//! **Where to read.** [`client`] has one function for each thing that can happen to it; [`settings`] says what can be
//! varied. The servers and the library inside each client are [`parts::zookeeper`](crate::protocols::parts::zookeeper), what
//! every lock must do [`parts::locking`](crate::protocols::parts::locking).
//!
//! **Sources.** ZooKeeper documentation (3.8), *Recipes: Locks*, *Programmer's Guide*. · P. Hunt et al., *ZooKeeper:
//! Wait-free coordination for Internet-scale systems*, USENIX ATC 2010, §2.4. · Apache Curator, `LockInternals` and
//! `ProtectedMode`. · M. Kleppmann, *How to do distributed locking*, 2016.

pub mod client;
mod entries;
pub mod message;
mod narration;
pub mod settings;
pub mod stage;
#[cfg(test)]
mod tests;
mod words;

use crate::check::{Measure, Property, View};
use crate::protocols::parts::Word;
use crate::protocols::parts::locking::measures;
use crate::protocols::parts::locking::queue::{self, Queued};
use crate::protocols::parts::locking::resource::Resource;
use crate::protocols::parts::locking::{self, CLIENT_NAMES, CLIENTS_MAX, Held, Hold, PROPERTIES, Probe, Woken};
use crate::protocols::parts::zookeeper::message::{Message as ZooKeeper, ToClient};
use crate::protocols::parts::zookeeper::server::{Server, Setup};
use crate::protocols::parts::zookeeper::tree::Tree;
use crate::protocols::parts::zookeeper::{EventKind, name, sequence};
use crate::protocols::protocol::{Argument, ArgumentKind, Intervention};
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::sim::fault::Fault;
use crate::sim::node::{Node, process};
use crate::sim::random::Distribution;
use crate::sim::show::{Condition, Panel, WaitsOn};
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::{Ending, NodeId, Trace};
use crate::sim::world::World;
use crate::sorted::sort_by_key;
use crate::text::Text;
use client::Client;
use message::Message;
use settings::{LOCK, Settings};
use stage::Stage;
use std::sync::Arc;

/// The protocol of this folder.
pub struct ZooKeeperLock;

static PROPERTY_LIST: [Property; PROPERTIES] = locking::properties::<ZooKeeperLock>();

/// The servers' names; the ensemble of an undisturbed run elects its last.
const SERVER_NAMES: [&str; 5] = ["z1", "z2", "z3", "z4", "z5"];
const RESOURCE: &str = "r";

static INTERVENTIONS: &[Intervention] = &[
    Intervention {
        key: "hang",
        name: Text::new("The work hangs", "工作线程卡死"),
        help: Text::new(
            "The thread that works under the lock never ends; the rest of the process lives on, its heartbeats too.",
            "持锁工作的线程永远不结束；进程的其余部分照常运行，心跳也是。",
        ),
        applies: |node, topology| topology.name(node).starts_with('c'),
        arguments: &[],
    },
    Intervention {
        key: "delete-node",
        name: Text::new("An operator deletes a node", "运维人员删除节点"),
        help: Text::new(
            "Somebody deletes a node of the queue by hand, at the server that leads: an orphan, or a holder's that works on.",
            "有人在领导者上手工删除队列中的一个节点：可能是孤儿节点，也可能属于仍在工作的持有者。",
        ),
        applies: |node, topology| topology.name(node).starts_with('z'),
        arguments: &[Argument {
            key: "number",
            name: Text::new("Its number", "节点序号"),
            kind: ArgumentKind::Number,
            minimum: 0,
            maximum: 9_999,
        }],
    },
];

/// How long a connection holds data through a partition before it breaks (Linux: `tcp_retries2`, 15, about a quarter of an
/// hour). ZooKeeper's own time-outs are far shorter.
const CONNECTION_TIMEOUT: Span = Span::seconds(900);

impl Protocol for ZooKeeperLock {
    fn id(&self) -> &'static str {
        "zookeeper-lock"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Locks
    }

    fn name(&self) -> Text {
        Text::new("ZooKeeper lock", "ZooKeeper 分布式锁")
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
        let mut nodes: Vec<NodeSpec> = (1..=settings.clients)
            .zip(CLIENT_NAMES)
            .map(|(number, name)| {
                spec(name, Text::new("Client", "客户端"), Position::Service(number), process::<Client>(settings))
            })
            .collect();
        let ensemble: Vec<NodeId> = settings.ensemble().collect();
        nodes.extend((1..=settings.servers).zip(SERVER_NAMES).map(|(number, name)| {
            // Where all know the same, the one with the highest number leads.
            let leads = number == settings.servers;
            let position = if leads { Position::Decider } else { Position::Service(CLIENTS_MAX + number) };
            let setup = Setup { ensemble: ensemble.clone(), tick: settings.tick };
            spec(name, Text::new("ZooKeeper", "ZooKeeper 服务器"), position, process::<Server<Message>>(setup))
        }));
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
        queue::witnessed::<ZooKeeperLock>(view)
    }

    fn measures(&self, trace: &Trace, _topology: &Topology, _faults: &[Fault], ending: Ending) -> Vec<Measure> {
        measures::measures(trace, ending)
    }

    fn panels(&self, moment: &Moment, _world: &World, values: &Values) -> Vec<Panel> {
        vec![queue::panel::<ZooKeeperLock>(moment, Some(Settings::of(values).granted()))]
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}

fn client<'a>(view: &View<'a>, node: NodeId) -> Option<&'a Client> {
    view.node::<Client>(node)?.0
}

/// The server by whose word the ensemble goes: of those that lead the one of the newest epoch. An older one has no quorum
/// any more, even if it has not noticed yet.
fn in_charge<'a>(view: &View<'a>) -> Option<(NodeId, &'a Server<Message>)> {
    let servers = view.nodes().filter_map(|node| Some((node, view.node::<Server<Message>>(node)?.0?)));
    servers.filter(|(_, server)| server.is_leader()).max_by_key(|(_, server)| server.leads_in())
}

/// Whose a node of the queue is, by its data: Curator puts its client's address there, these clients their hold's token.
fn owner_of(tree: &Tree, path: &str) -> Option<Hold> {
    tree.data(path).and_then(|data| Hold::of_token(data))
}

/// The queue from its head on, as a tree has it: the names of the nodes, with whose they are.
fn queue_in(tree: &Tree) -> Vec<queue::Entry> {
    let mut paths: Vec<&Word> = tree.children(LOCK).filter(|path| sequence(path).is_some()).collect();
    sort_by_key(&mut paths, |path| sequence(path));
    let entry = |path: &Word| Some(queue::Entry { name: name(path).to_string(), owner: owner_of(tree, path)? });
    paths.into_iter().filter_map(entry).collect()
}

impl Probe for ZooKeeperLock {
    const PROMISES_ORDER: bool = true;
    const PROMISES_ONE_WOKEN: bool = true;

    fn held(view: &View) -> Option<Held> {
        let (node, server) = in_charge(view)?;
        let tree = server.tree();
        let queue = tree.children(LOCK).filter_map(|path| Some((sequence(path)?, path)));
        let (_, first) = queue.min_by_key(|(number, _)| *number)?;
        let session = tree.stat(first)?.owner?;
        let now = locking::clock(view, node).monotonic(view.step.at);
        let left = server.session_ends(session).map(|ends| ends.since(now));
        Some(Held { hold: owner_of(tree, first)?, left })
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

    /// A client has come once its node stands in the queue.
    fn has_come(view: &View, node: NodeId) -> bool {
        let stands = |tree: &Tree, hold| tree.children(LOCK).any(|path| owner_of(tree, path) == Some(hold));
        let charge = in_charge(view);
        Self::wants(view, node).zip(charge).is_some_and(|(hold, (_, server))| stands(server.tree(), hold))
    }

    /// A change is made when the ensemble has agreed on it, not when it is asked for.
    fn released_by(view: &View) -> Option<NodeId> {
        in_charge(view)?.1.changed_by()
    }

    fn woken(view: &View) -> Option<Woken> {
        let message: &Message = view.delivered()?.payload.get()?;
        let Message::ZooKeeper(ZooKeeper::ToClient { said: ToClient::Happened { event, .. }, .. }) = message else {
            return None;
        };
        let waiter = view.step.node;
        let watched = client(view, waiter)?.watched().filter(|watched| watched.path == event.path)?;
        let is_end = event.kind == EventKind::Deleted && Self::wants(view, waiter).is_some();
        is_end.then_some(Woken { waiter, after: watched.owner })
    }
}

impl Queued for ZooKeeperLock {
    type Message = Message;

    fn is_down(view: &View) -> bool {
        in_charge(view).is_none()
    }

    fn fencing_token(view: &View, hold: Hold) -> Option<u64> {
        client(view, hold.client)?.fencing_token(hold)
    }

    fn waits_on(moment: &Moment, node: NodeId) -> WaitsOn {
        match client(&moment.view(), node) {
            None => WaitsOn::Nothing,
            Some(client) => match client.watched().filter(|_| client.stage() == Stage::Waiting) {
                Some(watched) => WaitsOn::Watch {
                    entry: name(&watched.path).to_string(),
                    of: watched.owner.map(|owner| owner.client),
                },
                None => WaitsOn::Reply { until: queue::due(moment, node, "silence") },
            },
        }
    }

    fn entries(view: &View) -> Vec<queue::Entry> {
        in_charge(view).map_or_else(Vec::new, |(_, server)| queue_in(server.tree()))
    }
}
