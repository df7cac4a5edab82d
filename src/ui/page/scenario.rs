//! A scenario's page: its question, one verdict line, the flow with its caption, the panels beside it, the transport,
//! three faults that matter now; below, one section open at a time.

use crate::ui::breaking::earlier::earlier;
use crate::ui::breaking::list::FaultList;
use crate::ui::breaking::now::faults_now;
use crate::ui::breaking::popover::Popover;
use crate::ui::breaking::targets::FLOW_ID;
use crate::ui::context::Laboratory;
use crate::ui::exploring::button::explore_from_here;
use crate::ui::exploring::panel::Explore;
use crate::ui::exploring::trial;
use crate::ui::following::{Draw, Part};
use crate::ui::player::caption::caption;
use crate::ui::player::keys;
use crate::ui::player::transport::Transport;
use crate::ui::store::{Action, Section, moving};
use crate::ui::views::flow::Flow;
use crate::ui::views::verdicts::verdict_line;
use crate::ui::views::{Breadth, Spot, Stage, VIEWS};
use crate::ui::words;
use crate::ui::{embedding, environment, lab};
use faultline::say;
use faultline::scenario::words::span;
use faultline::sim::time::Span;
use yew::prelude::*;

/// The whole page.
pub fn scenario(laboratory: &Laboratory) -> Html {
    html! {
        <main class="page">
            { first(laboratory) }
            if !laboratory.state.frame.embedded {
                <Part draw={Draw::Whole(laboratory.clone(), below)} />
            }
        </main>
    }
}

fn below(laboratory: &Laboratory) -> Html {
    html! {
        <>
            { answer_below(laboratory) }
            { sections(laboratory) }
        </>
    }
}

/// What is seen without scrolling: all but the sections below.
pub fn first(laboratory: &Laboratory) -> Html {
    let embedded = laboratory.state.frame.embedded;
    html! {
        <div class="screen">
            if embedded {
                <h1 class="unseen">{ question(laboratory) }</h1>
            } else {
                <Part draw={Draw::Whole(laboratory.clone(), head)} />
            }
            { running(laboratory) }
            if embedded { { embedding::section(laboratory) } }
        </div>
    }
}

fn head(laboratory: &Laboratory) -> Html {
    html! {
        <>
            { opening(laboratory) }
            if laboratory.breadth != Breadth::Phone { { answer(laboratory) } }
        </>
    }
}

/// The question, and how the worst property stands.
fn opening(laboratory: &Laboratory) -> Html {
    let bench = &laboratory.state.bench;
    html! {
        <div class="opening">
            <h1 class="question">{ question(laboratory) }</h1>
            if let Some(warning) = &bench.warning { <p class="warning" role="status">{ laboratory.words(warning) }</p> }
            if bench.run.scenario.schedule.is_some() { <p class="muted small">{ laboratory.words(&words::ORDER_ONLY_HINT) }</p> }
            { verdict_line(&laboratory.stage(), bench.lists_verdicts) }
            if let Some(status) = making(laboratory) { <p class="muted making" role="status">{ status }</p> }
        </div>
    }
}

/// What the scenario asks; the protocol's name if it asks nothing.
fn question(laboratory: &Laboratory) -> String {
    let bench = &laboratory.state.bench;
    match bench.entry {
        Some(entry) => laboratory.words(&entry.0.question),
        None => laboratory.words(&bench.run.scenario.protocol.name()),
    }
}

/// How far a long run is: still being made, or made in the background and how fast.
fn making(laboratory: &Laboratory) -> Option<String> {
    let bench = &laboratory.state.bench;
    let events = bench.run.len();
    let text = match bench.took_micros {
        None if lab::is_begun(&bench.run) => say!(
            "The first {events} events are here; the rest is being made in the background",
            "已有前 {events} 个事件，其余正在后台运行"
        ),
        None => return None,
        Some(micros) => {
            let took = span(Span::millis(micros.div_ceil(1_000)));
            say!("{events} events, made in the background in {took}", "共 {events} 个事件，后台运行用时 {took}")
        }
    };
    Some(laboratory.words(&text))
}

/// What one knows at the end: shown once the run has got there. Its place is kept from the beginning, so that nothing
/// moves then. An edited run has an answer of its own.
fn answer(laboratory: &Laboratory) -> Html {
    let bench = &laboratory.state.bench;
    let Some(entry) = bench.entry else { return Html::default() };
    let known = bench.cursor >= moving::resting_place(&bench.run) && !bench.history.is_edited();
    html! { <p class={classes!("answer", (!known).then_some("unknown"))}>{ laboratory.words(&entry.0.answer) }</p> }
}

/// Whether faults may be searched for: what is found is a broken run.
fn may_explore(laboratory: &Laboratory) -> bool {
    !laboratory.state.frame.embedded && !laboratory.state.frame.read_only
}

/// A search places faults in time: it has nothing to say of an order only.
fn exploring(laboratory: &Laboratory) -> Html {
    let in_time = laboratory.state.bench.run.scenario.schedule.is_none();
    if in_time { explore_from_here(laboratory) } else { Html::default() }
}

/// On a phone the answer stands under the first screen, and so does the question whether it can still go wrong.
pub fn answer_below(laboratory: &Laboratory) -> Html {
    if laboratory.breadth != Breadth::Phone {
        return Html::default();
    }
    html! {
        <>
            { answer(laboratory) }
            if may_explore(laboratory) { <p class="ask-below">{ exploring(laboratory) }</p> }
        </>
    }
}

