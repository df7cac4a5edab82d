//! Measured costs, one run or several side by side.

use faultline::check::{self, Extent, Measure, Unit};
use faultline::say;
use faultline::scenario::run::Run;
use faultline::scenario::words::span;
use faultline::sim::time::Span;
use faultline::text::{Language, Text};
use yew::prelude::*;

/// The measured costs of a run.
pub fn of(run: &Run) -> Vec<Measure> {
    check::measures(&run.trace, &run.topology, &run.scenario.faults, run.ending)
}

/// An amount with its unit: "12ms", "1.5".
pub fn amount(value: u64, unit: Unit) -> String {
    match unit {
        Unit::Count => value.to_string(),
        Unit::Halves if value % 2 == 1 => format!("{}.5", value / 2),
        Unit::Halves => (value / 2).to_string(),
        Unit::Micros => span(Span::micros(value)),
    }
}

/// A cost as words: "12ms", "1.5", "for ever", "still going on: 3s".
pub fn value(measure: &Measure) -> Text {
    let plain = |value: u64| amount(value, measure.unit);
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

/// A table of what several runs cost, each under its name.
pub fn measures(all: &[Vec<Measure>], names: &[String], language: Language) -> Html {
    let words = |text: &Text| text.in_language(language).to_string();
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
                    { for names.iter().map(|name| html! { <th scope="col" class="number">{ name.clone() }</th> }) }
                </tr>
            </thead>
            <tbody>{ for lines }</tbody>
        </table>
    }
}
