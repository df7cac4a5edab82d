//! Beats: the events that change what a reader believes. Computed from the run, never listed by index.

use crate::sim::payload::Tone;
use crate::sim::show::ConditionKind;
use crate::sim::trace::{EventIndex, StepKind, StretchKind, Trace};
use crate::sorted::{SortedMap, SortedSet};
use serde::{Deserialize, Serialize};

/// An event that changes what a reader believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    pub event: EventIndex,
    pub kind: BeatKind,
}

/// Why an event is a beat; where several reasons meet, the first of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BeatKind {
    /// A property is settled.
    Verdict,
    /// A fault strikes or ends, or a message is lost for the first time: a retry that fails as before is no news.
    Fault,
    /// A decision becomes durable for the first time.
    Decision,
    WaitBegins,
    WaitEnds,
}

/// The beats of a run in order, one at most for each event.
pub fn beats(trace: &Trace, settled: &[EventIndex]) -> Vec<Beat> {
    let mut found: SortedMap<EventIndex, BeatKind> = SortedMap::new();
    let mut add = |event: EventIndex, kind: BeatKind| {
        let entry = found.entry(event).or_insert(kind);
        *entry = kind.min(*entry);
    };
    for event in settled {
        add(*event, BeatKind::Verdict);
    }
    let mut decided = SortedSet::new();
    let mut lost = SortedSet::new();
    for (event, step) in trace.events.iter().enumerate() {
        match trace.steps[*step as usize].kind {
            StepKind::Strike(_) | StepKind::Heal(_) => add(event as EventIndex, BeatKind::Fault),
            StepKind::Lose(message, why) => {
                let name = trace.message(message).name;
                if lost.insert((name.subject, name.kind, name.from, name.to, why as u8)) {
                    add(event as EventIndex, BeatKind::Fault);
                }
            }
            StepKind::Durable(record) => {
                let local = trace.local(record);
                if let Tone::Decision(outcome) = local.payload.tone()
                    && decided.insert((local.payload.subject(), outcome))
                {
                    add(event as EventIndex, BeatKind::Decision);
                }
            }
            _ => {}
        }
    }
    for stretch in &trace.stretches {
        let StretchKind::Condition(condition) = &stretch.what else { continue };
        if matches!(condition.kind, ConditionKind::InDoubt | ConditionKind::WaitsForLock) {
            add(stretch.from, BeatKind::WaitBegins);
            if let Some(to) = stretch.to {
                add(to, BeatKind::WaitEnds);
            }
        }
    }
    found.into_iter().map(|(event, kind)| Beat { event, kind }).collect()
}
