//! Scenarios as values, as links, and run.

pub mod beat;
pub mod compare;
pub mod judge;
pub mod narration;
pub mod run;

use crate::protocols::{Protocol, Values};
use crate::sim::fault::Fault;
use crate::sim::time::Span;

/// A run written down: the same scenario gives the same run, to the last event.
#[derive(Clone)]
pub struct Scenario {
    pub protocol: &'static dyn Protocol,
    /// The model's version that it was made with; today's, unless an old link says otherwise.
    pub version: u16,
    pub values: Values,
    pub seed: u64,
    pub faults: Vec<Fault>,
    /// The run's horizon.
    pub until: Span,
}
