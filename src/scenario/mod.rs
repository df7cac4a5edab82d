//! Scenarios as values, as links, and run.

pub mod bad;
pub mod beat;
pub mod catalogue;
pub mod checked;
pub mod compare;
pub mod comparing;
pub mod explore;
pub mod judge;
pub mod link;
pub mod load_test;
pub mod narration;
pub mod notation;
pub mod replay;
pub mod run;
#[cfg(test)]
pub(crate) mod sample;
pub mod sampling;
pub mod transcript;
pub mod wire;
pub mod words;
pub mod work;

use crate::check::Property;
use crate::protocols::{Protocol, Values};
use crate::say;
use crate::sim::fault::Fault;
use crate::sim::schedule::Schedule;
use crate::sim::time::Span;
use crate::text::Text;
use std::fmt;

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
    /// The order in which things happen, where it is not their times that give it.
    pub schedule: Option<Schedule>,
}

/// The seed of a scenario that names none.
pub const SEED_DEFAULT: u64 = 1;

/// The horizon of a scenario that names none: longer than the time-outs that products ship with, of a
/// minute at most.
pub const UNTIL_DEFAULT: Span = Span::seconds(120);

impl Scenario {
    /// The protocol as it is by default, and nothing goes wrong.
    pub fn of(protocol: &'static dyn Protocol) -> Scenario {
        Scenario {
            protocol,
            version: protocol.version(),
            values: Values::defaults(protocol.parameters()),
            seed: SEED_DEFAULT,
            faults: Vec::new(),
            until: UNTIL_DEFAULT,
            schedule: None,
        }
    }

    /// The properties that are judged with these values, in the protocol's order.
    pub fn properties(&self) -> impl Iterator<Item = &'static Property> + Clone {
        let all = self.protocol.properties().iter();
        all.filter(|property| self.protocol.is_judged(&self.values, property))
    }

    /// The judged property of that id; the error goes on after the id: what keeps it from being judged.
    pub fn property(&self, id: &str) -> Result<&'static Property, Text> {
        let protocol = self.protocol.id();
        match self.protocol.properties().iter().find(|property| property.id == id) {
            None => Err(say!("is no property of {protocol}", "不是 {protocol} 的性质")),
            Some(property) if self.protocol.is_judged(&self.values, property) => Ok(property),
            Some(_) => Err(say!(
                "is not judged here, as {protocol} does not promise it with these parameters",
                "在此不作判定，因为 {protocol} 在这组参数下并不承诺它"
            )),
        }
    }
}

/// Equal scenarios give equal runs; protocols are told apart by their ids.
impl PartialEq for Scenario {
    fn eq(&self, other: &Scenario) -> bool {
        self.protocol.id() == other.protocol.id()
            && self.version == other.version
            && self.values == other.values
            && self.seed == other.seed
            && self.faults == other.faults
            && self.until == other.until
            && self.schedule == other.schedule
    }
}

impl Eq for Scenario {}

impl fmt::Debug for Scenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Scenario")
            .field("protocol", &self.protocol.id())
            .field("version", &self.version)
            .field("values", &self.values)
            .field("seed", &self.seed)
            .field("faults", &self.faults)
            .field("until", &self.until)
            .field("schedule", &self.schedule)
            .finish()
    }
}
