//! `Paxos`: consensus by ballots, one value, as Lamport specifies it. Messages are a set that only grows. The leader of a
//! ballot asks acceptors to promise (1a, 1b), proposes what the highest vote of a quorum of promises says (2a), and
//! acceptors vote for it (2b) unless they have promised more; what a quorum votes for in one ballot is chosen.
//!
//! Lamport, "The Paxos algorithm, or how to win a Turing Award" (2019); tlaplus/Examples,
//! PaxosHowToWinATuringAward/Paxos.tla, with the sizes of MCPaxosTiny.cfg. Quorums are the smallest majorities.

use super::{Constant, ReferenceModel, searched};
use crate::check::model::{Model, StateProperty};
use crate::sim::fingerprint::mix;

pub static MODEL: ReferenceModel = ReferenceModel {
    id: "single-decree-paxos",
    names: &["Paxos", "MCPaxosTiny", "paxos-tiny"],
    title: "single-decree Paxos",
    source: "tlaplus/Examples, PaxosHowToWinATuringAward/Paxos.tla",
    constants: &[
        Constant { key: "acceptors", meaning: "acceptors", default: 3, minimum: 1, maximum: 5 },
        Constant { key: "values", meaning: "values", default: 2, minimum: 1, maximum: 4 },
        Constant { key: "ballots", meaning: "ballots, from 0", default: 2, minimum: 1, maximum: 8 },
    ],
    by_symmetry: None,
    search: |values, options, watch| {
        let paxos = Paxos::new(values[0], values[1], values[2]);
        let bits = paxos.messages();
        if bits > u128::BITS {
            return Err(format!("these sizes allow {bits} different messages; at most {} fit", u128::BITS));
        }
        Ok(searched(&paxos, options, watch))
    },
};

struct Paxos {
    acceptors: u32,
    values: u32,
    ballots: u32,
    /// Sets of acceptors, as bits.
    quorums: Vec<u32>,
}

/// `maxBal`, `maxVBal` and `maxVal` of each acceptor in twelve bits, and the messages as a set of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    acceptors: u64,
    messages: u128,
}

/// A vote for a value in a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Vote {
    ballot: u32,
    value: u32,
}

#[derive(Clone, Copy, Debug)]
enum Action {
    Phase1a {
        ballot: u32,
    },
    /// Once for each quorum, and for each vote in it, that allows it.
    Phase2a(Vote),
    Phase1b {
        acceptor: u32,
        ballot: u32,
    },
    Phase2b {
        acceptor: u32,
        vote: Vote,
    },
}

const ACCEPTOR_BITS: u32 = 12;
const BALLOT_MASK: u64 = 0xf;
const VOTE_MASK: u64 = 0xff;

impl Paxos {
    fn new(acceptors: u32, values: u32, ballots: u32) -> Paxos {
        let majority = acceptors / 2 + 1;
        let quorums = (0..1u32 << acceptors).filter(|set| set.count_ones() == majority).collect();
        Paxos { acceptors, values, ballots, quorums }
    }

    fn votes(&self) -> impl Iterator<Item = Vote> + use<> {
        let values = self.values;
        (0..self.ballots).flat_map(move |ballot| (0..values).map(move |value| Vote { ballot, value }))
    }

    fn vote_number(&self, vote: Vote) -> u32 {
        vote.ballot * self.values + vote.value
    }

    /// How many promises for ballots below this one an acceptor could make: each says no vote, or one in a lower ballot.
    fn promises_below(&self, ballot: u32) -> u32 {
        ballot + self.values * (ballot * ballot.saturating_sub(1) / 2)
    }

    // The messages, one bit each.
    fn sent_1a(&self, ballot: u32) -> u128 {
        1 << ballot
    }

    fn sent_2a(&self, vote: Vote) -> u128 {
        1 << (self.ballots + self.vote_number(vote))
    }

    fn sent_2b(&self, acceptor: u32, vote: Vote) -> u128 {
        let votes = self.ballots * self.values;
        1 << (self.ballots + votes * (1 + acceptor) + self.vote_number(vote))
    }

    fn sent_1b(&self, acceptor: u32, ballot: u32, vote: Option<Vote>) -> u128 {
        let votes = self.ballots * self.values;
        let before = self.ballots + votes * (1 + self.acceptors) + acceptor * self.promises_below(self.ballots);
        1 << (before + self.promises_below(ballot) + vote.map_or(0, |vote| 1 + self.vote_number(vote)))
    }

    /// How many different messages there can be.
    fn messages(&self) -> u32 {
        let votes = self.ballots * self.values;
        self.ballots + votes * (1 + self.acceptors) + self.acceptors * self.promises_below(self.ballots)
    }

    /// `maxBal`, one more than the ballot; 0 for none.
    fn promised(&self, state: &State, acceptor: u32) -> u64 {
        state.acceptors >> (acceptor * ACCEPTOR_BITS) & BALLOT_MASK
    }

    fn vote_of(&self, state: &State, acceptor: u32) -> Option<Vote> {
        let number = (state.acceptors >> (acceptor * ACCEPTOR_BITS + 4) & VOTE_MASK) as u32;
        number.checked_sub(1).map(|number| Vote { ballot: number / self.values, value: number % self.values })
    }

