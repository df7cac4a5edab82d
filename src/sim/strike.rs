//! What faults do to a world.

use super::fault::Fault;
use super::name::Uncounted;
use super::recorder::{Recorder, Status};
use super::time::Span;
use super::trace::{FaultIndex, Loss, NodeId, StepKind};
use super::world::{Action, CLASS_DISCONNECT, CLASS_START, Due, World};

impl World {
    /// A fault strikes now. Says whether it found something to strike; message faults strike when their message is sent.
    pub(super) fn strike(&mut self, index: FaultIndex, fault: &Fault, recorder: &mut dyn Recorder) -> bool {
        match fault {
            Fault::Crash { node, .. } => self.crash(index, *node, None, recorder),
            Fault::PowerLoss { node, kept, .. } => self.crash(index, *node, Some(*kept as usize), recorder),
            Fault::Restart { node, .. } => {
                let down = self.status(*node) == Status::Down;
                if down {
                    self.slots[node.index()].status = Status::Running;
                    self.step(*node, StepKind::Strike(index), recorder);
                    self.agenda.insert(Due::plain(self.now, CLASS_START, *node, *node, 0), Action::Start(*node));
                }
                down
            }
            Fault::Pause { node, .. } => {
                let running = self.status(*node) == Status::Running;
                if running {
                    self.slots[node.index()].status = Status::Paused;
                    self.step(*node, StepKind::Strike(index), recorder);
                }
                running
            }
            Fault::Partition { groups, one_way, .. } => {
                self.network.cut(index, groups, *one_way);
                let first = groups.first().and_then(|group| group.first()).copied().unwrap_or(NodeId(0));
                self.step(first, StepKind::Strike(index), recorder);
                true
            }
            Fault::SlowLink { from, to, by, .. } => {
                self.network.slow_down(index, *from, *to, *by);
                self.step(*from, StepKind::Strike(index), recorder);
                true
            }
            Fault::ClockJump { node, by_micros, .. } => {
                self.slots[node.index()].clock.jump(*by_micros);
                self.clock_changed(index, *node, recorder)
            }
            Fault::ClockRate { node, error_ppm, .. } => {
                let now = self.now;
                self.slots[node.index()].clock.set_rate(now, *error_ppm);
                self.reschedule_timers(*node);
                self.clock_changed(index, *node, recorder)
            }
            Fault::Intervention { node, key, arguments, .. } => {
                let mut applied = false;
                if self.status(*node) == Status::Paused {
                    return false;
                }
                self.handle(*node, |process, now, effects| applied = process.intervene(now, key, arguments, effects));
                if applied {
                    self.step(*node, StepKind::Strike(index), recorder);
                }
                applied
            }
            Fault::Drop { .. } | Fault::Duplicate { .. } | Fault::Delay { .. } => false,
        }
    }

    /// A fault that lasts is over. Says whether it was in force.
    pub(super) fn end(&mut self, index: FaultIndex, fault: &Fault, recorder: &mut dyn Recorder) -> bool {
        match fault {
            Fault::Pause { node, .. } => self.wake(index, *node, recorder),
            Fault::Partition { groups, .. } => {
                if !self.network.heal(index) {
                    return false;
                }
                let first = groups.first().and_then(|group| group.first()).copied().unwrap_or(NodeId(0));
                self.release_held();
                self.step(first, StepKind::Heal(index), recorder);
                true
            }
            Fault::SlowLink { from, .. } => {
                let healed = self.network.heal(index);
                if healed {
                    self.step(*from, StepKind::Heal(index), recorder);
                }
                healed
            }
            _ => false,
        }
    }

    /// The node wakes: what came due meanwhile happens now, its queued messages before its timers.
    fn wake(&mut self, index: FaultIndex, node: NodeId, recorder: &mut dyn Recorder) -> bool {
        if self.status(node) != Status::Paused {
            return false;
        }
        self.slots[node.index()].status = Status::Running;
        self.step(node, StepKind::Heal(index), recorder);
        for (due, action) in std::mem::take(&mut self.slots[node.index()].inbox) {
            self.agenda.insert(due.put_off(self.now), action);
        }
        true
    }

    /// The process dies; of its unsynced writes the first `kept` survive, or all.
    fn crash(&mut self, index: FaultIndex, node: NodeId, kept: Option<usize>, recorder: &mut dyn Recorder) -> bool {
        if self.status(node) == Status::Down {
            return false;
        }
        let unsynced = self.nodes[node.index()].unsynced();
        self.with_node(node, |process| process.crash(kept.unwrap_or(unsynced)));
        let slot = &mut self.slots[node.index()];
        slot.status = Status::Down;
        slot.pending.clear();
        slot.uncovered = 0;
        for sync in std::mem::take(&mut slot.syncs) {
            self.agenda.remove(&sync.due);
        }
        for timer in std::mem::take(&mut slot.timers).into_values() {
            self.agenda.remove(&timer.due);
        }
        let inbox = std::mem::take(&mut slot.inbox);
        self.agenda.retain(|_, action| *action != Action::Start(node));
        self.step(node, StepKind::Strike(index), recorder);
        for (due, action) in inbox {
            // What had reached the paused process dies with it.
            if let Action::Deliver(message) = action {
                self.agenda.insert(due.put_off(self.now), Action::Deliver(message));
            }
        }
        for peer in self.network.peers(node) {
            self.break_on_crash(node, peer, recorder);
        }
        true
    }

    /// The machine of a crashed process resets its connections; a peer behind a partition learns it by time-out.
    fn break_on_crash(&mut self, node: NodeId, peer: NodeId, recorder: &mut dyn Recorder) {
        for index in self.network.close(node, peer) {
            self.agenda.retain(|_, action| *action != Action::Deliver(index));
            if let Some(flight) = self.flights.remove(&index) {
                self.step(flight.name.to, StepKind::Lose(index, Loss::ConnectionBroken), recorder);
            }
        }
        let (one, other) = (node.min(peer), node.max(peer));
        self.agenda.retain(|_, action| *action != Action::Break { one, other });
        let count = self.counts.entry(Uncounted::disconnect(node, peer)).or_insert(0);
        *count += 1;
        let name = super::name::MessageName {
            to: peer,
            kind: "reset",
            subject: super::payload::Subject::NONE,
            from: node,
            ordinal: *count,
        };
        let takes = if self.network.is_cut(node, peer) {
            self.network.connection_timeout
        } else {
            self.network.latency(self.seed, &name, 0)
        };
        let due = Due::plain(self.now + takes, CLASS_DISCONNECT, peer, node, name.ordinal);
        self.agenda.insert(due, Action::Disconnect { node: peer, peer: node });
    }

    fn clock_changed(&mut self, index: FaultIndex, node: NodeId, recorder: &mut dyn Recorder) -> bool {
        recorder.clock(self.now, node, &self.slots[node.index()].clock);
        self.step(node, StepKind::Strike(index), recorder);
        true
    }

    /// Timers run by the monotonic clock: a new rate moves when they are due.
    fn reschedule_timers(&mut self, node: NodeId) {
        let slot = &mut self.slots[node.index()];
        for ((kind, subject), timer) in &mut slot.timers {
            if self.agenda.remove(&timer.due).is_some() {
                timer.due = Due::timer(slot.clock.instant_of(timer.local_due).max(self.now + Span::ZERO), &timer.name);
                self.agenda.insert(timer.due, Action::Fire { node, kind, subject: *subject });
            }
        }
    }
}
