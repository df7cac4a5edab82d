//! A world of protocol nodes as a [`Model`]: every order in which things can happen, without time, with faults within a
//! budget, judged by the protocol's own monitors.

mod budget;
mod order;
pub use budget::{ALLOWANCES_MAX, Allowance, Allowed, Budget};
use budget::{Left, Touched};
pub use order::{Ordered, apart};

use super::model::{Model, Predicate, StateProperty};
use super::property::{Judgement, Monitor, Property, PropertyKind, View};
use crate::sim::cuts::{self, Sides};
use crate::sim::fingerprint::Hasher;
use crate::sim::node::Node;
use crate::sim::recorder::{Recorder, Status};
use crate::sim::topology::Topology;
use crate::sim::trace::{FaultIndex, Local, LocalIndex, Message, MessageIndex, NodeId, Step, Trace};
pub use crate::sim::untimed::TimerRule;
use crate::sim::world::{Action, World};
use crate::text::Text;
use std::fmt;
use std::sync::Arc;

/// About what a monitor remembers.
const MONITOR_BYTES: usize = 64;

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
}

/// Something that the protocol lets happen at a node, with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervention {
    pub node: NodeId,
    pub key: &'static str,
    pub arguments: Vec<u32>,
}

/// A world with what its monitors remember and which faults it may still meet.
#[derive(Clone)]
pub struct WorldState {
    world: World,
    /// The messages and records so far: monitors look them up.
    names: Arc<Trace>,
    watched: Vec<Watched>,
    left: Left,
    /// The state's identity.
    fingerprint: u64,
}

#[derive(Clone)]
struct Watched {
    monitor: BoxedMonitor,
    standing: Standing,
}

struct BoxedMonitor(Box<dyn Monitor>);

impl Clone for BoxedMonitor {
    fn clone(&self) -> Self {
        BoxedMonitor(self.0.cloned())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Standing {
    Nothing,
    Broken(Text),
    Met,
    Pending(Text),
}

impl PartialEq for WorldState {
    fn eq(&self, other: &WorldState) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Eq for WorldState {}

impl fmt::Debug for WorldState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WorldState({:016x})", self.fingerprint)
    }
}

impl WorldState {
    fn identified(mut self) -> WorldState {
        let mut hasher = Hasher::keyed(0);
        self.left.hash_into(hasher.number(self.world.fingerprint()));
        for Watched { monitor, standing } in &self.watched {
            monitor.0.hash_into(&mut hasher);
            let standing = match standing {
                Standing::Nothing => 0,
                Standing::Broken(_) => 1,
                Standing::Met => 2,
                Standing::Pending(_) => 3,
            };
            hasher.number(standing);
        }
        self.fingerprint = hasher.finish();
        self
    }
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

/// Shows each step to the monitors, and keeps what they look up.
struct Watching<'a> {
    names: &'a mut Arc<Trace>,
    watched: &'a mut [Watched],
}

impl Recorder for Watching<'_> {
    fn message(&mut self, _index: MessageIndex, message: Message) {
        Arc::make_mut(self.names).messages.push(message);
    }

    fn local(&mut self, _index: LocalIndex, local: Local) {
        Arc::make_mut(self.names).locals.push(local);
    }

