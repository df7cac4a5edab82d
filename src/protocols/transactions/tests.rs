//! What tests of these protocols have in common: scenarios as a link would have them, random faults, searches.

use crate::check::Verdict;
use crate::protocols::Protocol;
use crate::scenario::Scenario;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::explore::{Ask, Budget, Search, Standing};
use crate::scenario::link::Link;
use crate::scenario::notation::Notation;
use crate::scenario::run::Run;
use crate::sim::time::Span;
use proptest::prelude::*;

/// A scenario as a link would have it.
pub fn scenario(
    protocol: &'static dyn Protocol,
    parameters: &[(&str, &str)],
    faults: &[&str],
    until: Span,
) -> Scenario {
    let mut scenario = Scenario { until, ..Scenario::of(protocol) };
    for (key, value) in parameters {
        let parameter = protocol.parameters().iter().find(|parameter| parameter.key == *key);
        let parameter = parameter.unwrap_or_else(|| panic!("no parameter {key}"));
        scenario.values.set(parameter.key, parameter.parse(value).expect("a value"));
    }
    let topology = protocol.topology(&scenario.values);
    let notation = Notation::new(protocol, &topology);
    scenario.faults =
        faults.iter().map(|fault| notation.fault(fault).unwrap_or_else(|bad| panic!("{}", bad.sentence()))).collect();
    scenario
}

/// How many messages of a kind were sent.
pub fn count(run: &Run, kind: &str) -> usize {
    run.trace.messages.iter().filter(|message| message.name.kind == kind).count()
}

/// Every catalogue scenario ends in its verdicts, leaves no property out, and every fault of it meets something.
#[track_caller]
pub fn every_scenario_ends_in_its_verdicts(only: &'static [&'static dyn Protocol]) {
    let mut wrong = Vec::new();
    for listed in Catalogue(only).entries() {
        let run = Run::of(listed.scenario());
        for judged in &run.verdicts {
            let property = judged.property.id;
            let expected = listed.expected(property).map(|expected| expected.word());
            if expected != Some(judged.verdict.word()) {
                wrong.push(format!("{}: {property} expected {expected:?}, is {:?}", listed.entry.id, judged.verdict));
            }
        }
        for fault in 0..run.scenario.faults.len() {
            if !run.trace.applied(fault as u16) {
                wrong.push(format!("{}: {} did not apply", listed.entry.id, listed.entry.faults[fault]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// With how many faults the search breaks a property of a link's scenario (any safety property, if none is named); none if
/// it tried all and found nothing.
#[track_caller]
pub fn search(
    only: &'static [&'static dyn Protocol],
    link: &str,
    property: &str,
    faults: &str,
    at_most: u8,
) -> Option<usize> {
    let link = Link::read(link, Catalogue(only)).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    let scenario = link.scenario;
    let topology = scenario.protocol.topology(&scenario.values);
    let budget = Budget::read(faults, Some(at_most), scenario.protocol, &topology);
    let mut ask = Ask::of(scenario);
    ask.budget = budget.unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    if !property.is_empty() {
        ask.properties = vec![ask.scenario.property(property).unwrap()];
    }
    let (progress, found) = Search::new(ask).finish();
    assert_eq!(progress.not_replayed, 0);
    assert!(matches!(progress.standing, Standing::Found | Standing::Covered), "{progress:?}");
    let broken = found.first()?;
    let run = Run::of(broken.scenario.clone());
    let is_violated = |judged: &crate::scenario::run::Judged| {
        judged.property.id == broken.property.id && matches!(judged.verdict, Verdict::Violated { .. })
    };
    assert!(run.verdicts.iter().any(is_violated), "{} does not replay", broken.link());
    Some(broken.added.len())
}

/// A fault that a link could hold, struck somewhere in the first seconds.
pub fn any_fault(
    nodes: &[&'static str],
    messages: &[&'static str],
    cut: &'static str,
) -> impl Strategy<Value = String> + use<> {
    let node = prop::sample::select(nodes.to_vec());
    let message = prop::sample::select(messages.to_vec());
    let micros = || prop_oneof![0u32..12_000, 0u32..3_000_000];
    prop_oneof![
        (node.clone(), micros()).prop_map(|(node, at)| format!("crash={node}@{at}us")),
        (node.clone(), micros(), 0u32..3).prop_map(|(node, at, kept)| format!("power={node}@{at}us~{kept}")),
        (node.clone(), micros()).prop_map(|(node, at)| format!("restart={node}@{at}us")),
        (node.clone(), micros(), micros()).prop_map(|(node, at, long)| format!("pause={node}@{at}us+{long}us")),
        (micros(), micros()).prop_map(move |(at, long)| format!("{cut}@{at}us+{long}us")),
        message.clone().prop_map(|message| format!("drop={message}")),
        (message.clone(), micros()).prop_map(|(message, by)| format!("twice={message}+{by}us")),
        (message, micros()).prop_map(|(message, by)| format!("delay={message}+{by}us")),
        (node, micros()).prop_map(|(node, at)| format!("rate={node}@{at}us+300000")),
    ]
}
