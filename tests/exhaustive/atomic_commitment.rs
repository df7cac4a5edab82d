//! What the reference sheets say of 2PC and 3PC. Each test names its budget of faults and its rule for timers.

use super::*;
use faultline::check::model::{Model, Predicate, StateProperty};
use faultline::check::search::Identity;
use faultline::check::worlds::{Act, Allowance, Transition, WorldState};
use faultline::command::{self, BAD_INPUT, FINE, UNEXPECTED};
use serde_json::Value;

/// The same, in which nodes of these names may crash, one of them once.
fn worlds_of_crashes(link: &str, property: &str, names: &[&str]) -> Worlds {
    let scenario = Link::read(link, Catalogue(CATALOGUE)).unwrap().scenario;
    let topology = scenario.protocol.topology(&scenario.values);
    let crash = |name: &&str| {
        let node = Some(topology.named(name).unwrap());
        Allowance { allowed: Allowed::Crash, node, intervention: None, most: 1 }
    };
    let budget = Budget::new(names.iter().map(crash).collect(), 1).unwrap();
    let properties = vec![scenario.property(property).unwrap()];
    checked::worlds(&scenario, properties, TimerRule::Patient, budget)
}

/// Worlds in which nobody dies between two effects of one handler.
struct WholeHandlers(Worlds);

impl Model for WholeHandlers {
    type State = WorldState;
    type Action = Transition;

    fn initial_states(&self) -> Vec<WorldState> {
        self.0.initial_states()
    }

    fn actions(&self, state: &WorldState, actions: &mut Vec<Transition>) {
        self.0.actions(state, actions);
        actions.retain(|transition| !matches!(transition.act, Act::CrashesIn(..)));
    }

    fn next_state(&self, state: &WorldState, transition: &Transition) -> Option<WorldState> {
        self.0.next_state(state, transition)
    }

    fn properties(&self) -> Vec<StateProperty<WholeHandlers>> {
        let properties = Model::properties(&self.0).into_iter().enumerate();
        let marked = |(place, StateProperty { id, kind, title, .. })| StateProperty {
            id,
            kind,
            title,
            holds: Predicate::Mark(1u32 << place),
        };
        properties.map(marked).collect()
    }

    fn marks(&self, state: &WorldState) -> u32 {
        self.0.marks(state)
    }

    fn fingerprint(&self, state: &WorldState) -> u64 {
        self.0.fingerprint(state)
    }

    fn packed(&self, state: WorldState) -> WorldState {
        self.0.packed(state)
    }

    fn action_name(&self, state: &WorldState, transition: &Transition) -> String {
        self.0.action_name(state, transition)
    }
}

// Sheet §2, exhaustive result for the rules of time-outs alone, two and three participants; timers patient unless said.

#[test]
fn three_phase_commit_is_safe_without_faults() {
    for participants in [2, 3] {
        holds(&format!("1/3pc?participants={participants}"), "agreement", TimerRule::Patient, NOTHING);
    }
}

#[test]
fn a_crash_between_two_sends_breaks_three_phase_commit() {
    for participants in [2, 3] {
        let link = format!("1/3pc?participants={participants}");
        let way = breaks(&link, "agreement", TimerRule::Patient, &[(Allowed::Crash, 1)]);
        assert_eq!(way.iter().filter(|step| step.contains("; c crashes after 1 effects")).count(), 1, "{way:?}");
    }
}

/// Sheet §2, one participant crash only: safe. Budget: one crash of one participant; timers patient.
#[test]
fn one_crash_of_a_participant_breaks_nothing() {
    for (link, names) in [("1/3pc?participants=2", &["p1", "p2"][..]), ("1/3pc?participants=3", &["p1", "p2", "p3"])] {
        let report = Search::new(&worlds_of_crashes(link, "agreement", names), Options::default()).run();
        assert_eq!((report.end, report.findings[0].outcome.word()), (End::Complete, "holds"), "{link}");
    }
}

/// Sheet §2, coordinator crash only, but a broadcast is one atomic step: safe. Budget: one crash of the coordinator, not
/// between two effects of a handler; timers patient.
#[test]
fn a_broadcast_in_one_step_is_safe() {
    for participants in [2, 3] {
        let link = format!("1/3pc?participants={participants}");
        let worlds = worlds_of_crashes(&link, "agreement", &["c"]);
        assert!(Search::new(&worlds, Options::default()).run().findings[0].outcome.is_broken());
        let report = Search::new(&WholeHandlers(worlds), Options::default()).run();
        assert_eq!((report.end, report.findings[0].outcome.word()), (End::Complete, "holds"), "{link}");
    }
}

