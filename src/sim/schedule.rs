//! An order of actions instead of their times: what a search without time has found, when no faults could bring that
//! order about in time.

use super::name::MessageName;
use super::payload::Subject;
use super::recorder::Status;
use super::time::{Instant, Span};
use super::topology::Topology;
use super::trace::{Ending, NodeId};
use super::world::{Action, Due, World};
use std::sync::Arc;

/// The most actions that one schedule may name.
pub const SCHEDULE_MAX: usize = 4_000;

/// A timed prefix, then actions in their order. Nodes that are about to start do so by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Up to and with this instant the run is timed as any other is; without it the order begins once the nodes have
    /// started.
    pub from: Option<Instant>,
    /// At most [`SCHEDULE_MAX`].
    pub actions: Arc<[Scheduled]>,
}

/// An action by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduled {
    /// A message reaches its node, or is lost there. A doubled one has one name for both.
    Arrives(MessageName),
    /// A timer that is set runs out.
    Fires { node: NodeId, kind: &'static str, subject: Subject },
    /// The node's oldest fsync completes.
    Syncs(NodeId),
    /// The node learns that its connection to the peer is gone.
    Disconnects { node: NodeId, peer: NodeId },
    /// A connection has held data through a partition for too long.
    Breaks { one: NodeId, other: NodeId },
}

impl Schedule {
    /// The instant of the action in this place, the first being 0, when each takes `pace`.
    pub fn instant(&self, place: usize, pace: Span) -> Instant {
        self.from.unwrap_or(Instant::START) + pace.times(place as u64 + 1)
    }

    /// An instant before that, and after the action before it.
    pub fn gap(&self, place: usize, pace: Span) -> Instant {
        self.from.unwrap_or(Instant::START) + pace.times(place as u64) + Span::micros(pace.as_micros() / 2)
    }
}

/// How much time each action takes: as long as a message usually does, and at least so long that a fault can strike
/// between two of them.
pub fn pace(topology: &Topology) -> Span {
    Span::micros(topology.base_latency.as_micros().max(2))
}

/// How far a run is with its schedule.
#[derive(Clone)]
pub(super) struct Following {
    schedule: Schedule,
    pace: Span,
    /// How many actions are done, or could not be done.
    pub done: usize,
}

/// What a run does next, faults apart.
pub(super) enum Upcoming {
    /// Something, at this instant, that waits for no turn.
    Act(Instant, Due, Action),
    /// The next action of the schedule; nothing if it cannot happen and is passed over.
    Turn(Instant, Option<(Due, Action)>),
    End(Ending),
}

impl Upcoming {
    /// What a run by time does next.
    pub fn in_time(world: &World) -> Upcoming {
        world.next_due().map_or(Upcoming::End(Ending::Quiescent), |(due, action)| Upcoming::Act(due.at, due, action))
    }
}

impl Following {
    pub fn new(schedule: Schedule, topology: &Topology) -> Following {
        Following { schedule, pace: pace(topology), done: 0 }
    }

    /// What a run by order does next.
    pub fn next(&self, world: &World) -> Upcoming {
        let timed = |(due, _): &(Due, Action)| self.schedule.from.is_some_and(|from| due.at <= from);
        if let Some((due, action)) = world.next_due().filter(timed) {
            return Upcoming::Act(due.at, due, action);
        }
        let at = self.schedule.instant(self.done, self.pace);
        if let Some((due, action)) = world.start_or_fall() {
            let starts = matches!(action, Action::Start(_));
            return Upcoming::Act(if starts { world.now } else { at }, due, action);
        }
        match self.schedule.actions.get(self.done) {
            Some(wanted) => Upcoming::Turn(at, world.scheduled(wanted)),
            None if world.enabled().is_empty() => Upcoming::End(Ending::Quiescent),
            None => Upcoming::End(Ending::Order),
        }
    }
}

impl World {
    /// A node that is about to start, or a message that is known to be lost and falls by the way: neither waits for its
    /// turn.
    fn start_or_fall(&self) -> Option<(Due, Action)> {
        let now = |(_, action): &(&Due, &Action)| match action {
            Action::Start(node) => self.status(*node) == Status::Running,
            Action::Deliver(index) => self.flights.get(index).is_none_or(|flight| flight.doom.is_some()),
            _ => false,
        };
        self.agenda.iter().find(now).map(|(due, action)| (*due, *action))
    }

    /// What a name means here and now; none if that cannot happen.
    fn scheduled(&self, wanted: &Scheduled) -> Option<(Due, Action)> {
        let is = |action: &Action| match (wanted, action) {
            (Scheduled::Arrives(name), Action::Deliver(index)) => {
                self.flights.get(index).is_some_and(|flight| flight.name == *name)
            }
            (Scheduled::Fires { node, kind, subject }, other) => {
                *other == Action::Fire { node: *node, kind, subject: *subject }
            }
            (Scheduled::Syncs(node), other) => *other == Action::Sync(*node),
            (Scheduled::Disconnects { node, peer }, other) => *other == Action::Disconnect { node: *node, peer: *peer },
            (Scheduled::Breaks { one, other }, action) => *action == Action::Break { one: *one, other: *other },
            _ => false,
        };
        self.enabled_due().find(|(_, action)| is(action))
    }

    /// The name of what can happen here and now; none for what waits for no turn.
    pub fn name_in_order(&self, action: Action) -> Option<Scheduled> {
        match action {
            Action::Deliver(index) => self.message_under_way(index).map(Scheduled::Arrives),
            Action::Fire { node, kind, subject } => Some(Scheduled::Fires { node, kind, subject }),
            Action::Sync(node) => Some(Scheduled::Syncs(node)),
            Action::Disconnect { node, peer } => Some(Scheduled::Disconnects { node, peer }),
            Action::Break { one, other } => Some(Scheduled::Breaks { one, other }),
            Action::Start(_) | Action::Perform(_) => None,
        }
    }
}
