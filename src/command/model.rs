//! `faultline model`: searches a reference model, and says what became of its properties.

use super::arguments::{Argument, Arguments, number};
use super::memory::Memory;
use super::{FINE, Failure, UNEXPECTED};
use crate::check::PropertyKind;
use crate::check::search::{End, Finding, Identity, Options, Outcome, Report};
use crate::models::{CATALOGUE, ReferenceModel};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::time::{Duration, Instant};

const OPTIONS: &str = "--set, --states, --depth, --memory-mb, --seconds, --threads, --exact and --json";
/// The longest that a search may be given, in seconds: a year.
const SECONDS_MAX: u64 = 365 * 24 * 3_600;
const THREADS_MAX: u64 = 1_024;

/// What to search, and how far.
struct Request {
    model: &'static ReferenceModel,
    values: Vec<u32>,
    options: Options,
    time_max: Duration,
    json: bool,
}

/// What the search cost.
struct Cost {
    elapsed: Duration,
    peak_memory_bytes: Option<u64>,
    threads: usize,
}

pub(super) fn model(arguments: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let request = Request::read(arguments)?;
    let memory = Memory::watch();
    let start = Instant::now();
    let mut watch = |_| (start.elapsed() >= request.time_max).then_some(End::Time);
    let searched = (request.model.search)(&request.values, request.options.clone(), &mut watch);
    let report = searched.map_err(|sentence| Failure::Input(format!("{}: {sentence}", request.model.id)))?;
    let cost =
        Cost { elapsed: start.elapsed(), peak_memory_bytes: memory.peak_bytes(), threads: request.options.threads };
    if request.json {
        writeln!(out, "{}", described(&request, &report, &cost))?;
    } else {
        write_report(&request, &report, &cost, out)?;
    }
    let broken = report.findings.iter().any(|finding| finding.outcome.is_broken());
    Ok(if broken { UNEXPECTED } else { FINE })
}

impl Request {
    fn read(arguments: &[String]) -> Result<Request, Failure> {
        let mut arguments = Arguments::of("model", arguments);
        let (mut name, mut settings) = (None, Vec::new());
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut options = Options { threads, ..Options::default() };
        let (mut seconds, mut json) = (SECONDS_MAX, false);
        while let Some(argument) = arguments.next()? {
            match argument {
                Argument::Option("json") => json = true,
                Argument::Option("exact") => options.exact = true,
                Argument::Option("set") => settings.push(arguments.value("set")?),
                Argument::Option("states") => {
                    options.states_max = arguments.number("states", 1, u64::from(Options::STATES_MAX))? as u32;
                }
                Argument::Option("depth") => {
                    options.depth_max = arguments.number("depth", 1, u64::from(u32::MAX))? as u32;
                }
                Argument::Option("memory-mb") => {
                    options.memory_bytes_max = arguments.number("memory-mb", 1, u64::from(u32::MAX))? * 1_000_000;
                }
                Argument::Option("seconds") => seconds = arguments.number("seconds", 1, SECONDS_MAX)?,
                Argument::Option("threads") => {
                    options.threads = arguments.number("threads", 1, THREADS_MAX)? as usize;
                }
                Argument::Option(other) => return Err(arguments.unknown(other, OPTIONS)),
                Argument::Word(word) if name.is_none() => name = Some(word),
                Argument::Word(extra) => {
                    return Err(arguments.failure(format!("“{extra}” is one argument too many")));
                }
            }
        }
        let known = || CATALOGUE.iter().map(|model| model.id).collect::<Vec<_>>().join(", ");
        let Some(name) = name else {
            return Err(arguments.failure(format!("which one? There are {}", known())));
        };
        let model = ReferenceModel::of(name)
            .ok_or_else(|| arguments.failure(format!("“{name}” is no reference model; there are {}", known())))?;
        let mut values = model.defaults();
        for setting in settings {
            set(model, &mut values, setting).map_err(|sentence| arguments.failure(sentence))?;
        }
        Ok(Request { model, values, options, time_max: Duration::from_secs(seconds), json })
    }

    /// The constants with their values, as they are set.
    fn constants(&self) -> impl Iterator<Item = (&'static str, u32)> {
        self.model.constants.iter().map(|constant| constant.key).zip(self.values.iter().copied())
    }
}

