//! Three faults that matter at this instant: the scenario's own; else crash whoever acts next, lose the next message, cut
//! that node off. One press each.

use super::verbs::Verb;
use crate::ui::address::CATALOGUE;
use crate::ui::context::Laboratory;
use crate::ui::store::{Action, Bench, Change};
use crate::ui::words;
use faultline::protocols::entry::{Change as Suggested, Suggestion};
use faultline::say;
use faultline::scenario::notation::Notation;
use faultline::scenario::words::Words;
use faultline::sim::fault::{Fault, Place};
use faultline::sim::recorder::Status;
use faultline::sim::trace::{EventIndex, Message, NodeId, StepKind};
use yew::prelude::*;

/// How many faults stand beneath the flow.
const OFFERED: usize = 3;

/// What to offer at the pen.
pub fn offered(bench: &Bench) -> Vec<Verb> {
    let suggestions = bench.entry.map_or(&[][..], |entry| entry.0.suggestions);
    let mut verbs: Vec<Verb> = suggestions.iter().filter_map(|suggestion| suggested(bench, suggestion)).collect();
    for verb in at_hand(bench) {
        if verbs.len() < OFFERED && verbs.iter().all(|known| known.name != verb.name) {
            verbs.push(verb);
        }
    }
    verbs.truncate(OFFERED);
    verbs
}

/// A suggestion of the catalogue at this instant; none if it is no longer one.
fn suggested(bench: &Bench, suggestion: &Suggestion) -> Option<Verb> {
    let scenario = &bench.run.scenario;
    let change = match suggestion.change {
        Suggested::Fault(text) => {
            let notation = Notation::new(scenario.protocol, &bench.run.topology).with_now(bench.at());
            let fault = notation.fault(text).ok()?;
            if scenario.faults.contains(&fault) {
                return None;
            }
            Change::Add(vec![fault])
        }
        Suggested::Protocol(id) => {
            let protocol = CATALOGUE.protocol(id).filter(|protocol| protocol.id() != scenario.protocol.id())?;
            Change::Protocol(protocol)
        }
        Suggested::Parameter(key, value) => {
            let parameter = scenario.protocol.parameters().iter().find(|parameter| parameter.key == key)?;
            let value = parameter.parse(value).ok().filter(|value| scenario.values.get(key) != Some(*value))?;
            Change::Set(parameter.key, value)
        }
    };
    Some(Verb { name: suggestion.name.clone(), change })
}

/// What can be done to any run at any instant.
fn at_hand(bench: &Bench) -> Vec<Verb> {
    let (run, topology) = (&bench.run, &bench.run.topology);
    let mut verbs = Vec::new();
    let next = next_to_act(bench);
    let at = bench.at();
    if let Some(node) = next {
        let name = topology.name(node);
        let crash = Fault::Crash { node, place: Place::At(at) };
        verbs.push(Verb { name: say!("Crash {name}", "让 {name} 崩溃"), change: Change::Add(vec![crash]) });
    }
    let under_way = next_to_arrive(bench);
    if let Some(message) = under_way {
        let what = Words::new(run.scenario.protocol, topology).message(&message.name);
        let lose = Fault::Drop { message: message.name };
        verbs.push(Verb { name: say!("Lose {what}", "丢失 {}", what.zh), change: Change::Add(vec![lose]) });
    }
    if let Some(node) = next {
        let name = topology.name(node);
        let others = (0..topology.nodes.len() as u8).map(NodeId).filter(|other| *other != node).collect();
        let cut = Fault::Partition { groups: vec![vec![node], others], one_way: false, at, lasting: None };
        verbs.push(Verb { name: say!("Cut {name} off", "断开 {name} 的网络"), change: Change::Add(vec![cut]) });
    }
    verbs
}

/// How many messages before the pen are looked at for one that is still under way.
const LOOKED_BACK: usize = 64;

/// A datagram that can still be lost: under way at the pen, else the next to be sent.
fn next_to_arrive(bench: &Bench) -> Option<&Message> {
    let trace = &bench.run.trace;
    // Messages stand in the order in which they were sent.
    let later = trace.messages.partition_point(|message| trace.event_of(message.sent) <= bench.cursor);
    let arrives_later = |message: &&Message| match message.ends.first() {
        Some(end) => trace.event_of(*end) > bench.cursor,
        None => true,
    };
    let datagrams = trace.messages[later.saturating_sub(LOOKED_BACK)..].iter().filter(|message| !message.connected);
    datagrams.take(2 * LOOKED_BACK).find(arrives_later)
}

/// The node of the next event that is the protocol's own doing; else of the one at the pen.
fn next_to_act(bench: &Bench) -> Option<NodeId> {
    let trace = &bench.run.trace;
    let acts = |event: &EventIndex| {
        let step = trace.event(*event);
        matches!(step.kind, StepKind::Deliver(_) | StepKind::Fire(_) | StepKind::Durable(_))
    };
    let here = bench.run.len().checked_sub(1).map(|last| bench.cursor.min(last))?;
    let next = (here + 1..bench.run.len()).find(acts).unwrap_or(here);
    let runs = |node: &NodeId| bench.scene.nodes[node.index()].status != Status::Down;
    let others = (0..bench.run.topology.nodes.len() as u8).rev().map(NodeId);
    [trace.event(next).node].into_iter().chain(others).find(runs)
}

/// The three, as buttons.
pub fn faults_now(laboratory: &Laboratory) -> Html {
    let verbs = offered(&laboratory.state.bench);
    html! {
        <div class="now-faults" role="group" aria-label={laboratory.words(&words::FAULTS_NOW)}>
            { for verbs.into_iter().map(|verb| {
                let name = laboratory.words(&verb.name);
                let change = verb.change.clone();
                let onclick = laboratory.act.on(move |_: MouseEvent| Action::Change(change.clone()));
                let change = verb.change.clone();
                let preview = laboratory.act.on(move |_: PointerEvent| Action::Preview(Some(change.clone())));
                let change = verb.change;
                let onfocus = laboratory.act.on(move |_: FocusEvent| Action::Preview(Some(change.clone())));
                let onpointerleave = laboratory.act.on(|_: PointerEvent| Action::Preview(None));
                let onblur = laboratory.act.on(|_: FocusEvent| Action::Preview(None));
                html! {
                    <button class="button" {onclick} onpointerenter={preview} {onpointerleave} {onfocus} {onblur}>
                        { name }
                    </button>
                }
            }) }
        </div>
    }
}
