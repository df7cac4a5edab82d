//! The run on the screen and everything that belongs to it.

use super::history::History;
use super::{EntryHandle, Section};
use crate::ui::exploring::beside::Beside;
use crate::ui::lab;
use crate::ui::selection::{Anchor, Selection, Sweep};
use crate::ui::shared::Shared;
use crate::ui::store::Pointing;
use faultline::picture::axis::{Axis, Scale};
use faultline::picture::thumbnail::Thumbnail;
use faultline::protocols::Protocol;
use faultline::scenario::Scenario;
use faultline::scenario::compare::carry;
use faultline::scenario::link;
use faultline::scenario::replay::Replay;
use faultline::scenario::run::{Run, SNAPSHOT_EVERY_EVENTS, Scene};
use faultline::sim::time::Instant;
use faultline::sim::trace::EventIndex;
use faultline::text::Text;
use std::cell::RefCell;
use std::rc::Rc;

/// How fast the pen goes, in percent of 96 px a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(pub u16);

impl Speed {
    pub const NORMAL: Speed = Speed(100);
    pub const ALL: [Speed; 5] = [Speed(25), Speed(50), Speed(100), Speed(200), Speed(400)];
}

/// How the pen stands, wherever that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub playing: bool,
    pub at_start: bool,
    pub at_end: bool,
}

/// What the open popover is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Popover {
    Verbs(Pointing),
    Swept(Sweep, Anchor),
}

/// What a verb would lead to.
#[derive(Clone, PartialEq)]
pub struct Preview {
    pub run: Shared<Run>,
    /// What the verb does, in full: "Crash c just after it sends commit 1 to p1".
    pub what: Text,
    /// The first event of the previewed run that differs from the run on the bench; none if nothing would change.
    pub differs_at: Option<EventIndex>,
}

/// The run on the screen.
#[derive(Clone)]
pub struct Bench {
    /// The catalogue scenario that it began as.
    pub entry: Option<EntryHandle>,
    /// The scenario that the link opened with, whatever became of it.
    pub author: Shared<Scenario>,
    pub run: Shared<Run>,
    pub axis: Shared<Axis>,
    /// What can be seen at the pen, or could be where it stood before.
    pub scene: Shared<Scene>,
    /// Whether the pen has left the place of the scene: what can be seen at the pen is on its way.
    pub behind: bool,
    /// Where the run was last replayed to.
    pub replay: Shared<RefCell<Replay>>,
    /// The event at the pen.
    pub cursor: EventIndex,
    /// The pen goes there before one's eyes: somebody beside the run has sent it.
    pub glides: bool,
    /// The run before the last edit, until the next action.
    pub ghost: Option<Shared<Run>>,
    pub preview: Option<Preview>,
    /// The run beside this one in a comparison.
    pub compared: Option<Shared<Run>>,
    /// The run on the screen was found by a search: the visitor's own, beside it.
    pub beside: Option<Shared<Beside>>,
    pub playing: bool,
    pub speed: Speed,
    /// Whether the visitor has touched the run: until then the paper ahead is blank and the first play ends at rest
    /// where everything is blocked.
    pub touched: bool,
    pub selection: Selection,
    pub popover: Option<Popover>,
    pub section: Option<Section>,
    /// Every property is listed under the verdict line.
    pub lists_verdicts: bool,
    /// On a phone: whether the sheet with the sections is open.
    pub sheet: bool,
    /// The part of the run that plays, if not all of it.
    pub range: link::Range,
    /// By touch, dragging draws.
    pub breaking: bool,
    pub history: History,
    /// Earlier runs with their pictures, the latest first, at most [`EARLIER_MAX`].
    pub earlier: Vec<(Shared<Run>, Rc<Thumbnail>)>,
    /// What to tell of an old link that no longer replays to the same end.
    pub warning: Option<Text>,
    /// How long the worker took to make the run, in real microseconds, if it made it.
    pub took_micros: Option<u64>,
    /// The digest that the link promised for the whole run, in case only its beginning is there.
    pub expected: Option<u32>,
}

/// How many earlier runs stand as small pictures.
pub const EARLIER_MAX: usize = 6;

