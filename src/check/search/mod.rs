//! Breadth-first exhaustive search over a [`Model`]: every state, so a counterexample is a shortest one, and what it
//! counts are the counts of TLC (initial states, self-loops and repeats are generated states too).
//!
//! States are expanded in the order in which a queue would give them out, in batches of a fixed size. What they lead to
//! goes to the shards of its fingerprints, each of which hears of it in that order, and what is new is put in order again:
//! expanding is shared out among threads by states, entering by shards. So any number of threads and of shards gives the
//! same verdicts, counts and counterexamples: of all the shortest the one that a queue comes to first, that whose actions,
//! by their places among the actions of their states, are the least in lexical order. Between two batches a caller can
//! show progress, or stop.

mod expand;
mod fresh;
mod graph;
mod held;
mod judge;
mod order;
mod path;
mod queue;
mod report;
mod seen;
mod shard;
mod team;
#[cfg(test)]
mod tests;
mod together;
mod trail;

use super::model::Model;
#[cfg(test)]
use super::model::StateProperty;
use super::property::PropertyKind;
use expand::{Arrival, Decided, Next};
use fresh::Fresh;
use graph::Graph;
use held::Held;
use judge::Judge;
use order::Order;
pub use path::Path;
use queue::Queue;
pub use report::{End, Finding, Identity, Outcome, Report};
use shard::{Shard, Sharding};
use std::sync::Arc;
use team::{Desk, Team};
use together::{BatchWork, Findings};

/// How many states are expanded between two looks at the bounds: one for so many that are expanded already, within these
/// limits. A search that is at its beginning is asked often, one of millions of states is not held up by asking.
const BATCH_PART: u32 = 32;
const BATCH_STATES_MIN: u32 = 512;
const BATCH_STATES_MAX: u32 = 16_384;
/// More threads than one are worth their while for a batch of this many states, once this many were seen.
const TOGETHER_BATCH_MIN: usize = 256;
const TOGETHER_STATES_MIN: u64 = 2_000;

/// As many bits of a fingerprint say which shard a state belongs to.
const SHARD_BITS: u32 = 5;

/// Where a search stops short, and how it goes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Distinct states, at most 2,000,000,000.
    pub states_max: u32,
    /// Levels; the initial states are level 1.
    pub depth_max: u32,
    /// What the search itself may hold, in bytes.
    pub memory_bytes_max: u64,
    /// Whole states are compared, not only fingerprints: no collisions, more memory.
    pub exact: bool,
    /// Threads that expand states; 1 where threads cannot be had.
    pub threads: usize,
}

impl Options {
    /// The most that [`Options::states_max`] can be.
    pub const STATES_MAX: u32 = 2_000_000_000;
}

impl Default for Options {
    fn default() -> Options {
        Options {
            states_max: Options::STATES_MAX,
            depth_max: u32::MAX,
            memory_bytes_max: u64::MAX,
            exact: false,
            threads: 1,
        }
    }
}

/// How far a search has come, for whoever watches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Distinct states so far.
    pub distinct: u64,
    /// Generated states so far, as TLC counts them.
    pub generated: u64,
    /// The level of the states that are being expanded; the initial states are level 1.
    pub depth: u32,
    /// States that are seen and not expanded.
    pub frontier: u64,
    /// The most that the search has held, in bytes.
    pub memory_bytes: u64,
}

/// Looks at a search after each batch of states, and may end it.
pub type Watch<'a> = dyn FnMut(Progress) -> Option<End> + 'a;

/// Where a property was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Witness {
    /// At the state in this place of the order of expansion.
    State(u32),
    /// By the action of this place among those of the state in this place of the order of expansion.
    Step(u32, u16),
}

