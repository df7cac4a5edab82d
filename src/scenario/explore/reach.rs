//! How few faults suffice from each of several instants on: what the strip under the scrubber shows.
//!
//! The later the instant, the fewer places are left for faults, so the fewer breaks. A break whose first fault strikes at
//! some instant serves every earlier one as well, and few searches answer for all instants.

use super::{Aim, Ask, Search, Standing};
use crate::sim::time::Instant;
use serde::{Deserialize, Serialize};

/// What is known of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reached {
    /// It is being searched, or its turn is to come.
    NotYet,
    /// So many faults after it break a property, and fewer do not; 0 if the run breaks it by itself.
    Breaks(u8),
    /// Every run within the budget was tried, and nothing broke.
    Stands,
    /// The search used up its bounds.
    NotJudged,
}

/// A search from each of several instants, under way: [`Reach::go_on`] takes it further a slice at a time.
pub struct Reach {
    ask: Ask,
    /// In order.
    instants: Vec<Instant>,
    reached: Vec<Reached>,
    search: Option<Search>,
}

impl Reach {
    /// The question from each instant on; the instant and the aim in it are not looked at.
    pub fn new(ask: Ask, mut instants: Vec<Instant>) -> Reach {
        instants.sort_unstable();
        instants.dedup();
        Reach { ask, reached: vec![Reached::NotYet; instants.len()], instants, search: None }
    }

    /// What is known so far, by instant.
    pub fn reached(&self) -> impl Iterator<Item = (Instant, Reached)> {
        self.instants.iter().copied().zip(self.reached.iter().copied())
    }

    /// Goes on for about so many steps of runs; says whether everything is known.
    pub fn go_on(&mut self, steps: u32) -> bool {
        let Some(place) = self.reached.iter().position(|reached| *reached == Reached::NotYet) else { return true };
        let from = self.instants[place];
        let ask = || Ask { from: Some(from), aim: Aim::First, ..self.ask.clone() };
        let search = self.search.get_or_insert_with(|| Search::new(ask()));
        let standing = search.go_on(steps);
        if standing == Standing::Searching {
            return false;
        }
        let found = search.found().first().map(|found| (found.added.len() as u8, found.begins));
        self.search = None;
        match (standing, found) {
            (_, Some((faults, begins))) => {
                for (instant, reached) in self.instants.iter().zip(&mut self.reached).skip(place) {
                    if *instant == from || begins.is_none_or(|begins| *instant < begins) {
                        *reached = Reached::Breaks(faults);
                    }
                }
            }
            // What stands from here stands from every later instant.
            (Standing::Covered, None) => self.reached[place..].fill(Reached::Stands),
            (_, None) => self.reached[place] = Reached::NotJudged,
        }
        !self.reached.contains(&Reached::NotYet)
    }
}
