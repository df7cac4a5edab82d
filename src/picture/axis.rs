//! The folded axis of time: a 1 ms message and a 30 s lease readable on one screen.
//!
//! Neighbouring instants that matter (those at which something happens) stand `32 px × log2(1 + gap / u)` apart, never
//! nearer than 12 px nor farther than 160 px, `u` being the protocol's base latency. Each distance depends on one gap
//! only, so that an insertion moves nothing before it.

use super::repeat::Repeat;
use crate::scenario::run::Run;
use crate::sim::time::{Instant, Span};
use crate::sim::trace::Ending;
use crate::sorted::sort_by;

/// How far apart two instants stand that lie one base latency apart, in pixels.
const UNIT_PX: f64 = 32.0;
/// The least distance of two neighbouring instants in pixels.
pub const GAP_PX_MIN: f64 = 12.0;
/// The greatest distance of two neighbouring instants in pixels; a gap that reaches it is cut.
pub const GAP_PX_MAX: f64 = 160.0;

/// How instants become pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Logarithmic between neighbours, within limits.
    #[default]
    Folded,
    /// Proportional: one base latency is 32 px everywhere.
    True,
}

/// A stretch of time that the axis cuts short: drawn with two slanted strokes and its duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// Where it begins and ends, in pixels along the axis.
    pub from_px: f64,
    pub to_px: f64,
    /// How much time it stands for.
    pub lasting: Span,
}

/// Where every instant of a run stands, in pixels from the run's start.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    scale: Scale,
    unit_micros: u64,
    /// The instants that matter, ascending, and where each stands.
    instants: Vec<Instant>,
    pixels: Vec<f64>,
    /// The run's tail, if it only repeats itself: it takes the last 160 px.
    repeat: Option<Repeat>,
}

impl Axis {
    /// The axis through ascending instants; repeated ones count once. The start of the run is always on it.
    pub fn through(instants: impl IntoIterator<Item = Instant>, unit: Span, scale: Scale) -> Axis {
        let mut axis = Axis {
            scale,
            unit_micros: unit.as_micros().max(1),
            instants: vec![Instant::START],
            pixels: vec![0.0],
            repeat: None,
        };
        for instant in instants {
            axis.push(instant);
        }
        axis
    }

    /// The axis of one run, to its end; folded, a tail that only repeats itself is one piece.
    pub fn of(run: &Run, scale: Scale) -> Axis {
        Axis::shared(&[run], scale)
    }

    /// One axis for several runs that are compared: every instant that matters in any of them stands on it.
    pub fn shared(runs: &[&Run], scale: Scale) -> Axis {
        let unit = runs.iter().map(|run| run.topology.base_latency).min().unwrap_or(Span::millis(1));
        // A tail is folded only where no other run still has something of its own to show.
        let repeat = match (scale, runs) {
            (Scale::Folded, [run]) => Repeat::of(&run.trace, run.ending),
            _ => None,
        };
        let mut instants = Vec::new();
        for run in runs {
            instants.extend(instants_of(run));
        }
        sort_by(&mut instants, Instant::cmp);
        let kept = instants.into_iter().take_while(|at| repeat.is_none_or(|repeat| *at <= repeat.from));
        let mut axis = Axis::through(kept, unit, scale);
        if let (Some(repeat), [run]) = (repeat, runs) {
            axis.instants.push(run.scenario.until.max_instant(run.trace.end()));
            axis.pixels.push(axis.length() + GAP_PX_MAX);
            axis.repeat = Some(repeat);
        }
        axis
    }

    /// This axis with what lies after its end in another run appended; nothing on it moves.
    pub fn extended(&self, run: &Run) -> Axis {
        let mut axis = self.clone();
        if axis.repeat.is_none() {
            for instant in instants_of(run) {
                axis.push(instant);
            }
        }
        axis
    }

    fn push(&mut self, instant: Instant) {
        let (last, px) = (self.end(), self.length());
        if instant > last {
            self.instants.push(instant);
            self.pixels.push(px + self.distance(instant.since(last)));
        }
    }

