//! The way to a state: the actions from an initial one.

use super::{Model, NOBODY, Search, Witness};

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
        let (mut number, mut places) = match witness {
            Witness::State(number) => (number, Vec::new()),
            Witness::Step(parent, action) => (parent, vec![action]),
        };
        while self.parents[number as usize] != NOBODY {
            places.push(self.actions[number as usize]);
            number = self.parents[number as usize];
        }
        places.reverse();
        self.replay(self.actions[number as usize], &places)
    }

    /// Takes the actions of these places, beginning in the initial state of this place. None if the model answers
    /// differently from before.
    pub(super) fn replay(&self, initial: u16, places: &[u16]) -> Option<Path<M::State>> {
        let initial = self.model.initial_states().into_iter().nth(usize::from(initial))?;
        let mut path = Path { initial, steps: Vec::with_capacity(places.len()) };
        let mut actions = Vec::new();
        for place in places {
            let state = path.last();
            actions.clear();
            self.model.actions(state, &mut actions);
            let action = actions.get(usize::from(*place))?;
            let next = self.model.next_state(state, action)?;
            let name = self.model.action_name(state, action);
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
