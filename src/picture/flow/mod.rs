//! The message flow of a run: its marks, for whichever window of time is looked at.
//!
//! Nothing is laid out ahead: an index over messages and stretches says what meets a window, and only that is made into
//! marks ([`marks`]), drawn ([`draw`]) and labelled ([`labels`]). So a run of 100,000 events costs what is on screen.

mod arrow;
pub mod camera;
mod crossing;
pub mod draw;
pub mod heads;
pub mod hit;
pub mod labels;
pub mod lanes;
pub mod marks;
pub mod place;
mod places;
pub mod ruler;
pub mod sheet;
mod walls;
mod ways;
pub mod words;

pub use lanes::{Area, Geometry, Orientation, Point};
pub use marks::{Mark, MarkKind, Shape, Target};
pub use sheet::Sheet;

use super::axis::{Axis, GAP_PX_MAX};
use super::interval::Intervals;
use crate::check::Verdict;
use crate::scenario::run::Run;
use crate::sim::time::Instant;
use crate::sim::trace::{EventIndex, MessageIndex, NodeId, StepKind, StretchKind};
use crate::sorted::{SortedMap, sort_by};
use lanes::{BREAK_AFTER_PX, BREAK_PX};
use marks::struck_kind;
use walls::Wall;

/// A place where a property breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Break {
    /// The violating event.
    pub event: EventIndex,
    /// Where the break runs through the paper, in pixels along the axis.
    pub px: f64,
}

/// The index over a run from which any window of its flow is made.
#[derive(Clone, Debug)]
pub struct Flow {
    messages: Intervals,
    stretches: Intervals,
    walls: Vec<Wall>,
    /// In the order of time, one for each instant.
    breaks: Vec<Break>,
    /// Where each kind of mark first appears: the index of the message, stretch, event or fault.
    first: SortedMap<MarkKind, u32>,
    /// The first message of each kind.
    first_of_kind: SortedMap<&'static str, MessageIndex>,
    /// Whether messages speak of several subjects, so that labels must say which.
    several_subjects: bool,
    /// From here on the tail is folded.
    folded_from: Option<Instant>,
    length: f64,
}

impl Flow {
    /// Indexes a run on an axis that shows it: its own, or one shared with other runs.
    pub fn of(run: &Run, axis: &Axis) -> Flow {
        let trace = &run.trace;
        let end = axis.end();
        let messages = Intervals::over((0..trace.messages.len() as u32).map(|index| {
            let message = trace.message(index);
            let last = message.ends.last().map_or(end, |step| trace.steps[*step as usize].at);
            (trace.steps[message.sent as usize].at, last.max(message.due.min(end)), index)
        }));
        let stretches = Intervals::over(trace.stretches.iter().enumerate().map(|(index, stretch)| {
            let to = stretch.to.map_or(end, |event| trace.event(event).at);
            (trace.event(stretch.from).at, to, index as u32)
        }));
        let mut violating: Vec<EventIndex> = run
            .verdicts
            .iter()
            .filter_map(|judged| match judged.verdict {
                Verdict::Violated { at, .. } => Some(at),
                _ => None,
            })
            .collect();
        sort_by(&mut violating, EventIndex::cmp);
        let mut breaks: Vec<Break> = violating
            .into_iter()
            .map(|event| Break { event, px: axis.px(trace.event(event).at) + BREAK_AFTER_PX })
            .collect();
        breaks.dedup_by_key(|at| at.px);
        let mut first_of_kind = SortedMap::new();
        for (index, message) in trace.messages.iter().enumerate() {
            first_of_kind.entry(message.name.kind).or_insert(index as MessageIndex);
        }
        let subject = trace.messages.iter().map(|message| message.name.subject).find(|subject| subject.0 > 0);
        let several_subjects = subject.is_some_and(|first| {
            trace.messages.iter().any(|message| message.name.subject.0 > 0 && message.name.subject != first)
        });
        Flow {
            messages,
            stretches,
            walls: walls::walls(run, axis),
            breaks,
            first: first_appearances(run),
            first_of_kind,
            several_subjects,
            folded_from: axis.repeat().map(|(repeat, _)| repeat.from),
            length: axis.length(),
        }
    }

    /// The whole length in pixels along the axis.
    pub fn length(&self) -> f64 {
        self.length
    }

    /// Where properties break, in the order of time.
    pub fn breaks(&self) -> &[Break] {
        &self.breaks
    }

