//! A scenario, run: its trace, verdicts, beats and digest; and any instant of it again, from the nearest snapshot.

use super::Scenario;
use super::beat::{Beat, beats};
use super::judge::Judge;
use super::replay::Replay;
use crate::check::chart::{self, Chart};
use crate::check::{Measure, Property, Verdict};
use crate::protocols::{self, Reading};
use crate::sim::clock::Clock;
use crate::sim::driver::{Driver, Limits};
use crate::sim::recorder::{Recording, Status};
use crate::sim::show::{Condition, Face, Panel};
use crate::sim::time::Instant;
use crate::sim::topology::Topology;
use crate::sim::trace::{Ending, EventIndex, NodeId, Trace};
use crate::sim::world::World;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// How many events lie between the snapshots of a short run: from the nearest, any of them is reached within a frame.
pub const SNAPSHOT_EVERY_EVENTS: u32 = 64;

/// With more snapshots than this, every second one goes: few enough to keep memory low, and on a run of 100,000 events
/// close enough to replay from within a frame.
const SNAPSHOTS_MAX: usize = 48;

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
    /// The n-th stands at n times [`SNAPSHOT_EVERY_EVENTS`] events. None at all if the run was made elsewhere: then
    /// whoever made it shows its scenes.
    pub(super) snapshots: Vec<Driver>,
    /// What was worked out where the run was made, if that is elsewhere.
    pub(super) worked_out: Option<WorkedOut>,
}

/// What needs to know of a run's messages more than a picture does: their names alone do not tell it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct WorkedOut {
    pub measures: Vec<Measure>,
    pub charts: Vec<Chart>,
}

/// A property with its verdict on the run.
#[derive(Clone)]
pub struct Judged {
    pub property: &'static Property,
    pub verdict: Verdict,
}

/// What the encoded steps of a run hash to: equal natively and in every browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest(pub u64);

impl std::fmt::Display for Digest {
    /// Sixteen hexadecimal digits; links carry the first eight.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// Everything that can be seen of the nodes just after one event and its effects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

    /// Runs the scenario within limits other than the engine's.
    pub fn within(scenario: Scenario, limits: Limits) -> Run {
        let mut making = Making::new(scenario, limits);
        while !making.go_on(u32::MAX) {}
        making.finish()
    }

    /// The number of events.
    pub fn len(&self) -> EventIndex {
        self.trace.events.len() as EventIndex
    }

    /// Whether nothing ever happened: a protocol without nodes.
    pub fn is_empty(&self) -> bool {
        self.trace.events.is_empty()
    }

    /// What it cost, as its protocol measures it.
    pub fn measures(&self) -> Vec<Measure> {
        if let Some(worked_out) = &self.worked_out {
            return worked_out.measures.clone();
        }
        self.scenario.protocol.measures(&self.trace, &self.topology, &self.scenario.faults, self.ending)
    }

    /// Whether its protocol makes charts of it.
    pub fn has_charts(&self) -> bool {
        self.scenario.protocol.charting().is_some()
    }

    /// What can be drawn of it over virtual time, folded from its whole trace.
    pub fn charts(&self) -> Vec<Chart> {
        if let Some(worked_out) = &self.worked_out {
            return worked_out.charts.clone();
        }
        let Some(charting) = self.scenario.protocol.charting() else { return Vec::new() };
        let Scenario { values, faults, .. } = &self.scenario;
        let mut charting = charting(&Reading { topology: &self.topology, values, faults });
        chart::read(&self.trace, &mut *charting);
        charting.charts()
    }

    /// Whether the run was made in the worker: [`Run::scene`] then knows only what the trace tells.
    pub fn is_elsewhere(&self) -> bool {
        self.snapshots.is_empty()
    }

    /// What can be seen just after an event. The last event stands for all later ones.
    pub fn scene(&self, event: EventIndex) -> Scene {
        self.approach(&mut Replay::default(), event, u32::MAX).unwrap_or_else(|| self.sketch(event))
    }

