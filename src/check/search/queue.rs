//! The states that are seen and not expanded, in the order in which they will be.

use std::collections::VecDeque;

/// States that are kept together; a place among them fits into a byte.
pub(super) const BLOCK_STATES: usize = 256;

/// States that stand together.
pub(super) struct Block<S> {
    /// The place of the first among all states, in the order in which they are expanded.
    pub first: u32,
    pub states: Vec<S>,
}

impl<S> Block<S> {
    /// The state in this place of the order of expansion, counted from 1.
    pub fn state(&self, place: u32) -> &S {
        &self.states[(place - 1 - self.first) as usize]
    }
}

/// First in, first out.
pub(super) struct Queue<S> {
    blocks: VecDeque<Block<S>>,
    /// Room for states, kept from block to block.
    spare: Vec<Vec<S>>,
    /// The place of the state that will come next.
    end: u32,
    len: usize,
}

impl<S> Queue<S> {
    pub fn new() -> Queue<S> {
        Queue { blocks: VecDeque::new(), spare: Vec::new(), end: 0, len: 0 }
    }

    /// Adds states in their order.
    pub fn extend(&mut self, states: impl IntoIterator<Item = S>) {
        for state in states {
            match self.blocks.back_mut().filter(|block| block.states.len() < block.states.capacity()) {
                Some(block) => block.states.push(state),
                None => {
                    let mut states = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(BLOCK_STATES));
                    states.push(state);
                    self.blocks.push_back(Block { first: self.end, states });
                }
            }
            self.end += 1;
            self.len += 1;
        }
    }

    /// The next states, so many if there are.
    pub fn take(&mut self, states: usize) -> Vec<Block<S>> {
        let (mut left, mut taken) = (states.min(self.len), Vec::new());
        self.len -= left;
        while left > 0
            && let Some(mut block) = self.blocks.pop_front()
        {
            if block.states.len() > left {
                let rest = block.states.split_off(left);
                self.blocks.push_front(Block { first: block.first + left as u32, states: rest });
            }
            left -= block.states.len();
            taken.push(block);
        }
        taken
    }

    /// Takes back the room of states that are expanded.
    pub fn reuse(&mut self, blocks: Vec<Block<S>>) {
        for Block { mut states, .. } in blocks {
            if states.capacity() >= BLOCK_STATES && self.spare.len() <= self.blocks.len() {
                states.clear();
                self.spare.push(states);
            }
        }
    }

    /// Takes away the state that came last.
    pub fn pop(&mut self) -> Option<S> {
        let block = self.blocks.back_mut()?;
        let state = block.states.pop()?;
        if block.states.is_empty() {
            self.blocks.pop_back();
        }
        self.end -= 1;
        self.len -= 1;
        Some(state)
    }

    /// The place that the next state to come will have: how many came before it.
    pub fn end(&self) -> u32 {
        self.end
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn bytes(&self) -> u64 {
        let room: usize = self.blocks.iter().map(|block| block.states.capacity()).sum();
        let spare = self.spare.len() * BLOCK_STATES;
        ((room + spare) * size_of::<S>() + self.blocks.capacity() * size_of::<Block<S>>()) as u64
    }
}
