//! The exhaustive search beside Stateright 0.31: the same models on the same machine, one thread each, every state, the
//! same properties, no reductions. Prints states a second, wall time and peak memory, and their ratios.
//!
//! `cargo bench --bench stateright` runs all; `-- two-phase-7` (or two-phase-8, paxos-2, paxos-3) runs one, and
//! `-- threads` compares one thread with two on Paxos with 3 clients, in turns, because other work on the machine slows
//! both down. Each search is a process of its own, so that its peak memory is its own.

#[path = "stateright/paxos.rs"]
mod paxos;
#[path = "stateright/two_phase.rs"]
mod two_phase;

use faultline::check::search::{End, Options};
use faultline::models::ReferenceModel;
use stateright::{Checker, Model};
use std::env;
use std::fs;
use std::process::Command;
use std::time::Instant;

/// A comparison: its name, the reference model, its constants.
const COMPARISONS: [(&str, &str, &[u32]); 4] = [
    ("two-phase-7", "two-phase", &[7]),
    ("two-phase-8", "two-phase", &[8]),
    ("paxos-2", "stateright-paxos", &[3, 2]),
    ("paxos-3", "stateright-paxos", &[3, 3]),
];

/// What one thread and two are compared on, and how often.
const THREADED: &str = "paxos-3";
const TURNS: u32 = 10;
/// What the search of this many threads is called among checkers.
const CHECKERS: [(&str, usize); 2] = [("faultline", 1), ("faultline-2", 2)];

/// What a search found and cost.
struct Measured {
    distinct: u64,
    generated: u64,
    seconds: f64,
    peak_bytes: f64,
}

fn main() {
    // Cargo says `--bench`.
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    match &words[..] {
        [checker, name] if checker == "stateright" || threads_of(checker).is_some() => measure(checker, name),
        [word] if word == "threads" => compare_threads(),
        chosen => {
            for (name, ..) in
                COMPARISONS.iter().filter(|(name, ..)| chosen.is_empty() || chosen.iter().any(|c| c == name))
            {
                compare(name);
            }
            if chosen.is_empty() {
                compare_threads();
            }
        }
    }
}

fn compare(name: &str) {
    let [ours, theirs] = ["faultline", "stateright"].map(|checker| in_a_process(checker, name));
    assert_eq!((ours.distinct, ours.generated), (theirs.distinct, theirs.generated), "both must count the same");
    println!("{name}: {} states, {} generated", ours.distinct, ours.generated);
    for (checker, measured) in [("faultline", &ours), ("stateright", &theirs)] {
        let (seconds, megabytes) = (measured.seconds, measured.peak_bytes / 1e6);
        let per_second = measured.generated as f64 / seconds;
        println!("  {checker:<10}  {seconds:9.3} s  {per_second:12.0} states a second  {megabytes:9.1} MB at the peak");
    }
    let (faster, smaller) = (theirs.seconds / ours.seconds, theirs.peak_bytes / ours.peak_bytes);
    println!("  {faster:.1} times as fast, in one {smaller:.1}th of the memory");
}

/// One thread, two, one, two: the fastest of each is the least disturbed, and the median of the ratios of neighbours says
/// the same where nothing is quiet.
fn compare_threads() {
    let (mut fastest, mut ratios) = ([f64::INFINITY; 2], Vec::new());
    for _ in 0..TURNS {
        let turn = CHECKERS.map(|(checker, _)| in_a_process(checker, THREADED));
        assert_eq!((turn[0].distinct, turn[0].generated), (turn[1].distinct, turn[1].generated));
        for (fastest, measured) in fastest.iter_mut().zip(&turn) {
            *fastest = fastest.min(measured.seconds);
        }
        ratios.push(turn[0].seconds / turn[1].seconds);
    }
    ratios.sort_by(f64::total_cmp);
    let [one, two] = fastest;
    println!("{THREADED}: one thread {one:.3} s, two {two:.3} s at their fastest: {:.2} times as fast", one / two);
    println!("  median of {TURNS} turns: {:.2} times as fast", ratios[ratios.len() / 2]);
}

fn in_a_process(checker: &str, name: &str) -> Measured {
    let program = env::current_exe().expect("this program has a path");
    let output = Command::new(program).args([checker, name]).output().expect("it can be started again");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [distinct, generated, seconds, peak_bytes] = numbers[..] else {
        panic!("{checker} {name}: {text}{}", String::from_utf8_lossy(&output.stderr));
    };
    Measured { distinct: distinct as u64, generated: generated as u64, seconds, peak_bytes }
}

/// On how many threads this project's own search goes by that name.
fn threads_of(checker: &str) -> Option<usize> {
    CHECKERS.iter().find(|(known, _)| *known == checker).map(|(_, threads)| *threads)
}

/// Searches in this process and prints what it took.
fn measure(checker: &str, name: &str) {
    let (_, model, values) = COMPARISONS.iter().find(|(known, ..)| *known == name).expect("a known comparison");
    let start = Instant::now();
    let (distinct, generated) = if let Some(threads) = threads_of(checker) {
        let model = ReferenceModel::of(model).expect("a reference model");
        let report =
            (model.search)(values, Options { threads, ..Options::default() }, &mut |_| None).expect("sizes that fit");
        assert_eq!(report.end, End::Complete);
        (report.distinct, report.generated)
    } else if let [rms] = values {
        counted(&two_phase::System { rms: *rms as usize }.checker().threads(1).spawn_bfs().join())
    } else {
        counted(&paxos::model(values[0] as usize, values[1] as usize).checker().threads(1).spawn_bfs().join())
    };
    println!("{distinct} {generated} {} {}", start.elapsed().as_secs_f64(), peak_bytes().unwrap_or(f64::NAN));
}

fn counted<M: Model>(checker: &impl Checker<M>) -> (u64, u64)
where
    M::State: std::hash::Hash + Clone + PartialEq + std::fmt::Debug,
    M::Action: Clone + PartialEq + std::fmt::Debug,
{
    checker.assert_properties();
    (checker.unique_state_count() as u64, checker.state_count() as u64)
}

/// The most that this process has held, where Linux tells.
fn peak_bytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kilobytes| kilobytes * 1024.0)
}
