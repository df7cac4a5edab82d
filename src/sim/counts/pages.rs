//! Counts of many subjects of one kind: a byte for each of those that follow one another.

use std::collections::BTreeMap;

/// How many subjects a page has.
const PAGE: usize = 4_096;
/// Subjects from this one on are counted one by one: a page for each would be too many.
const PAGED: u32 = 1 << 24;

/// Counts by subject.
#[derive(Clone, Default)]
pub(super) struct Pages {
    pages: Vec<Option<Box<[u8; PAGE]>>>,
    /// Counts that a byte does not hold, and those of subjects beyond the pages.
    others: BTreeMap<u32, u32>,
}

impl Pages {
    /// How often the subject was counted; none if never.
    pub fn get(&self, subject: u32) -> Option<u32> {
        let page = self.pages.get(subject as usize / PAGE).and_then(Option::as_ref);
        match page.map(|page| page[subject as usize % PAGE]).filter(|_| subject < PAGED) {
            None | Some(u8::MAX) => self.others.get(&subject).copied(),
            Some(0) => None,
            Some(count) => Some(count.into()),
        }
    }

    /// Counts the subject once more; how often it now was.
    pub fn count(&mut self, subject: u32) -> u32 {
        let now = self.get(subject).map_or(1, |count| count.saturating_add(1));
        if subject < PAGED {
            let page = subject as usize / PAGE;
            if page >= self.pages.len() {
                self.pages.resize(page + 1, None);
            }
            let page = self.pages[page].get_or_insert_with(|| Box::new([0; PAGE]));
            // A full byte says that the count stands elsewhere.
            page[subject as usize % PAGE] = u8::try_from(now).unwrap_or(u8::MAX);
            if now < u32::from(u8::MAX) {
                return now;
            }
        }
        self.others.insert(subject, now);
        now
    }
}
