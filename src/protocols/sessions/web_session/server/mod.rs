//! An application server: finds the session of a request, works, writes what has changed where sessions are kept, answers.
//!
//! The sessions that it holds are in memory, and gone after a crash; only the keys that it signs with are in a file. [`memory`] has the sessions that it holds and what servers tell each
//! other of them, [`store`] the ways through Redis, [`token`] those of signed cookies.

mod memory;
mod store;
mod token;

pub use memory::{Kept, Part};
pub use store::{COMMANDS_OF_A_REQUEST, DENIED, key_of};
pub use token::Keys;

use super::message::{Action, Answer, Ask, Located, Message, Page, Peer, ServerTimer, SetCookie};
use super::session::{Cookie, Holds, Session, SessionId};
use super::settings::{Keeping, Mistake, Routing, Settings};
use crate::protocols::parts::redis;
use crate::sim::clock::LocalTime;
use crate::sim::role::{Role, Turn as RoleTurn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;
use store::Step;

type Turn<'a> = RoleTurn<'a, Server>;

/// What a request waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Stage {
    /// The session, from another server.
    Fetching(NodeId),
    /// An answer of the store.
    Store(Step),
    /// Its own work.
    Working,
    /// Other servers, which are to confirm that they have the change; then that page.
    Confirming(SortedSet<NodeId>, Page),
}

/// A request under way.
#[derive(Clone, Debug, Serialize)]
struct Job {
    balancer: NodeId,
    ask: Ask,
    stage: Stage,
    /// The session as this request has read it, where it works on a copy of its own.
    session: Option<Session>,
    /// How many commands it has sent to the store.
    commands: u32,
}

/// The server's memory.
#[derive(Clone, Serialize)]
pub struct Server {
    #[serde(skip)]
    settings: Settings,
    place: u8,
    sessions: SortedMap<SessionId, Kept>,
    /// Where sessions are that others have.
    located: SortedMap<SessionId, Located>,
    /// The other servers that are there.
    peers: SortedSet<NodeId>,
    keys: Keys,
    jobs: SortedMap<u32, Job>,
    is_member: bool,
    /// Who has not sent what it has yet: until then this server joins nobody.
    awaits: SortedSet<NodeId>,
}

impl Server {
    /// The sessions that it holds.
    pub fn sessions(&self) -> impl Iterator<Item = (SessionId, &Kept)> {
        self.sessions.iter().map(|(id, kept)| (*id, kept))
    }

    pub fn kept(&self, id: SessionId) -> Option<&Kept> {
        self.sessions.get(&id)
    }

    /// How many requests are under way.
    pub fn jobs(&self) -> usize {
        self.jobs.len()
    }

    /// The number of the key that it signs with.
    pub fn signs_with(&self) -> u32 {
        self.keys.signs
    }

    // -- A request, from its arrival to its answer -------------------------------------------------------------------

    fn asked(&mut self, balancer: NodeId, ask: &Ask, turn: &mut Turn) {
        let number = ask.number;
        if self.jobs.contains_key(&number) {
            return;
        }
        let job = Job { balancer, ask: ask.clone(), stage: Stage::Working, session: None, commands: 0 };
        self.jobs.insert(number, job);
        match (ask.action, ask.cookie.as_ref()) {
            (Action::LogIn { user }, _) => self.found(number, Some(Session::of(user)), turn),
            (_, Some(cookie)) => self.find(number, cookie, turn),
            (_, None) => self.found(number, None, turn),
        }
    }

    /// Looks for the session of a cookie.
    fn find(&mut self, number: u32, cookie: &Cookie, turn: &mut Turn) {
        let id = cookie.id();
        match (self.settings.keeping, &cookie.holds) {
            (Keeping::Memory | Keeping::AllToAll, _) => {
                let session = self.recall(id, turn.wall());
                self.found(number, session, turn);
            }
            (Keeping::Backup, _) => self.recall_or_fetch(number, id, turn),
            (Keeping::Container | Keeping::Above, _) => self.load(number, id, turn),
            (Keeping::Token, Holds::Token(token)) => match self.verified(token, turn.wall()) {
                Some(session) => self.unless_denied(number, id, session, turn),
                None => self.found(number, None, turn),
            },
            (Keeping::Token, Holds::Identifier(_)) => self.found(number, None, turn),
        }
    }

