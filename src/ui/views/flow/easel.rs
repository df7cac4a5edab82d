//! Keeps the flow in the document in step with the stage and the pen: moves the paper at once, and draws what is missing
//! in pieces, in the frames that follow.

use super::super::Stage;
use super::frame::{self, Parts};
use super::layout::Layout;
use super::mending::{Lack, Written};
use super::paper::{move_by, set};
use super::window::{Window, enter, missing};
use super::{outline, words};
use crate::ui::breaking::targets::SELECTED_ID;
use crate::ui::environment::{self, now_ms};
use crate::ui::frames::{self, Slot, WAIT_MS_MAX};
use crate::ui::selection::{Selection, Sweep};
use faultline::picture::flow::camera::{NIB_PX, tile_start};
use faultline::picture::flow::heads;
use faultline::picture::flow::ruler::RULER_DOWN_PX;
use faultline::picture::flow::{Orientation, Sheet};
use faultline::picture::path::written;
use faultline::sim::trace::EventIndex;
use web_sys::Element;

/// What is moved at every frame, in pixels of the sheet.
#[derive(Clone, Copy, PartialEq)]
struct Moved {
    paper: f64,
    /// How much of the view the pen has passed.
    passed: f64,
    pen: f64,
}

/// A place of the pen that is to be seen.
#[derive(Clone, Copy)]
pub(super) struct Goal {
    pub place: f64,
    /// Since when the picture waits, for this place or those before it, in real milliseconds.
    since_ms: f64,
}

/// Where an event stands along the axis.
pub(super) fn px(stage: &Stage, event: EventIndex) -> f64 {
    stage.axis.px(stage.run.trace.event(event).at)
}

/// Whether the pen has got to the stage's event at a place, and not to the next.
pub(super) fn is_there(stage: &Stage, pen: f64) -> bool {
    let next = (stage.cursor + 1).min(stage.run.len().saturating_sub(1));
    (px(stage, stage.cursor)..=px(stage, next)).contains(&pen)
}

/// The flow in the document.
pub struct Easel {
    pub(super) holder: Option<Element>,
    pub(super) stage: Option<Stage>,
    pub(super) parts: Option<Parts>,
    pub(super) layout: Option<Layout>,
    /// Of the holder, in pixels.
    pub(super) size: (f64, f64),
    /// Where the pen stands.
    pen: f64,
    /// Where it stands in the picture: behind, while what is in view of its place is still being drawn.
    pub(super) seen: f64,
    /// What is being drawn while the picture waits.
    pub(super) goal: Option<Goal>,
    pub(super) window: Option<Window>,
    /// Whether all marks in view are in the document.
    pub(super) complete: bool,
    /// Whether the ghost is another than the one in the document.
    conjured: bool,
    moved: Option<Moved>,
    pub(super) written: Option<Written>,
    /// The names of the nodes that are in the document.
    names: String,
    /// Whether the pointer says that there is something to point at.
    pub(super) beckons: bool,
    /// How much closer than usual somebody wants to look.
    pub(super) closer: f64,
    /// Dragged out just now.
    pub(super) sweep: Option<Sweep>,
    /// The selection whose outline is in the document.
    pub(super) marked: Option<Selection>,
    /// The events for which the document says that all marks are drawn, and that all words are written.
    pub(super) told: [Option<EventIndex>; 2],
    /// In whose name frames are asked for.
    pub slot: Slot,
}

impl Default for Easel {
    fn default() -> Easel {
        Easel {
            holder: None,
            stage: None,
            parts: None,
            layout: None,
            size: (0.0, 0.0),
            pen: 0.0,
            seen: 0.0,
            goal: None,
            window: None,
            complete: false,
            conjured: false,
            moved: None,
            written: None,
            names: String::new(),
            beckons: false,
            closer: 1.0,
            sweep: None,
            marked: None,
            told: [None; 2],
            slot: frames::slot(),
        }
    }
}

