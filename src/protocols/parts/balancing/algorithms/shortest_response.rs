//! Shortest response: whoever would answer first, by the average of its answers times its requests in flight and this one;
//! among equals the weights draw lots.
//!
//! A provider that has not answered yet has an average of zero: it gets everything until its first answer.
//!
//! Source: Dubbo, `ShortestResponseLoadBalance`: the average in whole milliseconds over a window of 30 s, which then
//! begins anew for all.

use super::weighted_random::draw_lots;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Provider, Request};
use serde::Serialize;

/// Looks who would answer first.
#[derive(Clone, Debug, Serialize)]
pub struct ShortestResponse;

/// When that provider would answer one more request, in milliseconds.
fn estimate(provider: &Provider) -> u64 {
    let milliseconds = provider.average().as_micros() / 1_000;
    milliseconds.saturating_mul(u64::from(provider.in_flight) + 1)
}

impl Balancer for ShortestResponse {
    fn aims(&self) -> &'static [Aim] {
        // Not the least busy: a fast one may have more in flight and still answer first.
        &[]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let shortest = fleet.available().map(|(_, provider)| estimate(provider)).min()?;
        draw_lots(request, fleet, |provider| estimate(provider) == shortest)
    }
}
