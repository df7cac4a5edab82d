//! What the visitor points at. One selection serves flow, table, narration and verdicts.

use faultline::sim::time::Instant;
use faultline::sim::trace::{EventIndex, MessageIndex, NodeId};

/// The one thing selected; indices are of the run on the bench.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Selection {
    /// Nothing: the step at the pen is what everything speaks of.
    #[default]
    None,
    Event(EventIndex),
    Message(MessageIndex),
    /// A node just after an event (any node's event: it gives the instant).
    Node {
        node: NodeId,
        event: EventIndex,
    },
    Sweep(Sweep),
}

/// Something that can be broken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    Message(MessageIndex),
    /// A node at the step nearest to where the visitor pointed on its lifeline: the verbs say "before" and "after" it.
    Node {
        node: NodeId,
        event: EventIndex,
    },
}

impl From<Target> for Selection {
    fn from(target: Target) -> Selection {
        match target {
            Target::Message(message) => Selection::Message(message),
            Target::Node { node, event } => Selection::Node { node, event },
        }
    }
}

/// What dragging marks.
#[derive(Clone, Debug, PartialEq)]
pub enum Sweep {
    /// Along a lifeline, from one instant to another: a pause, a time down.
    Along { node: NodeId, from: Instant, to: Instant },
    /// Across the gap between lanes: nothing passes between the two sides.
    Across { sides: [Vec<NodeId>; 2], from: Instant, to: Instant },
}

/// Where a popover stands: a rectangle in pixels of the viewport, which it must not cover.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Anchor {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}