/// The run itself: caption, flow, transport, three faults, and the panels beside them.
fn running(laboratory: &Laboratory) -> Html {
    let state = &laboratory.state;
    let breaking = state.bench.breaking;
    let found = state.bench.beside.is_some();
    let has_beside = !state.frame.embedded && laboratory.breadth != Breadth::Phone;
    let stage = laboratory.stage();
    html! {
        <>
            <div class="stage">
                if found { <Part draw={Draw::Still(laboratory.clone(), trial::above)} /> }
                { caption(laboratory) }
                <div id={FLOW_ID} class={classes!("flow", breaking.then_some("breaking"))} tabindex="0" role="group"
                    aria-label={laboratory.words(&words::FLOW)} aria-describedby="flow-keys"
                    onkeydown={keys::on_flow(laboratory)}>
                    <Flow stage={stage.clone()} {breaking} />
                </div>
                <p id="flow-keys" class="unseen">{ laboratory.words(&words::FLOW_HINT) }</p>
                if found { { trial::beneath(laboratory) } }
                <Transport laboratory={laboratory.clone()} />
                if may_explore(laboratory) {
                    <div class="now-row"><Part draw={Draw::Whole(laboratory.clone(), now_row)} /></div>
                }
            </div>
            if has_beside {
                <div class="side">
                    <aside class="beside" tabindex="0" aria-label={laboratory.words(&words::PANELS)}>
                        { beside(laboratory, &stage) }
                    </aside>
                </div>
            }
            if state.bench.popover.is_some() { <Popover laboratory={laboratory.clone()} /> }
        </>
    }
}

/// Three faults, and where there is room the question whether it can still go wrong.
fn now_row(laboratory: &Laboratory) -> Html {
    html! {
        <>
            { faults_now(laboratory) }
            if laboratory.breadth != Breadth::Phone { { exploring(laboratory) } }
        </>
    }
}

/// The views that stand beside the flow and have something to show.
fn beside(laboratory: &Laboratory, stage: &Stage) -> Html {
    let shown = VIEWS.iter().filter(|view| matches!(view.spot, Spot::Beside { .. }) && (view.needs)(stage));
    html! { { for shown.map(|view| html! { <Part draw={Draw::View(laboratory.clone(), view)} /> }) } }
}

/// The ids of the sheet that a phone shows the sections in, and of the button that opens it.
pub const SHEET_ID: &str = "sheet";
pub const SHEET_BUTTON_ID: &str = "more";

/// One section open at a time; on a phone the panels stand among them.
fn sections(laboratory: &Laboratory) -> Html {
    let open = laboratory.state.bench.section;
    let stage = laboratory.stage();
    let has = |section: Section| {
        section == Section::Faults
            || section == Section::Explore && may_explore(laboratory)
            || VIEWS.iter().any(|view| view.spot == Spot::Below(section) && (view.needs)(&stage))
    };
    let tab = |section: Section| {
        let is_open = open == Some(section);
        let onclick = laboratory.act.on(move |_: MouseEvent| Action::Open((!is_open).then_some(section)));
        html! {
            <button aria-expanded={is_open.to_string()} aria-controls="section" id={format!("open-{}", section.key())} {onclick}>
                { laboratory.words(&section.title()) }
                if section == Section::Faults { { count(stage.run.scenario.faults.len()) } }
            </button>
        }
    };
    let (act, covers) = (laboratory.act.clone(), laboratory.breadth == Breadth::Phone);
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" && covers {
            event.prevent_default();
            act.emit(Action::Sheet(false));
            environment::focus(SHEET_BUTTON_ID);
        }
    });
    html! {
        <div id={SHEET_ID} class={classes!("below", "sheet", laboratory.state.bench.sheet.then_some("open"))} {onkeydown}>
            <nav class="sections" aria-label={laboratory.words(&words::SECTIONS)}>
                { for Section::ALL.into_iter().filter(|section| has(*section)).map(tab) }
            </nav>
            <section class="section" id="section" hidden={open.is_none()}
                aria-label={open.map(|section| laboratory.words(&section.title()))}>
                if let Some(section) = open { { content(laboratory, section) } }
            </section>
            if laboratory.breadth == Breadth::Phone && open.is_none() {
                <aside class="beside" aria-label={laboratory.words(&words::PANELS)}>{ beside(laboratory, &stage) }</aside>
            }
            { earlier(laboratory) }
        </div>
    }
}

fn count(faults: usize) -> Html {
    match faults {
        0 => Html::default(),
        some => html! { <span class="muted">{ format!(" {some}") }</span> },
    }
}

/// What a section holds.
pub fn content(laboratory: &Laboratory, section: Section) -> Html {
    let stage = laboratory.stage();
    let views = VIEWS.iter().filter(|view| view.spot == Spot::Below(section) && (view.needs)(&stage));
    html! {
        <>
            if section == Section::Faults { <FaultList laboratory={laboratory.clone()} /> }
            if section == Section::Explore && may_explore(laboratory) { <Explore laboratory={laboratory.clone()} /> }
            { for views.map(|view| (view.draw)(stage.clone())) }
        </>
    }
}
