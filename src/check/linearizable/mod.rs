//! Linearizability: whether the operations of a recorded history could each have taken effect at one instant between
//! their call and their answer, as a sequential specification says.
//!
//! The search is that of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with Lowe's refinements
//! ("Testing for linearizability", 2017): operations are tried in the order of their calls, one that would not have
//! answered so is not tried further, and a set of operations already placed is never searched from the same state twice.
//! Operations on different keys are judged apart, which is exact (linearizability is a local property).

mod history;
mod search;
mod specification;
#[cfg(test)]
mod tests;

pub use history::{Call, History, Outstanding};
pub use specification::{
    KeyValue, KeyValueAnswer, KeyValueCall, Lock, LockAnswer, LockCall, Queue, QueueAnswer, QueueCall,
};
pub use specification::{Register, RegisterAnswer, RegisterCall};

use search::{Placed, place};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;

/// An object as it behaves when one operation follows the other.
pub trait SequentialSpecification {
    type State: Clone + Eq + Hash;
    type Call: Clone + Debug;
    type Answer: Clone + Debug;
    /// What operations can be about without touching each other; `()` for an object that is one.
    type Key: Clone + Ord + Debug;

    /// The state of a key before any operation.
    fn initial(&self) -> Self::State;
    /// The state that the call leads to if it can be answered so; none if it cannot. An answer of none is not known and
    /// may be any.
    fn after(&self, state: &Self::State, call: &Self::Call, answer: Option<&Self::Answer>) -> Option<Self::State>;
    /// What the call is about.
    fn key(&self, call: &Self::Call) -> Self::Key;
}

/// What became of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linearizability {
    /// The operations, by their places in the history, in an order in which they could have taken effect; those of
    /// different keys stand key by key. Operations without an answer are there only if they must have taken effect.
    Linearizable(Vec<usize>),
    /// This operation is the first, by the time of its answer, that cannot be placed: what was answered before can.
    Not { operation: usize },
    /// More sets of placed operations were looked at than was allowed.
    Undecided,
}

/// A verdict with what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Linearizability,
    /// Sets of placed operations that were looked at, each with a state.
    pub configurations: u64,
}

/// Judges a history, looking at no more than `configurations_max` sets of placed operations.
pub fn judge<S: SequentialSpecification>(specification: &S, history: &History<S>, configurations_max: u64) -> Judged {
    let mut by_key: BTreeMap<S::Key, Vec<usize>> = BTreeMap::new();
    for (place, call) in history.calls().iter().enumerate() {
        by_key.entry(specification.key(&call.call)).or_default().push(place);
    }
    let mut configurations = 0;
    let mut order = Vec::new();
    let mut first: Option<usize> = None;
    let mut undecided = false;
    for operations in by_key.values() {
        match place(specification, history, operations, configurations_max, &mut configurations) {
            Placed::All(places) => order.extend(places),
            Placed::NotThis(operation) => {
                let returned = |operation: usize| history.calls()[operation].returned;
                first =
                    Some(first.map_or(operation, |other| {
                        if returned(operation) < returned(other) { operation } else { other }
                    }));
            }
            Placed::Unknown => undecided = true,
        }
    }
    let verdict = match first {
        // Another key that is undecided may hide an earlier one; that this one cannot be placed is certain.
        Some(operation) => Linearizability::Not { operation },
        None if undecided => Linearizability::Undecided,
        None => Linearizability::Linearizable(order),
    };
    Judged { verdict, configurations }
}
