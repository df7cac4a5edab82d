//! An order followed in time: every datagram is kept back until it is its turn at its receiver, faults strike when it is
//! theirs. Timers and disks keep their own time; where these do not fit the order, it is not followed, and whoever tries
//! the faults will notice.

use crate::check::worlds::{Ordered, apart};
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

/// What a node has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Action(Scheduled),
    /// The fault in this place of the order's faults strikes; for a partition, once every node has come to it.
    Fault(usize),
    /// It is over.
    End(usize),
}

/// A datagram that is kept back.
struct Kept {
    /// The fault that keeps it, and the one that doubles it, in the driver's list.
    by: FaultIndex,
    doubled: Option<FaultIndex>,
    /// When it would have arrived.
    plain: Instant,
    /// When it, and its copy if it has one, were let go.
    released: Vec<Instant>,
}

/// What each node has still to do, in order.
struct Plan {
    nodes: Vec<VecDeque<Task>>,
    /// How often each message has arrived in its turn.
    arrived: BTreeMap<MessageName, usize>,
    /// What the steps so far speak of.
    names: Trace,
}

/// An order being followed.
struct Steering {
    driver: Driver,
    plan: Plan,
    /// The order's faults, and the place of each in the driver's list once it stands there.
    faults: Vec<Fault>,
    known: Vec<Option<FaultIndex>>,
    kept: BTreeMap<MessageName, Kept>,
    /// Longer than the run.
    for_ever: Span,
}

/// The faults that bring the order about, as far as faults can; none if it comes to nothing.
pub(super) fn steered(scenario: &Scenario, topology: &Topology, order: &[Ordered]) -> Option<Vec<Fault>> {
    let mut steering = Steering::new(scenario, topology, order);
    for _ in 0..ACTIONS_MAX {
        if steering.plan.is_done() {
            return Some(steering.faults());
        }
        steering.let_go();
        if !steering.advance() {
            break;
        }
    }
    steering.plan.is_done().then(|| steering.faults())
}

impl Steering {
    fn new(scenario: &Scenario, topology: &Topology, order: &[Ordered]) -> Steering {
        let for_ever = scenario.until + Span::seconds(1);
        let (mut faults, _) = apart(order);
        for fault in &mut faults {
            match fault {
                Fault::Duplicate { after: lasting, .. } | Fault::Pause { lasting, .. } => *lasting = for_ever,
                Fault::Partition { lasting, .. } => *lasting = None,
                _ => {}
            }
        }
        // Faults with a name of their own, or of their message, strike by themselves.
        let by_themselves = |fault: &Fault| !matches!(fault.place(), Some(Place::At(_)));
        let mut places = 0..;
        let known = faults.iter().map(|fault| by_themselves(fault).then(|| places.next().unwrap_or(0))).collect();
        let named: Vec<Fault> = faults.iter().filter(|fault| by_themselves(fault)).cloned().collect();
        let until = Instant::START + scenario.until;
        Steering {
            driver: Driver::new(topology, scenario.seed, &named, until, Limits::default()),
            plan: Plan::new(order, &faults, topology.nodes.len()),
            faults,
            known,
            kept: BTreeMap::new(),
            for_ever,
        }
    }

    /// What is next at each node is let go, strikes, or ends.
    fn let_go(&mut self) {
        let at = self.driver.now() + MOMENT;
        for node in 0..self.plan.nodes.len() {
            match self.plan.nodes[node].front().copied() {
                Some(Task::Action(Scheduled::Arrives(message))) => self.release(message, at),
                Some(Task::Fault(place)) if self.plan.all_come_to(Task::Fault(place), &self.faults[place]) => {
                    self.plan.pass(Task::Fault(place));
                    if self.known[place].is_none() {
                        let fault = &self.faults[place];
                        // One that strikes with its message strikes there.
                        let fault = fault.at_place(Place::At(at)).unwrap_or_else(|| fault.clone());
                        self.known[place] = Some(self.driver.add(fault));
                    }
                }
                // A fault that waits for its place has not begun: its end waits too.
                Some(Task::End(place))
                    if self.plan.all_come_to(Task::End(place), &self.faults[place])
                        && self.known[place].is_some_and(|fault| self.driver.conclude(fault, at)) =>
                {
                    self.plan.pass(Task::End(place));
                }
                _ => {}
            }
        }
    }

