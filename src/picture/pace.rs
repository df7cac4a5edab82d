//! How fast a run plays: the pen crosses the axis evenly and rests at beats, so that one can read.

use super::letters::is_han;
use crate::scenario::run::Run;
use crate::sim::trace::EventIndex;

/// How far the pen goes in a second at normal speed, in pixels along the axis.
pub const PX_PER_SECOND: f64 = 96.0;

/// How long a reader needs for a sentence, in milliseconds.
pub fn reading_ms(sentence: &str) -> f64 {
    let letters: f64 = sentence.chars().map(|letter| if is_han(letter) { 120.0 } else { 40.0 }).sum();
    (1_200.0 + letters).min(4_000.0)
}

/// The first event after `after` at which playing rests: a beat, and of several of one kind at one instant the last, so
/// that one does not read the same of every participant.
pub fn next_rest(run: &Run, after: EventIndex) -> Option<EventIndex> {
    let first = run.beats.partition_point(|beat| beat.event <= after);
    let at = |event| run.trace.event(event).at;
    let alike = run.beats[first..]
        .windows(2)
        .take_while(|pair| pair[0].kind == pair[1].kind && at(pair[0].event) == at(pair[1].event));
    run.beats.get(first + alike.count()).map(|beat| beat.event)
}
