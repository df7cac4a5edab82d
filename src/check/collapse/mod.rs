//! Nodes that send each other messages, as a transition system with small states: worlds are many, but the states of one
//! node, the messages and the histories are few. Each is kept once and has a number; a world is a short row of numbers;
//! and what a node's state and a message led to is remembered, so that a handler runs once for each pair. (SPIN's collapse
//! compression and LTSmin's transition caches are the models.)
//!
//! The network is a multiset of envelopes: nothing is lost or doubled, anything may overtake anything. A handler is one
//! step with all that it sends. A delivery that changes nothing and sends nothing is no transition: it stays under way.

use super::numbers::{Answers, Numbered, UNKNOWN};
use crate::sim::clock::{LocalTime, WallTime};
use crate::sim::fingerprint::{Hasher, encoded, hash_into, mix};
use crate::sim::node::Node;
use crate::sim::payload::Payload;
use crate::sim::role::{Effect, Now};
use crate::sim::trace::NodeId;
use serde::Serialize;
use smallvec::SmallVec;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What watches the envelopes of a run, and is part of a world: the history of clients, say.
pub trait Observer: Clone + Serialize + Send + Sync {
    /// What a payload is to the observer and to properties, as bits; with [`OBSERVED`], the observer is told of its
    /// sending and its delivery.
    fn marks(&self, payload: &dyn Payload) -> u8;
    fn delivered(&mut self, from: NodeId, to: NodeId, payload: &dyn Payload);
    fn sent(&mut self, from: NodeId, to: NodeId, payload: &dyn Payload);
    /// Whether all is well; worked out once for each observer that differs.
    fn is_well(&self) -> bool;
}

/// The mark of payloads that the observer is told of.
pub const OBSERVED: u8 = 1;

/// Most rows fit into their place: rows that follow each other in memory are read faster than rows all over it.
type Numbers = SmallVec<[u32; 20]>;

/// A world as a row of numbers: the state of each node, the observer, then the envelopes under way, in the order of their
/// ranks, each as often as it is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The sum of what each of them adds to it, so that a delivery changes it by a difference that is known.
    fingerprint: u64,
    numbers: Numbers,
}

impl Row {
    /// The world's fingerprint, the same however things came to their numbers.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// What it holds beyond its own size, in bytes.
    pub fn bytes(&self) -> usize {
        if self.numbers.spilled() { self.numbers.capacity() * size_of::<u32>() } else { 0 }
    }
}

/// A message on its way.
pub struct Envelope {
    pub from: NodeId,
    pub to: NodeId,
    pub payload: Arc<dyn Payload>,
    /// See [`Observer::marks`].
    pub marks: u8,
    /// Its place among envelopes: by contents, because numbers depend on which thread came first.
    rank: u64,
    /// Its place among those to the same receiver.
    place: u32,
    /// What it adds to the fingerprints of rows.
    adds: u64,
}

/// An envelope that can be delivered, and what that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    envelope: u32,
    transition: u32,
}

/// A node's state, and what envelopes to it lead to: transitions by their numbers.
struct State {
    node: Arc<dyn Node>,
    led_to: Answers,
    /// What it adds to the fingerprints of rows.
    adds: u64,
}

/// What an observer is, how it judges, and what telling it leads to: observers by their numbers.
struct Observed<O> {
    observer: O,
    is_well: bool,
    led_to: Answers,
    /// What it adds to the fingerprints of rows.
    adds: u64,
}

/// What a delivery does.
struct Transition {
    /// The receiver, and its state after it.
    to: usize,
    node: u32,
    sends: Box<[u32]>,
    /// What it adds to the fingerprints of rows, but for the observer.
    adds: u64,
    /// What the observer is told; [`NONE`] if nothing.
    telling: u32,
}

/// What an observer is told: an envelope that is delivered, and some that are sent.
struct Telling {
    delivered: Option<u32>,
    sent: Box<[u32]>,
}

/// The number that stands for no transition, and for no telling.
const NONE: u32 = u32::MAX;

/// See the module's own words.
pub struct Nodes<O> {
    initial: Row,
    count: usize,
    nodes: Numbered<State>,
    envelopes: Numbered<Envelope>,
    observers: Numbered<Observed<O>>,
    transitions: Numbered<Transition>,
    tellings: Numbered<Telling>,
    /// For each node, how many different envelopes to it there are.
    addressed: Vec<AtomicU32>,
}

