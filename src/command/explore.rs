//! `faultline explore`: searches for the fewest faults that break a property.

use super::arguments::{Argument, Arguments};
use super::memory::Memory;
use super::{FINE, Failure, UNEXPECTED, judged, opened};
use crate::check::{Property, PropertyKind};
use crate::export::json;
use crate::scenario::Scenario;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::explore::{Aim, Ask, BY_ORDER, Budget, FAULTS_IN_ALL_MAX, Found, Progress, Search, Standing};
use crate::scenario::link::Link;
use crate::scenario::notation::Notation;
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};

/// What the options say.
#[derive(Default)]
struct Options<'a> {
    scenario: Option<&'a str>,
    from: Option<&'a str>,
    properties: Vec<&'a str>,
    faults: Option<&'a str>,
    at_most: Option<u8>,
    json: bool,
}

fn bad(sentence: String) -> Failure {
    Failure::Input(sentence)
}

impl<'a> Options<'a> {
    fn read(rest: &'a [String]) -> Result<Options<'a>, Failure> {
        let mut options = Options::default();
        let mut arguments = Arguments::of("explore", rest);
        while let Some(argument) = arguments.next()? {
            match argument {
                Argument::Option("json") => options.json = true,
                Argument::Option("from") => options.from = Some(arguments.value("from")?),
                Argument::Option("property") => options.properties.extend(arguments.value("property")?.split(',')),
                Argument::Option("faults") => options.faults = Some(arguments.value("faults")?),
                Argument::Option("at-most") => {
                    options.at_most = Some(arguments.number("at-most", 1, FAULTS_IN_ALL_MAX.into())? as u8);
                }
                Argument::Option(other) => {
                    return Err(arguments.unknown(other, "--property, --faults, --at-most, --from and --json"));
                }
                Argument::Word(word) if options.scenario.is_none() => options.scenario = Some(word),
                Argument::Word(extra) => return Err(bad(format!("“{extra}” is one argument too many for explore"))),
            }
        }
        Ok(options)
    }

    fn ask(&self, catalogue: Catalogue) -> Result<Ask, Failure> {
        let named = self.scenario.map(|text| opened(catalogue, text)).transpose()?;
        let from = self.from.map(|text| opened(catalogue, text)).transpose()?;
        if let (Some(named), Some(from)) = (&named, &from)
            && named.scenario.protocol.id() != from.scenario.protocol.id()
        {
            let (named, from) = (named.scenario.protocol.id(), from.scenario.protocol.id());
            return Err(bad(format!("the link of --from is about {from}, not about {named}")));
        }
        let Some(Link { scenario, at, .. }) = from.or(named) else {
            return Err(
                bad("explore needs a protocol, the id of a scenario, or a link: try faultline list".to_owned()),
            );
        };
        if scenario.schedule.is_some() {
            return Err(bad(BY_ORDER.en.into_owned()));
        }
        let mut ask = Ask { from: at, aim: Aim::Each, ..Ask::of(scenario) };
        if !self.properties.is_empty() {
            ask.properties = self.properties.iter().map(|id| property(&ask.scenario, id)).collect::<Result<_, _>>()?;
        }
        if ask.properties.is_empty() {
            let id = ask.scenario.protocol.id();
            return Err(bad(format!("{id} has no safety property to break; name one with --property")));
        }
        if let Some(text) = self.faults {
            let topology = ask.scenario.protocol.topology(&ask.scenario.values);
            ask.budget = Budget::read(text, self.at_most, ask.scenario.protocol, &topology)?;
        } else if let Some(at_most) = self.at_most {
            ask.budget = ask.budget.with_in_all(at_most);
        }
        Ok(ask)
    }
}

fn property(scenario: &Scenario, id: &str) -> Result<&'static Property, Failure> {
    match judged(scenario, id).map_err(bad)? {
        property if property.kind == PropertyKind::Sometimes => {
            Err(bad(format!("“{id}” says that something can happen, and so cannot be broken by one run")))
        }
        property => Ok(property),
    }
}

/// What a search cost.
struct Cost {
    took: Duration,
    /// The most that the process held, where the system tells.
    memory_bytes: Option<u64>,
}