    /// What can be seen just after each event in order, by one replay for all. None if the run was made elsewhere.
    pub fn scenes(&self) -> impl Iterator<Item = Scene> {
        let mut driver = self.snapshots.first().cloned();
        (0..self.len()).map_while(move |event| Some(self.next_scene(event, driver.as_mut()?)))
    }

    /// What can be seen just after an event, to the end of which a driver goes from just before it.
    pub(super) fn next_scene(&self, event: EventIndex, driver: &mut Driver) -> Scene {
        // The nodes that do not act are shared, and nothing else of the world before is asked for.
        let before = driver.nodes().to_vec();
        driver.replay_to(self.trace.events.get(event as usize + 1).map_or(self.trace.steps.len() as u32, |next| *next));
        let at = self.trace.event(event).at;
        let protocol = self.scenario.protocol;
        let moment = protocols::Moment {
            trace: &self.trace,
            event,
            before: &before,
            after: driver.nodes(),
            topology: &self.topology,
        };
        let narration = super::narration::narrate(self, &moment);
        let mut nodes: Vec<NodeScene> =
            (0..self.topology.nodes.len()).map(|index| node_scene(driver.world(), NodeId(index as u8))).collect();
        for (node, condition) in protocol.witnessed(&moment.view()) {
            nodes[node.index()].conditions.push(condition);
        }
        let panels = protocol.panels(&moment, driver.world(), &self.scenario.values);
        Scene { event, at, nodes, panels, narration }
    }
}

/// A run being made, a slice at a time, where nothing else may wait for it.
pub struct Making {
    scenario: Scenario,
    topology: Topology,
    driver: Driver,
    recording: Recording<Judge>,
    snapshots: Vec<Driver>,
    snapshot_every_events: u32,
    ending: Option<Ending>,
}

impl Making {
    /// Nothing has happened yet.
    pub fn new(scenario: Scenario, limits: Limits) -> Making {
        let topology = scenario.protocol.topology(&scenario.values);
        let until = Instant::START + scenario.until;
        let driver = Driver::new(&topology, scenario.seed, &scenario.faults, until, limits)
            .following(scenario.schedule.clone(), &topology);
        let judge = Judge::new(&scenario);
        Making {
            recording: Recording::new(topology.nodes.len(), scenario.faults.len(), judge),
            snapshots: vec![driver.clone()],
            snapshot_every_events: SNAPSHOT_EVERY_EVENTS,
            ending: None,
            scenario,
            topology,
            driver,
        }
    }

    /// Goes on for so many actions; says whether the run has ended.
    pub fn go_on(&mut self, actions: u32) -> bool {
        for _ in 0..actions {
            if self.ending.is_some() {
                break;
            }
            if self.driver.events() >= self.snapshots.len() as u32 * self.snapshot_every_events {
                self.take_snapshot();
            }
            self.ending = self.driver.advance(&mut self.recording);
        }
        self.ending.is_some()
    }

    fn take_snapshot(&mut self) {
        self.snapshots.push(self.driver.snapshot());
        if self.snapshots.len() > SNAPSHOTS_MAX {
            let mut place = 0;
            self.snapshots.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.snapshot_every_events *= 2;
        }
    }

    /// How many events have happened so far.
    pub fn events(&self) -> u32 {
        self.driver.events()
    }

    /// The run, as far as it went.
    pub fn finish(self) -> Run {
        let ending = self.ending.unwrap_or(Ending::TooManyEvents);
        let Recording { trace, watcher: judge, .. } = self.recording;
        let (verdicts, settled) = judge.finish(&trace, ending);
        Run {
            beats: beats(&trace, &settled),
            digest: Digest(self.driver.digest()),
            scenario: self.scenario,
            topology: self.topology,
            snapshots: self.snapshots,
            worked_out: None,
            trace,
            ending,
            verdicts,
        }
    }
}

fn node_scene(world: &World, node: NodeId) -> NodeScene {
    let process = &world.nodes()[node.index()];
    let clock = world.clock(node).clone();
    let conditions = process.conditions(clock.monotonic(world.now()));
    NodeScene { face: process.face(), status: world.status(node), conditions, clock }
}
