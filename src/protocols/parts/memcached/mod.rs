//! A memcached: items in memory under keys, each with an expiry time and a number that changes whenever it is stored.
//!
//! What it promises is little, and clients that build locks on it should know how little. Time goes in whole seconds, by a
//! clock that ticks once a second from the process's start, so an item may leave up to a second early: an expiry time of 1
//! sometimes means at once. An expiry time above 30 days is taken for a Unix time. An item may be evicted to make
//! room for others, whatever its expiry time; and a restart forgets everything, because nothing is on disk.
//!
//! [`Memcached`] is the state machine, [`server::Server`] the role that any protocol can run. What it answers is held to
//! a real memcached by `tests/conformance`. Sources: memcached's `doc/protocol.txt` and `doc/new_lru.txt`.

pub mod message;
pub mod server;
pub mod terms;
#[cfg(test)]
mod tests;

use super::Word;
use crate::sim::clock::{LocalTime, WallTime};
use crate::sim::time::Span;
use serde::Serialize;

/// The largest expiry time that is relative, in seconds: 30 days. A larger one is a Unix time.
pub const RELATIVE_SECONDS_MAX: i64 = 30 * 24 * 60 * 60;
/// The Unix time, in seconds, at which every run starts: midnight of 1 January 2026, UTC.
pub const RUN_START_UNIX_SECONDS: i64 = 1_767_225_600;

/// What a client asks. Expiry times are in seconds: 0 is never, a negative one is over at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Command {
    /// Stores, whatever is there.
    Set {
        key: Word,
        value: Word,
        expires: i64,
    },
    /// Stores only where nothing is.
    Add {
        key: Word,
        value: Word,
        expires: i64,
    },
    /// Stores only over the item of that number (compare and swap).
    Cas {
        key: Word,
        value: Word,
        expires: i64,
        unique: u64,
    },
    Get {
        key: Word,
    },
    /// As `get`, with the item's number.
    Gets {
        key: Word,
    },
    Delete {
        key: Word,
    },
    /// Deletes only the item of that number: the meta command `md` with the flag `C`.
    DeleteUnique {
        key: Word,
        unique: u64,
    },
}

impl Command {
    pub fn key(&self) -> &Word {
        match self {
            Command::Set { key, .. }
            | Command::Add { key, .. }
            | Command::Cas { key, .. }
            | Command::Get { key }
            | Command::Gets { key }
            | Command::Delete { key }
            | Command::DeleteUnique { key, .. } => key,
        }
    }
}

/// What the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Reply {
    Stored,
    /// `add`: something is there.
    NotStored,
    /// `cas`, `md`: the item has another number.
    Exists,
    NotFound,
    Deleted,
    Value(Word),
    ValueWithUnique(Word, u64),
    /// `get`, `gets`: nothing is there (memcached says just `END`).
    Miss,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Item {
    key: Word,
    value: Word,
    /// The tick of the server's clock from which it is gone; none if it never expires.
    gone_from: Option<LocalTime>,
    unique: u64,
}

/// The whole server: its memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Memcached {
    /// When the process started, by its monotonic clock: its clock ticks every whole second after.
    started: LocalTime,
    /// The same by the wall clock: what Unix times are reckoned from.
    started_wall: WallTime,
    /// The least recently used first.
    items: Vec<Item>,
    items_max: u32,
    last_unique: u64,
}

impl Memcached {
    /// An empty one that has room for `items_max` items, at least one.
    pub fn started(now: LocalTime, wall: WallTime, items_max: u32) -> Memcached {
        let items_max = items_max.max(1);
        Memcached { started: now, started_wall: wall, items: Vec::new(), items_max, last_unique: 0 }
    }

