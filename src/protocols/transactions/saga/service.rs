//! A service: does its step in one local transaction, for all to see, and makes up for it in another if it must.
//!
//! Orchestrated, it does as it is called. Choreographed, it reacts to what the one before it has published, and publishes
//! what it has done in the same local transaction: the event waits in its database until somebody has it.

use super::message::{Message, Timer};
use super::settings::{Isolation, Settings, TextMessage};
use super::store::{Event, Record, Store};
use crate::protocols::parts::business::{Business, Order};
use crate::protocols::parts::database::{Change, RowNumber, Schema, Transaction};
use crate::protocols::parts::flexible::barrier::{self, Passage};
use crate::protocols::parts::flexible::books::{Levels, Operation, Posting, Written};
use crate::sim::clock::LocalTime;
use crate::sim::payload::Outcome;
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Condition, ConditionKind, Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::SortedSet;
use crate::text::Text;
use serde::Serialize;

/// What becomes of a call.
enum Outcomes {
    Done,
    Refused,
    Busy,
}

/// The service's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Service {
    #[serde(skip)]
    settings: Settings,
    #[serde(skip)]
    schema: Schema,
    /// Which service it is, from 1.
    number: u8,
    /// The database as it will be when all that is written is durable.
    store: Store,
    /// Orders whose compensation the business fails, since an operator broke it.
    failing: SortedSet<Transaction>,
}

impl Service {
    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn number(&self) -> u8 {
        self.number
    }

    /// Orders whose compensation the business fails.
    pub fn failing(&self) -> &SortedSet<Transaction> {
        &self.failing
    }

    /// Which step is its, from 1.
    pub fn step(&self) -> u8 {
        self.settings.step(self.number)
    }

    /// Whether this step is the pivot.
    pub fn is_pivot(&self) -> bool {
        self.settings.is_pivot(self.step())
    }

    /// Whether somebody has spent what the step would have to take back.
    pub fn lacks(&self, order: Order) -> bool {
        self.store.spent() > 0 && !self.store.books.allow(&self.schema, Operation::Compensate, self.change(order))
    }

    fn change(&self, order: Order) -> Change {
        let [change] = Business::changes(self.number, order);
        change
    }

    /// What the guard makes of an operation; without a guard everything runs.
    fn passage(&self, operation: Operation, transaction: Transaction) -> Passage {
        if self.settings.guarded {
            self.store.barrier.arrives(transaction, operation)
        } else {
            Passage { rows: Vec::new(), runs: true }
        }
    }

    /// Does the step, once.
    fn act(&mut self, transaction: Transaction, order: Order, event: Option<Event>, turn: &mut Turn<Self>) -> Outcomes {
        let passage = self.passage(Operation::Action, transaction);
        if !passage.runs {
            return Outcomes::Done;
        }
        let change = self.change(order);
        let flagged_by = self.store.flag(change.row).filter(|by| *by != transaction);
        if self.settings.has_semantic_locks() && flagged_by.is_some() {
            return Outcomes::Busy;
        }
        if !self.store.books.allow(&self.schema, Operation::Action, change) {
            return Outcomes::Refused;
        }
        let posting = self.store.books.posting(&self.schema, transaction, Operation::Action, change);
        let flags = self.settings.has_semantic_locks().then_some(change.row);
        self.commit(transaction, Some(posting), passage.rows, event, flags, turn);
        if self.texts() {
            turn.send(self.settings.client(), Message::Text { transaction });
        }
        Outcomes::Done
    }

    /// Whether the customer gets a text message when this step is done. With an orchestrator, only that knows the end.
    fn texts(&self) -> bool {
        match self.settings.text_message {
            TextMessage::Never => false,
            TextMessage::WithTheFirstStep => self.step() == 1,
            TextMessage::WhenItIsOver => !self.settings.is_orchestrated() && self.step() == self.settings.steps(),
        }
    }

    /// Makes up for the step, once, and only if there was one. It cannot refuse; it can fail: if the business throws an
    /// exception, or if what would have to be taken back is gone.
    fn undo(&mut self, transaction: Transaction, order: Order, event: Option<Event>, turn: &mut Turn<Self>) -> bool {
        if self.failing.contains(&transaction) {
            return false;
        }
        let passage = self.passage(Operation::Compensate, transaction);
        if passage.runs {
            if self.lacks(order) {
                return false;
            }
            let posting = self.compensation(transaction, self.change(order));
            self.commit(transaction, Some(posting), passage.rows, event, None, turn);
        } else if !passage.rows.is_empty() {
            let nothing = Posting { transaction, operation: Operation::Compensate, written: None };
            self.commit(transaction, Some(nothing), passage.rows, event, None, turn);
        }
        true
    }

