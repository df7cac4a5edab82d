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
use crate::sorted::sort_by_key;
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

/// What a picture shows of a sheet.
pub struct View<'a> {
    pub inks: Inks,
    /// As it stands with the pen at this event; at the run's end if there is none.
    pub at: Option<EventIndex>,
    /// From where to where, in pixels along the axis.
    pub window: (f64, f64),
    /// What it says to those who cannot see it.
    pub title: &'a str,
    pub extras: Extras,
}

/// What a picture has besides the flow.
#[derive(Default)]
pub struct Extras {
    /// Rules for it.
    pub style: String,
    /// Over the lanes and the ruler; its zero is where the window begins.
    pub over: String,
    /// Beneath everything, with its height in pixels; its zero is its own corner.
    pub beneath: (String, f64),
}

impl View<'_> {
    /// All of a sheet.
    pub fn whole(sheet: &Sheet, inks: Inks) -> View<'static> {
        View { inks, at: None, window: (-LEAD_PX, sheet.end()), title: "", extras: Extras::default() }
    }
}

/// A sheet as a picture that stands by itself.
pub fn write(sheet: &Sheet, view: &View) -> String {
    let (from, to) = view.window;
    let sheet = &sheet.from_origin(from);
    let geometry = sheet.geometry;
    let (ruler, heads) = match geometry.orientation {
        Orientation::Right => (RULER_RIGHT_PX, HEADS_RIGHT_PX),
        Orientation::Down => (RULER_DOWN_PX, HEADS_DOWN_PX),
    };
    let along = (to - from) * geometry.zoom;
    let across = ruler + geometry.across;
    // Down: the ruler stands before the lanes; right: beneath them.
    let (width, lanes_high, (x, y)) = match geometry.orientation {
        Orientation::Right => (heads + along, across, (heads, 0.0)),
        Orientation::Down => (across, heads + along, (ruler, heads)),
    };
    let language = match sheet.language {
        Language::English => "en",
        Language::SimplifiedChinese => "zh-Hans",
    };
    let Extras { style, over, beneath: (beneath, beneath_px) } = &view.extras;
    let (w, h, high) = (written(width), written(lanes_high + beneath_px), written(lanes_high));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"paper\" role=\"img\" width=\"{w}\" height=\"{h}\" \
         viewBox=\"0 0 {w} {h}\" lang=\"{language}\">\n<title>{}</title>\n<style>\n{}{STYLE}{style}</style>\n\
         <rect class=\"ground\" width=\"{w}\" height=\"{h}\"/>\n",
        escaped(view.title),
        colours(view.inks),
    );
    // What reaches beyond the window is cut off, on the side of the names too.
    let (wide, tall) = (written(width - x), written(lanes_high - y));
    let (x, y) = (written(x), written(y));
    text.push_str(&format!("<svg x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{tall}\">\n"));
    draw(&mut text, sheet, view);
    text.push_str("</svg>\n");
    strip(&mut text, sheet, view, ruler, heads);
    names(&mut text, sheet, ruler);
    text.push_str(&format!("<svg x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{tall}\">{over}</svg>\n"));
    text.push_str(&format!("<g transform=\"translate(0 {high})\">{beneath}</g>\n</svg>\n"));
    text
}

/// The marks of the window and their labels.
fn draw(text: &mut String, sheet: &Sheet, view: &View) {
    let (from, to) = view.window;
    let layers = [
        sheet.draw_lasting(from, to),
        sheet.draw_entering(from),
        sheet.draw_arrows(from, to),
        sheet.draw_points(from, to),
    ];
    for layer in &layers {
        marks(text, layer);
        text.push('\n');
    }
    let at = view.at.unwrap_or(EventIndex::MAX);
    for page in sheet.page_at(from)..=sheet.page_at(to) {
        let (start, end) = sheet.page_ends(page);
        for label in sheet.labels(page).visible(sheet, at, (start.max(from), end.min(to)), f64::INFINITY) {
            self::label(text, label);
            text.push('\n');
        }
    }
}

/// The ruler's instants and durations.
fn strip(text: &mut String, sheet: &Sheet, view: &View, ruler: f64, heads: f64) {
    let (from, to) = view.window;
    let geometry = sheet.geometry;
    let extent = written((to - from) * geometry.zoom);
    let place = match geometry.orientation {
        Orientation::Right => format!(
            "x=\"{}\" y=\"{}\" width=\"{extent}\" height=\"{}\"",
            written(heads),
            written(geometry.across),
            written(ruler)
        ),
        Orientation::Down => {
            format!("x=\"0\" y=\"{}\" width=\"{}\" height=\"{extent}\"", written(heads), written(ruler))
        }
    };
    text.push_str(&format!("<svg {place}>\n"));
    for page in sheet.page_at(from)..=sheet.page_at(to) {
        for tick in sheet.ruler(page) {
            self::tick(text, &geometry, &tick);
            text.push('\n');
        }
    }
    text.push_str("</svg>\n");
}

/// The nodes' names at the head of their lanes.
fn names(text: &mut String, sheet: &Sheet, ruler: f64) {
    for (index, node) in sheet.run.topology.nodes.iter().enumerate() {
        let lane = sheet.geometry.lane(NodeId(index as u8));
        let (class, x, y) = match sheet.geometry.orientation {
            Orientation::Right => ("head start", 12.0, lane + 4.5),
            Orientation::Down => ("head", ruler + lane, 24.0),
        };
        words(text, class, x, y, node.name);
        text.push('\n');
    }
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
    sort_by_key(&mut order, |mark| mark.layer);
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

/// Writes a label: one element.
pub fn label(text: &mut String, label: &Label) {
    let point = label.point();
    let anchor = match label.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    words(text, &format!("{} {anchor}", label.class), point.x, point.y, &label.text);
}

/// Writes a word of the ruler with its stroke, on a strip of its own that begins at zero across: one element.
pub fn tick(text: &mut String, geometry: &Geometry, tick: &Tick) {
    let (stroke_to, class, across) = match geometry.orientation {
        Orientation::Right => (4.0, "tick middle", 18.0),
        Orientation::Down => (4.0, "tick start", 1.0),
    };
    text.push_str("<g>");
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
    text.push_str("</g>");
}

/// Writes words at a point of their baseline.
pub fn words(text: &mut String, class: &str, x: f64, y: f64, words: &str) {
    let words = escaped(words);
    text.push_str(&format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">{words}</text>", written(x), written(y)));
}

/// Words in which XML finds nothing of its own.
pub fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;")
}
