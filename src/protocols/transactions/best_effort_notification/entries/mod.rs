//! The catalogue's scenarios of best-effort notification. Verdicts are written from the reference sheet's rows, before
//! a run is looked at; a test runs every one of them.

mod answers;
mod mistakes;
mod schedules;

use super::properties;
use crate::protocols::Entry;
use crate::protocols::parts::{flexible, messaging};

/// In the order of the page; the first one is the one to begin with.
pub static ENTRIES: &[Entry] = &[
    schedules::GIVES_UP,
    schedules::CALM,
    schedules::RECONCILED,
    schedules::ALIPAY_HOUR,
    answers::WRONG_BODY,
    answers::SLOW,
    answers::ANSWER_LOST,
    answers::NOTIFIER_DIES,
    answers::FORGED,
    answers::REFUSES,
    mistakes::MEMORY_QUEUE,
    mistakes::ANY_ANSWER,
    mistakes::NO_NUMBER_AT_ALL,
    mistakes::NO_SIGNATURE_AT_ALL,
    mistakes::IMPATIENT,
];

/// The identifiers of all properties.
pub(super) mod id {
    pub use super::flexible::id::{ALL_OR_NOTHING, ANSWERED, CONSERVED, NO_EFFECT_TWICE};
    pub use super::messaging::id::{COMMITTED_FIRST, IN_HANDS};
    pub use super::properties::{SCHEDULE, TOLD_OR_GIVEN_UP};
}

/// Why nothing is done twice, unless an entry says otherwise.
const ONCE: &str = "sheet §6, BEN-2";
/// Why the receiver acts only on what is committed.
const GENUINE: &str = "sheet §6: signature check; the sender commits first";
/// Why nothing is lost without a word.
const KEPT: &str = "sheet §6: the notifier's table, INIT until SUCCESS or GIVEUP";
/// Why no attempt comes too early.
const PATIENT: &str = "sheet §6, BEN-3";
/// Why every notice comes to an end.
const ENDS: &str = "sheet §6, BEN-1";
/// Why the client is answered whatever becomes of the receiver.
const TOLD: &str = "sheet §6, BEN-5: A's own tx never depends on B";
/// What a lost notice means.
const LOST: &str = "nobody will ever call again, and the receiver does not ask";
/// What giving up means.
const GAVE_UP: &str = "sheet §6, BEN-1: delivery is not promised; no reconciliation here";
/// What the protocol cannot do.
const CANNOT: &str = "brief of the pattern: a later business refusal by the receiver cannot undo the sender";

/// The verdicts of an entry, for every property.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::Expectations::of(&[$($crate::protocols::Expectation {
            property: $crate::protocols::transactions::best_effort_notification::entries::id::$property,
            verdict: $crate::protocols::Expected::$verdict,
            because: $because,
        }),*])
    };
}

/// The same, where all is well.
macro_rules! expected_well {
    ($because:expr) => {
        $crate::protocols::transactions::best_effort_notification::entries::expected! {
            NO_EFFECT_TWICE: Holds, $crate::protocols::transactions::best_effort_notification::entries::ONCE;
            COMMITTED_FIRST: Holds, $crate::protocols::transactions::best_effort_notification::entries::GENUINE;
            IN_HANDS: Holds, $crate::protocols::transactions::best_effort_notification::entries::KEPT;
            SCHEDULE: Holds, $crate::protocols::transactions::best_effort_notification::entries::PATIENT;
            ALL_OR_NOTHING: Holds, $because;
            TOLD_OR_GIVEN_UP: Holds, $crate::protocols::transactions::best_effort_notification::entries::ENDS;
            CONSERVED: Holds, $because;
            ANSWERED: Holds, $crate::protocols::transactions::best_effort_notification::entries::TOLD;
        }
    };
}

pub(super) use {expected, expected_well};
