//! How a world changes: what each action does, and how a handler's effects are carried out one by one.

use super::fingerprint::Hasher;
use super::name::{LocalName, MessageName, Purpose, Uncounted};
use super::payload::Payload;
use super::recorder::{Recorder, Status};
use super::role::{Effect, Now};
use super::time::{Instant, Span};
use super::trace::{FaultIndex, Local, LocalIndex, Loss, Message, NodeId, Step, StepKind};
use super::world::{Action, Due, Flight, Sync, Timer, World};
use std::sync::Arc;

/// What the scenario's faults do to one message on its way.
#[derive(Clone, Debug, Default)]
pub(super) struct MessageFate {
    pub dropped: Option<FaultIndex>,
    pub delayed: Vec<(FaultIndex, Span)>,
    pub doubled: Option<(FaultIndex, Span)>,
}

impl World {
    /// What the node is told along with an event.
    fn context(&self, node: NodeId) -> Now {
        let clock = &self.slots[node.index()].clock;
        Now { me: node, monotonic: clock.monotonic(self.now), wall: clock.wall(self.now), seed: self.seed }
    }

    pub(super) fn step(&self, node: NodeId, kind: StepKind, recorder: &mut dyn Recorder) {
        recorder.step(Step { at: self.now, node, kind }, &self.nodes);
    }

    /// Lets the node handle an event; the effects that it orders stand behind those still to be carried out. The event's
    /// step is recorded after this, because who watches sees the world that a step led to.
    pub(super) fn handle(
        &mut self,
        node: NodeId,
        event: impl FnOnce(&mut dyn super::node::Node, Now, &mut Vec<Effect>),
    ) {
        let now = self.context(node);
        let mut effects = Vec::new();
        event(self.node_mut(node), now, &mut effects);
        self.slots[node.index()].pending.extend(effects);
    }

    /// The node for changing: its own copy, if a snapshot shares it.
    pub(super) fn node_mut(&mut self, node: NodeId) -> &mut dyn super::node::Node {
        let shared = &mut self.nodes[node.index()];
        if Arc::get_mut(shared).is_none() {
            *shared = shared.cloned();
        }
        Arc::get_mut(shared).expect("a fresh copy is not shared")
    }

    /// Something on the agenda happens. A paused node finds it when it wakes.
    pub(super) fn occur(&mut self, due: Due, action: Action, recorder: &mut dyn Recorder) {
        let paused = self.status(due.node()) == Status::Paused;
        match action {
            Action::Perform(_) => {}
            Action::Deliver(message) => self.arrive(due, message, recorder),
            Action::Break { one, other } => self.break_connection(one, other, &[one, other], recorder),
            _ if paused => self.slots[due.node().index()].inbox.push((due, action)),
            Action::Start(node) => self.start(node, recorder),
            Action::Sync(node) => self.complete_fsync(node, recorder),
            Action::Disconnect { node, peer } => {
                self.network.half_open.remove(&(node, peer));
                self.handle(node, |process, now, effects| process.disconnected(now, peer, effects));
                self.step(node, StepKind::Disconnected(peer), recorder);
            }
            Action::Fire { node, kind, subject } => {
                if let Some(timer) = self.slots[node.index()].timers.remove(&(kind, subject)) {
                    self.handle(node, |process, now, effects| process.fire(now, &*timer.payload, effects));
                    self.step(node, StepKind::Fire(timer.index), recorder);
                }
            }
        }
    }

    pub(super) fn start(&mut self, node: NodeId, recorder: &mut dyn Recorder) {
        self.handle(node, |process, now, effects| process.start(now, effects));
        self.step(node, StepKind::Start, recorder);
    }

    fn complete_fsync(&mut self, node: NodeId, recorder: &mut dyn Recorder) {
        let Some(sync) = self.slots[node.index()].syncs.pop_front() else { return };
        let (last, _) = sync.last;
        self.slots[node.index()].pending.extend(sync.rest);
        self.handle(node, |process, now, effects| process.synced(now, sync.covered.len(), effects));
        self.step(node, StepKind::Durable(last), recorder);
    }

