//! What an exhaustive search walks: a set of states with the actions that lead from one to the next. Hand-written
//! specifications are models, and so is a world of protocol nodes.

use super::property::PropertyKind;

/// A transition system. Everything is a pure function of its arguments, so that any number of threads may ask.
pub trait Model: Send + Sync {
    /// One state. Two states that are equal have the same future.
    type State: Clone + Eq + Send + Sync;
    /// One thing that can happen in a state.
    type Action: Send + Sync;

    /// The states in which a run can begin.
    fn initial_states(&self) -> Vec<Self::State>;
    /// Appends what can happen in `state`, always in the same order; at most 65,535 actions. What can happen in several
    /// ways (a specification's existential with several witnesses) stands there once for each: TLC counts it so.
    fn actions(&self, state: &Self::State, actions: &mut Vec<Self::Action>);
    /// The state that an action leads to; none if it turns out to be no transition at all.
    fn next_state(&self, state: &Self::State, action: &Self::Action) -> Option<Self::State>;
    /// What is claimed about the model.
    fn properties(&self) -> Vec<StateProperty<Self>>
    where
        Self: Sized;

    /// The state's identity as 64 well-mixed bits; equal states have equal fingerprints.
    fn fingerprint(&self, state: &Self::State) -> u64;
    /// The fingerprint of the state that an action leads to, where that can be told without making the state: a search
    /// makes only the states that it has not seen. None where it cannot be told; where it is, there is a next state.
    fn next_fingerprint(&self, _state: &Self::State, _action: &Self::Action) -> Option<u64> {
        None
    }
    /// How many low bits of fingerprints are in use, at most 64; the others are 0. Fewer need less memory.
    fn fingerprint_bits(&self) -> u32 {
        64
    }
    /// Whether different states always have different fingerprints (a packed state of at most 64 bits, mixed).
    fn fingerprint_is_exact(&self) -> bool {
        false
    }
    /// Whether two states of one fingerprint are the same.
    fn is_same(&self, one: &Self::State, other: &Self::State) -> bool {
        one == other
    }
    /// The state as it is kept, now that it is known to be new: in less memory, say.
    fn packed(&self, state: Self::State) -> Self::State {
        state
    }
    /// What the model itself keeps of states, in bytes.
    fn shared_bytes(&self) -> u64 {
        0
    }
    /// What a state holds beyond its own size, in bytes.
    fn state_bytes(&self, _state: &Self::State) -> usize {
        0
    }
    /// Whether the action is a fault: `eventually` is judged as if no more of them happened.
    fn is_fault(&self, _action: &Self::Action) -> bool {
        false
    }
    /// The marks of a state, for properties that are [`Predicate::Mark`]s.
    fn marks(&self, _state: &Self::State) -> u32 {
        0
    }
    /// Why the property in this place is broken at the end of a counterexample, if more can be said than its title does.
    fn why(&self, _state: &Self::State, _place: usize) -> Option<String> {
        None
    }
    /// The action as a counterexample shows it, taken in `state`.
    fn action_name(&self, state: &Self::State, action: &Self::Action) -> String;
}

/// How a property looks at a model.
pub enum Predicate<M: Model + ?Sized> {
    /// At each state by itself.
    State(fn(&M, &M::State) -> bool),
    /// At each transition: the state before and the state after. Only for `always`.
    Step(fn(&M, &M::State, &M::State) -> bool),
    /// By a bit of [`Model::marks`]. An `eventually` of this kind may be undone again after it was so: it has to be so
    /// for good, or again and again.
    Mark(u32),
}

impl<M: Model + ?Sized> Clone for Predicate<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model + ?Sized> Copy for Predicate<M> {}

/// A claim about a model's states.
pub struct StateProperty<M: Model + ?Sized> {
    /// Lower case, words joined by hyphens.
    pub id: &'static str,
    pub kind: PropertyKind,
    /// A short sentence: "No two resource managers decide differently".
    pub title: &'static str,
    pub holds: Predicate<M>,
}

impl<M: Model + ?Sized> StateProperty<M> {
    /// Safety: so in every state.
    pub fn always(id: &'static str, title: &'static str, holds: fn(&M, &M::State) -> bool) -> Self {
        StateProperty { id, kind: PropertyKind::Always, title, holds: Predicate::State(holds) }
    }

    /// Safety: so at every transition, from the first state to the second.
    pub fn always_step(id: &'static str, title: &'static str, holds: fn(&M, &M::State, &M::State) -> bool) -> Self {
        StateProperty { id, kind: PropertyKind::Always, title, holds: Predicate::Step(holds) }
    }

    /// Possibility: so in some state.
    pub fn sometimes(id: &'static str, title: &'static str, holds: fn(&M, &M::State) -> bool) -> Self {
        StateProperty { id, kind: PropertyKind::Sometimes, title, holds: Predicate::State(holds) }
    }

    /// Liveness: every run in which faults stop comes to a state in which it is so.
    pub fn eventually(id: &'static str, title: &'static str, holds: fn(&M, &M::State) -> bool) -> Self {
        StateProperty { id, kind: PropertyKind::Eventually, title, holds: Predicate::State(holds) }
    }
}
