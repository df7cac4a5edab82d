//! The library inside a client's process: it keeps a session alive, moves to another server when one is silent, and says
//! what its user must know.
//!
//! Sources: ZooKeeper's `ClientCnxn` (3.8): heartbeats after a third of the session's time-out, a server is given up after
//! two thirds without a word from it, another attempt begins within a second.

use super::message::{FromClient, Message, ToClient};
use super::watches::{Watched, left_by};
use super::{Answer, Error, Event, EventKind, Request, SessionId, Word, Zxid};
use crate::protocols::parts::Carries;
use crate::sim::clock::LocalTime;
use crate::sim::payload::{Named, Subject};
use crate::sim::role::{Role, Turn};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedSet;
use serde::Serialize;
use std::collections::VecDeque;

/// The longest pause before another server is tried.
const RECONNECT_MAX: Span = Span::seconds(1);
/// The longest that it says nothing (`MAX_SEND_PING_INTERVAL`).
const PING_MAX: Span = Span::seconds(10);

/// What the library sets timers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// Time to show that one is there.
    Ping,
    /// The server has said nothing for too long.
    Silence,
    /// Time to try the next server.
    Reconnect,
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Ping => "ping",
            Timer::Silence => "silence",
            Timer::Reconnect => "reconnect",
        }
    }

    fn subject(&self) -> Subject {
        Subject::NONE
    }
}

/// What the library tells its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The session stands (again). Whoever had been told of a suspension may be sure again.
    Connected,
    /// The connection is gone. Whether the session still stands nobody can tell from here.
    Suspended,
    /// The session is over, and everything ephemeral that it had.
    Expired,
    Answer {
        number: u32,
        answer: Result<Answer, Error>,
    },
    Event(Event),
}

/// Where the library stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Link {
    Connecting,
    Connected,
    /// Waits before the next attempt.
    Resting,
    /// The session is over; [`Client::begin`] opens another.
    Over,
}

/// A client's session and connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Client {
    #[serde(skip)]
    servers: Vec<NodeId>,
    /// The session time-out: asked for, then agreed upon.
    timeout: Span,
    /// Which of the servers it is connected to, or tries.
    at: u8,
    link: Link,
    /// The connection's number.
    connection: u32,
    session: Option<SessionId>,
    /// The last transaction that it has heard of.
    seen: Zxid,
    /// When it last heard of its server.
    heard: LocalTime,
    asked: VecDeque<(u32, Request)>,
    last_number: u32,
    watches: SortedSet<(Watched, Word)>,
}

impl Client {
    /// A client without a session; it tries the servers in that order, beginning with the one at `first`.
    /// Connections are numbered from that of an instant, so that no earlier process of the client had one of them.
    pub fn new(servers: Vec<NodeId>, first: u8, timeout: Span, now: LocalTime) -> Client {
        let at = first % (servers.len() as u8).max(1);
        Client {
            servers,
            timeout,
            at,
            link: Link::Over,
            connection: u32::try_from(now.as_micros() / 1_000).unwrap_or(u32::MAX / 2),
            session: None,
            seen: Zxid::default(),
            heard: LocalTime::default(),
            asked: VecDeque::new(),
            last_number: 0,
            watches: SortedSet::new(),
        }
    }

    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// The server that it is connected to, or tries.
    pub fn server(&self) -> Option<NodeId> {
        self.servers.get(usize::from(self.at)).copied()
    }

    /// Whether what comes from that server on that connection is for it: it may have left for another.
    pub fn listens_to(&self, server: NodeId, connection: u32) -> bool {
        let is_current = connection == self.connection && self.server() == Some(server);
        is_current && matches!(self.link, Link::Connecting | Link::Connected)
    }

    /// Whether its server has confirmed the session on this connection.
    pub fn is_connected(&self) -> bool {
        self.link == Link::Connected
    }

    /// The session time-out, as far as it is known.
    pub fn timeout(&self) -> Span {
        self.timeout
    }

