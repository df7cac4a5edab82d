//! The search for faults: the fewest faults, of the kinds and within the budget chosen, that break a property of a
//! scenario; or the word that all of them were tried.
//!
//! It runs what is played. From the scenario's own run it branches at every place where a fault may fall (see
//! [`places`]), and from each faulted run again, with the places of that run. First it tries every single fault, then
//! every pair, and so on: what is found first is smallest. A run that comes, at the same instant, to the same world and
//! the same state of its driver as one before it, with as much of the budget left, goes on as that one did and is left.
//!
//! A found list of faults is minimised, is run as any scenario is, and so is an ordinary link.

mod branch;
mod budget;
mod found;
mod places;
mod question;
mod reach;
mod search;
#[cfg(test)]
mod tests;
mod told;
mod watch;
mod words;

pub use budget::{Allowance, Budget, FAULTS_IN_ALL_MAX, IN_ALL_DEFAULT, Kind};
pub use found::Found;
pub(in crate::scenario) use found::Trial;
pub(in crate::scenario) use places::{Subjects, interventions};
pub use question::{Account, BY_ORDER, Break, Question};
pub use reach::{Reach, Reached};
pub use search::Search;
pub use told::{in_words, kinds_of, memory};
pub use words::grouped;

use super::Scenario;
use crate::check::{Property, PropertyKind};
use crate::sim::fault::Fault;
use crate::sim::time::Instant;
use serde::{Deserialize, Serialize};

/// What is asked of a search.
#[derive(Clone)]
pub struct Ask {
    /// Its faults stand; the search adds others.
    pub scenario: Scenario,
    /// Faults are added only after this instant; without it anywhere.
    pub from: Option<Instant>,
    /// What may be broken: safety and liveness properties of the protocol.
    pub properties: Vec<&'static Property>,
    pub budget: Budget,
    pub aim: Aim,
    pub bounds: Bounds,
    /// Whether runs that come to the same state are followed once only. Without it the answer is the same and takes
    /// longer: for tests.
    pub merging: bool,
}

/// When a search is content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aim {
    /// With the first property broken.
    First,
    /// When every property is broken or the budget is covered.
    Each,
}

/// How much a search may do before it gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    pub runs_max: u64,
    /// By estimate.
    pub memory_bytes_max: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { runs_max: 5_000_000, memory_bytes_max: 512 * 1024 * 1024 }
    }
}

impl Ask {
    /// Whether any safety property can be broken by one fault or two: crashes or lost messages.
    pub fn of(scenario: Scenario) -> Ask {
        Ask {
            properties: scenario.properties().filter(|property| property.kind == PropertyKind::Always).collect(),
            scenario,
            from: None,
            budget: Budget::up_to(IN_ALL_DEFAULT, &[Kind::Crash, Kind::Drop]),
            aim: Aim::First,
            bounds: Bounds::default(),
            merging: true,
        }
    }
}

/// How a search stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    Searching,
    /// It found what it aims at.
    Found,
    /// Every place was tried, within the budget.
    Covered,
    OutOfRuns,
    OutOfMemory,
}

/// What a search has done so far.
#[derive(Clone, Debug)]
pub struct Progress {
    pub standing: Standing,
    /// Runs that were begun, each with a list of faults of its own.
    pub runs: u64,
    /// Of these, how many were left because they had come to the state of an earlier one.
    pub merged: u64,
    /// Of these, how many were left because they repeat themselves for ever.
    pub repeating: u64,
    /// Faults, and ends of lasting faults, that were tried at a place.
    pub candidates: u64,
    /// Steps taken: effects and events.
    pub steps: u64,
    /// States that were remembered.
    pub states: u64,
    /// How many faults together are being tried.
    pub depth: u8,
    /// With up to how many faults together every run was tried; none if not even the run without any is done.
    pub covered: Option<u8>,
    /// The faults being tried.
    pub trying: Vec<Fault>,
    /// By estimate.
    pub memory_bytes: u64,
    /// Breaks that no list of faults replays: always 0 but for a mistake in the search.
    pub not_replayed: u64,
}
