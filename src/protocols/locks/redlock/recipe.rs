//! How a client takes the lock from a majority of the masters, and gives it back to all of them.

use super::round::Round;
use super::settings::Settings;
use crate::protocols::parts::locking::Hold;
use crate::protocols::parts::locking::client::{Load, Progress, Recipe, Turn, first_number};
use crate::protocols::parts::locking::message::{Message, Timer as TimerOf};
use crate::protocols::parts::redis::message::Message as Redis;
use crate::protocols::parts::redis::{Command, Reply};
use crate::sim::clock::LocalTime;
use crate::sim::payload::{Named, Subject};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedSet;
use serde::Serialize;

/// What a client sets timers for besides what all locks' clients do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Timer {
    /// Masters have not answered the requests of that number.
    Reply(u32),
    /// Time to extend the lease of that hold.
    Extend(u32),
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Reply(_) => "no-reply",
            Timer::Extend(_) => "extend",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Timer::Reply(number) | Timer::Extend(number) => Subject(*number),
        }
    }
}

/// What all masters are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Request {
    Acquire,
    LookAgain,
    Release,
}

/// What a client remembers of its requests to the masters.
#[derive(Clone, Serialize)]
pub struct Majority {
    #[serde(skip)]
    settings: Settings,
    /// The number of its last round.
    rounds: u32,
    asking: Option<(Request, Round)>,
    extending: Option<Round>,
    /// The number of the round that asked for the present hold, and the masters that have granted it.
    acquired_in: u32,
    granted: SortedSet<NodeId>,
    /// Until when the present hold is valid.
    valid_until: LocalTime,
    /// How often it was extended, for whoever watches: whether two states are one does not depend on it.
    #[serde(skip)]
    extensions: u32,
}

impl Majority {
    /// How many masters have granted what it asks for just now, as far as it has heard.
    pub fn agreed(&self) -> usize {
        self.asking.as_ref().map_or(0, |(_, round)| round.agreed().len())
    }

    pub fn quorum(&self) -> u8 {
        self.settings.quorum()
    }

    /// How often the present hold was extended.
    pub fn extensions(&self) -> u32 {
        self.extensions
    }

    fn send(&mut self, command: &Command, turn: &mut Turn<Self>) -> Round {
        let masters: Vec<NodeId> = self.settings.masters().collect();
        self.send_to(&masters, command, turn)
    }

    fn send_to(&mut self, masters: &[NodeId], command: &Command, turn: &mut Turn<Self>) -> Round {
        self.rounds += 1;
        let number = self.rounds;
        for master in masters {
            turn.send(*master, Message::Service(Redis::Ask { number, command: command.clone() }));
        }
        Round::new(number, turn.now(), masters.len() as u8)
    }

    fn ask(&mut self, request: Request, command: &Command, turn: &mut Turn<Self>) {
        let round = self.send(command, turn);
        self.await_answers(request, round, turn);
    }

    fn await_answers(&mut self, request: Request, round: Round, turn: &mut Turn<Self>) {
        turn.set(TimerOf::Own(Timer::Reply(round.number)), self.settings.request_timeout);
        self.asking = Some((request, round));
    }

    fn stop_asking(&mut self, turn: &mut Turn<Self>) {
        if let Some((_, round)) = self.asking.take() {
            turn.cancel(TimerOf::Own(Timer::Reply(round.number)));
        }
    }

    /// Asks for the release: of all masters, because one that did not answer may have granted the lock; or, by mistake,
    /// only of those that said so.
    fn unlock(&mut self, hold: Hold, turn: &mut Turn<Self>) -> Round {
        let everywhere = self.settings.unlocks_everywhere;
        let masters: Vec<NodeId> =
            self.settings.masters().filter(|master| everywhere || self.granted.contains(master)).collect();
        self.send_to(&masters, &self.settings.release(hold), turn)
    }

    /// What the answers so far come to.
    fn judge(&mut self, hold: Hold, turn: &mut Turn<Self>) -> Progress {
        let Some((request, round)) = &self.asking else { return Progress::Nothing };
        let (quorum, sent) = (self.settings.quorum(), round.sent);
        match request {
            Request::Release if round.is_complete() => {
                self.stop_asking(turn);
                Progress::Released
            }
            Request::Acquire if round.has(quorum) => match self.settings.valid_until(sent, turn.now()) {
                Some(until) => {
                    self.stop_asking(turn);
                    self.valid_until = until;
                    Progress::Granted(Some(until))
                }
                None => self.fail(hold, turn),
            },
            Request::LookAgain if round.has(quorum) && turn.now() < self.valid_until => {
                self.stop_asking(turn);
                Progress::Granted(Some(self.valid_until))
            }
            Request::LookAgain if round.has(quorum) => self.fail(hold, turn),
            Request::Acquire | Request::LookAgain if round.is_hopeless(quorum) => self.fail(hold, turn),
            _ => Progress::Nothing,
        }
    }

