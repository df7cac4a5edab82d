//! Transactional messages, run: the schedules, the order of the records, random faults, and what the search for faults
//! finds.

use super::{TransactionalMessage, message::Message};
use crate::check::{PropertyKind, Verdict};
use crate::protocols::Protocol;
use crate::protocols::parts::broker::message::Message as Brokered;
use crate::protocols::parts::flexible::id as flexible;
use crate::protocols::parts::messaging::id as messaging;
use crate::protocols::transactions::tests as trial;
use crate::scenario::run::Run;
use crate::sim::time::Span;
use crate::sim::trace::StepKind;
use proptest::prelude::*;

static ONLY: &[&dyn Protocol] = &[&TransactionalMessage];

fn run(parameters: &[(&str, &str)], faults: &[&str], until: Span) -> Run {
    Run::of(trial::scenario(ONLY[0], parameters, faults, until))
}

/// At what second the messages of a kind were sent.
fn seconds_of(run: &Run, kind: &str) -> Vec<u64> {
    let sent = run.trace.messages.iter().filter(|message| message.name.kind == kind);
    sent.map(|message| run.trace.steps[message.sent as usize].at.as_micros() / 1_000_000).collect()
}

#[test]
fn every_scenario_ends_in_its_verdicts() {
    trial::every_scenario_ends_in_its_verdicts(ONLY);
}

#[test]
fn without_faults_every_message_goes_once() {
    let run = run(&[("orders", "5"), ("at-once", "5")], &[], Span::seconds(60));
    for kind in ["half", "half-stored", "execute", "executed", "end-commit", "deliver", "consumed"] {
        assert_eq!(trial::count(&run, kind), 5, "{kind}");
    }
    assert_eq!(trial::count(&run, "check-back"), 0);
    assert!(run.verdicts.iter().all(|judged| judged.verdict == Verdict::Holds));
}

#[test]
fn the_message_is_copied_into_its_topic_before_the_half_message_is_resolved() {
    let run = run(&[], &[], Span::seconds(60));
    let written = |kind| {
        run.trace.steps.iter().position(|step| match step.kind {
            StepKind::Write(record) => run.trace.local(record).name.kind == kind,
            _ => false,
        })
    };
    assert!(written("append-half") < written("append") && written("append") < written("op-commit"));
}

/// The sheet: first check at the first scan with an age above 6 s, then every 30 s, 15 times; parked on the 16th visit.
#[test]
fn a_half_message_that_nobody_answers_for_is_asked_about_fifteen_times_and_parked_after_eight_minutes() {
    let faults = ["drop=a1:end-commit.1:mq", "crash=a1@1s", "crash=db@1s"];
    let run = run(&[("answer-timeout", "1000s")], &faults, Span::seconds(900));
    let checks: Vec<u64> = (1..=15).map(|check| 30 * check).collect();
    let asked: Vec<u64> = seconds_of(&run, "check-back");
    assert_eq!(asked, checks);
    let parked = run.trace.steps.iter().find(|step| match step.kind {
        StepKind::Write(record) => run.trace.local(record).name.kind == "park",
        _ => false,
    });
    assert_eq!(parked.map(|step| step.at.as_micros() / 1_000_000), Some(480));
}

#[test]
fn a_half_message_younger_than_six_seconds_is_left_alone() {
    let first_asked_at = |interval| {
        let parameters = [("check-interval", interval), ("answer-timeout", "1000s"), ("producers", "1")];
        let run = run(&parameters, &["drop=a1:end-commit.1:mq"], Span::seconds(100));
        seconds_of(&run, "check-back").first().copied()
    };
    assert_eq!(first_asked_at("7s"), Some(7));
    assert_eq!(first_asked_at("4s"), Some(8), "at the first scan it was four seconds old");
}

/// The sheet: 16 retries at levels 3 to 18, 4 h 45 min 40 s in all, then the dead letters.
#[test]
fn a_consumer_that_always_fails_is_retried_by_rocketmqs_levels() {
    let run = run(&[("failures", "20")], &[], Span::seconds(20_000));
    let delivered = seconds_of(&run, "deliver");
    let gaps: Vec<u64> = delivered.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(gaps, [10, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1_200, 1_800, 3_600, 7_200]);
    assert_eq!(gaps.iter().sum::<u64>(), 4 * 3_600 + 45 * 60 + 40);
}

