//! Verdicts as a reader at the pen may know them: before its step a violated property is "not broken yet".

use super::words;
use faultline::check::{PropertyKind, Verdict};
use faultline::scenario::run::{Judged, Run};
use faultline::sim::trace::EventIndex;
use faultline::text::Text;
use yew::prelude::*;

/// How a property stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Violated,
    /// Awaited and not there by the end of the run.
    Open,
    /// Not decided yet, or a possibility that did not show.
    Undecided,
    Holds,
}

impl Standing {
    fn class(self) -> &'static str {
        match self {
            Standing::Violated => "glyph violated",
            Standing::Open => "glyph open",
            Standing::Undecided => "glyph",
            Standing::Holds => "glyph holds",
        }
    }

    /// The sign of a standing: its shape says it without colour.
    pub fn glyph(self) -> Html {
        let path = match self {
            // The break: a line displaced.
            Standing::Violated => "M1 5h6l-2 6h10M7 1v4M5 11v4",
            Standing::Open => "M4 2h8M4 14h8M5 2c0 6 6 6 6 12M11 2c0 6-6 6-6 12",
            Standing::Undecided => "M3 8h2M7 8h2M11 8h2",
            Standing::Holds => "M2 8.5 6 12.5 14 3.5",
        };
        html! { <svg class={self.class()} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d={path} /></svg> }
    }
}

/// How a property stands at the end of its run.
pub fn at_end(judged: &Judged) -> Standing {
    match judged.verdict {
        Verdict::Violated { .. } => Standing::Violated,
        Verdict::NotYet { .. } => Standing::Open,
        Verdict::NotSeen => Standing::Undecided,
        Verdict::Holds => Standing::Holds,
    }
}

/// How a property stands after an event, in a word, and why.
pub fn at(run: &Run, judged: &Judged, cursor: EventIndex) -> (Standing, Text, Option<Text>) {
    let ended = cursor + 1 >= run.len();
    match &judged.verdict {
        Verdict::Violated { at, why } if *at <= cursor => (Standing::Violated, words::VIOLATED, Some(why.clone())),
        Verdict::Holds if ended => (Standing::Holds, words::HOLDS, None),
        Verdict::NotYet { why } if ended => (Standing::Open, words::NOT_BY_THE_END, Some(why.clone())),
        Verdict::NotSeen if ended => (Standing::Undecided, words::NOT_SEEN, None),
        _ if judged.property.kind == PropertyKind::Always => (Standing::Undecided, words::NOT_BROKEN_YET, None),
        _ => (Standing::Undecided, words::NOT_YET, None),
    }
}

/// The property that ends worst, of several that are violated the first to be so: what one line says of a run.
pub fn worst(run: &Run) -> Option<&Judged> {
    let violated_at = |judged: &Judged| match judged.verdict {
        Verdict::Violated { at, .. } => Some(at),
        _ => None,
    };
    run.verdicts.iter().min_by_key(|judged| (at_end(judged), violated_at(judged)))
}

/// The step that decided a verdict, to go to.
pub fn decided_at(run: &Run, judged: &Judged) -> EventIndex {
    match judged.verdict {
        Verdict::Violated { at, .. } => at,
        _ => run.len().saturating_sub(1),
    }
}

/// The verdict in a word, as it ends.
pub fn word(verdict: &Verdict) -> Text {
    match verdict {
        Verdict::Holds => words::HOLDS,
        Verdict::Violated { .. } => words::VIOLATED,
        Verdict::NotYet { .. } => words::NOT_BY_THE_END,
        Verdict::NotSeen => words::NOT_SEEN,
    }
}

/// The properties that both of two runs of one protocol are judged by and whose verdicts differ: how each ends here, and how there.
pub fn changes<'a>(from: &'a Run, to: &'a Run) -> Vec<(&'a Judged, &'a Judged)> {
    let there = |judged: &Judged| to.verdicts.iter().find(|other| other.property.id == judged.property.id);
    let pairs = from.verdicts.iter().filter_map(|judged| Some((judged, there(judged)?)));
    pairs.filter(|(here, there)| here.verdict.word() != there.verdict.word()).collect()
}
