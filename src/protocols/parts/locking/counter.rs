//! A counter that hands out fencing tokens, for locks that have none of their own: a node beside the lock's servers, with
//! a number on its disk that only grows.
//!
//! It knows nothing of the lock, and that is its weakness: it hands the next number to whoever asks, holder or not. A client
//! that was granted the lock, and then slept before it drew, has a newer number than the holder after it. So whoever has
//! drawn must look once more whether it still holds the lock; only then was its number drawn while it did.

use super::Hold;
use crate::protocols::parts::{Carries, NoTimer};
use crate::sim::payload::{Named, Subject, Tone};
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::topology::Position;
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;
use std::marker::PhantomData;

/// The counter's name in a run.
pub const NAME: &str = "t";
/// What it is.
pub const TITLE: Text = Text::new("Token counter", "令牌计数器");

/// Where it stands: no other lock's node does.
pub const POSITION: Position = Position::Service(32);

/// What clients and the counter say to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    /// Asks for the next number. The hold is that which it is wanted for; the counter only repeats it.
    Draw {
        hold: Hold,
    },
    Token {
        hold: Hold,
        token: u64,
    },
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Draw { .. } => "draw",
            Message::Token { .. } => "token",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Draw { hold } | Message::Token { hold, .. } => Subject(hold.number),
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Draw { .. } => Tone::Request,
            Message::Token { .. } => Tone::Reply,
        }
    }
}

/// A number that was handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drawn {
    pub token: u64,
}

impl Named for Drawn {
    fn kind(&self) -> &'static str {
        "drawn"
    }

    fn subject(&self) -> Subject {
        Subject::NONE
    }
}

/// What the counter has on its disk: the last number.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Last(u64);

impl Durable for Last {
    type Record = Drawn;

    fn apply(&mut self, record: &Drawn) {
        self.0 = self.0.max(record.token);
    }
}

/// The counter in a protocol whose messages are `M`.
#[derive(Clone, Serialize)]
pub struct Counter<M> {
    /// The last number, durable or not.
    last: u64,
    #[serde(skip)]
    messages: PhantomData<M>,
}

impl<M: Carries<Message>> Role for Counter<M> {
    type Message = M;
    type Timer = NoTimer;
    type Durable = Last;
    type Setup = ();

    fn start(_setup: &(), turn: &mut Turn<Self>) -> Self {
        Counter { last: turn.disk().0, messages: PhantomData }
    }

    fn receive(&mut self, from: NodeId, message: &M, turn: &mut Turn<Self>) {
        let Some(Message::Draw { hold }) = message.carried() else { return };
        self.last += 1;
        turn.write(Drawn { token: self.last });
        turn.fsync();
        turn.send(from, M::carrying(Message::Token { hold: *hold, token: self.last }));
    }

    fn fire(&mut self, timer: &NoTimer, _turn: &mut Turn<Self>) {
        match *timer {}
    }

    fn face(&self, _disk: &Last) -> Face {
        Face { word: Text::new("counts", "计数"), mood: Mood::Idle }
    }
}
