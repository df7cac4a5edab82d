//! Where the pen goes: by steps, by beats, and after an edit.

use super::action::Move;
use faultline::scenario::compare::first_different_step;
use faultline::scenario::run::Run;
use faultline::sim::time::Instant;
use faultline::sim::trace::{EventIndex, NodeId, StepIndex};

/// The event that a move leads to from `cursor`.
pub fn destination(run: &Run, cursor: EventIndex, by: Move) -> EventIndex {
    let last = run.len().saturating_sub(1);
    match by {
        Move::Next => cursor.saturating_add(1).min(last),
        Move::Previous => cursor.saturating_sub(1),
        Move::NextBeat => next_beat(run, cursor).unwrap_or(last),
        Move::PreviousBeat => {
            let before = run.beats.partition_point(|beat| beat.event < cursor);
            before.checked_sub(1).map_or(0, |index| run.beats[index].event)
        }
        Move::First => 0,
        Move::Last => last,
        Move::NodeAbove | Move::NodeBelow => cursor,
    }
}

/// The first beat after an event.
pub fn next_beat(run: &Run, after: EventIndex) -> Option<EventIndex> {
    let index = run.beats.partition_point(|beat| beat.event <= after);
    run.beats.get(index).map(|beat| beat.event)
}

/// Where the first play ends: at the last beat, after which a reader learns nothing new.
pub fn resting_place(run: &Run) -> EventIndex {
    run.beats.last().map_or(run.len().saturating_sub(1), |beat| beat.event)
}

/// Whether a reader's belief changes at an event.
pub fn is_beat(run: &Run, event: EventIndex) -> bool {
    run.beats.binary_search_by_key(&event, |beat| beat.event).is_ok()
}

/// The node above or below in the order of the lanes.
pub fn neighbour(run: &Run, node: NodeId, by: Move) -> NodeId {
    let last = run.topology.nodes.len().saturating_sub(1) as u8;
    match by {
        Move::NodeAbove => NodeId(node.0.saturating_sub(1)),
        Move::NodeBelow => NodeId(node.0.saturating_add(1).min(last)),
        _ => node,
    }
}

/// The first event in which two runs differ; none if they are the same to the end.
pub fn first_difference(old: &Run, new: &Run) -> Option<EventIndex> {
    let differs = first_different_step(old, new)?.theirs;
    let step = differs.unwrap_or_else(|| new.trace.steps.len().saturating_sub(1) as StepIndex);
    Some(new.trace.event_of(step))
}

/// Where the pen stands in the new run after an edit of faults: at its instant, or at the first step that differs if
/// that lies before it.
pub fn after_edit(old: &Run, new: &Run, cursor: EventIndex) -> EventIndex {
    match first_difference(old, new) {
        Some(differs) if differs <= cursor => differs,
        _ => cursor.min(new.len().saturating_sub(1)),
    }
}

/// Where the pen stands after a change of parameters or seed: at its instant, or at the end of a shorter run.
pub fn at_instant(new: &Run, at: Instant) -> EventIndex {
    new.trace.event_at(at)
}

/// The event, if it still stands at its instant; else the last one at that instant.
pub fn at_event(run: &Run, event: EventIndex, at: Instant) -> EventIndex {
    let same = event < run.len() && run.trace.event(event).at == at;
    if same { event } else { at_instant(run, at) }
}
