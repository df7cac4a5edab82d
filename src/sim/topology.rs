//! What a protocol hands the driver: its nodes, where they stand, and the links between them.

use super::node::Node;
use super::random::Distribution;
use super::time::Span;
use super::trace::NodeId;
use serde::Serialize;
use std::sync::Arc;

/// What a node is to its protocol, so that faults carry over between protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Position {
    /// The one who asks.
    Initiator,
    /// The one who decides.
    Decider,
    /// One who holds data; the first is 1.
    Service(u8),
    /// A shared store.
    Store,
}

/// A node before the run.
#[derive(Clone)]
pub struct NodeSpec {
    /// At most three characters, for narrow lanes; unique, lower case: links use it.
    pub name: &'static str,
    pub title: crate::text::Text,
    pub position: Position,
    pub node: Arc<dyn Node>,
    /// How long an fsync takes.
    pub fsync: Distribution,
}

/// How long messages take, where it differs from the topology's own distribution.
#[derive(Clone, Debug)]
pub struct LinkSpec {
    pub from: NodeId,
    pub to: NodeId,
    pub latency: Distribution,
}

/// Everything that the driver needs to know of a protocol with its parameters set.
#[derive(Clone)]
pub struct Topology {
    pub nodes: Vec<NodeSpec>,
    pub latency: Distribution,
    pub links: Vec<LinkSpec>,
    /// How long a connection holds data through a partition before it breaks.
    pub connection_timeout: Span,
    /// The typical latency: the unit of the folded axis.
    pub base_latency: Span,
}

impl Topology {
    /// The node of that name.
    pub fn named(&self, name: &str) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.name == name).map(|index| NodeId(index as u8))
    }

    pub fn name(&self, node: NodeId) -> &'static str {
        self.nodes[node.index()].name
    }
}
