//! A run in the middle of a search, which branches where a fault may fall.

use super::budget::{Kind, Left};
use super::places::{MOMENT, Places, Subjects};
use super::watch::{Mark, Record, Tape, Watch};
use crate::sim::driver::{Act, Driver, Next};
use crate::sim::fault::{Fault, Place};
use crate::sim::fingerprint::{Hasher, hash_into};
use crate::sim::name::Moment;
use crate::sim::network::NodeSet;
use crate::sim::recorder::Status;
use crate::sim::time::{Instant, Span};
use crate::sim::trace::{Ending, FaultIndex, NodeId};
use std::collections::{BTreeSet, VecDeque};

/// What can be tried at a place.
#[derive(Clone, Debug)]
pub(super) enum Candidate {
    Strike(Fault),
    /// The end of something that lasts; it is part of the fault and costs nothing.
    End(FaultIndex, Instant),
}

/// A fault that lasts, or keeps a message back, and whose end is not chosen yet.
#[derive(Clone, Copy)]
struct Lasting {
    fault: FaultIndex,
    /// For a message: its receiver, after whose events it may arrive, and since when it could have.
    receiver: Option<(NodeId, Instant)>,
    /// Whether the receiver has done anything since the last place.
    moved: bool,
}

/// How far a branch is with its next step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It is about to find out what comes next.
    Between,
    /// It is about to reach the next thing that happens.
    Before,
    /// Everything was tried before it.
    Doing,
}

/// What a branch came to.
pub(super) enum Came {
    /// It goes on.
    On,
    /// To the gap between two instants: whoever keeps the states that were seen may leave it here.
    ToAnInstant,
    ToItsEnd(Ending),
}

/// See the module's own words.
pub(super) struct Branch {
    pub driver: Driver,
    pub watch: Watch,
    pub left: Left,
    pub untried: VecDeque<Candidate>,
    /// How long the record was where it branched off.
    pub mark: Mark,
    /// The states that it was in between two instants, to notice when it repeats itself.
    pub shapes: BTreeSet<u64>,
    stage: Stage,
    next: Next,
    /// Nodes in a gap of whose run nothing was tried yet.
    gaps: NodeSet,
    lasting: Vec<Lasting>,
    /// Whether the instant after which faults may be added has passed.
    live: bool,
}

fn bit(node: NodeId) -> NodeSet {
    1 << node.0
}

/// What a fault does while it lasts, whenever it began.
fn hash_lasting(fault: &Fault, hasher: &mut Hasher) {
    match fault {
        Fault::Pause { node, .. } => hash_into(&(1, node), hasher),
        Fault::Partition { groups, one_way, .. } => hash_into(&(2, groups, one_way), hasher),
        other => hash_into(&(3, other.message()), hasher),
    }
}

impl Branch {
    /// The scenario's own run, before anything has happened.
    pub fn root(driver: Driver, watch: Watch, left: Left) -> Branch {
        Branch {
            next: driver.next(),
            driver,
            watch,
            left,
            untried: VecDeque::new(),
            mark: Mark::default(),
            shapes: BTreeSet::new(),
            stage: Stage::Between,
            gaps: 0,
            lasting: Vec::new(),
            live: false,
        }
    }

    /// The same run from here on with one candidate more; none if the budget does not allow it.
    pub fn with(&mut self, candidate: Candidate, places: &Places, unsettled: &[bool], mark: Mark) -> Option<Branch> {
        let left = match &candidate {
            Candidate::Strike(fault) => self.left.after(fault, &places.budget)?,
            Candidate::End(..) => self.left.clone(),
        };
        let mut driver = self.driver.snapshot();
        let mut lasting = self.lasting.clone();
        let mut stage = Stage::Before;
        match candidate {
            Candidate::End(fault, at) => {
                if !driver.conclude(fault, at) {
                    return None;
                }
                lasting.retain(|other| other.fault != fault);
            }
            Candidate::Strike(fault) => {
                let begun = |receiver| Lasting { fault: driver.faults().len() as FaultIndex, receiver, moved: false };
                match &fault {
                    Fault::Pause { .. } | Fault::Partition { .. } => lasting.push(begun(None)),
                    Fault::Delay { message, by: span } | Fault::Duplicate { message, after: span }
                        if *span == places.for_ever =>
                    {
                        lasting.push(begun(Some((message.to, Instant::START))));
                    }
                    _ => {}
                }
                if fault.message().is_some() {
                    stage = Stage::Doing;
                }
                driver.add(fault);
            }
        }
        Some(Branch {
            next: driver.next(),
            driver,
            watch: self.watch.branch(unsettled),
            left,
            untried: VecDeque::new(),
            mark,
            shapes: BTreeSet::new(),
            stage,
            gaps: self.gaps,
            lasting,
            live: self.live,
        })
    }

