//! How a client takes the lock from a memcached and gives it back.

use super::servers::Servers;
use super::settings::{LOCK, Release, Settings};
use crate::protocols::parts::Word;
use crate::protocols::parts::locking::Hold;
use crate::protocols::parts::locking::client::{ATTEMPTS_MAX, Load, Progress, Recipe, Turn, Until, first_number};
use crate::protocols::parts::locking::message::{Message, Timer as TimerOf};
use crate::protocols::parts::memcached::message::Message as Memcached;
use crate::protocols::parts::memcached::{Command, Reply};
use crate::sim::clock::LocalTime;
use crate::sim::payload::{Named, Subject};
use crate::sim::trace::NodeId;
use serde::Serialize;

/// What a client sets timers for besides what all locks' clients do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// No reply has come to the request of that number.
    Reply(u32),
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Reply(_) => "no-reply",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Timer::Reply(number) => Subject(*number),
        }
    }
}

/// What a client waits for a reply to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Request {
    Add,
    /// Whether the lock is its own: after an `add` without a reply, or after a fencing token was drawn.
    IsItMine,
    /// Whose the lock is, and its item's number: the first step of a safe release.
    Look,
    /// The last step of a release.
    Remove,
}

/// A request without a reply.
#[derive(Clone, Serialize)]
struct Awaited {
    number: u32,
    request: Request,
    command: Command,
    server: NodeId,
    attempts: u32,
}

/// What a client remembers of its requests.
#[derive(Clone, Serialize)]
pub struct Adding {
    #[serde(skip)]
    settings: Settings,
    servers: Servers,
    /// The number of its last request.
    asked: u32,
    awaited: Option<Awaited>,
    /// When it first asked for the present hold.
    first_asked: LocalTime,
    /// Whether an `add` for the present hold had no reply.
    in_doubt: bool,
}

impl Adding {
    /// Whether it releases the lock only if it is its own.
    pub fn releases_safely(&self) -> bool {
        self.settings.release != Release::Always
    }

    /// The server that the lock's key belongs to, as this client sees the servers.
    pub fn server(&self) -> NodeId {
        self.servers.chosen()
    }

    fn ask(&mut self, request: Request, command: Command, attempts: u32, turn: &mut Turn<Self>) {
        self.asked += 1;
        let (number, server) = (self.asked, self.servers.choose(turn.now()));
        turn.send(server, Message::Service(Memcached::Ask { number, command: command.clone() }));
        turn.set(TimerOf::Own(Timer::Reply(number)), self.settings.request_timeout);
        self.awaited = Some(Awaited { number, request, command, server, attempts });
    }

    fn add(&mut self, hold: Hold, attempts: u32, turn: &mut Turn<Self>) {
        let command = Command::Add { key: lock(), value: hold.token(), expires: self.settings.expires() };
        self.ask(Request::Add, command, attempts, turn);
    }

    fn answered(&mut self, request: Request, reply: &Reply, hold: Hold, turn: &mut Turn<Self>) -> Progress {
        match (request, reply) {
            (Request::Add, Reply::Stored) => Progress::Granted(self.until()),
            // Whose lock is it? Perhaps the first `add` took it, and only its reply was lost.
            (Request::Add, _) if self.in_doubt => {
                self.look_again(hold, turn);
                Progress::Nothing
            }
            (Request::IsItMine, Reply::Value(token)) if *token == hold.token() => Progress::Granted(self.until()),
            (Request::Add | Request::IsItMine, _) => Progress::Refused,
            (Request::Look, Reply::ValueWithUnique(token, unique)) if *token == hold.token() => {
                self.ask(Request::Remove, self.settings.remove(hold, *unique), 1, turn);
                Progress::Nothing
            }
            (Request::Look | Request::Remove, _) => Progress::Released,
        }
    }

    /// No reply to a request in time.
    fn unanswered(&mut self, awaited: Awaited, hold: Hold, turn: &mut Turn<Self>) -> Progress {
        self.servers.failed(awaited.server, turn.now());
        let attempts = awaited.attempts.saturating_add(1);
        match awaited.request {
            Request::Add => {
                self.in_doubt = true;
                self.add(hold, attempts, turn);
            }
            Request::Look | Request::Remove if attempts > ATTEMPTS_MAX => return Progress::Released,
            request => self.ask(request, awaited.command, attempts, turn),
        }
        Progress::Nothing
    }

    /// When the lock ends by the client's reckoning: from when it first asked for it.
    fn until(&self) -> Until {
        self.settings.counted_on().map(|lease| self.first_asked.after(lease))
    }
}

fn lock() -> Word {
    Word::from(LOCK)
}

impl Recipe for Adding {
    type Service = Memcached;
    type Timer = Timer;
    type Settings = Settings;

    fn load(settings: &Settings) -> Load {
        settings.load
    }

    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Adding {
        Adding {
            settings: *settings,
            servers: Servers::new(settings),
            asked: first_number(turn.now()),
            awaited: None,
            first_asked: turn.now(),
            in_doubt: false,
        }
    }

    fn acquire(&mut self, hold: Hold, turn: &mut Turn<Self>) {
        self.first_asked = turn.now();
        self.in_doubt = false;
        self.add(hold, 1, turn);
    }

    fn look_again(&mut self, _hold: Hold, turn: &mut Turn<Self>) {
        self.ask(Request::IsItMine, Command::Get { key: lock() }, 1, turn);
    }

    fn release(&mut self, _hold: Hold, turn: &mut Turn<Self>) {
        match self.settings.release {
            Release::Always => self.ask(Request::Remove, Command::Delete { key: lock() }, 1, turn),
            Release::Cas | Release::MetaDelete => self.ask(Request::Look, Command::Gets { key: lock() }, 1, turn),
        }
    }

    fn give_up(&mut self, _hold: Hold, turn: &mut Turn<Self>) {
        if let Some(awaited) = self.awaited.take() {
            turn.cancel(TimerOf::Own(Timer::Reply(awaited.number)));
        }
    }

    fn receive(&mut self, _from: NodeId, message: &Memcached, hold: Hold, turn: &mut Turn<Self>) -> Progress {
        let Memcached::Answer { number, reply } = message else { return Progress::Nothing };
        let Some(awaited) = self.awaited.take_if(|awaited| awaited.number == *number) else {
            return Progress::Nothing;
        };
        turn.cancel(TimerOf::Own(Timer::Reply(*number)));
        self.servers.answered(awaited.server);
        self.answered(awaited.request, reply, hold, turn)
    }

    fn fire(&mut self, timer: &Timer, hold: Hold, turn: &mut Turn<Self>) -> Progress {
        let Timer::Reply(number) = *timer;
        match self.awaited.take_if(|awaited| awaited.number == number) {
            Some(awaited) => self.unanswered(awaited, hold, turn),
            None => Progress::Nothing,
        }
    }
}
