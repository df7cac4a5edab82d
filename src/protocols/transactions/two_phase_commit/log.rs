//! The coordinator's log, and what it makes of it: the decisions that not everybody has acknowledged.

use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::ranges::Ranges;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::Durable;
use crate::sorted::SortedMap;
use serde::Serialize;

/// What the coordinator logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    /// The commit point: from here on the transaction is committed, whoever knows it yet.
    DecidedCommit { transaction: Transaction },
    /// Only without a presumption: with presumed abort no record means abort.
    DecidedAbort { transaction: Transaction },
    /// Everybody has acknowledged. Never forced: without it the decision is merely repeated.
    End { transaction: Transaction },
}

impl Record {
    /// The record that makes a decision durable.
    pub fn decision(transaction: Transaction, outcome: Outcome) -> Record {
        match outcome {
            Outcome::Commit => Record::DecidedCommit { transaction },
            Outcome::Abort => Record::DecidedAbort { transaction },
        }
    }

    fn transaction(&self) -> Transaction {
        match self {
            Record::DecidedCommit { transaction }
            | Record::DecidedAbort { transaction }
            | Record::End { transaction } => *transaction,
        }
    }
}

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self {
            Record::DecidedCommit { .. } => "decided-commit",
            Record::DecidedAbort { .. } => "decided-abort",
            Record::End { .. } => "end",
        }
    }

    fn subject(&self) -> Subject {
        self.transaction().subject()
    }

    fn tone(&self) -> Tone {
        match self {
            Record::DecidedCommit { .. } => Tone::Decision(Outcome::Commit),
            Record::DecidedAbort { .. } => Tone::Decision(Outcome::Abort),
            Record::End { .. } => Tone::Reply,
        }
    }
}

/// The coordinator's disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Log {
    /// Decisions that not everybody has acknowledged.
    decided: SortedMap<Transaction, Outcome>,
    /// Committed and acknowledged by all: kept as ranges, so that a long run keeps the log short.
    committed: Ranges,
}

impl Log {
    /// The decision, if it is durable and not everybody has acknowledged it.
    pub fn decision(&self, transaction: Transaction) -> Option<Outcome> {
        self.decided.get(&transaction).copied()
    }

    /// Decisions that not everybody has acknowledged.
    pub fn unacknowledged(&self) -> impl Iterator<Item = (Transaction, Outcome)> + '_ {
        self.decided.iter().map(|(transaction, outcome)| (*transaction, *outcome))
    }

    /// Whether the transaction was committed and everybody has acknowledged it.
    pub fn is_committed_everywhere(&self, transaction: Transaction) -> bool {
        self.committed.contains(transaction.0)
    }
}

impl Durable for Log {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        match record {
            Record::DecidedCommit { transaction } => {
                self.decided.insert(*transaction, Outcome::Commit);
            }
            Record::DecidedAbort { transaction } => {
                self.decided.insert(*transaction, Outcome::Abort);
            }
            Record::End { transaction } => {
                if self.decided.remove(transaction) == Some(Outcome::Commit) {
                    self.committed.insert(transaction.0);
                }
            }
        }
    }

    /// `lose`, with a transaction's number: its decision's record is gone.
    fn intervene(&mut self, key: &str, arguments: &[u32]) -> bool {
        match (key, arguments) {
            ("lose", [transaction]) => self.decided.remove(&Transaction(*transaction)).is_some(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_acknowledged_is_repeated() {
        let mut log = Log::default();
        let (t1, t2) = (Transaction(1), Transaction(2));
        log.apply(&Record::decision(t1, Outcome::Commit));
        log.apply(&Record::decision(t2, Outcome::Abort));
        log.apply(&Record::End { transaction: t1 });
        assert_eq!(log.unacknowledged().collect::<Vec<_>>(), [(t2, Outcome::Abort)]);
        assert!(log.is_committed_everywhere(t1) && !log.is_committed_everywhere(t2));
        assert!(log.intervene("lose", &[2]) && !log.intervene("lose", &[2]));
    }
}
