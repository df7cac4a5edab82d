//! # Local message table (transactional outbox)
//!
//! **The problem.** A service commits in its own database and then has to tell another. Two systems, no transaction
//! over both: whoever sends first and commits then tells of what may never be; whoever commits first and sends then may
//! die in between, and nobody will ever be told.
//!
//! **The idea.** What is to be told is a row of a table in the same database, written *in the same local transaction*
//! as the business. A *relay* takes rows from the table to a broker, or straight to the receiver, and marks them
//! afterwards: by polling the table, or by reading the database's log as it grows (change data capture). Since it marks
//! afterwards it may send twice; so the receiver remembers in an *inbox*, again in the same local transaction as what
//! it does, which messages it has had. With a callback it tells the sender, who sends again what nobody has confirmed.
//!
//! **What can go wrong.** Nothing is lost and nothing is done twice, whoever dies and whatever the network does; it may
//! take long. Order is kept only by one relay and a topic that is partitioned by key. What the pattern cannot do at
//! all: if the receiver's business refuses, the sender has long since committed, and nothing here undoes it. The rest
//! is [mistakes](settings::Mistake), each a line that looks the same.
//!
//! **Where to read.** [`sender`], [`relay`], and the receiver, which is shared:
//! [`parts::messaging::consumer`](crate::protocols::parts::messaging::consumer). Then [`settings`] for what can be
//! varied.
//!
//! **Sources.** D. Pritchett, *BASE: An ACID Alternative*, ACM Queue 2008. · C. Richardson, *Microservices Patterns*,
//! 2018, §3.3: transactional outbox, polling publisher, transaction log tailing. · Debezium documentation, *Outbox
//! Event Router*.

mod entries;
pub mod message;
mod narration;
pub mod outbox;
pub mod properties;
pub mod relay;
pub mod sender;
pub mod settings;
#[cfg(test)]
mod tests;
mod words;

use crate::check::{Property, View};
use crate::protocols::parts::broker::server::Server;
use crate::protocols::parts::broker::{self, Log};
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::{self, Books};
use crate::protocols::parts::messaging::client::{self, Client};
use crate::protocols::parts::messaging::consumer::Receiver;
use crate::protocols::parts::messaging::show::{self, Look, Place};
use crate::protocols::parts::messaging::{self, CLIENT, Event, Service, parameters as shared};
use crate::protocols::parts::ranges::Ranges;
use crate::protocols::protocol::Intervention;
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::sim::node::{Node, process};
use crate::sim::payload::Outcome;
use crate::sim::random::Distribution;
use crate::sim::show::{Letter, Mailbox, Mailboxes, Mood, Panel};
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::NodeId;
use crate::sim::world::World;
use crate::text::Text;
use message::Message;
use outbox::{Outbox, Status};
use relay::Relay;
use sender::Sender;
use settings::{SENDER_NODE, Settings};
use std::sync::Arc;

/// The protocol of this folder.
pub struct LocalMessageTable;

type Broker = Server<Message, Event>;
type Till = Receiver<Message>;

/// How long a connection holds data through a partition before it breaks.
const CONNECTION_TIMEOUT: Span = Span::seconds(30);

static INTERVENTIONS: &[Intervention] = &[shared::CLEAN];

impl Protocol for LocalMessageTable {
    fn id(&self) -> &'static str {
        "outbox"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Transactions
    }

    fn name(&self) -> Text {
        Text::new("Local message table (outbox)", "本地消息表（outbox）")
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
        let client = client::Setup {
            services: (SENDER_NODE, SENDER_NODE),
            orders: settings.business.orders,
            at_once: settings.at_once,
            rows: settings.business.rows,
            answer_timeout: settings.answer_timeout,
        };
        let relay = || process::<Relay>(settings);
        let mut nodes = vec![
            spec("cl", Text::new("Client", "客户端"), Position::Initiator, process::<Client<Message>>(client)),
            spec("a", Text::new("Sender: stock", "发送方：库存"), Position::Service(1), process::<Sender>(settings)),
            spec("r1", Text::new("Relay", "中继"), Position::Decider, relay()),
        ];
        if settings.relays > 1 {
            nodes.push(spec("r2", Text::new("Second relay", "第二个中继"), Position::Service(3), relay()));
        }
        if settings.broker_node().is_some() {
            let broker = process::<Broker>(settings.broker());
            nodes.push(spec("mq", Text::new("Broker", "消息队列"), Position::Store, broker));
        }
        let receiver = process::<Till>(settings.receiver());
        nodes.push(spec("b", Text::new("Receiver: till", "接收方：收款"), Position::Service(2), receiver));
        Topology {
            nodes,
            latency: shared::latency(values),
            links: Vec::new(),
            connection_timeout: CONNECTION_TIMEOUT,
            base_latency: values.time("latency"),
        }
    }

    fn properties(&self) -> &'static [Property] {
        &properties::PROPERTIES
    }

    fn terms(&self) -> &'static [Term] {
        words::TERMS
    }

    fn narrate(&self, moment: &Moment) -> Option<Text> {
        narration::narrate(moment)
    }

    fn panels(&self, _moment: &Moment, world: &World, values: &Values) -> Vec<Panel> {
        let settings = Settings::of(values);
        let receiver_node = settings.receiver_node();
        let sender = Look::node::<Sender>(world, SENDER_NODE);
        let receiver = Look::node::<Till>(world, receiver_node);
        let (Some((sender, shelf)), Some((receiver, till))) = (sender, receiver) else { return Vec::new() };
        let sender_place =
            Place { node: SENDER_NODE, working: sender.map(|sender| sender.desk().tables()), stored: shelf };
        let receiver_place =
            Place { node: receiver_node, working: receiver.map(|receiver| receiver.desk().tables()), stored: till };
        let nodes = || (0..world.nodes().len() as u8).map(NodeId);
        let in_hands = |transaction| in_hands(world, nodes(), transaction);
        let ledger = show::ledger(&settings.business, &sender_place, &receiver_place, in_hands);
        let mut boxes = vec![outbox_mailbox(&shelf.table)];
        if let Some(node) = settings.broker_node()
            && let Some((server, disk)) = Look::node::<Broker>(world, node)
        {
            let log = server.map_or(disk, Server::log);
            let is_delivered = |offset| server.is_some_and(|server| server.is_delivered(offset));
            boxes.extend(broker::show::mailboxes(node, log, is_delivered));
        }
        boxes.push(show::inbox(receiver_node, &till.table));
        vec![ledger, Panel::Mailboxes(Mailboxes { title: Text::new("Messages", "消息"), boxes })]
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}