#[test]
fn time_outs_that_come_too_early_break_three_phase_commit_without_any_fault() {
    let way = breaks("1/3pc?participants=2", "agreement", TimerRule::Any, NOTHING);
    assert!(way.iter().any(|step| step.contains("timer patience")), "{way:?}");
}

#[test]
fn two_lost_messages_break_three_phase_commit_and_one_does_not() {
    // With decisions sent again only after the participants' patience has ended.
    let link = "1/3pc?participants=2&decision-retry=10s";
    holds(link, "agreement", TimerRule::Patient, &[(Allowed::Drop, 1)]);
    let way = breaks(link, "agreement", TimerRule::Patient, &[(Allowed::Drop, 2)]);
    assert_eq!(way.iter().filter(|step| step.ends_with("is lost")).count(), 2, "{way:?}");
}

#[test]
fn the_termination_protocol_survives_crashes() {
    holds("1/3pc?participants=2&termination=on", "agreement", TimerRule::Patient, &[(Allowed::Crash, 2)]);
    holds("1/3pc?participants=3&termination=on", "agreement", TimerRule::Patient, &[(Allowed::Crash, 1)]);
}

// Sheet §1.

#[test]
fn two_phase_commit_agrees_under_crashes_restarts_losses_and_copies() {
    holds("1/2pc?participants=3", "agreement", TimerRule::Patient, &[(Allowed::Crash, 1)]);
    let losses = [(Allowed::Drop, 1), (Allowed::Duplicate, 1)];
    holds("1/2pc?participants=2", "agreement", TimerRule::Patient, &losses);
}

#[test]
fn databases_stay_in_doubt_until_the_coordinator_is_back() {
    let link = "1/2pc?participants=2";
    let way = breaks(link, "nobody-stays-in-doubt", TimerRule::Patient, &[(Allowed::Crash, 1)]);
    assert!(way.iter().any(|step| step.contains("c crashes")), "{way:?}");
    holds(link, "nobody-stays-in-doubt", TimerRule::Patient, NOTHING);
}

#[test]
fn mistakes_of_two_phase_commit_break_agreement() {
    for (mistake, faults) in [
        ("abort-after-commit-point", [(Allowed::Drop, 1)]),
        ("prepared-timeout-abort", [(Allowed::Drop, 1)]),
        ("prepared-timeout-commit", [(Allowed::Drop, 1)]),
    ] {
        let link = format!("1/2pc?participants=2&mistake={mistake}");
        breaks(&link, "agreement", TimerRule::Patient, &faults);
        holds("1/2pc?participants=2", "agreement", TimerRule::Patient, &faults);
    }
}

/// Each with timers patient, and the budget that stands beside it; the same without the mistake holds.
#[test]
fn what_comes_too_early_or_too_late_breaks_what_the_mistake_names() {
    let power = [(Allowed::PowerLoss, 1), (Allowed::Restart, 1)];
    let amnesia = [(Allowed::Intervention, 1), (Allowed::Crash, 1), (Allowed::Restart, 1)];
    for (mistake, more, property, faults) in [
        // Sheet §1, subtle bugs: replying VoteYes before fsync; TM sending Commit before fsync.
        ("reply-before-fsync", "", "agreement", &power[..]),
        ("commit-before-fsync", "", "agreement", &power),
        // Retransmitted Prepare after Abort re-opens the tx: without a fault, because the abort may overtake it.
        ("reopen-after-abort", "&refuse=p2", "irrevocable", NOTHING),
        // 2PC-6, locks are held until the decision: without a fault, where two orders want one row.
        ("release-after-vote", "&orders=2&at-once=2&rows=1", "locks-until-decision", NOTHING),
    ] {
        let right = format!("1/2pc?participants=2{more}");
        breaks(&format!("{right}&mistake={mistake}"), property, TimerRule::Patient, faults);
        let report = searched_for(5_000, &right, property, TimerRule::Patient, faults);
        assert!(!report.findings[0].outcome.is_broken(), "{right}: {:?}", report.findings);
    }
    // Ack'ing unknown tx.
    let wrong = "1/2pc?participants=2&mistake=acknowledge-unknown";
    breaks(wrong, "forgets-only-what-is-done", TimerRule::Patient, &amnesia);
}

#[test]
fn committing_on_a_majority_commits_without_a_vote() {
    // No fault at all; timers patient.
    let (right, wrong) =
        ("1/2pc?participants=3&refuse=p3", "1/2pc?participants=3&refuse=p3&mistake=commit-on-majority");
    breaks(wrong, "commit-needs-every-yes", TimerRule::Patient, NOTHING);
    holds(right, "commit-needs-every-yes", TimerRule::Patient, NOTHING);
}

