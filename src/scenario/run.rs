//! A scenario, run: its trace, verdicts, beats and digest; and any instant of it again, from the nearest snapshot.

use super::Scenario;
use super::beat::{Beat, beats};
use super::judge::Judge;
use crate::check::{Property, Verdict};
use crate::protocols;
use crate::say;
use crate::sim::clock::Clock;
use crate::sim::driver::{Driver, Limits};
use crate::sim::node::Node;
use crate::sim::show::{Condition, Face, Panel};
use crate::sim::time::Instant;
use crate::sim::topology::Topology;
use crate::sim::trace::{Ending, EventIndex, NodeId, Trace};
use crate::text::Text;
use std::sync::Arc;

/// How many events lie between snapshots: few enough to replay within a frame, many enough to keep memory low.
const SNAPSHOT_EVERY_EVENTS: u32 = 1_000;

/// A scenario with all that came of it.
pub struct Run {
    pub scenario: Scenario,
    pub topology: Topology,
    pub trace: Trace,
    pub ending: Ending,
    /// In the order of the protocol's properties.
    pub verdicts: Vec<Judged>,
    pub beats: Vec<Beat>,
    pub digest: Digest,
    snapshots: Vec<(EventIndex, Driver)>,
}

/// A property with its verdict on the run.
#[derive(Clone)]
pub struct Judged {
    pub property: &'static Property,
    pub verdict: Verdict,
}

/// What the encoded steps of a run hash to: equal natively and in every browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(pub u64);

impl std::fmt::Display for Digest {
    /// Sixteen hexadecimal digits; links carry the first eight.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// Everything that can be seen of the nodes just after one event and its effects.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub event: EventIndex,
    pub at: Instant,
    /// One for each node; none while it is down.
    pub nodes: Vec<NodeScene>,
    pub panels: Vec<Panel>,
    /// What happened and why it matters.
    pub narration: Text,
}

/// One node just after an event.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeScene {
    pub face: Option<Face>,
    pub paused: bool,
    pub conditions: Vec<Condition>,
    pub clock: Clock,
}

impl Run {
    /// Runs the scenario to its end.
    pub fn of(scenario: Scenario) -> Run {
        Run::within(scenario, Limits::default())
    }

    /// Runs the scenario within limits other than the page's.
    pub fn within(scenario: Scenario, limits: Limits) -> Run {
        let topology = scenario.protocol.topology(&scenario.values);
        let mut driver = Driver::new(&topology, scenario.seed, &scenario.faults, scenario.until, limits);
        let mut judge = Judge::new(scenario.protocol.properties());
        let mut trace = Trace::default();
        let mut snapshots = Vec::new();
        let mut next_snapshot = 0;
        let ending = loop {
            if trace.events.len() as u32 >= next_snapshot {
                snapshots.push((trace.events.len() as EventIndex, driver.clone()));
                next_snapshot += SNAPSHOT_EVERY_EVENTS;
            }
            if let Some(ending) = driver.advance(&mut trace, &mut |step, trace, nodes| judge.observe(step, trace, nodes)) {
                break ending;
            }
        };
        let digest = Digest(driver.digest());
        let (verdicts, turning_points) = judge.finish(&trace, ending);
        let beats = beats(&trace, &turning_points);
        Run { scenario, topology, trace, ending, verdicts, beats, digest, snapshots }
    }

    /// The number of events.
    pub fn len(&self) -> EventIndex {
        self.trace.events.len() as EventIndex
    }

    /// Whether nothing ever happened: a protocol without nodes.
    pub fn is_empty(&self) -> bool {
        self.trace.events.is_empty()
    }

    /// The world just after an event: the run again, from the nearest snapshot.
    fn driver_after(&self, event: EventIndex) -> Driver {
        let nearest = self.snapshots.partition_point(|(at, _)| *at <= event) - 1;
        let (at, driver) = &self.snapshots[nearest];
        let mut driver = driver.clone();
        for _ in *at..=event {
            driver.replay();
        }
        driver
    }

    /// What can be seen just after an event. The event must be one of the run's.
    pub fn scene(&self, event: EventIndex) -> Scene {
        let event = event.min(self.len().saturating_sub(1));
        let before = if event == 0 { self.snapshots[0].1.clone() } else { self.driver_after(event - 1) };
        let mut after = before.clone();
        after.replay();
        let at = self.trace.event(event).at;
        let protocol = self.scenario.protocol;
        let moment = protocols::Moment {
            trace: &self.trace,
            event,
            before: before.nodes(),
            after: after.nodes(),
            topology: &self.topology,
        };
        let narration = super::narration::narrate(self, &moment);
        let nodes = (0..self.topology.nodes.len()).map(|index| after.node_scene(NodeId(index as u8))).collect();
        Scene { event, at, nodes, panels: protocol.panels(after.nodes(), &self.scenario.values), narration }
    }
}
