//! Breadth-first exhaustive search over a [`Model`]: every state, so a counterexample is a shortest one, and what it
//! counts are the counts of TLC (initial states, self-loops and repeats are generated states too).
//!
//! States are expanded in batches of a fixed size: each batch is expanded by as many threads as there are, then what they
//! found is entered in one fixed order. So any number of threads gives the same verdicts, counts and counterexamples, and
//! between two batches a caller can show progress, or stop.

mod expand;
mod graph;
mod held;
mod path;
mod report;
mod seen;
#[cfg(test)]
mod tests;

use super::model::{Model, Predicate, StateProperty};
use super::property::PropertyKind;
use expand::Candidate;
use graph::Graph;
use held::Held;
pub use path::Path;
pub use report::{End, Finding, Identity, Outcome, Report};
use seen::{Found, Seen};
use std::sync::Arc;

/// How many states are expanded between two looks at the bounds.
const BATCH_STATES: usize = 4_096;
/// A thread is worth starting for at least this many states.
const THREAD_STATES_MIN: usize = 128;
/// The number that no state has: an initial state has it for its parent.
const NOBODY: u32 = u32::MAX;
/// The most properties that a model can have.
const PROPERTIES_MAX: usize = 32;

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
    /// At a state.
    State(u32),
    /// By the action of this place among those of a state.
    Step(u32, u16),
}

/// A search under way. [`Search::advance`] takes it a batch further.
pub struct Search<'m, M: Model> {
    model: Held<'m, M>,
    options: Options,
    properties: Vec<StateProperty<M>>,
    witnesses: Vec<Option<Witness>>,
    /// The properties that a state or a step can still decide, as bits.
    open: u32,
    /// Those of transitions; those that a state decides by being as they say, and by not being so.
    steps: u32,
    decided_if_so: u32,
    decided_if_not: u32,
    seen: Seen,
    /// Each state's parent, and the place of the action that led here among the parent's.
    parents: Vec<u32>,
    actions: Vec<u16>,
    /// Every state by its number, with exact identity.
    states: Vec<M::State>,
    /// The states of this level, of which those before `cursor` are expanded, and the number of the first.
    level: Vec<M::State>,
    level_first: u32,
    cursor: usize,
    next_level: Vec<M::State>,
    depth: u32,
    generated: u64,
    /// What the states that are kept hold beyond their own size.
    state_bytes: u64,
    /// The most that the search has held after a batch.
    memory_peak: u64,
    /// Every transition, where an `eventually` property needs them.
    graph: Option<Graph>,
    end: Option<End>,
}

impl<M: Model> Search<'static, M> {
    /// The same for whoever keeps the model and the search together.
    pub fn shared(model: Arc<M>, options: Options) -> Search<'static, M> {
        Search::of(Held::Shared(model), options)
    }
}

