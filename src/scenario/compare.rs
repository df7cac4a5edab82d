//! The same seed and the same faults under another protocol, and where the two runs part.
//!
//! Node, link and clock faults carry over by what a node *is* (the one who decides, the second that holds data) and by
//! the instant at which they struck. A fault on a message carries over where the other protocol has a message of that
//! name; everything else is listed, never guessed.

use super::Scenario;
use super::run::Run;
use crate::protocols::{Protocol, Values};
use crate::say;
use crate::sim::fault::{Fault, Place};
use crate::sim::name::MessageName;
use crate::sim::payload::{Outcome, Tone};
use crate::sim::time::{Instant, Span};
use crate::sim::topology::{Position, Topology};
use crate::sim::trace::{EventIndex, FaultIndex, NodeId, StepIndex, StepKind};
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;

/// A scenario under another protocol, with what could not come along.
#[derive(Clone)]
pub struct Carried {
    pub scenario: Scenario,
    /// For each fault of the new scenario, which of the original's it is.
    pub origins: Vec<FaultIndex>,
    pub left_behind: Vec<LeftBehind>,
    /// Parameters set in the original that the other protocol does not have, or not with that value.
    pub parameters_left: Vec<&'static str>,
}

/// A fault of the original that does not stand in the other run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftBehind {
    pub fault: FaultIndex,
    pub why: Text,
}

/// Carries a run's scenario over to another protocol: the same seed, horizon and shared parameters, the same faults.
pub fn carry(run: &Run, protocol: &'static dyn Protocol) -> Carried {
    let from = &run.scenario;
    let (values, parameters_left) = carry_values(from, protocol);
    let topology = protocol.topology(&values);
    let crossing = Crossing { run, protocol, topology: &topology };
    let mut faults = Vec::new();
    let mut origins = Vec::new();
    let mut left_behind = Vec::new();
    for (index, fault) in from.faults.iter().enumerate() {
        let index = index as FaultIndex;
        match crossing.fault(index, fault) {
            Ok(fault) => {
                faults.push(fault);
                origins.push(index);
            }
            Err(why) => left_behind.push(LeftBehind { fault: index, why }),
        }
    }
    // An order of actions names those of its own protocol.
    let scenario = Scenario { values, seed: from.seed, faults, until: from.until, ..Scenario::of(protocol) };
    Carried { scenario, origins, left_behind, parameters_left }
}

impl Carried {
    /// What was left behind once the carried scenario has run: also the faults that met nothing there.
    pub fn left_behind_by(&self, run: &Run) -> Vec<LeftBehind> {
        let mut all = self.left_behind.clone();
        for (index, origin) in self.origins.iter().enumerate() {
            if !run.trace.applied(index as FaultIndex) {
                let name = self.scenario.protocol.name();
                let (en, zh) = (name.en, name.zh);
                all.push(LeftBehind {
                    fault: *origin,
                    why: say!("It met nothing in this run of {en}.", "它在这次{zh}运行中没有遇到可作用的对象。"),
                });
            }
        }
        all.sort_by_key(|left| left.fault);
        all
    }
}

/// The values of parameters that both protocols have; the rest stays at the other protocol's defaults.
fn carry_values(from: &Scenario, protocol: &'static dyn Protocol) -> (Values, Vec<&'static str>) {
    let mut values = Values::defaults(protocol.parameters());
    let mut left = Vec::new();
    for parameter in from.protocol.parameters() {
        let Some(value) = from.values.get(parameter.key) else { continue };
        let theirs = protocol.parameters().iter().find(|theirs| theirs.key == parameter.key);
        match theirs.map(|theirs| (theirs, theirs.parse(&value.to_string()))) {
            Some((theirs, Ok(value))) => values.set(theirs.key, value),
            _ if value != parameter.default() => left.push(parameter.key),
            _ => {}
        }
    }
    if protocol.conflict(&values).is_some() {
        return (Values::defaults(protocol.parameters()), from.protocol.parameters().iter().map(|p| p.key).collect());
    }
    (values, left)
}

