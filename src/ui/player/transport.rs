//! Play, pause, step, speed, undo: one row of controls.

use super::scrubber::use_scrubber;
use crate::ui::context::{Laboratory, LaboratoryProps};
use crate::ui::exploring::strip::strip;
use crate::ui::following::{Draw, Part};
use crate::ui::icon::{self, icon};
use crate::ui::page::scenario::{SHEET_BUTTON_ID, SHEET_ID};
use crate::ui::store::bench::Standing;
use crate::ui::store::{Action, Move, Place, Speed};
use crate::ui::{embedding, words};
use faultline::picture::axis::Scale;
use faultline::scenario::words::instant;
use faultline::text::Text;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// A button with a sign; its name is its tooltip too.
fn button(laboratory: &Laboratory, name: &Text, sign: &'static str, enabled: bool, action: Action) -> Html {
    let name = laboratory.words(name);
    let onclick = laboratory.act.on(move |_: MouseEvent| action.clone());
    html! {
        <button class="quiet" aria-label={name.clone()} title={name} disabled={!enabled} {onclick}>{ icon(sign) }</button>
    }
}

/// The scrubber with the row beneath. It follows the hand that takes the pen along, of which the page is told later.
#[component]
pub fn Transport(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let state = &laboratory.state;
    let bench = &state.bench;
    let event = laboratory.pen.led().unwrap_or(bench.cursor);
    let number = event + 1;
    let at = instant(bench.run.trace.event(event).at);
    let scrubber = use_scrubber(laboratory, event);
    let count = bench.run.len();
    // As wide as it will ever be, in spaces that are as wide as digits: what follows does not move.
    let digits = count.to_string().len();
    let number = format!("{number:\u{2007}>digits$}");
    let position = laboratory.words(&faultline::say!("{number} of {count}", "第 {number} / {count} 步"));
    html! {
        <>
            { scrubber }
            if state.strip.is_some() { { strip(laboratory) } }
            <div class="transport" role="group" aria-label={laboratory.words(&words::TRANSPORT)}>
                <Part draw={Draw::Still(laboratory.clone(), moves)} />
                <span class="now"><span>{ position }{ " · " }{ at }</span></span>
                <span class="spring"></span>
                <Part draw={Draw::Still(laboratory.clone(), switches)} />
                if state.frame.embedded { { embedding::way_out(laboratory) } }
            </div>
        </>
    }
}

/// What moves the pen.
fn moves(laboratory: &Laboratory) -> Html {
    let Standing { playing, at_start, at_end } = laboratory.state.bench.standing();
    let (play_name, play_sign, play) = match (playing, at_end) {
        (true, _) => (words::PAUSE, icon::PAUSE, Action::Pause),
        (false, true) => (words::REPLAY, icon::REPLAY, Action::Play),
        (false, false) => (words::PLAY, icon::PLAY, Action::Play),
    };
    let control = |name: &Text, sign, enabled, action| button(laboratory, name, sign, enabled, action);
    html! {
        <>
            <span class="wide">
                { control(&words::PREVIOUS_BEAT, icon::PREVIOUS_BEAT, !at_start, Action::Move(Move::PreviousBeat)) }
            </span>
            { control(&words::STEP_BACK, icon::STEP_BACK, !at_start, Action::Move(Move::Previous)) }
            { play_button(laboratory, &play_name, play_sign, play) }
            { control(&words::STEP, icon::STEP, !at_end, Action::Move(Move::Next)) }
            <span class="beats">
                { control(&words::NEXT_BEAT, icon::NEXT_BEAT, !at_end, Action::Move(Move::NextBeat)) }
            </span>
        </>
    }
}

