//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use super::parameters::WEIGHTS;
use crate::protocols::Values;
use crate::protocols::parts::balancing::{Aim, Algorithm, Balancer as _, Index, Picker, Settings as Tuning};
use crate::sim::random::Distribution;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The clients' node; then come the balancers, then the providers.
pub const CLIENT: NodeId = NodeId(0);
pub const BALANCERS_MAX: u32 = 3;
pub const PROVIDERS_MAX: u32 = 10;
pub const STANDBY_MAX: u32 = 3;
pub const BALANCER_NAMES: [&str; BALANCERS_MAX as usize] = ["b1", "b2", "b3"];
pub const PROVIDER_NAMES: [&str; (PROVIDERS_MAX + STANDBY_MAX) as usize] =
    ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13"];

/// How long averages are kept before they begin anew (Dubbo: `shortestresponse.slidePeriod`, 30 s).
pub const WINDOW: Span = Span::seconds(30);

/// How long a process that runs at the start of a run is taken to have been up: long enough to be warm.
pub const LONG_UP: Span = Span::seconds(24 * 3_600);

/// How often each key is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Popularity {
    Uniform,
    Zipf,
    /// Half of all requests are about the first key.
    OneHot,
}

/// A deliberate mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    /// Checks are made, and their result is not looked at.
    IgnoresHealth,
    /// A call that failed stays in flight for ever.
    NeverUncounts,
    /// How many calls are in flight is read only when health is checked.
    StaleCounts,
}

