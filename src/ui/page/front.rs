//! The front page: one live run, then a table of contents.

use super::contents::Contents;
use super::scenario::First;
use crate::ui::context::use_laboratory;
use crate::ui::{address, words};
use yew::prelude::*;

#[component]
pub fn Front() -> Html {
    let laboratory = use_laboratory();
    let id = laboratory.state.bench.entry.map(|entry| entry.0.id);
    html! {
        <main class="page">
            <First />
            if let Some(id) = id {
                <p class="below"><a class="onward" href={address::of_entry(id)}>{ laboratory.words(&words::OPEN_SCENARIO) }</a></p>
            }
            <Contents />
        </main>
    }
}
