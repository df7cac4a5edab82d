//! The catalogue's scenarios. Expected verdicts are written from the sheet (§11, §12), row by row, before a run is looked at.
//!
//! All clients want the lock at once unless a scenario says otherwise, and c1's request comes first.

mod ensemble;
mod queue;
mod sessions;

use crate::protocols::entry::{Change, Suggestion};
use crate::protocols::parts::locking::expected::Verdicts;
use crate::protocols::parts::locking::id;
use crate::protocols::{Entry, Expectation, Expected};
use crate::text::Text;

/// The scenarios, in the order of the catalogue.
pub static ENTRIES: &[Entry] = &[
    queue::CALM,
    queue::HERD,
    queue::MIDDLE_DIES,
    queue::LOSES_ITS_PLACE,
    queue::CREATE_LOST,
    queue::CREATE_LOST_UNPROTECTED,
    sessions::HOLDER_DIES,
    sessions::PAUSE,
    sessions::PAUSE_FENCED,
    sessions::PAUSE_HEEDED,
    sessions::OLD_ANSWER,
    sessions::LATE_IN_TIME,
    sessions::CUT_OFF,
    sessions::CUT_OFF_HEEDED,
    sessions::RELEASES_FIRST,
    sessions::OPERATOR,
    sessions::HUNG,
    ensemble::LEADER_DIES,
    ensemble::MINORITY,
    ensemble::MINORITY_SHORT_SESSION,
];

const PAUSE_THE_HOLDER: Suggestion = Suggestion {
    name: Text::new("Pause the holder for a minute", "让持有者停顿一分钟"),
    change: Change::Fault("pause=c1@now+60s"),
};
const CRASH_THE_HOLDER: Suggestion =
    Suggestion { name: Text::new("Crash the holder", "让持有者宕机"), change: Change::Fault("crash=c1@now") };
const CRASH_A_WAITER: Suggestion = Suggestion {
    name: Text::new("Crash who waits next", "让下一个等待者宕机"),
    change: Change::Fault("crash=c2@now"),
};
const CUT_THE_HOLDER_OFF: Suggestion = Suggestion {
    name: Text::new("Cut the holder off for a minute", "把持有者隔离一分钟"),
    change: Change::Fault("cut=c1/z1@now+60s"),
};
const CRASH_THE_LEADER: Suggestion =
    Suggestion { name: Text::new("Crash the leader", "让领导者宕机"), change: Change::Fault("crash=z3@now") };
const RESTART_THE_LEADER: Suggestion =
    Suggestion { name: Text::new("Restart the leader", "重启领导者"), change: Change::Fault("restart=z3@now") };
const DELETE_THE_FIRST: Suggestion = Suggestion {
    name: Text::new("Delete number 0 by hand", "手工删除编号 0"),
    change: Change::Fault("do=z1@now:delete-node.0"),
};
const FENCE: Suggestion = Suggestion {
    name: Text::new("Fence the resource", "给资源加上防护令牌"),
    change: Change::Parameter("fencing", "on"),
};
const HEED: Suggestion = Suggestion {
    name: Text::new("Stop when the connection is lost", "断开连接就停下"),
    change: Change::Parameter("suspended", "heeded"),
};
const CHAIN: Suggestion = Suggestion {
    name: Text::new("Let each watch the one before", "让每个只监视前一个"),
    change: Change::Parameter("watch", "predecessor"),
};
const ALL_WATCH_THE_FIRST: Suggestion = Suggestion {
    name: Text::new("Let all watch the first", "让所有人都监视第一个"),
    change: Change::Parameter("watch", "first"),
};
const PROTECT: Suggestion = Suggestion {
    name: Text::new("Put a GUID into the name", "在节点名里放入 GUID"),
    change: Change::Parameter("protection", "guid"),
};

/// A lock that is safe, serves everybody in order, and wakes one at a time.
const USUAL: Verdicts = [
    Expectation {
        property: id::ONE_HOLDER,
        verdict: Expected::Holds,
        because: "sheet ZK-1, ZK-2: one live session owns the lowest node, and no session ends while its client believes",
    },
    Expectation {
        property: id::NO_STALE_WRITE,
        verdict: Expected::Holds,
        because: "each holder writes before the next one is granted the lock",
    },
    Expectation {
        property: id::OWNER_RELEASES,
        verdict: Expected::Holds,
        because: "sheet §11: unlock deletes one's own node, whose path nobody else has",
    },
    Expectation {
        property: id::SERVED,
        verdict: Expected::Holds,
        because: "sheet ZK-5: a node goes with its owner's release, or with its session",
    },
    Expectation { property: id::FREED, verdict: Expected::Holds, because: "no holder crashes" },
    Expectation { property: id::CONTENDED, verdict: Expected::Holds, because: "all want it at once, and one is first" },
    Expectation {
        property: id::FIRST_COME,
        verdict: Expected::Holds,
        because: "sheet ZK-3: granted in the order of the sequence numbers",
    },
    Expectation {
        property: id::ONE_WOKEN,
        verdict: Expected::Holds,
        because: "sheet ZK-4: each watches only the node before its own",
    },
];

/// The verdicts of an entry: the usual ones, and those that differ.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {{
        const EXPECTED: &$crate::protocols::parts::locking::expected::Verdicts =
            &$crate::protocols::parts::locking::expected::differing(
                $crate::protocols::locks::zookeeper_lock::entries::USUAL,
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
