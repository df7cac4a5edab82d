//! A world: every node's state, the messages under way, the timers, the clocks. It lists what can happen next and does
//! any of it; time, the order of things and the scenario's faults are the driver's.

use super::clock::{Clock, LocalTime};
use super::fingerprint::{Hasher, mix};
use super::happen::MessageFate;
use super::name::{LocalName, MessageName, Moment, Purpose, Uncounted};
use super::network::{NODES_MAX, Network};
use super::node::Node;
use super::payload::{Payload, Subject};
use super::random::Distribution;
use super::recorder::{Recorder, Status};
use super::role::Effect;
use super::time::Instant;
use super::topology::Topology;
use super::trace::{LocalIndex, Loss, MessageIndex, NodeId};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// One thing that can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// The node carries out the next effect that its last handler ordered.
    Perform(NodeId),
    Start(NodeId),
    /// The node's oldest fsync completes.
    Sync(NodeId),
    Deliver(MessageIndex),
    Disconnect {
        node: NodeId,
        peer: NodeId,
    },
    Fire {
        node: NodeId,
        kind: &'static str,
        subject: Subject,
    },
    /// A connection has held data through a partition for too long.
    Break {
        one: NodeId,
        other: NodeId,
    },
}

/// When an action is due, and its place among others of the same instant: by class and name, never by insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Due {
    pub at: Instant,
    class: u8,
    /// For what a pause has put off: when it was due at first.
    first: Instant,
    node: NodeId,
    kind: &'static str,
    subject: Subject,
    peer: NodeId,
    ordinal: u32,
}

/// A message under way.
#[derive(Clone)]
pub(super) struct Flight {
    pub name: MessageName,
    pub payload: Arc<dyn Payload>,
    pub connected: bool,
    /// Why it will not arrive, if that is known already.
    pub doom: Option<Loss>,
    /// How many copies are under way.
    pub copies: u8,
}

/// An fsync under way.
#[derive(Clone)]
pub(super) struct Sync {
    pub due: Due,
    /// How many of the unsynced records it makes durable beyond those of the fsyncs before it.
    pub records: usize,
    pub last: (LocalIndex, LocalName),
    /// The effects that wait for it.
    pub rest: Vec<Effect>,
}

/// A timer that is set.
#[derive(Clone)]
pub(super) struct Timer {
    pub index: LocalIndex,
    pub name: LocalName,
    pub payload: Arc<dyn Payload>,
    pub local_due: LocalTime,
    pub due: Due,
}

/// A node's run-time: everything about it that is not the protocol's.
#[derive(Clone)]
pub(super) struct Slot {
    pub status: Status,
    pub clock: Clock,
    pub fsync: Distribution,
    /// Effects that the last handler ordered and that are not carried out yet.
    pub pending: VecDeque<Effect>,
    pub syncs: VecDeque<Sync>,
    pub timers: BTreeMap<(&'static str, Subject), Timer>,
    /// What came due while the node was paused.
    pub inbox: Vec<(Due, Action)>,
    /// Records written and not yet covered by an fsync; the last record written.
    pub uncovered: usize,
    pub last_record: Option<(LocalIndex, LocalName)>,
}

/// See the module's own words.
#[derive(Clone)]
pub struct World {
    pub(super) now: Instant,
    pub(super) seed: u64,
    pub(super) nodes: Vec<Arc<dyn Node>>,
    pub(super) slots: Vec<Slot>,
    pub(super) network: Network,
    pub(super) flights: BTreeMap<MessageIndex, Flight>,
    pub(super) agenda: BTreeMap<Due, Action>,
    // Bookkeeping of the driver, no part of the world's identity:
    pub(super) counts: BTreeMap<Uncounted, u32>,
    pub(super) next_message: MessageIndex,
    pub(super) next_local: LocalIndex,
}

pub(super) const CLASS_START: u8 = 0;
pub(super) const CLASS_SYNC: u8 = 1;
pub(super) const CLASS_BREAK: u8 = 2;
pub(super) const CLASS_DELIVER: u8 = 3;
pub(super) const CLASS_DISCONNECT: u8 = 4;
pub(super) const CLASS_FIRE: u8 = 5;

impl Due {
    pub fn plain(at: Instant, class: u8, node: NodeId, peer: NodeId, ordinal: u32) -> Due {
        Due { at, class, first: at, node, kind: "", subject: Subject::NONE, peer, ordinal }
    }

    pub fn message(at: Instant, name: &MessageName, copy: u32) -> Due {
        Due {
            at,
            class: CLASS_DELIVER,
            first: at,
            node: name.to,
            kind: name.kind,
            subject: name.subject,
            peer: name.from,
            ordinal: name.ordinal << 1 | copy,
        }
    }

