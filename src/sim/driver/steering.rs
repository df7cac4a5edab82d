//! What a search needs of a driver: to see what comes next, to strike where the run stands, and to end what lasts.
//!
//! A fault that is added does exactly what it does in a run that knows it from the start: so what a search finds is a
//! plain list of faults.

use super::{Driver, Phase};
use crate::sim::fault::{Fault, Place};
use crate::sim::name::{MessageName, Moment};
use crate::sim::recorder::Status;
use crate::sim::role::Effect;
use crate::sim::time::{Instant, Span};
use crate::sim::trace::{Ending, FaultIndex, NodeId};
use crate::sim::world::{Action, Due, World};
use std::sync::Arc;

/// What a driver's next step will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A fault of the list begins or ends.
    Fault {
        at: Instant,
        fault: FaultIndex,
    },
    Act(Act),
    End(Ending),
}

/// An action about to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    pub at: Instant,
    pub node: NodeId,
    /// Its place in the node's run, unless it has none, or one that the run has passed before.
    pub moment: Option<Moment>,
    /// Whether a fault at the node just after it can differ from one just before it. Setting a timer makes no
    /// difference: whatever strikes the node ends or outlasts it.
    pub counts: bool,
    /// For a message about to leave: whether it goes over a connection.
    pub connected: bool,
}

impl Driver {
    /// The instant that the run has come to.
    pub fn now(&self) -> Instant {
        self.world.now
    }

    /// The last instant of the run.
    pub fn until(&self) -> Instant {
        self.until
    }

    /// The faults of the run, those added included, in the order of their indices.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What the next step will be.
    pub fn next(&self) -> Next {
        if self.events >= self.limits.events_max {
            return Next::End(Ending::TooManyEvents);
        }
        if self.events_now >= self.limits.events_per_instant_max {
            return Next::End(Ending::TooManyAtOneInstant);
        }
        let now = self.world.now;
        if let Some(fault) = self.plan.ready.front() {
            return Next::Fault { at: now, fault: *fault };
        }
        if let Some(node) = self.world.next_to_perform() {
            return Next::Act(self.world.act_of(now, node));
        }
        let timed = self.plan.timed.first().copied();
        let due = self.world.next_due();
        let next = match (timed, due) {
            (None, None) => return Next::End(Ending::Quiescent),
            (Some((at, fault, _)), due) if due.is_none_or(|(due, _)| at <= due.at) => (at, Next::Fault { at, fault }),
            (_, Some((due, action))) => (due.at, Next::Act(self.world.act_due(due, action))),
            (Some((at, fault, _)), None) => (at, Next::Fault { at, fault }),
        };
        if next.0 > self.until { Next::End(Ending::Horizon) } else { next.1 }
    }

    /// Adds a fault that begins here or later. One that is anchored strikes before anything else happens, so its anchor
    /// must be the last thing that happened or the next that will; an instant must not have passed; a message must be
    /// about to leave, or leave later.
    pub fn add(&mut self, fault: Fault) -> FaultIndex {
        let index = self.faults.len() as FaultIndex;
        match &fault {
            Fault::Drop { message } => self.fate(*message).dropped = Some(index),
            Fault::Duplicate { message, after } => self.fate(*message).doubled = Some((index, *after)),
            Fault::Delay { message, by } => self.fate(*message).delayed.push((index, *by)),
            other => match other.place() {
                Some(Place::At(at)) => drop(self.plan.timed.insert((at, index, Phase::Begin))),
                _ => self.plan.ready.push_back(index),
            },
        }
        Arc::make_mut(&mut self.faults).push(fault);
        index
    }

