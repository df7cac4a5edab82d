//! What a frame has in its one row, and under it, that the page has not there.

use crate::ui::context::Laboratory;
use crate::ui::icon::{self, icon};
use crate::ui::page::scenario::content;
use crate::ui::store::Action;
use crate::ui::{address, words};
use yew::prelude::*;

/// Back to what the author shared, once the reader has broken the run.
#[inline(never)] // Loaded later.
pub fn restore_button(laboratory: &Laboratory) -> Html {
    let bench = &laboratory.state.bench;
    if *bench.author == bench.run.scenario {
        return Html::default();
    }
    let onclick = laboratory.act.on(|_: MouseEvent| Action::Restore);
    html! { <button class="quiet" id="restore" {onclick}>{ laboratory.words(&words::AUTHORS_RUN) }</button> }
}

/// To the full page.
#[inline(never)] // Loaded later.
pub fn way_out(laboratory: &Laboratory) -> Html {
    let href = address::way_out(&laboratory.state);
    let name = laboratory.words(&words::OPEN_IN_FULL);
    html! {
        <a class="quiet way-out" target="_blank" {href} aria-label={name.clone()}>
            { icon(icon::WAY_OUT) }<span class="wide">{ name }</span>
        </a>
    }
}

/// The section that the link names, under the row.
#[inline(never)] // Loaded later.
pub fn section(laboratory: &Laboratory) -> Html {
    let Some(section) = laboratory.state.bench.section else { return Html::default() };
    html! {
        <section class="section" id="section" tabindex="0" aria-label={laboratory.words(&section.title())}>
            { content(laboratory, section) }
        </section>
    }
}
