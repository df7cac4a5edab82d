//! Wing and Gong's search over the operations of one key.

use super::{History, SequentialSpecification};
use std::collections::HashSet;

/// What became of the operations of one key.
pub(super) enum Placed {
    /// All that were answered, in this order, with those among the others that had to be.
    All(Vec<usize>),
    /// The first, by its answer, that cannot be.
    NotThis(usize),
    /// There were too many ways.
    Unknown,
}

/// An entry of the list of what is still to be placed: a call, or an answer.
#[derive(Clone, Copy)]
struct Entry {
    /// Among the operations of this key.
    operation: usize,
    is_call: bool,
    before: usize,
    after: usize,
}

/// The calls and answers of the operations not yet placed, in order of time; doubly linked, so that placing an operation
/// and taking it back cost nothing. Entry 0 stands before the first.
struct Waiting {
    entries: Vec<Entry>,
    /// Of each operation, the entry of its answer; 0 if there is none.
    answers: Vec<usize>,
}

impl Waiting {
    fn of(times: &[(u64, u64)]) -> Waiting {
        let calls = times.iter().enumerate().map(|(operation, (called, _))| (*called, operation, true));
        let answered = times.iter().enumerate().filter(|(_, (_, returned))| *returned != u64::MAX);
        let mut all: Vec<_> = calls.chain(answered.map(|(operation, (_, at))| (*at, operation, false))).collect();
        all.sort_unstable();
        let mut entries = vec![Entry { operation: usize::MAX, is_call: true, before: 0, after: 1 }];
        let mut answers = vec![0; times.len()];
        for (place, (_, operation, is_call)) in all.iter().enumerate() {
            entries.push(Entry { operation: *operation, is_call: *is_call, before: place, after: place + 2 });
            if !is_call {
                answers[*operation] = place + 1;
            }
        }
        // After the last comes the first again: 0 is the end.
        if let Some(last) = entries.last_mut() {
            last.after = 0;
        }
        Waiting { entries, answers }
    }

    fn first(&self) -> usize {
        self.entries[0].after
    }

    /// Takes out the entry of a call with that of its answer.
    fn lift(&mut self, entry: usize) {
        self.unlink(entry);
        let answer = self.answers[self.entries[entry].operation];
        if answer != 0 {
            self.unlink(answer);
        }
    }

    /// Puts them back; the last taken out must be the first put back.
    fn put_back(&mut self, entry: usize) {
        let answer = self.answers[self.entries[entry].operation];
        if answer != 0 {
            self.link(answer);
        }
        self.link(entry);
    }

    fn unlink(&mut self, entry: usize) {
        let Entry { before, after, .. } = self.entries[entry];
        self.entries[before].after = after;
        if after != 0 {
            self.entries[after].before = before;
        }
    }

    fn link(&mut self, entry: usize) {
        let Entry { before, after, .. } = self.entries[entry];
        self.entries[before].after = entry;
        if after != 0 {
            self.entries[after].before = entry;
        }
    }
}

/// A set of operations.
struct Set(Vec<u64>);

impl Set {
    fn flip(&mut self, operation: usize) {
        self.0[operation / 64] ^= 1 << (operation % 64);
    }

    /// The set with one operation more, as briefly as can be: where it begins to have gaps, and its words from there to
    /// its last. Most of a long history is placed, or not yet.
    fn with(&self, operation: usize) -> Box<[u64]> {
        let word = |place: usize| {
            let own = if place == operation / 64 { 1 << (operation % 64) } else { 0 };
            self.0[place] | own
        };
        let first = (0..self.0.len()).find(|place| word(*place) != u64::MAX).unwrap_or(self.0.len());
        let end = (first..self.0.len()).rev().find(|place| word(*place) != 0).map_or(first, |last| last + 1);
        std::iter::once(first as u64).chain((first..end).map(word)).collect()
    }
}

/// Places `operations` (all of one key) if that can be done.
pub(super) fn place<S: SequentialSpecification>(
    specification: &S,
    history: &History<S>,
    operations: &[usize],
    configurations_max: u64,
    configurations: &mut u64,
) -> Placed {
    let calls: Vec<_> = operations.iter().map(|operation| &history.calls()[*operation]).collect();
    let times: Vec<_> = calls.iter().map(|call| (call.called, call.returned)).collect();
    let mut waiting = Waiting::of(&times);
    let mut unanswered = calls.iter().filter(|call| call.returned != u64::MAX).count();
    let mut placed = Set(vec![0; calls.len().div_ceil(64)]);
    let mut state = specification.initial();
    let mut known: HashSet<(Box<[u64]>, S::State)> = HashSet::new();
    // The entries placed so far, each with the state before it.
    let mut trail: Vec<(usize, S::State)> = Vec::new();
    // The latest answer that could not be passed.
    let mut furthest = 0;
    let mut at = waiting.first();
    while unanswered > 0 {
        let entry = waiting.entries[at];
        if entry.is_call {
            let call = calls[entry.operation];
            let next = specification.after(&state, &call.call, call.answer.as_ref());
            let next = next.filter(|next| known.insert((placed.with(entry.operation), next.clone())));
            if let Some(next) = next {
                *configurations += 1;
                if *configurations > configurations_max {
                    return Placed::Unknown;
                }
                trail.push((at, std::mem::replace(&mut state, next)));
                placed.flip(entry.operation);
                unanswered -= usize::from(call.returned != u64::MAX);
                waiting.lift(at);
                at = waiting.first();
            } else {
                at = entry.after;
            }
            continue;
        }
        // An answer whose operation is not placed, and nothing before it is left to place.
        furthest = furthest.max(at);
        let Some((last, before)) = trail.pop() else {
            return Placed::NotThis(operations[waiting.entries[furthest].operation]);
        };
        let operation = waiting.entries[last].operation;
        state = before;
        placed.flip(operation);
        unanswered += usize::from(calls[operation].returned != u64::MAX);
        waiting.put_back(last);
        at = waiting.entries[last].after;
    }
    Placed::All(trail.into_iter().map(|(entry, _)| operations[waiting.entries[entry].operation]).collect())
}
