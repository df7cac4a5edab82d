//! The states that are seen and not expanded, in the order in which they will be.

use std::collections::VecDeque;

/// States that are kept together: as many as one thread expands before it looks for other work.
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
    /// The place of the state that will come next.
    end: u32,
    len: usize,
    /// Room for this many states is taken.
    room: usize,
}

impl<S> Queue<S> {
    pub fn new() -> Queue<S> {
        Queue { blocks: VecDeque::new(), end: 0, len: 0, room: 0 }
    }

    /// Adds states in their order, at most [`BLOCK_STATES`], where they are: only few are moved to those before them.
    pub fn adopt(&mut self, mut states: Vec<S>) {
        let (added, first) = (states.len(), self.end);
        self.end += added as u32;
        self.len += added;
        match self.blocks.back_mut().filter(|block| block.states.len() + added <= BLOCK_STATES) {
            Some(block) => {
                self.room -= block.states.capacity();
                block.states.append(&mut states);
                self.room += block.states.capacity();
            }
            None => {
                if states.len() < states.capacity() / 2 {
                    states.shrink_to_fit();
                }
                self.room += states.capacity();
                self.blocks.push_back(Block { first, states });
            }
        }
    }

    /// The next states, so many if there are.
    pub fn take(&mut self, states: usize) -> Vec<Block<S>> {
        let (mut left, mut taken) = (states.min(self.len), Vec::new());
        self.len -= left;
        while left > 0
            && let Some(mut block) = self.blocks.pop_front()
        {
            self.room -= block.states.capacity();
            if block.states.len() > left {
                let rest = block.states.split_off(left);
                self.room += rest.capacity();
                self.blocks.push_front(Block { first: block.first + left as u32, states: rest });
            }
            left -= block.states.len();
            taken.push(block);
        }
        taken
    }

    /// Takes away the state that came last.
    pub fn pop(&mut self) -> Option<S> {
        let block = self.blocks.back_mut()?;
        let state = block.states.pop()?;
        if block.states.is_empty() {
            self.room -= block.states.capacity();
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
        (self.room * size_of::<S>() + self.blocks.capacity() * size_of::<Block<S>>()) as u64
    }
}
