//! One side of the pen as pieces in the document: the run so far, or the run ahead in the ink of what is not yet.

use faultline::picture::flow::camera::{TILE_PX, tile_start};
use faultline::picture::flow::sheet::LEAD_PX;
use faultline::picture::flow::{Geometry, Orientation, Sheet};
use faultline::picture::path::written;
use faultline::picture::svg;
use faultline::sorted::SortedMap;
use web_sys::Element;

const SVG: &str = "http://www.w3.org/2000/svg";

/// Lines and bars beneath, arrows upon them, small marks on top.
const LAYERS: usize = 3;

/// The pieces that are in the document. Pieces of one layer lie together, so that an arrow that reaches into the next
/// piece is not crossed by that piece's lines.
pub struct Paper {
    layers: Vec<Element>,
    tiles: SortedMap<i64, Tile>,
    /// The arrows that were already under way where the first piece begins; no element if there are none.
    entering: Option<(i64, Option<Element>)>,
    /// Where the pieces' zero lies along the axis.
    origin: f64,
}

/// What is drawn of a piece.
#[derive(Default)]
struct Tile {
    /// So many layers, the lowest first.
    layers: usize,
    /// Those that hold anything.
    pieces: Vec<Element>,
}

impl Paper {
    /// Pieces as children of `group`.
    pub fn new(group: &Element) -> Option<Paper> {
        let mut layers = Vec::new();
        for _ in 0..LAYERS {
            layers.push(self::group(group)?);
        }
        Some(Paper { layers, tiles: SortedMap::new(), entering: None, origin: 0.0 })
    }

    /// Takes the pieces away that are not wanted. Where the others stand on the sheet is counted from `origin`.
    pub fn keep(&mut self, geometry: &Geometry, wanted: Option<(i64, i64)>, origin: f64) {
        self.tiles.retain(|tile, drawn| {
            let stays = wanted.is_some_and(|(first, last)| (first..=last).contains(tile));
            if !stays {
                drawn.pieces.iter().for_each(Element::remove);
            }
            stays
        });
        if self.tiles.is_empty() {
            self.leave();
        }
        if self.origin != origin {
            self.origin = origin;
            let pieces =
                self.tiles.iter().flat_map(|(tile, drawn)| drawn.pieces.iter().map(move |piece| (tile, piece)));
            let entering = self.entering.iter().filter_map(|(tile, piece)| Some((tile, piece.as_ref()?)));
            for (tile, piece) in pieces.chain(entering) {
                place(piece, geometry, tile_start(*tile) - origin);
            }
        }
    }

    /// Which of the wanted pieces is missing or not all there, the nearest to the pen's first.
    pub fn missing(&self, (first, last): (i64, i64), at_pen: i64) -> Option<i64> {
        let is_whole = |tile: &i64| self.tiles.get(tile).is_some_and(|drawn| drawn.layers == LAYERS);
        let missing = (first..=last).filter(|tile| !is_whole(tile));
        missing.min_by_key(|tile| tile.abs_diff(at_pen))
    }

    /// Draws the next layer of a piece that is missing.
    pub fn draw(&mut self, sheet: &Sheet, tile: i64) {
        let from = tile_start(tile);
        let (low, high) = (from.max(-LEAD_PX), (from + TILE_PX).min(sheet.end()));
        let sheet = sheet.from_origin(from);
        let layer = self.tiles.get(&tile).map_or(0, |drawn| drawn.layers);
        let drawn = match layer {
            0 => sheet.draw_lasting(low, high),
            1 => sheet.draw_arrows(low, high),
            _ => sheet.draw_points(low, high),
        };
        let mut text = String::new();
        svg::marks(&mut text, &drawn);
        let piece = self.layers.get(layer).and_then(|group| self.piece(group, &text, &sheet.geometry, from));
        let drawn = self.tiles.entry(tile).or_default();
        drawn.layers = layer + 1;
        drawn.pieces.extend(piece);
    }

    /// Whether the arrows are drawn that were already under way where the first piece begins.
    pub fn has_entered(&self) -> bool {
        self.tiles.keys().next() == self.entering.as_ref().map(|(tile, _)| tile)
    }

    /// Draws them.
    pub fn enter(&mut self, sheet: &Sheet) {
        self.leave();
        let Some(first) = self.tiles.keys().next().copied() else { return };
        let from = tile_start(first);
        let mut text = String::new();
        svg::marks(&mut text, &sheet.from_origin(from).draw_entering(from));
        self.entering = Some((first, self.piece(&self.layers[1], &text, &sheet.geometry, from)));
    }

    fn leave(&mut self) {
        if let Some((_, Some(piece))) = self.entering.take() {
            piece.remove();
        }
    }

    /// What begins at a place, in the document; nothing if it is empty.
    fn piece(&self, layer: &Element, text: &str, geometry: &Geometry, from: f64) -> Option<Element> {
        if text.is_empty() {
            return None;
        }
        let piece = group(layer)?;
        place(&piece, geometry, from - self.origin);
        piece.set_inner_html(text);
        Some(piece)
    }
}

/// A new group as the last child of another.
pub fn group(parent: &Element) -> Option<Element> {
    let group = parent.owner_document()?.create_element_ns(Some(SVG), "g").ok()?;
    parent.append_child(&group).ok()?;
    Some(group)
}

/// Puts a piece at a place along the axis.
pub fn place(piece: &Element, geometry: &Geometry, along: f64) {
    move_by(piece, geometry.orientation, along * geometry.zoom);
}

/// Moves something along the axis by so many pixels of the sheet.
pub fn move_by(element: &Element, orientation: Orientation, px: f64) {
    let (x, y) = if orientation == Orientation::Right { (px, 0.0) } else { (0.0, px) };
    set(element, "transform", &format!("translate({} {})", written(x), written(y)));
}

/// Sets an attribute. It cannot fail: the names are constants without spaces.
pub fn set(element: &Element, name: &str, value: &str) {
    drop(element.set_attribute(name, value));
}
