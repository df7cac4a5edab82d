//! A world: every node's state, the messages under way, the timers, the clocks. It lists what can happen next and does
//! any of it; time, the order of things and the scenario's faults are the driver's.

use super::clock::{Clock, LocalTime};
use super::counts::Counts;
use super::delivery::Passage;
use super::fingerprint::Hasher;
use super::happen::MessageFate;
use super::name::{LocalName, MessageName, Moment, Purpose, Uncounted};
use super::network::{NODES_MAX, Network, NodeSet};
use super::node::Node;
use super::payload::{Payload, Subject};
use super::random::Distribution;
use super::recorder::{Recorder, Status};
use super::role::Effect;
use super::time::Instant;
use super::topology::Topology;
use super::trace::{FaultIndex, LocalIndex, Loss, MessageIndex, NodeId};
use crate::sorted::SortedMap;
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
    /// How many copies are under way, and how many of them have reached their node, which is paused.
    pub copies: u8,
    pub arrived: u8,
}

/// An fsync under way.
#[derive(Clone)]
pub(super) struct Sync {
    pub due: Due,
    /// The unsynced records that it makes durable beyond those of the fsyncs before it.
    pub covered: Vec<LocalName>,
    /// The last record written before it.
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
    pub timers: SortedMap<(&'static str, Subject), Timer>,
    /// The pauses in force; the node wakes when the last of them ends.
    pub pauses: Vec<FaultIndex>,
    /// What came due while the node was paused.
    pub inbox: Vec<(Due, Action)>,
    /// Records written and not yet covered by an fsync; the last record written.
    pub uncovered: Vec<LocalName>,
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
    pub(super) counts: Counts,
    pub(super) next_message: MessageIndex,
    pub(super) next_local: LocalIndex,
}

pub(super) const CLASS_START: u8 = 0;
pub(super) const CLASS_SYNC: u8 = 1;
pub(super) const CLASS_BREAK: u8 = 2;
pub(super) const CLASS_DELIVER: u8 = 3;
pub(super) const CLASS_FIRE: u8 = 4;

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

    /// Stands among the messages, so that a paused node finds it before those of the next connection.
    pub fn disconnect(at: Instant, node: NodeId, peer: NodeId) -> Due {
        Due::plain(at, CLASS_DELIVER, node, peer, 0)
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

    /// Whether it is the second copy of a doubled message: what it is called has happened before.
    pub fn is_second_copy(&self) -> bool {
        self.class == CLASS_DELIVER && self.ordinal & 1 == 1
    }

    /// Feeds what orders it among what is due, relative to `now`, to `hasher`; its ordinal only where draws depend on it.
    pub fn hash_into(&self, now: Instant, ordinals: bool, hasher: &mut Hasher) {
        let relative = |at: Instant| at.as_micros().wrapping_sub(now.as_micros());
        let ends = u64::from(self.class) << 16 | u64::from(self.node.0) << 8 | u64::from(self.peer.0);
        hasher.number(relative(self.at)).number(relative(self.first)).text(self.kind);
        hasher.number(ends << 32 | u64::from(self.subject.0));
        if ordinals {
            hasher.number(u64::from(self.ordinal));
        }
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
                    timers: SortedMap::new(),
                    pauses: Vec::new(),
                    inbox: Vec::new(),
                    uncovered: Vec::new(),
                    last_record: None,
                })
                .collect(),
            network: Network::new(topology),
            flights: BTreeMap::new(),
            agenda,
            counts: Counts::default(),
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

    /// What the node's monotonic clock reads now.
    pub fn monotonic(&self, node: NodeId) -> LocalTime {
        self.clock(node).monotonic(self.now)
    }

    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Everything that can happen next, in the order in which a timed run would do it.
    pub fn enabled(&self) -> Vec<Action> {
        let performs = (0..self.slots.len() as u8).map(NodeId).filter(|node| self.can_perform(*node));
        performs.map(Action::Perform).chain(self.enabled_due().map(|(_, action)| action)).collect()
    }

    /// What stands on the agenda and can happen now.
    pub(super) fn enabled_due(&self) -> impl Iterator<Item = (Due, Action)> {
        let starting = self.starting();
        let others = self.agenda.iter().map(|(due, action)| (*due, *action));
        others.filter(move |(due, action)| self.can_occur(due, *action, starting))
    }

    /// The nodes that are about to start.
    fn starting(&self) -> NodeSet {
        let started = |action: &Action| if let Action::Start(node) = action { 1 << node.0 } else { 0 };
        self.agenda.values().map(started).fold(0, |set, node| set | node)
    }

