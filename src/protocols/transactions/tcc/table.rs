//! A branch's disk: the books of its business and, in the same database, the table that guards them.

use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::barrier::{self, Barrier};
use crate::protocols::parts::flexible::books::{Books, Operation, Posting};
use crate::protocols::parts::flexible::fence::Status;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::Durable;
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;

/// What a branch logs: each record is one local transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    /// The business, and in the same local transaction the rows that guard it.
    Business { posting: Posting, fence: Option<Status>, barrier: Vec<barrier::Row> },
    /// A row of the fence alone: the business is another local transaction, which is a mistake.
    Fence { transaction: Transaction, status: Status },
    /// The guard's rows of a transaction are deleted.
    Cleaned { transaction: Transaction },
}

impl Record {
    pub fn transaction(&self) -> Transaction {
        match self {
            Record::Business { posting, .. } => posting.transaction,
            Record::Fence { transaction, .. } | Record::Cleaned { transaction } => *transaction,
        }
    }
}

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self {
            Record::Business { posting: Posting { written: None, .. }, .. } => "empty-rollback",
            Record::Business { posting, .. } => match posting.operation {
                Operation::Confirm => "used",
                Operation::Cancel => "released",
                _ => "reserved",
            },
            Record::Fence { .. } => "fence-row",
            Record::Cleaned { .. } => "cleaned",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Record::Business { posting, .. } => match posting.operation {
                Operation::Confirm => Tone::Decision(Outcome::Commit),
                Operation::Cancel => Tone::Decision(Outcome::Abort),
                _ => Tone::Reply,
            },
            _ => Tone::Reply,
        }
    }
}

/// A branch's disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    pub books: Books,
    /// Seata's `tcc_fence_log`.
    fence: SortedMap<Transaction, Status>,
    /// dtm's `barrier`.
    pub barrier: Barrier,
    /// Orders for which something is set aside: what the business itself can know without a guard.
    reserved: SortedSet<Transaction>,
    last: Option<Outcome>,
}

impl Table {
    pub fn fence(&self, transaction: Transaction) -> Option<Status> {
        self.fence.get(&transaction).copied()
    }

    /// The rows of the fence, in order.
    pub fn fences(&self) -> impl Iterator<Item = (Transaction, Status)> + '_ {
        self.fence.iter().map(|(transaction, status)| (*transaction, *status))
    }

    pub fn has_reserved(&self, transaction: Transaction) -> bool {
        self.reserved.contains(&transaction)
    }

    /// Orders for which something is set aside.
    pub fn reserved(&self) -> impl Iterator<Item = Transaction> + '_ {
        self.reserved.iter().copied()
    }

    /// How the last second phase went here.
    pub fn last_outcome(&self) -> Option<Outcome> {
        self.last
    }
}

impl Durable for Table {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        match record {
            Record::Business { posting, fence, barrier } => {
                self.books.read(posting);
                if let Some(status) = fence {
                    self.fence.insert(posting.transaction, *status);
                }
                barrier.iter().for_each(|row| self.barrier.read(row));
                if posting.operation.begins() {
                    self.reserved.insert(posting.transaction);
                } else {
                    self.reserved.remove(&posting.transaction);
                    self.last = Some(if posting.operation.undoes() { Outcome::Abort } else { Outcome::Commit });
                }
            }
            Record::Fence { transaction, status } => {
                self.fence.insert(*transaction, *status);
            }
            Record::Cleaned { transaction } => {
                self.fence.remove(transaction);
                self.barrier.clean(*transaction);
            }
        }
    }
}
