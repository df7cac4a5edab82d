//! A run on its way from the worker that made it to the page that shows it: everything but the snapshots, which stay
//! with the worker. Both sides are built from the same sources, so postcard's encoding needs no version.

use super::Scenario;
use super::beat::Beat;
use super::run::{Digest, Judged, NodeScene, Run, Scene, WorkedOut};
use super::work::{Answer, Task};
use crate::check::Verdict;
use crate::sim::clock::Clock;
use crate::sim::fingerprint::Hasher;
use crate::sim::name::{LocalName, MessageName};
use crate::sim::payload::{Payload, Subject, Tone};
use crate::sim::recorder::Status;
use crate::sim::time::Instant;
use crate::sim::trace::{Ending, EventIndex, Local, Message, NodeId, Step, StepIndex, Stretch, StretchKind, Trace};
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::sync::Arc;

/// What the page asks of the worker.
#[derive(Serialize, Deserialize)]
pub enum Order {
    /// Make the run of this link; the number comes back with every report on it.
    Run { number: u32, link: String },
    /// Show what can be seen just after an event of the run made last.
    Scene { number: u32, event: EventIndex },
    /// Begin this task; the number comes back with every report on it. What was under way is dropped.
    Work { number: u32, task: Box<Task> },
    /// Drop the work of that number.
    Stop { number: u32 },
}

/// What the worker answers.
#[derive(Serialize, Deserialize)]
pub enum Report {
    /// The run, and how long it took in real microseconds.
    Ran {
        number: u32,
        run: Box<WireRun>,
        took_micros: u64,
    },
    Scene {
        number: u32,
        scene: Box<Scene>,
    },
    /// What is known of a task: now and then while it goes on, and at its end.
    Worked {
        number: u32,
        answer: Box<Answer>,
        done: bool,
        took_micros: u64,
    },
    /// The link could not be read: only if page and worker disagree.
    Refused {
        number: u32,
    },
}

/// See the module's own words.
#[derive(Serialize, Deserialize)]
pub struct WireRun {
    /// The names of messages, records and timers; the rest refers to them by place.
    kinds: Vec<String>,
    steps: Vec<Step>,
    events: Vec<StepIndex>,
    messages: Vec<WireMessage>,
    locals: Vec<WireLocal>,
    stretches: Vec<Stretch>,
    struck: Vec<Vec<StepIndex>>,
    clocks: Vec<(Instant, NodeId, Clock)>,
    ending: Ending,
    /// In the order of the properties that are judged.
    verdicts: Vec<Verdict>,
    beats: Vec<Beat>,
    digest: Digest,
    worked_out: WorkedOut,
}

#[derive(Serialize, Deserialize)]
struct WireMessage {
    from: NodeId,
    to: NodeId,
    what: Sketch<u16>,
    ordinal: u32,
    connected: bool,
    sent: StepIndex,
    due: Instant,
    ends: Vec<StepIndex>,
}

#[derive(Serialize, Deserialize)]
struct WireLocal {
    node: NodeId,
    what: Sketch<u16>,
    ordinal: u32,
    due: Instant,
}

/// What a picture needs to know of a payload.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Sketch<K> {
    kind: K,
    subject: Subject,
    tone: Tone,
}

