//! What is missing in the document is put there in pieces, in the frames that follow: first the marks in view, then their
//! words, then what may come into view.

use super::super::Stage;
use super::easel::{Easel, is_there, px};
use super::frame::Parts;
use super::paper::{Paper, set};
use super::window::{Window, enter, hang, missing, undrawn};
use super::words;
use crate::ui::frames::Urgency;
use faultline::picture::flow::camera::{LABEL_AHEAD_PX, NIB_PX, tile_start};
use faultline::picture::flow::sheet::{LEAD_PX, TRAIL_PX};
use faultline::sim::trace::EventIndex;
use web_sys::Element;

/// So far the paper may move before words at its edges are looked at again, in pixels along the axis. They are a frame or
/// two later than the paper: words nearer to an edge than twice this are not shown, so that none is ever cut.
const SLACK_PX: f64 = 6.0;

/// What is not in the document yet, the most urgent first.
#[derive(Clone, Copy, PartialEq)]
pub enum Lack {
    /// Marks in view: they are not drawn…
    Marks,
    /// … or drawn and not in the document.
    Hanging,
    /// The words on them.
    Words,
    /// Marks that may come into view.
    Nearby,
}

impl Lack {
    pub fn urgency(self) -> Urgency {
        match self {
            Lack::Marks => Urgency::Picture,
            Lack::Hanging => Urgency::Hanging,
            Lack::Words => Urgency::Words,
            Lack::Nearby => Urgency::Ahead,
        }
    }
}

/// For what the words in the document were chosen.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Written {
    at: EventIndex,
    start: f64,
    origin: i64,
    first_play: bool,
}

/// The event that the pen has got to at a place: a hand's, before the stage knows of it, or the stage's; none where it
/// is on its way.
fn event_at(stage: &Stage, place: f64) -> Option<EventIndex> {
    let led = stage.pen.led().filter(|event| px(stage, *event) == place);
    led.or_else(|| is_there(stage, place).then_some(stage.cursor))
}

/// Has an attribute say another event than before, or none.
fn tell(root: &Element, name: &str, before: Option<EventIndex>, now: Option<EventIndex>) {
    match now {
        _ if now == before => {}
        Some(event) => set(root, name, &event.to_string()),
        None => drop(root.remove_attribute(name)),
    }
}

impl Easel {
    /// What is missing.
    pub fn lack(&self) -> Option<Lack> {
        let (window, parts) = (self.window?, self.parts.as_ref()?);
        if !self.complete {
            let place = self.goal.map_or(self.seen, |goal| goal.place);
            Some(if self.lacks_drawing(self.window_at(place)?, parts) { Lack::Marks } else { Lack::Hanging })
        } else if self.lacks_words() {
            Some(Lack::Words)
        } else {
            (!missing(&parts.papers, window.nearby()).is_empty()).then_some(Lack::Nearby)
        }
    }

    /// Whether marks in view are not drawn yet. While the picture waits, the arrows that come in at its new edges are too.
    fn lacks_drawing(&self, window: Window, parts: &Parts) -> bool {
        let (view, nearby) = (window.in_view(), window.nearby());
        let unprepared = |side: usize| parts.papers[side].unprepared(view[side], nearby[side]).is_some();
        undrawn(&parts.papers, view, window.at_pen).is_some() || self.goal.is_some() && (unprepared(0) || unprepared(1))
    }

    /// Does the next piece of what is missing; says whether more of the same is.
    pub fn mend(&mut self, lack: Lack) -> bool {
        // The pen may have gone on since the piece was asked for.
        if self.lack() != Some(lack) {
            return false;
        }
        match lack {
            Lack::Marks => self.draw(),
            Lack::Hanging => self.hang(),
            Lack::Words => self.write(),
            Lack::Nearby => self.go_ahead(),
        }
        self.lack() == Some(lack)
    }

