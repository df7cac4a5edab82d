//! A ZooKeeper: a small tree of nodes that an ensemble of servers keeps alike, with sessions, ephemeral and sequential
//! nodes, and watches.
//!
//! What locks lean on, and where it gives way. An *ephemeral* node lives as long as its session, and a session lives as
//! long as the ensemble hears from its client: it is the ensemble that declares it dead, after the time-out that was
//! agreed upon, never the client, who learns of it only when it is connected again. A *sequential* node gets a number that
//! its parent never gives twice, which makes a queue, and fencing tokens. A *watch* fires once, and its event reaches the
//! client before any reply that shows what the event speaks of. Writes go through the leader, in one order; reads are
//! answered by the server that is asked, from what it has applied, which may be old.
//!
//! [`tree::Tree`] is what every server keeps; [`server::Server`] is the role that any protocol can run, alone or in an
//! ensemble; [`client::Client`] is the library inside a client's process. What a server answers is held to a real one by
//! `tests/conformance`. Sources: ZooKeeper's *Programmer's Guide*, *Internals* and *Administrator's Guide* (3.8);
//! Junqueira, Reed and Serafini, *Zab: High-performance broadcast for primary-backup systems* (DSN 2011).

pub mod client;
pub mod ensemble;
pub mod log;
pub mod message;
pub mod server;
pub mod sessions;
pub mod terms;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod watches;

use super::Word;
use crate::sim::time::Span;
use serde::Serialize;

/// ZooKeeper's basic unit of time (`tickTime`): heartbeats, the least and the greatest session time-out are multiples.
pub const TICK: Span = Span::seconds(2);
/// How many ticks a follower has to find and follow its leader (`initLimit`).
pub const INIT_LIMIT_TICKS: u64 = 10;
/// How many ticks a follower, or a leader's quorum, may be silent (`syncLimit`).
pub const SYNC_LIMIT_TICKS: u64 = 5;
/// What a client may be granted: between two and twenty ticks.
pub const SESSION_TICKS_MIN: u64 = 2;
pub const SESSION_TICKS_MAX: u64 = 20;

/// A session's number, from 1, in the order in which sessions were opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SessionId(pub u32);

/// A transaction's number: the epoch of the leader that proposed it, then its place in that epoch, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Zxid {
    pub epoch: u32,
    pub counter: u32,
}

impl Zxid {
    /// As one number, the epoch in its upper half: what ZooKeeper itself shows, and a fencing token that never goes back.
    pub fn number(self) -> u64 {
        u64::from(self.epoch) << 32 | u64::from(self.counter)
    }

    pub fn next(self) -> Zxid {
        Zxid { counter: self.counter + 1, ..self }
    }
}

/// How long a node lives, and who chooses its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CreateMode {
    /// It goes when the session of its creator ends.
    pub ephemeral: bool,
    /// Its parent's counter, ten digits, is added to its name.
    pub sequential: bool,
}

/// What a client asks. Versions guard a change: without one it happens whatever the node's version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Request {
    Create {
        path: Word,
        data: Word,
        mode: CreateMode,
    },
    Delete {
        path: Word,
        version: Option<u32>,
    },
    SetData {
        path: Word,
        data: Word,
        version: Option<u32>,
    },
    Exists {
        path: Word,
        watch: bool,
    },
    GetData {
        path: Word,
        watch: bool,
    },
    GetChildren {
        path: Word,
        watch: bool,
    },
    /// Waits until the server has applied everything that was committed before.
    Sync {
        path: Word,
    },
    /// Ends the session at once.
    Close,
}

impl Request {
    /// Whether the server that is asked answers it by itself.
    pub fn is_read(&self) -> bool {
        matches!(self, Request::Exists { .. } | Request::GetData { .. } | Request::GetChildren { .. })
    }
}

/// What a server answers where nothing is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Answer {
    /// The node's whole path, with its number if it is sequential, and its stat (as `create2` has it).
    Created(Word, Stat),
    /// A deletion, a sync or the end of a session.
    Done,
    Stat(Stat),
    Data(Word, Stat),
    /// The children's names, without their path, in no order that means anything.
    Children(Vec<Word>),
}

/// What is known of a node besides its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stat {
    /// By which transaction it was created: grows from one holder of a lock to the next, so it can fence.
    pub created: Zxid,
    pub modified: Zxid,
    /// The last transaction that gave it a child or took one.
    pub children_changed: Zxid,
    /// How often its data was set.
    pub version: u32,
    /// How often it was given a child, or one was taken.
    pub child_version: u32,
    /// The session with which it ends, if it is ephemeral.
    pub owner: Option<SessionId>,
    pub children: u32,
}

/// Why a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Error {
    NoNode,
    NodeExists,
    BadVersion,
    NotEmpty,
    NoChildrenForEphemerals,
    BadArguments,
    SessionExpired,
    /// The session is another server's by now: what had been under way to this one comes too late.
    SessionMoved,
    /// The client's library says so: the connection broke, and whether the request took effect nobody can tell.
    ConnectionLoss,
}

impl Error {
    /// The code by which ZooKeeper's messages name it.
    pub fn code(self) -> i32 {
        match self {
            Error::ConnectionLoss => -4,
            Error::BadArguments => -8,
            Error::NoNode => -101,
            Error::BadVersion => -103,
            Error::NoChildrenForEphemerals => -108,
            Error::NodeExists => -110,
            Error::NotEmpty => -111,
            Error::SessionExpired => -112,
            Error::SessionMoved => -118,
        }
    }
}

/// What a watch reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Event {
    pub kind: EventKind,
    pub path: Word,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum EventKind {
    Created,
    Deleted,
    DataChanged,
    ChildrenChanged,
}

/// The path of the node above; none for the root and for what is no path.
pub fn parent(path: &str) -> Option<&str> {
    match path.rfind('/')? {
        _ if path == "/" => None,
        0 => Some("/"),
        at => Some(&path[..at]),
    }
}

/// The number at the end of a sequential node's name, or path.
pub fn sequence(name: &str) -> Option<u32> {
    let digits = name.len().checked_sub(10)?;
    let digits = name.as_bytes().get(digits..)?;
    digits.iter().try_fold(0_u32, |number, digit| match digit {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u32::from(digit - b'0')),
        _ => None,
    })
}

/// The name of a node in its parent.
pub fn name(path: &str) -> &str {
    path.rfind('/').map_or(path, |at| &path[at + 1..])
}
