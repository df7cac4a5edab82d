//! The power of two choices: of two providers drawn at random, the one with fewer requests in flight.
//!
//! Looking at two instead of one is nearly as good as looking at all, and, unlike looking at all, does not make everybody
//! run to the one that looked idle a moment ago.
//!
//! Source: M. Mitzenmacher, *The Power of Two Choices in Randomized Load Balancing*, 2001. The two are different, as in
//! Envoy's and Dubbo's implementations.

use crate::protocols::parts::balancing::fleet::Table;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use crate::sim::random::one_of;
use serde::Serialize;

/// Looks at two.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TwoChoices {
    #[serde(skip)]
    available: Table<Vec<Index>>,
}

impl Balancer for TwoChoices {
    fn aims(&self) -> &'static [Aim] {
        // Not the least busy of all: there may be one that was not drawn.
        &[]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let available = self.available.of(fleet, || fleet.available().map(|(index, _)| index).collect());
        let number = available.len() as u64;
        if number < 2 {
            return available.first().copied();
        }
        let first = one_of((request.draw)(0), number);
        // The other is one of the rest: as many steps on, around the list.
        let second = (first + 1 + one_of((request.draw)(1), number - 1)) % number;
        let [first, second] = [first, second].map(|place| available[place as usize]);
        let in_flight = |index| fleet.get(index).map(|provider| provider.in_flight);
        Some(if in_flight(second) < in_flight(first) { second } else { first })
    }
}