    /// The session is found, or there is none.
    fn found(&mut self, number: u32, session: Option<Session>, turn: &mut Turn) {
        let Some(job) = self.jobs.get_mut(&number) else { return };
        job.session = session;
        job.stage = Stage::Working;
        match (session, job.ask.action) {
            (None, _) => self.answer(number, Page::PleaseLogIn, turn),
            (Some(_), Action::LogOut) => self.log_out(number, turn),
            (Some(_), _) => turn.set(ServerTimer::Work(number), self.settings.work),
        }
    }

    /// The work is done: what it has changed is written to where sessions are kept.
    fn worked(&mut self, number: u32, turn: &mut Turn) {
        let Some(Job { ask, session: Some(read), stage: Stage::Working, .. }) = self.jobs.get(&number).cloned() else {
            return;
        };
        let id = session_of(&ask);
        match self.settings.keeping {
            Keeping::Memory | Keeping::AllToAll | Keeping::Backup => self.keep(number, id, read, &ask, turn),
            Keeping::Container | Keeping::Above => self.save(number, id, changed(read, ask.action), turn),
            Keeping::Token => {
                let session = changed(read, ask.action);
                self.answer(number, Page::Shows { id, session }, turn);
            }
        }
    }

    /// Ends the session wherever it is kept.
    fn log_out(&mut self, number: u32, turn: &mut Turn) {
        let Some(job) = self.jobs.get(&number) else { return };
        let id = session_of(&job.ask);
        let goodbye = Page::Goodbye { id };
        if self.settings.mistake == Mistake::ClearsCookieOnly {
            self.answer(number, goodbye, turn);
            return;
        }
        match self.settings.keeping {
            Keeping::Memory | Keeping::AllToAll | Keeping::Backup => self.forget(number, id, turn),
            Keeping::Container | Keeping::Above => self.delete(number, id, turn),
            Keeping::Token if self.settings.denylist => self.deny(number, id, turn),
            Keeping::Token => self.answer(number, goodbye, turn),
        }
    }

    fn answer(&mut self, number: u32, page: Page, turn: &mut Turn) {
        let Some(job) = self.jobs.remove(&number) else { return };
        turn.cancel(ServerTimer::NoStore(number));
        let cookie = match &page {
            Page::Shows { id, session } => self.cookie(&job.ask, *id, *session, turn),
            Page::PleaseLogIn | Page::Goodbye { .. } => SetCookie::Clear,
            Page::Error => SetCookie::Keep,
        };
        let keeps = matches!(page, Page::Shows { id, .. } if self.sessions.contains_key(&id));
        turn.send_connected(job.balancer, Message::Answer(Answer { number, page, cookie, keeps }));
    }

    /// A token is signed anew with every page; an identifier is set once, and again if another server takes over.
    fn cookie(&self, ask: &Ask, id: SessionId, session: Session, turn: &Turn) -> SetCookie {
        let route = (self.settings.routing == Routing::Cookie).then_some(self.place);
        let holds = match self.settings.keeping {
            Keeping::Token => Holds::Token(self.signed(id, session, turn.wall())),
            _ => Holds::Identifier(id),
        };
        let cookie = Cookie { holds, route };
        match &ask.cookie {
            Some(has) if *has == cookie => SetCookie::Keep,
            _ => SetCookie::Set(cookie),
        }
    }

    // -- Coming and going --------------------------------------------------------------------------------------------

    /// Whoever is alone, or keeps nothing that others have, joins at once; the others ask for it first.
    fn enter(&mut self, turn: &mut Turn) {
        let me = turn.me();
        if self.settings.replicates() {
            let all = self.settings.places().map(|place| self.settings.server(place));
            self.awaits = all.filter(|server| *server != me).collect();
            for peer in self.awaits.iter() {
                turn.send_connected(*peer, Message::Peer(Peer::Transfer));
            }
        }
        self.join_if_ready(turn);
    }

