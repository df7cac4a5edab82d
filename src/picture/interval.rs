//! Which of many stretches of time meet a window: asked for every tile, so quick at any length of run.

use crate::sim::time::Instant;
use crate::sorted::sort_by_key;

/// How many stretches share one entry of the index.
const BLOCK: usize = 64;

/// Stretches in the order of their starts, with the latest end of each block of them.
#[derive(Clone, Debug, Default)]
pub struct Intervals {
    /// Start, end, and the number that the owner gave it.
    entries: Vec<(Instant, Instant, u32)>,
    latest_end: Vec<Instant>,
}

impl Intervals {
    /// The index over `(start, end, number)`, in any order.
    pub fn over(entries: impl IntoIterator<Item = (Instant, Instant, u32)>) -> Intervals {
        let mut entries: Vec<_> = entries.into_iter().collect();
        if !entries.is_sorted_by_key(|entry| entry.0) {
            sort_by_key(&mut entries, |entry| (entry.0, entry.2));
        }
        let latest_end = entries
            .chunks(BLOCK)
            .map(|block| block.iter().map(|entry| entry.1).max().unwrap_or(Instant::START))
            .collect();
        Intervals { entries, latest_end }
    }

    /// The numbers of those that share an instant with `[from, to]`, in the order of their starts.
    pub fn meeting(&self, from: Instant, to: Instant) -> impl Iterator<Item = u32> + '_ {
        let started = self.entries.partition_point(|entry| entry.0 <= to);
        let blocks = self.entries[..started].chunks(BLOCK).zip(&self.latest_end);
        let late_enough = blocks.filter(move |(_, latest)| **latest >= from).flat_map(|(block, _)| block);
        late_enough.filter(move |entry| entry.1 >= from).map(|entry| entry.2)
    }

    /// The numbers of those that start in `[from, to)`.
    pub fn starting(&self, from: Instant, to: Instant) -> impl Iterator<Item = u32> + '_ {
        let first = self.entries.partition_point(|entry| entry.0 < from);
        self.entries[first..].iter().take_while(move |entry| entry.0 < to).map(|entry| entry.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_window_meets_exactly_what_a_scan_finds(
            stretches in prop::collection::vec((0u64..1_000, 0u64..300), 0..300),
            from in 0u64..1_000,
            length in 0u64..200,
        ) {
            let instant = Instant::from_micros;
            let entries: Vec<_> = stretches
                .iter()
                .enumerate()
                .map(|(number, (start, length))| (instant(*start), instant(start + length), number as u32))
                .collect();
            let index = Intervals::over(entries.clone());
            let (from, to) = (instant(from), instant(from + length));
            let mut found: Vec<u32> = index.meeting(from, to).collect();
            found.sort_unstable();
            let scanned: Vec<u32> =
                entries.iter().filter(|entry| entry.0 <= to && entry.1 >= from).map(|entry| entry.2).collect();
            prop_assert_eq!(found, scanned);
        }
    }
}
