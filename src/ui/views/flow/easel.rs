//! Keeps the flow in the document in step with the stage and the pen.

use super::super::Stage;
use super::frame::{self, Parts};
use super::paper::{place, set};
use super::{outline, words};
use crate::ui::breaking::targets::SELECTED_ID;
use crate::ui::selection::{Anchor, Selection, Sweep};
use crate::ui::shared::Shared;
use crate::ui::views::Breadth;
use faultline::picture::axis::Axis;
use faultline::picture::flow::camera::{Camera, LABEL_AHEAD_PX, NIB_PX, TILE_PX, fitting, tile_start};
use faultline::picture::flow::heads;
use faultline::picture::flow::labels::Page;
use faultline::picture::flow::lanes::{Area, Point};
use faultline::picture::flow::ruler::{RULER_DOWN_PX, RULER_RIGHT_PX, Tick};
use faultline::picture::flow::{Flow, Geometry, Orientation, Sheet};
use faultline::picture::path::written;
use faultline::picture::svg;
use faultline::scenario::run::Run;
use faultline::sim::trace::EventIndex;
use faultline::sorted::SortedMap;
use gloo::render::AnimationFrame;
use web_sys::Element;

/// Another run drawn behind.
pub struct Ghost {
    run: Shared<Run>,
    axis: Axis,
    flow: Flow,
}

/// What stands on the paper, laid out.
pub struct Layout {
    flow: Flow,
    pub geometry: Geometry,
    pub camera: Camera,
    /// The width of the column of heads, or the height of their row, in pixels.
    pub heads: f64,
    ghost: Option<Ghost>,
    pages: SortedMap<usize, (Page, Vec<Tick>)>,
}

/// The first and the last tile: in view; of the run so far; of the run ahead.
type Window = ((i64, i64), (Option<(i64, i64)>, Option<(i64, i64)>));

/// How much of a window is in the document.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Progress {
    #[default]
    Complete,
    /// A piece of paper or a page of words is missing beside what is there.
    Growing,
    /// All of it is elsewhere: words wait for their paper.
    Leapt,
}

/// The flow in the document.
#[derive(Default)]
pub struct Easel {
    holder: Option<Element>,
    stage: Option<Stage>,
    parts: Option<Parts>,
    layout: Option<Layout>,
    /// Of the holder, in pixels.
    size: (f64, f64),
    pen: f64,
    /// Which tiles are in view, and which of them stand on either side of the pen.
    window: Option<Window>,
    /// How far the drawing of that window is: a frame draws one piece of it, so that none takes long.
    progress: Progress,
    shown: Option<words::Identity>,
    /// How much of the view the pen has passed, in pixels.
    passed: Option<f64>,
    /// The names of the nodes that are in the document.
    names: String,
    /// Whether the pointer says that there is something to point at.
    beckons: bool,
    /// How much closer than usual somebody wants to look.
    closer: Option<f64>,
    /// Dragged out just now.
    sweep: Option<Sweep>,
    /// The selection whose outline is in the document.
    marked: Option<Selection>,
    /// The event for which the document says that everything is drawn.
    told: Option<EventIndex>,
    /// The frame in which the drawing goes on.
    pub next: Option<AnimationFrame>,
}