    /// Carries out the next effect that the node's handlers ordered.
    pub(super) fn perform(&mut self, node: NodeId, fate: &MessageFate, recorder: &mut dyn Recorder) {
        let Some(effect) = self.slots[node.index()].pending.pop_front() else { return };
        match effect {
            Effect::Send { to, payload, connected } => self.send(node, to, payload, connected, fate, recorder),
            Effect::Write { record } => {
                let (index, name) = self.name_local(Purpose::Record, node, &record, self.now, recorder);
                self.node_mut(node).write(&*record);
                let slot = &mut self.slots[node.index()];
                slot.uncovered.push(name);
                slot.last_record = Some((index, name));
                self.step(node, StepKind::Write(index), recorder);
            }
            Effect::Fsync => self.begin_fsync(node, recorder),
            Effect::Set { timer, after } => {
                self.unset(node, &*timer);
                let slot = &self.slots[node.index()];
                let local_due = slot.clock.monotonic(self.now).after(after);
                let at = slot.clock.instant_of(local_due);
                let (index, name) = self.name_local(Purpose::Timer, node, &timer, at, recorder);
                let key = (timer.kind(), timer.subject());
                let due = Due::timer(at, &name);
                self.agenda.insert(due, Action::Fire { node, kind: key.0, subject: key.1 });
                let set = Timer { index, name, payload: timer, local_due, due };
                self.slots[node.index()].timers.insert(key, set);
                self.step(node, StepKind::Set(index), recorder);
            }
            Effect::Cancel { timer } => {
                if let Some(index) = self.unset(node, &*timer) {
                    self.step(node, StepKind::Cancel(index), recorder);
                }
            }
        }
    }

    fn begin_fsync(&mut self, node: NodeId, recorder: &mut dyn Recorder) {
        let now = self.now;
        let slot = &mut self.slots[node.index()];
        // Nothing was ever written: there is nothing to wait for.
        let Some(last) = slot.last_record else { return };
        let mut hasher = Hasher::keyed(self.seed);
        hasher.text("fsync").text(last.1.kind).number(u64::from(last.1.subject.0) << 32 | u64::from(last.1.ordinal));
        let draw = hasher.number(u64::from(node.0)).finish();
        let earliest = slot.syncs.back().map_or(now, |sync| sync.due.at + Span::micros(1));
        let due = Due::sync((now + slot.fsync.sample(draw)).max(earliest), &last.1);
        let rest = slot.pending.drain(..).collect();
        slot.syncs.push_back(Sync { due, covered: std::mem::take(&mut slot.uncovered), last, rest });
        self.agenda.insert(due, Action::Sync(node));
        self.step(node, StepKind::Fsync, recorder);
    }

    fn name_local(
        &mut self,
        purpose: Purpose,
        node: NodeId,
        payload: &Arc<dyn Payload>,
        due: Instant,
        recorder: &mut dyn Recorder,
    ) -> (LocalIndex, LocalName) {
        let ordinal = self.counts.count(&Uncounted::local(purpose, node, &**payload));
        let name = LocalName { node, kind: payload.kind(), subject: payload.subject(), ordinal };
        let index = self.next_local;
        self.next_local += 1;
        recorder.local(index, Local { name, payload: payload.clone(), due });
        (index, name)
    }

    fn unset(&mut self, node: NodeId, timer: &dyn Payload) -> Option<LocalIndex> {
        let slot = &mut self.slots[node.index()];
        let (kind, subject) = (timer.kind(), timer.subject());
        let set = slot.timers.remove(&(kind, subject))?;
        self.agenda.remove(&set.due);
        Some(set.index)
    }

    fn send(
        &mut self,
        from: NodeId,
        to: NodeId,
        payload: Arc<dyn Payload>,
        connected: bool,
        fate: &MessageFate,
        recorder: &mut dyn Recorder,
    ) {
        let ordinal = self.counts.count(&Uncounted::message(from, to, &*payload));
        let name = MessageName { to, kind: payload.kind(), subject: payload.subject(), from, ordinal };
        let index = self.next_message;
        self.next_message += 1;
        let plain = self.now + self.network.latency(self.seed, &name, 0);
        let mut due = fate.delayed.iter().fold(plain, |due, (_, by)| due + *by);
        let mut doom = None;
        if connected {
            (due, doom) = self.enqueue(from, to, index, due);
        } else if fate.dropped.is_some() {
            doom = Some(Loss::Dropped);
        } else if self.network.is_cut(from, to) {
            doom = Some(Loss::Partitioned);
        }
        let double = if connected { None } else { fate.doubled };
        let message =
            Message { name, payload: payload.clone(), connected, sent: 0, due: plain, ends: Vec::with_capacity(1) };
        recorder.message(index, message);
        let copies = 1 + u8::from(double.is_some());
        self.flights.insert(index, Flight { name, payload, connected, doom, copies, arrived: 0 });
        self.agenda.insert(Due::message(due, &name, 0), Action::Deliver(index));
        self.step(from, StepKind::Send(index), recorder);
        if let Some((fault, after)) = double {
            self.agenda.insert(Due::message(due + after, &name, 1), Action::Deliver(index));
            recorder.struck(fault);
        }
        for (fault, _) in &fate.delayed {
            recorder.struck(*fault);
        }
        if let Some(fault) = fate.dropped.filter(|_| !connected) {
            recorder.struck(fault);
        }
    }
}