    /// No majority, or too late: what was granted is given back.
    fn fail(&mut self, hold: Hold, turn: &mut Turn<Self>) -> Progress {
        self.stop_asking(turn);
        self.unlock(hold, turn);
        Progress::Refused
    }

    fn extended(&mut self, sent: LocalTime, turn: &mut Turn<Self>) -> Progress {
        self.extending = None;
        match self.settings.valid_until(sent, turn.now()) {
            Some(until) => {
                self.valid_until = until;
                self.extensions += 1;
                Progress::Granted(Some(until))
            }
            None => Progress::Nothing,
        }
    }

    fn stop_extending(&mut self, hold: Hold, turn: &mut Turn<Self>) {
        self.extending = None;
        turn.cancel(TimerOf::Own(Timer::Extend(hold.number)));
    }
}

/// Whether a master's answer agrees to what was asked of it.
fn agrees(request: Request, reply: &Reply, hold: Hold) -> bool {
    match request {
        Request::Acquire => *reply == Reply::Ok,
        Request::LookAgain => matches!(reply, Reply::Text(token) if *token == hold.token()),
        Request::Release => true,
    }
}

fn third(lease: Span) -> Span {
    Span::micros((lease.as_micros() / 3).max(1))
}

impl Recipe for Majority {
    type Service = Redis;
    type Timer = Timer;
    type Settings = Settings;

    fn load(settings: &Settings) -> Load {
        settings.load
    }

    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Majority {
        Majority {
            settings: *settings,
            rounds: first_number(turn.now()),
            asking: None,
            extending: None,
            acquired_in: 0,
            granted: SortedSet::default(),
            valid_until: turn.now(),
            extensions: 0,
        }
    }

    fn acquire(&mut self, hold: Hold, turn: &mut Turn<Self>) {
        self.granted = SortedSet::default();
        self.extensions = 0;
        self.ask(Request::Acquire, &self.settings.acquire(hold), turn);
        self.acquired_in = self.rounds;
    }

    fn look_again(&mut self, _hold: Hold, turn: &mut Turn<Self>) {
        self.ask(Request::LookAgain, &self.settings.look(), turn);
    }

    fn holds(&mut self, hold: Hold, turn: &mut Turn<Self>) {
        if self.settings.extends {
            turn.set(TimerOf::Own(Timer::Extend(hold.number)), third(self.settings.lease));
        }
    }

    fn release(&mut self, hold: Hold, turn: &mut Turn<Self>) {
        self.stop_extending(hold, turn);
        let round = self.unlock(hold, turn);
        self.await_answers(Request::Release, round, turn);
    }

    fn give_up(&mut self, hold: Hold, turn: &mut Turn<Self>) {
        self.stop_extending(hold, turn);
        self.unlock(hold, turn);
    }

    fn receive(&mut self, from: NodeId, message: &Redis, hold: Hold, turn: &mut Turn<Self>) -> Progress {
        let Redis::Answer { number, reply } = message else { return Progress::Nothing };
        if *number == self.acquired_in && *reply == Reply::Ok {
            self.granted.insert(from);
        }
        if let Some((request, round)) = self.asking.as_mut().filter(|(_, round)| round.number == *number) {
            round.note(from, agrees(*request, reply, hold));
            return self.judge(hold, turn);
        }
        let quorum = self.settings.quorum();
        let Some(round) = self.extending.as_mut().filter(|round| round.number == *number) else {
            return Progress::Nothing;
        };
        round.note(from, *reply == Reply::Integer(1));
        match round.has(quorum).then_some(round.sent) {
            Some(sent) => self.extended(sent, turn),
            None => Progress::Nothing,
        }
    }

    fn fire(&mut self, timer: &Timer, hold: Hold, turn: &mut Turn<Self>) -> Progress {
        match (timer, &self.asking) {
            (Timer::Reply(number), Some((request, round))) if round.number == *number => match request {
                Request::Acquire | Request::LookAgain => self.fail(hold, turn),
                Request::Release => {
                    self.asking = None;
                    Progress::Released
                }
            },
            (Timer::Reply(_), _) => Progress::Nothing,
            (Timer::Extend(_), _) => {
                self.extending = Some(self.send(&self.settings.extend(hold), turn));
                turn.set(TimerOf::Own(Timer::Extend(hold.number)), third(self.settings.lease));
                Progress::Nothing
            }
        }
    }
}
