//! Verdicts: one line near the question, and the list behind it. Each property with its state now; what is undecided
//! never reads "holds".

use super::{Breadth, Stage};
use crate::ui::selection::Selection;
use crate::ui::store::Action;
use crate::ui::verdict::{self, Standing};
use crate::ui::words;
use faultline::check::PropertyKind;
use faultline::say;
use faultline::scenario::run::{Judged, Run};
use faultline::sim::trace::EventIndex;
use faultline::text::{Language, Text};
use yew::prelude::*;

/// One line: in words the property that ends worst, as it stands at the pen, and the sign of every other. A press on the
/// words goes to the step that decided it, a press on the signs lists all.
pub fn verdict_line(stage: &Stage, open: bool) -> Html {
    let run = &stage.run;
    let Some(worst) = verdict::worst(run) else { return Html::default() };
    let (standing, word, why) = verdict::at(run, worst, stage.cursor);
    let decided = verdict::decided_at(run, worst);
    let press = going(stage).reform(move |_: MouseEvent| decided);
    let toggle = stage.act.on(move |_: MouseEvent| Action::ListVerdicts(!open));
    let count = run.verdicts.len();
    let all = say!("All {count} properties", "全部 {count} 条性质");
    let words = |text: &Text| stage.words(text);
    html! {
        <div class="verdicts">
            <div class="verdict-row">
                <button type="button" class="verdict-line" onclick={press} title={words(&words::GO_TO_VERDICT)}>
                    { standing.glyph() }
                    <span>
                        // Where the line may be cut, how the property stands comes first.
                        if stage.breadth == Breadth::Phone {
                            <strong>{ words(&word) }</strong>{ words(&words::COLON) }{ words(&worst.property.title) }
                        } else {
                            <strong>{ words(&worst.property.title) }</strong>{ words(&words::COLON) }{ words(&word) }{ words(&words::FULL_STOP) }
                        }
                        if let Some(why) = why { <span class="muted">{ format!(" {}", words(&why)) }</span> }
                    </span>
                </button>
                <button type="button" class="quiet all" onclick={toggle} aria-expanded={open.to_string()}
                    aria-controls="standings" aria-label={words(&all)} title={words(&all)}>
                    { for tally(run, stage.cursor).into_iter().map(|(standing, count)| html! {
                        <>{ standing.glyph() }<span>{ count }</span></>
                    }) }
                </button>
            </div>
            <div id="standings" hidden={!open}>
                if open { { standings(run, stage.cursor, stage.language, Some(&going(stage))) } }
            </div>
        </div>
    }
}

/// How many properties stand how, the worst first.
fn tally(run: &Run, event: EventIndex) -> Vec<(Standing, usize)> {
    let standings: Vec<Standing> = run.verdicts.iter().map(|judged| verdict::at(run, judged, event).0).collect();
    let count = |standing: Standing| standings.iter().filter(|other| **other == standing).count();
    let all = [Standing::Violated, Standing::Open, Standing::Undecided, Standing::Holds];
    all.into_iter().map(|standing| (standing, count(standing))).filter(|(_, count)| *count > 0).collect()
}

/// Every property with its state after an event; a press goes to the step that decided it, if a press leads anywhere.
pub fn standings(run: &Run, at: EventIndex, language: Language, on_go: Option<&Callback<EventIndex>>) -> Html {
    let words = |text: &Text| text.in_language(language).to_string();
    let item = |judged: &Judged| {
        let (standing, word, why) = verdict::at(run, judged, at);
        let kind = match judged.property.kind {
            PropertyKind::Always => Text::new("always", "始终"),
            PropertyKind::Eventually => Text::new("eventually", "终将"),
            PropertyKind::Sometimes => Text::new("sometimes", "可能"),
        };
        let violated = (standing == Standing::Violated).then_some("violated");
        let said = html! {
            <>
                { standing.glyph() }
                <span class="said">
                    <span class="title">{ words(&judged.property.title) }</span>
                    <span class="muted">{ words(&kind) }</span>
                    <span class={classes!("word", violated)}>{ words(&word) }</span>
                    if let Some(why) = why { <span class="why">{ words(&why) }</span> }
                </span>
            </>
        };
        let event = verdict::decided_at(run, judged);
        match on_go {
            Some(go) => {
                let press = go.reform(move |_: MouseEvent| event);
                html! { <li key={judged.property.id}><button type="button" class="verdict-item" onclick={press}>{ said }</button></li> }
            }
            None => html! { <li key={judged.property.id}><div class="verdict-item">{ said }</div></li> },
        }
    };
    html! { <ul class="verdict-list">{ for run.verdicts.iter().map(item) }</ul> }
}

/// To an event, and everything else with it.
fn going(stage: &Stage) -> Callback<EventIndex> {
    let act = stage.act.clone();
    Callback::from(move |event| {
        act.emit(Action::Go(event));
        act.emit(Action::Select(Selection::Event(event)));
    })
}
