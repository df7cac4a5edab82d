//! Which piece of the paper is in view: the pen stands still and the paper moves.

use super::sheet::{LEAD_PX, TRAIL_PX};

/// Where the pen stands in a longer run, as a part of the view.
pub const PEN_AT: f64 = 0.62;
/// How far beyond the pen marks already show: what happens at its instant is drawn whole.
pub const NIB_PX: f64 = 9.0;
/// How far beyond the pen a label may begin, in pixels: beside the arrow that has just left, but not farther along a bar
/// of which that much is not yet there.
pub const LABEL_AHEAD_PX: f64 = 44.0;
/// How long a piece of paper is that is drawn at once, in pixels along the axis.
pub const TILE_PX: f64 = 480.0;

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

    /// The first and the last tile that meet the view, and the same with one more on each side.
    fn tiles(&self, pen: f64) -> [(i64, i64); 2] {
        let start = self.start(pen);
        let tile = |along: f64| (along / TILE_PX).floor() as i64;
        let (first, last) = (tile(-LEAD_PX), tile(self.length + TRAIL_PX));
        let (from, to) = (tile(start).max(first), tile(start + self.view).min(last));
        [(from, to), ((from - 1).max(first), (to + 1).min(last))]
    }

    /// Whether these tiles, the first and the last, are all that is in view.
    pub fn is_covered(&self, pen: f64, (first, last): (i64, i64)) -> bool {
        let [view, _] = self.tiles(pen);
        first <= view.0 && last >= view.1
    }

    /// The tiles to hold next, the first and the last, when some are held now: always those in view. Their neighbours
    /// come one at a time, and only when none in view was missing, so that no frame draws more than it must.
    pub fn hold(&self, pen: f64, held: Option<(i64, i64)>) -> (i64, i64) {
        let [view, near] = self.tiles(pen);
        let Some(kept) = held.map(|(first, last)| (first.max(near.0), last.min(near.1))) else { return view };
        if kept.0 > view.1 || kept.1 < view.0 {
            return view;
        }
        let covered = kept.0 <= view.0 && kept.1 >= view.1;
        match covered {
            true if kept.1 < near.1 => (kept.0, kept.1 + 1),
            true if kept.0 > near.0 => (kept.0 - 1, kept.1),
            _ => (kept.0.min(view.0), kept.1.max(view.1)),
        }
    }
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
    fn the_view_is_covered_and_its_neighbours_follow_one_at_a_time() {
        let camera = Camera { view: 900.0, length: 10_000.0 };
        for pen in [0.0, 300.0, 5_000.0, 9_990.0] {
            let mut held = camera.hold(pen, None);
            assert!(tile_start(held.0) <= camera.start(pen));
            assert!(tile_start(held.1 + 1) >= (camera.start(pen) + 900.0).min(10_000.0 + TRAIL_PX));
            for _ in 0..4 {
                let next = camera.hold(pen, Some(held));
                let more = (held.0 - next.0) + (next.1 - held.1);
                assert!((0..=1).contains(&more), "{held:?} became {next:?}");
                held = next;
            }
            assert_eq!(held, camera.hold(pen, Some(held)), "nothing is drawn while the pen stands");
            assert!(held.1 - held.0 <= 5);
            // Far away everything is new, and only what is in view.
            let far = camera.hold((pen + 5_000.0) % 10_000.0, Some(held));
            assert!(far.1 - far.0 <= 2, "{far:?}");
        }
    }
}
