//! How messages reach their nodes: datagrams that a cut loses; connections that keep order, hold, and break at both ends.

use super::name::{MessageName, Uncounted};
use super::network::HalfOpen;
use super::payload::Subject;
use super::recorder::{Recorder, Status};
use super::time::{Instant, Span};
use super::trace::{Loss, MessageIndex, NodeId, StepKind};
use super::world::{Action, CLASS_BREAK, Due, Flight, World};
use crate::sorted::SortedMap;

/// Draws of a message's latency beyond its first: its copy's is that of the first and more.
const LATENCY_RELEASED: u64 = 2;
const LATENCY_NOTICE_AGAIN: u64 = 3;

/// What the network does with a message that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    Arrives,
    Lost(Loss),
    /// A connection keeps it back: a partition, or one before it.
    Held,
}

impl World {
    /// What becomes of a message that is due now; none if it is no longer under way.
    pub(super) fn passage(&self, index: MessageIndex) -> Option<Passage> {
        let flight = self.flights.get(&index)?;
        let (from, to) = (flight.name.from, flight.name.to);
        // What has reached a paused node is past every cut.
        let cut = flight.arrived == 0 && self.network.is_cut(from, to);
        Some(if let Some(loss) = flight.doom {
            Passage::Lost(loss)
        } else if flight.connected && (cut || !self.is_first(index, from, to)) {
            Passage::Held
        } else if cut {
            Passage::Lost(Loss::Partitioned)
        } else if self.status(to) == Status::Down {
            Passage::Lost(Loss::ReceiverDown)
        } else {
            Passage::Arrives
        })
    }

    /// Whether none before it on its connection is still to come. At a paused node those that have arrived queue up.
    fn is_first(&self, index: MessageIndex, from: NodeId, to: NodeId) -> bool {
        let paused = self.status(to) == Status::Paused;
        let queues_up = |other: &MessageIndex| paused && self.flights[other].arrived > 0;
        let channel = self.network.channels.get(&(from, to));
        channel.and_then(|channel| channel.queue.iter().find(|other| !queues_up(other))) == Some(&index)
    }

    /// Whether a message can come as far as a cut and be held there: from then on its connection may break.
    pub(super) fn can_be_held(&self, index: MessageIndex) -> bool {
        self.flights.get(&index).is_some_and(|Flight { name, .. }| {
            let channel = self.network.channels.get(&(name.from, name.to));
            self.is_first(index, name.from, name.to) && channel.is_some_and(|channel| channel.held_since.is_none())
        })
    }

    pub(super) fn arrive(&mut self, due: Due, index: MessageIndex, recorder: &mut dyn Recorder) {
        let Some(passage) = self.passage(index) else { return };
        let Some(flight) = self.flights.get_mut(&index) else { return };
        let (from, to, connected) = (flight.name.from, flight.name.to, flight.connected);
        match passage {
            Passage::Held => self.hold(from, to),
            Passage::Lost(loss) => {
                self.land(index);
                self.step(to, StepKind::Lose(index, loss), recorder);
                if connected && loss == Loss::ReceiverDown {
                    self.break_connection(from, to, &[from], recorder);
                }
            }
            Passage::Arrives if self.slots[to.index()].status == Status::Paused => {
                flight.arrived += 1;
                self.slots[to.index()].inbox.push((due, Action::Deliver(index)));
            }
            Passage::Arrives => {
                let payload = flight.payload.clone();
                self.land(index);
                self.handle(to, |process, now, effects| process.receive(now, from, &*payload, effects));
                self.step(to, StepKind::Deliver(index), recorder);
            }
        }
    }

    /// One copy of a message is no longer under way.
    fn land(&mut self, index: MessageIndex) {
        let Some(flight) = self.flights.get_mut(&index) else { return };
        flight.copies -= 1;
        flight.arrived = flight.arrived.saturating_sub(1);
        let (direction, connected, gone) = ((flight.name.from, flight.name.to), flight.connected, flight.copies == 0);
        if connected && let Some(channel) = self.network.channels.get_mut(&direction) {
            channel.queue.retain(|queued| *queued != index);
        }
        if gone {
            self.flights.remove(&index);
        }
    }