/// A search under way. [`Search::advance`] takes it a batch further.
pub struct Search<'m, M: Model> {
    judge: Arc<Judge<'m, M>>,
    options: Options,
    witnesses: Vec<Option<Witness>>,
    sharding: Sharding,
    shards: Vec<Shard<M::State>>,
    /// Whether whole states are compared.
    compares: bool,
    /// The states that are not expanded: first those of this level, then those of the next.
    queue: Queue<M::State>,
    /// How many of them are of this level.
    of_level: usize,
    order: Order,
    /// How many initial states differ.
    initial: u32,
    depth: u32,
    /// Whether no state of this level is expanded.
    begins: bool,
    generated: u64,
    /// What states that are not expanded hold beyond their own size.
    held_bytes: u64,
    /// The most that the search has held after a batch.
    memory_peak: u64,
    /// Every transition, where an `eventually` property needs them.
    graph: Option<Graph>,
    /// What this batch has decided, in order.
    decided: Vec<Decided>,
    /// Room for what is found, kept from batch to batch: by this thread alone, and by several.
    fresh: Fresh<M::State>,
    findings: Vec<Findings<M>>,
    end: Option<End>,
}

impl<M: Model> Search<'static, M> {
    /// The same for whoever keeps the model and the search together.
    pub fn shared(model: Arc<M>, options: Options) -> Search<'static, M> {
        Search::of(Held::Shared(model), options, Sharding::new(SHARD_BITS))
    }
}

