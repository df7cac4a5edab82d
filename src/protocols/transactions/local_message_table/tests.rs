//! The local message table, run: what it costs, what random faults do to it, and what the search for faults finds.

use super::settings::PARAMETERS;
use super::{LocalMessageTable, properties};
use crate::check::{PropertyKind, Verdict};
use crate::protocols::Protocol;
use crate::protocols::parts::flexible::id as flexible;
use crate::protocols::parts::messaging::id as messaging;
use crate::protocols::transactions::tests as trial;
use crate::scenario::run::Run;
use crate::sim::time::Span;
use proptest::prelude::*;

static ONLY: &[&dyn Protocol] = &[&LocalMessageTable];

fn run(parameters: &[(&str, &str)], faults: &[&str], until: Span) -> Run {
    Run::of(trial::scenario(ONLY[0], parameters, faults, until))
}

#[test]
fn every_scenario_ends_in_its_verdicts() {
    trial::every_scenario_ends_in_its_verdicts(ONLY);
}

#[test]
fn without_faults_every_message_goes_once() {
    let run = run(&[("orders", "5"), ("at-once", "5")], &[], Span::seconds(10));
    for kind in ["publish", "published", "mark-sent", "marked", "deliver", "consumed", "done"] {
        assert_eq!(trial::count(&run, kind), 5, "{kind}");
    }
    assert!(run.verdicts.iter().all(|judged| judged.verdict == Verdict::Holds));
}

#[test]
fn what_is_captured_goes_at_once_and_what_is_polled_for_waits_for_the_poll() {
    let consistent_after = |relaying| {
        let run = run(&[("relaying", relaying)], &[], Span::seconds(10));
        let done = run.trace.messages.iter().find(|message| message.name.kind == "consumed").expect("it is consumed");
        run.trace.steps[done.sent as usize].at.as_micros() / 1_000
    };
    assert_eq!(consistent_after("capture"), 5, "a commit, and three messages with two disk writes");
    assert_eq!(consistent_after("polling"), 1_005, "the first poll came before the commit");
}

#[test]
fn a_message_that_is_lost_is_not_overtaken_by_the_next_of_its_product() {
    let parameters = [("orders", "3"), ("at-once", "3"), ("rows", "1")];
    let run = run(&parameters, &["drop=r1:publish.1:mq", "drop=r1:publish.1:mq*2"], Span::seconds(12));
    assert!(run.verdicts.iter().all(|judged| judged.verdict == Verdict::Holds));
}

/// A fault that a link could hold, struck somewhere in the first seconds.
fn any_fault() -> impl Strategy<Value = String> {
    trial::any_fault(
        &["a", "r1", "mq", "b"],
        &["r1:publish.1:mq", "r1:publish.2:mq", "mq:published.1:r1", "mq:deliver.1:b", "b:consumed.1:mq", "b:done.2:a"],
        "cut=cl,a,r1/mq,b",
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to messages, processes, power and network: nothing is lost, nothing done twice, nothing
    /// overtaken.
    #[test]
    fn no_fault_breaks_a_safety_property(
        faults in prop::collection::vec(any_fault(), 0..7),
        seed in 0u64..1_000,
        relaying in prop::sample::select(vec!["polling", "capture"]),
        callback in prop::sample::select(vec!["on", "off"]),
        work in prop::sample::select(vec!["0us", "300ms"]),
        refuse in prop::sample::select(vec!["none", "none", "sender", "receiver"]),
    ) {
        let parameters = [
            ("orders", "4"), ("at-once", "3"), ("relaying", relaying), ("callback", callback), ("work", work),
            ("refuse", refuse), ("poll-interval", "100ms"), ("rescan", "400ms"), ("redeliver", "200ms"),
            ("publish-retry", "150ms"), ("answer-timeout", "500ms"),
        ];
        let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
        let mut scenario = trial::scenario(ONLY[0], &parameters, &faults, Span::seconds(6));
        scenario.seed = seed;
        let run = Run::of(scenario);
        for judged in &run.verdicts {
            prop_assert!(
                judged.property.kind != PropertyKind::Always || judged.verdict == Verdict::Holds,
                "{}: {:?}", judged.property.id, judged.verdict
            );
        }
    }

    /// Once faults stop and nodes come back, both halves of everything are done, with a broker and without.
    #[test]
    fn after_the_faults_everything_is_settled(
        faults in prop::collection::vec(any_fault(), 0..6),
        seed in 0u64..1_000,
        transport in prop::sample::select(vec!["broker", "direct"]),
        relaying in prop::sample::select(vec!["polling", "capture"]),
    ) {
        let parameters = [
            ("orders", "3"), ("at-once", "3"), ("transport", transport), ("relaying", relaying),
            ("poll-interval", "100ms"), ("rescan", "400ms"), ("redeliver", "200ms"), ("publish-retry", "150ms"),
            ("answer-timeout", "500ms"),
        ];
        let restarts = ["restart=a@8s", "restart=r1@8s", "restart=b@8s", "restart=mq@8s"];
        let has_broker = |fault: &&str| transport == "broker" || !fault.contains("mq");
        let faults: Vec<&str> =
            faults.iter().map(String::as_str).chain(restarts).filter(has_broker).collect();
        let mut scenario = trial::scenario(ONLY[0], &parameters, &faults, Span::seconds(60));
        scenario.seed = seed;
        let run = Run::of(scenario);
        for judged in &run.verdicts {
            let claimed = judged.property.id != properties::IN_ORDER || transport == "broker";
            prop_assert!(!claimed || judged.verdict == Verdict::Holds, "{}: {:?}", judged.property.id, judged.verdict);
        }
    }
}

#[test]
fn the_search_finds_every_anomaly_and_nothing_without_a_mistake() {
    let safety = |mistake, property, faults, at_most| {
        let link = format!("1/outbox?{mistake}until=4s&redeliver=1s");
        trial::search(ONLY, &link, property, faults, at_most)
    };
    for (mistake, property, faults, needed) in [
        ("mistake=send-after-commit&", messaging::IN_HANDS, "crash", 1),
        ("mistake=mark-before-send&callback=off&", messaging::IN_HANDS, "crash", 1),
        ("mistake=no-inbox&", flexible::NO_EFFECT_TWICE, "twice", 1),
        ("mistake=inbox-after-effect&", flexible::NO_EFFECT_TWICE, "crash,restart", 2),
        ("mistake=inbox-before-effect&", messaging::IN_HANDS, "crash,restart", 2),
        ("mistake=acknowledge-first&callback=off&", messaging::IN_HANDS, "crash", 1),
    ] {
        assert_eq!(safety(mistake, property, faults, 2), Some(needed), "{mistake}");
    }
    assert_eq!(safety("", "", "crash,restart", 2), None, "sheet §4: nothing under CRASHREC");
    assert_eq!(safety("", "", "drop,twice,delay", 1), None, "sheet §4: nothing under DROP, DUP, REORDER");
}

#[test]
fn every_parameter_that_is_a_time_has_a_default_within_its_range() {
    for parameter in PARAMETERS {
        assert_eq!(parameter.parse(&parameter.default().to_string()), Ok(parameter.default()), "{}", parameter.key);
    }
}
