//! Naive weighted round robin: each provider gets as many requests in a row as its weight, `a a a b b c` for 3, 2 and 1.
//! Exact in every cycle, and a burst for the heaviest in each: compare smooth weighted round robin.

use super::round_robin::from;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;

/// Takes turns, each as long as the weight.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NaiveWeighted {
    /// Whose turn it is.
    at: Index,
    /// How many requests of this turn it has had.
    had: u32,
}

impl Balancer for NaiveWeighted {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::WeightedCycles]
    }

    fn pick(&mut self, _request: &Request, fleet: &Fleet) -> Option<Index> {
        let goes_on = fleet.get(self.at).is_some_and(|provider| provider.available && self.had < provider.weight);
        if !goes_on {
            // Before the first pick nobody has had a turn.
            let next = if self.had == 0 { self.at } else { self.at + 1 };
            *self = NaiveWeighted { at: from(fleet, next)?, had: 0 };
        }
        self.had += 1;
        Some(self.at)
    }
}