    pub fn timer(at: Instant, name: &LocalName) -> Due {
        Due::local(at, CLASS_FIRE, name)
    }

    pub fn sync(at: Instant, last: &LocalName) -> Due {
        Due::local(at, CLASS_SYNC, last)
    }

    fn local(at: Instant, class: u8, name: &LocalName) -> Due {
        Due {
            at,
            class,
            first: at,
            node: name.node,
            kind: name.kind,
            subject: name.subject,
            peer: name.node,
            ordinal: name.ordinal,
        }
    }

    pub fn node(&self) -> NodeId {
        self.node
    }

    /// The same thing, put off.
    pub fn put_off(self, at: Instant) -> Due {
        Due { at, ..self }
    }
}

impl World {
    /// The world before anything has happened: every node about to start.
    ///
    /// # Panics
    /// If the topology has more than [`NODES_MAX`] nodes: a mistake in a protocol.
    pub fn new(topology: &Topology, seed: u64) -> World {
        assert!(topology.nodes.len() <= NODES_MAX, "a run has at most {NODES_MAX} nodes");
        let mut agenda = BTreeMap::new();
        for index in 0..topology.nodes.len() {
            let node = NodeId(index as u8);
            agenda.insert(Due::plain(Instant::START, CLASS_START, node, node, 0), Action::Start(node));
        }
        World {
            now: Instant::START,
            seed,
            nodes: topology.nodes.iter().map(|spec| spec.node.clone()).collect(),
            slots: topology
                .nodes
                .iter()
                .map(|spec| Slot {
                    status: Status::Running,
                    clock: Clock::default(),
                    fsync: spec.fsync,
                    pending: VecDeque::new(),
                    syncs: VecDeque::new(),
                    timers: BTreeMap::new(),
                    inbox: Vec::new(),
                    uncovered: 0,
                    last_record: None,
                })
                .collect(),
            network: Network::new(topology),
            flights: BTreeMap::new(),
            agenda,
            counts: BTreeMap::new(),
            next_message: 0,
            next_local: 0,
        }
    }

    /// The virtual instant.
    pub fn now(&self) -> Instant {
        self.now
    }

    pub fn nodes(&self) -> &[Arc<dyn Node>] {
        &self.nodes
    }

    pub fn status(&self, node: NodeId) -> Status {
        self.slots[node.index()].status
    }

    pub fn clock(&self, node: NodeId) -> &Clock {
        &self.slots[node.index()].clock
    }

    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Everything that can happen next, in the order in which a timed run would do it.
    pub fn enabled(&self) -> Vec<Action> {
        let busy = |node: NodeId| !self.slots[node.index()].pending.is_empty();
        let runs = |node: NodeId| self.status(node) == Status::Running;
        let performs = (0..self.slots.len() as u8).map(NodeId).filter(|node| runs(*node) && busy(*node));
        let others = self.agenda.iter().filter_map(|(due, action)| {
            let possible = match action {
                Action::Break { .. } => true,
                Action::Deliver(index) => {
                    self.deliverable(*index) && !busy(due.node) && self.status(due.node) != Status::Paused
                }
                Action::Sync(node) => runs(*node) && !busy(*node) && self.slots[node.index()].syncs[0].due == *due,
                _ => runs(due.node) && !busy(due.node),
            };
            possible.then_some(*action)
        });
        performs.map(Action::Perform).chain(others).collect()
    }

    /// Whether a message is not kept back by those before it on its connection, or by a partition of it.
    pub(super) fn deliverable(&self, index: MessageIndex) -> bool {
        let Some(flight) = self.flights.get(&index) else { return false };
        let direction = (flight.name.from, flight.name.to);
        !flight.connected
            || (!self.network.is_cut(flight.name.from, flight.name.to)
                && self.network.channels.get(&direction).is_some_and(|channel| channel.queue.front() == Some(&index)))
    }

    /// Does one thing that can happen; what cannot happen any more does nothing.
    pub fn apply(&mut self, action: Action, recorder: &mut dyn Recorder) {
        if let Action::Perform(node) = action {
            self.perform(node, &MessageFate::default(), recorder);
            return;
        }
        let due = self.agenda.iter().find(|(_, other)| **other == action).map(|(due, _)| *due);
        if let Some(due) = due {
            self.agenda.remove(&due);
            self.occur(due, action, recorder);
        }
    }

    /// The next action by time, if there is one.
    pub(super) fn next_due(&self) -> Option<(Due, Action)> {
        self.agenda.first_key_value().map(|(due, action)| (*due, *action))
    }

    /// Takes an action off the agenda: it happens now.
    pub(super) fn take(&mut self, due: &Due) {
        self.agenda.remove(due);
    }

