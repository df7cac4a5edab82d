//! The fingerprints that a search has seen, in little more room than what tells them apart: where a fingerprint stands
//! says its upper bits, so that only the others are kept, with how far from its home it stands (Cleary's compact hashing).
//! Nothing is lost: two entries are equal only if their fingerprints are.

/// An entry's upper bits, at least so many: how far it stands from its home.
const DISTANCE_BITS_MIN: u32 = 8;
/// The furthest that an entry can stand from its home: a free one, all of whose bits are set, would stand further.
const DISTANCE_MAX: usize = (1 << DISTANCE_BITS_MIN) - 2;
/// The table grows when more than this many of a hundred homes are taken, to one and a half times its size.
const TAKEN_OF_HUNDRED_MAX: usize = 70;
/// Of so full a table an entry that finds no room is nobody's fault; below it, fingerprints are mixed badly.
const TAKEN_OF_HUNDRED_FULL: usize = 40;
const HOMES_MIN: usize = 64;
/// As many of a fingerprint's upper bits as say where its home is.
const HOME_BITS_MAX: u32 = 32;

/// See the module's own words. Fingerprints are numbered where somebody asks for it.
pub(super) struct Seen {
    /// Entries of `width` bytes each, low ones first, one after the other.
    bytes: Vec<u8>,
    /// The number of the entry in each slot; empty where nobody asks for numbers.
    numbers: Vec<u32>,
    numbered: bool,
    /// How many bits fingerprints have, and how many of those are not asked where its home is.
    bits: u32,
    rest_bits: u32,
    /// The slots in which a fingerprint can be at home; more follow for those that stand away from it.
    homes: usize,
    /// How many low bits of a fingerprint an entry keeps.
    kept_bits: u32,
    width: usize,
    /// The bits of an entry in a word.
    mask: u64,
    taken: usize,
    /// Those that found no room because too many have one home. Only where fingerprints are mixed badly.
    homeless: Vec<(u64, u32)>,
}

/// What looking for a fingerprint gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    New,
    /// Its number, where numbers are kept.
    Known(u32),
}

impl Seen {
    /// For fingerprints below two to the power of `bits`, at most 62.
    pub fn new(bits: u32, numbered: bool) -> Seen {
        let mut seen = Seen {
            bytes: Vec::new(),
            numbers: Vec::new(),
            numbered,
            bits,
            rest_bits: bits.saturating_sub(HOME_BITS_MAX),
            homes: 0,
            kept_bits: 0,
            width: 0,
            mask: 0,
            taken: 0,
            homeless: Vec::new(),
        };
        seen.lay_out(HOMES_MIN);
        seen
    }

    /// The same, an empty one, as the one in this place among so many that are filled alike: they do not all grow at
    /// once, so that there is never much more room than they need together.
    pub fn in_turn(mut self, place: usize, count: usize) -> Seen {
        self.lay_out(HOMES_MIN + HOMES_MIN / 2 * place / count);
        self
    }

    /// Makes room for entries, all of them free.
    fn lay_out(&mut self, homes: usize) {
        // So many upper parts at most have one home, one after the other: their low bits tell them apart.
        let of_one_home = (1u64 << (self.bits - self.rest_bits)).div_ceil(homes as u64);
        self.homes = homes;
        self.kept_bits = self.rest_bits + of_one_home.next_power_of_two().trailing_zeros();
        self.width = (self.kept_bits + DISTANCE_BITS_MIN).div_ceil(8) as usize;
        self.mask = u64::MAX >> (u64::BITS - 8 * self.width as u32);
        let slots = homes + DISTANCE_MAX + 1;
        self.bytes = vec![u8::MAX; slots * self.width + size_of::<u64>() - self.width];
        self.numbers = if self.numbered { vec![0; slots] } else { Vec::new() };
        self.taken = 0;
    }

    fn home(&self, fingerprint: u64) -> usize {
        (((fingerprint >> self.rest_bits) * self.homes as u64) >> (self.bits - self.rest_bits)) as usize
    }

    /// What an entry gains with each slot away from its home.
    fn step(&self) -> u64 {
        1 << self.kept_bits
    }

    /// The fingerprint of the entry in a slot.
    fn fingerprint(&self, slot: usize, entry: u64) -> u64 {
        let home = slot - (entry >> self.kept_bits) as usize;
        let first = ((home as u64) << (self.bits - self.rest_bits)).div_ceil(self.homes as u64);
        let kept = entry & (self.step() - 1);
        let low = (kept >> self.rest_bits).wrapping_sub(first) & ((1 << (self.kept_bits - self.rest_bits)) - 1);
        (first + low) << self.rest_bits | kept & ((1 << self.rest_bits) - 1)
    }

