//! `ACP_SB`, `ACP_NB`, `ACP_NB_WRONG`: atomic commitment with participants that die and detect the death of others.
//!
//! With simple broadcast the coordinator sends its decision to one participant after the other and may die in between, so
//! some may never decide. Without blocking each participant forwards the decision to all others before it decides. The
//! wrong variant decides first and forwards then, which breaks agreement.
//!
//! Babaoğlu and Toueg, "Non-Blocking Atomic Commitment", in Mullender (ed.), Distributed Systems (1993);
//! tlaplus/Examples, acp.

mod state;

use super::{Constant, ReferenceModel, searched};
use crate::check::model::{Model, StateProperty};
use crate::sim::fingerprint::mix;
use state::{ABORT, COMMIT, NO, NOTHING, UNDECIDED, YES};

const fn participants(default: u32, maximum: u32) -> [Constant; 1] {
    [Constant { key: "participants", meaning: "participants", default, minimum: 1, maximum }]
}

pub static SIMPLE_BROADCAST: ReferenceModel = ReferenceModel {
    id: "acp-sb",
    names: &["ACP_SB", "ACP_SB_TLC"],
    title: "atomic commitment with simple broadcast",
    source: "tlaplus/Examples, acp/ACP_SB.tla",
    constants: &participants(3, 12),
    search: |values, options, watch| Ok(searched(&Commitment::new(values[0], Broadcast::Simple), options, watch)),
    by_symmetry: None,
};

pub static NON_BLOCKING: ReferenceModel = ReferenceModel {
    id: "acp-nb",
    names: &["ACP_NB", "ACP_NB_TLC"],
    title: "non-blocking atomic commitment",
    source: "tlaplus/Examples, acp/ACP_NB.tla",
    constants: &participants(2, 5),
    search: |values, options, watch| Ok(searched(&Commitment::new(values[0], Broadcast::Forwarded), options, watch)),
    by_symmetry: None,
};

pub static NON_BLOCKING_WRONG: ReferenceModel = ReferenceModel {
    id: "acp-nb-wrong",
    names: &["ACP_NB_WRONG", "ACP_NB_WRONG_TLC"],
    title: "non-blocking atomic commitment that decides before it forwards",
    source: "tlaplus/Examples, acp/ACP_NB_WRONG_TLC.tla",
    constants: &participants(2, 5),
    search: |values, options, watch| Ok(searched(&Commitment::new(values[0], Broadcast::Wrong), options, watch)),
    by_symmetry: None,
};

/// How a decision reaches everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broadcast {
    Simple,
    Forwarded,
    Wrong,
}

struct Commitment {
    participants: u32,
    broadcast: Broadcast,
}

/// The actions, by the names of the specifications; two participants only where the second makes a difference.
#[derive(Clone, Copy, Debug)]
enum Action {
    ParDie(u32),
    SendVote(u32),
    AbortOnVote(u32),
    AbortOnTimeoutRequest(u32),
    Decide(u32),
    Forward(u32, u32),
    PreDecideOnForward(u32, u32),
    DecideOnForward(u32, u32),
    AbortOnTimeout(u32),
    PreDecide(u32),
    DecideNB(u32),
    CoordDie,
    /// With everybody's yes.
    DecideToCommit,
    /// With the no of this participant: one witness each.
    DecideToAbort(u32),
    Request(u32),
    GetVote(u32),
    DetectFault(u32),
    CoordBroadcast(u32),
}

impl Commitment {
    fn new(participants: u32, broadcast: Broadcast) -> Commitment {
        Commitment { participants, broadcast }
    }

    fn all(&self) -> std::ops::Range<u32> {
        0..self.participants
    }

    /// What a participant can do, before or after; the specifications say it once for each other participant.
    fn participant_actions(&self, i: u32, j: u32, actions: &mut Vec<Action>) {
        use Action::{AbortOnTimeout, DecideNB, DecideOnForward, Forward, PreDecide, PreDecideOnForward};
        actions.extend([Action::ParDie(i), Action::SendVote(i), Action::AbortOnVote(i)]);
        actions.push(Action::AbortOnTimeoutRequest(i));
        match self.broadcast {
            Broadcast::Simple => actions.push(Action::Decide(i)),
            Broadcast::Forwarded => {
                actions.extend([Forward(i, j), PreDecideOnForward(i, j)]);
                actions.extend([AbortOnTimeout(i), PreDecide(i), DecideNB(i)]);
            }
            Broadcast::Wrong => {
                actions.extend([Action::Decide(i), Forward(i, j), DecideOnForward(i, j), AbortOnTimeout(i)]);
            }
        }
    }

    fn requested_all(&self, state: u128) -> bool {
        self.all().all(|j| self.request(j).is(state))
    }

    /// Whether the coordinator waits for this vote, having asked for all.
    fn waits_for(&self, state: u128, i: u32) -> bool {
        self.coordinator_undecided(state) && self.requested_all(state) && self.vote(i).get(state) == NOTHING
    }

    fn coordinator_undecided(&self, state: u128) -> bool {
        self.coordinator_alive().is(state) && self.coordinator_decision().get(state) == NOTHING
    }

