//! Finds room for labels: the same input always gives the same places. Each label has a list of places that it could
//! take, the best first; it takes the one that costs least among those that overlap no other label and leave no edge.

use super::draw::{BAR_FAR, BAR_NEAR, bar_side};
use super::labels::{Label, Page};
use super::lanes::{Area, Orientation, Point};
use super::marks::{Mark, MarkKind, Shape, Target};
use super::places::places;
use super::sheet::Sheet;
use crate::picture::letters;
use crate::sim::trace::{EventIndex, NodeId};
use crate::sorted::{SortedSet, sort_by, sort_by_key};
use crate::text::Language;
use std::vec::IntoIter;

/// Which point of a text its position is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// Towards which lanes the arrows of a fan go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Toward {
    Before,
    After,
    Both,
}

/// What a label stands beside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Spot {
    /// The sending end of arrows that go `slope` pixels along for each pixel across.
    Send { toward: Toward, slope: f64 },
    /// A bar on that side of its lifeline; the label may slide along it.
    Bar { side: f64, until: f64 },
    /// A small mark on a lifeline.
    Point,
    /// The cross of a lost message.
    Lost,
    /// A wall; the label may slide along it.
    Wall { until: f64 },
    /// The break, at an edge of the paper.
    Break,
    /// The folded tail, in its middle.
    Tail { until: f64 },
}

/// A label that a page would like to have.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub event: EventIndex,
    pub target: Option<Target>,
    pub along: f64,
    /// Across, before any displacement.
    pub across: f64,
    pub spot: Spot,
    /// What it may say, the longest first.
    pub texts: Vec<String>,
    pub class: &'static str,
    /// The lowest is placed first.
    pub priority: u8,
    /// The kind of mark whose word it is, if several marks would do: the first that finds room carries it.
    pub word_of: Option<MarkKind>,
}

/// What it costs to stand over an arrow, a bar or small mark, a lifeline; and to take the next place of the list.
const OVER_ARROW: f64 = 5.0;
const OVER_MARK: f64 = 7.0;
const OVER_LANE_RIGHT: f64 = 6.0;
const OVER_LANE_DOWN: f64 = 3.0;
const NEXT: f64 = 1.0;
/// A longer text must not cost more than this; otherwise the shorter one is tried.
const LONG_COST_MAX: f64 = 8.0;
/// From a lifeline to a label beside it, and beyond a bar.
pub(super) const NEAR: f64 = 4.0;
pub(super) const BEYOND_BAR: f64 = BAR_FAR + 2.0;

/// A page whose labels are being placed: so many of them take long that it is done in pieces.
pub struct Placing {
    /// Priority first, then time; the order of gathering settles the rest.
    wanted: IntoIter<Wanted>,
    room: Room,
    page: Page,
    said: SortedSet<MarkKind>,
}

impl Placing {
    pub(super) fn new<'m>(
        sheet: &Sheet,
        ends: (f64, f64),
        mut wanted: Vec<Wanted>,
        obstacles: impl Iterator<Item = &'m Mark>,
    ) -> Placing {
        sort_by(&mut wanted, |a, b| a.priority.cmp(&b.priority).then(a.along.total_cmp(&b.along)));
        let room = Room::new(sheet, ends, obstacles);
        Placing { wanted: wanted.into_iter(), room, page: Page::default(), said: SortedSet::new() }
    }

    /// Finds room for so many more labels on the sheet that they were gathered from; says whether others are left.
    pub fn go_on(&mut self, sheet: &Sheet, count: usize) -> bool {
        for wanted in self.wanted.by_ref().take(count) {
            if wanted.word_of.is_some_and(|kind| self.said.contains(&kind)) {
                continue;
            }
            match self.room.best(sheet, &wanted, true) {
                Some(label) => {
                    self.said.extend(wanted.word_of);
                    self.room.take(sheet, label.area);
                    self.page.placed.push(label);
                }
                None => self.page.crowded.extend(self.room.best(sheet, &wanted, false)),
            }
        }
        self.wanted.len() > 0
    }

    /// The labels that are placed.
    pub fn finish(self) -> Page {
        let mut page = self.page;
        sort_by_key(&mut page.placed, |label| label.event);
        sort_by_key(&mut page.crowded, |label| label.event);
        page
    }
}

/// The only labels in bold letters, and how much wider these are.
const BOLD_CLASS: &str = "label violation";
const BOLD_WIDER: f64 = 1.12;

