//! One side of the pen as pieces in the document: the run so far, or the run ahead in the ink of what is not yet.

use crate::ui::environment::now_ms;
use faultline::picture::flow::camera::{TILE_PX, tile_start};
use faultline::picture::flow::draw::Drawn;
use faultline::picture::flow::sheet::LEAD_PX;
use faultline::picture::flow::{Geometry, Orientation, Sheet};
use faultline::picture::path::written;
use faultline::picture::svg;
use faultline::sorted::SortedMap;
use wasm_bindgen::JsCast;
use web_sys::Element;

const SVG: &str = "http://www.w3.org/2000/svg";

/// Lines and bars beneath, arrows upon them, small marks on top.
const LAYERS: usize = 3;
/// The place of the arrows among them.
const ARROWS: usize = 1;

/// The pieces of one side. A piece is drawn first, which costs the browser nothing, and hung into the document then.
/// Pieces of one layer hang together, so that an arrow that reaches into the next piece is not crossed by that piece's
/// lines.
pub struct Paper {
    layers: Vec<Element>,
    tiles: SortedMap<i64, Tile>,
    /// The arrows that were already under way where the first piece begins, in the document.
    entering: Option<Entering>,
    /// The same for the piece that will be the first one, not yet in the document.
    coming: Option<Entering>,
    /// Where the pieces' zero lies along the axis.
    origin: f64,
}

/// What is drawn of a piece.
struct Tile {
    /// Those layers that hold anything, each with its place among the paper's.
    layers: Vec<(usize, Element)>,
    /// Whether they are in the document.
    hangs: bool,
    /// How long it took to draw, in real milliseconds: hanging it will take the browser some part of that.
    took_ms: f64,
}

/// The arrows that come in at a tile; no element if there are none.
struct Entering {
    tile: i64,
    arrows: Option<Element>,
}

impl Paper {
    /// Pieces as children of `group`.
    pub fn new(group: &Element) -> Option<Paper> {
        let mut layers = Vec::new();
        for _ in 0..LAYERS {
            layers.push(self::group(group)?);
        }
        Some(Paper { layers, tiles: SortedMap::new(), entering: None, coming: None, origin: 0.0 })
    }

    /// Takes the pieces away that are not wanted. Where the others stand on the sheet is counted from `origin`.
    pub fn keep(&mut self, geometry: &Geometry, wanted: Option<(i64, i64)>, origin: f64) {
        self.tiles.retain(|tile, drawn| {
            let stays = is_among(wanted, *tile);
            if !stays {
                drawn.layers.iter().for_each(|(_, piece)| piece.remove());
            }
            stays
        });
        let first = self.first();
        if first.is_none() {
            self.replace_entering(None);
        } else if let Some(coming) = self.coming.take_if(|coming| Some(coming.tile) == first) {
            self.replace_entering(Some(coming));
        }
        if self.origin != origin {
            self.origin = origin;
            let pieces =
                self.tiles.iter().flat_map(|(tile, drawn)| drawn.layers.iter().map(move |(_, piece)| (*tile, piece)));
            let arrows = self.entering.iter().chain(&self.coming);
            let arrows = arrows.filter_map(|entering| Some((entering.tile, entering.arrows.as_ref()?)));
            for (tile, piece) in pieces.chain(arrows) {
                place(piece, geometry, tile_start(tile) - origin);
            }
        }
    }

    pub fn is_drawn(&self, tile: i64) -> bool {
        self.tiles.contains_key(&tile)
    }

    pub fn hangs(&self, tile: i64) -> bool {
        self.tiles.get(&tile).is_some_and(|drawn| drawn.hangs)
    }

    /// Draws a piece.
    pub fn draw(&mut self, sheet: &Sheet, tile: i64) {
        let start_ms = now_ms();
        let from = tile_start(tile);
        let (low, high) = (from.max(-LEAD_PX), (from + TILE_PX).min(sheet.end()));
        let sheet = sheet.from_origin(from);
        let drawn = [sheet.draw_lasting(low, high), sheet.draw_arrows(low, high), sheet.draw_points(low, high)];
        let (mut text, mut places) = (String::new(), Vec::new());
        for (place, drawn) in drawn.iter().enumerate().filter(|(_, drawn)| !drawn.is_empty()) {
            self.write(&mut text, &sheet, from, drawn);
            places.push(place);
        }
        let layers = places.into_iter().zip(self.parsed(&text)).collect();
        self.tiles.insert(tile, Tile { layers, hangs: false, took_ms: now_ms() - start_ms });
    }

