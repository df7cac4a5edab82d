//! What stands on the paper, laid out for a holder of some size.

use super::super::Stage;
use crate::ui::shared::Shared;
use crate::ui::views::Breadth;
use faultline::picture::axis::Axis;
use faultline::picture::flow::camera::{Camera, fitting, tile_start};
use faultline::picture::flow::heads;
use faultline::picture::flow::labels::Page;
use faultline::picture::flow::place::Placing;
use faultline::picture::flow::ruler::{RULER_DOWN_PX, RULER_RIGHT_PX, Tick};
use faultline::picture::flow::{Flow, Geometry, Orientation, Sheet};
use faultline::picture::svg;
use faultline::scenario::run::Run;
use faultline::sorted::SortedMap;

/// Another run drawn behind.
struct Ghost {
    run: Shared<Run>,
    axis: Axis,
    flow: Flow,
}

/// See the module's own words.
pub struct Layout {
    pub flow: Flow,
    pub geometry: Geometry,
    pub camera: Camera,
    /// The width of the column of heads, or the height of their row, in pixels.
    pub heads: f64,
    ghost: Option<Ghost>,
    /// The pages whose words are placed.
    pub pages: SortedMap<usize, (Page, Vec<Tick>)>,
    /// The page whose words are being placed.
    placing: Option<(usize, Placing)>,
}

impl Layout {
    /// The stage's run in a holder of that width and height, so many times closer than usual.
    pub fn of(stage: &Stage, (width, height): (f64, f64), closer: f64) -> Layout {
        let orientation = if stage.breadth == Breadth::Phone { Orientation::Down } else { Orientation::Right };
        let flow = Flow::of(&stage.run, &stage.axis);
        let lanes = stage.run.topology.nodes.len();
        let heads = heads::extent(&stage.run, stage.language, orientation, width);
        let (across, along) = match orientation {
            Orientation::Right => (height - RULER_RIGHT_PX, width),
            Orientation::Down => (width - RULER_DOWN_PX, height),
        };
        let geometry = Geometry::fit(orientation, lanes, across, flow.breaks().len());
        let zoom = fitting(along - heads, flow.length()) * closer;
        let camera = Camera { view: (along - heads) / zoom, length: flow.length() };
        Layout {
            flow,
            geometry: geometry.zoomed(zoom),
            camera,
            heads,
            ghost: None,
            pages: SortedMap::new(),
            placing: None,
        }
    }

    /// The ghost: what a verb would lead to, or else the run before the last edit.
    pub fn conjure(&mut self, stage: &Stage) {
        let ghost = stage.preview.as_ref().or(stage.ghost.as_ref());
        self.ghost = ghost.filter(|ghost| **ghost != stage.run).map(|run| {
            let axis = stage.axis.extended(run);
            let flow = Flow::of(run, &axis);
            Ghost { run: run.clone(), axis, flow }
        });
    }

    /// The ghost's arrows in some tiles, the first and the last; nothing if there is no ghost.
    pub fn ghost(&self, stage: &Stage, origin: f64, (first, last): (i64, i64)) -> String {
        let Some(ghost) = &self.ghost else { return String::new() };
        let present = self.sheet(stage);
        let sheet = Sheet { run: &ghost.run, axis: &ghost.axis, flow: &ghost.flow, ..present }.from_origin(origin);
        let mut text = String::new();
        svg::marks(&mut text, &sheet.draw_ghost(&present, tile_start(first), tile_start(last + 1)));
        text
    }

    /// The sheet of the stage's run.
    pub fn sheet<'a>(&'a self, stage: &'a Stage) -> Sheet<'a> {
        let (run, axis, language) = (&*stage.run, &*stage.axis, stage.language);
        Sheet { run, axis, flow: &self.flow, geometry: self.geometry, language }
    }

    /// The page next to be placed of those in view, which reaches from one place along the axis to another.
    pub fn missing_page(&self, stage: &Stage, (from, to): (f64, f64)) -> Option<usize> {
        let sheet = self.sheet(stage);
        (sheet.page_at(from)..=sheet.page_at(to)).find(|page| !self.pages.contains_key(page))
    }

    /// Places a few of the words of a page; with the last of them, it forgets the words of pages far from it and from a place
    /// along the axis that is in view. Says whether it is done.
    pub fn place(&mut self, stage: &Stage, page: usize, seen: f64) -> bool {
        /// Pages on either side that are kept.
        const KEPT: usize = 4;
        /// So many words in each piece of the work.
        const AT_ONCE: usize = 24;
        let begun = self.placing.take().filter(|(begun, _)| *begun == page);
        let sheet = self.sheet(stage);
        let own = sheet.from_origin(sheet.page_ends(page).0);
        let (placing, more) = match begun {
            Some((_, mut placing)) => {
                let more = placing.go_on(&own, AT_ONCE);
                (placing, more)
            }
            None => (own.placing(page), true),
        };
        if more {
            self.placing = Some((page, placing));
            return false;
        }
        let (placed, in_view) = ((placing.finish(), own.ruler(page)), sheet.page_at(seen));
        self.pages.retain(|other, _| other.abs_diff(page).min(other.abs_diff(in_view)) <= KEPT);
        self.pages.insert(page, placed);
        true
    }
}
