//! The visitor's hand on the flow: pointing opens what can be done, dragging marks a span or a cut.

use super::super::Stage;
use super::easel::Easel;
use crate::ui::selection::{Selection, Sweep, Target};
use crate::ui::store::{Action, Pointing};
use faultline::picture::flow::hit::Here;
use faultline::picture::flow::{Area, Point, Sheet, Target as Marked};
use faultline::sim::time::Instant;
use faultline::sim::trace::NodeId;

/// A pointer on the flow, in pixels of the viewport.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    pub x: f64,
    pub y: f64,
    /// How far around it something is in reach.
    pub reach: f64,
    /// Whether dragging draws.
    pub draws: bool,
    /// Whether its main button is down.
    pub pressed: bool,
    pub pointer: i32,
    pub by_finger: bool,
}

/// How far a pointer moves before it drags, in pixels.
const DRAG_PX: f64 = 6.0;
/// How near an instant that matters draws the end of a sweep to itself, in pixels.
const SNAP_PX: f64 = 8.0;

/// A press that may become a drag.
#[derive(Clone, Copy, Debug)]
struct Press {
    touch: Touch,
    at: Point,
    dragged: bool,
}

/// What the pointer is doing.
#[derive(Default)]
pub struct Hand {
    /// By touch, dragging draws only while this is on.
    pub breaking: bool,
    press: Option<Press>,
    sweep: Option<Sweep>,
    /// The fingers on the flow: two of them pinch.
    fingers: Vec<Touch>,
}

impl Hand {
    pub fn press(&mut self, easel: &mut Easel, _stage: &Stage, touch: Touch) {
        self.sweep = None;
        self.press = None;
        if touch.by_finger {
            self.fingers.retain(|finger| finger.pointer != touch.pointer);
            self.fingers.push(touch);
            if self.fingers.len() > 1 {
                return easel.sweep(None);
            }
        }
        if touch.pressed {
            self.press = easel.locate(touch.x, touch.y).map(|at| Press { touch, at, dragged: false });
        }
    }

    pub fn roam(&mut self, easel: &mut Easel, stage: &Stage, touch: Touch) {
        if self.pinch(easel, touch) {
            return;
        }
        let Some(at) = easel.locate(touch.x, touch.y) else { return };
        let Some(press) = self.press.as_mut().filter(|_| touch.pressed) else {
            self.press = None;
            let pointing = easel.sheet().is_some_and(|sheet| !targets(&sheet, at, touch.reach).is_empty());
            return easel.beckon(pointing);
        };
        let far = (touch.x - press.touch.x).hypot(touch.y - press.touch.y) >= DRAG_PX;
        if far && !press.dragged {
            press.dragged = true;
            if touch.draws {
                easel.hold_pointer(touch.pointer);
            }
        }
        if press.dragged && touch.draws {
            let from = press.at;
            self.sweep = easel.sheet().and_then(|sheet| swept(&sheet, from, at, stage));
            easel.sweep(self.sweep.clone());
        }
    }

    /// Two fingers look closer as far as they part.
    fn pinch(&mut self, easel: &mut Easel, touch: Touch) -> bool {
        let apart = |fingers: &[Touch]| match fingers {
            [one, other, ..] => Some((one.x - other.x).hypot(one.y - other.y).max(1.0)),
            _ => None,
        };
        let Some(before) = apart(&self.fingers) else { return false };
        let mut moved = self.fingers.clone();
        moved.iter_mut().filter(|finger| finger.pointer == touch.pointer).for_each(|finger| *finger = touch);
        let by = apart(&moved).unwrap_or(before) / before;
        // Laying the flow out anew for less would only tremble.
        if (by - 1.0).abs() > 0.04 {
            self.fingers = moved;
            easel.zoom(by);
        }
        true
    }

    pub fn release(&mut self, easel: &mut Easel, stage: &Stage, touch: Touch) {
        self.fingers.retain(|finger| finger.pointer != touch.pointer);
        let (press, sweep) = (self.press.take(), self.sweep.take());
        let Some(press) = press else { return };
        if let Some(sweep) = sweep {
            let between = Area {
                x: press.touch.x.min(touch.x),
                y: press.touch.y.min(touch.y),
                width: (press.touch.x - touch.x).abs(),
                height: (press.touch.y - touch.y).abs(),
            };
            let Area { x: left, y: top, width, height } = between;
            easel.sweep(None);
            return stage.act.emit(Action::Swept(sweep, crate::ui::selection::Anchor { left, top, width, height }));
        }
        if press.dragged {
            return;
        }
        let Some(action) = easel.sheet().and_then(|sheet| pointed(easel, &sheet, press.at, touch.reach, stage)) else {
            return;
        };
        stage.act.emit(action);
    }

