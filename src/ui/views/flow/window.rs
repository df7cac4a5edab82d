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
    pub fn in_view(&self) -> Tiles {
        self.sides(self.view, self.at_pen)
    }

    /// The same with those that may come into view, or under the pen, next.
    pub fn nearby(&self) -> Tiles {
        self.sides(self.near, self.at_pen + 1)
    }

    fn sides(&self, (first, last): (i64, i64), gone_to: i64) -> Tiles {
        let some = |first: i64, last: i64| (first <= last).then_some((first, last));
        let ahead = some(first.max(self.at_pen), last).filter(|_| self.ahead);
        [some(first, last.min(gone_to)), ahead]
    }
}

/// A tile on one side of the pen: on that of the run so far, or of the run ahead.
pub type Piece = (usize, i64);

/// The first and the last tile that there must be on either side.
pub type Tiles = [Option<(i64, i64)>; 2];

/// The next of these tiles that is not drawn, the nearest to the pen first.
pub fn undrawn(papers: &[Paper; 2], tiles: Tiles, at_pen: i64) -> Option<Piece> {
    let mut next: Option<Piece> = None;
    for (side, tile) in missing(papers, tiles) {
        let is_nearer = next.is_none_or(|(of, best)| of == side && tile.abs_diff(at_pen) < best.abs_diff(at_pen));
        if is_nearer && !papers[side].is_drawn(tile) {
            next = Some((side, tile));
        }
    }
    next
}

/// Those of these tiles that are not in the document.
pub fn missing(papers: &[Paper; 2], tiles: Tiles) -> Vec<Piece> {
    let mut missing = Vec::new();
    for side in [0, 1] {
        let Some((first, last)) = tiles[side] else { continue };
        for tile in first..=last {
            if !papers[side].hangs(tile) {
                missing.push((side, tile));
            }
        }
    }
    missing
}

/// Pieces whose drawing took no longer than this together are hung in one frame, in real milliseconds: it takes the browser
/// about a third of that to find out how they look and where they lie.
const HUNG_AT_ONCE_MS: f64 = 12.0;

/// Hangs as many of these tiles, all of which are drawn, as one frame has time for.
pub fn hang(papers: &mut [Paper; 2], tiles: Tiles) {
    let mut took_ms = 0.0;
    for (side, tile) in missing(papers, tiles) {
        let is_first = took_ms == 0.0;
        took_ms += papers[side].took_ms(tile);
        if took_ms > HUNG_AT_ONCE_MS && !is_first {
            return;
        }
        papers[side].hang(tile);
    }
}

/// Draws the arrows that come in from before the first pieces, where they are missing.
pub fn enter(sheet: &Sheet, papers: &mut [Paper; 2]) {
    for paper in papers.iter_mut().filter(|paper| !paper.has_entered()) {
        paper.enter(sheet);
    }
}
