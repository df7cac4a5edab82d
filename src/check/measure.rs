//! What a run cost: counted and timed from its trace, the same way for every protocol.

use crate::text::Text;
use serde::Serialize;

/// What a measure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unit {
    Count,
    /// Virtual microseconds.
    Micros,
}

/// One measured cost of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Lower case, words joined by hyphens.
    pub id: &'static str,
    pub name: Text,
    pub unit: Unit,
    /// None where it does not apply: the time to a decision that never came.
    pub value: Option<u64>,
}