impl Bench {
    /// A scenario, run and laid out, with the pen at its start.
    pub fn open(scenario: Scenario, entry: Option<EntryHandle>) -> Bench {
        let run = lab::begin(scenario.clone());
        Bench {
            entry,
            author: Shared::new(scenario),
            axis: Shared::new(Axis::of(&run, Scale::Folded)),
            scene: Shared::new(run.scene(0)),
            behind: false,
            replay: Shared::new(RefCell::default()),
            run,
            cursor: 0,
            glides: false,
            ghost: None,
            preview: None,
            compared: None,
            beside: None,
            playing: false,
            speed: Speed::NORMAL,
            touched: false,
            selection: Selection::None,
            popover: None,
            section: None,
            lists_verdicts: false,
            sheet: false,
            range: link::Range::default(),
            breaking: false,
            history: History::default(),
            earlier: Vec::new(),
            warning: None,
            took_micros: None,
            expected: None,
        }
    }

    /// The pen at an event, with what can be seen there.
    pub fn seek(&mut self, event: EventIndex) {
        self.place(event, |bench| {
            bench.run.approach(&mut bench.replay.borrow_mut(), bench.cursor, SNAPSHOT_EVERY_EVENTS)
        });
    }

    /// The pen at an event that a hand passes: what only a replay can tell has frames of its own.
    pub fn pass(&mut self, event: EventIndex) {
        self.place(event, |_| None);
    }

    fn place(&mut self, event: EventIndex, near: impl FnOnce(&Bench) -> Option<Scene>) {
        let event = event.min(self.run.len().saturating_sub(1));
        self.glides = false;
        if event == self.cursor && self.scene.event == event {
            return;
        }
        self.cursor = event;
        let near = near(self);
        self.behind = near.is_none();
        // Until it is known what can be seen there, what was seen before stands: nothing flickers.
        let fits = self.scene.nodes.len() == self.run.topology.nodes.len();
        if let Some(scene) = near.or_else(|| (!fits).then(|| self.run.sketch(event))) {
            self.scene = Shared::new(scene);
        }
    }

    /// The pen at an instant, on a way that one sees.
    pub fn glide(&mut self, to: Instant) {
        self.seek(self.run.trace.event_at(to));
        self.glides = true;
    }

    /// Whether a hand that takes the pen along moves the pen and does nothing else.
    pub fn is_calm(&self) -> bool {
        let shows_more = self.ghost.is_some() || self.preview.is_some() || self.popover.is_some();
        self.touched && !self.playing && !self.glides && !shows_more && self.selection == Selection::None
    }

    /// How the pen stands.
    pub fn standing(&self) -> Standing {
        Standing { playing: self.playing, at_start: self.cursor == 0, at_end: self.cursor + 1 >= self.run.len() }
    }

    /// The first event that plays.
    pub fn plays_from(&self) -> EventIndex {
        self.range.from.map_or(0, |from| self.run.trace.event_at(from))
    }

    /// The last event that plays.
    pub fn plays_to(&self) -> EventIndex {
        let last = self.run.len().saturating_sub(1);
        self.range.to.map_or(last, |to| self.run.trace.event_at(to))
    }

    /// The instant at the pen.
    pub fn at(&self) -> Instant {
        self.run.trace.event(self.cursor).at
    }

    /// Puts the same seed and faults under another protocol beside this run, or nothing.
    pub fn compare_with(&mut self, protocol: Option<&'static dyn Protocol>) {
        self.compared = protocol.map(|protocol| lab::begin(carry(&self.run, protocol).scenario));
    }

    /// The axis folded, or true to scale.
    pub fn rescale(&mut self, scale: Scale) {
        self.axis = self.axis_of(&self.run, scale);
    }

    /// The axis of a run on the screen: one with the run that stands beside it.
    fn axis_of(&self, run: &Run, scale: Scale) -> Shared<Axis> {
        match &self.beside {
            Some(beside) => beside.axis_with(run, scale),
            None => Shared::new(Axis::of(run, scale)),
        }
    }

    /// The whole of a run of which the beginning is on the screen: the pen stays.
    pub fn complete(&mut self, whole: Shared<Run>, took_micros: u64) {
        let cursor = self.cursor;
        self.replace_run(whole);
        self.seek(cursor);
        self.took_micros = Some(took_micros);
        if let Some(digest) = self.expected {
            self.warning = self.warning.take().or_else(|| link::mismatch(digest, self.run.digest));
        }
    }

    /// Another run in place of this one; the pen is placed by the caller.
    pub fn replace_run(&mut self, run: Shared<Run>) {
        self.axis = self.axis_of(&run, self.axis.scale());
        self.run = run;
        self.replay = Shared::new(RefCell::default());
        self.took_micros = None;
        self.cursor = EventIndex::MAX;
    }
}
