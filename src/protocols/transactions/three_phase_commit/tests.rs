//! The protocol, run: message counts, and random faults.

use super::ThreePhaseCommit;
use super::coordinator::Coordinator;
use super::participant::Participant;
use super::properties::NOBODY_LAGS;
use crate::check::Verdict;
use crate::protocols::parts::atomic_commitment::id;
use crate::protocols::{Protocol, Values};
use crate::scenario::Scenario;
use crate::scenario::run::Run;
use crate::sim::driver::{Driver, Limits};
use crate::sim::fault::{Fault, Place};
use crate::sim::name::MessageName;
use crate::sim::node::look;
use crate::sim::payload::Subject;
use crate::sim::time::{Instant, Span};
use crate::sim::trace::{Ending, Message, NodeId, StepKind};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

fn values(set: &[(&'static str, &str)]) -> Values {
    let parameters = ThreePhaseCommit.parameters();
    let mut values = Values::defaults(parameters);
    for (key, text) in set {
        let parameter = parameters.iter().find(|parameter| parameter.key == *key).expect("a declared parameter");
        values.set(key, parameter.parse(text).unwrap_or_else(|bad| panic!("{key}={text}: {}", bad.0)));
    }
    assert_eq!(ThreePhaseCommit.conflict(&values), None);
    values
}

fn run(set: &[(&'static str, &str)], seed: u64, faults: Vec<Fault>, until: Span) -> Run {
    Run::of(Scenario { values: values(set), seed, faults, until, ..Scenario::of(&ThreePhaseCommit) })
}

fn verdict<'a>(run: &'a Run, property: &str) -> &'a Verdict {
    &run.verdicts.iter().find(|judged| judged.property.id == property).expect("a property").verdict
}

#[test]
fn without_failures_there_are_six_messages_for_each_participant() {
    for termination in ["off", "on", "quorum"] {
        for participants in ["1", "2", "3", "8"] {
            let set = [("termination", termination), ("participants", participants)];
            let run = run(&set, 1, Vec::new(), Span::seconds(60));
            let between = |message: &&Message| message.name.from.0 > 0 && message.name.to.0 > 0;
            let messages = run.trace.messages.iter().filter(between).count();
            assert_eq!(messages, 6 * participants.parse::<usize>().expect("a number"), "sheet §0: 6N");
            assert_eq!(run.ending, Ending::Quiescent);
            for judged in &run.verdicts {
                assert_eq!(judged.verdict, Verdict::Holds, "{}", judged.property.id);
            }
            assert!(!run.trace.steps.iter().any(|step| matches!(step.kind, StepKind::Fire(_))), "no time-out");
        }
    }
}

/// Outcomes are remembered only as long as somebody may ask; then a number stands for all of them.
#[test]
fn states_stay_small_over_thousands_of_transactions() {
    let values = values(&[("orders", "3000"), ("at-once", "8"), ("rows", "4")]);
    let topology = ThreePhaseCommit.topology(&values);
    let mut driver = Driver::new(&topology, 3, &[], Instant::from_micros(3_600_000_000), Limits::default());
    driver.replay_to(u32::MAX);
    let size = |state: Result<Vec<u8>, postcard::Error>| state.expect("states are plain data").len();
    for node in driver.nodes() {
        let bytes = if let Some((role, disk)) = look::<Participant>(&**node) {
            assert_eq!(role.map(|role| role.sites.len()), Some(0), "nothing is open in the end");
            size(postcard::to_allocvec(&(role, disk)))
        } else if let Some((role, disk)) = look::<Coordinator>(&**node) {
            size(postcard::to_allocvec(&(role, disk)))
        } else {
            continue;
        };
        assert!(bytes < 600, "{bytes} bytes after 3,000 transactions");
    }
}

/// A time at which something may be under way: most around the phases, some around the time-outs.
fn instant() -> impl Strategy<Value = Instant> {
    prop_oneof![
        3 => (0u64..12_000).prop_map(Instant::from_micros),
        2 => (2_990_000u64..3_020_000).prop_map(Instant::from_micros),
        3 => (5_990_000u64..6_450_000).prop_map(Instant::from_micros),
        2 => (8_990_000u64..9_450_000).prop_map(Instant::from_micros),
        1 => (1_000u64..30_000_000).prop_map(Instant::from_micros),
    ]
}

fn crash_or_restart() -> impl Strategy<Value = Fault> {
    (1u8..=4, instant(), 0u8..5, 0u32..3).prop_map(|(node, at, what, kept)| {
        let (node, place) = (NodeId(node), Place::At(at));
        match what {
            0 | 1 => Fault::Crash { node, place },
            2 => Fault::PowerLoss { node, place, kept },
            _ => Fault::Restart { node, place },
        }
    })
}

fn network_fault() -> impl Strategy<Value = Fault> {
    static KINDS: [&str; 9] =
        ["can-commit", "yes", "pre-commit", "pre-abort", "ack", "commit", "abort", "state-request", "state"];
    let name = (proptest::sample::select(&KINDS[..]), 1u8..=4, 1u8..=4, 1u32..=2);
    let message = name.prop_filter_map("to somebody else", |(kind, from, to, ordinal)| {
        let message = MessageName { to: NodeId(to), kind, subject: Subject(1), from: NodeId(from), ordinal };
        (from != to).then_some(message)
    });
    let groups = proptest::collection::vec(any::<bool>(), 4).prop_map(|sides| {
        let side = |wanted| (1u8..=4).zip(&sides).filter(move |(_, s)| **s == wanted).map(|(n, _)| NodeId(n)).collect();
        vec![side(true), side(false)]
    });
    prop_oneof![
        2 => message.clone().prop_map(|message| Fault::Drop { message }),
        1 => (message.clone(), 1u64..9_000).prop_map(|(message, ms)| Fault::Delay { message, by: Span::millis(ms) }),
        1 => (message, 1u64..9_000).prop_map(|(message, ms)| Fault::Duplicate { message, after: Span::millis(ms) }),
        3 => (groups, instant(), any::<bool>(), 1u64..20_000).prop_map(|(groups, at, one_way, ms)| {
            Fault::Partition { groups, one_way, at, lasting: Some(Span::millis(ms)) }
        }),
        1 => (1u8..=4, instant(), 1u64..9_000).prop_map(|(node, at, ms)| {
            Fault::Pause { node: NodeId(node), place: Place::At(at), lasting: Span::millis(ms) }
        }),
    ]
}

fn safe(run: &Run) -> Result<(), TestCaseError> {
    for property in
        [id::AGREEMENT, id::ALL_VOTED_YES, id::IRREVOCABLE, id::LOCKS, id::FORGETTING, id::ABORT_HAS_A_REASON]
    {
        prop_assert_eq!(verdict(run, property), &Verdict::Holds, "{} under {:?}", property, &run.scenario.faults);
    }
    Ok(())
}

/// Looks through random scenarios, always the same ones, for one that breaks agreement.
fn finds_disagreement(set: &[(&'static str, &str)], faults: impl Strategy<Value = Vec<Fault>>) -> bool {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    (0..3_000).any(|_| {
        let faults = faults.new_tree(&mut runner).expect("faults are easy to draw").current();
        let run = run(set, 1, faults, Span::seconds(40));
        *verdict(&run, id::AGREEMENT) != Verdict::Holds
    })
}

/// The searches below can find what they look for: where the sheet says that a rule is needed, they break what lacks it.
#[test]
fn random_faults_break_what_lacks_a_rule() {
    let crashes = || proptest::collection::vec(crash_or_restart(), 1..7);
    let any_fault = || proptest::collection::vec(prop_oneof![crash_or_restart(), network_fault()], 1..8);
    assert!(finds_disagreement(&[("termination", "off")], crashes()));
    assert!(finds_disagreement(&[("termination", "on"), ("mistake", "ready-decides-alone")], crashes()));
    assert!(finds_disagreement(&[("termination", "on")], any_fault()));
    assert!(finds_disagreement(&[("termination", "quorum"), ("mistake", "small-quorums")], any_fault()));
}

proptest! {
    /// Sheet §2: coordinator crash, participant crash, termination protocol: safe, as long as silence means death.
    #[test]
    fn crashes_alone_never_break_termination_on(
        faults in proptest::collection::vec(crash_or_restart(), 1..7),
        stagger in proptest::sample::select(vec!["0ms", "1ms", "200ms"]),
        refuse in proptest::sample::select(vec!["none", "p1", "p2"]),
        refuse_in in proptest::sample::select(vec!["can-commit", "pre-commit"]),
        orders in proptest::sample::select(vec!["1", "2"]),
    ) {
        let set = [
            ("termination", "on"), ("stagger", stagger), ("refuse", refuse), ("refuse-in", refuse_in),
            ("orders", orders), ("at-once", orders), ("rows", "1"),
        ];
        let run = run(&set, 1, faults, Span::seconds(40));
        safe(&run)?;
        prop_assert_eq!(verdict(&run, NOBODY_LAGS), &Verdict::Holds, "{:?}", &run.scenario.faults);
    }

    /// Skeen 1982: with Vc + Va > N no fault of network or nodes breaks it.
    #[test]
    fn nothing_breaks_quorums(
        faults in proptest::collection::vec(prop_oneof![crash_or_restart(), network_fault()], 1..8),
        stagger in proptest::sample::select(vec!["0ms", "1ms", "200ms"]),
        refuse in proptest::sample::select(vec!["none", "p1", "p2"]),
        refuse_in in proptest::sample::select(vec!["can-commit", "pre-commit"]),
        latency in proptest::sample::select(vec!["fixed", "uniform", "long-tailed"]),
        orders in proptest::sample::select(vec!["1", "2"]),
        seed in 0u64..100,
    ) {
        let set = [
            ("termination", "quorum"), ("stagger", stagger), ("refuse", refuse), ("refuse-in", refuse_in),
            ("orders", orders), ("at-once", orders), ("rows", "1"), ("latency-model", latency),
        ];
        safe(&run(&set, seed, faults, Span::seconds(60)))?;
    }

    /// 3PC-2: with at most N-1 crashes, no partition and termination on, every live participant decides.
    #[test]
    fn survivors_always_decide(
        crashes in proptest::collection::vec((1u8..=4, instant()), 1..4),
        survivor in 2u8..=4,
        stagger in proptest::sample::select(vec!["0ms", "200ms"]),
    ) {
        let crash = |(node, at): (u8, Instant)| Fault::Crash { node: NodeId(node), place: Place::At(at) };
        let faults = crashes.into_iter().filter(|(node, _)| *node != survivor).map(crash).collect();
        let run = run(&[("termination", "on"), ("stagger", stagger)], 1, faults, Span::seconds(70));
        safe(&run)?;
        prop_assert_eq!(verdict(&run, id::NOBODY_IN_DOUBT), &Verdict::Holds, "{:?}", &run.scenario.faults);
    }

    /// Waiting ends: once the network is whole and everybody is back, everybody decides, and the books balance.
    #[test]
    fn everybody_decides_in_the_end(
        crashes in proptest::collection::vec(crash_or_restart(), 0..6),
        network in proptest::collection::vec(network_fault(), 0..5),
        termination in proptest::sample::select(vec!["on", "quorum"]),
        refuse in proptest::sample::select(vec!["none", "p1", "p2"]),
        seed in 0u64..100,
    ) {
        let network = if termination == "quorum" { network } else { Vec::new() };
        let back = (1u8..=4).map(|node| Fault::Restart {
            node: NodeId(node),
            place: Place::At(Instant::from_micros(51_000_000 + u64::from(node))),
        });
        let faults = crashes.into_iter().chain(network).chain(back).collect();
        let set = [("termination", termination), ("refuse", refuse), ("refuse-in", "pre-commit")];
        let run = run(&set, seed, faults, Span::seconds(200));
        safe(&run)?;
        for property in [id::NOBODY_IN_DOUBT, id::ANSWERED, id::CONSERVED] {
            prop_assert_eq!(verdict(&run, property), &Verdict::Holds, "{} {:?}", property, &run.scenario.faults);
        }
    }
}
