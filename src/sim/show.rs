//! What nodes let one see: a small closed vocabulary of plain data, so that a view never asks which protocol it draws.

use super::payload::{Outcome, Subject};
use super::trace::NodeId;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// How a node's state stands to a reader; a face is drawn by it, never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mood {
    /// Nothing under way.
    Idle,
    /// Working, nothing promised.
    Busy,
    /// Cannot go on without somebody else.
    Waiting,
    /// Holds something that others want.
    Holding,
    /// Has decided.
    Decided(Outcome),
}

/// A node's state on its face: one or two words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    pub word: Text,
    pub mood: Mood,
}

/// A condition that lasts: drawn as a bar beside the lifeline while it is true, measured for comparisons.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Condition {
    pub kind: ConditionKind,
    pub subject: Subject,
}

/// What kinds of conditions there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ConditionKind {
    /// Holds a lock or reservation, and really does.
    Holds,
    /// Believes that it holds one.
    BelievesToHold,
    /// Waits for another to release a lock or reservation.
    WaitsForLock,
    /// Has promised and may not decide by itself.
    InDoubt,
}

/// A part of a run's state that has a picture of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Panel {
    Ledger(Ledger),
    Queue(Queue),
    Mailboxes(Mailboxes),
}

/// Databases with their rows, and a sum over them that must be conserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub title: Text,
    pub databases: Vec<Database>,
    pub sum: Option<ConservedSum>,
}

/// One database of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    pub node: NodeId,
    pub name: Text,
    /// What the numbers count: "units", "yuan".
    pub unit: Text,
    pub rows: Vec<Row>,
    /// What else the database keeps, in the same local transactions as its rows.
    pub journals: Vec<Journal>,
}

/// A small table beside the rows, of what was done: a fence, an outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    pub name: Text,
    /// Each line's key and what it says: "t1", "TRIED".
    pub lines: Vec<(String, Text)>,
}

/// What is set aside in a row, for orders that are not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// Taken out of what is available, and not gone yet.
    pub frozen: i64,
    /// Expected, and not available yet.
    pub pending: i64,
}

/// One row: what is committed (and available), what an undecided transaction has written over it, what is set aside, who
/// holds it, who waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub key: String,
    pub initially: i64,
    pub committed: i64,
    pub uncommitted: Option<i64>,
    /// None where nothing is ever reserved.
    pub reserved: Option<Reserved>,
    pub locked_by: Option<Subject>,
    pub waiting: Vec<Subject>,
}

/// A sum over several databases: what it is now, by what is committed, and what it must be when nothing is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConservedSum {
    pub name: Text,
    pub expected: i64,
    pub now: i64,
    /// Whether some transaction is decided at one database and not yet at another.
    pub under_way: bool,
    /// Where it is, where that is worth telling; the amounts add up to what it is now.
    pub parts: Vec<SumPart>,
}

/// What of a sum is in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumPart {
    pub name: Text,
    pub amount: i64,
}

/// A queue for a lock: holder and waiters in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    pub title: Text,
    pub holder: Option<Holder>,
    pub waiters: Vec<Waiter>,
}

/// Who holds a lock, by the server's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub node: NodeId,
    pub fencing_token: Option<u64>,
    /// Lease time left in microseconds by the server's clock.
    pub lease_left_micros: Option<u64>,
}

/// Who waits, and on what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    pub node: NodeId,
    pub waits_on: Text,
}

/// Queues of messages that wait at nodes: tables of messages to be sent, topics, what was put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailboxes {
    pub title: Text,
    pub boxes: Vec<Mailbox>,
}

/// One queue of messages, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    pub node: NodeId,
    pub name: Text,
    pub letters: Vec<Letter>,
}

/// A message in a queue: what it is about, and where it stands, in a word or two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub subject: Subject,
    pub state: Text,
    pub mood: Mood,
}
