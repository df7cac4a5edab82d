//! `rmState` of the transaction-commit specifications: what each resource manager believes, two bits each.

/// What a resource manager believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belief {
    Working = 0,
    Prepared = 1,
    Committed = 2,
    Aborted = 3,
}

/// The low bit of each of the 32 pairs.
const LOW: u64 = 0x5555_5555_5555_5555;

/// The pairs of `states` that are `belief`, as their low bits; pairs beyond the resource managers are `Working`.
fn those(states: u64, belief: Belief) -> u64 {
    let differing = states ^ (LOW * belief as u64);
    !(differing | differing >> 1) & LOW
}

/// Whether resource manager `rm` believes so.
pub(super) fn is(states: u64, rm: u32, belief: Belief) -> bool {
    states >> (2 * rm) & 3 == belief as u64
}

/// With resource manager `rm` believing so.
pub(super) fn set(states: u64, rm: u32, belief: Belief) -> u64 {
    states & !(3 << (2 * rm)) | (belief as u64) << (2 * rm)
}

/// How many believe so; not for `Working`.
pub(super) fn count(states: u64, belief: Belief) -> u32 {
    those(states, belief).count_ones()
}

/// `TCConsistent`: nobody has aborted while another has committed.
pub(super) fn consistent(states: u64) -> bool {
    count(states, Belief::Aborted) == 0 || count(states, Belief::Committed) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_bits_are_beliefs() {
        let states = set(set(set(0, 0, Belief::Aborted), 3, Belief::Committed), 2, Belief::Prepared);
        assert!(is(states, 0, Belief::Aborted) && is(states, 1, Belief::Working) && is(states, 3, Belief::Committed));
        assert_eq!([Belief::Prepared, Belief::Committed, Belief::Aborted].map(|belief| count(states, belief)), [1; 3]);
        assert!(!consistent(states) && consistent(set(states, 0, Belief::Committed)));
        assert_eq!(set(states, 3, Belief::Working) >> 6, 0);
    }
}
