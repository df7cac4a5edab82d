//! What a protocol tells the laboratory about itself.

use super::entry::Entry;
use super::parameter::{Parameter, Values};
use super::placement::Hashing;
use crate::check::chart::Charting;
use crate::check::measure::{Measure, measures};
use crate::check::{Property, View};
use crate::sim::fault::Fault;
use crate::sim::node::Node;
use crate::sim::show::{Condition, Panel};
use crate::sim::time::Span;
use crate::sim::topology::Topology;
use crate::sim::trace::{Ending, EventIndex, NodeId, Step, Trace};
use crate::sim::world::World;
use crate::text::Text;
use std::sync::Arc;

/// A chapter of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Transactions,
    Locks,
    Balancing,
    Sessions,
    Messaging,
    Consensus,
}

impl Family {
    pub fn id(self) -> &'static str {
        match self {
            Family::Transactions => "transactions",
            Family::Locks => "locks",
            Family::Balancing => "balancing",
            Family::Sessions => "sessions",
            Family::Messaging => "messaging",
            Family::Consensus => "consensus",
        }
    }

    pub fn title(self) -> Text {
        match self {
            Family::Transactions => Text::new("Distributed transactions", "分布式事务"),
            Family::Locks => Text::new("Distributed locks", "分布式锁"),
            Family::Balancing => Text::new("Load balancing", "负载均衡"),
            Family::Sessions => Text::new("Sessions", "分布式会话"),
            Family::Messaging => Text::new("Messaging", "消息"),
            Family::Consensus => Text::new("Consensus", "共识"),
        }
    }
}

/// Something that a protocol lets happen besides the built-in faults.
pub struct Intervention {
    /// Lower case, words joined by hyphens; links use it.
    pub key: &'static str,
    /// What a button says: "An operator forces abort".
    pub name: Text,
    pub help: Text,
    /// Whether it makes sense at this node.
    pub applies: fn(NodeId, &Topology) -> bool,
    pub arguments: &'static [Argument],
}

/// One typed argument of an intervention, always a number in a range.
pub struct Argument {
    pub key: &'static str,
    pub name: Text,
    pub kind: ArgumentKind,
    pub minimum: u32,
    pub maximum: u32,
}

/// What an argument's number means, so that pointing can fill it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    /// The subject of the step pointed at: a transaction, a key.
    Subject,
    /// A plain number.
    Number,
}

/// One event of a run for narration: the trace, and the nodes just before the event and just after its effects.
pub struct Moment<'a> {
    pub trace: &'a Trace,
    pub event: EventIndex,
    pub before: &'a [Arc<dyn Node>],
    pub after: &'a [Arc<dyn Node>],
    pub topology: &'a Topology,
}

impl Moment<'_> {
    /// The event's own step.
    pub fn step(&self) -> Step {
        self.trace.event(self.event)
    }

    /// The effects that the event's handler had carried out at once, in order.
    pub fn effects(&self) -> &[Step] {
        &self.trace.steps_of(self.event)[1..]
    }

    /// The world just after the event's effects, as monitors see it. The trace is that of the whole run.
    pub fn view(&self) -> View<'_> {
        let steps = self.trace.steps_of(self.event);
        View::new(steps[steps.len() - 1], self.trace, self.after)
    }

    pub fn name(&self, node: NodeId) -> &'static str {
        self.topology.name(node)
    }
}

/// What a run is read by when it is made into charts.
pub struct Reading<'a> {
    pub topology: &'a Topology,
    pub values: &'a Values,
    pub faults: &'a [Fault],
}

/// Begins charts, into which a run is then folded.
pub type BeginsCharting = fn(&Reading) -> Box<dyn Charting>;

/// A word of the protocol, glossed once where it first appears: 准备（prepare）.
pub struct Term {
    /// The message, record, timer or intervention kind.
    pub kind: &'static str,
    /// Its name in each language, as a label beside an arrow; in English usually the kind itself.
    pub label: Text,
    /// What it means, in one sentence.
    pub gloss: Text,
}

/// A protocol of the catalogue, as data and functions; object-safe, so that everything above is compiled once.
pub trait Protocol: Sync {
    /// Lower case, words joined by hyphens; links use it.
    fn id(&self) -> &'static str;
    /// The model's version; any change of behaviour raises it.
    fn version(&self) -> u16;
    fn family(&self) -> Family;
    fn name(&self) -> Text;
    /// One paragraph: the problem and the idea.
    fn summary(&self) -> Text;
    /// What is modelled, and what is not: one sentence each.
    fn modelled(&self) -> &'static [Text];
    fn not_modelled(&self) -> &'static [Text];
    fn parameters(&self) -> &'static [Parameter];
    /// Why these values do not go together, if they do not.
    fn conflict(&self, _values: &Values) -> Option<Text> {
        None
    }
    fn interventions(&self) -> &'static [Intervention] {
        &[]
    }
    fn topology(&self, values: &Values) -> Topology;
    fn properties(&self) -> &'static [Property];
    /// Whether the protocol aims at this property with these values: what it does not even promise is not judged.
    fn is_judged(&self, _values: &Values, _property: &Property) -> bool {
        true
    }
    /// The protocol's words: every message, record and timer kind.
    fn terms(&self) -> &'static [Term];
    /// What happened at an event and why it matters, in one sentence that says more than the arrow does.
    fn narrate(&self, moment: &Moment) -> Option<Text>;
    /// What lasts at nodes, as only somebody who sees the whole world can tell: who holds a lock by its service's word.
    fn witnessed(&self, _view: &View) -> Vec<(NodeId, Condition)> {
        Vec::new()
    }
    /// What a run cost. Protocols that can be compared measure the same.
    fn measures(&self, trace: &Trace, topology: &Topology, faults: &[Fault], ending: Ending) -> Vec<Measure> {
        measures(trace, topology, faults, ending)
    }
    /// How a run is made into charts over virtual time, where there is something to draw.
    fn charting(&self) -> Option<BeginsCharting> {
        None
    }
    /// The same values under a load of that many requests, and how long such a run may last; none where there is no load
    /// that could be any size.
    fn under_load(&self, _values: &Values, _requests: u32) -> Option<(Values, Span)> {
        None
    }
    /// The run's state just after an event and its effects, as panels.
    fn panels(&self, _moment: &Moment, _world: &World, _values: &Values) -> Vec<Panel> {
        Vec::new()
    }
    /// Where its keys belong, if it has [`Panel::Ring`].
    fn hashing(&self) -> Option<&'static Hashing> {
        None
    }
    fn entries(&self) -> &'static [Entry];
    /// Where its sources stand below `protocols/`, as `family/folder`: its part of the page is named after it.
    #[cfg(feature = "command")]
    fn folder(&self) -> String {
        let path: Vec<&str> = std::any::type_name::<Self>().split("::").collect();
        path.iter().skip(2).take(2).copied().collect::<Vec<_>>().join("/")
    }
}
