//! A client: wants the lock, works under it, writes to the resource, releases it; again, until it has had all its turns.

use super::message::{Message, Timer};
use super::settings::{CHANNEL, COUNTER, LOCK, Settings};
use super::stage::{Awaited, Holding, Renewal, Request, Stage};
use crate::protocols::parts::locking::{Hold, resource};
use crate::protocols::parts::redis::message::Message as Redis;
use crate::protocols::parts::redis::{Command, Reply};
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

/// How often a release or a write is sent before a client goes on without an answer (Redisson: `retryAttempts`, 3).
const ATTEMPTS_MAX: u32 = 3;

/// A client.
#[derive(Clone, Serialize)]
pub struct Client {
    #[serde(skip)]
    settings: Settings,
    stage: Stage,
    /// The attempt under way, or the last one.
    hold: Hold,
    /// Turns that it has had.
    turns: u32,
    /// Whom it takes for the master.
    master: NodeId,
    /// The number of its last request.
    asked: u32,
    awaited: Option<Awaited>,
    renewal: Option<Renewal>,
    /// Of this hold, for whoever watches: whether two states are one does not depend on it.
    #[serde(skip)]
    renewals: u32,
    /// When it first asked with this token.
    first_asked: LocalTime,
    /// Whether a request with this token had no reply.
    in_doubt: bool,
    /// The newest fencing token when it last looked.
    last_token: Option<u64>,
    subscribed: bool,
    /// Whether it has heard of a release since it last asked.
    notified: bool,
}

impl Client {
    pub fn stage(&self) -> Stage {
        self.stage
    }

    pub fn hold(&self) -> Hold {
        self.hold
    }

    /// The attempt for which it wants the lock and does not have it.
    pub fn wants(&self) -> Option<Hold> {
        matches!(self.stage, Stage::Asking | Stage::Waiting).then_some(self.hold)
    }

    /// Whether it will hear of a release by itself.
    pub fn is_subscribed(&self) -> bool {
        self.subscribed
    }

    /// How often it has heard that its lease was renewed.
    pub fn renewals(&self) -> u32 {
        self.renewals
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
        match self.stage {
            Stage::Holding(holding) if !self.settings.heeds_lease || now < holding.until => Some(self.hold),
            _ => None,
        }
    }

    // -- Asking ------------------------------------------------------------------------------------------------------

    fn ask(&mut self, request: Request, attempts: u32, turn: &mut Turn) {
        let lock = || Word::from(LOCK);
        let command = match request {
            Request::Acquire => self.settings.acquire(self.hold),
            Request::Expire => self.settings.expire(),
            Request::Token => Command::Get { key: Word::from(COUNTER) },
            Request::IsItMine => Command::Get { key: lock() },
            Request::Subscribe => Command::Subscribe { channel: Word::from(CHANNEL) },
            Request::Release => self.settings.release(self.hold),
        };
        let number = self.send(command, turn);
        self.awaited = Some(Awaited { number, request, attempts });
        turn.set(Timer::Reply(number), self.settings.request_timeout);
    }

    fn send(&mut self, command: Command, turn: &mut Turn) -> u32 {
        self.asked += 1;
        let number = self.asked;
        turn.send(self.master, Message::Redis(Redis::Ask { number, command }));
        number
    }

    fn want(&mut self, turn: &mut Turn) {
        self.new_hold(turn);
        self.acquire(turn);
    }

    fn new_hold(&mut self, turn: &mut Turn) {
        self.hold.number += 1;
        self.first_asked = turn.now();
        self.in_doubt = false;
    }

    fn acquire(&mut self, turn: &mut Turn) {
        self.stage = Stage::Asking;
        self.notified = false;
        if !self.in_doubt {
            self.first_asked = turn.now();
        }
        self.ask(Request::Acquire, 1, turn);
    }

    fn wait(&mut self, at_most: Span, turn: &mut Turn) {
        self.stage = Stage::Waiting;
        turn.set(Timer::Retry(self.hold.number), at_most);
    }

    /// Tries again after a random time.
    fn poll(&mut self, turn: &mut Turn) {
        let most = Distribution::Uniform { from: Span::ZERO, to: self.settings.retry };
        let name = [u64::from(turn.me().0), u64::from(self.asked)];
        let delay = most.sample(turn.draw("retry", &name));
        self.wait(delay, turn);
    }

