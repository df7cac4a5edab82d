//! Jump consistent hash: no table at all, perfectly even, and of n + 1 buckets the new one gets 1/(n + 1) of the keys. But
//! buckets are only a number: none but the last can go without moving others' keys.
//!
//! Source: J. Lamping, E. Veach, *A Fast, Minimal Memory, Consistent Hash Algorithm*, 2014, which computes each leap in
//! `double`; so does this, in integers. Providers are the buckets, in order, without those that are not available; their
//! keys are hashed by xxHash first, since the algorithm takes a number.

use crate::protocols::parts::balancing::fleet::Table;
use crate::protocols::parts::balancing::rounding::Double;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;
use xxhash_rust::xxh64::xxh64;

/// The multiplier of its linear congruential generator.
const MULTIPLIER: u64 = 2_862_933_555_777_941_757;

/// Which of so many buckets a key falls into; bucket 0 if there are none.
pub fn jump(mut key: u64, buckets: u32) -> u32 {
    let (mut bucket, mut next) = (0, 0);
    while next < u64::from(buckets) {
        bucket = next;
        key = key.wrapping_mul(MULTIPLIER).wrapping_add(1);
        let leap = Double::of(1 << 31).over(Double::of((key >> 33) + 1));
        next = Double::of(bucket + 1).times(leap).floor();
    }
    bucket as u32
}

/// Jump consistent hash over a fleet.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Jump {
    #[serde(skip)]
    buckets: Table<Vec<Index>>,
}

impl Balancer for Jump {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::KeysStay]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let buckets = self.buckets.of(fleet, || fleet.available().map(|(index, _)| index).collect());
        buckets.get(jump(xxh64(request.key, 0), buckets.len() as u32) as usize).copied()
    }
}
