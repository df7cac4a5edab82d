//! Where keys belong: what a protocol tells of it when somebody looks. A step of a run says only who may have keys
//! ([`HashRing`]); from that and the values of its parameters a protocol places each key, ten thousand as well as ten, and
//! does it with other values as well: with another number of virtual nodes, by another algorithm.

use super::parameter::Values;
use crate::sim::show::{HashRing, Owner};

/// How a protocol places keys, and by which of its parameters.
pub struct Hashing {
    /// The parameter that names the algorithm, the words of it that are worth standing beside any other, and one with a ring.
    pub algorithm: &'static str,
    pub beside: &'static [&'static str],
    pub with_a_ring: &'static str,
    /// The interventions by which a node comes and goes.
    pub join: &'static str,
    pub leave: &'static str,
    /// How many virtual nodes there are, where that can be set.
    pub points: fn(&Values) -> Option<Points>,
    /// All keys, and where they stand on the ring.
    pub keys: fn(&Values) -> Keys,
    /// Whom each of the keys belongs to. They must stand as [`Hashing::keys`] has them for the same algorithm.
    pub place: fn(&Values, &HashRing, &Keys) -> Placement,
}

/// The number of virtual nodes as a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Points {
    pub parameter: &'static str,
    /// The numbers that are worth trying, in order.
    pub worth_trying: &'static [u32],
    /// Whether it is a number for the whole ring; otherwise it is one for each node.
    pub of_all: bool,
}

/// Keys, in an order that never changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    pub names: Vec<String>,
    /// Where each stands on the ring: of all 64-bit numbers, which make up the circle. Empty where there is no ring.
    pub positions: Vec<u64>,
}

/// Where keys belong. Owners are meant by their places among the owners of the [`HashRing`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// The circle in order, each arc from the end of the one before it, the first from the end of the last; nothing where
    /// keys are not on a ring.
    pub arcs: Vec<Arc>,
    pub shares: Vec<Share>,
    /// Whom each key belongs to, if anybody is there, and before the last change of the nodes, if there was one.
    pub now: Vec<Option<u16>>,
    pub before: Option<Vec<Option<u16>>>,
    /// The table in which keys are looked up, if there is one.
    pub table: Option<Lookup>,
}

/// A stretch of the circle whose keys belong to one owner: one virtual node, or several in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    pub until: u64,
    pub owner: u16,
}

/// What an owner has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Its points on the ring, and its part of the circle in millionths.
    pub points: u32,
    pub millionths: u32,
    pub keys: u32,
}

/// A table of entries, each an owner's; a key's entry is its hash's remainder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    pub now: Vec<u16>,
    pub before: Option<Vec<u16>>,
}

/// How many keys a change has moved, and how few it could have moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub keys: u32,
    /// Those of the nodes that have gone, and a fair share for each that has come.
    pub ideal: u32,
}

/// How evenly something is shared out: what the busiest and the idlest owner have, in thousandths of their fair share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evenness {
    pub most: u32,
    pub least: u32,
}

impl Placement {
    /// Whom a key belonged to before the last change of the nodes, if that was another.
    pub fn moved_from(&self, key: usize) -> Option<u16> {
        let was = self.before.as_ref()?.get(key).copied().flatten()?;
        (self.now.get(key) != Some(&Some(was))).then_some(was)
    }

    /// What the last change of the nodes has moved.
    pub fn moved(&self, ring: &HashRing) -> Option<Moved> {
        let before = self.before.as_ref()?;
        let is = |place: u16, is: fn(&Owner) -> bool| ring.owners.get(usize::from(place)).is_some_and(is);
        let gone = before.iter().flatten().filter(|was| !is(**was, |owner| owner.available)).count();
        let come = ring.owners.iter().filter(|owner| owner.available && !owner.was_available);
        let weight = |owner: &Owner| u64::from(owner.weight);
        let of_all: u64 = ring.owners.iter().filter(|owner| owner.available).map(weight).sum();
        let fair = (self.now.len() as u64 * come.map(weight).sum::<u64>()).checked_div(of_all).unwrap_or(0);
        let moved = self.now.iter().zip(before).filter(|(now, was)| now != was).count();
        Some(Moved { keys: moved as u32, ideal: gone as u32 + fair as u32 })
    }

    /// How evenly the circle is shared out: what a key drawn at random meets.
    pub fn evenness_of_ring(&self, ring: &HashRing) -> Option<Evenness> {
        if self.arcs.is_empty() { None } else { self.evenness(ring, |share| share.millionths) }
    }

    /// How evenly the keys are shared out.
    pub fn evenness_of_keys(&self, ring: &HashRing) -> Option<Evenness> {
        self.evenness(ring, |share| share.keys)
    }

    fn evenness(&self, ring: &HashRing, of: fn(&Share) -> u32) -> Option<Evenness> {
        let there = || ring.owners.iter().zip(&self.shares).filter(|(owner, _)| owner.available);
        let has = |(_, share): (_, &Share)| u64::from(of(share));
        let all: u64 = there().map(has).sum();
        let weights: u64 = there().map(|(owner, _)| u64::from(owner.weight)).sum();
        // Its part of all there is, over the part that it is meant to have.
        let of_fair = |(owner, share): (&Owner, &Share)| {
            let meant = u128::from(all) * u128::from(owner.weight);
            let thousandths = (u128::from(of(share)) * u128::from(weights) * 1_000 + meant / 2).checked_div(meant)?;
            u32::try_from(thousandths).ok()
        };
        let each = || there().filter_map(of_fair);
        Some(Evenness { most: each().max()?, least: each().min()? })
    }

    /// A key's walk along the ring, from where it stands: each arc that it comes to, the last one its owner's. Arcs
    /// before that are those of owners that had no room.
    pub fn walk(&self, position: u64, owner: u16) -> impl Iterator<Item = Arc> {
        let first = self.arcs.partition_point(|arc| arc.until < position);
        let (before, from) = self.arcs.split_at(first);
        let mut arrived = false;
        from.iter().chain(before).copied().take_while(move |arc| {
            let goes_on = !arrived;
            arrived |= arc.owner == owner;
            goes_on
        })
    }
}
