//! The orchestrator's log: how far each saga has come, and which way it goes.

use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::Durable;
use crate::sorted::SortedMap;
use serde::Serialize;

/// What the orchestrator logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    /// A saga begins.
    Opened { transaction: Transaction, order: Order },
    /// A step, from 1, has answered that it is done.
    StepDone { transaction: Transaction, step: u8 },
    /// The saga turns back: this step is the first to be compensated.
    Turned { transaction: Transaction, step: u8 },
    /// A step is compensated.
    StepUndone { transaction: Transaction, step: u8 },
    /// The saga is over. Every step is done, or every step that was begun is compensated.
    Ended { transaction: Transaction, outcome: Outcome },
    /// All have let go of their semantic locks. Never forced.
    Closed { transaction: Transaction },
}

impl Record {
    pub fn transaction(&self) -> Transaction {
        match self {
            Record::Opened { transaction, .. }
            | Record::StepDone { transaction, .. }
            | Record::Turned { transaction, .. }
            | Record::StepUndone { transaction, .. }
            | Record::Ended { transaction, .. }
            | Record::Closed { transaction } => *transaction,
        }
    }
}

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self {
            Record::Opened { .. } => "opened",
            Record::StepDone { .. } => "step-done",
            Record::Turned { .. } => "turned",
            Record::StepUndone { .. } => "step-undone",
            Record::Ended { .. } => "ended",
            Record::Closed { .. } => "closed",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Record::Turned { .. } => Tone::Decision(Outcome::Abort),
            Record::Ended { outcome, .. } => Tone::Decision(*outcome),
            _ => Tone::Reply,
        }
    }
}

/// Which way a saga goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Course {
    /// This step, from 1, is to be done next.
    Forward(u8),
    /// These steps are to be compensated: from `from` down to 1, of which so many are.
    Back { from: u8, undone: u8 },
    /// It is over; with semantic locks the services are still to be told.
    Over(Outcome),
}

/// What is known of a saga.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub order: Order,
    pub course: Course,
}

/// The orchestrator's disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Log {
    open: SortedMap<Transaction, Entry>,
    ended: SortedMap<Transaction, Outcome>,
}

impl Log {
    pub fn open(&self, transaction: Transaction) -> Option<&Entry> {
        self.open.get(&transaction)
    }

    /// Every saga that is not over, or of which somebody has still to be told.
    pub fn all_open(&self) -> impl Iterator<Item = (Transaction, &Entry)> + '_ {
        self.open.iter().map(|(transaction, entry)| (*transaction, entry))
    }

    /// How a saga ended.
    pub fn outcome(&self, transaction: Transaction) -> Option<Outcome> {
        self.ended.get(&transaction).copied()
    }

    fn course(&mut self, transaction: Transaction) -> Option<&mut Course> {
        self.open.get_mut(&transaction).map(|entry| &mut entry.course)
    }
}

impl Durable for Log {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        let transaction = record.transaction();
        match *record {
            Record::Opened { order, .. } => {
                self.open.insert(transaction, Entry { order, course: Course::Forward(1) });
            }
            Record::StepDone { step, .. } => {
                if let Some(course) = self.course(transaction) {
                    *course = Course::Forward(step + 1);
                }
            }
            Record::Turned { step, .. } => {
                if let Some(course) = self.course(transaction) {
                    *course = Course::Back { from: step, undone: 0 };
                }
            }
            Record::StepUndone { .. } => {
                if let Some(Course::Back { undone, .. }) = self.course(transaction) {
                    *undone += 1;
                }
            }
            Record::Ended { outcome, .. } => {
                if let Some(course) = self.course(transaction) {
                    *course = Course::Over(outcome);
                }
                self.ended.insert(transaction, outcome);
            }
            Record::Closed { .. } => {
                self.open.remove(&transaction);
            }
        }
    }
}
