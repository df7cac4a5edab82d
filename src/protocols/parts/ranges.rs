//! Sets of numbers that are handed out one after the other.

use crate::sorted::SortedMap;
use serde::Serialize;

/// A set of numbers in which long runs of neighbours are cheap: first and last of each run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ranges(SortedMap<u32, u32>);

impl Ranges {
    pub fn contains(&self, number: u32) -> bool {
        self.starting_by(number).is_some_and(|(_, last)| number <= last)
    }

    /// The last run that starts at a number or before it.
    fn starting_by(&self, number: u32) -> Option<(u32, u32)> {
        let place = self.0.find_index(&number).map_or_else(|place| place, |place| place + 1);
        self.0.get_indexed(place.checked_sub(1)?).map(|(first, last)| (*first, *last))
    }

    /// Adds a number; whether it is new.
    pub fn insert(&mut self, number: u32) -> bool {
        if self.contains(number) {
            return false;
        }
        let before = self.starting_by(number).filter(|(_, last)| *last + 1 == number);
        let first = before.map_or(number, |(first, _)| first);
        let last = number.checked_add(1).and_then(|next| self.0.remove(&next)).unwrap_or(number);
        self.0.insert(first, last);
        true
    }

    /// The numbers, in order.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// The numbers that are not in the other set, in order.
    pub fn difference<'a>(&'a self, other: &'a Ranges) -> impl Iterator<Item = u32> + 'a {
        self.0.iter().flat_map(move |(first, last)| other.gaps(*first, *last))
    }

    /// The numbers from `first` to `last` that are not in this set; runs of those that are cost nothing.
    fn gaps(&self, first: u32, last: u32) -> impl Iterator<Item = u32> + '_ {
        let mut next = Some(first);
        std::iter::from_fn(move || {
            let mut number = next?;
            if let Some((_, covered)) = self.starting_by(number).filter(|(_, covered)| number <= *covered) {
                number = covered.checked_add(1)?;
            }
            next = number.checked_add(1);
            (number <= last).then_some(number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn they_are_a_set_that_merges_neighbours() {
        let (mut ranges, mut set) = (Ranges::default(), BTreeSet::new());
        for number in [5, 3, 4, 9, 1, 2, 2, 7, 8, u32::MAX] {
            ranges.insert(number);
            set.insert(number);
            assert!((0..12).chain([u32::MAX]).all(|n| ranges.contains(n) == set.contains(&n)), "after {number}");
        }
        assert_eq!(ranges.0, SortedMap::from_iter([(1, 5), (7, 9), (u32::MAX, u32::MAX)]));
    }

    proptest! {
        #[test]
        fn a_difference_is_what_sets_say(one: BTreeSet<u8>, other: BTreeSet<u8>) {
            let (mut ours, mut theirs) = (Ranges::default(), Ranges::default());
            for number in &one {
                prop_assert!(ours.insert(u32::from(*number)) && !ours.insert(u32::from(*number)));
            }
            for number in &other {
                theirs.insert(u32::from(*number));
            }
            let difference: Vec<u32> = ours.difference(&theirs).collect();
            prop_assert_eq!(difference, one.difference(&other).map(|number| u32::from(*number)).collect::<Vec<_>>());
        }
    }
}
