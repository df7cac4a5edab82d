//! What is chosen in the panel, and the link that it makes.

use super::form::Form;
use crate::ui::store::{Section, State, Theme};
use crate::ui::{address, environment};
use faultline::say;
use faultline::scenario::link::{self, Link, Range};
use faultline::sim::time::Instant;
use faultline::text::{Language, Text};

/// The height of an embed, in pixels: what the element takes without being told, and the bounds.
pub const HEIGHT_PX: u32 = 440;
pub const HEIGHT_PX_MIN: u32 = 320;
pub const HEIGHT_PX_MAX: u32 = 1_200;

/// What is chosen.
#[derive(Clone, PartialEq)]
pub struct Choices {
    pub form: Form,
    /// From the instant on the screen.
    pub from_here: bool,
    /// The part that is meant, as it was typed: instants, or nothing.
    pub from: String,
    pub to: String,
    pub language: Option<Language>,
    pub theme: Option<link::Theme>,
    pub read_only: bool,
    pub autoplay: bool,
    pub repeats: bool,
    pub view: Option<Section>,
    /// The height of an embed, as it was typed.
    pub height: String,
}

impl Choices {
    /// What is chosen at first, for a run of which this part plays.
    pub fn new(range: Range) -> Choices {
        let written = |instant: Option<Instant>| instant.map_or_else(String::new, |instant| instant.to_string());
        Choices {
            form: Form::Link,
            from_here: false,
            from: written(range.from),
            to: written(range.to),
            language: None,
            theme: None,
            read_only: false,
            autoplay: false,
            repeats: false,
            view: None,
            height: HEIGHT_PX.to_string(),
        }
    }

    /// The part that is meant; the error is a sentence.
    pub fn range(&self) -> Result<Range, Text> {
        let read = |typed: &str| match typed.trim() {
            "" => Ok(None),
            typed => typed.parse().map(Some).map_err(|_| UNREADABLE),
        };
        let range = Range { from: read(&self.from)?, to: read(&self.to)? };
        let backwards = range.from.zip(range.to).is_some_and(|(from, to)| from > to);
        if backwards { Err(BACKWARDS) } else { Ok(range) }
    }

    /// The height of an embed in pixels; the error is a sentence.
    pub fn height_px(&self) -> Result<u32, Text> {
        let typed = self.height.trim().parse().ok();
        typed.filter(|height| (HEIGHT_PX_MIN..=HEIGHT_PX_MAX).contains(height)).ok_or_else(|| {
            say!(
                "The height is a number from {HEIGHT_PX_MIN} to {HEIGHT_PX_MAX}",
                "高度为 {HEIGHT_PX_MIN} 到 {HEIGHT_PX_MAX} 之间的数"
            )
        })
    }

    /// What is wanted of the run on the screen; the error is a sentence.
    pub fn wanted(&self, state: &State) -> Result<Wanted, Text> {
        let range = self.range()?;
        let height_px = if self.form.has(Choice::Height) { self.height_px()? } else { HEIGHT_PX };
        let mut link = address::to_share(state, self.from_here && self.form.has(Choice::FromHere));
        link.play = (range != Range::default()).then_some(range);
        link.theme = self.theme;
        link.language = self.language;
        if self.form.is_embedded() {
            link.view = self.view.iter().map(|section| section.key().to_owned()).collect();
        }
        if !self.form.is_played() && self.form != Form::Link {
            // A file is in one language, and what is painted in one theme: those of whoever makes it.
            link.language = Some(self.language.unwrap_or(state.language));
            link.view.clear();
            link.compare.clear();
        }
        if matches!(self.form, Form::Png | Form::Gif) {
            link.theme = Some(self.theme.unwrap_or_else(|| theme_on_screen(state.theme)));
        }
        Ok(Wanted { choices: self.clone(), link, height_px, title: title(state), name: name(state) })
    }
}

const UNREADABLE: Text = Text::new("Write an instant as 2.5ms, 40ms or 1s", "时刻请写成 2.5ms、40ms 或 1s");
const BACKWARDS: Text = Text::new("The part ends before it begins", "范围的终点早于起点");

/// One choice of the panel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    FromHere,
    Part,
    Language,
    Theme,
    ReadOnly,
    Autoplay,
    Repeats,
    View,
    Height,
}

impl Form {
    /// Whether a choice matters to it.
    pub fn has(self, choice: Choice) -> bool {
        match choice {
            Choice::FromHere => matches!(self, Form::Link | Form::Frame | Form::Page),
            Choice::Part => true,
            Choice::Language => true,
            Choice::Theme => self == Form::Link || self.is_played() || self.is_picture(),
            Choice::ReadOnly | Choice::View | Choice::Height => self.is_embedded(),
            Choice::Autoplay => self == Form::Embed,
            Choice::Repeats => matches!(self, Form::Embed | Form::Gif),
        }
    }
}

/// One form of the run on the screen, with all that goes into it.
#[derive(Clone, PartialEq)]
pub struct Wanted {
    pub choices: Choices,
    pub link: Link,
    /// The height of an embed.
    pub height_px: u32,
    /// What the run asks, in the language that is chosen.
    pub title: Text,
    /// How its files are called.
    pub name: String,
}

impl Wanted {
    pub fn form(&self) -> Form {
        self.choices.form
    }

    /// The page's address with the link.
    pub fn address(&self) -> String {
        environment::base_address() + &self.link.fragment()
    }

    /// The title in the language of what is made.
    pub fn words(&self, language: Language) -> &str {
        self.title.in_language(self.link.language.unwrap_or(language))
    }
}

fn title(state: &State) -> Text {
    let bench = &state.bench;
    bench.entry.map_or_else(|| bench.run.scenario.protocol.name(), |entry| entry.0.question.clone())
}

fn name(state: &State) -> String {
    let bench = &state.bench;
    let id = bench.entry.map_or_else(|| bench.run.scenario.protocol.id(), |entry| entry.0.id);
    format!("faultline-{id}")
}

fn theme_on_screen(theme: Theme) -> link::Theme {
    match theme {
        Theme::Light => link::Theme::Light,
        Theme::Dark => link::Theme::Dark,
        Theme::Auto if environment::matches("(prefers-color-scheme: dark)") => link::Theme::Dark,
        Theme::Auto => link::Theme::Light,
    }
}
