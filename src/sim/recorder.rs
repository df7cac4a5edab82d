//! Who watches a world change: the recording of a run, or nobody when an instant is computed again.

use super::clock::Clock;
use super::node::Node;
use super::show::Condition;
use super::time::Instant;
use super::trace::{
    EventIndex, FaultIndex, Local, LocalIndex, Message, MessageIndex, NodeId, Step, StepIndex, StepKind, Stretch,
    StretchKind, Trace,
};
use crate::sorted::sort_by;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Is told everything that happens, in order.
pub trait Recorder {
    /// A message was named; its `Send` step follows.
    fn message(&mut self, _index: MessageIndex, _message: Message) {}
    /// A record or timer was named; its `Write` or `Set` step follows.
    fn local(&mut self, _index: LocalIndex, _local: Local) {}
    /// A step was taken and led to these nodes.
    fn step(&mut self, _step: Step, _nodes: &[Arc<dyn Node>]) {}
    /// A message fault met its message: the step just recorded, or about to be.
    fn struck(&mut self, _fault: FaultIndex) {}
    /// A node has handled an event: whether it runs, and what lasts at it now.
    fn settled(
        &mut self,
        _event: EventIndex,
        _node: NodeId,
        _status: Status,
        _conditions: &dyn Fn() -> Vec<Condition>,
    ) {
    }
    /// A node's clock changed.
    fn clock(&mut self, _now: Instant, _node: NodeId, _clock: &Clock) {}
}

/// Whether a node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Running,
    Paused,
    Down,
}

/// Nobody.
pub struct Silent;

impl Recorder for Silent {}

/// Watches a run step by step as it is recorded: the monitors.
pub trait Watcher {
    /// A step was taken, is in the trace, and led to these nodes.
    fn observe(&mut self, step: Step, trace: &Trace, nodes: &[Arc<dyn Node>]);
    /// What lasts at nodes after that step, as only somebody who sees the whole world can tell.
    fn witnessed(&self) -> &[(NodeId, Condition)] {
        &[]
    }
}

/// Writes the trace, and tells a watcher of each step.
pub struct Recording<W: Watcher> {
    pub trace: Trace,
    pub watcher: W,
    /// For each node the stretches that have not ended, sorted.
    open: Vec<Vec<(StretchKind, usize)>>,
    /// Those of them that no node knows of, but the watcher does: their places.
    witnessed: Vec<usize>,
}

impl<W: Watcher> Recording<W> {
    pub fn new(nodes: usize, faults: usize, watcher: W) -> Recording<W> {
        let trace = Trace { struck: vec![Vec::new(); faults], ..Trace::default() };
        Recording { trace, watcher, open: vec![Vec::new(); nodes], witnessed: Vec::new() }
    }

    /// Ends what the watcher does not see any more, and begins what it sees now.
    fn settle_witnessed(&mut self) {
        let (now, stretches) = (self.watcher.witnessed(), &mut self.trace.stretches);
        let event = self.trace.events.len().saturating_sub(1) as EventIndex;
        let is = |stretch: &Stretch, node: NodeId, condition: &Condition| {
            stretch.node == node && matches!(&stretch.what, StretchKind::Condition(lasts) if lasts == condition)
        };
        self.witnessed.retain(|place| {
            let goes_on = now.iter().any(|(node, condition)| is(&stretches[*place], *node, condition));
            if !goes_on {
                stretches[*place].to = Some(event);
            }
            goes_on
        });
        for (node, condition) in now {
            if !self.witnessed.iter().any(|place| is(&stretches[*place], *node, condition)) {
                self.witnessed.push(stretches.len());
                let what = StretchKind::Condition(condition.clone());
                stretches.push(Stretch { node: *node, what, from: event, to: None });
            }
        }
    }
}

impl<W: Watcher> Recorder for Recording<W> {
    fn message(&mut self, index: MessageIndex, message: Message) {
        debug_assert_eq!(index as usize, self.trace.messages.len());
        self.trace.messages.push(message);
    }

    fn local(&mut self, index: LocalIndex, local: Local) {
        debug_assert_eq!(index as usize, self.trace.locals.len());
        self.trace.locals.push(local);
    }

    fn step(&mut self, step: Step, nodes: &[Arc<dyn Node>]) {
        let index = self.trace.steps.len() as StepIndex;
        if step.kind.is_event() {
            self.trace.events.push(index);
        }
        match step.kind {
            StepKind::Send(message) => self.trace.messages[message as usize].sent = index,
            StepKind::Deliver(message) | StepKind::Lose(message, _) => {
                self.trace.messages[message as usize].ends.push(index);
            }
            StepKind::Strike(fault) | StepKind::Heal(fault) => self.trace.struck[usize::from(fault)].push(index),
            _ => {}
        }
        self.trace.steps.push(step);
        self.watcher.observe(step, &self.trace, nodes);
        self.settle_witnessed();
    }

    fn struck(&mut self, fault: FaultIndex) {
        self.trace.struck[usize::from(fault)].push(self.trace.steps.len().saturating_sub(1) as StepIndex);
    }

    fn settled(&mut self, event: EventIndex, node: NodeId, status: Status, conditions: &dyn Fn() -> Vec<Condition>) {
        let mut current: Vec<StretchKind> = conditions().into_iter().map(StretchKind::Condition).collect();
        match status {
            Status::Running => {}
            Status::Paused => current.push(StretchKind::Paused),
            Status::Down => current.push(StretchKind::Down),
        }
        sort_by(&mut current, StretchKind::cmp);
        current.dedup();
        // Both lists are sorted: walking them side by side keeps this cheap where a node has many conditions.
        let stretches = &mut self.trace.stretches;
        let open = &mut self.open[node.index()];
        let mut before = std::mem::replace(open, Vec::with_capacity(current.len())).into_iter().peekable();
        for what in current {
            while let Some((_, ended)) = before.next_if(|(already, _)| *already < what) {
                stretches[ended].to = Some(event);
            }
            match before.next_if(|(already, _)| *already == what) {
                Some(goes_on) => open.push(goes_on),
                None => {
                    open.push((what.clone(), stretches.len()));
                    stretches.push(Stretch { node, what, from: event, to: None });
                }
            }
        }
        for (_, ended) in before {
            stretches[ended].to = Some(event);
        }
    }

    fn clock(&mut self, now: Instant, node: NodeId, clock: &Clock) {
        self.trace.clocks.push((now, node, clock.clone()));
    }
}
