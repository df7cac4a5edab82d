//! The marks of the message flow as plain data: where each stands along the axis and among the lanes.

use crate::sim::fault::Fault;
use crate::sim::payload::Tone;
use crate::sim::show::ConditionKind;
use crate::sim::time::Span;
use crate::sim::trace::{EventIndex, FaultIndex, Loss, MessageIndex, NodeId};

/// What a mark speaks of, so that pointing at it selects that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    Message(MessageIndex),
    /// A node at one of its events.
    Event {
        node: NodeId,
        event: EventIndex,
    },
    Fault(FaultIndex),
    /// The place of a stretch in the trace.
    Stretch(u32),
}

impl Target {
    /// The attribute that a drawn mark carries, and its value.
    pub fn attribute(self) -> (&'static str, u32) {
        match self {
            Target::Message(message) => ("data-message", message),
            Target::Event { event, .. } => ("data-event", event),
            Target::Fault(fault) => ("data-fault", u32::from(fault)),
            Target::Stretch(stretch) => ("data-stretch", stretch),
        }
    }
}

/// One mark, with where it begins and ends in pixels along the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub from: f64,
    pub to: f64,
    pub target: Option<Target>,
    pub shape: Shape,
}

impl Mark {
    /// Whether two arrows, of whichever runs, look the same: indices do not count.
    pub fn is_like(&self, other: &Mark) -> bool {
        match (&self.shape, &other.shape) {
            (Shape::Arrow(own), Shape::Arrow(other)) => {
                let look = |arrow: &Arrow| (arrow.tone, arrow.sender, arrow.receiver, arrow.sent, arrow.due);
                look(own) == look(other) && own.legs == other.legs
            }
            (own, other) => own == other,
        }
    }
}

/// What a mark looks like.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A piece of a lifeline; double while the node is paused.
    Line { node: NodeId, paused: bool },
    /// A bar beside the lifeline while a condition lasts.
    Bar { node: NodeId, kind: ConditionKind },
    /// A message, from its send to each of its ends.
    Arrow(Arrow),
    /// Records became durable.
    Durable { node: NodeId, tone: Tone },
    /// A timer fired.
    Timer { node: NodeId },
    /// The node goes down.
    Down { node: NodeId },
    /// The node starts again.
    Restart { node: NodeId },
    /// A clock was moved or changed its pace.
    Clock { node: NodeId },
    /// What the protocol lets be done from outside.
    Intervention { node: NodeId },
    /// The node learns that a connection is broken.
    Disconnected { node: NodeId },
    /// A wall in the gap after this lane: nothing passes, or only not towards one side.
    Wall { after: NodeId, one_way: Option<Side>, slow: bool, opens: bool, closes: bool },
    /// Time that the axis cuts short.
    Gap { lasting: Span },
    /// The tail that only repeats itself.
    Repeat { period: Span },
    /// A property breaks: the paper breaks.
    Break { event: EventIndex },
}

/// A side of a wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Towards the first lane.
    Before,
    /// Towards the last lane.
    After,
}

/// A message's way.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    pub message: MessageIndex,
    pub tone: Tone,
    pub sender: NodeId,
    pub receiver: NodeId,
    /// Where it left, along the axis.
    pub sent: f64,
    /// Its ends in the order of time: two when it was duplicated.
    pub legs: Vec<Leg>,
    /// Where it was due, if it arrived later than that.
    pub due: Option<f64>,
}

/// One end of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// Along the axis.
    pub at: f64,
    /// Where across: a lane's number, or between two lanes.
    pub lane: f64,
    pub end: End,
}

/// How a message ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Delivered,
    Lost(Loss),
    /// Still on its way when the run ended.
    UnderWay,
}

/// Every kind of mark that has a word of its own: the first of a kind in a run carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    Durable,
    Timer,
    Holds,
    BelievesToHold,
    WaitsForLock,
    InDoubt,
    Disconnected,
    Paused,
    Down,
    PowerLoss,
    Restart,
    Dropped,
    CutOff,
    ReceiverDown,
    ConnectionBroken,
    Duplicated,
    Delayed,
    Partition,
    OneWay,
    SlowLink,
    ClockJump,
    ClockRate,
    Break,
}

impl From<ConditionKind> for MarkKind {
    fn from(kind: ConditionKind) -> MarkKind {
        match kind {
            ConditionKind::Holds => MarkKind::Holds,
            ConditionKind::BelievesToHold => MarkKind::BelievesToHold,
            ConditionKind::WaitsForLock => MarkKind::WaitsForLock,
            ConditionKind::InDoubt => MarkKind::InDoubt,
        }
    }
}

impl From<Loss> for MarkKind {
    fn from(loss: Loss) -> MarkKind {
        match loss {
            Loss::Dropped => MarkKind::Dropped,
            Loss::Partitioned => MarkKind::CutOff,
            Loss::ReceiverDown => MarkKind::ReceiverDown,
            Loss::ConnectionBroken => MarkKind::ConnectionBroken,
        }
    }
}

/// The kind of mark with which a fault on a node strikes, if it has one.
pub fn struck_kind(fault: &Fault) -> Option<MarkKind> {
    match fault {
        Fault::Crash { .. } => Some(MarkKind::Down),
        Fault::PowerLoss { .. } => Some(MarkKind::PowerLoss),
        Fault::Restart { .. } => Some(MarkKind::Restart),
        Fault::Pause { .. } => Some(MarkKind::Paused),
        Fault::ClockJump { .. } => Some(MarkKind::ClockJump),
        Fault::ClockRate { .. } => Some(MarkKind::ClockRate),
        Fault::SlowLink { .. } => Some(MarkKind::SlowLink),
        Fault::Partition { one_way: true, .. } => Some(MarkKind::OneWay),
        Fault::Partition { .. } => Some(MarkKind::Partition),
        Fault::Drop { .. } | Fault::Duplicate { .. } | Fault::Delay { .. } | Fault::Intervention { .. } => None,
    }
}
