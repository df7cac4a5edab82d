//! What clients and servers say to each other, and servers among themselves.

use super::tree::{Change, Tree};
use super::watches::Watched;
use super::{Answer, Error, Event, Request, SessionId, Word, Zxid};
use crate::sim::payload::{Named, Subject, Tone};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use serde::Serialize;

/// A message. A client numbers its connections, and both sides ignore what belongs to another one, as if it had been under
/// way on a socket that is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    FromClient { connection: u32, said: FromClient },
    ToClient { connection: u32, said: ToClient },
    Between(Between),
}

/// What a client's library says to its server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum FromClient {
    /// A new session, or the one that it had; a server that has seen less than the client sends it away.
    Connect {
        session: Option<SessionId>,
        timeout: Span,
        seen: Zxid,
    },
    Ask {
        number: u32,
        request: Request,
    },
    Ping,
    /// After a reconnection: the watches that stood before, and the last transaction that the client has seen.
    Renew {
        seen: Zxid,
        watches: Vec<(Watched, Word)>,
    },
}

/// What a server says to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ToClient {
    /// The session stands, with the time-out that was agreed upon.
    Connected {
        session: SessionId,
        timeout: Span,
    },
    /// The session is over.
    Expired,
    Reply {
        number: u32,
        zxid: Zxid,
        answer: Result<Answer, Error>,
    },
    Happened {
        zxid: Zxid,
        event: Event,
    },
    Pong,
    /// The server closes the connection: it follows no leader, knows too little, or the session has ended.
    Closed,
}

/// Whose request a transaction is: who is answered when it is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Origin {
    pub server: NodeId,
    pub client: NodeId,
    pub connection: u32,
    pub number: u32,
}

/// A transaction, as the leader proposes it and everybody logs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    pub zxid: Zxid,
    pub origin: Option<Origin>,
    pub change: Change,
}

impl Proposal {
    /// Its place in its epoch.
    pub fn subject(&self) -> Subject {
        Subject(self.zxid.counter)
    }
}

/// Whom a server would have lead, and what that one knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Vote {
    pub standing: (u32, Zxid),
    pub leader: NodeId,
}

/// What servers say among themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Between {
    /// A datagram. Whoever has a leader already says so, to one who looks for one.
    Vote {
        round: u32,
        vote: Vote,
        settled: bool,
    },
    /// To the leader that one has chosen: the highest epoch that one has promised.
    Follow {
        promised: u32,
    },
    /// From the leader of a quorum: the epoch that begins.
    NewEpoch {
        epoch: u32,
    },
    /// The follower will follow no older leader; how much it knows. None if it had promised that epoch before: a promise
    /// counts once.
    Promised {
        epoch: u32,
        standing: Option<(u32, Zxid)>,
    },
    /// All that is committed, and what is proposed beyond.
    NewLeader {
        epoch: u32,
        tree: Tree,
        proposals: Vec<Proposal>,
    },
    /// The follower has it on its disk.
    Loaded {
        epoch: u32,
    },
    /// A quorum has: the follower may serve.
    UpToDate,
    /// A follower hands on what a client of its asks.
    Forward {
        origin: Origin,
        session: SessionId,
        request: Request,
    },
    /// The same for a client that wants a new session,
    Open {
        origin: Origin,
        timeout: Span,
    },
    /// or has one already; the leader knows whether it still stands.
    Revalidate {
        origin: Origin,
        session: SessionId,
    },
    Valid {
        origin: Origin,
        session: SessionId,
        timeout: Option<Span>,
    },
    Propose(Proposal),
    Accepted {
        zxid: Zxid,
    },
    Commit {
        zxid: Zxid,
    },
    /// Every half tick, from the leader.
    Heartbeat,
    /// The answer to it: the sessions that the follower has heard of since the last.
    Touched {
        sessions: Vec<SessionId>,
    },
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::FromClient { said, .. } => match said {
                FromClient::Connect { .. } => "connect",
                FromClient::Ask { request, .. } => match request {
                    Request::Create { .. } => "create",
                    Request::Delete { .. } => "delete",
                    Request::SetData { .. } => "set-data",
                    Request::Exists { .. } => "exists",
                    Request::GetData { .. } => "get-data",
                    Request::GetChildren { .. } => "get-children",
                    Request::Sync { .. } => "sync",
                    Request::Close => "close",
                },
                FromClient::Ping => "ping",
                FromClient::Renew { .. } => "set-watches",
            },
            Message::ToClient { said, .. } => match said {
                ToClient::Connected { .. } => "connected",
                ToClient::Expired => "expired",
                ToClient::Reply { answer: Ok(_), .. } => "ok",
                ToClient::Reply { answer: Err(_), .. } => "error",
                ToClient::Happened { .. } => "event",
                ToClient::Pong => "pong",
                ToClient::Closed => "closed",
            },
            Message::Between(said) => match said {
                Between::Vote { .. } => "vote",
                Between::Follow { .. } => "follow",
                Between::NewEpoch { .. } => "new-epoch",
                Between::Promised { .. } => "promised",
                Between::NewLeader { .. } => "new-leader",
                Between::Loaded { .. } => "loaded",
                Between::UpToDate => "up-to-date",
                Between::Forward { .. } => "forward",
                Between::Open { .. } => "open",
                Between::Revalidate { .. } => "revalidate",
                Between::Valid { .. } => "valid",
                Between::Propose(_) => "propose",
                Between::Accepted { .. } => "ack",
                Between::Commit { .. } => "commit",
                Between::Heartbeat => "heartbeat",
                Between::Touched { .. } => "touched",
            },
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::FromClient { said: FromClient::Ask { number, .. }, .. } => Subject(*number),
            Message::ToClient { said: ToClient::Reply { number, .. }, .. } => Subject(*number),
            Message::Between(Between::Propose(proposal)) => proposal.subject(),
            Message::Between(Between::Accepted { zxid } | Between::Commit { zxid }) => Subject(zxid.counter),
            Message::Between(Between::Forward { origin, .. }) => Subject(origin.number),
            _ => Subject::NONE,
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::FromClient { .. } => Tone::Request,
            Message::Between(Between::Forward { .. } | Between::Open { .. } | Between::Propose(_)) => Tone::Request,
            _ => Tone::Reply,
        }
    }
}

/// What a server sets timers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// Nobody leads yet: time to say again whom one would have.
    Vote,
    /// A quorum agrees: nobody better has come forward since.
    Elected,
    /// The chosen leader has not answered: perhaps it did not know yet that it was chosen.
    Join,
    /// Half a tick is over: heartbeats, and whether there still is a leader or a quorum.
    HalfTick,
    /// A session may have expired.
    Expiry,
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Vote => "vote",
            Timer::Elected => "elected",
            Timer::Join => "join",
            Timer::HalfTick => "half-tick",
            Timer::Expiry => "session-expiry",
        }
    }

    fn subject(&self) -> Subject {
        Subject::NONE
    }
}
