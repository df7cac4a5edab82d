//! `TwoPhase`: two-phase commit as Gray and Lamport specify it. Messages are a set that only grows, so loss and
//! repetition need no actions of their own; a resource manager prepares or aborts of its own accord; the transaction
//! manager commits once it has heard from all, or aborts at any time before.
//!
//! Gray and Lamport, "Consensus on Transaction Commit" (2004); tlaplus/Examples, transaction_commit/TwoPhase.tla. A state
//! is one number of 4n + 4 bits for n resource managers.

use super::resource_managers::{Belief, consistent, count, is, set};
use super::{Constant, ReferenceModel, searched, searched_by_symmetry};
use crate::check::model::{Model, StateProperty};
use crate::check::symmetry::Symmetric;
use crate::sim::fingerprint::mix_within;

/// The most resource managers whose states fit into 64 bits; the states would fit into no memory long before.
const RMS_MAX: u32 = 15;

pub static MODEL: ReferenceModel = ReferenceModel {
    id: "two-phase",
    names: &["TwoPhase"],
    title: "two-phase commit",
    source: "tlaplus/Examples, transaction_commit/TwoPhase.tla",
    constants: &[Constant { key: "rms", meaning: "resource managers", default: 3, minimum: 1, maximum: RMS_MAX }],
    search: |values, options, watch| Ok(searched(&TwoPhase { rms: values[0] }, options, watch)),
    by_symmetry: Some(|values, options, watch| searched_by_symmetry(TwoPhase { rms: values[0] }, options, watch)),
};

/// Two-phase commit with this many resource managers, at most 15.
pub struct TwoPhase {
    pub rms: u32,
}

/// What can happen; where it happens to a resource manager, to which.
#[derive(Clone, Copy, Debug)]
enum Name {
    TMCommit,
    TMAbort,
    TMRcvPrepared(u8),
    RMPrepare(u8),
    RMChooseToAbort(u8),
    RMRcvCommitMsg(u8),
    RMRcvAbortMsg(u8),
}

/// What can happen, and the state after it: what is found out about a state to know that it can is all that it takes.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    name: Name,
    after: u64,
}

impl TwoPhase {
    // The parts of a state, from the low end: `rmState`; the messages `Prepared`; `tmPrepared`; the message `Commit`; the
    // message `Abort`. `tmState` is what the transaction manager has said: it says what it decides as it decides.

    fn said_prepared(&self, rm: u8) -> u64 {
        1 << (2 * self.rms + u32::from(rm))
    }

    fn heard_prepared(&self, rm: u8) -> u64 {
        1 << (3 * self.rms + u32::from(rm))
    }

    fn heard_all(&self) -> u64 {
        ((1 << self.rms) - 1) << (3 * self.rms)
    }

    fn commit(&self) -> u64 {
        1 << (4 * self.rms)
    }

    fn abort(&self) -> u64 {
        2 << (4 * self.rms)
    }

    fn rm_states(&self, state: u64) -> u64 {
        state & ((1 << (2 * self.rms)) - 1)
    }
}

impl Model for TwoPhase {
    type State = u64;
    type Action = Action;

    fn initial_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, state: &u64, actions: &mut Vec<Action>) {
        let state = *state;
        let has = |bits: u64| state & bits == bits;
        let undecided = state & (self.commit() | self.abort()) == 0;
        let mut can = |name: Name, after: u64| actions.push(Action { name, after });
        if undecided && has(self.heard_all()) {
            can(Name::TMCommit, state | self.commit());
        }
        if undecided {
            can(Name::TMAbort, state | self.abort());
        }
        for rm in 0..self.rms as u8 {
            let believing = |belief| set(state, u32::from(rm), belief);
            if undecided && has(self.said_prepared(rm)) {
                can(Name::TMRcvPrepared(rm), state | self.heard_prepared(rm));
            }
            if is(state, u32::from(rm), Belief::Working) {
                can(Name::RMPrepare(rm), believing(Belief::Prepared) | self.said_prepared(rm));
                can(Name::RMChooseToAbort(rm), believing(Belief::Aborted));
            }
            if has(self.commit()) {
                can(Name::RMRcvCommitMsg(rm), believing(Belief::Committed));
            }
            if has(self.abort()) {
                can(Name::RMRcvAbortMsg(rm), believing(Belief::Aborted));
            }
        }
    }

    fn next_state(&self, _state: &u64, action: &Action) -> Option<u64> {
        Some(action.after)
    }

    fn properties(&self) -> Vec<StateProperty<TwoPhase>> {
        vec![
            StateProperty::always(
                "tc-consistent",
                "No two resource managers decide differently",
                |model: &TwoPhase, state| consistent(model.rm_states(*state)),
            ),
            StateProperty::sometimes("all-commit", "All commit", |model: &TwoPhase, state| {
                count(model.rm_states(*state), Belief::Committed) == model.rms
            }),
            StateProperty::sometimes("all-abort", "All abort", |model: &TwoPhase, state| {
                count(model.rm_states(*state), Belief::Aborted) == model.rms
            }),
        ]
    }

    fn fingerprint(&self, state: &u64) -> u64 {
        mix_within(self.fingerprint_bits(), *state)
    }

    fn next_fingerprint(&self, _state: &u64, action: &Action) -> Option<u64> {
        Some(self.fingerprint(&action.after))
    }

    fn fingerprint_bits(&self) -> u32 {
        4 * self.rms + 4
    }

    fn fingerprint_is_exact(&self) -> bool {
        true
    }

    fn action_name(&self, _state: &Self::State, action: &Action) -> String {
        let of = |name: &str, rm: &u8| format!("{name}(r{})", rm + 1);
        match &action.name {
            Name::TMCommit => "TMCommit".to_owned(),
            Name::TMAbort => "TMAbort".to_owned(),
            Name::TMRcvPrepared(rm) => of("TMRcvPrepared", rm),
            Name::RMPrepare(rm) => of("RMPrepare", rm),
            Name::RMChooseToAbort(rm) => of("RMChooseToAbort", rm),
            Name::RMRcvCommitMsg(rm) => of("RMRcvCommitMsg", rm),
            Name::RMRcvAbortMsg(rm) => of("RMRcvAbortMsg", rm),
        }
    }
}

/// No action and no property tells resource managers apart.
impl Symmetric for TwoPhase {
    /// All that is known of each resource manager, in order.
    fn representative(&self, state: &u64) -> u64 {
        let mut known = [0u64; RMS_MAX as usize];
        let known = &mut known[..self.rms as usize];
        let bit = |mask: u64| u64::from(state & mask != 0);
        for (rm, known) in (0..).zip(&mut *known) {
            let belief = state >> (2 * u32::from(rm)) & 3;
            *known = belief << 2 | bit(self.said_prepared(rm)) << 1 | bit(self.heard_prepared(rm));
        }
        known.sort_unstable();
        let decisions = state & (self.commit() | self.abort());
        (0..).zip(&*known).fold(decisions, |state, (rm, known)| {
            let said = if known & 2 == 0 { 0 } else { self.said_prepared(rm) };
            let heard = if known & 1 == 0 { 0 } else { self.heard_prepared(rm) };
            state | known >> 2 << (2 * u32::from(rm)) | said | heard
        })
    }
}
