//! How often each name was used. Counts only grow, so a snapshot shares with the next one all that was counted before it.

use super::fingerprint::{Hasher, mix};
use super::name::{Purpose, Uncounted};
use super::payload::Subject;
use super::trace::NodeId;
use crate::sorted::SortedMap;
use std::collections::BTreeMap;
use std::sync::Arc;

mod pages;

use pages::Pages;

/// A name as one number: purpose, node, peer, kind (by its place in a list) and subject, from the highest bit down.
type Key = u64;

const KIND_BITS: u32 = 12;
const NODE_BITS: u32 = 8;
const SUBJECT_BITS: u32 = 32;

/// A frozen layer is merged with a younger one that has at least a third of its entries: so layers stay few, and an
/// entry is copied only a few times however many snapshots there are.
const MERGE_FACTOR: usize = 3;

/// Ordinals by name: a few frozen layers, sorted, shared between snapshots, and what was counted since.
#[derive(Clone, Default)]
pub(super) struct Counts {
    kinds: Vec<&'static str>,
    /// The oldest and largest first.
    frozen: Vec<Arc<[(Key, u32)]>>,
    open: BTreeMap<Key, u32>,
    /// Instead of the two, where no snapshot is ever taken and subjects are very many: by all of the key but the subject.
    paged: Option<SortedMap<u32, Pages>>,
}

impl Counts {
    /// Counts that take about a byte a name, for a run of which no snapshot is taken.
    pub fn paged() -> Counts {
        Counts { paged: Some(SortedMap::new()), ..Counts::default() }
    }

    /// The ordinal that the next use of the name will have.
    pub fn next(&self, name: &Uncounted) -> u32 {
        self.kind(name).and_then(|kind| self.get(key(name, kind))).map_or(1, |count| count + 1)
    }

    /// Counts one more use of the name; its ordinal.
    pub fn count(&mut self, name: &Uncounted) -> u32 {
        let kind = self.kind_or_new(name);
        let key = key(name, kind);
        if let Some(paged) = &mut self.paged {
            return paged.entry((key >> SUBJECT_BITS) as u32).or_default().count(key as u32);
        }
        let ordinal = self.get(key).map_or(1, |count| count + 1);
        self.open.insert(key, ordinal);
        ordinal
    }

    /// Lets clones made from now on share everything counted so far.
    pub fn freeze(&mut self) {
        let mut layer: Vec<(Key, u32)> = std::mem::take(&mut self.open).into_iter().collect();
        while let Some(older) = self.frozen.pop_if(|older| older.len() <= layer.len() * MERGE_FACTOR) {
            layer = merged(&older, &layer);
        }
        if !layer.is_empty() {
            self.frozen.push(layer.into());
        }
    }

    /// The hash of all that was counted, in whatever order, as a sum of mixed hashes.
    pub fn fingerprint(&self) -> u64 {
        let mut all: BTreeMap<Key, u32> = BTreeMap::new();
        let open = self.open.iter().map(|(key, count)| (*key, *count));
        for (key, count) in self.frozen.iter().flat_map(|layer| layer.iter().copied()).chain(open) {
            all.insert(key, count);
        }
        all.into_iter().fold(0, |sum, (key, count)| {
            let kind = (key >> SUBJECT_BITS) as usize & ((1 << KIND_BITS) - 1);
            let mut hasher = Hasher::keyed(4);
            // A kind's place in the list depends on what was counted first: its name stands for it.
            hasher.text(self.kinds[kind]).number(key & !(((1 << KIND_BITS) - 1) << SUBJECT_BITS));
            sum.wrapping_add(mix(hasher.number(u64::from(count)).finish()))
        })
    }

    /// What every name was counted to, in the order of the names.
    pub fn all(&self) -> BTreeMap<Uncounted, u32> {
        let frozen = self.frozen.iter().flat_map(|layer| layer.iter().copied());
        let counts = frozen.chain(self.open.iter().map(|(key, count)| (*key, *count)));
        counts.map(|(key, count)| (self.name(key), count)).collect()
    }

    /// The name was counted to this.
    pub fn set(&mut self, name: &Uncounted, count: u32) {
        let kind = self.kind_or_new(name);
        self.open.insert(key(name, kind), count);
    }

    fn name(&self, key: Key) -> Uncounted {
        let (subject, kind, ends) = (key as u32, key >> SUBJECT_BITS, key >> (SUBJECT_BITS + KIND_BITS));
        let purposes = [Purpose::Message, Purpose::Record, Purpose::Timer, Purpose::Disconnect];
        Uncounted {
            purpose: purposes[(ends >> (2 * NODE_BITS)) as usize],
            node: NodeId((ends >> NODE_BITS) as u8),
            peer: NodeId(ends as u8),
            kind: self.kinds[kind as usize & ((1 << KIND_BITS) - 1)],
            subject: Subject(subject),
        }
    }