    /// Opens a session.
    pub fn begin<R: Role>(&mut self, turn: &mut Turn<R>)
    where
        R::Message: Carries<Message>,
        R::Timer: Carries<Timer>,
    {
        if self.link == Link::Over {
            self.session = None;
            self.connect(turn);
        }
    }

    /// Asks for something; the answer bears the number. Where there is no connection, it is lost at once.
    pub fn ask<R: Role>(&mut self, request: Request, turn: &mut Turn<R>) -> (u32, Vec<Heard>)
    where
        R::Message: Carries<Message>,
        R::Timer: Carries<Timer>,
    {
        self.last_number += 1;
        let number = self.last_number;
        let error = match self.link {
            Link::Connected => {
                self.asked.push_back((number, request.clone()));
                self.say(FromClient::Ask { number, request }, turn);
                // Anything said is as good as a heartbeat.
                turn.set(R::Timer::carrying(Timer::Ping), self.ping_after());
                return (number, Vec::new());
            }
            Link::Over => Error::SessionExpired,
            Link::Connecting | Link::Resting => Error::ConnectionLoss,
        };
        (number, vec![Heard::Answer { number, answer: Err(error) }])
    }

    fn say<R: Role>(&self, said: FromClient, turn: &mut Turn<R>)
    where
        R::Message: Carries<Message>,
    {
        let message = Message::FromClient { connection: self.connection, said };
        if let Some(server) = self.server() {
            turn.send_connected(server, R::Message::carrying(message));
        }
    }

    /// A fraction of the session's time-out.
    fn timeout_part(&self, parts: u64) -> Span {
        Span::micros(self.timeout.as_micros() / parts)
    }

    fn ping_after(&self) -> Span {
        self.timeout_part(3).min(PING_MAX)
    }

    fn silence(&self) -> Span {
        self.timeout_part(3).times(2)
    }

    /// When it gives up the connection unless it hears of its server, whether or not the process gets to see that instant.
    /// The session lives longer than that, unless what was heard last had been under way for a third of the time-out.
    pub fn suspended_at(&self) -> LocalTime {
        match self.link {
            Link::Connected => self.heard.after(self.silence()),
            Link::Connecting | Link::Resting | Link::Over => LocalTime::default(),
        }
    }

    fn connect<R: Role>(&mut self, turn: &mut Turn<R>)
    where
        R::Message: Carries<Message>,
        R::Timer: Carries<Timer>,
    {
        self.link = Link::Connecting;
        self.connection += 1;
        self.say(FromClient::Connect { session: self.session, timeout: self.timeout, seen: self.seen }, turn);
        turn.set(R::Timer::carrying(Timer::Silence), self.timeout_part((self.servers.len() as u64).max(1)));
    }

    /// The connection is given up: what was asked is answered by its loss.
    fn lose<R: Role>(&mut self, turn: &mut Turn<R>) -> Vec<Heard>
    where
        R::Message: Carries<Message>,
        R::Timer: Carries<Timer>,
    {
        let was_connected = self.link == Link::Connected;
        self.link = Link::Resting;
        self.at = (self.at + 1) % (self.servers.len() as u8).max(1);
        turn.cancel(R::Timer::carrying(Timer::Ping));
        turn.cancel(R::Timer::carrying(Timer::Silence));
        let name = [u64::from(turn.me().0), u64::from(self.connection)];
        let rest = Span::micros(turn.draw("reconnect", &name) % RECONNECT_MAX.as_micros());
        turn.set(R::Timer::carrying(Timer::Reconnect), rest);
        let lost = self.asked.drain(..);
        let lost = lost.map(|(number, _)| Heard::Answer { number, answer: Err(Error::ConnectionLoss) });
        was_connected.then_some(Heard::Suspended).into_iter().chain(lost).collect()
    }

