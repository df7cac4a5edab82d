//! The front page: one live run, then a table of contents.

use super::contents::Contents;
use super::scenario::{answer_below, first};
use crate::ui::context::Laboratory;
use crate::ui::following::{Draw, Part};
use crate::ui::{address, words};
use yew::prelude::*;

/// The front page. Its table of contents, which is drawn from real runs, comes once all of the page is there.
pub fn front(laboratory: &Laboratory, has_all: bool) -> Html {
    let id = laboratory.state.bench.entry.map(|entry| entry.0.id);
    html! {
        <main class="page">
            { first(laboratory) }
            <Part draw={Draw::Whole(laboratory.clone(), answer_below)} />
            if let Some(id) = id {
                <p class="below">
                    <a class="onward" href={address::of_entry(id)}>{ laboratory.words(&words::OPEN_SCENARIO) }</a>
                </p>
            }
            if has_all { <Contents language={laboratory.language()} /> }
        </main>
    }
}
