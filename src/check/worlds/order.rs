//! A run of worlds in the words of links: which faults struck where, and in what order all else happened.

use super::{Act, Intervention, Transition, WorldState, Worlds};
use crate::check::model::Model;
use crate::check::search::Path;
use crate::sim::fault::{Fault, Place};
use crate::sim::schedule::{Schedule, Scheduled, pace};
use crate::sim::time::{Instant, Span};
use crate::sim::trace::NodeId;
use crate::sim::world::{Action, World};

/// One step of a run without time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ordered {
    Action(Scheduled),
    /// A fault at its place: by name where it has one, else between the actions before and after it, if each takes its
    /// time as [`Schedule::instant`] says.
    Fault(Fault),
    /// The fault in this place among the run's faults is over.
    End(usize),
}

/// The faults of a run, and its actions as a schedule.
pub fn apart(run: &[Ordered]) -> (Vec<Fault>, Schedule) {
    let (mut faults, mut actions) = (Vec::new(), Vec::new());
    for step in run {
        match step {
            Ordered::Action(action) => actions.push(*action),
            Ordered::Fault(fault) => faults.push(fault.clone()),
            Ordered::End(_) => {}
        }
    }
    (faults, Schedule { from: None, actions: actions.into() })
}

impl Worlds {
    /// A path that a search has found, in names. None if it is not a path of these worlds.
    pub fn ordered(&self, path: &Path<WorldState>) -> Option<Vec<Ordered>> {
        let mut run = Run { worlds: self, steps: Vec::new(), actions: 0, in_gap: 0, faults: 0, lasting: Vec::new() };
        let mut state = path.initial.clone();
        for (name, next) in &path.steps {
            let mut transitions = Vec::new();
            self.actions(&state, &mut transitions);
            let is = |transition: &&Transition| self.action_name(&state, transition) == *name;
            let (act, after) = transitions.iter().filter(is).find_map(|transition| {
                let after = self.next_state(&state, transition)?;
                (after == *next).then_some((transition.act, after))
            })?;
            run.take(&self.open(&state).world, act);
            state = after;
        }
        Some(run.finish())
    }
}

/// A run being put into names.
struct Run<'a> {
    worlds: &'a Worlds,
    steps: Vec<Ordered>,
    /// How many actions there are so far, and how many instants were used since the last.
    actions: usize,
    in_gap: u64,
    /// How many faults there are so far, and which of them last: their steps, since when, and what will end them.
    faults: usize,
    lasting: Vec<Lasting>,
}

struct Lasting {
    step: usize,
    fault: usize,
    since: Instant,
    ends_with: Act,
}

impl Run<'_> {
    fn take(&mut self, world: &World, act: Act) {
        let rule = self.worlds.rule;
        match act {
            Act::Happens(action) => self.happens(world, action),
            Act::CrashesIn(action, effects) => {
                let place = world.place_in_part(action, rule, effects);
                self.happens(world, action);
                let Some(node) = world.node_of(action) else { return };
                let place = place.unwrap_or_else(|| Place::At(self.now()));
                self.strikes(Fault::Crash { node, place });
            }
            Act::PausesIn(action, effects) => {
                let place = world.place_in_part(action, rule, effects);
                self.happens(world, action);
                let Some(node) = world.node_of(action) else { return };
                let since = self.schedule().instant(self.actions.saturating_sub(1), self.pace());
                match place {
                    Some(place) => {
                        self.lasts(Fault::Pause { node, place, lasting: Span::ZERO }, since, Act::Wake(node))
                    }
                    None => self.pauses(node),
                }
            }
            Act::Crash(node) => self.strikes_now(|place| Fault::Crash { node, place }),
            Act::PowerLoss { node, kept } => self.strikes_now(|place| Fault::PowerLoss { node, place, kept }),
            Act::Restart(node) => self.strikes_now(|place| Fault::Restart { node, place }),
            Act::Pause(node) => self.pauses(node),
            Act::Drop(index) => {
                if let Some(message) = world.message_under_way(index) {
                    self.strikes(Fault::Drop { message });
                }
            }
            Act::Duplicate(index) => {
                if let Some(message) = world.message_under_way(index) {
                    let after = self.pace();
                    self.strikes(Fault::Duplicate { message, after });
                }
            }
            Act::Cut(number) => {
                let (groups, one_way) = self.worlds.cuts[usize::from(number) - 1].clone();
                let at = self.now();
                self.lasts(Fault::Partition { groups, one_way, at, lasting: None }, at, Act::Heal(number));
            }
            Act::Wake(_) | Act::Heal(_) => self.ends(act),
            Act::Intervene(place) => {
                let Intervention { node, key, arguments } = self.worlds.interventions[usize::from(place)].clone();
                self.strikes_now(|place| Fault::Intervention { node, place, key, arguments });
            }
        }
    }

    fn happens(&mut self, world: &World, action: Action) {
        if let Some(named) = world.name_in_order(action) {
            self.steps.push(Ordered::Action(named));
            self.actions += 1;
            self.in_gap = 0;
        }
    }

    fn strikes(&mut self, fault: Fault) {
        self.steps.push(Ordered::Fault(fault));
        self.faults += 1;
    }

    fn strikes_now(&mut self, fault: impl FnOnce(Place) -> Fault) {
        let place = Place::At(self.now());
        self.strikes(fault(place));
    }

    fn pauses(&mut self, node: NodeId) {
        let at = self.now();
        self.lasts(Fault::Pause { node, place: Place::At(at), lasting: Span::ZERO }, at, Act::Wake(node));
    }

    fn lasts(&mut self, fault: Fault, since: Instant, ends_with: Act) {
        self.lasting.push(Lasting { step: self.steps.len(), fault: self.faults, since, ends_with });
        self.strikes(fault);
    }

    /// The last fault of those that this ends is over.
    fn ends(&mut self, end: Act) {
        let Some(place) = self.lasting.iter().rposition(|lasting| lasting.ends_with == end) else { return };
        let Lasting { step, fault, since, .. } = self.lasting.remove(place);
        let lasted = self.now().since(since);
        self.end_after(step, lasted);
        self.steps.push(Ordered::End(fault));
    }

    fn end_after(&mut self, step: usize, lasted: Span) {
        match &mut self.steps[step] {
            Ordered::Fault(Fault::Pause { lasting, .. }) => *lasting = lasted,
            Ordered::Fault(Fault::Partition { lasting, .. }) => *lasting = Some(lasted),
            _ => {}
        }
    }

    /// What has not ended lasts beyond the run: a pause must say how long.
    fn finish(mut self) -> Vec<Ordered> {
        let after = self.now() + self.pace().times(2);
        for Lasting { step, since, .. } in std::mem::take(&mut self.lasting) {
            if let Ordered::Fault(Fault::Pause { .. }) = self.steps[step] {
                self.end_after(step, after.since(since));
            }
        }
        self.steps
    }

    fn pace(&self) -> Span {
        pace(&self.worlds.topology)
    }

    fn schedule(&self) -> Schedule {
        Schedule { from: None, actions: [].into() }
    }

    /// A fresh instant between the last action and the next.
    fn now(&mut self) -> Instant {
        let now = self.schedule().gap(self.actions, self.pace()) + Span::micros(self.in_gap);
        self.in_gap += 1;
        now
    }
}