    /// The entry that begins at this byte.
    fn read(&self, place: usize) -> u64 {
        let word = self.bytes[place..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        word & self.mask
    }

    fn write(&mut self, place: usize, entry: u64) {
        if let Some(bytes) = self.bytes[place..].first_chunk_mut() {
            *bytes = (u64::from_le_bytes(*bytes) & !self.mask | entry).to_le_bytes();
        }
    }

    /// What stands where the fingerprint is at home: reading it early brings it close.
    pub fn first_look(&self, fingerprint: u64) -> u8 {
        self.bytes[self.home(fingerprint) * self.width]
    }

    /// Enters a fingerprint with a number unless it is there already. Where `same` says that the state of the number
    /// found is another one after all (two states with one fingerprint), looks further.
    pub fn insert(&mut self, fingerprint: u64, number: u32, mut same: impl FnMut(u32) -> bool) -> Found {
        let (step, width) = (self.step(), self.width);
        let first = self.home(fingerprint) * width;
        let (mut place, mut entry) = (first, fingerprint & (step - 1));
        loop {
            let there = self.read(place);
            if there == entry {
                let known = if self.numbered { self.numbers[place / width] } else { 0 };
                if same(known) {
                    return Found::Known(known);
                }
            } else if there == self.mask {
                break;
            } else if place == first + DISTANCE_MAX * width {
                return self.without_room(fingerprint, number, same);
            }
            place += width;
            entry += step;
        }
        if !self.homeless.is_empty()
            && let Some(known) = self.known_homeless(fingerprint, &mut same)
        {
            return Found::Known(known);
        }
        self.write(place, entry);
        if self.numbered {
            self.numbers[place / width] = number;
        }
        self.taken += 1;
        if self.taken * 100 >= self.homes * TAKEN_OF_HUNDRED_MAX {
            self.grow();
        }
        Found::New
    }

    /// A fingerprint finds no room near its home: more homes help, unless there are enough already.
    #[cold]
    fn without_room(&mut self, fingerprint: u64, number: u32, mut same: impl FnMut(u32) -> bool) -> Found {
        if let Some(known) = self.known_homeless(fingerprint, &mut same) {
            return Found::Known(known);
        }
        if self.taken * 100 >= self.homes * TAKEN_OF_HUNDRED_FULL {
            self.grow();
            return self.insert(fingerprint, number, same);
        }
        self.homeless.push((fingerprint, number));
        Found::New
    }

    fn known_homeless(&self, fingerprint: u64, same: &mut impl FnMut(u32) -> bool) -> Option<u32> {
        let mut alike = self.homeless.iter().filter(|(other, _)| *other == fingerprint);
        alike.find(|(_, known)| same(*known)).map(|(_, known)| *known)
    }

    #[cold]
    fn grow(&mut self) {
        let old = Seen {
            bytes: std::mem::take(&mut self.bytes),
            numbers: std::mem::take(&mut self.numbers),
            homeless: std::mem::take(&mut self.homeless),
            ..*self
        };
        self.lay_out(old.homes + old.homes / 2);
        for (slot, entry) in (0..=old.homes + DISTANCE_MAX).map(|slot| (slot, old.read(slot * old.width))) {
            if entry != old.mask {
                let number = if self.numbered { old.numbers[slot] } else { 0 };
                self.insert(old.fingerprint(slot, entry), number, |_| false);
            }
        }
        for (fingerprint, number) in old.homeless {
            self.insert(fingerprint, number, |_| false);
        }
    }

    /// What it takes beyond [`Seen::bytes`] when it grows, if that is soon.
    pub fn growth_bytes(&self) -> u64 {
        let soon = self.taken * 100 >= self.homes * (TAKEN_OF_HUNDRED_MAX - 10);
        if soon { self.bytes() * 3 / 2 } else { 0 }
    }

    pub fn bytes(&self) -> u64 {
        let homeless = self.homeless.capacity() * size_of::<(u64, u32)>();
        (self.bytes.len() + self.numbers.len() * size_of::<u32>() + homeless) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::fingerprint::mix;

    fn mixed(number: u64, bits: u32) -> u64 {
        mix(number) >> (64 - bits)
    }

    #[test]
    fn it_grows_and_forgets_nothing() {
        for bits in [62, 59, 40, 33, 32, 31, 20] {
            let mut seen = Seen::new(bits, true);
            let mut numbers = std::collections::HashMap::new();
            for number in 0..60_000u32 {
                let fingerprint = mixed(u64::from(number), bits);
                let first = *numbers.entry(fingerprint).or_insert(number);
                let expected = if first == number { Found::New } else { Found::Known(first) };
                assert_eq!(seen.insert(fingerprint, number, |_| true), expected, "{bits} bits");
            }
            for (fingerprint, number) in numbers {
                assert_eq!(seen.insert(fingerprint, 7, |_| true), Found::Known(number), "{bits} bits");
            }
            assert!(seen.homeless.is_empty());
        }
    }

    #[test]
    fn few_bits_are_enough_for_all_that_they_can_say() {
        for bits in 0..13 {
            let mut seen = Seen::new(bits, false);
            for expected in [Found::New, Found::Known(0)] {
                for fingerprint in 0..1 << bits {
                    assert_eq!(seen.insert(fingerprint, 0, |_| true), expected, "{fingerprint} of {bits} bits");
                }
            }
        }
    }

    #[test]
    fn little_more_is_kept_than_what_tells_fingerprints_apart() {
        let mut seen = Seen::new(31, false);
        (0..50_000).for_each(|number| {
            seen.insert(mixed(number, 31), 0, |_| true);
        });
        // Three bytes an entry, 31 bits less the 16 that the place says and the distance, of which at least 46 in a hundred
        // are taken: what has just grown is that empty.
        assert!(seen.bytes() < 50_000 * 13 / 2, "{}", seen.bytes());
    }

    #[test]
    fn fingerprints_may_be_mixed_badly() {
        for spread in [0, 1, 1 << 20] {
            let mut seen = Seen::new(59, true);
            for number in 0..500u32 {
                assert_eq!(seen.insert(u64::from(number / 2) * spread, number, |_| false), Found::New);
            }
            for number in 0..500u32 {
                let found = seen.insert(u64::from(number / 2) * spread, 1_000, |known| known == number);
                assert_eq!(found, Found::Known(number));
            }
        }
    }

    #[test]
    fn states_with_one_fingerprint_can_be_told_apart() {
        for fingerprint in [0, 5, (1 << 59) - 1] {
            let mut seen = Seen::new(59, true);
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
