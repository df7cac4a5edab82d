//! What the states of a level lead to, found by one thread or by several.

use super::{Model, Predicate, Search};
use std::ops::Range;

/// A transition found by expanding a state.
pub(super) struct Candidate<S> {
    pub state: S,
    pub fingerprint: u64,
    pub parent: u32,
    pub action: u16,
    pub fault: bool,
    /// For each property by its place: whether it is so here. Only for those that are still open.
    pub truths: u32,
}

/// What one thread found in its share of a batch.
pub(super) struct Expansion<S> {
    pub generated: u64,
    pub candidates: Vec<Candidate<S>>,
}

impl<M: Model> Search<'_, M> {
    /// The transitions of a part of this level, in order, shared out among threads.
    pub(super) fn expanded(&self, batch: Range<usize>, threads: usize) -> Vec<Expansion<M::State>> {
        // More shares than threads would even out the work; but shares of one level cost much the same.
        let share = batch.len().div_ceil(threads);
        let shares: Vec<_> = batch.clone().step_by(share).map(|start| start..batch.end.min(start + share)).collect();
        std::thread::scope(|scope| {
            let (first, others) = (shares[0].clone(), &shares[1..]);
            let others: Vec<_> = others.iter().map(|share| scope.spawn(|| self.expand(share.clone()))).collect();
            let mut expansions = vec![self.expand(first)];
            for other in others {
                match other.join() {
                    Ok(expansion) => expansions.push(expansion),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            expansions
        })
    }

    fn expand(&self, share: Range<usize>) -> Expansion<M::State> {
        let mut expansion = Expansion { generated: 0, candidates: Vec::new() };
        let mut actions = Vec::new();
        for place in share {
            let state = &self.level[place];
            let parent = self.level_first + place as u32;
            actions.clear();
            self.model.actions(state, &mut actions);
            for (action_place, action) in actions.iter().enumerate() {
                let Some(next) = self.model.next_state(state, action) else { continue };
                expansion.generated += 1;
                let fingerprint = self.model.fingerprint(&next);
                let action = (action_place as u16, action);
                expansion.candidates.extend(self.candidate(state, parent, action, next, fingerprint));
            }
        }
        expansion
    }

    /// Expands a part of this level and enters what it leads to at once: what several threads do, in the same order.
    pub(super) fn expand_alone(&mut self, batch: Range<usize>) {
        let level = std::mem::take(&mut self.level);
        let held = self.model.clone();
        let model = &*held;
        let (mut actions, mut reached) = (Vec::new(), Vec::new());
        for place in batch {
            let state = &level[place];
            let parent = self.level_first + place as u32;
            actions.clear();
            model.actions(state, &mut actions);
            // Slots far apart in memory are all asked for before the first of them is waited for.
            let mut slots = 0;
            for (action_place, action) in actions.iter().enumerate() {
                let Some(next) = model.next_state(state, action) else { continue };
                let fingerprint = model.fingerprint(&next);
                slots ^= self.seen.first_slot(fingerprint);
                reached.push((action_place, next, fingerprint));
            }
            std::hint::black_box(slots);
            self.generated += reached.len() as u64;
            for (action_place, next, fingerprint) in reached.drain(..) {
                let action = (action_place as u16, &actions[action_place]);
                if let Some(candidate) = self.candidate(state, parent, action, next, fingerprint) {
                    self.enter(candidate);
                }
            }
        }
        self.level = level;
    }

    /// A transition, if it can matter: it leads to a state that was not seen, or a property or the graph needs it anyway.
    fn candidate(
        &self,
        state: &M::State,
        parent: u32,
        (place, action): (u16, &M::Action),
        next: M::State,
        fingerprint: u64,
    ) -> Option<Candidate<M::State>> {
        let step_bits = self.step_bits();
        let steps = if step_bits == 0 { 0 } else { self.step_truths(state, &next) };
        let wanted = self.graph.is_some() || self.options.exact || steps != step_bits;
        if !wanted && self.seen.contains(fingerprint) {
            return None;
        }
        let truths = self.truths(&next) | steps;
        let fault = self.graph.is_some() && self.model.is_fault(action);
        Some(Candidate { state: next, fingerprint, parent, action: place, fault, truths })
    }

    /// The open properties of transitions, as bits.
    pub(super) fn step_bits(&self) -> u32 {
        self.open & self.steps
    }

    pub(super) fn truths(&self, state: &M::State) -> u32 {
        let marks = self.model.marks(state);
        self.open_bits(|predicate| match predicate {
            Predicate::State(holds) => holds(&self.model, state),
            Predicate::Mark(mark) => marks & mark != 0,
            Predicate::Step(_) => false,
        })
    }

    fn step_truths(&self, before: &M::State, after: &M::State) -> u32 {
        self.open_bits(|predicate| match predicate {
            Predicate::State(_) | Predicate::Mark(_) => false,
            Predicate::Step(holds) => holds(&self.model, before, after),
        })
    }

    fn open_bits(&self, is: impl Fn(&Predicate<M>) -> bool) -> u32 {
        let mut bits = 0;
        for (place, property) in self.properties.iter().enumerate() {
            let bit = 1 << place;
            if self.open & bit != 0 && is(&property.holds) {
                bits |= bit;
            }
        }
        bits
    }
}