pub(super) fn explore(catalogue: Catalogue, arguments: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let options = Options::read(arguments)?;
    let search = Search::new(options.ask(catalogue)?);
    let ask = search.ask().clone();
    let memory = Memory::watch();
    let begun = Instant::now();
    let (progress, found) = search.finish();
    let cost = Cost { took: begun.elapsed(), memory_bytes: memory.peak_bytes() };
    if options.json {
        writeln!(out, "{}", described(&ask, &progress, &found, &cost))?;
    } else {
        write_report(&ask, &progress, &found, &cost, out)?;
    }
    Ok(if found.is_empty() { FINE } else { UNEXPECTED })
}

/// How a property stands after the search.
fn verdict(property: &Property, progress: &Progress, found: &[Found]) -> &'static str {
    if found.iter().any(|found| found.property.id == property.id) {
        "violated"
    } else if progress.standing == Standing::Covered {
        "not-violated"
    } else {
        "not-judged"
    }
}

fn faults_of(found: &Found) -> Vec<String> {
    let protocol = found.scenario.protocol;
    let topology = protocol.topology(&found.scenario.values);
    let notation = Notation::new(protocol, &topology);
    found.added.iter().map(|fault| notation.write(fault)).collect()
}

fn budget_of(ask: &Ask) -> String {
    ask.budget.write(&ask.scenario.protocol.topology(&ask.scenario.values))
}

fn per_second(runs: u64, took: Duration) -> u64 {
    (runs as f64 / took.as_secs_f64().max(1e-9)) as u64
}

fn write_report(
    ask: &Ask,
    progress: &Progress,
    found: &[Found],
    cost: &Cost,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    writeln!(out, "scenario    {}", Link::of(ask.scenario.clone()))?;
    if let Some(from) = ask.from {
        writeln!(out, "from        {from}")?;
    }
    let in_all = ask.budget.in_all();
    writeln!(out, "faults      at most {in_all}: {}", budget_of(ask))?;
    let Progress { runs, merged, repeating, candidates, steps, states, .. } = progress;
    writeln!(out, "runs        {runs}, of which {merged} met an earlier one and {repeating} repeat themselves")?;
    writeln!(out, "candidates  {candidates} tried, {states} states, {steps} steps")?;
    let seconds = cost.took.as_secs_f64();
    writeln!(out, "time        {seconds:.3} s, {} runs a second", per_second(*runs, cost.took))?;
    if let Some(bytes) = cost.memory_bytes {
        writeln!(out, "memory      {:.1} MB at most", bytes as f64 / 1e6)?;
    }
    for property in &ask.properties {
        writeln!(out, "{:<13} {}", verdict(property, progress, found), property.id)?;
        for found in found.iter().filter(|found| found.property.id == property.id) {
            for fault in faults_of(found) {
                writeln!(out, "    + {fault}")?;
            }
            writeln!(out, "    at event {}: {}", found.at, found.why)?;
            writeln!(out, "    {}", found.link())?;
        }
    }
    writeln!(out, "{}", progress.sentence(&ask.budget, found.len()))?;
    Ok(())
}

fn described(ask: &Ask, progress: &Progress, found: &[Found], cost: &Cost) -> Value {
    let properties: Vec<Value> = ask
        .properties
        .iter()
        .map(|property| {
            let found_here = found.iter().find(|found| found.property.id == property.id);
            json!({
                "property": property.id,
                "verdict": verdict(property, progress, found),
                "faults": found_here.map(faults_of),
                "link": found_here.map(|found| found.link().to_string()),
                "at_event": found_here.map(|found| found.at),
                "why": found_here.map(|found| json::text(&found.why)),
            })
        })
        .collect();
    json!({
        "scenario": Link::of(ask.scenario.clone()).to_string(),
        "from_us": ask.from.map(|from| from.as_micros()),
        "faults": budget_of(ask),
        "at_most": ask.budget.in_all(),
        "standing": progress.standing.word(),
        "covered_at_most": progress.covered,
        "runs": progress.runs,
        "merged": progress.merged,
        "repeating": progress.repeating,
        "candidates": progress.candidates,
        "states": progress.states,
        "steps": progress.steps,
        "seconds": cost.took.as_secs_f64(),
        "runs_per_second": per_second(progress.runs, cost.took),
        "peak_memory_bytes": cost.memory_bytes,
        "properties": properties,
        "sentence": json::text(&progress.sentence(&ask.budget, found.len())),
    })
}
