//! Ring hash, as Envoy does it: points in proportion to the weights, placed by xxHash.
//!
//! The ring is made so large that the lightest provider has a whole number of points; where the others' are no whole
//! numbers, running sums decide. The whole ring keeps its size, so when a provider leaves the others get a few points more:
//! some keys move that need not have. Rings with a fixed number of points for each provider do not have this.
//!
//! Source: Envoy, `ring_hash_lb.cc`. It computes these sums in `double`; here they are exact fractions, so that a provider
//! whose sum is a whole number never has one point more by a rounding error.

use crate::protocols::parts::balancing::fleet::Table;
use crate::protocols::parts::balancing::ring::{Point, Ring};
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;
use xxhash_rust::xxh64::xxh64;

/// The most points on a ring (Envoy: `maximum_ring_size`, 8M).
const RING_SIZE_MAX: u128 = 8 * 1_024 * 1_024;

/// Envoy's ring.
#[derive(Clone, Debug, Serialize)]
pub struct EnvoyRing {
    size_min: u32,
    #[serde(skip)]
    ring: Table<Ring>,
}

impl EnvoyRing {
    pub fn new(size_min: u32) -> EnvoyRing {
        EnvoyRing { size_min: size_min.max(1), ring: Table::default() }
    }

    /// The ring of the available providers.
    pub fn ring(&mut self, fleet: &Fleet) -> &Ring {
        let size_min = u128::from(self.size_min);
        self.ring.of(fleet, || Ring::of(points(fleet, size_min)))
    }
}

fn points(fleet: &Fleet, size_min: u128) -> Vec<Point> {
    let weights = || fleet.available().map(|(_, provider)| u128::from(provider.weight));
    let (total, least) = (weights().sum::<u128>(), weights().min().unwrap_or(1));
    // The ring has lightest · total / least points, so that the lightest provider has a whole number of them.
    let lightest = (least * size_min).div_ceil(total.max(1));
    let (size, per) =
        if lightest * total <= RING_SIZE_MAX * least { (lightest * total, least) } else { (RING_SIZE_MAX, 1) };
    let (mut points, mut weight_so_far) = (Vec::new(), 0);
    for (owner, provider) in fleet.available() {
        weight_so_far += u128::from(provider.weight);
        let mut number = 0;
        // As long as there are fewer points than size / per · weight so far / total.
        while points.len() as u128 * per * total < size * weight_so_far {
            let position = xxh64(format!("{}_{number}", provider.name).as_bytes(), 0);
            points.push(Point { position, owner });
            number += 1;
        }
    }
    points
}

impl Balancer for EnvoyRing {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::KeysStay]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        self.ring(fleet).owner(xxh64(request.key, 0))
    }

    fn ring(&mut self, fleet: &Fleet) -> Option<&Ring> {
        Some(EnvoyRing::ring(self, fleet))
    }

    fn position(&self, key: &[u8]) -> Option<u64> {
        Some(xxh64(key, 0))
    }
}
