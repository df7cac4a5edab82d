//! Whole comparisons, measured: all ways under the same loads, faults and seeds. What comes out is kept as text and read as
//! a difference: `FAULTLINE_BLESS=1` writes it anew.

use faultline::command;
use faultline::protocols::comparison::{Column, Comparison};
use faultline::protocols::{CATALOGUE, COMPARISONS};
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::comparing::{Comparing, figure, link};
use faultline::scenario::link::Link;
use faultline::scenario::run::Run;
use std::fs;
use std::path::PathBuf;

const KNOWN: Catalogue = Catalogue(CATALOGUE);

/// As many as the page takes.
const SEEDS: &str = "40";

fn is_as_it_was(comparison: &Comparison) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/measured/{}.txt", comparison.id));
    let arguments = ["compare", comparison.id, "--seeds", SEEDS].map(String::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(command::main(KNOWN, &arguments, &mut out, &mut err), command::FINE);
    let now = String::from_utf8(out).expect("text");
    if std::env::var("FAULTLINE_BLESS").is_ok_and(|value| value == "1") {
        fs::write(&path, &now).unwrap();
    }
    let then = fs::read_to_string(&path).unwrap_or_default();
    assert!(then == now, "FAULTLINE_BLESS=1 writes it anew:\n{now}");
}

/// Each in a test of its own, so that they run side by side.
macro_rules! as_it_was_read_and_understood {
    ($($name:ident: $place:literal)*) => { $(#[test] fn $name() { is_as_it_was(COMPARISONS[$place]); })* };
}
as_it_was_read_and_understood! { transactions: 0 locks: 1 balancing: 2 hashing: 3 sessions: 4 }

/// One seed each: every way is measured in every column, and the run that shows a number is a run with that number.
#[test]
fn every_number_opens_a_run_that_shows_it() {
    assert_eq!(COMPARISONS.len(), 5, "each has a test of its own above");
    for comparison in COMPARISONS {
        let mut comparing = Comparing::new(comparison, 3, KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
        while !comparing.go_on(10_000) {}
        let compared = comparing.compared();
        assert_eq!(compared.cells.len(), compared.of as usize);
        for (place, trial) in comparison.trials.iter().enumerate() {
            for (way_place, way) in comparison.ways.iter().enumerate() {
                for (load_place, load) in trial.loads.iter().enumerate() {
                    let survey = compared.cell(comparison, place, way_place, load_place).expect("all are done");
                    for column in trial.columns {
                        assert!(figure(survey, *column).is_some(), "{}: {column:?}", way.under(load));
                    }
                    let first = trial.columns.iter().find_map(|column| match column {
                        Column::Cost(id) => survey.costs.iter().find(|spread| spread.id == *id),
                        _ => None,
                    });
                    let Some((spread, seed)) = first.and_then(|spread| Some((spread, spread.median_seed?))) else {
                        continue;
                    };
                    let link = link(way, load, seed);
                    let scenario = Link::read(&link, KNOWN).unwrap_or_else(|bad| panic!("{}", bad.sentence())).scenario;
                    let measures = Run::of(scenario).measures();
                    let shown = measures.iter().find(|measure| measure.id == spread.id).expect("the same measures");
                    assert_eq!(
                        shown.value,
                        spread.quantiles.map(|quantiles| quantiles.median),
                        "{link}: {}",
                        spread.id
                    );
                }
            }
        }
    }
}