    /// What had reached a paused process dies with it.
    pub(super) fn lose_inbox(&mut self, node: NodeId, recorder: &mut dyn Recorder) {
        for (_, action) in std::mem::take(&mut self.slots[node.index()].inbox) {
            if let Action::Deliver(index) = action
                && let Some(flight) = self.flights.get(&index)
                && !flight.connected
            {
                self.land(index);
                self.step(node, StepKind::Lose(index, Loss::ReceiverDown), recorder);
            }
        }
    }

    /// Puts a message on the connection, which opens with its first: when it is due at the earliest, and why it is lost
    /// if it is.
    pub(super) fn enqueue(
        &mut self,
        from: NodeId,
        to: NodeId,
        index: MessageIndex,
        due: Instant,
    ) -> (Instant, Option<Loss>) {
        if self.network.half_open.contains_key(&(from, to)) {
            return (due, Some(Loss::ConnectionBroken));
        }
        // The other end learns that the last connection is gone before it hears of a new one.
        let earliest = self.network.half_open.get(&(to, from)).map_or(Instant::START, |half| half.learns);
        let channel = self.network.channels.entry((from, to)).or_default();
        let due = due.max(channel.last_due.max(earliest) + Span::micros(1));
        channel.last_due = due;
        channel.queue.push_back(index);
        (due, None)
    }

    /// A partition keeps back what has come as far as it on a connection: it waits, up to the connection's time-out.
    fn hold(&mut self, from: NodeId, to: NodeId) {
        let now = self.now;
        let Some(channel) = self.network.channels.get_mut(&(from, to)) else { return };
        if channel.held_since.is_none() {
            channel.held_since = Some(now);
            self.schedule_breaks(from, to);
        }
    }

    /// A connection breaks when one of its directions has been held up for too long.
    fn schedule_breaks(&mut self, from: NodeId, to: NodeId) {
        let (one, other) = (from.min(to), from.max(to));
        self.agenda.retain(|_, action| *action != Action::Break { one, other });
        let held = |direction| self.network.channels.get(&direction).and_then(|channel| channel.held_since);
        if let Some(since) = [held((one, other)), held((other, one))].into_iter().flatten().min() {
            let due = Due::plain(since + self.network.connection_timeout, CLASS_BREAK, one, other, 0);
            self.agenda.insert(due, Action::Break { one, other });
        }
    }

    /// A partition has healed: what connections held sets out again, in order, and what is on its way stays behind it.
    pub(super) fn release_held(&mut self) {
        let network = &self.network;
        let free = |(from, to): (NodeId, NodeId)| !network.is_cut(from, to);
        let held = network.channels.iter().filter(|(ends, channel)| channel.held_since.is_some() && free(**ends));
        let released: Vec<(NodeId, NodeId)> = held.map(|(ends, _)| *ends).collect();
        let on_agenda: SortedMap<MessageIndex, Due> = self
            .agenda
            .iter()
            .filter_map(|(due, action)| if let Action::Deliver(index) = action { Some((*index, *due)) } else { None })
            .collect();
        for (from, to) in released {
            let Some(channel) = self.network.channels.get_mut(&(from, to)) else { continue };
            channel.held_since = None;
            let queue: Vec<MessageIndex> = channel.queue.iter().copied().collect();
            let mut last = self.now;
            for index in queue.into_iter().filter(|index| self.flights[index].arrived == 0) {
                let name = self.flights[&index].name;
                let again = || self.now + self.network.latency(self.seed, &name, LATENCY_RELEASED);
                let wanted = on_agenda.get(&index).map_or_else(again, |due| due.at);
                last = wanted.max(last + Span::micros(1));
                if let Some(due) = on_agenda.get(&index) {
                    self.agenda.remove(due);
                }
                self.agenda.insert(Due::message(last, &name, 0), Action::Deliver(index));
            }
            if let Some(channel) = self.network.channels.get_mut(&(from, to)) {
                channel.last_due = channel.last_due.max(last);
            }
            self.schedule_breaks(from, to);
        }
    }

