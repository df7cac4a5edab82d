//! Worlds as a model: what can happen, where it leads, and what properties say of it.

use super::asleep::{Asleep, Footprint};
use super::state::{BoxedMonitor, Open, Standing, Watched};
use super::{Act, Intervention, WorldState, Worlds};
use crate::check::model::{Model, Predicate, StateProperty};
use crate::check::property::{Property, PropertyKind};
use crate::sim::trace::{MessageIndex, NodeId, Trace};
use crate::sim::world::World;
use std::sync::{Mutex, PoisonError};

/// An act with what it leads to.
pub struct Transition {
    pub act: Act,
    /// Taken out by whoever asks first.
    next: Mutex<Option<WorldState>>,
}

impl Worlds {
    fn identified(&self, open: Open, asleep: Asleep) -> WorldState {
        let mut marks = 0;
        for (place, (property, watched)) in self.properties.iter().zip(&open.watched).enumerate() {
            let so = match property.kind {
                PropertyKind::Always => !matches!(watched.standing, Standing::Broken(_)),
                PropertyKind::Sometimes => watched.standing == Standing::Met,
                PropertyKind::Eventually => !matches!(watched.standing, Standing::Pending(_) | Standing::Broken(_)),
            };
            marks |= u32::from(so) << place;
        }
        open.identified(marks, asleep)
    }

    /// Where an act is alone, and its name there, if that is asked; see [`World::alone_at`].
    fn alone(&self, open: &Open, act: Act) -> Option<(NodeId, u64)> {
        match act {
            Act::Happens(action) if self.in_part => open.world.alone_at(action, self.rule),
            _ => None,
        }
    }
}

impl Model for Worlds {
    type State = WorldState;
    type Action = Transition;

    fn initial_states(&self) -> Vec<WorldState> {
        let monitor = |property: &&'static Property| Watched {
            monitor: BoxedMonitor((property.monitor)()),
            standing: Standing::Nothing,
        };
        let open = Open {
            world: World::new(&self.topology, self.seed),
            names: Trace::default(),
            watched: self.properties.iter().map(monitor).collect(),
            left: self.budget.left(),
            nodes: Vec::new(),
        };
        vec![self.identified(open, Asleep::default())]
    }

    fn actions(&self, state: &WorldState, transitions: &mut Vec<Transition>) {
        let open = self.open(state);
        let choices = open.world.choices(self.rule);
        let mut acts: Vec<Act> = choices.iter().map(|action| Act::Happens(*action)).collect();
        self.faults(&open, &choices, &mut acts);
        let remembered = self.in_part.then(|| open.remembered());
        let mut tried = state.asleep.tried();
        for act in acts {
            let alone = self.alone(&open, act);
            if alone.is_some_and(|(_, name)| state.asleep.has(name)) {
                continue;
            }
            let mut next = (*open).clone();
            let Some(looked_at) = self.happen(&mut next, act) else { continue };
            let footprint = alone.map(|(node, name)| {
                let is_seen = remembered != Some(next.remembered());
                Footprint { name, node, looked_at, is_seen }
            });
            let next = self.identified(next, tried.then(footprint));
            transitions.push(Transition { act, next: Mutex::new(Some(next)) });
        }
    }

    fn next_state(&self, _: &WorldState, transition: &Transition) -> Option<WorldState> {
        transition.next.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn packed(&self, state: WorldState) -> WorldState {
        self.shelves.packed(state)
    }

    fn is_same(&self, one: &WorldState, other: &WorldState) -> bool {
        self.shelves.is_same(one, other, self.properties.len())
    }

    fn shared_bytes(&self) -> u64 {
        self.shelves.bytes()
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
        state.marks
    }

    fn fingerprint(&self, state: &WorldState) -> u64 {
        state.fingerprint
    }

    fn state_bytes(&self, state: &WorldState) -> usize {
        state.bytes()
    }

    fn is_fault(&self, transition: &Transition) -> bool {
        !matches!(transition.act, Act::Happens(_) | Act::Restart(_) | Act::Wake(_) | Act::Heal(_))
    }

    fn why(&self, state: &WorldState, place: usize) -> Option<String> {
        let open = self.open(state);
        open.watched.get(place)?.standing.why().map(|why| why.en.to_string())
    }

    fn action_name(&self, state: &WorldState, transition: &Transition) -> String {
        let open = self.open(state);
        let (world, topology) = (&open.world, &self.topology);
        let message = |index: MessageIndex, verb: &str| match world.message_under_way(index) {
            Some(name) => {
                let (from, to) = (topology.name(name.from), topology.name(name.to));
                format!("{} from {from} to {to} {verb}", name.kind)
            }
            None => format!("nothing {verb}"),
        };
        let act = &transition.act;
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
