//! Where a client stands, and what it sets timers for, whatever the lock.

use crate::sim::clock::LocalTime;
use crate::sim::payload::{Named, Subject};
use crate::sim::show::{Face, Mood};
use crate::text::Text;
use serde::Serialize;

/// When a lock ends by the client's own reckoning; none if it never does.
pub type Until = Option<LocalTime>;

/// Where a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Stage {
    /// Does not want the lock just now.
    Thinking,
    /// Has asked for it.
    Asking,
    /// Was granted it, and has asked for a fencing token.
    Drawing(Until),
    /// Has drawn that token, and asks whether the lock is still its own.
    LookingAgain(u64),
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
    pub until: Until,
    pub fencing_token: Option<u64>,
    /// How often it has sent its write; none yet while it works.
    pub writes: u32,
}

/// What every client sets timers for, by the number of the turn or hold that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// Wants the lock.
    Want(u32),
    /// Time to try for the lock again.
    Retry(u32),
    /// The counter has not answered.
    Redraw(u32),
    /// The work under the lock is done, and can be written.
    Work(u32),
    /// The resource has not answered.
    Resend(u32),
    /// The lease is over by the client's own reckoning.
    LeaseEnd(u32),
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Want(_) => "want",
            Timer::Retry(_) => "retry",
            Timer::Redraw(_) => "redraw",
            Timer::Work(_) => "work",
            Timer::Resend(_) => "resend",
            Timer::LeaseEnd(_) => "lease-end",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Timer::Want(number)
            | Timer::Retry(number)
            | Timer::Redraw(number)
            | Timer::Work(number)
            | Timer::Resend(number)
            | Timer::LeaseEnd(number) => Subject(*number),
        }
    }
}

impl Holding {
    /// Whether the lease is over by the client's own reckoning.
    pub(super) fn is_over(&self, now: LocalTime) -> bool {
        self.until.is_some_and(|until| now >= until)
    }
}

impl Stage {
    /// The word on the client's face.
    pub fn face(self) -> Face {
        let (word, mood) = match self {
            Stage::Thinking => (Text::new("thinks", "空闲"), Mood::Idle),
            Stage::Asking => (Text::new("asks", "申请中"), Mood::Busy),
            Stage::Drawing(_) => (Text::new("draws", "取号"), Mood::Busy),
            Stage::LookingAgain(_) => (Text::new("looks", "复查"), Mood::Busy),
            Stage::Waiting => (Text::new("waits", "等待"), Mood::Waiting),
            Stage::Holding(_) => (Text::new("holds", "持有"), Mood::Holding),
            Stage::Releasing => (Text::new("releases", "释放中"), Mood::Busy),
            Stage::Done => (Text::new("done", "完成"), Mood::Idle),
        };
        Face { word, mood }
    }
}
