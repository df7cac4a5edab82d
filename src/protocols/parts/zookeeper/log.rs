//! What a server keeps on its disk.

use super::message::Proposal;
use super::tree::Tree;
use crate::sim::payload::{Named, Subject};
use crate::sim::role::Durable;
use serde::Serialize;

/// One record of a server's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    /// It follows no leader of a lower epoch any more.
    Promise {
        epoch: u32,
    },
    /// It leads in that epoch, with what it has.
    Lead {
        epoch: u32,
    },
    /// It follows in that epoch, with what the leader has.
    Load {
        epoch: u32,
        tree: Tree,
    },
    Transaction(Proposal),
}

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self {
            Record::Promise { .. } => "log-promise",
            Record::Lead { .. } => "log-lead",
            Record::Load { .. } => "log-load",
            Record::Transaction(_) => "log-transaction",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Record::Transaction(proposal) => proposal.subject(),
            Record::Promise { .. } | Record::Lead { .. } | Record::Load { .. } => Subject::NONE,
        }
    }
}

/// The disk: what its records, read in order, make of an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stored {
    promised: u32,
    epoch: u32,
    tree: Tree,
}

impl Stored {
    /// The highest epoch that it has promised to follow.
    pub fn promised(&self) -> u32 {
        self.promised
    }

    /// The epoch of the leader whose history it has.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Everything logged, whether or not it was committed.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }
}

impl Durable for Stored {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        match record {
            Record::Promise { epoch } => self.promised = *epoch,
            Record::Lead { epoch } => self.epoch = *epoch,
            Record::Load { epoch, tree } => {
                self.epoch = *epoch;
                self.tree = tree.clone();
            }
            Record::Transaction(proposal) => drop(self.tree.apply(proposal.zxid, &proposal.change)),
        }
    }
}
