//! A client: takes a place in the queue, waits until it is first, works, writes to the resource, gives up its place; again,
//! until it has had all its turns.

use super::message::{Message, Timer};
use super::settings::{LOCK, Settings, in_order};
use super::stage::{Awaited, Holding, Request, Stage, Watched};
use crate::protocols::parts::locking::{Hold, resource};
use crate::protocols::parts::zookeeper::client::{Client as Library, Heard};
use crate::protocols::parts::zookeeper::message::Message as ZooKeeper;
use crate::protocols::parts::zookeeper::{self, Answer, CreateMode, Error, Event, Zxid};
use crate::protocols::parts::{Carries, Word};
use crate::sim::clock::LocalTime;
use crate::sim::payload::Subject;
use crate::sim::random::Distribution;
use crate::sim::role::{Diskless, Role, Turn as RoleTurn};
use crate::sim::show::{Condition, ConditionKind, Face};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use serde::Serialize;

type Turn<'a> = RoleTurn<'a, Client>;

/// How often a write is sent before a client goes on without an answer.
const WRITES_MAX: u32 = 3;

/// A client.
#[derive(Clone, Serialize)]
pub struct Client {
    #[serde(skip)]
    settings: Settings,
    /// Its session, and the connection to one of the servers.
    library: Library,
    stage: Stage,
    /// The attempt under way, or the last one.
    hold: Hold,
    /// Turns that it has had.
    turns: u32,
    /// Its place in the queue, and by which transaction it was created, as far as it knows.
    node: Option<Word>,
    created: Option<Zxid>,
    watched: Option<Watched>,
    awaited: Option<Awaited>,
    /// What it asks as soon as its session stands.
    postponed: Option<Request>,
}

impl Client {
    pub fn stage(&self) -> Stage {
        self.stage
    }

    pub fn hold(&self) -> Hold {
        self.hold
    }

    /// The node that it watches, or watched last.
    pub fn watched(&self) -> Option<&Watched> {
        self.watched.as_ref()
    }

    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The attempt for which it wants the lock and does not have it.
    pub fn wants(&self) -> Option<Hold> {
        matches!(self.stage, Stage::Asking | Stage::Waiting).then_some(self.hold)
    }

    /// The fencing token that came with this hold.
    pub fn fencing_token(&self, hold: Hold) -> Option<u64> {
        match self.stage {
            Stage::Holding(holding) if self.hold == hold => holding.fencing_token,
            _ => None,
        }
    }

    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// What it believes to hold at that reading of its clock.
    pub fn belief(&self, now: LocalTime) -> Option<Hold> {
        let Stage::Holding(holding) = self.stage else { return None };
        let doubts = self.settings.heeds_suspension && (holding.suspended || self.is_suspended(now));
        (!doubts).then_some(self.hold)
    }

    /// Whether it has heard nothing of its server for so long that its session may be over.
    fn is_suspended(&self, now: LocalTime) -> bool {
        now >= self.library.suspended_at()
    }

    // -- Taking a place ----------------------------------------------------------------------------------------------

    fn want(&mut self, turn: &mut Turn) {
        self.hold.number += 1;
        self.stage = Stage::Asking;
        self.ask(Request::Create, turn);
    }

    fn ask(&mut self, request: Request, turn: &mut Turn) {
        if !self.library.is_connected() {
            self.postponed = Some(request);
            return self.library.begin(turn);
        }
        let command = self.command(&request);
        // A session that stands takes every request, and answers later.
        let (number, _) = self.library.ask(command, turn);
        self.awaited = Some(Awaited { number, request });
    }

    fn command(&self, request: &Request) -> zookeeper::Request {
        let own = || self.node.clone().unwrap_or_else(|| LOCK.into());
        let mode = CreateMode { ephemeral: true, sequential: true };
        match request {
            Request::Create => {
                zookeeper::Request::Create { path: self.settings.prefix(self.hold), data: self.hold.token(), mode }
            }
            Request::Find | Request::Children | Request::First => {
                zookeeper::Request::GetChildren { path: LOCK.into(), watch: false }
            }
            Request::Stat => zookeeper::Request::Exists { path: own(), watch: false },
            // Not `exists`: if the node is gone already, that would leave a watch which nothing ever fires.
            Request::Watch => {
                let path = self.watched.as_ref().map_or_else(own, |watched| watched.path.clone());
                zookeeper::Request::GetData { path, watch: true }
            }
            Request::Delete => zookeeper::Request::Delete { path: own(), version: None },
            Request::DeleteFirst { path } => zookeeper::Request::Delete { path: path.clone(), version: None },
            Request::Close => zookeeper::Request::Close,
        }
    }

