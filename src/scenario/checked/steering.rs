//! An order followed in time: every datagram is kept back until it is its turn at its receiver, faults strike when it is
//! theirs. Timers and disks keep their own time; where these do not fit the order, it is not followed, and whoever tries
//! the faults will notice.

use crate::check::worlds::Ordered;
use crate::scenario::Scenario;
use crate::sim::driver::{Driver, Limits, Next};
use crate::sim::fault::{Fault, Place};
use crate::sim::name::{MessageName, Moment};
use crate::sim::node::Node;
use crate::sim::recorder::Recorder;
use crate::sim::schedule::Scheduled;
use crate::sim::time::{Instant, Span};
use crate::sim::topology::Topology;
use crate::sim::trace::{FaultIndex, Local, LocalIndex, Message, MessageIndex, NodeId, Step, StepKind, Trace};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// An order is given up after so many actions of the driver.
const ACTIONS_MAX: u32 = 100_000;
const MOMENT: Span = Span::micros(1);

/// A datagram that is kept back.
struct Kept {
    /// The fault that keeps it, and the one that doubles it, in the driver's list.
    fault: FaultIndex,
    doubled: Option<FaultIndex>,
    /// When it would have arrived.
    plain: Instant,
    /// When it, and its copy if it has one, were let go.
    released: Vec<Instant>,
}

/// What each node has still to do, in order.
struct Plan {
    nodes: Vec<VecDeque<Ordered>>,
    /// How often each message has arrived in its turn.
    arrived: BTreeMap<MessageName, usize>,
    /// What the steps so far speak of.
    names: Trace,
}

/// The faults that bring the order about, as far as faults can; none if it comes to nothing.
pub(super) fn steered(scenario: &Scenario, topology: &Topology, order: &[Ordered]) -> Option<Vec<Fault>> {
    let until = Instant::START + scenario.until;
    let for_ever = scenario.until + Span::seconds(1);
    let nodes = vec![VecDeque::new(); topology.nodes.len()];
    let mut plan = Plan { nodes, arrived: BTreeMap::new(), names: Trace::default() };
    // Faults with a name of their own strike by themselves.
    let mut named = Vec::new();
    for step in order {
        match step {
            Ordered::Action(action) => plan.nodes[node_of(action).index()].push_back(step.clone()),
            Ordered::Fault(fault) => match (fault.place(), fault.node()) {
                (Some(Place::At(_)), Some(node)) => plan.nodes[node.index()].push_back(step.clone()),
                (Some(Place::At(_)), None) => return None,
                _ => named.push(fault.clone()),
            },
        }
    }
    for fault in &mut named {
        if let Fault::Duplicate { after, .. } = fault {
            *after = for_ever;
        }
    }
    let mut driver = Driver::new(topology, scenario.seed, &named, until, Limits::default());
    let mut kept: BTreeMap<MessageName, Kept> = BTreeMap::new();
    let mut struck: Vec<Fault> = Vec::new();
    for _ in 0..ACTIONS_MAX {
        if plan.nodes.iter().all(VecDeque::is_empty) {
            break;
        }
        // What is next at each node is let go, or strikes.
        for place in 0..plan.nodes.len() {
            match plan.nodes[place].front() {
                Some(Ordered::Action(Scheduled::Arrives(message))) => {
                    let message = *message;
                    let Some(held) = kept.get_mut(&message) else { continue };
                    let copy = held.released.len();
                    if plan.arrived.get(&message).copied().unwrap_or(0) < copy {
                        continue;
                    }
                    let fault = if copy == 0 { Some(held.fault) } else { held.doubled };
                    let at = held.plain.max(driver.now() + MOMENT);
                    if fault.is_some_and(|fault| driver.conclude(fault, at)) {
                        held.released.push(at);
                    }
                }
                Some(Ordered::Fault(fault)) => {
                    let fault = placed(fault, driver.now() + MOMENT)?;
                    plan.nodes[place].pop_front();
                    driver.add(fault.clone());
                    struck.push(fault);
                }
                _ => {}
            }
        }
        let mut sends = None;
        if let Next::Act(act) = driver.next()
            && let Some(Moment::Sends(message)) = act.moment
            && !act.connected
            && !named.contains(&Fault::Drop { message })
        {
            sends = Some((message, driver.add(Fault::Delay { message, by: for_ever })));
        }
        let ending = driver.advance(&mut plan);
        if let Some((message, fault)) = sends
            && let Some(due) = driver.world().due_of(&message)
        {
            let plain = Instant::START + (due.since(Instant::START) - for_ever);
            let doubles = |fault: &Fault| matches!(fault, Fault::Duplicate { message: other, .. } if *other == message);
            let doubled = named.iter().position(doubles).map(|place| place as FaultIndex);
            kept.insert(message, Kept { fault, doubled, plain, released: Vec::new() });
        }
        if ending.is_some() {
            break;
        }
    }
    if !plan.nodes.iter().all(VecDeque::is_empty) {
        return None;
    }
    let end = driver.now();
    for (message, Kept { plain, released, .. }) in kept {
        // What was not let go stays away as long as the order goes on.
        let by = released.first().map_or(end.since(plain) + MOMENT, |at| at.since(plain));
        if by > Span::ZERO {
            struck.push(Fault::Delay { message, by });
        }
        for fault in &mut named {
            if let Fault::Duplicate { message: doubled, after } = fault
                && *doubled == message
            {
                *after = released.get(1).map_or(MOMENT, |at| at.since(released[0]));
            }
        }
    }
    named.extend(struck);
    Some(named)
}

