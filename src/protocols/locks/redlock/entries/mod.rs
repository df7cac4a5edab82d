//! The catalogue's scenarios. Expected verdicts are written from the sheet (§10, §12), row by row, before a run is looked at.
//!
//! All clients want the lock at once unless a scenario says otherwise, and c1's requests come first.

mod masters;
mod quiet;
mod time;
mod votes;

use crate::protocols::entry::{Change, Suggestion};
use crate::protocols::parts::locking::expected::Verdicts;
use crate::protocols::parts::locking::id;
use crate::protocols::{Entry, Expectation, Expected};
use crate::text::Text;

/// The scenarios, in the order of the catalogue.
pub static ENTRIES: &[Entry] = &[
    quiet::CALM,
    quiet::OVERTAKEN,
    quiet::HOLDER_DIES,
    quiet::EXTENDED,
    votes::SPLIT,
    votes::SPLIT_FIXED,
    votes::LOST_REPLIES,
    votes::WHERE_GRANTED,
    votes::MINORITY_DOWN,
    votes::MAJORITY_DOWN,
    votes::MINORITY_PARTITION,
    masters::ONE_JUMP,
    masters::CLOCK_JUMP,
    masters::CLOCK_JUMP_FENCED,
    masters::RESTART,
    masters::RESTART_WITH_FILE,
    masters::POWER_LOSS,
    masters::RESTART_DELAYED,
    time::PAUSE_AFTER_CHECK,
    time::PAUSE_FENCED,
    time::PAUSE_IGNORED,
    time::PAUSE_EXTENDED,
    time::LATE_REPLIES,
    time::LATE_REPLIES_UNCHECKED,
    time::NO_DRIFT,
    time::PLAIN_DELETE,
    time::TOKEN_DRAWN_LATE,
];

const PAUSE_THE_HOLDER: Suggestion = Suggestion {
    name: Text::new("Pause the holder for 40 s", "让持有者停顿 40 秒"),
    change: Change::Fault("pause=c1@now+40s"),
};
const CRASH_THE_HOLDER: Suggestion =
    Suggestion { name: Text::new("Crash the holder", "让持有者宕机"), change: Change::Fault("crash=c1@now") };
const JUMP_A_CLOCK: Suggestion = Suggestion {
    name: Text::new("Set m3's clock a minute ahead", "把 m3 的时钟拨快一分钟"),
    change: Change::Fault("jump=m3@now+60s"),
};
const CRASH_A_MASTER: Suggestion =
    Suggestion { name: Text::new("Crash a master", "让一个主库宕机"), change: Change::Fault("crash=m2@now") };
const FENCE: Suggestion = Suggestion {
    name: Text::new("Fence the resource", "给资源加上防护令牌"),
    change: Change::Parameter("fencing", "on"),
};
const EXTEND: Suggestion =
    Suggestion { name: Text::new("Extend the lease", "让它续期"), change: Change::Parameter("extension", "on") };
const DELAY_RESTARTS: Suggestion = Suggestion {
    name: Text::new("Delay restarts by a lease", "重启后等一个租期"),
    change: Change::Parameter("restart-delay", "lease"),
};
const LOG_ALWAYS: Suggestion = Suggestion {
    name: Text::new("Log every change before the answer", "每次答复前都落盘"),
    change: Change::Parameter("append-only", "always"),
};
const RETRY_AT_RANDOM: Suggestion = Suggestion {
    name: Text::new("Retry after a random time", "随机等待后重试"),
    change: Change::Parameter("retry-delay", "random"),
};
const UNLOCK_EVERYWHERE: Suggestion = Suggestion {
    name: Text::new("Unlock on all masters", "在所有主库上释放"),
    change: Change::Parameter("unlock", "everywhere"),
};
const CHECK_VALIDITY: Suggestion = Suggestion {
    name: Text::new("Check the validity", "检查有效期"),
    change: Change::Parameter("validity", "checked"),
};

const ALONE: &str = "sheet RL-2: two majorities have a master in common, and that grants one only";
const IN_ORDER: &str = "each holder writes before the next one is granted the lock";
const OWNERS: &str = "the release script deletes the key only with the holder's own token in it";
const ALL_SERVED: &str = "sheet RL-3, L-3: a majority answers, and the lock is freed by its holder, or by its lease";
const NO_HOLDER_DIES: &str = "no holder crashes";
const BOTH_WANT: &str = "both want it at once, and one has to wait";
const ONE_WAITS: &str = "sheet L-5 needs two who wait; here only one does";
const NONE_WOKEN: &str = "the masters tell nobody anything: whoever waits polls";

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
                $crate::protocols::locks::redlock::entries::USUAL,
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
