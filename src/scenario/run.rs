//! A scenario, run: its trace, verdicts, beats and digest; and any instant of it again, from the nearest snapshot.

use super::Scenario;
use super::beat::{Beat, beats};
use super::judge::Judge;
use crate::check::{Property, Verdict};
use crate::protocols;
use crate::sim::clock::Clock;
use crate::sim::driver::{Driver, Limits};
use crate::sim::node::Node;
use crate::sim::recorder::{Recording, Status};
use crate::sim::show::{Condition, Face, Panel};
use crate::sim::time::Instant;
use crate::sim::topology::Topology;
use crate::sim::trace::{Ending, EventIndex, NodeId, Trace};
use crate::sim::world::World;
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
    /// The n-th stands at n times [`SNAPSHOT_EVERY_EVENTS`] events.
    snapshots: Vec<Driver>,
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
    /// One for each node.
    pub nodes: Vec<NodeScene>,
    pub panels: Vec<Panel>,
    /// What happened and why it matters.
    pub narration: Text,
}

/// One node just after an event.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeScene {
    /// None while it is down.
    pub face: Option<Face>,
    pub status: Status,
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
        let until = Instant::START + scenario.until;
        let mut driver = Driver::new(&topology, scenario.seed, &scenario.faults, until, limits);
        let mut judge = Judge::new(scenario.protocol.properties());
        let mut snapshots = vec![driver.clone()];
        let mut recording = Recording::new(
            topology.nodes.len(),
            scenario.faults.len(),
            |step, trace: &Trace, nodes: &[Arc<dyn Node>]| {
                judge.observe(step, trace, nodes);
            },
        );
        let ending = loop {
            if driver.events() >= snapshots.len() as u32 * SNAPSHOT_EVERY_EVENTS {
                snapshots.push(driver.clone());
            }
            if let Some(ending) = driver.advance(&mut recording) {
                break ending;
            }
        };
        let trace = recording.trace;
        let digest = Digest(driver.digest());
        let (verdicts, settled) = judge.finish(&trace, ending);
        let beats = beats(&trace, &settled);
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

    /// The world after so many steps: the run again, from the nearest snapshot.
    fn driver_after(&self, steps: u32) -> Driver {
        let nearest = self.snapshots.partition_point(|driver| driver.steps() <= steps).saturating_sub(1);
        let mut driver = self.snapshots[nearest].clone();
        driver.replay_to(steps);
        driver
    }

    /// What can be seen just after an event. The last event stands for all later ones.
    pub fn scene(&self, event: EventIndex) -> Scene {
        let event = event.min(self.len().saturating_sub(1));
        let before = self.driver_after(self.trace.events[event as usize]);
        let mut after = before.clone();
        after.replay_to(self.trace.events.get(event as usize + 1).map_or(self.trace.steps.len() as u32, |next| *next));
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
        let nodes =
            (0..self.topology.nodes.len()).map(|index| node_scene(after.world(), NodeId(index as u8))).collect();
        Scene { event, at, nodes, panels: protocol.panels(after.nodes(), &self.scenario.values), narration }
    }
}

fn node_scene(world: &World, node: NodeId) -> NodeScene {
    let process = &world.nodes()[node.index()];
    let clock = world.clock(node).clone();
    let conditions = process.conditions(clock.monotonic(world.now()));
    NodeScene { face: process.face(), status: world.status(node), conditions, clock }
}
