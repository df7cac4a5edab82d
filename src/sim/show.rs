//! What nodes let one see: a small closed vocabulary of plain data, so that a view never asks which protocol it draws.

use super::payload::{Outcome, Subject};
use super::time::{Instant, Span};
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
    /// Believes that it holds one, and does not by the word of whoever grants it.
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

/// Who may have keys: all that a protocol needs to tell where each key belongs (`protocols::placement`), which takes too
/// long to be told of every step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashRing {
    pub title: Text,
    pub owners: Vec<Owner>,
    /// Whether any of them has come or gone.
    pub changed: bool,
}

/// A node that keys may belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub node: NodeId,
    /// Whether keys may belong to it now, and before the last change of the nodes.
    pub available: bool,
    pub was_available: bool,
    /// How much of the keys it is meant to have, relative to the others.
    pub weight: u32,
    /// It has as much to do as it may have: what belongs to it goes on to the next.
    pub full: bool,
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

/// What of a sum is in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumPart {
    pub name: Text,
    pub amount: i64,
}

/// A queue for a lock: who has it, who only believes so, who waits in which order, and what the resource was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    pub title: Text,
    pub lock: LockState,
    /// Who believes to hold the lock and does not, by the service's word: the longest-standing first.
    pub believers: Vec<Believer>,
    /// In the order in which the lock would come to them where there is an order; otherwise as they came.
    pub waiters: Vec<Waiter>,
    /// What each of several services has granted, where no single one decides; otherwise empty.
    pub grants: Vec<ServerGrant>,
    /// The latest writes that reached the resource, oldest first.
    pub writes: Vec<ResourceWrite>,
}

/// How a lock stands by the service's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LockState {
    Free,
    /// The service cannot be asked: it is down.
    Unknown,
    Held(Holder),
}

/// Who holds a lock, by the service's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub node: NodeId,
    /// When it was granted.
    pub since: Instant,
    /// Whether it believes so itself: not while the reply is under way, lost, or the holder is down.
    pub believes: bool,
    pub fencing_token: Option<u64>,
    /// None if the service never takes it back by itself.
    pub lease: Option<Lease>,
    /// How often the lease has been renewed, as far as the holder has heard.
    pub renewals: u32,
    /// The name of its place in the service's queue, where there is one.
    pub entry: Option<String>,
}

/// A lease as it runs down, by the clock of whoever gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// When it ends if nothing renews it and no clock is changed.
    pub ends: Instant,
    /// From when it is given, or renewed, to its end.
    pub length: Span,
}

/// Who believes to hold a lock that is not its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Believer {
    pub node: NodeId,
    /// Since when it has believed so without being right.
    pub since: Instant,
    pub fencing_token: Option<u64>,
}

/// Who waits, and on what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    pub node: NodeId,
    /// Since when it has wanted the lock; none if it does not any more, and only its entry still stands in the queue.
    pub since: Option<Instant>,
    pub waits_on: WaitsOn,
    /// The name of its place in the service's queue, where there is one.
    pub entry: Option<String>,
}

/// What a waiter waits on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaitsOn {
    /// A reply; until when it is waited for.
    Reply { until: Option<Instant> },
    /// The instant at which it asks again.
    Poll { at: Option<Instant> },
    /// A message that the lock is free; the instant at which it asks again without one.
    Subscription { until: Option<Instant> },
    /// A message that an entry of the queue is gone, and whose that is.
    Watch { entry: String, of: Option<NodeId> },
    /// Nothing: it is down, or does not know that it stands in the queue.
    Nothing,
}

/// What one of several services has granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerGrant {
    pub server: NodeId,
    pub state: GrantState,
}

/// To whom one of several services has granted the lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GrantState {
    Free,
    Down,
    To { client: NodeId, lease: Option<Lease> },
}

/// A write that reached the resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceWrite {
    pub node: NodeId,
    pub at: Instant,
    pub fencing_token: Option<u64>,
    /// Whether the resource accepted it.
    pub accepted: bool,
    pub standing: Standing,
}

/// How the writer of a write stood to the lock when it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Nobody had been granted the lock after it.
    Current,
    /// Somebody had, and the resource had not accepted a write of theirs yet: no fence can tell.
    Stale,
    /// Somebody had, and the resource had already accepted a write of theirs.
    Overtaken,
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
    /// As people call it: `t1`.
    pub name: String,
    pub state: Text,
    pub mood: Mood,
}
