//! A world of protocol nodes as a [`Model`]: every order in which things can happen, without time, with faults within a
//! budget, judged by the protocol's own monitors.

mod asleep;
mod budget;
mod model;
mod order;
mod state;

pub use budget::{ALLOWANCES_MAX, Allowance, Allowed, Budget};
pub use model::Transition;
pub use order::{Ordered, apart};
pub use state::WorldState;

use super::property::{Property, PropertyKind};
use crate::sim::cuts::{self, Sides};
use crate::sim::network::NodeSet;
use crate::sim::recorder::Status;
use crate::sim::topology::Topology;
use crate::sim::trace::{FaultIndex, MessageIndex, NodeId};
pub use crate::sim::untimed::TimerRule;
use crate::sim::world::{Action, World};
use budget::Touched;
use state::{Open, Shelves, Watching};
use std::borrow::Cow;

/// All runs of a protocol's nodes, without time.
pub struct Worlds {
    topology: Topology,
    seed: u64,
    properties: Vec<&'static Property>,
    rule: TimerRule,
    budget: Budget,
    /// The partitions that may be tried, and whether they are one-way; a partition's number counts from 1.
    cuts: Vec<(Sides, bool)>,
    interventions: Vec<Intervention>,
    /// Whether orders that make no difference are left out.
    in_part: bool,
    shelves: Shelves,
}

/// Something that the protocol lets happen at a node, with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervention {
    pub node: NodeId,
    pub key: &'static str,
    pub arguments: Vec<u32>,
}

/// Something that can happen in a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// With all effects.
    Happens(Action),
    /// The node dies after so many effects.
    CrashesIn(Action, u32),
    /// The node pauses after so many effects.
    PausesIn(Action, u32),
    Crash(NodeId),
    PowerLoss {
        node: NodeId,
        kept: u32,
    },
    Restart(NodeId),
    Pause(NodeId),
    /// A pause is over.
    Wake(NodeId),
    Drop(MessageIndex),
    Duplicate(MessageIndex),
    /// The partition of this number begins.
    Cut(FaultIndex),
    /// It is over.
    Heal(FaultIndex),
    /// The intervention in this place of the list.
    Intervene(u16),
}

impl Worlds {
    /// All runs of these nodes under a timer rule, with faults within the budget, judged by these properties (at most
    /// 32). The seed decides what the nodes themselves draw.
    pub fn new(
        topology: Topology,
        seed: u64,
        properties: Vec<&'static Property>,
        rule: TimerRule,
        budget: Budget,
    ) -> Worlds {
        let nodes = topology.nodes.len();
        let both_ways = cuts::both_ways(nodes).into_iter().map(|sides| (sides, false));
        let cuts = both_ways.chain(cuts::one_way(nodes).into_iter().map(|sides| (sides, true))).collect();
        let shelves = Shelves::new(World::new(&topology, seed));
        Worlds { topology, seed, properties, rule, budget, cuts, interventions: Vec::new(), in_part: false, shelves }
    }

    /// The same, in which these interventions may happen within the budget.
    #[must_use]
    pub fn with_interventions(self, interventions: Vec<Intervention>) -> Worlds {
        Worlds { interventions, ..self }
    }

    /// The same by partial-order reduction, see [`asleep`]: states, depths and counterexamples are the same, transitions
    /// are fewer. None if a property is an `eventually`, which is judged by all transitions.
    pub fn in_part(self) -> Option<Worlds> {
        let needs_all = self.properties.iter().any(|property| property.kind == PropertyKind::Eventually);
        (!needs_all).then_some(Worlds { in_part: true, ..self })
    }

    pub fn properties(&self) -> &[&'static Property] {
        &self.properties
    }

