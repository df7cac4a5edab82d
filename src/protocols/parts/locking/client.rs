//! A client of a lock, whatever the lock: it comes, asks, works under the lock, writes to the resource, lets go, and comes
//! again until it has had all its turns.
//!
//! How it takes the lock and gives it back is its [`Recipe`]'s, which says [how it goes](Progress); the rest is here, so
//! that all locks are used alike. Where the lock has no fencing token of its own, the client draws one from the
//! [`counter`] once it has the lock, and then has its recipe look whether it has it still.

use super::message::{Message, Timer as TimerOf};
pub use super::stage::{Holding, Stage, Timer, Until};
use super::{Hold, counter, queue, resource};
use crate::check::View;
use crate::protocols::Moment;
use crate::sim::clock::LocalTime;
use crate::sim::payload::{Named, Subject};
use crate::sim::random::Distribution;
use crate::sim::role::{Diskless, Role, Turn as RoleTurn};
use crate::sim::show::{Condition, ConditionKind, Face, WaitsOn};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use serde::Serialize;

/// How often a release or a write is sent before a client goes on without an answer (Redisson: `retryAttempts`, 3).
pub const ATTEMPTS_MAX: u32 = 3;

/// One event of a client that follows the recipe.
pub type Turn<'a, R> = RoleTurn<'a, Client<R>>;

/// How a client takes one kind of lock, and gives it back.
pub trait Recipe: Clone + Serialize + Send + Sync + Sized + 'static {
    /// What it and the lock's servers say to each other.
    type Service: Named;
    type Timer: Named;
    type Settings: Clone + Send + Sync + 'static;

    /// What the settings say of every lock's clients.
    fn load(settings: &Self::Settings) -> Load;
    fn start(settings: &Self::Settings, turn: &mut Turn<Self>) -> Self;
    /// Asks for the lock, once: a further attempt has a hold of its own.
    fn acquire(&mut self, hold: Hold, turn: &mut Turn<Self>);
    /// Asks whether the lock is still its own.
    fn look_again(&mut self, hold: Hold, turn: &mut Turn<Self>);
    /// The lock is its own from now on, by what it has been told.
    fn holds(&mut self, _hold: Hold, _turn: &mut Turn<Self>) {}
    fn release(&mut self, hold: Hold, turn: &mut Turn<Self>);
    /// The lease is over before the work is: nothing that was asked matters any more.
    fn give_up(&mut self, hold: Hold, turn: &mut Turn<Self>);
    fn receive(&mut self, from: NodeId, message: &Self::Service, hold: Hold, turn: &mut Turn<Self>) -> Progress;
    fn fire(&mut self, timer: &Self::Timer, hold: Hold, turn: &mut Turn<Self>) -> Progress;
}

/// What a recipe tells its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing that the client need know.
    Nothing,
    /// The lock is granted, or still held, or held for longer: until then by the client's own reckoning.
    Granted(Until),
    Refused,
    Released,
}

/// How clients use the lock.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub turns: u32,
    pub think: Span,
    pub work: Span,
    /// How long it waits before it asks again.
    pub retry: Distribution,
    /// How long it waits for an answer of the counter, or of the resource.
    pub patience: Span,
    /// Whether it stops when the lease is over.
    pub heeds_lease: bool,
    /// Whether, having drawn a fencing token, it looks whether the lock is still its own.
    pub looks_again: bool,
    pub resource: NodeId,
    /// Where fencing tokens come from; none without fencing.
    pub counter: Option<NodeId>,
}

/// A client that follows the recipe.
#[derive(Clone, Serialize)]
pub struct Client<R: Recipe> {
    #[serde(skip)]
    load: Load,
    recipe: R,
    stage: Stage,
    /// The attempt under way, or the last one.
    hold: Hold,
    /// Turns that it has had.
    turns: u32,
}

impl<R: Recipe> Client<R> {
    pub fn recipe(&self) -> &R {
        &self.recipe
    }

    pub fn stage(&self) -> Stage {
        self.stage
    }

    pub fn hold(&self) -> Hold {
        self.hold
    }

    /// The attempt for which it wants the lock and does not have it.
    pub fn wants(&self) -> Option<Hold> {
        let wants = matches!(self.stage, Stage::Asking | Stage::Waiting | Stage::Drawing(_) | Stage::LookingAgain(_));
        wants.then_some(self.hold)
    }

    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// What it believes to hold at that reading of its clock.
    pub fn belief(&self, now: LocalTime) -> Option<Hold> {
        match self.stage {
            Stage::Holding(holding) if !self.load.heeds_lease || !holding.is_over(now) => Some(self.hold),
            _ => None,
        }
    }