impl Easel {
    /// Draws what changed since the last stage.
    pub fn show(&mut self, holder: &Element, stage: &Stage) {
        let before = self.stage.replace(stage.clone());
        self.holder = Some(holder.clone());
        self.pen = stage.pen.position();
        let same = |part: fn(&Stage, &Stage) -> bool| before.as_ref().is_some_and(|before| part(before, stage));
        let same_paper =
            same(|a, b| a.run == b.run && a.axis == b.axis && a.language == b.language && a.breadth == b.breadth);
        if !same_paper || self.layout.is_none() {
            self.lay_out();
        } else if !same(|a, b| a.ghost == b.ghost && a.preview == b.preview) {
            self.conjure();
        } else if !same(|a, b| a.first_play == b.first_play) {
            self.window = None;
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

    /// Whether everything in view is drawn.
    pub fn is_complete(&self) -> bool {
        self.progress == Progress::Complete
    }

    /// The frame has come: draws the next piece of what is missing.
    pub fn go_on(&mut self) {
        self.next = None;
        self.turn();
    }

    fn orientation(stage: &Stage) -> Orientation {
        if stage.breadth == Breadth::Phone { Orientation::Down } else { Orientation::Right }
    }

    /// Makes everything anew: another run, another size.
    fn lay_out(&mut self) {
        let (Some(holder), Some(stage)) = (self.holder.clone(), self.stage.clone()) else { return };
        self.size = (f64::from(holder.client_width()), f64::from(holder.client_height()));
        let (width, height) = self.size;
        if width < 1.0 || height < 1.0 {
            return;
        }
        let orientation = Easel::orientation(&stage);
        let flow = Flow::of(&stage.run, &stage.axis);
        let lanes = stage.run.topology.nodes.len();
        let heads = heads::extent(&stage.run, stage.language, orientation, width);
        let across = match orientation {
            Orientation::Right => height - RULER_RIGHT_PX,
            Orientation::Down => width - RULER_DOWN_PX,
        };
        let geometry = Geometry::fit(orientation, lanes, across, flow.breaks().len());
        let along = if orientation == Orientation::Right { width } else { height };
        let zoom = fitting(along - heads, flow.length()) * self.closer.unwrap_or(1.0);
        let geometry = geometry.zoomed(zoom);
        let camera = Camera { view: (along - heads) / zoom, length: flow.length() };
        self.layout = Some(Layout { flow, geometry, camera, heads, ghost: None, pages: SortedMap::new() });
        self.parts = self.layout.as_ref().and_then(|layout| frame::set_up(&holder, &stage, layout, self.size));
        (self.shown, self.passed, self.marked, self.beckons) = (None, None, None, false);
        (self.progress, self.told) = (Progress::Leapt, None);
        self.names.clear();
        self.conjure();
        self.name_nodes();
    }

    /// The ghost: what a verb would lead to, or else the run before the last edit.
    fn conjure(&mut self) {
        let (Some(stage), Some(layout)) = (&self.stage, &mut self.layout) else { return };
        let ghost = stage.preview.as_ref().or(stage.ghost.as_ref());
        layout.ghost = ghost.filter(|ghost| **ghost != stage.run).map(|run| {
            let axis = stage.axis.extended(run);
            let flow = Flow::of(run, &axis);
            Ghost { run: run.clone(), axis, flow }
        });
        self.window = None;
    }

    /// The names of the nodes.
    fn name_nodes(&mut self) {
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &self.layout, &self.parts) else { return };
        let Some(sheet) = sheet_of(stage, layout) else { return };
        let names = heads::names(&sheet, layout.heads, &stage.scene.nodes);
        if self.names != names {
            parts.heads.set_inner_html(&names);
            self.names = names;
        }
    }

    /// The sheet of the stage's run.
    pub fn sheet(&self) -> Option<Sheet<'_>> {
        sheet_of(self.stage.as_ref()?, self.layout.as_ref()?)
    }

