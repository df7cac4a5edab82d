//! `faultline compare`: the same seed and faults under several protocols, with what each cost; or a whole comparison.

use super::arguments::{Argument, Arguments};
use super::{FINE, Failure, comparison, opened};
use crate::check::measure::{self, Extent, Measure};
use crate::export::json;
use crate::protocols::{COMPARISONS, Protocol};
use crate::scenario::catalogue::Catalogue;
use crate::scenario::compare::{Carried, carry, first_difference};
use crate::scenario::link::Link;
use crate::scenario::notation::Notation;
use crate::scenario::run::Run;
use crate::scenario::sampling::SEEDS_MAX;
use serde_json::{Value, json};
use std::io::Write;

/// A run of the comparison, and how it came by its scenario; the first is the original.
struct Compared {
    run: Run,
    carried: Option<Carried>,
    measures: Vec<Measure>,
}

impl Compared {
    fn of(run: Run, carried: Option<Carried>) -> Compared {
        let measures = run.measures();
        Compared { run, carried, measures }
    }
}

/// How many seeds a comparison takes where nothing else is said.
const SEEDS: u32 = 100;

pub(super) fn compare(catalogue: Catalogue, rest: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let (mut words, mut seeds, mut as_json) = (Vec::new(), None, false);
    let mut arguments = Arguments::of("compare", rest);
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option("json") => as_json = true,
            Argument::Option("seeds") => seeds = Some(arguments.number("seeds", 1, SEEDS_MAX.into())? as u32),
            Argument::Option(other) => return Err(arguments.unknown(other, "--seeds and --json")),
            Argument::Word(word) => words.push(word),
        }
    }
    let known = |id: &str| COMPARISONS.iter().copied().find(|comparison| comparison.id == id);
    if let [id] = words[..]
        && let Some(comparison) = known(id)
    {
        return comparison::compare_all(catalogue, comparison, seeds.unwrap_or(SEEDS), as_json, out);
    }
    match words[..] {
        [] => Err(arguments.failure("it needs the id of a scenario, a link or a comparison".to_owned())),
        _ if seeds.is_some() => {
            let known = COMPARISONS.iter().map(|comparison| comparison.id).collect::<Vec<_>>().join(" and ");
            Err(arguments.failure(format!("--seeds is for a whole comparison: {known}")))
        }
        [scenario, ref protocols @ ..] => with_others(catalogue, opened(catalogue, scenario)?, protocols, as_json, out),
    }
}

/// A run beside those of other protocols under the same seed and faults.
fn with_others(
    catalogue: Catalogue,
    link: Link,
    ids: &[&str],
    as_json: bool,
    out: &mut dyn Write,
) -> Result<i32, Failure> {
    let others = others(catalogue, &link, ids)?;
    let original = Compared::of(Run::of(link.scenario), None);
    let mut all = vec![original];
    for protocol in others {
        let carried = carry(&all[0].run, protocol);
        all.push(Compared::of(Run::of(carried.scenario.clone()), Some(carried)));
    }
    if as_json {
        for compared in &all {
            writeln!(out, "{}", described(compared, &all[0].run))?;
        }
    } else {
        write_table(&all, out)?;
    }
    Ok(FINE)
}

/// The protocols named; else those of the link; else the others of the family.
fn others(catalogue: Catalogue, link: &Link, ids: &[&str]) -> Result<Vec<&'static dyn Protocol>, Failure> {
    let own = link.scenario.protocol;
    if ids.is_empty() && link.compare.is_empty() {
        let family = catalogue.protocols().filter(|other| other.family() == own.family() && other.id() != own.id());
        return Ok(family.collect());
    }
    if ids.is_empty() {
        return Ok(link.compare.clone());
    }
    ids.iter()
        .map(|id| {
            let known = catalogue.protocols().map(|protocol| protocol.id()).collect::<Vec<_>>().join(", ");
            let unknown = || Failure::Input(format!("“{id}” is no protocol; there are {known}"));
            catalogue.protocol(id).ok_or_else(unknown)
        })
        .collect()
}