    /// Lets a fault that lasts, or a message that a fault keeps back, end at an instant still to come, and writes that
    /// into the list of faults. Says whether there was anything to end.
    pub fn conclude(&mut self, index: FaultIndex, at: Instant) -> bool {
        let ends = self.plan.timed.iter().find(|(_, fault, phase)| (*fault, *phase) == (index, Phase::End)).copied();
        let world = &mut self.world;
        let Some(fault) = Arc::make_mut(&mut self.faults).get_mut(usize::from(index)) else { return false };
        match fault {
            Fault::Pause { lasting, .. } => {
                let Some((end, ..)) = ends else { return false };
                let struck = Instant::START
                    + Span::micros(end.since(Instant::START).as_micros().saturating_sub(lasting.as_micros()));
                *lasting = at.since(struck);
            }
            Fault::Partition { lasting, at: struck, .. } | Fault::SlowLink { lasting, at: struck, .. } => {
                *lasting = Some(at.since(*struck));
            }
            Fault::Delay { message, by } => {
                let Some(due) = world.reschedule(message, 0, at) else { return false };
                *by = Span::micros((by.as_micros() + at.as_micros()).saturating_sub(due.as_micros()));
                return true;
            }
            Fault::Duplicate { message, after } => {
                let Some(due) = world.reschedule(message, 1, at) else { return false };
                *after = Span::micros((after.as_micros() + at.as_micros()).saturating_sub(due.as_micros()));
                return true;
            }
            _ => return false,
        }
        if let Some(end) = ends {
            self.plan.timed.remove(&end);
        }
        self.plan.timed.insert((at, index, Phase::End));
        true
    }

    fn fate(&mut self, message: MessageName) -> &mut super::MessageFate {
        Arc::make_mut(&mut self.plan.messages).entry(message).or_default()
    }
}

impl World {
    fn act_of(&self, at: Instant, node: NodeId) -> Act {
        let effect = self.slots[node.index()].pending.front();
        let counts = matches!(effect, Some(Effect::Send { .. } | Effect::Write { .. } | Effect::Fsync));
        let connected = matches!(effect, Some(Effect::Send { connected: true, .. }));
        Act { at, node, moment: self.moment(Action::Perform(node)), counts, connected }
    }

    fn act_due(&self, due: Due, action: Action) -> Act {
        let node = due.node();
        let moment = self.moment(action);
        let counts = match action {
            Action::Deliver(_) | Action::Fire { .. } => moment.is_some(),
            Action::Break { .. } => false,
            _ => self.status(node) == Status::Running,
        };
        Act { at: due.at, node, moment: moment.filter(|_| !due.is_second_copy()), counts, connected: false }
    }

    /// Lets a copy of a message that is under way arrive at another instant; when it was due.
    fn reschedule(&mut self, name: &MessageName, copy: u32, at: Instant) -> Option<Instant> {
        let (index, _) = self.flights.iter().find(|(_, flight)| flight.name == *name)?;
        let wanted = Action::Deliver(*index);
        let due =
            *self.agenda.iter().find(|(due, action)| **action == wanted && due.is_second_copy() == (copy == 1))?.0;
        self.agenda.remove(&due);
        self.agenda.insert(Due::message(at, name, copy), wanted);
        Some(due.at)
    }

    /// The records at the node that no fsync has made durable.
    pub fn unsynced(&self, node: NodeId) -> usize {
        self.nodes[node.index()].unsynced()
    }

    /// Whether the node has an open connection with another.
    pub fn is_connected(&self, node: NodeId) -> bool {
        !self.network.peers(node).is_empty()
    }

    /// The instants at which something is due.
    pub fn dues(&self) -> impl Iterator<Item = Instant> + '_ {
        self.agenda.keys().map(|due| due.at)
    }

    /// When a copy of a message that is under way is due.
    pub fn due_of(&self, name: &MessageName) -> Option<Instant> {
        let (index, _) = self.flights.iter().find(|(_, flight)| flight.name == *name)?;
        let wanted = Action::Deliver(*index);
        self.agenda.iter().find(|(_, action)| **action == wanted).map(|(due, _)| due.at)
    }
}