impl Payload for Sketch<&'static str> {
    fn kind(&self) -> &'static str {
        self.kind
    }
    fn subject(&self) -> Subject {
        self.subject
    }
    fn tone(&self) -> Tone {
        self.tone
    }
    fn hash_into(&self, hasher: &mut Hasher) {
        hasher.text(self.kind).number(u64::from(self.subject.0));
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Kinds by place, in the order of their first appearance.
#[derive(Default)]
struct Kinds(SortedMap<&'static str, u16>, Vec<String>);

impl Kinds {
    fn sketch(&mut self, payload: &dyn Payload) -> Sketch<u16> {
        let next = self.1.len() as u16;
        let kind = *self.0.entry(payload.kind()).or_insert(next);
        if kind == next {
            self.1.push(payload.kind().to_string());
        }
        Sketch { kind, subject: payload.subject(), tone: payload.tone() }
    }
}

impl WireRun {
    /// The run, ready to be sent.
    pub fn of(run: &Run) -> WireRun {
        let mut kinds = Kinds::default();
        let trace = &run.trace;
        let messages = trace.messages.iter().map(|message| WireMessage {
            from: message.name.from,
            to: message.name.to,
            what: kinds.sketch(&*message.payload),
            ordinal: message.name.ordinal,
            connected: message.connected,
            sent: message.sent,
            due: message.due,
            ends: message.ends.clone(),
        });
        let messages = messages.collect();
        let locals = trace.locals.iter().map(|local| WireLocal {
            node: local.name.node,
            what: kinds.sketch(&*local.payload),
            ordinal: local.name.ordinal,
            due: local.due,
        });
        WireRun {
            messages,
            locals: locals.collect(),
            kinds: kinds.1,
            steps: trace.steps.clone(),
            events: trace.events.clone(),
            stretches: trace.stretches.clone(),
            struck: trace.struck.clone(),
            clocks: trace.clocks.clone(),
            worked_out: WorkedOut { measures: run.measures(), charts: run.charts() },
            ending: run.ending,
            verdicts: run.verdicts.iter().map(|judged| judged.verdict.clone()).collect(),
            beats: run.beats.clone(),
            digest: run.digest,
        }
    }

    /// The run of this scenario as it arrived; none if it does not fit the scenario's protocol.
    pub fn into_run(self, scenario: Scenario) -> Option<Run> {
        let terms = scenario.protocol.terms();
        let mut kinds = Vec::with_capacity(self.kinds.len());
        for kind in &self.kinds {
            kinds.push(terms.iter().find(|term| term.kind == kind)?.kind);
        }
        let payloads = |what: Sketch<u16>| -> Option<Arc<dyn Payload>> {
            let kind = *kinds.get(usize::from(what.kind))?;
            Some(Arc::new(Sketch { kind, subject: what.subject, tone: what.tone }))
        };
        let mut messages = Vec::with_capacity(self.messages.len());
        for wire in self.messages {
            let payload = payloads(wire.what)?;
            let (kind, subject) = (payload.kind(), payload.subject());
            let name = MessageName { to: wire.to, kind, subject, from: wire.from, ordinal: wire.ordinal };
            let WireMessage { connected, sent, due, ends, .. } = wire;
            messages.push(Message { name, payload, connected, sent, due, ends });
        }
        let mut locals = Vec::with_capacity(self.locals.len());
        for wire in self.locals {
            let payload = payloads(wire.what)?;
            let (kind, subject) = (payload.kind(), payload.subject());
            let name = LocalName { node: wire.node, kind, subject, ordinal: wire.ordinal };
            locals.push(Local { name, payload, due: wire.due });
        }
        let judged = scenario.properties().zip(self.verdicts).map(|(property, verdict)| Judged { property, verdict });
        Some(Run {
            topology: scenario.protocol.topology(&scenario.values),
            trace: Trace {
                steps: self.steps,
                events: self.events,
                messages,
                locals,
                stretches: self.stretches,
                struck: self.struck,
                clocks: self.clocks,
            },
            ending: self.ending,
            verdicts: judged.collect(),
            beats: self.beats,
            digest: self.digest,
            snapshots: Vec::new(),
            worked_out: Some(self.worked_out),
            scenario,
        })
    }
}

impl Run {
    /// What the trace alone tells of the nodes just after an event: neither faces nor panels nor words.
    pub fn sketch(&self, event: EventIndex) -> Scene {
        let event = event.min(self.len().saturating_sub(1));
        let at = self.trace.event(event).at;
        let mut nodes: Vec<NodeScene> = (0..self.topology.nodes.len())
            .map(|index| {
                let changed = |(when, who, _): &&(Instant, NodeId, Clock)| who.index() == index && *when <= at;
                let clock = self.trace.clocks.iter().rev().find(changed).map(|(.., clock)| clock.clone());
                let clock = clock.unwrap_or_default();
                NodeScene { face: None, status: Status::Running, conditions: Vec::new(), clock }
            })
            .collect();
        // In the order in which they begin.
        let begun = self.trace.stretches.partition_point(|stretch| stretch.from <= event);
        for stretch in self.trace.stretches[..begun].iter().filter(|stretch| stretch.to.is_none_or(|to| to > event)) {
            let node = &mut nodes[stretch.node.index()];
            match &stretch.what {
                StretchKind::Down => node.status = Status::Down,
                StretchKind::Paused => node.status = Status::Paused,
                StretchKind::Condition(condition) => node.conditions.push(condition.clone()),
            }
        }
        Scene { event, at, nodes, panels: Vec::new(), narration: Text::new("", "") }
    }
}
