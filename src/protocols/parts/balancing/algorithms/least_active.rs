//! Least active: whoever has the fewest requests of this balancer's in flight; among equals the weights draw lots.
//!
//! A slow provider keeps its requests longer, so it has more in flight and gets less: nobody has to say that it is slow.
//! One that fails at once looks idle, and gets everything.
//!
//! Source: Dubbo, `LeastActiveLoadBalance`.

use super::weighted_random::draw_lots;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;

/// Looks who is idle.
#[derive(Clone, Debug, Serialize)]
pub struct LeastActive;

impl Balancer for LeastActive {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::LeastBusy]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let least = fleet.available().map(|(_, provider)| provider.in_flight).min()?;
        draw_lots(request, fleet, |provider| provider.in_flight == least)
    }
}
