//! `faultline sample … --requests` and the second half of `faultline bench`: a scenario under very many requests, with
//! the same code that the page's worker has.

use super::memory::Memory;
use super::{FINE, Failure};
use crate::check::chart::Chart;
use crate::check::measure::amount;
use crate::export::json;
use crate::scenario::Scenario;
use crate::scenario::catalogue::{Catalogue, Listed};
use crate::scenario::link::Link;
use crate::scenario::load_test::{LoadReport, LoadTest};
use serde_json::{Value, json};
use std::io::Write;
use std::time::Instant;

/// A test that was carried out.
pub(super) struct Tested {
    pub link: String,
    report: LoadReport,
    seconds: f64,
    /// The most that the process held meanwhile; none where the system does not tell.
    peak_bytes: Option<u64>,
}

/// The first scenario of the catalogue that can be put under any load.
pub(super) fn first(catalogue: Catalogue) -> Option<Scenario> {
    catalogue.entries().map(Listed::scenario).find(LoadTest::is_possible)
}

/// Carries it out; none if the scenario cannot be put under load.
pub(super) fn test(scenario: Scenario, requests: u32) -> Option<Tested> {
    let memory = Memory::watch();
    let begun = Instant::now();
    let mut test = LoadTest::new(&scenario, requests)?;
    while !test.go_on(u32::MAX) {}
    let report = test.report();
    let seconds = begun.elapsed().as_secs_f64();
    Some(Tested { link: Link::of(scenario).to_string(), report, seconds, peak_bytes: memory.peak_bytes() })
}

/// `faultline sample … --requests`.
pub(super) fn sample(scenario: Scenario, requests: u32, as_json: bool, out: &mut dyn Write) -> Result<i32, Failure> {
    let Some(tested) = test(scenario, requests) else {
        let sentence =
            "sample: --requests needs a scenario whose load can be any size, such as those of load balancers";
        return Err(Failure::Input(sentence.to_owned()));
    };
    if as_json {
        writeln!(out, "{}", tested.described())?;
        return Ok(FINE);
    }
    writeln!(out, "scenario  {}", tested.link)?;
    writeln!(out, "requests  {}", tested.report.sentence())?;
    writeln!(out, "events    {} (digest {})", tested.report.events, tested.report.digest)?;
    writeln!(out, "lasted    {} of virtual time", tested.report.lasted)?;
    writeln!(out, "speed     {}", tested.speed())?;
    writeln!(out, "memory    {}", tested.memory())?;
    writeln!(out)?;
    for figure in &tested.report.figures {
        let value = figure.value.map_or_else(|| "no value".to_owned(), |value| amount(value, figure.unit));
        writeln!(out, "{:<20}{value:>14}", figure.id)?;
    }
    Ok(FINE)
}

impl Tested {
    fn per_second(&self, count: u32) -> u64 {
        (f64::from(count) / self.seconds) as u64
    }

    pub fn speed(&self) -> String {
        let LoadReport { settled, events, .. } = self.report;
        let (requests, events) = (self.per_second(settled), self.per_second(events));
        format!("{settled} requests in {:.3} s: {requests} requests and {events} events a second", self.seconds)
    }

    pub fn memory(&self) -> String {
        self.peak_bytes.map_or_else(
            || "unknown on this system".to_owned(),
            |bytes| format!("{:.1} MB at most, the whole process", bytes as f64 / 1e6),
        )
    }

    /// How fast it was, as machines read it.
    pub fn speeds(&self) -> Value {
        let LoadReport { settled, events, digest, .. } = &self.report;
        json!({
            "scenario": self.link,
            "requests": settled,
            "events": events,
            "digest": digest.to_string(),
            "seconds": self.seconds,
            "requests_per_second": self.per_second(*settled),
            "events_per_second": self.per_second(*events),
            "peak_memory_bytes": self.peak_bytes,
        })
    }

    /// All of it, as machines read it.
    fn described(&self) -> Value {
        let LoadReport { requests, lasted, figures, charts, .. } = &self.report;
        let figures: Vec<Value> = figures
            .iter()
            .map(|figure| {
                let (unit, name) = (figure.unit.id(), json::text(&figure.name));
                json!({ "measure": figure.id, "name": name, "unit": unit, "value": figure.value })
            })
            .collect();
        let mut described = self.speeds();
        described["wanted"] = json!(requests);
        described["lasted_us"] = json!(lasted.as_micros());
        described["figures"] = json!(figures);
        described["charts"] = json!(charts.iter().map(drawn).collect::<Vec<_>>());
        described
    }
}

/// A chart's lines as pairs of microseconds and values.
fn drawn(chart: &Chart) -> Value {
    let lines: Vec<Value> = chart
        .series
        .iter()
        .map(|series| {
            let points: Vec<Value> =
                series.points.iter().map(|point| json!([point.at.as_micros(), point.value])).collect();
            json!({ "name": json::text(&series.name), "points": points })
        })
        .collect();
    json!({ "chart": chart.id, "title": json::text(&chart.title), "unit": chart.unit.id(), "series": lines })
}
