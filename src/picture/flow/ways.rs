//! The ways of messages: which arrows meet a window, and where each begins and ends.

use super::Flow;
use super::marks::{Arrow, End, Leg, Mark, Shape, Target};
use super::walls::Wall;
use crate::picture::axis::Axis;
use crate::scenario::run::Run;
use crate::sim::time::Span;
use crate::sim::trace::{Loss, MessageIndex, NodeId, StepKind};

impl Flow {
    /// The arrows that leave in a window: from its start, up to but not at its end.
    pub fn arrows_starting(&self, run: &Run, axis: &Axis, from: f64, to: f64) -> Vec<Mark> {
        // The instants at the edges are rounded; pixels decide.
        let (first, last) = (axis.instant(from - 1.0), axis.instant(to + 1.0) + Span::micros(1));
        let started = self.messages.starting(first, last).filter_map(|index| self.arrow(run, axis, index));
        started.filter(|mark| mark.from >= from && mark.from < to).collect()
    }

    /// The arrows that left before a place and are still under way there.
    pub fn arrows_entering(&self, run: &Run, axis: &Axis, at: f64) -> Vec<Mark> {
        let (before, after) = (axis.instant(at - 1.0), axis.instant(at));
        let meeting = self.messages.meeting(before, after).filter_map(|index| self.arrow(run, axis, index));
        meeting.filter(|mark| mark.from < at && mark.to >= at).collect()
    }

    /// A message as an arrow; none in the folded tail.
    pub fn arrow(&self, run: &Run, axis: &Axis, index: MessageIndex) -> Option<Mark> {
        let trace = &run.trace;
        let message = trace.message(index);
        let sent_at = trace.steps[message.sent as usize].at;
        if self.folded(sent_at) {
            return None;
        }
        let name = message.name;
        let (sent, sender, receiver) = (axis.px(sent_at), f64::from(name.from.0), f64::from(name.to.0));
        let mut legs: Vec<Leg> = message
            .ends
            .iter()
            .filter_map(|step| {
                let step = trace.steps[*step as usize];
                let at = axis.px(step.at);
                let (end, lane) = match step.kind {
                    StepKind::Deliver(_) => (End::Delivered, receiver),
                    StepKind::Lose(_, loss) => (End::Lost(loss), self.lost_at(name.from, name.to, at, loss)),
                    _ => return None,
                };
                Some(Leg { at, lane, end })
            })
            .collect();
        if legs.is_empty() {
            let whole = message.due.since(sent_at).as_micros().max(1) as f64;
            let gone = axis.end().since(sent_at).as_micros() as f64;
            // What is held up beyond its due time stands at half the way.
            let fraction = if gone >= whole { 0.5 } else { gone / whole };
            legs.push(Leg { at: self.length, lane: sender + (receiver - sender) * fraction, end: End::UnderWay });
        }
        let last = legs.iter().map(|leg| leg.at).fold(sent, f64::max);
        let due = axis.px(message.due);
        let late = legs.iter().any(|leg| leg.end == End::Delivered) && legs[0].at > due;
        Some(Mark {
            from: sent,
            to: last,
            target: Some(Target::Message(index)),
            shape: Shape::Arrow(Arrow {
                message: index,
                tone: message.payload.tone(),
                sender: name.from,
                receiver: name.to,
                sent,
                legs,
                due: late.then_some(due),
            }),
        })
    }

    /// Where across a message is lost: at a wall in its way, at a receiver that is down, else in the last gap before it,
    /// so that the cross never stands on the lane of a node that has nothing to do with it.
    fn lost_at(&self, from: NodeId, to: NodeId, at: f64, loss: Loss) -> f64 {
        let (sender, receiver) = (f64::from(from.0), f64::from(to.0));
        let last_gap = receiver + 0.5 * (sender - receiver).signum();
        let in_the_way = |wall: &&Wall| {
            !wall.slow && wall.after >= from.min(to) && wall.after < from.max(to) && wall.from <= at && at <= wall.to
        };
        match loss {
            Loss::ReceiverDown => receiver,
            Loss::Partitioned => {
                let wall = self.walls.iter().find(in_the_way);
                wall.map_or(last_gap, |wall| f64::from(wall.after.0) + 0.5)
            }
            Loss::Dropped | Loss::ConnectionBroken => last_gap,
        }
    }
}
