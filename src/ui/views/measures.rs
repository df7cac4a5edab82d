//! Measured costs, one run or several side by side.

use crate::ui::shared::Shared;
use faultline::check::{Extent, Measure, Unit, measures};
use faultline::say;
use faultline::scenario::run::Run;
use faultline::scenario::words::span;
use faultline::sim::time::Span;
use faultline::text::{Language, Text};
use yew::prelude::*;

/// The runs whose costs are compared, each with the name at the head of its column.
#[derive(Clone, PartialEq, Properties)]
pub struct MeasuresProps {
    pub runs: Vec<(Shared<Run>, String)>,
    pub language: Language,
}

/// The measured costs of a run.
pub fn of(run: &Run) -> Vec<Measure> {
    measures(&run.trace, &run.topology, &run.scenario.faults, run.ending)
}

/// A cost as words: "12ms", "1.5", "for ever", "still going on: 3s".
pub fn value(measure: &Measure) -> Text {
    let plain = |value: u64| match measure.unit {
        Unit::Count => value.to_string(),
        Unit::Halves if value % 2 == 1 => format!("{}.5", value / 2),
        Unit::Halves => (value / 2).to_string(),
        Unit::Micros => span(Span::micros(value)),
    };
    match (measure.extent, measure.value) {
        (Extent::ForEver, _) => Text::new("for ever", "永远"),
        (Extent::GoesOn, Some(value)) => {
            let value = plain(value);
            say!("{value}, going on", "{value}，仍在继续")
        }
        (Extent::Over, Some(value)) => {
            let value = plain(value);
            say!("{value}", "{value}")
        }
        (_, None) => Text::new("–", "–"),
    }
}

#[component]
pub fn Measures(props: &MeasuresProps) -> Html {
    let runs: Vec<Shared<Run>> = props.runs.iter().map(|(run, _)| run.clone()).collect();
    let all = use_memo(runs, |runs| runs.iter().map(|run| of(run)).collect::<Vec<_>>());
    let words = |text: &Text| text.in_language(props.language).to_string();
    let Some(first) = all.first() else { return Html::default() };
    let lines = first.iter().enumerate().map(|(line, measure)| {
        let costs = all.iter().map(|costs| &costs[line]);
        html! {
            <tr key={measure.id}>
                <th scope="row">{ words(&measure.name) }</th>
                { for costs.map(|cost| html! {
                    <td class={classes!("number", (cost.extent != Extent::Over).then_some("unended"))}>{ words(&value(cost)) }</td>
                }) }
            </tr>
        }
    });
    html! {
        <table class="measures">
            <caption>{ words(&Text::new("What it cost, measured from the run", "从运行中测得的代价")) }</caption>
            <thead>
                <tr>
                    <th scope="col">{ words(&Text::new("Cost", "代价")) }</th>
                    { for props.runs.iter().map(|(_, name)| html! { <th scope="col" class="number">{ name.clone() }</th> }) }
                </tr>
            </thead>
            <tbody>{ for lines }</tbody>
        </table>
    }
}