    /// The fencing token that its writes under this hold carry.
    pub fn fencing_token(&self, hold: Hold) -> Option<u64> {
        match self.stage {
            Stage::Holding(holding) if self.hold == hold => holding.fencing_token,
            _ => None,
        }
    }

    fn set(timer: Timer, after: Span, turn: &mut Turn<R>) {
        turn.set(TimerOf::Common(timer), after);
    }

    // -- Asking ------------------------------------------------------------------------------------------------------

    fn acquire(&mut self, turn: &mut Turn<R>) {
        self.hold.number += 1;
        self.stage = Stage::Asking;
        self.recipe.acquire(self.hold, turn);
    }

    fn goes(&mut self, progress: Progress, turn: &mut Turn<R>) {
        match (progress, self.stage) {
            (Progress::Granted(until), Stage::Asking) if self.load.counter.is_some() => {
                self.stage = Stage::Drawing(until);
                self.draw(turn);
            }
            (Progress::Granted(until), Stage::Asking) => self.begin(until, None, turn),
            (Progress::Granted(until), Stage::LookingAgain(token)) => self.begin(until, Some(token), turn),
            (Progress::Granted(until), Stage::Holding(holding)) => {
                self.stage = Stage::Holding(Holding { until, ..holding });
                self.await_lease_end(until, turn);
            }
            (Progress::Refused, Stage::Asking | Stage::LookingAgain(_)) => self.poll(turn),
            (Progress::Released, Stage::Releasing) => self.end(turn),
            _ => {}
        }
    }

    fn draw(&mut self, turn: &mut Turn<R>) {
        let Some(counter) = self.load.counter else { return };
        turn.send(counter, Message::Counter(counter::Message::Draw { hold: self.hold }));
        Self::set(Timer::Redraw(self.hold.number), self.load.patience, turn);
    }

    fn drawn(&mut self, token: u64, turn: &mut Turn<R>) {
        let Stage::Drawing(until) = self.stage else { return };
        turn.cancel(TimerOf::Common(Timer::Redraw(self.hold.number)));
        if self.load.looks_again {
            self.stage = Stage::LookingAgain(token);
            self.recipe.look_again(self.hold, turn);
        } else {
            self.begin(until, Some(token), turn);
        }
    }

    /// Waits for a while before it tries again.
    fn poll(&mut self, turn: &mut Turn<R>) {
        self.stage = Stage::Waiting;
        let name = [u64::from(turn.me().0), u64::from(self.hold.number)];
        let delay = self.load.retry.sample(turn.draw("retry", &name));
        Self::set(Timer::Retry(self.hold.number), delay, turn);
    }

    // -- Holding -----------------------------------------------------------------------------------------------------

    fn begin(&mut self, until: Until, fencing_token: Option<u64>, turn: &mut Turn<R>) {
        self.stage = Stage::Holding(Holding { until, fencing_token, writes: 0 });
        self.recipe.holds(self.hold, turn);
        Self::set(Timer::Work(self.hold.number), self.load.work, turn);
        self.await_lease_end(until, turn);
    }

    fn await_lease_end(&self, until: Until, turn: &mut Turn<R>) {
        if let Some(until) = until.filter(|_| self.load.heeds_lease) {
            Self::set(Timer::LeaseEnd(self.hold.number), until.since(turn.now()), turn);
        }
    }

    fn write(&mut self, turn: &mut Turn<R>) {
        let Stage::Holding(holding) = &mut self.stage else { return };
        if self.load.heeds_lease && holding.is_over(turn.now()) {
            self.give_up(turn);
            return;
        }
        if holding.writes >= ATTEMPTS_MAX {
            self.release(turn);
            return;
        }
        holding.writes += 1;
        let message = resource::Message::Write { hold: self.hold, token: holding.fencing_token };
        turn.send(self.load.resource, Message::Resource(message));
        Self::set(Timer::Resend(self.hold.number), self.load.patience, turn);
    }

    /// The lease is over and the work is not: somebody else may have the lock, so the client asks anew.
    fn give_up(&mut self, turn: &mut Turn<R>) {
        self.let_go(turn);
        self.recipe.give_up(self.hold, turn);
        self.poll(turn);
    }