    fn answered(&mut self, request: Request, answer: Result<Answer, Error>, turn: &mut Turn) {
        match (request, answer) {
            (Request::Create, Ok(Answer::Created(path, stat))) => {
                (self.node, self.created) = (Some(path), Some(stat.created));
                self.ask(Request::Children, turn);
            }
            (Request::Find, Ok(Answer::Children(names))) => {
                let prefix = self.settings.prefix(self.hold);
                let own = names.iter().map(|name| Word::from(format!("{LOCK}{name}")));
                self.node = own.into_iter().find(|path| path.starts_with(&*prefix));
                let next = if self.node.is_some() { Request::Stat } else { Request::Create };
                self.ask(next, turn);
            }
            (Request::Stat, Ok(Answer::Stat(stat))) => {
                self.created = Some(stat.created);
                self.ask(Request::Children, turn);
            }
            (Request::Children, Ok(Answer::Children(names))) => self.look(names, turn),
            (Request::Watch, Ok(Answer::Data(data, _))) => {
                if let Some(watched) = &mut self.watched {
                    watched.owner = Hold::of_token(&data);
                }
                self.stage = Stage::Waiting;
            }
            // It went while the client looked: who is before it now?
            (Request::Watch, Err(Error::NoNode)) => self.ask(Request::Children, turn),
            // Somebody else has deleted it.
            (Request::Stat, Err(Error::NoNode)) => self.want(turn),
            (Request::First, Ok(Answer::Children(names))) => match in_order(names).into_iter().next() {
                Some(first) => self.ask(Request::DeleteFirst { path: format!("{LOCK}{first}").into() }, turn),
                None => self.end(turn),
            },
            (Request::Delete | Request::DeleteFirst { .. }, _) => self.end(turn),
            // Of an end of the session the library tells by itself.
            _ => {}
        }
    }

    /// Looks where it stands in the queue: whoever is first holds the lock.
    fn look(&mut self, names: Vec<Word>, turn: &mut Turn) {
        let queue = in_order(names);
        let own = self.node.as_deref().map(zookeeper::name);
        let place = queue.iter().position(|name| Some(&**name) == own);
        let watched = match place {
            // Somebody else has deleted its node.
            None => return self.want(turn),
            Some(0) => return self.begin(turn),
            Some(_) if self.settings.watches_first => 0,
            Some(place) => place - 1,
        };
        self.watched = Some(Watched { path: format!("{LOCK}{}", queue[watched]).into(), owner: None });
        self.stage = Stage::Asking;
        self.ask(Request::Watch, turn);
    }

    /// A watch has fired. That the lock is free is not said: whoever stood before it may have died waiting.
    fn woken(&mut self, event: &Event, turn: &mut Turn) {
        let is_watched = self.watched.as_ref().is_some_and(|watched| watched.path == event.path);
        if self.stage == Stage::Waiting && is_watched {
            self.stage = Stage::Asking;
            self.ask(Request::Children, turn);
        }
    }

    // -- Holding -----------------------------------------------------------------------------------------------------

    fn begin(&mut self, turn: &mut Turn) {
        let fencing_token = self.created.filter(|_| self.settings.fencing).map(Zxid::number);
        self.stage = Stage::Holding(Holding { fencing_token, writes: 0, suspended: false });
        turn.set(Timer::Work(self.hold.number), self.settings.work);
    }

    fn write(&mut self, turn: &mut Turn) {
        let suspended = self.settings.heeds_suspension && self.is_suspended(turn.now());
        let (hold, again) = (self.hold, self.settings.request_timeout);
        let Stage::Holding(holding) = &mut self.stage else { return };
        if suspended {
            return turn.set(Timer::Resend(hold.number), again);
        }
        if holding.writes >= WRITES_MAX {
            return self.release(turn);
        }
        holding.writes += 1;
        let message = resource::Message::Write { hold, token: holding.fencing_token };
        turn.send(self.settings.resource(), Message::Resource(message));
        turn.set(Timer::Resend(hold.number), again);
    }

    fn release(&mut self, turn: &mut Turn) {
        self.stop(turn);
        self.stage = Stage::Releasing;
        self.ask(if self.settings.releases_first { Request::First } else { Request::Delete }, turn);
    }

    fn stop(&mut self, turn: &mut Turn) {
        turn.cancel(Timer::Work(self.hold.number));
        turn.cancel(Timer::Resend(self.hold.number));
    }

    /// The turn is over.
    fn end(&mut self, turn: &mut Turn) {
        (self.node, self.created, self.watched) = (None, None, None);
        self.turns += 1;
        if self.turns < self.settings.turns {
            self.think(Span::ZERO, turn);
        } else {
            self.stage = Stage::Done;
            self.ask(Request::Close, turn);
        }
    }

    fn think(&mut self, at_least: Span, turn: &mut Turn) {
        self.stage = Stage::Thinking;
        let most = Distribution::Uniform { from: Span::ZERO, to: self.settings.think };
        let name = [u64::from(turn.me().0), u64::from(self.turns)];
        turn.set(Timer::Want(self.turns + 1), at_least + most.sample(turn.draw("think", &name)));
    }