    fn step(&mut self, step: Step, nodes: &[Arc<dyn Node>]) {
        let view = View::new(step, self.names, nodes);
        for Watched { monitor, standing } in &mut *self.watched {
            if matches!(standing, Standing::Broken(_)) {
                continue;
            }
            *standing = match monitor.0.observe(&view) {
                Judgement::Unchanged => continue,
                Judgement::Broken(why) => Standing::Broken(why),
                Judgement::Met => Standing::Met,
                Judgement::Pending(why) => Standing::Pending(why),
            };
        }
    }
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
        Worlds { topology, seed, properties, rule, budget, cuts, interventions: Vec::new() }
    }

    /// The same, in which these interventions may happen within the budget.
    #[must_use]
    pub fn with_interventions(self, interventions: Vec<Intervention>) -> Worlds {
        Worlds { interventions, ..self }
    }

    pub fn properties(&self) -> &[&'static Property] {
        &self.properties
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

    /// Says whether it was a transition at all.
    fn happen(&self, state: &mut WorldState, act: Act) -> bool {
        if let Some((allowed, key, touched)) = self.cost(&state.world, act) {
            let Some(left) = state.left.after(allowed, key, touched, &self.budget) else { return false };
            state.left = left;
        }
        let WorldState { world, names, watched, .. } = state;
        let mut recorder = Watching { names, watched };
        let recorder = &mut recorder;
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
                return world.intervene_now(*node, key, arguments, recorder);
            }
        }
        true
    }

    /// The faults that may strike now, and the ends of those that last.
    fn faults(&self, state: &WorldState, choices: &[Action], actions: &mut Vec<Act>) {
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

impl Model for Worlds {
    type State = WorldState;
    type Action = Act;

    fn initial_states(&self) -> Vec<WorldState> {
        let monitor = |property: &&'static Property| Watched {
            monitor: BoxedMonitor((property.monitor)()),
            standing: Standing::Nothing,
        };
        let state = WorldState {
            world: World::new(&self.topology, self.seed),
            names: Arc::default(),
            watched: self.properties.iter().map(monitor).collect(),
            left: self.budget.left(),
            fingerprint: 0,
        };
        vec![state.identified()]
    }

    fn actions(&self, state: &WorldState, actions: &mut Vec<Act>) {
        let choices = state.world.choices(self.rule);
        actions.extend(choices.iter().map(|action| Act::Happens(*action)));
        self.faults(state, &choices, actions);
    }

    fn next_state(&self, state: &WorldState, act: &Act) -> Option<WorldState> {
        let mut next = state.clone();
        self.happen(&mut next, *act).then(|| next.identified())
    }

    fn properties(&self) -> Vec<StateProperty<Worlds>> {
        let marked = |(place, property): (usize, &&'static Property)| StateProperty {
            id: property.id,
            kind: property.kind,
            title: property.title.en.as_ref(),
            holds: Predicate::Mark(1 << place),
        };
        self.properties.iter().enumerate().map(marked).collect()
    }

    fn marks(&self, state: &WorldState) -> u32 {
        let mut marks = 0;
        for (place, (property, watched)) in self.properties.iter().zip(&state.watched).enumerate() {
            let so = match property.kind {
                PropertyKind::Always => !matches!(watched.standing, Standing::Broken(_)),
                PropertyKind::Sometimes => watched.standing == Standing::Met,
                PropertyKind::Eventually => !matches!(watched.standing, Standing::Pending(_) | Standing::Broken(_)),
            };
            marks |= u32::from(so) << place;
        }
        marks
    }

    fn fingerprint(&self, state: &WorldState) -> u64 {
        state.fingerprint
    }

    fn state_bytes(&self, state: &WorldState) -> usize {
        // Monitors are small; what they look up is shared until it grows.
        let names = size_of_val(&state.names.messages[..]) + size_of_val(&state.names.locals[..]);
        state.world.bytes() + names + state.watched.len() * (size_of::<Watched>() + MONITOR_BYTES)
    }

    fn is_fault(&self, act: &Act) -> bool {
        !matches!(act, Act::Happens(_) | Act::Restart(_) | Act::Wake(_) | Act::Heal(_))
    }

    fn why(&self, state: &WorldState, place: usize) -> Option<String> {
        match &state.watched.get(place)?.standing {
            Standing::Broken(why) | Standing::Pending(why) => Some(why.en.to_string()),
            Standing::Nothing | Standing::Met => None,
        }
    }

    fn action_name(&self, state: &WorldState, act: &Act) -> String {
        let (world, topology) = (&state.world, &self.topology);
        let message = |index: MessageIndex, verb: &str| match world.message_under_way(index) {
            Some(name) => {
                let (from, to) = (topology.name(name.from), topology.name(name.to));
                format!("{} from {from} to {to} {verb}", name.kind)
            }
            None => format!("nothing {verb}"),
        };
        match *act {
            Act::Happens(action) => world.described(action, topology),
            Act::CrashesIn(action, effects) | Act::PausesIn(action, effects) => {
                let node = world.node_of(action).map_or("", |node| topology.name(node));
                let does = if matches!(act, Act::CrashesIn(..)) { "crashes" } else { "pauses" };
                format!("{}; {node} {does} after {effects} effects of it", world.described(action, topology))
            }
            Act::Pause(node) => format!("{} pauses", topology.name(node)),
            Act::Wake(node) => format!("{} wakes", topology.name(node)),
            Act::Cut(number) => format!("{} begins", self.cut_name(number)),
            Act::Heal(number) => format!("{} is over", self.cut_name(number)),
            Act::Intervene(place) => {
                let Intervention { node, key, arguments } = &self.interventions[usize::from(place)];
                let arguments: String = arguments.iter().map(|argument| format!(".{argument}")).collect();
                format!("{key}{arguments} is done to {}", topology.name(*node))
            }
            Act::Crash(node) => format!("{} crashes", topology.name(node)),
            Act::PowerLoss { node, kept } => {
                format!("{} loses power; {kept} of its unsynced writes survive", topology.name(node))
            }
            Act::Restart(node) => format!("{} is started again", topology.name(node)),
            Act::Drop(index) => message(index, "is lost"),
            Act::Duplicate(index) => message(index, "is doubled"),
        }
    }
}
