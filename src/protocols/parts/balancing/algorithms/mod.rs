//! The algorithms, one file each, and the list of them.

mod bounded_load;
mod dubbo_ring;
mod dubbo_smooth;
mod envoy_ring;
mod ip_hash;
mod jump;
mod ketama;
mod least_active;
mod maglev;
mod modulo;
mod naive_weighted;
mod nginx_smooth;
mod random;
mod rendezvous;
mod round_robin;
mod shortest_response;
mod two_choices;
mod weighted_random;

pub use bounded_load::{BoundedLoad, capacity};
pub use dubbo_ring::DubboRing;
pub use dubbo_smooth::DubboSmooth;
pub use envoy_ring::EnvoyRing;
pub use ip_hash::IpHash;
pub use jump::{Jump, jump};
pub use ketama::{Ketama, points_of};
pub use least_active::LeastActive;
pub use maglev::{MAGLEV_SIZE_MAX, Maglev, is_prime};
pub use modulo::Modulo;
pub use naive_weighted::NaiveWeighted;
pub use nginx_smooth::NginxSmooth;
pub use random::Random;
pub use rendezvous::Rendezvous;
pub use round_robin::RoundRobin;
pub use shortest_response::ShortestResponse;
pub use two_choices::TwoChoices;
pub use weighted_random::WeightedRandom;

use super::{Aim, Balancer, Fleet, Index, Request, Ring};
use serde::Serialize;

/// What an algorithm looks at besides membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// At nothing: it draws lots or takes turns.
    AtNothing,
    /// At how busy each provider is.
    AtLoad,
    /// At the request's key.
    AtKey,
}

/// One of the algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Random,
    WeightedRandom,
    RoundRobin,
    NaiveWeighted,
    NginxSmooth,
    DubboSmooth,
    LeastActive,
    ShortestResponse,
    TwoChoices,
    DubboRing,
    Ketama,
    EnvoyRing,
    BoundedLoad,
    Maglev,
    Jump,
    Rendezvous,
    Modulo,
    IpHash,
}

impl Algorithm {
    pub const ALL: [Algorithm; 18] = [
        Algorithm::Random,
        Algorithm::WeightedRandom,
        Algorithm::RoundRobin,
        Algorithm::NaiveWeighted,
        Algorithm::NginxSmooth,
        Algorithm::DubboSmooth,
        Algorithm::LeastActive,
        Algorithm::ShortestResponse,
        Algorithm::TwoChoices,
        Algorithm::DubboRing,
        Algorithm::Ketama,
        Algorithm::EnvoyRing,
        Algorithm::BoundedLoad,
        Algorithm::Maglev,
        Algorithm::Jump,
        Algorithm::Rendezvous,
        Algorithm::Modulo,
        Algorithm::IpHash,
    ];

    /// Its name in links and on the command line: lower case, words joined by hyphens.
    pub const fn key(self) -> &'static str {
        match self {
            Algorithm::Random => "random",
            Algorithm::WeightedRandom => "weighted-random",
            Algorithm::RoundRobin => "round-robin",
            Algorithm::NaiveWeighted => "naive-weighted",
            Algorithm::NginxSmooth => "nginx-smooth",
            Algorithm::DubboSmooth => "dubbo-smooth",
            Algorithm::LeastActive => "least-active",
            Algorithm::ShortestResponse => "shortest-response",
            Algorithm::TwoChoices => "two-choices",
            Algorithm::DubboRing => "dubbo-ring",
            Algorithm::Ketama => "ketama",
            Algorithm::EnvoyRing => "envoy-ring",
            Algorithm::BoundedLoad => "bounded-load",
            Algorithm::Maglev => "maglev",
            Algorithm::Jump => "jump",
            Algorithm::Rendezvous => "rendezvous",
            Algorithm::Modulo => "modulo",
            Algorithm::IpHash => "ip-hash",
        }
    }

    pub fn of(key: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.key() == key)
    }

    pub const fn looks(self) -> Looks {
        match self {
            Algorithm::LeastActive | Algorithm::ShortestResponse | Algorithm::TwoChoices => Looks::AtLoad,
            Algorithm::DubboRing
            | Algorithm::Ketama
            | Algorithm::EnvoyRing
            | Algorithm::BoundedLoad
            | Algorithm::Maglev
            | Algorithm::Jump
            | Algorithm::Rendezvous
            | Algorithm::Modulo
            | Algorithm::IpHash => Looks::AtKey,
            _ => Looks::AtNothing,
        }
    }

    /// The algorithm in its first state.
    pub fn picker(self, settings: &Settings) -> Picker {
        match self {
            Algorithm::Random => Picker::Random(Random),
            Algorithm::WeightedRandom => Picker::WeightedRandom(WeightedRandom),
            Algorithm::RoundRobin => Picker::RoundRobin(RoundRobin::default()),
            Algorithm::NaiveWeighted => Picker::NaiveWeighted(NaiveWeighted::default()),
            Algorithm::NginxSmooth => Picker::NginxSmooth(NginxSmooth::default()),
            Algorithm::DubboSmooth => Picker::DubboSmooth(DubboSmooth::default()),
            Algorithm::LeastActive => Picker::LeastActive(LeastActive),
            Algorithm::ShortestResponse => Picker::ShortestResponse(ShortestResponse),
            Algorithm::TwoChoices => Picker::TwoChoices(TwoChoices::default()),
            Algorithm::DubboRing => Picker::DubboRing(DubboRing::new(settings.virtual_nodes)),
            Algorithm::Ketama => Picker::Ketama(Ketama::default()),
            Algorithm::EnvoyRing => Picker::EnvoyRing(EnvoyRing::new(settings.ring_size)),
            Algorithm::BoundedLoad => {
                Picker::BoundedLoad(BoundedLoad::new(settings.ring_size, settings.factor_hundredths))
            }
            Algorithm::Maglev => Picker::Maglev(Maglev::new(settings.table_size)),
            Algorithm::Jump => Picker::Jump(Jump::default()),
            Algorithm::Rendezvous => Picker::Rendezvous(Rendezvous::default()),
            Algorithm::Modulo => Picker::Modulo(Modulo::default()),
            Algorithm::IpHash => Picker::IpHash(IpHash::default()),
        }
    }
}