#[test]
fn amnesia_breaks_agreement_and_crashes_with_restarts_do_not() {
    let restarts = [(Allowed::Crash, 1), (Allowed::Restart, 1)];
    holds("1/2pc?participants=2", "agreement", TimerRule::Patient, &restarts);
    // The node forgets the record while it is down: a participant its promise, or the coordinator its decision.
    let amnesia = [restarts[0], restarts[1], (Allowed::Intervention, 1)];
    let way = breaks("1/2pc?participants=2", "agreement", TimerRule::Patient, &amnesia);
    assert!(way.iter().any(|step| step.contains(" is done to ")), "{way:?}");
}

#[test]
fn a_decision_by_hand_breaks_agreement() {
    let way = breaks("1/2pc?participants=2", "agreement", TimerRule::Patient, &[(Allowed::Intervention, 1)]);
    assert!(way.iter().any(|step| step.starts_with("force-")), "{way:?}");
}

#[test]
fn a_partition_divides_two_phase_commit_only_for_a_while() {
    for cut in [Allowed::Partition, Allowed::OneWayPartition] {
        holds("1/2pc?participants=2", "agreement", TimerRule::Patient, &[(cut, 1)]);
        holds("1/2pc?participants=2", "nobody-stays-in-doubt", TimerRule::Patient, &[(cut, 1)]);
    }
}

#[test]
fn pauses_do_not_divide_two_phase_commit() {
    // Those who wait for a paused node send to it again and again: there is no end of states, and no proof.
    let report = searched_for(20_000, "1/2pc?participants=2", "agreement", TimerRule::Patient, &[(Allowed::Pause, 1)]);
    assert_eq!((report.end, &report.findings[0].outcome), (End::States, &Outcome::NotJudged));
}

// Sheet §2: the time-outs assume a synchronous network, so a pause or a partition is as bad as a time-out too early.

#[test]
fn one_pause_or_one_partition_breaks_three_phase_commit() {
    let link = "1/3pc?participants=2";
    let way = breaks(link, "agreement", TimerRule::Patient, &[(Allowed::Pause, 1)]);
    assert!(way.iter().any(|step| step.contains("pauses")), "{way:?}");
    for cut in [Allowed::Partition, Allowed::OneWayPartition] {
        let way = breaks(link, "agreement", TimerRule::Patient, &[(cut, 1)]);
        assert!(way.iter().any(|step| step.contains("partition of")), "{way:?}");
    }
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let properties = ["agreement", "nobody-stays-in-doubt", "every-order-is-answered"];
    let by =
        |threads| searched("1/2pc?participants=3", &properties, TimerRule::Patient, &[(Allowed::Crash, 1)], threads);
    let alone = by(1);
    for threads in [2, 4, 8] {
        let together = by(threads);
        assert_eq!((together.distinct, together.generated), (alone.distinct, alone.generated), "{threads} threads");
        assert_eq!((together.depth, together.findings), (alone.depth, alone.findings.clone()), "{threads} threads");
    }
}

// Worlds wait as rows of numbers.

/// All states of these worlds, so many at most.
fn counted(link: &str, rule: TimerRule, faults: &[(Allowed, u8)], options: Options) -> (u64, u64, u32) {
    let properties: Vec<_> =
        CATALOGUE.iter().flat_map(|protocol| protocol.properties()).map(|known| known.id).collect();
    let (_, worlds) = worlds_of(link, &properties, rule, faults);
    let report = Search::new(&worlds, options.clone()).run();
    assert!(!options.exact || report.identity == Identity::Exact);
    (report.distinct, report.generated, report.depth)
}

/// As when every world was kept whole.
#[test]
fn rows_of_numbers_count_as_worlds_do() {
    let (patient, any) = (TimerRule::Patient, TimerRule::Any);
    let two = "1/2pc?participants=2";
    for exact in [false, true] {
        let counted = |rule, faults: &[(Allowed, u8)], states_max| {
            counted(two, rule, faults, Options { exact, states_max, ..Options::default() })
        };
        assert_eq!(counted(patient, &[(Allowed::Crash, 1)], 10_000), (5_136, 6_643, 256));
        assert_eq!(counted(patient, &[(Allowed::Pause, 1)], 5_000), (5_000, 13_338, 19));
        assert_eq!(counted(any, NOTHING, 3_000), (3_000, 11_591, 13));
    }
}

