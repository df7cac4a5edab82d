//! The way to a state: the actions from an initial one.

use super::{Model, Search, Witness};

/// A run of a model, action by action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path<S> {
    pub initial: S,
    /// Each action by its name, with the state that it led to.
    pub steps: Vec<(String, S)>,
}

impl<M: Model> Search<'_, M> {
    /// The way to where a property was decided.
    pub(super) fn path(&self, witness: Witness) -> Option<Path<M::State>> {
        let (mut place, mut places) = match witness {
            Witness::State(place) => (place, Vec::new()),
            Witness::Step(parent, action) => (parent, vec![action]),
        };
        let initial = loop {
            match self.reached_by(place) {
                (None, initial) => break initial,
                (Some(parent), action) => {
                    places.push(action);
                    place = parent;
                }
            }
        };
        places.reverse();
        self.replay(initial, &places)
    }

    /// The place of the parent of the state in this place, and of the action; of an initial state, only its own among
    /// them.
    pub(super) fn reached_by(&self, place: u32) -> (Option<u32>, u16) {
        let state = self.order.state(place, &self.shards);
        self.shards[state.shard()].reached_by(state.index())
    }

    /// Takes the actions of these places, beginning in the initial state of this place. None if the model answers
    /// differently from before.
    pub(super) fn replay(&self, initial: u16, places: &[u16]) -> Option<Path<M::State>> {
        let initial = self.judge.model.initial_states().into_iter().nth(usize::from(initial))?;
        let mut path = Path { initial, steps: Vec::with_capacity(places.len()) };
        let mut actions = Vec::new();
        for place in places {
            let state = path.last();
            actions.clear();
            self.judge.model.actions(state, &mut actions);
            let action = actions.get(usize::from(*place))?;
            let next = self.judge.model.next_state(state, action)?;
            let name = self.judge.model.action_name(state, action);
            path.steps.push((name, next));
        }
        Some(path)
    }
}

impl<S> Path<S> {
    pub(super) fn without_states(self) -> Path<()> {
        Path { initial: (), steps: self.steps.into_iter().map(|(name, _)| (name, ())).collect() }
    }

    /// The state at its end.
    pub fn last(&self) -> &S {
        self.steps.last().map_or(&self.initial, |(_, state)| state)
    }
}
