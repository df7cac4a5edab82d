//! What can happen to the page's state.

use super::{Section, Speed, Theme};
use crate::ui::embedding::order::Order;
use crate::ui::exploring::deed::Deed;
use crate::ui::selection::{Anchor, Selection, Sweep, Target};
use crate::ui::shared::Shared;
use faultline::picture::axis::Scale;
use faultline::protocols::{Protocol, Value};
use faultline::scenario::run::{Run, Scene};
use faultline::sim::fault::Fault;
use faultline::sim::time::Span;
use faultline::sim::trace::EventIndex;
use faultline::text::{Language, Text};
use std::rc::Rc;

/// One change of the page's state.
#[derive(Clone)]
pub enum Action {
    /// The visitor goes to an event: a click in a table, a verdict, the scrubber. Playing stops.
    Go(EventIndex),
    /// The visitor drags the pen to an event. Playing stops.
    Drag(EventIndex),
    /// The pen got to an event by itself. Playing goes on.
    Reach(EventIndex),
    Move(Move),
    Play,
    Pause,
    Speed(Speed),
    Select(Selection),
    /// Pointing at something that can be broken opens the popover of verbs; several targets are listed there.
    Point(Pointing),
    /// A span was marked by dragging: the popover offers what can fill it.
    Swept(Sweep, Anchor),
    /// Closes the popover.
    Leave,
    /// The verb under the pointer or the focus: its run appears as a ghost. None when it is left.
    Preview(Option<Change>),
    /// An edit of the scenario.
    Change(Change),
    Undo,
    Redo,
    /// A run of which only the beginning was there is whole now; it took so many real microseconds.
    Arrived {
        whole: Shared<Run>,
        took_micros: u64,
    },
    /// What can be seen just after an event is known now.
    Shown(Shared<Scene>),
    /// Asks whether the run can still go wrong, hears what is known of it, looks at what was found.
    Explore(Deed),
    /// Opens an earlier run again.
    Reopen(Shared<Run>),
    /// Puts the same seed and faults under another protocol beside this run, or takes it away.
    Compare(Option<&'static dyn Protocol>),
    /// Puts an earlier run beside this one.
    CompareEarlier(Shared<Run>),
    /// Folds the axis, or shows it true to scale.
    Scale(Scale),
    /// Lists every property under the verdict line.
    ListVerdicts(bool),
    /// Opens a section below the flow, or closes it.
    Open(Option<Section>),
    /// Opens or closes the sheet that a phone shows the sections in.
    Sheet(bool),
    /// By touch, dragging draws only while this is on.
    Break(bool),
    Language(Language),
    Theme(Theme),
    Help(bool),
    /// Opens or closes the panel in which the run is handed to others.
    Share(bool),
    /// Says a sentence in the live region and on the line of notices.
    Say(Text),
    /// The address changed: the text after the `#`.
    Visit(String),
    /// The page around this frame asks for something.
    Obey(Rc<Order>),
    /// Back to the run as its author shared it.
    Restore,
}

impl Action {
    /// Whether it does no more than move the pen or let it go, or show what stands there.
    pub fn moves_only(&self) -> bool {
        matches!(self, Action::Drag(_) | Action::Reach(_) | Action::Play | Action::Shown(_))
    }
}

/// One step of the pen by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Next,
    Previous,
    NextBeat,
    PreviousBeat,
    First,
    Last,
    /// To the same instant, one lane up or down: the selection moves, the pen stays.
    NodeAbove,
    NodeBelow,
}

/// What the visitor pointed at and where that is on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Pointing {
    /// The nearest first, never empty.
    pub targets: Vec<Target>,
    pub anchor: Anchor,
}

/// An edit of the scenario. Faults are meant by their place in the list.
#[derive(Clone)]
pub enum Change {
    Add(Vec<Fault>),
    Replace(usize, Fault),
    Remove(usize),
    Set(&'static str, Value),
    Seed(u64),
    Until(Span),
    /// The same seed and faults under another protocol.
    Protocol(&'static dyn Protocol),
}
