//! Which piece of the paper is in view: the pen stands still and the paper moves.

use super::sheet::{LEAD_PX, TRAIL_PX};

/// Where the pen stands in a longer run, as a part of the view.
pub const PEN_AT: f64 = 0.62;
/// How far beyond the pen marks already show: what happens at its instant is drawn whole.
pub const NIB_PX: f64 = 9.0;
/// How far beyond the pen a label may begin, in pixels: beside the arrow that has just left, but not farther along a bar
/// of which that much is not yet there.
pub const LABEL_AHEAD_PX: f64 = 44.0;
/// How long a piece of paper is that is drawn at once, in pixels along the axis: one of the busiest takes a part of a
/// frame on a slow machine too.
pub const TILE_PX: f64 = 240.0;

/// The most that a short run is drawn larger to fit its window.
pub const FIT_MAX: f64 = 2.5;

/// How much larger a run of that length is drawn in a view of so many pixels: a short one fits it.
pub fn fitting(view_px: f64, length: f64) -> f64 {
    (view_px / (LEAD_PX + length + TRAIL_PX)).clamp(1.0, FIT_MAX)
}

/// A view of some length on a paper of some length, in pixels along the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    pub view: f64,
    /// The last instant's place on the axis.
    pub length: f64,
}

impl Camera {
    /// Where the view begins with the pen at a place. Short runs fit; in longer ones the pen stays at 62 % of the view,
    /// except that no bare paper is shown before the start or after the end.
    pub fn start(&self, pen: f64) -> f64 {
        let (first, last) = (-LEAD_PX, self.length + TRAIL_PX - self.view);
        (pen - PEN_AT * self.view).min(last).max(first)
    }

    /// The first and the last tile that meet the view.
    pub fn in_view(&self, pen: f64) -> (i64, i64) {
        let start = self.start(pen);
        let (first, last) = self.all();
        (tile_at(start).max(first), tile_at(start + self.view).min(last))
    }

    /// The same with one more on each side: what comes into view next.
    pub fn nearby(&self, pen: f64) -> (i64, i64) {
        let (from, to) = self.in_view(pen);
        let (first, last) = self.all();
        ((from - 1).max(first), (to + 1).min(last))
    }

    /// The first and the last tile of the paper.
    fn all(&self) -> (i64, i64) {
        (tile_at(-LEAD_PX), tile_at(self.length + TRAIL_PX))
    }
}

/// The tile at a place along the axis.
pub fn tile_at(along: f64) -> i64 {
    (along / TILE_PX).floor() as i64
}

/// Where a tile begins along the axis.
pub fn tile_start(tile: i64) -> f64 {
    tile as f64 * TILE_PX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_runs_fit_and_long_ones_move_under_the_pen() {
        let short = Camera { view: 800.0, length: 500.0 };
        assert_eq!(short.start(0.0), -LEAD_PX);
        assert_eq!(short.start(500.0), -LEAD_PX);
        let long = Camera { view: 1_000.0, length: 50_000.0 };
        assert_eq!(long.start(0.0), -LEAD_PX, "no bare paper before the start");
        assert_eq!(long.start(20_000.0), 20_000.0 - 620.0);
        assert_eq!(long.start(50_000.0) + 1_000.0, 50_000.0 + TRAIL_PX, "no bare paper after the end");
    }

    #[test]
    fn only_what_is_shorter_than_the_view_is_drawn_larger() {
        assert_eq!(fitting(800.0, 312.0), 2.0);
        assert_eq!(fitting(800.0, 10.0), FIT_MAX);
        assert_eq!(fitting(800.0, 2_000.0), 1.0);
    }

    #[test]
    fn the_view_is_covered_and_its_neighbours_stand_ready() {
        let camera = Camera { view: 900.0, length: 10_000.0 };
        for pen in [0.0, 300.0, 5_000.0, 9_990.0] {
            let (first, last) = camera.in_view(pen);
            assert!(tile_start(first) <= camera.start(pen));
            assert!(tile_start(last + 1) >= (camera.start(pen) + 900.0).min(10_000.0 + TRAIL_PX));
            assert!(last - first <= (900.0 / TILE_PX).ceil() as i64, "nothing else is in view");
            let near = camera.nearby(pen);
            assert!((0..=1).contains(&(first - near.0)) && (0..=1).contains(&(near.1 - last)), "{near:?}");
            // Half a tile of playing brings nothing into view that was not near.
            let (_, soon) = camera.in_view(pen + TILE_PX / 2.0);
            assert!(soon <= near.1);
        }
        assert_eq!(camera.nearby(0.0).0, tile_at(-LEAD_PX), "there is no paper before the first tile");
    }
}
