//! How many values there were of each size: percentiles of however many in a bounded space.

use crate::sorted::SortedMap;

/// Values to three significant digits, rounded up, as people write them: at most 900 for every power of ten.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    counts: SortedMap<u64, u64>,
    total: u64,
}

/// A value to three significant digits, rounded up.
fn rounded(value: u64) -> u64 {
    let mut unit: u64 = 1;
    while value / unit >= 1_000 {
        unit *= 10;
    }
    value.div_ceil(unit).saturating_mul(unit)
}

impl Histogram {
    pub fn add(&mut self, value: u64) {
        *self.counts.entry(rounded(value)).or_default() += 1;
        self.total += 1;
    }

    /// Takes away what another one has, and what was added to this one before.
    pub fn subtract(&mut self, other: &Histogram) {
        for (value, count) in other.counts.iter() {
            if let Some(here) = self.counts.get_mut(value) {
                *here = here.saturating_sub(*count);
            }
        }
        self.counts.retain(|_, count| *count > 0);
        self.total = self.total.saturating_sub(other.total);
    }

    pub fn clear(&mut self) {
        self.counts.clear();
        self.total = 0;
    }

    /// The value that so many hundredths of them do not exceed (nearest rank); none of none.
    pub fn percentile(&self, hundredths: u64) -> Option<u64> {
        let mut left = (self.total * hundredths).div_ceil(100).max(1);
        self.counts.iter().find_map(|(value, count)| {
            let found = left <= *count;
            left = left.saturating_sub(*count);
            found.then_some(*value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::measure::nearest_rank;
    use proptest::prelude::*;

    proptest! {
        /// It is the nearest rank of the values themselves, rounded up; at most a hundredth away.
        #[test]
        fn percentiles_are_those_of_the_values(mut values in proptest::collection::vec(0u64..40_000_000, 1..200), hundredths in 1u64..=100) {
            let mut histogram = Histogram::default();
            values.iter().for_each(|value| histogram.add(*value));
            values.sort_unstable();
            let exact = nearest_rank(&values, hundredths as usize).unwrap();
            let told = histogram.percentile(hundredths).unwrap();
            prop_assert_eq!(told, rounded(exact));
            prop_assert!(told >= exact && (told - exact) * 100 <= exact);
        }

        #[test]
        fn what_is_subtracted_is_as_if_it_had_never_been(kept in proptest::collection::vec(0u64..9_000, 0..50), gone in proptest::collection::vec(0u64..9_000, 0..50)) {
            let (mut both, mut alone, mut other) = (Histogram::default(), Histogram::default(), Histogram::default());
            kept.iter().for_each(|value| { both.add(*value); alone.add(*value); });
            gone.iter().for_each(|value| { both.add(*value); other.add(*value); });
            both.subtract(&other);
            for hundredths in [1, 50, 95, 99, 100] {
                prop_assert_eq!(both.percentile(hundredths), alone.percentile(hundredths));
            }
        }
    }

    #[test]
    fn nothing_has_no_percentile() {
        assert_eq!(Histogram::default().percentile(50), None);
        assert_eq!(rounded(999), 999);
        assert_eq!(rounded(22_000), 22_000);
        assert_eq!(rounded(22_001), 22_100);
        assert_eq!(rounded(u64::MAX), u64::MAX);
    }
}
