//! Symmetry: where nothing tells some parts of a model apart (neither actions nor properties), states that become each
//! other when those parts change places have the same future but for names, and one of them stands for all.

use super::model::{Model, Predicate, StateProperty};
use super::property::PropertyKind;

/// A model some parts of which nothing tells apart.
pub trait Symmetric: Model {
    /// The state that stands for this one and for all that it becomes when such parts change places: the same for each.
    fn representative(&self, state: &Self::State) -> Self::State;
}

/// A model of which a search expands one state of all that stand for each other: the one that it comes to first, so that
/// what it reports are runs of the model itself, and the shortest.
pub struct Reduced<M: Model> {
    model: M,
    properties: Vec<StateProperty<M>>,
}

impl<M: Symmetric> Reduced<M> {
    /// None if a property looks at transitions, or is an `eventually`: where a run stays for ever, states that stand for
    /// each other follow each other, and that is no run.
    pub fn of(model: M) -> Option<Reduced<M>> {
        let properties = model.properties();
        let by_state = |property: &StateProperty<M>| {
            property.kind != PropertyKind::Eventually && matches!(property.holds, Predicate::State(_))
        };
        properties.iter().all(by_state).then_some(Reduced { model, properties })
    }
}

impl<M: Symmetric> Model for Reduced<M> {
    type State = M::State;
    type Action = M::Action;

    fn initial_states(&self) -> Vec<M::State> {
        self.model.initial_states()
    }

    fn actions(&self, state: &M::State, actions: &mut Vec<M::Action>) {
        self.model.actions(state, actions);
    }

    fn next_state(&self, state: &M::State, action: &M::Action) -> Option<M::State> {
        self.model.next_state(state, action)
    }

    fn properties(&self) -> Vec<StateProperty<Reduced<M>>> {
        let properties = self.properties.iter().enumerate();
        properties
            .map(|(place, StateProperty { id, kind, title, .. })| StateProperty {
                id,
                kind: *kind,
                title,
                holds: Predicate::Mark(1 << place),
            })
            .collect()
    }

    fn marks(&self, state: &M::State) -> u32 {
        self.properties.iter().enumerate().fold(0, |marks, (place, property)| match property.holds {
            Predicate::State(holds) => marks | u32::from(holds(&self.model, state)) << place,
            Predicate::Step(_) | Predicate::Mark(_) => marks,
        })
    }

    fn fingerprint(&self, state: &M::State) -> u64 {
        self.model.fingerprint(&self.model.representative(state))
    }

    fn fingerprint_bits(&self) -> u32 {
        self.model.fingerprint_bits()
    }

    fn fingerprint_is_exact(&self) -> bool {
        self.model.fingerprint_is_exact()
    }

    fn is_same(&self, one: &M::State, other: &M::State) -> bool {
        self.model.is_same(&self.model.representative(one), &self.model.representative(other))
    }

    fn packed(&self, state: M::State) -> M::State {
        self.model.packed(state)
    }

    fn shared_bytes(&self) -> u64 {
        self.model.shared_bytes()
    }

    fn state_bytes(&self, state: &M::State) -> usize {
        self.model.state_bytes(state)
    }

    fn is_fault(&self, action: &M::Action) -> bool {
        self.model.is_fault(action)
    }

    fn action_name(&self, state: &M::State, action: &M::Action) -> String {
        self.model.action_name(state, action)
    }
}