    fn release(&mut self, message: MessageName, at: Instant) {
        let Some(kept) = self.kept.get_mut(&message) else { return };
        let copy = kept.released.len();
        if self.plan.arrived.get(&message).copied().unwrap_or(0) < copy {
            return;
        }
        let fault = if copy == 0 { Some(kept.by) } else { kept.doubled };
        let at = kept.plain.max(at);
        if fault.is_some_and(|fault| self.driver.conclude(fault, at)) {
            kept.released.push(at);
        }
    }

    /// Lets the driver do one thing; a datagram about to leave is kept back. Says whether there was anything to do.
    fn advance(&mut self) -> bool {
        let mut leaves = None;
        if let Next::Act(act) = self.driver.next()
            && let Some(Moment::Sends(message)) = act.moment
            && !act.connected
            && !self.faults.contains(&Fault::Drop { message })
        {
            leaves = Some((message, self.driver.add(Fault::Delay { message, by: self.for_ever })));
        }
        let ending = self.driver.advance(&mut self.plan);
        if let Some((message, by)) = leaves
            && let Some(due) = self.driver.world().due_of(&message)
        {
            let plain = Instant::START + (due.since(Instant::START) - self.for_ever);
            let doubles = |fault: &Fault| matches!(fault, Fault::Duplicate { message: other, .. } if *other == message);
            let doubled = self.faults.iter().position(doubles).and_then(|place| self.known[place]);
            self.kept.insert(message, Kept { by, doubled, plain, released: Vec::new() });
        }
        ending.is_none()
    }

    /// The delays that it took, and then the order's faults as they came about: what is left out first is a delay.
    fn faults(self) -> Vec<Fault> {
        let end = self.driver.now();
        let mut faults: Vec<Fault> =
            self.known.iter().flatten().map(|place| self.driver.faults()[usize::from(*place)].clone()).collect();
        let mut delays = Vec::new();
        for (message, Kept { plain, released, .. }) in self.kept {
            // What was not let go stays away as long as the order goes on.
            let by = released.first().map_or(end.since(plain) + MOMENT, |at| at.since(plain));
            if by > Span::ZERO {
                delays.push(Fault::Delay { message, by });
            }
            for fault in &mut faults {
                if let Fault::Duplicate { message: doubled, after } = fault
                    && *doubled == message
                {
                    *after = released.get(1).map_or(MOMENT, |at| at.since(released[0]));
                }
            }
        }
        delays.extend(faults);
        delays
    }
}

impl Plan {
    fn new(order: &[Ordered], faults: &[Fault], nodes: usize) -> Plan {
        let mut plan = Plan { nodes: vec![VecDeque::new(); nodes], arrived: BTreeMap::new(), names: Trace::default() };
        let mut struck = 0;
        for step in order {
            match step {
                Ordered::Action(action) => plan.nodes[node_of(action).index()].push_back(Task::Action(*action)),
                Ordered::Fault(fault) => {
                    if matches!(fault.place(), Some(Place::At(_))) {
                        plan.add(Task::Fault(struck), fault);
                    }
                    struck += 1;
                }
                Ordered::End(place) => plan.add(Task::End(*place), &faults[*place]),
            }
        }
        plan
    }

    /// What concerns a node waits for that node only; what concerns the network, for all.
    fn add(&mut self, task: Task, fault: &Fault) {
        match fault.node() {
            Some(node) => self.nodes[node.index()].push_back(task),
            None => self.nodes.iter_mut().for_each(|tasks| tasks.push_back(task)),
        }
    }

    fn all_come_to(&self, task: Task, fault: &Fault) -> bool {
        fault.node().is_some() || self.nodes.iter().all(|tasks| tasks.front() == Some(&task))
    }

    fn pass(&mut self, task: Task) {
        for tasks in &mut self.nodes {
            if tasks.front() == Some(&task) {
                tasks.pop_front();
            }
        }
    }

    fn is_done(&self) -> bool {
        self.nodes.iter().all(VecDeque::is_empty)
    }
}

fn node_of(action: &Scheduled) -> NodeId {
    match action {
        Scheduled::Arrives(name) => name.to,
        Scheduled::Fires { node, .. } | Scheduled::Syncs(node) | Scheduled::Disconnects { node, .. } => *node,
        Scheduled::Breaks { one, .. } => *one,
    }
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
        let tasks = &mut self.nodes[step.node.index()];
        let Some(Task::Action(next)) = tasks.front() else { return };
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
            tasks.pop_front();
        }
    }
}
