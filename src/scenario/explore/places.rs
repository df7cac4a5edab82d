//! Where a search lets faults strike: in the gaps between what a node does, and between the instants at which anything
//! happens.

use super::budget::{Budget, Kind, Left};
use crate::protocols::Protocol;
use crate::protocols::protocol::{Argument, ArgumentKind};
use crate::sim::cuts::{self, Sides};
use crate::sim::driver::Driver;
use crate::sim::fault::{Fault, Place};
use crate::sim::name::MessageName;
use crate::sim::recorder::Status;
use crate::sim::time::{Instant, Span};
use crate::sim::topology::Topology;
use crate::sim::trace::NodeId;
use std::collections::BTreeSet;

/// How many of the instants at which something is due a clock jump or a delayed connection aims at, the nearest first.
const DUES_MAX: usize = 8;

/// A jump of the wall clock that passes every lease: one hour, in microseconds.
const FAR_JUMP_MICROS: i64 = 3_600_000_000;

/// The shortest time there is.
pub(super) const MOMENT: Span = Span::micros(1);

/// What a search may try at the places that a run passes.
pub(super) struct Places {
    protocol: &'static dyn Protocol,
    topology: Topology,
    pub budget: Budget,
    cuts: Vec<Sides>,
    one_way_cuts: Vec<Sides>,
    /// Longer than any run: how long what has no end yet lasts.
    pub for_ever: Span,
}

impl Places {
    pub fn new(protocol: &'static dyn Protocol, topology: Topology, budget: Budget, until: Span) -> Places {
        let count = topology.nodes.len();
        let (cuts, one_way_cuts) = (cuts::both_ways(count), cuts::one_way(count));
        Places { protocol, topology, budget, cuts, one_way_cuts, for_ever: until + Span::seconds(1) }
    }

    /// What can strike the node at a place in its run, or in the gap there.
    pub fn at_node(&self, node: NodeId, place: Place, driver: &Driver, left: &Left, subjects: &Subjects) -> Vec<Fault> {
        let may = |kind| left.has(kind, &self.budget);
        let world = driver.world();
        let status = world.status(node);
        let mut faults = Vec::new();
        if status != Status::Down {
            if may(Kind::Crash) {
                faults.push(Fault::Crash { node, place });
            }
            if may(Kind::PowerLoss) {
                let unsynced = world.unsynced(node) as u32;
                faults.extend((0..unsynced.max(1)).map(|kept| Fault::PowerLoss { node, place, kept }));
            }
        }
        if status == Status::Running && may(Kind::Pause) {
            faults.push(Fault::Pause { node, place, lasting: self.for_ever });
        }
        if status == Status::Running && may(Kind::ClockJump) {
            faults.extend(jumps(driver).into_iter().map(|by_micros| Fault::ClockJump { node, place, by_micros }));
        }
        if status != Status::Paused && may(Kind::Intervention) {
            let all = interventions(self.protocol, &self.topology, node, subjects);
            let strike = |(key, arguments)| Fault::Intervention { node, place, key, arguments };
            faults.extend(all.into_iter().map(strike));
        }
        faults
    }

    /// What can happen to the network, and to nodes that are down, between two instants: `early`, just after the one,
    /// and `late`, just before the other, if these differ.
    pub fn between(&self, early: Instant, late: Option<Instant>, driver: &Driver, left: &Left) -> Vec<Fault> {
        let may = |kind| left.has(kind, &self.budget);
        let mut faults = Vec::new();
        if may(Kind::Restart) {
            let down = |node: &NodeId| driver.world().status(*node) == Status::Down;
            for node in (0..self.topology.nodes.len() as u8).map(NodeId).filter(down) {
                let instants = [Some(early), late].into_iter().flatten();
                faults.extend(instants.map(|at| Fault::Restart { node, place: Place::At(at) }));
            }
        }
        for (kind, cuts) in [(Kind::Partition, &self.cuts), (Kind::OneWayPartition, &self.one_way_cuts)] {
            if may(kind) {
                let one_way = kind == Kind::OneWayPartition;
                let cut =
                    |groups: &Sides| Fault::Partition { groups: groups.clone(), one_way, at: early, lasting: None };
                faults.extend(cuts.iter().map(cut));
            }
        }
        faults
    }

    /// What can happen to a message that is about to leave.
    pub fn on_the_way(&self, message: MessageName, connected: bool, driver: &Driver, left: &Left) -> Vec<Fault> {
        let may = |kind| left.has(kind, &self.budget);
        let mut faults = Vec::new();
        if may(Kind::Drop) && !connected {
            faults.push(Fault::Drop { message });
        }
        if may(Kind::Duplicate) && !connected {
            faults.push(Fault::Duplicate { message, after: self.for_ever });
        }
        if may(Kind::Delay) {
            if connected {
                // What follows on the connection waits too: how long must be said when the first is sent.
                let past = |at: &Instant| Fault::Delay { message, by: at.since(driver.now()) + MOMENT };
                faults.extend(dues(driver).iter().map(past));
            } else {
                faults.push(Fault::Delay { message, by: self.for_ever });
            }
        }
        faults
    }
}

/// What a protocol lets happen at a node, with arguments about the subjects of a run.
pub(in crate::scenario) fn interventions(
    protocol: &'static dyn Protocol,
    topology: &Topology,
    node: NodeId,
    subjects: &Subjects,
) -> Vec<(&'static str, Vec<u32>)> {
    let mut found = Vec::new();
    for intervention in protocol.interventions().iter().filter(|declared| (declared.applies)(node, topology)) {
        let mut all: Vec<Vec<u32>> = vec![Vec::new()];
        for argument in intervention.arguments {
            let values = subjects.values_of(argument);
            let with =
                |given: &Vec<u32>| values.iter().map(|value| [&given[..], &[*value]].concat()).collect::<Vec<_>>();
            all = all.iter().flat_map(with).collect();
        }
        found.extend(all.into_iter().map(|arguments| (intervention.key, arguments)));
    }
    found
}

/// The instants to come at which something is due, the nearest first.
fn dues(driver: &Driver) -> Vec<Instant> {
    let mut dues: Vec<Instant> = driver.world().dues().filter(|at| *at > driver.now()).collect();
    dues.dedup();
    dues.truncate(DUES_MAX);
    dues
}

/// Jumps that bring the wall clock just before and just after what is due, or take it as far back, or far away.
fn jumps(driver: &Driver) -> Vec<i64> {
    let mut jumps: Vec<i64> = vec![FAR_JUMP_MICROS, -FAR_JUMP_MICROS];
    for due in dues(driver) {
        let ahead = due.since(driver.now()).as_micros() as i64;
        jumps.extend([ahead + 1, ahead - 1, -ahead]);
    }
    jumps.retain(|jump| *jump != 0);
    jumps
}

/// What the messages and records of the run so far were about.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct Subjects(pub BTreeSet<u32>);

impl Subjects {
    fn values_of(&self, argument: &Argument) -> Vec<u32> {
        let (minimum, maximum) = (argument.minimum, argument.maximum);
        match argument.kind {
            ArgumentKind::Subject => {
                self.0.iter().copied().filter(|value| (minimum..=maximum).contains(value)).collect()
            }
            ArgumentKind::Number if minimum == maximum => vec![minimum],
            ArgumentKind::Number => vec![minimum, maximum],
        }
    }
}
