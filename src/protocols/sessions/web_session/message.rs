//! What browsers, the balancer, servers and the store say to each other, and what they set timers for.

use super::session::{Cookie, Session, SessionId};
use crate::protocols::parts::{Carries, redis};
use crate::sim::payload::{Named, Subject, Tone};
use crate::sim::trace::NodeId;
use serde::Serialize;

/// What a browser asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Action {
    /// With name and password.
    LogIn {
        user: u8,
    },
    /// Puts one thing into an attribute of the session.
    Add {
        attribute: u8,
        item: u8,
    },
    /// Only looks.
    View,
    LogOut,
}

/// A request: from a browser to the balancer, and from there, as it is, to a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ask {
    pub number: u32,
    /// Which of the user's addresses it comes from.
    pub address: u32,
    pub cookie: Option<Cookie>,
    pub action: Action,
}

/// What is on the page that comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Page {
    /// The user's own page, with what the session holds.
    Shows {
        id: SessionId,
        session: Session,
    },
    /// The form: whoever asked is not logged in.
    PleaseLogIn,
    Goodbye {
        id: SessionId,
    },
    /// Something is broken (HTTP's 500 or 502).
    Error,
}

/// What becomes of the browser's cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum SetCookie {
    Keep,
    Set(Cookie),
    Clear,
}

/// A response: from a server to the balancer, and from there to the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub number: u32,
    pub page: Page,
    pub cookie: SetCookie,
    /// Whether the server has the session in its own memory now: for those who measure.
    pub keeps: bool,
}

/// Where a session is, as servers that do not have it know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Located {
    pub primary: NodeId,
    pub backup: Option<NodeId>,
}

/// What servers say to each other, always over connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Peer {
    /// All to all: what a request has changed; nothing but the time of the last use if there is no attribute.
    Delta {
        number: u32,
        id: SessionId,
        user: u8,
        attribute: Option<(u8, u64)>,
    },
    /// Primary to backup: the whole session.
    Copy {
        number: u32,
        id: SessionId,
        session: Session,
    },
    /// The change or the end of that request has arrived.
    Stored {
        number: u32,
    },
    /// To those without a copy: who has one.
    Whereabouts {
        id: SessionId,
        located: Located,
    },
    /// A session has been logged out.
    Gone {
        number: u32,
        id: SessionId,
    },
    /// Somebody without a copy asks for it.
    Fetch {
        number: u32,
        id: SessionId,
    },
    Fetched {
        number: u32,
        session: Option<Session>,
    },
    /// A server that starts asks for everything.
    Transfer,
    /// What a server has, and what it knows of the others; whether it is a member.
    Everything {
        sessions: Vec<(SessionId, Session)>,
        located: Vec<(SessionId, Located)>,
        is_member: bool,
    },
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    Ask(Ask),
    Answer(Answer),
    /// A server wants requests from now on.
    Join,
    /// A server wants no more: it finishes what it has.
    Leave,
    Peer(Peer),
    Store(redis::message::Message),
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Ask(ask) => match ask.action {
                Action::LogIn { .. } => "log-in",
                Action::Add { .. } => "add",
                Action::View => "view",
                Action::LogOut => "log-out",
            },
            Message::Answer(answer) => match answer.page {
                Page::Shows { .. } => "page",
                Page::PleaseLogIn => "please-log-in",
                Page::Goodbye { .. } => "goodbye",
                Page::Error => "broken",
            },
            Message::Join => "join",
            Message::Leave => "leave",
            Message::Peer(peer) => match peer {
                Peer::Delta { .. } => "delta",
                Peer::Copy { .. } => "copy",
                Peer::Stored { .. } => "stored",
                Peer::Whereabouts { .. } => "whereabouts",
                Peer::Gone { .. } => "gone",
                Peer::Fetch { .. } => "fetch",
                Peer::Fetched { .. } => "fetched",
                Peer::Transfer => "transfer",
                Peer::Everything { .. } => "everything",
            },
            Message::Store(message) => message.kind(),
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Ask(Ask { number, .. }) | Message::Answer(Answer { number, .. }) => Subject(*number),
            Message::Join | Message::Leave => Subject::NONE,
            Message::Peer(peer) => match peer {
                Peer::Delta { number, .. }
                | Peer::Copy { number, .. }
                | Peer::Stored { number }
                | Peer::Gone { number, .. }
                | Peer::Fetch { number, .. }
                | Peer::Fetched { number, .. } => Subject(*number),
                Peer::Whereabouts { id, .. } => Subject(id.0),
                Peer::Transfer | Peer::Everything { .. } => Subject::NONE,
            },
            Message::Store(message) => message.subject(),
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Ask(_) | Message::Join | Message::Leave => Tone::Request,
            Message::Peer(Peer::Fetch { .. } | Peer::Transfer) => Tone::Request,
            Message::Answer(_) | Message::Peer(_) => Tone::Reply,
            Message::Store(message) => message.tone(),
        }
    }
}

impl Carries<redis::message::Message> for Message {
    fn carrying(inner: redis::message::Message) -> Message {
        Message::Store(inner)
    }

    fn carried(&self) -> Option<&redis::message::Message> {
        match self {
            Message::Store(message) => Some(message),
            _ => None,
        }
    }
}

/// What a browser sets timers for: the user's next click, the first of which logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Click(pub u32);

impl Named for Click {
    fn kind(&self) -> &'static str {
        "click"
    }

    fn subject(&self) -> Subject {
        Subject(self.0)
    }
}

/// What a server sets timers for, by the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ServerTimer {
    /// The request's own work is done.
    Work(u32),
    /// The store has not answered.
    NoStore(u32),
}

impl Named for ServerTimer {
    fn kind(&self) -> &'static str {
        match self {
            ServerTimer::Work(_) => "work",
            ServerTimer::NoStore(_) => "no-store",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            ServerTimer::Work(number) | ServerTimer::NoStore(number) => Subject(*number),
        }
    }
}
