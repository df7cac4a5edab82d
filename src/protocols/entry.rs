//! A scenario of the catalogue, as its protocol writes it: plain data, checked by a test that reads every one.

use crate::sim::time::Span;
use crate::text::Text;

/// A catalogue scenario. Its link parts are written as links write them.
pub struct Entry {
    /// Unique in the whole catalogue; lower case, words joined by hyphens.
    pub id: &'static str,
    /// What it asks, in one sentence.
    pub question: Text,
    /// What one knows at its end.
    pub answer: Text,
    /// What differs from the protocol's defaults: `("participants", "3")`.
    pub parameters: &'static [(&'static str, &'static str)],
    pub seed: u64,
    /// One fault each, as links write them: `crash=c@after:commit.1:p1`.
    pub faults: &'static [&'static str],
    /// The run's horizon.
    pub until: Span,
    /// Three faults that matter here, offered beneath the flow, as links write them.
    pub suggestions: &'static [Suggestion],
    pub expected: Expectations,
}

/// A fault that a scenario offers beneath the flow.
pub struct Suggestion {
    /// A short imperative: "Restart the coordinator".
    pub name: Text,
    pub change: Change,
}

/// What a suggestion does.
pub enum Change {
    /// Adds a fault, written as in a link. With the place `@now` the instant on screen is taken.
    Fault(&'static str),
    /// Opens the same seed and faults under another protocol.
    Protocol(&'static str),
    /// Sets a parameter.
    Parameter(&'static str, &'static str),
}

/// The verdict in which a property must end here, written from the reference sheet before the run is looked at.
pub struct Expectation {
    pub property: &'static str,
    pub verdict: Expected,
    /// The row of the sheet, or the argument, that says so.
    pub because: &'static str,
}

/// The verdicts that an entry must end in. They are for the command line and for tests; the page judges for itself, and
/// is built without them.
pub struct Expectations(&'static [Expectation]);

impl Expectations {
    pub const fn of(all: &'static [Expectation]) -> Expectations {
        Expectations(if cfg!(feature = "command") { all } else { &[] })
    }

    pub fn iter(&self) -> std::slice::Iter<'static, Expectation> {
        self.0.iter()
    }
}

/// A verdict without its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Holds,
    Violated,
    NotYet,
    NotSeen,
}

impl Expected {
    /// As [`crate::check::Verdict::word`] has it.
    pub fn word(self) -> &'static str {
        match self {
            Expected::Holds => "holds",
            Expected::Violated => "violated",
            Expected::NotYet => "not-yet",
            Expected::NotSeen => "not-seen",
        }
    }
}