/// What can be set; the defaults are the products'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Points of a provider on Dubbo's ring (`hash.nodes`, 160); taken down to a multiple of four.
    pub virtual_nodes: u32,
    /// The least number of points on Envoy's ring (`minimum_ring_size`, 1,024).
    pub ring_size: u32,
    /// The size of Maglev's table, a prime (Envoy's `table_size`, 65,537).
    pub table_size: u32,
    /// How many times the average load a provider may have, in hundredths (HAProxy recommends a `hash-balance-factor`
    /// from 125 to 200).
    pub factor_hundredths: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { virtual_nodes: 160, ring_size: 1_024, table_size: 65_537, factor_hundredths: 125 }
    }
}

/// Any of the algorithms with its state, as plain data: part of a balancer's state.
#[derive(Clone, Serialize)]
pub enum Picker {
    Random(Random),
    WeightedRandom(WeightedRandom),
    RoundRobin(RoundRobin),
    NaiveWeighted(NaiveWeighted),
    NginxSmooth(NginxSmooth),
    DubboSmooth(DubboSmooth),
    LeastActive(LeastActive),
    ShortestResponse(ShortestResponse),
    TwoChoices(TwoChoices),
    DubboRing(DubboRing),
    Ketama(Ketama),
    EnvoyRing(EnvoyRing),
    BoundedLoad(BoundedLoad),
    Maglev(Maglev),
    Jump(Jump),
    Rendezvous(Rendezvous),
    Modulo(Modulo),
    IpHash(IpHash),
}

impl Picker {
    fn balancer(&mut self) -> &mut dyn Balancer {
        match self {
            Picker::Random(balancer) => balancer,
            Picker::WeightedRandom(balancer) => balancer,
            Picker::RoundRobin(balancer) => balancer,
            Picker::NaiveWeighted(balancer) => balancer,
            Picker::NginxSmooth(balancer) => balancer,
            Picker::DubboSmooth(balancer) => balancer,
            Picker::LeastActive(balancer) => balancer,
            Picker::ShortestResponse(balancer) => balancer,
            Picker::TwoChoices(balancer) => balancer,
            Picker::DubboRing(balancer) => balancer,
            Picker::Ketama(balancer) => balancer,
            Picker::EnvoyRing(balancer) => balancer,
            Picker::BoundedLoad(balancer) => balancer,
            Picker::Maglev(balancer) => balancer,
            Picker::Jump(balancer) => balancer,
            Picker::Rendezvous(balancer) => balancer,
            Picker::Modulo(balancer) => balancer,
            Picker::IpHash(balancer) => balancer,
        }
    }

    fn watched(&self) -> &dyn Balancer {
        match self {
            Picker::Random(balancer) => balancer,
            Picker::WeightedRandom(balancer) => balancer,
            Picker::RoundRobin(balancer) => balancer,
            Picker::NaiveWeighted(balancer) => balancer,
            Picker::NginxSmooth(balancer) => balancer,
            Picker::DubboSmooth(balancer) => balancer,
            Picker::LeastActive(balancer) => balancer,
            Picker::ShortestResponse(balancer) => balancer,
            Picker::TwoChoices(balancer) => balancer,
            Picker::DubboRing(balancer) => balancer,
            Picker::Ketama(balancer) => balancer,
            Picker::EnvoyRing(balancer) => balancer,
            Picker::BoundedLoad(balancer) => balancer,
            Picker::Maglev(balancer) => balancer,
            Picker::Jump(balancer) => balancer,
            Picker::Rendezvous(balancer) => balancer,
            Picker::Modulo(balancer) => balancer,
            Picker::IpHash(balancer) => balancer,
        }
    }
}

impl Balancer for Picker {
    fn aims(&self) -> &'static [Aim] {
        self.watched().aims()
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        self.balancer().pick(request, fleet)
    }

    fn failed(&mut self, provider: Index, fleet: &Fleet) {
        self.balancer().failed(provider, fleet);
    }

    fn ring(&mut self, fleet: &Fleet) -> Option<&Ring> {
        self.balancer().ring(fleet)
    }

    fn position(&self, key: &[u8]) -> Option<u64> {
        self.watched().position(key)
    }

    fn is_full(&self, provider: Index, fleet: &Fleet) -> bool {
        self.watched().is_full(provider, fleet)
    }

    fn table(&mut self, fleet: &Fleet) -> Option<&[Index]> {
        self.balancer().table(fleet)
    }
}