    fn open<'a>(&self, state: &'a WorldState) -> Cow<'a, Open> {
        self.shelves.open(state, self.properties.len())
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.topology.nodes.len() as u8).map(NodeId)
    }

    /// "the partition of c from p1, p2".
    fn cut_name(&self, number: FaultIndex) -> String {
        let (sides, one_way) = &self.cuts[usize::from(number) - 1];
        let names =
            |side: &Vec<NodeId>| side.iter().map(|node| self.topology.name(*node)).collect::<Vec<_>>().join(", ");
        let sides: Vec<String> = sides.iter().map(names).collect();
        format!("the {}partition of {}", if *one_way { "one-way " } else { "" }, sides.join(" from "))
    }

    /// What an act costs: a kind of fault, an intervention's key, and what it touches. None for what is no fault.
    fn cost(&self, world: &World, act: Act) -> Option<(Allowed, &'static str, Touched<'_>)> {
        let message = |index, allowed| {
            let name = world.message_under_way(index)?;
            Some((allowed, "", Touched::Message(name.from, name.to)))
        };
        let at = |node, allowed| Some((allowed, "", Touched::Node(node)));
        match act {
            Act::Happens(_) | Act::Wake(_) | Act::Heal(_) => None,
            Act::CrashesIn(action, _) => at(world.node_of(action)?, Allowed::Crash),
            Act::PausesIn(action, _) => at(world.node_of(action)?, Allowed::Pause),
            Act::Crash(node) => at(node, Allowed::Crash),
            Act::PowerLoss { node, .. } => at(node, Allowed::PowerLoss),
            Act::Restart(node) => at(node, Allowed::Restart),
            Act::Pause(node) => at(node, Allowed::Pause),
            Act::Drop(index) => message(index, Allowed::Drop),
            Act::Duplicate(index) => message(index, Allowed::Duplicate),
            Act::Cut(number) => {
                let (sides, one_way) = &self.cuts[usize::from(number) - 1];
                let allowed = if *one_way { Allowed::OneWayPartition } else { Allowed::Partition };
                Some((allowed, "", Touched::Sides(sides)))
            }
            Act::Intervene(place) => {
                let Intervention { node, key, .. } = &self.interventions[usize::from(place)];
                Some((Allowed::Intervention, key, Touched::Node(*node)))
            }
        }
    }

    /// Gives the nodes that monitors looked at; none if it was no transition at all.
    fn happen(&self, state: &mut Open, act: Act) -> Option<NodeSet> {
        if let Some((allowed, key, touched)) = self.cost(&state.world, act) {
            state.left = state.left.after(allowed, key, touched, &self.budget)?;
        }
        let Open { world, names, watched, .. } = state;
        let mut watching = Watching { names, watched, looked_at: 0 };
        let recorder = &mut watching;
        match act {
            Act::Happens(action) => drop(world.choose(action, self.rule, u32::MAX, recorder)),
            Act::CrashesIn(action, effects) => {
                let node = world.node_of(action);
                world.choose(action, self.rule, effects, recorder);
                if let Some(node) = node {
                    world.crash_now(node, None, recorder);
                }
            }
            Act::PausesIn(action, effects) => {
                let node = world.node_of(action);
                world.choose(action, self.rule, effects, recorder);
                if let Some(node) = node {
                    world.pause_now(node, recorder);
                }
            }
            Act::Crash(node) => world.crash_now(node, None, recorder),
            Act::PowerLoss { node, kept } => world.crash_now(node, Some(kept), recorder),
            Act::Restart(node) => world.restart_now(node, recorder),
            Act::Pause(node) => world.pause_now(node, recorder),
            Act::Wake(node) => world.wake_now(node, recorder),
            Act::Drop(message) => world.lose_now(message, recorder),
            Act::Duplicate(message) => world.double_now(message),
            Act::Cut(number) => {
                let (sides, one_way) = &self.cuts[usize::from(number) - 1];
                world.cut_now(number, sides, *one_way, recorder);
            }
            Act::Heal(number) => world.heal_now(number, &self.cuts[usize::from(number) - 1].0, recorder),
            Act::Intervene(place) => {
                let Intervention { node, key, arguments } = &self.interventions[usize::from(place)];
                if !world.intervene_now(*node, key, arguments, recorder) {
                    return None;
                }
            }
        }
        Some(watching.looked_at)
    }

    /// The faults that may strike now, and the ends of those that last.
    fn faults(&self, state: &Open, choices: &[Action], actions: &mut Vec<Act>) {
        let (world, left) = (&state.world, &state.left);
        let has = |allowed| left.has(allowed, &self.budget);
        let (crash, pause) = (has(Allowed::Crash), has(Allowed::Pause));
        if crash || pause {
            for action in choices.iter().copied() {
                let effects = world.effects_of(action, self.rule);
                actions.extend((0..effects).filter(|_| crash).map(|effects| Act::CrashesIn(action, effects)));
                actions.extend((0..effects).filter(|_| pause).map(|effects| Act::PausesIn(action, effects)));
            }
        }
        for node in self.nodes() {
            match world.status(node) {
                Status::Down => {
                    actions.extend(has(Allowed::Restart).then_some(Act::Restart(node)));
                    continue;
                }
                Status::Paused => actions.push(Act::Wake(node)),
                Status::Running => actions.extend(pause.then_some(Act::Pause(node))),
            }
            actions.extend(crash.then_some(Act::Crash(node)));
            if has(Allowed::PowerLoss) {
                actions.extend((0..=world.unsynced(node) as u32).map(|kept| Act::PowerLoss { node, kept }));
            }
        }
        let (drop, double) = (has(Allowed::Drop), has(Allowed::Duplicate));
        if drop || double {
            for (message, copies) in world.datagrams() {
                actions.extend(drop.then_some(Act::Drop(message)));
                actions.extend((double && copies == 1).then_some(Act::Duplicate(message)));
            }
        }
        let in_force: Vec<FaultIndex> = world.network().cuts().collect();
        actions.extend(in_force.iter().map(|number| Act::Heal(*number)));
        for (number, (_, one_way)) in (1..).zip(&self.cuts) {
            let allowed = if *one_way { Allowed::OneWayPartition } else { Allowed::Partition };
            actions.extend((has(allowed) && !in_force.contains(&number)).then_some(Act::Cut(number)));
        }
        if has(Allowed::Intervention) {
            actions.extend((0..self.interventions.len() as u16).map(Act::Intervene));
        }
    }
}
