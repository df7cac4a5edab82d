//! A world without time: everything that can happen next may happen next, whenever it would be due. For exhaustive
//! searches, which take every order.
//!
//! Whatever happens to a node, it carries out all the effects that its handler ordered at once: they touch nothing but
//! its own disk, its own timers and what is under way, so whatever else could happen between two of them can as well
//! happen before or after. Only its own crash cannot, and that can be asked for after any number of effects.

use super::cuts::Sides;
use super::delivery::Passage;
use super::fault::{Fault, Place};
use super::fingerprint::Hasher;
use super::happen::MessageFate;
use super::name::{LocalName, MessageName, Moment};
use super::recorder::{Recorder, Silent, Status};
use super::role::Effect;
use super::time::{Instant, Span};
use super::topology::Topology;
use super::trace::{FaultIndex, Loss, MessageIndex, NodeId, StepKind};
use super::world::{Action, Due, Flight, Timer, World};
use serde::{Deserialize, Serialize};

/// When a timer may fire in a world without time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimerRule {
    /// Only when nothing else can happen; the earliest due first, those due at one instant in every order.
    Patient,
    /// At any moment: a node may always have been slow, or have waited too short a time.
    Any,
}

/// Once anything but the first start has happened it is this late: so a node can tell a restart from the first start.
const UNDER_WAY: Instant = Instant::from_micros(1);

/// What a fault here is called in steps: there is no list of faults that it stands in.
const NO_FAULT: FaultIndex = 0;

impl World {
    /// What can happen next, faults apart, but for the effects of handlers. Nodes that are about to start do so one after
    /// the other, before anything else: none of them can notice.
    pub fn choices(&self, rule: TimerRule) -> Vec<Action> {
        let enabled = self.enabled();
        if let Some(start) = enabled.iter().find(|action| matches!(action, Action::Start(_))) {
            return vec![*start];
        }
        // A connection that a partition has held up breaks by a time-out too.
        let fires = |action: &Action| matches!(action, Action::Fire { .. } | Action::Break { .. });
        if rule == TimerRule::Any {
            return enabled;
        }
        if enabled.iter().any(|action| !fires(action)) {
            return enabled.into_iter().filter(|action| !fires(action)).collect();
        }
        let first = enabled.iter().filter_map(|action| self.fires_at(*action)).min();
        enabled.into_iter().filter(|action| self.fires_at(*action) == first).collect()
    }

    /// One of the choices happens, and its node carries out its effects: all, or only so many. Gives how many it carried
    /// out. Time passes only for a patient timer.
    pub fn choose(&mut self, action: Action, rule: TimerRule, effects_max: u32, recorder: &mut dyn Recorder) -> u32 {
        if !matches!(action, Action::Start(_)) {
            self.now = self.now.max(UNDER_WAY);
        }
        if rule == TimerRule::Patient
            && let Some(due) = self.fires_at(action)
        {
            self.now = self.now.max(due);
        }
        self.apply(action, recorder);
        let mut effects = 0;
        while effects < effects_max
            && let Some(node) = self.next_to_perform()
        {
            self.perform(node, &MessageFate::default(), recorder);
            effects += 1;
        }
        effects
    }

    /// How many effects a choice would have.
    pub fn effects_of(&self, action: Action, rule: TimerRule) -> u32 {
        self.clone().choose(action, rule, u32::MAX, &mut Silent)
    }

    /// The node that something happens to.
    pub fn node_of(&self, action: Action) -> Option<NodeId> {
        match action {
            Action::Perform(node) | Action::Start(node) | Action::Sync(node) => Some(node),
            Action::Disconnect { node, .. } | Action::Fire { node, .. } => Some(node),
            Action::Deliver(index) => self.flights.get(&index).map(|flight| flight.name.to),
            Action::Break { .. } => None,
        }
    }

