//! A scenario under as many requests as one likes, up to a million: the same protocol, parameters, seed and faults, only
//! more of it. No trace is kept and no property judged; what the protocol makes of each step for its charts is all that
//! stays, so that a million requests take hardly more memory than a thousand.
//!
//! Whoever can be asked for so much must do it knowingly: no link says it, and what a link says is bounded as ever.

use super::Scenario;
use super::explore::grouped;
use super::run::Digest;
use crate::check::chart::{Chart, Charting, Figure, Seen};
use crate::protocols::Reading;
use crate::say;
use crate::sim::driver::{Driver, Limits};
use crate::sim::node::Node;
use crate::sim::recorder::Recorder;
use crate::sim::time::{Instant, Span};
use crate::sim::trace::{Ending, FaultIndex, Local, LocalIndex, Message, MessageIndex, Step, StepKind};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most requests of one test.
pub const REQUESTS_MAX: u32 = 1_000_000;

/// So many events may a request take, all that goes on besides it included; a test in which it takes more is cut off.
const EVENTS_PER_REQUEST_MAX: u32 = 50;
/// Even a test of one request may take so many.
const EVENTS_LEAST: u32 = 100_000;

/// A test under way: [`LoadTest::go_on`] takes it further a slice at a time.
pub struct LoadTest {
    driver: Driver,
    gathering: Gathering,
    requests: u32,
    ending: Option<Ending>,
}

/// What is known of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadReport {
    /// How many requests are wanted, and how many are answered or have failed.
    pub requests: u32,
    pub settled: u32,
    pub events: u32,
    /// How much virtual time has passed.
    pub lasted: Span,
    pub digest: Digest,
    /// Why it ended; none while it goes on, and where all requests are settled.
    pub cut_off: Option<Ending>,
    pub figures: Vec<Figure>,
    /// When faults struck, in their order.
    pub faults: Vec<Instant>,
    /// Nothing while it goes on.
    pub charts: Vec<Chart>,
}

impl LoadTest {
    /// Whether the scenario can be put under load: its protocol has one that can be of any size, and times give the order.
    pub fn is_possible(scenario: &Scenario) -> bool {
        let protocol = scenario.protocol;
        scenario.schedule.is_none()
            && protocol.charting().is_some()
            && protocol.under_load(&scenario.values, REQUESTS_MAX).is_some()
    }

    /// The scenario under so many requests, from 1 to [`REQUESTS_MAX`]; none if it cannot be put under load.
    pub fn new(scenario: &Scenario, requests: u32) -> Option<LoadTest> {
        if !LoadTest::is_possible(scenario) {
            return None;
        }
        let requests = requests.clamp(1, REQUESTS_MAX);
        let (values, lasting) = scenario.protocol.under_load(&scenario.values, requests)?;
        let topology = scenario.protocol.topology(&values);
        let faults = &scenario.faults[..];
        let reading = Reading { topology: &topology, values: &values, faults };
        let charting = scenario.protocol.charting()?(&reading);
        let events_max = requests.saturating_mul(EVENTS_PER_REQUEST_MAX).max(EVENTS_LEAST);
        let limits = Limits { events_max, ..Limits::default() };
        let driver = Driver::new(&topology, scenario.seed, faults, Instant::START + lasting, limits);
        Some(LoadTest {
            driver: driver.without_snapshots(),
            gathering: Gathering {
                charting,
                messages: BTreeMap::new(),
                timers: BTreeMap::new(),
                struck: vec![None; faults.len()],
                now: Instant::START,
            },
            requests,
            ending: None,
        })
    }

    /// Goes on for so many actions; says whether all requests are settled, or no more of them will be.
    pub fn go_on(&mut self, actions: u32) -> bool {
        for _ in 0..actions {
            if self.is_over() {
                break;
            }
            self.ending = self.driver.advance(&mut self.gathering);
        }
        self.is_over()
    }

    fn is_over(&self) -> bool {
        self.ending.is_some() || self.gathering.charting.settled() >= self.requests
    }