    /// Something has come from a server.
    pub fn receive<R: Role>(&mut self, from: NodeId, message: &Message, turn: &mut Turn<R>) -> Vec<Heard>
    where
        R::Message: Carries<Message>,
        R::Timer: Carries<Timer>,
    {
        let Message::ToClient { connection, said } = message else { return Vec::new() };
        if !self.listens_to(from, *connection) {
            return Vec::new();
        }
        self.heard = turn.now();
        if self.link == Link::Connected {
            turn.set(R::Timer::carrying(Timer::Silence), self.silence());
        }
        match said {
            ToClient::Connected { session, timeout } => {
                self.link = Link::Connected;
                (self.session, self.timeout) = (Some(*session), *timeout);
                turn.set(R::Timer::carrying(Timer::Silence), self.silence());
                turn.set(R::Timer::carrying(Timer::Ping), self.ping_after());
                if !self.watches.is_empty() {
                    let watches = self.watches.iter().cloned().collect();
                    self.say(FromClient::Renew { seen: self.seen, watches }, turn);
                }
                vec![Heard::Connected]
            }
            ToClient::Expired => {
                self.end(turn);
                vec![Heard::Expired]
            }
            ToClient::Reply { number, zxid, answer } => {
                self.seen = self.seen.max(*zxid);
                if self.asked.front().is_none_or(|(of, _)| of != number) {
                    return Vec::new();
                }
                let Some((_, request)) = self.asked.pop_front() else { return Vec::new() };
                if let Some(watch) = left_by(&request, answer) {
                    self.watches.insert(watch);
                }
                if request == Request::Close {
                    self.end(turn);
                }
                vec![Heard::Answer { number: *number, answer: answer.clone() }]
            }
            ToClient::Happened { zxid, event } => {
                self.seen = self.seen.max(*zxid);
                self.forget_watches(event);
                vec![Heard::Event(event.clone())]
            }
            ToClient::Pong => Vec::new(),
            ToClient::Closed => self.lose(turn),
        }
    }

    /// The session is over.
    fn end<R: Role>(&mut self, turn: &mut Turn<R>)
    where
        R::Timer: Carries<Timer>,
    {
        self.link = Link::Over;
        self.session = None;
        self.asked.clear();
        self.watches = SortedSet::new();
        for timer in [Timer::Ping, Timer::Silence, Timer::Reconnect] {
            turn.cancel(R::Timer::carrying(timer));
        }
    }

    /// A watch that has fired stands no more.
    fn forget_watches(&mut self, event: &Event) {
        let fired: &[Watched] = match event.kind {
            EventKind::Created | EventKind::DataChanged => &[Watched::Absence, Watched::Data],
            EventKind::Deleted => &[Watched::Absence, Watched::Data, Watched::Children],
            EventKind::ChildrenChanged => &[Watched::Children],
        };
        self.watches.retain(|(kind, path)| *path != event.path || !fired.contains(kind));
    }

    /// One of the library's timers.
    pub fn fire<R: Role>(&mut self, timer: Timer, turn: &mut Turn<R>) -> Vec<Heard>
    where
        R::Message: Carries<Message>,
        R::Timer: Carries<Timer>,
    {
        match (timer, self.link) {
            (Timer::Ping, Link::Connected) => {
                self.say(FromClient::Ping, turn);
                turn.set(R::Timer::carrying(Timer::Ping), self.ping_after());
                Vec::new()
            }
            (Timer::Silence, Link::Connecting | Link::Connected) => self.lose(turn),
            (Timer::Reconnect, Link::Resting) => {
                self.connect(turn);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The connection to a peer broke.
    pub fn disconnected<R: Role>(&mut self, peer: NodeId, turn: &mut Turn<R>) -> Vec<Heard>
    where
        R::Message: Carries<Message>,
        R::Timer: Carries<Timer>,
    {
        let is_current = self.server() == Some(peer);
        match self.link {
            Link::Connecting | Link::Connected if is_current => self.lose(turn),
            _ => Vec::new(),
        }
    }
}
