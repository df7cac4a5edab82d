//! A run in other forms, for posts, documents and other tools: each is made from the run itself, whole or in part. Knows
//! no screen: the page asks for these as the command line does.

mod animated;
pub mod card;
#[cfg(feature = "export")]
pub mod carrier;
#[cfg(feature = "export")]
pub mod film;
#[cfg(feature = "export")]
pub mod json;
mod lines;
mod mermaid;
#[cfg(feature = "export")]
mod palette;
mod picture;
mod shiviz;
mod table;
#[cfg(test)]
mod tests;
pub mod wire;

use crate::picture::svg::Inks;
use crate::say;
use crate::scenario::link::{Link, Range};
use crate::scenario::run::Run;
use crate::sim::trace::EventIndex;
use crate::text::{Language, Text};

/// What a run can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The message flow as a still picture.
    Picture,
    /// The message flow, drawn once before the reader's eyes, without any script.
    Animation,
    /// A sequence diagram in Mermaid's language.
    Mermaid,
    /// A log with vector clocks, as ShiViz reads it.
    ShiViz,
    /// The trace, one JSON object a line, then the verdicts, then how it ended.
    #[cfg(feature = "export")]
    Json,
    /// The events as tab-separated values.
    Table,
}

impl Form {
    pub const ALL: &[Form] = &[
        Form::Picture,
        Form::Animation,
        Form::Mermaid,
        Form::ShiViz,
        #[cfg(feature = "export")]
        Form::Json,
        Form::Table,
    ];

    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Form::Picture => "svg",
            Form::Animation => "animated-svg",
            Form::Mermaid => "mermaid",
            Form::ShiViz => "shiviz",
            #[cfg(feature = "export")]
            Form::Json => "json",
            Form::Table => "table",
        }
    }

    /// The form of this word.
    pub fn of(word: &str) -> Option<Form> {
        Form::ALL.iter().copied().find(|form| form.word() == word)
    }
}

/// The events of a run from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub first: EventIndex,
    pub last: EventIndex,
}

impl Part {
    /// The events of a run in a range of instants; none if nothing happens in it.
    pub fn of(run: &Run, range: Range) -> Option<Part> {
        let at = |event: &u32| run.trace.steps[*event as usize].at;
        let events = &run.trace.events;
        let first = range.from.map_or(0, |from| events.partition_point(|event| at(event) < from));
        let end = range.to.map_or(events.len(), |to| events.partition_point(|event| at(event) <= to));
        let last = end.checked_sub(1).filter(|last| *last >= first)?;
        Some(Part { first: first as EventIndex, last: last as EventIndex })
    }

    pub fn events(self) -> std::ops::RangeInclusive<EventIndex> {
        self.first..=self.last
    }

    pub fn contains(self, event: EventIndex) -> bool {
        self.events().contains(&event)
    }
}

/// What is written down.
pub struct Export<'a> {
    pub run: &'a Run,
    /// What the run is named by in what is written.
    pub link: &'a Link,
    pub part: Part,
    pub language: Language,
    /// The colours of pictures.
    pub inks: Inks,
}

impl<'a> Export<'a> {
    /// The part of a link's run that the link plays, in its language and colours where it names them. The error is a
    /// sentence.
    pub fn of(run: &'a Run, link: &'a Link) -> Result<Export<'a>, Text> {
        use crate::scenario::link::Theme;
        let part = Part::of(run, link.play.unwrap_or_default()).ok_or_else(nothing_happens)?;
        let language = link.language.unwrap_or(Language::English);
        let inks = match link.theme {
            None => Inks::Both,
            Some(Theme::Light) => Inks::Light,
            Some(Theme::Dark) => Inks::Dark,
        };
        Ok(Export { run, link, part, language, inks })
    }

    /// The run in a form. The error is a sentence: the part is longer than the form, or whoever reads it, can take.
    pub fn write(&self, form: Form) -> Result<String, Text> {
        match form {
            Form::Picture => picture::write(self),
            Form::Animation => animated::write(self),
            Form::Mermaid => mermaid::write(self),
            Form::ShiViz => Ok(shiviz::write(self)),
            #[cfg(feature = "export")]
            Form::Json => Ok(json::write(self)),
            Form::Table => Ok(table::write(self)),
        }
    }

    /// What the run asks: the scenario's question, or else the protocol's name.
    fn title(&self) -> String {
        let title = self.link.entry.map_or_else(|| self.run.scenario.protocol.name(), |entry| entry.question.clone());
        title.in_language(self.language).to_owned()
    }
}

fn nothing_happens() -> Text {
    say!(
        "Nothing happens in this part of the run: choose a part that holds at least one event",
        "这一段内没有任何事件：请选择至少包含一个事件的范围"
    )
}

/// What to tell of a part that is too long for a form.
fn too_long(form: &str, form_zh: &str, most: usize, of: &str, of_zh: &str) -> Text {
    say!(
        "This part of the run is too long for {form}, which takes at most {most} {of}: choose a shorter part",
        "这一段对{form_zh}来说过长，最多容纳 {most} {of_zh}：请选择更短的范围"
    )
}
