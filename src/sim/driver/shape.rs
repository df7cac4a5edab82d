//! What makes two timed runs the same from here on: the world, when everything in it is due, and what the faults still
//! have to do.

use super::{Driver, Phase};
use crate::sim::fault::{Fault, Place};
use crate::sim::fingerprint::{Hasher, hash_into, mix};
use crate::sim::name::{Moment, Purpose, Uncounted};
use crate::sim::world::World;

impl Driver {
    /// The hash of everything that can shape the rest of the run but for the instant, to which all times are relative,
    /// and the horizon. Two drivers of the same shape at the same instant go on alike; at different instants they do if
    /// nothing is drawn, see [`Driver::draws`].
    ///
    /// The faults that are still to come are part of it; how far the run has counted its names only where draws, or
    /// faults still to come, depend on that.
    pub fn shape(&self) -> u64 {
        let mut hasher = Hasher::keyed(3);
        self.world.hash_timing(&mut hasher);
        let now = self.world.now.as_micros();
        for (at, index, phase) in &self.plan.timed {
            if *at > self.until {
                // It never comes to that, but the run does not come to rest either.
                hasher.number(u64::MAX);
                continue;
            }
            hasher.number(at.as_micros().wrapping_sub(now));
            match phase {
                Phase::Begin => hash_into(&self.faults[usize::from(*index)], &mut hasher),
                Phase::End => hash_what_ends(&self.faults[usize::from(*index)], &mut hasher),
            }
        }
        for (place, index) in &self.plan.anchored {
            hasher.number(self.counted(place));
            hash_into(&self.faults[usize::from(*index)], &mut hasher);
        }
        for index in &self.plan.ready {
            hash_into(&self.faults[usize::from(*index)], &mut hasher);
        }
        for (name, fate) in self.plan.messages.iter() {
            let next = self.world.counts.next(&Uncounted::named(name));
            if next <= name.ordinal {
                let faults = fate.dropped.iter().chain(fate.doubled.iter().map(|(fault, _)| fault));
                for index in faults.chain(fate.delayed.iter().map(|(fault, _)| fault)) {
                    hash_into(&(next, &self.faults[usize::from(*index)]), &mut hasher);
                }
            }
        }
        hasher.finish()
    }

    /// Whether faults of the list are still to begin or to end.
    pub fn is_awaiting_faults(&self) -> bool {
        let sent = |name| self.world.counts.next(&Uncounted::named(name)) > name.ordinal;
        !self.plan.timed.is_empty()
            || !self.plan.anchored.is_empty()
            || !self.plan.ready.is_empty()
            || !self.plan.messages.keys().all(sent)
    }

    /// Whether any latency or disk is drawn, so that the same world behaves differently at another time.
    pub fn draws(&self) -> bool {
        self.world.draws()
    }

    /// How often what a place names has been counted.
    fn counted(&self, place: &Place) -> u64 {
        let (Place::Before(moment) | Place::After(moment)) = place else { return 0 };
        let name = match moment {
            Moment::Sends(name) | Moment::Receives(name) => Uncounted::named(name),
            Moment::Writes(name) | Moment::Durable(name) => Uncounted::of_local(Purpose::Record, name),
            Moment::Fires(name) => Uncounted::of_local(Purpose::Timer, name),
        };
        u64::from(self.world.counts.next(&name))
    }
}

/// Where a fault that lasts began makes no difference to its end.
fn hash_what_ends(fault: &Fault, hasher: &mut Hasher) {
    match fault {
        Fault::Pause { node, .. } => hash_into(&(1, node), hasher),
        Fault::Partition { groups, one_way, .. } => hash_into(&(2, groups, one_way), hasher),
        Fault::SlowLink { from, to, by, .. } => hash_into(&(3, from, to, by), hasher),
        other => hash_into(other, hasher),
    }
}

impl World {
    fn draws(&self) -> bool {
        self.network.draws() || !self.slots.iter().all(|slot| slot.fsync.is_fixed())
    }

    /// Node states, connections, and all that is due in its order and with its time.
    fn hash_timing(&self, hasher: &mut Hasher) {
        let ordinals = self.draws();
        self.hash_nodes(hasher);
        self.hash_connections(hasher);
        self.network.hash_into(hasher);
        self.network.hash_timing(self.now, hasher);
        for slot in &self.slots {
            hasher.number((slot.uncovered.len() as u64) << 1 | u64::from(slot.last_record.is_some()));
            for (due, action) in &slot.inbox {
                due.hash_into(self.now, ordinals, hasher);
                self.hash_flight(*action, hasher);
            }
        }
        for (due, action) in &self.agenda {
            due.hash_into(self.now, ordinals, hasher);
            self.hash_flight(*action, hasher);
        }
        if ordinals {
            hasher.number(mix(self.counts.fingerprint()));
        }
    }
}
