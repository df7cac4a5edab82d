//! Random: every available provider is as likely as any other, whatever it is busy with.

use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use crate::sim::random::one_of;
use serde::Serialize;

/// Draws lots among all.
#[derive(Clone, Debug, Serialize)]
pub struct Random;

impl Balancer for Random {
    fn aims(&self) -> &'static [Aim] {
        &[]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let number = fleet.available().count() as u64;
        let chosen = one_of((request.draw)(0), number);
        fleet.available().nth(chosen as usize).map(|(index, _)| index)
    }
}
