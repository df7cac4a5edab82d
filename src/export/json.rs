//! A run as JSON: one object a line for each event, then for each verdict, then how the run ended.

use super::Export;
use crate::check::{PropertyKind, Verdict};
use crate::scenario::link::Link;
use crate::scenario::notation::Notation;
use crate::scenario::run::{Judged, Run, Scene};
use crate::scenario::transcript::{ending_word, loss_word};
use crate::sim::name::{LocalName, MessageName};
use crate::sim::trace::{FaultIndex, Step, StepKind};
use crate::text::Text;
use serde_json::{Map, Value, json};

pub(super) fn write(export: &Export) -> String {
    let Export { run, link, part, .. } = export;
    let mut text = String::new();
    let mut line = |value: Value| {
        text.push_str(&value.to_string());
        text.push('\n');
    };
    for scene in run.scenes().skip(part.first as usize).take_while(|scene| part.contains(scene.event)) {
        line(event(run, &scene));
    }
    run.verdicts.iter().for_each(|judged| line(verdict(judged, None)));
    line(ending(run, link));
    text
}

/// How a run ended, and what it is.
pub fn ending(run: &Run, link: &Link) -> Value {
    json!({
        "events": run.len(),
        "ending": ending_word(run.ending),
        "end_us": run.trace.end().as_micros(),
        "digest": run.digest.to_string(),
        "link": link.to_string(),
    })
}

/// Words in both languages.
pub fn text(text: &Text) -> Value {
    json!({ "en": text.en, "zh": text.zh })
}

/// One event with its effects.
pub fn event(run: &Run, scene: &Scene) -> Value {
    let steps = run.trace.steps_of(scene.event);
    let mut object = step(run, steps[0]);
    object.insert("event".to_owned(), scene.event.into());
    object.insert("at_us".to_owned(), scene.at.as_micros().into());
    object.insert("node".to_owned(), run.topology.name(steps[0].node).into());
    let effects: Vec<Value> = steps[1..].iter().map(|effect| Value::Object(step(run, *effect))).collect();
    object.insert("effects".to_owned(), effects.into());
    object.insert("narration".to_owned(), text(&scene.narration));
    Value::Object(object)
}

fn step(run: &Run, step: Step) -> Map<String, Value> {
    let trace = &run.trace;
    let message = |index| message_name(run, trace.message(index).name);
    let local = |index| local_name(trace.local(index).name);
    let object = match step.kind {
        StepKind::Start => json!({ "what": "start" }),
        StepKind::Deliver(index) => json!({ "what": "deliver", "message": message(index) }),
        StepKind::Fire(index) => json!({ "what": "fire", "timer": local(index) }),
        StepKind::Durable(index) => json!({ "what": "durable", "record": local(index) }),
        StepKind::Disconnected(peer) => json!({ "what": "disconnected", "peer": run.topology.name(peer) }),
        StepKind::Lose(index, loss) => json!({ "what": "lose", "message": message(index), "why": loss_word(loss) }),
        StepKind::Strike(index) => json!({ "what": "strike", "fault": fault(run, index) }),
        StepKind::Heal(index) => json!({ "what": "heal", "fault": fault(run, index) }),
        StepKind::Send(index) => json!({ "what": "send", "message": message(index) }),
        StepKind::Write(index) => json!({ "what": "write", "record": local(index) }),
        StepKind::Fsync => json!({ "what": "fsync" }),
        StepKind::Set(index) => {
            json!({ "what": "set", "timer": local(index), "due_us": trace.local(index).due.as_micros() })
        }
        StepKind::Cancel(index) => json!({ "what": "cancel", "timer": local(index) }),
    };
    match object {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn message_name(run: &Run, name: MessageName) -> Value {
    json!({
        "from": run.topology.name(name.from),
        "to": run.topology.name(name.to),
        "kind": name.kind,
        "subject": name.subject.0,
        "ordinal": name.ordinal,
    })
}

fn local_name(name: LocalName) -> Value {
    json!({ "kind": name.kind, "subject": name.subject.0, "ordinal": name.ordinal })
}

fn fault(run: &Run, index: FaultIndex) -> Value {
    let notation = Notation::new(run.scenario.protocol, &run.topology);
    run.scenario.faults.get(usize::from(index)).map_or(Value::Null, |fault| notation.write(fault).into())
}

/// One property with its verdict, and the one expected if there is one.
pub fn verdict(judged: &Judged, expected: Option<&str>) -> Value {
    let kind = match judged.property.kind {
        PropertyKind::Always => "always",
        PropertyKind::Eventually => "eventually",
        PropertyKind::Sometimes => "sometimes",
    };
    let (at_event, why) = match &judged.verdict {
        Verdict::Violated { at, why } => (Value::from(*at), text(why)),
        Verdict::NotYet { why } => (Value::Null, text(why)),
        Verdict::Holds | Verdict::NotSeen => (Value::Null, Value::Null),
    };
    json!({
        "property": judged.property.id,
        "kind": kind,
        "verdict": judged.verdict.word(),
        "at_event": at_event,
        "why": why,
        "expected": expected,
    })
}
