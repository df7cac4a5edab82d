//! Keeps the flow in the document in step with the stage and the pen.

use super::super::Stage;
use super::paper::{Paper, place, set};
use super::words;
use crate::ui::breaking::targets::SELECTED_ID;
use crate::ui::selection::{Anchor, Selection, Sweep};
use crate::ui::shared::Shared;
use crate::ui::views::Breadth;
use faultline::picture::axis::Axis;
use faultline::picture::flow::camera::{Camera, LABEL_AHEAD_PX, NIB_PX, TILE_PX, fitting, tile_start};
use faultline::picture::flow::labels::Page;
use faultline::picture::flow::lanes::{Area, Point};
use faultline::picture::flow::ruler::{RULER_DOWN_PX, RULER_RIGHT_PX, Tick};
use faultline::picture::flow::{Flow, Geometry, Orientation, Sheet, Target};
use faultline::picture::letters;
use faultline::picture::path::{Path, written};
use faultline::picture::svg::{self, HEADS_DOWN_PX};
use faultline::scenario::run::Run;
use faultline::sim::trace::NodeId;
use faultline::text::{Language, Text};
use std::collections::BTreeMap;
use web_sys::Element;

/// The column of heads: wide enough for names, or for titles where there is room.
const HEADS_NAMES_PX: f64 = 56.0;
const HEADS_TITLES_PX_MAX: f64 = 144.0;

/// The parts of the document that the easel moves.
struct Parts {
    root: Element,
    ghost_paper: Element,
    ahead: Element,
    ahead_group: Element,
    ahead_paper: Paper,
    gone: Element,
    gone_group: Element,
    gone_paper: Paper,
    over: Element,
    selected: Element,
    words: Element,
    ruler: Element,
    pen: Element,
    heads: Element,
}

/// Another run drawn behind.
struct Ghost {
    run: Shared<Run>,
    axis: Axis,
    flow: Flow,
}

/// What stands on the paper, laid out.
struct Layout {
    flow: Flow,
    geometry: Geometry,
    camera: Camera,
    /// The width of the column of heads, or the height of their row, in pixels.
    heads: f64,
    ghost: Option<Ghost>,
    pages: BTreeMap<usize, (Page, Vec<Tick>)>,
}

