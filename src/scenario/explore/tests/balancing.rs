//! Load balancers: what each algorithm promises, and how few faults break it: the sheet's rows with their budgets. All runs are
//! timed: balancers read their clocks, and their timers fire when they are due.

use super::{SEARCHED_STEPS_MAX, breaks};
use crate::sim::fault::Fault;

/// Only checks can be lost: all else goes over connections.
const CRASH_AND_DROP: &str = "crash=1,drop=1";

/// Three providers, and nine requests of three clients. Checks come every 2 s, and so never.
fn few(algorithm: &str) -> String {
    format!("1/load-balancer?until=150ms&algorithm={algorithm}&requests=9&keys=3")
}

/// The same with checks, of which missing one is enough to count as dead.
fn checked(algorithm: &str) -> String {
    format!("{}&check-every=20ms&fall=1", few(algorithm))
}

/// All within the budget was tried, and nothing breaks.
fn stands(link: &str, property: &str, faults: &str, at_most: u8) {
    let steps = super::stands(link, property, faults, at_most).steps;
    assert!(steps <= SEARCHED_STEPS_MAX.into(), "{link}: {steps} steps");
}

/// Sheet LB-2: whoever hashes on a ring, or ranks, moves only the keys of whoever is gone. Budget: one crash, or one lost
/// check.
#[test]
fn one_death_or_lost_check_moves_nobody_elses_keys() {
    for algorithm in ["dubbo-ring", "rendezvous", "ip-hash"] {
        stands(&checked(algorithm), "keys-stay", CRASH_AND_DROP, 1);
    }
}

/// Sheet LB-2: not modulo; §14: of jump hash's buckets only the last may go. Budget: one crash.
#[test]
fn one_death_moves_other_keys_by_the_remainder() {
    for algorithm in ["modulo", "jump"] {
        let found = breaks(&few(algorithm), "keys-stay", "crash=1", 1, 1);
        assert!(matches!(found.added[0], Fault::Crash { .. }), "{}", found.link());
    }
}

/// Sheet LB-1: whoever dies leaves the rotation, and the others' turns go on exactly. Budget: one crash, or one lost
/// check.
#[test]
fn a_rotation_stays_exact_whoever_dies() {
    for algorithm in ["round-robin", "naive-weighted"] {
        stands(&checked(algorithm), "exact-cycles", CRASH_AND_DROP, 1);
    }
}

/// Sheet LB-5: by its own view, whatever becomes of that. Budget: two crashes; one crash, or one lost check. With
/// counts that are read at checks only it needs no fault.
#[test]
fn the_least_busy_by_ones_own_view_is_picked_whatever_happens() {
    stands(&few("least-active"), "least-busy", "crash=2", 2);
    stands(&checked("least-active"), "least-busy", CRASH_AND_DROP, 1);
    breaks(&format!("{}&every=5ms&mistake=stale-counts", few("least-active")), "least-busy", CRASH_AND_DROP, 1, 0);
}

/// Sheet LB-4. Budget: one crash. With counts that are read at checks only it needs no fault.
#[test]
fn a_bound_holds_whatever_happens() {
    let hot = format!("{}&popularity=one-hot&every=4ms", few("bounded-load"));
    stands(&hot, "bounded-load", CRASH_AND_DROP, 1);
    breaks(&format!("{hot}&mistake=stale-counts"), "bounded-load", CRASH_AND_DROP, 1, 0);
}

/// Sheet LB-6: nothing after detection, and a retry counts once. Budget: one crash, or one lost check; with either mistake one of
/// them is enough.
#[test]
fn whoever_is_known_dead_gets_nothing_and_what_failed_is_not_counted() {
    let checked = checked("round-robin");
    for property in ["dead-get-nothing", "counted-once"] {
        stands(&checked, property, CRASH_AND_DROP, 1);
    }
    breaks(&format!("{checked}&mistake=ignores-health"), "dead-get-nothing", CRASH_AND_DROP, 1, 1);
    breaks(&format!("{checked}&mistake=never-uncounts"), "counted-once", CRASH_AND_DROP, 1, 1);
}