    fn with_acceptor(&self, state: &State, acceptor: u32, ballot: u32, vote: Option<Vote>) -> u64 {
        let shift = acceptor * ACCEPTOR_BITS;
        let vote = vote.map_or(0, |vote| u64::from(1 + self.vote_number(vote)));
        let fields = u64::from(ballot + 1) | vote << 4;
        state.acceptors & !((BALLOT_MASK | VOTE_MASK << 4) << shift) | fields << shift
    }

    /// What the acceptor said when it promised this ballot; none if it has not.
    fn promise(&self, state: &State, acceptor: u32, ballot: u32) -> Option<Option<Vote>> {
        let below = self.votes().filter(|vote| vote.ballot < ballot).map(Some);
        std::iter::once(None).chain(below).find(|vote| state.messages & self.sent_1b(acceptor, ballot, *vote) != 0)
    }

    /// In how many ways the leader of the ballot may propose each value: once for each quorum of promises without any
    /// vote, and once for each highest vote for the value in a quorum of promises.
    fn propose(&self, state: &State, ballot: u32, actions: &mut Vec<Action>) {
        let promises: Vec<_> = (0..self.acceptors).map(|acceptor| self.promise(state, acceptor, ballot)).collect();
        for value in 0..self.values {
            for quorum in &self.quorums {
                let members = (0..self.acceptors).filter(|acceptor| quorum >> acceptor & 1 == 1);
                let Some(said) = members.map(|acceptor| promises[acceptor as usize]).collect::<Option<Vec<_>>>() else {
                    continue;
                };
                let highest = said.iter().flatten().map(|vote| vote.ballot).max();
                let witnesses = match highest {
                    None => 1,
                    Some(ballot) => said.iter().filter(|vote| **vote == Some(Vote { ballot, value })).count(),
                };
                actions.extend(std::iter::repeat_n(Action::Phase2a(Vote { ballot, value }), witnesses));
            }
        }
    }

    fn is_chosen(&self, state: &State, vote: Vote) -> bool {
        let voters = (0..self.acceptors).filter(|acceptor| state.messages & self.sent_2b(*acceptor, vote) != 0).count();
        voters as u32 > self.acceptors / 2
    }
}

impl Model for Paxos {
    type State = State;
    type Action = Action;

    fn initial_states(&self) -> Vec<State> {
        vec![State { acceptors: 0, messages: 0 }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for ballot in 0..self.ballots {
            actions.push(Action::Phase1a { ballot });
            let mut values = (0..self.values).map(|value| self.sent_2a(Vote { ballot, value }));
            if values.all(|message| state.messages & message == 0) {
                self.propose(state, ballot, actions);
            }
        }
        for acceptor in 0..self.acceptors {
            let promised = self.promised(state, acceptor);
            for ballot in 0..self.ballots {
                if state.messages & self.sent_1a(ballot) != 0 && u64::from(ballot + 1) > promised {
                    actions.push(Action::Phase1b { acceptor, ballot });
                }
            }
            for vote in self.votes() {
                if state.messages & self.sent_2a(vote) != 0 && u64::from(vote.ballot + 1) >= promised {
                    actions.push(Action::Phase2b { acceptor, vote });
                }
            }
        }
    }

    fn next_state(&self, state: &State, action: &Action) -> Option<State> {
        let mut next = *state;
        match *action {
            Action::Phase1a { ballot } => next.messages |= self.sent_1a(ballot),
            Action::Phase2a(vote) => next.messages |= self.sent_2a(vote),
            Action::Phase1b { acceptor, ballot } => {
                let vote = self.vote_of(state, acceptor);
                next.messages |= self.sent_1b(acceptor, ballot, vote);
                next.acceptors = self.with_acceptor(state, acceptor, ballot, vote);
            }
            Action::Phase2b { acceptor, vote } => {
                next.messages |= self.sent_2b(acceptor, vote);
                next.acceptors = self.with_acceptor(state, acceptor, vote.ballot, Some(vote));
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<StateProperty<Paxos>> {
        vec![
            StateProperty::always("agreement", "At most one value is chosen", |model: &Paxos, state| {
                let mut chosen = model.votes().filter(|vote| model.is_chosen(state, *vote)).map(|vote| vote.value);
                chosen.next().is_none_or(|first| chosen.all(|other| other == first))
            }),
            StateProperty::sometimes("chosen", "A value is chosen", |model: &Paxos, state| {
                model.votes().any(|vote| model.is_chosen(state, vote))
            }),
        ]
    }

    fn fingerprint(&self, state: &State) -> u64 {
        let low = mix(state.messages as u64 ^ mix(state.acceptors));
        mix(low ^ (state.messages >> 64) as u64)
    }

    fn action_name(&self, _state: &Self::State, action: &Action) -> String {
        match *action {
            Action::Phase1a { ballot } => format!("Phase1a({ballot})"),
            Action::Phase2a(vote) => format!("Phase2a({}, v{})", vote.ballot, vote.value + 1),
            Action::Phase1b { acceptor, ballot } => format!("Phase1b(a{}): ballot {ballot}", acceptor + 1),
            Action::Phase2b { acceptor, vote } => {
                format!("Phase2b(a{}): ballot {}, v{}", acceptor + 1, vote.ballot, vote.value + 1)
            }
        }
    }
}
