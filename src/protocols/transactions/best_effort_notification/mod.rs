//! # Best-effort notification
//!
//! **The problem.** A payment service has charged somebody and wants the merchant to know. The merchant is another
//! company's server somewhere on the internet: it may be down for days, answer nonsense, or not exist any more. The
//! payment must not depend on it, nor may anybody wait for it for ever.
//!
//! **The idea.** Commit, then try: a *notifier* calls the receiver, and if it does not get the one answer that counts,
//! calls again after 15 s, after 15 s, after 30 s, and so on ever more rarely, by a published schedule. After the last
//! attempt it gives up. That is no failure of the protocol but its promise: a best effort. So the other half of it is
//! that the receiver can *ask*: an interface that says what became of an order, and a statement to reconcile with, once
//! a day.
//!
//! **What can go wrong.** The receiver hears the same thing several times, since an answer may be lost or come too
//! late; it has to know the order's number. Anybody can call it; it has to check the signature and the amount. It is
//! never told if it is down for longer than the schedule; it has to ask. And as ever, if its business refuses, the
//! sender does not undo.
//!
//! **Where to read.** [`notifier`] and [`receiver`]; [`schedule`] has the published schedules; [`settings`] what can be
//! varied.
//!
//! **Sources.** WeChat Pay, documentation, *Payment result notification*. · Alipay, documentation, *Asynchronous
//! notification*. · The reference sheet, §6.

mod entries;
pub mod message;
mod narration;
pub mod notifier;
pub mod properties;
pub mod receiver;
pub mod schedule;
pub mod sender;
pub mod settings;
#[cfg(test)]
mod tests;
mod words;

use crate::check::{Property, View};
use crate::protocols::parts::broker;
use crate::protocols::parts::broker::server::Server;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::{self, Books};
use crate::protocols::parts::messaging::client::{self, Client};
use crate::protocols::parts::messaging::show::{self, Look, Place};
use crate::protocols::parts::messaging::{self, CLIENT, Event, Service, parameters as shared};
use crate::protocols::parts::ranges::Ranges;
use crate::protocols::protocol::{Argument, ArgumentKind, Intervention};
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::say;
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
use notifier::{Notices, Notifier, Status};
use receiver::Receiver;
use sender::Sender;
use settings::{BROKER, NOTIFIER, RECEIVER_NODE, SENDER_NODE, Settings};
use std::sync::Arc;

/// The protocol of this folder.
pub struct BestEffortNotification;

type Broker = Server<Message, Event>;

/// How long a connection holds data through a partition before it breaks.
const CONNECTION_TIMEOUT: Span = Span::seconds(30);

static INTERVENTIONS: &[Intervention] = &[
    Intervention {
        key: "forge",
        name: Text::new("A forged notification", "伪造的通知"),
        help: Text::new(
            "Somebody who knows the receiver's address tells it of an order that nobody has placed, without the sender's \
             signature.",
            "有人知道接收方的地址，谎称有一个从未下过的订单，但没有发送方的签名。",
        ),
        applies: shared::is_receiver,
        arguments: &[Argument {
            key: "transaction",
            name: Text::new("order", "订单"),
            kind: ArgumentKind::Number,
            minimum: 1,
            maximum: 20_000,
        }],
    },
    shared::CLEAN,
];

impl Protocol for BestEffortNotification {
    fn id(&self) -> &'static str {
        "notify"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Transactions
    }

    fn name(&self) -> Text {
        Text::new("Best-effort notification", "最大努力通知")
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
        let nodes = vec![
            spec("cl", Text::new("Client", "客户端"), Position::Initiator, process::<Client<Message>>(client)),
            spec("a", Text::new("Sender: stock", "发送方：库存"), Position::Service(1), process::<Sender>(settings)),
            spec("mq", Text::new("Broker", "消息队列"), Position::Store, process::<Broker>(settings.broker())),
            spec("n", Text::new("Notifier", "通知服务"), Position::Decider, process::<Notifier>(settings)),
            spec("b", Text::new("Receiver: till", "接收方：收款"), Position::Service(2), {
                process::<Receiver>(settings)
            }),
        ];
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
        let sender = Look::node::<Sender>(world, SENDER_NODE);
        let receiver = Look::node::<Receiver>(world, RECEIVER_NODE);
        let broker = Look::node::<Broker>(world, BROKER);
        let notifier = Look::node::<Notifier>(world, NOTIFIER);
        let (Some((sender, shelf)), Some((receiver, till)), Some((server, disk)), Some((notifier, notices))) =
            (sender, receiver, broker, notifier)
        else {
            return Vec::new();
        };
        let sender_place =
            Place { node: SENDER_NODE, working: sender.map(|sender| sender.desk().tables()), stored: shelf };
        let receiver_place =
            Place { node: RECEIVER_NODE, working: receiver.map(|receiver| receiver.desk().tables()), stored: till };
        let in_hands = |transaction| in_hands(world, transaction);
        let ledger = show::ledger(&settings.business, &sender_place, &receiver_place, in_hands);
        let is_delivered = |offset| server.is_some_and(|server| server.is_delivered(offset));
        let mut boxes = broker::show::mailboxes(BROKER, server.map_or(disk, Server::log), is_delivered);
        boxes.push(notices_mailbox(notifier.map_or(notices, Notifier::table), settings.schedule.gaps().len()));
        boxes.push(show::inbox(RECEIVER_NODE, &till.table));
        vec![ledger, Panel::Mailboxes(Mailboxes { title: Text::new("Messages", "消息"), boxes })]
    }

    fn entries(&self) -> &'static [Entry] {
        entries::ENTRIES
    }
}

