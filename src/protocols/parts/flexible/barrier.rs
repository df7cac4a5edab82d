//! dtm's sub-transaction barrier: a table whose rows are written in the same local transaction as the business, and whose
//! unique key says what has been done.
//!
//! Before an undoing operation the row of what it would undo is written too, if it is not there. That it was not there
//! means that there is nothing to undo (a *null compensation*); and as it now is, what comes late finds it and does
//! nothing (a *dangling* operation). Whatever is skipped is reported as a success.
//!
//! Source: dtm, `client/dtmcli/barrier.go`.

use super::books::Operation;
use crate::protocols::parts::database::Transaction;
use crate::sorted::SortedMap;
use serde::Serialize;

/// A row of the barrier: which operation wrote it, and on whose behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    pub transaction: Transaction,
    /// The operation that the row stands for.
    pub operation: Operation,
    /// The operation that wrote it: another one if that had nothing to undo.
    pub reason: Operation,
}

/// What the barrier makes of an operation that arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// The rows to be written, in the same local transaction as the business, whether that runs or not.
    pub rows: Vec<Row>,
    /// Whether the business runs.
    pub runs: bool,
}

/// The barrier table of one branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Barrier(SortedMap<(Transaction, Operation), Operation>);

impl Barrier {
    /// What an operation undoes, if it does.
    fn origin(operation: Operation) -> Option<Operation> {
        match operation {
            Operation::Cancel => Some(Operation::Try),
            Operation::Compensate => Some(Operation::Action),
            _ => None,
        }
    }

    /// Whether an operation that arrives may run, and what must be written if so and if not.
    pub fn arrives(&self, transaction: Transaction, operation: Operation) -> Passage {
        let missing = |wanted: &Operation| !self.0.contains_key(&(transaction, *wanted));
        let null_compensation = Barrier::origin(operation).filter(missing);
        let first_time = missing(&operation);
        let row = |standing_for| Row { transaction, operation: standing_for, reason: operation };
        let mut rows: Vec<Row> = null_compensation.map(row).into_iter().collect();
        if first_time {
            rows.push(row(operation));
        }
        Passage { rows, runs: first_time && null_compensation.is_none() }
    }

    /// The sender of a transactional message is asked what became of it. Asking settles it: if its local transaction has
    /// not been, the row written here makes it fail for ever. Says whether it has been.
    pub fn query_prepared(&self, transaction: Transaction) -> (Option<Row>, bool) {
        match self.0.get(&(transaction, Operation::Message)) {
            Some(reason) => (None, *reason == Operation::Message),
            None => {
                let tombstone = Row { transaction, operation: Operation::Message, reason: Operation::Cancel };
                (Some(tombstone), false)
            }
        }
    }

    /// Reads one more row.
    pub fn read(&mut self, row: &Row) {
        self.0.entry((row.transaction, row.operation)).or_insert(row.reason);
    }

    /// Whether there is a row for the operation, and which operation wrote it.
    pub fn reason(&self, transaction: Transaction, operation: Operation) -> Option<Operation> {
        self.0.get(&(transaction, operation)).copied()
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.0.iter().map(|((transaction, operation), reason)| Row {
            transaction: *transaction,
            operation: *operation,
            reason: *reason,
        })
    }

    /// The table is cleaned of a transaction.
    pub fn clean(&mut self, transaction: Transaction) {
        self.0.retain(|(of, _), _| *of != transaction);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published sequences, by arrival order at one branch: which operations run their business, and the last answer.
    const SEQUENCES: [(&str, &str, &str); 13] = [
        ("try", "try", "200"),
        ("try try", "try", "200"),
        ("cancel", "-", "200"),
        ("cancel try", "-", "200"),
        ("cancel cancel try", "-", "200"),
        ("try cancel", "try cancel", "200"),
        ("try cancel cancel", "try cancel", "200"),
        ("try cancel try", "try cancel", "200"),
        ("try confirm confirm", "try confirm", "200"),
        ("action compensate", "action compensate", "200"),
        ("compensate action", "-", "200"),
        ("queryPrepared msg-do", "-", "DoAndSubmit returns ErrDuplicated, tx rolled back"),
        ("msg-do queryPrepared", "msg-do", "200 (commit)"),
    ];

    /// What is done for each arrival, what its business is called if it ran, and what the caller is told.
    fn arrive(barrier: &mut Barrier, word: &str) -> (Option<&'static str>, &'static str) {
        let transaction = Transaction(1);
        if word == "queryPrepared" {
            let (row, committed) = barrier.query_prepared(transaction);
            row.iter().for_each(|row| barrier.read(row));
            return (None, if committed { "200 (commit)" } else { "409 (rolled back)" });
        }
        let operation = match word {
            "try" => Operation::Try,
            "confirm" => Operation::Confirm,
            "cancel" => Operation::Cancel,
            "action" => Operation::Action,
            "compensate" => Operation::Compensate,
            "msg-do" => Operation::Message,
            _ => panic!("{word}"),
        };
        let passage = barrier.arrives(transaction, operation);
        passage.rows.iter().for_each(|row| barrier.read(row));
        let runs = passage.runs.then_some(if operation == Operation::Message { "msg-do" } else { operation.word() });
        let refused = operation == Operation::Message && !passage.runs;
        (runs, if refused { "DoAndSubmit returns ErrDuplicated, tx rolled back" } else { "200" })
    }

    #[test]
    fn published_sequences_come_out() {
        for (arrivals, expected_runs, expected_answer) in SEQUENCES {
            let mut barrier = Barrier::default();
            let mut runs = Vec::new();
            let mut answer = "";
            for word in arrivals.split(' ') {
                let (ran, answered) = arrive(&mut barrier, word);
                runs.extend(ran);
                answer = answered;
            }
            let runs = if runs.is_empty() { "-".to_owned() } else { runs.join(" ") };
            assert_eq!((runs.as_str(), answer), (expected_runs, expected_answer), "{arrivals}");
        }
    }
}