/// Sets a constant as `key=value` says; the error is a sentence.
fn set(model: &ReferenceModel, values: &mut [u32], setting: &str) -> Result<(), String> {
    let Some((key, value)) = setting.split_once('=') else {
        return Err(format!("“{setting}” sets nothing; write --set key=value"));
    };
    let Some(place) = model.constants.iter().position(|constant| constant.key == key) else {
        let known = model.constants.iter().map(|constant| constant.key).collect::<Vec<_>>().join(", ");
        return Err(format!("“{key}” is no constant of {}; there are {known}", model.id));
    };
    let constant = &model.constants[place];
    let (minimum, maximum) = (constant.minimum, constant.maximum);
    match number(value, u64::from(minimum), u64::from(maximum)) {
        Some(number) => {
            values[place] = number as u32;
            Ok(())
        }
        None => Err(format!("{key} is the number of {}, from {minimum} to {maximum}, not “{value}”", constant.meaning)),
    }
}

fn kind_word(kind: PropertyKind) -> &'static str {
    match kind {
        PropertyKind::Always => "always",
        PropertyKind::Eventually => "eventually",
        PropertyKind::Sometimes => "sometimes",
    }
}

fn per_second(report: &Report<()>, cost: &Cost) -> u64 {
    (report.generated as f64 / cost.elapsed.as_secs_f64().max(1e-9)) as u64
}

fn described(request: &Request, report: &Report<()>, cost: &Cost) -> Value {
    let constants: Map<String, Value> =
        request.constants().map(|(key, value)| (key.to_owned(), value.into())).collect();
    let (identity, odds) = match report.identity {
        Identity::Exact => ("exact", 0.0),
        Identity::Fingerprint { collision_odds } => ("fingerprint-64", collision_odds),
    };
    json!({
        "model": request.model.id,
        "constants": constants,
        "end": report.end.word(),
        "complete": report.end == End::Complete,
        "distinct": report.distinct,
        "generated": report.generated,
        "depth": report.depth,
        "frontier": report.frontier,
        "seconds": (cost.elapsed.as_secs_f64() * 1e6).round() / 1e6,
        "states_per_second": per_second(report, cost),
        "threads": cost.threads,
        "memory_bytes": report.memory_bytes,
        "peak_memory_bytes": cost.peak_memory_bytes,
        "identity": identity,
        "collision_odds": odds,
        "properties": report.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding<()>) -> Value {
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
        "path": path,
        "trapped_among": trapped_among,
    })
}

fn names(path: &crate::check::search::Path<()>) -> Vec<&str> {
    path.steps.iter().map(|(name, ())| name.as_str()).collect()
}

