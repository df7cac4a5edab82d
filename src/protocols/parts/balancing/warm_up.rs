//! Warm-up: a provider that has just started gets less, until its caches are filled and its code is compiled.

use super::rounding::Float;
use crate::sim::time::Span;

/// How long a provider warms up, unless told otherwise (Dubbo: `warmup`, 10 minutes).
pub const WARM_UP: Span = Span::seconds(600);

/// The weight of a provider that has been up for so long: from 1 in a straight line to its full weight.
///
/// Source: Dubbo, `AbstractLoadBalance.calculateWarmupWeight`, which computes in `float` and in whole milliseconds.
pub fn weight(uptime: Span, warm_up: Span, weight: u32) -> u32 {
    let (uptime, warm_up) = (uptime.as_micros() / 1_000, warm_up.as_micros() / 1_000);
    if uptime >= warm_up {
        return weight;
    }
    let milliseconds_per_unit = Float::of(warm_up).over(Float::of(weight.into()));
    let warm = Float::of(uptime).over(milliseconds_per_unit).floor();
    warm.clamp(1, u64::from(weight.max(1))) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference sheet §14: weight ⌊uptime / (warm-up / weight)⌋, at least 1, at most the weight.
    #[test]
    fn it_rises_in_a_straight_line() {
        let after = |seconds| weight(Span::seconds(seconds), WARM_UP, 100);
        assert_eq!([0, 5, 6, 12, 300, 594, 599, 600, 9_000].map(after), [1, 1, 1, 2, 50, 99, 99, 100, 100]);
        assert_eq!(weight(Span::ZERO, Span::ZERO, 7), 7);
    }
}
