//! Drives a world through virtual time under a scenario's faults.

mod shape;
mod steering;

pub use steering::{Act, Next};

use super::clock::Clock;
use super::fault::{Fault, Place};
use super::fingerprint::{Hasher, hash_into};
use super::happen::MessageFate;
use super::name::{MessageName, Moment};
use super::node::Node;
use super::recorder::{Recorder, Silent, Status};
use super::schedule::{Following, Schedule, Upcoming};
use super::show::Condition;
use super::time::Instant;
use super::topology::Topology;
use super::trace::{Ending, EventIndex, FaultIndex, Local, LocalIndex, Message, MessageIndex, NodeId, Step, StepKind};
use super::world::{Action, Due, World};
use crate::sorted::{SortedMap, SortedSet};
use std::collections::VecDeque;
use std::sync::Arc;

/// How long a run may grow. Part of the engine: a run that meets them ends, and says so.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub events_max: u32,
    pub events_per_instant_max: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { events_max: 400_000, events_per_instant_max: 10_000 }
    }
}

/// Whether a lasting fault begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Begin,
    End,
}

/// What the faults of the scenario still have to do.
#[derive(Clone, Default)]
struct Plan {
    /// Beginnings and ends by instant, in the order of the list.
    timed: SortedSet<(Instant, FaultIndex, Phase)>,
    /// Node faults that wait for a place in their node's run.
    anchored: Vec<(Place, FaultIndex)>,
    /// Node faults whose place has come.
    ready: VecDeque<FaultIndex>,
    messages: Arc<SortedMap<MessageName, MessageFate>>,
}

/// A world in virtual time.
#[derive(Clone)]
pub struct Driver {
    world: World,
    faults: Arc<Vec<Fault>>,
    plan: Plan,
    until: Instant,
    limits: Limits,
    /// For a run by order rather than by time.
    following: Option<Following>,
    steps: u32,
    events: u32,
    events_now: u32,
    digest: Hasher,
}

impl Driver {
    /// The world before anything has happened, under these faults.
    pub fn new(topology: &Topology, seed: u64, faults: &[Fault], until: Instant, limits: Limits) -> Driver {
        let mut plan = Plan::default();
        let mut messages: SortedMap<MessageName, MessageFate> = SortedMap::new();
        for (index, fault) in faults.iter().enumerate() {
            let index = index as FaultIndex;
            match fault {
                Fault::Drop { message } => messages.entry(*message).or_default().dropped = Some(index),
                Fault::Duplicate { message, after } => {
                    messages.entry(*message).or_default().doubled = Some((index, *after));
                }
                Fault::Delay { message, by } => messages.entry(*message).or_default().delayed.push((index, *by)),
                other => match other.place() {
                    Some(Place::At(at)) => drop(plan.timed.insert((at, index, Phase::Begin))),
                    Some(place) => plan.anchored.push((place, index)),
                    None => {}
                },
            }
        }
        plan.messages = Arc::new(messages);
        Driver {
            world: World::new(topology, seed),
            faults: Arc::new(faults.to_vec()),
            plan,
            until,
            limits,
            following: None,
            steps: 0,
            events: 0,
            events_now: 0,
            digest: Hasher::keyed(0),
        }
    }

    /// The same run, in which actions happen in the order of a schedule, if there is one, once its timed prefix is over.
    pub fn following(self, schedule: Option<Schedule>, topology: &Topology) -> Driver {
        Driver { following: schedule.map(|schedule| Following::new(schedule, topology)), ..self }
    }

