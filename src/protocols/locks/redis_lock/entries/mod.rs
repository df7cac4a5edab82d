//! The catalogue's scenarios. Expected verdicts are written from the sheet (§8, §9, §12), row by row, before a run is looked at.
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
    quiet::REDISSON,
    quiet::LOST_MESSAGE,
    leases::HOLDER_DIES,
    leases::NO_EXPIRY,
    leases::LONG_WORK,
    leases::PLAIN_DELETE,
    leases::PAUSE,
    leases::PAUSE_FENCED,
    leases::PAUSE_HEEDED,
    leases::LATE_IN_TIME,
    leases::WATCHDOG,
    leases::WATCHDOG_PAUSED,
    leases::HUNG,
    servers::LOST_REPLY,
    servers::LOST_REPLY_NEW_TOKEN,
    servers::CLOCK_JUMP,
    servers::FAIL_OVER,
    servers::FAIL_OVER_FENCED,
    servers::RESTART,
    servers::RESTART_WITH_FILE,
    servers::POWER_LOSS,
];

const PAUSE_C1: Suggestion = Suggestion {
    name: Text::new("Pause c1 for 40 s", "让 c1 停顿 40 秒"),
    change: Change::Fault("pause=c1@now+40s"),
};
const CRASH_C1: Suggestion =
    Suggestion { name: Text::new("Crash c1", "让 c1 宕机"), change: Change::Fault("crash=c1@now") };
const JUMP_THE_CLOCK: Suggestion = Suggestion {
    name: Text::new("Set Redis's clock a minute ahead", "把 Redis 的时钟拨快一分钟"),
    change: Change::Fault("jump=m@now+60s"),
};
const RESTART_REDIS: Suggestion =
    Suggestion { name: Text::new("Restart Redis", "重启 Redis"), change: Change::Fault("restart=m@now") };
const FENCE: Suggestion = Suggestion {
    name: Text::new("Fence the resource", "给资源加上防护令牌"),
    change: Change::Parameter("fencing", "on"),
};
const WATCH: Suggestion = Suggestion {
    name: Text::new("Give it a watchdog", "配上看门狗"),
    change: Change::Parameter("watchdog", "on"),
};
const LOG_ALWAYS: Suggestion = Suggestion {
    name: Text::new("Log every change before the answer", "每次答复前都落盘"),
    change: Change::Parameter("append-only", "always"),
};

const ALONE: &str = "nobody takes the lock before the one who has it has let it go";
const IN_ORDER: &str = "each holder writes before the next one is granted the lock";
const OWNERS: &str = "the release script deletes the key only with the holder's own token in it";
const ALL_SERVED: &str = "sheet L-3: the lock is freed by its holder, or by its lease";
const BOTH_WANT: &str = "both want it at once, and one has to wait";
const ONE_WAITS: &str = "sheet L-5 needs two who wait; here only one does";

const NO_HOLDER_DIES: &str = "no holder crashes";
const NONE_WOKEN: &str = "whoever waits polls, or is the only one who waits";

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
                $crate::protocols::locks::redis_lock::entries::USUAL,
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
