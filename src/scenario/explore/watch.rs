//! The monitors of a search, and the record that they look at: kept as one for all runs, cut back where a run branches.

use super::places::Subjects;
use crate::check::{Judgement, Monitor, Property, PropertyKind, View};
use crate::sim::fingerprint::Hasher;
use crate::sim::node::Node;
use crate::sim::recorder::Recorder;
use crate::sim::trace::{Ending, Local, LocalIndex, Message, MessageIndex, Step, StepIndex, Trace};
use std::sync::Arc;

/// A property that is searched for, watched on one run.
struct Watched {
    /// Its place in the list of those that are searched for.
    place: usize,
    kind: PropertyKind,
    monitor: Box<dyn Monitor>,
    pending: bool,
}

/// The monitors at work on one run.
pub(super) struct Watch(Vec<Watched>);

impl Watch {
    pub fn new(properties: &[&'static Property]) -> Watch {
        let watch = |(place, property): (usize, &&'static Property)| Watched {
            place,
            kind: property.kind,
            monitor: (property.monitor)(),
            pending: false,
        };
        Watch(properties.iter().enumerate().map(watch).collect())
    }

    /// The same monitors with the same memory, without those whose property is settled.
    pub fn branch(&self, unsettled: &[bool]) -> Watch {
        let wanted = self.0.iter().filter(|watched| unsettled[watched.place]);
        let again = |watched: &Watched| Watched {
            place: watched.place,
            kind: watched.kind,
            monitor: watched.monitor.cloned(),
            pending: watched.pending,
        };
        Watch(wanted.map(again).collect())
    }

    /// Looks for it no more on this run.
    pub fn forget(&mut self, place: usize) {
        self.0.retain(|watched| watched.place != place);
    }

    /// The properties that are violated because nothing can happen any more.
    pub fn violated_at_the_end(&self, ending: Ending) -> Vec<usize> {
        let violated = |watched: &&Watched| watched.kind == PropertyKind::Eventually && watched.pending;
        if ending != Ending::Quiescent {
            return Vec::new();
        }
        self.0.iter().filter(violated).map(|watched| watched.place).collect()
    }

    pub fn hash_into(&self, hasher: &mut Hasher) {
        for watched in &self.0 {
            hasher.number((watched.place as u64) << 1 | u64::from(watched.pending));
            watched.monitor.hash_into(hasher);
        }
    }

    fn observe(&mut self, step: Step, trace: &Trace, nodes: &[Arc<dyn Node>], broken: &mut Vec<usize>) {
        let view = View::new(step, trace, nodes);
        for watched in &mut self.0 {
            match watched.monitor.observe(&view) {
                Judgement::Unchanged => {}
                Judgement::Broken(_) => broken.push(watched.place),
                Judgement::Met => watched.pending = false,
                Judgement::Pending(_) => watched.pending = true,
            }
        }
    }
}

/// How long the record is at a place.
#[derive(Clone, Copy, Default)]
pub(super) struct Mark {
    messages: usize,
    locals: usize,
    steps: usize,
    events: usize,
}

/// As much of a trace as monitors look at.
#[derive(Default)]
pub(super) struct Record(Trace);

impl Record {
    pub fn mark(&self) -> Mark {
        let Trace { messages, locals, steps, events, .. } = &self.0;
        Mark { messages: messages.len(), locals: locals.len(), steps: steps.len(), events: events.len() }
    }

    pub fn cut_back(&mut self, mark: Mark) {
        self.0.messages.truncate(mark.messages);
        self.0.locals.truncate(mark.locals);
        self.0.steps.truncate(mark.steps);
        self.0.events.truncate(mark.events);
    }

    /// What the messages, records and timers so far were about.
    pub fn subjects(&self) -> Subjects {
        let messages = self.0.messages.iter().map(|message| message.name.subject);
        let locals = self.0.locals.iter().map(|local| local.name.subject);
        Subjects(messages.chain(locals).map(|subject| subject.0).collect())
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> u64 {
        (self.0.messages.capacity() * 200 + self.0.locals.capacity() * 120 + self.0.steps.capacity() * 24) as u64
    }
}

/// Writes the record and shows it to the monitors.
pub(super) struct Tape<'a> {
    pub record: &'a mut Record,
    pub watch: &'a mut Watch,
    /// The properties that were broken.
    pub broken: &'a mut Vec<usize>,
}

impl Recorder for Tape<'_> {
    fn message(&mut self, index: MessageIndex, message: Message) {
        debug_assert_eq!(index as usize, self.record.0.messages.len());
        self.record.0.messages.push(message);
    }

    fn local(&mut self, index: LocalIndex, local: Local) {
        debug_assert_eq!(index as usize, self.record.0.locals.len());
        self.record.0.locals.push(local);
    }

    fn step(&mut self, step: Step, nodes: &[Arc<dyn Node>]) {
        let trace = &mut self.record.0;
        if step.kind.is_event() {
            trace.events.push(trace.steps.len() as StepIndex);
        }
        trace.steps.push(step);
        self.watch.observe(step, trace, nodes, self.broken);
    }
}
