//! From which state and by which action each state was first reached, in about two bytes a state: parents come in the
//! order in which states are expanded, so that each is kept as its distance from the one before.

/// So many states lie between two places from which reading can begin.
const MARK_EVERY: u32 = 256;

/// See the module's own words.
#[derive(Default)]
pub(super) struct Trail {
    /// For each state the distance of its parent and the action, seven bits a byte, low ones first; the eighth says that
    /// more follow.
    bytes: Vec<u8>,
    /// Where every 256th state begins, and the parent of the one before.
    marks: Vec<(usize, u32)>,
    len: u32,
    parent: u32,
}

impl Trail {
    /// Adds a state. Parents never go down.
    pub fn push(&mut self, parent: u32, action: u16) {
        if self.len.is_multiple_of(MARK_EVERY) {
            self.marks.push((self.bytes.len(), self.parent));
        }
        self.write(parent - self.parent);
        self.write(u32::from(action));
        self.parent = parent;
        self.len += 1;
    }

    fn write(&mut self, mut number: u32) {
        if self.bytes.capacity() - self.bytes.len() < 5 {
            // Twice as large, as vectors grow by themselves, would cost more than it saves.
            self.bytes.reserve_exact(64 + self.bytes.len() / 8);
        }
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// The parent of a state, and the action.
    pub fn get(&self, state: u32) -> (u32, u16) {
        self.read_from(state).read()
    }

    /// Reads from a state on.
    pub fn read_from(&self, state: u32) -> Reader<'_> {
        // Behind the last state there may be no mark.
        let (place, parent) = self.marks.get((state / MARK_EVERY) as usize).copied().unwrap_or_default();
        let mut reader = Reader { bytes: &self.bytes, place, parent };
        for _ in (0..state % MARK_EVERY).filter(|_| state < self.len) {
            reader.read();
        }
        reader
    }

    pub fn bytes(&self) -> u64 {
        (self.bytes.capacity() + self.marks.capacity() * size_of::<(usize, u32)>()) as u64
    }
}

/// Reads states one after the other.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    place: usize,
    parent: u32,
}

impl Reader<'_> {
    /// The parent of the next state, and the action.
    ///
    /// # Panics
    /// If there is none: a mistake of the search.
    pub fn read(&mut self) -> (u32, u16) {
        self.parent += self.number();
        (self.parent, self.number() as u16)
    }

    fn number(&mut self) -> u32 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.bytes[self.place];
            self.place += 1;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return number;
            }
            shift += 7;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let steps = [0, 0, 1, 127, 128, 300, 20_000, 3_000_000, 0, 7];
        let states: Vec<(u32, u16)> = (0..2_000u32)
            .scan(0, |parent, number| {
                *parent += steps[number as usize % steps.len()];
                Some((*parent, (number * 37 % 65_536) as u16))
            })
            .collect();
        let mut trail = Trail::default();
        states.iter().for_each(|(parent, action)| trail.push(*parent, *action));
        for (number, state) in states.iter().enumerate() {
            assert_eq!(trail.get(number as u32), *state);
        }
        let mut reader = trail.read_from(300);
        assert!(states[300..].iter().all(|state| reader.read() == *state));
        assert!(trail.bytes() < 2_000 * 8);
    }
}