    /// How a compensation writes: by taking the difference back, or by putting back what the action had found.
    fn compensation(&self, transaction: Transaction, change: Change) -> Posting {
        let posting = self.store.books.posting(&self.schema, transaction, Operation::Compensate, change);
        let before = self.store.books.levels(&self.schema, change.row);
        let put_back = |to: Levels| Posting { written: Some(Written { change, before, after: to }), ..posting };
        match (self.settings.isolation, self.store.found(transaction)) {
            (Isolation::Overwrite, Some((found, _))) => put_back(found),
            // Only if nobody has written since; otherwise it works out anew what to write.
            (Isolation::Reread, Some((found, left))) if left == before => put_back(found),
            _ => posting,
        }
    }

    fn commit(
        &mut self,
        transaction: Transaction,
        posting: Option<Posting>,
        barrier: Vec<barrier::Row>,
        event: Option<Event>,
        flags: Option<RowNumber>,
        turn: &mut Turn<Self>,
    ) {
        let remembers = matches!(self.settings.isolation, Isolation::Overwrite | Isolation::Reread);
        self.write(Record::Local { transaction, posting, barrier, event, flags, remembers }, turn);
        turn.fsync();
        self.publish(transaction, turn);
    }

    fn write(&mut self, record: Record, turn: &mut Turn<Self>) {
        self.store.apply(&record);
        turn.write(record);
    }

    // Orchestrated: as it is called.

    fn called(&mut self, from: NodeId, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        let answer = match self.act(transaction, order, None, turn) {
            Outcomes::Done => Message::Done { transaction },
            Outcomes::Refused => Message::Refused { transaction },
            Outcomes::Busy => Message::Busy { transaction },
        };
        turn.send(from, answer);
    }

    fn called_back(&mut self, from: NodeId, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        let answer = if self.undo(transaction, order, None, turn) {
            Message::Compensated { transaction }
        } else {
            Message::Failed { transaction }
        };
        turn.send(from, answer);
    }

    fn let_go(&mut self, from: NodeId, transaction: Transaction, turn: &mut Turn<Self>) {
        if self.store.flags().any(|(_, by)| by == transaction) {
            self.write(Record::Unflagged { transaction }, turn);
            turn.fsync();
        }
        turn.send(from, Message::Finished { transaction });
    }

    // Choreographed: as events come.

    /// The step before has happened, or the order has been placed: this step's turn.
    fn react(&mut self, from: NodeId, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        let event =
            if self.step() == self.settings.steps() { Event::Over(Outcome::Commit) } else { Event::Happened(order) };
        match self.act(transaction, order, Some(event), turn) {
            Outcomes::Done => self.note(from, transaction, false, turn),
            Outcomes::Refused if self.settings.may_turn_back_when_refused(self.step()) => {
                self.refuse(transaction, order, turn);
                self.note(from, transaction, false, turn);
            }
            // After the pivot there is only forward: the event will come again, since nobody has taken it.
            Outcomes::Refused | Outcomes::Busy => {}
        }
    }

    /// The saga turns back here. The barrier's rows see that the step is not done after all when its event comes again.
    fn refuse(&mut self, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        let rows = self.passage(Operation::Compensate, transaction).rows;
        let event = self.back(order);
        self.commit(transaction, None, rows, Some(event), None, turn);
    }

    /// The step after is back: this step makes up for its own.
    fn unwind(&mut self, from: NodeId, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        let event = self.back(order);
        if self.undo(transaction, order, Some(event), turn) {
            self.note(from, transaction, true, turn);
        }
    }

    /// What it publishes when its own step is back.
    fn back(&self, order: Order) -> Event {
        if self.step() == 1 { Event::Over(Outcome::Abort) } else { Event::Unwound(order) }
    }

    fn note(&self, from: NodeId, transaction: Transaction, unwound: bool, turn: &mut Turn<Self>) {
        if from != self.settings.client() {
            turn.send(from, Message::Noted { transaction, unwound });
        }
    }

