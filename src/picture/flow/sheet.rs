//! A sheet: a run's flow on an axis, with lanes of given places and words of one language. Everything that is drawn or
//! pointed at is asked of it.

use super::crossing;
use super::draw::{self, Drawn};
use super::labels::{self, Page};
use super::lanes::Geometry;
use super::place::Placing;
use super::ruler::{self, Tick};
use super::{Flow, Mark, Shape};
use crate::picture::axis::Axis;
use crate::scenario::run::Run;
use crate::sim::trace::NodeId;
use crate::sorted::sort_by;
use crate::text::Language;

/// How long a page of labels is in pixels along the axis: labels avoid each other within a page and never cross its
/// edges, so that pages are placed independently. A run up to [`SINGLE_PAGE_PX_MAX`] is one page.
pub const PAGE_PX: f64 = 960.0;
/// See [`PAGE_PX`].
pub const SINGLE_PAGE_PX_MAX: f64 = 4_800.0;

/// Blank paper before the first instant and after the last one, in pixels along the axis, for marks and labels.
pub const LEAD_PX: f64 = 24.0;
pub const TRAIL_PX: f64 = 64.0;

/// A run's flow, ready to be drawn.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    pub run: &'a Run,
    pub axis: &'a Axis,
    pub flow: &'a Flow,
    pub geometry: Geometry,
    pub language: Language,
}

impl Sheet<'_> {
    /// The same sheet with its zero elsewhere along the axis.
    pub fn from_origin(self, origin: f64) -> Self {
        Sheet { geometry: self.geometry.from_origin(origin), ..self }
    }

    /// Where the paper ends, in pixels along the axis.
    pub fn end(&self) -> f64 {
        self.flow.length() + TRAIL_PX
    }

    /// Lifelines, bars, walls and gaps of a window, the lowest layer.
    pub fn draw_lasting(&self, from: f64, to: f64) -> Vec<Drawn> {
        self.drawn(joined(self.flow.lasting(self.run, self.axis, from, to)))
    }

    /// The arrows that leave in a window.
    pub fn draw_arrows(&self, from: f64, to: f64) -> Vec<Drawn> {
        self.crossing(self.flow.arrows_starting(self.run, self.axis, from, to))
    }

    /// The arrows under way at a place that left before it.
    pub fn draw_entering(&self, at: f64) -> Vec<Drawn> {
        self.crossing(self.flow.arrows_entering(self.run, self.axis, at))
    }

    /// Squares, diamonds, crosses and breaks of a window, the highest layer.
    pub fn draw_points(&self, from: f64, to: f64) -> Vec<Drawn> {
        self.drawn(self.flow.points(self.run, self.axis, from, to))
    }

    /// What this run has in a window that `present` has not, for a ghost drawn behind it: its arrows only.
    pub fn draw_ghost(&self, present: &Sheet, from: f64, to: f64) -> Vec<Drawn> {
        let there = present.flow.arrows_starting(present.run, present.axis, from, to);
        let mut own = self.flow.arrows_starting(self.run, self.axis, from, to);
        own.retain(|mark| !there.iter().any(|other| mark.is_like(other)));
        self.crossing(own)
    }

    /// Arrows, each over those that it crosses.
    fn crossing(&self, arrows: Vec<Mark>) -> Vec<Drawn> {
        let mut drawn = Vec::new();
        for (mark, layer) in arrows.iter().zip(crossing::layers(&arrows)) {
            draw::draw(self, mark, layer, &mut drawn);
        }
        drawn
    }

    fn drawn(&self, marks: Vec<Mark>) -> Vec<Drawn> {
        let mut drawn = Vec::new();
        for mark in &marks {
            let is_above = matches!(mark.shape, Shape::Gap { .. } | Shape::Repeat { .. });
            draw::draw(self, mark, u32::from(is_above), &mut drawn);
        }
        drawn
    }

    /// The number of pages that labels stand on.
    pub fn pages(&self) -> usize {
        if self.end() <= SINGLE_PAGE_PX_MAX { 1 } else { (self.end() / PAGE_PX).ceil() as usize }
    }

    /// The page at a place along the axis.
    pub fn page_at(&self, along: f64) -> usize {
        if self.pages() == 1 { 0 } else { ((along / PAGE_PX).max(0.0) as usize).min(self.pages() - 1) }
    }

    /// Where a page begins and ends along the axis.
    pub fn page_ends(&self, page: usize) -> (f64, f64) {
        let last = page + 1 >= self.pages();
        let from = if page == 0 { -LEAD_PX } else { page as f64 * PAGE_PX };
        (from, if last { self.end() } else { (page + 1) as f64 * PAGE_PX })
    }

    /// A page's labels, placed.
    pub fn labels(&self, page: usize) -> Page {
        let mut placing = self.placing(page);
        placing.go_on(self, usize::MAX);
        placing.finish()
    }

    /// A page's labels, about to be placed.
    pub fn placing(&self, page: usize) -> Placing {
        labels::placing(self, page)
    }

    /// A page's instants and durations on the ruler.
    pub fn ruler(&self, page: usize) -> Vec<Tick> {
        ruler::page(self, page)
    }
}

/// The same marks with bars that look the same and overlap on one side of a lane drawn as one: of many that hold or wait
/// only their union can be seen.
fn joined(marks: Vec<Mark>) -> Vec<Mark> {
    let mut bars = Vec::new();
    let mut others = Vec::new();
    for mark in marks {
        match mark.shape {
            Shape::Bar { node, kind } => bars.push(((node, draw::bar_class(kind)), mark)),
            _ => others.push(mark),
        }
    }
    sort_by(&mut bars, |(a_key, a), (b_key, b)| a_key.cmp(b_key).then(a.from.total_cmp(&b.from)));
    let mut union: Vec<((NodeId, &str), Mark)> = Vec::new();
    for (key, bar) in bars {
        match union.last_mut() {
            Some((last_key, last)) if *last_key == key && bar.from <= last.to => last.to = last.to.max(bar.to),
            _ => union.push((key, bar)),
        }
    }
    // Gaps are cut through bars: they are drawn after them.
    let is_gap = |mark: &Mark| matches!(mark.shape, Shape::Gap { .. } | Shape::Repeat { .. });
    let at = others.iter().position(is_gap).unwrap_or(others.len());
    others.splice(at..at, union.into_iter().map(|(_, bar)| bar));
    others
}
