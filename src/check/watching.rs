//! A monitor as a function and what it remembers.

use super::{Judgement, Monitor, View};
use crate::sim::fingerprint::{Hasher, hash_into};
use serde::Serialize;

#[derive(Serialize)]
struct Watching<Memory> {
    memory: Memory,
    #[serde(skip)]
    judge: fn(&mut Memory, &View) -> Judgement,
}

impl<Memory: Clone + Serialize + Send + Sync + 'static> Monitor for Watching<Memory> {
    fn observe(&mut self, view: &View) -> Judgement {
        (self.judge)(&mut self.memory, view)
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(&self.memory, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        watching(self.memory.clone(), self.judge)
    }
}

/// A monitor that begins with this memory and judges each step by it.
pub fn watching<Memory: Clone + Serialize + Send + Sync + 'static>(
    memory: Memory,
    judge: fn(&mut Memory, &View) -> Judgement,
) -> Box<dyn Monitor> {
    Box::new(Watching { memory, judge })
}
