//! A whole run in 144 × 32 pixels: its lanes, its arrows, and where it breaks.

use super::axis::{Axis, Scale};
use super::flow::draw::bar_side;
use super::flow::lanes::Orientation;
use super::flow::marks::{Arrow, Shape};
use super::flow::{Flow, Geometry};
use super::path::Path;
use crate::scenario::run::Run;
use crate::sim::payload::Tone;
use crate::sim::trace::{NodeId, StretchKind};
use crate::sorted::sort_by;

/// The size of a thumbnail in pixels.
pub const WIDTH_PX: f64 = 144.0;
pub const HEIGHT_PX: f64 = 32.0;

/// The most arrows that so small a picture can show; of longer runs it shows every so many.
const ARROWS_MAX: usize = 240;
/// The most waits that are looked at, likewise.
const STRETCHES_MAX: usize = 4_000;
/// Bare paper at the edges.
const MARGIN_PX: f64 = 3.0;
/// A break displaces by less than in the flow, in proportion to the lanes.
const BREAK_PX: f64 = 3.0;

/// A picture as one path for each ink, in the order in which they lie on each other. All paths are stroked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thumbnail {
    pub lanes: String,
    pub replies: String,
    pub requests: String,
    pub decisions: String,
    pub losses: String,
    pub breaks: String,
    /// Bars of those who wait, as lines beside their lanes.
    pub waits: String,
}

impl Thumbnail {
    /// The picture of a run.
    pub fn of(run: &Run) -> Thumbnail {
        let axis = Axis::of(run, Scale::Folded);
        let flow = Flow::of(run, &axis);
        let lanes = run.topology.nodes.len();
        let breaks = flow.breaks().len().min(2) as f64;
        let height = HEIGHT_PX - 2.0 * MARGIN_PX - breaks * BREAK_PX;
        let geometry = Geometry {
            orientation: Orientation::Right,
            lanes,
            origin: 0.0,
            zoom: 1.0,
            across: HEIGHT_PX,
            first_lane: MARGIN_PX,
            lane_gap: height / lanes.saturating_sub(1).max(1) as f64,
        };
        let scale = (WIDTH_PX - 2.0 * MARGIN_PX) / (flow.length() + 24.0).max(1.0);
        let view = View { flow: &flow, geometry, scale };
        let mut paths = Paths::default();
        let end = flow.length() + 24.0;
        for mark in flow.lifelines(run, &axis, 0.0, end) {
            if let Shape::Line { node, .. } = mark.shape {
                view.level(&mut paths.lanes, node, 0.0, mark.from, mark.to);
            }
        }
        for (node, from, to) in waits(run, &axis, view.scale) {
            view.level(&mut paths.waits, node, -1.5, from, to.min(end));
        }
        let every = run.trace.messages.len().div_ceil(ARROWS_MAX).max(1);
        for index in (0..run.trace.messages.len()).step_by(every) {
            if let Some(mark) = flow.arrow(run, &axis, index as u32)
                && let Shape::Arrow(arrow) = &mark.shape
            {
                view.arrow(&mut paths, arrow);
            }
        }
        for at in flow.breaks() {
            let x = view.x(at.px);
            paths.breaks.stroke((x, 0.0), (x, HEIGHT_PX));
        }
        Thumbnail {
            lanes: paths.lanes.text(),
            replies: paths.replies.text(),
            requests: paths.requests.text(),
            decisions: paths.decisions.text(),
            losses: paths.losses.text(),
            breaks: paths.breaks.text(),
            waits: paths.waits.text(),
        }
    }

    /// The paths with the class of each, the lowest first.
    pub fn paths(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("lanes", &self.lanes),
            ("waits", &self.waits),
            ("replies", &self.replies),
            ("requests", &self.requests),
            ("losses", &self.losses),
            ("decisions", &self.decisions),
            ("breaks", &self.breaks),
        ]
        .into_iter()
        .map(|(class, path)| (class, path.as_str()))
        .filter(|(_, path)| !path.is_empty())
    }
}

/// When each node waits, in pixels along the axis: waits that no pixel of the picture parts are one.
fn waits(run: &Run, axis: &Axis, scale: f64) -> Vec<(NodeId, f64, f64)> {
    let trace = &run.trace;
    let every = trace.stretches.len().div_ceil(STRETCHES_MAX).max(1);
    let mut waits: Vec<(NodeId, f64, f64)> = trace
        .stretches
        .iter()
        .step_by(every)
        .filter_map(|stretch| match &stretch.what {
            StretchKind::Condition(condition) if bar_side(condition.kind) < 0.0 => {
                let px = |event| axis.px(trace.event(event).at);
                Some((stretch.node, px(stretch.from), stretch.to.map_or(f64::INFINITY, px)))
            }
            _ => None,
        })
        .collect();
    sort_by(&mut waits, |a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut joined: Vec<(NodeId, f64, f64)> = Vec::new();
    for (node, from, to) in waits {
        match joined.last_mut() {
            Some(last) if last.0 == node && from <= last.2 + 1.0 / scale => last.2 = last.2.max(to),
            _ => joined.push((node, from, to)),
        }
    }
    joined
}

#[derive(Default)]
struct Paths {
    lanes: Path,
    replies: Path,
    requests: Path,
    decisions: Path,
    losses: Path,
    breaks: Path,
    waits: Path,
}

struct View<'a> {
    flow: &'a Flow,
    geometry: Geometry,
    scale: f64,
}

impl View<'_> {
    fn x(&self, along: f64) -> f64 {
        MARGIN_PX + along * self.scale
    }

    fn shift(&self, along: f64) -> f64 {
        self.flow.breaks().iter().take(2).filter(|at| at.px <= along).count() as f64 * BREAK_PX
    }

    fn at(&self, along: f64, across: f64) -> (f64, f64) {
        (self.x(along), across + self.shift(along))
    }

    /// A line along a lane, displaced after each break.
    fn level(&self, path: &mut Path, node: NodeId, by: f64, from: f64, to: f64) {
        let across = self.geometry.lane(node) + by;
        let inside = self.flow.breaks().iter().map(|at| at.px).filter(|px| *px > from && *px < to);
        let mut start = from;
        for px in inside.chain([to]) {
            let y = across + self.shift(start);
            path.stroke((self.x(start), y), (self.x(px), y));
            start = px;
        }
    }

    fn arrow(&self, paths: &mut Paths, arrow: &Arrow) {
        let start = self.at(arrow.sent, self.geometry.lane(arrow.sender));
        for leg in &arrow.legs {
            let end = self.at(leg.at, self.geometry.at_lane(leg.lane));
            match (leg.end, arrow.tone) {
                (super::flow::marks::End::Lost(_), _) => {
                    paths.losses.stroke(start, end);
                    let (x, y) = end;
                    paths.losses.stroke((x - 1.5, y - 1.5), (x + 1.5, y + 1.5));
                    paths.losses.stroke((x - 1.5, y + 1.5), (x + 1.5, y - 1.5));
                }
                (_, Tone::Request) => drop(paths.requests.stroke(start, end)),
                (_, Tone::Reply) => drop(paths.replies.stroke(start, end)),
                (_, Tone::Decision(_)) => drop(paths.decisions.stroke(start, end)),
            }
        }
    }
}
