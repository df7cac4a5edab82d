//! `faultline bench`: events per second, memory and seeking, and a run of a million requests, printed with the machine that
//! they were measured on.

use super::memory::status_bytes;
use super::{FINE, Failure, load_test};
use crate::protocols::{ParameterKind, Protocol, Value};
use crate::scenario::Scenario;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::link::Link;
use crate::scenario::load_test::REQUESTS_MAX;
use crate::scenario::run::Run;
use crate::sim::time::Span;
use serde_json::json;
use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

/// How often the run is made; the fastest counts, because whatever else the machine does only slows it down.
const RUNS: usize = 5;
/// How many instants are sought, spread over the run.
const SEEKS: u32 = 101;
/// How many events the load should have, at least.
const EVENTS_WANTED: u32 = 100_000;

struct Measured {
    link: String,
    events: u32,
    fastest: Duration,
    seek_median: Duration,
    seek_worst: Duration,
    /// What the process holds more while it holds the run, in bytes; none where the system does not tell.
    memory_bytes: Option<u64>,
    digest: String,
}

/// What makes a load, where a protocol has such parameters: many orders, many at once, spread over many rows, so that
/// some wait for each other and most do not.
const LOAD: [(&str, u32); 3] = [("orders", 5_000), ("at-once", 32), ("rows", 64)];

/// A load of many concurrent transactions, under the first protocol that takes all of [`LOAD`].
pub(super) fn load(catalogue: Catalogue) -> Result<Scenario, Failure> {
    catalogue.protocols().find_map(loaded).ok_or_else(|| {
        let keys = LOAD.map(|(key, _)| key).join(", ");
        Failure::Input(format!("no protocol of the catalogue has the parameters {keys}; name a scenario"))
    })
}

fn loaded(protocol: &'static dyn Protocol) -> Option<Scenario> {
    let mut scenario = Scenario { until: Span::seconds(100_000), ..Scenario::of(protocol) };
    for (key, wanted) in LOAD {
        let parameter = protocol.parameters().iter().find(|parameter| parameter.key == key)?;
        let ParameterKind::Number { minimum, maximum, .. } = parameter.kind else { return None };
        scenario.values.set(parameter.key, Value::Number(wanted.clamp(minimum, maximum)));
    }
    Some(scenario)
}

/// Measures a scenario, and another under as many requests as there can be.
pub(super) fn bench(
    scenario: Scenario,
    under_load: Option<Scenario>,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<i32, Failure> {
    let measured = measure(scenario);
    let tested = under_load.and_then(|scenario| load_test::test(scenario, REQUESTS_MAX));
    let per_second = (f64::from(measured.events) / measured.fastest.as_secs_f64()) as u64;
    let machine = Machine::of_this_process();
    let millis = |duration: Duration| (duration.as_secs_f64() * 1e6).round() / 1e3;
    if as_json {
        let object = json!({
            "scenario": measured.link,
            "events": measured.events,
            "digest": measured.digest,
            "run_ms": millis(measured.fastest),
            "events_per_second": per_second,
            "memory_bytes": measured.memory_bytes,
            "seek_median_ms": millis(measured.seek_median),
            "seek_worst_ms": millis(measured.seek_worst),
            "under_load": tested.as_ref().map(load_test::Tested::speeds),
            "machine": {
                "processor": machine.processor,
                "threads": machine.threads,
                "system": std::env::consts::OS,
                "architecture": std::env::consts::ARCH,
                "optimised": machine.optimised,
            },
        });
        writeln!(out, "{object}")?;
        return Ok(FINE);
    }
    writeln!(out, "scenario   {}", measured.link)?;
    writeln!(out, "events     {} (digest {})", measured.events, measured.digest)?;
    if measured.events < EVENTS_WANTED {
        writeln!(out, "           fewer than the {EVENTS_WANTED} that figures are usually given for")?;
    }
    writeln!(out, "run        {} ms, {per_second} events a second", millis(measured.fastest))?;
    match measured.memory_bytes {
        Some(bytes) => writeln!(out, "memory     {:.1} MB for the run and its snapshots", bytes as f64 / 1e6)?,
        None => writeln!(out, "memory     unknown on this system")?,
    }
    let (median, worst) = (millis(measured.seek_median), millis(measured.seek_worst));
    writeln!(out, "seek       {median} ms in the median, {worst} ms at worst")?;
    if let Some(tested) = tested {
        writeln!(out, "under load {}", tested.link)?;
        writeln!(out, "           {}", tested.speed())?;
        writeln!(out, "           {}", tested.memory())?;
    }
    writeln!(out, "machine    {machine}")?;
    Ok(FINE)
}

fn measure(scenario: Scenario) -> Measured {
    let before = status_bytes("VmRSS:");
    let run = Run::of(scenario.clone());
    let memory_bytes = status_bytes("VmRSS:").zip(before).map(|(after, before)| after.saturating_sub(before));
    let mut seeks: Vec<Duration> = (0..SEEKS)
        .map(|index| {
            // A stride that is prime to the number of seeks jumps to and fro as a hand on the scrubber does.
            let event = u64::from(index * 37 % SEEKS) * u64::from(run.len().saturating_sub(1)) / u64::from(SEEKS - 1);
            let start = Instant::now();
            std::hint::black_box(run.scene(event as u32));
            start.elapsed()
        })
        .collect();
    seeks.sort();
    let (events, digest) = (run.len(), run.digest.to_string());
    drop(run);
    let fastest = (0..RUNS)
        .map(|_| {
            let scenario = scenario.clone();
            let start = Instant::now();
            std::hint::black_box(Run::of(scenario));
            start.elapsed()
        })
        .min()
        .unwrap_or_default();
    Measured {
        link: Link::of(scenario).to_string(),
        events,
        fastest,
        seek_median: seeks[seeks.len() / 2],
        seek_worst: seeks[seeks.len() - 1],
        memory_bytes,
        digest,
    }
}

/// What figures depend on.
struct Machine {
    processor: String,
    threads: usize,
    optimised: bool,
}

impl Machine {
    fn of_this_process() -> Machine {
        let known = fs::read_to_string("/proc/cpuinfo").ok();
        let model = known.as_deref().and_then(|text| {
            text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|(_, name)| name))
        });
        Machine {
            processor: model.unwrap_or("unknown processor").to_owned(),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            optimised: !cfg!(debug_assertions),
        }
    }
}

impl std::fmt::Display for Machine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Machine { processor, threads, optimised } = self;
        let build = if *optimised { "optimised build" } else { "unoptimised build" };
        let (system, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
        write!(formatter, "{processor}, {threads} threads, {system} {architecture}, {build}")
    }
}
