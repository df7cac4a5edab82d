//! What properties say of states and of transitions.

use super::held::Held;
use crate::check::model::{Model, Predicate, StateProperty};
use crate::check::property::PropertyKind;
use std::sync::atomic::{AtomicU32, Ordering};

/// The most properties that a model can have.
const PROPERTIES_MAX: usize = 32;

/// A model with its properties. Sets of properties are bits, by their places.
pub(super) struct Judge<'m, M: Model> {
    pub model: Held<'m, M>,
    pub properties: Vec<StateProperty<M>>,
    /// Those that a state or a transition can still decide.
    open: AtomicU32,
    /// Those of transitions.
    steps: u32,
    /// Those that something decides by being as they say, and by not being so.
    decided_if_so: u32,
    decided_if_not: u32,
}

impl<'m, M: Model> Judge<'m, M> {
    /// # Panics
    /// If the model has more than 32 properties: a mistake in the model.
    pub fn new(model: Held<'m, M>) -> Judge<'m, M> {
        let properties = model.properties();
        assert!(properties.len() <= PROPERTIES_MAX, "a model has at most {PROPERTIES_MAX} properties");
        Judge {
            model,
            open: (((1u64 << properties.len()) - 1) as u32).into(),
            steps: bits(&properties, |property| matches!(property.holds, Predicate::Step(_))),
            decided_if_so: bits(&properties, |property| property.kind == PropertyKind::Sometimes),
            decided_if_not: bits(&properties, |property| property.kind == PropertyKind::Always),
            properties,
        }
    }

    /// The properties that a state or a transition can still decide.
    pub fn open(&self) -> u32 {
        self.open.load(Ordering::Relaxed)
    }

    /// Nothing decides these any more. Only between two batches: what threads see must not depend on when they look.
    pub fn close(&self, decided: u32) {
        self.open.fetch_and(!decided, Ordering::Relaxed);
    }

    /// The open properties that are so in a state.
    pub fn truths(&self, state: &M::State) -> u32 {
        let marks = self.model.marks(state);
        self.open_bits(|predicate| match predicate {
            Predicate::State(holds) => holds(&self.model, state),
            Predicate::Mark(mark) => marks & mark != 0,
            Predicate::Step(_) => false,
        })
    }

    /// The properties that a state decides in which these are so.
    pub fn decided(&self, truths: u32) -> u32 {
        self.open() & !self.steps & (truths & self.decided_if_so | !truths & self.decided_if_not)
    }

    /// Whether transitions are looked at too.
    pub fn looks_at_steps(&self) -> bool {
        self.open() & self.steps != 0
    }

    /// The properties that a transition decides.
    pub fn decided_by_step(&self, before: &M::State, after: &M::State) -> u32 {
        let truths = self.open_bits(|predicate| match predicate {
            Predicate::State(_) | Predicate::Mark(_) => false,
            Predicate::Step(holds) => holds(&self.model, before, after),
        });
        self.open() & self.steps & !truths
    }

    fn open_bits(&self, is: impl Fn(&Predicate<M>) -> bool) -> u32 {
        bits(&self.properties, |property| is(&property.holds)) & self.open()
    }
}

/// The properties of which something is so.
fn bits<M: Model>(properties: &[StateProperty<M>], is: impl Fn(&StateProperty<M>) -> bool) -> u32 {
    properties.iter().enumerate().fold(0, |bits, (place, property)| bits | u32::from(is(property)) << place)
}
