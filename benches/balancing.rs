//! Picks a second of every algorithm, over ten providers and a hundred, with keys that are all different.
//!
//! `cargo bench --bench balancing` runs all; `-- maglev jump` runs these. The first pick, which builds a table, is not counted.

use faultline::protocols::parts::balancing::{Algorithm, Balancer, Fleet, Provider, Request, Settings};
use faultline::sim::random::draw;
use std::env;
use std::hint::black_box;
use std::time::Instant;

const KEYS: u64 = 100_000;
/// Each measurement is the best of so many, because other work on the machine slows some down.
const TURNS: u32 = 5;

fn main() {
    // Cargo says `--bench`.
    let chosen: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    println!("{:18} {:>16} {:>16}", "picks a second of", "10 providers", "100 providers");
    for algorithm in Algorithm::ALL {
        if chosen.is_empty() || chosen.iter().any(|key| key == algorithm.key()) {
            let [few, many] = [10, 100].map(|providers| picks_a_second(algorithm, providers));
            println!("{:18} {few:>16.0} {many:>16.0}", algorithm.key());
        }
    }
}

fn picks_a_second(algorithm: Algorithm, providers: u32) -> f64 {
    let keys: Vec<String> = (0..KEYS).map(|number| format!("10.{}.{}.7", number / 256 % 256, number % 256)).collect();
    let fleet =
        Fleet::of((0..providers).map(|number| Provider::new(format!("10.0.0.{number}:80"), 1 + number % 3)).collect());
    let mut picker = algorithm.picker(&Settings::default());
    let mut round = || {
        let started = Instant::now();
        for (key, number) in keys.iter().zip(0..) {
            let request = Request { key: key.as_bytes(), draw: &|ordinal| draw(1, "pick", &[number, ordinal]) };
            black_box(picker.pick(black_box(&request), &fleet));
        }
        KEYS as f64 / started.elapsed().as_secs_f64()
    };
    round();
    (0..TURNS).map(|_| round()).fold(0.0, f64::max)
}