fn node_of(action: &Scheduled) -> NodeId {
    match action {
        Scheduled::Arrives(name) => name.to,
        Scheduled::Fires { node, .. } | Scheduled::Syncs(node) | Scheduled::Disconnects { node, .. } => *node,
        Scheduled::Breaks { one, .. } => *one,
    }
}

/// The same fault at an instant.
fn placed(fault: &Fault, at: Instant) -> Option<Fault> {
    let at = Place::At(at);
    Some(match fault.clone() {
        Fault::Crash { node, .. } => Fault::Crash { node, place: at },
        Fault::PowerLoss { node, kept, .. } => Fault::PowerLoss { node, place: at, kept },
        Fault::Restart { node, .. } => Fault::Restart { node, place: at },
        Fault::Intervention { node, key, arguments, .. } => Fault::Intervention { node, place: at, key, arguments },
        _ => return None,
    })
}

impl Recorder for Plan {
    fn message(&mut self, _index: MessageIndex, message: Message) {
        self.names.messages.push(message);
    }

    fn local(&mut self, _index: LocalIndex, local: Local) {
        self.names.locals.push(local);
    }

    /// What is next at a node is done once it happens.
    fn step(&mut self, step: Step, _nodes: &[Arc<dyn Node>]) {
        let plan = &mut self.nodes[step.node.index()];
        let Some(Ordered::Action(next)) = plan.front() else { return };
        let done = match (next, step.kind) {
            (Scheduled::Arrives(name), StepKind::Deliver(index) | StepKind::Lose(index, _)) => {
                self.names.message(index).name == *name
            }
            (Scheduled::Fires { kind, subject, .. }, StepKind::Fire(index)) => {
                let name = self.names.local(index).name;
                (name.kind, name.subject) == (*kind, *subject)
            }
            (Scheduled::Syncs(_), StepKind::Durable(_)) => true,
            (Scheduled::Disconnects { peer, .. }, StepKind::Disconnected(gone)) => *peer == gone,
            _ => false,
        };
        if done {
            if let Scheduled::Arrives(name) = next {
                *self.arrived.entry(*name).or_default() += 1;
            }
            plan.pop_front();
        }
    }
}
