//! # Two-phase commit
//!
//! **The problem.** An order takes goods from one database and money from another. Each database can do its part or
//! undo it, but none can see the others: if one commits and another cannot, goods are gone that nobody paid for. All must
//! do the same, although any of them may fail at any moment.
//!
//! **The idea.** One node decides for all. In *phase one* the coordinator asks every database whether it can
//! (`prepare`). A database does the work, locks what it touched, writes to its log how to finish and how to undo it, and
//! answers `yes`: from then on it has given away its right to decide. Or it answers `no` and undoes. In *phase two* the
//! coordinator decides: commit if all said yes, abort otherwise; writes that to its own log, which is the one moment at
//! which the transaction becomes committed; and tells everybody. Four messages for each database: prepare, vote,
//! decision, acknowledgement.
//!
//! **What can go wrong.** Nothing that breaks the agreement, as long as logs are kept: lost, doubled and late messages,
//! partitions, crashes of anybody at any moment leave at most *doubt*. Doubt is the price: a database that has said yes
//! and hears nothing may neither commit nor abort, and holds its locks. Until the coordinator is back, that is: if it is
//! gone for good, for ever. The textbook's "inconsistency when only some receive the commit" is this doubt, and ends when
//! the network heals; lasting inconsistency needs somebody to break the protocol: an operator who decides a prepared
//! transaction by hand (a *heuristic* decision), a log that lost a record, or one of the [mistakes](settings::Mistake).
//!
//! **Where to read.** [`coordinator`] and [`participant`], each with one function for each thing that can happen to it;
//! then [`settings`] for what can be varied. What every atomic-commit protocol must do is in
//! [`parts::atomic_commitment`](crate::protocols::parts::atomic_commitment).
//!
//! **Sources.** J. Gray, *Notes on Data Base Operating Systems*, 1978, §5.8.3.3. · P. Bernstein, V. Hadzilacos,
//! N. Goodman, *Concurrency Control and Recovery in Database Systems*, 1987, ch. 7. · C. Mohan, B. Lindsay,
//! R. Obermarck, *Transaction Management in the R\* Distributed Database Management System*, 1986 (presumed abort). ·
//! J. Gray, L. Lamport, *Consensus on Transaction Commit*, 2006 (message counts). · X/Open, *Distributed Transaction
//! Processing: The XA Specification*, 1991 (heuristic decisions).

pub mod client;
pub mod coordinator;
pub mod log;
pub mod message;
pub mod participant;
mod scenarios;
pub mod settings;
#[cfg(test)]
mod tests;
mod words;

use crate::check::{Property, View};
use crate::protocols::parts::atomic_commitment::{
    self, COORDINATOR, NAMES, PROPERTIES, Probe, parameters as shared, participant_number,
};
use crate::protocols::parts::business::Site;
use crate::protocols::parts::database::{Database, Stored, Transaction};
use crate::protocols::protocol::{Argument, ArgumentKind, Intervention};
use crate::protocols::{Entry, Family, Moment, Parameter, Protocol, Term, Values};
use crate::sim::node::{Node, look, process};
use crate::sim::payload::Outcome;
use crate::sim::random::Distribution;
use crate::sim::show::Panel;
use crate::sim::time::Span;
use crate::sim::topology::{NodeSpec, Position, Topology};
use crate::sim::trace::{NodeId, StepKind};
use crate::sim::world::World;
use crate::text::Text;
use client::Client;
use coordinator::Coordinator;
use message::{Message, Timer};
use participant::Participant;
use settings::Settings;
use std::sync::Arc;

/// The protocol of this folder.
pub struct TwoPhaseCommit;

static PROPERTY_LIST: [Property; PROPERTIES] = atomic_commitment::properties::<TwoPhaseCommit>();

/// The largest number that a transaction can have.
const TRANSACTION_MAX: u32 = 20_000;

static INTERVENTIONS: &[Intervention] = &[
    Intervention {
        key: "force-abort",
        name: Text::new("An operator forces abort", "运维人员强制中止"),
        help: Text::new(
            "Decides a prepared transaction by hand, without asking the coordinator: a heuristic decision.",
            "不问协调者，手工决定一个已准备的事务：启发式（heuristic）决定。",
        ),
        applies: is_participant,
        arguments: TRANSACTION,
    },
    Intervention {
        key: "force-commit",
        name: Text::new("An operator forces commit", "运维人员强制提交"),
        help: Text::new(
            "Decides a prepared transaction by hand, without asking the coordinator: a heuristic decision.",
            "不问协调者，手工决定一个已准备的事务：启发式（heuristic）决定。",
        ),
        applies: is_participant,
        arguments: TRANSACTION,
    },
    Intervention {
        key: "lose",
        name: Text::new("The log loses a record", "日志丢失一条记录"),
        help: Text::new(
            "The disk forgets a participant's prepared record, or the coordinator's decision; memory notices at the \
             next start.",
            "磁盘丢失参与者的 prepared 记录，或协调者的决定；进程要到下次启动才会发现。",
        ),
        applies: has_a_log,
        arguments: TRANSACTION,
    },
];

