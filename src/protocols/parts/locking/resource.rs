//! The resource that a lock protects: it accepts writes, or refuses those with a fencing token older than the newest that it
//! has seen.

use super::Hold;
use crate::protocols::parts::{Carries, NoTimer};
use crate::sim::payload::{Named, Subject, Tone};
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;
use std::marker::PhantomData;

/// What clients and the resource say to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    /// A client's write under the lock. The resource knows the token only; the hold is for those who watch.
    Write {
        hold: Hold,
        token: Option<u64>,
    },
    Accepted {
        hold: Hold,
    },
    /// The token is older than one that the resource has seen.
    Refused {
        hold: Hold,
    },
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Write { .. } => "write",
            Message::Accepted { .. } => "accepted",
            Message::Refused { .. } => "refused",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Write { hold, .. } | Message::Accepted { hold } | Message::Refused { hold } => {
                Subject(hold.number)
            }
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Write { .. } => Tone::Request,
            _ => Tone::Reply,
        }
    }
}

/// A write that the resource accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    pub hold: Hold,
    pub token: Option<u64>,
}

impl Named for Written {
    fn kind(&self) -> &'static str {
        "written"
    }

    fn subject(&self) -> Subject {
        Subject(self.hold.number)
    }
}

/// What the resource has on its disk: the last write, and the newest token.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Contents {
    last: Option<Hold>,
    newest: Option<u64>,
}

impl Contents {
    /// Whose write was accepted last.
    pub fn last(&self) -> Option<Hold> {
        self.last
    }
}

impl Durable for Contents {
    type Record = Written;

    fn apply(&mut self, record: &Written) {
        self.last = Some(record.hold);
        self.newest = self.newest.max(record.token);
    }
}

/// The resource in a protocol whose messages are `M`.
#[derive(Clone, Serialize)]
pub struct Resource<M> {
    /// The newest token seen, durable or not.
    newest: Option<u64>,
    #[serde(skip)]
    messages: PhantomData<M>,
}

impl<M> Resource<M> {
    /// The newest fencing token that it has seen.
    pub fn newest(&self) -> Option<u64> {
        self.newest
    }
}

impl<M: Carries<Message>> Role for Resource<M> {
    type Message = M;
    type Timer = NoTimer;
    type Durable = Contents;
    type Setup = ();

    fn start(_setup: &(), turn: &mut Turn<Self>) -> Self {
        Resource { newest: turn.disk().newest, messages: PhantomData }
    }

    fn receive(&mut self, from: NodeId, message: &M, turn: &mut Turn<Self>) {
        let Some(Message::Write { hold, token }) = message.carried() else { return };
        if token.is_some() && *token < self.newest {
            turn.send(from, M::carrying(Message::Refused { hold: *hold }));
            return;
        }
        self.newest = self.newest.max(*token);
        turn.write(Written { hold: *hold, token: *token });
        turn.fsync();
        turn.send(from, M::carrying(Message::Accepted { hold: *hold }));
    }

    fn fire(&mut self, timer: &NoTimer, _turn: &mut Turn<Self>) {
        match *timer {}
    }

    fn face(&self, _disk: &Contents) -> Face {
        match self.newest {
            Some(_) => Face { word: Text::new("fenced", "有防护"), mood: Mood::Busy },
            None => Face { word: Text::new("ready", "就绪"), mood: Mood::Idle },
        }
    }
}
