//! Consistent hashing, as Dubbo does it: 160 virtual nodes for each provider, placed by MD5.
//!
//! The address with a number behind it is hashed, and each digest gives four points. A key belongs to the first point
//! that is not before its own MD5's first four bytes. When a provider leaves only its keys move; weights do not matter.
//!
//! Source: Dubbo, `ConsistentHashLoadBalance`: `hash.nodes` is 160, the key is the first argument unless told otherwise. Of two
//! points at the same place the one put last counts, as in its tree map.

use crate::protocols::parts::balancing::fleet::Table;
use crate::protocols::parts::balancing::ring::{Point, Ring, four_positions};
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;

/// Dubbo's ring.
#[derive(Clone, Debug, Serialize)]
pub struct DubboRing {
    virtual_nodes: u32,
    #[serde(skip)]
    ring: Table<Ring>,
}

impl DubboRing {
    pub fn new(virtual_nodes: u32) -> DubboRing {
        DubboRing { virtual_nodes: virtual_nodes.max(4), ring: Table::default() }
    }

    /// The ring of the available providers.
    pub fn ring(&mut self, fleet: &Fleet) -> &Ring {
        let virtual_nodes = self.virtual_nodes;
        self.ring.of(fleet, || {
            let mut points = Vec::new();
            for (owner, provider) in fleet.available() {
                for number in 0..virtual_nodes / 4 {
                    let name = format!("{}{number}", provider.name);
                    points.extend(four_positions(name.as_bytes()).map(|position| Point { position, owner }));
                }
            }
            points.reverse();
            Ring::of(points)
        })
    }
}

/// Where a key stands on a ring that MD5 places.
pub(super) fn position(key: &[u8]) -> u64 {
    four_positions(key)[0]
}

impl Balancer for DubboRing {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::KeysStay]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        self.ring(fleet).owner(position(request.key))
    }

    fn ring(&mut self, fleet: &Fleet) -> Option<&Ring> {
        Some(DubboRing::ring(self, fleet))
    }

    fn position(&self, key: &[u8]) -> Option<u64> {
        Some(position(key))
    }
}
