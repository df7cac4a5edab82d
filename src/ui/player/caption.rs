//! What happened and why it matters: the sentence of the step at the pen, at a fixed height so that nothing moves.

use crate::ui::context::use_laboratory;
use crate::ui::store::Action;
use crate::ui::{verdict, words};
use yew::prelude::*;

/// The instant and the sentence at the pen.
#[component]
pub fn Caption() -> Html {
    let laboratory = use_laboratory();
    let bench = &laboratory.state.bench;
    let sentence = laboratory.words(&bench.scene.narration);
    html! {
        <div class="caption">
            <time>{ bench.scene.at.to_string() }</time>
            <p class="narration">{ sentence }</p>
        </div>
    }
}

/// One line: the property that ends worst, as it stands at the pen.
#[component]
pub fn VerdictLine() -> Html {
    let laboratory = use_laboratory();
    let run = &laboratory.state.bench.run;
    let Some(judged) = verdict::worst(run) else { return Html::default() };
    let (standing, word, why) = verdict::at(run, judged, laboratory.state.bench.cursor);
    let title = laboratory.words(&judged.property.title);
    let word = laboratory.words(&word);
    let why = why.map(|why| format!(" {}", laboratory.words(&why))).unwrap_or_default();
    let colon = laboratory.words(&words::COLON);
    let stop = laboratory.words(&words::FULL_STOP);
    let onclick = laboratory.act.on({
        let event = verdict::decided_at(run, judged);
        move |_: MouseEvent| Action::Go(event)
    });
    html! {
        <button class="verdict-line" {onclick} title={laboratory.words(&words::GO_TO_VERDICT)}>
            { standing.glyph() }
            <span><strong>{ title }</strong>{ colon }{ word }{ stop }{ why }</span>
        </button>
    }
}
