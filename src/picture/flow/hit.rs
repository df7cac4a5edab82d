//! What is in reach of a pointer, and where each thing is that can be pointed at.

use super::lanes::{Area, Point};
use super::marks::{Arrow, Mark, Shape, Target};
use super::sheet::Sheet;
use crate::picture::path::Path;
use crate::sim::time::Instant;
use crate::sim::trace::{EventIndex, NodeId};
use crate::sorted::sort_by;

/// How far a fine pointer reaches: targets are 24 px wide. A finger reaches [`REACH_TOUCH_PX`].
pub const REACH_PX: f64 = 12.0;
/// See [`REACH_PX`].
pub const REACH_TOUCH_PX: f64 = 22.0;

/// A place on the sheet in the run's own terms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Here {
    /// In pixels along the axis.
    pub along: f64,
    pub at: Instant,
    /// The node whose lane is nearest, and how far away that is.
    pub node: NodeId,
    pub away: f64,
    /// The node's event nearest along the axis; the last event before it if the node has none.
    pub event: EventIndex,
}

impl Sheet<'_> {
    /// A point on the sheet in the run's own terms.
    pub fn here(&self, point: Point) -> Here {
        let (along, across) = self.geometry.along_across(point);
        let across = across - self.flow.shift(along);
        let node = self.geometry.nearest_lane(across);
        let at = self.axis.instant(along.clamp(0.0, self.flow.length()));
        Here {
            along,
            at,
            node,
            away: (across - self.geometry.lane(node)).abs(),
            event: self.nearest_event(node, along),
        }
    }

    /// The node's event nearest to a place along the axis, looked for a little on both sides.
    fn nearest_event(&self, node: NodeId, along: f64) -> EventIndex {
        /// How many events are looked at on each side: as many as may lie within a screen.
        const LOOK: u32 = 512;
        let trace = &self.run.trace;
        let here = trace.event_at(self.axis.instant(along.clamp(0.0, self.flow.length())));
        let last = trace.events.len().saturating_sub(1) as EventIndex;
        let distance = |event: &EventIndex| (self.axis.px(trace.event(*event).at) - along).abs();
        let own = |event: &EventIndex| trace.event(*event).node == node;
        let before = (here.saturating_sub(LOOK)..=here.min(last)).rev().find(own);
        let after = (here.saturating_add(1).min(last)..=here.saturating_add(LOOK).min(last)).find(own);
        match (before, after) {
            (Some(before), Some(after)) if distance(&after) < distance(&before) => after,
            (Some(before), _) => before,
            (None, Some(after)) => after,
            (None, None) => here,
        }
    }

    /// Everything in reach of a point, the nearest first: messages, then what stands on lifelines.
    pub fn targets(&self, point: Point, reach: f64) -> Vec<Target> {
        let (along, _) = self.geometry.along_across(point);
        let around = (reach + 6.0) / self.geometry.zoom;
        let marks = self.flow.marks(self.run, self.axis, along - around, along + around);
        let mut found: Vec<(f64, Target)> = marks
            .iter()
            .filter_map(|mark| Some((self.distance(mark, point)?, mark.target?)))
            .filter(|(distance, _)| *distance <= reach)
            .collect();
        sort_by(&mut found, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut targets: Vec<Target> = Vec::new();
        for (_, target) in found {
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        targets
    }

    /// How far a point is from a mark; none from what cannot be pointed at.
    fn distance(&self, mark: &Mark, point: Point) -> Option<f64> {
        if let Shape::Arrow(arrow) = &mark.shape {
            return self.segments(arrow).into_iter().map(|segment| from_segment(point, segment)).min_by(f64::total_cmp);
        }
        let area = self.area_of_mark(mark)?;
        let dx = (area.x - point.x).max(point.x - area.x - area.width).max(0.0);
        let dy = (area.y - point.y).max(point.y - area.y - area.height).max(0.0);
        Some(dx.hypot(dy))
    }

    fn segments(&self, arrow: &Arrow) -> Vec<(Point, Point)> {
        let at = |along: f64, across: f64| self.geometry.point(along, across + self.flow.shift(along));
        let start = at(arrow.sent, self.geometry.lane(arrow.sender));
        arrow.legs.iter().map(|leg| (start, at(leg.at, self.geometry.at_lane(leg.lane)))).collect()
    }

    fn area_of_mark(&self, mark: &Mark) -> Option<Area> {
        let (from, to) = (mark.from, mark.to.min(self.end()));
        let shift = self.flow.shift(from);
        let beside = |node: NodeId, near: f64, far: f64, wide: f64| {
            let lane = self.geometry.lane(node) + shift;
            self.geometry.area(
                from - wide / self.geometry.zoom,
                to + wide / self.geometry.zoom,
                lane + near,
                lane + far,
            )
        };
        Some(match &mark.shape {
            Shape::Arrow(arrow) => {
                let points = self.segments(arrow).into_iter().flat_map(|(a, b)| [a, b]);
                enclosing(points)?
            }
            Shape::Bar { node, kind } => {
                let side = super::draw::bar_side(*kind);
                beside(*node, side * super::draw::BAR_NEAR, side * super::draw::BAR_FAR, 0.0)
            }
            Shape::Durable { node, .. }
            | Shape::Timer { node }
            | Shape::Down { node }
            | Shape::Restart { node }
            | Shape::Clock { node }
            | Shape::Intervention { node }
            | Shape::Disconnected { node } => beside(*node, -5.0, 5.0, 5.0),
            Shape::Wall { after, .. } => {
                let across = self.geometry.at_lane(f64::from(after.0) + 0.5) + shift;
                self.geometry.area(from, to, across - 4.0, across + 4.0)
            }
            Shape::Break { .. } => self.geometry.area(from - 1.0, from + 1.0, 0.0, self.geometry.across),
            Shape::Line { .. } | Shape::Gap { .. } | Shape::Repeat { .. } => return None,
        })
    }

    /// Where a target is on the sheet, at least 24 px wide and high: for the ring of focus and the popover beside it.
    pub fn area(&self, target: Target) -> Option<Area> {
        let trace = &self.run.trace;
        let on_lane = |node: NodeId, event: EventIndex| {
            let along = self.axis.px(trace.event(event.min(trace.events.len().saturating_sub(1) as u32)).at);
            let lane = self.geometry.lane(node) + self.flow.shift(along);
            self.geometry.area(along, along, lane, lane)
        };
        let area = match target {
            Target::Message(index) => {
                if index as usize >= trace.messages.len() {
                    return None;
                }
                self.area_of_mark(&self.flow.arrow(self.run, self.axis, index)?)?
            }
            Target::Event { node, event } => on_lane(node, event),
            Target::Fault(fault) => {
                let step = *trace.struck.get(usize::from(fault))?.first()?;
                on_lane(trace.steps[step as usize].node, trace.event_of(step))
            }
            Target::Stretch(index) => {
                let stretch = trace.stretches.get(index as usize)?;
                on_lane(stretch.node, stretch.from)
            }
        };
        Some(area.at_least(2.0 * REACH_PX))
    }

    /// The outline of a target, as a path: along an arrow, around anything else.
    pub fn ring(&self, target: Target) -> Option<String> {
        /// How far the outline stands from what it surrounds.
        const AROUND_PX: f64 = 6.0;
        let mut path = Path::default();
        let arrow = match target {
            Target::Message(index) if (index as usize) < self.run.trace.messages.len() => {
                self.flow.arrow(self.run, self.axis, index)
            }
            _ => None,
        };
        if let Some(Mark { shape: Shape::Arrow(arrow), .. }) = &arrow {
            for (start, end) in self.segments(arrow) {
                let length = (end.x - start.x).hypot(end.y - start.y).max(1.0);
                let (x, y) = ((end.x - start.x) / length * AROUND_PX, (end.y - start.y) / length * AROUND_PX);
                path.outline(&[
                    (start.x - x - y, start.y - y + x),
                    (end.x + x - y, end.y + y + x),
                    (end.x + x + y, end.y + y - x),
                    (start.x - x + y, start.y - y - x),
                ]);
            }
        } else {
            let Area { x, y, width, height } = self.area(target)?;
            path.outline(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)]);
        }
        Some(path.text())
    }

    /// What can be pointed at because of one event: its own mark, the messages that it sends, delivers or loses, the
    /// fault that strikes.
    pub fn targets_of(&self, event: EventIndex) -> Vec<Target> {
        use crate::sim::trace::StepKind;
        let steps = self.run.trace.steps_of(event);
        let mut targets = vec![Target::Event { node: steps[0].node, event }];
        targets.extend(steps.iter().filter_map(|step| match step.kind {
            StepKind::Send(index) | StepKind::Deliver(index) | StepKind::Lose(index, _) => Some(Target::Message(index)),
            StepKind::Strike(fault) | StepKind::Heal(fault) => Some(Target::Fault(fault)),
            _ => None,
        }));
        targets
    }
}

fn enclosing(points: impl Iterator<Item = Point>) -> Option<Area> {
    let (mut low, mut high): (Option<Point>, Option<Point>) = (None, None);
    for point in points {
        low = Some(low.map_or(point, |low| Point { x: low.x.min(point.x), y: low.y.min(point.y) }));
        high = Some(high.map_or(point, |high| Point { x: high.x.max(point.x), y: high.y.max(point.y) }));
    }
    let (low, high) = (low?, high?);
    Some(Area { x: low.x, y: low.y, width: high.x - low.x, height: high.y - low.y })
}

fn from_segment(point: Point, (start, end): (Point, Point)) -> f64 {
    let (x, y) = (end.x - start.x, end.y - start.y);
    let squared = x * x + y * y;
    let along = if squared > 0.0 {
        (((point.x - start.x) * x + (point.y - start.y) * y) / squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (point.x - start.x - along * x).hypot(point.y - start.y - along * y)
}
