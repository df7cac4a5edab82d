//! The remainder: the key's hash modulo the number of providers. Even and simple, and the counterexample: when a provider
//! comes or goes, nearly all keys move.
//!
//! The hash is xxHash, as elsewhere here.

use crate::protocols::parts::balancing::fleet::Table;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;
use xxhash_rust::xxh64::xxh64;

/// The hash's remainder.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Modulo {
    #[serde(skip)]
    available: Table<Vec<Index>>,
}

impl Balancer for Modulo {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::KeysStay]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let available = self.available.of(fleet, || fleet.available().map(|(index, _)| index).collect());
        let remainder = xxh64(request.key, 0).checked_rem(available.len() as u64)?;
        available.get(remainder as usize).copied()
    }
}