impl Easel {
    /// Takes another stage.
    pub fn show(&mut self, holder: &Element, stage: &Stage) {
        let before = self.stage.replace(stage.clone());
        self.holder = Some(holder.clone());
        self.pen = stage.pen.position();
        let same = |part: fn(&Stage, &Stage) -> bool| before.as_ref().is_some_and(|before| part(before, stage));
        let same_paper =
            same(|a, b| a.run == b.run && a.axis == b.axis && a.language == b.language && a.breadth == b.breadth);
        if !same_paper || self.layout.is_none() {
            if !is_there(stage, self.pen) {
                // The pen is about to be put there.
                self.pen = px(stage, stage.cursor);
            }
            self.lay_out();
        } else if !same(|a, b| a.ghost == b.ghost && a.preview == b.preview) {
            self.conjure();
        }
        if !same(|a, b| a.scene == b.scene) {
            self.name_nodes();
        }
        self.sweep = None;
        self.turn();
        self.tear(before.map(|before| before.cursor));
    }

    /// The paper tears before one's eyes where the pen passes a break; whoever goes back finds what is left torn.
    fn tear(&self, before: Option<EventIndex>) {
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &self.layout, &self.parts) else { return };
        let Some(before) = before else { return };
        if layout.flow.breaks().iter().any(|at| before < at.event && at.event <= stage.cursor) {
            set(&parts.root, "data-tears", "");
        } else if stage.cursor < before {
            drop(parts.root.remove_attribute("data-tears"));
        }
    }

    /// The holder has another size.
    pub fn resize(&mut self) {
        let Some(holder) = &self.holder else { return };
        let size = (f64::from(holder.client_width()), f64::from(holder.client_height()));
        if size != self.size {
            self.lay_out();
            self.turn();
        }
    }

    /// The pen moved: once a frame while playing.
    pub fn pen_at(&mut self, position: f64) {
        self.pen = position;
        self.turn();
    }

    /// Makes everything anew: another run, another size.
    pub(super) fn lay_out(&mut self) {
        let (Some(holder), Some(stage)) = (&self.holder, &self.stage) else { return };
        self.size = (f64::from(holder.client_width()), f64::from(holder.client_height()));
        let (width, height) = self.size;
        if width < 1.0 || height < 1.0 {
            return;
        }
        let layout = Layout::of(stage, self.size, self.closer);
        self.parts = frame::set_up(holder, stage, &layout, self.size);
        self.layout = Some(layout);
        (self.moved, self.written, self.marked, self.told) = (None, None, None, [None; 2]);
        (self.window, self.complete, self.beckons) = (None, false, false);
        self.names.clear();
        self.conjure();
        self.name_nodes();
        // Nothing stands there that could wait: what is in view is drawn at once.
        self.turn();
        while let Some(lack) = self.lack().filter(|lack| *lack != Lack::Nearby) {
            self.mend(lack);
        }
    }

    fn conjure(&mut self) {
        if let (Some(stage), Some(layout)) = (&self.stage, &mut self.layout) {
            layout.conjure(stage);
        }
        (self.goal, self.conjured) = (None, true);
    }

    /// The names of the nodes.
    fn name_nodes(&mut self) {
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &self.layout, &self.parts) else { return };
        let names = heads::names(&layout.sheet(stage), layout.heads, &stage.scene.nodes);
        if self.names != names {
            parts.heads.set_inner_html(&names);
            self.names = names;
        }
    }

    /// The sheet of the stage's run.
    pub fn sheet(&self) -> Option<Sheet<'_>> {
        Some(self.layout.as_ref()?.sheet(self.stage.as_ref()?))
    }

    /// Which tiles there must be with the pen at a place.
    pub(super) fn window_at(&self, pen: f64) -> Option<Window> {
        let (stage, layout) = (self.stage.as_ref()?, self.layout.as_ref()?);
        let shown_to = pen + NIB_PX / layout.geometry.zoom;
        Some(Window::of(&layout.camera, (pen, shown_to), !stage.first_play, self.window))
    }

    /// Brings what is in the document in step with the pen. Where something is missing in view of its place, the picture
    /// stays as it is until that is drawn: no blank paper is ever seen.
    pub(super) fn turn(&mut self) {
        // Whoever has gone on wants to see the new place, and something at all before long.
        let is_left = |goal: Goal| goal.place != self.pen && now_ms() < goal.since_ms + WAIT_MS_MAX;
        if self.goal.is_none_or(is_left) {
            let before = self.goal.take();
            let lacks = |window: Window, parts: &Parts| !missing(&parts.papers, window.in_view()).is_empty();
            match (self.window_at(self.pen), &self.parts) {
                (Some(window), Some(parts)) if self.window.is_some() && lacks(window, parts) => {
                    let since_ms = before.map_or_else(now_ms, |goal| goal.since_ms);
                    self.goal = Some(Goal { place: self.pen, since_ms });
                }
                _ => self.seen = self.pen,
            }
        }
        let Some(window) = self.window_at(self.seen) else { return };
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &self.layout, &mut self.parts) else { return };
        let sheet = layout.sheet(stage);
        let before = self.window;
        let origin = tile_start(window.origin);
        let moved = std::mem::take(&mut self.conjured) || before != Some(window);
        if moved {
            for (paper, tiles) in parts.papers.iter_mut().zip(window.nearby()) {
                paper.keep(&layout.geometry, tiles, origin);
            }
            let ghost = layout.ghost(stage, origin, window.near);
            if !ghost.is_empty() || parts.ghost_paper.has_child_nodes() {
                parts.ghost_paper.set_inner_html(&ghost);
            }
            if before.is_some_and(|before| before.origin != window.origin) {
                // Words are placed from the same zero, and those that are there lie far from this view.
                words::keep((&mut parts.labels, &mut parts.ticks), |_| false);
                self.written = None;
            }
            self.window = Some(window);
        }
        if moved || self.marked.as_ref() != Some(&stage.selection) || self.sweep.is_some() {
            let own = sheet.from_origin(origin);
            let path = match &self.sweep {
                Some(sweep) => Some(outline::sweep(&own, sweep)),
                None => outline::selected(&own, &stage.selection),
            };
            // Only what is there has the name by which a popover finds it.
            match path {
                Some(path) => {
                    set(&parts.selected, "d", &path);
                    set(&parts.selected, "id", SELECTED_ID);
                }
                None => {
                    drop(parts.selected.remove_attribute("id"));
                    drop(parts.selected.remove_attribute("d"));
                }
            }
            self.marked = Some(stage.selection.clone());
        }
        if missing(&parts.papers, window.in_view()).is_empty() {
            // Where a piece has left, its arrows come in from before the next one.
            enter(&sheet, &mut parts.papers);
        }
        self.move_paper(origin);
        self.look();
    }

    /// The paper moves; what the pen has passed shows in the inks. By whole pixels of the screen, so that what is on it
    /// stays sharp.
    fn move_paper(&mut self, origin: f64) {
        let (Some(layout), Some(parts)) = (&self.layout, &self.parts) else { return };
        let (geometry, camera) = (layout.geometry, layout.camera);
        let (orientation, zoom, start) = (geometry.orientation, geometry.zoom, camera.start(self.seen));
        let shown_to = self.seen + NIB_PX / zoom;
        let pixels = environment::window().device_pixel_ratio().max(1.0);
        let whole = |px: f64| (px * pixels).round() / pixels;
        let now = Moved {
            paper: whole((origin - start) * zoom),
            passed: whole((shown_to - start).clamp(0.0, camera.view) * zoom),
            pen: layout.heads + (self.seen - start) * zoom,
        };
        let before = self.moved.replace(now);
        if before == Some(now) {
            return;
        }
        for paper in [&parts.ghost_paper, &parts.gone_group, &parts.over, &parts.ruler] {
            move_by(paper, orientation, now.paper);
        }
        move_by(&parts.ahead_group, orientation, now.paper - now.passed);
        let (corner, extent) = match orientation {
            Orientation::Right => ("x", "width"),
            Orientation::Down => ("y", "height"),
        };
        if before.is_none_or(|before| before.passed != now.passed) {
            set(&parts.gone, extent, &written(now.passed));
            set(&parts.ahead, corner, &written(layout.heads + now.passed));
            set(&parts.ahead, extent, &written(camera.view * zoom - now.passed));
        }
        if before.is_none_or(|before| before.pen != now.pen) {
            let (x, y) = if orientation == Orientation::Right { (now.pen, 0.0) } else { (RULER_DOWN_PX, now.pen) };
            set(&parts.pen, "transform", &format!("translate({} {})", written(x), written(y)));
        }
    }
}