    fn kind_or_new(&mut self, name: &Uncounted) -> usize {
        self.kind(name).unwrap_or_else(|| {
            self.kinds.push(name.kind);
            self.kinds.len() - 1
        })
    }

    fn kind(&self, name: &Uncounted) -> Option<usize> {
        self.kinds.iter().position(|kind| *kind == name.kind)
    }

    fn get(&self, key: Key) -> Option<u32> {
        if let Some(paged) = &self.paged {
            return paged.get(&((key >> SUBJECT_BITS) as u32))?.get(key as u32);
        }
        let frozen = |layer: &Arc<[(Key, u32)]>| {
            layer.binary_search_by_key(&key, |(key, _)| *key).ok().map(|place| layer[place].1)
        };
        self.open.get(&key).copied().or_else(|| self.frozen.iter().rev().find_map(frozen))
    }
}

fn key(name: &Uncounted, kind: usize) -> Key {
    assert!(kind < 1 << KIND_BITS, "a protocol has fewer than {} kinds of messages", 1 << KIND_BITS);
    let ends = (name.purpose as u64) << (2 * NODE_BITS) | u64::from(name.node.0) << NODE_BITS | u64::from(name.peer.0);
    (ends << KIND_BITS | kind as u64) << SUBJECT_BITS | u64::from(name.subject.0)
}

/// Both layers as one; where both count a name, the younger is right.
fn merged(older: &[(Key, u32)], younger: &[(Key, u32)]) -> Vec<(Key, u32)> {
    let mut both = Vec::with_capacity(older.len() + younger.len());
    let (mut older, mut younger) = (older.iter().peekable(), younger.iter().peekable());
    while let (Some(old), Some(young)) = (older.peek(), younger.peek()) {
        if old.0 == young.0 {
            older.next();
        } else if old.0 < young.0 {
            both.extend(older.next());
        } else {
            both.extend(younger.next());
        }
    }
    both.extend(older);
    both.extend(younger);
    both
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(seed: u32) -> Uncounted {
        let purpose = [Purpose::Message, Purpose::Record, Purpose::Timer, Purpose::Disconnect][seed as usize % 4];
        Uncounted {
            purpose,
            node: NodeId(seed as u8 % 3),
            peer: NodeId(seed as u8 % 5),
            kind: ["vote", "commit"][seed as usize / 4 % 2],
            subject: Subject(seed / 8),
        }
    }

    proptest! {
        /// However the counting is cut into snapshots, it counts as one map does.
        #[test]
        fn freezing_changes_no_count(steps in proptest::collection::vec(proptest::option::weighted(0.8, 0u32..200), 0..300)) {
            let mut counts = Counts::default();
            let mut plain: BTreeMap<Uncounted, u32> = BTreeMap::new();
            for step in steps {
                let Some(seed) = step else {
                    counts.freeze();
                    continue;
                };
                let expected = plain.entry(name(seed)).or_insert(0);
                *expected += 1;
                prop_assert_eq!(counts.next(&name(seed)), *expected);
                prop_assert_eq!(counts.count(&name(seed)), *expected);
            }
            for seed in 0..200 {
                prop_assert_eq!(counts.next(&name(seed)), plain.get(&name(seed)).map_or(1, |count| count + 1));
            }
        }
    }

    proptest! {
        /// Pages count as the map does, however large subjects and counts become.
        #[test]
        fn pages_change_no_count(steps in proptest::collection::vec((0u32..40, 0u32..4), 0..2_000)) {
            let (mut paged, mut plain) = (Counts::paged(), Counts::default());
            for (seed, far) in steps {
                let name = Uncounted { subject: Subject([0, 4_095, 5_000_000, u32::MAX][far as usize]), ..name(seed % 4) };
                prop_assert_eq!(paged.next(&name), plain.next(&name));
                prop_assert_eq!(paged.count(&name), plain.count(&name));
            }
        }
    }

    #[test]
    fn snapshots_share_what_was_counted_before() {
        let mut counts = Counts::default();
        for round in 0..64u32 {
            for subject in 0..100 {
                counts.count(&name(round * 100 + subject));
            }
            counts.freeze();
            assert!(counts.open.is_empty() && counts.frozen.len() <= 6, "{} layers", counts.frozen.len());
        }
    }
}