/// The values of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub algorithm: Algorithm,
    pub balancers: u32,
    pub providers: u16,
    pub standby: u16,
    weights: &'static [u32],
    pub requests: u32,
    pub arrivals: Distribution,
    pub keys: u32,
    pub popularity: Popularity,
    /// Whether all clients are behind one NAT.
    pub one_network: bool,
    pub service: Distribution,
    pub workers: u32,
    pub queue: u32,
    slow: Option<Index>,
    slow_factor: u64,
    pub timeout: Span,
    pub tries: u32,
    pub check_every: Span,
    pub fall: u32,
    pub rise: u32,
    /// Whether a failed request is a reason to leave a provider alone.
    pub passive: bool,
    pub fail_timeout: Span,
    /// Zero if providers do not warm up.
    pub warm_up: Span,
    pub virtual_nodes: u32,
    pub ring_size: u32,
    pub table_size: u32,
    pub factor_hundredths: u32,
    pub mistake: Mistake,
}

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let is = |key, word: &str| values.choice(key) == word;
        let every = values.time("every");
        let service = values.time("service");
        Settings {
            algorithm: Algorithm::of(values.choice("algorithm")).unwrap_or(Algorithm::NginxSmooth),
            balancers: values.number("balancers").clamp(1, BALANCERS_MAX),
            providers: values.number("providers").clamp(1, PROVIDERS_MAX) as u16,
            standby: values.number("standby").min(STANDBY_MAX) as u16,
            weights: WEIGHTS.iter().find(|(key, _)| is("weights", key)).map_or(&[1], |(_, weights)| weights),
            requests: values.number("requests"),
            arrivals: match values.choice("arrivals") {
                "poisson" => Distribution::Exponential { mean: every },
                _ => Distribution::Fixed(every),
            },
            keys: values.number("keys").max(1),
            popularity: match values.choice("popularity") {
                "zipf" => Popularity::Zipf,
                "one-hot" => Popularity::OneHot,
                _ => Popularity::Uniform,
            },
            one_network: is("addresses", "one-network"),
            service: match values.choice("service-times") {
                "exponential" => Distribution::Exponential { mean: service },
                "log-normal" => Distribution::LogNormal { median: service, sigma_thousandths: 500 },
                _ => Distribution::Fixed(service),
            },
            workers: values.number("workers").max(1),
            queue: values.number("queue"),
            slow: PROVIDER_NAMES.iter().zip(0..).find(|(name, _)| is("slow-provider", name)).map(|(_, index)| index),
            slow_factor: values.number("slow-factor").into(),
            timeout: values.time("timeout"),
            tries: values.number("tries"),
            check_every: values.time("check-every"),
            fall: values.number("fall"),
            rise: values.number("rise"),
            passive: is("passive-checks", "on"),
            fail_timeout: values.time("fail-timeout"),
            warm_up: values.time("warm-up"),
            virtual_nodes: values.number("virtual-nodes"),
            ring_size: values.number("ring-size"),
            table_size: values.number("table-size"),
            factor_hundredths: values.number("bound"),
            mistake: match values.choice("mistake") {
                "ignores-health" => Mistake::IgnoresHealth,
                "never-uncounts" => Mistake::NeverUncounts,
                "stale-counts" => Mistake::StaleCounts,
                _ => Mistake::None,
            },
        }
    }

    /// The algorithm in its first state.
    pub fn picker(&self) -> Picker {
        self.algorithm.picker(&Tuning {
            virtual_nodes: self.virtual_nodes,
            ring_size: self.ring_size,
            table_size: self.table_size,
            factor_hundredths: self.factor_hundredths,
        })
    }

    /// Whether the algorithm promises that with these values. Whoever gives everybody the same keeps to the weights where
    /// they are all the same, and stay so.
    pub fn aims_at(&self, aim: Aim) -> bool {
        let picker = self.picker();
        let mut weights = self.places().map(|place| self.weight(place));
        let alike = weights.all(|weight| weight == self.weight(0)) && self.warm_up == Span::ZERO;
        picker
            .aims()
            .iter()
            .any(|aimed| *aimed == aim || (aim, *aimed, alike) == (Aim::WeightedCycles, Aim::EqualCycles, true))
    }

    /// All providers, those that join later too.
    pub fn places(&self) -> std::ops::Range<Index> {
        0..self.providers + self.standby
    }

    pub fn is_member_at_first(&self, place: Index) -> bool {
        place < self.providers
    }

    /// The weights of the pattern, over and over.
    pub fn weight(&self, place: Index) -> u32 {
        self.weights[usize::from(place) % self.weights.len()]
    }

    /// How many times as long as others that provider takes.
    pub fn slowness(&self, place: Index) -> u64 {
        if self.slow == Some(place) { self.slow_factor } else { 1 }
    }

    pub fn name(&self, place: Index) -> &'static str {
        PROVIDER_NAMES.get(usize::from(place)).copied().unwrap_or("?")
    }

    /// The balancer of that number, from 0.
    pub fn balancer(&self, number: u32) -> NodeId {
        NodeId(1 + number as u8)
    }

    /// The next balancer after that one.
    pub fn balancer_after(&self, balancer: NodeId) -> NodeId {
        self.balancer(u32::from(balancer.0) % self.balancers)
    }

    pub fn balancer_nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (1..=self.balancers as u8).map(NodeId)
    }

    /// The node of a provider.
    pub fn provider(&self, place: Index) -> NodeId {
        NodeId(1 + self.balancers as u8 + place as u8)
    }

    /// A provider's place in the fleet, if the node is one.
    pub fn place(&self, node: NodeId) -> Option<Index> {
        let place = u16::from(node.0).checked_sub(1 + self.balancers as u16)?;
        self.places().contains(&place).then_some(place)
    }
}

/// The address of the client of that number: what balancers take for the key. Either each is in a network of its own, or
/// all are behind one NAT.
pub fn address(key: u32, one_network: bool) -> String {
    match one_network {
        true => format!("203.0.113.{}", key % 256),
        false => format!("10.{}.{}.7", key / 256 % 256, key % 256),
    }
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let settings = Settings::of(values);
    let slow_is_missing = settings.slow.is_some_and(|slow| slow >= settings.providers + settings.standby);
    slow_is_missing.then_some(Text::new(
        "The slow provider is none of those that there are: set providers or slow-provider",
        "指定的慢节点并不存在：请调整 providers 或 slow-provider",
    ))
}
