//! Where a client stands, and what it waits for.

use crate::sim::clock::LocalTime;
use crate::sim::show::{Face, Mood};
use crate::text::Text;
use serde::Serialize;

/// Where a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Stage {
    /// Does not want the lock just now.
    Thinking,
    /// Has asked for it.
    Asking,
    /// Did not get it, and waits to ask again.
    Waiting,
    /// Believes that it holds it.
    Holding(Holding),
    /// Has asked to release it.
    Releasing,
    /// Has had all its turns.
    Done,
}

/// What a client knows of the lock that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// When the lease ends by its own reckoning: from when it asked, or last asked for more time.
    pub until: LocalTime,
    pub fencing_token: Option<u64>,
    /// How often it has sent its write; none yet while it works.
    pub writes: u32,
}

/// What a client waits for a reply to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Request {
    Acquire,
    /// The second of two commands.
    Expire,
    /// The newest fencing token, in case the lock is found to be its own.
    Token,
    /// Whether an earlier request, which had no reply, took the lock.
    IsItMine,
    Subscribe,
    Release,
}

/// A request without a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Awaited {
    pub number: u32,
    pub request: Request,
    pub attempts: u32,
}

/// A renewal without a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Renewal {
    pub number: u32,
    pub sent: LocalTime,
}

impl Stage {
    /// The word on the client's face.
    pub fn face(self) -> Face {
        match self {
            Stage::Thinking => Face { word: Text::new("thinks", "空闲"), mood: Mood::Idle },
            Stage::Asking => Face { word: Text::new("asks", "申请中"), mood: Mood::Busy },
            Stage::Waiting => Face { word: Text::new("waits", "等待"), mood: Mood::Waiting },
            Stage::Holding(_) => Face { word: Text::new("holds", "持有"), mood: Mood::Holding },
            Stage::Releasing => Face { word: Text::new("releases", "释放中"), mood: Mood::Busy },
            Stage::Done => Face { word: Text::new("done", "完成"), mood: Mood::Idle },
        }
    }
}
