//! A database that takes part in a distributed transaction: rows, exclusive row locks, a redo/undo log.
//!
//! A transaction locks each row that it writes, from the first write to its decision there; who comes later waits, first
//! come first served. Before it may promise anything it logs, for every row, the value before (undo) and after (redo):
//! that is its `prepared` record. The committed rows change only when a `committed` record is durable.
//!
//! Two types keep what a crash takes from what it leaves. [`Database`] is memory: locks, waiters, working transactions.
//! [`Stored`] is the disk: what its records, read in order, make of an empty one. After a crash
//! [`Database::recovered`] re-takes the locks of prepared transactions; working ones are gone, as if they never began.
//!
//! Methods change the state and return what happened. Nothing here sends, waits or reads a clock: that is the
//! protocol's, as is the time-out of a wait for a lock.

mod memory;
mod stored;
#[cfg(test)]
mod tests;

pub use memory::{Database, Resumed, Standing, Writing};
pub use stored::Stored;

use crate::sim::payload::{Named, Outcome, Subject, Tone};
use serde::Serialize;
use std::fmt;

/// A distributed transaction's number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Transaction(pub u32);

impl Transaction {
    pub fn subject(self) -> Subject {
        Subject(self.0)
    }
}

impl fmt::Display for Transaction {
    /// As sentences and labels have it: `t1`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "t{}", self.0)
    }
}

/// A row's number in its database, from 0.
pub type RowNumber = u16;

/// One thing that a transaction does at a database: add `by` to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub row: RowNumber,
    pub by: i64,
}

/// A row's value before (undo) and after (redo) a transaction's write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Image {
    pub row: RowNumber,
    pub before: i64,
    pub after: i64,
}

/// What a database is told once and for ever: what every row starts with, and between what values it must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// How many rows there are, at least 1.
    pub rows: RowNumber,
    /// What every row holds at first.
    pub initially: i64,
    /// A row below this is refused: nothing left on the shelf.
    pub at_least: i64,
    /// A row above this is refused: the card's limit is reached.
    pub at_most: i64,
}

/// What the database logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    /// Undo and redo of a transaction that is about to promise. Transactions below `ended_below` are over everywhere:
    /// their outcomes need no longer be remembered.
    Prepared {
        transaction: Transaction,
        images: Vec<Image>,
        ended_below: Transaction,
    },
    Committed {
        transaction: Transaction,
    },
    Aborted {
        transaction: Transaction,
    },
}

impl Record {
    /// The record that makes a decision durable.
    pub fn of(transaction: Transaction, outcome: Outcome) -> Record {
        match outcome {
            Outcome::Commit => Record::Committed { transaction },
            Outcome::Abort => Record::Aborted { transaction },
        }
    }

    pub fn transaction(&self) -> Transaction {
        match self {
            Record::Prepared { transaction, .. }
            | Record::Committed { transaction }
            | Record::Aborted { transaction } => *transaction,
        }
    }
}

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self {
            Record::Prepared { .. } => "prepared",
            Record::Committed { .. } => "committed",
            Record::Aborted { .. } => "aborted",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Record::Prepared { .. } => Tone::Reply,
            Record::Committed { .. } => Tone::Decision(Outcome::Commit),
            Record::Aborted { .. } => Tone::Decision(Outcome::Abort),
        }
    }
}
