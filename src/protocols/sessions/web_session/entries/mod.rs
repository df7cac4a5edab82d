//! The catalogue's scenarios. Expected verdicts are written from the sheet (§13), row by row, before a run is looked at.
//!
//! Unless a scenario says otherwise two users log in at once, at three servers, and put something into their sessions
//! after 7, 14 and 21 seconds.

mod copies;
mod sticky;
mod store;
mod token;

use crate::protocols::entry::{Change, Suggestion};
use crate::protocols::{Entry, Expectation, Expected};
use crate::text::Text;

/// The scenarios, in the order of the catalogue.
pub static ENTRIES: &[Entry] = &[
    sticky::STICKY,
    sticky::ROUND_ROBIN,
    sticky::CRASH,
    sticky::DEPLOYMENT,
    sticky::NAT,
    sticky::SCALE_OUT,
    copies::DEPLOYMENT,
    copies::LATE,
    copies::BACKUP,
    store::CONTAINER_TABS,
    store::ABOVE_TABS,
    store::LOCAL_COPIES,
    store::RESTARTS,
    store::EVICTED,
    store::LOG_OUT_WHILE_SAVING,
    token::LOG_OUT,
    token::TOO_LARGE,
    token::KEY_PUBLISHED,
    token::KEY_DROPPED,
    token::UNSIGNED,
    sticky::COOKIE_ONLY,
];

const CRASH_S1: Suggestion =
    Suggestion { name: Text::new("Crash s1", "让 s1 宕机"), change: Change::Fault("crash=s1@now") };
const CRASH_S2: Suggestion =
    Suggestion { name: Text::new("Crash s2", "让 s2 宕机"), change: Change::Fault("crash=s2@now") };
const LEAVE_S1: Suggestion =
    Suggestion { name: Text::new("Let s1 leave", "让 s1 离开"), change: Change::Fault("do=s1@now:leave") };
const REPLAY: Suggestion = Suggestion {
    name: Text::new("Use a copy of u1's cookie", "使用 u1 的 Cookie 副本"),
    change: Change::Fault("do=u1@now:replay"),
};
const ROAM: Suggestion =
    Suggestion { name: Text::new("Change u1's address", "让 u1 换地址"), change: Change::Fault("do=u1@now:roam") };
const STICKY_COOKIE: Suggestion = Suggestion {
    name: Text::new("Stick by cookie", "按 Cookie 粘滞"),
    change: Change::Parameter("routing", "cookie"),
};
const IN_TURNS: Suggestion = Suggestion {
    name: Text::new("Route in turns", "改用轮询"),
    change: Change::Parameter("routing", "round-robin"),
};
const REPLICATE: Suggestion = Suggestion {
    name: Text::new("Copy to all servers", "复制到所有服务器"),
    change: Change::Parameter("keeping", "all-to-all"),
};
const WITH_BACKUP: Suggestion = Suggestion {
    name: Text::new("Keep one backup", "只留一个备份"),
    change: Change::Parameter("keeping", "backup"),
};
const IN_REDIS: Suggestion = Suggestion {
    name: Text::new("Keep them in Redis", "存到 Redis"),
    change: Change::Parameter("keeping", "store-above"),
};
const IN_TOKENS: Suggestion = Suggestion {
    name: Text::new("Put them into the cookie", "放进 Cookie"),
    change: Change::Parameter("keeping", "token"),
};

const NOT_LOST: &str = "sheet S-4: no copy that is needed is lost";
const OWN_WRITES: &str = "sheet S-1: whoever answers has the newest copy";
const LOGGED_OUT: &str = "sheet S-3: nobody comes with a session that was logged out";
const OWN: &str = "sheet S-6: nobody makes up a cookie that is believed";
const SAME: &str = "sheet S-2: nothing is under way at the end";
const ALL_ANSWERED: &str = "somebody is there for every request, and the form to log in is an answer";

/// The verdicts that an entry differs in from a run in which all goes well.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {{
        use $crate::protocols::sessions::web_session::entries as all;
        use $crate::protocols::{Expectation, Expectations};
        const EXPECTED: &[Expectation; 6] =
            &all::differing(all::USUAL, &[$((all::place::$property, all::Expected::$verdict, $because)),*]);
        Expectations::of(EXPECTED)
    }};
}

use expected;

const fn holds(property: &'static str, because: &'static str) -> Expectation {
    Expectation { property, verdict: Expected::Holds, because }
}

const USUAL: [Expectation; 6] = [
    holds(super::id::STAYS, NOT_LOST),
    holds(super::id::SEES, OWN_WRITES),
    holds(super::id::OUT_IS_OUT, LOGGED_OUT),
    holds(super::id::OWN_ONLY, OWN),
    holds(super::id::KEPT, SAME),
    holds(super::id::ANSWERED, ALL_ANSWERED),
];

/// Where each property stands among the expectations.
mod place {
    pub const STAYS: usize = 0;
    pub const SEES: usize = 1;
    pub const OUT_IS_OUT: usize = 2;
    pub const OWN_ONLY: usize = 3;
    pub const KEPT: usize = 4;
    pub const ANSWERED: usize = 5;
}

const fn differing(mut all: [Expectation; 6], differences: &[(usize, Expected, &'static str)]) -> [Expectation; 6] {
    let mut at = 0;
    while at < differences.len() {
        let (place, verdict, because) = differences[at];
        all[place].verdict = verdict;
        all[place].because = because;
        at += 1;
    }
    all
}
