//! Keys of the flow and of the scrubber. They work only while these have the focus.

use crate::ui::breaking::targets;
use crate::ui::context::{Act, Laboratory};
use crate::ui::store::{Action, Move};
use yew::prelude::*;

/// The keys of the flow: steps, beats, nodes, play, break.
pub fn on_flow(laboratory: &Laboratory) -> Callback<KeyboardEvent> {
    let laboratory = laboratory.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let bench = &laboratory.state.bench;
        let action = match (event.key().as_str(), event.shift_key()) {
            ("ArrowUp", _) => Action::Move(Move::NodeAbove),
            ("ArrowDown", _) => Action::Move(Move::NodeBelow),
            (" ", _) if bench.playing => Action::Pause,
            (" ", _) => Action::Play,
            ("Enter", _) => Action::Point(targets::at_selection(bench)),
            // With nothing open here, the key is for what is around.
            ("Escape", _) if bench.popover.is_some() || bench.preview.is_some() => Action::Leave,
            ("u", false) => Action::Undo,
            ("r", false) => Action::Redo,
            (key, shift) => match along(key, shift) {
                Some(by) => Action::Move(by),
                None => return,
            },
        };
        event.prevent_default();
        laboratory.act.emit(action);
    })
}

/// The keys of the scrubber: steps and beats instead of pixels.
pub fn on_scrubber(act: &Act) -> Callback<KeyboardEvent> {
    let act = act.clone();
    Callback::from(move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowUp" => Some(Move::Next),
            "ArrowDown" => Some(Move::Previous),
            "PageUp" => Some(Move::NextBeat),
            "PageDown" => Some(Move::PreviousBeat),
            key => along(key, event.shift_key()),
        };
        if let Some(by) = by {
            event.prevent_default();
            act.emit(Action::Move(by));
        }
    })
}

/// Along time.
fn along(key: &str, shift: bool) -> Option<Move> {
    match (key, shift) {
        ("ArrowRight", false) => Some(Move::Next),
        ("ArrowLeft", false) => Some(Move::Previous),
        ("ArrowRight", true) => Some(Move::NextBeat),
        ("ArrowLeft", true) => Some(Move::PreviousBeat),
        ("Home", _) => Some(Move::First),
        ("End", _) => Some(Move::Last),
        _ => None,
    }
}