    pub fn report(&self) -> LoadReport {
        let Gathering { charting, struck, now, .. } = &self.gathering;
        let settled = charting.settled();
        let mut faults: Vec<Instant> = struck.iter().copied().flatten().collect();
        faults.sort_unstable_by_key(|at| at.as_micros());
        LoadReport {
            requests: self.requests,
            settled,
            events: self.driver.events(),
            lasted: now.since(Instant::START),
            digest: Digest(self.driver.digest()),
            cut_off: self.ending.filter(|_| settled < self.requests),
            figures: charting.figures(),
            faults,
            charts: if self.is_over() { charting.charts() } else { Vec::new() },
        }
    }
}

impl LoadReport {
    /// What it came to, or how far it is, in a sentence.
    pub fn sentence(&self) -> Text {
        let (settled, requests) = (grouped(self.settled.into()), grouped(self.requests.into()));
        match self.cut_off {
            None if self.settled >= self.requests => {
                say!("{requests} requests, all answered or failed", "{requests} 个请求均已答复或失败")
            }
            None => say!("{settled} of {requests} requests so far", "已完成 {requests} 个请求中的 {settled} 个"),
            Some(Ending::TooManyEvents | Ending::TooManyAtOneInstant) => {
                let events = grouped(self.events.into());
                say!(
                    "Cut off after {events} events: {settled} of {requests} requests were answered or failed",
                    "运行到 {events} 个事件时中断：{requests} 个请求中有 {settled} 个已答复或失败"
                )
            }
            Some(_) => say!(
                "{settled} of {requests} requests were answered or failed; the others will never be",
                "{requests} 个请求中有 {settled} 个已答复或失败，其余的再也不会有结果"
            ),
        }
    }

    /// Where it stood when it was stopped.
    pub fn stopped(&self) -> Text {
        let (settled, requests) = (grouped(self.settled.into()), grouped(self.requests.into()));
        say!("Stopped after {settled} of {requests} requests", "已停止，{requests} 个请求中完成了 {settled} 个")
    }
}

/// Shows every step to the protocol's charting, with the message or timer that it is about, and forgets both after that.
struct Gathering {
    charting: Box<dyn Charting>,
    /// Under way, with how often they will still end: a doubled one arrives twice.
    messages: BTreeMap<MessageIndex, (Message, u32)>,
    timers: BTreeMap<LocalIndex, Local>,
    struck: Vec<Option<Instant>>,
    now: Instant,
}

impl Gathering {
    fn show(&mut self, step: Step, message: Option<MessageIndex>, timer: Option<LocalIndex>) {
        let message = message.and_then(|index| self.messages.get(&index)).map(|(message, _)| message);
        let timer = timer.and_then(|index| self.timers.get(&index));
        self.charting.see(&Seen::of(step, message, timer));
    }
}

impl Recorder for Gathering {
    fn message(&mut self, index: MessageIndex, message: Message) {
        self.messages.insert(index, (message, 1));
    }

    fn local(&mut self, index: LocalIndex, local: Local) {
        self.timers.insert(index, local);
    }

    fn step(&mut self, step: Step, _nodes: &[Arc<dyn Node>]) {
        self.now = step.at;
        match step.kind {
            StepKind::Send(index) => self.show(step, Some(index), None),
            StepKind::Deliver(index) | StepKind::Lose(index, _) => {
                self.show(step, Some(index), None);
                if let Some((_, ends)) = self.messages.get_mut(&index) {
                    *ends -= 1;
                    if *ends == 0 {
                        self.messages.remove(&index);
                    }
                }
            }
            StepKind::Set(index) => self.show(step, None, Some(index)),
            StepKind::Fire(index) | StepKind::Cancel(index) => {
                self.show(step, None, Some(index));
                self.timers.remove(&index);
            }
            // A record is no timer: nothing is told of it.
            StepKind::Write(index) => {
                self.timers.remove(&index);
                self.show(step, None, None);
            }
            StepKind::Strike(fault) => {
                self.meets(fault);
                self.show(step, None, None);
            }
            _ => self.show(step, None, None),
        }
    }

    /// The message was sent just now. Delayed or doubled, it may end twice; what never comes is kept for nothing, once a fault.
    fn struck(&mut self, fault: FaultIndex) {
        self.meets(fault);
        if let Some(mut last) = self.messages.last_entry() {
            last.get_mut().1 += 1;
        }
    }
}

