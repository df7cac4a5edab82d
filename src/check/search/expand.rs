//! What states lead to.

use super::judge::Judge;
use super::queue::Block;
use super::shard::{Shard, StateId};
use super::{Model, Search, Witness};

/// So many transitions are found before the first of them is entered: what is known of their fingerprints lies far apart
/// in memory, and all of it is asked for before any of it is waited for.
pub(super) const AHEAD: usize = 64;

/// What an action leads to: the state, or the action, from which the state is made if it is new. States can be large,
/// and transitions are moved about.
pub(super) enum Next<M: Model> {
    Made(Box<M::State>),
    By(M::Action),
}

/// To which state something leads, and how.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    /// That of the state.
    pub fingerprint: u64,
    /// The parent's place in the order of expansion, counted from 1; 0 for an initial state.
    pub parent: u32,
    /// The place among the parent's actions, or among the initial states.
    pub action: u16,
}

/// A transition found by expanding a state; or an initial state.
pub(super) struct Candidate<M: Model> {
    pub arrival: Arrival,
    pub fault: bool,
    pub next: Next<M>,
}

/// What is asked of an expansion.
#[derive(Clone, Copy)]
pub(super) struct Wishes {
    /// The states themselves, of every transition.
    pub states: bool,
    /// Which transitions are faults, and where all of them lead.
    pub edges: bool,
}

/// Properties, and what decided them.
pub(super) type Decided = (u32, Witness);

/// A transition for the graph.
pub(super) struct Edge {
    pub parent: u32,
    pub target: StateId,
    pub action: u16,
    pub fault: bool,
}

impl<M: Model> Candidate<M> {
    /// The transition, now that it is known to which state of this shard it leads.
    pub fn edge(&self, shard: usize, index: u32) -> Edge {
        let Candidate { arrival: Arrival { parent, action, .. }, fault, .. } = *self;
        Edge { parent: parent - 1, target: StateId::new(shard, index), action, fault }
    }
}

impl<M: Model> Search<'_, M> {
    pub(super) fn wishes(&self) -> Wishes {
        Wishes { states: self.compares || self.judge.looks_at_steps(), edges: self.graph.is_some() }
    }

    /// Expands a batch on this thread, and enters what it leads to at once.
    pub(super) fn expand_alone(&mut self, batch: Vec<Block<M::State>>) {
        let (wishes, judge, sharding) = (self.wishes(), self.judge.clone(), self.sharding);
        let (mut actions, mut found, mut decided) = (Vec::new(), Vec::new(), Vec::new());
        let mut fresh = std::mem::take(&mut self.fresh);
        for block in &batch {
            for place in 0..block.states.len() {
                self.generated += expand(&judge, wishes, block, place, &mut actions, &mut decided, |candidate| {
                    found.push(candidate);
                });
                if found.len() < AHEAD && place + 1 < block.states.len() {
                    continue;
                }
                let shards = &mut self.shards;
                let fingerprints = found.iter().map(|candidate| candidate.arrival.fingerprint);
                look_ahead(fingerprints.map(|fingerprint| (&shards[sharding.of(fingerprint)], fingerprint)));
                for candidate in found.drain(..) {
                    let shard = sharding.of(candidate.arrival.fingerprint);
                    let (is_new, index) = shards[shard].enter(&*judge.model, candidate.arrival, || &candidate.next);
                    if let Some(graph) = &mut self.graph {
                        graph.edge(candidate.edge(shard, index));
                    }
                    if is_new {
                        fresh.add(&judge, block.state(candidate.arrival.parent), candidate.next);
                    }
                }
            }
            self.held_bytes -= held(&judge, block);
        }
        self.take_in(&mut fresh);
        batch.into_iter().for_each(|block| fresh.reuse(block));
        self.fresh = fresh;
        self.decided.extend(decided);
    }
}

/// Asks for all that is known of these fingerprints by their shards.
pub(super) fn look_ahead<'a, S: 'a>(fingerprints: impl Iterator<Item = (&'a Shard<S>, u64)>) {
    let looks = fingerprints.fold(0, |looks, (shard, fingerprint)| looks ^ shard.first_look(fingerprint));
    std::hint::black_box(looks);
}

/// What the states of a block hold beyond their own size.
pub(super) fn held<M: Model>(judge: &Judge<M>, block: &Block<M::State>) -> u64 {
    block.states.iter().map(|state| judge.model.state_bytes(state) as u64).sum()
}

/// The transitions of one state in order; gives how many there are.
pub(super) fn expand<M: Model>(
    judge: &Judge<M>,
    wishes: Wishes,
    block: &Block<M::State>,
    place: usize,
    actions: &mut Vec<M::Action>,
    decided: &mut Vec<Decided>,
    mut found: impl FnMut(Candidate<M>),
) -> u64 {
    let (model, state) = (&*judge.model, &block.states[place]);
    let parent = block.first + place as u32;
    // What leads back to where it began is counted and needs no looking up.
    let own = (!wishes.states && !wishes.edges).then(|| model.fingerprint(state));
    let mut generated = 0;
    actions.clear();
    model.actions(state, actions);
    for (number, action) in actions.drain(..).enumerate() {
        let number = number as u16;
        let told = if wishes.states { None } else { model.next_fingerprint(state, &action) };
        let fault = wishes.edges && model.is_fault(&action);
        let (fingerprint, next) = match told {
            Some(fingerprint) => (fingerprint, Next::By(action)),
            None => {
                let Some(next) = model.next_state(state, &action) else { continue };
                if judge.looks_at_steps() {
                    let by_step = judge.decided_by_step(state, &next);
                    if by_step != 0 {
                        decided.push((by_step, Witness::Step(parent, number)));
                    }
                }
                (model.fingerprint(&next), Next::Made(Box::new(next)))
            }
        };
        generated += 1;
        if own == Some(fingerprint) {
            continue;
        }
        found(Candidate { arrival: Arrival { fingerprint, parent: parent + 1, action: number }, fault, next });
    }
    generated
}