fn amount(measure: &Measure) -> String {
    let value = measure.value.map(|value| measure::amount(value, measure.unit));
    match (value, measure.extent) {
        (_, Extent::ForEver) => "for ever".to_owned(),
        (Some(value), Extent::GoesOn) => format!("{value} and on"),
        (Some(value), Extent::Over) => value,
        (None, _) => "-".to_owned(),
    }
}

fn write_table(all: &[Compared], out: &mut dyn Write) -> Result<(), Failure> {
    const COLUMN: usize = 24;
    let mut row = |name: &str, cells: Vec<String>| -> Result<(), Failure> {
        let mut line = format!("{name:<32}");
        cells.iter().for_each(|cell| line.push_str(&format!("{cell:<COLUMN$}")));
        writeln!(out, "{}", line.trim_end())?;
        Ok(())
    };
    row("", all.iter().map(|compared| compared.run.scenario.protocol.id().to_owned()).collect())?;
    for measure in &all[0].measures {
        let of = |compared: &Compared| compared.measures.iter().find(|other| other.id == measure.id).map(amount);
        row(&measure.id, all.iter().map(|compared| of(compared).unwrap_or_else(|| "-".to_owned())).collect())?;
    }
    let mut properties: Vec<&str> = Vec::new();
    for judged in all.iter().flat_map(|compared| &compared.run.verdicts) {
        if !properties.contains(&judged.property.id) {
            properties.push(judged.property.id);
        }
    }
    for property in properties {
        let of = |compared: &Compared| {
            let judged = compared.run.verdicts.iter().find(|judged| judged.property.id == property);
            judged.map_or("-", |judged| judged.verdict.word()).to_owned()
        };
        row(property, all.iter().map(of).collect())?;
    }
    row("digest", all.iter().map(|compared| compared.run.digest.to_string()).collect())?;
    for compared in &all[1..] {
        let id = compared.run.scenario.protocol.id();
        match first_difference(&all[0].run, &compared.run) {
            Some(difference) => writeln!(out, "{id} differs first at {}", difference.at)?,
            None => writeln!(out, "{id} does the same throughout")?,
        }
        for (fault, why) in left_behind(compared, &all[0].run) {
            writeln!(out, "{id} without {fault}: {why}")?;
        }
    }
    Ok(())
}

/// The original's faults that do not stand in a run, as links write them, and why.
fn left_behind(compared: &Compared, original: &Run) -> Vec<(String, crate::text::Text)> {
    let Some(carried) = &compared.carried else { return Vec::new() };
    let notation = Notation::new(original.scenario.protocol, &original.topology);
    let left = carried.left_behind_by(&compared.run).into_iter();
    left.map(|left| (notation.write(&original.scenario.faults[usize::from(left.fault)]), left.why)).collect()
}

fn described(compared: &Compared, original: &Run) -> Value {
    let costs: Vec<Value> = compared
        .measures
        .iter()
        .map(|measure| {
            let extent = match measure.extent {
                Extent::Over => "over",
                Extent::GoesOn => "goes-on",
                Extent::ForEver => "for-ever",
            };
            json!({ "measure": measure.id, "unit": measure.unit.id(), "value": measure.value, "extent": extent })
        })
        .collect();
    let left: Vec<Value> = left_behind(compared, original)
        .into_iter()
        .map(|(fault, why)| json!({ "fault": fault, "why": json::text(&why) }))
        .collect();
    json!({
        "protocol": compared.run.scenario.protocol.id(),
        "link": Link::of(compared.run.scenario.clone()).to_string(),
        "events": compared.run.len(),
        "digest": compared.run.digest.to_string(),
        "costs": costs,
        "verdicts": compared.run.verdicts.iter().map(|judged| json::verdict(judged, None)).collect::<Vec<_>>(),
        "left_behind": left,
        "first_difference_us": first_difference(original, &compared.run).map(|difference| difference.at.as_micros()),
    })
}