impl Gathering {
    fn meets(&mut self, fault: FaultIndex) {
        let now = self.now;
        if let Some(struck) = self.struck.get_mut(usize::from(fault)) {
            struck.get_or_insert(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::CATALOGUE;
    use crate::scenario::catalogue::Catalogue;
    use crate::scenario::link::Link;
    use crate::scenario::run::Run;

    fn scenario(id: &str) -> Scenario {
        Link::of_entry(Catalogue(CATALOGUE).entry(id).unwrap()).scenario
    }

    fn possible() -> impl Iterator<Item = (&'static str, Scenario)> {
        let all = CATALOGUE.iter().flat_map(|protocol| protocol.entries()).map(|entry| (entry.id, scenario(entry.id)));
        all.filter(|(_, scenario)| LoadTest::is_possible(scenario))
    }

    fn ended(scenario: &Scenario, requests: u32) -> LoadReport {
        let mut test = LoadTest::new(scenario, requests).unwrap();
        while !test.go_on(997) {
            assert!(test.report().charts.is_empty(), "charts are made once, at the end");
        }
        test.report()
    }

    /// The run that a player would play of it, as far as the test goes: until the last request is settled.
    #[test]
    fn it_is_the_run_that_is_played() {
        let mut tried = 0;
        for (id, played) in possible() {
            let Some((values, lasting)) = played.protocol.under_load(&played.values, 40) else { continue };
            let report = ended(&played, 40);
            let run = Run::of(Scenario { values, until: report.lasted.min(lasting), ..played });
            let drawn = run.charts();
            assert_eq!(drawn.len(), report.charts.len(), "{id}");
            for (drawn, told) in drawn.iter().zip(&report.charts) {
                for (drawn, told) in drawn.series.iter().zip(&told.series) {
                    // The player goes on to the end of the instant at which the test is over.
                    let until = Instant::START + report.lasted;
                    let before = |points: &[crate::check::chart::Point]| -> Vec<_> {
                        points.iter().filter(|point| point.at < until).copied().collect()
                    };
                    assert_eq!(before(&drawn.points), before(&told.points), "{id}: {}", drawn.name);
                }
            }
            let measures = run.measures();
            for figure in &report.figures {
                if let (Some(measure), false) =
                    (measures.iter().find(|measure| measure.id == figure.id), figure.id.starts_with("latency"))
                {
                    assert_eq!(measure.value, figure.value, "{id}: {}", figure.id);
                }
            }
            tried += 1;
        }
        assert!(tried > 20, "only {tried} scenarios can be put under load");
    }

    #[test]
    fn it_is_over_when_the_last_request_is_settled_or_none_more_will_be() {
        for (id, scenario) in possible() {
            let report = ended(&scenario, 300);
            assert!(report.settled == 300 || report.cut_off.is_some(), "{id}: {report:?}");
            assert!(report.settled <= 300, "{id}");
        }
    }

    #[test]
    fn cut_into_whatever_slices_it_comes_to_the_same() {
        let scenario = scenario("load-balancer-ring-loses-a-provider");
        let report = ended(&scenario, 2_000);
        let mut whole = LoadTest::new(&scenario, 2_000).unwrap();
        while !whole.go_on(u32::MAX) {}
        assert_eq!(whole.report(), report);
        assert_eq!(report.faults.len(), 1, "the fault of the scenario struck");
    }

    #[test]
    fn ten_times_as_many_requests_keep_no_more_points() {
        let scenario = scenario("load-balancer-random");
        let points = |requests| -> usize {
            let report = ended(&scenario, requests);
            assert_eq!(report.settled, requests);
            report.charts.iter().flat_map(|chart| &chart.series).map(|series| series.points.len()).max().unwrap()
        };
        assert!(points(2_000) <= 402 && points(20_000) <= 402);
    }

    #[test]
    fn whatever_is_asked_for_is_bounded() {
        let test = LoadTest::new(&scenario("load-balancer-random"), u32::MAX).unwrap();
        assert_eq!(test.report().requests, REQUESTS_MAX);
        assert!(LoadTest::new(&scenario("2pc-all-yes"), 10).is_none(), "that one has no load");
    }
}
