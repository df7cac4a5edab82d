//! A branch: one service with its own database. It checks and sets aside, and later uses or gives back what it has set
//! aside; each in one local transaction with the guard that keeps it from doing so twice, too late, or for nothing.

use super::message::{Message, Timer};
use super::settings::{Guard, Mistake, Settings};
use super::table::{Record, Table};
use crate::protocols::parts::atomic_commitment::CLIENT as INITIATOR;
use crate::protocols::parts::business::{Business, Order};
use crate::protocols::parts::database::{Change, Schema, Transaction};
use crate::protocols::parts::flexible::barrier;
use crate::protocols::parts::flexible::books::{Operation, Posting};
use crate::protocols::parts::flexible::fence::{self, Answer, Status};
use crate::sim::payload::Outcome;
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Condition, ConditionKind, Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedSet;
use crate::text::Text;
use serde::Serialize;

/// How long Seata's queue of rows to be deleted waits before it deletes.
const DELETE_AFTER: Span = Span::millis(1);
/// A fence that is cleaned far too early; Seata's own period is a day.
const CLEAN_EARLY_AFTER: Span = Span::seconds(1);

/// What the guard and the business together make of an operation that arrives.
enum Done {
    /// It is, or was before, and the caller may go on once it is durable.
    Yes,
    /// It is not: the business refuses, or the guard throws an exception.
    No,
}

/// The branch's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Branch {
    #[serde(skip)]
    settings: Settings,
    #[serde(skip)]
    schema: Schema,
    /// Which service it is, from 1.
    number: u8,
    /// The database as it will be when all that is written is durable.
    table: Table,
    /// Orders whose confirm the business fails, since an operator broke it.
    failing: SortedSet<Transaction>,
}

impl Branch {
    pub fn table(&self) -> &Table {
        &self.table
    }

    pub fn is_failing(&self, transaction: Transaction) -> bool {
        self.failing.contains(&transaction)
    }

    /// Whether the business can set aside what a try asks for.
    pub fn allows_try(&self, message: &Message) -> bool {
        match *message {
            Message::Try { transaction, order } => {
                self.business(Operation::Try, transaction, self.change(order)).is_some()
            }
            _ => false,
        }
    }

    /// Orders whose confirm the business fails.
    pub fn failing(&self) -> &SortedSet<Transaction> {
        &self.failing
    }

    fn try_it(&mut self, from: NodeId, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        let early = self.settings.mistake == Mistake::ReplyBeforeFsync && self.would_reserve(transaction, order);
        if early {
            turn.send(from, Message::Tried { transaction });
        }
        match self.carry_out(Operation::Try, transaction, order, turn) {
            Done::Yes if early => {}
            Done::Yes => turn.send(from, Message::Tried { transaction }),
            Done::No => turn.send(from, Message::Refused { transaction }),
        }
    }

    fn would_reserve(&self, transaction: Transaction, order: Order) -> bool {
        let change = self.change(order);
        self.table.books.allow(&self.schema, Operation::Try, change) && self.table.fence(transaction).is_none()
    }

    fn confirm(&mut self, from: NodeId, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        match self.carry_out(Operation::Confirm, transaction, order, turn) {
            Done::Yes => turn.send(from, Message::Confirmed { transaction }),
            Done::No => turn.send(from, Message::Failed { transaction }),
        }
    }

    fn cancel(&mut self, from: NodeId, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        match self.carry_out(Operation::Cancel, transaction, order, turn) {
            Done::Yes => turn.send(from, Message::Cancelled { transaction }),
            Done::No => turn.send(from, Message::Failed { transaction }),
        }
    }