    /// A connection breaks: what is under way on it is lost, and those told learn of it, unless they are down.
    pub(super) fn break_connection(
        &mut self,
        one: NodeId,
        other: NodeId,
        told: &[NodeId],
        recorder: &mut dyn Recorder,
    ) {
        self.close(one, other, recorder);
        for &node in told {
            let peer = if node == one { other } else { one };
            if self.status(node) != Status::Down {
                self.agenda.insert(Due::disconnect(self.now, node, peer), Action::Disconnect { node, peer });
            }
        }
    }

    /// Ends a connection with all that is under way on it.
    fn close(&mut self, one: NodeId, other: NodeId, recorder: &mut dyn Recorder) {
        for index in self.network.close(one, other) {
            self.forget(Action::Deliver(index));
            if let Some(flight) = self.flights.remove(&index) {
                self.step(flight.name.to, StepKind::Lose(index, Loss::ConnectionBroken), recorder);
            }
        }
        self.schedule_breaks(one, other);
    }

    /// The machine of a crashed process resets its connections; without power it does nothing, and a peer learns by
    /// time-out, as one behind a partition does.
    pub(super) fn break_on_crash(&mut self, node: NodeId, powerless: bool, recorder: &mut dyn Recorder) {
        self.network.half_open.retain(|(left, _), _| *left != node);
        for peer in self.network.peers(node) {
            self.close(node, peer, recorder);
            if peer == node || self.status(peer) == Status::Down {
                continue;
            }
            let ordinal = self.counts.count(&Uncounted::disconnect(node, peer));
            let takes = if powerless || self.network.is_cut(node, peer) {
                self.network.connection_timeout
            } else {
                self.network.latency(self.seed, &notice(node, peer, ordinal), 0)
            };
            self.notify(node, peer, self.now + takes, powerless);
        }
    }

    /// A machine has power again, or a cut has healed: those whose connections a crash had ended learn of it.
    pub(super) fn notify_again(&mut self, restarted: Option<NodeId>) {
        let half_open = &mut self.network.half_open;
        for ((_, gone), half) in half_open.iter_mut() {
            half.powerless &= restarted != Some(*gone);
        }
        let waiting: Vec<(NodeId, NodeId, Instant)> = half_open
            .iter()
            .filter(|(_, half)| !half.powerless)
            .map(|((left, gone), half)| (*left, *gone, half.learns))
            .collect();
        for (left, gone, learns) in waiting {
            let ordinal = self.counts.next(&Uncounted::disconnect(gone, left)) - 1;
            let latency = self.network.latency(self.seed, &notice(gone, left, ordinal), LATENCY_NOTICE_AGAIN);
            if !self.network.is_cut(gone, left) && self.now + latency < learns {
                self.notify(gone, left, self.now + latency, false);
            }
        }
    }

    /// The end that is left of a connection will learn that the other has gone.
    fn notify(&mut self, gone: NodeId, left: NodeId, at: Instant, powerless: bool) {
        let action = Action::Disconnect { node: left, peer: gone };
        self.agenda.retain(|_, other| *other != action);
        let at = self.network.half_open.get(&(left, gone)).map_or(at, |half| half.learns.min(at).max(self.now));
        self.network.half_open.insert((left, gone), HalfOpen { learns: at, powerless });
        self.agenda.insert(Due::disconnect(at, left, gone), action);
    }
}

/// The name by which the notice that a node is gone draws its latency.
fn notice(gone: NodeId, left: NodeId, ordinal: u32) -> MessageName {
    MessageName { to: left, kind: "reset", subject: Subject::NONE, from: gone, ordinal }
}
