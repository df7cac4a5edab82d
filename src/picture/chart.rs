//! A chart's lines as paths, in a box that is stretched to its place: a thousand wide, as high as it is drawn.

use super::path::written;
use crate::check::chart::{Point, Shape};
use crate::sim::time::Instant;

/// How wide the box is.
pub const WIDTH: f64 = 1_000.0;

/// The strokes of lines that stand together, so that they differ without colours: solid, dashed, dotted.
pub const DASHES: [&str; 3] = ["", "6 3", "1 3"];

/// The box that a line is drawn in.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// Where an instant stands, from 0 at the left to 1 at the right.
    pub place: &'a dyn Fn(Instant) -> f64,
    /// What stands at the top; nothing stands at the bottom.
    pub most: u64,
    pub top: f64,
    pub bottom: f64,
}

impl Frame<'_> {
    fn x(&self, at: Instant) -> f64 {
        ((self.place)(at).clamp(0.0, 1.0) * WIDTH * 10.0).round() / 10.0
    }

    fn y(&self, value: u64) -> f64 {
        let share = value.min(self.most) as f64 / self.most.max(1) as f64;
        let y = self.bottom - (self.bottom - self.top) * share;
        (y * 10.0).round() / 10.0
    }

    /// The line through these points; where there is no value, there is none. What is counted stays as it was to the end.
    pub fn line(&self, points: &[Point], shape: Shape) -> String {
        let mut path = String::new();
        let mut before: Option<f64> = None;
        let mut add = |text: &str, numbers: &[f64]| {
            path.push_str(text);
            path.push_str(&numbers.iter().map(|number| written(*number)).collect::<Vec<_>>().join(" "));
        };
        for point in points {
            let Some(value) = point.value else {
                before = None;
                continue;
            };
            let (x, y) = (self.x(point.at), self.y(value));
            match (before, shape) {
                (None, _) => add("M", &[x, y]),
                (Some(_), Shape::Steps) => {
                    add("H", &[x]);
                    add("V", &[y]);
                }
                (Some(_), Shape::Slopes) => add("L", &[x, y]),
            }
            before = Some(y);
        }
        if before.is_some() && shape == Shape::Steps {
            add("H", &[WIDTH]);
        }
        path
    }

    /// What lies under a line of something that is counted.
    pub fn area(&self, points: &[Point]) -> String {
        let line = self.line(points, Shape::Steps);
        if line.is_empty() { line } else { format!("{line}V{}H0Z", written(self.bottom)) }
    }
}

/// So many instants at most at which a table tells all values, evenly among those at which any changes; the last is one.
pub fn rows(all: &mut Vec<Instant>, at_most: usize) -> Vec<Instant> {
    crate::sorted::sort_by(all, Instant::cmp);
    all.dedup();
    let (count, rows) = (all.len(), all.len().min(at_most));
    (1..=rows).map(|row| all[row * count / rows - 1]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::time::Span;

    fn points(all: &[(u64, Option<u64>)]) -> Vec<Point> {
        all.iter().map(|(at, value)| Point { at: Instant::START + Span::millis(*at), value: *value }).collect()
    }

    fn frame(place: &dyn Fn(Instant) -> f64) -> Frame<'_> {
        Frame { place, most: 4, top: 0.0, bottom: 40.0 }
    }

    #[test]
    fn what_is_counted_goes_in_steps_and_stays_to_the_end() {
        let place = |at: Instant| at.as_micros() as f64 / 100_000.0;
        let counted = points(&[(0, Some(0)), (20, Some(1)), (50, Some(4))]);
        assert_eq!(frame(&place).line(&counted, Shape::Steps), "M0 40H200V30H500V0H1000");
        assert_eq!(frame(&place).area(&counted), "M0 40H200V30H500V0H1000V40H0Z");
    }

    #[test]
    fn where_nothing_was_measured_there_is_no_line() {
        let place = |at: Instant| at.as_micros() as f64 / 100_000.0;
        let measured = points(&[(10, Some(2)), (20, Some(4)), (30, None), (60, Some(1)), (70, Some(1))]);
        assert_eq!(frame(&place).line(&measured, Shape::Slopes), "M100 20L200 0M600 30L700 30");
        assert_eq!(frame(&place).line(&[], Shape::Steps), "");
    }

    #[test]
    fn a_table_has_so_many_rows_and_the_last_instant() {
        let mut all: Vec<Instant> = (0..1_000).rev().map(Instant::from_micros).collect();
        let rows = rows(&mut all, 24);
        assert_eq!((rows.len(), rows.last()), (24, Some(&Instant::from_micros(999))));
        assert!(rows.is_sorted_by(|one, other| one < other));
        assert_eq!(super::rows(&mut Vec::new(), 24), []);
    }
}
