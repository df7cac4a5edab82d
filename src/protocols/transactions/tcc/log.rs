//! A coordinator's log: which transactions are open, with which branches, and how each was decided.

use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::Durable;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;

/// What a coordinator logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    /// A global transaction is open (Seata: Begin; dtm: prepared). The initiator has the answers to all below.
    Opened { transaction: Transaction, order: Order, answered_below: Transaction },
    /// A branch is registered, to be told the end.
    Branch { transaction: Transaction, branch: NodeId },
    /// Where it goes from here on: nothing turns it round (Seata: Committing, Rollbacking; dtm: submitted, aborting).
    Decided { transaction: Transaction, outcome: Outcome },
    /// Every branch has carried it out (Seata: Committed, Rollbacked; dtm: succeed, failed). Never forced.
    Ended { transaction: Transaction },
}

impl Record {
    pub fn transaction(&self) -> Transaction {
        match self {
            Record::Opened { transaction, .. }
            | Record::Branch { transaction, .. }
            | Record::Decided { transaction, .. }
            | Record::Ended { transaction } => *transaction,
        }
    }
}

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self {
            Record::Opened { .. } => "opened",
            Record::Branch { .. } => "branch",
            Record::Decided { outcome: Outcome::Commit, .. } => "decided-commit",
            Record::Decided { outcome: Outcome::Abort, .. } => "decided-abort",
            Record::Ended { .. } => "ended",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Record::Decided { outcome, .. } => Tone::Decision(*outcome),
            _ => Tone::Reply,
        }
    }
}

/// What the log says of a transaction that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub order: Order,
    pub branches: SortedSet<NodeId>,
    pub decided: Option<Outcome>,
}

/// A coordinator's disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Log {
    open: SortedMap<Transaction, Entry>,
    /// How those ended that the initiator may still ask about.
    ended: SortedMap<Transaction, Outcome>,
    /// The initiator has the answers to all below.
    answered_below: Transaction,
}

impl Default for Log {
    fn default() -> Log {
        Log { open: SortedMap::new(), ended: SortedMap::new(), answered_below: Transaction(1) }
    }
}

impl Log {
    /// What is known of a transaction that is not over.
    pub fn open(&self, transaction: Transaction) -> Option<&Entry> {
        self.open.get(&transaction)
    }

    /// All that are not over.
    pub fn all_open(&self) -> impl Iterator<Item = (Transaction, &Entry)> + '_ {
        self.open.iter().map(|(transaction, entry)| (*transaction, entry))
    }

    /// How a transaction was decided, over or not.
    pub fn outcome(&self, transaction: Transaction) -> Option<Outcome> {
        let open = self.open.get(&transaction).and_then(|entry| entry.decided);
        open.or_else(|| self.ended.get(&transaction).copied())
    }

    /// Whether it is over, remembered or not.
    pub fn is_over(&self, transaction: Transaction) -> bool {
        let forgotten = transaction < self.answered_below && !self.open.contains_key(&transaction);
        forgotten || self.ended.contains_key(&transaction)
    }
}

impl Durable for Log {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        match record {
            Record::Opened { transaction, order, answered_below } => {
                let entry = Entry { order: *order, branches: SortedSet::new(), decided: None };
                if !self.is_over(*transaction) {
                    self.open.entry(*transaction).or_insert(entry);
                }
                self.answered_below = self.answered_below.max(*answered_below);
                self.ended.retain(|transaction, _| transaction >= answered_below);
            }
            Record::Branch { transaction, branch } => {
                if let Some(entry) = self.open.get_mut(transaction) {
                    entry.branches.insert(*branch);
                }
            }
            Record::Decided { transaction, outcome } => {
                if let Some(entry) = self.open.get_mut(transaction) {
                    entry.decided = Some(*outcome);
                }
            }
            Record::Ended { transaction } => {
                if let Some(outcome) = self.open.remove(transaction).and_then(|entry| entry.decided)
                    && *transaction >= self.answered_below
                {
                    self.ended.insert(*transaction, outcome);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_remembered_until_it_is_answered() {
        let mut log = Log::default();
        let (t1, t2, order) = (Transaction(1), Transaction(2), Order { row: 0, units: 1 });
        log.apply(&Record::Opened { transaction: t1, order, answered_below: t1 });
        log.apply(&Record::Branch { transaction: t1, branch: NodeId(2) });
        log.apply(&Record::Decided { transaction: t1, outcome: Outcome::Commit });
        assert_eq!((log.outcome(t1), log.is_over(t1)), (Some(Outcome::Commit), false));
        log.apply(&Record::Ended { transaction: t1 });
        assert_eq!((log.outcome(t1), log.is_over(t1)), (Some(Outcome::Commit), true));
        log.apply(&Record::Opened { transaction: t2, order, answered_below: t2 });
        assert_eq!((log.outcome(t1), log.is_over(t1)), (None, true));
        assert_eq!(log.all_open().map(|(transaction, _)| transaction).collect::<Vec<_>>(), [t2]);
    }
}
