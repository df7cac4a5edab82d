//! What a run came to over its virtual time: charts on the scrubber's own axis, so that an instant stands at the same place
//! in all of them. Each is a slider of its own that moves the pen; faults stand on it as they do on the scrubber.

mod plot;
mod ticks;

pub use plot::{Drawn, Ground, drawn, figure, percent, table, told_as};
pub use ticks::evenly;

use super::{Stage, StageProps};
use crate::ui::frames;
use crate::ui::player::{keys, scrubber};
use faultline::check::chart::Chart;
use faultline::picture::path::written;
use faultline::sim::time::Instant;
use faultline::text::Text;
use plot::told;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

/// Whether the run is made into charts.
pub fn needed(stage: &Stage) -> bool {
    stage.run.has_charts()
}

/// What stands still: the charts of a run, and how they are drawn along its axis.
type Still = Vec<(Chart, Drawn)>;

fn still(stage: &Stage) -> Still {
    let (run, axis) = (&stage.run, &stage.axis);
    let length = axis.length().max(1.0);
    let place = |at: Instant| axis.px(at) / length;
    let faults = run.trace.struck.iter().filter_map(|steps| steps.first());
    let ground = Ground {
        place: &place,
        ticks: ticks::along(axis),
        faults: faults.take(scrubber::MARKS_MAX).map(|step| run.trace.steps[*step as usize].at).collect(),
        marks: scrubber::marks(run, axis),
    };
    let charts = run.charts().into_iter();
    charts.map(|chart| (drawn(&chart, &ground), chart)).map(|(drawn, chart)| (chart, drawn)).collect()
}

#[component]
pub fn Charts(StageProps { stage }: &StageProps) -> Html {
    let holder = use_node_ref();
    let tables = use_state_eq(|| false);
    let deps = (stage.run.clone(), stage.axis.clone());
    let still = use_memo(deps, |_| still(stage));
    {
        // Every frame: one property for all lines at the pen, and on a long run hardly ever.
        let (pen, holder) = (stage.pen.clone(), holder.clone());
        use_effect_with((stage.run.clone(), stage.axis.clone()), move |(_, axis)| {
            let (axis, stands) = (axis.clone(), Cell::new(None));
            let show = move |px: f64| {
                let share = scrubber::hundredths(px, &axis);
                if let Some(holder) =
                    holder.cast::<HtmlElement>().filter(|_| stands.replace(Some(share)) != Some(share))
                {
                    stand(&holder, share, px);
                }
            };
            show(pen.position());
            let listening = pen.listen(show);
            move || drop(listening)
        });
    }
    let slot = *use_memo((), |()| frames::slot());
    let oninput = scrubber::on_drag(&stage.act, slot);
    let onkeydown = keys::on_scrubber(&stage.act);
    let at = stage.at();
    let hand = |chart: &Chart| {
        let title = stage.words(&chart.title);
        let name = stage.words(&Text::new("Position in the run", "运行位置"));
        html! {
            <>
                <i class="now" aria-hidden="true"></i>
                <input type="range" class="hand" min="0" max={written(stage.axis.length().max(1.0).round())} step="1"
                    aria-label={format!("{title} · {name}")} aria-valuetext={told(chart, stage.language, at)}
                    oninput={oninput.clone()} onkeydown={onkeydown.clone()} />
            </>
        }
    };
    let onclick = {
        let tables = tables.clone();
        Callback::from(move |_: MouseEvent| tables.set(!*tables))
    };
    html! {
        <div class="charts-over-time" ref={holder}>
            { for still.iter().map(|(chart, drawn)| figure(chart, drawn, stage.language, at, hand(chart))) }
            <p>
                <button type="button" class="button" id="charts-tables" aria-expanded={tables.to_string()} {onclick}>
                    { stage.words(&Text::new("The numbers as tables", "以表格显示")) }
                </button>
            </p>
            if *tables { <div class="tables">{ for still.iter().map(|(chart, _)| table(chart, stage.language)) }</div> }
        </div>
    }
}

/// The pen stands there: the line of each chart, and the value of each slider.
fn stand(holder: &HtmlElement, share: u32, px: f64) {
    // A style sheet that cannot be written to leaves the lines where they are.
    let _ = holder.style().set_property("--share", &format!("{}.{:04}", share / 10_000, share % 10_000));
    let Ok(hands) = holder.query_selector_all(".hand") else { return };
    for place in 0..hands.length() {
        if let Some(hand) = hands.get(place).and_then(|hand| hand.dyn_into::<HtmlInputElement>().ok()) {
            hand.set_value(&written(px.round()));
        }
    }
}
