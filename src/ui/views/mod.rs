//! The registry of views: one file per view; a view says what it needs and where it stands, and the page shows those
//! whose needs a run meets. A view is drawn from its [`Stage`] alone.

pub mod charts;
pub mod compare;
pub mod events;
pub mod flow;
pub mod ledger;
pub mod loads;
pub mod mailboxes;
pub mod measures;
pub mod modelled;
pub mod parameters;
pub mod queue;
pub mod ring;
pub mod topology;
pub mod verdicts;

use super::context::Act;
use super::pen::Pen;
use super::selection::Selection;
use super::shared::Shared;
use super::store::Section;
use faultline::picture::axis::Axis;
use faultline::scenario::replay::Replay;
use faultline::scenario::run::{Run, Scene};
use faultline::sim::show::Panel;
use faultline::sim::time::Instant;
use faultline::sim::trace::EventIndex;
use faultline::text::{Language, Text};
use std::cell::RefCell;
use yew::prelude::*;

/// How wide the page is; views arrange themselves by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// Under 720 px: time runs down.
    Phone,
    /// 720 to 1199 px.
    Tablet,
    /// 1200 px and more.
    Wide,
}

/// All that a view is drawn from. Cheap to clone and to compare.
#[derive(Clone, PartialEq)]
pub struct Stage {
    pub run: Shared<Run>,
    /// The run's folded axis: instants to pixels.
    pub axis: Shared<Axis>,
    /// Everything visible just after the event at the pen. While that is on its way, after the one where the pen was.
    pub scene: Shared<Scene>,
    /// The event at the pen.
    pub cursor: EventIndex,
    /// The run before the last edit, until the next action.
    pub ghost: Option<Shared<Run>>,
    /// The run that the verb under the pointer or the focus would lead to.
    pub preview: Option<Shared<Run>>,
    /// The run that stands beside this one in a comparison.
    pub compared: Option<Shared<Run>>,
    pub selection: Selection,
    pub playing: bool,
    /// The first play: the paper ahead of the pen is blank.
    pub first_play: bool,
    pub breadth: Breadth,
    pub language: Language,
    /// Nothing may be edited: hide what edits.
    pub read_only: bool,
    pub act: Act,
    pub pen: Pen,
}

impl Stage {
    /// Words in the visitor's language.
    pub fn words(&self, text: &Text) -> String {
        text.in_language(self.language).to_string()
    }

    /// The instant at the pen.
    pub fn at(&self) -> Instant {
        self.run.trace.event(self.cursor).at
    }

    /// Whether only the pen has moved since.
    pub fn only_moved(&self, before: &Stage) -> bool {
        *self == Stage { scene: self.scene.clone(), cursor: self.cursor, ..before.clone() }
    }
}

/// What can be seen just after an event of a run that is not the one on the screen: from where it was last looked at.
#[hook]
pub fn use_scene(run: &Shared<Run>, event: EventIndex) -> Shared<Scene> {
    let replay = use_memo(run.clone(), |_| RefCell::new(Replay::default()));
    let scene = use_memo((run.clone(), event), |(run, event)| {
        let scene = run.approach(&mut replay.borrow_mut(), *event, EventIndex::MAX);
        Shared::new(scene.unwrap_or_else(|| run.sketch(*event)))
    });
    (*scene).clone()
}

/// What every view takes.
#[derive(Clone, PartialEq, Properties)]
pub struct StageProps {
    pub stage: Stage,
}

/// Where a view stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Beside the flow (under it on a tablet, in the sheet on a phone). In pieces if what changes with the pen are parts of
    /// the view ([`super::following`]): all of a large one would take a frame too long.
    Beside { in_pieces: bool },
    /// Below, one open at a time.
    Below(Section),
}

/// A view of a run. It draws its own heading.
pub struct View {
    pub spot: Spot,
    /// Whether the run has what the view shows.
    pub needs: fn(&Stage) -> bool,
    pub draw: fn(Stage) -> Html,
}

/// Whether any panel of the scene is of a kind: what most views beside the flow need.
pub fn has_panel(stage: &Stage, is: fn(&Panel) -> bool) -> bool {
    stage.scene.panels.iter().any(is)
}

/// Every view, in the order in which they stand.
pub static VIEWS: &[View] = &[
    View { spot: Spot::Beside { in_pieces: true }, needs: ledger::needed, draw: ledger::panels },
    View { spot: Spot::Beside { in_pieces: false }, needs: queue::needed, draw: queue::panels },
    View { spot: Spot::Beside { in_pieces: false }, needs: loads::needed, draw: loads::panels },
    View { spot: Spot::Beside { in_pieces: false }, needs: ring::needed, draw: ring::panels },
    View { spot: Spot::Beside { in_pieces: false }, needs: mailboxes::needed, draw: mailboxes::panels },
    View { spot: Spot::Below(Section::Events), needs: |_| true, draw: |stage| html! { <events::Events {stage} /> } },
    View {
        spot: Spot::Below(Section::Parameters),
        needs: |_| true,
        draw: |stage| html! { <parameters::Parameters {stage} /> },
    },
    View {
        spot: Spot::Below(Section::Topology),
        needs: |_| true,
        draw: |stage| html! { <topology::Topology {stage} /> },
    },
    View {
        spot: Spot::Below(Section::Charts),
        needs: charts::needed,
        draw: |stage| html! { <charts::Charts {stage} /> },
    },
    View { spot: Spot::Below(Section::Compare), needs: |_| true, draw: |stage| html! { <compare::Compare {stage} /> } },
    View { spot: Spot::Below(Section::Modelled), needs: |_| true, draw: modelled::modelled },
];
