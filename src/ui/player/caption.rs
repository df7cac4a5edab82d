//! What happened and why it matters: the sentence of the step at the pen, at a fixed height so that nothing moves.

use crate::ui::context::Laboratory;
use crate::ui::words;
use faultline::picture::letters::is_long;
use faultline::scenario::words::instant;
use yew::prelude::*;

/// The instant and the sentence at the pen. Where only the order of things is known, instants mean nothing.
pub fn caption(laboratory: &Laboratory) -> Html {
    let bench = &laboratory.state.bench;
    let sentence = laboratory.words(&bench.scene.narration);
    let long = is_long(&sentence).then_some("long");
    html! {
        <div class="caption">
            <div>
                if bench.run.scenario.schedule.is_some() {
                    <span class="order-only">{ laboratory.words(&words::ORDER_ONLY) }</span>
                } else {
                    <time>{ instant(bench.scene.at) }</time>
                }
                <p class={classes!("narration", long)}>{ sentence }</p>
            </div>
        </div>
    }
}
