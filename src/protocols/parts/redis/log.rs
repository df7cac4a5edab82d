//! What changes keys, as the append-only file and the replicas receive it, and the file.

use super::{Entry, Keys, Word};
use crate::sim::payload::{Named, Subject};
use crate::sim::role::Durable;
use serde::Serialize;

/// One change. Expiry times are absolute, so that reading it later, or elsewhere, makes none longer: but they
/// are the wall clock's of who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    Put {
        key: Word,
        entry: Entry,
    },
    Delete {
        key: Word,
    },
    /// Everything anew: a replica has received all that its master holds.
    Load {
        keys: Keys,
    },
}

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self {
            Record::Put { .. } => "append-put",
            Record::Delete { .. } => "append-delete",
            Record::Load { .. } => "append-load",
        }
    }

    fn subject(&self) -> Subject {
        Subject::NONE
    }
}

/// The append-only file: what its records, read in order, make of no keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AppendOnlyFile(Keys);

impl AppendOnlyFile {
    pub fn keys(&self) -> &Keys {
        &self.0
    }
}

impl Durable for AppendOnlyFile {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        self.0.read(record);
    }
}

/// When the append-only file is made durable (`appendonly`, `appendfsync`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Persistence {
    /// No file: a restart forgets everything.
    None,
    /// When the operating system comes to it: within some 30 s.
    WhenItComes,
    /// Once a second.
    EverySecond,
    /// Before the client is answered.
    Always,
}