    /// How far everything at a place along the axis stands displaced across it, in pixels.
    pub fn shift(&self, along: f64) -> f64 {
        self.breaks.partition_point(|at| at.px <= along) as f64 * BREAK_PX
    }

    /// The kinds of marks in use, for a list of what they mean.
    pub fn kinds(&self) -> impl Iterator<Item = MarkKind> + '_ {
        self.first.keys().copied()
    }

    fn folded(&self, at: Instant) -> bool {
        self.folded_from.is_some_and(|from| at >= from)
    }

    /// Every mark that meets a window, in the order of where they begin. Lines, bars and walls are cut at its edges.
    pub fn marks(&self, run: &Run, axis: &Axis, from: f64, to: f64) -> Vec<Mark> {
        let mut marks = self.lasting(run, axis, from, to);
        marks.extend(self.arrows_entering(run, axis, from));
        marks.extend(self.arrows_starting(run, axis, from, to));
        marks.extend(self.points(run, axis, from, to));
        sort_by(&mut marks, |a, b| a.from.total_cmp(&b.from));
        marks
    }

    /// Lifelines, bars, walls, gaps and the folded tail in a window, cut at its edges.
    pub fn lasting(&self, run: &Run, axis: &Axis, from: f64, to: f64) -> Vec<Mark> {
        let mut marks = self.lifelines(run, axis, from, to);
        for index in self.stretches.meeting(axis.instant(from), axis.instant(to)) {
            let stretch = &run.trace.stretches[index as usize];
            let (start, end) = self.ends_of(run, axis, index);
            if let (StretchKind::Condition(condition), true) = (&stretch.what, start < to && end > from) {
                let shape = Shape::Bar { node: stretch.node, kind: condition.kind };
                let target = Some(Target::Stretch(index));
                marks.push(Mark { from: start.max(from), to: end.min(to), target, shape });
            }
        }
        marks.extend(self.walls.iter().filter(|wall| wall.from < to && wall.to > from).map(|wall| wall.mark(from, to)));
        // What stands in the middle of a gap belongs to the window that the middle lies in: it is drawn over the bars.
        let inside = |from_px: f64, to_px: f64| (from..to).contains(&((from_px + to_px) / 2.0));
        let gaps = axis.gaps(from - GAP_PX_MAX, to).filter(|gap| inside(gap.from_px, gap.to_px));
        marks.extend(gaps.map(|gap| Mark {
            from: gap.from_px,
            to: gap.to_px,
            target: None,
            shape: Shape::Gap { lasting: gap.lasting },
        }));
        if let Some((repeat, px)) = axis.repeat().filter(|(_, px)| inside(*px, axis.length())) {
            let shape = Shape::Repeat { period: repeat.period };
            marks.push(Mark { from: px, to: axis.length(), target: None, shape });
        }
        marks
    }

    /// A stretch's ends in pixels along the axis.
    fn ends_of(&self, run: &Run, axis: &Axis, stretch: u32) -> (f64, f64) {
        let stretch = &run.trace.stretches[stretch as usize];
        let px = |event| axis.px(run.trace.event(event).at);
        (px(stretch.from), stretch.to.map_or(f64::INFINITY, px))
    }

    /// Each node's line in a window: gone while it is down, double while it is paused.
    pub(super) fn lifelines(&self, run: &Run, axis: &Axis, from: f64, to: f64) -> Vec<Mark> {
        let mut interrupted: Vec<(NodeId, f64, f64, bool)> = self
            .stretches
            .meeting(axis.instant(from), axis.instant(to))
            .filter_map(|index| {
                let stretch = &run.trace.stretches[index as usize];
                let (start, end) = self.ends_of(run, axis, index);
                match stretch.what {
                    StretchKind::Down => Some((stretch.node, start, end, false)),
                    StretchKind::Paused => Some((stretch.node, start, end, true)),
                    StretchKind::Condition(_) => None,
                }
            })
            .collect();
        sort_by(&mut interrupted, |a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut marks = Vec::new();
        for node in (0..run.topology.nodes.len() as u8).map(NodeId) {
            let mut line = |from: f64, to: f64, paused: bool| {
                if to > from {
                    marks.push(Mark { from, to, target: None, shape: Shape::Line { node, paused } });
                }
            };
            let mut drawn = from;
            for (_, start, end, paused) in interrupted.iter().filter(|piece| piece.0 == node) {
                let (start, end) = (start.clamp(drawn, to), end.clamp(drawn, to));
                line(drawn, start, false);
                if *paused {
                    line(start, end, true);
                }
                drawn = end;
            }
            line(drawn, to, false);
        }
        marks
    }

    /// Whether a node is down at a place along the axis.
    pub fn is_down(&self, run: &Run, axis: &Axis, node: NodeId, along: f64) -> bool {
        let at = axis.instant(along);
        self.stretches.meeting(at, at).any(|index| {
            let stretch = &run.trace.stretches[index as usize];
            stretch.node == node && stretch.what == StretchKind::Down
        })
    }

    /// Squares, diamonds, crosses and breaks in a window: from its start, up to but not at its end.
    pub fn points(&self, run: &Run, axis: &Axis, from: f64, to: f64) -> Vec<Mark> {
        let trace = &run.trace;
        let mut marks = Vec::new();
        let mut add = |at: f64, target, shape| {
            if at >= from && at < to {
                marks.push(Mark { from: at, to: at, target, shape });
            }
        };
        let (first, last) = (axis.instant(from - 1.0), axis.instant(to + 1.0));
        let start = trace.events.partition_point(|step| trace.steps[*step as usize].at < first);
        for event in start..trace.events.len() {
            let step = trace.event(event as EventIndex);
            if step.at > last || self.folded(step.at) {
                break;
            }
            let node = step.node;
            let (at, here) = (axis.px(step.at), Target::Event { node, event: event as EventIndex });
            match step.kind {
                StepKind::Durable(record) => {
                    let tone = trace.local(record).payload.tone();
                    add(at, Some(here), Shape::Durable { node, tone });
                }
                StepKind::Fire(_) => add(at, Some(here), Shape::Timer { node }),
                StepKind::Disconnected(_) => add(at, Some(here), Shape::Disconnected { node }),
                StepKind::Strike(fault) => {
                    let shape = match run.scenario.faults.get(usize::from(fault)).and_then(struck_kind) {
                        Some(MarkKind::Down | MarkKind::PowerLoss) => Shape::Down { node },
                        Some(MarkKind::Restart) => Shape::Restart { node },
                        Some(MarkKind::ClockJump | MarkKind::ClockRate) => Shape::Clock { node },
                        None if is_intervention(run, fault) => Shape::Intervention { node },
                        _ => continue,
                    };
                    add(at, Some(Target::Fault(fault)), shape);
                }
                _ => {}
            }
        }
        for at in &self.breaks {
            let node = trace.event(at.event).node;
            add(at.px, Some(Target::Event { node, event: at.event }), Shape::Break { event: at.event });
        }
        marks
    }
}

