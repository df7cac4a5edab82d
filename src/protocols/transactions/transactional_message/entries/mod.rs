//! The catalogue's scenarios of transactional messages. Verdicts are written from the reference sheet's rows, before a
//! run is looked at; a test runs every one of them.

mod broker;
mod ends;
mod mistakes;
mod receiver;

use super::properties;
use crate::protocols::Entry;
use crate::protocols::parts::{flexible, messaging};

/// In the order of the page; the first one is the one to begin with.
pub static ENTRIES: &[Entry] = &[
    ends::COMMIT_LOST,
    ends::CALM,
    ends::PRODUCER_DIES,
    ends::STILL_OPEN,
    ends::TOMBSTONE_WRITTEN,
    ends::ALL_GONE,
    ends::HALF_LOST,
    ends::SENDER_REFUSES,
    ends::ROLLBACK_LOST,
    broker::BETWEEN,
    broker::POWER_LOSS,
    receiver::REFUSES,
    receiver::RECOVERS,
    receiver::DEAD_LETTER,
    mistakes::ABSENT_ROLLS_BACK,
    mistakes::FROM_MEMORY,
    mistakes::RUNS_ANYWAY,
    mistakes::COMMITS_FIRST,
    mistakes::SHOWS_HALVES,
    mistakes::NO_INBOX_AT_ALL,
    mistakes::INBOX_AFTER,
    mistakes::INBOX_BEFORE,
    mistakes::ACK_FIRST,
];

/// The identifiers of all properties.
pub(super) mod id {
    pub use super::flexible::id::{ALL_OR_NOTHING, ANSWERED, CONSERVED, NO_EFFECT_TWICE};
    pub use super::messaging::id::{COMMITTED_FIRST, IN_HANDS};
    pub use super::properties::{HALF_HIDDEN, SETTLED};
}

/// Why nothing is done twice, unless an entry says otherwise.
const ONCE: &str = "sheet §5, MQ-4: the consumer is idempotent";
/// Why the receiver acts only on what is committed.
const COMMITTED: &str = "sheet §5, MQ-3";
/// Why nothing is lost.
const KEPT: &str = "sheet §5, MQ-1: the half message is stored before the local transaction, and asked about";
/// Why no half message is seen.
const HIDDEN: &str = "sheet §5, MQ-2";
/// Why every message comes to an end.
const SETTLES: &str = "sheet §5, MQ-5";
/// Why the client is answered whatever becomes of the message.
const TOLD: &str = "the local commit answers the client; no receiver is asked";
/// What a lost message means.
const LOST: &str = "the message is gone for good";
/// What a parked message means.
const PARKED: &str = "sheet §5: all producers down >8 min — parked in the CHECK_MAX topic";
/// What the protocol cannot do.
const CANNOT: &str = "brief of the pattern: a later business refusal by the receiver cannot undo the sender";

/// The verdicts of an entry, for every property.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::Expectations::of(&[$($crate::protocols::Expectation {
            property: $crate::protocols::transactions::transactional_message::entries::id::$property,
            verdict: $crate::protocols::Expected::$verdict,
            because: $because,
        }),*])
    };
}

/// The same, where all is well.
macro_rules! expected_well {
    ($because:expr) => {
        $crate::protocols::transactions::transactional_message::entries::expected! {
            NO_EFFECT_TWICE: Holds, $crate::protocols::transactions::transactional_message::entries::ONCE;
            COMMITTED_FIRST: Holds, $crate::protocols::transactions::transactional_message::entries::COMMITTED;
            IN_HANDS: Holds, $crate::protocols::transactions::transactional_message::entries::KEPT;
            HALF_HIDDEN: Holds, $crate::protocols::transactions::transactional_message::entries::HIDDEN;
            ALL_OR_NOTHING: Holds, $because;
            SETTLED: Holds, $crate::protocols::transactions::transactional_message::entries::SETTLES;
            CONSERVED: Holds, $because;
            ANSWERED: Holds, $crate::protocols::transactions::transactional_message::entries::TOLD;
        }
    };
}

pub(super) use {expected, expected_well};
