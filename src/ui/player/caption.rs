//! What happened and why it matters: the sentence of the step at the pen, at a fixed height so that nothing moves.

use crate::ui::context::use_laboratory;
use faultline::scenario::words::instant;
use yew::prelude::*;

/// The instant and the sentence at the pen.
#[component]
pub fn Caption() -> Html {
    let laboratory = use_laboratory();
    let bench = &laboratory.state.bench;
    let sentence = laboratory.words(&bench.scene.narration);
    html! {
        <div class="caption">
            <time>{ instant(bench.scene.at) }</time>
            <p class="narration">{ sentence }</p>
        </div>
    }
}
