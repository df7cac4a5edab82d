//! `TCommit`: what any commit protocol must do, without saying how. Each resource manager prepares, then decides; it may
//! commit once all have prepared, and abort while nobody has committed.
//!
//! Gray and Lamport, "Consensus on Transaction Commit" (2004); tlaplus/Examples, transaction_commit/TCommit.tla.

use super::resource_managers::{Belief, consistent, count, is, set};
use super::{Constant, ReferenceModel, searched, searched_by_symmetry};
use crate::check::model::{Model, StateProperty};
use crate::check::symmetry::Symmetric;
use crate::sim::fingerprint::mix;

pub static MODEL: ReferenceModel = ReferenceModel {
    id: "transaction-commit",
    names: &["TCommit", "t-commit"],
    title: "transaction commit, the problem itself",
    source: "tlaplus/Examples, transaction_commit/TCommit.tla",
    constants: &[Constant { key: "rms", meaning: "resource managers", default: 3, minimum: 1, maximum: 31 }],
    search: |values, options, watch| Ok(searched(&TransactionCommit { rms: values[0] }, options, watch)),
    by_symmetry: Some(|values, options, watch| {
        searched_by_symmetry(TransactionCommit { rms: values[0] }, options, watch)
    }),
};

pub(super) struct TransactionCommit {
    pub rms: u32,
}

/// What a resource manager does.
pub(super) struct Decide {
    rm: u32,
    to: Belief,
}

impl Model for TransactionCommit {
    type State = u64;
    type Action = Decide;

    fn initial_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, state: &u64, actions: &mut Vec<Decide>) {
        let committed = count(*state, Belief::Committed);
        let can_commit = count(*state, Belief::Prepared) + committed == self.rms;
        for rm in 0..self.rms {
            let (working, prepared) = (is(*state, rm, Belief::Working), is(*state, rm, Belief::Prepared));
            if working {
                actions.push(Decide { rm, to: Belief::Prepared });
            }
            if prepared && can_commit {
                actions.push(Decide { rm, to: Belief::Committed });
            }
            if (working || prepared) && committed == 0 {
                actions.push(Decide { rm, to: Belief::Aborted });
            }
        }
    }

    fn next_state(&self, state: &u64, action: &Decide) -> Option<u64> {
        Some(set(*state, action.rm, action.to))
    }

    fn properties(&self) -> Vec<StateProperty<TransactionCommit>> {
        vec![
            StateProperty::always("tc-consistent", "No two resource managers decide differently", |_, state| {
                consistent(*state)
            }),
            StateProperty::sometimes("all-commit", "All commit", |model: &TransactionCommit, state| {
                count(*state, Belief::Committed) == model.rms
            }),
            StateProperty::sometimes("all-abort", "All abort", |model: &TransactionCommit, state| {
                count(*state, Belief::Aborted) == model.rms
            }),
        ]
    }

    fn fingerprint(&self, state: &u64) -> u64 {
        mix(*state)
    }

    fn fingerprint_is_exact(&self) -> bool {
        true
    }

    fn action_name(&self, _state: &Self::State, action: &Decide) -> String {
        let rm = action.rm + 1;
        match action.to {
            Belief::Prepared => format!("Prepare(r{rm})"),
            other => format!("Decide(r{rm}): {}", format!("{other:?}").to_lowercase()),
        }
    }
}

/// No action and no property tells resource managers apart.
impl Symmetric for TransactionCommit {
    /// What the resource managers believe, in order.
    fn representative(&self, state: &u64) -> u64 {
        let with =
            |sorted: u64, belief| (0..count(*state, belief)).fold(sorted, |sorted, _| sorted << 2 | belief as u64);
        [Belief::Prepared, Belief::Committed, Belief::Aborted].into_iter().fold(0, with)
    }
}
