//! A world of protocol nodes as a [`Model`]: every order in which things can happen, without time, with faults within a
//! budget, judged by the protocol's own monitors.

mod budget;
mod order;
pub use budget::{Allowed, Budget};
pub use order::{Ordered, apart};

use super::model::{Model, Predicate, StateProperty};
use super::property::{Judgement, Monitor, Property, PropertyKind, View};
use crate::sim::fingerprint::Hasher;
use crate::sim::node::Node;
use crate::sim::recorder::{Recorder, Status};
use crate::sim::topology::Topology;
use crate::sim::trace::{Local, LocalIndex, Message, MessageIndex, NodeId, Step, Trace};
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
}

/// A world with what its monitors remember and which faults it may still meet.
#[derive(Clone)]
pub struct WorldState {
    world: World,
    /// The messages and records so far: monitors look them up.
    names: Arc<Trace>,
    watched: Vec<Watched>,
    left: Budget,
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
        hasher.number(self.world.fingerprint()).number(self.left.number());
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
    HappensInPart(Action, u32),
    Crash(NodeId),
    PowerLoss {
        node: NodeId,
        kept: u32,
    },
    Restart(NodeId),
    Drop(MessageIndex),
    Duplicate(MessageIndex),
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
        Worlds { topology, seed, properties, rule, budget }
    }

    pub fn properties(&self) -> &[&'static Property] {
        &self.properties
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.topology.nodes.len() as u8).map(NodeId)
    }

    fn happen(&self, state: &mut WorldState, act: Act) {
        let WorldState { world, names, watched, left, .. } = state;
        let mut recorder = Watching { names, watched };
        let recorder = &mut recorder;
        match act {
            Act::Happens(action) => {
                world.choose(action, self.rule, u32::MAX, recorder);
            }
            Act::HappensInPart(action, effects) => {
                let node = world.node_of(action);
                world.choose(action, self.rule, effects, recorder);
                if let Some(node) = node {
                    world.crash_now(node, None, recorder);
                    left.spend(Allowed::Crash);
                }
            }
            Act::Crash(node) => {
                world.crash_now(node, None, recorder);
                left.spend(Allowed::Crash);
            }
            Act::PowerLoss { node, kept } => {
                world.crash_now(node, Some(kept), recorder);
                left.spend(Allowed::PowerLoss);
            }
            Act::Restart(node) => {
                world.restart_now(node, recorder);
                left.spend(Allowed::Restart);
            }
            Act::Drop(message) => {
                world.lose_now(message, recorder);
                left.spend(Allowed::Drop);
            }
            Act::Duplicate(message) => {
                world.double_now(message);
                left.spend(Allowed::Duplicate);
            }
        }
    }

    /// The faults that may strike now.
    fn faults(&self, state: &WorldState, actions: &mut Vec<Act>) {
        let (world, left) = (&state.world, &state.left);
        for node in self.nodes() {
            if world.status(node) == Status::Down {
                actions.extend(left.allows(Allowed::Restart).then_some(Act::Restart(node)));
                continue;
            }
            actions.extend(left.allows(Allowed::Crash).then_some(Act::Crash(node)));
            if left.allows(Allowed::PowerLoss) {
                actions.extend((0..=world.unsynced(node) as u32).map(|kept| Act::PowerLoss { node, kept }));
            }
        }
        if left.allows(Allowed::Drop) || left.allows(Allowed::Duplicate) {
            for (message, copies) in world.datagrams() {
                actions.extend(left.allows(Allowed::Drop).then_some(Act::Drop(message)));
                actions.extend((left.allows(Allowed::Duplicate) && copies == 1).then_some(Act::Duplicate(message)));
            }
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
            left: self.budget.clone(),
            fingerprint: 0,
        };
        vec![state.identified()]
    }

    fn actions(&self, state: &WorldState, actions: &mut Vec<Act>) {
        let choices = state.world.choices(self.rule);
        actions.extend(choices.iter().map(|action| Act::Happens(*action)));
        if state.left.allows(Allowed::Crash) {
            for action in choices {
                let effects = state.world.effects_of(action, self.rule);
                actions.extend((0..effects).map(|effects| Act::HappensInPart(action, effects)));
            }
        }
        self.faults(state, actions);
    }

    fn next_state(&self, state: &WorldState, act: &Act) -> Option<WorldState> {
        let mut next = state.clone();
        self.happen(&mut next, *act);
        Some(next.identified())
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
        !matches!(act, Act::Happens(_) | Act::Restart(_))
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
            Act::HappensInPart(action, effects) => {
                let node = world.node_of(action).map_or("", |node| topology.name(node));
                format!("{}; {node} crashes after {effects} effects of it", world.described(action, topology))
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
