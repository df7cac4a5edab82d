//! Which pieces of paper there must be on either side of the pen, and which of them are missing.

use super::paper::Paper;
use faultline::picture::flow::Sheet;
use faultline::picture::flow::camera::{Camera, tile_at};

/// Pieces are placed anew when the first of them is so many tiles away from their zero: numbers stay exact near it.
const ORIGIN_TILES_MAX: i64 = 40;

/// Which tiles there must be, and where their zero lies.
#[derive(Clone, Copy, PartialEq)]
pub struct Window {
    /// The first and the last tile in view.
    pub view: (i64, i64),
    /// The same with those that may come into view next.
    pub near: (i64, i64),
    pub at_pen: i64,
    /// Whether the run ahead is drawn.
    pub ahead: bool,
    /// A tile.
    pub origin: i64,
}

impl Window {
    /// What a camera sees with the pen at a place and marks shown up to another.
    pub fn of(camera: &Camera, (pen, shown_to): (f64, f64), ahead: bool, before: Option<Window>) -> Window {
        let (view, near) = (camera.in_view(pen), camera.nearby(pen));
        let origin =
            before.map(|before| before.origin).filter(|origin| origin.abs_diff(view.0) as i64 <= ORIGIN_TILES_MAX);
        Window { view, near, at_pen: tile_at(shown_to), ahead, origin: origin.unwrap_or(view.0) }
    }

    /// The tiles in view before the pen and under it, and those under it and ahead of it.
    pub fn in_view(&self) -> [Option<(i64, i64)>; 2] {
        self.sides(self.view, self.at_pen)
    }

    /// The same with those that may come into view, or under the pen, next.
    pub fn nearby(&self) -> [Option<(i64, i64)>; 2] {
        self.sides(self.near, self.at_pen + 1)
    }

    fn sides(&self, (first, last): (i64, i64), gone_to: i64) -> [Option<(i64, i64)>; 2] {
        let some = |first: i64, last: i64| (first <= last).then_some((first, last));
        let ahead = some(first.max(self.at_pen), last).filter(|_| self.ahead);
        [some(first, last.min(gone_to)), ahead]
    }
}

/// The next piece that is missing of these tiles, on which side of the pen it is and which tile.
pub fn missing(papers: &[Paper; 2], tiles: [Option<(i64, i64)>; 2], at_pen: i64) -> Option<(usize, i64)> {
    let sides = papers.iter().zip(tiles).enumerate();
    sides.filter_map(|(side, (paper, tiles))| Some((side, paper.missing(tiles?, at_pen)?))).next()
}

/// Draws the arrows that come in from before the first pieces, where they are missing.
pub fn enter(sheet: &Sheet, papers: &mut [Paper; 2]) {
    for paper in papers.iter_mut().filter(|paper| !paper.has_entered()) {
        paper.enter(sheet);
    }
}