fn is_intervention(run: &Run, fault: u16) -> bool {
    matches!(run.scenario.faults.get(usize::from(fault)), Some(crate::sim::fault::Fault::Intervention { .. }))
}

/// Where each kind of mark first appears in a run.
fn first_appearances(run: &Run) -> SortedMap<MarkKind, u32> {
    let trace = &run.trace;
    let mut first = SortedMap::new();
    let mut see = |kind: MarkKind, index: usize| {
        first.entry(kind).or_insert(index as u32);
    };
    for (event, step) in trace.events.iter().enumerate() {
        match trace.steps[*step as usize].kind {
            StepKind::Durable(_) => see(MarkKind::Durable, event),
            StepKind::Fire(_) => see(MarkKind::Timer, event),
            StepKind::Disconnected(_) => see(MarkKind::Disconnected, event),
            StepKind::Strike(fault) => {
                if let Some(kind) = run.scenario.faults.get(usize::from(fault)).and_then(struck_kind) {
                    see(kind, event);
                }
            }
            StepKind::Lose(message, loss) => see(loss.into(), message as usize),
            _ => {}
        }
    }
    for (index, message) in trace.messages.iter().enumerate() {
        let delivered = message.ends.first().map(|step| trace.steps[*step as usize]);
        if message.ends.len() > 1 {
            see(MarkKind::Duplicated, index);
        }
        if delivered.is_some_and(|step| matches!(step.kind, StepKind::Deliver(_)) && step.at > message.due) {
            see(MarkKind::Delayed, index);
        }
    }
    for (index, stretch) in trace.stretches.iter().enumerate() {
        if let StretchKind::Condition(condition) = &stretch.what {
            see(condition.kind.into(), index);
        }
    }
    if run.verdicts.iter().any(|judged| matches!(judged.verdict, Verdict::Violated { .. })) {
        see(MarkKind::Break, 0);
    }
    first
}
