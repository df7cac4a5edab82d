//! What the keys point at: the selection, or else the step at the pen.

use crate::ui::environment;
use crate::ui::selection::{Anchor, Selection, Target};
use crate::ui::store::{Bench, Pointing};
use faultline::sim::fault::Place;
use faultline::sim::name::Moment;
use faultline::sim::trace::{EventIndex, NodeId, StepKind};

/// The id of the mark that the flow draws around the selection, so that a popover can stand beside it.
pub const SELECTED_ID: &str = "flow-selected";
/// The id of the element that holds the flow.
pub const FLOW_ID: &str = "flow";

/// What Enter breaks.
pub fn at_selection(bench: &Bench) -> Pointing {
    let here = bench.run.trace.event(bench.cursor).node;
    let targets = match bench.selection {
        Selection::Message(message) => vec![Target::Message(message)],
        Selection::Node { node, event } => with_messages(bench, node, event),
        Selection::Event(event) => with_messages(bench, bench.run.trace.event(event).node, event),
        Selection::None | Selection::Sweep(_) => with_messages(bench, here, bench.cursor),
    };
    Pointing { targets, anchor: anchor() }
}

/// The node, then the messages that its event delivers or sends.
fn with_messages(bench: &Bench, node: NodeId, event: EventIndex) -> Vec<Target> {
    let mut targets = vec![Target::Node { node, event }];
    if bench.run.trace.event(event).node == node {
        targets.extend(bench.run.trace.steps_of(event).iter().filter_map(|step| match step.kind {
            StepKind::Deliver(message) | StepKind::Lose(message, _) | StepKind::Send(message) => {
                Some(Target::Message(message))
            }
            _ => None,
        }));
    }
    targets
}

/// The middle of the flow: where the selection is drawn is known only after it has been.
fn anchor() -> Anchor {
    let (left, top, width, height) = rectangle(FLOW_ID).unwrap_or_default();
    Anchor { left: left + width / 2.0, top: top + height / 2.0, width: 0.0, height: 0.0 }
}

/// Where the selection is drawn, if it is in view.
pub fn selection_anchor() -> Option<Anchor> {
    let (left, top, width, height) = rectangle(SELECTED_ID)?;
    let (from, above, across, down) = rectangle(FLOW_ID)?;
    let in_view = left + width > from && left < from + across && top + height > above && top < above + down;
    (in_view && width > 0.0).then_some(Anchor { left, top, width, height })
}

/// Left, top, width and height of an element in the window.
fn rectangle(id: &str) -> Option<(f64, f64, f64, f64)> {
    let r = environment::element(id)?.get_bounding_client_rect();
    Some((r.left(), r.top(), r.width(), r.height()))
}

/// The places that a fault of `node` at an event can be anchored to: before the event, after it, after each of its
/// effects, and its instant. The one that is usually meant comes first.
pub fn places(bench: &Bench, node: NodeId, event: EventIndex) -> Vec<Place> {
    let trace = &bench.run.trace;
    let at = Place::At(trace.event(event).at);
    if trace.event(event).node != node {
        return vec![at];
    }
    let moments: Vec<(bool, Moment)> = trace
        .steps_of(event)
        .iter()
        .filter_map(|step| Some((matches!(step.kind, StepKind::Send(_)), trace.moment(step.kind)?)))
        .collect();
    let sends = moments.iter().filter(|(sends, _)| *sends).count();
    let mut places: Vec<Place> = moments.first().map(|(_, first)| Place::Before(*first)).into_iter().collect();
    places.extend(moments.iter().map(|(_, moment)| Place::After(*moment)));
    places.push(at);
    // Between two sends of one handler is where protocols break; else after everything that the event did.
    let usual = match moments.iter().position(|(sends, _)| *sends) {
        Some(first) if sends > 1 => Place::After(moments[first].1),
        _ => moments.last().map_or(at, |(_, last)| Place::After(*last)),
    };
    places.retain(|place| *place != usual);
    places.insert(0, usual);
    places
}
