//! Weighted random: a provider is as likely as its weight says.
//!
//! Source: Dubbo, `RandomLoadBalance`: an offset is drawn below the sum of the weights, and the provider in whose stretch
//! it falls is chosen.

use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Provider, Request};
use crate::sim::random::one_of;
use serde::Serialize;

/// Draws lots, of which each provider has as many as its weight.
#[derive(Clone, Debug, Serialize)]
pub struct WeightedRandom;

impl Balancer for WeightedRandom {
    fn aims(&self) -> &'static [Aim] {
        &[]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        draw_lots(request, fleet, |_| true)
    }
}

/// One of the available providers that `enters`, as likely as its weight says.
pub(super) fn draw_lots(request: &Request, fleet: &Fleet, enters: impl Fn(&Provider) -> bool) -> Option<Index> {
    let entered = || fleet.available().filter(|(_, provider)| enters(provider));
    let mut alone = entered();
    let first = alone.next()?.0;
    if alone.next().is_none() {
        return Some(first);
    }
    let total = entered().map(|(_, provider)| u64::from(provider.weight)).sum();
    let mut offset = one_of((request.draw)(0), total);
    entered().find_map(|(index, provider)| {
        let weight = u64::from(provider.weight);
        let inside = offset < weight;
        offset = offset.saturating_sub(weight);
        inside.then_some(index)
    })
}