/// The way of one fault from one protocol to another.
struct Crossing<'a> {
    run: &'a Run,
    protocol: &'static dyn Protocol,
    topology: &'a Topology,
}

impl Crossing<'_> {
    fn fault(&self, index: FaultIndex, fault: &Fault) -> Result<Fault, Text> {
        Ok(match fault.clone() {
            Fault::Crash { node, .. } => Fault::Crash { node: self.node(node)?, place: self.place(index)? },
            Fault::PowerLoss { node, kept, .. } => {
                Fault::PowerLoss { node: self.node(node)?, place: self.place(index)?, kept }
            }
            Fault::Restart { node, .. } => Fault::Restart { node: self.node(node)?, place: self.place(index)? },
            Fault::Pause { node, lasting, .. } => {
                Fault::Pause { node: self.node(node)?, place: self.place(index)?, lasting }
            }
            Fault::ClockJump { node, by_micros, .. } => {
                Fault::ClockJump { node: self.node(node)?, place: self.place(index)?, by_micros }
            }
            Fault::ClockRate { node, error_ppm, .. } => {
                Fault::ClockRate { node: self.node(node)?, place: self.place(index)?, error_ppm }
            }
            Fault::Partition { groups, one_way, at, lasting } => {
                let side = |group: &Vec<NodeId>| group.iter().map(|node| self.node(*node)).collect();
                let groups = groups.iter().map(side).collect::<Result<_, _>>()?;
                Fault::Partition { groups, one_way, at, lasting }
            }
            Fault::SlowLink { from, to, at, lasting, by } => {
                Fault::SlowLink { from: self.node(from)?, to: self.node(to)?, at, lasting, by }
            }
            Fault::Drop { message } => Fault::Drop { message: self.message(message)? },
            Fault::Duplicate { message, after } => Fault::Duplicate { message: self.message(message)?, after },
            Fault::Delay { message, by } => Fault::Delay { message: self.message(message)?, by },
            Fault::Intervention { node, key, arguments, .. } => self.intervention(index, node, key, arguments)?,
        })
    }

    /// The node of the other protocol with the same position; of several with one position the one of the same rank.
    fn node(&self, node: NodeId) -> Result<NodeId, Text> {
        let ours = &self.run.topology;
        let position = ours.nodes[node.index()].position;
        let at = |topology: &Topology, position: Position| -> Vec<NodeId> {
            let all = (0..topology.nodes.len()).map(|index| NodeId(index as u8));
            all.filter(|node| topology.nodes[node.index()].position == position).collect()
        };
        let rank = at(ours, position).iter().position(|other| *other == node).unwrap_or(0);
        at(self.topology, position).get(rank).copied().ok_or_else(|| {
            let (node, title) = (ours.name(node), self.protocol.name());
            let (en, zh) = (title.en, title.zh);
            say!("{en} has no node in the place of {node}.", "{zh}没有与 {node} 位置相当的节点。")
        })
    }

    /// The instant at which the fault struck here, whatever it is anchored to. What struck after a step strikes there
    /// just after that instant, so that all that comes to pass at it has come to pass there too.
    fn place(&self, index: FaultIndex) -> Result<Place, Text> {
        let written = self.run.scenario.faults[usize::from(index)].place();
        let later = match written {
            Some(Place::At(at)) => return Ok(Place::At(at)),
            Some(Place::After(_)) => Span::micros(1),
            _ => Span::ZERO,
        };
        let struck = self.run.trace.struck.get(usize::from(index)).and_then(|steps| steps.first());
        struck.map(|step| Place::At(self.run.trace.steps[*step as usize].at + later)).ok_or_else(|| {
            Text::new(
                "It met nothing in the run that it comes from, so it has no instant.",
                "它在原来的运行中没有遇到可作用的对象，因此没有时刻可以沿用。",
            )
        })
    }

    fn message(&self, name: MessageName) -> Result<MessageName, Text> {
        let kind = name.kind;
        let known = self.protocol.terms().iter().find(|term| term.kind == kind);
        let Some(term) = known else {
            let title = self.protocol.name();
            let (en, zh) = (title.en, title.zh);
            return Err(say!("{en} has no message “{kind}”.", "{zh}没有 {kind} 消息。"));
        };
        Ok(MessageName { kind: term.kind, from: self.node(name.from)?, to: self.node(name.to)?, ..name })
    }

    fn intervention(
        &self,
        index: FaultIndex,
        node: NodeId,
        key: &'static str,
        arguments: Vec<u32>,
    ) -> Result<Fault, Text> {
        let title = self.protocol.name();
        let (en, zh) = (title.en, title.zh);
        let node = self.node(node)?;
        let theirs = self.protocol.interventions().iter().find(|theirs| theirs.key == key);
        match theirs {
            Some(theirs) if (theirs.applies)(node, self.topology) && theirs.arguments.len() == arguments.len() => {
                Ok(Fault::Intervention { node, place: self.place(index)?, key: theirs.key, arguments })
            }
            _ => Err(say!("{en} has no “{key}”.", "{zh}没有 {key} 这种干预。")),
        }
    }
}

