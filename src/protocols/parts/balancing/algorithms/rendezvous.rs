//! Rendezvous, or highest random weight: every provider is hashed with the key, and the highest wins. Even, nothing is kept,
//! and when a provider leaves only its keys move; but every pick looks at all of them.
//!
//! Source: D. Thaler, C. Ravishankar, *Using Name-Based Mappings to Increase Hit Rates*, IEEE/ACM Transactions on Networking,
//! 1998. They leave the hash open; here it is xxHash of the key, seeded with the xxHash of the provider's name.

use crate::protocols::parts::balancing::fleet::Table;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;
use xxhash_rust::xxh64::xxh64;

/// Highest random weight.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Rendezvous {
    #[serde(skip)]
    seeds: Table<Vec<(Index, u64)>>,
}

impl Balancer for Rendezvous {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::KeysStay]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let seeds = self.seeds.of(fleet, || {
            fleet.available().map(|(index, provider)| (index, xxh64(provider.name.as_bytes(), 0))).collect()
        });
        // Of equal ones the last is the highest to `max_by_key`; with 64 bits it does not matter, but it is defined.
        seeds.iter().max_by_key(|(_, seed)| xxh64(request.key, *seed)).map(|(index, _)| *index)
    }
}