    /// Draws the next piece of the marks in view.
    fn draw(&mut self) {
        let place = self.goal.map_or(self.seen, |goal| goal.place);
        let Some(window) = self.window_at(place) else { return };
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &self.layout, &mut self.parts) else { return };
        let sheet = layout.sheet(stage);
        match undrawn(&parts.papers, window.in_view(), window.at_pen) {
            Some((side, tile)) => parts.papers[side].draw(&sheet, tile),
            None => {
                let (view, nearby) = (window.in_view(), window.nearby());
                for side in [0, 1] {
                    parts.papers[side].prepare(&sheet, view[side], nearby[side]);
                }
            }
        }
    }

    /// Hangs the marks in view. While the picture waits, moving it is the last.
    fn hang(&mut self) {
        let place = self.goal.map_or(self.seen, |goal| goal.place);
        let Some(window) = self.window_at(place) else { return };
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &self.layout, &mut self.parts) else { return };
        hang(&mut parts.papers, window.in_view());
        if !missing(&parts.papers, window.in_view()).is_empty() {
            return;
        }
        if self.goal.is_some() {
            // All of it is there. If the pen has gone on, the next place is begun.
            (self.goal, self.seen) = (None, place);
            self.turn();
        } else {
            enter(&layout.sheet(stage), &mut parts.papers);
            self.look();
        }
    }

    /// The next piece of what may come into view.
    fn go_ahead(&mut self) {
        let (Some(stage), Some(layout), Some(parts), Some(window)) =
            (&self.stage, &self.layout, &mut self.parts, self.window)
        else {
            return;
        };
        let sheet = layout.sheet(stage);
        if let Some((side, tile)) = undrawn(&parts.papers, window.nearby(), window.at_pen) {
            return parts.papers[side].draw(&sheet, tile);
        }
        if let Some((side, tile)) = missing(&parts.papers, window.nearby()).first() {
            parts.papers[*side].hang(*tile);
            enter(&sheet, &mut parts.papers);
        }
    }

    /// For what words are to be chosen now.
    fn words_now(&self) -> Option<Written> {
        let (stage, layout, window) = (self.stage.as_ref()?, self.layout.as_ref()?, self.window?);
        let start = layout.camera.start(self.seen);
        let nearest = || stage.run.trace.event_at(stage.axis.nearest(self.seen));
        let at = event_at(stage, self.seen).unwrap_or_else(nearest);
        Some(Written { at, start, origin: window.origin, first_play: stage.first_play })
    }

    /// Whether there are other words than belong on the picture.
    fn lacks_words(&self) -> bool {
        let is_near =
            |a: Written, b: Written| (a.start - b.start).abs() < SLACK_PX && Written { start: b.start, ..a } == b;
        match (self.words_now(), self.written) {
            (Some(now), Some(before)) => !is_near(now, before),
            (now, _) => now.is_some(),
        }
    }

    /// Writes a few of the words in view, after the pieces before have found their places.
    fn write(&mut self) {
        let Some(now) = self.words_now() else { return };
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &mut self.layout, &mut self.parts) else { return };
        let (start, end) = (now.start, now.start + layout.camera.view);
        if let Some(page) = layout.missing_page(stage, (start, end)) {
            if layout.place(stage, page, self.seen) {
                // Words are known by where they lie in memory: those of a forgotten page must not be taken for its next ones.
                words::keep((&mut parts.labels, &mut parts.ticks), |page| layout.pages.contains_key(&page));
            }
            return;
        }
        let (camera, zoom) = (layout.camera, layout.geometry.zoom);
        let margin = 2.0 * SLACK_PX;
        let ends = (
            if start > -LEAD_PX { start + margin } else { start },
            if end < camera.length + TRAIL_PX { end - margin } else { end },
        );
        let view = words::View {
            at: now.at,
            ends,
            labels_until: self.seen + LABEL_AHEAD_PX / zoom,
            ruled_until: if stage.first_play { self.seen + NIB_PX / zoom } else { f64::INFINITY },
            origin: tile_start(now.origin),
        };
        if words::show((&mut parts.labels, &mut parts.ticks), &layout.sheet(stage), &layout.pages, &view) {
            return;
        }
        self.written = Some(now);
        self.tell();
    }

    /// Looks at what there is: whether the marks in view are whole.
    pub(super) fn look(&mut self) {
        let (Some(parts), Some(window)) = (&self.parts, self.window) else { return };
        let is_whole = missing(&parts.papers, window.in_view()).is_empty();
        self.complete = is_whole && parts.papers.iter().all(Paper::has_entered) && self.goal.is_none();
        self.tell();
    }

    /// Tells scripts that follow a run for which event all marks in view are drawn, and all words written.
    fn tell(&mut self) {
        let (Some(stage), Some(parts)) = (&self.stage, &self.parts) else { return };
        let drawn = event_at(stage, self.seen).filter(|_| self.complete);
        let written = drawn.filter(|_| !self.lacks_words());
        tell(&parts.root, "data-drawn", self.told[0], drawn);
        tell(&parts.root, "data-written", self.told[1], written);
        self.told = [drawn, written];
    }
}