    fn answered(&mut self, request: Request, reply: &Reply, turn: &mut Turn) {
        match (request, reply) {
            (Request::Acquire, Reply::Ok) if self.settings.two_commands => self.ask(Request::Expire, 1, turn),
            (Request::Acquire, Reply::Ok) => self.begin(None, turn),
            // Of the scripts: nil is a grant of Redisson's and a refusal of the plain lock's …
            (Request::Acquire, Reply::Nil) if self.settings.redisson => self.begin(None, turn),
            // Whose lock is it? The token is asked for first: if the lock is its own still when it looks after that, nobody
            // has drawn a newer one in between.
            (Request::Acquire, Reply::Nil) if self.in_doubt && self.settings.fencing => {
                self.ask(Request::Token, 1, turn);
            }
            (Request::Acquire, Reply::Nil) if self.in_doubt => self.ask(Request::IsItMine, 1, turn),
            (Request::Token, Reply::Text(token)) => {
                self.last_token = token.parse().ok();
                self.ask(Request::IsItMine, 1, turn);
            }
            // … a number the time that is left of another's lease, or a fencing token …
            (Request::Acquire, Reply::Integer(left)) if self.settings.redisson => {
                let left = Span::millis(u64::try_from(*left).unwrap_or(0));
                match (self.subscribed, self.notified) {
                    (true, false) => self.wait(left, turn),
                    (true, true) => self.acquire(turn),
                    (false, _) => self.ask(Request::Subscribe, 1, turn),
                }
            }
            (Request::Acquire, Reply::Integer(token)) => self.begin(u64::try_from(*token).ok(), turn),
            // … and a text a fencing token of Redisson's.
            (Request::Acquire, Reply::Text(token)) => self.begin(token.parse().ok(), turn),
            (Request::Expire, Reply::Integer(_)) => self.begin(None, turn),
            (Request::IsItMine, Reply::Text(token)) if *token == self.hold.token() => {
                let token = self.last_token.take();
                self.begin(token, turn);
            }
            (Request::Subscribe, Reply::Integer(_)) => {
                self.subscribed = true;
                self.acquire(turn);
            }
            (Request::Release, _) => self.end(turn),
            _ => self.poll(turn),
        }
    }

    /// No reply to a request in time.
    fn unanswered(&mut self, Awaited { request, attempts, .. }: Awaited, turn: &mut Turn) {
        match request {
            Request::Acquire => {
                if self.settings.new_token {
                    self.new_hold(turn);
                } else {
                    self.in_doubt = true;
                }
                self.poll(turn);
            }
            Request::Release if attempts >= ATTEMPTS_MAX => self.end(turn),
            Request::Expire | Request::Token | Request::IsItMine | Request::Subscribe | Request::Release => {
                self.ask(request, attempts.saturating_add(1), turn);
            }
        }
    }

    // -- Holding -----------------------------------------------------------------------------------------------------

    fn begin(&mut self, fencing_token: Option<u64>, turn: &mut Turn) {
        let (hold, settings) = (self.hold.number, self.settings);
        // A lock that was found to be one's own after all is as old as the first request for it.
        let until = self.first_asked.after(settings.lease);
        self.renewals = 0;
        self.stage = Stage::Holding(Holding { until, fencing_token, writes: 0 });
        if self.subscribed {
            self.subscribed = false;
            self.send(Command::Unsubscribe { channel: Word::from(CHANNEL) }, turn);
        }
        turn.set(Timer::Work(hold), settings.work);
        if settings.watchdog {
            turn.set(Timer::Watchdog(hold), third(settings.lease));
        }
        if settings.heeds_lease {
            turn.set(Timer::LeaseEnd(hold), until.since(turn.now()));
        }
    }

    fn renew(&mut self, turn: &mut Turn) {
        let number = self.send(self.settings.renew(self.hold), turn);
        self.renewal = Some(Renewal { number, sent: turn.now() });
        turn.set(Timer::Watchdog(self.hold.number), third(self.settings.lease));
    }

    fn renewed(&mut self, sent: LocalTime, reply: &Reply, turn: &mut Turn) {
        let Stage::Holding(holding) = &mut self.stage else { return };
        if *reply == Reply::Integer(1) {
            holding.until = sent.after(self.settings.lease);
            self.renewals += 1;
            if self.settings.heeds_lease {
                turn.set(Timer::LeaseEnd(self.hold.number), holding.until.since(turn.now()));
            }
        } else {
            // Redisson ends the renewals and tells nobody: whoever works under the lock goes on.
            turn.cancel(Timer::Watchdog(self.hold.number));
        }
    }

