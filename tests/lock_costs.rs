//! The locks side by side, measured: the same load, the same faults and the same seeds under each. What comes out is kept as
//! text and read as a difference: `FAULTLINE_BLESS=1` writes it anew.

use faultline::check::measure::amount;
use faultline::protocols::parts::locking::id;
use faultline::protocols::{CATALOGUE, Family};
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::Link;
use faultline::scenario::sampling::{Sampling, Survey};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// Enough for a median that another hundred does not move by much.
const SEEDS: u32 = 100;
/// Locks that are used in more than one way, by the parameter that says which.
const RECIPES: [(&str, &str); 1] = [("redis-lock", "&recipe=redisson&watchdog=on")];

/// Every lock of the catalogue in each of its ways, as the beginning of a link.
fn locks() -> Vec<String> {
    let ids = CATALOGUE.iter().filter(|protocol| protocol.family() == Family::Locks).map(|protocol| protocol.id());
    ids.flat_map(|id| {
        let ways = RECIPES.iter().filter(move |(lock, _)| *lock == id).map(|(_, recipe)| *recipe);
        [""].into_iter().chain(ways).map(move |recipe| format!("1/{id}?turns=1{recipe}"))
    })
    .collect()
}

fn survey(link: &str) -> Survey {
    let link = Link::read(link, Catalogue(CATALOGUE)).unwrap_or_else(|bad| panic!("{link}: {}", bad.sentence()));
    let mut sampling = Sampling::new(link.scenario, SEEDS);
    while !sampling.go_on(u32::MAX) {}
    sampling.survey()
}

/// The median of a measure over all runs that have a value.
fn median(survey: &Survey, measure: &str) -> String {
    let spread = survey.costs.iter().find(|spread| spread.id == measure);
    let spread = spread.unwrap_or_else(|| panic!("every lock measures {measure}"));
    spread.quantiles.map_or("–".to_owned(), |quantiles| amount(quantiles.median, spread.unit))
}

/// In how many of a thousand runs two held the lock at once.
fn double_holds(survey: &Survey) -> u32 {
    let tally = survey.properties.iter().find(|tally| tally.id == id::ONE_HOLDER).expect("every lock is judged by it");
    tally.violated * 1_000 / tally.runs()
}

fn table() -> String {
    let mut table = String::new();
    let mut line = |cells: [&str; 4]| {
        let [first, rest @ ..] = cells;
        let row = rest.iter().fold(format!("{first:<60}"), |row, cell| format!("{row}{cell:>24}"));
        writeln!(table, "{}", row.trim_end()).expect("a string takes everything");
    };
    line(["medians as waiters grow", "messages per grant", "polls per grant", "hand-over"]);
    for lock in locks() {
        for clients in [2, 4, 6] {
            let survey = survey(&format!("{lock}&clients={clients}&until=60s"));
            let [messages, polls, gap] =
                ["messages-per-grant", "polls-per-grant", "hand-over"].map(|measure| median(&survey, measure));
            line([&format!("{lock}&clients={clients}"), &messages, &polls, &gap]);
        }
    }
    line(["", "", "", ""]);
    line(["two clients, come within 2 s", "free after a crash", "double holds in 1000", ""]);
    for lock in locks() {
        let load = format!("{lock}&think=2s&until=120s");
        let crashed = survey(&format!("{load}&crash=c1@1.5s"));
        let paused = survey(&format!("{load}&pause=c1@1.5s+45s"));
        line([&lock, &median(&crashed, "freed-after"), &double_holds(&paused).to_string(), ""]);
    }
    table
}

#[test]
fn what_locks_cost_is_as_it_was_read_and_understood() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/measured/locks.txt");
    let now = table();
    if std::env::var("FAULTLINE_BLESS").is_ok_and(|value| value == "1") {
        fs::write(&path, &now).unwrap();
    }
    let then = fs::read_to_string(&path).unwrap_or_default();
    assert!(then == now, "FAULTLINE_BLESS=1 writes it anew:\n{now}");
}
