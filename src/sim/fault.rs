//! What can be done to a run from outside.

use super::name::{MessageName, Moment};
use super::time::{Instant, Span};
use super::trace::NodeId;
use serde::Serialize;

/// When a fault strikes: at an instant, or just before or after something that its node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Place {
    At(Instant),
    Before(Moment),
    After(Moment),
}

/// The most groups that one partition may name, and the most faults that one scenario may hold.
pub const GROUPS_MAX: usize = 8;
pub const FAULTS_MAX: usize = 256;

/// One fault. Message faults name their message; node faults their node and place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Fault {
    /// The process dies; what it wrote, synced or not, survives in the operating system.
    Crash { node: NodeId, place: Place },
    /// The machine loses power; of the writes not yet synced, only the first `kept` survive.
    PowerLoss { node: NodeId, place: Place, kept: u32 },
    /// A node that is down starts again from what is durable.
    Restart { node: NodeId, place: Place },
    /// The process stops for a while (a GC pause); the world goes on.
    Pause { node: NodeId, place: Place, lasting: Span },
    /// Nothing passes between groups, or only not from the first group to the others. Nodes in no group stay connected.
    Partition { groups: Vec<Vec<NodeId>>, one_way: bool, at: Instant, lasting: Option<Span> },
    /// A datagram is lost on its way.
    Drop { message: MessageName },
    /// A datagram arrives a second time, `after` the first.
    Duplicate { message: MessageName, after: Span },
    /// A message takes this much longer; on a connection all that follow it wait.
    Delay { message: MessageName, by: Span },
    /// Everything sent from one node to another takes this much longer for a while.
    SlowLink { from: NodeId, to: NodeId, at: Instant, lasting: Option<Span>, by: Span },
    /// The wall clock jumps by this many microseconds.
    ClockJump { node: NodeId, place: Place, by_micros: i64 },
    /// Both clocks run fast (positive) or slow from here on, by parts per million.
    ClockRate { node: NodeId, place: Place, error_ppm: i32 },
    /// What the protocol itself declares: an operator aborts, a record is lost.
    Intervention { node: NodeId, place: Place, key: &'static str, arguments: Vec<u32> },
}

impl Fault {
    /// The node that it strikes, if it strikes one.
    pub fn node(&self) -> Option<NodeId> {
        self.strikes().map(|(node, _)| node)
    }

    /// When it strikes, if by place or instant; message faults strike with their message.
    pub fn place(&self) -> Option<Place> {
        match self {
            Fault::Partition { at, .. } | Fault::SlowLink { at, .. } => Some(Place::At(*at)),
            _ => self.strikes().map(|(_, place)| place),
        }
    }

    /// The node that it strikes and where, if it strikes one.
    fn strikes(&self) -> Option<(NodeId, Place)> {
        match self {
            Fault::Crash { node, place }
            | Fault::PowerLoss { node, place, .. }
            | Fault::Restart { node, place }
            | Fault::Pause { node, place, .. }
            | Fault::ClockJump { node, place, .. }
            | Fault::ClockRate { node, place, .. }
            | Fault::Intervention { node, place, .. } => Some((*node, *place)),
            _ => None,
        }
    }

    /// The same fault at another place; none if it cannot stand there.
    pub fn at_place(&self, to: Place) -> Option<Fault> {
        let mut fault = self.clone();
        match &mut fault {
            Fault::Crash { place, .. }
            | Fault::PowerLoss { place, .. }
            | Fault::Restart { place, .. }
            | Fault::Pause { place, .. }
            | Fault::ClockJump { place, .. }
            | Fault::ClockRate { place, .. }
            | Fault::Intervention { place, .. } => *place = to,
            Fault::Partition { at, .. } | Fault::SlowLink { at, .. } => match to {
                Place::At(instant) => *at = instant,
                _ => return None,
            },
            _ => return None,
        }
        Some(fault)
    }

    /// The message that it strikes, if it strikes one.
    pub fn message(&self) -> Option<MessageName> {
        match self {
            Fault::Drop { message } | Fault::Duplicate { message, .. } | Fault::Delay { message, .. } => Some(*message),
            _ => None,
        }
    }
}