impl<'m, M: Model> Search<'m, M> {
    /// A search that has seen the initial states.
    ///
    /// # Panics
    /// If the model has more than 32 properties: a mistake in the model.
    pub fn new(model: &'m M, options: Options) -> Search<'m, M> {
        Search::of(Held::Borrowed(model), options)
    }

    fn of(model: Held<'m, M>, options: Options) -> Search<'m, M> {
        let properties = model.properties();
        assert!(properties.len() <= PROPERTIES_MAX, "a model has at most {PROPERTIES_MAX} properties");
        let eventually = properties.iter().any(|property| property.kind == PropertyKind::Eventually);
        let mut search = Search {
            model,
            witnesses: vec![None; properties.len()],
            open: ((1u64 << properties.len()) - 1) as u32,
            steps: bits(&properties, |property| matches!(property.holds, Predicate::Step(_))),
            decided_if_so: bits(&properties, |property| property.kind == PropertyKind::Sometimes),
            decided_if_not: bits(&properties, |property| property.kind == PropertyKind::Always),
            properties,
            seen: Seen::new(eventually || options.exact),
            parents: Vec::new(),
            actions: Vec::new(),
            states: Vec::new(),
            level: Vec::new(),
            level_first: 0,
            cursor: 0,
            next_level: Vec::new(),
            depth: 0,
            generated: 0,
            state_bytes: 0,
            memory_peak: 0,
            graph: eventually.then(Graph::default),
            end: None,
            options,
        };
        let model = search.model.clone();
        let initial = model.initial_states();
        search.generated = initial.len() as u64;
        let steps = search.step_bits();
        for (place, state) in initial.into_iter().enumerate() {
            let truths = search.truths(&state) | steps;
            let fingerprint = model.fingerprint(&state);
            search.enter(Candidate { state, fingerprint, parent: NOBODY, action: place as u16, fault: false, truths });
        }
        search.begin_level();
        search.memory_peak = search.memory_bytes();
        search.end = search.end.or_else(|| search.limit());
        search
    }

    /// Expands the next batch of states; false once the search is over.
    pub fn advance(&mut self) -> bool {
        if self.end.is_some() {
            return false;
        }
        let batch = self.cursor..self.level.len().min(self.cursor + BATCH_STATES);
        let threads = self.options.threads.min(batch.len() / THREAD_STATES_MIN).max(1);
        if threads == 1 {
            self.expand_alone(batch.clone());
        } else {
            for expansion in self.expanded(batch.clone(), threads) {
                self.generated += expansion.generated;
                for candidate in expansion.candidates {
                    self.enter(candidate);
                }
            }
        }
        self.cursor = batch.end;
        if self.cursor == self.level.len() {
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

    /// Searches to the end, or until the watcher has seen enough.
    pub fn run_watched(mut self, watch: &mut Watch) -> Report<M::State> {
        while self.advance() {
            if let Some(end) = watch(self.progress()) {
                self.stop(end);
            }
        }
        self.report()
    }

    /// Stops here, for a reason of the caller's: its time is over, or nobody wants to know any more.
    pub fn stop(&mut self, end: End) {
        self.end.get_or_insert(end);
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        Progress {
            distinct: self.parents.len() as u64,
            generated: self.generated,
            depth: self.depth,
            frontier: (self.level.len() - self.cursor + self.next_level.len()) as u64,
            memory_bytes: self.memory_peak,
        }
    }

    /// What states hold elsewhere than in themselves is as the model says.
    fn memory_bytes(&self) -> u64 {
        let states = self.states.capacity() + self.level.capacity() + self.next_level.capacity();
        let trail = self.parents.capacity() * size_of::<u32>() + self.actions.capacity() * size_of::<u16>();
        let graph = self.graph.as_ref().map_or(0, Graph::bytes);
        self.seen.bytes() + self.state_bytes + (states * size_of::<M::State>() + trail) as u64 + graph
    }

    fn begin_level(&mut self) {
        self.level_first += self.level.len() as u32;
        self.state_bytes -= self.level.drain(..).map(|state| self.model.state_bytes(&state) as u64).sum::<u64>();
        std::mem::swap(&mut self.level, &mut self.next_level);
        self.cursor = 0;
        if self.level.is_empty() {
            self.end.get_or_insert(End::Complete);
        } else {
            self.depth += 1;
        }
    }

    /// The reason to stop now, if there is one.
    fn limit(&self) -> Option<End> {
        let decided = self.witnesses.iter().all(Option::is_some) && !self.witnesses.is_empty();
        let growing = if self.seen.grows_soon() { 2 * self.seen.bytes() } else { 0 };
        if decided {
            Some(End::Decided)
        } else if self.cursor == 0 && self.depth >= self.options.depth_max {
            Some(End::Depth)
        } else if self.memory_bytes() + growing > self.options.memory_bytes_max {
            Some(End::Memory)
        } else {
            None
        }
    }

    /// Enters what a transition led to, if it is new, and judges it.
    fn enter(&mut self, candidate: Candidate<M::State>) {
        if self.end.is_some() {
            return;
        }
        let Candidate { state, fingerprint, parent, action, fault, truths } = candidate;
        let number = self.parents.len() as u32;
        let (exact, states) = (self.options.exact, &self.states);
        let same = |known: u32| !exact || states[known as usize] == state;
        let found = self.seen.insert(fingerprint, number, same);
        let target = if let Found::Known(known) = found { known } else { number };
        if let Some(graph) = self.graph.as_mut().filter(|_| parent != NOBODY) {
            graph.edge(parent, target, action, fault);
        }
        let new = found == Found::New;
        if new && number >= self.options.states_max {
            // One too many: it is not counted, and the search is cut off.
            self.end = Some(End::States);
            return;
        }
        if new {
            self.parents.push(parent);
            self.actions.push(action);
            if let Some(graph) = &mut self.graph {
                graph.state(truths);
            }
            let bytes = self.model.state_bytes(&state) as u64;
            self.state_bytes += bytes;
            if self.options.exact {
                self.state_bytes += bytes;
                self.states.push(state.clone());
            }
            self.next_level.push(state);
        }
        self.judge(new.then_some(target), parent, action, truths);
    }

    fn judge(&mut self, new: Option<u32>, parent: u32, action: u16, truths: u32) {
        let deciding = self.open & (truths & self.decided_if_so | !truths & self.decided_if_not);
        if deciding == 0 {
            return;
        }
        for place in 0..self.properties.len() {
            let bit = 1 << place;
            if self.open & bit == 0 {
                continue;
            }
            let property = &self.properties[place];
            let so = truths & bit != 0;
            let witness = match (&property.holds, property.kind) {
                (_, PropertyKind::Eventually) => None,
                (Predicate::Step(_), _) => (!so).then_some(Witness::Step(parent, action)),
                (_, PropertyKind::Always) => new.filter(|_| !so).map(Witness::State),
                (_, PropertyKind::Sometimes) => new.filter(|_| so).map(Witness::State),
            };
            if witness.is_some() {
                self.witnesses[place] = witness;
                self.open &= !bit;
            }
        }
    }
}

/// The properties of which something is so, as bits by their places.
fn bits<M: Model>(properties: &[StateProperty<M>], is: impl Fn(&StateProperty<M>) -> bool) -> u32 {
    properties.iter().enumerate().fold(0, |bits, (place, property)| bits | u32::from(is(property)) << place)
}