#[test]
fn a_world_that_waits_goes_on_as_one_that_does_not() {
    let faults = [
        (Allowed::Crash, 1),
        (Allowed::Restart, 1),
        (Allowed::PowerLoss, 1),
        (Allowed::Drop, 1),
        (Allowed::Duplicate, 2),
        (Allowed::Pause, 1),
        (Allowed::Partition, 1),
        (Allowed::Intervention, 1),
    ];
    let properties = ["agreement", "nobody-stays-in-doubt", "goods-and-money-agree"];
    for (link, rule) in [("1/2pc", TimerRule::Patient), ("1/3pc?termination=on", TimerRule::Any)] {
        let (_, worlds) = worlds_of(link, &properties, rule, &faults);
        let named = |state: &WorldState| {
            let mut acts = Vec::new();
            worlds.actions(state, &mut acts);
            let names: Vec<String> = acts.iter().map(|act| worlds.action_name(state, act)).collect();
            (acts, names)
        };
        for seed in 0..12u64 {
            let mut draw = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut open = worlds.initial_states().remove(0);
            let mut waited = worlds.packed(open.clone());
            for _ in 0..60 {
                let ((acts, names), (again, same)) = (named(&open), named(&waited));
                assert_eq!(names, same);
                draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let Some(place) = (draw >> 33).checked_rem(acts.len() as u64).map(|place| place as usize) else {
                    break;
                };
                let next = (worlds.next_state(&open, &acts[place]), worlds.next_state(&waited, &again[place]));
                let (Some(next), Some(then)) = next else {
                    assert!(next.0.is_none() && next.1.is_none());
                    continue;
                };
                assert!(worlds.is_same(&next, &then) && next == then, "{}", names[place]);
                assert_eq!(worlds.marks(&next), worlds.marks(&then));
                (open, waited) = (next, worlds.packed(then));
                assert!(worlds.state_bytes(&waited) < 400, "{} bytes", worlds.state_bytes(&waited));
            }
        }
    }
}

fn called(arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = command::main(Catalogue(CATALOGUE), &arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn the_command_line_checks() {
    let arguments = ["check", "2pc", "--set", "participants=2", "--property", "agreement", "--json"];
    let (code, out, err) = called(&arguments);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((report["complete"].as_bool(), report["timers"].as_str()), (Some(true), Some("patient")));
    assert_eq!(report["properties"][0]["verdict"], "holds");
    let (code, out, _) = called(&["check", "1/3pc?participants=2", "--faults=crash=1", "--property=agreement"]);
    assert_eq!(code, UNEXPECTED);
    assert!(out.contains("faults      crash=1") && out.contains("p1 has committed t1 and p2 has aborted it"), "{out}");
    let (code, out, _) = called(&["check", "2pc", "--partial-order"]);
    assert_eq!(code, FINE);
    assert!(out.contains("leave each other alone") && !out.contains("eventually"), "{out}");
    let (code, out, _) = called(&["check", "3pc", "--timers", "any", "--states", "500"]);
    assert_eq!(code, FINE);
    assert!(out.contains("cut off at the bound on states") && out.contains("not-judged"), "{out}");
}

#[test]
fn what_cannot_be_checked_is_named() {
    for (arguments, named) in [
        (&["check"][..], "it needs a protocol"),
        (&["check", "4pc"], "“4pc” is neither a scenario of the catalogue nor a link"),
        (&["check", "2pc", "--set", "participants=99"], "participants must be a whole number"),
        (&["check", "2pc", "--set", "nodes=2"], "“nodes” is no parameter of 2pc"),
        (&["check", "2pc", "--set", "participants"], "“participants” sets nothing"),
        (&["check", "2pc", "--property", "peace"], "“peace” is no property of 2pc"),
        (&["check", "2pc", "--timers", "late"], "“late” is no rule for timers"),
        (&["check", "2pc", "--faults", "flood=1"], "“flood” at character 1: a search places no such faults"),
        (&["check", "2pc", "--faults", "crash=many"], "“many” at character 7: this is not a number of faults"),
        (&["check", "2pc", "--faults", "jump=1"], "has no clocks that could jump"),
        (&["check", "2pc", "--faults", "delay=1"], "it has no delays to spend"),
        (&["check", "2pc", "--faults", "slow=1"], "“slow” at character 1: a search places no slow links"),
        (&["check", "2pc", "--faults", "rate=1"], "“rate” at character 1: a search places no clock rates"),
        (&["check", "2pc", "--at-most", "1"], "“--at-most” is no option"),
        (&["check", "2pc", "--symmetry"], "so none stands for another"),
        (&["check", "2pc", "--partial-order", "--property", "nobody-stays-in-doubt"], "an eventually property"),
        (&["check", "2pc", "--faults", "crash:p9=1"], "“p9” at character 7: there is no such node"),
        (&["check", "2pc", "3pc"], "“3pc” is one argument too many"),
        (&["check", "2pc", "--fast"], "“--fast” is no option"),
    ] {
        let (code, out, err) = called(arguments);
        assert_eq!((code, out.as_str()), (BAD_INPUT, ""), "{arguments:?}");
        assert!(err.contains(named), "{arguments:?}: {err}");
    }
}