    /// The same run, of which no snapshot will be taken: then names take little memory, however many there are.
    pub fn without_snapshots(mut self) -> Driver {
        self.world.count_in_pages();
        self
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    pub fn nodes(&self) -> &[Arc<dyn Node>] {
        self.world.nodes()
    }

    /// The hash of every observable step so far.
    pub fn digest(&self) -> u64 {
        self.digest.finish()
    }

    /// A copy that shares with those before and after it all that only grows.
    pub fn snapshot(&mut self) -> Driver {
        self.world.freeze();
        self.clone()
    }

    /// How many steps have been taken.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// How many events have happened.
    pub fn events(&self) -> u32 {
        self.events
    }

    /// Takes one action: a fault whose place has come, the next effect of a handler, or what is due next in time. Says so
    /// when there is none. An action may be nothing to be seen (a fault that meets nothing).
    pub fn advance(&mut self, recorder: &mut dyn Recorder) -> Option<Ending> {
        if self.events >= self.limits.events_max {
            return Some(Ending::TooManyEvents);
        }
        if self.events_now >= self.limits.events_per_instant_max {
            return Some(Ending::TooManyAtOneInstant);
        }
        let mut watch =
            Watch { inner: recorder, digest: &mut self.digest, first_event: self.events, steps: 0, events: 0 };
        let (world, plan) = (&mut self.world, &mut self.plan);
        if let Some(index) = plan.ready.pop_front() {
            strike(world, plan, &self.faults, index, &mut watch);
        } else if let Some(node) = world.next_to_perform() {
            perform(world, plan, node, &mut watch);
        } else {
            let fault = plan.timed.first().copied();
            let upcoming = match &self.following {
                None => Upcoming::in_time(world),
                Some(following) => following.next(world),
            };
            let at = match (fault, &upcoming) {
                (None, Upcoming::End(ending)) => return Some(*ending),
                (Some((begins, ..)), Upcoming::End(_)) => begins,
                (fault, Upcoming::Act(at, ..) | Upcoming::Turn(at, _)) => {
                    fault.map_or(*at, |(begins, ..)| begins.min(*at))
                }
            };
            if at > self.until {
                return Some(Ending::Horizon);
            }
            if at > world.now {
                world.now = at;
                self.events_now = 0;
            }
            match (fault, upcoming) {
                (Some((begins, index, phase)), _) if begins == at => {
                    plan.timed.remove(&(begins, index, phase));
                    match phase {
                        Phase::Begin => strike(world, plan, &self.faults, index, &mut watch),
                        Phase::End => end(world, &self.faults, index, &mut watch),
                    }
                }
                (_, Upcoming::Act(_, due, action)) => drop(occur(world, plan, due, action, &mut watch)),
                (_, Upcoming::Turn(_, action)) => {
                    let over = action.is_none_or(|(due, action)| occur(world, plan, due, action, &mut watch));
                    if let Some(following) = self.following.as_mut().filter(|_| over) {
                        following.done += 1;
                    }
                }
                _ => {}
            }
        }
        self.steps += watch.steps;
        self.events += watch.events;
        self.events_now += watch.events;
        None
    }

    /// Does again what a recorded run did, up to that many steps.
    pub fn replay_to(&mut self, steps: u32) {
        while self.steps < steps && self.advance(&mut Silent).is_none() {}
    }
}

/// Something due happens, unless a fault strikes just before it; says whether it did.
fn occur(world: &mut World, plan: &mut Plan, due: Due, action: Action, recorder: &mut dyn Recorder) -> bool {
    // A paused node does not get to the place; it comes again when the node wakes.
    let moments = if plan.anchored.is_empty() { Vec::new() } else { world.moments(action) };
    if plan.come_to(&moments, Place::Before) {
        return false;
    }
    world.take(&due);
    world.occur(due, action, recorder);
    settled(world, due.node(), recorder);
    plan.come_to(&moments, Place::After);
    true
}

fn perform(world: &mut World, plan: &mut Plan, node: NodeId, recorder: &mut dyn Recorder) {
    let wanted = !plan.anchored.is_empty() || !plan.messages.is_empty();
    let moments = if wanted { world.moments(Action::Perform(node)) } else { Vec::new() };
    if plan.come_to(&moments, Place::Before) {
        return;
    }
    let none = MessageFate::default();
    let fate = match moments.first() {
        Some(Moment::Sends(name)) => plan.messages.get(name).unwrap_or(&none),
        _ => &none,
    };
    world.perform(node, fate, recorder);
    plan.come_to(&moments, Place::After);
}

fn strike(world: &mut World, plan: &mut Plan, faults: &[Fault], index: FaultIndex, recorder: &mut dyn Recorder) {
    let fault = &faults[usize::from(index)];
    let applied = world.strike(index, fault, recorder);
    let lasting = match fault {
        Fault::Pause { lasting, .. } => Some(*lasting),
        Fault::Partition { lasting, .. } | Fault::SlowLink { lasting, .. } => *lasting,
        _ => None,
    };
    if let Some(lasting) = lasting.filter(|_| applied) {
        plan.timed.insert((world.now + lasting, index, Phase::End));
    }
    if let Some(node) = fault.node() {
        settled(world, node, recorder);
    }
}

fn end(world: &mut World, faults: &[Fault], index: FaultIndex, recorder: &mut dyn Recorder) {
    let fault = &faults[usize::from(index)];
    world.end(index, fault, recorder);
    if let Some(node) = fault.node() {
        settled(world, node, recorder);
    }
}

/// The action's first event, and the node that it struck: what else it brings about (messages lost) changes no node.
fn settled(world: &World, node: NodeId, recorder: &mut dyn Recorder) {
    let local = world.clock(node).monotonic(world.now);
    recorder.settled(0, node, world.status(node), &|| world.nodes()[node.index()].conditions(local));
}

impl Plan {
    /// The run has come just before or after these moments: the faults anchored there are ready. A place is passed once.
    /// Says whether there were any.
    fn come_to(&mut self, moments: &[Moment], side: fn(Moment) -> Place) -> bool {
        let before = self.anchored.len();
        let ready = &mut self.ready;
        self.anchored.retain(|(anchor, index)| {
            let here = moments.iter().any(|moment| side(*moment) == *anchor);
            if here {
                ready.push_back(*index);
            }
            !here
        });
        before != self.anchored.len()
    }
}

/// Counts steps and hashes every one of them on its way to the recorder.
struct Watch<'a> {
    inner: &'a mut dyn Recorder,
    digest: &'a mut Hasher,
    /// The number of the first event of the action that is taken.
    first_event: EventIndex,
    steps: u32,
    events: u32,
}

