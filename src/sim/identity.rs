//! What makes two worlds the same: everything that can shape their future, and no bookkeeping.

use super::clock::relative_to;
use super::fingerprint::Hasher;
use super::node::Node;
use super::role::Effect;
use super::trace::NodeId;
use super::world::{Action, Flight, Slot, World};

impl World {
    /// The hash of the world's identity.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Hasher::keyed(0);
        self.hash_into(&mut hasher);
        hasher.finish()
    }

    /// Feeds the world's identity to `hasher`: node states, messages under way as a multiset, connections in order, timers
    /// and fsyncs relative to now, cuts. Ordinals, draws, the instant and the trace are no part of it.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        self.hash_nodes(hasher);
        self.hash_connections(hasher);
        self.network.hash_into(hasher);
        let datagrams = self.flights.values().filter(|flight| !flight.connected && flight.doom.is_none());
        let copies = datagrams.flat_map(|flight| (0..flight.copies).map(move |copy| (flight, copy < flight.arrived)));
        hasher.multiset(1, copies, |(flight, in_inbox), hasher| {
            self.hash_message(flight, hasher);
            hasher.number(u64::from(in_inbox));
        });
    }

    /// Every node with its disk, timers and effects to come; times relative to its own clocks.
    pub(super) fn hash_nodes(&self, hasher: &mut Hasher) {
        for (slot, node) in self.slots.iter().zip(&self.nodes) {
            let (monotonic, wall) = (slot.clock.monotonic(self.now), slot.clock.wall(self.now));
            relative_to(monotonic, wall, || self.hash_node(slot, &**node, hasher));
        }
    }

    /// The datagram that an action is about, if it is about one, with what is known of its fate.
    pub(super) fn hash_flight(&self, action: Action, hasher: &mut Hasher) {
        if let Action::Deliver(index) = action
            && let Some(flight) = self.flights.get(&index).filter(|flight| !flight.connected)
        {
            let doom = flight.doom.map_or(0, |loss| 1 + loss as u64);
            self.hash_message(flight, hasher);
            hasher.number(doom << 8 | u64::from(flight.copies));
        }
    }

    fn hash_node(&self, slot: &Slot, node: &dyn Node, hasher: &mut Hasher) {
        let now = slot.clock.monotonic(self.now);
        node.hash_into(hasher);
        hasher.number(slot.status as u64).number(slot.pauses.len() as u64);
        hasher.number(slot.clock.wall_error_micros(self.now) as u64).number(slot.clock.rate_error_ppm() as u64);
        hash_effects(slot.pending.iter(), slot.pending.len(), hasher);
        hasher.number(slot.syncs.len() as u64);
        for sync in &slot.syncs {
            hasher.number(sync.covered.len() as u64);
            hash_effects(sync.rest.iter(), sync.rest.len(), hasher);
        }
        hasher.number(slot.timers.len() as u64);
        for timer in slot.timers.values() {
            hasher.text(timer.name.kind).number(timer.local_due.since(now).as_micros());
            timer.payload.hash_into(hasher);
        }
    }

    /// Channels with what is under way on them, and who is yet to learn that a connection is gone.
    pub(super) fn hash_connections(&self, hasher: &mut Hasher) {
        hasher.number(self.network.channels.len() as u64);
        for ((from, to), channel) in &self.network.channels {
            hasher.number(ends(*from, *to)).number(u64::from(channel.held_since.is_some()));
            hasher.number(channel.queue.len() as u64);
            for index in &channel.queue {
                let flight = &self.flights[index];
                self.hash_message(flight, hasher);
                hasher.number(u64::from(flight.arrived));
            }
        }
        let inboxes = self.slots.iter().flat_map(|slot| slot.inbox.iter().map(|(_, action)| action));
        let notices = self.agenda.values().chain(inboxes).filter_map(|action| match action {
            Action::Disconnect { node, peer } => Some(ends(*node, *peer)),
            _ => None,
        });
        hasher.multiset(5, notices, |ends, hasher| {
            hasher.number(ends);
        });
    }

    /// Times in a message are its sender's.
    pub(super) fn hash_message(&self, flight: &Flight, hasher: &mut Hasher) {
        let clock = self.clock(flight.name.from);
        hasher.number(ends(flight.name.from, flight.name.to)).text(flight.name.kind);
        relative_to(clock.monotonic(self.now), clock.wall(self.now), || flight.payload.hash_into(hasher));
    }
}

fn ends(from: NodeId, to: NodeId) -> u64 {
    u64::from(from.0) << 8 | u64::from(to.0)
}

pub(super) fn hash_effects<'a>(effects: impl Iterator<Item = &'a Effect>, count: usize, hasher: &mut Hasher) {
    hasher.number(count as u64);
    for effect in effects {
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
}
