//! The producers' database: local transactions, and what became of each, for whoever asks.
//!
//! An open local transaction is invisible, so "no row" means that it never began, or that it has not committed yet, or
//! that it never will. Only a *tombstone* settles that: a row under the transaction's own unique key, written by
//! whoever asks, so that a local transaction that comes later cannot commit any more. One that is open holds the key
//! already, and whoever wants to write a tombstone waits for it.

use super::message::{Database, Message, Work};
use super::settings::{Check, Settings};
use crate::protocols::parts::broker::Offset;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::Operation;
use crate::protocols::parts::messaging::SENDER;
use crate::protocols::parts::messaging::tables::{Desk, Record, Tables};
use crate::protocols::parts::ranges::Ranges;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// A row about a transaction that did not commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Row {
    /// The business refused it.
    Rejected { transaction: Transaction },
    /// Somebody asked before it had begun: it must not begin any more.
    Tombstone { transaction: Transaction },
}

impl Named for Row {
    fn kind(&self) -> &'static str {
        match self {
            Row::Rejected { .. } => "order-rejected",
            Row::Tombstone { .. } => "tombstone",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Row::Rejected { transaction } | Row::Tombstone { transaction } => transaction.subject(),
        }
    }

    fn tone(&self) -> Tone {
        Tone::Decision(Outcome::Abort)
    }
}

/// The transactions that did not commit and never will.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdicts {
    rejected: Ranges,
    tombstones: Ranges,
}

impl Verdicts {
    pub fn rules_out(&self, transaction: Transaction) -> bool {
        self.rejected.contains(transaction.0) || self.tombstones.contains(transaction.0)
    }
}

impl Durable for Verdicts {
    type Record = Row;

    fn apply(&mut self, row: &Row) {
        match row {
            Row::Rejected { transaction } => self.rejected.insert(transaction.0),
            Row::Tombstone { transaction } => self.tombstones.insert(transaction.0),
        };
    }
}

/// A local transaction that has not ended: who waits for its end, and who waits to write a tombstone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Open {
    order: Order,
    callers: SortedSet<NodeId>,
    questions: Vec<(NodeId, Offset)>,
}

/// The database's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Store {
    #[serde(skip)]
    settings: Settings,
    desk: Desk<Verdicts>,
    open: SortedMap<Transaction, Open>,
}

impl Store {
    pub fn desk(&self) -> &Desk<Verdicts> {
        &self.desk
    }

    /// Whether the transaction's local transaction is open.
    pub fn has_open(&self, transaction: Transaction) -> bool {
        self.open.contains_key(&transaction)
    }

    /// How it ended, if it has.
    fn outcome(&self, transaction: Transaction) -> Option<Outcome> {
        let tables = self.desk.tables();
        let committed = tables.has(transaction).then_some(Outcome::Commit);
        committed.or_else(|| tables.table.rules_out(transaction).then_some(Outcome::Abort))
    }

    fn write(&mut self, record: Record<Row>, turn: &mut Turn<Self>) {
        self.desk.read(&record);
        turn.write(record);
        turn.fsync();
    }

    /// What is not durable yet must be so before anybody hears of it.
    fn make_sure(&self, turn: &mut Turn<Self>) {
        if self.desk.tables() != turn.disk() {
            turn.fsync();
        }
    }

    fn execute(&mut self, caller: NodeId, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        if let Some(outcome) = self.outcome(transaction) {
            self.make_sure(turn);
            self.tell(caller, transaction, outcome, turn);
        } else if let Some(open) = self.open.get_mut(&transaction) {
            open.callers.insert(caller);
        } else {
            let open = Open { order, callers: [caller].into_iter().collect(), questions: Vec::new() };
            self.open.insert(transaction, open);
            match self.settings.work {
                Span::ZERO => self.finish(transaction, turn),
                work => turn.set(Work(transaction), work),
            }
        }
    }

    /// Commits, if the shelf allows it; then whoever waits is told.
    fn finish(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(open) = self.open.remove(&transaction) else { return };
        let outcome = match self.desk.allows(Operation::Message, open.order) {
            true => {
                self.write(self.desk.local(transaction, Operation::Message, open.order, None), turn);
                Outcome::Commit
            }
            false => {
                self.write(Record::Row(Row::Rejected { transaction }), turn);
                Outcome::Abort
            }
        };
        for caller in open.callers {
            self.tell(caller, transaction, outcome, turn);
        }
        for (asker, half) in open.questions {
            self.answer(asker, transaction, half, Some(outcome), turn);
        }
    }

    fn query(&mut self, asker: NodeId, transaction: Transaction, half: Offset, turn: &mut Turn<Self>) {
        let outcome = self.outcome(transaction);
        match (outcome, self.open.get_mut(&transaction), self.settings.check) {
            (Some(_), ..) => {
                self.make_sure(turn);
                self.answer(asker, transaction, half, outcome, turn);
            }
            (None, Some(open), Check::Tombstone) => open.questions.push((asker, half)),
            (None, None, Check::Tombstone) => {
                self.write(Record::Row(Row::Tombstone { transaction }), turn);
                self.answer(asker, transaction, half, Some(Outcome::Abort), turn);
            }
            (None, ..) => self.answer(asker, transaction, half, None, turn),
        }
    }

    fn tell(&self, caller: NodeId, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        turn.send_connected(caller, Message::Database(Database::Executed { transaction, outcome }));
    }

    fn answer(
        &self,
        asker: NodeId,
        transaction: Transaction,
        half: Offset,
        outcome: Option<Outcome>,
        turn: &mut Turn<Self>,
    ) {
        turn.send_connected(asker, Message::Database(Database::Standing { transaction, half, outcome }));
    }
}

impl Role for Store {
    type Message = Message;
    type Timer = Work;
    type Durable = Tables<Verdicts>;
    type Setup = Settings;

    /// After a crash: open local transactions never were.
    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        let desk = Desk::recovered(&settings.business, SENDER, turn.disk());
        Store { settings: *settings, desk, open: SortedMap::new() }
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Database(Database::Execute { transaction, order }) => {
                self.execute(from, transaction, order, turn);
            }
            Message::Database(Database::Query { transaction, half }) => self.query(from, transaction, half, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Work, turn: &mut Turn<Self>) {
        self.finish(timer.0, turn);
    }

    fn face(&self, _disk: &Tables<Verdicts>) -> Face {
        match self.open.is_empty() {
            true => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
            false => Face { word: Text::new("transaction open", "事务未提交"), mood: Mood::Busy },
        }
    }
}
