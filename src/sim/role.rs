//! What a protocol writes: roles with one handler per event. A handler changes its volatile state at once and orders
//! effects; the driver carries them out one by one, and a fault may fall between any two of them.

use super::clock::{LocalTime, WallTime};
use super::payload::{Named, Payload};
use super::random::draw;
use super::show::{Condition, Face};
use super::time::Span;
use super::trace::NodeId;
use serde::Serialize;
use std::sync::Arc;

/// What survives a crash: what the node's records, read in order, make of an empty disk.
pub trait Durable: Clone + Default + Serialize + Send + Sync + 'static {
    /// Whether there is a disk that it stands on.
    const IS_ON_DISK: bool = true;
    type Record: Named;
    /// Reads one more record of the log.
    fn apply(&mut self, record: &Self::Record);
    /// An intervention on the disk itself, such as losing a record; it works on a node that is down too. Says whether it
    /// found anything to change.
    fn intervene(&mut self, _key: &str, _arguments: &[u32]) -> bool {
        false
    }
}

/// A node without a disk.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Diskless;

/// The record of a node without a disk: there is none.
#[derive(Clone, Debug, Serialize)]
pub enum NoRecord {}

impl Named for NoRecord {
    fn kind(&self) -> &'static str {
        match *self {}
    }
    fn subject(&self) -> super::payload::Subject {
        match *self {}
    }
}

impl Durable for Diskless {
    const IS_ON_DISK: bool = false;
    type Record = NoRecord;
    fn apply(&mut self, record: &NoRecord) {
        match *record {}
    }
}

/// One role of a protocol: its volatile state, and what it does at each event.
///
/// A role has no clock, no randomness and no input of its own: all comes with the [`Turn`].
pub trait Role: Clone + Serialize + Send + Sync + Sized + 'static {
    /// The protocol's messages.
    type Message: Named;
    type Timer: Named;
    type Durable: Durable;
    /// What the node is told once and for ever: its parameters and peers.
    type Setup: Clone + Send + Sync + 'static;

    /// Starts from what is durable: at first an empty disk, after a crash what survived.
    fn start(setup: &Self::Setup, turn: &mut Turn<Self>) -> Self;
    fn receive(&mut self, from: NodeId, message: &Self::Message, turn: &mut Turn<Self>);
    fn fire(&mut self, timer: &Self::Timer, turn: &mut Turn<Self>);
    /// An fsync is complete: the turn's disk shows what became durable.
    fn synced(&mut self, _turn: &mut Turn<Self>) {}
    /// The connection to `peer` broke; what was under way on it is lost.
    fn disconnected(&mut self, _peer: NodeId, _turn: &mut Turn<Self>) {}
    /// An intervention that the protocol declares. Says whether it found anything to act on.
    fn intervene(&mut self, _key: &str, _arguments: &[u32], _turn: &mut Turn<Self>) -> bool {
        false
    }

    /// The state on the node's face.
    fn face(&self, disk: &Self::Durable) -> Face;
    /// What lasts now: locks held, waits, doubts; each at most once.
    fn conditions(&self, _disk: &Self::Durable, _now: LocalTime) -> Vec<Condition> {
        Vec::new()
    }
}

/// The messages of a role's disk.
pub type RecordOf<R> = <<R as Role>::Durable as Durable>::Record;

/// One effect, in the order in which its handler asked for it.
#[derive(Clone, Debug)]
pub enum Effect {
    Send { to: NodeId, payload: Arc<dyn Payload>, connected: bool },
    Write { record: Arc<dyn Payload> },
    Fsync,
    Set { timer: Arc<dyn Payload>, after: Span },
    Cancel { timer: Arc<dyn Payload> },
}

/// What the driver tells a node along with an event.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub me: NodeId,
    pub monotonic: LocalTime,
    /// The wall clock as this node believes it.
    pub wall: WallTime,
    pub seed: u64,
}

/// One event's view of its node: what is durable, what the clocks say, and the effects ordered so far.
pub struct Turn<'a, R: Role> {
    now: Now,
    disk: &'a R::Durable,
    effects: &'a mut Vec<Effect>,
}

impl<R: Role> Turn<'_, R> {
    /// This node.
    pub fn me(&self) -> NodeId {
        self.now.me
    }

    /// What is durable: completed fsyncs only. At a start, all that survived.
    pub fn disk(&self) -> &R::Durable {
        self.disk
    }

    /// The monotonic clock.
    pub fn now(&self) -> LocalTime {
        self.now.monotonic
    }

    /// The wall clock as this node believes it.
    pub fn wall(&self) -> WallTime {
        self.now.wall
    }

    /// 64 random bits that depend on the run's seed, the purpose and the name given, and on nothing else.
    pub fn draw(&self, purpose: &str, name: &[u64]) -> u64 {
        draw(self.now.seed, purpose, name)
    }

    /// Sends a datagram: it may be lost, doubled and overtaken.
    pub fn send(&mut self, to: NodeId, message: R::Message) {
        self.effects.push(Effect::Send { to, payload: Arc::new(message), connected: false });
    }

    /// Sends on the connection to a peer: in order, once, until it breaks.
    pub fn send_connected(&mut self, to: NodeId, message: R::Message) {
        self.effects.push(Effect::Send { to, payload: Arc::new(message), connected: true });
    }

    /// Appends to the log; durable only after an [`fsync`](Turn::fsync).
    pub fn write(&mut self, record: RecordOf<R>) {
        self.effects.push(Effect::Write { record: Arc::new(record) });
    }

    /// Makes all writes so far durable. The effects ordered after it wait for its end; other events do not.
    pub fn fsync(&mut self) {
        self.effects.push(Effect::Fsync);
    }

    /// Sets a timer by this node's monotonic clock, or sets it anew.
    pub fn set(&mut self, timer: R::Timer, after: Span) {
        self.effects.push(Effect::Set { timer: Arc::new(timer), after });
    }

    pub fn cancel(&mut self, timer: R::Timer) {
        self.effects.push(Effect::Cancel { timer: Arc::new(timer) });
    }
}

/// Where nodes get their turns from: only the erased node below makes them.
pub(super) fn turn<'a, R: Role>(now: Now, disk: &'a R::Durable, effects: &'a mut Vec<Effect>) -> Turn<'a, R> {
    Turn { now, disk, effects }
}