fn notices_mailbox(notices: &Notices, gaps: usize) -> Mailbox {
    let most = gaps + 1;
    let letters = notices.rows().map(|row| {
        let attempts = row.attempts;
        let (state, mood) = match row.status {
            Status::Due(_) => (say!("{attempts} of {most} attempts", "已通知 {attempts}/{most} 次"), Mood::Waiting),
            Status::Confirmed => {
                (say!("confirmed, attempt {attempts}", "第 {attempts} 次得到确认"), Mood::Decided(Outcome::Commit))
            }
            Status::GivenUp => {
                (say!("given up after {attempts} attempts", "通知 {attempts} 次后放弃"), Mood::Decided(Outcome::Abort))
            }
        };
        Letter { name: row.event.transaction.to_string(), state, mood }
    });
    Mailbox { node: NOTIFIER, name: Text::new("Notices", "通知表"), letters: letters.collect() }
}

/// Whether somebody who runs, or some disk, has word of an order, and will bring it on or show it to people.
fn in_hands(look: &impl Look, transaction: Transaction) -> bool {
    let sender = look.node::<Sender>(SENDER_NODE);
    let hands_over = sender.is_some_and(|(_, disk)| disk.table.to_hand_over().any(|waiting| waiting == transaction));
    let at_broker = || {
        look.node::<Broker>(BROKER).is_some_and(|(server, disk)| {
            let log = server.map_or(disk, Server::log);
            let is_it = |body: &Event| body.transaction == transaction;
            log.waiting().any(|(_, entry)| is_it(&entry.body)) || log.dead().iter().any(|entry| is_it(&entry.body))
        })
    };
    let at_notifier = || {
        let notifier = look.node::<Notifier>(NOTIFIER);
        let table = notifier.map(|(notifier, disk)| notifier.map_or(disk, Notifier::table));
        let row = table.and_then(|table| table.row(transaction));
        row.is_some_and(|row| row.status != Status::Confirmed)
    };
    let at_receiver = || {
        look.node::<Receiver>(RECEIVER_NODE).is_some_and(|(receiver, disk)| {
            let asks = receiver.is_some_and(Receiver::reconciles);
            let working = receiver.is_some_and(|receiver| receiver.desk().tables().has(transaction));
            asks || working || disk.table.has_rejected(transaction)
        })
    };
    hands_over || at_broker() || at_notifier() || at_receiver()
}

/// The first order that the sender has committed and that is neither confirmed nor given up.
fn first_open(view: &View) -> Option<Transaction> {
    let (_, sender) = view.node::<Sender>(SENDER_NODE)?;
    let (notifier, disk) = view.node::<Notifier>(NOTIFIER)?;
    let table = notifier.map_or(disk, Notifier::table);
    sender.done.difference(table.settled()).next().map(Transaction)
}

impl flexible::Probe for BestEffortNotification {
    fn books<'a>(view: &View<'a>, node: NodeId) -> Option<&'a Books> {
        let shelf = || view.node::<Sender>(node).map(|(_, disk)| &disk.books);
        shelf().or_else(|| view.node::<Receiver>(node).map(|(_, disk)| &disk.books))
    }

    fn name(_view: &View, node: NodeId) -> &'static str {
        if node == SENDER_NODE { "a" } else { "b" }
    }

    fn unanswered(view: &View, node: NodeId) -> Option<Option<Transaction>> {
        view.node::<Client<Message>>(node).filter(|_| node == CLIENT)?.0?.unanswered()
    }
}

impl messaging::Probe for BestEffortNotification {
    fn done<'a>(view: &View<'a>, service: Service) -> Option<&'a Ranges> {
        match service {
            Service::Sender => view.node::<Sender>(SENDER_NODE).map(|(_, disk)| &disk.done),
            Service::Receiver => view.node::<Receiver>(RECEIVER_NODE).map(|(_, disk)| &disk.done),
        }
    }

    fn in_hands(view: &View, transaction: Transaction) -> bool {
        in_hands(view, transaction)
    }
}