    /// Whether nothing can be tried on it any more.
    fn is_closed(&self) -> bool {
        self.left.in_all == 0 && self.lasting.is_empty()
    }

    /// Goes on to the next place.
    pub fn go_on(
        &mut self,
        places: &Places,
        from: Option<Instant>,
        record: &mut Record,
        broken: &mut Vec<usize>,
    ) -> Came {
        match self.stage {
            Stage::Between => {
                self.next = self.driver.next();
                self.stage = Stage::Before;
                let now = self.driver.now();
                let first = self.driver.steps() == 0;
                match self.next {
                    Next::End(_) => {
                        self.come_alive();
                        Came::ToAnInstant
                    }
                    Next::Fault { at, .. } | Next::Act(Act { at, .. }) if at > now || first => {
                        if from.is_none_or(|from| at > from) {
                            self.come_alive();
                        }
                        Came::ToAnInstant
                    }
                    _ => Came::On,
                }
            }
            Stage::Before => {
                if let Next::End(ending) = self.next {
                    return Came::ToItsEnd(ending);
                }
                self.stage = Stage::Doing;
                if let Next::Act(act) = self.next {
                    self.before(act, places, record);
                }
                Came::On
            }
            Stage::Doing => {
                let next = self.next;
                let running = |driver: &Driver, node| driver.world().status(node) == Status::Running;
                let ran = match next {
                    Next::Act(act) => running(&self.driver, act.node),
                    _ => true,
                };
                let mut tape = Tape { record, watch: &mut self.watch, broken };
                let ending = self.driver.advance(&mut tape);
                self.stage = Stage::Between;
                match next {
                    Next::Act(act) if act.counts && ran => self.after(act, places, record),
                    Next::Fault { fault, .. } => {
                        if let Some(node) = self.driver.faults()[usize::from(fault)].node() {
                            self.gaps |= bit(node);
                        }
                    }
                    _ => {}
                }
                self.know_what_is_kept_back(places);
                ending.map_or(Came::On, Came::ToItsEnd)
            }
        }
    }

    /// From here on faults may be added, at first in the gap that each node is in.
    fn come_alive(&mut self) {
        if !std::mem::replace(&mut self.live, true) {
            self.gaps = NodeSet::MAX;
        }
    }

    /// What can be tried between two instants.
    pub fn between_instants(&mut self, places: &Places, from: Option<Instant>, record: &Record) {
        if !self.live || self.is_closed() {
            return;
        }
        let now = self.driver.now();
        let (next_at, ended) = match self.next {
            Next::Act(Act { at, .. }) | Next::Fault { at, .. } => (at, false),
            Next::End(_) => (self.driver.until(), true),
        };
        let early = match from {
            Some(from) => now.max(from) + MOMENT,
            None if self.driver.steps() == 0 => now,
            None => now + MOMENT,
        };
        if early > self.driver.until() {
            return;
        }
        let late = (!ended && next_at > early).then_some(next_at);
        for lasting in &mut self.lasting {
            let may_end = match lasting.receiver {
                None => true,
                Some((_, since)) => std::mem::take(&mut lasting.moved) && early > since,
            };
            if may_end {
                self.untried.push_back(Candidate::End(lasting.fault, early));
            }
        }
        if self.left.in_all == 0 {
            return;
        }
        let subjects = self.subjects(places, record);
        let gaps = std::mem::take(&mut self.gaps);
        for node in (0..self.driver.nodes().len() as u8).map(NodeId).filter(|node| gaps & bit(*node) != 0) {
            let faults = places.at_node(node, Place::At(early), &self.driver, &self.left, &subjects);
            self.untried.extend(faults.into_iter().map(Candidate::Strike));
        }
        let faults = places.between(early, late, &self.driver, &self.left);
        self.untried.extend(faults.into_iter().map(Candidate::Strike));
    }