/// The first and the last tile: in view; of the run so far; of the run ahead.
type Window = ((i64, i64), (Option<(i64, i64)>, Option<(i64, i64)>));

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
    shown: Option<words::Identity>,
    /// How much of the view the pen has passed, in pixels.
    passed: Option<f64>,
    /// How much closer than usual somebody wants to look.
    closer: Option<f64>,
    /// Dragged out just now.
    sweep: Option<Sweep>,
    /// The selection whose outline is in the document.
    marked: Option<Selection>,
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
        let heads = heads_px(&stage, orientation, width);
        let across = match orientation {
            Orientation::Right => height - RULER_RIGHT_PX,
            Orientation::Down => width - RULER_DOWN_PX,
        };
        let geometry = Geometry::fit(orientation, lanes, across, flow.breaks().len());
        let along = if orientation == Orientation::Right { width } else { height };
        let zoom = fitting(along - heads, flow.length()) * self.closer.unwrap_or(1.0);
        let geometry = geometry.zoomed(zoom);
        let camera = Camera { view: (along - heads) / zoom, length: flow.length() };
        self.layout = Some(Layout { flow, geometry, camera, heads, ghost: None, pages: BTreeMap::new() });
        self.parts = self.set_up(&holder, &stage);
        (self.shown, self.passed, self.marked) = (None, None, None);
        self.conjure();
        self.name_nodes();
    }

    /// The empty frame: where the paper lies, what it is clipped by.
    fn set_up(&self, holder: &Element, stage: &Stage) -> Option<Parts> {
        let layout = self.layout.as_ref()?;
        let geometry = layout.geometry;
        let (width, height) = match geometry.orientation {
            Orientation::Right => (self.size.0, (geometry.across + RULER_RIGHT_PX).max(self.size.1)),
            Orientation::Down => ((geometry.across + RULER_DOWN_PX).max(self.size.0), self.size.1),
        };
        let lang = match stage.language {
            Language::English => "en",
            Language::SimplifiedChinese => "zh-Hans",
        };
        let label = stage.words(&stage.run.scenario.protocol.name());
        let (w, h) = (written(width), written(height));
        // The lanes' own view, without heads and ruler; what lies outside is clipped.
        let (x, y) = match geometry.orientation {
            Orientation::Right => (layout.heads, 0.0),
            Orientation::Down => (RULER_DOWN_PX, layout.heads),
        };
        let view = geometry.area(0.0, layout.camera.view, 0.0, geometry.across);
        let (vw, vh) = (written(view.width), written(view.height));
        let (x, y) = (written(x), written(y));
        let clip = |class: &str, inside: &str| {
            format!("<svg class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{vw}\" height=\"{vh}\">{inside}</svg>")
        };
        let group = "<g class=\"moving\"></g>";
        let ruler_at = match geometry.orientation {
            Orientation::Right => {
                format!("x=\"{x}\" y=\"{}\" width=\"{vw}\" height=\"{RULER_RIGHT_PX}\"", written(geometry.across))
            }
            Orientation::Down => format!("x=\"0\" y=\"{y}\" width=\"{RULER_DOWN_PX}\" height=\"{vh}\""),
        };
        let text = format!(
            "<svg class=\"paper {way}\" role=\"img\" lang=\"{lang}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">{ghost}{ahead}{gone}\
             <g class=\"pen\"></g>{over}<svg class=\"ruler\" {ruler_at}>{group}</svg><g class=\"heads\"></g></svg>",
            way = if geometry.orientation == Orientation::Right { "right" } else { "downwards" },
            ghost = clip("ghost", group),
            ahead = clip("ahead", group),
            gone = clip("gone", group),
            over = clip("over", "<g class=\"moving\"><path class=\"selected\"/><g class=\"words\"></g></g>"),
        );
        holder.set_inner_html(&text);
        let part = |selector: &str| holder.query_selector(selector).ok().flatten();
        let root = part("svg")?;
        set(&root, "aria-label", &label);
        let (ahead_group, gone_group) = (part(".ahead > g")?, part(".gone > g")?);
        let pen = part(".pen")?;
        pen.set_inner_html(&nib(&geometry));
        Some(Parts {
            ghost_paper: part(".ghost > g")?,
            ahead: part(".ahead")?,
            ahead_paper: Paper::new(&ahead_group)?,
            ahead_group,
            gone: part(".gone")?,
            gone_paper: Paper::new(&gone_group)?,
            gone_group,
            over: part(".over > g")?,
            selected: part(".selected")?,
            words: part(".words")?,
            ruler: part(".ruler > g")?,
            pen,
            heads: part(".heads")?,
            root,
        })
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

    /// The names of the nodes, with their titles where there is room.
    fn name_nodes(&self) {
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &self.layout, &self.parts) else { return };
        let geometry = layout.geometry;
        let mut text = String::new();
        for (index, node) in stage.run.topology.nodes.iter().enumerate() {
            let lane = geometry.lane(NodeId(index as u8));
            let face = stage.scene.nodes.get(index).map(|node| &node.face);
            let down = face.is_some_and(Option::is_none);
            let class = if down { "head start down" } else { "head start" };
            let name = if down { format!("{} ×", node.name) } else { node.name.to_string() };
            match geometry.orientation {
                Orientation::Right => {
                    let title = title(stage, &node.title);
                    let titled = layout.heads > HEADS_NAMES_PX
                        && geometry.lane_gap >= 44.0
                        && letters::width(&title) <= layout.heads - 16.0
                        && title != node.name;
                    svg::words(&mut text, class, 4.0, lane + if titled { -3.0 } else { 4.5 }, &name);
                    if titled {
                        svg::words(&mut text, "title start", 4.0, lane + 14.0, &title);
                    }
                }
                Orientation::Down => {
                    // A narrow lane has no room for the cross.
                    let class = if down { "head down" } else { "head" };
                    let crossed = if geometry.lane_gap >= 44.0 { name.as_str() } else { node.name };
                    svg::words(&mut text, class, RULER_DOWN_PX + lane, 25.0, crossed);
                }
            }
        }
        parts.heads.set_inner_html(&text);
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
        let tiles = camera.tiles(pen);
        let (first, last) = tiles;
        let shown_to = pen + NIB_PX / geometry.zoom;
        let at_pen = (shown_to / TILE_PX).floor() as i64;
        let some = |from: i64, to: i64| (from <= to).then_some((from, to));
        let gone = some(first, last.min(at_pen));
        // An arrow may reach one piece further than where it leaves.
        let ahead = if stage.first_play { None } else { some(first.max(at_pen - 1), last) };
        let origin = tile_start(first);
        let moved = self.window != Some((tiles, (gone, ahead)));
        if moved {
            let Some(sheet) = sheet_of(stage, layout) else { return };
            parts.gone_paper.hold(&sheet, gone, origin);
            parts.ahead_paper.hold(&sheet, ahead, origin);
            parts.ghost_paper.set_inner_html(&ghost(&sheet, layout.ghost.as_ref(), origin, tiles));
            self.window = Some((tiles, (gone, ahead)));
        }
        if moved || self.marked.as_ref() != Some(&stage.selection) || self.sweep.is_some() {
            if let Some(sheet) = sheet_of(stage, layout) {
                let path = match &self.sweep {
                    Some(sweep) => Some(sweep_path(&sheet.from_origin(origin), sweep)),
                    None => selected_path(&sheet.from_origin(origin), &stage.selection),
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
        self.write(start, origin);
    }

    /// The words in view: written anew only when others come into view.
    fn write(&mut self, start: f64, origin: f64) {
        let (Some(stage), Some(layout), Some(parts)) = (&self.stage, &mut self.layout, &self.parts) else { return };
        let end = start + layout.camera.view;
        let Some(sheet) = sheet_of(stage, layout) else { return };
        let (first, last) = (sheet.page_at(start), sheet.page_at(end));
        let missing: Vec<(usize, (Page, Vec<Tick>))> = (first..=last)
            .filter(|page| !layout.pages.contains_key(page))
            .map(|page| {
                let own = sheet.from_origin(sheet.page_ends(page).0);
                (page, (own.labels(page), own.ruler(page)))
            })
            .collect();
        layout.pages.retain(|page, _| *page + 2 >= first && *page <= last + 2);
        layout.pages.extend(missing);
        let zoom = layout.geometry.zoom;
        let ruled = if stage.first_play { self.pen + NIB_PX / zoom } else { f64::INFINITY };
        let until = (self.pen + LABEL_AHEAD_PX / zoom, ruled);
        let Some(sheet) = sheet_of(stage, layout) else { return };
        let shown = words::shown(&sheet, &layout.pages, stage.cursor, (start, end), until, origin);
        if self.shown.as_ref() != Some(&shown.identity) {
            parts.words.set_inner_html(&words::labels(&sheet, &shown, origin));
            parts.ruler.set_inner_html(&words::ticks(&sheet, &shown, origin));
            self.shown = Some(shown.identity);
        }
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
    pub fn beckon(&self, pointing: bool) {
        if let Some(parts) = &self.parts {
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

/// A node's title without the gloss that follows it in Chinese: 协调者（coordinator）.
fn title(stage: &Stage, title: &Text) -> String {
    let words = stage.words(title);
    words.split('（').next().unwrap_or_default().to_string()
}

/// How much room the heads take along the axis.
fn heads_px(stage: &Stage, orientation: Orientation, width: f64) -> f64 {
    if orientation == Orientation::Down {
        return HEADS_DOWN_PX;
    }
    let titles = stage.run.topology.nodes.iter().map(|node| letters::width(&title(stage, &node.title)) + 16.0);
    let widest = titles.fold(HEADS_NAMES_PX, f64::max).ceil();
    if width >= 640.0 && widest <= HEADS_TITLES_PX_MAX { widest } else { HEADS_NAMES_PX }
}

/// The pen: a line across the lanes with its nib at the edge.
fn nib(geometry: &Geometry) -> String {
    let mut line = Path::default();
    let mut nib = Path::default();
    let geometry = geometry.from_origin(0.0);
    let at = |along: f64, across: f64| {
        let point = geometry.point(along, across);
        (point.x, point.y)
    };
    line.stroke(at(0.0, 0.0), at(0.0, geometry.across));
    let half = 5.0 / geometry.zoom;
    nib.outline(&[at(-half, 0.0), at(half, 0.0), at(0.0, 7.0)]);
    format!("<path class=\"edge\" d=\"{}\"/><path class=\"nib\" d=\"{}\"/>", line.text(), nib.text())
}

/// The other run's arrows in the pieces in view.
fn ghost(present: &Sheet, ghost: Option<&Ghost>, origin: f64, (first, last): (i64, i64)) -> String {
    let Some(ghost) = ghost else { return String::new() };
    let sheet = Sheet { run: &ghost.run, axis: &ghost.axis, flow: &ghost.flow, ..*present }.from_origin(origin);
    let mut text = String::new();
    for mark in sheet.draw_ghost(present, tile_start(first), tile_start(last + 1)) {
        svg::group(&mut text, &mark);
    }
    text
}

/// What is selected, outlined.
fn selected_path(sheet: &Sheet, selection: &Selection) -> Option<String> {
    match selection {
        Selection::None => None,
        Selection::Message(message) => sheet.ring(Target::Message(*message)),
        Selection::Event(event) => {
            let last = sheet.run.len().checked_sub(1)?;
            let event = (*event).min(last);
            sheet.ring(Target::Event { node: sheet.run.trace.event(event).node, event })
        }
        Selection::Node { node, event } => sheet.ring(Target::Event { node: *node, event: *event }),
        Selection::Sweep(sweep) => Some(sweep_path(sheet, sweep)),
    }
}

/// What is marked by dragging, outlined.
fn sweep_path(sheet: &Sheet, sweep: &Sweep) -> String {
    /// How far the outline of a sweep stands from its lane or gap.
    const AROUND_PX: f64 = 14.0;
    let geometry = sheet.geometry;
    let (across, from, to) = match sweep {
        Sweep::Along { node, from, to } => (geometry.lane(*node), from, to),
        Sweep::Across { sides: [before, _], from, to } => {
            let last = before.iter().map(|node| node.0).max().unwrap_or(0);
            (geometry.at_lane(f64::from(last) + 0.5), from, to)
        }
    };
    let (from, to) = (sheet.axis.px(*from), sheet.axis.px(*to));
    let across = across + sheet.flow.shift(from);
    let Area { x, y, width, height } = geometry.area(from, to.max(from + 2.0), across - AROUND_PX, across + AROUND_PX);
    let mut path = Path::default();
    path.outline(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)]);
    path.text()
}