    fn undecided(&self, state: u128, i: u32) -> bool {
        self.decision(i).get(state) == NOTHING
    }

    /// Nobody who lives can still learn a decision: not from the dead coordinator, not from dead participants.
    fn nobody_told(&self, state: u128) -> bool {
        let alive = |i: u32| self.alive(i).is(state);
        let dead_told = |k: u32| self.all().any(|j| !alive(j) && self.forward(j, k).is(state));
        self.all().all(|k| !alive(k) || (!self.sent(k).is(state) && !dead_told(k)))
    }

    fn decided(&self, state: u128, decision: u128) -> bool {
        self.all().any(|i| self.decision(i).get(state) == decision)
    }

    fn some_fault(&self, state: u128) -> bool {
        !self.coordinator_alive().is(state) || self.all().any(|i| !self.alive(i).is(state))
    }

    fn participant_does(&self, state: u128, i: u32, action: Action) -> Option<u128> {
        if !self.alive(i).is(state) {
            return None;
        }
        let undecided = self.undecided(state, i);
        let own = |j| self.forward(i, j).get(state);
        match action {
            Action::ParDie(_) => Some(self.alive(i).set(state, 0)),
            Action::SendVote(_) => self.request(i).is(state).then(|| self.vote_sent(i).set(state, 1)),
            Action::AbortOnVote(_) => {
                let no = self.vote_sent(i).is(state) && !self.votes_yes(i).is(state);
                (undecided && no).then(|| self.decision(i).set(state, ABORT))
            }
            Action::AbortOnTimeoutRequest(_) => {
                let never_asked = !self.coordinator_alive().is(state) && !self.request(i).is(state);
                (undecided && never_asked).then(|| self.decision(i).set(state, ABORT))
            }
            Action::Decide(_) => {
                let sent = self.sent(i).get(state);
                (undecided && sent != NOTHING).then(|| self.decision(i).set(state, sent))
            }
            Action::Forward(_, j) if self.broadcast == Broadcast::Wrong => {
                // The specification asks for a decision other than `notsent`, which every decision is.
                let word = if undecided { UNDECIDED } else { self.decision(i).get(state) };
                (i != j && own(j) == NOTHING).then(|| self.forward(i, j).set(state, word))
            }
            Action::Forward(_, j) => {
                let can = i != j && own(i) != NOTHING && own(j) == NOTHING;
                can.then(|| self.forward(i, j).set(state, own(i)))
            }
            Action::PreDecideOnForward(_, j) => {
                let told = self.forward(j, i).get(state);
                let can = i != j && own(i) == NOTHING && told != NOTHING;
                can.then(|| self.forward(i, i).set(state, told))
            }
            Action::DecideOnForward(_, j) => {
                let told = self.forward(j, i).get(state);
                let word = if told == UNDECIDED { NOTHING } else { told };
                (i != j && undecided && told != NOTHING).then(|| self.decision(i).set(state, word))
            }
            Action::AbortOnTimeout(_) => {
                let can = undecided && !self.coordinator_alive().is(state) && self.nobody_told(state);
                can.then(|| self.decision(i).set(state, ABORT))
            }
            Action::PreDecide(_) => {
                let sent = self.sent(i).get(state);
                (own(i) == NOTHING && sent != NOTHING).then(|| self.forward(i, i).set(state, sent))
            }
            Action::DecideNB(_) => self.all().all(|j| own(j) != NOTHING).then(|| self.decision(i).set(state, own(i))),
            _ => None,
        }
    }

    fn coordinator_does(&self, state: u128, action: Action) -> Option<u128> {
        if !self.coordinator_alive().is(state) {
            return None;
        }
        let undecided = self.coordinator_undecided(state);
        let voted = |vote: u128| move |i: u32| self.vote(i).get(state) == vote;
        match action {
            Action::CoordDie => Some(self.coordinator_alive().set(state, 0)),
            Action::DecideToCommit => {
                (undecided && self.all().all(voted(YES))).then(|| self.coordinator_decision().set(state, COMMIT))
            }
            Action::DecideToAbort(i) => {
                let can = undecided && voted(NO)(i) && !self.all().any(voted(NOTHING));
                can.then(|| self.coordinator_decision().set(state, ABORT))
            }
            Action::Request(i) => (!self.request(i).is(state)).then(|| self.request(i).set(state, 1)),
            Action::GetVote(i) => {
                let vote = if self.votes_yes(i).is(state) { YES } else { NO };
                let can = self.waits_for(state, i) && self.vote_sent(i).is(state);
                can.then(|| self.vote(i).set(state, vote))
            }
            Action::DetectFault(i) => {
                let dead = !self.alive(i).is(state) && !self.vote_sent(i).is(state);
                (self.waits_for(state, i) && dead).then(|| self.coordinator_decision().set(state, ABORT))
            }
            Action::CoordBroadcast(i) => {
                let can = !undecided && self.sent(i).get(state) == NOTHING;
                can.then(|| self.sent(i).set(state, self.coordinator_decision().get(state)))
            }
            _ => None,
        }
    }
}

impl Model for Commitment {
    type State = u128;
    type Action = Action;

