//! Earlier runs as small pictures, to reopen or to put beside the one on the screen.

use crate::ui::context::Laboratory;
use crate::ui::page::thumbnail::thumb;
use crate::ui::shared::Shared;
use crate::ui::store::Action;
use crate::ui::words;
use faultline::picture::thumbnail::Thumbnail;
use faultline::scenario::run::Run;
use faultline::scenario::words::Words;
use std::rc::Rc;
use yew::prelude::*;

/// The earlier runs, if there are any.
pub fn earlier(laboratory: &Laboratory) -> Html {
    let earlier = &laboratory.state.bench.earlier;
    if earlier.is_empty() {
        return Html::default();
    }
    html! {
        <section class="earlier-runs">
            <h2 class="small">{ laboratory.words(&words::EARLIER_RUNS) }</h2>
            <div class="earlier">{ for earlier.iter().map(|(run, picture)| one(laboratory, run, picture)) }</div>
        </section>
    }
}

fn one(laboratory: &Laboratory, run: &Shared<Run>, picture: &Rc<Thumbnail>) -> Html {
    let name = match run.scenario.faults.last() {
        None => laboratory.words(&words::WITHOUT_FAULTS),
        Some(fault) => laboratory.words(&Words::new(run.scenario.protocol, &run.topology).fault(fault)),
    };
    let (reopened, beside) = (run.clone(), run.clone());
    let reopen = laboratory.act.on(move |_: MouseEvent| Action::Reopen(reopened.clone()));
    let compare = laboratory.act.on(move |_: MouseEvent| Action::CompareEarlier(beside.clone()));
    html! {
        <figure key={run.digest.to_string()}>
            { thumb(picture) }
            <figcaption>{ name }</figcaption>
            <span>
                <button class="quiet" onclick={reopen}>{ laboratory.words(&words::REOPEN) }</button>
                <button class="quiet" onclick={compare}>{ laboratory.words(&words::COMPARE) }</button>
            </span>
        </figure>
    }
}