impl<O: Observer> Nodes<O> {
    /// All nodes have started, in their order, and sent what they send at the start.
    ///
    /// # Panics
    /// If a node writes, or sets a timer: these nodes only talk.
    pub fn new(nodes: Vec<Arc<dyn Node>>, observer: O) -> Nodes<O> {
        let mut this = Nodes {
            initial: Row { fingerprint: 0, numbers: Numbers::new() },
            count: nodes.len(),
            nodes: Numbered::default(),
            envelopes: Numbered::default(),
            observers: Numbered::default(),
            transitions: Numbered::default(),
            tellings: Numbered::default(),
            addressed: nodes.iter().map(|_| AtomicU32::new(0)).collect(),
        };
        let (mut row, mut sends, mut observer) = (Numbers::new(), Vec::new(), observer);
        for (index, node) in nodes.into_iter().enumerate() {
            let me = NodeId(index as u8);
            let mut effects = Vec::new();
            let node = changed(&node, |node| node.start(now(me), &mut effects));
            row.push(this.node_number(me, node));
            for envelope in this.sent(me, effects, &observer) {
                this.tell_of_sending(envelope, &mut observer);
                sends.push(envelope);
            }
        }
        row.push(this.observer_number(observer));
        let nodes = row[..this.count].iter().map(|node| this.nodes.get(*node).adds);
        let envelopes = sends.iter().map(|envelope| this.envelopes.get(*envelope).adds);
        let observer = this.observers.get(row[this.count]).adds;
        let fingerprint = nodes.chain(envelopes).fold(observer, u64::wrapping_add);
        this.initial = this.with_envelopes(fingerprint, row, &[], &sends);
        this
    }

    /// The world in which everything begins.
    pub fn initial(&self) -> Row {
        self.initial.clone()
    }

    /// Appends what can be delivered and changes something, each once however often it is under way, in the order of the
    /// envelopes' ranks.
    pub fn deliveries(&self, row: &Row, deliveries: &mut Vec<Delivery>) {
        let mut last = NONE;
        let first = deliveries.len();
        // What they lead to lies far apart in memory: all of it is asked for before any of it is looked at.
        for envelope in row.numbers[self.count + 1..].iter().copied() {
            if std::mem::replace(&mut last, envelope) != envelope {
                let Envelope { to, place, .. } = self.envelopes.get(envelope);
                let transition = self.nodes.get(row.numbers[to.index()]).led_to.known(*place);
                deliveries.push(Delivery { envelope, transition });
            }
        }
        let mut kept = first;
        for place in first..deliveries.len() {
            let Delivery { envelope, mut transition } = deliveries[place];
            if transition == UNKNOWN {
                let Envelope { to, place, .. } = self.envelopes.get(envelope);
                let node = row.numbers[to.index()];
                transition = self.nodes.get(node).led_to.get(*place, || self.find(node, envelope));
            }
            deliveries[kept] = Delivery { envelope, transition };
            kept += usize::from(transition != NONE);
        }
        deliveries.truncate(kept);
    }

    /// The fingerprint of the world after a delivery.
    pub fn fingerprint_after(&self, row: &Row, delivery: &Delivery) -> u64 {
        let transition = self.transitions.get(delivery.transition);
        let fingerprint = row.fingerprint.wrapping_add(transition.adds);
        if transition.telling == NONE {
            return fingerprint;
        }
        let before = row.numbers[self.count];
        let [before, after] = [before, self.told(before, transition.telling)].map(|number| self.observers.get(number));
        fingerprint.wrapping_add(after.adds.wrapping_sub(before.adds))
    }

    /// The world after a delivery; none if the envelope is not under way.
    pub fn deliver(&self, row: &Row, delivery: &Delivery) -> Option<Row> {
        let Transition { to, node, sends, telling, .. } = self.transitions.get(delivery.transition);
        let mut next = Numbers::with_capacity(row.numbers.len() - 1 + sends.len());
        next.extend_from_slice(&row.numbers[..=self.count]);
        next[*to] = *node;
        if *telling != NONE {
            next[self.count] = self.told(row.numbers[self.count], *telling);
        }
        let under_way = &row.numbers[self.count + 1..];
        let place = under_way.iter().position(|other| *other == delivery.envelope)?;
        next.extend_from_slice(&under_way[..place]);
        let fingerprint = self.fingerprint_after(row, delivery);
        Some(self.with_envelopes(fingerprint, next, &under_way[place + 1..], sends))
    }

    /// Whether the observer says that all is well.
    pub fn is_well(&self, row: &Row) -> bool {
        self.observers.get(row.numbers[self.count]).is_well
    }

    /// Whether an envelope with any of these marks is under way.
    pub fn is_under_way(&self, row: &Row, marks: u8) -> bool {
        row.numbers[self.count + 1..].iter().any(|envelope| self.envelopes.get(*envelope).marks & marks != 0)
    }

    /// What is delivered.
    pub fn envelope(&self, delivery: &Delivery) -> &Envelope {
        self.envelopes.get(delivery.envelope)
    }

    /// How many node states, envelopes and observers there are so far.
    pub fn counts(&self) -> [usize; 3] {
        [self.nodes.len(), self.envelopes.len(), self.observers.len()]
    }

    /// Finds out what an envelope does to a node in this state.
    fn find(&self, node: u32, number: u32) -> u32 {
        let Envelope { from, to, payload, marks, .. } = self.envelopes.get(number);
        let mut effects = Vec::new();
        let after = changed(&self.nodes.get(node).node, |node| node.receive(now(*to), *from, &**payload, &mut effects));
        let after = self.node_number(*to, after);
        if after == node && effects.is_empty() {
            return NONE;
        }
        let any = self.observers.get(0);
        let sends = self.sent(*to, effects, &any.observer);
        let adds = [self.nodes.get(node).adds, self.envelopes.get(number).adds];
        let adds = adds.into_iter().fold(self.nodes.get(after).adds, u64::wrapping_sub);
        let adds = sends.iter().map(|send| self.envelopes.get(*send).adds).fold(adds, u64::wrapping_add);
        let delivered = Some(number).filter(|_| marks & OBSERVED != 0);
        let telling = self.telling(delivered, &sends);
        let identity = (u64::from(node) << 32 | u64::from(number)).to_le_bytes();
        self.transitions.number(&identity, || Transition { to: to.index(), node: after, sends, adds, telling })
    }

