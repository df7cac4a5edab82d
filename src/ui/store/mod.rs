//! The page's one state, and the actions that change it. A reducer that changes nothing returns the same state, and
//! nothing is drawn.

pub mod action;
pub mod bench;
pub mod edit;
pub mod history;
pub mod moving;
mod reduce;

pub use action::{Action, Change, Move, Pointing};
pub use bench::{Bench, Speed};

use super::exploring::inquiry::Inquiry;
use super::shared::Shared;
use super::words;
use faultline::protocols::Entry;
use faultline::protocols::comparison::Comparison;
use faultline::scenario::bad::Bad;
use faultline::scenario::run::Run;
use faultline::text::{Language, Text};
use std::rc::Rc;

/// Which page is shown.
#[derive(Clone, PartialEq)]
pub enum Place {
    /// A live run and the table of contents.
    Front,
    /// One scenario with everything around it.
    Scenario,
    /// Ways to do one thing, side by side.
    Comparison(ComparisonHandle),
    /// A link that cannot be opened, its text after the `#` kept, with what is wrong.
    Trouble { text: Rc<str>, problem: Rc<Bad> },
}

/// Ink on paper, or the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    Light,
    Dark,
}

/// How much stands around the flow, and what the reader may do: part of the link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Caption, flow, one row.
    pub embedded: bool,
    pub read_only: bool,
}

/// What stands below the flow, one at a time; what is open is part of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Events,
    Faults,
    Parameters,
    Topology,
    Charts,
    Explore,
    Compare,
    Modelled,
}

impl Section {
    pub const ALL: [Section; 8] = [
        Section::Events,
        Section::Faults,
        Section::Parameters,
        Section::Topology,
        Section::Charts,
        Section::Explore,
        Section::Compare,
        Section::Modelled,
    ];

    /// Those that can show something of a run.
    pub fn of(run: &Run) -> impl Iterator<Item = Section> {
        let has_charts = run.has_charts();
        Section::ALL.into_iter().filter(move |section| has_charts || *section != Section::Charts)
    }

    /// As links write it: `view=faults`.
    pub fn key(self) -> &'static str {
        match self {
            Section::Events => "events",
            Section::Faults => "faults",
            Section::Parameters => "parameters",
            Section::Topology => "topology",
            Section::Charts => "charts",
            Section::Explore => "explore",
            Section::Compare => "compare",
            Section::Modelled => "modelled",
        }
    }

    pub fn title(self) -> Text {
        match self {
            Section::Events => words::EVENTS,
            Section::Faults => words::FAULTS,
            Section::Parameters => words::PARAMETERS,
            Section::Topology => words::TOPOLOGY,
            Section::Charts => words::CHARTS,
            Section::Explore => words::EXPLORE,
            Section::Compare => words::COMPARE,
            Section::Modelled => words::MODELLED,
        }
    }
}

/// A sentence for the live region; the number tells two equal sentences apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Saying {
    pub number: u32,
    pub text: Text,
    /// Shown for a moment too: what an edit did, what was undone.
    pub notice: bool,
}

impl Default for Saying {
    fn default() -> Saying {
        Saying { number: 0, text: Text::same(""), notice: false }
    }
}

/// Everything that can change.
#[derive(Clone)]
pub struct State {
    pub language: Language,
    pub theme: Theme,
    pub frame: Frame,
    pub place: Place,
    /// The run on the screen, with all that belongs to it. The front page has one too.
    pub bench: Bench,
    pub saying: Saying,
    /// What happened at the pen is said when it is known.
    pub says_when_shown: bool,
    /// What was last searched for.
    pub inquiry: Option<Shared<Inquiry>>,
    /// What was last searched for the strip under the scrubber, while that is open.
    pub strip: Option<Shared<Inquiry>>,
    /// The panel is open in which the run is handed to others.
    pub shares: bool,
    /// The help sheet is open.
    pub help: bool,
    /// Raised by everything that does more than move the pen: where it stands, what is around the flow may follow.
    pub acts: u32,
    /// Raised by every act that adds to the browser's history.
    pub visits: u32,
    /// Less motion is wanted: runs do not play by themselves.
    pub still: bool,
}

/// A comparison; equal only to itself.
#[derive(Clone, Copy)]
pub struct ComparisonHandle(pub &'static Comparison);

impl PartialEq for ComparisonHandle {
    fn eq(&self, other: &ComparisonHandle) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

/// A catalogue entry; equal only to itself.
#[derive(Clone, Copy)]
pub struct EntryHandle(pub &'static Entry);

impl PartialEq for EntryHandle {
    fn eq(&self, other: &EntryHandle) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}