fn write_report(request: &Request, report: &Report<()>, cost: &Cost, out: &mut dyn Write) -> Result<(), Failure> {
    let constants: Vec<String> = request.constants().map(|(key, value)| format!("{key}={value}")).collect();
    let model = request.model;
    writeln!(out, "model       {}: {} ({})", model.id, model.title, constants.join(", "))?;
    writeln!(out, "source      {}", model.source)?;
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
    let (seconds, threads) = (cost.elapsed.as_secs_f64(), cost.threads);
    let threads = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
    writeln!(out, "time        {seconds:.3} s, {} states a second, {threads}", per_second(report, cost))?;
    let own = report.memory_bytes as f64 / 1e6;
    match cost.peak_memory_bytes {
        Some(peak) => {
            writeln!(out, "memory      {:.1} MB at the peak, {own:.1} MB of it the search's", peak as f64 / 1e6)?
        }
        None => writeln!(out, "memory      {own:.1} MB for the search")?,
    }
    let width = report.findings.iter().map(|finding| finding.id.len()).max().unwrap_or(0);
    for finding in &report.findings {
        let (kind, word) = (kind_word(finding.kind), finding.outcome.word());
        writeln!(out, "\n{:<width$}  {word}  {kind}: {}", finding.id, finding.title)?;
        if let Some(path) = finding.outcome.path() {
            for (place, name) in names(path).iter().enumerate() {
                writeln!(out, "{:>6}  {name}", place + 1)?;
            }
        }
        if let Outcome::Violated { trapped_among: Some(size), .. } = finding.outcome {
            let ever =
                if size == 1 { "and there it stays".to_owned() } else { format!("and goes round among {size} states") };
            writeln!(out, "        {ever}, for ever")?;
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::super::tests::called;
    use super::super::{BAD_INPUT, FINE, UNEXPECTED};
    use serde_json::Value;

    fn json(arguments: &[&str]) -> (i32, Value) {
        let (code, out, err) = called(arguments);
        assert_eq!(err, "");
        (code, serde_json::from_str(&out).unwrap())
    }

    #[test]
    fn it_counts_as_published() {
        let (code, report) = json(&["model", "two-phase", "--set", "rms=4", "--json"]);
        assert_eq!(code, FINE);
        assert_eq!((report["complete"].as_bool(), report["distinct"].as_u64()), (Some(true), Some(1_568)));
        assert_eq!((report["constants"]["rms"].as_u64(), report["identity"].as_str()), (Some(4), Some("exact")));
        let (_, report) = json(&["model", "--json", "--threads=3", "MCPaxosTiny"]);
        assert_eq!((report["distinct"].as_u64(), report["generated"].as_u64()), (Some(3_921), Some(23_563)));
        assert_eq!(report["properties"][0]["verdict"], "holds");
        assert!(report["collision_odds"].as_f64().unwrap() < 1e-12);
    }

    #[test]
    fn a_broken_property_is_exit_code_1_with_the_way_there() {
        let (code, report) = json(&["model", "ACP_NB_WRONG", "--json"]);
        assert_eq!(code, UNEXPECTED);
        let agreement = &report["properties"][0];
        assert_eq!((agreement["property"].as_str(), agreement["verdict"].as_str()), (Some("ac1"), Some("violated")));
        let last = agreement["path"].as_array().unwrap().last().unwrap();
        assert!(last.as_str().unwrap().starts_with("abortOnTimeout"));
        let (code, out, _) = called(&["model", "acp-sb", "--set", "participants=2"]);
        assert_eq!(code, UNEXPECTED);
        assert!(out.contains("ac1    holds  always: All that decide decide alike"), "{out}");
        assert!(out.contains("ac5    violated") && out.contains("and there it stays, for ever"), "{out}");
    }

    #[test]
    fn a_search_that_is_cut_off_says_so_and_judges_nothing() {
        let (code, report) = json(&["model", "two-phase", "--states", "100", "--json"]);
        assert_eq!((code, report["end"].as_str()), (FINE, Some("cut-off-by-states")));
        assert_eq!((report["complete"].as_bool(), report["distinct"].as_u64()), (Some(false), Some(100)));
        assert_eq!(report["properties"][0]["verdict"], "not-judged");
        let (_, out, _) = called(&["model", "two-phase", "--depth", "3"]);
        assert!(out.contains("cut off at the bound on depth") && out.contains("depth       3"), "{out}");
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        for (arguments, named) in [
            (&["model"][..], "which one? There are transaction-commit, two-phase"),
            (&["model", "raft"], "“raft” is no reference model"),
            (&["model", "two-phase", "--set", "rms"], "“rms” sets nothing"),
            (&["model", "two-phase", "--set", "rms=many"], "from 1 to 15, not “many”"),
            (&["model", "two-phase", "--set", "rms=99"], "from 1 to 15, not “99”"),
            (&["model", "two-phase", "--set", "nodes=3"], "“nodes” is no constant of two-phase; there are rms"),
            (&["model", "two-phase", "--set"], "--set needs a value"),
            (&["model", "two-phase", "--depth", "0"], "“0” is no whole number from 1"),
            (&["model", "two-phase", "--fast"], "“--fast” is no option"),
            (&["model", "two-phase", "--json=yes"], "“yes” is a value for an option that takes none"),
            (&["model", "two-phase", "again"], "“again” is one argument too many"),
            (&["model", "paxos", "--set", "acceptors=5", "--set", "ballots=8"], "at most 128 fit"),
        ] {
            let (code, out, err) = called(arguments);
            assert_eq!((code, out.as_str()), (BAD_INPUT, ""), "{arguments:?}");
            assert!(err.contains(named), "{arguments:?}: {err}");
        }
    }
}
