//! What happened and why it matters: the sentence of the step at the pen, at a fixed height so that nothing moves.

use crate::ui::context::Laboratory;
use crate::ui::words;
use faultline::picture::letters::is_han;
use faultline::scenario::words::instant;
use yew::prelude::*;

/// Sentences wider than this many letters are set smaller on a phone, so that they stand there whole.
const LONG: usize = 112;

/// The instant and the sentence at the pen. Where only the order of things is known, instants mean nothing.
pub fn caption(laboratory: &Laboratory) -> Html {
    let bench = &laboratory.state.bench;
    let sentence = laboratory.words(&bench.scene.narration);
    // A Han character is as wide as two letters.
    let width: usize = sentence.chars().map(|letter| if is_han(letter) { 2 } else { 1 }).sum();
    let long = (width > LONG).then_some("long");
    html! {
        <div class="caption">
            if bench.run.scenario.schedule.is_some() {
                <span class="order-only">{ laboratory.words(&words::ORDER_ONLY) }</span>
            } else {
                <time>{ instant(bench.scene.at) }</time>
            }
            <p class={classes!("narration", long)}>{ sentence }</p>
        </div>
    }
}
