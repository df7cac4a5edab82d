//! One side of the pen as pieces in the document: the run so far, or the run ahead in the ink of what is not yet.

use faultline::picture::flow::camera::{TILE_PX, tile_start};
use faultline::picture::flow::sheet::LEAD_PX;
use faultline::picture::flow::{Geometry, Sheet};
use faultline::picture::path::written;
use faultline::picture::svg;
use faultline::sorted::SortedMap;
use web_sys::{Document, Element};

const SVG: &str = "http://www.w3.org/2000/svg";

/// Lines and bars beneath, arrows upon them, small marks on top.
const LAYERS: usize = 3;

/// The pieces that are in the document. Pieces of one layer lie together, so that an arrow that reaches into the next
/// piece is not crossed by that piece's lines.
pub struct Paper {
    document: Document,
    layers: Vec<Element>,
    tiles: SortedMap<i64, Vec<Element>>,
    /// The arrows that were already under way where the first piece begins.
    entering: Option<(i64, Element)>,
}

impl Paper {
    /// Pieces as children of `group`.
    pub fn new(group: &Element) -> Option<Paper> {
        let document = group.owner_document()?;
        let mut layers = Vec::new();
        for _ in 0..LAYERS {
            let layer = document.create_element_ns(Some(SVG), "g").ok()?;
            group.append_child(&layer).ok()?;
            layers.push(layer);
        }
        Some(Paper { document, layers, tiles: SortedMap::new(), entering: None })
    }

    /// Makes no pieces but those from `first` to `last` stand in the document, and draws one that is missing if `draws`
    /// still allows it, the nearest to the pen's first. Where they stand on the sheet is counted from `origin`. Whether
    /// all are there.
    pub fn hold(
        &mut self,
        sheet: &Sheet,
        wanted: Option<(i64, i64)>,
        origin: f64,
        at_pen: i64,
        draws: &mut bool,
    ) -> bool {
        let (first, last) = wanted.unwrap_or((1, 0));
        let gone: Vec<i64> = self.tiles.keys().copied().filter(|tile| *tile < first || *tile > last).collect();
        for tile in gone {
            for piece in self.tiles.remove(&tile).into_iter().flatten() {
                piece.remove();
            }
        }
        let missing = |paper: &Paper| {
            let missing = (first..=last).filter(|tile| !paper.tiles.contains_key(tile));
            missing.min_by_key(|tile| tile.abs_diff(at_pen))
        };
        if let Some(tile) = missing(self).filter(|_| std::mem::take(draws)) {
            self.draw(sheet, tile);
        }
        for (tile, pieces) in &self.tiles {
            for piece in pieces {
                place(piece, &sheet.geometry, tile_start(*tile) - origin);
            }
        }
        if first <= last {
            self.enter(sheet, first);
        }
        if let Some((first, piece)) = &self.entering {
            place(piece, &sheet.geometry, tile_start(*first) - origin);
        }
        missing(self).is_none()
    }

    fn draw(&mut self, sheet: &Sheet, tile: i64) {
        let from = tile_start(tile);
        let (low, high) = (from.max(-LEAD_PX), (from + TILE_PX).min(sheet.end()));
        let sheet = sheet.from_origin(from);
        let drawn = [sheet.draw_lasting(low, high), sheet.draw_arrows(low, high), sheet.draw_points(low, high)];
        let mut pieces = Vec::new();
        for (layer, marks) in self.layers.iter().zip(drawn) {
            let mut text = String::new();
            svg::marks(&mut text, &marks);
            if let Some(piece) = self.piece(layer, &text) {
                pieces.push(piece);
            }
        }
        self.tiles.insert(tile, pieces);
    }

    fn enter(&mut self, sheet: &Sheet, first: i64) {
        if self.entering.as_ref().is_some_and(|(at, _)| *at == first) {
            return;
        }
        if let Some((_, piece)) = self.entering.take() {
            piece.remove();
        }
        let from = tile_start(first);
        let mut text = String::new();
        svg::marks(&mut text, &sheet.from_origin(from).draw_entering(from));
        if !text.is_empty() {
            self.entering = self.piece(&self.layers[1], &text).map(|piece| (first, piece));
        }
    }

    fn piece(&self, layer: &Element, text: &str) -> Option<Element> {
        let piece = self.document.create_element_ns(Some(SVG), "g").ok()?;
        piece.set_inner_html(text);
        layer.append_child(&piece).ok()?;
        Some(piece)
    }
}

/// Moves a piece along the axis.
pub fn place(piece: &Element, geometry: &Geometry, along: f64) {
    let point = geometry.from_origin(0.0).point(along, 0.0);
    set(piece, "transform", &format!("translate({} {})", written(point.x), written(point.y)));
}

/// Sets an attribute. It cannot fail: the names are constants without spaces.
pub fn set(element: &Element, name: &str, value: &str) {
    drop(element.set_attribute(name, value));
}