    /// How far apart neighbours stand that lie `gap` apart.
    fn distance(&self, gap: Span) -> f64 {
        let units = gap.as_micros() as f64 / self.unit_micros as f64;
        match self.scale {
            Scale::Folded => (UNIT_PX * (1.0 + units).log2()).clamp(GAP_PX_MIN, GAP_PX_MAX),
            Scale::True => UNIT_PX * units,
        }
    }

    /// Where an instant stands. Between neighbours time runs evenly; after the end it stands still.
    pub fn px(&self, instant: Instant) -> f64 {
        let after = self.instants.partition_point(|station| *station <= instant);
        match (after.checked_sub(1), self.instants.get(after)) {
            (Some(before), Some(next)) => {
                let whole = next.since(self.instants[before]).as_micros() as f64;
                let part = instant.since(self.instants[before]).as_micros() as f64;
                self.pixels[before] + (self.pixels[after] - self.pixels[before]) * part / whole
            }
            (Some(before), None) => self.pixels[before],
            (None, _) => 0.0,
        }
    }

    /// The instant that stands at a pixel, to the microsecond; the ends' beyond the ends.
    pub fn instant(&self, px: f64) -> Instant {
        let after = self.pixels.partition_point(|station| *station <= px);
        match (after.checked_sub(1), self.pixels.get(after)) {
            (Some(before), Some(next_px)) => {
                let from = self.instants[before];
                let whole = self.instants[after].since(from).as_micros() as f64;
                let part = (px - self.pixels[before]) / (next_px - self.pixels[before]);
                from + Span::micros((whole * part).round() as u64)
            }
            (Some(before), None) => self.instants[before],
            (None, _) => self.instants[0],
        }
    }

    /// The instant that matters nearest to a pixel: scrubbing snaps to it.
    pub fn nearest(&self, px: f64) -> Instant {
        let after = self.pixels.partition_point(|station| *station < px).min(self.pixels.len() - 1);
        let before = after.saturating_sub(1);
        let nearer_before = (px - self.pixels[before]).abs() <= (self.pixels[after] - px).abs();
        self.instants[if nearer_before { before } else { after }]
    }

    /// The instants that matter between two pixels, with where they stand.
    pub fn stations(&self, from_px: f64, to_px: f64) -> impl Iterator<Item = (Instant, f64)> + '_ {
        let first = self.pixels.partition_point(|station| *station < from_px);
        self.instants[first..]
            .iter()
            .copied()
            .zip(self.pixels[first..].iter().copied())
            .take_while(move |s| s.1 <= to_px)
    }

    /// The gaps at the limit that show between two pixels, without the folded tail.
    pub fn gaps(&self, from_px: f64, to_px: f64) -> impl Iterator<Item = Gap> + '_ {
        let first = self.pixels.partition_point(|station| *station < from_px).max(1);
        let last = if self.repeat.is_some() { self.pixels.len() - 1 } else { self.pixels.len() };
        (first..last)
            .take_while(move |next| self.pixels[*next - 1] <= to_px)
            .map(|next| Gap {
                from_px: self.pixels[next - 1],
                to_px: self.pixels[next],
                lasting: self.instants[next].since(self.instants[next - 1]),
            })
            .filter(|gap| self.scale == Scale::Folded && gap.to_px - gap.from_px >= GAP_PX_MAX)
    }

    /// The folded tail, if there is one, and where it begins.
    pub fn repeat(&self) -> Option<(Repeat, f64)> {
        self.repeat.map(|repeat| (repeat, self.px(repeat.from)))
    }

    /// The last instant on the axis.
    pub fn end(&self) -> Instant {
        self.instants[self.instants.len() - 1]
    }

    /// The whole length in pixels.
    pub fn length(&self) -> f64 {
        self.pixels[self.pixels.len() - 1]
    }

    pub fn scale(&self) -> Scale {
        self.scale
    }
}

