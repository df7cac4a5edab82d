//! The words in view: labels and the ruler, each cut by no edge.

use faultline::picture::flow::Sheet;
use faultline::picture::flow::labels::{Label, Page};
use faultline::picture::flow::ruler::Tick;
use faultline::picture::path::written;
use faultline::picture::svg;
use faultline::sim::trace::EventIndex;
use faultline::sorted::SortedMap;

/// What is shown, by page and place in its list, and where zero lies: equal if nothing need be written anew.
pub type Identity = (Vec<(usize, usize)>, Vec<(usize, usize)>, i64);

/// The words to be seen, page by page.
pub struct Shown<'a> {
    labels: Vec<(usize, Vec<&'a Label>)>,
    ticks: Vec<(usize, Vec<&'a Tick>)>,
    pub identity: Identity,
}

/// What is to be seen of the pages while the pen stands at an event and the paper in view goes from one place along the
/// axis to another; no label begins, and the ruler says nothing, beyond the places of `until`.
pub fn shown<'a>(
    sheet: &Sheet,
    pages: &'a SortedMap<usize, (Page, Vec<Tick>)>,
    at: EventIndex,
    (from, to): (f64, f64),
    until: (f64, f64),
    origin: f64,
) -> Shown<'a> {
    let mut shown = Shown { labels: Vec::new(), ticks: Vec::new(), identity: (Vec::new(), Vec::new(), origin as i64) };
    let in_view = sheet.page_at(from)..=sheet.page_at(to);
    for (page, (labels, ticks)) in pages.iter().filter(|(page, _)| in_view.contains(page)) {
        let own = sheet.from_origin(sheet.page_ends(*page).0);
        let seen = labels.visible(&own, at, (from, to), until.0);
        let inside = |tick: &&Tick| {
            tick.along - tick.extent / 2.0 >= from && tick.along + tick.extent / 2.0 <= to && tick.along <= until.1
        };
        let ticks: Vec<&Tick> = ticks.iter().filter(inside).collect();
        // Addresses tell labels apart as long as their page lives.
        shown.identity.0.extend(seen.iter().map(|label| (*page, std::ptr::from_ref(*label) as usize)));
        shown.identity.1.extend(ticks.iter().map(|tick| (*page, std::ptr::from_ref(*tick) as usize)));
        shown.labels.push((*page, seen));
        shown.ticks.push((*page, ticks));
    }
    shown
}

/// The labels as the content of a group whose zero lies at `origin` along the axis.
pub fn labels(sheet: &Sheet, shown: &Shown, origin: f64) -> String {
    let mut text = String::new();
    for (page, labels) in &shown.labels {
        let by = sheet.geometry.from_origin(0.0).point(sheet.page_ends(*page).0 - origin, 0.0);
        text.push_str(&format!("<g transform=\"translate({} {})\">", written(by.x), written(by.y)));
        for label in labels {
            svg::label(&mut text, label);
        }
        text.push_str("</g>");
    }
    text
}

/// The ruler's words and strokes, as [`labels`].
pub fn ticks(sheet: &Sheet, shown: &Shown, origin: f64) -> String {
    let mut text = String::new();
    let geometry = sheet.geometry.from_origin(origin);
    for tick in shown.ticks.iter().flat_map(|(_, ticks)| ticks) {
        svg::tick(&mut text, &geometry, tick);
    }
    text
}
