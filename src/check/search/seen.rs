//! The states that a search has seen: an open-addressing table of fingerprints, which numbers states by the order of
//! their discovery where somebody asks for the numbers.

/// The table is made twice as large when more than this many of ten slots are taken.
const TAKEN_OF_TEN_MAX: usize = 7;
const SLOTS_MIN: usize = 1 << 10;

/// See the module's own words. A slot of 0 is free: the one state whose fingerprint is 0 is kept apart.
pub(super) struct Seen {
    slots: Vec<u64>,
    /// The number of the state in each slot; empty where nobody asks for numbers.
    numbers: Vec<u32>,
    numbered: bool,
    /// Whether the state is there whose fingerprint is 0, and its number.
    zero: Option<u32>,
    taken: usize,
    /// How far a fingerprint is shifted to the right to give its slot.
    shift: u32,
}

/// What looking for a fingerprint gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    New,
    /// Its number, where numbers are kept.
    Known(u32),
}

impl Seen {
    pub fn new(numbered: bool) -> Seen {
        let mut seen = Seen { slots: Vec::new(), numbers: Vec::new(), numbered, zero: None, taken: 0, shift: 0 };
        seen.resize(SLOTS_MIN);
        seen
    }

    fn resize(&mut self, slots: usize) {
        debug_assert!(slots.is_power_of_two());
        self.shift = u64::BITS - slots.trailing_zeros();
        let old = std::mem::replace(&mut self.slots, vec![0; slots]);
        let old_numbers = std::mem::take(&mut self.numbers);
        if self.numbered {
            self.numbers = vec![0; slots];
        }
        for (place, fingerprint) in old.into_iter().enumerate().filter(|(_, fingerprint)| *fingerprint != 0) {
            let mut slot = (fingerprint >> self.shift) as usize;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (slots - 1);
            }
            self.slots[slot] = fingerprint;
            if self.numbered {
                self.numbers[slot] = old_numbers[place];
            }
        }
    }

    /// Whether the fingerprint is there.
    pub fn contains(&self, fingerprint: u64) -> bool {
        if fingerprint == 0 {
            return self.zero.is_some();
        }
        let mask = self.slots.len() - 1;
        let mut slot = (fingerprint >> self.shift) as usize;
        loop {
            match self.slots[slot & mask] {
                0 => return false,
                taken if taken == fingerprint => return true,
                _ => slot += 1,
            }
        }
    }

    /// What stands in the fingerprint's first slot: reading it early brings it close.
    pub fn first_slot(&self, fingerprint: u64) -> u64 {
        self.slots[(fingerprint >> self.shift) as usize]
    }

    /// Enters a fingerprint with a number unless it is there already. Where `same` says that the state of the number
    /// found is another one after all (two states with one fingerprint), looks further.
    pub fn insert(&mut self, fingerprint: u64, number: u32, mut same: impl FnMut(u32) -> bool) -> Found {
        if fingerprint == 0 {
            return match self.zero {
                Some(known) if same(known) => Found::Known(known),
                // With exact identity a second state may want this place: any other fingerprint will do for it.
                Some(_) => self.insert(1, number, same),
                None => {
                    self.zero = Some(number);
                    Found::New
                }
            };
        }
        let mask = self.slots.len() - 1;
        let mut slot = (fingerprint >> self.shift) as usize & mask;
        loop {
            let taken = self.slots[slot];
            if taken == 0 {
                break;
            }
            if taken == fingerprint {
                let known = if self.numbered { self.numbers[slot] } else { 0 };
                if same(known) {
                    return Found::Known(known);
                }
            }
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = fingerprint;
        if self.numbered {
            self.numbers[slot] = number;
        }
        self.taken += 1;
        if self.taken * 10 > self.slots.len() * TAKEN_OF_TEN_MAX {
            self.resize(self.slots.len() * 2);
        }
        Found::New
    }

    /// Whether the next batch or so may double the table.
    pub fn grows_soon(&self) -> bool {
        self.taken * 10 > self.slots.len() * (TAKEN_OF_TEN_MAX - 1)
    }

    pub fn bytes(&self) -> u64 {
        (self.slots.len() * size_of::<u64>() + self.numbers.len() * size_of::<u32>()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::fingerprint::mix;

    #[test]
    fn it_grows_and_forgets_nothing() {
        let mut seen = Seen::new(true);
        for number in 0..100_000u32 {
            assert_eq!(seen.insert(mix(u64::from(number)), number, |_| true), Found::New);
        }
        for number in 0..100_000u32 {
            let fingerprint = mix(u64::from(number));
            assert!(seen.contains(fingerprint));
            assert_eq!(seen.insert(fingerprint, 7, |_| true), Found::Known(number));
        }
        assert!(!seen.contains(mix(100_000)));
    }

    #[test]
    fn zero_and_the_last_fingerprint_are_like_any_other() {
        let mut seen = Seen::new(false);
        for fingerprint in [0, u64::MAX, u64::MAX - 1, 1] {
            assert!(!seen.contains(fingerprint));
            assert_eq!(seen.insert(fingerprint, 0, |_| true), Found::New);
            assert!(seen.contains(fingerprint));
            assert_eq!(seen.insert(fingerprint, 0, |_| true), Found::Known(0));
        }
    }

    #[test]
    fn states_with_one_fingerprint_can_be_told_apart() {
        for fingerprint in [0, 5] {
            let mut seen = Seen::new(true);
            let states = [10, 11, 12];
            for (number, _) in states.iter().enumerate() {
                assert_eq!(seen.insert(fingerprint, number as u32, |_| false), Found::New);
            }
            for (number, state) in states.iter().enumerate() {
                let same = |known: u32| states[known as usize] == *state;
                assert_eq!(seen.insert(fingerprint, 9, same), Found::Known(number as u32));
            }
        }
    }
}
