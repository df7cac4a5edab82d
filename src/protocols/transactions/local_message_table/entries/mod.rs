//! The catalogue's scenarios of the local message table. Verdicts are written from the reference sheet's rows, before a
//! run is looked at; a test runs every one of them.

mod crashes;
mod mistakes;
mod receiver;
mod relays;

use super::properties;
use crate::protocols::Entry;
use crate::protocols::parts::{flexible, messaging};

/// In the order of the page; the first one is the one to begin with.
pub static ENTRIES: &[Entry] = &[
    crashes::RELAY_DIES,
    relays::CALM,
    crashes::RELAY_DIES_UNMARKED,
    crashes::RECEIVER_DIES,
    crashes::SENDER_DIES,
    crashes::DONE_LOST,
    relays::CAPTURE,
    relays::NO_BROKER,
    relays::SAME_ROWS,
    relays::OVERTAKEN,
    receiver::REFUSES,
    receiver::POISON,
    receiver::SENDER_REFUSES,
    receiver::INBOX_CLEANED,
    mistakes::SEND_AFTER_COMMIT,
    mistakes::SEND_BEFORE_COMMIT,
    mistakes::MARK_BEFORE_SEND,
    mistakes::SKIP_GAPS,
    mistakes::FORGETS_ORDERS,
    mistakes::NO_INBOX,
    mistakes::INBOX_AFTER_EFFECT,
    mistakes::INBOX_BEFORE_EFFECT,
    mistakes::ACKNOWLEDGE_FIRST,
    mistakes::OUT_OF_ORDER,
];

/// The identifiers of all properties.
pub(super) mod id {
    pub use super::flexible::id::{ALL_OR_NOTHING, ANSWERED, CONSERVED, NO_EFFECT_TWICE};
    pub use super::messaging::id::{COMMITTED_FIRST, IN_HANDS};
    pub use super::properties::{IN_ORDER, OUTBOX_EMPTY};
}

/// Why nothing is done twice, unless an entry says otherwise.
const ONCE: &str = "sheet §4, LMT-2: inbox row and effect in one transaction";
/// Why the receiver acts only on what is committed.
const COMMITTED: &str = "sheet §4, LMT-3: the row commits with the business";
/// Why nothing is lost.
const KEPT: &str = "sheet §4, LMT-1: NEW until the broker has it, redelivered until acknowledged";
/// Why order is kept.
const ORDERED: &str = "sheet §4, LMT-4: one relay, partitioned by key";
/// Why all is well in the end.
const WELL: &str = "sheet §4, LMT-1";
/// Why nothing stays in the table.
const EMPTIES: &str = "sheet §4, LMT-5";
/// Why the client is answered whatever becomes of the message.
const TOLD: &str = "the local commit answers the client; no receiver is asked";

/// The verdicts of an entry, for every property.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::Expectations::of(&[$($crate::protocols::Expectation {
            property: $crate::protocols::transactions::local_message_table::entries::id::$property,
            verdict: $crate::protocols::Expected::$verdict,
            because: $because,
        }),*])
    };
}

/// The same, where all safety properties hold.
macro_rules! expected_safe {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::transactions::local_message_table::entries::expected! {
            NO_EFFECT_TWICE: Holds, $crate::protocols::transactions::local_message_table::entries::ONCE;
            COMMITTED_FIRST: Holds, $crate::protocols::transactions::local_message_table::entries::COMMITTED;
            IN_HANDS: Holds, $crate::protocols::transactions::local_message_table::entries::KEPT;
            IN_ORDER: Holds, $crate::protocols::transactions::local_message_table::entries::ORDERED;
            $($property: $verdict, $because;)*
        }
    };
}

/// The same, where all is well in the end.
macro_rules! expected_well {
    ($because:expr) => {
        $crate::protocols::transactions::local_message_table::entries::expected_safe! {
            ALL_OR_NOTHING: Holds, $because;
            OUTBOX_EMPTY: Holds, $crate::protocols::transactions::local_message_table::entries::EMPTIES;
            CONSERVED: Holds, $because;
            ANSWERED: Holds, $crate::protocols::transactions::local_message_table::entries::TOLD;
        }
    };
}

pub(super) use {expected, expected_safe, expected_well};
