//! Order that takes little code: maps and sets as flat lists in the order of their keys, for what stays small or grows at
//! its end; and one sort for items of every type.
//!
//! A `BTreeMap` is a thousand instructions for every pair of types, a flat list a few dozen. Where entries come and go in
//! the middle of very many, the standard library's trees stay.

use litemap::LiteMap;
use serde::{Serialize, Serializer};
use std::cmp::Ordering;

/// A map in the order of its keys. Serialized it is what a `BTreeMap` is.
pub type SortedMap<K, V> = LiteMap<K, V>;

/// A set in order. Serialized it is what a `BTreeSet` is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortedSet<T>(SortedMap<T, ()>);

impl<T> SortedSet<T> {
    pub const fn new() -> SortedSet<T> {
        SortedSet(SortedMap::new())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.0.keys()
    }

    pub fn first(&self) -> Option<&T> {
        self.0.first().map(|(item, ())| item)
    }

    pub fn last(&self) -> Option<&T> {
        self.0.last().map(|(item, ())| item)
    }
}

impl<T: Ord> SortedSet<T> {
    pub fn contains(&self, item: &T) -> bool {
        self.0.contains_key(item)
    }

    /// Adds an item; whether it is new.
    pub fn insert(&mut self, item: T) -> bool {
        self.0.insert(item, ()).is_none()
    }

    /// Removes an item; whether it was there.
    pub fn remove(&mut self, item: &T) -> bool {
        self.0.remove(item).is_some()
    }

    pub fn retain(&mut self, mut keeps: impl FnMut(&T) -> bool) {
        self.0.retain(|item, ()| keeps(item));
    }

    /// The items that are not in the other set, in order.
    pub fn difference<'a>(&'a self, other: &'a SortedSet<T>) -> impl Iterator<Item = &'a T> {
        self.iter().filter(|item| !other.contains(item))
    }
}

impl<T> Default for SortedSet<T> {
    fn default() -> SortedSet<T> {
        SortedSet::new()
    }
}

impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> SortedSet<T> {
        let mut set = SortedSet::new();
        set.extend(items);
        set
    }
}

impl<T: Ord> Extend<T> for SortedSet<T> {
    /// Item by item, which for a few is quicker than a sort, and less code.
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.insert(item);
        }
    }
}

impl<T> IntoIterator for SortedSet<T> {
    type Item = T;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(T, ())>, fn((T, ())) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|(item, ())| item)
    }
}

impl<'a, T> IntoIterator for &'a SortedSet<T> {
    type Item = &'a T;
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (T, ())>, fn(&'a (T, ())) -> &'a T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.as_slice().iter().map(|(item, ())| item)
    }
}

impl<T: Serialize> Serialize for SortedSet<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

/// Sorts as [`slice::sort_by`] does, and equal items keep their order. The sort itself moves numbers and is compiled once,
/// where the standard library's is compiled for every type of items.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut from = order(items.len(), &|one, other| compare(&items[one], &items[other]));
    for first in 0..items.len() {
        // Each item of a cycle goes where it belongs, and what stood there goes on; then the cycle is of single places.
        let mut place = first;
        loop {
            let next = std::mem::replace(&mut from[place], place);
            if next == first {
                break;
            }
            items.swap(place, next);
            place = next;
        }
    }
}

/// Sorts by a key; see [`sort_by`].
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// The places of so many items in their order.
#[inline(never)]
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use postcard::to_allocvec as bytes;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn a_sort_is_the_standard_librarys(items: Vec<(u8, u32)>) {
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by_key(&mut ours, |item| item.0);
            theirs.sort_by_key(|item| item.0);
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn a_sorted_set_is_and_serializes_as_a_tree_set(steps: Vec<(bool, u8)>, others: BTreeSet<u8>) {
            let (mut flat, mut tree) = (SortedSet::new(), BTreeSet::new());
            for (inserts, item) in steps {
                if inserts {
                    prop_assert_eq!(flat.insert(item), tree.insert(item));
                } else {
                    prop_assert_eq!(flat.remove(&item), tree.remove(&item));
                }
                prop_assert!(flat.iter().eq(&tree));
                prop_assert_eq!((flat.first(), flat.last(), flat.len()), (tree.first(), tree.last(), tree.len()));
            }
            let flat_others: SortedSet<u8> = others.iter().rev().copied().collect();
            prop_assert!(flat.difference(&flat_others).eq(tree.difference(&others)));
            prop_assert_eq!(bytes(&flat), bytes(&tree));
            flat.retain(|item| item % 2 == 0);
            tree.retain(|item| item % 2 == 0);
            prop_assert!(flat.into_iter().eq(tree));
        }

        #[test]
        fn a_sorted_map_serializes_as_a_tree_map(entries: Vec<(u8, u32)>) {
            let flat: SortedMap<u8, u32> = entries.iter().copied().collect();
            let tree: BTreeMap<u8, u32> = entries.into_iter().collect();
            prop_assert_eq!(bytes(&flat), bytes(&tree));
        }
    }
}
