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
    Ring(HashRing),
    Loads(Loads),
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
}

/// One row: what is committed, what an undecided transaction has written over it, who holds it, who waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub key: String,
    pub initially: i64,
    pub committed: i64,
    pub uncommitted: Option<i64>,
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
}

/// Which of several nodes each key belongs to, on a ring or without one, and what the last change of the nodes has moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashRing {
    pub title: Text,
    pub owners: Vec<Owner>,
    /// The circle in order, each arc from the end of the one before it; nothing where keys are not on a ring.
    pub arcs: Vec<RingArc>,
    pub keys: Vec<RingKey>,
    /// How many keys have another owner than before the last change of the nodes, if there was one.
    pub moved: Option<Moved>,
}

/// A node that keys belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub node: NodeId,
    /// Whether keys may belong to it now.
    pub available: bool,
    /// Its points on the ring.
    pub points: u32,
    /// Its part of the circle in thousandths.
    pub share_thousandths: u32,
    pub keys: u32,
}

/// A stretch of the circle whose keys belong to one owner: one virtual node, or several in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingArc {
    /// Where it ends: of all 64-bit numbers, which make up the circle.
    pub until: u64,
    /// The owner's place among the owners.
    pub owner: u16,
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingKey {
    pub name: String,
    /// Where it stands on the circle, where there is one.
    pub position: Option<u64>,
    /// Whom it belongs to, if anybody is there.
    pub owner: Option<u16>,
    /// Whom it belonged to before the last change of the nodes, if that was another.
    pub was: Option<u16>,
}

/// How many keys a change has moved, and how few it could have moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub keys: u32,
    /// Those of the nodes that have gone, and a fair share for each that has come.
    pub ideal: u32,
}

/// How busy several nodes are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loads {
    pub title: Text,
    pub nodes: Vec<Load>,
}

/// How busy a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    pub node: NodeId,
    /// Whether whoever sends it requests believes it to be well.
    pub available: bool,
    /// Requests since it started, and how many of them it has not answered: those on their way to it and those that it
    /// serves, with those that wait there apart.
    pub requests: u32,
    pub in_flight: u32,
    pub waiting: u32,
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
