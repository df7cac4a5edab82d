//! Sagas, run: the catalogue's verdicts, the messages counted, the mistakes, and random faults.

use super::Saga;
use crate::check::{PropertyKind, Verdict};
use crate::protocols::Protocol;
use crate::protocols::parts::flexible::id;
use crate::scenario::Scenario;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::notation::Notation;
use crate::scenario::run::Run;
use crate::sim::show::Panel;
use crate::sim::time::Span;
use crate::sim::trace::{Ending, NodeId, StepKind};
use proptest::prelude::*;

static ONLY: &[&dyn Protocol] = &[&Saga];

/// A scenario as a link would have it.
fn scenario(parameters: &[(&str, &str)], faults: &[&str], until: Span) -> Scenario {
    let mut scenario = Scenario { until, ..Scenario::of(ONLY[0]) };
    for (key, value) in parameters {
        let parameter = Saga.parameters().iter().find(|parameter| parameter.key == *key);
        let parameter = parameter.unwrap_or_else(|| panic!("no parameter {key}"));
        scenario.values.set(parameter.key, parameter.parse(value).expect("a value"));
    }
    let topology = Saga.topology(&scenario.values);
    let notation = Notation::new(ONLY[0], &topology);
    scenario.faults =
        faults.iter().map(|fault| notation.fault(fault).unwrap_or_else(|bad| panic!("{}", bad.sentence()))).collect();
    scenario
}

fn run(parameters: &[(&str, &str)], faults: &[&str]) -> Run {
    Run::of(scenario(parameters, faults, Span::seconds(120)))
}

fn count(run: &Run, kinds: &[&str]) -> usize {
    run.trace.messages.iter().filter(|message| kinds.contains(&message.name.kind)).count()
}

fn verdict(run: &Run, property: &str) -> &'static str {
    let judged = run.verdicts.iter().find(|judged| judged.property.id == property);
    judged.unwrap_or_else(|| panic!("no property {property}")).verdict.word()
}

