//! A Redis: keys with expiry times, scripts that run as one, publish and subscribe, replicas, and a log of what changed.
//!
//! What locks lean on, and where it gives way. A key with an expiry time goes by the *wall clock* of its server, which can
//! jump. A change is acknowledged before any replica has it: a master that dies takes the newest with it, and the replica
//! that is promoted has never heard of them. The append-only file brings changes back after a crash, as far as its fsync
//! policy had them on disk. Published messages reach who is subscribed at that moment and nobody else, and are never
//! repeated.
//!
//! [`Keys`] executes commands; [`server::Server`] is the role that any protocol can run, master or replica. What it answers is held to a
//! real Redis by `tests/conformance`. Sources: the documentation of each command; *Redis persistence*; *Redis replication*;
//! *Distributed locks with Redis*; for the scripts, Redisson's documentation and behaviour.

mod keys;
pub mod log;
pub mod message;
pub mod script;
pub mod server;
pub mod terms;
#[cfg(test)]
mod tests;

pub use keys::{Entry, Executed, Keys, Value};

use super::Word;
use crate::sorted::SortedMap;
use script::Script;
use serde::Serialize;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Command {
    /// `SET key value [NX] [PX milliseconds]`.
    Set {
        key: Word,
        value: Word,
        only_new: bool,
        expires_ms: Option<i64>,
    },
    Get {
        key: Word,
    },
    Del {
        key: Word,
    },
    Exists {
        key: Word,
    },
    /// How long the key has left, in milliseconds.
    Pttl {
        key: Word,
    },
    Pexpire {
        key: Word,
        milliseconds: i64,
    },
    Incr {
        key: Word,
    },
    Hincrby {
        key: Word,
        field: Word,
        by: i64,
    },
    Hexists {
        key: Word,
        field: Word,
    },
    Hget {
        key: Word,
        field: Word,
    },
    Hdel {
        key: Word,
        field: Word,
    },
    Eval(Script),
    Publish {
        channel: Word,
        text: Word,
    },
    Subscribe {
        channel: Word,
    },
    Unsubscribe {
        channel: Word,
    },
    /// `HSET key field value [field value ...]`, of numbers only.
    Hset {
        key: Word,
        fields: Vec<(Word, i64)>,
    },
    Hgetall {
        key: Word,
    },
}

impl Command {
    /// Whether Redis counts it among those that write, whatever it finds; of scripts only running them tells.
    pub fn writes(&self) -> bool {
        match self {
            Command::Set { .. }
            | Command::Del { .. }
            | Command::Pexpire { .. }
            | Command::Incr { .. }
            | Command::Hincrby { .. }
            | Command::Hset { .. }
            | Command::Hdel { .. } => true,
            Command::Get { .. }
            | Command::Exists { .. }
            | Command::Pttl { .. }
            | Command::Hexists { .. }
            | Command::Hget { .. }
            | Command::Hgetall { .. }
            | Command::Eval(_)
            | Command::Publish { .. }
            | Command::Subscribe { .. }
            | Command::Unsubscribe { .. } => false,
        }
    }
}

/// What the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Reply {
    Ok,
    Nil,
    Integer(i64),
    Text(Word),
    Failed(Failure),
    /// All fields of a hash.
    Fields(SortedMap<Word, i64>),
}

/// Why a command failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Failure {
    WrongType,
    NotAnInteger,
    Overflow,
    InvalidExpireTime(&'static str),
    ReadOnly,
}

impl Failure {
    /// The error as Redis writes it.
    pub fn sentence(self) -> String {
        match self {
            Failure::WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value".into(),
            Failure::NotAnInteger => "ERR value is not an integer or out of range".into(),
            Failure::Overflow => "ERR increment or decrement would overflow".into(),
            Failure::InvalidExpireTime(command) => format!("ERR invalid expire time in '{command}' command"),
            Failure::ReadOnly => "READONLY You can't write against a read only replica.".into(),
        }
    }
}
