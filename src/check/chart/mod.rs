//! Charts of a run over virtual time, as plain data: folded once from a run's steps, whether these stand in a trace or
//! happen at this moment and are kept nowhere. So a run of a million requests has the charts that one of twelve has.
//!
//! Whatever a run's length, a line keeps some hundred points.

mod histogram;
mod line;
mod window;

pub use histogram::Histogram;
pub use line::Line;
pub use window::{PANES, Window};

use super::measure::{Measure, Unit};
use crate::sim::fault::Fault;
use crate::sim::payload::Payload;
use crate::sim::time::Instant;
use crate::sim::topology::Topology;
use crate::sim::trace::{Local, Message, NodeId, Step, StepKind, Trace};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A quantity, or several that are counted in the same unit, over virtual time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// Lower case, words joined by hyphens.
    pub id: String,
    pub title: Text,
    /// How it is counted, in one sentence; where it is a published measure, with its source.
    pub note: Text,
    pub unit: Unit,
    pub shape: Shape,
    pub series: Vec<Series>,
}

/// How a value goes over into the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// It stays until the next one: something that is counted.
    Steps,
    /// Evenly: something that is measured over a window.
    Slopes,
}

/// One line of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    pub name: Text,
    /// Whose it is, where each node has its own.
    pub node: Option<NodeId>,
    /// In the order of time.
    pub points: Vec<Point>,
}

/// A value from an instant on; none where there is nothing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub at: Instant,
    pub value: Option<u64>,
}

/// A number that a run came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Lower case, words joined by hyphens.
    pub id: String,
    pub name: Text,
    pub unit: Unit,
    pub value: Option<u64>,
}

impl Chart {
    /// The greatest value of all its lines.
    pub fn greatest(&self) -> u64 {
        let points = self.series.iter().flat_map(|series| &series.points);
        points.filter_map(|point| point.value).max().unwrap_or(0)
    }
}

impl Series {
    /// The value at an instant: the last one until then.
    pub fn at(&self, instant: Instant) -> Option<u64> {
        let after = self.points.partition_point(|point| point.at <= instant);
        self.points.get(after.checked_sub(1)?)?.value
    }
}

impl From<Measure> for Figure {
    fn from(Measure { id, name, unit, value, .. }: Measure) -> Figure {
        Figure { id, name, unit, value }
    }
}

/// One step as it is folded into charts, with what it is about.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub at: Instant,
    pub node: NodeId,
    pub kind: StepKind,
    /// The message that is sent, delivered or lost.
    pub message: Option<SeenMessage<'a>>,
    /// The timer that is set, cancelled or fires.
    pub timer: Option<&'a dyn Payload>,
}

impl<'a> Seen<'a> {
    /// A step with the message or the timer that it is about.
    pub fn of(step: Step, message: Option<&'a Message>, timer: Option<&'a Local>) -> Seen<'a> {
        let message = message.map(|message| SeenMessage {
            from: message.name.from,
            to: message.name.to,
            payload: &*message.payload,
        });
        Seen { at: step.at, node: step.node, kind: step.kind, message, timer: timer.map(|timer| &*timer.payload) }
    }
}

/// A message as it is folded into charts.
#[derive(Clone, Copy)]
pub struct SeenMessage<'a> {
    pub from: NodeId,
    pub to: NodeId,
    pub payload: &'a dyn Payload,
}

/// Charts that come together step by step.
pub trait Charting: Send {
    /// Takes the next step in.
    fn see(&mut self, seen: &Seen);
    /// How many of the things that were asked for are done with, well or badly.
    fn settled(&self) -> u32;
    /// The charts of what was seen so far.
    fn charts(&self) -> Vec<Chart>;
    /// What it came to so far.
    fn figures(&self) -> Vec<Figure>;
}

/// Folds a whole trace in.
pub fn read(trace: &Trace, charting: &mut dyn Charting) {
    for step in &trace.steps {
        let message = match step.kind {
            StepKind::Send(index) | StepKind::Deliver(index) | StepKind::Lose(index, _) => Some(trace.message(index)),
            _ => None,
        };
        let timer = match step.kind {
            StepKind::Fire(index) | StepKind::Set(index) | StepKind::Cancel(index) => Some(trace.local(index)),
            _ => None,
        };
        charting.see(&Seen::of(*step, message, timer));
    }
}

/// Which of the faults kill the process that they strike.
pub fn killing(faults: &[Fault]) -> Vec<bool> {
    faults.iter().map(|fault| matches!(fault, Fault::Crash { .. } | Fault::PowerLoss { .. })).collect()
}

/// The node's name as a series has it.
pub fn named(node: NodeId, topology: &Topology, points: Vec<Point>) -> Series {
    Series { name: Text::same(topology.name(node)), node: Some(node), points }
}