    /// Sends an event that nobody has acknowledged, and will do so again.
    fn publish(&self, transaction: Transaction, turn: &mut Turn<Self>) {
        match self.store.unpublished(transaction) {
            Some(Event::Happened(order)) => {
                turn.send(self.settings.service(self.step() + 1), Message::Happened { transaction, order });
            }
            Some(Event::Unwound(order)) => {
                turn.send(
                    self.settings.service(self.step().saturating_sub(1)),
                    Message::Unwound { transaction, order },
                );
            }
            Some(Event::Over(outcome)) => {
                turn.send_connected(self.settings.client(), Message::Result { transaction, outcome });
            }
            None => return,
        }
        turn.set(Timer::Retry(transaction), self.settings.retry);
    }

    /// Somebody has the event. One about the way back is not meant by an acknowledgement of the way forward.
    fn noted(&mut self, transaction: Transaction, unwound: bool, turn: &mut Turn<Self>) {
        let meant = match self.store.unpublished(transaction) {
            Some(Event::Happened(_) | Event::Over(Outcome::Commit)) => !unwound,
            Some(Event::Unwound(_) | Event::Over(Outcome::Abort)) => unwound,
            None => false,
        };
        if meant {
            turn.cancel(Timer::Retry(transaction));
            self.write(Record::Published { transaction }, turn);
        }
    }

    /// Somebody who is no order uses up what orders have brought to a row, for example to pay a supplier. Everybody heeds
    /// flags.
    fn spend(&mut self, row: RowNumber, turn: &mut Turn<Self>) -> bool {
        let amount = self.store.books.levels(&self.schema, row).available - self.schema.initially;
        let spends = amount > 0 && self.store.flag(row).is_none();
        if spends {
            self.write(Record::Spent { row, amount }, turn);
            turn.fsync();
        }
        spends
    }
}

impl Role for Service {
    type Message = Message;
    type Timer = Timer;
    type Durable = Store;
    /// The parameters, and which service it is.
    type Setup = (Settings, u8);

    /// After a crash: what was not published is published again.
    fn start((settings, number): &(Settings, u8), turn: &mut Turn<Self>) -> Self {
        let service = Service {
            settings: *settings,
            schema: settings.business.schema(*number),
            number: *number,
            store: turn.disk().clone(),
            failing: SortedSet::new(),
        };
        let unpublished: Vec<Transaction> = turn.disk().outbox().map(|(transaction, _)| transaction).collect();
        for transaction in unpublished {
            service.publish(transaction, turn);
        }
        service
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Action { transaction, order } => self.called(from, transaction, order, turn),
            Message::Compensate { transaction, order } => self.called_back(from, transaction, order, turn),
            Message::Finish { transaction } => self.let_go(from, transaction, turn),
            Message::Order { transaction, order } | Message::Happened { transaction, order } => {
                self.react(from, transaction, order, turn);
            }
            Message::Unwound { transaction, order } => self.unwind(from, transaction, order, turn),
            Message::Noted { transaction, unwound } => self.noted(transaction, unwound, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        if let Timer::Retry(transaction) = *timer {
            self.publish(transaction, turn);
        }
    }

    /// `fail-compensation`: from now on the business fails an order's compensation; `mend`: no longer; `spend`: somebody
    /// uses up what orders have brought to a row.
    fn intervene(&mut self, key: &str, arguments: &[u32], turn: &mut Turn<Self>) -> bool {
        match (key, arguments) {
            ("fail-compensation", [transaction]) => self.failing.insert(Transaction(*transaction)),
            ("spend", [row]) => self.spend(row.saturating_sub(1) as RowNumber, turn),
            ("mend", [transaction]) => self.failing.remove(&Transaction(*transaction)),
            _ => false,
        }
    }

    fn face(&self, disk: &Store) -> Face {
        if self.store.books.posted() != disk.books.posted() {
            return Face { word: Text::new("writing", "写入中"), mood: Mood::Busy };
        }
        if disk.flags().next().is_some() {
            return Face { word: Text::new("flagged", "已标记"), mood: Mood::Holding };
        }
        match disk.last() {
            Some(Outcome::Commit) => {
                Face { word: Text::new("done", "已完成"), mood: Mood::Decided(Outcome::Commit) }
            }
            Some(Outcome::Abort) => {
                Face { word: Text::new("compensated", "已补偿"), mood: Mood::Decided(Outcome::Abort) }
            }
            None => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
        }
    }

    fn conditions(&self, disk: &Store, _now: LocalTime) -> Vec<Condition> {
        let holds = |transaction: Transaction| Condition { kind: ConditionKind::Holds, subject: transaction.subject() };
        disk.flags().map(|(_, transaction)| holds(transaction)).collect()
    }
}
