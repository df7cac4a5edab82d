//! Nodes that send each other messages, as a transition system with small states: worlds are many, but the states of one
//! node, the messages and the histories are few. Each is kept once and has a number; a world is a short row of numbers;
//! and what a node's state and a message led to is remembered, so that a handler runs once for each pair. (SPIN's collapse
//! compression and LTSmin's transition caches are the models.)
//!
//! The network is a multiset of envelopes: nothing is lost or doubled, anything may overtake anything. A handler is one
//! step with all that it sends. A delivery that changes nothing and sends nothing is no transition: it stays under way.

mod numbers;

use crate::sim::clock::{LocalTime, WallTime};
use crate::sim::fingerprint::{Hasher, hash_into, mix};
use crate::sim::node::Node;
use crate::sim::payload::Payload;
use crate::sim::role::{Effect, Now};
use crate::sim::trace::NodeId;
use numbers::{Answers, Numbered, Remembered, key};
use serde::Serialize;
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

/// A world as a row of numbers: the state of each node, the observer, then the envelopes under way, in order of their
/// numbers, each as often as it is under way.
pub type Row = Box<[u32]>;

/// A message on its way.
pub struct Envelope {
    pub from: NodeId,
    pub to: NodeId,
    pub payload: Arc<dyn Payload>,
    /// See [`Observer::marks`].
    pub marks: u8,
    /// Its place among envelopes: by sender, receiver and contents, because numbers depend on which thread came first.
    rank: u64,
    /// Its place among those to the same receiver.
    place: u32,
}

/// An envelope that can be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delivery {
    rank: u64,
    envelope: u32,
    /// Its place among those to the same receiver.
    place: u32,
}

impl Delivery {
    fn to(&self) -> usize {
        (self.rank >> 48 & 0xff) as usize
    }
}

/// A node's state, and what envelopes to it lead to: transitions by their numbers.
struct State {
    node: Arc<dyn Node>,
    led_to: Answers,
}

/// What an observer is, and how it judges.
struct Observed<O> {
    observer: O,
    is_well: bool,
}

/// What a delivery does.
struct Transition {
    /// The receiver's state after it.
    node: u32,
    delivered: u32,
    sends: Box<[u32]>,
    /// Whether the observer is told of any of it.
    observed: bool,
}

/// The number that stands for no transition.
const NONE: u32 = u32::MAX;

/// See the module's own words.
pub struct Nodes<O> {
    initial: Row,
    count: usize,
    nodes: Numbered<State>,
    envelopes: Numbered<Envelope>,
    observers: Numbered<Observed<O>>,
    transitions: Numbered<Transition>,
    /// For each node, how many different envelopes to it there are.
    addressed: Vec<AtomicU32>,
    /// By an observer and a transition, the observer after it.
    saw: Remembered,
}

impl<O: Observer> Nodes<O> {
    /// All nodes have started, in their order, and sent what they send at the start.
    ///
    /// # Panics
    /// If a node writes, or sets a timer: these nodes only talk.
    pub fn new(nodes: Vec<Arc<dyn Node>>, observer: O) -> Nodes<O> {
        let mut this = Nodes {
            initial: Box::default(),
            count: nodes.len(),
            nodes: Numbered::default(),
            envelopes: Numbered::default(),
            observers: Numbered::default(),
            transitions: Numbered::default(),
            addressed: nodes.iter().map(|_| AtomicU32::new(0)).collect(),
            saw: Remembered::default(),
        };
        let (mut row, mut sends, mut observer) = (Vec::new(), Vec::new(), observer);
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
        this.initial = this.with_envelopes(row, &[], &sends);
        this
    }

    /// The world in which everything begins.
    pub fn initial(&self) -> Row {
        self.initial.clone()
    }

    /// Appends the envelopes under way, each once however often it is under way, in the order of their ranks.
    pub fn deliveries(&self, row: &Row, deliveries: &mut Vec<Delivery>) {
        let mut last = NONE;
        for envelope in row[self.count + 1..].iter().copied() {
            if std::mem::replace(&mut last, envelope) != envelope {
                let Envelope { rank, place, .. } = *self.envelopes.get(envelope);
                deliveries.push(Delivery { rank, envelope, place });
            }
        }
        deliveries.sort_unstable();
    }

