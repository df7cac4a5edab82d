//! # Transactional messages (RocketMQ)
//!
//! **The problem.** As with the [local message table](super::local_message_table): a local commit, and word of it for
//! another service, must both happen or neither. But the sender's database is not to have a table of messages, nor the
//! sender a relay.
//!
//! **The idea.** The broker keeps the message before the outcome is known. The producer sends a *half message*, which
//! the broker stores and shows to no consumer; once it is stored the producer runs its local transaction, and then says
//! commit or rollback. That is said once, one way, and may be lost. So the broker goes through its half messages every
//! 30 s and asks any producer of the group how the transaction ended: the *check-back*. The answer is in the database,
//! which all producers of the group share.
//!
//! **What can go wrong.** Nobody can tell a transaction that never began from one that is still open: for both there is
//! no row. Who takes that for a rollback loses the message of a transaction that commits a moment later; who answers
//! "unknown" is asked again, 15 times, and then the message is parked. The cure is to settle the question by asking it:
//! write a tombstone under the transaction's key, so that it cannot commit any more. An answer from a producer's memory
//! is worth nothing, for any other may be asked. And as ever the receiver can be told twice, and cannot undo the sender
//! if its business refuses.
//!
//! **Where to read.** [`producer`], its database [`store`], and the broker's side of it,
//! [`parts::broker::halves`](crate::protocols::parts::broker::halves). Then [`settings`].
//!
//! **Sources.** Apache RocketMQ, documentation, *Transaction Message*; source of `TransactionalMessageServiceImpl`,
//! `EndTransactionProcessor`, `BrokerConfig`. · dtm, documentation, *Two-phase messages*, and `barrier.go`
//! (`QueryPrepared`).

mod entries;
pub mod message;
mod narration;
pub mod producer;
pub mod properties;
pub mod settings;
pub mod store;
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
use crate::sim::random::Distribution;
use crate::sim::show::{Mailboxes, Panel};
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::NodeId;
use crate::sim::world::World;
use crate::text::Text;
use message::Message;
use producer::Producer;
use settings::{PRODUCER, Settings};
use std::sync::Arc;
use store::Store;

/// The protocol of this folder.
pub struct TransactionalMessage;

type Broker = Server<Message, Event>;
type Till = Receiver<Message>;

/// How long a connection holds data through a partition before it breaks.
const CONNECTION_TIMEOUT: Span = Span::seconds(30);

static INTERVENTIONS: &[Intervention] = &[shared::CLEAN];

impl Protocol for TransactionalMessage {
    fn id(&self) -> &'static str {
        "mq-transaction"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Transactions
    }

    fn name(&self) -> Text {
        Text::new("Transactional messages (RocketMQ)", "事务消息（RocketMQ）")
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
        let other = NodeId(PRODUCER.0 + settings.producers - 1);
        let client = client::Setup {
            services: (PRODUCER, other),
            orders: settings.business.orders,
            at_once: settings.at_once,
            rows: settings.business.rows,
            answer_timeout: settings.answer_timeout,
        };
        let producer = || process::<Producer>(settings);
        let mut nodes = vec![
            spec("cl", Text::new("Client", "客户端"), Position::Initiator, process::<Client<Message>>(client)),
            spec("a1", Text::new("Producer", "生产者"), Position::Decider, producer()),
        ];
        if settings.producers > 1 {
            nodes.push(spec("a2", Text::new("Second producer", "第二个生产者"), Position::Service(3), producer()));
        }
        nodes.extend([
            spec("db", Text::new("Producers' database", "生产者的数据库"), Position::Service(1), {
                process::<Store>(settings)
            }),
            spec("mq", Text::new("Broker", "消息队列"), Position::Store, process::<Broker>(settings.broker())),
            spec("b", Text::new("Receiver: till", "接收方：收款"), Position::Service(2), {
                process::<Till>(settings.receiver())
            }),
        ]);
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
        let (database, receiver_node) = (settings.database_node(), settings.receiver_node());
        let store = Look::node::<Store>(world, database);
        let receiver = Look::node::<Till>(world, receiver_node);
        let broker = Look::node::<Broker>(world, settings.broker_node());
        let (Some((store, shelf)), Some((receiver, till)), Some((server, disk))) = (store, receiver, broker) else {
            return Vec::new();
        };
        let sender_place = Place { node: database, working: store.map(|store| store.desk().tables()), stored: shelf };
        let receiver_place =
            Place { node: receiver_node, working: receiver.map(|receiver| receiver.desk().tables()), stored: till };
        let nodes = || (0..world.nodes().len() as u8).map(NodeId);
        let in_hands = |transaction| in_hands(world, nodes(), transaction);
        let ledger = show::ledger(&settings.business, &sender_place, &receiver_place, in_hands);
        let log = server.map_or(disk, Server::log);
        let is_delivered = |offset| server.is_some_and(|server| server.is_delivered(offset));
        let node = settings.broker_node();
        let mut boxes = broker::show::half_mailboxes(node, log, &settings.checking);
        boxes.extend(broker::show::mailboxes(node, log, is_delivered));
        boxes.push(show::inbox(receiver_node, &till.table));
        vec![ledger, Panel::Mailboxes(Mailboxes { title: Text::new("Messages", "消息"), boxes })]
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}

