//! Where a client stands, and what it waits for.

use crate::protocols::parts::Word;
use crate::protocols::parts::locking::Hold;
use crate::sim::show::{Face, Mood};
use crate::text::Text;
use serde::Serialize;

/// Where a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Stage {
    /// Does not want the lock just now.
    Thinking,
    /// Wants its place in the queue, or looks where it stands in it.
    Asking,
    /// Stands in the queue, with a watch on a node before its own.
    Waiting,
    /// Believes that it holds the lock.
    Holding(Holding),
    /// Deletes its node.
    Releasing,
    /// Has had all its turns.
    Done,
}

/// What a client knows of the lock that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Holding {
    pub fencing_token: Option<u64>,
    /// How often it has sent its write; none yet while it works.
    pub writes: u32,
    /// Whether it has stopped, because it lost its connection and heeds that.
    pub suspended: bool,
}

/// The node that a client watches, or watched last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Watched {
    pub path: Word,
    /// Whose it is, by its data.
    pub owner: Option<Hold>,
}

/// What a client asks its ensemble, in the recipe's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Request {
    /// A place in the queue.
    Create,
    /// Whether a place that it asked for is there: the answer was lost.
    Find,
    /// By which transaction the place was created that it found.
    Stat,
    /// The queue.
    Children,
    /// What stands before it, and to hear of its end.
    Watch,
    /// To give up its place, and with it the lock.
    Delete,
    /// The mistake: who is first …
    First,
    /// … and that it should go, whoever it is.
    DeleteFirst { path: Word },
    /// The end of its session.
    Close,
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Awaited {
    pub number: u32,
    pub request: Request,
}

impl Stage {
    /// The word on the client's face.
    pub fn face(self) -> Face {
        match self {
            Stage::Thinking => Face { word: Text::new("thinks", "空闲"), mood: Mood::Idle },
            Stage::Asking => Face { word: Text::new("queues", "排队中"), mood: Mood::Busy },
            Stage::Waiting => Face { word: Text::new("watches", "监视中"), mood: Mood::Waiting },
            Stage::Holding(Holding { suspended: true, .. }) => {
                Face { word: Text::new("suspended", "暂停工作"), mood: Mood::Waiting }
            }
            Stage::Holding(_) => Face { word: Text::new("holds", "持有"), mood: Mood::Holding },
            Stage::Releasing => Face { word: Text::new("releases", "释放中"), mood: Mood::Busy },
            Stage::Done => Face { word: Text::new("done", "完成"), mood: Mood::Idle },
        }
    }
}
