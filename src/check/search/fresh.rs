//! States that are new, being made and judged in the order in which they will be expanded.

use super::Model;
use super::expand::Next;
use super::judge::Judge;

/// See the module's own words.
pub(super) struct Fresh<S> {
    pub states: Vec<S>,
    /// What is so in each of them.
    pub truths: Vec<u32>,
    /// Properties, each with the place among these of the first state that decides it.
    pub decided: Vec<(u32, u32)>,
    /// What they hold beyond their own size.
    pub bytes: u64,
}

impl<S> Default for Fresh<S> {
    fn default() -> Fresh<S> {
        Fresh { states: Vec::new(), truths: Vec::new(), decided: Vec::new(), bytes: 0 }
    }
}

impl<S> Fresh<S> {
    /// Adds what comes after `parent`.
    ///
    /// # Panics
    /// If the model said which fingerprint an action leads to and then leads nowhere: a mistake in the model.
    pub fn add<M: Model<State = S>>(&mut self, judge: &Judge<M>, parent: &S, next: Next<M>) {
        self.add_state(
            judge,
            match next {
                Next::Made(state) => state,
                Next::By(action) => judge
                    .model
                    .next_state(parent, &action)
                    .expect("an action whose fingerprint is known leads to a state"),
            },
        );
    }

    pub fn add_state<M: Model<State = S>>(&mut self, judge: &Judge<M>, state: S) {
        let truths = judge.truths(&state);
        let decided = self.decided.iter().fold(judge.decided(truths), |open, (decided, _)| open & !decided);
        if decided != 0 {
            self.decided.push((decided, self.states.len() as u32));
        }
        self.truths.push(truths);
        self.bytes += judge.model.state_bytes(&state) as u64;
        self.states.push(state);
    }
}