#[test]
fn every_scenario_ends_in_its_verdicts() {
    let mut wrong = Vec::new();
    for listed in Catalogue(ONLY).entries() {
        let run = Run::of(listed.scenario());
        for judged in &run.verdicts {
            let property = judged.property.id;
            let expected = listed.expected(property).map(|expected| expected.word());
            if expected != Some(judged.verdict.word()) {
                wrong.push(format!("{}: {property} expected {expected:?}, is {:?}", listed.entry.id, judged.verdict));
            }
        }
        for (index, fault) in listed.entry.faults.iter().enumerate() {
            if !run.trace.applied(index as u16) {
                wrong.push(format!("{}: {fault} did not apply", listed.entry.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn without_faults_every_step_is_one_call_and_one_answer() {
    for services in 1..=8 {
        let services_word = services.to_string();
        let run = run(&[("participants", &services_word)], &[]);
        assert_eq!(run.ending, Ending::Quiescent);
        assert_eq!((count(&run, &["action"]), count(&run, &["done"])), (services, services));
        assert_eq!(run.trace.messages.len(), 2 * services + 2, "and the order with its result");
        assert_eq!(verdict(&run, id::ALL_OR_NOTHING), "holds");
    }
}

#[test]
fn without_an_orchestrator_half_the_calls_suffice_and_every_event_is_acknowledged() {
    for services in 1..=8 {
        let run = run(&[("participants", &services.to_string()), ("style", "choreographed")], &[]);
        assert_eq!(run.ending, Ending::Quiescent);
        assert_eq!(count(&run, &["happened"]), services - 1);
        assert_eq!(count(&run, &["noted"]), services, "each event, and the result");
        assert_eq!(run.trace.messages.len(), 2 * services + 1, "and the order with its result");
        assert_eq!(verdict(&run, id::ALL_OR_NOTHING), "holds");
    }
}

/// The steps that were done and taken back, in the order in which they became durable: "1 2 -2 -1".
fn history(run: &Run) -> String {
    let durable = run.trace.steps.iter().filter_map(|step| match step.kind {
        StepKind::Durable(record) => Some((step.node, run.trace.local(record).name.kind)),
        _ => None,
    });
    let word = |(node, kind): (NodeId, &str)| {
        let number = run.topology.name(node).trim_start_matches('p').to_owned();
        match kind {
            "step" => Some(number),
            "step-taken-back" => Some(format!("-{number}")),
            "nothing-to-undo" => Some(format!("({number})")),
            _ => None,
        }
    };
    durable.filter_map(word).collect::<Vec<_>>().join(" ")
}

/// Garcia-Molina, Salem 1987: T1 … Tn, or T1 … Tj, Cj … C1; and what refused is compensated too, without effect (dtm).
#[test]
fn steps_happen_in_order_and_are_taken_back_in_reverse() {
    assert_eq!(history(&run(&[("participants", "4")], &[])), "1 2 3 4");
    assert_eq!(history(&run(&[("participants", "4"), ("refuse", "p4")], &[])), "1 2 3 (4) -3 -2 -1");
    assert_eq!(history(&run(&[("participants", "4"), ("refuse", "p1")], &[])), "(1)");
    assert_eq!(history(&run(&[("participants", "4"), ("refuse", "p3"), ("pivot", "3")], &[])), "1 2 -2 -1");
    let choreographed = [("participants", "4"), ("refuse", "p4"), ("style", "choreographed")];
    assert_eq!(history(&run(&choreographed, &[])), "1 2 3 -3 -2 -1");
    let wrong = [("participants", "4"), ("refuse", "p4"), ("mistake", "compensate-in-order")];
    assert_eq!(history(&run(&wrong, &[])), "1 2 3 -1 -2 -3 (4)");
}

/// Sheet §7: steps are ordered so that credits come last, however many there are and whoever leads.
#[test]
fn what_others_can_spend_comes_last() {
    for style in ["orchestrated", "choreographed"] {
        let five = run(&[("participants", "5"), ("steps", "credits-last"), ("style", style)], &[]);
        assert_eq!(history(&five), "1 3 4 2 5", "the till and the points are credits");
        let refused = run(&[("participants", "5"), ("steps", "credits-last"), ("style", style), ("refuse", "p5")], &[]);
        let order = if style == "orchestrated" { "1 3 4 2 (5) -2 -4 -3 -1" } else { "1 3 4 2 -2 -4 -3 -1" };
        assert_eq!(history(&refused), order);
        assert_eq!(verdict(&refused, super::properties::LAST_FIRST), "holds");
    }
}

#[test]
fn what_is_spent_cannot_be_taken_back_and_flags_keep_others_from_spending_it() {
    let refused = [("rows", "1"), ("refuse", "p3")];
    for (style, fault) in [("orchestrated", "do=p2@7ms:spend.1"), ("choreographed", "do=p2@3.5ms:spend.1")] {
        let spent = scenario(&[&refused[..], &[("style", style)]].concat(), &[fault], Span::seconds(5));
        let run = Run::of(spent);
        assert!(run.trace.applied(0), "{style}");
        assert_eq!(verdict(&run, id::ALL_OR_NOTHING), "not-yet", "{style}");
        assert_eq!(verdict(&run, id::NEVER_BELOW_ZERO), "holds", "{style}");
        assert!(!history(&run).contains("-1"), "the first step is not compensated before the second, {style}");
    }
    let flagged = [&refused[..], &[("isolation", "semantic-lock")]].concat();
    let run = Run::of(scenario(&flagged, &["do=p2@7ms:spend.1"], Span::seconds(5)));
    assert!(!run.trace.applied(0), "nobody spends from a flagged row");
    assert_eq!(verdict(&run, id::ALL_OR_NOTHING), "holds");
}

#[test]
fn what_the_till_paid_out_is_a_part_of_the_sum() {
    let run = Run::of(Catalogue(ONLY).entry("saga-money-spent").expect("an entry").scenario());
    let scene = run.scene(run.len() - 1);
    let Some(Panel::Ledger(ledger)) = scene.panels.first() else { panic!("{:?}", scene.panels) };
    let sum = ledger.sum.as_ref().expect("there is a till");
    assert_eq!(sum.now, sum.expected);
    assert_eq!(sum.parts.iter().map(|part| part.amount).sum::<i64>(), sum.now);
    assert_eq!(ledger.databases[1].rows[0].committed, 0, "the till is empty");
}

/// Whoever sends it knows the end: it is sent once, and only for an order that stands.
#[test]
fn a_text_message_at_the_end_is_true() {
    for style in ["orchestrated", "choreographed"] {
        for (refuse, texts) in [("none", 1), ("p3", 0)] {
            let run = run(&[("text-message", "late"), ("style", style), ("refuse", refuse)], &[]);
            assert_eq!(count(&run, &["text"]), texts, "{style}, {refuse}");
            assert_eq!(verdict(&run, super::properties::TOLD_THE_TRUTH), "holds");
        }
        let early = run(&[("text-message", "early"), ("style", style), ("refuse", "p3")], &[]);
        assert_eq!(verdict(&early, super::properties::TOLD_THE_TRUTH), "violated", "{style}");
    }
}

#[test]
fn a_step_that_may_have_been_done_is_taken_back_unless_it_is_the_pivot() {
    let unknown = ["delay=c:action.1:p2+60s"];
    let patience = [("saga-timeout", "2s"), ("retry", "100s")];
    assert_eq!(history(&run(&patience, &unknown)), "1 (2) -1");
    let at_the_pivot = [("saga-timeout", "2s"), ("retry", "100s"), ("pivot", "2")];
    assert_eq!(history(&run(&at_the_pivot, &unknown)), "1 2 3", "it waits for the pivot, however late");
}

#[test]
fn a_semantic_lock_is_seen_and_comes_off() {
    let run = run(&[("isolation", "semantic-lock"), ("orders", "3"), ("at-once", "3"), ("rows", "1")], &[]);
    assert!(count(&run, &["busy"]) > 0);
    assert_eq!(count(&run, &["finish"]), 9, "three orders, three services");
    assert!(run.verdicts.iter().all(|judged| {
        let unseen = judged.property.id == id::INTERMEDIATE && judged.verdict == Verdict::NotSeen;
        judged.verdict == Verdict::Holds || unseen
    }));
}

#[test]
fn every_suggestion_can_be_read() {
    use crate::protocols::entry::Change;
    for entry in Saga.entries() {
        assert_eq!(entry.suggestions.len(), 3, "{}", entry.id);
        for suggestion in entry.suggestions {
            match suggestion.change {
                Change::Fault(fault) => drop(scenario(entry.parameters, &[&fault.replace("@now", "@1s")], entry.until)),
                Change::Parameter(key, value) => drop(scenario(&[(key, value)], &[], entry.until)),
                Change::Protocol(id) => assert_eq!(id, "tcc"),
            }
        }
    }
}

/// A fault that a link could hold, struck somewhere in the first seconds.
fn any_fault() -> impl Strategy<Value = String> {
    let node = prop::sample::select(vec!["cl", "c", "p1", "p2", "p3"]);
    let micros = || prop_oneof![0u32..16_000, 0u32..3_000_000];
    let message = prop::sample::select(vec![
        "c:action.1:p1",
        "c:action.2:p2",
        "c:action.1:p2*2",
        "p1:done.1:c",
        "p2:refused.1:c",
        "c:compensate.1:p2",
        "c:compensate.1:p1*2",
        "p1:compensated.1:c",
        "p2:compensated.1:c",
        "c:action.1:p3",
    ]);
    prop_oneof![
        (node.clone(), micros()).prop_map(|(node, at)| format!("crash={node}@{at}us")),
        (node.clone(), micros(), 0u32..3).prop_map(|(node, at, kept)| format!("power={node}@{at}us~{kept}")),
        (node.clone(), micros()).prop_map(|(node, at)| format!("restart={node}@{at}us")),
        (node.clone(), micros(), micros()).prop_map(|(node, at, long)| format!("pause={node}@{at}us+{long}us")),
        (micros(), micros()).prop_map(|(at, long)| format!("cut=cl,c,p1/p2,p3@{at}us+{long}us")),
        (micros(), micros()).prop_map(|(at, long)| format!("oneway=p1,p2/c@{at}us+{long}us")),
        message.clone().prop_map(|message| format!("drop={message}")),
        (message.clone(), micros()).prop_map(|(message, by)| format!("twice={message}+{by}us")),
        (message, micros()).prop_map(|(message, by)| format!("delay={message}+{by}us")),
        (node, micros()).prop_map(|(node, at)| format!("rate={node}@{at}us+300000")),
    ]
}

/// The same without an orchestrator.
fn any_fault_among_services() -> impl Strategy<Value = String> {
    let node = prop::sample::select(vec!["p1", "p2", "p3"]);
    let micros = || prop_oneof![0u32..16_000, 0u32..3_000_000];
    let message = prop::sample::select(vec![
        "p1:happened.1:p2",
        "p1:happened.1:p2*2",
        "p2:happened.1:p3",
        "p3:unwound.1:p2",
        "p2:unwound.1:p1",
        "p2:noted.1:p1",
        "p1:noted.1:p2",
    ]);
    prop_oneof![
        (node.clone(), micros()).prop_map(|(node, at)| format!("crash={node}@{at}us")),
        (node.clone(), micros(), 0u32..3).prop_map(|(node, at, kept)| format!("power={node}@{at}us~{kept}")),
        (node.clone(), micros()).prop_map(|(node, at)| format!("restart={node}@{at}us")),
        (node, micros(), micros()).prop_map(|(node, at, long)| format!("pause={node}@{at}us+{long}us")),
        (micros(), micros()).prop_map(|(at, long)| format!("cut=cl,p1/p2,p3@{at}us+{long}us")),
        message.clone().prop_map(|message| format!("drop={message}")),
        (message.clone(), micros()).prop_map(|(message, by)| format!("twice={message}+{by}us")),
        (message, micros()).prop_map(|(message, by)| format!("delay={message}+{by}us")),
    ]
}

const HASTE: [(&str, &str); 3] = [("saga-timeout", "50ms"), ("retry", "20ms"), ("answer-timeout", "200ms")];

/// What holds whatever happens to messages, processes, power, network and clocks.
fn nothing_is_broken(run: &Run) -> Result<(), TestCaseError> {
    for judged in &run.verdicts {
        prop_assert!(
            judged.property.kind != PropertyKind::Always || judged.verdict == Verdict::Holds,
            "{}: {:?}",
            judged.property.id,
            judged.verdict
        );
    }
    for event in [run.len() / 3, run.len() / 2, run.len() - 1] {
        run.scene(event);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn behind_the_barrier_no_fault_breaks_a_safety_property(
        faults in prop::collection::vec(any_fault(), 0..8),
        seed in 0u64..1_000,
        orders in 1u32..5,
        refuse in prop::sample::select(vec!["none", "p1", "p2", "p3"]),
        pivot in prop::sample::select(vec!["0", "1", "2", "3"]),
        isolation in prop::sample::select(vec!["commutative", "semantic-lock", "reread"]),
        latency in prop::sample::select(vec!["fixed", "uniform", "long-tailed"]),
    ) {
        let orders = orders.to_string();
        let mut parameters = vec![
            ("orders", orders.as_str()), ("at-once", "3"), ("refuse", refuse), ("pivot", pivot),
            ("isolation", isolation), ("latency-model", latency),
        ];
        parameters.extend(HASTE);
        let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
        let mut scenario = scenario(&parameters, &faults, Span::seconds(5));
        scenario.seed = seed;
        nothing_is_broken(&Run::of(scenario))?;
    }

    #[test]
    fn nor_without_an_orchestrator(
        faults in prop::collection::vec(any_fault_among_services(), 0..8),
        seed in 0u64..1_000,
        orders in 1u32..5,
        refuse in prop::sample::select(vec!["none", "p1", "p2", "p3"]),
        pivot in prop::sample::select(vec!["0", "2"]),
    ) {
        let orders = orders.to_string();
        let mut parameters = vec![
            ("orders", orders.as_str()), ("at-once", "3"), ("refuse", refuse), ("pivot", pivot),
            ("style", "choreographed"),
        ];
        parameters.extend(HASTE);
        let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
        let mut scenario = scenario(&parameters, &faults, Span::seconds(5));
        scenario.seed = seed;
        nothing_is_broken(&Run::of(scenario))?;
    }

    /// Once faults stop, nodes come back and the network is whole, every saga has ended one way or the other.
    #[test]
    fn after_the_faults_everything_is_settled(
        faults in prop::collection::vec(any_fault(), 0..6),
        among_services in prop::collection::vec(any_fault_among_services(), 0..6),
        choreographed in any::<bool>(),
        seed in 0u64..1_000,
        refuse in prop::sample::select(vec!["none", "p2", "p3"]),
    ) {
        let style = if choreographed { "choreographed" } else { "orchestrated" };
        let mut parameters = vec![("orders", "3"), ("at-once", "3"), ("refuse", refuse), ("style", style)];
        parameters.extend(HASTE);
        let faults = if choreographed { among_services } else { faults };
        let mut faults: Vec<&str> =
            faults.iter().map(String::as_str).filter(|fault| !fault.contains("=cl@")).collect();
        faults.extend(["restart=p1@10s", "restart=p2@10s", "restart=p3@10s"]);
        if !choreographed {
            faults.push("restart=c@10s");
        }
        let mut scenario = scenario(&parameters, &faults, Span::seconds(60));
        scenario.seed = seed;
        let run = Run::of(scenario);
        for judged in run.verdicts.iter().filter(|judged| judged.property.kind != PropertyKind::Sometimes) {
            prop_assert!(judged.verdict == Verdict::Holds, "{}: {:?}", judged.property.id, judged.verdict);
        }
    }
}
