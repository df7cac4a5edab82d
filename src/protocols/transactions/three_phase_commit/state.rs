//! Where a site stands in a transaction, and the number of an attempt to end it.

use crate::sim::payload::Outcome;
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;

/// A participant's state in one transaction. Skeen's letters: q, w, p, c, a; his quorum protocol adds "prepared to
/// abort".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum LocalState {
    /// q: has not voted. It may still abort by itself.
    Initial,
    /// w: has voted yes, has executed nothing and locked nothing.
    Ready,
    /// p: has executed, with undo and redo on its disk; knows that everybody voted yes.
    PreCommitted,
    /// Knows that this transaction is to be aborted unless it is too late; may no longer join a commit.
    PreAborted,
    /// c or a.
    Decided(Outcome),
}

impl LocalState {
    /// Its name in the notes, as faces and sentences have it.
    pub fn word(self) -> &'static str {
        match self {
            LocalState::Initial => "INIT",
            LocalState::Ready => "READY",
            LocalState::PreCommitted => "PRECOMMIT",
            LocalState::PreAborted => "PREABORT",
            LocalState::Decided(Outcome::Commit) => "COMMIT",
            LocalState::Decided(Outcome::Abort) => "ABORT",
        }
    }

    /// Its name for a face.
    pub fn name(self) -> Text {
        Text::same(self.word())
    }

    pub fn decided(self) -> Option<Outcome> {
        match self {
            LocalState::Decided(outcome) => Some(outcome),
            _ => None,
        }
    }
}

/// The number of an attempt to bring a transaction to its end. The coordinator's own run is attempt 0; each run of the
/// termination protocol takes a higher round, and its leader's name makes it unique. A site that has heard of an attempt
/// follows no lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Attempt {
    pub round: u32,
    pub leader: NodeId,
}

impl Attempt {
    /// The coordinator's own run; also the number under which a site asks without wishing to lead.
    pub const FIRST: Attempt = Attempt { round: 0, leader: NodeId(0) };

    /// The attempt that `leader` makes after having heard of this one.
    pub fn next(self, leader: NodeId) -> Attempt {
        Attempt { round: self.round.saturating_add(1), leader }
    }

    pub fn is_first(self) -> bool {
        self.round == 0
    }
}

/// What a site says of itself to whoever leads or asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    pub state: LocalState,
    /// Whether it has been down since it voted: it may not know how far the others went without it.
    pub restarted: bool,
    /// Whether it was asked to execute and could not.
    pub refuses: bool,
}
