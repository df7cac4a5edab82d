//! A run of worlds in the words of links: which faults struck where, and in what order all else happened.

use super::{Act, WorldState, Worlds};
use crate::check::model::Model;
use crate::check::search::Path;
use crate::sim::fault::{Fault, Place};
use crate::sim::schedule::{Schedule, Scheduled, pace};
use crate::sim::time::{Instant, Span};
use crate::sim::world::Action;

/// One step of a run without time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ordered {
    Action(Scheduled),
    /// A fault at its place: by name where it has one, else between the actions before and after it, if each takes its
    /// time as [`Schedule::instant`] says.
    Fault(Fault),
}

/// The faults of a run, and its actions as a schedule.
pub fn apart(run: &[Ordered]) -> (Vec<Fault>, Schedule) {
    let (mut faults, mut actions) = (Vec::new(), Vec::new());
    for step in run {
        match step {
            Ordered::Action(action) => actions.push(*action),
            Ordered::Fault(fault) => faults.push(fault.clone()),
        }
    }
    (faults, Schedule { from: None, actions: actions.into() })
}

impl Worlds {
    /// A path that a search has found, in names. None if it is not a path of these worlds.
    pub fn ordered(&self, path: &Path<WorldState>) -> Option<Vec<Ordered>> {
        let mut run = Run { worlds: self, steps: Vec::new(), actions: 0, in_gap: 0 };
        let mut state = path.initial.clone();
        for (name, next) in &path.steps {
            let mut acts = Vec::new();
            self.actions(&state, &mut acts);
            let is = |act: &&Act| self.action_name(&state, act) == *name;
            let (act, after) = acts.iter().filter(is).find_map(|act| {
                let after = self.next_state(&state, act)?;
                (after == *next).then_some((*act, after))
            })?;
            run.take(&state, act);
            state = after;
        }
        Some(run.steps)
    }
}

/// A run being put into names.
struct Run<'a> {
    worlds: &'a Worlds,
    steps: Vec<Ordered>,
    /// How many actions there are so far, and how many instants were used since the last.
    actions: usize,
    in_gap: u64,
}

impl Run<'_> {
    fn take(&mut self, state: &WorldState, act: Act) {
        let world = &state.world;
        let message = |index| world.message_under_way(index);
        match act {
            Act::Happens(action) => self.happens(state, action),
            Act::HappensInPart(action, effects) => {
                let place = world.place_in_part(action, self.worlds.rule, effects);
                self.happens(state, action);
                if let Some(node) = world.node_of(action) {
                    let place = place.unwrap_or_else(|| self.here());
                    self.steps.push(Ordered::Fault(Fault::Crash { node, place }));
                }
            }
            Act::Crash(node) => self.strikes(|place| Fault::Crash { node, place }),
            Act::PowerLoss { node, kept } => self.strikes(|place| Fault::PowerLoss { node, place, kept }),
            Act::Restart(node) => self.strikes(|place| Fault::Restart { node, place }),
            Act::Drop(index) => {
                self.steps.extend(message(index).map(|message| Ordered::Fault(Fault::Drop { message })));
            }
            Act::Duplicate(index) => {
                let after = pace(&self.worlds.topology);
                self.steps.extend(message(index).map(|message| Ordered::Fault(Fault::Duplicate { message, after })));
            }
        }
    }

    fn happens(&mut self, state: &WorldState, action: Action) {
        if let Some(named) = state.world.name_in_order(action) {
            self.steps.push(Ordered::Action(named));
            self.actions += 1;
            self.in_gap = 0;
        }
    }

    fn strikes(&mut self, fault: impl FnOnce(Place) -> Fault) {
        let fault = fault(self.here());
        self.steps.push(Ordered::Fault(fault));
    }

    /// A fresh instant between the last action and the next.
    fn here(&mut self) -> Place {
        let none = Schedule { from: None, actions: [].into() };
        let gap: Instant = none.gap(self.actions, pace(&self.worlds.topology));
        let at = gap + Span::micros(self.in_gap);
        self.in_gap += 1;
        Place::At(at)
    }
}