    /// One for each way in which the participants may mean to vote.
    fn initial_states(&self) -> Vec<u128> {
        let alive = self.all().fold(self.coordinator_alive().set(0, 1), |state, i| self.alive(i).set(state, 1));
        let votes = 0..1u32 << self.participants;
        votes
            .map(|votes| self.all().fold(alive, |state, i| self.votes_yes(i).set(state, u128::from(votes >> i & 1))))
            .collect()
    }

    fn actions(&self, _state: &u128, actions: &mut Vec<Action>) {
        for i in self.all() {
            // `\E i, j`: everything that a participant can do is there once for each j.
            let others = if self.broadcast == Broadcast::Simple { 0..1 } else { self.all() };
            others.for_each(|j| self.participant_actions(i, j, actions));
        }
        actions.extend([Action::CoordDie, Action::DecideToCommit]);
        for i in self.all() {
            actions.extend([Action::DecideToAbort(i), Action::Request(i), Action::GetVote(i)]);
            actions.extend([Action::DetectFault(i), Action::CoordBroadcast(i)]);
        }
    }

    fn next_state(&self, state: &u128, action: &Action) -> Option<u128> {
        match *action {
            Action::ParDie(i)
            | Action::SendVote(i)
            | Action::AbortOnVote(i)
            | Action::AbortOnTimeoutRequest(i)
            | Action::Decide(i)
            | Action::Forward(i, _)
            | Action::PreDecideOnForward(i, _)
            | Action::DecideOnForward(i, _)
            | Action::AbortOnTimeout(i)
            | Action::PreDecide(i)
            | Action::DecideNB(i) => self.participant_does(*state, i, *action),
            _ => self.coordinator_does(*state, *action),
        }
    }

    fn properties(&self) -> Vec<StateProperty<Commitment>> {
        vec![
            StateProperty::always("ac1", "All that decide decide alike", |model: &Commitment, state| {
                !(model.decided(*state, COMMIT) && model.decided(*state, ABORT))
            }),
            StateProperty::always("ac2", "If any commits, all have voted yes", |model: &Commitment, state| {
                !model.decided(*state, COMMIT) || model.all().all(|i| model.votes_yes(i).is(*state))
            }),
            StateProperty::always(
                "ac3-1",
                "If any aborts, one voted no or something is faulty",
                |model: &Commitment, state| {
                    let no = model.all().any(|i| !model.votes_yes(i).is(*state));
                    !model.decided(*state, ABORT) || no || model.some_fault(*state)
                },
            ),
            StateProperty::always_step("ac4", "Each decides at most once", |model: &Commitment, before, after| {
                model.all().all(|i| {
                    let decision = model.decision(i).get(*before);
                    decision == NOTHING || decision == model.decision(i).get(*after)
                })
            }),
            StateProperty::eventually(
                "ac3-2",
                "All decide in the end, or something is faulty",
                |model: &Commitment, state| {
                    model.some_fault(*state) || model.all().all(|i| !model.undecided(*state, i))
                },
            ),
            StateProperty::eventually("ac5", "All that live decide in the end", |model: &Commitment, state| {
                model.all().all(|i| !model.alive(i).is(*state) || !model.undecided(*state, i))
            }),
        ]
    }

    fn fingerprint(&self, state: &u128) -> u64 {
        let high = (*state >> 64) as u64;
        // With nothing in the high half this is one mixing of the low half, which tells all states apart.
        let salt = if high == 0 { 0 } else { mix(high) };
        mix(*state as u64 ^ salt)
    }

    fn fingerprint_is_exact(&self) -> bool {
        self.bits() <= u64::BITS
    }

    fn is_fault(&self, action: &Action) -> bool {
        matches!(action, Action::ParDie(_) | Action::CoordDie)
    }

    fn action_name(&self, _state: &Self::State, action: &Action) -> String {
        let of = |name: &str, i: u32| format!("{name}(p{i})");
        match *action {
            Action::ParDie(i) => of("parDie", i),
            Action::SendVote(i) => of("sendVote", i),
            Action::AbortOnVote(i) => of("abortOnVote", i),
            Action::AbortOnTimeoutRequest(i) => of("abortOnTimeoutRequest", i),
            Action::Decide(i) => of("decide", i),
            Action::Forward(i, j) => format!("forward(p{i}, p{j})"),
            Action::PreDecideOnForward(i, j) => format!("preDecideOnForward(p{i}, p{j})"),
            Action::DecideOnForward(i, j) => format!("decideOnForward(p{i}, p{j})"),
            Action::AbortOnTimeout(i) => of("abortOnTimeout", i),
            Action::PreDecide(i) => of("preDecide", i),
            Action::DecideNB(i) => of("decideNB", i),
            Action::CoordDie => "coordDie".to_owned(),
            Action::DecideToCommit | Action::DecideToAbort(_) => "makeDecision".to_owned(),
            Action::Request(i) => of("request", i),
            Action::GetVote(i) => of("getVote", i),
            Action::DetectFault(i) => of("detectFault", i),
            Action::CoordBroadcast(i) => of("coordBroadcast", i),
        }
    }
}
