//! Properties, verdicts and measured costs over runs. Knows no protocol by name.

pub mod measure;
pub mod property;

pub use measure::{Extent, Measure, Unit, measures};
pub use property::{Judgement, Monitor, Property, PropertyKind, Verdict, View};
