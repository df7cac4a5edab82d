//! What the reference sheets say of flexible transactions, in every order and without time. Each test names its budget of
//! faults and its rule for timers; what the sheets say of timed runs stands beside the fault search.

use super::*;
use faultline::check::worlds::Allowance;

const TWICE: &[(Allowed, u8)] = &[(Allowed::Duplicate, 1)];
const LOST: &[(Allowed, u8)] = &[(Allowed::Drop, 1)];
const RESTARTS: &[(Allowed, u8)] = &[(Allowed::Crash, 1), (Allowed::Restart, 1)];

/// No break of the property is found among so many states.
#[track_caller]
fn stands_among(states_max: u32, link: &str, property: &str, rule: TimerRule, faults: &[(Allowed, u8)]) {
    let report = searched_for(states_max, link, property, rule, faults);
    assert!(!report.findings[0].outcome.is_broken(), "{link}: {:?}", report.findings);
}

// Sheet §3.

/// Budget: one doubled message; timers patient.
#[test]
fn without_a_guard_a_doubled_message_takes_effect_twice() {
    let two = "1/tcc?participants=2";
    breaks(&format!("{two}&guard=off"), "no-effect-twice", TimerRule::Patient, TWICE);
    for guard in ["seata", "dtm"] {
        stands_among(10_000, &format!("{two}&guard={guard}"), "no-effect-twice", TimerRule::Patient, TWICE);
    }
}

/// Budget: no fault, as a time-out that comes early makes a try late; timers fire at any time.
#[test]
fn without_a_memory_of_the_cancel_a_late_try_hangs() {
    let (one, late) = ("1/tcc?participants=1", "no-effect-after-its-undoing");
    breaks(&format!("{one}&guard=reservations"), late, TimerRule::Any, NOTHING);
    for guard in ["seata", "dtm"] {
        stands_among(10_000, &format!("{one}&guard={guard}"), late, TimerRule::Any, NOTHING);
    }
}

/// Budget: one lost message; timers patient.
#[test]
fn a_lost_message_leaves_no_order_half_confirmed_and_nothing_reserved() {
    for property in ["all-or-nothing-in-the-end", "nothing-stays-reserved", "never-both-ways"] {
        holds("1/tcc?participants=2", property, TimerRule::Patient, LOST);
    }
}

// Sheet §7.

/// Somebody spends what C must take back. Budget: one intervention, that payment; timers patient.
#[test]
fn one_payment_makes_a_compensation_impossible() {
    let is_stuck = |link: &str| {
        let scenario = Link::read(link, Catalogue(CATALOGUE)).unwrap().scenario;
        let spend = Allowance { allowed: Allowed::Intervention, node: None, intervention: Some("spend"), most: 1 };
        let properties = vec![scenario.property("all-or-nothing-in-the-end").unwrap()];
        let budget = Budget::new(vec![spend], 1).unwrap();
        let worlds = checked::worlds(&scenario, properties, TimerRule::Patient, budget);
        let report = Search::new(&worlds, Options::default()).run();
        assert_eq!(report.end, End::Complete, "{link}");
        report.findings[0].outcome.is_broken()
    };
    let refused = "1/saga?rows=1&refuse=p3";
    assert!(is_stuck(refused));
    assert!(!is_stuck(&format!("{refused}&steps=credits-last")), "nothing has come in that could be spent");
    assert!(!is_stuck(&format!("{refused}&isolation=semantic-lock")), "nobody spends from a flagged row");
}

/// Budget: one lost message; without an orchestrator also one crash with a restart; timers patient.
#[test]
fn a_saga_ends_one_way_or_the_other() {
    for style in ["orchestrated", "choreographed"] {
        let refused = format!("1/saga?participants=2&refuse=p2&style={style}");
        holds(&refused, "all-or-nothing-in-the-end", TimerRule::Patient, LOST);
        holds(&refused, "last-step-is-undone-first", TimerRule::Patient, LOST);
    }
    let choreographed = "1/saga?participants=2&refuse=p2&style=choreographed";
    holds(choreographed, "all-or-nothing-in-the-end", TimerRule::Patient, RESTARTS);
}

// Sheet §4 to §6.

/// Budget: one doubled message; timers patient.
#[test]
fn without_an_inbox_a_doubled_message_takes_effect_twice() {
    for protocol in ["outbox", "mq-transaction"] {
        let wrong = format!("1/{protocol}?mistake=no-inbox");
        breaks(&wrong, "no-effect-twice", TimerRule::Patient, TWICE);
        stands_among(10_000, &format!("1/{protocol}"), "no-effect-twice", TimerRule::Patient, TWICE);
    }
}

/// Budget: one lost message; timers patient.
#[test]
fn a_lost_message_is_made_good_by_whoever_asks_again() {
    for property in ["all-or-nothing-in-the-end", "acts-on-what-is-committed", "half-messages-stay-hidden"] {
        holds("1/mq-transaction", property, TimerRule::Patient, LOST);
    }
    for property in ["told-or-given-up", "no-effect-twice"] {
        holds("1/notify", property, TimerRule::Patient, LOST);
    }
}
