//! The catalogue's scenarios. Expected verdicts are written from the sheet (§13, §14), row by row, before a run is looked at.
//!
//! Unless a scenario says otherwise a request comes every 10 ms and takes 17 ms, two of them under way, so that there is
//! always somebody idle.

mod failures;
mod keys;
mod loads;
mod rotations;

use crate::protocols::entry::{Change, Suggestion};
use crate::protocols::{Entry, Expectation, Expected};
use crate::text::Text;

/// The scenarios, in the order of the catalogue.
pub static ENTRIES: &[Entry] = &[
    rotations::SMOOTH,
    rotations::NAIVE,
    rotations::SMOOTH_UNDER_LOAD,
    rotations::SLOW_NODE,
    rotations::RANDOM,
    rotations::WEIGHTED_RANDOM,
    loads::LEAST_ACTIVE,
    loads::COLD_START,
    loads::TWO_CHOICES,
    loads::ONE_VIEW,
    loads::STALE_VIEWS,
    loads::WARM_UP,
    keys::MODULO,
    keys::RING,
    keys::RING_JOIN,
    keys::RENDEZVOUS,
    keys::JUMP_LAST,
    keys::JUMP_FIRST,
    keys::MAGLEV,
    keys::ENVOY_RING,
    keys::KETAMA,
    keys::HOT_KEY,
    keys::BOUNDED,
    keys::NAT,
    failures::POWER_LOSS,
    failures::CRASH,
    failures::DEPLOYMENT,
    failures::FLAPPING,
    failures::BALANCER_DIES,
    failures::IGNORES_HEALTH,
    failures::NEVER_UNCOUNTS,
];

const CRASH_P2: Suggestion =
    Suggestion { name: Text::new("Crash p2", "让 p2 宕机"), change: Change::Fault("crash=p2@now") };
const PAUSE_P1: Suggestion = Suggestion {
    name: Text::new("Pause p1 for 100 ms", "让 p1 停顿 100 毫秒"),
    change: Change::Fault("pause=p1@now+100ms"),
};
const LEAVE_P3: Suggestion =
    Suggestion { name: Text::new("Let p3 leave", "让 p3 离开"), change: Change::Fault("do=p3@now:leave") };
const SLOW_P3: Suggestion =
    Suggestion { name: Text::new("Make p3 slow", "让 p3 变慢"), change: Change::Parameter("slow-provider", "p3") };
const BY_REMAINDER: Suggestion = Suggestion {
    name: Text::new("Take the remainder instead", "改用取模"),
    change: Change::Parameter("algorithm", "modulo"),
};
const ON_A_RING: Suggestion = Suggestion {
    name: Text::new("Put it on a ring", "改用一致性哈希"),
    change: Change::Parameter("algorithm", "dubbo-ring"),
};
const LEAST_ACTIVE: Suggestion = Suggestion {
    name: Text::new("Look who is idle", "改用最少活跃"),
    change: Change::Parameter("algorithm", "least-active"),
};

const NO_CYCLES: &str = "sheet LB-1 is promised by rotations only";
const NO_HOMES: &str = "sheet LB-2 is promised by hashing only: this algorithm does not look at clients";
const NO_BOUND: &str = "sheet LB-4 is promised by bounded loads only";
const BLIND: &str = "sheet LB-5 is promised by least-active only: this algorithm does not look who is busy";
const HEALTH: &str = "sheet LB-6: nothing after detection";
const COUNTED: &str = "sheet LB-6: retries do not count twice";
const ALL_ANSWERED: &str = "every request is tried until somebody does it";
const ROOM: &str =
    "a request takes 17 ms, one comes every 10 ms: no provider ever has more than its two workers can do";
const NOTHING_FAILS: &str = "nobody fails";

/// The verdicts that an entry differs in from an algorithm that promises nothing and in which nothing fails.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {{
        use $crate::protocols::balancing::load_balancer::entries as all;
        use $crate::protocols::{Expectation, Expectations};
        const EXPECTED: &[Expectation; 9] =
            &all::differing(all::USUAL, &[$((all::place::$property, all::Expected::$verdict, $because)),*]);
        Expectations::of(EXPECTED)
    }};
}

use expected;

const fn usual(property: &'static str, verdict: Expected, because: &'static str) -> Expectation {
    Expectation { property, verdict, because }
}

const USUAL: [Expectation; 9] = [
    usual(super::id::EXACT_CYCLES, Expected::Violated, NO_CYCLES),
    usual(super::id::KEYS_STAY, Expected::Violated, NO_HOMES),
    usual(super::id::BOUNDED, Expected::Violated, NO_BOUND),
    usual(super::id::LEAST_BUSY, Expected::Violated, BLIND),
    usual(super::id::DEAD_GET_NOTHING, Expected::Holds, HEALTH),
    usual(super::id::COUNTED_ONCE, Expected::Holds, COUNTED),
    usual(super::id::ANSWERED, Expected::Holds, ALL_ANSWERED),
    usual(super::id::QUEUED, Expected::NotSeen, ROOM),
    usual(super::id::RETRIED, Expected::NotSeen, NOTHING_FAILS),
];

/// Where each property stands among the expectations.
mod place {
    pub const EXACT_CYCLES: usize = 0;
    pub const KEYS_STAY: usize = 1;
    pub const BOUNDED: usize = 2;
    pub const LEAST_BUSY: usize = 3;
    pub const DEAD_GET_NOTHING: usize = 4;
    pub const COUNTED_ONCE: usize = 5;
    pub const ANSWERED: usize = 6;
    pub const QUEUED: usize = 7;
    pub const RETRIED: usize = 8;
}

const fn differing(mut all: [Expectation; 9], differences: &[(usize, Expected, &'static str)]) -> [Expectation; 9] {
    let mut at = 0;
    while at < differences.len() {
        let (place, verdict, because) = differences[at];
        all[place].verdict = verdict;
        all[place].because = because;
        at += 1;
    }
    all
}