    /// Does what a command says at that reading of the monotonic clock.
    pub fn execute(&mut self, command: &Command, now: LocalTime) -> Reply {
        let found = self.find(command.key(), now);
        match command {
            Command::Set { key, value, expires } => self.store(found, key, value, *expires, now),
            Command::Add { key, value, expires } => match found {
                Some(at) => {
                    self.use_item(at);
                    Reply::NotStored
                }
                None => self.store(None, key, value, *expires, now),
            },
            Command::Cas { key, value, expires, unique } => match found {
                None => Reply::NotFound,
                Some(at) if self.items[at].unique != *unique => Reply::Exists,
                found => self.store(found, key, value, *expires, now),
            },
            Command::Get { .. } => found.map_or(Reply::Miss, |at| Reply::Value(self.use_item(at).value.clone())),
            Command::Gets { .. } => found.map_or(Reply::Miss, |at| {
                let item = self.use_item(at);
                Reply::ValueWithUnique(item.value.clone(), item.unique)
            }),
            Command::Delete { .. } => self.delete(found),
            Command::DeleteUnique { unique, .. } => match found {
                Some(at) if self.items[at].unique != *unique => Reply::Exists,
                found => self.delete(found),
            },
        }
    }

    /// Whether nothing is kept, expired or not.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The value under a key, without using it: for whoever watches.
    pub fn peek(&self, key: &str, now: LocalTime) -> Option<&Word> {
        self.items.iter().find(|item| &*item.key == key && item.is_there(now)).map(|item| &item.value)
    }

    /// The value under a key, also if it has expired and nobody has asked for it since.
    pub fn kept(&self, key: &str) -> Option<&Word> {
        self.items.iter().find(|item| &*item.key == key).map(|item| &item.value)
    }

    /// How long until the item under a key expires, at most; none if it does not, or is not there.
    pub fn left(&self, key: &str, now: LocalTime) -> Option<Span> {
        let item = self.items.iter().find(|item| &*item.key == key && item.is_there(now))?;
        item.gone_from.map(|gone_from| gone_from.since(now))
    }

    /// Room was needed, and the item under a key made it. Says whether there was one.
    pub fn evict(&mut self, key: &str) -> bool {
        let before = self.items.len();
        self.items.retain(|item| &*item.key != key);
        self.items.len() < before
    }

    /// The item under a key; one that has expired leaves now.
    fn find(&mut self, key: &str, now: LocalTime) -> Option<usize> {
        let at = self.items.iter().position(|item| &*item.key == key)?;
        if self.items[at].is_there(now) {
            return Some(at);
        }
        self.items.remove(at);
        None
    }

    /// Makes an item the most recently used.
    fn use_item(&mut self, at: usize) -> &Item {
        self.items[at..].rotate_left(1);
        &self.items[self.items.len() - 1]
    }

    fn store(&mut self, over: Option<usize>, key: &Word, value: &Word, expires: i64, now: LocalTime) -> Reply {
        if let Some(at) = over {
            self.items.remove(at);
        } else if self.items.len() >= self.items_max as usize {
            let expired = self.items.iter().position(|item| !item.is_there(now));
            self.items.remove(expired.unwrap_or(0));
        }
        self.last_unique += 1;
        let gone_from = self.gone_from(expires, now);
        self.items.push(Item { key: key.clone(), value: value.clone(), gone_from, unique: self.last_unique });
        Reply::Stored
    }

    fn delete(&mut self, found: Option<usize>) -> Reply {
        match found {
            Some(at) => {
                self.items.remove(at);
                Reply::Deleted
            }
            None => Reply::NotFound,
        }
    }

    /// The tick from which an item with that expiry time is gone.
    fn gone_from(&self, expires: i64, now: LocalTime) -> Option<LocalTime> {
        let ticks_now = (now.since(self.started).as_micros() / Span::seconds(1).as_micros()) as i64;
        let ticks = match expires {
            0 => return None,
            ..0 => ticks_now,
            1..=RELATIVE_SECONDS_MAX => ticks_now + expires,
            // A Unix time: compared with when the process started, by the wall clock as it was then.
            _ => expires - RUN_START_UNIX_SECONDS - self.started_wall.as_micros().div_euclid(1_000_000),
        };
        Some(self.started.after(Span::seconds(u64::try_from(ticks).unwrap_or(0).min(u64::from(u32::MAX)))))
    }
}

impl Item {
    fn is_there(&self, now: LocalTime) -> bool {
        self.gone_from.is_none_or(|gone_from| now < gone_from)
    }
}
