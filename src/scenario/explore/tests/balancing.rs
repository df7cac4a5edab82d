//! Load balancers: what each algorithm promises, and how few faults break it.

use super::{breaks, stands};
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

/// Sheet LB-2: whoever hashes on a ring, or ranks, moves only the keys of whoever is gone.
#[test]
fn one_death_or_lost_check_moves_nobody_elses_keys() {
    for algorithm in ["dubbo-ring", "rendezvous", "ip-hash"] {
        stands(&checked(algorithm), "keys-stay", CRASH_AND_DROP, 1);
    }
}

/// Sheet LB-2: not modulo; §14: of jump hash's buckets only the last may go.
#[test]
fn one_death_moves_other_keys_by_the_remainder() {
    for algorithm in ["modulo", "jump"] {
        let found = breaks(&few(algorithm), "keys-stay", "crash=1", 1, 1);
        assert!(matches!(found.added[0], Fault::Crash { .. }), "{}", found.link());
    }
}

/// Sheet LB-1: whoever dies leaves the rotation, and the others' turns go on exactly.
#[test]
fn a_rotation_stays_exact_whoever_dies() {
    for algorithm in ["round-robin", "naive-weighted"] {
        stands(&checked(algorithm), "exact-cycles", CRASH_AND_DROP, 1);
    }
}

/// Sheet LB-5: by its own view, whatever becomes of that.
#[test]
fn the_least_busy_by_ones_own_view_is_picked_whatever_happens() {
    stands(&few("least-active"), "least-busy", "crash=2", 2);
    stands(&checked("least-active"), "least-busy", CRASH_AND_DROP, 1);
    breaks(&format!("{}&every=5ms&mistake=stale-counts", few("least-active")), "least-busy", CRASH_AND_DROP, 1, 0);
}

/// Sheet LB-4.
#[test]
fn a_bound_holds_whatever_happens() {
    let hot = format!("{}&popularity=one-hot&every=4ms", few("bounded-load"));
    stands(&hot, "bounded-load", CRASH_AND_DROP, 1);
    breaks(&format!("{hot}&mistake=stale-counts"), "bounded-load", CRASH_AND_DROP, 1, 0);
}

/// Sheet LB-6: nothing after detection, and a retry counts once.
#[test]
fn whoever_is_known_dead_gets_nothing_and_what_failed_is_not_counted() {
    let checked = checked("round-robin");
    for property in ["dead-get-nothing", "counted-once"] {
        stands(&checked, property, CRASH_AND_DROP, 1);
    }
    breaks(&format!("{checked}&mistake=ignores-health"), "dead-get-nothing", CRASH_AND_DROP, 1, 1);
    breaks(&format!("{checked}&mistake=never-uncounts"), "counted-once", CRASH_AND_DROP, 1, 1);
}