    /// The node that an action is alone at, and a name by which it is known among what can happen there. Whatever happens
    /// at other nodes, faults apart, neither hinders nor changes it, and it neither hinders nor changes that: it touches
    /// the node's state, disk and timers, takes a message that is there and puts others beside it, or behind it on a
    /// connection. None where more is touched, or time passes.
    pub fn alone_at(&self, action: Action, rule: TimerRule) -> Option<(NodeId, u64)> {
        let node = self.node_of(action).filter(|node| self.status(*node) == Status::Running)?;
        let mut hasher = Hasher::keyed(0);
        hasher.number(u64::from(node.0));
        match action {
            Action::Deliver(index) if self.passage(index) == Some(Passage::Arrives) => {
                self.hash_message(self.flights.get(&index)?, hasher.text("deliver"));
            }
            Action::Sync(_) => drop(hasher.text("sync")),
            // A patient timer waits until nothing else can happen anywhere, and lets time pass for all.
            Action::Fire { kind, subject, .. } if rule == TimerRule::Any => {
                hasher.text("fire").text(kind).number(u64::from(subject.0));
            }
            _ => return None,
        }
        Some((node, hasher.finish()))
    }

    /// The process dies; of the writes not yet synced the first `kept` survive, or all.
    pub fn crash_now(&mut self, node: NodeId, kept: Option<u32>, recorder: &mut dyn Recorder) {
        let place = Place::At(self.now);
        let fault = match kept {
            None => Fault::Crash { node, place },
            Some(kept) => Fault::PowerLoss { node, place, kept },
        };
        self.strike(NO_FAULT, &fault, recorder);
    }

    /// A node that is down is about to start again.
    pub fn restart_now(&mut self, node: NodeId, recorder: &mut dyn Recorder) {
        self.now = self.now.max(UNDER_WAY);
        self.strike(NO_FAULT, &Fault::Restart { node, place: Place::At(self.now) }, recorder);
    }

    /// The process stops; what its last handler ordered and has not carried out yet it does when it wakes.
    pub fn pause_now(&mut self, node: NodeId, recorder: &mut dyn Recorder) {
        let pause = Fault::Pause { node, place: Place::At(self.now), lasting: Span::ZERO };
        self.strike(NO_FAULT, &pause, recorder);
    }

    /// A paused node goes on, at first with what it had left undone.
    pub fn wake_now(&mut self, node: NodeId, recorder: &mut dyn Recorder) {
        let pause = Fault::Pause { node, place: Place::At(self.now), lasting: Span::ZERO };
        self.end(NO_FAULT, &pause, recorder);
        self.perform_all(recorder);
    }

    /// A partition begins that has this number.
    pub fn cut_now(&mut self, number: FaultIndex, sides: &Sides, one_way: bool, recorder: &mut dyn Recorder) {
        let cut = Fault::Partition { groups: sides.clone(), one_way, at: self.now, lasting: None };
        self.strike(number, &cut, recorder);
    }

    /// The partition of that number is over.
    pub fn heal_now(&mut self, number: FaultIndex, sides: &Sides, recorder: &mut dyn Recorder) {
        let cut = Fault::Partition { groups: sides.clone(), one_way: false, at: self.now, lasting: None };
        self.end(number, &cut, recorder);
    }

    /// What the protocol declares happens at a node, with all effects. Says whether it found anything to act on.
    pub fn intervene_now(
        &mut self,
        node: NodeId,
        key: &'static str,
        arguments: &[u32],
        recorder: &mut dyn Recorder,
    ) -> bool {
        let place = Place::At(self.now);
        let fault = Fault::Intervention { node, place, key, arguments: arguments.to_vec() };
        let applied = self.strike(NO_FAULT, &fault, recorder);
        self.perform_all(recorder);
        applied
    }

    fn perform_all(&mut self, recorder: &mut dyn Recorder) {
        while let Some(node) = self.next_to_perform() {
            self.perform(node, &MessageFate::default(), recorder);
        }
    }

    /// The datagrams under way that nothing has befallen yet, each with how many copies there are of it.
    pub fn datagrams(&self) -> Vec<(MessageIndex, u8)> {
        let free = self.flights.iter().filter(|(_, flight)| !flight.connected && flight.doom.is_none());
        free.map(|(index, flight)| (*index, flight.copies)).collect()
    }

    /// A datagram is lost on its way, with its copy if it has one.
    pub fn lose_now(&mut self, index: MessageIndex, recorder: &mut dyn Recorder) {
        if let Some(flight) = self.flights.remove(&index) {
            self.forget(Action::Deliver(index));
            self.step(flight.name.to, StepKind::Lose(index, Loss::Dropped), recorder);
        }
    }

