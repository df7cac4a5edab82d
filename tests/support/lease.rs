//! A lease server, its clients and a store: a third protocol, in one file, that nothing under `src` names.
//!
//! The server lends one lock for a limited time and numbers every loan (the fencing token). A client believes that it
//! holds the lock only from the answer to a heartbeat on, and only until that heartbeat's own sending time plus the lease:
//! so its belief ends before the server's loan does, whatever the network did. It then writes to the store, which
//! refuses a token older than the newest it has seen. Sources: Gray and Cheriton, *Leases* (SOSP 1989); the sheet, §12.
//!
//! Three deliberate mistakes are choices: a server that measures leases by its wall clock, one that lends anew right after
//! a restart, and a store that looks at no token.

use faultline::check::{Judgement, Monitor, Property, PropertyKind, View};
use faultline::protocols::entry::{Change, Suggestion};
use faultline::protocols::parameter::Choice;
use faultline::protocols::{
    Argument, ArgumentKind, Entry, Expectation, Expectations, Expected, Family, Intervention, Moment, Parameter,
    ParameterKind, Protocol, Term, Values,
};
use faultline::say;
use faultline::sim;
use faultline::sim::clock::{Clock, LocalTime, WallTime};
use faultline::sim::fingerprint::{Hasher, hash_into};
use faultline::sim::node::{look, process};
use faultline::sim::payload::{Named, Subject, Tone};
use faultline::sim::random::Distribution;
use faultline::sim::role::{Diskless, Durable, Role, Turn};
use faultline::sim::show::{Condition, ConditionKind, Face, Holder, LockState, Mood, Panel, Queue, Waiter, WaitsOn};
use faultline::sim::time::Span;
use faultline::sim::topology::{NodeSpec, Position, Topology};
use faultline::sim::trace::{NodeId, StepKind};
use faultline::sim::world::World;
use faultline::text::Text;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// The protocol.
pub struct Lease;

pub const SERVER: NodeId = NodeId(0);
pub const STORE: NodeId = NodeId(1);
/// The first client; the others follow.
pub const CLIENT: NodeId = NodeId(2);

