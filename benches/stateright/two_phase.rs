//! Two-phase commit (TwoPhase.tla) for Stateright, as its users write models: plain data, derived hashes.

use stateright::{Model, Property};
use std::collections::BTreeSet;

#[derive(Clone)]
pub struct System {
    pub rms: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Belief {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Message {
    Prepared(usize),
    Commit,
    Abort,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    rms: Vec<Belief>,
    undecided: bool,
    heard: Vec<bool>,
    messages: BTreeSet<Message>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    Commit,
    Abort,
    Hear(usize),
    Prepare(usize),
    ChooseToAbort(usize),
    ObeyCommit(usize),
    ObeyAbort(usize),
}

impl Model for System {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let rms = vec![Belief::Working; self.rms];
        vec![State { rms, undecided: true, heard: vec![false; self.rms], messages: BTreeSet::new() }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.undecided {
            actions.push(Action::Abort);
            if state.heard.iter().all(|heard| *heard) {
                actions.push(Action::Commit);
            }
        }
        for rm in 0..self.rms {
            if state.undecided && state.messages.contains(&Message::Prepared(rm)) {
                actions.push(Action::Hear(rm));
            }
            if state.rms[rm] == Belief::Working {
                actions.extend([Action::Prepare(rm), Action::ChooseToAbort(rm)]);
            }
            if state.messages.contains(&Message::Commit) {
                actions.push(Action::ObeyCommit(rm));
            }
            if state.messages.contains(&Message::Abort) {
                actions.push(Action::ObeyAbort(rm));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Commit | Action::Abort => {
                state.undecided = false;
                let commits = action == Action::Commit;
                state.messages.insert(if commits { Message::Commit } else { Message::Abort });
            }
            Action::Hear(rm) => state.heard[rm] = true,
            Action::Prepare(rm) => {
                state.rms[rm] = Belief::Prepared;
                state.messages.insert(Message::Prepared(rm));
            }
            Action::ChooseToAbort(rm) | Action::ObeyAbort(rm) => state.rms[rm] = Belief::Aborted,
            Action::ObeyCommit(rm) => state.rms[rm] = Belief::Committed,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<System>> {
        vec![
            Property::always("consistent", |_, state: &State| {
                !(state.rms.contains(&Belief::Aborted) && state.rms.contains(&Belief::Committed))
            }),
            Property::sometimes("all commit", |_, state: &State| {
                state.rms.iter().all(|belief| *belief == Belief::Committed)
            }),
            Property::sometimes("all abort", |_, state: &State| {
                state.rms.iter().all(|belief| *belief == Belief::Aborted)
            }),
        ]
    }
}