    // -- The session -------------------------------------------------------------------------------------------------

    fn hear(&mut self, heard: Heard, turn: &mut Turn) {
        match heard {
            Heard::Connected => self.connected(turn),
            Heard::Suspended => self.suspended(turn),
            Heard::Expired => self.expired(turn),
            Heard::Event(event) => self.woken(&event, turn),
            Heard::Answer { number, answer } => {
                let Some(Awaited { request, .. }) = self.awaited.take_if(|awaited| awaited.number == number) else {
                    return;
                };
                match answer {
                    Err(Error::ConnectionLoss) => self.unanswered(request),
                    answer => self.answered(request, answer, turn),
                }
            }
        }
    }

    /// Whether a request took effect whose answer is lost nobody can tell. To delete or to look again does no harm; a second
    /// node does, so that a protected client first looks for its name.
    fn unanswered(&mut self, request: Request) {
        self.postponed = Some(match request {
            Request::Create if self.settings.protects => Request::Find,
            Request::Create => {
                self.hold.number += 1;
                Request::Create
            }
            other => other,
        });
    }

    /// The session stands, and with it the client's node.
    fn connected(&mut self, turn: &mut Turn) {
        if let Stage::Holding(holding) = &mut self.stage
            && holding.suspended
        {
            holding.suspended = false;
            turn.set(Timer::Work(self.hold.number), self.settings.work);
        }
        if let Some(request) = self.postponed.take() {
            self.ask(request, turn);
        }
    }

    /// The connection is lost, the session perhaps.
    fn suspended(&mut self, turn: &mut Turn) {
        if let Stage::Holding(holding) = &mut self.stage
            && self.settings.heeds_suspension
        {
            holding.suspended = true;
            self.stop(turn);
        }
    }

    /// The session is over, and its nodes are gone: the lock may have been somebody else's for long.
    fn expired(&mut self, turn: &mut Turn) {
        (self.node, self.created, self.watched, self.awaited, self.postponed) = (None, None, None, None, None);
        self.stop(turn);
        match self.stage {
            Stage::Thinking | Stage::Done => {}
            Stage::Holding(_) | Stage::Releasing if self.settings.releases_first => self.release(turn),
            Stage::Releasing => self.end(turn),
            Stage::Asking | Stage::Waiting | Stage::Holding(_) => self.want(turn),
        }
    }

    fn hear_all(&mut self, heard: Vec<Heard>, turn: &mut Turn) {
        heard.into_iter().for_each(|heard| self.hear(heard, turn));
    }
}

impl Role for Client {
    type Message = Message;
    type Timer = Timer;
    type Durable = Diskless;
    type Setup = Settings;

    fn start(settings: &Settings, turn: &mut Turn) -> Client {
        // Numbers that no earlier process of this client had: they start from the clock.
        let start = u32::try_from(turn.now().as_micros() / 1_000).unwrap_or(u32::MAX / 4).saturating_mul(4);
        let servers = settings.ensemble().collect();
        let mut client = Client {
            settings: *settings,
            library: Library::new(servers, turn.me().0, settings.session, turn.now()),
            stage: Stage::Thinking,
            hold: Hold { client: turn.me(), number: start },
            turns: 0,
            node: None,
            created: None,
            watched: None,
            awaited: None,
            postponed: None,
        };
        client.think(settings.election(), turn);
        client
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn) {
        if let Some(resource::Message::Accepted { hold } | resource::Message::Refused { hold }) = message.carried() {
            if *hold == self.hold && matches!(self.stage, Stage::Holding(_)) {
                self.release(turn);
            }
            return;
        }
        let said: Option<&ZooKeeper> = message.carried();
        if let Some(said) = said {
            let heard = self.library.receive(from, said, turn);
            self.hear_all(heard, turn);
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn) {
        match *timer {
            Timer::Want(_) => self.want(turn),
            Timer::Work(_) | Timer::Resend(_) => self.write(turn),
            Timer::Library(timer) => {
                let heard = self.library.fire(timer, turn);
                self.hear_all(heard, turn);
            }
        }
    }

    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn) {
        let heard = self.library.disconnected(peer, turn);
        self.hear_all(heard, turn);
    }

    /// `hang`: the work never ends, and the process lives on.
    fn intervene(&mut self, key: &str, _arguments: &[u32], turn: &mut Turn) -> bool {
        let works = matches!(self.stage, Stage::Holding(Holding { writes: 0, .. }));
        if key == "hang" && works {
            turn.cancel(Timer::Work(self.hold.number));
        }
        key == "hang" && works
    }

    fn face(&self, _disk: &Diskless) -> Face {
        self.stage.face()
    }

    fn conditions(&self, _disk: &Diskless, _now: LocalTime) -> Vec<Condition> {
        let subject = Subject(self.hold.number);
        self.wants().map(|_| Condition { kind: ConditionKind::WaitsForLock, subject }).into_iter().collect()
    }
}
