//! Seata's fence for TCC: one row for each branch, written in the same local transaction as the business, that says how
//! far the branch has come.
//!
//! A `cancel` that finds no row leaves one behind, SUSPENDED: an *empty rollback*, and a mark. A `try` inserts its row and
//! fails on the key if there is one: so it does nothing twice, and nothing after its own cancellation (*anti-hanging*).
//! A late `try` is told of an exception, where dtm's barrier reports a success.
//!
//! Source: Seata, `SpringFenceHandler` and `CommonFenceStoreSqls`.

use super::books::Operation;
use serde::Serialize;

/// How far a branch has come, by its row in the fence table; Seata's numbers are 1 to 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Status {
    Tried,
    Committed,
    RolledBack,
    Suspended,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Tried => "TRIED",
            Status::Committed => "COMMITTED",
            Status::RolledBack => "ROLLBACKED",
            Status::Suspended => "SUSPENDED",
        }
    }
}

/// What the caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Answer {
    /// A try: what its business says.
    Ok,
    /// A confirm or cancel: what its business says; on `false` the local transaction is rolled back and tried again.
    BusinessResult,
    /// Done, now or before.
    True,
    /// This cannot be.
    False,
    /// There is a row already.
    DuplicateKey,
    /// There is no row to go on from.
    RecordNotExists,
}

/// What the fence makes of an operation that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The row afterwards, if the local transaction commits.
    pub row: Option<Status>,
    /// Seata queues the row to be deleted, whatever it says by then: safe only because it issues one try for each branch.
    pub queues_delete: bool,
    /// Whether the business runs.
    pub runs: bool,
    pub answer: Answer,
}

/// The decision table: by the row that is there and the operation that arrives.
pub fn decide(row: Option<Status>, operation: Operation) -> Verdict {
    let stays = |answer| Verdict { row, queues_delete: false, runs: false, answer };
    let runs = |after, answer| Verdict { row: Some(after), queues_delete: false, runs: true, answer };
    match (row, operation) {
        (None, Operation::Try) => runs(Status::Tried, Answer::Ok),
        (Some(_), Operation::Try) => Verdict { queues_delete: true, ..stays(Answer::DuplicateKey) },
        (None, Operation::Confirm) => stays(Answer::RecordNotExists),
        (Some(Status::Tried), Operation::Confirm) => runs(Status::Committed, Answer::BusinessResult),
        (Some(Status::Committed), Operation::Confirm) => stays(Answer::True),
        (Some(Status::RolledBack | Status::Suspended), Operation::Confirm) => stays(Answer::False),
        (None, Operation::Cancel) => Verdict { row: Some(Status::Suspended), ..stays(Answer::True) },
        (Some(Status::Tried), Operation::Cancel) => runs(Status::RolledBack, Answer::BusinessResult),
        (Some(Status::RolledBack | Status::Suspended), Operation::Cancel) => stays(Answer::True),
        (Some(Status::Committed), Operation::Cancel) => stays(Answer::False),
        // The fence guards TCC alone: nothing else ever arrives at it.
        (_, Operation::Action | Operation::Compensate | Operation::Message) => stays(Answer::False),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published table: the row that is there, what arrives, the row afterwards, whether the business runs, the answer.
    const TABLE: [(&str, &str, &str, &str, &str); 15] = [
        ("none", "try", "TRIED", "yes", "ok"),
        ("TRIED", "try", "TRIED (then async DELETE)", "no", "exception DuplicateKey"),
        ("COMMITTED", "try", "COMMITTED (then async DELETE)", "no", "exception DuplicateKey"),
        ("ROLLBACKED", "try", "ROLLBACKED (then async DELETE)", "no", "exception DuplicateKey"),
        ("SUSPENDED", "try", "SUSPENDED (then async DELETE)", "no", "exception DuplicateKey"),
        ("none", "confirm", "none", "no", "exception RecordNotExists"),
        ("TRIED", "confirm", "COMMITTED", "yes", "business result"),
        ("COMMITTED", "confirm", "COMMITTED", "no", "true"),
        ("ROLLBACKED", "confirm", "ROLLBACKED", "no", "false"),
        ("SUSPENDED", "confirm", "SUSPENDED", "no", "false"),
        ("none", "cancel", "SUSPENDED", "no", "true"),
        ("TRIED", "cancel", "ROLLBACKED", "yes", "business result"),
        ("ROLLBACKED", "cancel", "ROLLBACKED", "no", "true"),
        ("SUSPENDED", "cancel", "SUSPENDED", "no", "true"),
        ("COMMITTED", "cancel", "COMMITTED", "no", "false"),
    ];

    fn row(word: &str) -> Option<Status> {
        let all = [Status::Tried, Status::Committed, Status::RolledBack, Status::Suspended];
        all.into_iter().find(|status| status.word() == word)
    }

    #[test]
    fn the_published_decision_table_comes_out() {
        for (there, arrives, after, runs, answer) in TABLE {
            let operations = [Operation::Try, Operation::Confirm, Operation::Cancel];
            let operation = operations.into_iter().find(|operation| operation.word() == arrives).expect("an operation");
            let verdict = decide(row(there), operation);
            let delete = if verdict.queues_delete { " (then async DELETE)" } else { "" };
            assert_eq!(format!("{}{delete}", verdict.row.map_or("none", Status::word)), after, "{there}, {arrives}");
            assert_eq!(verdict.runs, runs == "yes", "{there}, {arrives}");
            let said = match verdict.answer {
                Answer::Ok => "ok",
                Answer::BusinessResult => "business result",
                Answer::True => "true",
                Answer::False => "false",
                Answer::DuplicateKey => "exception DuplicateKey",
                Answer::RecordNotExists => "exception RecordNotExists",
            };
            assert_eq!(said, answer, "{there}, {arrives}");
        }
    }
}
