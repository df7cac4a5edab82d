//! A hash ring: the hash values as a circle, on it the points of the providers. A key belongs to the first point that
//! is not before it (Karger and others, *Consistent Hashing and Random Trees*, STOC 1997).

use super::Index;
use crate::sorted::sort_by_key;

/// One point of a provider: a *virtual node*. All 64-bit numbers make up the circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub position: u64,
    pub owner: Index,
}

/// The points in their order around the circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    points: Vec<Point>,
}

impl Ring {
    /// A ring of these points. Of those at the same position the first counts.
    pub fn of(mut points: Vec<Point>) -> Ring {
        sort_by_key(&mut points, |point| point.position);
        points.dedup_by_key(|point| point.position);
        Ring { points }
    }

    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Whom a key at that position belongs to; nobody if the ring is empty.
    pub fn owner(&self, position: u64) -> Option<Index> {
        self.walk(position).next()
    }

    /// The owners that one meets from that position on, once around.
    pub fn walk(&self, position: u64) -> impl Iterator<Item = Index> {
        let first = self.points.partition_point(|point| point.position < position);
        let (before, from) = self.points.split_at(first);
        from.iter().chain(before).map(|point| point.owner)
    }
}

/// The four positions that an MD5 digest gives: its bytes as 32-bit numbers, least significant byte first, each as far around
/// the circle of 64-bit numbers as it is around that of 32-bit ones.
pub(super) fn four_positions(text: &[u8]) -> [u64; 4] {
    let digest = md5::compute(text).0;
    [0, 4, 8, 12].map(|at| {
        let number = u32::from_le_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
        u64::from(number) << 32
    })
}
