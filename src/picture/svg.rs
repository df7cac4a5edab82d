//! A flow as the text of an SVG picture, from the same paths that the page draws: for the command line, the README and
//! the tests of the look.

use super::flow::draw::Drawn;
use super::flow::labels::Label;
use super::flow::place::Anchor;
use super::flow::ruler::{RULER_DOWN_PX, RULER_RIGHT_PX, Tick};
use super::flow::sheet::{LEAD_PX, Sheet};
use super::flow::{Geometry, Orientation, Target};
use super::path::{Path, written};
use crate::sim::trace::{EventIndex, NodeId};
use crate::text::Language;

/// The style sheet of the marks: the page links the same file.
const STYLE: &str = include_str!("../../static/picture.css");

/// How wide the column of node names is when time runs right, and how high their row when it runs down.
pub const HEADS_RIGHT_PX: f64 = 88.0;
pub const HEADS_DOWN_PX: f64 = 40.0;

/// The colours of a picture, as the style sheet's custom properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inks {
    Light,
    Dark,
    /// As whoever looks at it prefers.
    Both,
}

/// Name, light, dark: `look.md`'s table. A test holds them equal to the page's style sheet.
pub const TOKENS: [(&str, &str, &str); 12] = [
    ("ground", "#F5F7F8", "#0F161B"),
    ("panel", "#E9EEF1", "#1A242B"),
    ("hair", "#CBD5DA", "#2C3942"),
    ("rule", "#75838D", "#6B7984"),
    ("ink", "#14212B", "#E4EBEF"),
    ("muted", "#4E5C66", "#A3B0B9"),
    ("request", "#1B3F88", "#A8C4FF"),
    ("decision", "#8636E2", "#BE66EE"),
    ("hold", "#0B7A58", "#2BE3A9"),
    ("wait", "#5E4400", "#F1BF3C"),
    ("loss", "#5E6B75", "#8D9BA6"),
    ("violation", "#C2183C", "#F2605A"),
];

/// The whole picture of a sheet, as it stands with the pen at an event; at the run's end if none is given.
pub fn write(sheet: &Sheet, inks: Inks, at: Option<EventIndex>) -> String {
    let at = at.unwrap_or(EventIndex::MAX);
    let geometry = sheet.geometry;
    let end = sheet.end();
    let (ruler, heads) = match geometry.orientation {
        Orientation::Right => (RULER_RIGHT_PX, HEADS_RIGHT_PX),
        Orientation::Down => (RULER_DOWN_PX, HEADS_DOWN_PX),
    };
    let along = heads + (LEAD_PX + end) * geometry.zoom;
    let across = ruler + geometry.across;
    // Down: the ruler stands before the lanes; right: beneath them.
    let (width, height, lanes_at) = match geometry.orientation {
        Orientation::Right => (along, across, 0.0),
        Orientation::Down => (across, along, ruler),
    };
    let language = match sheet.language {
        Language::English => "en",
        Language::SimplifiedChinese => "zh-Hans",
    };
    let (w, h) = (written(width), written(height));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"paper\" width=\"{w}\" height=\"{h}\" \
         viewBox=\"0 0 {w} {h}\" lang=\"{language}\">\n<style>\n{}{STYLE}</style>\n\
         <rect class=\"ground\" width=\"{w}\" height=\"{h}\"/>\n",
        colours(inks)
    );
    let start = geometry.from_origin(0.0).point(LEAD_PX, 0.0);
    let origin = match geometry.orientation {
        Orientation::Right => (start.x + heads, lanes_at),
        Orientation::Down => (lanes_at, start.y + heads),
    };
    text.push_str(&format!("<g transform=\"translate({} {})\">\n", written(origin.0), written(origin.1)));
    let layers =
        [sheet.draw_lasting(-LEAD_PX, end), sheet.draw_arrows(-LEAD_PX, end), sheet.draw_points(-LEAD_PX, end)];
    for layer in &layers {
        marks(&mut text, layer);
    }
    for page in 0..sheet.pages() {
        let (from, to) = sheet.page_ends(page);
        for label in sheet.labels(page).visible(sheet, at, (from, to), f64::INFINITY) {
            self::label(&mut text, label);
        }
        let ruler_at = match geometry.orientation {
            Orientation::Right => geometry.point(geometry.origin, geometry.across),
            Orientation::Down => geometry.point(geometry.origin, -ruler),
        };
        text.push_str(&format!("<g transform=\"translate({} {})\">\n", written(ruler_at.x), written(ruler_at.y)));
        for tick in sheet.ruler(page) {
            self::tick(&mut text, &geometry, &tick);
        }
        text.push_str("</g>\n");
    }
    text.push_str("</g>\n");
    for (index, node) in sheet.run.topology.nodes.iter().enumerate() {
        let lane = geometry.lane(NodeId(index as u8));
        let (x, y) = match geometry.orientation {
            Orientation::Right => (12.0, lane + 4.5),
            Orientation::Down => (lanes_at + lane, 24.0),
        };
        let class = if geometry.orientation == Orientation::Right { "head start" } else { "head" };
        words(&mut text, class, x, y, node.name);
    }
    text.push_str("</svg>\n");
    text
}