    /// What can be tried just before an action.
    fn before(&mut self, act: Act, places: &Places, record: &Record) {
        if !self.live || self.left.in_all == 0 {
            return;
        }
        let Some(moment) = act.moment else { return };
        if self.gaps & bit(act.node) != 0 {
            self.gaps &= !bit(act.node);
            let subjects = self.subjects(places, record);
            let faults = places.at_node(act.node, Place::Before(moment), &self.driver, &self.left, &subjects);
            self.untried.extend(faults.into_iter().map(Candidate::Strike));
        }
        if let Moment::Sends(message) = moment {
            let faults = places.on_the_way(message, act.connected, &self.driver, &self.left);
            self.untried.extend(faults.into_iter().map(Candidate::Strike));
        }
    }

    /// What can be tried just after an action.
    fn after(&mut self, act: Act, places: &Places, record: &Record) {
        for lasting in &mut self.lasting {
            lasting.moved |= lasting.receiver.is_some_and(|(receiver, _)| receiver == act.node);
        }
        let Some(moment) = act.moment.filter(|_| self.live) else {
            self.gaps |= bit(act.node);
            return;
        };
        self.gaps &= !bit(act.node);
        if self.left.in_all > 0 {
            let subjects = self.subjects(places, record);
            let faults = places.at_node(act.node, Place::After(moment), &self.driver, &self.left, &subjects);
            self.untried.extend(faults.into_iter().map(Candidate::Strike));
        }
    }

    /// Once a message that is kept back has left: when it would have arrived.
    fn know_what_is_kept_back(&mut self, places: &Places) {
        let driver = &self.driver;
        self.lasting.retain_mut(|lasting| {
            let Some((receiver, Instant::START)) = lasting.receiver else { return true };
            let fault = &driver.faults()[usize::from(lasting.fault)];
            let Some(due) = fault.message().and_then(|message| driver.world().due_of(&message)) else { return false };
            // A doubled message's first copy is due as usual.
            let ahead = if matches!(fault, Fault::Delay { .. }) { places.for_ever } else { Span::ZERO };
            let plain = due.since(Instant::START) - ahead;
            lasting.receiver = Some((receiver, Instant::START + plain));
            true
        });
    }

    fn subjects(&self, places: &Places, record: &Record) -> Subjects {
        if self.left.has(Kind::Intervention, &places.budget) { record.subjects() } else { Subjects::default() }
    }

    /// The hash of everything that can shape what is still to be tried, at this instant.
    pub fn state(&self, shape: u64) -> u64 {
        let mut hasher = Hasher::keyed(5);
        hasher.number(shape).number(self.driver.now().as_micros());
        for number in self.left.numbers() {
            hasher.bytes(&[number]);
        }
        hasher.number(self.gaps).number(u64::from(self.live));
        for lasting in &self.lasting {
            let fault = &self.driver.faults()[usize::from(lasting.fault)];
            hasher.number(u64::from(lasting.moved));
            hash_lasting(fault, &mut hasher);
        }
        hasher.finish()
    }

    /// The hash of its world, its driver and what its monitors remember, times being relative.
    pub fn shape(&self) -> u64 {
        let mut hasher = Hasher::keyed(6);
        self.watch.hash_into(&mut hasher);
        hasher.number(self.driver.shape()).finish()
    }

    /// Whether it goes on as it did when it was last in the same state: nothing is drawn and no fault is to come.
    pub fn can_repeat(&self) -> bool {
        self.lasting.is_empty() && !self.driver.draws() && !self.driver.is_awaiting_faults()
    }
}
