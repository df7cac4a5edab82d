//! The ruler along the axis: what time it is, and how long the gaps are that the axis cuts short.

use super::sheet::Sheet;
use super::words::{repeats, short};
use crate::picture::letters;
use crate::sim::time::{Instant, Span};
use crate::sorted::sort_by;
use crate::text::Language;

/// How wide the ruler is across the axis: beneath the lanes when time runs right, beside them when it runs down.
pub const RULER_RIGHT_PX: f64 = 24.0;
pub const RULER_DOWN_PX: f64 = 64.0;

/// So far before a page an instant is looked for that its first one may read like, in pixels along the axis.
const EDGE_PX: f64 = 200.0;

/// One word on the ruler.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The middle of the word, in pixels along the axis.
    pub along: f64,
    /// How much of the axis its box takes, in pixels along it.
    pub extent: f64,
    /// Where its stroke stands; a gap's word stands between two strokes and has none.
    pub stroke: Option<f64>,
    pub text: String,
}

impl Tick {
    fn meets(&self, other: &Tick) -> bool {
        let room = (self.extent + other.extent) / 2.0 + 8.0;
        (self.along - other.along).abs() < room
    }
}

/// The words of a page: every gap's duration, then instants from the left where there is room.
pub(super) fn page(sheet: &Sheet, page: usize) -> Vec<Tick> {
    let (from, to) = sheet.page_ends(page);
    let tick = |along: f64, stroke: Option<f64>, text: String| {
        let extent = match (sheet.geometry.orientation, sheet.language) {
            (super::Orientation::Right, _) => letters::width(&text),
            (super::Orientation::Down, Language::English) => letters::LATIN_HEIGHT_PX,
            (super::Orientation::Down, Language::SimplifiedChinese) => letters::HAN_HEIGHT_PX,
        };
        Tick { along, extent: extent / sheet.geometry.zoom, stroke, text }
    };
    let inside = |tick: &Tick| tick.along - tick.extent / 2.0 >= from && tick.along + tick.extent / 2.0 <= to;
    let mut ticks: Vec<Tick> = Vec::new();
    if let Some((repeat, px)) = sheet.axis.repeat() {
        // Too long for the narrow ruler of a phone: there it stands among the labels.
        if sheet.geometry.orientation == super::Orientation::Right {
            let text = repeats(repeat.period).in_language(sheet.language).to_string();
            ticks.push(tick((px + sheet.axis.length()) / 2.0, None, text));
        }
    }
    for gap in sheet.axis.gaps(from, to) {
        ticks.push(tick((gap.from_px + gap.to_px) / 2.0, None, format!("+{}", short(gap.lasting))));
    }
    ticks.retain(inside);
    // Instants that read the same are one, across the edge of a page too.
    let before = sheet.axis.stations(from - EDGE_PX, from).take_while(|(_, px)| *px < from).last();
    let mut last: Option<String> = before.map(|(at, _)| instant(at));
    let folded = sheet.axis.repeat().map(|(repeat, _)| repeat.from);
    for (at, px) in sheet.axis.stations(from, to).filter(|(at, _)| folded.is_none_or(|from| *at < from)) {
        let next = tick(px, Some(px), instant(at));
        if last.as_ref() == Some(&next.text) {
            continue;
        }
        if inside(&next) && ticks.iter().rev().take(64).all(|other| !other.meets(&next)) {
            last = Some(next.text.clone());
            ticks.push(next);
        }
    }
    sort_by(&mut ticks, |a, b| a.along.total_cmp(&b.along));
    ticks
}

/// An instant as said on the ruler: three digits of its unit, and no more than its neighbours need.
fn instant(at: Instant) -> String {
    short(at.since(Instant::START).max(Span::ZERO))
}
