//! Round robin: one after the other, whatever their weights.

use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;

/// Takes turns.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RoundRobin {
    /// Whose turn is next.
    next: Index,
}

impl Balancer for RoundRobin {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::EqualCycles]
    }

    fn pick(&mut self, _request: &Request, fleet: &Fleet) -> Option<Index> {
        let picked = from(fleet, self.next)?;
        self.next = picked + 1;
        Some(picked)
    }
}

/// The first available provider from that place on, going around.
pub(super) fn from(fleet: &Fleet, place: Index) -> Option<Index> {
    let behind = fleet.places().skip(usize::from(place));
    behind.chain(fleet.places()).find(|index| fleet.is_available(*index))
}