/// Ascending: the instants of the run's events, and its horizon if it was still going on there.
fn instants_of(run: &Run) -> impl Iterator<Item = Instant> + '_ {
    let horizon = (run.ending == Ending::Horizon).then(|| run.scenario.until.max_instant(run.trace.end()));
    run.trace.events.iter().map(|step| run.trace.steps[*step as usize].at).chain(horizon)
}

/// A span from the start as an instant.
trait Horizon {
    fn max_instant(self, other: Instant) -> Instant;
}

impl Horizon for Span {
    fn max_instant(self, other: Instant) -> Instant {
        (Instant::START + self).max(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn axis(millis: &[u64]) -> Axis {
        Axis::through(millis.iter().map(|at| Instant::START + Span::millis(*at)), Span::millis(5), Scale::Folded)
    }

    fn at(millis: u64) -> Instant {
        Instant::START + Span::millis(millis)
    }

    #[test]
    fn neighbours_stand_apart_by_the_logarithm_of_their_gap_within_limits() {
        let axis = axis(&[5, 20, 20, 21, 30_021]);
        assert_eq!(axis.px(at(0)), 0.0);
        assert_eq!(axis.px(at(5)), 32.0, "one base latency is 32 px");
        assert_eq!(axis.px(at(20)), 32.0 + 64.0, "three base latencies are 32 px × log2(4)");
        assert_eq!(axis.px(at(21)), 96.0 + 12.0, "never nearer than 12 px");
        assert_eq!(axis.px(at(30_021)), 108.0 + 160.0, "never farther than 160 px");
    }

    #[test]
    fn a_gap_at_the_limit_says_how_long_it_is() {
        let axis = axis(&[5, 30_005, 30_010]);
        let gaps: Vec<Gap> = axis.gaps(0.0, axis.length()).collect();
        assert_eq!(gaps, [Gap { from_px: 32.0, to_px: 192.0, lasting: Span::seconds(30) }]);
        assert_eq!(axis.gaps(193.0, axis.length()).count(), 0);
    }

    #[test]
    fn the_true_scale_is_proportional() {
        let axis = Axis::through([at(5), at(30_000)], Span::millis(5), Scale::True);
        assert_eq!(axis.px(at(5)), 32.0);
        assert_eq!(axis.px(at(30_000)), 192_000.0);
        assert_eq!(axis.gaps(0.0, axis.length()).count(), 0, "nothing is cut in true scale");
    }

    #[test]
    fn scrubbing_snaps_to_the_nearest_instant_that_matters() {
        let axis = axis(&[5, 20]);
        assert_eq!(axis.nearest(-5.0), at(0));
        assert_eq!(axis.nearest(30.0), at(5));
        assert_eq!(axis.nearest(70.0), at(20));
        assert_eq!(axis.nearest(1e9), at(20));
    }

    proptest! {
        #[test]
        fn an_insertion_moves_nothing_before_it(
            mut millis in prop::collection::vec(0u64..100_000, 1..60),
            inserted in 0u64..100_000,
        ) {
            millis.sort_unstable();
            let before = axis(&millis);
            let mut with = millis.clone();
            with.push(inserted);
            with.sort_unstable();
            let after = axis(&with);
            for millis in millis.iter().filter(|millis| **millis <= inserted) {
                prop_assert_eq!(before.px(at(*millis)), after.px(at(*millis)));
            }
        }

        #[test]
        fn pixels_and_instants_are_each_others_inverse(
            mut millis in prop::collection::vec(0u64..100_000, 1..60),
            micros in 0u64..100_000_000,
        ) {
            millis.sort_unstable();
            let axis = axis(&millis);
            let instant = Instant::from_micros(micros).min(axis.end());
            let back = axis.instant(axis.px(instant));
            prop_assert!(back.as_micros().abs_diff(instant.as_micros()) <= 1, "{instant} came back as {back}");
        }
    }

    #[test]
    fn a_hundred_thousand_instants_are_quickly_found() {
        let axis = axis(&(1..=100_000).collect::<Vec<_>>());
        assert_eq!(axis.instant(axis.px(at(77_777))), at(77_777));
        assert_eq!(axis.stations(axis.px(at(500)), axis.px(at(509))).count(), 10);
    }
}
