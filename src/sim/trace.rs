//! What happened in a run: steps of fixed size in order, and tables of the messages, records and timers they speak of.

use super::clock::Clock;
use super::name::{LocalName, MessageName, Moment};
use super::payload::Payload;
use super::show::Condition;
use super::time::Instant;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A node: its place in the protocol's list of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u8);

impl NodeId {
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The place of a step in [`Trace::steps`].
pub type StepIndex = u32;
/// The place of an event in [`Trace::events`].
pub type EventIndex = u32;
/// The place of a message in [`Trace::messages`].
pub type MessageIndex = u32;
/// The place of a record or timer in [`Trace::locals`].
pub type LocalIndex = u32;
/// The place of a fault in the scenario's list.
pub type FaultIndex = u16;

/// One action taken: who, when, what. Small and of fixed size; sentences and panels come from replaying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub at: Instant,
    pub node: NodeId,
    pub kind: StepKind,
}

/// Why a message never arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    Dropped,
    Partitioned,
    ReceiverDown,
    ConnectionBroken,
}

/// What a step did. *Events* come from the world; *effects* are what a handler ordered, one by one, at the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepKind {
    /// Event: the node starts, for the first time or after a restart.
    Start,
    /// Event: a message reaches its node.
    Deliver(MessageIndex),
    /// Event: a timer fires.
    Fire(LocalIndex),
    /// Event: an fsync is complete; all records up to and with this one are durable.
    Durable(LocalIndex),
    /// Event: the node learns that its connection to the peer is broken.
    Disconnected(NodeId),
    /// Event: a message is lost (the step's node is the one that would have received it).
    Lose(MessageIndex, Loss),
    /// Event: a fault strikes (a partition's step stands at its first node).
    Strike(FaultIndex),
    /// Event: a fault that lasts ends.
    Heal(FaultIndex),
    /// Effect: a message leaves.
    Send(MessageIndex),
    /// Effect: a record is written, not yet durable.
    Write(LocalIndex),
    /// Effect: an fsync begins; the effects after it wait for its end.
    Fsync,
    /// Effect: a timer is set.
    Set(LocalIndex),
    /// Effect: a timer is cancelled.
    Cancel(LocalIndex),
}

impl StepKind {
    /// Whether it is an event; otherwise an effect of the event before it on the same node.
    pub fn is_event(self) -> bool {
        !matches!(
            self,
            StepKind::Send(_) | StepKind::Write(_) | StepKind::Fsync | StepKind::Set(_) | StepKind::Cancel(_)
        )
    }
}

/// A message of the run.
#[derive(Clone, Debug)]
pub struct Message {
    pub name: MessageName,
    pub payload: Arc<dyn Payload>,
    /// On a connection rather than as a datagram.
    pub connected: bool,
    pub sent: StepIndex,
    /// When it was, or is, due to arrive if nothing holds it up; for a delayed message, when it would have been.
    pub due: Instant,
    /// The steps that deliver it (two when duplicated) or lose it; none while it is under way.
    pub ends: Vec<StepIndex>,
}

/// A record or timer of the run.
#[derive(Clone, Debug)]
pub struct Local {
    pub name: LocalName,
    pub payload: Arc<dyn Payload>,
    /// For a timer: when it is due. For a record: when it was written.
    pub due: Instant,
}

/// A condition of a node, or its being down or paused, from one event to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    pub node: NodeId,
    pub what: StretchKind,
    pub from: EventIndex,
    /// The event that ended it; none if it lasts to the end of the run.
    pub to: Option<EventIndex>,
}

/// What lasts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StretchKind {
    Down,
    Paused,
    Condition(Condition),
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// Nothing can happen any more.
    Quiescent,
    /// The scenario's `until` came first.
    Horizon,
    /// The scenario's schedule is at its end, and more could happen.
    Order,
    /// More events than a run may have.
    TooManyEvents,
    /// More events than may share one instant: a protocol that loops without time passing.
    TooManyAtOneInstant,
}

/// Everything that happened.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    pub steps: Vec<Step>,
    /// Where each event stands in `steps`; its effects follow it, up to the next event.
    pub events: Vec<StepIndex>,
    pub messages: Vec<Message>,
    pub locals: Vec<Local>,
    pub stretches: Vec<Stretch>,
    /// Every fault's steps, in the order of the scenario's list; a fault without any did not apply.
    pub struck: Vec<Vec<StepIndex>>,
    /// Clock readings change only by faults: each node's clock from a given instant on.
    pub clocks: Vec<(Instant, NodeId, Clock)>,
}

impl Trace {
    /// The event's own step.
    pub fn event(&self, event: EventIndex) -> Step {
        self.steps[self.events[event as usize] as usize]
    }

    /// The event's own step and the effects that followed it.
    pub fn steps_of(&self, event: EventIndex) -> &[Step] {
        let from = self.events[event as usize] as usize;
        let to = self.events.get(event as usize + 1).map_or(self.steps.len(), |next| *next as usize);
        &self.steps[from..to]
    }

    /// The event that a step belongs to.
    pub fn event_of(&self, step: StepIndex) -> EventIndex {
        self.events.partition_point(|start| *start <= step).saturating_sub(1) as EventIndex
    }

    /// The last event at or before an instant; the first one if there is none.
    pub fn event_at(&self, at: Instant) -> EventIndex {
        self.events.partition_point(|start| self.steps[*start as usize].at <= at).saturating_sub(1) as EventIndex
    }

    /// The step as a moment, by which a fault can name its place; none if nothing there has a name.
    pub fn moment(&self, step: StepKind) -> Option<Moment> {
        match step {
            StepKind::Send(index) => Some(Moment::Sends(self.message(index).name)),
            StepKind::Deliver(index) => Some(Moment::Receives(self.message(index).name)),
            StepKind::Write(index) => Some(Moment::Writes(self.local(index).name)),
            StepKind::Durable(index) => Some(Moment::Durable(self.local(index).name)),
            StepKind::Fire(index) => Some(Moment::Fires(self.local(index).name)),
            _ => None,
        }
    }

    pub fn message(&self, index: MessageIndex) -> &Message {
        &self.messages[index as usize]
    }

    pub fn local(&self, index: LocalIndex) -> &Local {
        &self.locals[index as usize]
    }

    /// Whether the fault met something to strike.
    pub fn applied(&self, fault: FaultIndex) -> bool {
        self.struck.get(usize::from(fault)).is_some_and(|steps| !steps.is_empty())
    }

    /// The instant of the last step.
    pub fn end(&self) -> Instant {
        self.steps.last().map_or(Instant::START, |step| step.at)
    }
}
