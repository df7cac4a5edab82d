//! What `faultline model` and `faultline check` have in common: bounds on a search, and how its report is written.

use super::arguments::Arguments;
use super::memory::Memory;
use super::{FINE, Failure, UNEXPECTED};
use crate::check::PropertyKind;
use crate::check::search::{End, Finding, Identity, Options, Outcome, Path, Report, Watch};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::time::{Duration, Instant};

/// The options that [`Bounds::read`] reads.
pub(super) const BOUNDS: &str = "--states, --depth, --memory-mb, --seconds, --threads, --exact and --json";
/// The longest that a search may be given, in seconds: a year.
const SECONDS_MAX: u64 = 365 * 24 * 3_600;
const THREADS_MAX: u64 = 1_024;

/// How far to search, and how to say what was found.
pub(super) struct Bounds {
    pub options: Options,
    pub time_max: Duration,
    pub json: bool,
}

impl Default for Bounds {
    fn default() -> Bounds {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let options = Options { threads, ..Options::default() };
        Bounds { options, time_max: Duration::from_secs(SECONDS_MAX), json: false }
    }
}

impl Bounds {
    /// Reads one of the options; false if it is another.
    pub fn read(&mut self, option: &str, arguments: &mut Arguments) -> Result<bool, Failure> {
        let options = &mut self.options;
        match option {
            "json" => self.json = true,
            "exact" => options.exact = true,
            "states" => options.states_max = arguments.number(option, 1, u64::from(Options::STATES_MAX))? as u32,
            "depth" => options.depth_max = arguments.number(option, 1, u64::from(u32::MAX))? as u32,
            "memory-mb" => {
                options.memory_bytes_max = arguments.number(option, 1, u64::from(u32::MAX))? * 1_000_000;
            }
            "seconds" => self.time_max = Duration::from_secs(arguments.number(option, 1, SECONDS_MAX)?),
            "threads" => options.threads = arguments.number(option, 1, THREADS_MAX)? as usize,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A search that is over, and what it cost.
pub(super) struct Searched {
    pub report: Report<()>,
    elapsed: Duration,
    peak_memory_bytes: Option<u64>,
    threads: usize,
    /// For each finding what opens it in the player, where something does.
    pub opens: Vec<Option<Opens>>,
}

/// A counterexample in the player.
pub(super) struct Opens {
    pub link: String,
    /// By order only: no faults bring it about in time.
    pub order_only: bool,
}

/// What the exit code says: whether a property is broken.
pub(super) fn exit_code<S>(report: &Report<S>) -> i32 {
    let broken = report.findings.iter().any(|finding| finding.outcome.is_broken());
    if broken { UNEXPECTED } else { FINE }
}

impl Searched {
    /// Lets `search` search within the bounds, and measures it.
    pub fn by<E>(
        bounds: &Bounds,
        search: impl FnOnce(Options, &mut Watch) -> Result<Report<()>, E>,
    ) -> Result<Searched, E> {
        let memory = Memory::watch();
        let start = Instant::now();
        let mut watch = |_| (start.elapsed() >= bounds.time_max).then_some(End::Time);
        let report = search(bounds.options.clone(), &mut watch)?;
        let (elapsed, peak_memory_bytes) = (start.elapsed(), memory.peak_bytes());
        Ok(Searched { report, elapsed, peak_memory_bytes, threads: bounds.options.threads, opens: Vec::new() })
    }

    fn per_second(&self) -> u64 {
        (self.report.generated as f64 / self.elapsed.as_secs_f64().max(1e-9)) as u64
    }

    /// As JSON.
    pub fn described(&self) -> Map<String, Value> {
        let report = &self.report;
        let described = |(place, found)| finding(found, self.opens_as(place));
        let (identity, odds) = match report.identity {
            Identity::Exact => ("exact", 0.0),
            Identity::Fingerprint { collision_odds } => ("fingerprint-64", collision_odds),
        };
        let object = json!({
            "end": report.end.word(),
            "complete": report.end == End::Complete,
            "distinct": report.distinct,
            "generated": report.generated,
            "depth": report.depth,
            "frontier": report.frontier,
            "seconds": (self.elapsed.as_secs_f64() * 1e6).round() / 1e6,
            "states_per_second": self.per_second(),
            "threads": self.threads,
            "memory_bytes": report.memory_bytes,
            "peak_memory_bytes": self.peak_memory_bytes,
            "identity": identity,
            "collision_odds": odds,
            "properties": report.findings.iter().enumerate().map(described).collect::<Vec<_>>(),
        });
        match object {
            Value::Object(object) => object,
            _ => Map::new(),
        }
    }

    fn opens_as(&self, place: usize) -> Option<&Opens> {
        self.opens.get(place)?.as_ref()
    }

    /// For people to read.
    pub fn write(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let report = &self.report;
        writeln!(out, "distinct    {} states, {} generated", report.distinct, report.generated)?;
        writeln!(out, "depth       {}, {} states left to expand", report.depth, report.frontier)?;
        writeln!(out, "covered     {}", covered(report.end))?;
        match report.identity {
            Identity::Exact => writeln!(out, "identity    exact")?,
            Identity::Fingerprint { collision_odds } => {
                writeln!(
                    out,
                    "identity    64-bit fingerprints; some state was missed with odds of at most {collision_odds:.1e}"
                )?;
            }
        }
        let (seconds, threads) = (self.elapsed.as_secs_f64(), self.threads);
        let threads = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
        writeln!(out, "time        {seconds:.3} s, {} states a second, {threads}", self.per_second())?;
        let own = report.memory_bytes as f64 / 1e6;
        match self.peak_memory_bytes {
            Some(peak) => {
                writeln!(out, "memory      {:.1} MB at the peak, {own:.1} MB of it the search's", peak as f64 / 1e6)?
            }
            None => writeln!(out, "memory      {own:.1} MB for the search")?,
        }
        let width = report.findings.iter().map(|finding| finding.id.len()).max().unwrap_or(0);
        for (place, finding) in report.findings.iter().enumerate() {
            let (kind, word) = (kind_word(finding.kind), finding.outcome.word());
            writeln!(out, "\n{:<width$}  {word}  {kind}: {}", finding.id, finding.title)?;
            if let Some(why) = &finding.why {
                writeln!(out, "{:<width$}  {why}", "")?;
            }
            if let Some(path) = finding.outcome.path() {
                for (place, name) in names(path).iter().enumerate() {
                    writeln!(out, "{:>6}  {name}", place + 1)?;
                }
            }
            if let Outcome::Violated { trapped_among: Some(size), .. } = finding.outcome {
                let ever = if size == 1 {
                    "and there it stays".to_owned()
                } else {
                    format!("and goes round among {size} states")
                };
                writeln!(out, "        {ever}, for ever")?;
            }
            if let Some(Opens { link, order_only }) = self.opens_as(place) {
                let how = if *order_only { " (order only)" } else { "" };
                writeln!(out, "{:<width$}  open{how}: {link}", "")?;
            }
        }
        Ok(())
    }
}

fn kind_word(kind: PropertyKind) -> &'static str {
    match kind {
        PropertyKind::Always => "always",
        PropertyKind::Eventually => "eventually",
        PropertyKind::Sometimes => "sometimes",
    }
}

fn finding(finding: &Finding<()>, opens: Option<&Opens>) -> Value {
    let path = finding.outcome.path().map(names);
    let trapped_among = match finding.outcome {
        Outcome::Violated { trapped_among, .. } => trapped_among,
        _ => None,
    };
    json!({
        "property": finding.id,
        "kind": kind_word(finding.kind),
        "title": finding.title,
        "verdict": finding.outcome.word(),
        "why": finding.why,
        "path": path,
        "trapped_among": trapped_among,
        "link": opens.map(|opens| &opens.link),
        "order_only": opens.map(|opens| opens.order_only),
    })
}

fn names(path: &Path<()>) -> Vec<&str> {
    path.steps.iter().map(|(name, ())| name.as_str()).collect()
}

fn covered(end: End) -> &'static str {
    match end {
        End::Complete => "every state that can be reached",
        End::Decided => "as much as it took to decide every property",
        End::States => "cut off at the bound on states",
        End::Depth => "cut off at the bound on depth",
        End::Memory => "cut off at the bound on memory",
        End::Time => "cut off when its time was over",
        End::Cancelled => "cancelled",
    }
}
