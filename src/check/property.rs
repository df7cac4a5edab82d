//! Properties as monitors: small state machines fed by steps, so that what once was true is remembered through amnesia.

use crate::sim::fingerprint::Hasher;
use crate::sim::network::NodeSet;
use crate::sim::node::{Node, look};
use crate::sim::payload::Payload;
use crate::sim::role::Role;
use crate::sim::trace::{EventIndex, NodeId, Step, StepKind, Trace};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::sync::Arc;

/// What a property claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PropertyKind {
    /// Safety: true at every step.
    Always,
    /// Liveness: becomes true before nothing can happen any more.
    Eventually,
    /// Possibility: becomes true in some run.
    Sometimes,
}

/// A claim about a protocol's runs.
pub struct Property {
    /// Lower case, words joined by hyphens; links and the command line use it.
    pub id: &'static str,
    pub kind: PropertyKind,
    /// A short sentence: "No two databases decide differently".
    pub title: Text,
    /// The row of the reference sheet, the paper's name for it.
    pub source: &'static str,
    /// A fresh monitor that has seen nothing.
    pub monitor: fn() -> Box<dyn Monitor>,
}

/// What a monitor sees after each step: the step and the world it led to.
pub struct View<'a> {
    pub step: Step,
    pub trace: &'a Trace,
    nodes: &'a [Arc<dyn Node>],
    /// The nodes that were looked at.
    looked_at: Cell<NodeSet>,
}

impl<'a> View<'a> {
    pub fn new(step: Step, trace: &'a Trace, nodes: &'a [Arc<dyn Node>]) -> View<'a> {
        View { step, trace, nodes, looked_at: Cell::new(0) }
    }

    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u8).map(NodeId)
    }

    /// The node's volatile state (none while it is down) and its durable disk, if it runs that role.
    pub fn node<R: Role>(&self, node: NodeId) -> Option<(Option<&'a R>, &'a R::Durable)> {
        self.looked_at.set(self.looked_at.get() | 1 << node.0);
        look(&*self.nodes[node.index()])
    }

    /// The nodes that monitors have looked at.
    pub fn looked_at(&self) -> NodeSet {
        self.looked_at.get()
    }

    /// The record that this step wrote, not yet durable.
    pub fn wrote(&self) -> Option<&'a dyn Payload> {
        match self.step.kind {
            StepKind::Write(record) => Some(&*self.trace.local(record).payload),
            _ => None,
        }
    }

    /// The message that this step sent.
    pub fn sent(&self) -> Option<&'a crate::sim::trace::Message> {
        match self.step.kind {
            StepKind::Send(message) => Some(self.trace.message(message)),
            _ => None,
        }
    }

    /// The message that this step delivered.
    pub fn delivered(&self) -> Option<&'a crate::sim::trace::Message> {
        match self.step.kind {
            StepKind::Deliver(message) => Some(self.trace.message(message)),
            _ => None,
        }
    }
}

/// What a monitor says after a step. An `always` monitor answers `Broken` or nothing; the others answer `Met` once the
/// thing awaited has happened, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing new.
    Unchanged,
    /// The safety property is violated here; why, in one sentence.
    Broken(Text),
    /// What was awaited is so now. It may be undone by [`Judgement::Pending`] (somebody is in doubt again).
    Met,
    /// What is awaited is outstanding; what, in one sentence.
    Pending(Text),
}

/// A small state machine that watches a run.
pub trait Monitor: Send + Sync {
    /// Sees one step more.
    fn observe(&mut self, view: &View) -> Judgement;
    /// Feeds what it remembers to `hasher`: it is part of the world's identity.
    fn hash_into(&self, hasher: &mut Hasher);
    fn cloned(&self) -> Box<dyn Monitor>;
}

/// A property on a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// To the end of the run.
    Holds,
    /// By the event, because. For `eventually`: nothing can happen any more.
    Violated { at: EventIndex, why: Text },
    /// `eventually`: not by the run's horizon, while something can still happen.
    NotYet { why: Text },
    /// `sometimes`: not in this run.
    NotSeen,
}

impl Verdict {
    /// The word for it on the command line and in expected verdicts.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Violated { .. } => "violated",
            Verdict::NotYet { .. } => "not-yet",
            Verdict::NotSeen => "not-seen",
        }
    }
}