static TRANSACTION: &[Argument] = &[Argument {
    key: "transaction",
    name: Text::new("transaction", "事务"),
    kind: ArgumentKind::Subject,
    minimum: 1,
    maximum: TRANSACTION_MAX,
}];

fn is_participant(node: NodeId, _topology: &Topology) -> bool {
    participant_number(node).is_some()
}

fn has_a_log(node: NodeId, topology: &Topology) -> bool {
    node == COORDINATOR || is_participant(node, topology)
}

static TITLES: [Text; NAMES.len()] = [
    Text::new("Client", "客户端"),
    Text::new("Coordinator", "协调者"),
    Text::new("Stock", "库存库"),
    Text::new("Till", "收款库"),
    Text::new("Order book", "订单库"),
    Text::new("Coupons", "优惠券库"),
    Text::new("Points", "积分库"),
    Text::new("Shipping", "配送库"),
    Text::new("Invoices", "发票库"),
    Text::new("Gift boxes", "礼盒库"),
];

impl Protocol for TwoPhaseCommit {
    fn id(&self) -> &'static str {
        "2pc"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Transactions
    }

    fn name(&self) -> Text {
        Text::new("Two-phase commit", "两阶段提交（2PC）")
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
        let node = |index: usize, position: Position, node: Arc<dyn Node>| NodeSpec {
            name: NAMES[index],
            title: TITLES[index].clone(),
            position,
            node,
            fsync: Distribution::Fixed(values.time("fsync")),
        };
        let mut nodes = vec![
            node(0, Position::Initiator, process::<Client>(settings)),
            node(1, Position::Decider, process::<Coordinator>(settings)),
        ];
        for number in 1..=settings.participants() {
            let index = 1 + usize::from(number);
            nodes.push(node(index, Position::Service(number), process::<Participant>((settings, number))));
        }
        Topology {
            nodes,
            latency: shared::latency(values),
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
        words::narrate(moment)
    }

    fn panels(&self, _moment: &Moment, world: &World, values: &Values) -> Vec<Panel> {
        let sites: Vec<Site> = world
            .nodes()
            .iter()
            .zip(0..)
            .filter_map(|(node, index)| {
                let (participant, stored) = look::<Participant>(&**node)?;
                Some(Site { node: NodeId(index), database: participant.map(Participant::database), stored })
            })
            .collect();
        vec![Settings::of(values).business.ledger(&sites)]
    }

    fn entries(&self) -> &'static [Entry] {
        scenarios::ENTRIES
    }
}

/// How long a connection holds data through a partition before it breaks.
const CONNECTION_TIMEOUT: Span = Span::seconds(30);

impl Probe for TwoPhaseCommit {
    fn site<'a>(view: &View<'a>, node: NodeId) -> Option<(Option<&'a Database>, &'a Stored)> {
        let (participant, stored) = view.node::<Participant>(node)?;
        Some((participant.map(Participant::database), stored))
    }

    fn vote(view: &View) -> Option<(Transaction, bool)> {
        match view.sent()?.payload.get::<Message>()? {
            Message::Yes { transaction } | Message::BeginCommit { transaction, .. } => Some((*transaction, true)),
            Message::No { transaction } => Some((*transaction, false)),
            _ => None,
        }
    }

    fn decision(view: &View) -> Option<(Transaction, Outcome)> {
        match view.sent()?.payload.get::<Message>()? {
            Message::Commit { transaction } => Some((*transaction, Outcome::Commit)),
            Message::Abort { transaction } => Some((*transaction, Outcome::Abort)),
            Message::Result { transaction, outcome } => Some((*transaction, *outcome)),
            _ => None,
        }
    }

    fn forgets(view: &View) -> Option<Transaction> {
        match view.wrote()?.get::<log::Record>()? {
            log::Record::End { transaction } => Some(*transaction),
            _ => None,
        }
    }

    fn timeout(view: &View) -> Option<Transaction> {
        let StepKind::Fire(timer) = view.step.kind else { return None };
        match view.trace.local(timer).payload.get::<Timer>()? {
            Timer::Votes(transaction) | Timer::LockWait(transaction) => Some(*transaction),
            _ => None,
        }
    }

    fn unanswered(view: &View, node: NodeId) -> Option<Option<Transaction>> {
        let (client, _) = view.node::<Client>(node)?;
        client?.unanswered()
    }
}
