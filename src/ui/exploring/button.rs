//! The button beneath the flow: whether the run can still go wrong from the instant on the screen.

use super::deed::Deed;
use super::inquiry::Asked;
use crate::ui::context::Laboratory;
use crate::ui::store::{Action, Bench};
use crate::ui::words;
use faultline::scenario::explore::Question;
use faultline::scenario::link::Link;
use faultline::scenario::work::Task;
use yew::prelude::*;

/// What is asked of the run on the screen without further choice: any safety property, crashes and lost messages; only
/// after the instant at the pen, if wanted.
pub fn asked(bench: &Bench, from_here: bool) -> Asked {
    let scenario = bench.run.scenario.clone();
    let from = (from_here && bench.cursor > 0).then(|| bench.at());
    let question = Question::of(&Link { at: from, ..Link::of(scenario.clone()) });
    Asked { task: Task::Explore(question), scenario, from, entry: bench.entry, mistake: None }
}

/// The button.
pub fn explore_from_here(laboratory: &Laboratory) -> Html {
    let act = laboratory.act.clone();
    let onclick =
        laboratory.act.on(move |_: MouseEvent| Action::Explore(Deed::Ask(Box::new(asked(&act.state().bench, true)))));
    html! {
        <button class="button ask" id="explore-from-here" {onclick}>{ laboratory.words(&words::EXPLORE_FROM_HERE) }</button>
    }
}
