//! States that are new, being made and judged in the order in which they will be expanded.

use super::Model;
use super::expand::Next;
use super::judge::Judge;
use super::queue::{BLOCK_STATES, Block};

/// As much room as is kept, in blocks.
const SPARE_MAX: usize = 8;

/// See the module's own words.
pub(super) struct Fresh<S> {
    /// In blocks, as they will stand in the queue.
    pub blocks: Vec<Vec<S>>,
    /// Room for blocks, kept from those that are expanded: the system takes its time to give out memory anew.
    spare: Vec<Vec<S>>,
    /// How many states there are.
    count: u32,
    /// What is so in each of them.
    pub truths: Vec<u32>,
    /// Properties, each with the place among these of the first state that decides it.
    pub decided: Vec<(u32, u32)>,
    /// What they hold beyond their own size.
    pub bytes: u64,
}

impl<S> Default for Fresh<S> {
    fn default() -> Fresh<S> {
        Fresh { blocks: Vec::new(), spare: Vec::new(), count: 0, truths: Vec::new(), decided: Vec::new(), bytes: 0 }
    }
}

impl<S> Fresh<S> {
    /// Makes room where it is known how many will come.
    pub fn expect(&mut self, states: usize) {
        if states > 0 {
            let block = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(states.min(BLOCK_STATES)));
            self.blocks.push(block);
        }
    }

    /// Takes the room of states that are expanded, unless it has room enough.
    pub fn reuse(&mut self, Block { mut states, .. }: Block<S>) {
        if states.capacity() >= BLOCK_STATES && self.spare.len() < SPARE_MAX {
            states.clear();
            self.spare.push(states);
        }
    }

    /// Adds what comes after `parent`.
    ///
    /// # Panics
    /// If the model said which fingerprint an action leads to and then leads nowhere: a mistake in the model.
    pub fn add<M: Model<State = S>>(&mut self, judge: &Judge<M>, parent: &S, next: Next<M>) {
        self.add_state(
            judge,
            match next {
                Next::Made(state) => *state,
                Next::By(action) => judge
                    .model
                    .next_state(parent, &action)
                    .expect("an action whose fingerprint is known leads to a state"),
            },
        );
    }

    pub fn add_state<M: Model<State = S>>(&mut self, judge: &Judge<M>, state: S) {
        let state = judge.model.packed(state);
        let truths = judge.truths(&state);
        let decided = self.decided.iter().fold(judge.decided(truths), |open, (decided, _)| open & !decided);
        if decided != 0 {
            self.decided.push((decided, self.count));
        }
        self.count += 1;
        self.truths.push(truths);
        self.bytes += judge.model.state_bytes(&state) as u64;
        match self.blocks.last_mut().filter(|block| block.len() < block.capacity().min(BLOCK_STATES)) {
            Some(block) => block.push(state),
            None => {
                let mut block = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(BLOCK_STATES));
                block.push(state);
                self.blocks.push(block);
            }
        }
    }

    /// Takes the blocks out; what was counted begins anew.
    pub fn drain(&mut self) -> impl Iterator<Item = Vec<S>> {
        self.count = 0;
        self.blocks.drain(..)
    }
}