    /// The world after an envelope is delivered; none if that changes nothing.
    pub fn deliver(&self, row: &Row, delivery: &Delivery) -> Option<Row> {
        let (number, to) = (delivery.envelope, delivery.to());
        let state = self.nodes.get(row[to]);
        let transition = state.led_to.get(delivery.place, || self.find(row[to], number));
        if transition == NONE {
            return None;
        }
        let Transition { node, sends, observed, .. } = self.transitions.get(transition);
        let mut next = Vec::with_capacity(row.len() - 1 + sends.len());
        next.extend_from_slice(&row[..=self.count]);
        next[to] = *node;
        if *observed {
            let before = row[self.count];
            next[self.count] = self.saw.get(before, transition, || self.observe(before, transition));
        }
        let under_way = &row[self.count + 1..];
        let place = under_way.iter().position(|other| *other == number)?;
        next.extend_from_slice(&under_way[..place]);
        Some(self.with_envelopes(next, &under_way[place + 1..], sends))
    }

    /// Whether the observer says that all is well.
    pub fn is_well(&self, row: &Row) -> bool {
        self.observers.get(row[self.count]).is_well
    }

    /// Whether an envelope with any of these marks is under way.
    pub fn is_under_way(&self, row: &Row, marks: u8) -> bool {
        row[self.count + 1..].iter().any(|envelope| self.envelopes.get(*envelope).marks & marks != 0)
    }

    /// What is delivered.
    pub fn envelope(&self, delivery: &Delivery) -> &Envelope {
        self.envelopes.get(delivery.envelope)
    }

    /// A world's fingerprint.
    pub fn fingerprint(&self, row: &Row) -> u64 {
        row.chunks(2).fold(0, |hash, pair| {
            let other = pair.get(1).copied().unwrap_or(NONE);
            mix(hash ^ (u64::from(pair[0]) << 32 | u64::from(other)))
        })
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
        let observed = |envelope: &u32| self.envelopes.get(*envelope).marks & OBSERVED != 0;
        let observed = marks & OBSERVED != 0 || sends.iter().any(observed);
        let identity = (u64::from(node) << 32 | u64::from(number), 0);
        self.transitions.number(identity, || Transition { node: after, delivered: number, sends, observed })
    }

    /// The observer after a transition.
    fn observe(&self, observer: u32, transition: u32) -> u32 {
        let mut observer = self.observers.get(observer).observer.clone();
        let Transition { delivered, sends, .. } = self.transitions.get(transition);
        let Envelope { from, to, payload, marks, .. } = self.envelopes.get(*delivered);
        if marks & OBSERVED != 0 {
            observer.delivered(*from, *to, &**payload);
        }
        sends.iter().for_each(|envelope| self.tell_of_sending(*envelope, &mut observer));
        self.observer_number(observer)
    }

    fn tell_of_sending(&self, envelope: u32, observer: &mut O) {
        let Envelope { from, to, payload, marks, .. } = self.envelopes.get(envelope);
        if marks & OBSERVED != 0 {
            observer.sent(*from, *to, &**payload);
        }
    }

    fn node_number(&self, me: NodeId, node: Arc<dyn Node>) -> u32 {
        let identity = key(|hasher| {
            node.hash_into(hasher.number(u64::from(me.0)));
        });
        self.nodes.number(identity, || State { node, led_to: Answers::default() })
    }

    fn observer_number(&self, observer: O) -> u32 {
        let identity = key(|hasher| hash_into(&observer, hasher));
        self.observers.number(identity, || Observed { is_well: observer.is_well(), observer })
    }

    /// The numbers of the envelopes that a handler sends.
    fn sent(&self, from: NodeId, effects: Vec<Effect>, observer: &O) -> Box<[u32]> {
        let number = |effect: Effect| {
            let Effect::Send { to, payload, .. } = effect else { panic!("these nodes only talk: {effect:?}") };
            let identity = key(|hasher: &mut Hasher| {
                hasher.number(u64::from(from.0) << 8 | u64::from(to.0)).text(payload.kind());
                payload.hash_into(hasher);
            });
            let marks = observer.marks(&*payload);
            let rank = u64::from(from.0) << 56 | u64::from(to.0) << 48 | identity.0 >> 16;
            // Envelopes are made one at a time: their places count up.
            let place = || self.addressed[to.index()].fetch_add(1, Ordering::Relaxed);
            self.envelopes.number(identity, || Envelope { from, to, payload, marks, rank, place: place() })
        };
        effects.into_iter().map(number).collect()
    }

    /// A row that ends in envelopes in order, with `rest` behind them, which is in order too, and `sends` where they belong.
    fn with_envelopes(&self, mut row: Vec<u32>, rest: &[u32], sends: &[u32]) -> Row {
        row.extend_from_slice(rest);
        let under_way = self.count + 1;
        for send in sends {
            let place = row[under_way..].iter().rposition(|other| other <= send).map_or(0, |before| before + 1);
            row.insert(under_way + place, *send);
        }
        row.into_boxed_slice()
    }
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
