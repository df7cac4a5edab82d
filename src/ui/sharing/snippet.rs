//! What is pasted into a post: `docs/embedding.md` says what each attribute means.

use super::choices::{HEIGHT_PX, Wanted};
use crate::ui::environment;
use faultline::scenario::link::{Link, Theme};
use faultline::text::Language;
use std::fmt::Write;

/// How the picture of a snippet is called: it stands beside the post.
pub const PICTURE: &str = "run.svg";

/// The element with its picture, whose size is given in pixels, and its script.
pub fn element(wanted: &Wanted, language: Language, (width, height): (u32, u32)) -> String {
    let choices = &wanted.choices;
    // What the element says itself need not stand in the link.
    let bare = Link { play: None, theme: None, language: None, view: Vec::new(), ..wanted.link.clone() };
    let base = environment::base_address();
    let address = escaped(&format!("{base}{}", bare.fragment()));
    let mut attributes = String::new();
    let mut say = |name: &str, value: &str| {
        let written = match value {
            "" => write!(attributes, " {name}"),
            value => write!(attributes, " {name}=\"{}\"", escaped(value)),
        };
        written.expect("a string takes whatever is written");
    };
    if wanted.height_px != HEIGHT_PX {
        say("height", &wanted.height_px.to_string());
    }
    if let Some(range) = wanted.link.play {
        let instant =
            |instant: Option<_>| instant.map_or_else(String::new, |at: faultline::sim::time::Instant| at.to_string());
        say("play", &format!("{}-{}", instant(range.from), instant(range.to)));
    }
    let flags = [("autoplay", choices.autoplay), ("loop", choices.repeats), ("readonly", choices.read_only)];
    flags.iter().filter(|(_, on)| *on).for_each(|(name, _)| say(name, ""));
    if let Some(theme) = wanted.link.theme {
        say("theme", if theme == Theme::Dark { "dark" } else { "light" });
    }
    if let Some(language) = wanted.link.language {
        say("lang", if language == Language::English { "en" } else { "zh" });
    }
    if let Some(section) = choices.view {
        say("view", section.key());
    }
    let script = escaped(&environment::file("fault-line.js"));
    let words = escaped(wanted.words(language));
    format!(
        "<script src=\"{script}\" defer></script>\n<fault-line src=\"{address}\"{attributes}><a href=\"{address}\"><img \
         src=\"{PICTURE}\" width=\"{width}\" height=\"{height}\" alt=\"{words}\"></a></fault-line>\n"
    )
}

/// A plain frame of a run.
pub fn frame(wanted: &Wanted, language: Language) -> String {
    plain_frame(&frame_address(wanted), wanted.words(language), wanted.height_px)
}

/// A plain frame.
pub fn plain_frame(address: &str, title: &str, height_px: u32) -> String {
    let (address, title) = (escaped(address), escaped(title));
    format!(
        "<iframe title=\"{title}\" loading=\"lazy\" width=\"720\" height=\"{height_px}\" src=\"{address}\"></iframe>\n"
    )
}

/// The address of the page as a frame.
pub fn frame_address(wanted: &Wanted) -> String {
    let framed = Link { embed: true, readonly: wanted.choices.read_only, ..wanted.link.clone() };
    environment::base_address() + &framed.fragment()
}

/// Words that may stand between quotes in HTML.
pub fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
