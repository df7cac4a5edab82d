//! The catalogue's scenarios. Expected verdicts are written from the sheet (§13, §14), row by row, before a run is looked at.
//!
//! Unless a scenario says otherwise a request comes every 10 ms and takes 17 ms, two of them under way, so that there is
//! always somebody idle.

mod failures;
mod keys;
mod loads;
mod rotations;
mod stale;

use super::id;
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
    keys::TEN_THOUSAND,
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
    stale::LEAST_ACTIVE,
    stale::BOUNDED_LOAD,
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

const HEALTH: &str = "sheet LB-6: nothing after detection";
const COUNTED: &str = "sheet LB-6: retries do not count twice";
const ALL_ANSWERED: &str = "every request is tried until somebody does it";
const ROOM: &str =
    "a request takes 17 ms, one comes every 10 ms: no provider ever has more than its two workers can do";
const NOTHING_FAILS: &str = "nobody fails";

/// The verdicts of what the algorithm promises, and of what every balancer must do where that differs from a run in which
/// nothing fails.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {{
        use $crate::protocols::balancing::load_balancer::entries as all;
        use $crate::protocols::{Expectation, Expectations};
        const SAID: &[all::Said] = &[$((all::place::$property, all::Expected::$verdict, $because)),*];
        const EXPECTED: &[Expectation; all::number(SAID)] = &all::with_the_usual(SAID);
        Expectations::of(EXPECTED)
    }};
}

use expected;

/// A property by its place, its verdict, and why.
type Said = (usize, Expected, &'static str);

/// Where each property stands: what is judged of every algorithm comes first.
mod place {
    pub const DEAD_GET_NOTHING: usize = 0;
    pub const COUNTED_ONCE: usize = 1;
    pub const ANSWERED: usize = 2;
    pub const QUEUED: usize = 3;
    pub const RETRIED: usize = 4;
    pub const EXACT_CYCLES: usize = 5;
    pub const KEYS_STAY: usize = 6;
    pub const BOUNDED: usize = 7;
    pub const LEAST_BUSY: usize = 8;
}

/// What is usual of every algorithm, in the order of the places.
const USUAL: [Said; 5] = [
    (place::DEAD_GET_NOTHING, Expected::Holds, HEALTH),
    (place::COUNTED_ONCE, Expected::Holds, COUNTED),
    (place::ANSWERED, Expected::Holds, ALL_ANSWERED),
    (place::QUEUED, Expected::NotSeen, ROOM),
    (place::RETRIED, Expected::NotSeen, NOTHING_FAILS),
];

const fn expectation((place, verdict, because): Said) -> Expectation {
    let property = match place {
        place::DEAD_GET_NOTHING => id::DEAD_GET_NOTHING,
        place::COUNTED_ONCE => id::COUNTED_ONCE,
        place::ANSWERED => id::ANSWERED,
        place::QUEUED => id::QUEUED,
        place::RETRIED => id::RETRIED,
        place::EXACT_CYCLES => id::EXACT_CYCLES,
        place::KEYS_STAY => id::KEYS_STAY,
        place::BOUNDED => id::BOUNDED,
        _ => id::LEAST_BUSY,
    };
    Expectation { property, verdict, because }
}

/// How many expectations these are together with the usual ones.
const fn number(said: &[Said]) -> usize {
    let (mut number, mut at) = (USUAL.len(), 0);
    while at < said.len() {
        number += (said[at].0 >= USUAL.len()) as usize;
        at += 1;
    }
    number
}

/// The usual ones, those that differ replaced, and after them what the algorithm promises.
const fn with_the_usual<const NUMBER: usize>(said: &[Said]) -> [Expectation; NUMBER] {
    let mut all = [const { expectation(USUAL[0]) }; NUMBER];
    let mut at = 0;
    while at < USUAL.len() {
        all[at] = expectation(USUAL[at]);
        at += 1;
    }
    let (mut end, mut at) = (USUAL.len(), 0);
    while at < said.len() {
        if said[at].0 < USUAL.len() {
            all[said[at].0] = expectation(said[at]);
        } else {
            all[end] = expectation(said[at]);
            end += 1;
        }
        at += 1;
    }
    all
}