    /// Whether something on the agenda can happen now, were it due. A node carries out its effects before anything else
    /// happens to it, and starts before that.
    fn can_occur(&self, due: &Due, action: Action, starting: NodeSet) -> bool {
        let node = due.node;
        let ready = self.slots[node.index()].pending.is_empty();
        let runs = ready && self.status(node) == Status::Running;
        let started = starting & (1 << node.0) == 0;
        match action {
            Action::Perform(_) => false,
            Action::Break { .. } => true,
            Action::Start(_) => runs,
            Action::Deliver(index) => match self.passage(index) {
                Some(Passage::Arrives) => runs && started,
                // What is as good as lost is no part of the world's identity, and nothing that one could choose.
                Some(Passage::Lost(_)) => ready && self.flights[&index].doom.is_none(),
                Some(Passage::Held) => self.can_be_held(index),
                None => false,
            },
            Action::Sync(node) => runs && self.slots[node.index()].syncs.front().is_some_and(|sync| sync.due == *due),
            Action::Disconnect { .. } | Action::Fire { .. } => runs && started,
        }
    }

    /// Does one thing that can happen; what cannot happen does nothing.
    pub fn apply(&mut self, action: Action, recorder: &mut dyn Recorder) {
        if let Action::Perform(node) = action {
            if self.can_perform(node) {
                self.perform(node, &MessageFate::default(), recorder);
            }
            return;
        }
        let starting = self.starting();
        let possible = |(due, other): &(&Due, &Action)| **other == action && self.can_occur(due, action, starting);
        if let Some(due) = self.agenda.iter().find(possible).map(|(due, _)| *due) {
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

    /// The places in its node's run that an action is, for faults anchored to them: one, but for an fsync that makes
    /// several records durable. None if the node does not get to it now.
    pub(super) fn moments(&self, action: Action) -> Vec<Moment> {
        match action {
            Action::Sync(node) if self.status(node) == Status::Running => {
                let covered = self.slots[node.index()].syncs.front().map_or(&[][..], |sync| &sync.covered);
                covered.iter().map(|name| Moment::Durable(*name)).collect()
            }
            _ => self.moment(action).into_iter().collect(),
        }
    }

    /// The first of the action's places in its node's run.
    pub(super) fn moment(&self, action: Action) -> Option<Moment> {
        match action {
            Action::Deliver(index) => self.flights.get(&index).and_then(|flight| {
                let arrives = self.passage(index) == Some(Passage::Arrives);
                (arrives && self.status(flight.name.to) == Status::Running).then_some(Moment::Receives(flight.name))
            }),
            Action::Fire { node, kind, subject } => {
                let timer = self.slots[node.index()].timers.get(&(kind, subject));
                timer.filter(|_| self.status(node) == Status::Running).map(|timer| Moment::Fires(timer.name))
            }
            Action::Sync(node) if self.status(node) == Status::Running => {
                let sync = self.slots[node.index()].syncs.front()?;
                sync.covered.first().map(|name| Moment::Durable(*name))
            }
            Action::Perform(node) => match self.slots[node.index()].pending.front() {
                Some(Effect::Send { to, payload, .. }) => Some(Moment::Sends(self.message_name(node, *to, &**payload))),
                Some(Effect::Write { record }) => {
                    Some(Moment::Writes(self.local_name(Purpose::Record, node, &**record)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The name that the next message of this kind will have.
    pub(super) fn message_name(&self, from: NodeId, to: NodeId, payload: &dyn Payload) -> MessageName {
        let ordinal = self.counts.next(&Uncounted::message(from, to, payload));
        MessageName { to, kind: payload.kind(), subject: payload.subject(), from, ordinal }
    }

    pub(super) fn local_name(&self, purpose: Purpose, node: NodeId, payload: &dyn Payload) -> LocalName {
        let ordinal = self.counts.next(&Uncounted::local(purpose, node, payload));
        LocalName { node, kind: payload.kind(), subject: payload.subject(), ordinal }
    }
}

impl World {
    /// Counts names in little memory, where no clone is ever made. Nothing may have happened yet.
    pub(super) fn count_in_pages(&mut self) {
        self.counts = Counts::paged();
    }

    /// Lets clones made from now on share all that only grows.
    pub(super) fn freeze(&mut self) {
        self.counts.freeze();
    }

    /// Takes an action off the agenda wherever it stands, or out of the inbox of a paused node.
    pub(super) fn forget(&mut self, action: Action) {
        self.agenda.retain(|_, other| *other != action);
        for slot in &mut self.slots {
            slot.inbox.retain(|(_, other)| *other != action);
        }
    }

    /// Whether the node has effects to carry out, and can.
    fn can_perform(&self, node: NodeId) -> bool {
        self.status(node) == Status::Running && !self.slots[node.index()].pending.is_empty()
    }

    /// Gives a fault the node itself.
    pub(super) fn with_node(&mut self, node: NodeId, change: impl FnOnce(&mut dyn Node)) {
        change(self.node_mut(node));
    }
}