fn outbox_mailbox(outbox: &Outbox) -> Mailbox {
    let over = outbox.over().map(|(event, well)| Letter {
        name: event.transaction.to_string(),
        state: match well {
            true => Text::new("done", "已了结"),
            false => Text::new("refused, for people to look at", "被拒绝，待人工处理"),
        },
        mood: Mood::Decided(if well { Outcome::Commit } else { Outcome::Abort }),
    });
    let rows = outbox.rows().map(|(_, row)| Letter {
        name: row.event.transaction.to_string(),
        state: match row.status {
            Status::New => Text::new("to be sent", "待发送"),
            Status::Sent => Text::new("sent, not confirmed", "已发送，待回执"),
        },
        mood: match row.status {
            Status::New => Mood::Holding,
            Status::Sent => Mood::Waiting,
        },
    });
    Mailbox { node: SENDER_NODE, name: Text::new("Outbox", "消息表"), letters: over.chain(rows).collect() }
}

/// Whether somebody who runs, or some disk, has the message of an order, and will bring it on or show it to people.
fn in_hands(look: &impl Look, mut nodes: impl Iterator<Item = NodeId>, transaction: Transaction) -> bool {
    nodes.any(|node| {
        if let Some((sender, disk)) = look.node::<Sender>(node) {
            sender.is_some_and(|sender| sender.will_send(transaction)) || waits_in(&disk.table, transaction, sender)
        } else if let Some((relay, _)) = look.node::<Relay>(node) {
            relay.is_some_and(|relay| relay.has(transaction))
        } else if let Some((server, disk)) = look.node::<Broker>(node) {
            waits_at_broker(server.map_or(disk, Server::log), transaction)
        } else if let Some((receiver, disk)) = look.node::<Till>(node) {
            let working = receiver.is_some_and(|receiver| receiver.desk().tables().has(transaction));
            working || disk.table.has_rejected(transaction)
        } else {
            false
        }
    })
}

/// Whether a row of the table will be sent, sent again, or is there for people. A sender that is down will look at it
/// later.
fn waits_in(outbox: &Outbox, transaction: Transaction, sender: Option<&Sender>) -> bool {
    let passed_over = |row| sender.is_some_and(|sender| sender.passes_over(outbox, row));
    outbox.is_refused(transaction) || outbox.row_of(transaction).is_some_and(|(row, _)| !passed_over(row))
}

fn waits_at_broker(log: &Log<Event>, transaction: Transaction) -> bool {
    log.waiting().any(|(_, entry)| entry.body.transaction == transaction)
        || log.dead().iter().any(|entry| entry.body.transaction == transaction)
}

impl flexible::Probe for LocalMessageTable {
    fn books<'a>(view: &View<'a>, node: NodeId) -> Option<&'a Books> {
        let shelf = || view.node::<Sender>(node).map(|(_, disk)| &disk.books);
        shelf().or_else(|| view.node::<Till>(node).map(|(_, disk)| &disk.books))
    }

    fn name(_view: &View, node: NodeId) -> &'static str {
        if node == SENDER_NODE { "a" } else { "b" }
    }

    fn unanswered(view: &View, node: NodeId) -> Option<Option<Transaction>> {
        view.node::<Client<Message>>(node).filter(|_| node == CLIENT)?.0?.unanswered()
    }
}

impl messaging::Probe for LocalMessageTable {
    fn done<'a>(view: &View<'a>, service: Service) -> Option<&'a Ranges> {
        match service {
            Service::Sender => view.node::<Sender>(SENDER_NODE).map(|(_, disk)| &disk.done),
            Service::Receiver => view.nodes().find_map(|node| view.node::<Till>(node)).map(|(_, disk)| &disk.done),
        }
    }

    fn in_hands(view: &View, transaction: Transaction) -> bool {
        in_hands(view, view.nodes(), transaction)
    }

    fn hands_on(view: &View, node: NodeId) -> bool {
        view.node::<Relay>(node).is_some()
    }
}
