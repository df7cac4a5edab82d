//! The scrubber: the whole run in one row along the folded axis, with its faults, beats and breaks. It is a range input,
//! so that it has a name, a value and keys of its own; it snaps to steps.

use crate::ui::context::{Act, Laboratory};
use crate::ui::following::{Draw, Part};
use crate::ui::frames::{self, Slot, Urgency};
use crate::ui::player::keys;
use crate::ui::words;
use faultline::check::Verdict;
use faultline::picture::axis::Axis;
use faultline::picture::path::written;
use faultline::say;
use faultline::scenario::run::Run;
use faultline::scenario::words::instant;
use faultline::sim::trace::EventIndex;
use std::cell::Cell;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

/// More beats than this would be a grey band.
const BEATS_MAX: usize = 120;
/// More marks of one kind than this are not told apart in one row either.
pub const MARKS_MAX: usize = 400;

/// How finely the value of the input follows the pen, in pixels along the axis.
const VALUE_STEP_PX: f64 = 8.0;

/// Where a place along the axis stands, in hundredths of a percent of the row.
pub fn hundredths(px: f64, axis: &Axis) -> u32 {
    (10_000.0 * (px / axis.length().max(1.0)).clamp(0.0, 1.0)).round() as u32
}

/// Hundredths of a percent as an attribute says them: written with integers.
pub fn percent(hundredths: u32) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// What stands still: drawn once for a run.
pub fn marks(run: &Run, axis: &Axis) -> Html {
    let at = |event| percent(hundredths(axis.px(run.trace.event(event).at), axis));
    let beats = (run.beats.len() <= BEATS_MAX).then(|| run.beats.iter().map(|beat| at(beat.event)));
    let faults = run.trace.struck.iter().filter_map(|steps| steps.first()).take(MARKS_MAX);
    let faults = faults.map(|step| at(run.trace.event_of(*step)));
    let broken = run.verdicts.iter().filter_map(|judged| match judged.verdict {
        Verdict::Violated { at, .. } => Some(at),
        _ => None,
    });
    html! {
        <>
            <line class="track" x1="0" x2="100%" y1="50%" y2="50%" />
            { for beats.into_iter().flatten().map(|x| html! {
                <line class="beat" x1={x.clone()} x2={x} y1="36%" y2="64%" />
            }) }
            { for faults.map(fault_mark) }
            { for broken.map(|event| html! {
                <svg x={at(event)} y="50%" overflow="visible"><path class="broken" d="M0-14V14M-6-3H0M0 3H6" /></svg>
            }) }
        </>
    }
}

fn marks_of_run(laboratory: &Laboratory) -> Html {
    marks(&laboratory.state.bench.run, &laboratory.state.bench.axis)
}

/// A range input along the axis takes the pen with it.
pub fn on_drag(act: &Act, slot: Slot) -> Callback<InputEvent> {
    let act = act.clone();
    Callback::from(move |event: InputEvent| {
        let Some(px) = event.target_dyn_into::<HtmlInputElement>().map(|input| input.value_as_number()) else {
            return;
        };
        // Several inputs may come in one frame: the last one counts.
        let act = act.clone();
        frames::ask(Urgency::Hand, slot, move || {
            act.lead(px);
            false
        });
    })
}

/// Where a fault struck.
pub fn fault_mark(x: String) -> Html {
    html! { <svg x={x} y="50%" overflow="visible"><path class="fault" d="M-4-12 4-4M4-12-4-4" /></svg> }
}

/// The row, with the pen at an event as far as a reader of the screen is told. Has its component drawn again for every
/// event that a hand leads the pen to.
#[hook]
pub fn use_scrubber(laboratory: &Laboratory, event: EventIndex) -> Html {
    let bench = &laboratory.state.bench;
    let (input, gone, pen) = (use_node_ref(), use_node_ref(), use_node_ref());
    let length = bench.axis.length().max(1.0);
    let follow = use_force_update();
    {
        // Every frame: the marks are only moved, which lays nothing out, and on a long run hardly ever.
        let (moving, input, gone, mark) = (laboratory.pen.clone(), input.clone(), gone.clone(), pen.clone());
        use_effect_with((bench.run.clone(), bench.axis.clone()), move |(_, axis)| {
            let (axis, stands, told) = (axis.clone(), Cell::new(None), Cell::new(None));
            let pen = moving.clone();
            let show = move |px: f64| {
                if pen.led().is_some() {
                    follow.force_update();
                }
                let share = hundredths(px, &axis);
                if stands.replace(Some(share)) != Some(share) {
                    transform(&gone, &format!("scaleX({}.{:04})", share / 10_000, share % 10_000));
                    transform(&mark, &format!("translateX({})", percent(share)));
                }
                let value = (px / VALUE_STEP_PX).round();
                if told.replace(Some(value)) == Some(value) {
                    return;
                }
                // A hand has brought it there itself.
                let is_led = |input: &HtmlInputElement| {
                    pen.led().is_some() && (input.value_as_number() - px).abs() < VALUE_STEP_PX
                };
                if let Some(input) = input.cast::<HtmlInputElement>().filter(|input| !is_led(input)) {
                    input.set_value(&written(px.round()));
                }
            };
            show(moving.position());
            let listening = moving.listen(show);
            move || drop(listening)
        });
    }
    let slot = *use_memo((), |()| frames::slot());
    let oninput = on_drag(&laboratory.act, slot);
    let (at, number, count) = (instant(bench.run.trace.event(event).at), event + 1, bench.run.len());
    let told = laboratory.words(&say!("{at}, step {number} of {count}", "{at}，第 {number} 步，共 {count} 步"));
    let onkeydown = keys::on_scrubber(&laboratory.act);
    html! {
        <div class="scrubber">
            <div class="rail" aria-hidden="true">
                <svg><Part draw={Draw::Still(laboratory.clone(), marks_of_run)} /></svg>
                <div ref={gone} class="gone" />
                <div ref={pen} class="pen" />
            </div>
            <input ref={input} id="scrubber" type="range" min="0" max={written(length.round())} step="1"
                aria-label={laboratory.words(&words::POSITION)} aria-valuetext={told} {oninput} {onkeydown} />
        </div>
    }
}

fn transform(node: &NodeRef, value: &str) {
    if let Some(element) = node.cast::<HtmlElement>() {
        drop(element.style().set_property("transform", value));
    }
}
