//! Two-phase commit, run: the catalogue's verdicts, the messages counted, the mistakes, and random faults.

use super::TwoPhaseCommit;
use super::coordinator::Coordinator;
use super::participant::Participant;
use crate::check::Verdict;
use crate::protocols::parts::atomic_commitment::{CLIENT, COORDINATOR, id, participants};
use crate::protocols::{ParameterKind, Protocol};
use crate::scenario::Scenario;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::notation::Notation;
use crate::scenario::run::Run;
use crate::sim::driver::{Driver, Limits};
use crate::sim::node::look;
use crate::sim::recorder::Silent;
use crate::sim::time::{Instant, Span};
use crate::sim::trace::{Ending, StepKind};
use proptest::prelude::*;

static ONLY: &[&dyn Protocol] = &[&TwoPhaseCommit];

/// A scenario as a link would have it.
fn scenario(parameters: &[(&str, &str)], faults: &[&str], until: Span) -> Scenario {
    let mut scenario = Scenario { until, ..Scenario::of(ONLY[0]) };
    for (key, value) in parameters {
        let parameter = TwoPhaseCommit.parameters().iter().find(|parameter| parameter.key == *key);
        let parameter = parameter.unwrap_or_else(|| panic!("no parameter {key}"));
        scenario.values.set(parameter.key, parameter.parse(value).expect("a value"));
    }
    let topology = TwoPhaseCommit.topology(&scenario.values);
    let notation = Notation::new(ONLY[0], &topology);
    scenario.faults =
        faults.iter().map(|fault| notation.fault(fault).unwrap_or_else(|bad| panic!("{}", bad.sentence()))).collect();
    scenario
}

fn run(parameters: &[(&str, &str)], faults: &[&str]) -> Run {
    Run::of(scenario(parameters, faults, Span::seconds(120)))
}

/// How many messages of these kinds were sent between the coordinator and the participants.
fn count(run: &Run, kinds: &[&str]) -> usize {
    let among = |message: &&crate::sim::trace::Message| message.name.from != CLIENT && message.name.to != CLIENT;
    run.trace.messages.iter().filter(among).filter(|message| kinds.contains(&message.name.kind)).count()
}

const ALL_KINDS: &[&str] =
    &["begin-commit", "prepare", "yes", "no", "commit", "abort", "ack", "inquire", "recover", "heuristic"];

fn verdict(run: &Run, property: &str) -> &'static str {
    let judged = run.verdicts.iter().find(|judged| judged.property.id == property);
    judged.unwrap_or_else(|| panic!("no property {property}")).verdict.word()
}

/// How many fsyncs began at any node before the coordinator's decision was durable, and how many in all.
fn forced_writes(run: &Run) -> (usize, usize) {
    let fsyncs = |steps: &[crate::sim::trace::Step]| steps.iter().filter(|step| step.kind == StepKind::Fsync).count();
    let decided = run.trace.steps.iter().position(|step| match step.kind {
        StepKind::Durable(record) => run.trace.local(record).name.kind.starts_with("decided-"),
        _ => false,
    });
    (fsyncs(&run.trace.steps[..decided.unwrap_or(0)]), fsyncs(&run.trace.steps))
}

