//! The orchestrator: calls one step after the other, and writes each answer down before it goes on. If a step refuses, it
//! turns round and compensates what was begun, the last first; the step that refused too, and one that never answered,
//! because nobody can know what it did.

use super::log::{Course, Log, Record};
use super::message::{Message, Timer};
use super::settings::{Mistake, Settings, TextMessage};
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::Outcome;
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// The orchestrator's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Orchestrator {
    #[serde(skip)]
    settings: Settings,
    /// The log as it will be when all that is written is durable.
    log: Log,
    /// Sagas that are over, and who has still to let go of a semantic lock.
    finishing: SortedMap<Transaction, SortedSet<NodeId>>,
    /// How often the call that is under way was repeated.
    repeated: SortedMap<Transaction, u8>,
    last: Option<Outcome>,
}

impl Orchestrator {
    /// The log, with what is being written.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Where a saga stands, if it is not over.
    pub fn course(&self, transaction: Transaction) -> Option<Course> {
        self.log.open(transaction).map(|entry| entry.course)
    }

    /// The step, from 1, that is being called.
    pub fn step(&self, transaction: Transaction) -> Option<u8> {
        match self.course(transaction)? {
            Course::Forward(step) => Some(step),
            Course::Back { from, undone } => Some(self.back(from, undone)),
            Course::Over(_) => None,
        }
    }

    /// The step to be compensated when so many are: the last first.
    fn back(&self, from: u8, undone: u8) -> u8 {
        match self.settings.mistake {
            Mistake::CompensateInOrder => undone + 1,
            _ => from - undone,
        }
    }

    fn keep(&mut self, record: Record, turn: &mut Turn<Self>) {
        self.log.apply(&record);
        turn.write(record);
        turn.fsync();
    }

    /// The client's order, for the first time or again.
    fn ordered(&mut self, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        if let Some(outcome) = turn.disk().outcome(transaction) {
            turn.send_connected(self.settings.client(), Message::Result { transaction, outcome });
        } else if self.log.open(transaction).is_none() && self.log.outcome(transaction).is_none() {
            self.keep(Record::Opened { transaction, order }, turn);
            turn.set(Timer::Global(transaction), self.settings.saga_timeout);
            self.call(transaction, turn);
        }
    }

    /// Calls what is to be done next, for the first time or again.
    fn call(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(entry) = self.log.open(transaction) else { return };
        let order = entry.order;
        match entry.course {
            Course::Forward(step) => {
                turn.send(self.settings.service(step), Message::Action { transaction, order });
            }
            Course::Back { from, undone } => {
                let step = self.back(from, undone);
                turn.send(self.settings.service(step), Message::Compensate { transaction, order });
            }
            Course::Over(_) => {
                for service in self.finishing.get(&transaction).into_iter().flatten() {
                    turn.send(*service, Message::Finish { transaction });
                }
            }
        }
        let repeated = self.repeated.get(&transaction).copied().unwrap_or(0);
        turn.set(Timer::Retry(transaction), self.settings.pause_before_repeat(repeated));
    }

    /// The next call is a first one.
    fn go_on(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        self.repeated.remove(&transaction);
        self.call(transaction, turn);
    }

    fn done(&mut self, transaction: Transaction, from: NodeId, turn: &mut Turn<Self>) {
        let Some(Course::Forward(step)) = self.course(transaction) else { return };
        if from != self.settings.service(step) {
            return;
        }
        if step == self.settings.steps() {
            self.end(transaction, Outcome::Commit, turn);
        } else {
            self.keep(Record::StepDone { transaction, step }, turn);
            self.go_on(transaction, turn);
        }
    }

    /// The business refuses. Before the pivot the saga turns back; after it, and with forward recovery, it asks again.
    fn refused(&mut self, transaction: Transaction, from: NodeId, turn: &mut Turn<Self>) {
        let Some(Course::Forward(step)) = self.course(transaction) else { return };
        if from == self.settings.service(step) && self.settings.may_turn_back_when_refused(step) {
            self.turn_back(transaction, step, turn);
        }
    }

    /// Its time is up. A step without an answer may have been done: it is compensated too, unless it is the pivot, which
    /// cannot be.
    fn timed_out(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        if let Some(Course::Forward(step)) = self.course(transaction)
            && self.settings.may_turn_back_in_doubt(step)
        {
            self.turn_back(transaction, step, turn);
        }
    }

    fn turn_back(&mut self, transaction: Transaction, step: u8, turn: &mut Turn<Self>) {
        turn.cancel(Timer::Global(transaction));
        let from = if self.settings.is_pivot(step) { step - 1 } else { step };
        self.keep(Record::Turned { transaction, step: from }, turn);
        if from == 0 {
            self.end(transaction, Outcome::Abort, turn);
        } else {
            self.go_on(transaction, turn);
        }
    }

