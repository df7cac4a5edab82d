//! Marks as strokes and shapes: the only place that knows what a mark looks like. The page and the picture writer both
//! put these paths on their sheets; classes get their inks and widths from `static/picture.css`.

use super::crossing;
use super::lanes::Orientation;
use super::marks::{Mark, Shape, Side, Target};
use super::sheet::Sheet;
use crate::picture::path::Path;
use crate::sim::payload::Tone;
use crate::sim::show::ConditionKind;
use crate::sim::trace::NodeId;

/// A mark as paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    pub target: Option<Target>,
    /// What it is.
    pub class: &'static str,
    /// Marks of a higher layer lie over those of a lower one.
    pub layer: u32,
    /// In order, the later over the earlier.
    pub pieces: Vec<Piece>,
}

/// One path of a mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// How it is painted.
    pub class: &'static str,
    pub path: String,
}

/// A bar's edges beside its lifeline: 8 px wide.
pub(super) const BAR_NEAR: f64 = 3.0;
pub(super) const BAR_FAR: f64 = 11.0;
/// How far hatching strokes stand apart along the bar: 5 px across their own way.
const HATCH_PX: f64 = 7.0;
/// How far from a lifeline the paused double line stands.
const DOUBLE_PX: f64 = 2.0;

/// The class of an arrow, by what its message weighs.
pub fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Request => "arrow request",
        Tone::Reply => "arrow reply",
        Tone::Decision(_) => "arrow decision",
    }
}

/// The sign of the side on which a condition's bar stands: what is held after the lifeline, what is awaited before it.
pub fn bar_side(kind: ConditionKind) -> f64 {
    match kind {
        ConditionKind::Holds | ConditionKind::BelievesToHold => 1.0,
        ConditionKind::WaitsForLock | ConditionKind::InDoubt => -1.0,
    }
}

/// How a condition's bar is painted. Bars of one class stand on one side.
pub(super) fn bar_class(kind: ConditionKind) -> &'static str {
    match kind {
        ConditionKind::Holds => "fill",
        ConditionKind::BelievesToHold => "outline",
        ConditionKind::WaitsForLock | ConditionKind::InDoubt => "hatch",
    }
}

/// Draws a mark on a layer. What stands at an arrow's ends lies on one of its own.
pub fn draw(sheet: &Sheet, mark: &Mark, layer: u32, drawn: &mut Vec<Drawn>) {
    let pen = Pen { sheet };
    let (from, to) = (mark.from, mark.to);
    let (class, pieces) = match &mark.shape {
        Shape::Line { node, paused } => ("lifeline", vec![pen.lifeline(*node, from, to, *paused)]),
        Shape::Bar { node, kind } => ("span", vec![pen.bar(*node, *kind, from, to.min(sheet.end()))]),
        Shape::Arrow(arrow) => {
            let class = tone_class(arrow.tone);
            let [way, pieces] = pen.arrow(arrow);
            if !pieces.is_empty() {
                drawn.push(Drawn { target: None, class, layer: crossing::layer_of_ends(arrow.tone), pieces });
            }
            (class, way)
        }
        Shape::Durable { node, tone } => {
            let class = if matches!(tone, Tone::Decision(_)) { "square decision" } else { "square" };
            (
                "durable",
                vec![pen.around(class, from, *node, |path, x, y| {
                    path.outline(&[(x - 2.5, y - 2.5), (x + 2.5, y - 2.5), (x + 2.5, y + 2.5), (x - 2.5, y + 2.5)]);
                })],
            )
        }
        Shape::Timer { node } => (
            "timer",
            vec![pen.around("hollow", from, *node, |path, x, y| {
                path.outline(&[(x - 5.0, y), (x, y - 5.0), (x + 5.0, y), (x, y + 5.0)]);
            })],
        ),
        Shape::Down { node } => ("down", vec![pen.around("cross", from, *node, cross)]),
        Shape::Restart { node } => (
            "restart",
            vec![pen.around("hollow", from, *node, |path, x, y| {
                let (tip, base) = (6.0, 4.0);
                match sheet.geometry.orientation {
                    Orientation::Right => path.outline(&[(x - base, y - 5.0), (x + tip, y), (x - base, y + 5.0)]),
                    Orientation::Down => path.outline(&[(x - 5.0, y - base), (x, y + tip), (x + 5.0, y - base)]),
                };
            })],
        ),
        Shape::Clock { node } => (
            "clock",
            vec![pen.around("hollow", from, *node, |path, x, y| {
                path.circle(x, y, 6.0).to(x, y - 4.0).line(x, y).line(x + 3.0, y);
            })],
        ),
        Shape::Intervention { node } => (
            "intervention",
            vec![pen.around("hollow", from, *node, |path, x, y| {
                path.outline(&[(x - 5.5, y - 5.0), (x + 5.5, y - 5.0), (x, y + 5.0)]);
            })],
        ),
        Shape::Disconnected { node } => {
            let side = |path: &mut Path, x: f64, y: f64, by: f64| {
                match sheet.geometry.orientation {
                    Orientation::Right => path.stroke((x + by, y - 5.0), (x + by, y + 5.0)),
                    Orientation::Down => path.stroke((x - 5.0, y + by), (x + 5.0, y + by)),
                };
            };
            let ground = pen.around("ground", from, *node, |path, x, y| side(path, x, y, 0.0));
            let ends = pen.around("ends", from, *node, |path, x, y| {
                side(path, x, y, -2.5);
                side(path, x, y, 2.5);
            });
            ("disconnected", vec![ground, ends])
        }
        Shape::Wall { after, one_way, slow, opens, closes } => {
            ("wall", pen.wall(*after, from, to.min(sheet.end()), *one_way, *slow, [*opens, *closes]))
        }
        Shape::Gap { .. } => ("gap", pen.gap((from + to) / 2.0)),
        Shape::Repeat { .. } => ("repeat", pen.gap((from + to) / 2.0)),
        Shape::Break { .. } => ("break", vec![pen.tear(from)]),
    };
    if !pieces.is_empty() {
        drawn.push(Drawn { target: mark.target, class, layer, pieces });
    }
}

