//! The catalogue's scenarios. Expected verdicts are written from the sheet (§8, §12), row by row, before a run is looked at.
//!
//! All clients want the lock at once unless a scenario says otherwise, and c1's request comes first.

mod leases;
mod quiet;
mod servers;

use crate::protocols::entry::{Change, Suggestion};
use crate::protocols::parts::locking::expected::Verdicts;
use crate::protocols::parts::locking::id;
use crate::protocols::{Entry, Expectation, Expected};
use crate::text::Text;

/// The scenarios, in the order of the catalogue.
pub static ENTRIES: &[Entry] = &[
    quiet::CALM,
    quiet::OVERTAKEN,
    quiet::LOST_REPLY,
    leases::NO_EXPIRY,
    leases::HOLDER_DIES,
    leases::DELETE,
    leases::PAUSE,
    leases::PAUSE_FENCED,
    leases::PAUSE_HEEDED,
    leases::TOKEN_DRAWN_LATE,
    leases::TOKEN_LOOKED_AFTER,
    leases::ONE_SECOND,
    leases::TICK,
    servers::EVICTED,
    servers::EVICTED_FENCED,
    servers::RESTART,
    servers::CLOCK_JUMP,
    servers::ANOTHER_SERVER,
    servers::STALE_LOCK,
];

const PAUSE_THE_HOLDER: Suggestion = Suggestion {
    name: Text::new("Pause the holder for 40 s", "让持有者停顿 40 秒"),
    change: Change::Fault("pause=c1@now+40s"),
};
const CRASH_THE_HOLDER: Suggestion =
    Suggestion { name: Text::new("Crash the holder", "让持有者宕机"), change: Change::Fault("crash=c1@now") };
const EVICT: Suggestion =
    Suggestion { name: Text::new("Evict the lock", "淘汰这把锁"), change: Change::Fault("do=m1@now:evict") };
const CRASH_MEMCACHED: Suggestion =
    Suggestion { name: Text::new("Crash memcached", "让 memcached 宕机"), change: Change::Fault("crash=m1@now") };
const FENCE: Suggestion = Suggestion {
    name: Text::new("Fence the resource", "给资源加上防护令牌"),
    change: Change::Parameter("fencing", "on"),
};
const RELEASE_SAFELY: Suggestion = Suggestion {
    name: Text::new("Release only what is its own", "只释放自己的锁"),
    change: Change::Parameter("release", "cas"),
};
const GIVE_IT_A_LEASE: Suggestion = Suggestion {
    name: Text::new("Give the lock an expiry time", "给锁设过期时间"),
    change: Change::Parameter("expiry", "lease"),
};

const ALONE: &str = "nobody takes the lock before the one who has it has let it go";
const IN_ORDER: &str = "each holder writes before the next one is granted the lock";
const OWNERS: &str = "sheet §8: gets and cas fix the release; the item of that number is the holder's own";
const ALL_SERVED: &str = "sheet L-3: the lock is freed by its holder, or by its expiry time";
const NO_HOLDER_DIES: &str = "no holder crashes";
const BOTH_WANT: &str = "both want it at once, and one has to wait";
const ONE_WAITS: &str = "sheet L-5 needs two who wait; here only one does";
const NONE_WOKEN: &str = "memcached tells nobody anything: whoever waits polls";

/// A lock that is safe and serves everybody.
const USUAL: Verdicts = [
    Expectation { property: id::ONE_HOLDER, verdict: Expected::Holds, because: ALONE },
    Expectation { property: id::NO_STALE_WRITE, verdict: Expected::Holds, because: IN_ORDER },
    Expectation { property: id::OWNER_RELEASES, verdict: Expected::Holds, because: OWNERS },
    Expectation { property: id::SERVED, verdict: Expected::Holds, because: ALL_SERVED },
    Expectation { property: id::FREED, verdict: Expected::Holds, because: NO_HOLDER_DIES },
    Expectation { property: id::CONTENDED, verdict: Expected::Holds, because: BOTH_WANT },
    Expectation { property: id::OVERTAKEN, verdict: Expected::NotSeen, because: ONE_WAITS },
    Expectation { property: id::HERD, verdict: Expected::NotSeen, because: NONE_WOKEN },
];

/// The verdicts of an entry: the usual ones, and those that differ.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {{
        const EXPECTED: &$crate::protocols::parts::locking::expected::Verdicts =
            &$crate::protocols::parts::locking::expected::differing(
                $crate::protocols::locks::memcached_lock::entries::USUAL,
                &[$((
                    $crate::protocols::parts::locking::expected::place::$property,
                    $crate::protocols::Expected::$verdict,
                    $because,
                )),*],
            );
        $crate::protocols::Expectations::of(EXPECTED)
    }};
}

use expected;