#[derive(Clone, Debug, Serialize)]
pub enum Message {
    /// A client wants the lock for its turn of that number.
    Ask {
        turn: u32,
    },
    /// The lock is the client's once the server has heard its heartbeat.
    Granted {
        token: u32,
    },
    /// A datagram: "I am here", with the sender's clock.
    Heartbeat {
        token: u32,
        sent: LocalTime,
    },
    /// A datagram: the lease runs anew since the heartbeat that was sent then.
    Extended {
        token: u32,
        sent: LocalTime,
    },
    Release {
        token: u32,
    },
    /// A datagram: an operator took the lock away.
    Revoked {
        token: u32,
    },
    Put {
        token: u32,
    },
    Stored {
        token: u32,
    },
    Refused {
        token: u32,
    },
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Ask { .. } => "ask",
            Message::Granted { .. } => "granted",
            Message::Heartbeat { .. } => "heartbeat",
            Message::Extended { .. } => "extended",
            Message::Release { .. } => "release",
            Message::Revoked { .. } => "revoked",
            Message::Put { .. } => "put",
            Message::Stored { .. } => "stored",
            Message::Refused { .. } => "refused",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Ask { turn } => Subject(*turn),
            Message::Granted { token }
            | Message::Heartbeat { token, .. }
            | Message::Extended { token, .. }
            | Message::Release { token }
            | Message::Revoked { token }
            | Message::Put { token }
            | Message::Stored { token }
            | Message::Refused { token } => Subject(*token),
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Ask { .. } | Message::Put { .. } => Tone::Request,
            _ => Tone::Reply,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub enum Timer {
    /// Server: the loan of that token may be over.
    Expiry(u32),
    /// Server: after a restart, whatever was lent before is over.
    Grace,
    /// Client: time for another heartbeat.
    Beat(u32),
    /// Client: the belief is over.
    Deadline(u32),
    /// Client: the work under the lock is done, and can be written.
    Work(u32),
    /// Client: wants the lock (again).
    Want,
}

impl Named for Timer {
    fn kind(&self) -> &'static str {
        match self {
            Timer::Expiry(_) => "expiry",
            Timer::Grace => "grace",
            Timer::Beat(_) => "beat",
            Timer::Deadline(_) => "deadline",
            Timer::Work(_) => "work",
            Timer::Want => "want",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Timer::Expiry(token) | Timer::Beat(token) | Timer::Deadline(token) | Timer::Work(token) => Subject(*token),
            Timer::Grace | Timer::Want => Subject::NONE,
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The server

/// What the server writes down: every loan, and its end.
#[derive(Clone, Debug, Serialize)]
pub enum Loan {
    Lent { token: u32, to: NodeId },
    Ended { token: u32 },
}

impl Named for Loan {
    fn kind(&self) -> &'static str {
        match self {
            Loan::Lent { .. } => "lent",
            Loan::Ended { .. } => "ended",
        }
    }
    fn subject(&self) -> Subject {
        match self {
            Loan::Lent { token, .. } | Loan::Ended { token } => Subject(*token),
        }
    }
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Loans {
    /// Open loans by token.
    open: BTreeMap<u32, NodeId>,
    last_token: u32,
}

impl Durable for Loans {
    type Record = Loan;

    fn apply(&mut self, record: &Loan) {
        match record {
            Loan::Lent { token, to } => {
                self.open.insert(*token, *to);
                self.last_token = *token;
            }
            Loan::Ended { token } => drop(self.open.remove(token)),
        }
    }

    fn intervene(&mut self, key: &str, _arguments: &[u32]) -> bool {
        let found = key == "lose-loans" && self.last_token > 0;
        if found {
            *self = Loans::default();
        }
        found
    }
}

#[derive(Clone)]
pub struct ServerSetup {
    lease: Span,
    by_wall_clock: bool,
    hasty_restart: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Borrower {
    node: NodeId,
    token: u32,
    until: LocalTime,
    until_wall: WallTime,
}

/// The lease server.
#[derive(Clone, Serialize)]
pub struct Server {
    #[serde(skip)]
    setup: ServerSetup,
    borrower: Option<Borrower>,
    queue: VecDeque<NodeId>,
    last_token: u32,
    /// After a restart nothing is lent for the length of a lease.
    grace: bool,
}

impl Server {
    fn lend(&mut self, turn: &mut Turn<Server>) {
        if self.grace || self.borrower.is_some() {
            return;
        }
        let Some(node) = self.queue.pop_front() else { return };
        self.last_token += 1;
        let token = self.last_token;
        self.borrower = Some(self.borrower(node, token, turn));
        turn.write(Loan::Lent { token, to: node });
        turn.fsync();
        turn.set(Timer::Expiry(token), self.setup.lease);
        turn.send_connected(node, Message::Granted { token });
    }

    fn borrower(&self, node: NodeId, token: u32, turn: &Turn<Server>) -> Borrower {
        let lease = self.setup.lease;
        Borrower { node, token, until: turn.now().after(lease), until_wall: turn.wall().after(lease) }
    }

    /// Ends the loan, if its time is over by the clock that the server trusts.
    fn expire(&mut self, turn: &mut Turn<Server>) {
        let Some(borrower) = &self.borrower else { return };
        let over =
            if self.setup.by_wall_clock { turn.wall() >= borrower.until_wall } else { turn.now() >= borrower.until };
        if over {
            self.end(turn);
        }
    }

    fn end(&mut self, turn: &mut Turn<Server>) {
        if let Some(borrower) = self.borrower.take() {
            turn.cancel(Timer::Expiry(borrower.token));
            turn.write(Loan::Ended { token: borrower.token });
            self.lend(turn);
        }
    }
}

impl Role for Server {
    type Message = Message;
    type Timer = Timer;
    type Durable = Loans;
    type Setup = ServerSetup;

    fn start(setup: &ServerSetup, turn: &mut Turn<Server>) -> Server {
        let grace = !turn.disk().open.is_empty() && !setup.hasty_restart;
        if grace {
            turn.set(Timer::Grace, setup.lease);
        }
        let last_token = turn.disk().last_token;
        Server { setup: setup.clone(), borrower: None, queue: VecDeque::new(), last_token, grace }
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Server>) {
        self.expire(turn);
        let held = |token: u32| self.borrower.as_ref().is_some_and(|borrower| borrower.token == token);
        match *message {
            Message::Ask { .. } => {
                if !self.queue.contains(&from) {
                    self.queue.push_back(from);
                }
                self.lend(turn);
            }
            Message::Heartbeat { token, sent } if held(token) => {
                self.borrower = Some(self.borrower(from, token, turn));
                turn.set(Timer::Expiry(token), self.setup.lease);
                turn.send(from, Message::Extended { token, sent });
            }
            Message::Heartbeat { token, .. } => turn.send(from, Message::Revoked { token }),
            Message::Release { token } if held(token) => self.end(turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Server>) {
        match timer {
            Timer::Grace => {
                self.grace = false;
                self.lend(turn);
            }
            Timer::Expiry(token) => match &self.borrower {
                // The wall clock was set back: the loan lasts longer than it should.
                Some(borrower) if self.setup.by_wall_clock && turn.wall() < borrower.until_wall => {
                    turn.set(Timer::Expiry(*token), borrower.until_wall.since(turn.wall()));
                }
                _ => self.end(turn),
            },
            _ => {}
        }
    }

    fn disconnected(&mut self, peer: NodeId, _turn: &mut Turn<Server>) {
        // Whoever holds the lock may still believe so: only time ends a loan.
        self.queue.retain(|waiting| *waiting != peer);
    }

    fn intervene(&mut self, key: &str, arguments: &[u32], turn: &mut Turn<Server>) -> bool {
        let wanted = arguments.first().map(|client| NodeId(CLIENT.0 + *client as u8 - 1));
        let found = key == "revoke" && self.borrower.is_some() && self.borrower.as_ref().map(|b| b.node) == wanted;
        if found && let Some(Borrower { node, token, .. }) = self.borrower {
            turn.send(node, Message::Revoked { token });
            self.end(turn);
        }
        found
    }

    fn face(&self, _disk: &Loans) -> Face {
        match (&self.borrower, self.grace) {
            (Some(_), _) => Face { word: Text::new("lent", "已借出"), mood: Mood::Busy },
            (None, true) => Face { word: Text::new("waiting", "等待中"), mood: Mood::Waiting },
            (None, false) => Face { word: Text::new("free", "空闲"), mood: Mood::Idle },
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The clients

#[derive(Clone)]
pub struct ClientSetup {
    lease: Span,
    work: Span,
    think: Span,
    beat: Span,
    turns: u32,
}

/// The lock, as far as a client knows.
#[derive(Clone, Debug, Serialize)]
struct Held {
    token: u32,
    /// Until when it believes to hold the lock; none before the first answer to a heartbeat.
    until: Option<LocalTime>,
}

/// A client: asks, works, writes, releases, thinks, and asks again until it has had all its turns.
#[derive(Clone, Serialize)]
pub struct Client {
    #[serde(skip)]
    setup: ClientSetup,
    turn: u32,
    asking: bool,
    held: Option<Held>,
}

impl Client {
    /// Whether it has had all its turns.
    pub fn is_done(&self) -> bool {
        self.turn > self.setup.turns
    }

    /// Whether it believes to hold the lock at that reading of its clock.
    pub fn believes(&self, now: LocalTime) -> bool {
        self.held.as_ref().and_then(|held| held.until).is_some_and(|until| now < until)
    }

    fn ask(&mut self, turn: &mut Turn<Client>) {
        if !self.is_done() && self.held.is_none() {
            self.asking = true;
            turn.send_connected(SERVER, Message::Ask { turn: self.turn });
        }
    }

    fn think(&self, turn: &mut Turn<Client>) {
        let most = Distribution::Uniform { from: Span::ZERO, to: self.setup.think };
        let pause = most.sample(turn.draw("think", &[u64::from(turn.me().0), u64::from(self.turn)]));
        turn.set(Timer::Want, pause);
    }

    /// Lets go of the lock; asks again later.
    fn let_go(&mut self, turn: &mut Turn<Client>) {
        if let Some(held) = self.held.take() {
            turn.cancel(Timer::Beat(held.token));
            turn.cancel(Timer::Deadline(held.token));
            turn.cancel(Timer::Work(held.token));
            turn.send_connected(SERVER, Message::Release { token: held.token });
            self.think(turn);
        }
    }

    fn beat(&self, token: u32, turn: &mut Turn<Client>) {
        let sent = turn.now();
        turn.send(SERVER, Message::Heartbeat { token, sent });
        turn.set(Timer::Beat(token), self.setup.beat);
    }
}

impl Role for Client {
    type Message = Message;
    type Timer = Timer;
    type Durable = Diskless;
    type Setup = ClientSetup;

    fn start(setup: &ClientSetup, turn: &mut Turn<Client>) -> Client {
        let client = Client { setup: setup.clone(), turn: 1, asking: false, held: None };
        client.think(turn);
        client
    }

    fn receive(&mut self, _from: NodeId, message: &Message, turn: &mut Turn<Client>) {
        let mine = |token: u32| self.held.as_ref().is_some_and(|held| held.token == token);
        match *message {
            Message::Granted { token } => {
                self.asking = false;
                self.held = Some(Held { token, until: None });
                self.beat(token, turn);
            }
            Message::Extended { token, sent } if mine(token) => {
                let until = sent.after(self.setup.lease);
                if let Some(held) = &mut self.held {
                    if held.until.is_none() {
                        turn.set(Timer::Work(token), self.setup.work);
                    }
                    held.until = held.until.max(Some(until));
                    turn.set(Timer::Deadline(token), until.since(turn.now()));
                }
            }
            Message::Revoked { token } if mine(token) => self.let_go(turn),
            Message::Stored { token } if mine(token) => {
                self.turn += 1;
                self.let_go(turn);
            }
            Message::Refused { token } if mine(token) => self.let_go(turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Client>) {
        match *timer {
            Timer::Want => self.ask(turn),
            Timer::Beat(token) => self.beat(token, turn),
            Timer::Work(token) if self.believes(turn.now()) => turn.send_connected(STORE, Message::Put { token }),
            Timer::Work(_) | Timer::Deadline(_) => self.let_go(turn),
            _ => {}
        }
    }

    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn<Client>) {
        if peer == STORE {
            self.let_go(turn);
        } else if self.asking {
            self.asking = false;
            self.think(turn);
        }
    }

    fn face(&self, _disk: &Diskless) -> Face {
        match (&self.held, self.asking) {
            (Some(Held { until: Some(_), .. }), _) => Face { word: Text::new("holds", "持有"), mood: Mood::Holding },
            (Some(_), _) => Face { word: Text::new("granted", "已获批"), mood: Mood::Busy },
            (None, true) => Face { word: Text::new("waits", "等待"), mood: Mood::Waiting },
            (None, false) => Face { word: Text::new("thinks", "思考"), mood: Mood::Idle },
        }
    }

    fn conditions(&self, _disk: &Diskless, now: LocalTime) -> Vec<Condition> {
        let believes = self.believes(now).then_some(ConditionKind::BelievesToHold);
        let waits = self.asking.then_some(ConditionKind::WaitsForLock);
        let subject = Subject(self.held.as_ref().map_or(0, |held| held.token));
        believes.into_iter().chain(waits).map(|kind| Condition { kind, subject }).collect()
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The store

#[derive(Clone, Debug, Serialize)]
pub struct Written {
    token: u32,
    by: NodeId,
}

impl Named for Written {
    fn kind(&self) -> &'static str {
        "written"
    }
    fn subject(&self) -> Subject {
        Subject(self.token)
    }
}

/// What the store accepted, in order.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Pages {
    written: Vec<(u32, NodeId)>,
}

impl Durable for Pages {
    type Record = Written;
    fn apply(&mut self, record: &Written) {
        self.written.push((record.token, record.by));
    }
}

/// The store: refuses tokens older than the newest that it has seen.
#[derive(Clone, Serialize)]
pub struct Store {
    #[serde(skip)]
    trusting: bool,
    newest: u32,
}

impl Role for Store {
    type Message = Message;
    type Timer = Timer;
    type Durable = Pages;
    type Setup = bool;

    fn start(trusting: &bool, turn: &mut Turn<Store>) -> Store {
        let newest = turn.disk().written.iter().map(|(token, _)| *token).max().unwrap_or(0);
        Store { trusting: *trusting, newest }
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Store>) {
        let Message::Put { token } = *message else { return };
        if token < self.newest && !self.trusting {
            turn.send_connected(from, Message::Refused { token });
            return;
        }
        self.newest = self.newest.max(token);
        turn.write(Written { token, by: from });
        turn.fsync();
        turn.send_connected(from, Message::Stored { token });
    }

    fn fire(&mut self, _timer: &Timer, _turn: &mut Turn<Store>) {}

    fn face(&self, _disk: &Pages) -> Face {
        Face { word: Text::new("ready", "就绪"), mood: Mood::Idle }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The properties

fn clients(view: &View) -> impl Iterator<Item = NodeId> + use<> {
    view.nodes().filter(|node| *node >= CLIENT)
}

/// A node's monotonic clock at this step: as it ran from the start, or since a fault last changed it.
fn reading(view: &View, node: NodeId) -> LocalTime {
    let last = view.trace.clocks.iter().rev().find(|(_, changed, _)| *changed == node);
    last.map_or(Clock::default(), |(.., clock)| clock.clone()).monotonic(view.step.at)
}

#[derive(Clone)]
struct OneBeliever;

impl Monitor for OneBeliever {
    fn observe(&mut self, view: &View) -> Judgement {
        let believes = |node: &NodeId| {
            let client = view.node::<Client>(*node).and_then(|(client, _)| client);
            client.is_some_and(|client| client.believes(reading(view, *node)))
        };
        let believers: Vec<u8> = clients(view).filter(believes).map(|node| node.0 - CLIENT.0 + 1).collect();
        match believers[..] {
            [one, other, ..] => Judgement::Broken(say!(
                "c{one} and c{other} both believe that they hold the lock",
                "c{one} 和 c{other} 都认为自己持有锁"
            )),
            _ => Judgement::Unchanged,
        }
    }
    fn hash_into(&self, _hasher: &mut Hasher) {}
    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

/// Remembers what the store wrote: a disk that loses it makes nothing good.
#[derive(Clone, Serialize)]
struct Fenced {
    newest: Option<(u32, NodeId)>,
}

impl Monitor for Fenced {
    fn observe(&mut self, view: &View) -> Judgement {
        let Some(written) = view.wrote().and_then(|record| record.get::<Written>()) else {
            return Judgement::Unchanged;
        };
        let (token, by) = (written.token, written.by);
        let newest = self.newest.replace((token, by));
        match newest {
            Some((newest, other)) if token < newest || (token == newest && other != by) => Judgement::Broken(say!(
                "The store accepted token {token} after token {newest}",
                "存储在令牌 {newest} 之后又接受了令牌 {token}"
            )),
            _ => Judgement::Unchanged,
        }
    }
    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(self, hasher);
    }
    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

#[derive(Clone)]
struct Served;

impl Monitor for Served {
    fn observe(&mut self, view: &View) -> Judgement {
        let done = |node: &NodeId| {
            let client = view.node::<Client>(*node).and_then(|(client, _)| client);
            client.is_some_and(Client::is_done)
        };
        match clients(view).find(|node| !done(node)) {
            None => Judgement::Met,
            Some(node) => {
                let number = node.0 - CLIENT.0 + 1;
                Judgement::Pending(say!("c{number} has not had all its turns", "c{number} 还没有轮完"))
            }
        }
    }
    fn hash_into(&self, _hasher: &mut Hasher) {}
    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

#[derive(Clone)]
struct Contended;

impl Monitor for Contended {
    fn observe(&mut self, view: &View) -> Judgement {
        match view.node::<Server>(SERVER) {
            Some((Some(server), _)) if server.borrower.is_some() && !server.queue.is_empty() => Judgement::Met,
            _ => Judgement::Unchanged,
        }
    }
    fn hash_into(&self, _hasher: &mut Hasher) {}
    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

pub static PROPERTIES: &[Property] = &[
    Property {
        id: "one-believer",
        kind: PropertyKind::Always,
        title: Text::new("No two clients believe that they hold the lock", "不会有两个客户端同时认为自己持有锁"),
        source: "L-1",
        monitor: || Box::new(OneBeliever),
    },
    Property {
        id: "fenced",
        kind: PropertyKind::Always,
        title: Text::new("The store never goes back to an older token", "存储不会接受比已见更旧的令牌"),
        source: "F-1",
        monitor: || Box::new(Fenced { newest: None }),
    },
    Property {
        id: "served",
        kind: PropertyKind::Eventually,
        title: Text::new("Every client gets all its turns", "每个客户端最终都轮完"),
        source: "L-3",
        monitor: || Box::new(Served),
    },
    Property {
        id: "contended",
        kind: PropertyKind::Sometimes,
        title: Text::new("Somebody waits while another holds the lock", "有人持锁时另有人等待"),
        source: "L-5",
        monitor: || Box::new(Contended),
    },
];

// ---------------------------------------------------------------------------------------------------------------------
// The catalogue's part

const fn number(key: &'static str, minimum: u32, maximum: u32, default: u32) -> Parameter {
    let kind = ParameterKind::Number { minimum, maximum, default };
    Parameter { key, name: Text::same(key), help: Text::same(key), kind, source: Text::same("test") }
}

const fn time(key: &'static str, minimum: Span, maximum: Span, default: Span) -> Parameter {
    let kind = ParameterKind::Time { minimum, maximum, default };
    Parameter { key, name: Text::same(key), help: Text::same(key), kind, source: Text::same("test") }
}

const fn choice(key: &'static str, choices: &'static [Choice]) -> Parameter {
    let kind = ParameterKind::Choice(choices);
    Parameter { key, name: Text::same(key), help: Text::same(key), kind, source: Text::same("test") }
}

const fn word(key: &'static str, breaks: Option<&'static str>) -> Choice {
    Choice { key, name: Text::same(key), breaks }
}

const EXPIRY: &[Choice] = &[word("monotonic", None), word("wall", Some("one-believer"))];
const RESTART: &[Choice] = &[word("patient", None), word("hasty", Some("one-believer"))];
const STORES: &[Choice] = &[word("fenced", None), word("trusting", Some("fenced"))];

static PARAMETERS: &[Parameter] = &[
    number("clients", 1, 6, 3),
    number("turns", 1, 1_000, 2),
    time("lease", Span::millis(5), Span::seconds(60), Span::millis(30)),
    time("work", Span::ZERO, Span::seconds(60), Span::millis(8)),
    time("think", Span::ZERO, Span::seconds(60), Span::millis(6)),
    time("timeout", Span::millis(1), Span::seconds(60), Span::millis(60)),
    choice("expiry", EXPIRY),
    choice("recovery", RESTART),
    choice("store", STORES),
];

static INTERVENTIONS: &[Intervention] = &[
    Intervention {
        key: "revoke",
        name: Text::new("An operator takes the lock away", "运维人员收回锁"),
        help: Text::new("The next in the queue gets it at once", "队列里的下一位立即获得"),
        applies: |node, _| node == SERVER,
        arguments: &[Argument {
            key: "client",
            name: Text::new("from client", "客户端"),
            kind: ArgumentKind::Number,
            minimum: 1,
            maximum: 6,
        }],
    },
    Intervention {
        key: "lose-loans",
        name: Text::new("The server's disk loses every record", "服务器磁盘丢失全部记录"),
        help: Text::new("It also works while the server is down", "服务器停机时也有效"),
        applies: |node, _| node == SERVER,
        arguments: &[],
    },
];

const fn term(kind: &'static str, zh: &'static str) -> Term {
    Term { kind, label: Text::new(kind, zh), gloss: Text::new(kind, zh) }
}

static TERMS: &[Term] = &[
    term("ask", "申请"),
    term("granted", "批准"),
    term("heartbeat", "心跳"),
    term("extended", "续期"),
    term("release", "释放"),
    term("revoked", "收回"),
    term("put", "写入"),
    term("stored", "已存"),
    term("refused", "拒绝"),
    term("lent", "借出"),
    term("ended", "归还"),
    term("written", "落盘"),
    term("expiry", "到期"),
    term("grace", "宽限"),
    term("beat", "心跳时刻"),
    term("deadline", "截止"),
    term("work", "工作"),
    term("want", "想要"),
];

const fn expect(property: &'static str, verdict: Expected, because: &'static str) -> Expectation {
    Expectation { property, verdict, because }
}

const fn entry(
    id: &'static str,
    parameters: &'static [(&'static str, &'static str)],
    faults: &'static [&'static str],
    expected: &'static [Expectation],
) -> Entry {
    let question = Text::new("May two clients hold the lock?", "会不会有两个客户端同时持锁？");
    let answer = Text::new("Only by a mistake.", "只有出错时才会。");
    let until = Span::seconds(2);
    Entry {
        id,
        question,
        answer,
        parameters,
        seed: 8,
        faults,
        until,
        suggestions: SUGGESTIONS,
        expected: Expectations::of(expected),
    }
}

const SUGGESTIONS: &[Suggestion] =
    &[Suggestion { name: Text::new("Crash the server", "让服务器宕机"), change: Change::Fault("crash=s@now") }];

use Expected::{Holds, Violated};

static ENTRIES: &[Entry] = &[
    entry(
        "lease-calm",
        &[],
        &[],
        &[
            expect("one-believer", Holds, "the loan ends after the belief"),
            expect("fenced", Holds, "tokens only grow"),
            expect("served", Holds, "nobody keeps the lock"),
            expect("contended", Holds, "three clients want one lock"),
        ],
    ),
    entry(
        "lease-pause",
        &[("work", "5ms")],
        &["pause=c1@before:put.1:r+200ms"],
        &[
            expect("one-believer", Holds, "a belief ends by the clock, even in a pause"),
            expect("fenced", Holds, "the store has seen a newer token"),
            expect("served", Holds, "whoever is refused asks again"),
        ],
    ),
    entry(
        "lease-pause-unfenced",
        &[("work", "5ms"), ("store", "trusting")],
        &["pause=c1@before:put.1:r+200ms"],
        &[expect("fenced", Violated, "sheet §12: the old holder wakes and writes")],
    ),
    entry(
        "lease-jump",
        &[("expiry", "wall")],
        &["jump=s@after:c1:heartbeat.1+1h"],
        &[expect("one-believer", Violated, "sheet §9: a wall clock that jumps ends the loan early")],
    ),
    entry(
        "lease-jump-monotonic",
        &[],
        &["jump=s@after:c1:heartbeat.1+1h"],
        &[expect("one-believer", Holds, "the monotonic clock does not jump")],
    ),
    entry(
        "lease-server-restart",
        &[],
        &["crash=s@after:c1:heartbeat.1", "restart=s@18ms"],
        &[
            expect("one-believer", Holds, "a lease passes before anything is lent anew"),
            expect("served", Holds, "clients ask again once their connections break"),
        ],
    ),
    entry(
        "lease-hasty",
        &[("recovery", "hasty"), ("work", "20ms")],
        &["crash=s@after:extended.1:c1", "restart=s@18ms"],
        &[expect("one-believer", Violated, "the old holder's belief outlives the server's memory")],
    ),
    entry(
        "lease-revoke",
        &[("work", "20ms")],
        &["do=s@after:extended.1:c1:revoke.1", "drop=s:revoked.1:c1"],
        &[expect("one-believer", Violated, "an operator does not wait for the belief to end")],
    ),
];

const NAMES: [&str; 6] = ["c1", "c2", "c3", "c4", "c5", "c6"];

impl Protocol for Lease {
    fn id(&self) -> &'static str {
        "lease"
    }

    fn version(&self) -> u16 {
        1
    }

    fn family(&self) -> Family {
        Family::Locks
    }

    fn name(&self) -> Text {
        Text::new("Lease", "租约锁")
    }

    fn summary(&self) -> Text {
        Text::new("A lock that ends by itself.", "会自动到期的锁。")
    }

    fn modelled(&self) -> &'static [Text] {
        const MODELLED: &[Text] = &[Text::new("Fencing tokens.", "防护令牌。")];
        MODELLED
    }

    fn not_modelled(&self) -> &'static [Text] {
        const NOT_MODELLED: &[Text] = &[Text::new("A replicated server.", "多副本服务器。")];
        NOT_MODELLED
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn interventions(&self) -> &'static [Intervention] {
        INTERVENTIONS
    }

    fn topology(&self, values: &Values) -> Topology {
        let lease = values.time("lease");
        let server = ServerSetup {
            lease,
            by_wall_clock: values.choice("expiry") == "wall",
            hasty_restart: values.choice("recovery") == "hasty",
        };
        let client = ClientSetup {
            lease,
            work: values.time("work"),
            think: values.time("think"),
            beat: Span::micros(lease.as_micros() / 3),
            turns: values.number("turns"),
        };
        let fsync = Distribution::Uniform { from: Span::micros(300), to: Span::micros(900) };
        let spec = |name, title, position, node| NodeSpec { name, title, position, node, fsync };
        let store = process::<Store>(values.choice("store") == "trusting");
        let mut nodes = vec![
            spec("s", Text::new("Lease server", "租约服务器"), Position::Decider, process::<Server>(server)),
            spec("r", Text::new("Store", "存储"), Position::Store, store),
        ];
        for (index, name) in NAMES.into_iter().enumerate().take(values.number("clients") as usize) {
            let position = Position::Service(index as u8 + 1);
            nodes.push(spec(name, Text::new("Client", "客户端"), position, process::<Client>(client.clone())));
        }
        Topology {
            nodes,
            latency: Distribution::Uniform { from: Span::micros(800), to: Span::micros(1_400) },
            links: Vec::new(),
            connection_timeout: values.time("timeout"),
            base_latency: Span::millis(1),
        }
    }

    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn terms(&self) -> &'static [Term] {
        TERMS
    }

    fn narrate(&self, moment: &Moment) -> Option<Text> {
        match moment.step().kind {
            StepKind::Deliver(message) => match moment.trace.message(message).payload.get::<Message>()? {
                Message::Extended { token, .. } => Some(say!(
                    "The loan with token {token} runs anew from when the heartbeat left",
                    "令牌 {token} 的租约从心跳发出时重新计时"
                )),
                _ => None,
            },
            _ => None,
        }
    }

    fn panels(&self, moment: &Moment, world: &World, values: &Values) -> Vec<Panel> {
        let Some((Some(server), _)) = look::<Server>(&*world.nodes()[SERVER.index()]) else { return Vec::new() };
        let trace = moment.trace;
        let granted = |token: u32| {
            let is = |message: &&faultline::sim::trace::Message| matches!(message.payload.get::<Message>(), Some(Message::Granted { token: granted }) if *granted == token);
            trace.messages.iter().find(is).map_or(world.now(), |message| trace.steps[message.sent as usize].at)
        };
        let lock = server.borrower.as_ref().map_or(LockState::Free, |borrower| {
            LockState::Held(Holder {
                node: borrower.node,
                since: granted(borrower.token),
                believes: true,
                fencing_token: Some(u64::from(borrower.token)),
                lease: Some(sim::show::Lease {
                    ends: world.now() + borrower.until.since(world.monotonic(SERVER)),
                    length: values.time("lease"),
                }),
                renewals: 0,
                entry: None,
            })
        });
        let waiter = |node: &NodeId| Waiter {
            node: *node,
            since: None,
            waits_on: WaitsOn::Subscription { until: None },
            entry: None,
        };
        vec![Panel::Queue(Queue {
            title: Text::new("The lock", "锁"),
            lock,
            believers: Vec::new(),
            waiters: server.queue.iter().map(waiter).collect(),
            grants: Vec::new(),
            writes: Vec::new(),
        })]
    }

    fn entries(&self) -> &'static [Entry] {
        ENTRIES
    }
}