    fn release(&mut self, turn: &mut Turn<R>) {
        self.let_go(turn);
        self.stage = Stage::Releasing;
        self.recipe.release(self.hold, turn);
    }

    fn let_go(&mut self, turn: &mut Turn<R>) {
        let hold = self.hold.number;
        for timer in [Timer::Work(hold), Timer::Resend(hold), Timer::LeaseEnd(hold)] {
            turn.cancel(TimerOf::Common(timer));
        }
    }

    /// The turn is over.
    fn end(&mut self, turn: &mut Turn<R>) {
        self.turns += 1;
        if self.turns < self.load.turns {
            self.think(turn);
        } else {
            self.stage = Stage::Done;
        }
    }

    fn think(&mut self, turn: &mut Turn<R>) {
        self.stage = Stage::Thinking;
        let most = Distribution::Uniform { from: Span::ZERO, to: self.load.think };
        let name = [u64::from(turn.me().0), u64::from(self.turns)];
        let delay = most.sample(turn.draw("think", &name));
        Self::set(Timer::Want(self.turns + 1), delay, turn);
    }
}

/// The client of this recipe at a node; none while it is down.
pub fn at<'a, R: Recipe>(view: &View<'a>, node: NodeId) -> Option<&'a Client<R>> {
    view.node::<Client<R>>(node)?.0
}

/// What a client that wants the lock waits on.
pub fn waits_on<R: Recipe>(moment: &Moment, node: NodeId) -> WaitsOn {
    let due = |timer| queue::due(moment, node, timer);
    match at::<R>(&moment.view(), node).map(Client::stage) {
        Some(Stage::Asking | Stage::LookingAgain(_)) => WaitsOn::Reply { until: due("no-reply") },
        Some(Stage::Drawing(_)) => WaitsOn::Reply { until: due("redraw") },
        Some(Stage::Waiting) => WaitsOn::Poll { at: due("retry") },
        _ => WaitsOn::Nothing,
    }
}

/// The first number that no earlier process of this client had: numbers start from the clock.
pub fn first_number(now: LocalTime) -> u32 {
    u32::try_from(now.as_micros() / 1_000).unwrap_or(u32::MAX / 4).saturating_mul(4)
}

impl<R: Recipe> Role for Client<R> {
    type Message = Message<R::Service>;
    type Timer = TimerOf<R::Timer>;
    type Durable = Diskless;
    type Setup = R::Settings;

    fn start(settings: &R::Settings, turn: &mut Turn<R>) -> Self {
        let mut client = Client {
            load: R::load(settings),
            recipe: R::start(settings, turn),
            stage: Stage::Thinking,
            hold: Hold { client: turn.me(), number: first_number(turn.now()) },
            turns: 0,
        };
        client.think(turn);
        client
    }

    fn receive(&mut self, from: NodeId, message: &Self::Message, turn: &mut Turn<R>) {
        match message {
            Message::Service(message) => {
                let progress = self.recipe.receive(from, message, self.hold, turn);
                self.goes(progress, turn);
            }
            Message::Counter(counter::Message::Token { hold, token }) if *hold == self.hold => self.drawn(*token, turn),
            Message::Resource(resource::Message::Accepted { hold } | resource::Message::Refused { hold }) => {
                if *hold == self.hold && matches!(self.stage, Stage::Holding(_)) {
                    self.release(turn);
                }
            }
            Message::Counter(_) | Message::Resource(resource::Message::Write { .. }) => {}
        }
    }

    fn fire(&mut self, timer: &Self::Timer, turn: &mut Turn<R>) {
        match timer {
            TimerOf::Own(timer) => {
                let progress = self.recipe.fire(timer, self.hold, turn);
                self.goes(progress, turn);
            }
            TimerOf::Common(Timer::Want(_)) => {
                self.acquire(turn);
            }
            TimerOf::Common(Timer::Retry(_)) => self.acquire(turn),
            TimerOf::Common(Timer::Redraw(_)) => self.draw(turn),
            TimerOf::Common(Timer::Work(_) | Timer::Resend(_)) => self.write(turn),
            TimerOf::Common(Timer::LeaseEnd(_)) => self.give_up(turn),
        }
    }

    /// `hang`: the work never ends, and the process lives on.
    fn intervene(&mut self, key: &str, _arguments: &[u32], turn: &mut Turn<R>) -> bool {
        let works = matches!(self.stage, Stage::Holding(Holding { writes: 0, .. }));
        if key == "hang" && works {
            turn.cancel(TimerOf::Common(Timer::Work(self.hold.number)));
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
