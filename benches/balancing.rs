//! Picks a second of every algorithm, over ten providers and a hundred, with keys that are all different; beside them, where
//! there is one, the crate that people use for the same thing.
//!
//! `cargo bench --bench balancing` runs all; `-- maglev jump` runs these. The first pick, which builds a table, is not counted.
//! Crates hash as they are made to, mostly faster than what a product's ring is defined by (MD5), so that a line compares
//! algorithms together with their hash.

use faultline::protocols::parts::balancing::{Algorithm, Balancer, Fleet, Provider, Request, Settings};
use faultline::sim::random::draw;
use std::env;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;

const KEYS: u64 = 100_000;
/// Each measurement is the best of so many, because other work on the machine slows some down.
const TURNS: u32 = 5;

fn main() {
    // Cargo says `--bench`.
    let chosen: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    println!("{:32} {:>16} {:>16}", "picks a second of", "10 providers", "100 providers");
    let line = |name: &str, [few, many]: [f64; 2]| println!("{name:32} {few:>16.0} {many:>16.0}");
    for algorithm in Algorithm::ALL {
        if chosen.is_empty() || chosen.iter().any(|key| key == algorithm.key()) {
            line(algorithm.key(), [10, 100].map(|providers| ours(algorithm, providers)));
            if let Some((name, picks)) = of_a_crate(algorithm) {
                line(&format!("  {name}"), [10, 100].map(picks));
            }
        }
    }
}

fn keys() -> Vec<String> {
    (0..KEYS).map(|number| format!("10.{}.{}.7", number / 256 % 256, number % 256)).collect()
}

fn weight(number: u32) -> u32 {
    1 + number % 3
}

/// How many picks a second, one for each key.
fn picks_a_second<Picked>(mut pick: impl FnMut(u64, &str) -> Picked) -> f64 {
    let keys = keys();
    let mut round = || {
        let started = Instant::now();
        for (number, key) in (0..).zip(&keys) {
            black_box(pick(number, black_box(key)));
        }
        KEYS as f64 / started.elapsed().as_secs_f64()
    };
    round();
    (0..TURNS).map(|_| round()).fold(0.0, f64::max)
}

fn ours(algorithm: Algorithm, providers: u32) -> f64 {
    let provider = |number| Provider::new(format!("10.0.0.{number}:80"), weight(number));
    let fleet = Fleet::of((0..providers).map(provider).collect());
    let mut picker = algorithm.picker(&Settings::default());
    picks_a_second(|number, key| {
        let request = Request { key: key.as_bytes(), draw: &|ordinal| draw(1, "pick", &[number, ordinal]) };
        picker.pick(&request, &fleet)
    })
}

/// What somebody else has made of an algorithm: its name, and its picks a second over so many providers.
type Theirs = (&'static str, fn(u32) -> f64);

/// The crate for the same thing.
fn of_a_crate(algorithm: Algorithm) -> Option<Theirs> {
    Some(match algorithm {
        Algorithm::NginxSmooth => ("weighted-rs, SmoothWeight", |providers| {
            use weighted_rs::{SmoothWeight, Weight};
            let mut balancer = SmoothWeight::new();
            (0..providers).for_each(|number| balancer.add(number, weight(number) as isize));
            picks_a_second(|_, _| balancer.next())
        }),
        Algorithm::WeightedRandom => ("weighted-rs, RandWeight", |providers| {
            use weighted_rs::{RandWeight, Weight};
            let mut balancer = RandWeight::new();
            (0..providers).for_each(|number| balancer.add(number, weight(number) as isize));
            picks_a_second(|_, _| balancer.next())
        }),
        Algorithm::Ketama => ("pingora-ketama", |providers| {
            let address = |number| SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, number as u8)), 80);
            let bucket = |number| pingora_ketama::Bucket::new(address(number), weight(number));
            let ring = pingora_ketama::Continuum::new(&(0..providers).map(bucket).collect::<Vec<_>>());
            picks_a_second(|_, key| ring.node(key.as_bytes()))
        }),
        Algorithm::DubboRing => ("hashring, 160 points each", |providers| {
            let mut ring = hashring::HashRing::new();
            ring.batch_add((0..providers).flat_map(|node| (0..160).map(move |point| (node, point))).collect());
            picks_a_second(|_, key| ring.get(&key).copied())
        }),
        Algorithm::Jump => ("jumphash", |providers| {
            let hasher = jumphash::JumpHasher::new();
            picks_a_second(|_, key| hasher.slot(&key, providers))
        }),
        Algorithm::Rendezvous => ("hrw-hash", |providers| {
            let nodes = hrw_hash::HrwNodes::new(0..providers);
            picks_a_second(|_, key| nodes.sorted(&key).next().copied())
        }),
        _ => return None,
    })
}
