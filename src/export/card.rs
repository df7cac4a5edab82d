//! What a shared link shows of a scenario before anybody follows it: its question in large letters over its run, in the
//! size that sites ask for.

use super::lines::wrapped;
use crate::picture::flow::Sheet;
use crate::picture::flow::camera::{Camera, fitting};
use crate::picture::flow::ruler::RULER_RIGHT_PX;
use crate::picture::flow::sheet::{LEAD_PX, TRAIL_PX};
use crate::picture::svg::{self, HEADS_RIGHT_PX, Inks, TOKENS, View};
use crate::picture::{Axis, Flow, Geometry, Orientation, Scale};
use crate::scenario::catalogue::Listed;
use crate::scenario::run::Run;
use crate::text::Language;
use std::fmt::Write;

/// How large a card is, in pixels.
pub const WIDTH_PX: u32 = 1200;
/// See [`WIDTH_PX`].
pub const HEIGHT_PX: u32 = 630;

const MARGIN_PX: f64 = 56.0;
/// The line that says whose card it is: its baseline and its letters.
const PLACE_PX: (f64, f64) = (80.0, 28.0);
/// The question's letters and its lines: as large as two of them allow, else smaller.
const QUESTIONS_PX: [(f64, f64); 5] = [(56.0, 68.0), (48.0, 60.0), (40.0, 52.0), (32.0, 42.0), (24.0, 34.0)];
const QUESTION_LINES_MAX: usize = 2;
/// Letters in bold are wider than the estimate, which is of plain ones.
const BOLD: f64 = 1.08;
/// What is left between the question and the run.
const BETWEEN_PX: f64 = 24.0;
/// How much larger than on the page the run is drawn: a card is mostly seen at half of its size. The largest at which it
/// is seen whole; of longer runs the last, with the part in which they are decided.
const SCALES: [f64; 4] = [2.0, 1.8, 1.6, 1.4];

/// The card of a scenario as SVG, in plain colours: what turns pictures into pixels knows no custom properties.
pub fn write(listed: Listed, run: &Run, language: Language) -> String {
    let words = |text: &crate::text::Text| text.in_language(language).to_owned();
    let (wide, high) = (f64::from(WIDTH_PX), f64::from(HEIGHT_PX));
    let room = wide - 2.0 * MARGIN_PX;
    let question = words(&listed.entry.question);
    let (letter, leading, lines) = QUESTIONS_PX
        .into_iter()
        .map(|(letter, leading)| (letter, leading, wrapped(&question, room / BOLD, letter)))
        .reduce(|larger, smaller| if larger.2.len() <= QUESTION_LINES_MAX { larger } else { smaller })
        .unwrap_or_default();
    let top = PLACE_PX.0 + lines.len() as f64 * leading + BETWEEN_PX;

    let protocol = listed.protocol;
    let place = format!("Faultline · {} / {}", words(&protocol.family().title()), words(&protocol.name()));
    let mut card = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\">\n\
         <style>.said{{font-family:sans-serif;font-weight:600;fill:var(--ink)}}.said.place{{font-weight:400;fill:var(--muted)}}</style>\n\
         <rect width=\"{wide}\" height=\"{high}\" fill=\"var(--ground)\"/>\n"
    );
    let mut line = |class: &str, y: f64, size: f64, text: &str| {
        let text = svg::escaped(text);
        let written =
            writeln!(card, "<text class=\"{class}\" x=\"{MARGIN_PX}\" y=\"{y}\" font-size=\"{size}\">{text}</text>");
        written.expect("a string takes whatever is written");
    };
    line("said place", PLACE_PX.0, PLACE_PX.1, &place);
    for (number, text) in lines.iter().enumerate() {
        line("said", PLACE_PX.0 + (number + 1) as f64 * leading, letter, text);
    }
    let (flow, scale) = flow(run, language, room, high - top - MARGIN_PX / 2.0);
    // The names of the nodes begin where the words do.
    let left = MARGIN_PX - NAMES_PX * scale;
    card.push_str(&format!("<g transform=\"translate({left} {top}) scale({scale})\">\n{flow}</g>\n</svg>\n"));
    plain(&card)
}

/// Where the names of nodes begin in a picture.
const NAMES_PX: f64 = 12.0;

/// The run in a room of so many pixels, and how much larger it is to be drawn.
fn flow(run: &Run, language: Language, wide: f64, high: f64) -> (String, f64) {
    let axis = Axis::of(run, Scale::Folded);
    let flow = Flow::of(run, &axis);
    let lanes = run.topology.nodes.len();
    let laid = |scale: f64| {
        let across = (high / scale - RULER_RIGHT_PX).max(0.0);
        (wide / scale - HEADS_RIGHT_PX, Geometry::fit(Orientation::Right, lanes, across, flow.breaks().len()), across)
    };
    let fits = |scale: &f64| {
        let (view, geometry, across) = laid(*scale);
        geometry.across <= across && LEAD_PX + flow.length() + TRAIL_PX <= view
    };
    let mut scale = SCALES.into_iter().find(fits).unwrap_or(SCALES[SCALES.len() - 1]);
    let (_, geometry, across) = laid(scale);
    if geometry.across > across {
        // So many lanes stand as near to each other as they may, and then smaller.
        scale = high / (geometry.across + RULER_RIGHT_PX);
    }
    let (view, geometry, _) = laid(scale);
    let zoom = fitting(view, flow.length());
    let decided = run.beats.last().map_or(flow.length(), |beat| axis.px(run.trace.event(beat.event).at));
    let camera = Camera { view: view / zoom, length: flow.length() };
    let start = camera.start(decided);
    let sheet = Sheet { run, axis: &axis, flow: &flow, geometry: geometry.zoomed(zoom), language };
    let window = (start, (start + camera.view).min(sheet.end()));
    let view = View { inks: Inks::Light, at: None, window, title: "", extras: Default::default() };
    (svg::write(&sheet, &view), scale)
}

/// The same picture with the colours themselves in the places of their names.
fn plain(picture: &str) -> String {
    TOKENS.iter().fold(picture.to_owned(), |text, (name, light, _)| text.replace(&format!("var(--{name})"), light))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::CATALOGUE;
    use crate::scenario::catalogue::Catalogue;

    #[test]
    fn every_card_asks_its_question_in_two_lines_and_names_no_colour() {
        for listed in Catalogue(CATALOGUE).entries() {
            let run = Run::of(listed.scenario());
            for language in [Language::English, Language::SimplifiedChinese] {
                let card = write(listed, &run, language);
                let id = listed.entry.id;
                let lines = card.matches("<text class=\"said\"").count();
                assert!((1..=QUESTION_LINES_MAX).contains(&lines), "{id}: {lines} lines");
                let is_named = |token: &str| card.contains(&format!("var(--{token})"));
                assert!(!TOKENS.iter().any(|(token, ..)| is_named(token)), "{id}: a colour is only named");
                assert!(card.matches("<path ").count() > 3, "{id}: no run is drawn");
            }
        }
    }

    #[test]
    fn a_long_run_shows_where_it_is_decided() {
        let listed = Catalogue(CATALOGUE).entry("2pc-coordinator-dies").expect("it is in the catalogue");
        let run = Run::of(listed.scenario());
        let (narrow, scale) = flow(&run, Language::English, 400.0, 400.0);
        let (wide, larger) = flow(&run, Language::English, 4_000.0, 400.0);
        assert!(scale < larger);
        let arrows = |picture: &str| picture.matches("data-message").count();
        assert!(arrows(&narrow) <= arrows(&wide));
        assert!(narrow.contains("class=\"head"), "the nodes keep their names");
    }
}