    /// Brings the document in step with the pen.
    fn turn(&mut self) {
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &mut self.layout, &mut self.parts) else { return };
        let (geometry, camera, pen) = (layout.geometry, layout.camera, self.pen);
        let start = camera.start(pen);
        let held = self.window.map(|(tiles, _)| tiles);
        // Neighbours come when the view itself is drawn.
        let unfinished = held.filter(|held| self.progress != Progress::Complete && camera.is_covered(pen, *held));
        let tiles = unfinished.unwrap_or_else(|| camera.hold(pen, held));
        let (first, last) = tiles;
        let shown_to = pen + NIB_PX / geometry.zoom;
        let at_pen = (shown_to / TILE_PX).floor() as i64;
        let some = |from: i64, to: i64| (from <= to).then_some((from, to));
        let gone = some(first, last.min(at_pen));
        // An arrow may reach one piece further than where it leaves.
        let ahead = if stage.first_play { None } else { some(first.max(at_pen - 1), last) };
        let origin = tile_start(first);
        let moved = self.window != Some((tiles, (gone, ahead)));
        let mut whole = true;
        if moved || self.progress != Progress::Complete {
            let Some(sheet) = sheet_of(stage, layout) else { return };
            let mut draws = true;
            whole = parts.gone_paper.hold(&sheet, gone, origin, at_pen, &mut draws);
            whole &= parts.ahead_paper.hold(&sheet, ahead, origin, at_pen, &mut draws);
        }
        if moved {
            let Some(sheet) = sheet_of(stage, layout) else { return };
            if held.is_some_and(|held| held.1 < first || held.0 > last) {
                self.progress = Progress::Leapt;
            }
            parts.ghost_paper.set_inner_html(&ghost(&sheet, layout.ghost.as_ref(), origin, tiles));
            self.window = Some((tiles, (gone, ahead)));
        }
        if moved || self.marked.as_ref() != Some(&stage.selection) || self.sweep.is_some() {
            if let Some(sheet) = sheet_of(stage, layout) {
                let path = match &self.sweep {
                    Some(sweep) => Some(outline::sweep(&sheet.from_origin(origin), sweep)),
                    None => outline::selected(&sheet.from_origin(origin), &stage.selection),
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
            }
            self.marked = Some(stage.selection.clone());
        }
        // The paper moves; what the pen has passed shows in the inks.
        let offset = origin - start;
        for paper in [&parts.ghost_paper, &parts.gone_group, &parts.over, &parts.ruler] {
            place(paper, &geometry, offset);
        }
        let passed = (shown_to - start).clamp(0.0, camera.view);
        place(&parts.ahead_group, &geometry, offset - passed);
        let (corner, extent) = match geometry.orientation {
            Orientation::Right => ("x", "width"),
            Orientation::Down => ("y", "height"),
        };
        if self.passed != Some(passed) {
            set(&parts.gone, extent, &written(passed * geometry.zoom));
            set(&parts.ahead, corner, &written(layout.heads + passed * geometry.zoom));
            set(&parts.ahead, extent, &written((camera.view - passed) * geometry.zoom));
            self.passed = Some(passed);
        }
        let at = layout.heads + (pen - start) * geometry.zoom;
        let (x, y) = if geometry.orientation == Orientation::Right { (at, 0.0) } else { (RULER_DOWN_PX, at) };
        set(&parts.pen, "transform", &format!("translate({} {})", written(x), written(y)));
        if !whole && self.progress == Progress::Leapt {
            self.wipe();
            return;
        }
        whole &= self.write(start, origin);
        self.progress = if whole { Progress::Complete } else { Progress::Growing };
        self.tell();
    }

    /// Takes the words away that belong to another place.
    fn wipe(&mut self) {
        if let Some(parts) = self.parts.as_ref().filter(|_| self.shown.take().is_some()) {
            parts.words.set_inner_html("");
            parts.ruler.set_inner_html("");
        }
        self.tell();
    }

    /// Says for which event everything in view is drawn, for scripts that follow a run.
    fn tell(&mut self) {
        let drawn = self.stage.as_ref().map(|stage| stage.cursor).filter(|_| self.progress == Progress::Complete);
        let Some(parts) = self.parts.as_ref().filter(|_| self.told != drawn) else { return };
        self.told = drawn;
        match drawn {
            Some(event) => set(&parts.root, "data-drawn", &event.to_string()),
            None => drop(parts.root.remove_attribute("data-drawn")),
        }
    }

