//! Properties, verdicts and measured costs over runs. Knows no protocol by name.

pub mod measure;
pub mod property;

pub use measure::{Measure, Unit};
pub use property::{Judgement, Monitor, Property, PropertyKind, Verdict, View};