    /// The first node that has effects to carry out, and can.
    pub(super) fn next_to_perform(&self) -> Option<NodeId> {
        (0..self.slots.len() as u8).map(NodeId).find(|node| self.can_perform(*node))
    }

    /// The place in its node's run that an action is, for faults anchored to it.
    pub(super) fn moment(&self, action: Action) -> Option<Moment> {
        match action {
            Action::Deliver(index) => self.flights.get(&index).map(|flight| Moment::Receives(flight.name)),
            Action::Fire { node, kind, subject } => {
                self.slots[node.index()].timers.get(&(kind, subject)).map(|timer| Moment::Fires(timer.name))
            }
            Action::Sync(node) => self.slots[node.index()].syncs.front().map(|sync| Moment::Durable(sync.last.1)),
            Action::Perform(node) => match self.slots[node.index()].pending.front()? {
                Effect::Send { to, payload, .. } => Some(Moment::Sends(self.message_name(node, *to, &**payload))),
                Effect::Write { record } => Some(Moment::Writes(self.local_name(Purpose::Record, node, &**record))),
                _ => None,
            },
            _ => None,
        }
    }

    /// The name that the next message of this kind will have.
    pub(super) fn message_name(&self, from: NodeId, to: NodeId, payload: &dyn Payload) -> MessageName {
        let ordinal = self.counts.get(&Uncounted::message(from, to, payload)).map_or(1, |count| count + 1);
        MessageName { to, kind: payload.kind(), subject: payload.subject(), from, ordinal }
    }

    pub(super) fn local_name(&self, purpose: Purpose, node: NodeId, payload: &dyn Payload) -> LocalName {
        let ordinal = self.counts.get(&Uncounted::local(purpose, node, payload)).map_or(1, |count| count + 1);
        LocalName { node, kind: payload.kind(), subject: payload.subject(), ordinal }
    }
}

impl World {
    /// Whether the node has effects to carry out, and can.
    fn can_perform(&self, node: NodeId) -> bool {
        self.status(node) == Status::Running && !self.slots[node.index()].pending.is_empty()
    }

    /// Gives a fault the node itself.
    pub(super) fn with_node(&mut self, node: NodeId, change: impl FnOnce(&mut dyn Node)) {
        change(self.node_mut(node));
    }

    /// The hash of the world's identity: node states, messages under way as a multiset, connections in order, timers and
    /// fsyncs relative to now. Ordinals, draws, the instant and the trace are no part of it.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Hasher::keyed(0);
        for (slot, node) in self.slots.iter().zip(&self.nodes) {
            let now = slot.clock.monotonic(self.now);
            LocalTime::relative_to(now, || node.hash_into(&mut hasher));
            hasher.number(slot.status as u64).number(slot.clock.wall_error_micros(self.now) as u64);
            hasher.number(slot.pending.len() as u64);
            for effect in slot.pending.iter().chain(slot.syncs.iter().flat_map(|sync| &sync.rest)) {
                hash_effect(effect, &mut hasher);
            }
            for sync in &slot.syncs {
                hasher.number(sync.records as u64).number(sync.rest.len() as u64);
            }
            for timer in slot.timers.values() {
                hasher.text(timer.name.kind).number(timer.local_due.since(now).as_micros());
                timer.payload.hash_into(&mut hasher);
            }
        }
        for ((from, to), channel) in &self.network.channels {
            hasher.number(u64::from(from.0) << 8 | u64::from(to.0)).number(channel.queue.len() as u64);
            for index in &channel.queue {
                self.flights[index].payload.hash_into(&mut hasher);
            }
        }
        let datagrams = self.flights.values().filter(|flight| !flight.connected && flight.doom.is_none());
        let multiset = datagrams.fold(0u64, |sum, flight| {
            let mut hasher = Hasher::keyed(1);
            hasher.number(u64::from(flight.name.from.0) << 8 | u64::from(flight.name.to.0)).text(flight.name.kind);
            flight.payload.hash_into(&mut hasher);
            sum.wrapping_add(mix(hasher.finish()).wrapping_mul(u64::from(flight.copies)))
        });
        hasher.number(multiset).finish()
    }
}

fn hash_effect(effect: &Effect, hasher: &mut Hasher) {
    match effect {
        Effect::Send { to, payload, connected } => {
            payload.hash_into(hasher.number(1).number(u64::from(to.0)).number(u64::from(*connected)));
        }
        Effect::Write { record } => record.hash_into(hasher.number(2)),
        Effect::Fsync => drop(hasher.number(3)),
        Effect::Set { timer, after } => timer.hash_into(hasher.number(4).number(after.as_micros())),
        Effect::Cancel { timer } => timer.hash_into(hasher.number(5)),
    }
}
