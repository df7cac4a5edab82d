//! Maglev: a table of prime size that the providers fill in turns, each in an order of its own; a key's place in it is its
//! hash's remainder. Nearly even, and when a provider leaves few other keys move, though not none.
//!
//! Sources: D. Eisenbud and others, *Maglev: A Fast and Reliable Software Network Load Balancer*, NSDI 2016, §3.4; Envoy,
//! `maglev_lb.cc`, for the hashes (xxHash with the seeds 0 and 1), for the order of the providers (by name) and for weights:
//! one of half the largest weight takes every second turn.

use crate::protocols::parts::balancing::fleet::Table;
use crate::protocols::parts::balancing::{Aim, Balancer, Fleet, Index, Request};
use crate::sorted::sort_by;
use serde::Serialize;
use xxhash_rust::xxh64::xxh64;

/// The largest table (Envoy: 5,000,011).
pub const MAGLEV_SIZE_MAX: u32 = 5_000_011;

/// Maglev's table.
#[derive(Clone, Debug, Serialize)]
pub struct Maglev {
    size: u32,
    #[serde(skip)]
    table: Table<Vec<Index>>,
}

impl Maglev {
    /// A table of the first prime that is not smaller than `size`: only then does every order reach every place.
    pub fn new(size: u32) -> Maglev {
        let size = (size.clamp(2, MAGLEV_SIZE_MAX)..).find(|size| is_prime(*size)).unwrap_or(MAGLEV_SIZE_MAX);
        Maglev { size, table: Table::default() }
    }

    /// Whom each place belongs to; empty if nobody is available.
    pub fn table(&mut self, fleet: &Fleet) -> &[Index] {
        let size = u64::from(self.size);
        self.table.of(fleet, || fill(fleet, size))
    }
}

/// Whether it may be the size of a table.
pub fn is_prime(number: u32) -> bool {
    number > 1 && (2..).take_while(|divisor| divisor * divisor <= number).all(|divisor| !number.is_multiple_of(divisor))
}

/// A provider while the table is being filled.
struct Filler {
    index: Index,
    weight: u64,
    /// Its order: the places `offset`, `offset + skip`, `offset + 2 · skip` …, by the remainder.
    offset: u64,
    skip: u64,
    next: u64,
    /// It takes a turn once the rounds so far, times its weight, reach this.
    target: u64,
}

fn fill(fleet: &Fleet, size: u64) -> Vec<Index> {
    let mut by_name: Vec<_> = fleet.available().collect();
    sort_by(&mut by_name, |(_, one), (_, other)| one.name.cmp(&other.name));
    let mut fillers: Vec<Filler> = by_name
        .into_iter()
        .map(|(index, provider)| {
            let name = provider.name.as_bytes();
            let (offset, skip) = (xxh64(name, 0) % size, xxh64(name, 1) % (size - 1) + 1);
            Filler { index, weight: provider.weight.into(), offset, skip, next: 0, target: 0 }
        })
        .collect();
    let Some(largest) = fillers.iter().map(|filler| filler.weight).max() else { return Vec::new() };
    let mut table: Vec<Option<Index>> = vec![None; size as usize];
    let mut free = table.len();
    for round in 1.. {
        for filler in &mut fillers {
            if free == 0 {
                return table.into_iter().flatten().collect();
            }
            if round * filler.weight < filler.target {
                continue;
            }
            filler.target += largest;
            loop {
                let place = (filler.offset + filler.skip * filler.next) % size;
                filler.next += 1;
                let entry = &mut table[place as usize];
                if entry.is_none() {
                    *entry = Some(filler.index);
                    break;
                }
            }
            free -= 1;
        }
    }
    Vec::new()
}

impl Balancer for Maglev {
    fn aims(&self) -> &'static [Aim] {
        &[Aim::KeysStay]
    }

    fn pick(&mut self, request: &Request, fleet: &Fleet) -> Option<Index> {
        let place = xxh64(request.key, 0) % u64::from(self.size);
        Maglev::table(self, fleet).get(place as usize).copied()
    }

    fn table(&mut self, fleet: &Fleet) -> Option<&[Index]> {
        Some(Maglev::table(self, fleet))
    }
}
