//! What faults do to a world.

use super::fault::Fault;
use super::recorder::{Recorder, Status};
use super::trace::{FaultIndex, NodeId, StepKind};
use super::world::{Action, CLASS_START, Due, World};

impl World {
    /// A fault strikes now. Says whether it found something to strike; message faults strike when their message is sent.
    pub(super) fn strike(&mut self, index: FaultIndex, fault: &Fault, recorder: &mut dyn Recorder) -> bool {
        match fault {
            Fault::Crash { node, .. } => self.crash(index, *node, None, false, recorder),
            Fault::PowerLoss { node, kept, .. } => self.crash(index, *node, Some(*kept as usize), true, recorder),
            Fault::Restart { node, .. } => {
                let down = self.status(*node) == Status::Down;
                if down {
                    self.slots[node.index()].status = Status::Running;
                    self.step(*node, StepKind::Strike(index), recorder);
                    self.agenda.insert(Due::plain(self.now, CLASS_START, *node, *node, 0), Action::Start(*node));
                    self.notify_again(Some(*node));
                }
                down
            }
            Fault::Pause { node, .. } => {
                let up = self.status(*node) != Status::Down;
                if up {
                    let slot = &mut self.slots[node.index()];
                    slot.status = Status::Paused;
                    slot.pauses.push(index);
                    self.step(*node, StepKind::Strike(index), recorder);
                }
                up
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
                self.notify_again(None);
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

    /// A pause is over. With the last one the node wakes: what came due meanwhile happens now, its queued messages before
    /// its timers.
    fn wake(&mut self, index: FaultIndex, node: NodeId, recorder: &mut dyn Recorder) -> bool {
        let now = self.now;
        let slot = &mut self.slots[node.index()];
        let before = slot.pauses.len();
        slot.pauses.retain(|pause| *pause != index);
        if slot.pauses.len() == before {
            return false;
        }
        if slot.pauses.is_empty() {
            slot.status = Status::Running;
            for (due, action) in std::mem::take(&mut slot.inbox) {
                let put_off = due.put_off(now);
                // Timers and fsyncs know their place on the agenda.
                let waiting = slot.timers.iter_mut().map(|(_, timer)| timer).filter(|timer| timer.due == due);
                waiting.for_each(|timer| timer.due = put_off);
                slot.syncs.iter_mut().filter(|sync| sync.due == due).for_each(|sync| sync.due = put_off);
                self.agenda.insert(put_off, action);
            }
        }
        self.step(node, StepKind::Heal(index), recorder);
        true
    }

    /// The process dies; of its unsynced writes the first `kept` survive, or all.
    fn crash(
        &mut self,
        index: FaultIndex,
        node: NodeId,
        kept: Option<usize>,
        powerless: bool,
        recorder: &mut dyn Recorder,
    ) -> bool {
        if self.status(node) == Status::Down {
            return false;
        }
        let unsynced = self.nodes[node.index()].unsynced();
        self.with_node(node, |process| process.crash(kept.unwrap_or(unsynced)));
        let slot = &mut self.slots[node.index()];
        slot.status = Status::Down;
        slot.pending.clear();
        slot.pauses.clear();
        slot.uncovered.clear();
        slot.syncs.clear();
        slot.timers.clear();
        self.agenda
            .retain(|due, action| due.node() != node || matches!(action, Action::Deliver(_) | Action::Break { .. }));
        self.step(node, StepKind::Strike(index), recorder);
        self.lose_inbox(node, recorder);
        self.break_on_crash(node, powerless, recorder);
        true
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
                timer.due = Due::timer(slot.clock.instant_of(timer.local_due).max(self.now), &timer.name);
                self.agenda.insert(timer.due, Action::Fire { node, kind, subject: *subject });
            }
        }
    }
}
