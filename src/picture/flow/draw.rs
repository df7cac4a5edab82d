//! Marks as strokes and shapes: the only place that knows what a mark looks like. The page and the picture writer both
//! put these paths on their sheets; classes get their inks and widths from `static/picture.css`.

use super::lanes::Orientation;
use super::marks::{Arrow, End, Leg, Mark, Shape, Side, Target};
use super::sheet::Sheet;
use crate::picture::path::Path;
use crate::sim::payload::{Outcome, Tone};
use crate::sim::show::ConditionKind;
use crate::sim::trace::NodeId;

/// A mark as paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    pub target: Option<Target>,
    /// Of the group: what it is.
    pub class: &'static str,
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

/// Heads of arrows: 8 long, 6 wide.
const HEAD_LENGTH: f64 = 8.0;
const HEAD_HALF_WIDTH: f64 = 3.0;
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

/// A mark's paths; none if it has none.
pub fn draw(sheet: &Sheet, mark: &Mark) -> Option<Drawn> {
    let pen = Pen { sheet };
    let (from, to) = (mark.from, mark.to);
    let (class, pieces) = match &mark.shape {
        Shape::Line { node, paused } => ("lifeline", vec![pen.lifeline(*node, from, to, *paused)]),
        Shape::Bar { node, kind } => pen.bar(*node, *kind, from, to.min(sheet.end())),
        Shape::Arrow(arrow) => (tone_class(arrow.tone), pen.arrow(arrow)),
        Shape::Durable { node, tone } => {
            let class = if matches!(tone, Tone::Decision(_)) { "solid decision" } else { "solid" };
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
    Some(Drawn { target: mark.target, class, pieces }).filter(|drawn| !drawn.pieces.is_empty())
}

fn cross(path: &mut Path, x: f64, y: f64) {
    path.stroke((x - 4.0, y - 4.0), (x + 4.0, y + 4.0)).stroke((x - 4.0, y + 4.0), (x + 4.0, y - 4.0));
}

struct Pen<'a> {
    sheet: &'a Sheet<'a>,
}

impl Pen<'_> {
    /// A place along and across, displaced by the breaks before it, as a point.
    fn at(&self, along: f64, across: f64) -> (f64, f64) {
        let point = self.sheet.geometry.point(along, across + self.sheet.flow.shift(along));
        (point.x, point.y)
    }

    fn lane(&self, node: NodeId) -> f64 {
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
    fn between_breaks(&self, from: (f64, f64), to: (f64, f64)) -> Vec<((f64, f64), (f64, f64))> {
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

    fn bar(&self, node: NodeId, kind: ConditionKind, from: f64, to: f64) -> (&'static str, Vec<Piece>) {
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
        let (class, piece) = match kind {
            ConditionKind::Holds => ("bar holds", "fill"),
            ConditionKind::BelievesToHold => ("bar believes", "outline"),
            ConditionKind::WaitsForLock => ("bar waits", "hatch"),
            ConditionKind::InDoubt => ("bar doubts", "hatch"),
        };
        (class, vec![Piece { class: piece, path: path.text() }])
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

    fn arrow(&self, arrow: &Arrow) -> Vec<Piece> {
        let (mut casing, mut line, mut dots) = (Path::default(), Path::default(), Path::default());
        let (mut head, mut cross_path, mut disc, mut bar) =
            (Path::default(), Path::default(), Path::default(), Path::default());
        for leg in &arrow.legs {
            let lost = matches!(leg.end, End::Lost(_));
            let (ways, tip, toward) = self.way(arrow, leg);
            for way in &ways {
                casing.to(way[0].0, way[0].1);
                let path = if lost { &mut dots } else { &mut line };
                path.to(way[0].0, way[0].1);
                for (path, points) in [(&mut casing, &way[1..]), (path, &way[1..])] {
                    match points {
                        [end] => path.line(end.0, end.1),
                        [by, end, ..] => path.bow(by.0, by.1, end.0, end.1),
                        [] => path,
                    };
                }
            }
            match leg.end {
                End::Lost(_) => cross(&mut cross_path, tip.0, tip.1),
                End::Delivered => {
                    self.head(&mut head, arrow.tone, tip, toward);
                    let (x, y) = self.at(leg.at, self.sheet.geometry.at_lane(leg.lane));
                    match arrow.tone {
                        Tone::Decision(Outcome::Commit) => {
                            disc.circle(x, y, 4.5);
                        }
                        Tone::Decision(Outcome::Abort) => {
                            let corners = [(-2.5, -7.0), (2.5, -7.0), (2.5, 7.0), (-2.5, 7.0)];
                            let corner = |(along, across): (f64, f64)| match self.sheet.geometry.orientation {
                                Orientation::Right => (x + along, y + across),
                                Orientation::Down => (x + across, y + along),
                            };
                            bar.outline(&corners.map(corner));
                        }
                        _ => {}
                    }
                }
                End::UnderWay => {}
            }
        }
        let mut ring = Path::default();
        if let Some(due) = arrow.due {
            let (x, y) = self.at(due, self.lane(arrow.receiver));
            ring.circle(x, y, 4.0);
        }
        let head_class = if arrow.tone == Tone::Reply { "open" } else { "filled" };
        [
            ("casing", casing),
            ("shaft", line),
            ("dots", dots),
            (head_class, head),
            ("ring", ring),
            ("cross", cross_path),
            ("disc", disc),
            ("block", bar),
        ]
        .into_iter()
        .filter(|(_, path)| !path.is_empty())
        .map(|(class, path)| Piece { class, path: path.text() })
        .collect()
    }

    /// The way of one leg, cut at breaks; where its head stands, and in which direction it points.
    #[allow(clippy::type_complexity)]
    fn way(&self, arrow: &Arrow, leg: &Leg) -> (Vec<Vec<(f64, f64)>>, (f64, f64), (f64, f64)) {
        let geometry = &self.sheet.geometry;
        let (start, end) = ((arrow.sent, self.lane(arrow.sender)), (leg.at, geometry.at_lane(leg.lane)));
        if arrow.sender == arrow.receiver {
            let (from, tip) = (self.at(start.0, start.1), self.at(end.0, end.1));
            let by = self.at((start.0 + end.0) / 2.0, start.1 - 2.0 * geometry.lane_gap.min(40.0));
            return (vec![vec![from, by, tip]], tip, unit(by, tip));
        }
        let mut pieces = self.between_breaks(start, end);
        let last = pieces.len() - 1;
        let toward = unit(pieces[last].0, pieces[last].1);
        let landing = pieces[last].1;
        let back = |by: f64| (landing.0 - toward.0 * by, landing.1 - toward.1 * by);
        // Where the head's tip stands before what it lands on, and where the shaft ends behind the head.
        let (tip, shaft) = match (leg.end, arrow.tone) {
            (End::Delivered, Tone::Decision(Outcome::Commit)) => (back(5.0), back(9.0)),
            (End::Delivered, Tone::Decision(Outcome::Abort)) => (back(4.0), back(8.0)),
            (End::Delivered, Tone::Request) => (back(1.0), back(6.0)),
            (End::Delivered, Tone::Reply) => (back(1.0), back(2.0)),
            _ => (landing, landing),
        };
        pieces[last].1 = shaft;
        (pieces.into_iter().map(|(from, to)| vec![from, to]).collect(), tip, toward)
    }

    fn head(&self, path: &mut Path, tone: Tone, tip: (f64, f64), toward: (f64, f64)) {
        let wing = |tip: (f64, f64), side: f64| {
            (
                tip.0 - toward.0 * HEAD_LENGTH - toward.1 * side * HEAD_HALF_WIDTH,
                tip.1 - toward.1 * HEAD_LENGTH + toward.0 * side * HEAD_HALF_WIDTH,
            )
        };
        match tone {
            Tone::Request => {
                path.outline(&[tip, wing(tip, 1.0), wing(tip, -1.0)]);
            }
            Tone::Reply => {
                let (left, right) = (wing(tip, 1.0), wing(tip, -1.0));
                path.to(left.0, left.1).line(tip.0, tip.1).line(right.0, right.1);
            }
            Tone::Decision(_) => {
                let second = (tip.0 - toward.0 * 6.0, tip.1 - toward.1 * 6.0);
                for tip in [tip, second] {
                    path.outline(&[tip, wing(tip, 1.0), wing(tip, -1.0)]);
                }
            }
        }
    }
}

/// The direction from one point to another; to the right if they are the same.
fn unit(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let length = x.hypot(y);
    if length > 0.0 { (x / length, y / length) } else { (1.0, 0.0) }
}
