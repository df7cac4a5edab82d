//! A window that moves along a run: what is measured over the last so long.

use super::Point;
use crate::sim::time::{Instant, Span};

/// A window is so many panes long: it moves on by one pane at a time.
pub const PANES: usize = 10;

/// More points than this are thinned to half as many.
const POINTS_MAX: usize = 400;

/// When the panes of a window end, and the values of some lines at these instants.
#[derive(Clone, Debug)]
pub struct Window {
    pane: Span,
    /// The end of the pane that is open.
    ends: Instant,
    /// What was measured at the ends of panes: a value for each line.
    points: Vec<(Instant, Vec<Option<u64>>)>,
    /// Every so manieth end of a pane is kept.
    every: u32,
    passed: u32,
}

impl Window {
    /// A window at least this long, and no shorter than a twentieth of what is expected: of a length that people would choose.
    pub fn of(least: Span, expected: Span) -> Window {
        let least = least.as_micros().max(expected.as_micros() / 20).max(PANES as u64);
        let mut unit = PANES as u64;
        let length = loop {
            if let Some(factor) = [1, 2, 5].into_iter().find(|factor| unit * factor >= least) {
                break unit * factor;
            }
            unit = unit.saturating_mul(10);
        };
        let pane = Span::micros(length / PANES as u64);
        Window { pane, ends: Instant::START + pane, points: Vec::new(), every: 1, passed: 0 }
    }

    pub fn length(&self) -> Span {
        self.pane.times(PANES as u64)
    }

    /// Whether the open pane has ended before that instant. Whoever measures then tells what it came to.
    pub fn has_passed(&self, now: Instant) -> bool {
        now >= self.ends
    }

    /// A pane has ended, and this was measured over the window. Where nothing was, and nothing can come together before
    /// `now`, the panes until then are passed over.
    pub fn pass(&mut self, measured: Vec<Option<u64>>, now: Instant) {
        let nothing = measured.iter().all(Option::is_none);
        let was_nothing = self.points.last().is_none_or(|(_, before)| before.iter().all(Option::is_none));
        self.passed += 1;
        if self.passed.is_multiple_of(self.every) || nothing {
            if !(nothing && was_nothing) {
                self.points.push((self.ends, measured));
            }
            if self.points.len() > POINTS_MAX {
                let mut place = 0;
                self.points.retain(|_| {
                    place += 1;
                    place % 2 == 0
                });
                self.every = self.every.saturating_mul(2);
            }
        }
        let panes = if nothing { now.since(self.ends).as_micros() / self.pane.as_micros() } else { 0 };
        self.ends = self.ends + self.pane.times(panes + 1);
    }

    /// The points of one line.
    pub fn points(&self, line: usize) -> Vec<Point> {
        let point = |(at, values): &(Instant, Vec<Option<u64>>)| Some(Point { at: *at, value: *values.get(line)? });
        let mut points: Vec<Point> = self.points.iter().filter_map(point).collect();
        points.dedup_by(|later, earlier| later.value.is_none() && earlier.value.is_none());
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_length_is_a_round_one() {
        let length = |least, expected| Window::of(Span::millis(least), Span::millis(expected)).length();
        assert_eq!(length(100, 120), Span::millis(100));
        assert_eq!(length(100, 10_000_000), Span::seconds(500));
        assert_eq!(length(101, 0), Span::millis(200));
        assert_eq!(length(0, 0), Span::micros(10));
    }

    #[test]
    fn a_long_quiet_is_one_gap_however_long_it_is() {
        let mut window = Window::of(Span::millis(100), Span::ZERO);
        let end = Instant::START + Span::seconds(1_000_000);
        let mut passed = 0;
        while window.has_passed(end) {
            window.pass(vec![(passed < 3).then_some(passed)], end);
            passed += 1;
        }
        assert_eq!(passed, 4);
        let points = window.points(0);
        let values: Vec<_> = points.iter().map(|point| (point.at.as_micros(), point.value)).collect();
        assert_eq!(values, [(10_000, Some(0)), (20_000, Some(1)), (30_000, Some(2)), (40_000, None)]);
    }

    #[test]
    fn a_long_run_keeps_some_hundred_points() {
        let mut window = Window::of(Span::millis(100), Span::ZERO);
        for _ in 0..100_000 {
            window.pass(vec![Some(1)], Instant::START);
        }
        assert!((100..=POINTS_MAX).contains(&window.points(0).len()));
    }
}
