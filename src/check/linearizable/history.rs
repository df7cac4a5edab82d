//! Histories of operations as clients saw them.

use super::SequentialSpecification;
use std::collections::BTreeMap;

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call<C, A> {
    /// Who called; a process waits for the answer before it calls again.
    pub process: u64,
    pub call: C,
    /// None while the answer is not known: the operation may or may not have taken effect, then or at any time later.
    pub answer: Option<A>,
    /// When it was called and when it was answered, in steps of the history; not answered is after everything else.
    pub called: u64,
    pub returned: u64,
}

/// Why something cannot be recorded: what the process waits for, or that it waits for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outstanding {
    /// This operation, by its place, was not answered yet.
    Operation(usize),
    Nothing,
}

/// Operations in the order of their calls, with when they were called and answered.
pub struct History<S: SequentialSpecification> {
    calls: Vec<Call<S::Call, S::Answer>>,
    /// The operation that each process waits for.
    outstanding: BTreeMap<u64, usize>,
    steps: u64,
}

impl<S: SequentialSpecification> Default for History<S> {
    fn default() -> Self {
        History { calls: Vec::new(), outstanding: BTreeMap::new(), steps: 0 }
    }
}

impl<S: SequentialSpecification> History<S> {
    /// The operations; those that failed are not among them.
    pub fn calls(&self) -> &[Call<S::Call, S::Answer>] {
        &self.calls
    }

    /// A process calls; gives the operation's place.
    pub fn call(&mut self, process: u64, call: S::Call) -> Result<usize, Outstanding> {
        if let Some(other) = self.outstanding.get(&process) {
            return Err(Outstanding::Operation(*other));
        }
        let place = self.calls.len();
        let called = self.step();
        self.calls.push(Call { process, call, answer: None, called, returned: u64::MAX });
        self.outstanding.insert(process, place);
        Ok(place)
    }

    /// A process has its answer; gives the operation's place. An answer that nobody waits for is none: a second one to
    /// the same call says nothing.
    pub fn answer(&mut self, process: u64, answer: S::Answer) -> Result<usize, Outstanding> {
        let place = self.outstanding.remove(&process).ok_or(Outstanding::Nothing)?;
        let returned = self.step();
        self.calls[place].answer = Some(answer);
        self.calls[place].returned = returned;
        Ok(place)
    }

    /// A process goes on without ever having its answer; gives the operation's place.
    pub fn give_up(&mut self, process: u64) -> Result<usize, Outstanding> {
        self.outstanding.remove(&process).ok_or(Outstanding::Nothing)
    }

    /// A process learns that its operation did not happen. Places of later operations move down by one.
    pub fn fail(&mut self, process: u64) -> Result<usize, Outstanding> {
        let place = self.outstanding.remove(&process).ok_or(Outstanding::Nothing)?;
        self.calls.remove(place);
        self.outstanding.values_mut().filter(|other| **other > place).for_each(|other| *other -= 1);
        Ok(place)
    }

    /// What the process waits for.
    pub fn outstanding(&self, process: u64) -> Option<usize> {
        self.outstanding.get(&process).copied()
    }

    fn step(&mut self) -> u64 {
        self.steps += 1;
        self.steps
    }
}
