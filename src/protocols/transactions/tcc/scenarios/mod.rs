//! The catalogue's scenarios of TCC. Verdicts are written from the reference sheet's rows, before a run is looked at; a test
//! runs every one of them.

mod calls;
mod coordinators;
mod guards;
mod mistakes;
mod tries;

use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::text::Text;

/// In the order of the page.
pub static ENTRIES: &[Entry] = &[
    tries::ALL_TRIED,
    tries::ONE_REFUSES,
    calls::TRY_LOST,
    guards::SUSPENSION,
    guards::SUSPENSION_FENCE,
    guards::SUSPENSION_BARRIER,
    guards::EMPTY_ROLLBACK,
    guards::CONFIRM_TWICE,
    calls::CONFIRMED_LOST,
    calls::ASKS_AGAIN,
    tries::CONFIRM_FAILS,
    tries::CONFIRM_FAILS_FOR_EVER,
    coordinators::DIES_DECIDED,
    coordinators::DIES_UNDECIDED,
    coordinators::INITIATOR_DIES,
    coordinators::STAND_BY_FINISHES,
    coordinators::STAND_BY_CALLS_OFF,
    tries::ISOLATION,
    tries::RUSH,
    mistakes::DECIDE_BEFORE_FSYNC,
    mistakes::CANCEL_AFTER_FAILED_CONFIRM,
    mistakes::DECIDE_ALONE,
    mistakes::REPLY_BEFORE_FSYNC,
    mistakes::FENCE_APART,
    mistakes::ACT_OUTSIDE,
    mistakes::DELETE_ON_DUPLICATE,
    mistakes::CLEAN_EARLY,
];

/// Why nothing happens twice, unless an entry says otherwise.
const ONCE: &str = "sheet TCC-3: at most one effect per branch; broken only with the fence off";
/// Why nothing comes late.
const IN_TIME: &str = "sheet TCC-4: no try after cancel; broken only with the fence off";
/// Why nothing is undone that was not done.
const SOMETHING_TO_UNDO: &str = "sheet §3: an empty rollback has no business effect";
/// Why an order goes one way.
const DECIDED_ONCE: &str = "sheet TCC-5: confirm never after cancel";
/// Why no row is overdrawn.
const COVERED: &str = "sheet TCC-6: never below zero; a try checks";
/// Why isolation is not seen to fail.
const ALONE: &str = "there is only one order";

// What many entries offer.

const SEATA: Suggestion = Suggestion {
    name: Text::new("Put up Seata’s fence", "启用 Seata 的 fence"),
    change: Change::Parameter("guard", "seata"),
};
const DTM: Suggestion = Suggestion {
    name: Text::new("Put up dtm’s barrier", "启用 dtm 的屏障"),
    change: Change::Parameter("guard", "dtm"),
};
const OFF: Suggestion =
    Suggestion { name: Text::new("Take the guard away", "去掉防护"), change: Change::Parameter("guard", "off") };
const RESERVATIONS: Suggestion = Suggestion {
    name: Text::new("Only look at what is reserved", "只看有没有预留"),
    change: Change::Parameter("guard", "reservations"),
};
const RIGHT: Suggestion = Suggestion {
    name: Text::new("Put the line right", "改正这一行"),
    change: Change::Parameter("mistake", "none"),
};
const CRASH: Suggestion =
    Suggestion { name: Text::new("Crash the coordinator", "让协调器宕机"), change: Change::Fault("crash=c@now") };
const DIES: Suggestion =
    Suggestion { name: Text::new("Crash the initiator", "让发起方宕机"), change: Change::Fault("crash=cl@now") };
const TRY_2PC: Suggestion =
    Suggestion { name: Text::new("Try two-phase commit", "换成两阶段提交"), change: Change::Protocol("2pc") };

/// The verdicts of an entry, for every property.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::Expectations::of(&[$($crate::protocols::Expectation {
            property: $crate::protocols::parts::flexible::id::$property,
            verdict: $crate::protocols::Expected::$verdict,
            because: $because,
        }),*])
    };
}

/// The same, where all safety properties hold.
macro_rules! expected_safe {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::transactions::tcc::scenarios::expected! {
            NO_EFFECT_TWICE: Holds, $crate::protocols::transactions::tcc::scenarios::ONCE;
            NO_LATE_EFFECT: Holds, $crate::protocols::transactions::tcc::scenarios::IN_TIME;
            UNDOES_WHAT_WAS_DONE: Holds, $crate::protocols::transactions::tcc::scenarios::SOMETHING_TO_UNDO;
            ONE_WAY: Holds, $crate::protocols::transactions::tcc::scenarios::DECIDED_ONCE;
            NEVER_BELOW_ZERO: Holds, $crate::protocols::transactions::tcc::scenarios::COVERED;
            $($property: $verdict, $because;)*
        }
    };
}

pub(super) use {expected, expected_safe};
