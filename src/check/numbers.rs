//! Numbers for things of which there are few: each thing is kept once, and asked for without a lock.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The first segment holds this many things, each further one twice as many.
const FIRST: usize = 1 << 8;
/// Segments enough for more numbers than 32 bits have.
const SEGMENTS: usize = 25;

/// Things by number, and numbers by what tells things apart: their encodings, whole.
pub(super) struct Numbered<T> {
    numbers: Mutex<HashMap<Box<[u8]>, u32, BuildHasherDefault<DefaultHasher>>>,
    segments: [OnceLock<Box<[OnceLock<T>]>>; SEGMENTS],
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered { numbers: Mutex::default(), segments: [const { OnceLock::new() }; SEGMENTS] }
    }
}

impl<T> Numbered<T> {
    /// The number of the thing of this encoding, which `make` makes if it is new.
    pub fn number(&self, encoding: &[u8], make: impl FnOnce() -> T) -> u32 {
        // Whoever panicked while holding the lock left the table as it was: entries are complete or absent.
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = numbers.get(encoding) {
            return *number;
        }
        let number = numbers.len() as u32;
        let (segment, place) = place_of(number, FIRST);
        let things = self.segments[segment].get_or_init(|| (0..FIRST << segment).map(|_| OnceLock::new()).collect());
        things[place].get_or_init(make);
        numbers.insert(encoding.into(), number);
        number
    }

    /// The thing of this number.
    ///
    /// # Panics
    /// If the number was never given out: a mistake in here.
    pub fn get(&self, number: u32) -> &T {
        let (segment, place) = place_of(number, FIRST);
        let things = self.segments[segment].get().expect("a number that was given out");
        things[place].get().expect("a number that was given out")
    }

    pub fn len(&self) -> usize {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// The segment that a number stands in, and its place there, where the first segment holds `first`, a power of two, and
/// each further one twice as many.
fn place_of(number: u32, first: usize) -> (usize, usize) {
    let place = number as usize + first;
    let segment = (place / first).ilog2() as usize;
    (segment, place - (first << segment))
}

/// The first segment of [`Answers`]: most have few.
const ANSWERS_FIRST: usize = 32;
/// Segments enough for two million numbers.
const ANSWERS_SEGMENTS: usize = 16;
/// The answer that is not known yet.
pub(super) const UNKNOWN: u32 = u32::MAX - 1;

/// Answers to questions that are numbered closely, without a lock.
#[derive(Default)]
pub(super) struct Answers {
    segments: [OnceLock<Box<[AtomicU32]>>; ANSWERS_SEGMENTS],
}

impl Answers {
    /// The answer to a question; [`UNKNOWN`] if nobody has asked yet.
    pub fn known(&self, question: u32) -> u32 {
        let (segment, place) = place_of(question, ANSWERS_FIRST);
        let answers = self.segments.get(segment).and_then(OnceLock::get);
        answers.map_or(UNKNOWN, |answers| answers[place].load(Ordering::Acquire))
    }

    /// The answer to a question, which `find` finds out the first time; beyond two million every time.
    pub fn get(&self, question: u32, find: impl FnOnce() -> u32) -> u32 {
        let (segment, place) = place_of(question, ANSWERS_FIRST);
        let Some(segment) = self.segments.get(segment).map(|answers| {
            answers.get_or_init(|| (0..ANSWERS_FIRST << segment).map(|_| AtomicU32::new(UNKNOWN)).collect())
        }) else {
            return find();
        };
        let known = segment[place].load(Ordering::Acquire);
        if known != UNKNOWN {
            return known;
        }
        // Two threads may both find out; they find the same.
        let found = find();
        segment[place].store(found, Ordering::Release);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_numbered_once_in_order() {
        let numbers = Numbered::default();
        for round in 0..2 {
            for thing in 0..5_000u32 {
                let number = numbers.number(&thing.to_le_bytes(), || thing * (round + 1));
                assert_eq!((number, *numbers.get(number)), (thing, thing));
            }
        }
        assert_eq!(numbers.len(), 5_000);
    }

    #[test]
    fn an_answer_is_found_out_once() {
        let answers = Answers::default();
        for question in [0, 31, 32, 95, 96, 100_000, 2_000_000] {
            assert_eq!(answers.get(question, || question + 1), question + 1);
            assert_eq!(answers.get(question, || unreachable!()), question + 1);
        }
        assert_eq!(answers.get(u32::MAX - 5, || 7), 7);
    }
}