    /// The words in view: written anew only when others come into view, a page in a frame. Whether all are there.
    fn write(&mut self, start: f64, origin: f64) -> bool {
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &mut self.layout, &self.parts) else {
            return true;
        };
        let end = start + layout.camera.view;
        let Some(sheet) = sheet_of(stage, layout) else { return true };
        let (first, last) = (sheet.page_at(start), sheet.page_at(end));
        let mut missing = (first..=last).filter(|page| !layout.pages.contains_key(page));
        let next = missing.next().map(|page| {
            let own = sheet.from_origin(sheet.page_ends(page).0);
            (page, (own.labels(page), own.ruler(page)))
        });
        let whole = missing.next().is_none();
        layout.pages.retain(|page, _| *page + 2 >= first && *page <= last + 2);
        if let Some((page, words)) = next {
            layout.pages.insert(page, words);
        }
        let zoom = layout.geometry.zoom;
        let ruled = if stage.first_play { self.pen + NIB_PX / zoom } else { f64::INFINITY };
        let until = (self.pen + LABEL_AHEAD_PX / zoom, ruled);
        let Some(sheet) = sheet_of(stage, layout) else { return true };
        let shown = words::shown(&sheet, &layout.pages, stage.cursor, (start, end), until, origin);
        if self.shown.as_ref() != Some(&shown.identity) {
            parts.words.set_inner_html(&words::labels(&sheet, &shown, origin));
            parts.ruler.set_inner_html(&words::ticks(&sheet, &shown, origin));
            self.shown = Some(shown.identity);
        }
        whole
    }

    /// Looks closer, or from farther away.
    pub fn zoom(&mut self, by: f64) {
        /// Beyond these nothing new is seen.
        const CLOSER: (f64, f64) = (0.5, 4.0);
        let before = self.closer.unwrap_or(1.0);
        let closer = (before * by).clamp(CLOSER.0, CLOSER.1);
        if closer != before {
            self.closer = Some(closer);
            self.lay_out();
            self.turn();
        }
    }

    /// A point of the viewport as a point of the sheet.
    pub fn locate(&self, x: f64, y: f64) -> Option<Point> {
        let (layout, parts) = (self.layout.as_ref()?, self.parts.as_ref()?);
        let rect = parts.root.get_bounding_client_rect();
        let (x, y) = (x - rect.left(), y - rect.top());
        let start = layout.camera.start(self.pen) * layout.geometry.zoom;
        Some(match layout.geometry.orientation {
            Orientation::Right => Point { x: x - layout.heads + start, y },
            Orientation::Down => Point { x: x - RULER_DOWN_PX, y: y - layout.heads + start },
        })
    }

    /// Where an area of the sheet is in the viewport, as far as it is in view.
    pub fn anchor(&self, area: Area) -> Option<Anchor> {
        let (layout, parts) = (self.layout.as_ref()?, self.parts.as_ref()?);
        let rect = parts.root.get_bounding_client_rect();
        let start = layout.camera.start(self.pen) * layout.geometry.zoom;
        let (left, top) = match layout.geometry.orientation {
            Orientation::Right => (area.x + layout.heads - start, area.y),
            Orientation::Down => (area.x + RULER_DOWN_PX, area.y + layout.heads - start),
        };
        let (right, bottom) = ((left + area.width).min(self.size.0), (top + area.height).min(self.size.1));
        let (left, top) = (left.max(0.0), top.max(0.0));
        Some(Anchor {
            left: rect.left() + left,
            top: rect.top() + top,
            width: (right - left).max(0.0),
            height: (bottom - top).max(0.0),
        })
    }

    /// Shows what is being dragged out, or takes it away.
    pub fn sweep(&mut self, sweep: Option<Sweep>) {
        if self.sweep != sweep {
            self.sweep = sweep;
            self.marked = None;
            self.turn();
        }
    }

    /// Says by the pointer whether there is something to point at.
    pub fn beckon(&mut self, pointing: bool) {
        if let Some(parts) = self.parts.as_ref().filter(|_| self.beckons != pointing) {
            self.beckons = pointing;
            set(&parts.root, "data-pointing", if pointing { "yes" } else { "no" });
        }
    }

    /// Keeps receiving a pointer that leaves the holder.
    pub fn hold_pointer(&self, pointer: i32) {
        if let Some(holder) = &self.holder {
            // It may have been released in the meantime; then there is nothing to hold.
            drop(holder.set_pointer_capture(pointer));
        }
    }
}

fn sheet_of<'a>(stage: &'a Stage, layout: &'a Layout) -> Option<Sheet<'a>> {
    Some(Sheet {
        run: &stage.run,
        axis: &stage.axis,
        flow: &layout.flow,
        geometry: layout.geometry,
        language: stage.language,
    })
}

/// The other run's arrows in the pieces in view.
fn ghost(present: &Sheet, ghost: Option<&Ghost>, origin: f64, (first, last): (i64, i64)) -> String {
    let Some(ghost) = ghost else { return String::new() };
    let sheet = Sheet { run: &ghost.run, axis: &ghost.axis, flow: &ghost.flow, ..*present }.from_origin(origin);
    let mut text = String::new();
    svg::marks(&mut text, &sheet.draw_ghost(present, tile_start(first), tile_start(last + 1)));
    text
}
