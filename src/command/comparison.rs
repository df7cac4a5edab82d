//! `faultline compare transactions`: a whole comparison as tables, each number with a run that shows it.

use super::{FINE, Failure};
use crate::check::measure::amount;
use crate::export::json;
use crate::protocols::comparison::{Column, Comparison, Load, Trial, Way};
use crate::scenario::catalogue::Catalogue;
use crate::scenario::comparing::{Compared, Comparing, Figure, failed, figure, link};
use crate::scenario::sampling::Survey;
use serde_json::{Value, json};
use std::io::Write;

/// Measures a comparison and writes it.
pub(super) fn compare_all(
    catalogue: Catalogue,
    comparison: &'static Comparison,
    seeds: u32,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<i32, Failure> {
    let mut comparing = Comparing::new(comparison, seeds, catalogue)?;
    while !comparing.go_on(u32::MAX) {}
    let compared = comparing.compared();
    for (place, trial) in comparison.trials.iter().enumerate() {
        if as_json {
            for (way, load, survey) in rows(comparison, &compared, place) {
                writeln!(out, "{}", described(trial, way, load, survey))?;
            }
        } else {
            write_trial(comparison, &compared, place, trial, out)?;
        }
    }
    Ok(FINE)
}

fn rows<'a>(
    comparison: &'static Comparison,
    compared: &'a Compared,
    trial: usize,
) -> impl Iterator<Item = (&'static Way, &'static Load, &'a Survey)> {
    let loads = comparison.trials[trial].loads;
    comparison.ways.iter().enumerate().flat_map(move |(way_place, way)| {
        let cells = loads.iter().enumerate();
        cells.filter_map(move |(place, load)| Some((way, load, compared.cell(comparison, trial, way_place, place)?)))
    })
}

fn write_trial(
    comparison: &'static Comparison,
    compared: &Compared,
    place: usize,
    trial: &'static Trial,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    const COLUMN: usize = 24;
    let name = |column: &Column| match column {
        Column::Cost(id) => (*id).to_owned(),
        Column::Failed(id) => format!("{id} failed"),
        Column::Guarantees => "broken".to_owned(),
    };
    let heads = trial.columns.iter().map(|column| format!("{:>COLUMN$}", name(column))).collect::<String>();
    writeln!(out, "{:<56}{heads}", trial.title.en)?;
    for (way, load, survey) in rows(comparison, compared, place) {
        let name = match &*load.name.en {
            "" => way.name.en.to_string(),
            load => format!("{}, {load}", way.name.en),
        };
        let cells = trial.columns.iter().map(|column| format!("{:>COLUMN$}", said(survey, *column)));
        writeln!(out, "{name:<56}{}", cells.collect::<String>())?;
    }
    writeln!(out)?;
    Ok(())
}

/// A figure in a few characters.
fn said(survey: &Survey, column: Column) -> String {
    match figure(survey, column) {
        None => "-".to_owned(),
        Some(Figure::Cost(spread)) => match spread.quantiles {
            _ if spread.is_for_ever(survey.done) => "for ever".to_owned(),
            Some(quantiles) => amount(quantiles.median, spread.unit),
            None => "-".to_owned(),
        },
        Some(Figure::Failed(tally)) => format!("{} of {}", tally.broken(), tally.runs()),
        Some(Figure::Guarantees(tallies)) => match failed(tallies).map(|tally| &*tally.id).collect::<Vec<_>>()[..] {
            [] => "nothing".to_owned(),
            ref broken => broken.join(" "),
        },
    }
}

fn described(trial: &Trial, way: &Way, load: &Load, survey: &Survey) -> Value {
    let figures: Vec<Value> = trial
        .columns
        .iter()
        .map(|column| match figure(survey, *column) {
            None => Value::Null,
            Some(Figure::Cost(spread)) => json!({
                "measure": spread.id,
                "unit": spread.unit.id(),
                "count": spread.count,
                "for_ever": spread.for_ever,
                "quantiles": spread.quantiles,
                "link": spread.median_seed.map(|seed| link(way, load, seed)),
            }),
            Some(Figure::Failed(tally)) => json!({
                "property": tally.id,
                "failed": tally.broken(),
                "runs": tally.runs(),
                "link": tally.broken_first().map(|seed| link(way, load, seed)),
            }),
            Some(Figure::Guarantees(tallies)) => {
                json!({ "broken": failed(tallies).map(|tally| &tally.id).collect::<Vec<_>>() })
            }
        })
        .collect();
    json!({
        "trial": json::text(&trial.title),
        "way": json::text(&way.name),
        "load": json::text(&load.name),
        "seeds": survey.done,
        "figures": figures,
    })
}
