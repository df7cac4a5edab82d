//! What can be done with searches, and with the runs that they find.

use super::beside::{self, Opening};
use super::inquiry::{self, Asked, Course};
use crate::ui::store::State;
use faultline::scenario::work::Answer;

/// One such act.
#[derive(Clone)]
pub enum Deed {
    Ask(Box<Asked>),
    /// How the search of that number stands.
    Hear {
        number: u32,
        answer: Box<Answer>,
        done: bool,
        took_micros: u64,
    },
    /// The search of that number died.
    Lose(u32),
    Stop,
    /// Takes the strip under the scrubber away.
    CloseStrip,
    /// Opens a found run beside the visitor's.
    Open(Box<Opening>),
    /// The found run becomes the visitor's.
    Keep,
    /// The visitor's run comes back.
    Return,
}

/// Whether it changes nothing.
pub fn changes_nothing(state: &State, deed: &Deed) -> bool {
    let goes_on = || inquiry::under_way(state).map(|inquiry| inquiry.number);
    match deed {
        Deed::Ask(_) | Deed::Open(_) => state.frame.read_only,
        Deed::Hear { number, .. } | Deed::Lose(number) => goes_on() != Some(*number),
        Deed::Stop => goes_on().is_none(),
        Deed::CloseStrip => state.strip.is_none(),
        // What lies over the page is closed first.
        Deed::Return => state.bench.beside.is_none() || state.help,
        Deed::Keep => state.bench.beside.is_none(),
    }
}

/// Does it.
pub fn act(state: &mut State, deed: Deed) {
    match deed {
        Deed::Ask(asked) => inquiry::begin(state, *asked),
        Deed::Hear { answer, done, took_micros, .. } => {
            inquiry::hear(state, *answer, done, took_micros);
            if done {
                beside::open_answer(state);
            }
        }
        Deed::Lose(_) => inquiry::end(state, Course::Lost),
        Deed::Stop => inquiry::stop(state),
        Deed::CloseStrip => {
            if state.strip.as_ref().is_some_and(|strip| strip.is_under_way()) {
                inquiry::stop(state);
            }
            state.strip = None;
        }
        Deed::Open(opening) => beside::open(state, *opening),
        Deed::Keep => beside::keep(state),
        Deed::Return => beside::leave(state),
    }
}