    /// What the observer is told of a delivery, and of what it makes a node send.
    fn telling(&self, delivered: Option<u32>, sends: &[u32]) -> u32 {
        let is_observed = |envelope: &&u32| self.envelopes.get(**envelope).marks & OBSERVED != 0;
        let sent: Box<[u32]> = sends.iter().filter(is_observed).copied().collect();
        if delivered.is_none() && sent.is_empty() {
            return NONE;
        }
        let identity = encoded(|hasher| hash_into(&(delivered, &sent), hasher));
        self.tellings.number(&identity, || Telling { delivered, sent })
    }

    /// The observer after it was told something.
    fn told(&self, observer: u32, telling: u32) -> u32 {
        let Observed { observer, led_to, .. } = self.observers.get(observer);
        led_to.get(telling, || {
            let mut observer = observer.clone();
            let Telling { delivered, sent } = self.tellings.get(telling);
            if let Some(envelope) = delivered {
                let Envelope { from, to, payload, .. } = self.envelopes.get(*envelope);
                observer.delivered(*from, *to, &**payload);
            }
            sent.iter().for_each(|envelope| self.tell_of_sending(*envelope, &mut observer));
            self.observer_number(observer)
        })
    }

    fn tell_of_sending(&self, envelope: u32, observer: &mut O) {
        let Envelope { from, to, payload, marks, .. } = self.envelopes.get(envelope);
        if marks & OBSERVED != 0 {
            observer.sent(*from, *to, &**payload);
        }
    }

    fn node_number(&self, me: NodeId, node: Arc<dyn Node>) -> u32 {
        let identity = encoded(|hasher| node.hash_into(hasher.number(u64::from(me.0))));
        self.nodes.number(&identity, || State { node, led_to: Answers::default(), adds: adds(0, &identity) })
    }

    fn observer_number(&self, observer: O) -> u32 {
        let identity = encoded(|hasher| hash_into(&observer, hasher));
        self.observers.number(&identity, || Observed {
            is_well: observer.is_well(),
            observer,
            led_to: Answers::default(),
            adds: adds(1, &identity),
        })
    }

    /// The numbers of the envelopes that a handler sends.
    fn sent(&self, from: NodeId, effects: Vec<Effect>, observer: &O) -> Box<[u32]> {
        let number = |effect: Effect| {
            let Effect::Send { to, payload, .. } = effect else { panic!("these nodes only talk: {effect:?}") };
            let identity = encoded(|hasher| {
                hasher.number(u64::from(from.0) << 8 | u64::from(to.0)).text(payload.kind());
                payload.hash_into(hasher);
            });
            let marks = observer.marks(&*payload);
            let rank = u64::from(from.0) << 56 | u64::from(to.0) << 48 | hashed(&identity) >> 16;
            // Envelopes are made one at a time: their places count up.
            let place = || self.addressed[to.index()].fetch_add(1, Ordering::Relaxed);
            let adds = adds(2, &identity);
            self.envelopes.number(&identity, || Envelope { from, to, payload, marks, rank, place: place(), adds })
        };
        effects.into_iter().map(number).collect()
    }

    /// A row that ends in envelopes in order, with `rest` behind them, which is in order too, and `sends` where they belong.
    fn with_envelopes(&self, fingerprint: u64, mut row: Numbers, rest: &[u32], sends: &[u32]) -> Row {
        row.extend_from_slice(rest);
        let under_way = self.count + 1;
        // Of two of one rank, which hardly ever are, the numbers decide.
        let rank = |envelope: u32| (self.envelopes.get(envelope).rank, envelope);
        for send in sends {
            let place = row[under_way..].partition_point(|other| rank(*other) <= rank(*send));
            row.insert(under_way + place, *send);
        }
        Row { fingerprint, numbers: row }
    }
}

/// What a thing of this kind adds to the fingerprints of rows: sums of well-mixed numbers tell multisets apart.
fn adds(kind: u64, identity: &[u8]) -> u64 {
    mix(hashed(identity) ^ mix(kind))
}

fn hashed(identity: &[u8]) -> u64 {
    Hasher::keyed(1).bytes(identity).finish()
}

/// What a node is told of the time: there is none.
fn now(me: NodeId) -> Now {
    Now { me, monotonic: LocalTime::default(), wall: WallTime::default(), seed: 0 }
}

/// A copy of the node, changed.
fn changed(node: &Arc<dyn Node>, change: impl FnOnce(&mut dyn Node)) -> Arc<dyn Node> {
    let mut copy = node.cloned();
    if let Some(node) = Arc::get_mut(&mut copy) {
        change(node);
    }
    copy
}