    fn join_if_ready(&mut self, turn: &mut Turn) {
        if self.awaits.is_empty() && !self.is_member {
            self.is_member = true;
            turn.send_connected(self.settings.balancer(), Message::Join);
        }
    }
}

/// The session that a request is about: a log-in makes one, under its own number.
fn session_of(ask: &Ask) -> SessionId {
    match (ask.action, &ask.cookie) {
        (Action::LogIn { .. }, _) | (_, None) => SessionId(ask.number),
        (_, Some(cookie)) => cookie.id(),
    }
}

/// The session after an action.
fn changed(mut session: Session, action: Action) -> Session {
    if let Action::Add { attribute, item } = action {
        session.contents.add(attribute, item);
    }
    session
}

impl Role for Server {
    type Message = Message;
    type Timer = ServerTimer;
    type Durable = Keys;
    type Setup = (Settings, u8);

    /// At the run's start those that the balancer knows are members. Whoever starts later starts after a crash or a
    /// deployment, and comes back.
    fn start((settings, place): &(Settings, u8), turn: &mut Turn) -> Self {
        let starts_again = turn.now() > LocalTime::default();
        let is_member = !starts_again && *place < settings.servers;
        let others = (0..settings.servers).filter(|other| other != place && is_member);
        let mut server = Server {
            settings: *settings,
            place: *place,
            sessions: SortedMap::new(),
            located: SortedMap::new(),
            peers: others.map(|other| settings.server(other)).collect(),
            keys: *turn.disk(),
            jobs: SortedMap::new(),
            is_member,
            awaits: SortedSet::default(),
        };
        if starts_again {
            server.enter(turn);
        }
        server
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn) {
        match message {
            Message::Ask(ask) => self.asked(from, ask, turn),
            Message::Peer(peer) => self.told(from, peer, turn),
            Message::Store(redis::message::Message::Answer { number, reply }) => self.replied(*number, reply, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &ServerTimer, turn: &mut Turn) {
        match *timer {
            ServerTimer::Work(number) => self.worked(number, turn),
            ServerTimer::NoStore(number) => self.answer(number, Page::Error, turn),
        }
    }

    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn) {
        if self.settings.place(peer).is_some() {
            self.lost(peer, turn);
        }
    }

    /// `join` and `leave`: as before and after a deployment. `publish-key`: it accepts what the next key signs.
    /// `rotate-key`: it signs with the next key.
    fn intervene(&mut self, key: &str, _arguments: &[u32], turn: &mut Turn) -> bool {
        match key {
            "join" if !self.is_member => self.enter(turn),
            "leave" if self.is_member => {
                self.is_member = false;
                turn.send_connected(self.settings.balancer(), Message::Leave);
            }
            "publish-key" | "rotate-key" if self.settings.keeping == Keeping::Token => {
                match key {
                    "publish-key" => self.keys.publish(),
                    _ => self.keys.rotate(self.settings.mistake == Mistake::DropsOldKey),
                }
                turn.write(self.keys);
                turn.fsync();
            }
            _ => return false,
        }
        true
    }

    fn face(&self, _disk: &Keys) -> Face {
        match (self.jobs.is_empty(), self.is_member) {
            (false, _) => Face { word: Text::new("serving", "处理中"), mood: Mood::Busy },
            (true, _) if !self.awaits.is_empty() => {
                Face { word: Text::new("joining", "加入中"), mood: Mood::Waiting }
            }
            (true, false) => Face { word: Text::new("not a member", "未加入"), mood: Mood::Idle },
            (true, true) if !self.sessions.is_empty() => {
                Face { word: Text::new("keeps sessions", "存有会话"), mood: Mood::Holding }
            }
            (true, true) => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
        }
    }
}

/// Whether a time-out is over since a session was last used.
fn is_over(unused_for: Span, time_out: Span) -> bool {
    unused_for >= time_out
}
