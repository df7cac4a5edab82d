//! Names that are stable under edits: a new fault renames nothing outside its causal future.

use super::payload::{Payload, Subject};
use super::trace::NodeId;
use serde::Serialize;

/// A message's name. The driver counts the ordinal, across restarts: first `commit` about t1 from c to p1 is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct MessageName {
    pub to: NodeId,
    pub kind: &'static str,
    pub subject: Subject,
    pub from: NodeId,
    pub ordinal: u32,
}

/// The name of something that a node does by itself: a record that it writes or makes durable, a timer that fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LocalName {
    pub node: NodeId,
    pub kind: &'static str,
    pub subject: Subject,
    pub ordinal: u32,
}

/// What a name is before the driver has counted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Uncounted {
    pub purpose: Purpose,
    pub node: NodeId,
    pub peer: NodeId,
    pub kind: &'static str,
    pub subject: Subject,
}

/// What is counted: each purpose has ordinals of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Purpose {
    Message,
    Record,
    Timer,
    Disconnect,
}

impl Uncounted {
    pub fn message(from: NodeId, to: NodeId, payload: &dyn Payload) -> Uncounted {
        Uncounted { purpose: Purpose::Message, node: from, peer: to, kind: payload.kind(), subject: payload.subject() }
    }

    /// A message by its name.
    pub fn named(name: &MessageName) -> Uncounted {
        let MessageName { from, to, kind, subject, .. } = *name;
        Uncounted { purpose: Purpose::Message, node: from, peer: to, kind, subject }
    }

    /// A record or timer by its name.
    pub fn of_local(purpose: Purpose, name: &LocalName) -> Uncounted {
        let LocalName { node, kind, subject, .. } = *name;
        Uncounted { purpose, node, peer: node, kind, subject }
    }

    /// Counts how often `peer` learned that `node` had gone.
    pub fn disconnect(node: NodeId, peer: NodeId) -> Uncounted {
        Uncounted { purpose: Purpose::Disconnect, node, peer, kind: "reset", subject: Subject::NONE }
    }

    pub fn local(purpose: Purpose, node: NodeId, payload: &dyn Payload) -> Uncounted {
        Uncounted { purpose, node, peer: node, kind: payload.kind(), subject: payload.subject() }
    }
}

/// A place in a node's run that a fault can be anchored to.
///
/// Written in links as `commit.1:p1*2` (sent), `c:prepare.1` (received), `write:prepared.1`, `durable:prepared.1`
/// (its fsync is complete) and `timer:votes.1` (fired).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Moment {
    Sends(MessageName),
    Receives(MessageName),
    Writes(LocalName),
    Durable(LocalName),
    Fires(LocalName),
}

impl Moment {
    /// The node at which it happens.
    pub fn node(&self) -> NodeId {
        match self {
            Moment::Sends(name) => name.from,
            Moment::Receives(name) => name.to,
            Moment::Writes(name) | Moment::Durable(name) | Moment::Fires(name) => name.node,
        }
    }
}