    /// One operation, as its guard allows.
    fn carry_out(
        &mut self,
        operation: Operation,
        transaction: Transaction,
        order: Order,
        turn: &mut Turn<Self>,
    ) -> Done {
        let change = self.change(order);
        match self.settings.guard {
            Guard::Seata => self.behind_the_fence(operation, transaction, change, turn),
            Guard::Dtm => self.behind_the_barrier(operation, transaction, change, turn),
            Guard::Reservations => self.by_its_reservations(operation, transaction, change, turn),
            Guard::None => match self.business(operation, transaction, change) {
                Some(posting) => self.commit(posting, None, Vec::new(), turn),
                None => Done::No,
            },
        }
    }

    fn change(&self, order: Order) -> Change {
        let [change] = Business::changes(self.number, order);
        change
    }

    /// What the business does, if it can: a try checks, a confirm may be broken, a cancel always can.
    fn business(&self, operation: Operation, transaction: Transaction, change: Change) -> Option<Posting> {
        let can = match operation {
            Operation::Try => self.table.books.allow(&self.schema, operation, change),
            Operation::Confirm => !self.failing.contains(&transaction),
            _ => true,
        };
        can.then(|| self.table.books.posting(&self.schema, transaction, operation, change))
    }

    /// Seata's fence: see [`fence::decide`].
    fn behind_the_fence(
        &mut self,
        operation: Operation,
        transaction: Transaction,
        change: Change,
        turn: &mut Turn<Self>,
    ) -> Done {
        let row = self.table.fence(transaction);
        let verdict = fence::decide(row, operation);
        if verdict.queues_delete && self.settings.mistake == Mistake::DeleteOnDuplicate {
            turn.set(Timer::Clean(transaction), DELETE_AFTER);
        }
        if verdict.runs {
            if operation == Operation::Try && self.settings.mistake == Mistake::ActOutside {
                self.act_outside(transaction, change, turn);
            }
            return match (self.business(operation, transaction, change), verdict.row) {
                (Some(posting), Some(status)) if self.settings.mistake == Mistake::FenceApart => {
                    self.write(Record::Fence { transaction, status }, turn);
                    self.commit(posting, None, Vec::new(), turn)
                }
                (Some(posting), status) => self.commit(posting, status, Vec::new(), turn),
                (None, _) => Done::No,
            };
        }
        if verdict.row != row {
            return self.commit(nothing(transaction, operation), verdict.row, Vec::new(), turn);
        }
        match verdict.answer {
            Answer::True | Answer::Ok | Answer::BusinessResult => Done::Yes,
            Answer::False | Answer::DuplicateKey | Answer::RecordNotExists => Done::No,
        }
    }

    /// A mistake on purpose: a business that will refuse has already set something aside where no rollback reaches it, and
    /// its fence row goes without it.
    fn act_outside(&mut self, transaction: Transaction, change: Change, turn: &mut Turn<Self>) {
        if self.business(Operation::Try, transaction, change).is_none() {
            let posting = self.table.books.posting(&self.schema, transaction, Operation::Try, change);
            self.write(Record::Business { posting, fence: None, barrier: Vec::new() }, turn);
        }
    }

    /// dtm's barrier: see [`barrier::Barrier::arrives`].
    fn behind_the_barrier(
        &mut self,
        operation: Operation,
        transaction: Transaction,
        change: Change,
        turn: &mut Turn<Self>,
    ) -> Done {
        let passage = self.table.barrier.arrives(transaction, operation);
        if passage.runs {
            return match self.business(operation, transaction, change) {
                Some(posting) => self.commit(posting, None, passage.rows, turn),
                None => Done::No,
            };
        }
        if passage.rows.is_empty() {
            return Done::Yes;
        }
        self.commit(nothing(transaction, operation), None, passage.rows, turn)
    }

