//! Best-effort notification, run: the published schedules to the second, random faults, what the search for faults
//! finds.

use super::BestEffortNotification;
use crate::check::{PropertyKind, Verdict};
use crate::protocols::Protocol;
use crate::protocols::parts::flexible::id as flexible;
use crate::protocols::parts::messaging::id as messaging;
use crate::protocols::transactions::tests as trial;
use crate::scenario::run::Run;
use crate::sim::time::Span;
use proptest::prelude::*;

static ONLY: &[&dyn Protocol] = &[&BestEffortNotification];

fn run(parameters: &[(&str, &str)], faults: &[&str], until: Span) -> Run {
    Run::of(trial::scenario(ONLY[0], parameters, faults, until))
}

#[test]
fn every_scenario_ends_in_its_verdicts() {
    trial::every_scenario_ends_in_its_verdicts(ONLY);
}

/// The gaps between the attempts of a run whose receiver never comes up, in seconds.
fn gaps_of(schedule: &str) -> Vec<u64> {
    let run = run(&[("schedule", schedule)], &["crash=b@1ms"], Span::seconds(200_000));
    let notified = run.trace.messages.iter().filter(|message| message.name.kind == "notify");
    let times: Vec<u64> =
        notified.map(|message| run.trace.steps[message.sent as usize].at.as_micros() / 1_000_000).collect();
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// A span as the published table writes it: 15s, 3m, 1h.
fn seconds(text: &str) -> u64 {
    let (number, unit) = text.split_at(text.len() - 1);
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => panic!("{text}"),
    };
    number.parse::<u64>().expect("a number") * factor
}

/// The published schedules (`tests/vectors/retry_schedules.csv`) come out of runs, gap by gap.
#[test]
fn the_published_schedules_are_kept_to_the_second() {
    let table = include_str!("../../../../tests/vectors/retry_schedules.csv");
    let mut compared = 0;
    for line in table.lines().skip(1) {
        let mut columns = line.split(',');
        let (system, rest) = (columns.next().expect("a name"), columns.next().expect("delays"));
        let published: Vec<u64> = match system {
            "WeChat Pay notify" => rest.split(' ').map(seconds).collect(),
            "WeChat Pay notify (old v2)" => {
                rest.trim_end_matches(" s").split(' ').map(|gap| gap.parse().expect("seconds")).collect()
            }
            "Alipay notify_url" => rest.split(' ').map(seconds).collect(),
            _ => continue,
        };
        let (schedule, total) = match system {
            "WeChat Pay notify" => ("wechat", 24 * 3_600 + 4 * 60),
            "WeChat Pay notify (old v2)" => ("wechat-v2", 3 * 3_600 + 4 * 60),
            _ => ("alipay", 24 * 3_600 + 24 * 60),
        };
        assert_eq!(gaps_of(schedule), published, "{system}");
        assert_eq!(published.iter().sum::<u64>(), total, "{system}");
        compared += 1;
    }
    assert_eq!(compared, 3);
}

#[test]
fn the_sender_does_not_wait_for_the_receiver() {
    let answered_at = |faults: &[&str]| {
        let run = run(&[], faults, Span::seconds(10));
        let result = run.trace.messages.iter().find(|message| message.name.kind == "result").expect("an answer");
        run.trace.steps[result.sent as usize].at
    };
    assert_eq!(answered_at(&[]), answered_at(&["crash=b@500us", "crash=n@500us", "crash=mq@500us"]));
}

fn any_fault() -> impl Strategy<Value = String> {
    let messages =
        ["a:publish.1:mq", "mq:deliver.1:n", "n:notify.1:b", "b:success.1:n", "n:notify.2:b", "b:success.2:n"];
    trial::any_fault(&["a", "mq", "n", "b"], &messages, "cut=cl,a,mq/n,b")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to messages, processes, power and network: nothing is lost without a word, nothing done twice,
    /// and no attempt comes too early.
    #[test]
    fn no_fault_breaks_a_safety_property(
        faults in prop::collection::vec(any_fault(), 0..7),
        seed in 0u64..1_000,
        schedule in prop::sample::select(vec!["wechat", "wechat-v2", "alipay"]),
        reconcile in prop::sample::select(vec!["0s", "300ms"]),
        refuse in prop::sample::select(vec!["none", "none", "sender", "receiver"]),
    ) {
        let parameters = [
            ("orders", "3"), ("at-once", "2"), ("schedule", schedule), ("reconcile", reconcile), ("refuse", refuse),
            ("answer-timeout", "500ms"),
        ];
        // A clock that runs fast keeps its own time, and by true time comes early.
        let faults: Vec<&str> = faults.iter().map(String::as_str).filter(|fault| !fault.starts_with("rate=n")).collect();
        let mut scenario = trial::scenario(ONLY[0], &parameters, &faults, Span::seconds(600));
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
        trial::search(ONLY, &format!("1/notify?{mistake}until=40s"), property, faults, at_most)
    };
    for (mistake, property, faults, needed) in [
        ("mistake=memory-queue&", messaging::IN_HANDS, "crash", 1),
        ("mistake=no-number&", flexible::NO_EFFECT_TWICE, "drop", 1),
    ] {
        assert_eq!(safety(mistake, property, faults, 2), Some(needed), "{mistake}");
    }
    assert_eq!(safety("", "", "crash,restart", 1), None, "sheet §6: nothing under CRASHREC");
    assert_eq!(safety("", "", "drop,twice,delay", 1), None, "sheet §6: nothing under DROP, DUP, REORDER");
}