    fn compensated(&mut self, transaction: Transaction, by: NodeId, turn: &mut Turn<Self>) {
        let Some(Course::Back { from, undone }) = self.course(transaction) else { return };
        let step = self.back(from, undone);
        if by != self.settings.service(step) {
            return;
        }
        if undone + 1 == from {
            self.end(transaction, Outcome::Abort, turn);
        } else {
            self.keep(Record::StepUndone { transaction, step }, turn);
            self.go_on(transaction, turn);
        }
    }

    /// The saga is over; with semantic locks every service is told so.
    fn end(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        turn.cancel(Timer::Global(transaction));
        turn.cancel(Timer::Retry(transaction));
        self.repeated.remove(&transaction);
        self.last = Some(outcome);
        self.keep(Record::Ended { transaction, outcome }, turn);
        turn.send_connected(self.settings.client(), Message::Result { transaction, outcome });
        if outcome == Outcome::Commit && self.settings.text_message == TextMessage::WhenItIsOver {
            turn.send(self.settings.client(), Message::Text { transaction });
        }
        self.tell_the_end(transaction, outcome, turn);
    }

    /// What was compensated has let go already.
    fn tell_the_end(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        if self.settings.has_semantic_locks() && outcome == Outcome::Commit {
            self.finishing.insert(transaction, self.settings.services().collect());
            self.call(transaction, turn);
        } else {
            self.close(transaction, turn);
        }
    }

    fn finished(&mut self, transaction: Transaction, from: NodeId, turn: &mut Turn<Self>) {
        let Some(left) = self.finishing.get_mut(&transaction) else { return };
        left.remove(&from);
        if left.is_empty() {
            self.finishing.remove(&transaction);
            turn.cancel(Timer::Retry(transaction));
            self.close(transaction, turn);
        }
    }

    fn close(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let record = Record::Closed { transaction };
        self.log.apply(&record);
        turn.write(record);
    }
}

impl Role for Orchestrator {
    type Message = Message;
    type Timer = Timer;
    type Durable = Log;
    type Setup = Settings;

    /// After a crash: every saga goes on with the step that is not written down. It may have been called, and done.
    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        let mut orchestrator = Orchestrator {
            settings: *settings,
            log: turn.disk().clone(),
            finishing: SortedMap::new(),
            repeated: SortedMap::new(),
            last: None,
        };
        let open: Vec<(Transaction, Course)> =
            turn.disk().all_open().map(|(transaction, entry)| (transaction, entry.course)).collect();
        for (transaction, course) in open {
            match course {
                Course::Over(outcome) => {
                    turn.send_connected(settings.client(), Message::Result { transaction, outcome });
                    orchestrator.tell_the_end(transaction, outcome, turn);
                }
                Course::Back { from, undone } if undone == from => {
                    orchestrator.end(transaction, Outcome::Abort, turn);
                }
                Course::Forward(_) => {
                    turn.set(Timer::Global(transaction), settings.saga_timeout);
                    orchestrator.call(transaction, turn);
                }
                Course::Back { .. } => orchestrator.call(transaction, turn),
            }
        }
        orchestrator
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Order { transaction, order } => self.ordered(transaction, order, turn),
            Message::Done { transaction } => self.done(transaction, from, turn),
            Message::Refused { transaction } => self.refused(transaction, from, turn),
            Message::Compensated { transaction } => self.compensated(transaction, from, turn),
            Message::Finished { transaction } => self.finished(transaction, from, turn),
            // Not now: asked again when its time comes.
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        match *timer {
            Timer::Global(transaction) => self.timed_out(transaction, turn),
            Timer::Retry(transaction) => {
                let repeated = self.repeated.entry(transaction).or_insert(0);
                *repeated = repeated.saturating_add(1);
                self.call(transaction, turn);
            }
            Timer::Answer(_) => {}
        }
    }

    fn face(&self, _disk: &Log) -> Face {
        let course =
            self.log.all_open().map(|(_, entry)| entry.course).find(|course| !matches!(course, Course::Over(_)));
        match (course, self.last) {
            (Some(Course::Forward(step)), _) => {
                let word = crate::say!("step {step}", "第 {step} 步");
                Face { word, mood: Mood::Waiting }
            }
            (Some(_), _) => Face { word: Text::new("turns back", "回退中"), mood: Mood::Decided(Outcome::Abort) },
            (None, Some(outcome)) => Face { word: Text::new("done", "完成"), mood: Mood::Decided(outcome) },
            (None, None) => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
        }
    }
}