    /// A datagram will arrive a second time.
    pub fn double_now(&mut self, index: MessageIndex) {
        let now = self.now;
        if let Some(flight) = self.flights.get_mut(&index).filter(|flight| flight.copies == 1) {
            flight.copies = 2;
            self.agenda.insert(Due::message(now, &flight.name, 1), Action::Deliver(index));
        }
    }

    /// About how many bytes a copy of this world takes that shares its nodes with another.
    pub fn bytes(&self) -> usize {
        // A map keeps its entries in leaves of up to eleven, of which half are used at worst.
        let map = |entries: usize, entry: usize| entries.div_ceil(6) * 11 * entry;
        let slots = self.slots.iter().map(|slot| {
            size_of_val(slot) + slot.timers.len() * (size_of::<Timer>() + 24) + slot.pending.len() * size_of::<Effect>()
        });
        let flights = map(self.flights.len(), size_of::<Flight>());
        let agenda = map(self.agenda.len(), size_of::<Due>() + size_of::<Action>());
        size_of_val(self) + slots.sum::<usize>() + flights + agenda
    }

    /// A message under way.
    pub fn message_under_way(&self, index: MessageIndex) -> Option<MessageName> {
        self.flights.get(&index).map(|flight| flight.name)
    }

    /// What happens, in a few words: "p1 receives prepare from c".
    pub fn described(&self, action: Action, topology: &Topology) -> String {
        let name = |node: NodeId| topology.name(node);
        match action {
            Action::Deliver(index) => {
                let Some(message) = self.message_under_way(index) else { return "nothing".to_owned() };
                let verb = match self.passage(index) {
                    Some(Passage::Lost(Loss::ReceiverDown)) => "is down and misses",
                    Some(Passage::Lost(_)) => "is cut off and misses",
                    Some(Passage::Held) => "is cut off and waits for",
                    _ => "receives",
                };
                format!(
                    "{} {verb} {} from {}",
                    name(message.to),
                    what(message.kind, message.subject.0),
                    name(message.from)
                )
            }
            Action::Fire { node, kind, subject } => format!("{}'s timer {} fires", name(node), what(kind, subject.0)),
            Action::Sync(node) => match self.moment(action) {
                Some(Moment::Durable(LocalName { kind, subject, .. })) => {
                    format!("{}'s {} is durable", name(node), what(kind, subject.0))
                }
                _ => format!("{}'s fsync is complete", name(node)),
            },
            Action::Start(node) => format!("{} starts", name(node)),
            Action::Perform(node) => format!("{} goes on", name(node)),
            Action::Disconnect { node, peer } => {
                format!("{} learns that its connection to {} is gone", name(node), name(peer))
            }
            Action::Break { one, other } => format!("the connection of {} and {} breaks", name(one), name(other)),
        }
    }

    /// Where a crash after so many effects of a choice stands in its node's run: before the next effect that can be
    /// named, or after the last thing that could be; what lies between makes no difference to a process that dies. None
    /// if nothing in it has a name.
    pub fn place_in_part(&self, action: Action, rule: TimerRule, effects: u32) -> Option<Place> {
        let node = self.node_of(action)?;
        let mut last = self.moments(action).pop();
        let mut world = self.clone();
        world.choose(action, rule, 0, &mut Silent);
        for done in 0.. {
            let next = world.moment(Action::Perform(node));
            if done >= effects
                && let Some(next) = next
            {
                return Some(Place::Before(next));
            }
            last = next.or(last);
            if world.next_to_perform() != Some(node) {
                break;
            }
            world.perform(node, &MessageFate::default(), &mut Silent);
        }
        last.map(Place::After)
    }

    /// When a timer is due, or a connection breaks; none for anything else.
    fn fires_at(&self, action: Action) -> Option<Instant> {
        match action {
            Action::Fire { node, kind, subject } => {
                self.slots[node.index()].timers.get(&(kind, subject)).map(|timer| timer.due.at)
            }
            Action::Break { .. } => self.agenda.iter().find(|(_, other)| **other == action).map(|(due, _)| due.at),
            _ => None,
        }
    }
}

/// A kind with its subject, which 0 stands for the absence of.
fn what(kind: &str, subject: u32) -> String {
    if subject == 0 { kind.to_owned() } else { format!("{kind}.{subject}") }
}