impl Recorder for Watch<'_> {
    fn message(&mut self, index: MessageIndex, message: Message) {
        hash_into(&(message.name, message.connected), self.digest);
        message.payload.hash_into(self.digest);
        self.inner.message(index, message);
    }

    fn local(&mut self, index: LocalIndex, local: Local) {
        hash_into(&local.name, self.digest);
        local.payload.hash_into(self.digest);
        self.inner.local(index, local);
    }

    fn step(&mut self, step: Step, nodes: &[Arc<dyn Node>]) {
        self.steps += 1;
        self.events += u32::from(step.kind.is_event());
        let (tag, what) = encoded(step.kind);
        self.digest.number(step.at.as_micros()).number(u64::from(step.node.0) << 8 | tag).number(what);
        self.inner.step(step, nodes);
    }

    fn struck(&mut self, fault: FaultIndex) {
        self.inner.struck(fault);
    }

    /// Where nothing was to be seen, nothing changed: a paused node's inbox, a fault that met nothing.
    fn settled(&mut self, event: EventIndex, node: NodeId, status: Status, conditions: &dyn Fn() -> Vec<Condition>) {
        if self.steps > 0 {
            self.inner.settled(self.first_event + event, node, status, conditions);
        }
    }

    fn clock(&mut self, now: Instant, node: NodeId, clock: &Clock) {
        self.inner.clock(now, node, clock);
    }
}

/// A step's kind as numbers, fixed for ever: digests rest on it.
fn encoded(kind: StepKind) -> (u64, u64) {
    match kind {
        StepKind::Start => (1, 0),
        StepKind::Deliver(message) => (2, u64::from(message)),
        StepKind::Fire(timer) => (3, u64::from(timer)),
        StepKind::Durable(record) => (4, u64::from(record)),
        StepKind::Disconnected(peer) => (5, u64::from(peer.0)),
        StepKind::Lose(message, loss) => (6, u64::from(message) << 8 | loss as u64),
        StepKind::Strike(fault) => (7, u64::from(fault)),
        StepKind::Heal(fault) => (8, u64::from(fault)),
        StepKind::Send(message) => (9, u64::from(message)),
        StepKind::Write(record) => (10, u64::from(record)),
        StepKind::Fsync => (11, 0),
        StepKind::Set(timer) => (12, u64::from(timer)),
        StepKind::Cancel(timer) => (13, u64::from(timer)),
    }
}
