//! A state of these specifications as one number: 10n + 3 bits for n participants, 2n² more where they forward decisions.
//! `faulty` is not kept: it is the opposite of `alive`.

use super::{Broadcast, Commitment};

// What a field of two bits holds: a decision, one that was sent or forwarded, or a vote at the coordinator.
/// `undecided`, `notsent` or `waiting`.
pub(super) const NOTHING: u128 = 0;
pub(super) const COMMIT: u128 = 1;
pub(super) const ABORT: u128 = 2;
/// The wrong variant's participants may forward that they are undecided.
pub(super) const UNDECIDED: u128 = 3;
pub(super) const YES: u128 = 1;
pub(super) const NO: u128 = 2;

/// Where something stands in a state: its lowest bit, and its mask there.
#[derive(Clone, Copy)]
pub(super) struct Field {
    at: u32,
    mask: u128,
}

impl Field {
    pub(super) fn get(self, state: u128) -> u128 {
        state >> self.at & self.mask
    }

    pub(super) fn is(self, state: u128) -> bool {
        self.get(state) != 0
    }

    pub(super) fn set(self, state: u128, value: u128) -> u128 {
        state & !(self.mask << self.at) | value << self.at
    }
}

fn flag(at: u32) -> Field {
    Field { at, mask: 1 }
}

fn pair(at: u32) -> Field {
    Field { at, mask: 3 }
}

impl Commitment {
    // participant[i], five bits and what it forwards to each.
    pub(super) fn participant(&self, i: u32) -> u32 {
        let forwards = if self.broadcast == Broadcast::Simple { 0 } else { 2 * self.participants };
        i * (5 + forwards)
    }

    pub(super) fn alive(&self, i: u32) -> Field {
        flag(self.participant(i))
    }

    pub(super) fn votes_yes(&self, i: u32) -> Field {
        flag(self.participant(i) + 1)
    }

    pub(super) fn vote_sent(&self, i: u32) -> Field {
        flag(self.participant(i) + 2)
    }

    pub(super) fn decision(&self, i: u32) -> Field {
        pair(self.participant(i) + 3)
    }

    pub(super) fn forward(&self, i: u32, j: u32) -> Field {
        pair(self.participant(i) + 5 + 2 * j)
    }

    // coordinator
    pub(super) fn coordinator(&self) -> u32 {
        self.participant(self.participants)
    }

    pub(super) fn coordinator_alive(&self) -> Field {
        flag(self.coordinator())
    }

    pub(super) fn coordinator_decision(&self) -> Field {
        pair(self.coordinator() + 1)
    }

    pub(super) fn request(&self, i: u32) -> Field {
        flag(self.coordinator() + 3 + i)
    }

    pub(super) fn vote(&self, i: u32) -> Field {
        pair(self.coordinator() + 3 + self.participants + 2 * i)
    }

    pub(super) fn sent(&self, i: u32) -> Field {
        pair(self.coordinator() + 3 + 3 * self.participants + 2 * i)
    }

    pub(super) fn bits(&self) -> u32 {
        self.coordinator() + 3 + 5 * self.participants
    }
}
