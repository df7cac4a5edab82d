//! Consistent hashing with bounded loads: a key belongs to its owner on the ring, unless that has as much in flight as it
//! may have; then to the next one around the ring that has less.
//!
//! What a provider may have is c times the average, rounded up, of all requests in flight and this one; since these
//! bounds together exceed the load, somebody always has room. A small c is even, a large one keeps keys where they
//! belong.
//!
//! Sources: V. Mirrokni, M. Thorup, M. Zadimoghaddam, *Consistent Hashing with Bounded Loads*, SODA 2018; weights share the
//! bound in proportion, as in HAProxy's `hash-balance-factor`. The ring is Envoy's. (Envoy itself leaps over the ring at
//! random instead of walking on.)

use super::EnvoyRing;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Provider, Request, Ring};
use serde::Serialize;
use xxhash_rust::xxh64::xxh64;

/// A ring whose owners may be full.
#[derive(Clone, Debug, Serialize)]
pub struct BoundedLoad {
    ring: EnvoyRing,
    factor_hundredths: u32,
}

impl BoundedLoad {
    pub fn new(ring_size: u32, factor_hundredths: u32) -> BoundedLoad {
        BoundedLoad { ring: EnvoyRing::new(ring_size), factor_hundredths: factor_hundredths.max(100) }
    }
}

/// How many requests a provider of that weight may have in flight, when there are `in_flight` of them in all:
/// c · in_flight · weight / total weight, rounded up.
pub fn capacity(factor_hundredths: u32, in_flight: u64, weight: u32, total_weight: u64) -> u64 {
    let most = u128::from(factor_hundredths) * u128::from(in_flight) * u128::from(weight);
    most.div_ceil(100 * u128::from(total_weight.max(1))) as u64
}

/// What providers may have when one request more has come.
struct Bounds {
    factor_hundredths: u32,
    in_flight: u64,
    total_weight: u64,
}

impl Bounds {
    fn of(factor_hundredths: u32, fleet: &Fleet) -> Bounds {
        let in_flight = 1 + fleet.available().map(|(_, provider)| u64::from(provider.in_flight)).sum::<u64>();
        let total_weight = fleet.available().map(|(_, provider)| u64::from(provider.weight)).sum();
        Bounds { factor_hundredths, in_flight, total_weight }
    }

    fn leave_room(&self, provider: &Provider) -> bool {
        let most = capacity(self.factor_hundredths, self.in_flight, provider.weight, self.total_weight);
        u64::from(provider.in_flight) < most
    }
}

impl Balancer for BoundedLoad {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::KeysStay, Aim::BoundedLoad]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let bounds = Bounds::of(self.factor_hundredths, fleet);
        let mut walk = self.ring.ring(fleet).walk(xxh64(request.key, 0));
        walk.find(|index| bounds.leave_room(&fleet.providers()[usize::from(*index)]))
    }

    fn ring(&mut self, fleet: &Fleet) -> Option<&Ring> {
        Some(self.ring.ring(fleet))
    }

    fn position(&self, key: &[u8]) -> Option<u64> {
        self.ring.position(key)
    }

    fn is_full(&self, provider: Index, fleet: &Fleet) -> bool {
        let bounds = Bounds::of(self.factor_hundredths, fleet);
        fleet.get(provider).is_some_and(|provider| !bounds.leave_room(provider))
    }
}
