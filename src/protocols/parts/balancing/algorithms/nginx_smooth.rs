//! Smooth weighted round robin, as nginx does it: `a a b a c a a` for the weights 5, 1 and 1.
//!
//! At every pick each provider's running weight grows by its own weight; the largest is picked, and falls by the sum of
//! all. After as many picks as that sum all are back at zero, and each has been picked as often as its weight, never
//! many times in a row. A provider that fails loses *effective* weight and wins one back with every pick, so that it
//! comes back gently.
//!
//! Sources: nginx, commit 52327e0627f4 (2012), whose message has the idea and a table; `ngx_http_upstream_round_robin.c`,
//! functions `get_peer` and `free_peer`, for the effective weight.

use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use serde::Serialize;

/// How many failures within `fail_timeout` take all of a provider's effective weight (nginx: `max_fails`, 1).
pub const FAILS_MAX: i64 = 1;

/// nginx's rotation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NginxSmooth {
    peers: Vec<Peer>,
}

/// What is remembered of a provider.
#[derive(Clone, Debug, Serialize)]
struct Peer {
    current: i64,
    effective: i64,
}

impl NginxSmooth {
    /// The running weights, in the fleet's order.
    pub fn current_weights(&self) -> impl Iterator<Item = i64> {
        self.peers.iter().map(|peer| peer.current)
    }

    fn know(&mut self, fleet: &Fleet) {
        for provider in fleet.providers().iter().skip(self.peers.len()) {
            self.peers.push(Peer { current: 0, effective: provider.weight.into() });
        }
    }
}

impl Balancer for NginxSmooth {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::WeightedCycles]
    }

    fn pick(&mut self, _request: &Request, fleet: &Fleet) -> Option<Index> {
        self.know(fleet);
        let mut total = 0;
        let mut best: Option<(Index, i64)> = None;
        for (index, provider) in fleet.available() {
            let peer = &mut self.peers[usize::from(index)];
            peer.current += peer.effective;
            total += peer.effective;
            peer.effective = (peer.effective + 1).min(provider.weight.into());
            if best.is_none_or(|(_, largest)| peer.current > largest) {
                best = Some((index, peer.current));
            }
        }
        let (picked, _) = best?;
        self.peers[usize::from(picked)].current -= total;
        Some(picked)
    }

    fn failed(&mut self, provider: Index, fleet: &Fleet) {
        self.know(fleet);
        if let (Some(peer), Some(provider)) = (self.peers.get_mut(usize::from(provider)), fleet.get(provider)) {
            peer.effective = (peer.effective - i64::from(provider.weight) / FAILS_MAX).max(0);
        }
    }
}
