//! A found run on trial: what it has that the visitor's has not, and why it was opened; the visitor's run beneath it, on
//! the same axis and under the same pen; and the two ways out.

use super::beside::{Beside, differences};
use super::deed::Deed;
use crate::ui::breaking::targets::FLOW_ID;
use crate::ui::context::{Laboratory, LaboratoryProps};
use crate::ui::environment;
use crate::ui::selection::Selection;
use crate::ui::shared::Shared;
use crate::ui::store::Action;
use crate::ui::views::flow::Flow;
use crate::ui::views::{Stage, use_scene};
use faultline::sim::trace::EventIndex;
use faultline::text::Text;
use yew::prelude::*;

const HEAD_ID: &str = "found-run";

/// What stands above the flow.
#[inline(never)] // Loaded later.
pub fn above(laboratory: &Laboratory) -> Html {
    html! { <Head laboratory={laboratory.clone()} /> }
}

/// What stands beneath the flow.
#[inline(never)] // Loaded later.
pub fn beneath(laboratory: &Laboratory) -> Html {
    html! { <Theirs laboratory={laboratory.clone()} /> }
}

/// What the found run has that the visitor's has not; it takes the focus when a run is opened.
#[component]
fn Head(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let Some(beside) = &laboratory.state.bench.beside else { return Html::default() };
    use_effect_with(beside.clone(), |_| {
        environment::focus(HEAD_ID);
        // Whatever is left takes its focus away.
        || environment::focus(FLOW_ID)
    });
    let keep = laboratory.act.on(|_: MouseEvent| Action::Explore(Deed::Keep));
    let back = laboratory.act.on(|_: MouseEvent| Action::Explore(Deed::Return));
    let word = |en, zh| laboratory.words(&Text::new(en, zh));
    html! {
        <section class="trial" id={HEAD_ID} tabindex="-1" aria-label={word("The run that was found", "找到的运行")}>
            <p class="why">{ laboratory.words(&beside.why) }</p>
            <ul class="added">
                { for differences(beside, &laboratory.state.bench.run).into_iter().map(|(what, event)| html! {
                    <li>{ difference(laboratory, &what, event) }</li>
                }) }
            </ul>
            <p class="ways">
                <button type="button" class="button" id="keep-found" onclick={keep}>{ word("Keep", "保留") }</button>
                <button type="button" class="button" id="leave-found" onclick={back}>
                    { word("Back to your run", "回到您的运行") }{ " " }<kbd>{ "Esc" }</kbd>
                </button>
            </p>
        </section>
    }
}

/// A fault leads to the step at which it strikes.
fn difference(laboratory: &Laboratory, what: &Text, event: Option<EventIndex>) -> Html {
    let what = laboratory.words(what);
    let Some(event) = event else { return html! { { what } } };
    let press = laboratory.act.on(move |_: MouseEvent| Action::Go(event));
    html! { <button type="button" class="quiet" onclick={press}>{ what }</button> }
}

/// The visitor's run, to look at.
#[component]
fn Theirs(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let bench = &laboratory.state.bench;
    let Some(beside) = &bench.beside else { return Html::default() };
    let title = laboratory.words(&Text::new("Your run", "您的运行"));
    html! {
        <>
            <h2 class="theirs">{ title.clone() }</h2>
            <div class="flow theirs" role="group" aria-label={title}>
                <Side stage={laboratory.stage()} beside={beside.clone()} />
            </div>
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SideProps {
    stage: Stage,
    beside: Shared<Beside>,
}

#[component]
fn Side(SideProps { stage, beside }: &SideProps) -> Html {
    let run = &beside.run;
    let cursor = run.trace.event_at(stage.at());
    let scene = use_scene(run, cursor);
    let stage = Stage {
        run: run.clone(),
        scene,
        cursor,
        ghost: None,
        preview: None,
        compared: None,
        selection: Selection::None,
        first_play: false,
        read_only: true,
        ..stage.clone()
    };
    html! { <Flow {stage} /> }
}