    fn write(&mut self, turn: &mut Turn) {
        let Stage::Holding(holding) = &mut self.stage else { return };
        if self.settings.heeds_lease && turn.now() >= holding.until {
            self.give_up(turn);
            return;
        }
        if holding.writes >= ATTEMPTS_MAX {
            self.release(turn);
            return;
        }
        holding.writes += 1;
        let message = resource::Message::Write { hold: self.hold, token: holding.fencing_token };
        turn.send(self.settings.resource(), Message::Resource(message));
        turn.set(Timer::Resend(self.hold.number), self.settings.request_timeout);
    }

    /// The lease is over and the work is not: somebody else may have the lock, so the client asks anew.
    fn give_up(&mut self, turn: &mut Turn) {
        self.let_go(turn);
        self.new_hold(turn);
        self.poll(turn);
    }

    fn release(&mut self, turn: &mut Turn) {
        self.let_go(turn);
        self.stage = Stage::Releasing;
        self.ask(Request::Release, 1, turn);
    }

    fn let_go(&mut self, turn: &mut Turn) {
        let hold = self.hold.number;
        self.renewal = None;
        turn.cancel(Timer::Work(hold));
        turn.cancel(Timer::Resend(hold));
        turn.cancel(Timer::Watchdog(hold));
        turn.cancel(Timer::LeaseEnd(hold));
    }

    /// The turn is over.
    fn end(&mut self, turn: &mut Turn) {
        self.turns += 1;
        if self.turns < self.settings.turns {
            self.think(turn);
        } else {
            self.stage = Stage::Done;
        }
    }

    fn think(&mut self, turn: &mut Turn) {
        self.stage = Stage::Thinking;
        let most = Distribution::Uniform { from: Span::ZERO, to: self.settings.think };
        let name = [u64::from(turn.me().0), u64::from(self.turns)];
        turn.set(Timer::Want(self.turns + 1), most.sample(turn.draw("think", &name)));
    }
}

fn third(lease: Span) -> Span {
    Span::micros((lease.as_micros() / 3).max(1))
}

impl Role for Client {
    type Message = Message;
    type Timer = Timer;
    type Durable = Diskless;
    type Setup = Settings;

    fn start(settings: &Settings, turn: &mut Turn) -> Client {
        // Tokens and numbers that no earlier process of this client had: they start from the clock.
        let start = u32::try_from(turn.now().as_micros() / 1_000).unwrap_or(u32::MAX / 4).saturating_mul(4);
        let mut client = Client {
            settings: *settings,
            stage: Stage::Thinking,
            hold: Hold { client: turn.me(), number: start },
            turns: 0,
            master: settings.master(),
            asked: start,
            awaited: None,
            renewal: None,
            renewals: 0,
            first_asked: turn.now(),
            in_doubt: false,
            last_token: None,
            subscribed: false,
            notified: false,
        };
        client.think(turn);
        client
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn) {
        if let Some(resource::Message::Accepted { hold } | resource::Message::Refused { hold }) = message.carried() {
            if *hold == self.hold && matches!(self.stage, Stage::Holding(_)) {
                self.release(turn);
            }
            return;
        }
        match message.carried() {
            Some(Redis::Answer { number, reply }) => {
                if let Some(awaited) = self.awaited.filter(|awaited| awaited.number == *number) {
                    self.awaited = None;
                    turn.cancel(Timer::Reply(*number));
                    self.answered(awaited.request, reply, turn);
                } else if let Some(renewal) = self.renewal.filter(|renewal| renewal.number == *number) {
                    self.renewal = None;
                    self.renewed(renewal.sent, reply, turn);
                }
            }
            Some(Redis::Published { .. }) if self.stage == Stage::Waiting => {
                turn.cancel(Timer::Retry(self.hold.number));
                self.acquire(turn);
            }
            Some(Redis::Published { .. }) => self.notified = true,
            Some(Redis::Promoted) => {
                self.master = from;
                self.subscribed = false;
            }
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn) {
        match *timer {
            Timer::Want(_) => self.want(turn),
            Timer::Retry(_) => self.acquire(turn),
            Timer::Reply(number) => {
                if let Some(awaited) = self.awaited.filter(|awaited| awaited.number == number) {
                    self.awaited = None;
                    self.unanswered(awaited, turn);
                }
            }
            Timer::Work(_) | Timer::Resend(_) => self.write(turn),
            Timer::Watchdog(_) => self.renew(turn),
            Timer::LeaseEnd(_) => self.give_up(turn),
        }
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