    /// How long a piece took to draw, in real milliseconds.
    pub fn took_ms(&self, tile: i64) -> f64 {
        self.tiles.get(&tile).map_or(0.0, |drawn| drawn.took_ms)
    }

    /// Hangs a piece that is drawn.
    pub fn hang(&mut self, tile: i64) {
        let Some(drawn) = self.tiles.get_mut(&tile) else { return };
        drawn.hangs = true;
        for (place, piece) in &drawn.layers {
            append(&self.layers[*place], piece);
        }
    }

    /// The first piece in the document.
    fn first(&self) -> Option<i64> {
        self.tiles.iter().find(|(_, drawn)| drawn.hangs).map(|(tile, _)| *tile)
    }

    /// Whether the arrows are there that were already under way where the first piece begins.
    pub fn has_entered(&self) -> bool {
        self.first() == self.entering.as_ref().map(|entering| entering.tile)
    }

    /// Draws them.
    pub fn enter(&mut self, sheet: &Sheet) {
        let arrows = self.first().map(|first| self.draw_entering(sheet, first));
        self.replace_entering(arrows);
    }

    /// The piece that will be the first when those in view hang and no others are kept than those nearby, if those arrows
    /// are not drawn for it.
    pub fn unprepared(&self, view: Option<(i64, i64)>, nearby: Option<(i64, i64)>) -> Option<i64> {
        let will_hang =
            |(tile, drawn): &(&i64, &Tile)| is_among(nearby, **tile) && (drawn.hangs || is_among(view, **tile));
        let (first, _) = self.tiles.iter().find(will_hang)?;
        let drawn = self.entering.iter().chain(&self.coming).any(|entering| entering.tile == *first);
        (!drawn).then_some(*first)
    }

    /// Draws them for it.
    pub fn prepare(&mut self, sheet: &Sheet, view: Option<(i64, i64)>, nearby: Option<(i64, i64)>) {
        if let Some(first) = self.unprepared(view, nearby) {
            self.coming = Some(self.draw_entering(sheet, first));
        }
    }

    fn draw_entering(&self, sheet: &Sheet, tile: i64) -> Entering {
        let from = tile_start(tile);
        let sheet = sheet.from_origin(from);
        let drawn = sheet.draw_entering(from);
        let mut text = String::new();
        if !drawn.is_empty() {
            self.write(&mut text, &sheet, from, &drawn);
        }
        Entering { tile, arrows: self.parsed(&text).into_iter().next() }
    }

    fn replace_entering(&mut self, now: Option<Entering>) {
        if let Some(arrows) = now.as_ref().and_then(|now| now.arrows.as_ref()) {
            append(&self.layers[ARROWS], arrows);
        }
        let before = std::mem::replace(&mut self.entering, now);
        if let Some(arrows) = before.and_then(|before| before.arrows) {
            arrows.remove();
        }
    }

    /// Writes one layer of what begins at a place along the axis.
    fn write(&self, text: &mut String, sheet: &Sheet, from: f64, drawn: &[Drawn]) {
        let at = moved(sheet.geometry.orientation, (from - self.origin) * sheet.geometry.zoom);
        text.push_str("<g transform=\"");
        text.push_str(&at);
        text.push_str("\">");
        svg::marks(text, drawn);
        text.push_str("</g>");
    }

    /// Written groups as elements outside the document.
    fn parsed(&self, text: &str) -> Vec<Element> {
        let holder = self.layers[0].clone_node().ok().and_then(|node| node.dyn_into::<Element>().ok());
        let Some(holder) = holder.filter(|_| !text.is_empty()) else { return Vec::new() };
        holder.set_inner_html(text);
        let (mut pieces, mut next) = (Vec::new(), holder.first_element_child());
        while let Some(piece) = next {
            next = piece.next_element_sibling();
            pieces.push(piece);
        }
        pieces
    }
}

fn is_among(tiles: Option<(i64, i64)>, tile: i64) -> bool {
    tiles.is_some_and(|(first, last)| (first..=last).contains(&tile))
}

/// It cannot fail: neither stands in the other.
fn append(parent: &Element, child: &Element) {
    drop(parent.append_child(child));
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
    set(element, "transform", &moved(orientation, px));
}

/// That as an attribute says it.
fn moved(orientation: Orientation, px: f64) -> String {
    let (x, y) = if orientation == Orientation::Right { (px, 0.0) } else { (0.0, px) };
    format!("translate({} {})", written(x), written(y))
}

/// Sets an attribute. It cannot fail: the names are constants without spaces.
pub fn set(element: &Element, name: &str, value: &str) {
    drop(element.set_attribute(name, value));
}