#[test]
fn every_scenario_ends_in_its_verdicts() {
    let catalogue = Catalogue(ONLY);
    let mut wrong = Vec::new();
    for listed in catalogue.entries() {
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

#[test]
fn the_first_scenario_rests_with_everybody_blocked_and_locked() {
    use crate::sim::show::ConditionKind;
    let run = Run::of(Catalogue(ONLY).entries().next().expect("there is one").scenario());
    let scene = run.scene(run.len() - 1);
    for participant in participants(3) {
        let kinds: Vec<ConditionKind> =
            scene.nodes[participant.index()].conditions.iter().map(|condition| condition.kind).collect();
        assert_eq!(kinds, [ConditionKind::Holds, ConditionKind::InDoubt]);
    }
    assert!(scene.nodes[COORDINATOR.index()].face.is_none(), "the coordinator is down");
}

#[test]
fn in_the_first_scenario_a_restart_frees_everybody_while_one_looks() {
    let mut scenario = Catalogue(ONLY).entries().next().expect("there is one").scenario();
    let topology = TwoPhaseCommit.topology(&scenario.values);
    scenario.faults.push(Notation::new(ONLY[0], &topology).fault("restart=c@3.003s").expect("a fault"));
    let run = Run::of(scenario);
    assert!(run.verdicts.iter().all(|judged| judged.verdict == Verdict::Holds), "nobody waits for a timer any more");
}

#[test]
fn without_faults_a_commit_costs_four_messages_for_each_database() {
    for databases in 1..=8 {
        let databases_word = databases.to_string();
        for presumption in ["none", "abort"] {
            let run = run(&[("participants", &databases_word), ("presumption", presumption)], &[]);
            assert_eq!(run.ending, Ending::Quiescent);
            assert_eq!(count(&run, ALL_KINDS), 4 * databases, "sheet §0: 4N");
            for kind in ["prepare", "yes", "commit", "ack"] {
                assert_eq!(count(&run, &[kind]), databases, "{kind}");
            }
            assert_eq!(forced_writes(&run), (databases + 1, 2 * databases + 1), "prepared, decision; committed");
        }
    }
}

#[test]
fn when_a_participant_begins_three_n_minus_one_messages_suffice() {
    for databases in 1..=8 {
        let run = run(&[("participants", &databases.to_string()), ("initiator", "participant")], &[]);
        assert_eq!(count(&run, ALL_KINDS), 3 * databases - 1 + databases, "Gray–Lamport: 3N − 1, then our acks");
        assert_eq!(count(&run, &["begin-commit"]), 1);
        assert_eq!(count(&run, &["prepare"]), databases - 1);
        assert_eq!(count(&run, &["yes"]), databases - 1);
        assert_eq!(count(&run, &["commit"]), databases);
        assert_eq!(forced_writes(&run).0, databases + 1, "Gray–Lamport: N + 1 stable writes");
        assert_eq!(verdict(&run, id::ANSWERED), "holds");
    }
}

#[test]
fn an_abort_costs_less_when_it_is_presumed() {
    for databases in 2..=8 {
        let databases_word = databases.to_string();
        let forced = run(&[("participants", &databases_word), ("refuse", "p2")], &[]);
        assert_eq!(count(&forced, ALL_KINDS), 4 * databases, "prepare, vote, abort, ack");
        let presumed = run(&[("participants", &databases_word), ("refuse", "p2"), ("presumption", "abort")], &[]);
        assert_eq!(count(&presumed, ALL_KINDS), 3 * databases - 1, "nobody acknowledges, and the no need not be told");
        assert_eq!(forced_writes(&presumed).1, databases - 1, "only the promises of those who voted yes");
        for run in [forced, presumed] {
            assert!(run.verdicts.iter().all(|judged| judged.verdict == Verdict::Holds));
        }
    }
}

#[test]
fn every_mistake_breaks_its_property_somewhere_and_without_it_that_property_holds_there() {
    let catalogue = Catalogue(ONLY);
    let parameter = TwoPhaseCommit.parameters().iter().find(|parameter| parameter.key == "mistake");
    let ParameterKind::Choice(choices) = &parameter.expect("there is one").kind else { panic!("a choice") };
    for choice in choices.iter().filter(|choice| choice.key != "none") {
        let broken = choice.breaks.unwrap_or_else(|| panic!("{} breaks nothing", choice.key));
        let shown = catalogue.entries().find(|listed| listed.entry.parameters.contains(&("mistake", choice.key)));
        let mut scenario = shown.unwrap_or_else(|| panic!("no scenario shows {}", choice.key)).scenario();
        assert_eq!(verdict(&Run::of(scenario.clone()), broken), "violated", "{}", choice.key);
        scenario.values.set("mistake", crate::protocols::Value::Choice("none"));
        assert_eq!(verdict(&Run::of(scenario), broken), "holds", "{} put right", choice.key);
    }
}

/// Found by the random faults below: the end of a transaction is not durable at once, and meanwhile the coordinator
/// took a stale inquiry for one about a transaction that it had never known.
#[test]
fn an_inquiry_that_comes_after_the_end_is_not_told_abort() {
    let faults = ["crash=p2@after:yes.1:c", "restart=p2@3.6ms", "delay=p2:inquire.1:c+20ms"];
    let run = run(&[], &faults);
    assert_eq!(count(&run, &["inquire"]), 1);
    assert_eq!(count(&run, &["abort"]), 0);
    assert!(run.verdicts.iter().all(|judged| judged.verdict == Verdict::Holds));
}

#[test]
fn every_suggestion_can_be_read() {
    use crate::protocols::entry::Change;
    for entry in TwoPhaseCommit.entries() {
        assert_eq!(entry.suggestions.len(), 3, "{}", entry.id);
        for suggestion in entry.suggestions {
            match suggestion.change {
                Change::Fault(fault) => drop(scenario(entry.parameters, &[&fault.replace("@now", "@1s")], entry.until)),
                Change::Parameter(key, value) => drop(scenario(&[(key, value)], &[], entry.until)),
                Change::Protocol(id) => assert_eq!(id, "3pc"),
            }
        }
    }
}

#[test]
fn a_long_run_keeps_every_state_small() {
    let parameters = [("orders", "2000"), ("at-once", "8"), ("rows", "8"), ("latency-model", "uniform")];
    let long = Run::of(scenario(&parameters, &[], Span::seconds(3_600)));
    assert_eq!(long.ending, Ending::Quiescent);
    for judged in &long.verdicts {
        assert_eq!(judged.verdict, Verdict::Holds, "{}", judged.property.id);
    }
    let topology = TwoPhaseCommit.topology(&long.scenario.values);
    let until = Instant::START + long.scenario.until;
    let mut driver = Driver::new(&topology, long.scenario.seed, &[], until, Limits::default());
    let mut largest = 0;
    while driver.advance(&mut Silent).is_none() {
        for node in driver.nodes() {
            if let Some((Some(participant), stored)) = look::<Participant>(&**node) {
                largest = largest.max(encoded(participant) + encoded(stored));
            } else if let Some((Some(coordinator), log)) = look::<Coordinator>(&**node) {
                largest = largest.max(encoded(coordinator) + encoded(log));
            }
        }
    }
    assert!(largest < 2_048, "{largest} bytes");
}

fn encoded(state: &impl serde::Serialize) -> usize {
    postcard::to_allocvec(state).expect("plain data").len()
}

/// A fault that a link could hold, struck somewhere in the first seconds.
fn any_fault() -> impl Strategy<Value = String> {
    let node = prop::sample::select(vec!["cl", "c", "p1", "p2", "p3"]);
    let micros = || prop_oneof![0u32..12_000, 0u32..3_000_000];
    let message = prop::sample::select(vec![
        "c:prepare.1:p1",
        "c:prepare.2:p2",
        "p1:yes.1:c",
        "p3:yes.2:c",
        "p2:no.1:c",
        "c:commit.1:p2",
        "c:abort.1:p1",
        "p1:ack.1:c",
        "p2:inquire.1:c",
        "c:commit.1:p2*2",
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to messages, processes, power, network and clocks: nothing breaks atomicity.
    #[test]
    fn no_fault_breaks_a_safety_property(
        faults in prop::collection::vec(any_fault(), 0..8),
        seed in 0u64..1_000,
        orders in 1u32..5,
        refuse in prop::sample::select(vec!["none", "p1", "p2"]),
        presumption in prop::sample::select(vec!["none", "abort"]),
        initiator in prop::sample::select(vec!["coordinator", "participant"]),
        latency in prop::sample::select(vec!["fixed", "uniform", "long-tailed"]),
        inquiry in prop::sample::select(vec!["on", "off"]),
    ) {
        let orders = orders.to_string();
        let parameters = [
            ("orders", orders.as_str()), ("at-once", "3"), ("rows", "2"), ("refuse", refuse),
            ("presumption", presumption), ("initiator", initiator), ("latency-model", latency),
            ("inquiry", inquiry), ("vote-timeout", "50ms"), ("lock-wait", "30ms"), ("answer-timeout", "100ms"),
            ("decision-retry", "20ms"), ("inquiry-retry", "25ms"),
        ];
        let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
        let mut scenario = scenario(&parameters, &faults, Span::seconds(5));
        scenario.seed = seed;
        let run = Run::of(scenario);
        for judged in &run.verdicts {
            prop_assert!(
                judged.property.kind != crate::check::PropertyKind::Always || judged.verdict == Verdict::Holds,
                "{}: {:?}", judged.property.id, judged.verdict
            );
        }
        for event in [run.len() / 3, run.len() / 2, run.len() - 1] {
            run.scene(event);
        }
    }

    /// Once faults stop, nodes come back and the network is whole, nobody stays in doubt and the books agree.
    #[test]
    fn after_the_faults_everything_is_settled(
        faults in prop::collection::vec(any_fault(), 0..6),
        seed in 0u64..1_000,
        presumption in prop::sample::select(vec!["none", "abort"]),
        initiator in prop::sample::select(vec!["coordinator", "participant"]),
    ) {
        let parameters = [
            ("orders", "3"), ("at-once", "3"), ("rows", "2"), ("presumption", presumption),
            ("initiator", initiator), ("vote-timeout", "50ms"), ("lock-wait", "30ms"), ("answer-timeout", "100ms"),
            ("decision-retry", "20ms"), ("inquiry-retry", "25ms"),
        ];
        let mut faults: Vec<&str> =
            faults.iter().map(String::as_str).filter(|fault| !fault.contains("=cl@")).collect();
        faults.extend(["restart=c@10s", "restart=p1@10s", "restart=p2@10s", "restart=p3@10s"]);
        let mut scenario = scenario(&parameters, &faults, Span::seconds(60));
        scenario.seed = seed;
        let run = Run::of(scenario);
        for judged in &run.verdicts {
            prop_assert!(judged.verdict == Verdict::Holds, "{}: {:?}", judged.property.id, judged.verdict);
        }
    }
}