fn colours(inks: Inks) -> String {
    let block = |dark: bool| {
        let values =
            TOKENS.iter().map(|(name, light, night)| format!("--{name}:{};", if dark { night } else { light }));
        format!("svg.paper{{{}}}\n", values.collect::<String>())
    };
    match inks {
        Inks::Light => block(false),
        Inks::Dark => block(true),
        Inks::Both => format!("{}@media (prefers-color-scheme:dark){{{}}}\n", block(false), block(true)),
    }
}

/// Writes marks, the lower layers first. Of one layer, what is painted alike is one path, because every element costs
/// time on long runs; it names everything that its marks speak of: `data-message="3 4 7"`.
pub fn marks(text: &mut String, drawn: &[Drawn]) {
    let mut order: Vec<&Drawn> = drawn.iter().collect();
    order.sort_by_key(|mark| mark.layer);
    for layer in order.chunk_by(|a, b| a.layer == b.layer) {
        for stroke in strokes(layer) {
            text.push_str("<path class=\"");
            text.push_str(stroke.class.0);
            text.push(' ');
            text.push_str(stroke.class.1);
            text.push('"');
            if stroke.class.0 == "break" {
                // Whatever its length: it is drawn from end to end while it tears.
                text.push_str(" pathLength=\"1\"");
            }
            for (name, values) in &stroke.speaks_of {
                text.push(' ');
                text.push_str(name);
                text.push_str("=\"");
                text.push_str(values);
                text.push('"');
            }
            text.push_str(" d=\"");
            text.push_str(&stroke.path);
            text.push_str("\"/>");
        }
        text.push('\n');
    }
}

/// Everything in one layer that is painted alike.
struct Stroke {
    class: (&'static str, &'static str),
    path: String,
    /// Attributes and their values: for tests, and for scripts that follow a run.
    speaks_of: Vec<(&'static str, String)>,
}

/// The strokes of a layer: a mark's pieces keep their order.
fn strokes(layer: &[&Drawn]) -> Vec<Stroke> {
    let mut strokes: Vec<Stroke> = Vec::new();
    for mark in layer {
        let mut next = 0;
        let mut target = mark.target;
        for piece in &mark.pieces {
            let class = (mark.class, piece.class);
            let at = strokes.iter().skip(next).position(|stroke| stroke.class == class).map(|at| next + at);
            let at = at.unwrap_or_else(|| {
                strokes.insert(next, Stroke { class, path: String::new(), speaks_of: Vec::new() });
                next
            });
            strokes[at].path.push_str(&piece.path);
            // A mark is named once, on its first piece.
            if let Some((name, value)) = target.take().map(Target::attribute) {
                strokes[at].speak_of(name, value);
            }
            next = at + 1;
        }
    }
    strokes
}

impl Stroke {
    fn speak_of(&mut self, name: &'static str, value: u32) {
        match self.speaks_of.iter_mut().find(|(own, _)| *own == name) {
            Some((_, values)) => values.push_str(&format!(" {value}")),
            None => self.speaks_of.push((name, value.to_string())),
        }
    }
}

/// Writes a label.
pub fn label(text: &mut String, label: &Label) {
    let point = label.point();
    let anchor = match label.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    words(text, &format!("{} {anchor}", label.class), point.x, point.y, &label.text);
}

/// Writes a word of the ruler with its stroke, on a strip of its own that begins at zero across.
pub fn tick(text: &mut String, geometry: &Geometry, tick: &Tick) {
    let (stroke_to, class, across) = match geometry.orientation {
        Orientation::Right => (4.0, "tick middle", 18.0),
        Orientation::Down => (4.0, "tick start", 1.0),
    };
    if let Some(along) = tick.stroke {
        let (from, to) = match geometry.orientation {
            Orientation::Right => (geometry.point(along, 0.0), geometry.point(along, stroke_to)),
            Orientation::Down => {
                (geometry.point(along, RULER_DOWN_PX - stroke_to), geometry.point(along, RULER_DOWN_PX))
            }
        };
        let mut path = Path::default();
        path.stroke((from.x, from.y), (to.x, to.y));
        text.push_str(&format!("<path class=\"stroke\" d=\"{}\"/>", path.text()));
    }
    let point = geometry.point(tick.along, across);
    let y = if geometry.orientation == Orientation::Right { point.y } else { point.y + 4.5 };
    words(text, class, point.x, y, &tick.text);
}

/// Writes words at a point of their baseline.
pub fn words(text: &mut String, class: &str, x: f64, y: f64, words: &str) {
    let escaped = words.replace('&', "&amp;").replace('<', "&lt;");
    text.push_str(&format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">{escaped}</text>\n", written(x), written(y)));
}
