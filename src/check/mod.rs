//! Properties, verdicts and measured costs over runs; models and the exhaustive search over them. Knows no protocol by name.

pub mod chart;
pub mod collapse;
pub mod jepsen;
pub mod linearizable;
pub mod measure;
pub mod model;
mod numbers;
pub mod property;
pub mod search;
pub mod symmetry;
mod watching;
pub mod worlds;

pub use measure::{Extent, Measure, Unit, measures};
pub use property::{Judgement, Monitor, Property, PropertyKind, Verdict, View};
pub use watching::watching;