    /// No guard but what the business knows of itself: whether something is set aside for the order. That is enough for
    /// repeats and for cancelling nothing; it is not enough for a try that comes late.
    fn by_its_reservations(
        &mut self,
        operation: Operation,
        transaction: Transaction,
        change: Change,
        turn: &mut Turn<Self>,
    ) -> Done {
        let reserved = self.table.has_reserved(transaction);
        match operation {
            Operation::Try if reserved => Done::Yes,
            Operation::Confirm if !reserved => Done::Yes,
            Operation::Cancel if !reserved => self.commit(nothing(transaction, operation), None, Vec::new(), turn),
            _ => match self.business(operation, transaction, change) {
                Some(posting) => self.commit(posting, None, Vec::new(), turn),
                None => Done::No,
            },
        }
    }

    /// One local transaction: durable before anybody hears of it.
    fn commit(
        &mut self,
        posting: Posting,
        fence: Option<Status>,
        barrier: Vec<barrier::Row>,
        turn: &mut Turn<Self>,
    ) -> Done {
        if posting.operation != Operation::Try && self.settings.mistake == Mistake::CleanEarly {
            turn.set(Timer::Clean(posting.transaction), CLEAN_EARLY_AFTER);
        }
        self.write(Record::Business { posting, fence, barrier }, turn);
        Done::Yes
    }

    fn write(&mut self, record: Record, turn: &mut Turn<Self>) {
        self.table.apply(&record);
        turn.write(record);
        turn.fsync();
    }
}

/// A local transaction that finds nothing to do and commits all the same.
fn nothing(transaction: Transaction, operation: Operation) -> Posting {
    Posting { transaction, operation, written: None }
}

impl Role for Branch {
    type Message = Message;
    type Timer = Timer;
    type Durable = Table;
    /// The parameters, and which service it is.
    type Setup = (Settings, u8);

    /// After a crash: the database knows all that was committed, and nobody needs to be asked anything.
    fn start((settings, number): &(Settings, u8), turn: &mut Turn<Self>) -> Self {
        Branch {
            settings: *settings,
            schema: settings.business.schema(*number),
            number: *number,
            table: turn.disk().clone(),
            failing: SortedSet::new(),
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Try { transaction, order } => self.try_it(INITIATOR, transaction, order, turn),
            Message::Confirm { transaction, order } => self.confirm(from, transaction, order, turn),
            Message::Cancel { transaction, order } => self.cancel(from, transaction, order, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        if let Timer::Clean(transaction) = *timer {
            self.write(Record::Cleaned { transaction }, turn);
        }
    }

    /// `fail-confirm`: from now on the business fails an order's confirm; `mend`: no longer.
    fn intervene(&mut self, key: &str, arguments: &[u32], _turn: &mut Turn<Self>) -> bool {
        match (key, arguments) {
            ("fail-confirm", [transaction]) => self.failing.insert(Transaction(*transaction)),
            ("mend", [transaction]) => self.failing.remove(&Transaction(*transaction)),
            _ => false,
        }
    }

    fn face(&self, disk: &Table) -> Face {
        let confirming = self.table.reserved().any(|transaction| self.failing.contains(&transaction));
        if confirming {
            Face { word: Text::new("broken", "业务故障"), mood: Mood::Waiting }
        } else if self.table.books.posted() != disk.books.posted() {
            Face { word: Text::new("writing", "写入中"), mood: Mood::Busy }
        } else if disk.reserved().next().is_some() {
            Face { word: Text::new("reserved", "已预留"), mood: Mood::Holding }
        } else {
            match disk.last_outcome() {
                Some(Outcome::Commit) => {
                    Face { word: Text::new("confirmed", "已确认"), mood: Mood::Decided(Outcome::Commit) }
                }
                Some(Outcome::Abort) => {
                    Face { word: Text::new("cancelled", "已取消"), mood: Mood::Decided(Outcome::Abort) }
                }
                None => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
            }
        }
    }

    fn conditions(&self, disk: &Table, _now: crate::sim::clock::LocalTime) -> Vec<Condition> {
        let holds = |transaction: Transaction| Condition { kind: ConditionKind::Holds, subject: transaction.subject() };
        disk.reserved().map(holds).collect()
    }
}