/// Where two runs part: in each, the first step that the other does not have, and the event it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// None where a run simply does nothing more.
    pub ours: Option<StepIndex>,
    pub theirs: Option<StepIndex>,
    /// The earlier of the two.
    pub at: Instant,
    /// The two steps mean the same; only their instants differ, and all steps of the two runs pair up like this.
    pub only_in_time: bool,
}

impl Difference {
    /// The events that the two steps belong to.
    pub fn events(&self, ours: &Run, theirs: &Run) -> (Option<EventIndex>, Option<EventIndex>) {
        let event = |run: &Run, step: Option<StepIndex>| step.map(|step| run.trace.event_of(step));
        (event(ours, self.ours), event(theirs, self.theirs))
    }
}

/// The first difference of two runs; none if they do the same throughout.
///
/// Two runs of one protocol differ at the first step that is not the same to the last name. Protocols differ in every
/// name from the first message on, which tells nobody anything; so between protocols each node's steps are compared
/// with those of its counterpart, in their order, by what they mean: a request came, a reply left, a decision became
/// durable. The earliest step that its counterpart does not take is the difference; where there is none, the earliest
/// that its counterpart takes at another time.
pub fn first_difference(ours: &Run, theirs: &Run) -> Option<Difference> {
    if ours.scenario.protocol.id() == theirs.scenario.protocol.id() {
        return first_different_step(ours, theirs);
    }
    let (mine, yours) = (meanings(ours), meanings(theirs));
    let counterparts: SortedSet<_> = mine.keys().chain(yours.keys()).copied().collect();
    let none = Vec::new();
    let earliest = |same: &dyn Fn(&Meant, &Meant) -> bool| {
        let parting = counterparts.iter().filter_map(|counterpart| {
            let mine = mine.get(counterpart).unwrap_or(&none);
            let yours = yours.get(counterpart).unwrap_or(&none);
            let count = mine.iter().zip(yours).take_while(|(mine, yours)| same(mine, yours)).count();
            difference(ours, theirs, mine.get(count).map(|meant| meant.step), yours.get(count).map(|meant| meant.step))
        });
        parting.min_by_key(|difference| difference.at)
    };
    let at = |run: &Run, meant: &Meant| run.trace.steps[meant.step as usize].at;
    earliest(&|mine, yours| mine.meaning == yours.meaning).or_else(|| {
        let in_time = earliest(&|mine, yours| at(ours, mine) == at(theirs, yours))?;
        Some(Difference { only_in_time: true, ..in_time })
    })
}

fn difference(
    ours: &Run,
    theirs: &Run,
    our_step: Option<StepIndex>,
    their_step: Option<StepIndex>,
) -> Option<Difference> {
    let at = |run: &Run, step: Option<StepIndex>| step.map(|step| run.trace.steps[step as usize].at);
    let at = [at(ours, our_step), at(theirs, their_step)].into_iter().flatten().min()?;
    Some(Difference { ours: our_step, theirs: their_step, at, only_in_time: false })
}

