//! The order in which states are expanded: that of a queue, each level by the places of its states' parents, and children
//! of one parent by their actions. Nothing is kept of it but where in each shard every level ends: a shard's states are in
//! this order too, so that whoever needs a place merges the shards' states of its level.

use super::shard::{Shard, StateId};
use super::trail::Reader;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// See the module's own words.
#[derive(Default)]
pub(super) struct Order {
    ends: Vec<End>,
}

/// The end of a level.
struct End {
    /// How many states come before it.
    place: u32,
    /// How many of each shard.
    indices: Box<[u32]>,
}

impl Order {
    /// Every state of the level is known that is the last so far.
    pub fn end_level<S>(&mut self, shards: &[Shard<S>]) {
        let indices: Box<[u32]> = shards.iter().map(Shard::len).collect();
        self.ends.push(End { place: indices.iter().sum(), indices });
    }

    /// The state in this place.
    ///
    /// # Panics
    /// If no state is there: a mistake of the search.
    pub fn state<S>(&self, place: u32, shards: &[Shard<S>]) -> StateId {
        let level = self.ends.partition_point(|end| end.place <= place);
        let first = level.checked_sub(1).map_or(0, |before| self.ends[before].place);
        let state = self.level(level, shards).nth((place - first) as usize);
        state.expect("a place that was given out")
    }

    /// The place of each state, by its shard and its index there.
    pub fn places<S>(&self, shards: &[Shard<S>]) -> Vec<Vec<u32>> {
        let mut places: Vec<_> = shards.iter().map(|shard| Vec::with_capacity(shard.len() as usize)).collect();
        let states = (0..=self.ends.len()).flat_map(|level| self.level(level, shards));
        for (place, state) in (0..).zip(states) {
            places[state.shard()].push(place);
        }
        places
    }

    /// The states of a level in order; of the one after the last that has ended, those that are known.
    fn level<'a, S>(&self, level: usize, shards: &'a [Shard<S>]) -> Merge<'a> {
        let indices = |number: usize, end: Option<&End>| end.map(|end| end.indices[number]);
        let before = level.checked_sub(1).map(|before| &self.ends[before]);
        let mut merge = Merge { rows: Vec::with_capacity(shards.len()), next: BinaryHeap::new() };
        for (number, shard) in shards.iter().enumerate() {
            let first = indices(number, before).unwrap_or(0);
            let end = indices(number, self.ends.get(level)).unwrap_or_else(|| shard.len());
            merge.rows.push(Row { reader: shard.trail().read_from(first), next: first, end });
            let next = merge.rows[number].step();
            merge.next.extend(next.map(|reached_by| Reverse((reached_by, number))));
        }
        merge
    }

    pub fn bytes(&self) -> u64 {
        let indices = self.ends.first().map_or(0, |end| size_of_val(&end.indices[..]));
        (self.ends.capacity() * (size_of::<End>() + indices)) as u64
    }
}

/// States of several shards in one order.
struct Merge<'a> {
    rows: Vec<Row<'a>>,
    /// How the next state of each shard was reached.
    next: BinaryHeap<Reverse<((u32, u16), usize)>>,
}

/// States of one shard.
struct Row<'a> {
    reader: Reader<'a>,
    next: u32,
    end: u32,
}

impl Row<'_> {
    fn step(&mut self) -> Option<(u32, u16)> {
        (self.next < self.end).then(|| {
            self.next += 1;
            self.reader.read()
        })
    }
}

impl Iterator for Merge<'_> {
    type Item = StateId;

    fn next(&mut self) -> Option<StateId> {
        let mut top = self.next.peek_mut()?;
        let Reverse((_, number)) = *top;
        let row = &mut self.rows[number];
        let state = StateId::new(number, row.next - 1);
        match row.step() {
            Some(reached_by) => *top = Reverse((reached_by, number)),
            None => drop(PeekMut::pop(top)),
        }
        Some(state)
    }
}