impl<'m, M: Model> Search<'m, M> {
    /// A search that has seen the initial states.
    ///
    /// # Panics
    /// If the model has more than 32 properties: a mistake in the model.
    pub fn new(model: &'m M, options: Options) -> Search<'m, M> {
        Search::of(Held::Borrowed(model), options, Sharding::new(SHARD_BITS))
    }

    fn of(model: Held<'m, M>, options: Options, sharding: Sharding) -> Search<'m, M> {
        let judge = Judge::new(model.clone());
        let eventually = judge.properties.iter().any(|property| property.kind == PropertyKind::Eventually);
        let compares = options.exact && !model.fingerprint_is_exact();
        let mut search = Search {
            witnesses: vec![None; judge.properties.len()],
            judge: Arc::new(judge),
            sharding,
            shards: sharding.shards(model.fingerprint_bits(), compares, eventually),
            compares,
            queue: Queue::new(),
            of_level: 0,
            order: Order::default(),
            initial: 0,
            depth: 0,
            begins: true,
            generated: 0,
            held_bytes: 0,
            memory_peak: 0,
            graph: eventually.then(Graph::default),
            decided: Vec::new(),
            fresh: Fresh::default(),
            findings: Vec::new(),
            end: None,
            options,
        };
        let mut fresh = Fresh::default();
        for (place, state) in model.initial_states().into_iter().enumerate() {
            search.generated += 1;
            let (fingerprint, action) = (model.fingerprint(&state), place as u16);
            let next = Next::Made(Box::new(state.clone()));
            let arrival = Arrival { fingerprint, parent: 0, action };
            if search.shards[sharding.of(fingerprint)].enter(&*model, arrival, || &next).0 {
                fresh.add_state(&search.judge, state);
            }
        }
        search.take_in(&mut fresh);
        search.settle();
        search.begin_level();
        search.initial = search.queue.end();
        search.memory_peak = search.memory_bytes();
        search.end = search.end.or_else(|| search.limit());
        search
    }

    /// Expands the next batch of states on this thread; false once the search is over.
    pub fn advance(&mut self) -> bool {
        self.advance_with(None)
    }

    fn advance_with(&mut self, team: Option<&mut Team<'_, '_, BatchWork<'m, M>>>) -> bool {
        if self.end.is_some() {
            return false;
        }
        let expanded = self.queue.end() - self.queue.len() as u32;
        let states = (expanded / BATCH_PART).clamp(BATCH_STATES_MIN, BATCH_STATES_MAX);
        let states = self.of_level.min(states as usize);
        let batch = self.queue.take(states);
        self.of_level -= states;
        let together = states >= TOGETHER_BATCH_MIN && self.distinct() >= TOGETHER_STATES_MIN;
        let ready = team.and_then(|team| (together && team.has_helpers()).then_some(team));
        match ready {
            Some(team) => self.expand_together(batch, team),
            None => self.expand_alone(batch),
        }
        self.settle();
        self.begins = self.of_level == 0;
        if self.begins {
            self.begin_level();
        }
        self.memory_peak = self.memory_peak.max(self.memory_bytes());
        self.end = self.end.or_else(|| self.limit());
        self.end.is_none()
    }

    /// Searches to the end.
    pub fn run(self) -> Report<M::State> {
        self.run_watched(&mut |_| None)
    }

    /// Searches to the end, or until the watcher has seen enough, on as many threads as the options say.
    pub fn run_watched(mut self, watch: &mut Watch) -> Report<M::State> {
        let mut look = |search: &mut Self| {
            if let Some(end) = watch(search.progress()) {
                search.stop(end);
            }
        };
        if self.options.threads > 1 {
            let desk = Desk::new();
            std::thread::scope(|scope| {
                let mut team = Team::new(scope, &desk, self.options.threads);
                while self.advance_with(Some(&mut team)) {
                    look(&mut self);
                }
            });
        }
        while self.advance() {
            look(&mut self);
        }
        self.report()
    }

    /// Stops here, for a reason of the caller's: its time is over, or nobody wants to know any more.
    pub fn stop(&mut self, end: End) {
        self.end.get_or_insert(end);
    }

    /// Whether a property is known to be broken: an `always` one, by a shortest run.
    pub fn has_broken(&self) -> bool {
        let judged = self.judge.properties.iter().zip(&self.witnesses);
        judged.into_iter().any(|(property, witness)| property.kind == PropertyKind::Always && witness.is_some())
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        Progress {
            distinct: self.distinct(),
            generated: self.generated,
            depth: self.depth,
            frontier: self.queue.len() as u64,
            memory_bytes: self.memory_peak,
        }
    }

    fn distinct(&self) -> u64 {
        u64::from(self.queue.end())
    }

    /// What states hold elsewhere than in themselves is as the model says.
    fn memory_bytes(&self) -> u64 {
        let shards: u64 = self.shards.iter().map(|shard| shard.bytes().0).sum();
        let graph = self.graph.as_ref().map_or(0, Graph::bytes);
        let model = self.judge.model.shared_bytes();
        shards + self.held_bytes + self.queue.bytes() + self.order.bytes() + graph + model
    }

    /// States that are new, in order, are to be expanded in their turn.
    fn take_in(&mut self, fresh: &mut Fresh<M::State>) {
        let first = self.queue.end();
        let decided = fresh.decided.drain(..);
        self.decided.extend(decided.map(|(decided, place)| (decided, Witness::State(first + place))));
        if let Some(graph) = &mut self.graph {
            graph.states(&fresh.truths);
        }
        fresh.truths.clear();
        self.held_bytes += std::mem::take(&mut fresh.bytes);
        fresh.drain().for_each(|states| self.queue.adopt(states));
    }

    /// Makes the states that were found while the last level was expanded the level to expand.
    fn begin_level(&mut self) {
        self.order.end_level(&self.shards);
        self.of_level = self.queue.len();
        if self.of_level == 0 {
            self.end.get_or_insert(End::Complete);
        } else {
            self.depth += 1;
        }
    }

    /// The reason to stop now, if there is one.
    fn limit(&self) -> Option<End> {
        let decided = self.witnesses.iter().all(Option::is_some) && !self.witnesses.is_empty();
        let growing = || self.shards.iter().map(|shard| shard.bytes().1).sum::<u64>();
        if decided {
            Some(End::Decided)
        } else if self.begins && self.depth >= self.options.depth_max {
            Some(End::Depth)
        } else if self.memory_bytes() + growing() > self.options.memory_bytes_max {
            Some(End::Memory)
        } else {
            self.shards.iter().any(Shard::is_full).then_some(End::States)
        }
    }

    /// After a batch: which properties it decided, by the first in order; and whether it found too many states.
    fn settle(&mut self) {
        if self.queue.end() > self.options.states_max {
            // Those too many are not counted, and the search is cut off.
            while self.queue.end() > self.options.states_max
                && let Some(state) = self.queue.pop()
            {
                self.shards[self.sharding.of(self.judge.model.fingerprint(&state))].forget_last();
            }
            self.end.get_or_insert(End::States);
        }
        for (decided, witness) in std::mem::take(&mut self.decided) {
            let decided = decided & self.judge.open();
            if matches!(witness, Witness::State(place) if place >= self.queue.end()) {
                continue;
            }
            for (place, slot) in self.witnesses.iter_mut().enumerate().filter(|(place, _)| decided >> place & 1 == 1) {
                debug_assert!(slot.is_none(), "property {place} was open");
                *slot = Some(witness);
            }
            self.judge.close(decided);
        }
    }
}