/// How long a stretch of the axis shares one entry of the index over obstacles, in pixels.
const BUCKET_PX: f64 = 96.0;

struct Room {
    bounds: Area,
    /// One for each stretch of the page.
    buckets: Vec<Bucket>,
    from: f64,
}

/// What meets a stretch of the page.
#[derive(Default)]
struct Bucket {
    arrows: Vec<Standing<(Point, Point)>>,
    marks: Vec<Standing<Area>>,
    labels: Vec<Area>,
}

/// What a label should not stand over, and the first bucket in which it is.
#[derive(Clone, Copy)]
struct Standing<T> {
    shape: T,
    first_bucket: usize,
}

impl Room {
    fn new<'m>(sheet: &Sheet, (from, to): (f64, f64), marks: impl Iterator<Item = &'m Mark>) -> Room {
        let geometry = sheet.geometry;
        let buckets = ((to - from) / BUCKET_PX).ceil().max(1.0) as usize;
        let mut room = Room {
            bounds: geometry.area(from, to, 0.0, geometry.across),
            buckets: (0..buckets).map(|_| Bucket::default()).collect(),
            from,
        };
        for mark in marks {
            room.add(sheet, mark);
        }
        room
    }

    fn buckets_of(&self, from: f64, to: f64) -> std::ops::RangeInclusive<usize> {
        let bucket = |along: f64| (((along - self.from) / BUCKET_PX).max(0.0) as usize).min(self.buckets.len() - 1);
        bucket(from)..=bucket(to).max(bucket(from))
    }

    fn add(&mut self, sheet: &Sheet, mark: &Mark) {
        let geometry = sheet.geometry;
        let point = |along: f64, across: f64| geometry.point(along, across + sheet.flow.shift(along));
        let beside = |room: &mut Room, node: NodeId, from: f64, to: f64, near: f64, far: f64| {
            let shift = sheet.flow.shift(from);
            let lane = geometry.lane(node) + shift;
            room.add_area(sheet, geometry.area(from, to, lane + near, lane + far));
        };
        match &mark.shape {
            Shape::Arrow(arrow) => {
                for leg in &arrow.legs {
                    let start = point(arrow.sent, geometry.lane(arrow.sender));
                    let end = point(leg.at, geometry.at_lane(leg.lane));
                    let buckets = self.buckets_of(arrow.sent, leg.at);
                    let arrow = Standing { shape: (start, end), first_bucket: *buckets.start() };
                    for bucket in &mut self.buckets[buckets] {
                        bucket.arrows.push(arrow);
                    }
                }
            }
            Shape::Bar { node, kind } => {
                let side = bar_side(*kind);
                beside(self, *node, mark.from, mark.to.min(sheet.end()), side * BAR_NEAR, side * BAR_FAR);
            }
            Shape::Durable { node, .. } => {
                let by = 3.0 / geometry.zoom;
                beside(self, *node, mark.from - by, mark.to + by, -3.0, 3.0);
            }
            Shape::Timer { node }
            | Shape::Down { node }
            | Shape::Restart { node }
            | Shape::Clock { node }
            | Shape::Intervention { node }
            | Shape::Disconnected { node } => {
                let by = 5.0 / geometry.zoom;
                beside(self, *node, mark.from - by, mark.to + by, -5.0, 5.0);
            }
            Shape::Break { .. } => {
                self.add_area(sheet, geometry.area(mark.from - 1.0, mark.from + 1.0, 0.0, geometry.across));
            }
            Shape::Line { .. } | Shape::Wall { .. } | Shape::Gap { .. } | Shape::Repeat { .. } => {}
        }
    }

    fn add_area(&mut self, sheet: &Sheet, area: Area) {
        let (from, to) = sheet.geometry.along_of(&area);
        let buckets = self.buckets_of(from, to);
        let mark = Standing { shape: area, first_bucket: *buckets.start() };
        for bucket in &mut self.buckets[buckets] {
            bucket.marks.push(mark);
        }
    }

    fn take(&mut self, sheet: &Sheet, area: Area) {
        let (from, to) = sheet.geometry.along_of(&area);
        let buckets = self.buckets_of(from, to);
        for bucket in &mut self.buckets[buckets] {
            bucket.labels.push(area);
        }
    }

    /// The label at the best of its places; none if all would overlap a label (when that matters) or leave the page.
    fn best(&self, sheet: &Sheet, wanted: &Wanted, among_labels: bool) -> Option<Label> {
        let height = match sheet.language {
            Language::English => letters::LATIN_HEIGHT_PX,
            Language::SimplifiedChinese => letters::HAN_HEIGHT_PX,
        };
        for (tried, text) in wanted.texts.iter().enumerate() {
            let width = letters::width(text) * if wanted.class == BOLD_CLASS { BOLD_WIDER } else { 1.0 };
            let places = places(sheet, wanted, width, height);
            let mut best: Option<(f64, Area, Anchor)> = None;
            for (index, (area, anchor)) in places.into_iter().enumerate() {
                let (least, limit) = (index as f64 * NEXT, best.as_ref().map_or(f64::INFINITY, |(cost, ..)| *cost));
                if least >= limit {
                    break;
                }
                if self.is_free(sheet, &area, among_labels) {
                    let cost = least + self.cost(sheet, &area, limit - least);
                    best = if cost < limit { Some((cost, area, anchor)) } else { best };
                }
            }
            let last = tried + 1 == wanted.texts.len();
            if let Some((cost, area, anchor)) = best
                && (last || cost <= LONG_COST_MAX)
            {
                let (text, class) = (text.clone(), wanted.class);
                return Some(Label { event: wanted.event, target: wanted.target, text, class, area, anchor });
            }
        }
        None
    }

    fn is_free(&self, sheet: &Sheet, area: &Area, among_labels: bool) -> bool {
        let within = area.x >= self.bounds.x
            && area.y >= self.bounds.y
            && area.x + area.width <= self.bounds.x + self.bounds.width
            && area.y + area.height <= self.bounds.y + self.bounds.height;
        let (from, to) = sheet.geometry.along_of(area);
        within
            && (!among_labels
                || self.buckets[self.buckets_of(from, to)]
                    .iter()
                    .all(|bucket| bucket.labels.iter().all(|label| !label.meets(area))))
    }

    /// What it costs to stand there; anything from `limit` on is too much to be told exactly.
    fn cost(&self, sheet: &Sheet, area: &Area, limit: f64) -> f64 {
        let geometry = sheet.geometry;
        let (from, to) = sheet.geometry.along_of(area);
        let shift = sheet.flow.shift(from);
        let (low, high) = match geometry.orientation {
            Orientation::Right => (area.y, area.y + area.height),
            Orientation::Down => (area.x, area.x + area.width),
        };
        let lanes = (0..geometry.lanes)
            .map(|lane| geometry.at_lane(lane as f64) + shift)
            .filter(|lane| *lane > low && *lane < high)
            .count() as f64;
        let over_lane = match geometry.orientation {
            Orientation::Right => OVER_LANE_RIGHT,
            Orientation::Down => OVER_LANE_DOWN,
        };
        let mut cost = lanes * over_lane;
        let buckets = self.buckets_of(from, to);
        let first = *buckets.start();
        for (index, bucket) in buckets.clone().zip(&self.buckets[buckets]) {
            // What stands in several buckets counts in the first of them that the area meets.
            let marks = bucket.marks.iter().filter(|one| one.shape.meets(area) && one.first_bucket.max(first) == index);
            let arrows =
                bucket.arrows.iter().filter(|one| crosses(one.shape, area) && one.first_bucket.max(first) == index);
            for over in marks.map(|_| OVER_MARK).chain(arrows.map(|_| OVER_ARROW)) {
                if cost >= limit {
                    return cost;
                }
                cost += over;
            }
        }
        cost
    }
}

/// Whether a segment passes through an area.
fn crosses((start, end): (Point, Point), area: &Area) -> bool {
    // Most pass far from it, which comparisons alone tell: the least of two numbers is a call in WebAssembly.
    let (right, bottom) = (area.x + area.width, area.y + area.height);
    if (start.y <= area.y && end.y <= area.y)
        || (start.y >= bottom && end.y >= bottom)
        || (start.x <= area.x && end.x <= area.x)
        || (start.x >= right && end.x >= right)
    {
        return false;
    }
    // The part of the segment that lies between the area's edges, one pair of edges after the other.
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    for (from, way, low, high) in
        [(start.x, end.x - start.x, area.x, right), (start.y, end.y - start.y, area.y, bottom)]
    {
        if way == 0.0 {
            if from <= low || from >= high {
                return false;
            }
            continue;
        }
        let (a, b) = ((low - from) / way, (high - from) / way);
        first = first.max(a.min(b));
        last = last.min(a.max(b));
    }
    first < last
}
