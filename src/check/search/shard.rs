//! States are shared out among shards by their fingerprints. What is known of a state belongs to its shard, so that
//! threads that have different shards never wait for each other; and a shard hears of states in the order in which a
//! single thread would, whoever found them, so that nothing depends on threads.

use super::Model;
use super::expand::{Arrival, Next};
use super::seen::{Found, Seen};
use super::trail::Trail;

/// The fewest and the most bits that say which shard: [`Seen`] wants fingerprints without two of their 64.
const SHARD_BITS_MIN: u32 = 2;
const SHARD_BITS_MAX: u32 = 5;
/// The bits of a state's number in its shard; one of 32 is left, for whoever needs a mark.
const INDEX_BITS: u32 = 31 - SHARD_BITS_MAX;
/// A shard is full when it has so few numbers left: more than any batch of states leads to.
const INDICES_LEFT_MIN: u32 = 1 << 22;

/// How fingerprints are shared out: so many of their low bits are the number of the shard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sharding {
    bits: u32,
}

/// Which state: its shard, and how many of that shard were found before it. Below two to the power of 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StateId(pub u32);

impl StateId {
    pub fn new(shard: usize, index: u32) -> StateId {
        StateId((shard as u32) << INDEX_BITS | index)
    }

    pub fn shard(self) -> usize {
        (self.0 >> INDEX_BITS) as usize
    }

    pub fn index(self) -> u32 {
        self.0 & ((1 << INDEX_BITS) - 1)
    }
}

impl Sharding {
    /// Two to the power of `bits` shards, from 4 to 32.
    pub fn new(bits: u32) -> Sharding {
        Sharding { bits: bits.clamp(SHARD_BITS_MIN, SHARD_BITS_MAX) }
    }

    pub fn count(self) -> usize {
        1 << self.bits
    }

    /// Empty shards for fingerprints of so many bits. `compares` says that whole states are compared, `numbered` that
    /// states that are known already must be told by number.
    pub fn shards<S>(self, fingerprint_bits: u32, compares: bool, numbered: bool) -> Vec<Shard<S>> {
        let shard = |place| Shard {
            sharding: self,
            seen: Seen::new(fingerprint_bits.saturating_sub(self.bits), compares || numbered)
                .in_turn(place, self.count()),
            trail: Trail::default(),
            len: 0,
            states: Vec::new(),
            compares,
            state_bytes: 0,
        };
        (0..self.count()).map(shard).collect()
    }

    /// The shard of the states with this fingerprint.
    pub fn of(self, fingerprint: u64) -> usize {
        fingerprint as usize & (self.count() - 1)
    }

    /// What tells fingerprints of one shard apart.
    fn rest(self, fingerprint: u64) -> u64 {
        fingerprint >> self.bits
    }
}

/// See the module's own words.
pub(super) struct Shard<S> {
    sharding: Sharding,
    seen: Seen,
    trail: Trail,
    /// How many states it has.
    len: u32,
    /// Every state, where whole states are compared.
    states: Vec<S>,
    compares: bool,
    /// What the states that it keeps hold beyond their own size.
    state_bytes: u64,
}

impl<S: Clone + Eq> Shard<S> {
    /// Enters a state; says whether it is new, and gives its number in this shard, where somebody asks for numbers. For
    /// the state itself is asked only where whole states are compared.
    pub fn enter<'a, M: Model<State = S> + 'a>(
        &mut self,
        model: &M,
        Arrival { fingerprint, parent, action }: Arrival,
        next: impl Fn() -> &'a Next<M>,
    ) -> (bool, u32) {
        let number = self.len;
        let (compares, states) = (self.compares, &self.states);
        let same = |known: u32| {
            let is_same = |state| model.is_same(&states[known as usize], state);
            !compares || matches!(next(), Next::Made(state) if is_same(state))
        };
        if let Found::Known(known) = self.seen.insert(self.sharding.rest(fingerprint), number, same) {
            return (false, known);
        }
        self.len += 1;
        self.trail.push(parent, action);
        if compares && let Next::Made(state) = next() {
            let state = model.packed(S::clone(state));
            self.state_bytes += model.state_bytes(&state) as u64;
            self.states.push(state);
        }
        (true, number)
    }
}

impl<S> Shard<S> {
    /// Brings what is known of a fingerprint of this shard close.
    pub fn first_look(&self, fingerprint: u64) -> u8 {
        self.seen.first_look(self.sharding.rest(fingerprint))
    }

    /// Forgets its last state; only where the search is over.
    pub fn forget_last(&mut self) {
        self.len -= 1;
    }

    /// The place of the parent in the order of expansion, none for an initial state; and of the action.
    pub fn reached_by(&self, index: u32) -> (Option<u32>, u16) {
        let (parent, action) = self.trail.get(index);
        (parent.checked_sub(1), action)
    }

    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether it may have no numbers left for what another batch finds.
    pub fn is_full(&self) -> bool {
        self.len >= (1 << INDEX_BITS) - INDICES_LEFT_MIN
    }

    /// What it holds, and what it may hold beyond that soon.
    pub fn bytes(&self) -> (u64, u64) {
        let states = (self.states.capacity() * size_of::<S>()) as u64 + self.state_bytes;
        (self.seen.bytes() + self.trail.bytes() + states, self.seen.growth_bytes())
    }
}
