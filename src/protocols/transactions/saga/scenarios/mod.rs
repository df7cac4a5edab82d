//! The catalogue's scenarios of sagas. Verdicts are written from the reference sheet's rows, before a run is looked at; a
//! test runs every one of them.

mod choreography;
mod isolation;
mod mistakes;
mod recovery;
mod too_late;
mod unknown;

use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::text::Text;

/// In the order of the page.
pub static ENTRIES: &[Entry] = &[
    recovery::ALL_DONE,
    recovery::REFUSED,
    recovery::COMPENSATION_FAILS,
    recovery::COMPENSATION_FAILS_FOR_EVER,
    recovery::PIVOT,
    recovery::FORWARD,
    recovery::SERVICE_DOWN,
    too_late::MONEY_SPENT,
    too_late::CREDITS_COME_LAST,
    too_late::TOLD_TOO_EARLY,
    unknown::ORCHESTRATOR_DIES,
    unknown::ORCHESTRATOR_DIES_UNGUARDED,
    unknown::DANGLING,
    unknown::DANGLING_UNGUARDED,
    isolation::LOST_UPDATE,
    isolation::COMMUTATIVE,
    isolation::REREAD,
    isolation::SEMANTIC_LOCK,
    isolation::RUSH,
    choreography::ALL_DONE,
    choreography::REFUSED,
    choreography::EVENT_LOST,
    choreography::SERVICE_DIES,
    choreography::EVENT_TWICE,
    mistakes::COMPENSATE_IN_ORDER,
    mistakes::COMPENSATE_AFTER_PIVOT,
];

/// Every property, by the name that entries use.
mod id {
    pub use crate::protocols::parts::flexible::id::*;
    pub use crate::protocols::transactions::saga::properties::{LAST_FIRST, NO_WAY_BACK, TOLD_THE_TRUTH};
}

/// Why nothing happens twice, unless an entry says otherwise.
const ONCE: &str = "sheet SAGA-4: at most one effect per operation";
/// Why nothing comes late.
const IN_TIME: &str = "sheet §7: the same fence as TCC against dangling actions";
/// Why nothing is undone that was not done.
const SOMETHING_TO_UNDO: &str = "sheet SAGA-2: compensations must tolerate “never happened”";
/// Why steps are undone in the right order.
const REVERSED: &str = "sheet SAGA-2: the order of C is the reverse of T";
/// Why nothing is undone after the pivot.
const FORWARD_ONLY: &str = "sheet SAGA-3: after the pivot never compensate";
/// Why nobody's writes are lost.
const NOTHING_LOST: &str = "sheet §7: commutative updates, or nobody writes in between";
/// Why nobody was told what is not so.
const UNSENT: &str = "no text message is sent before the saga is over";
/// Why no row is overdrawn.
const COVERED: &str = "every step checks";
/// Why isolation is not seen to fail.
const ALONE: &str = "there is only one order";

// What many entries offer.

const RIGHT: Suggestion = Suggestion {
    name: Text::new("Put the line right", "改正这一行"),
    change: Change::Parameter("mistake", "none"),
};
const BARRIER: Suggestion = Suggestion {
    name: Text::new("Put up dtm’s barrier", "启用 dtm 的屏障"),
    change: Change::Parameter("guard", "barrier"),
};
const UNGUARDED: Suggestion =
    Suggestion { name: Text::new("Take the guard away", "去掉防护"), change: Change::Parameter("guard", "off") };
const TRY_TCC: Suggestion = Suggestion { name: Text::new("Try TCC", "换成 TCC"), change: Change::Protocol("tcc") };
const NO_LEADER: Suggestion = Suggestion {
    name: Text::new("Do without an orchestrator", "不要编排者"),
    change: Change::Parameter("style", "choreographed"),
};
const LEADER: Suggestion = Suggestion {
    name: Text::new("Let one node lead", "由一个节点编排"),
    change: Change::Parameter("style", "orchestrated"),
};
const LOCK: Suggestion = Suggestion {
    name: Text::new("Flag rows: semantic lock", "给行加标记：语义锁"),
    change: Change::Parameter("isolation", "semantic-lock"),
};
const COMMUTE: Suggestion = Suggestion {
    name: Text::new("Add and subtract", "改为加减"),
    change: Change::Parameter("isolation", "commutative"),
};
const OVERWRITE: Suggestion = Suggestion {
    name: Text::new("Put the old value back", "写回旧值"),
    change: Change::Parameter("isolation", "overwrite"),
};

/// The verdicts of an entry, for every property.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::Expectations::of(&[$($crate::protocols::Expectation {
            property: $crate::protocols::transactions::saga::scenarios::id::$property,
            verdict: $crate::protocols::Expected::$verdict,
            because: $because,
        }),*])
    };
}

/// The same, where all safety properties hold.
macro_rules! expected_safe {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::transactions::saga::scenarios::expected! {
            NO_EFFECT_TWICE: Holds, $crate::protocols::transactions::saga::scenarios::ONCE;
            NO_LATE_EFFECT: Holds, $crate::protocols::transactions::saga::scenarios::IN_TIME;
            UNDOES_WHAT_WAS_DONE: Holds, $crate::protocols::transactions::saga::scenarios::SOMETHING_TO_UNDO;
            LAST_FIRST: Holds, $crate::protocols::transactions::saga::scenarios::REVERSED;
            NO_WAY_BACK: Holds, $crate::protocols::transactions::saga::scenarios::FORWARD_ONLY;
            NO_LOST_UPDATE: Holds, $crate::protocols::transactions::saga::scenarios::NOTHING_LOST;
            TOLD_THE_TRUTH: Holds, $crate::protocols::transactions::saga::scenarios::UNSENT;
            NEVER_BELOW_ZERO: Holds, $crate::protocols::transactions::saga::scenarios::COVERED;
            $($property: $verdict, $because;)*
        }
    };
}

pub(super) use {expected, expected_safe};
