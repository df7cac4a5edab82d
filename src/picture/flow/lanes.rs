//! Where lanes and instants stand on a sheet of given size, whichever way time runs.

use crate::sim::trace::NodeId;

/// Which way time runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Orientation {
    /// To the right: tablets and wide screens.
    #[default]
    Right,
    /// Down: phones.
    Down,
}

/// A point on the sheet in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// An upright rectangle on the sheet in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    /// Whether two areas share more than an edge.
    pub fn meets(&self, other: &Area) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }

    /// The area of at least `least` by `least` pixels around the same middle.
    pub fn at_least(&self, least: f64) -> Area {
        let (width, height) = (self.width.max(least), self.height.max(least));
        Area { x: self.x - (width - self.width) / 2.0, y: self.y - (height - self.height) / 2.0, width, height }
    }
}

/// How far everything after a break stands displaced, in pixels across the lanes.
pub const BREAK_PX: f64 = 6.0;
/// How far after its event a break runs through the paper, in pixels along it: half the least distance of neighbours.
pub const BREAK_AFTER_PX: f64 = 6.0;
/// The nearest that lanes stand, in pixels.
pub const LANE_GAP_PX_MIN: f64 = 28.0;
/// The farthest that lanes stand when time runs to the right.
pub const LANE_GAP_PX_MAX: f64 = 112.0;

/// The room beside the first and the last lane for bars and labels, in pixels across.
const MARGIN_BEFORE_RIGHT: f64 = 40.0;
const MARGIN_AFTER_RIGHT: f64 = 36.0;
const MARGIN_DOWN: f64 = 22.0;

/// Where lanes and instants stand. *Along* is the way of time, *across* the way of the lanes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometry {
    pub orientation: Orientation,
    pub lanes: usize,
    /// The place along the axis that is zero on the sheet: pieces of long runs are drawn near zero, where numbers are exact.
    pub origin: f64,
    /// Pixels on the sheet for each pixel along the axis: 1, unless a short run is made to fit or somebody looks closer.
    pub zoom: f64,
    /// The sheet across the lanes, in pixels, without the ruler.
    pub across: f64,
    /// The first lane's line, and from one to the next, in pixels across.
    pub first_lane: f64,
    pub lane_gap: f64,
}

impl Geometry {
    /// Spreads the lanes over a sheet of that many pixels across, leaving room for `breaks` displacements. If the lanes
    /// would stand too close the sheet grows.
    pub fn fit(orientation: Orientation, lanes: usize, across: f64, breaks: usize) -> Geometry {
        let shift = breaks as f64 * BREAK_PX;
        let (before, after) = match orientation {
            Orientation::Right => (MARGIN_BEFORE_RIGHT, MARGIN_AFTER_RIGHT + shift),
            Orientation::Down => (MARGIN_DOWN, MARGIN_DOWN + shift),
        };
        let gaps = lanes.saturating_sub(1).max(1) as f64;
        let lane_gap_max = match orientation {
            Orientation::Right => LANE_GAP_PX_MAX,
            Orientation::Down => f64::MAX,
        };
        let lane_gap = ((across - before - after) / gaps).clamp(LANE_GAP_PX_MIN, lane_gap_max).floor();
        let needed = before + after + lane_gap * lanes.saturating_sub(1) as f64;
        // What is left over lies on both sides alike.
        let first_lane = before + (across - needed).max(0.0) / 2.0;
        let across = needed.max(across);
        Geometry { orientation, lanes, origin: 0.0, zoom: 1.0, across, first_lane: first_lane.round(), lane_gap }
    }

    /// The same lanes with the axis drawn larger or smaller.
    pub fn zoomed(self, zoom: f64) -> Geometry {
        Geometry { zoom, ..self }
    }

    /// The same lanes on a sheet whose zero lies elsewhere along the axis.
    pub fn from_origin(self, origin: f64) -> Geometry {
        Geometry { origin, ..self }
    }

    /// A node's lane, in pixels across.
    pub fn lane(&self, node: NodeId) -> f64 {
        self.at_lane(f64::from(node.0))
    }

    /// Where a lane stands, or a place between two: 1.5 is midway between the second and the third.
    pub fn at_lane(&self, lane: f64) -> f64 {
        self.first_lane + self.lane_gap * lane
    }

    /// The node whose lane is nearest.
    pub fn nearest_lane(&self, across: f64) -> NodeId {
        let lane = ((across - self.first_lane) / self.lane_gap).round();
        NodeId(lane.clamp(0.0, self.lanes.saturating_sub(1) as f64) as u8)
    }

    /// A place along and across, as a point on the sheet.
    pub fn point(&self, along: f64, across: f64) -> Point {
        match self.orientation {
            Orientation::Right => Point { x: (along - self.origin) * self.zoom, y: across },
            Orientation::Down => Point { x: across, y: (along - self.origin) * self.zoom },
        }
    }

    /// A point on the sheet, as along and across.
    pub fn along_across(&self, point: Point) -> (f64, f64) {
        match self.orientation {
            Orientation::Right => (point.x / self.zoom + self.origin, point.y),
            Orientation::Down => (point.y / self.zoom + self.origin, point.x),
        }
    }

    /// How long a stretch of the axis is on the sheet.
    pub fn along_px(&self, extent: f64) -> f64 {
        extent * self.zoom
    }

    /// Where an area begins and ends along the axis.
    pub fn along_of(&self, area: &Area) -> (f64, f64) {
        let (from, extent) = match self.orientation {
            Orientation::Right => (area.x, area.width),
            Orientation::Down => (area.y, area.height),
        };
        (from / self.zoom + self.origin, (from + extent) / self.zoom + self.origin)
    }

    /// A rectangle from one place along and across to another.
    pub fn area(&self, from_along: f64, to_along: f64, from_across: f64, to_across: f64) -> Area {
        let (a, b) = (self.point(from_along, from_across), self.point(to_along, to_across));
        Area { x: a.x.min(b.x), y: a.y.min(b.y), width: (b.x - a.x).abs(), height: (b.y - a.y).abs() }
    }
}
