//! `faultline sample`: one scenario under many seeds, or under very many requests.

use super::arguments::{Argument, Arguments};
use super::{FINE, Failure, UNEXPECTED, load_test, opened};
use crate::check::measure::amount;
use crate::export::json;
use crate::scenario::Scenario;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::link::Link;
use crate::scenario::load_test::REQUESTS_MAX;
use crate::scenario::sampling::{Quantiles, SEEDS_MAX, Sampling, Spread, Survey, Tally};
use serde_json::{Value, json};
use std::io::Write;
use std::time::Instant;

/// How many seeds are tried where nothing else is said.
const SEEDS: u32 = 1_000;

pub(super) fn sample(catalogue: Catalogue, rest: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let (mut link, mut seeds, mut requests, mut as_json) = (None, None, None, false);
    let mut arguments = Arguments::of("sample", rest);
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option("json") => as_json = true,
            Argument::Option("seeds") => seeds = Some(arguments.number("seeds", 1, SEEDS_MAX.into())? as u32),
            Argument::Option("requests") => {
                requests = Some(arguments.number("requests", 1, REQUESTS_MAX.into())? as u32);
            }
            Argument::Option(other) => return Err(arguments.unknown(other, "--seeds, --requests and --json")),
            Argument::Word(word) if link.is_none() => link = Some(opened(catalogue, word)?),
            Argument::Word(extra) => return Err(arguments.failure(format!("“{extra}” is one argument too many"))),
        }
    }
    let Some(Link { scenario, .. }) = link else {
        return Err(arguments.failure("it needs the id of a scenario, or a link: try faultline list".to_owned()));
    };
    if let Some(requests) = requests {
        if seeds.is_some() {
            return Err(
                arguments.failure("--requests is one run under its own seed: it goes without --seeds".to_owned())
            );
        }
        return load_test::sample(scenario, requests, as_json, out);
    }
    let begun = Instant::now();
    let mut sampling = Sampling::new(scenario.clone(), seeds.unwrap_or(SEEDS));
    while !sampling.go_on(u32::MAX) {}
    let (survey, seconds) = (sampling.survey(), begun.elapsed().as_secs_f64());
    if as_json {
        writeln!(out, "{}", described(&scenario, &survey, seconds))?;
    } else {
        write_table(&scenario, &survey, seconds, out)?;
    }
    let failed = survey.properties.iter().any(|tally| tally.violated > 0);
    Ok(if failed { UNEXPECTED } else { FINE })
}

/// The link to the first run that violates the property, if one does.
fn failing(scenario: &Scenario, tally: &Tally) -> Option<String> {
    let seed = tally.violated_first?;
    Some(Link::of(Scenario { seed, ..scenario.clone() }).to_string())
}

fn write_table(scenario: &Scenario, survey: &Survey, seconds: f64, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "scenario  {}", Link::of(scenario.clone()))?;
    writeln!(out, "seeds     {} from {}, {} events in {seconds:.3} s", survey.done, scenario.seed, survey.events)?;
    writeln!(out)?;
    writeln!(out, "{:<20}{:>14}{:>14}{:>14}{:>14}{:>14}", "", "least", "median", "mean", "95 %", "greatest")?;
    for Spread { id, unit, quantiles, goes_on, for_ever, .. } in &survey.costs {
        let Some(Quantiles { least, median, mean, percentile_95, greatest, .. }) = *quantiles else {
            writeln!(out, "{id:<20}{:>14}", "no value")?;
            continue;
        };
        let cells = [least, median, mean, percentile_95, greatest].map(|value| format!("{:>14}", amount(value, *unit)));
        let mut line = format!("{id:<20}{}", cells.concat());
        if *goes_on > 0 {
            line.push_str(&format!("  (went on in {goes_on})"));
        }
        if *for_ever > 0 {
            line.push_str(&format!("  (for ever in {for_ever})"));
        }
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    for tally in &survey.properties {
        let Tally { id, holds, violated, not_yet, not_seen, .. } = tally;
        let parts = [(violated, "violated"), (not_yet, "not yet"), (not_seen, "not seen"), (holds, "holds")];
        let parts: Vec<String> =
            parts.iter().filter(|(count, _)| **count > 0).map(|(count, word)| format!("{word} in {count}")).collect();
        writeln!(out, "{id}: {}", parts.join(", "))?;
        if let Some(link) = failing(scenario, tally) {
            writeln!(out, "    {link}")?;
        }
    }
    Ok(())
}

fn described(scenario: &Scenario, survey: &Survey, seconds: f64) -> Value {
    let costs: Vec<Value> = survey
        .costs
        .iter()
        .map(|spread| {
            json!({
                "measure": spread.id,
                "unit": spread.unit.id(),
                "count": spread.count,
                "goes_on": spread.goes_on,
                "for_ever": spread.for_ever,
                "quantiles": spread.quantiles,
                "bars": spread.bars,
            })
        })
        .collect();
    let properties: Vec<Value> = survey
        .properties
        .iter()
        .map(|tally| {
            json!({
                "property": tally.id,
                "title": json::text(&tally.title),
                "holds": tally.holds,
                "violated": tally.violated,
                "not_yet": tally.not_yet,
                "not_seen": tally.not_seen,
                "link": failing(scenario, tally),
            })
        })
        .collect();
    json!({
        "scenario": Link::of(scenario.clone()).to_string(),
        "seeds": survey.done,
        "events": survey.events,
        "seconds": seconds,
        "costs": costs,
        "properties": properties,
    })
}