    pub fn drop(&mut self, easel: &mut Easel, _stage: &Stage, touch: Touch) {
        self.fingers.retain(|finger| finger.pointer != touch.pointer);
        (self.press, self.sweep) = (None, None);
        easel.sweep(None);
    }
}

/// What a press without a drag does: opens what is in reach, or goes to the instant.
fn pointed(easel: &Easel, sheet: &Sheet, at: Point, reach: f64, stage: &Stage) -> Option<Action> {
    let targets = targets(sheet, at, reach);
    let Some(first) = targets.first().copied() else {
        let (along, _) = sheet.geometry.along_across(at);
        return Some(Action::Go(sheet.run.trace.event_at(sheet.axis.nearest(along))));
    };
    if stage.read_only {
        return Some(Action::Select(Selection::from(first)));
    }
    // The popover stands beside what was pointed at, not beside the whole of a long arrow.
    let here = Area { x: at.x, y: at.y, width: 0.0, height: 0.0 }.at_least(2.0 * reach);
    Some(Action::Point(Pointing { targets, anchor: easel.anchor(here)? }))
}

/// What can be broken within reach, the nearest first: messages, and the node whose lifeline is near.
fn targets(sheet: &Sheet, at: Point, reach: f64) -> Vec<Target> {
    let Here { along, node, away, event, .. } = sheet.here(at);
    let on_paper = (-reach..=sheet.flow.length() + reach).contains(&along);
    let mut targets: Vec<Target> = Vec::new();
    let mut add = |target: Target| {
        if !targets.contains(&target) {
            targets.push(target);
        }
    };
    let node_here = Target::Node { node, event };
    // On the lifeline itself the node is meant, even where arrows land on it.
    if on_paper && away <= reach / 3.0 {
        add(node_here);
    }
    for marked in sheet.targets(at, reach) {
        match marked {
            Marked::Message(message) => add(Target::Message(message)),
            Marked::Event { node, event } => add(Target::Node { node, event }),
            Marked::Fault(_) | Marked::Stretch(_) => {}
        }
    }
    if on_paper && away <= reach {
        add(node_here);
    }
    targets
}

/// What a drag from one point to another marks: along a lifeline, or across a gap between lanes.
fn swept(sheet: &Sheet, from: Point, to: Point, stage: &Stage) -> Option<Sweep> {
    let (here, there) = (sheet.here(from), sheet.here(to));
    let (start, end) = (here.along.min(there.along), here.along.max(there.along));
    let snap = |along: f64| {
        let near = sheet.axis.nearest(along);
        if (sheet.axis.px(near) - along).abs() <= SNAP_PX { near } else { rounded(sheet.axis.instant(along)) }
    };
    let (_, across_from) = sheet.geometry.along_across(from);
    let (_, across_to) = sheet.geometry.along_across(to);
    let along_more = end - start >= (across_to - across_from).abs();
    let on_lane = here.away <= f64::min(12.0, sheet.geometry.lane_gap / 3.0);
    let (from, to) = (snap(start), snap(end));
    if on_lane && along_more {
        return (from < to).then_some(Sweep::Along { node: here.node, from, to });
    }
    // The gap that the drag lies in, or that it crosses first.
    let across = if on_lane { across_from.midpoint(across_to) } else { across_from } - sheet.flow.shift(start);
    let lane = ((across - sheet.geometry.first_lane) / sheet.geometry.lane_gap).floor();
    let nodes = stage.run.topology.nodes.len() as u8;
    if nodes < 2 {
        return None;
    }
    let last_before = lane.clamp(0.0, f64::from(nodes - 2)) as u8;
    let sides = [(0..=last_before).map(NodeId).collect(), (last_before + 1..nodes).map(NodeId).collect()];
    // A cut straight across lasts four base latencies, so that it shows; the popover can change that.
    let to = if end - start >= DRAG_PX && from < to { to } else { from + stage.run.topology.base_latency.times(4) };
    Some(Sweep::Across { sides, from, to })
}

/// An instant to two or three digits of its size, for links that people read.
fn rounded(at: Instant) -> Instant {
    let micros = at.as_micros();
    let size = match micros {
        0..10_000 => 100,
        10_000..1_000_000 => 1_000,
        1_000_000..60_000_000 => 100_000,
        _ => 1_000_000,
    };
    Instant::from_micros((micros + size / 2) / size * size)
}