pub(super) fn cross(path: &mut Path, x: f64, y: f64) {
    path.stroke((x - 4.0, y - 4.0), (x + 4.0, y + 4.0)).stroke((x - 4.0, y + 4.0), (x + 4.0, y - 4.0));
}

/// What draws on one sheet.
pub(super) struct Pen<'a> {
    pub sheet: &'a Sheet<'a>,
}

impl Pen<'_> {
    /// A place along and across, displaced by the breaks before it, as a point.
    pub(super) fn at(&self, along: f64, across: f64) -> (f64, f64) {
        let point = self.sheet.geometry.point(along, across + self.sheet.flow.shift(along));
        (point.x, point.y)
    }

    pub(super) fn lane(&self, node: NodeId) -> f64 {
        self.sheet.geometry.lane(node)
    }

    /// A small shape around a node's line.
    fn around(&self, class: &'static str, along: f64, node: NodeId, shape: impl Fn(&mut Path, f64, f64)) -> Piece {
        let (x, y) = self.at(along, self.lane(node));
        let mut path = Path::default();
        shape(&mut path, x, y);
        Piece { class, path: path.text() }
    }

    /// The pieces of a straight way between the breaks that it crosses: each its own start and end.
    pub(super) fn between_breaks(&self, from: (f64, f64), to: (f64, f64)) -> Vec<((f64, f64), (f64, f64))> {
        let mut pieces = Vec::new();
        let mut start = from;
        let crossed = self.sheet.flow.breaks().iter().filter(|at| at.px > from.0 && at.px < to.0);
        for (number, at) in crossed.enumerate() {
            let across = from.1 + (to.1 - from.1) * (at.px - from.0) / (to.0 - from.0);
            // The piece before the break ends where the paper is not yet displaced.
            let before = self.sheet.flow.shift(from.0) + number as f64 * super::BREAK_PX;
            let end = self.sheet.geometry.point(at.px, across + before);
            pieces.push((self.at(start.0, start.1), (end.x, end.y)));
            start = (at.px, across);
        }
        pieces.push((self.at(start.0, start.1), self.at(to.0, to.1)));
        pieces
    }

    fn lifeline(&self, node: NodeId, from: f64, to: f64, paused: bool) -> Piece {
        let lane = self.lane(node);
        let mut path = Path::default();
        let beside: &[f64] = if paused { &[-DOUBLE_PX, DOUBLE_PX] } else { &[0.0] };
        for by in beside {
            for (start, end) in self.between_breaks((from, lane + by), (to, lane + by)) {
                path.stroke(start, end);
            }
        }
        Piece { class: if paused { "line paused" } else { "line" }, path: path.text() }
    }

    fn bar(&self, node: NodeId, kind: ConditionKind, from: f64, to: f64) -> Piece {
        let (lane, side) = (self.lane(node), bar_side(kind));
        let (near, far) = (lane + side * BAR_NEAR, lane + side * BAR_FAR);
        let mut path = Path::default();
        for (start, end) in self.between_breaks((from, 0.0), (to, 0.0)) {
            // Only along matters here; the displacement is that of the piece's own start.
            let (along, _) = self.sheet.geometry.along_across(super::Point { x: start.0, y: start.1 });
            let (until, _) = self.sheet.geometry.along_across(super::Point { x: end.0, y: end.1 });
            let shift = self.sheet.flow.shift(along);
            let at = |along: f64, across: f64| {
                let point = self.sheet.geometry.point(along, across + shift);
                (point.x, point.y)
            };
            match kind {
                ConditionKind::Holds => {
                    path.outline(&[at(along, near), at(until, near), at(until, far), at(along, far)]);
                }
                ConditionKind::BelievesToHold => {
                    let (near, far) = (near + side * 0.75, far - side * 0.75);
                    path.outline(&[at(along, near), at(until, near), at(until, far), at(along, far)]);
                }
                ConditionKind::WaitsForLock | ConditionKind::InDoubt => {
                    // Counted from the start of the axis, so that pieces of one bar meet without a seam.
                    let zoom = self.sheet.geometry.zoom;
                    let first = (along * zoom / HATCH_PX).floor() - 2.0;
                    let last = (until * zoom / HATCH_PX).ceil();
                    let width = BAR_FAR - BAR_NEAR;
                    for number in first as i64..=last as i64 {
                        let foot = number as f64 * HATCH_PX;
                        let (low, high) = ((along * zoom - foot).max(0.0), (until * zoom - foot).min(width));
                        if high > low {
                            let end = |by: f64| at((foot + by) / zoom, near + side * by);
                            path.stroke(end(low), end(high));
                        }
                    }
                }
            }
        }
        Piece { class: bar_class(kind), path: path.text() }
    }

    fn wall(
        &self,
        after: NodeId,
        from: f64,
        to: f64,
        one_way: Option<Side>,
        slow: bool,
        [opens, closes]: [bool; 2],
    ) -> Vec<Piece> {
        let across = self.sheet.geometry.at_lane(f64::from(after.0) + 0.5);
        let mut path = Path::default();
        for (start, end) in self.between_breaks((from, across), (to, across)) {
            path.stroke(start, end);
        }
        let mut feet = Path::default();
        let (low, high) = match one_way {
            None => (-7.0, 7.0),
            Some(Side::After) => (-9.0, 0.0),
            Some(Side::Before) => (0.0, 9.0),
        };
        for (wanted, along) in [(opens, from), (closes, to)] {
            if wanted {
                feet.stroke(self.at(along, across + low), self.at(along, across + high));
            }
        }
        let mut pieces = vec![Piece { class: if slow { "slow" } else { "dash" }, path: path.text() }];
        if !feet.is_empty() {
            pieces.push(Piece { class: "feet", path: feet.text() });
        }
        pieces
    }

    /// Two slanted strokes on every lane that has a line, and bare ground between them, through bars too.
    fn gap(&self, along: f64) -> Vec<Piece> {
        /// Along and across: how far the strokes lean, how far they reach, and how far the ground does.
        const LEAN: f64 = 2.5;
        const REACH: f64 = 6.0;
        const GROUND: f64 = BAR_FAR + 1.0;
        let mut ground = Path::default();
        let mut strokes = Path::default();
        for node in (0..self.sheet.geometry.lanes as u8).map(NodeId) {
            if self.sheet.flow.is_down(self.sheet.run, self.sheet.axis, node, along) {
                continue;
            }
            let (x, y) = self.at(along, self.lane(node));
            let slanted = |path: &mut Path, by: f64, reach: f64| {
                let lean = LEAN * reach / REACH;
                let ends = [(by - lean, reach), (by + lean, -reach)].map(|(along, across)| {
                    match self.sheet.geometry.orientation {
                        Orientation::Right => (x + along, y + across),
                        Orientation::Down => (x + across, y + along),
                    }
                });
                path.stroke(ends[0], ends[1]);
            };
            slanted(&mut ground, 0.0, GROUND);
            slanted(&mut strokes, -2.5, REACH);
            slanted(&mut strokes, 2.5, REACH);
        }
        vec![Piece { class: "ground", path: ground.text() }, Piece { class: "strokes", path: strokes.text() }]
    }

    /// The paper's break: a line through all lanes.
    fn tear(&self, along: f64) -> Piece {
        let (top, bottom) =
            (self.sheet.geometry.point(along, 0.0), self.sheet.geometry.point(along, self.sheet.geometry.across));
        let mut path = Path::default();
        path.stroke((top.x, top.y), (bottom.x, bottom.y));
        Piece { class: "tear", path: path.text() }
    }
}
