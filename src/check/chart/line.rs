//! One line of something that is counted, at whatever length of a run in a bounded number of points.

use super::Point;
use crate::sim::time::Instant;

/// More points than this are thinned to half as many.
const POINTS_MAX: usize = 400;

/// Keeps every change while they are few. Of more, each point stands for several changes, and is the greatest of them:
/// what was at most is what one looks for. The last value is always exact.
#[derive(Clone, Debug)]
pub struct Line {
    points: Vec<(Instant, u64)>,
    /// How many changes make up a point.
    every: u32,
    /// The greatest of the changes since the last point, and how many there were.
    open: Option<((Instant, u64), u32)>,
    /// The last change: another one at the same instant replaces it.
    last: (Instant, u64),
}

impl Line {
    /// A line that begins with nothing.
    pub fn new() -> Line {
        Line { points: Vec::new(), every: 1, open: None, last: (Instant::START, 0) }
    }

    /// From this instant on it is so much. Instants ascend.
    pub fn set(&mut self, at: Instant, value: u64) {
        if at > self.last.0 && value != self.last.1 {
            self.keep(self.last);
            self.last = (at, value);
        } else if at == self.last.0 {
            self.last.1 = value;
        }
    }

    /// The value now.
    pub fn value(&self) -> u64 {
        self.last.1
    }

    /// The greatest value so far.
    pub fn greatest(&self) -> u64 {
        let open = self.open.map(|(greatest, _)| greatest);
        let all = self.points.iter().copied().chain(open).chain([self.last]);
        all.map(|(_, value)| value).max().unwrap_or(0)
    }

    fn keep(&mut self, change: (Instant, u64)) {
        let (greatest, count) = match self.open.take() {
            Some((greatest, count)) if greatest.1 > change.1 => (greatest, count + 1),
            Some((_, count)) => (change, count + 1),
            None => (change, 1),
        };
        if count < self.every {
            self.open = Some((greatest, count));
            return;
        }
        self.points.push(greatest);
        if self.points.len() > POINTS_MAX {
            let pairs = self.points.chunks(2).map(|pair| match pair {
                [one, other] if one.1 > other.1 => *one,
                [.., other] => *other,
                [] => self.last,
            });
            self.points = pairs.collect();
            self.every = self.every.saturating_mul(2);
        }
    }

    /// The points so far, the last value among them.
    pub fn points(&self) -> Vec<Point> {
        let open = self.open.map(|(greatest, _)| greatest);
        let all = self.points.iter().copied().chain(open).chain([self.last]);
        let mut points: Vec<Point> = Vec::new();
        for (at, value) in all {
            // What did not change at the instant after all is no point.
            if points.last().is_none_or(|before| before.value != Some(value)) {
                points.push(Point { at, value: Some(value) });
            }
        }
        points
    }
}

impl Default for Line {
    fn default() -> Line {
        Line::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: u64) -> Instant {
        Instant::from_micros(micros)
    }

    fn drawn(line: &Line) -> Vec<(u64, u64)> {
        line.points().iter().map(|point| (point.at.as_micros(), point.value.unwrap())).collect()
    }

    #[test]
    fn few_changes_are_kept_as_they_are() {
        let mut line = Line::new();
        for (micros, value) in [(5, 1), (9, 2), (9, 1), (12, 3), (20, 0)] {
            line.set(at(micros), value);
        }
        assert_eq!(drawn(&line), [(0, 0), (5, 1), (12, 3), (20, 0)], "what changed back at once did not change");
        assert_eq!(line.value(), 0);
    }

    #[test]
    fn however_many_there_are_some_hundred_points_stay_with_the_greatest_and_the_last() {
        let mut line = Line::new();
        for micros in 1..=1_000_000 {
            let value = if micros == 777_777 { 9_999 } else { micros * micros / 1_000 % 5_000 };
            line.set(at(micros), value);
        }
        let points = drawn(&line);
        assert!((100..=POINTS_MAX + 2).contains(&points.len()), "{} points", points.len());
        assert!(points.contains(&(777_777, 9_999)), "the greatest is lost");
        assert_eq!(points.last(), Some(&(1_000_000, 0)));
        assert!(points.is_sorted());
    }
}
