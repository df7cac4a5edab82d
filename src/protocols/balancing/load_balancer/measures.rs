//! What a run cost, read from its trace: the same lines for every algorithm.

use super::is_provider;
use super::message::Message;
use crate::check::measure::{Measure, Total, Unit, nearest_rank};
use crate::sim::fault::Fault;
use crate::sim::time::Instant;
use crate::sim::topology::Topology;
use crate::sim::trace::{Ending, NodeId, StepKind, Trace};
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;

/// What is counted while the trace is read.
#[derive(Default)]
struct Counts {
    asked: SortedMap<u32, Instant>,
    /// How long each request took that was answered, in virtual microseconds.
    latencies: Vec<u64>,
    failed: u64,
    /// Calls by provider.
    calls: SortedMap<NodeId, u64>,
    /// Calls that a provider has and has not answered, and how many there were at most.
    at_once: SortedMap<NodeId, u64>,
    at_once_max: u64,
    /// Where a balancer last sent a key at the first try, and the keys that it has sent elsewhere since.
    homes: SortedMap<(NodeId, u32), NodeId>,
    moved: SortedSet<(NodeId, u32)>,
}

/// What the measured costs are made of.
pub(super) struct Totals {
    /// What half, 95 % and 99 % of the answers took at most.
    pub latencies: [Option<u64>; 3],
    pub requests: u64,
    pub failed: u64,
    /// Calls of providers, those of the busiest one, and how many providers there are.
    pub calls: u64,
    pub busiest: u64,
    pub providers: u64,
    pub at_once_max: u64,
    pub keys_moved: u64,
}

/// The measured costs.
pub(super) fn measures(trace: &Trace, topology: &Topology, faults: &[Fault], ending: Ending) -> Vec<Measure> {
    let mut counts = Counts::read(trace, faults);
    counts.latencies.sort_unstable();
    let is_provider = |index: &usize| is_provider(NodeId(*index as u8), topology);
    let totals = Totals {
        latencies: [50, 95, 99].map(|hundredths| nearest_rank(&counts.latencies, hundredths)),
        requests: counts.asked.len() as u64,
        failed: counts.failed,
        calls: counts.calls.values().sum(),
        busiest: counts.calls.values().copied().max().unwrap_or(0),
        providers: (0..topology.nodes.len()).filter(is_provider).count() as u64,
        at_once_max: counts.at_once_max,
        keys_moved: counts.moved.len() as u64,
    };
    lines(&totals, ending)
}

/// The same lines for every run, however it was counted.
pub(super) fn lines(totals: &Totals, ending: Ending) -> Vec<Measure> {
    let line = |id, en, zh, unit, value: Option<u64>| {
        Measure::of(id, Text::new(en, zh), unit, Total { value, goes_on: false }, ending)
    };
    let tenths = |value: u64, of: u64| (value * 10 + of / 2).checked_div(of);
    let [median, high, highest] = totals.latencies;
    vec![
        line(
            "latency-median",
            "From a request to its answer: half of them within",
            "请求到答复的时间（中位数）",
            Unit::Micros,
            median,
        ),
        line("latency-95", "95 % of them within", "请求到答复的时间（95%）", Unit::Micros, high),
        line("latency-99", "99 % of them within", "请求到答复的时间（99%）", Unit::Micros, highest),
        line("failed", "Requests that nobody answered", "无人应答的请求数", Unit::Count, Some(totals.failed)),
        line(
            "tries",
            "Calls of providers per request",
            "每个请求调用提供者的次数",
            Unit::Tenths,
            tenths(totals.calls, totals.requests),
        ),
        line(
            "busiest",
            "Calls of the busiest provider, the average being 1",
            "最忙的提供者的调用数（平均为 1）",
            Unit::Tenths,
            tenths(totals.busiest * totals.providers, totals.calls),
        ),
        line(
            "at-once",
            "Requests at one provider at once, at most",
            "单个提供者同时处理的请求数（最大）",
            Unit::Count,
            Some(totals.at_once_max),
        ),
        line(
            "keys-moved",
            "Keys that changed their provider",
            "换了提供者的键数",
            Unit::Count,
            Some(totals.keys_moved),
        ),
    ]
}

impl Counts {
    fn read(trace: &Trace, faults: &[Fault]) -> Counts {
        let mut counts = Counts::default();
        for step in &trace.steps {
            match step.kind {
                StepKind::Send(index) => {
                    let message = trace.message(index);
                    counts.sent(message.name.from, message.name.to, message.payload.get(), step.at);
                }
                StepKind::Deliver(index) => counts.delivered(step.node, trace.message(index).payload.get(), step.at),
                StepKind::Strike(fault) => {
                    if let Some(Fault::Crash { .. } | Fault::PowerLoss { .. }) = faults.get(usize::from(fault)) {
                        counts.at_once.remove(&step.node);
                    }
                }
                _ => {}
            }
        }
        counts
    }

    fn sent(&mut self, from: NodeId, to: NodeId, message: Option<&Message>, at: Instant) {
        match message {
            Some(Message::Request { number, .. }) => {
                self.asked.entry(*number).or_insert(at);
            }
            Some(Message::Call { attempt, key, .. }) => {
                *self.calls.entry(to).or_default() += 1;
                // A retry goes elsewhere because it must.
                if *attempt == 1 && self.homes.insert((from, *key), to).is_some_and(|home| home != to) {
                    self.moved.insert((from, *key));
                }
            }
            Some(Message::Reply { .. } | Message::Refusal { .. }) => {
                let here = self.at_once.entry(from).or_default();
                *here = here.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn delivered(&mut self, node: NodeId, message: Option<&Message>, at: Instant) {
        match message {
            Some(Message::Call { .. }) => {
                let here = self.at_once.entry(node).or_default();
                *here += 1;
                self.at_once_max = self.at_once_max.max(*here);
            }
            Some(Message::Response { number }) => {
                let asked = self.asked.get(number);
                self.latencies.extend(asked.map(|asked| at.since(*asked).as_micros()));
            }
            Some(Message::Failure { .. }) => self.failed += 1,
            _ => {}
        }
    }
}
