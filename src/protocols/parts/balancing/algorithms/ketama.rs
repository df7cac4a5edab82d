//! Weighted ketama, as libmemcached does it: points in proportion to the weights, placed by MD5, so that every client in
//! the world finds the same server for the same key.
//!
//! Source: libmemcached, `hosts.cc`, `update_continuum`, with `MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED`; the number of a server's
//! points is computed in `float`, and the default port 11211 is left out of the name that is hashed. It adds 10⁻¹⁰ before
//! it rounds down, which changes no `float` that is near a whole number, and is left out here.

use super::dubbo_ring::position;
use crate::protocols::parts::balancing::fleet::Table;
use crate::protocols::parts::balancing::ring::{Point, Ring, four_positions};
use crate::protocols::parts::balancing::rounding::Float;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;

/// The points of a server of average weight (`MEMCACHED_POINTS_PER_SERVER_KETAMA`).
const POINTS_PER_SERVER: u64 = 160;
const DEFAULT_PORT: &str = ":11211";

/// libmemcached's ring.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ketama {
    #[serde(skip)]
    ring: Table<Ring>,
}

/// How many points a server of that weight has: a multiple of four, because a digest gives four.
pub fn points_of(weight: u64, total_weight: u64, servers: u64) -> u64 {
    let share = Float::of(weight).over(Float::of(total_weight));
    let points = share.times(Float::of(POINTS_PER_SERVER)).over(Float::of(4)).times(Float::of(servers));
    points.floor() * 4
}

impl Ketama {
    /// The ring of the available servers.
    pub fn ring(&mut self, fleet: &Fleet) -> &Ring {
        self.ring.of(fleet, || {
            let total = fleet.available().map(|(_, server)| u64::from(server.weight)).sum();
            let servers = fleet.available().count() as u64;
            let mut points = Vec::new();
            for (owner, server) in fleet.available() {
                let name = server.name.strip_suffix(DEFAULT_PORT).unwrap_or(&server.name);
                for number in 0..points_of(server.weight.into(), total, servers) / 4 {
                    let name = format!("{name}-{number}");
                    points.extend(four_positions(name.as_bytes()).map(|position| Point { position, owner }));
                }
            }
            Ring::of(points)
        })
    }
}

impl Balancer for Ketama {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::KeysStay]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        self.ring(fleet).owner(position(request.key))
    }

    fn ring(&mut self, fleet: &Fleet) -> Option<&Ring> {
        Some(Ketama::ring(self, fleet))
    }

    fn position(&self, key: &[u8]) -> Option<u64> {
        Some(position(key))
    }
}