/// Where two runs part step by step, to the last name and due time: an edit of a run, or the same protocol beside itself.
pub fn first_different_step(ours: &Run, theirs: &Run) -> Option<Difference> {
    let (mine, yours) = (&ours.trace.steps, &theirs.trace.steps);
    let same = (0..mine.len().min(yours.len())).take_while(|step| same_step(ours, theirs, *step)).count();
    let step = |steps: &[_]| (same < steps.len()).then_some(same as StepIndex);
    difference(ours, theirs, step(mine), step(yours))
}

fn same_step(ours: &Run, theirs: &Run, step: usize) -> bool {
    let (mine, yours) = (ours.trace.steps[step], theirs.trace.steps[step]);
    if (mine.at, mine.node) != (yours.at, yours.node) {
        return false;
    }
    let message = |mine, yours| ours.trace.message(mine).name == theirs.trace.message(yours).name;
    let local = |mine, yours| {
        let (mine, yours) = (ours.trace.local(mine), theirs.trace.local(yours));
        (mine.name, mine.due) == (yours.name, yours.due)
    };
    let fault = |mine: FaultIndex, yours: FaultIndex| {
        ours.scenario.faults.get(usize::from(mine)) == theirs.scenario.faults.get(usize::from(yours))
    };
    match (mine.kind, yours.kind) {
        (StepKind::Deliver(mine), StepKind::Deliver(yours)) | (StepKind::Send(mine), StepKind::Send(yours)) => {
            message(mine, yours)
        }
        (StepKind::Lose(mine, why), StepKind::Lose(yours, other)) => why == other && message(mine, yours),
        (StepKind::Fire(mine), StepKind::Fire(yours))
        | (StepKind::Durable(mine), StepKind::Durable(yours))
        | (StepKind::Write(mine), StepKind::Write(yours))
        | (StepKind::Set(mine), StepKind::Set(yours))
        | (StepKind::Cancel(mine), StepKind::Cancel(yours)) => local(mine, yours),
        (StepKind::Strike(mine), StepKind::Strike(yours)) | (StepKind::Heal(mine), StepKind::Heal(yours)) => {
            fault(mine, yours)
        }
        (mine, yours) => mine == yours,
    }
}

/// What a step means, whatever a protocol calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Starts,
    Receives(Tone),
    Sends(Tone),
    Loses(Tone),
    Decides(Outcome),
    TimesOut,
    Disconnected,
    Struck,
    Healed,
}

/// A step with what it means.
#[derive(Clone, Copy)]
struct Meant {
    step: StepIndex,
    meaning: Meaning,
}

/// Each node's steps by what they mean, in their order. A node is known by its position and its rank there.
fn meanings(run: &Run) -> SortedMap<(Position, u8), Vec<Meant>> {
    let mut ranks: SortedMap<Position, u8> = SortedMap::new();
    let mut counterparts = Vec::new();
    for node in &run.topology.nodes {
        let rank = ranks.entry(node.position).or_default();
        counterparts.push((node.position, *rank));
        *rank += 1;
    }
    let mut meanings: SortedMap<_, Vec<_>> = SortedMap::new();
    let tone = |message| run.trace.message(message).payload.tone();
    for (index, step) in run.trace.steps.iter().enumerate() {
        let meaning = match step.kind {
            StepKind::Start => Meaning::Starts,
            StepKind::Deliver(message) => Meaning::Receives(tone(message)),
            StepKind::Send(message) => Meaning::Sends(tone(message)),
            StepKind::Lose(message, _) => Meaning::Loses(tone(message)),
            StepKind::Durable(record) => match run.trace.local(record).payload.tone() {
                Tone::Decision(outcome) => Meaning::Decides(outcome),
                _ => continue,
            },
            StepKind::Fire(_) => Meaning::TimesOut,
            StepKind::Disconnected(_) => Meaning::Disconnected,
            StepKind::Strike(_) => Meaning::Struck,
            StepKind::Heal(_) => Meaning::Healed,
            StepKind::Write(_) | StepKind::Fsync | StepKind::Set(_) | StepKind::Cancel(_) => continue,
        };
        meanings.entry(counterparts[step.node.index()]).or_default().push(Meant { step: index as StepIndex, meaning });
    }
    meanings
}
