//! IP hash, as nginx does it: the client's address decides, so that a client stays with its server. Of an IPv4 address only
//! the first three bytes count: everybody in the same /24, and everybody behind the same NAT, goes to the same server.
//!
//! Source: nginx, `ngx_http_upstream_ip_hash_module.c`. Where the server is down the hash is hashed on, up to 20 times; then,
//! and where there is only one server, smooth weighted round robin decides. A key that is no address counts as nginx
//! counts a client without one.

use super::NginxSmooth;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;
use std::net::IpAddr;

const START: u64 = 89;
const MULTIPLIER: u64 = 113;
const MODULUS: u64 = 6_271;
const TRIES_MAX: u32 = 20;

/// nginx's `ip_hash`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IpHash {
    otherwise: NginxSmooth,
}

/// The bytes of an address that count.
fn bytes(key: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(key).ok().and_then(|text| text.parse().ok()) {
        Some(IpAddr::V4(address)) => address.octets()[..3].to_vec(),
        Some(IpAddr::V6(address)) => address.octets().to_vec(),
        None => vec![0; 3],
    }
}

impl Balancer for IpHash {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::KeysStay]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let bytes = bytes(request.key);
        let total: u64 = fleet.providers().iter().map(|provider| u64::from(provider.weight)).sum();
        let tries = if fleet.providers().len() < 2 { 0 } else { TRIES_MAX + 1 };
        let mut hash = START;
        for _ in 0..tries {
            hash = bytes.iter().fold(hash, |hash, byte| (hash * MULTIPLIER + u64::from(*byte)) % MODULUS);
            let mut left = hash % total;
            let within = |index: &Index| {
                let weight = u64::from(fleet.providers()[usize::from(*index)].weight);
                let inside = left < weight;
                left = left.saturating_sub(weight);
                inside
            };
            let picked = fleet.places().find(within)?;
            if fleet.is_available(picked) {
                return Some(picked);
            }
        }
        self.otherwise.pick(request, fleet)
    }

    fn failed(&mut self, provider: Index, fleet: &Fleet) {
        self.otherwise.failed(provider, fleet);
    }
}
