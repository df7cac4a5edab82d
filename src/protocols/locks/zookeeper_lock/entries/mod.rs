use crate::protocols::Entry;
pub static ENTRIES: &[Entry] = &[];