/// Whether somebody who runs, or some disk, has the message of an order, and will bring it on or show it to people.
fn in_hands(look: &impl Look, mut nodes: impl Iterator<Item = NodeId>, transaction: Transaction) -> bool {
    nodes.any(|node| {
        if let Some((producer, _)) = look.node::<Producer>(node) {
            producer.is_some_and(|producer| producer.will_commit(transaction))
        } else if let Some((server, disk)) = look.node::<Broker>(node) {
            kept_at_broker(server.map_or(disk, Server::log), transaction)
        } else if let Some((receiver, disk)) = look.node::<Till>(node) {
            let working = receiver.is_some_and(|receiver| receiver.desk().tables().has(transaction));
            working || disk.table.has_rejected(transaction)
        } else {
            false
        }
    })
}

/// Whether the broker will deliver it, ask about it, or has put it aside for people.
fn kept_at_broker(log: &Log<Event>, transaction: Transaction) -> bool {
    let is_it = |body: &Event| body.transaction == transaction;
    log.halves().any(|(_, half)| is_it(&half.body))
        || log.waiting().any(|(_, entry)| is_it(&entry.body))
        || log.dead().iter().any(|entry| is_it(&entry.body))
        || log.parked().iter().any(|half| is_it(&half.body))
}

impl flexible::Probe for TransactionalMessage {
    fn books<'a>(view: &View<'a>, node: NodeId) -> Option<&'a Books> {
        let shelf = || view.node::<Store>(node).map(|(_, disk)| &disk.books);
        shelf().or_else(|| view.node::<Till>(node).map(|(_, disk)| &disk.books))
    }

    fn name(view: &View, node: NodeId) -> &'static str {
        if view.node::<Store>(node).is_some() { "db" } else { "b" }
    }

    fn unanswered(view: &View, node: NodeId) -> Option<Option<Transaction>> {
        view.node::<Client<Message>>(node).filter(|_| node == CLIENT)?.0?.unanswered()
    }
}

impl messaging::Probe for TransactionalMessage {
    fn done<'a>(view: &View<'a>, service: Service) -> Option<&'a Ranges> {
        match service {
            Service::Sender => view.nodes().find_map(|node| view.node::<Store>(node)).map(|(_, disk)| &disk.done),
            Service::Receiver => view.nodes().find_map(|node| view.node::<Till>(node)).map(|(_, disk)| &disk.done),
        }
    }

    fn in_hands(view: &View, transaction: Transaction) -> bool {
        in_hands(view, view.nodes(), transaction)
    }

    fn hands_on(view: &View, node: NodeId) -> bool {
        view.node::<Producer>(node).is_some()
    }
}
