//! A service's disk: the books of its business and, in the same database, the barrier's table, what an action found, which
//! rows are flagged, and the events that are still to be published.

use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::{RowNumber, Transaction};
use crate::protocols::parts::flexible::barrier::{self, Barrier};
use crate::protocols::parts::flexible::books::{Books, Levels, Operation, Posting, Written};
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::Durable;
use crate::sorted::SortedMap;
use serde::Serialize;

/// What a service publishes about its own step, in the same local transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Event {
    /// It is done: to the next service.
    Happened(Order),
    /// It is back: to the service before.
    Unwound(Order),
    /// The saga is over: to the client.
    Over(Outcome),
}

/// What a service logs: each record is one local transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    /// A step, or what makes up for it, with the guard's rows and the event that tells of it.
    Local {
        transaction: Transaction,
        posting: Option<Posting>,
        barrier: Vec<barrier::Row>,
        event: Option<Event>,
        /// The row is flagged until the saga is over.
        flags: Option<RowNumber>,
        /// What the action found is kept for its compensation.
        remembers: bool,
    },
    /// Somebody has the event: it need not be published again. Never forced.
    Published { transaction: Transaction },
    /// The saga is over: its flag comes off.
    Unflagged { transaction: Transaction },
    /// Somebody who is no order has used up what orders had brought.
    Spent { row: RowNumber, amount: i64 },
}

impl Record {
    /// The order that it is about, if it is about one.
    pub fn transaction(&self) -> Option<Transaction> {
        match self {
            Record::Local { transaction, .. }
            | Record::Published { transaction }
            | Record::Unflagged { transaction } => Some(*transaction),
            Record::Spent { .. } => None,
        }
    }
}

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self {
            Record::Local { posting: Some(Posting { operation, written: Some(_), .. }), .. } => {
                if operation.undoes() {
                    "step-taken-back"
                } else {
                    "step"
                }
            }
            Record::Local { posting: Some(_), .. } => "nothing-to-undo",
            Record::Local { posting: None, .. } => "refusal",
            Record::Published { .. } => "published",
            Record::Unflagged { .. } => "unflagged",
            Record::Spent { .. } => "spent",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().map_or(Subject::NONE, Transaction::subject)
    }

    fn tone(&self) -> Tone {
        match self {
            Record::Local { posting: Some(Posting { operation, written: Some(_), .. }), .. } => {
                Tone::Decision(if operation.undoes() { Outcome::Abort } else { Outcome::Commit })
            }
            _ => Tone::Reply,
        }
    }
}

/// A service's disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Store {
    pub books: Books,
    pub barrier: Barrier,
    /// What each saga's action found in its row, and left there.
    found: SortedMap<Transaction, (Levels, Levels)>,
    /// Rows that a saga which is not over has changed.
    flags: SortedMap<RowNumber, Transaction>,
    outbox: SortedMap<Transaction, Event>,
    last: Option<Outcome>,
    /// What was used up by others, in all rows. Left out of the state while nothing was, as links remember it.
    #[serde(skip_serializing_if = "is_nothing")]
    spent: i64,
}

fn is_nothing(amount: &i64) -> bool {
    *amount == 0
}

impl Store {
    /// What the saga's action found in its row, and what it left there.
    pub fn found(&self, transaction: Transaction) -> Option<(Levels, Levels)> {
        self.found.get(&transaction).copied()
    }

    /// Which saga has flagged the row.
    pub fn flag(&self, row: RowNumber) -> Option<Transaction> {
        self.flags.get(&row).copied()
    }

    /// The rows that are flagged.
    pub fn flags(&self) -> impl Iterator<Item = (RowNumber, Transaction)> + '_ {
        self.flags.iter().map(|(row, transaction)| (*row, *transaction))
    }

    /// The event about a saga that nobody has acknowledged.
    pub fn unpublished(&self, transaction: Transaction) -> Option<Event> {
        self.outbox.get(&transaction).copied()
    }

    /// The events that nobody has acknowledged.
    pub fn outbox(&self) -> impl Iterator<Item = (Transaction, Event)> + '_ {
        self.outbox.iter().map(|(transaction, event)| (*transaction, *event))
    }

    /// What was used up by others, in all rows.
    pub fn spent(&self) -> i64 {
        self.spent
    }

    /// What the service did last.
    pub fn last(&self) -> Option<Outcome> {
        self.last
    }
}

impl Durable for Store {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        match record {
            Record::Local { transaction, posting, barrier, event, flags, remembers } => {
                if let Some(posting) = posting {
                    self.books.read(posting);
                    match (posting.operation, posting.written) {
                        (Operation::Action, Some(Written { before, after, .. })) => {
                            if *remembers {
                                self.found.insert(*transaction, (before, after));
                            }
                            self.last = Some(Outcome::Commit);
                        }
                        (Operation::Compensate, _) => {
                            self.found.remove(transaction);
                            self.flags.retain(|_, by| by != transaction);
                            self.last = Some(Outcome::Abort);
                        }
                        _ => {}
                    }
                }
                barrier.iter().for_each(|row| self.barrier.read(row));
                if let Some(event) = event {
                    self.outbox.insert(*transaction, *event);
                }
                if let Some(row) = flags {
                    self.flags.insert(*row, *transaction);
                }
            }
            Record::Published { transaction } => {
                self.outbox.remove(transaction);
            }
            Record::Unflagged { transaction } => {
                self.flags.retain(|_, by| by != transaction);
                self.found.remove(transaction);
            }
            Record::Spent { row, amount } => {
                self.books.spend(*row, *amount);
                self.spent += amount;
            }
        }
    }
}
