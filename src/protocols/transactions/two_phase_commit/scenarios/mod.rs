//! The catalogue's scenarios of two-phase commit. Verdicts are written from the reference sheet's rows, before a run is
//! looked at; a test runs every one of them.

mod concurrency;
mod crashes;
mod damage;
mod messages;
mod mistakes;
mod votes;

use crate::protocols::Entry;

/// In the order of the page; the first one plays on the front page.
pub static ENTRIES: &[Entry] = &[
    crashes::COORDINATOR_DIES,
    votes::ALL_YES,
    votes::ONE_NO,
    messages::VOTE_LOST,
    crashes::PARTICIPANT_BEFORE_VOTE,
    crashes::PARTICIPANT_AFTER_VOTE,
    crashes::COORDINATOR_UNDECIDED,
    crashes::COORDINATOR_DECIDED,
    crashes::COORDINATOR_BETWEEN_COMMITS,
    crashes::COORDINATOR_GONE_DECIDED,
    crashes::COORDINATOR_AND_DATABASE_GONE,
    crashes::NOBODY_ASKS,
    messages::PARTITION_IN_PHASE_TWO,
    messages::LATE_PREPARE,
    messages::DOUBLED_PREPARE,
    messages::PAUSE,
    votes::PRESUMED_ABORT,
    votes::PARTICIPANT_BEGINS,
    concurrency::LOCK_QUEUE,
    concurrency::DEADLOCK,
    concurrency::BLOCKED_QUEUE,
    concurrency::RUSH,
    damage::HEURISTIC,
    damage::PROMISE_LOST,
    damage::DECISION_LOST,
    mistakes::REPLY_BEFORE_FSYNC,
    mistakes::COMMIT_BEFORE_FSYNC,
    mistakes::COMMIT_ON_MAJORITY,
    mistakes::ABORT_AFTER_COMMIT_POINT,
    mistakes::ABORT_BEFORE_ACKNOWLEDGEMENTS,
    mistakes::PREPARED_TIMEOUT_ABORT,
    mistakes::PREPARED_TIMEOUT_COMMIT,
    mistakes::REOPEN_AFTER_ABORT,
    mistakes::ACKNOWLEDGE_UNKNOWN,
    mistakes::RELEASE_AFTER_VOTE,
];

/// Why safety holds here, unless an entry says otherwise: the sheet's own words.
const SAFE: &str = "sheet §1, 2PC-1: holds under DROP, DUP, REORDER, PART, CRASHREC";
/// Why a commit implies that all have voted yes.
const UNANIMOUS: &str = "sheet §1, 2PC-2 (AC2)";
/// Why nobody aborts without a reason.
const REASONED: &str = "sheet §1, 2PC-3 (AC3)";
/// Why nobody takes a decision back.
const FINAL: &str = "sheet §1, 2PC-4 (AC4)";
/// Why locks are held as long as they must be.
const LOCKED: &str = "sheet §1, 2PC-6";
/// Why nothing is forgotten too early.
const REMEMBERED: &str = "sheet §1: end(tx) only after all Acks";

/// The verdicts of an entry, for every property: the safety properties by name where they are not what the sheet says
/// for a correct protocol, then the three that speak of the end.
macro_rules! expected {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::Expectations::of(&[$($crate::protocols::Expectation {
            property: $crate::protocols::parts::atomic_commitment::id::$property,
            verdict: $crate::protocols::Expected::$verdict,
            because: $because,
        }),*])
    };
}

/// The same, where all safety properties hold.
macro_rules! expected_safe {
    ($($property:ident: $verdict:ident, $because:expr;)*) => {
        $crate::protocols::transactions::two_phase_commit::scenarios::expected! {
            AGREEMENT: Holds, $crate::protocols::transactions::two_phase_commit::scenarios::SAFE;
            ALL_VOTED_YES: Holds, $crate::protocols::transactions::two_phase_commit::scenarios::UNANIMOUS;
            ABORT_HAS_A_REASON: Holds, $crate::protocols::transactions::two_phase_commit::scenarios::REASONED;
            IRREVOCABLE: Holds, $crate::protocols::transactions::two_phase_commit::scenarios::FINAL;
            LOCKS: Holds, $crate::protocols::transactions::two_phase_commit::scenarios::LOCKED;
            FORGETTING: Holds, $crate::protocols::transactions::two_phase_commit::scenarios::REMEMBERED;
            $($property: $verdict, $because;)*
        }
    };
}

pub(super) use {expected, expected_safe};
