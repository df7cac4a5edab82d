//! The first frame of a scenario's run as HTML, laid out as the page is: what is seen until the page takes over.

use super::pages::escaped;
use crate::picture::Orientation;
use crate::picture::letters::is_long;
use crate::picture::opening::opening;
use crate::scenario::catalogue::Listed;
use crate::scenario::run::Run;
use crate::scenario::words::instant;
use crate::text::{Language, Text};

/// The views that first frames are drawn for, by what static/picture.css calls them: which way time runs, and the flow's
/// width and height in pixels where the window is 360, 390 and 412 pixels wide, 820 × 1180, and 768, 900 and 1080 high.
const SIGHTS: [(&str, Orientation, (f64, f64)); 7] = [
    ("phone-360", Orientation::Down, (328.0, 314.0)),
    ("phone-390", Orientation::Down, (358.0, 418.0)),
    ("phone-412", Orientation::Down, (380.0, 489.0)),
    ("tablet", Orientation::Right, (756.0, 558.0)),
    ("wide-768", Orientation::Right, (832.0, 362.0)),
    ("wide-900", Orientation::Right, (880.0, 494.0)),
    ("wide-1080", Orientation::Right, (880.0, 674.0)),
];

/// A scenario in one language.
pub(super) struct FirstFrame<'a> {
    pub listed: Listed,
    pub run: &'a Run,
    pub language: Language,
}

impl FirstFrame<'_> {
    fn words(&self, text: &Text) -> String {
        escaped(text.in_language(self.language))
    }

    /// The frame under a bar. `attributes` are those of the whole, `below` is what stands under the first screen.
    pub fn html(&self, attributes: &str, bar: &str, below: &str) -> String {
        let entry = self.listed.entry;
        let (question, answer) = (self.words(&entry.question), self.words(&entry.answer));
        let sights: String = SIGHTS
            .iter()
            .map(|(class, orientation, size)| {
                let picture = opening(self.run, self.language, *orientation, *size);
                format!("<div class=\"sight {class}\">{picture}</div>")
            })
            .collect();
        format!(
            "    <div class=\"app first-frame\"{attributes}>\n      <header class=\"bar\">{bar}</header>\n      \
             <main class=\"page\"><div class=\"screen\">\n        <div class=\"opening\"><h1 class=\"question\">{question}</h1>\
             <div class=\"verdict-row\"><span class=\"verdict-line\"></span></div></div>\n        \
             <p class=\"answer unknown\">{answer}</p>\n        \
             <div class=\"stage\"><div class=\"caption\"><div>{}</div></div><div class=\"flow\">{sights}</div></div>\n      \
             </div>{below}</main>\n    </div>\n",
            self.caption(),
        )
    }

    /// The instant and the sentence, as `ui/player/caption.rs` draws them. A run of which only the order is known has none here.
    fn caption(&self) -> String {
        if self.run.scenario.schedule.is_some() {
            return String::new();
        }
        let scene = self.run.scene(0);
        let sentence = scene.narration.in_language(self.language);
        let long = if is_long(sentence) { " long" } else { "" };
        format!("<time>{}</time><p class=\"narration{long}\">{}</p>", instant(scene.at), escaped(sentence))
    }

    /// Where the scenario stands in the catalogue.
    pub fn place(&self) -> String {
        let protocol = self.listed.protocol;
        format!("{} / {}", self.words(&protocol.family().title()), self.words(&protocol.name()))
    }
}