/// What is chosen, and what is done to the run.
fn switches(laboratory: &Laboratory) -> Html {
    let state = &laboratory.state;
    html! {
        <>
            { speeds(laboratory) }
            if state.frame.embedded {
                { embedding::restore_button(laboratory) }
            } else {
                { scale_switch(laboratory) }
            }
            if !state.frame.read_only { { editing(laboratory) } }
            if state.place == Place::Scenario && !state.frame.embedded { { sheet_button(laboratory) } }
        </>
    }
}

/// The one filled button of the page.
fn play_button(laboratory: &Laboratory, name: &Text, sign: &'static str, action: Action) -> Html {
    let name = laboratory.words(name);
    let onclick = laboratory.act.on(move |_: MouseEvent| action.clone());
    html! {
        <button class="button first" id="play" aria-label={name.clone()} title={name} {onclick}>{ icon(sign) }</button>
    }
}

/// On a phone: opens the sheet with everything else.
fn sheet_button(laboratory: &Laboratory) -> Html {
    let open = laboratory.state.bench.sheet;
    let name = laboratory.words(&words::SECTIONS);
    let onclick = laboratory.act.on(move |_: MouseEvent| Action::Sheet(!open));
    html! {
        <button class="quiet phone" id={SHEET_BUTTON_ID} aria-expanded={open.to_string()} aria-controls={SHEET_ID}
            aria-label={name.clone()} title={name} {onclick}>{ icon(icon::MORE) }</button>
    }
}

fn speeds(laboratory: &Laboratory) -> Html {
    let now = laboratory.state.bench.speed;
    let onchange = laboratory.act.on(|event: Event| {
        let value = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        Action::Speed(value.and_then(|select| select.value().parse().ok()).map_or(Speed::NORMAL, Speed))
    });
    html! {
        <select class="field wide" aria-label={laboratory.words(&words::SPEED)} {onchange}>
            { for Speed::ALL.iter().map(|speed| html! {
                <option value={speed.0.to_string()} selected={*speed == now}>
                    { times(*speed) }
                </option>
            }) }
        </select>
    }
}

/// How many times as fast: 0.25×, 0.5×, 1×.
fn times(speed: Speed) -> String {
    let number = format!("{}.{:02}", speed.0 / 100, speed.0 % 100);
    format!("{}×", number.trim_end_matches('0').trim_end_matches('.'))
}

fn scale_switch(laboratory: &Laboratory) -> Html {
    let is_true = laboratory.state.bench.axis.scale() == Scale::True;
    let onclick =
        laboratory.act.on(move |_: MouseEvent| Action::Scale(if is_true { Scale::Folded } else { Scale::True }));
    html! {
        <button class="quiet wide" aria-pressed={is_true.to_string()} {onclick}
            title={laboratory.words(&words::TRUE_SCALE_HINT)}>
            { laboratory.words(&words::TRUE_SCALE) }
        </button>
    }
}

/// Undo, redo, and the switch that lets touch draw.
fn editing(laboratory: &Laboratory) -> Html {
    let bench = &laboratory.state.bench;
    let named = |word: &Text, edit: Option<&Text>| match edit {
        Some(edit) => {
            let (en, zh) = (&word.en, &word.zh);
            faultline::say!("{en}: {edit}", "{zh}：{}", edit.zh)
        }
        None => word.clone(),
    };
    let (undo, redo) = (bench.history.next_undo(), bench.history.next_redo());
    let breaking = bench.breaking;
    let onclick = laboratory.act.on(move |_: MouseEvent| Action::Break(!breaking));
    html! {
        <>
            { button(laboratory, &named(&words::UNDO, undo), icon::UNDO, undo.is_some(), Action::Undo) }
            <span class="redo">
                { button(laboratory, &named(&words::REDO, redo), icon::REDO, redo.is_some(), Action::Redo) }
            </span>
            <button class="quiet touch" id="break" aria-pressed={breaking.to_string()} {onclick}
                aria-label={laboratory.words(&words::BREAK)} title={laboratory.words(&words::BREAK_HINT)}>
                { icon(icon::BREAK) }
            </button>
        </>
    }
}
