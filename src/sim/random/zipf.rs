//! Zipf's law: which of many things is asked for, some being far more popular than others.

use super::fixed_point::{FRACTION_BITS, log2, share, times_power_of_two};

/// Ranks below twice this number have a table entry each; from there on, every doubling has this many entries.
const ENTRIES_PER_DOUBLING: u32 = 256;

/// The weight of the first rank.
const WEIGHT_ONE: u64 = 1 << 40;

/// Ranks 0 to `ranks` − 1, the one numbered r with a probability proportional to 1 / (r + 1)^exponent. Web requests
/// have exponents of 0.64 to 0.83 (Breslau and others, *Web Caching and Zipf-like Distributions*, INFOCOM 1999).
///
/// A table of at most 3,400 entries instead of one per rank: neighbouring high ranks hardly differ in popularity, so
/// that an entry shares its weight evenly among the ranks from its first to the next entry's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zipf {
    ranks: u32,
    /// The weight of all ranks before each entry's first, and at the end of all.
    weights_before: Vec<u64>,
}

impl Zipf {
    pub const RANKS_MAX: u32 = 1_000_000;

    /// The largest exponent, in thousandths: all but a millionth of the draws fall on rank 0.
    pub const EXPONENT_MAX_THOUSANDTHS: u32 = 20_000;

    /// Builds the table. An exponent of 0 makes all ranks equally likely, one of 1,000 thousandths is Zipf's own.
    ///
    /// # Panics
    /// Unless there are 1 to [`Zipf::RANKS_MAX`] ranks, with an exponent up to [`Zipf::EXPONENT_MAX_THOUSANDTHS`].
    pub fn new(ranks: u32, exponent_thousandths: u32) -> Zipf {
        assert!((1..=Zipf::RANKS_MAX).contains(&ranks), "{ranks} ranks");
        assert!(exponent_thousandths <= Zipf::EXPONENT_MAX_THOUSANDTHS, "{exponent_thousandths} thousandths");
        let mut weights_before = vec![0];
        let mut weight = 0;
        for entry in (0..).take_while(|entry| first_rank(*entry) < ranks) {
            let (first, last) = (first_rank(entry), first_rank(entry + 1).min(ranks) - 1);
            weight += u64::from(last - first + 1) * middle_weight(first, last, exponent_thousandths);
            weights_before.push(weight);
        }
        Zipf { ranks, weights_before }
    }

    /// The rank that `draw` stands for, counted from 0; it never decreases with the draw.
    pub fn rank(&self, draw: u64) -> u32 {
        let target = share(draw, self.weights_before[self.weights_before.len() - 1]);
        let entry = self.weights_before.partition_point(|weight| *weight <= target) - 1;
        let (before, after) = (self.weights_before[entry], self.weights_before[entry + 1]);
        let (first, end) = (first_rank(entry as u32), first_rank(entry as u32 + 1).min(self.ranks));
        first + ((target - before) * u64::from(end - first) / (after - before)) as u32
    }
}

/// The first rank of an entry: entries are as wide as the last digit of a floating-point number.
const fn first_rank(entry: u32) -> u32 {
    let doubling = entry / ENTRIES_PER_DOUBLING;
    if doubling == 0 { entry } else { (ENTRIES_PER_DOUBLING + entry % ENTRIES_PER_DOUBLING) << (doubling - 1) }
}

/// 1 / middle^exponent where the middle of the ranks, counted from 1, may be a half.
fn middle_weight(first: u32, last: u32, exponent_thousandths: u32) -> u64 {
    let middle_log2 = log2(u64::from(first + last + 2)) - (1 << FRACTION_BITS);
    let exponent = middle_log2 * u64::from(exponent_thousandths) / 1_000;
    times_power_of_two(WEIGHT_ONE, -(exponent as i64))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{draws, probability};
    use super::*;
    use crate::sim::fingerprint::Hasher;

    #[test]
    fn ranks_have_their_quantiles() {
        for ranks in [1, 2, 10, 511, 512, 513, 1_000, 65_537, 999_983, Zipf::RANKS_MAX] {
            for exponent_thousandths in
                [0, 1, 500, 750, 999, 1_000, 1_001, 1_500, 3_000, Zipf::EXPONENT_MAX_THOUSANDTHS]
            {
                let zipf = Zipf::new(ranks, exponent_thousandths);
                let mut below = vec![0.0];
                let mut sum = 0.0;
                for rank in 1..=ranks {
                    sum += f64::from(rank).powf(f64::from(exponent_thousandths) / -1e3);
                    below.push(sum);
                }
                let mut before = 0;
                for draw in draws() {
                    let rank = zipf.rank(draw);
                    assert!(before <= rank && rank < ranks);
                    before = rank;
                    let (from, to) = (below[rank as usize] / sum, below[rank as usize + 1] / sum);
                    let wanted = probability(draw);
                    assert!(from - 1e-5 <= wanted && wanted <= to + 1e-5, "{ranks} ranks at {draw}: {rank}");
                }
            }
        }
    }

    #[test]
    fn entries_follow_each_other() {
        assert!((0..3_400).all(|entry| first_rank(entry) < first_rank(entry + 1)));
        assert_eq!([0, 255, 256, 511, 512, 513, 768].map(first_rank), [0, 255, 256, 511, 512, 514, 1_024]);
        assert!(Zipf::new(Zipf::RANKS_MAX, 1_000).weights_before.len() < 3_400);
    }

    #[test]
    fn golden_ranks() {
        let zipf = Zipf::new(Zipf::RANKS_MAX, 1_000);
        assert_eq!([0, 1 << 62, 1 << 63, 3 << 62, u64::MAX].map(|draw| zipf.rank(draw)), [0, 20, 748, 27_372, 999_999]);
        let mut hasher = Hasher::keyed(0);
        for draw in draws() {
            hasher.number(u64::from(zipf.rank(draw)));
        }
        assert_eq!(hasher.finish(), 2_801_029_660_914_823_263);
    }
}