/// As in the source of `EndTransactionProcessor`: a commit is carried out whatever the operation topic says. So the
/// race of a check-back loses the message only if the late commit is lost too.
#[test]
fn a_late_commit_is_delivered_although_the_check_back_rolled_it_back() {
    let parameters = [("mistake", "absent-rolls-back"), ("work", "40s"), ("answer-timeout", "100s")];
    let run = run(&parameters, &[], Span::seconds(60));
    assert_eq!((trial::count(&run, "end-rollback"), trial::count(&run, "end-commit")), (1, 1));
    assert!(run.verdicts.iter().all(|judged| judged.verdict == Verdict::Holds));
}

#[test]
fn the_check_back_goes_to_a_producer_that_lives() {
    let run = run(&[("answer-timeout", "100s")], &["crash=a1@before:end-commit.1:mq"], Span::seconds(40));
    let asked =
        run.trace.messages.iter().find(|message| {
            matches!(message.payload.get::<Message>(), Some(Message::Broker(Brokered::CheckBack { .. })))
        });
    assert_eq!(asked.map(|message| run.topology.name(message.name.to)), Some("a2"));
}

/// A fault that a link could hold, struck somewhere in the first seconds; the broker loses no power, for by default it
/// would lose what it has acknowledged.
fn any_fault() -> impl Strategy<Value = String> {
    let messages = [
        "a1:half.1:mq",
        "a1:end-commit.1:mq",
        "a1:end-commit.2:mq",
        "mq:half-stored.2:a1",
        "mq:check-back.1:a2",
        "mq:deliver.1:b",
        "b:consumed.1:mq",
    ];
    trial::any_fault(&["a1", "a2", "db", "mq", "b"], &messages, "cut=cl,a1,db/a2,mq,b")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to messages, processes and network: nothing is lost, nothing done twice, nothing shown too
    /// early.
    #[test]
    fn no_fault_breaks_a_safety_property(
        faults in prop::collection::vec(any_fault(), 0..7),
        seed in 0u64..1_000,
        check in prop::sample::select(vec!["unknown", "tombstone"]),
        work in prop::sample::select(vec!["0us", "400ms"]),
        refuse in prop::sample::select(vec!["none", "none", "sender", "receiver"]),
    ) {
        let parameters = [
            ("orders", "3"), ("at-once", "2"), ("check-back", check), ("work", work), ("refuse", refuse),
            ("immunity", "50ms"), ("check-interval", "250ms"), ("redeliver", "200ms"), ("answer-timeout", "500ms"),
            ("flush", "sync"),
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
}

#[test]
fn the_search_finds_every_anomaly_and_nothing_without_a_mistake() {
    let safety = |mistake, property, faults, at_most| {
        let link = format!("1/mq-transaction?{mistake}until=65s&answer-timeout=100s&redeliver=2s");
        trial::search(ONLY, &link, property, faults, at_most)
    };
    for (mistake, property, faults, needed) in [
        ("mistake=from-memory&", messaging::IN_HANDS, "crash", 1),
        ("mistake=absent-rolls-back&work=40s&", messaging::IN_HANDS, "drop", 1),
        ("mistake=no-inbox&", flexible::NO_EFFECT_TWICE, "twice", 1),
        ("mistake=acknowledge-first&", messaging::IN_HANDS, "crash", 1),
        ("", messaging::IN_HANDS, "power", 1),
    ] {
        assert_eq!(safety(mistake, property, faults, 2), Some(needed), "{mistake}");
    }
    assert_eq!(safety("", "", "crash,restart", 1), None, "sheet §5: nothing under CRASHREC");
    assert_eq!(safety("", "", "drop,twice,delay", 1), None, "sheet §5: nothing under DROP, DUP, REORDER");
    assert_eq!(safety("check-back=tombstone&work=40s&", "", "drop,twice", 1), None, "sheet §5: the cure of the race");
}
