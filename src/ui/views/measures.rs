//! Measured costs, one run or several side by side.

use faultline::check::{self, Extent, Measure, Unit};
use faultline::say;
use faultline::scenario::words::span;
use faultline::sim::time::Span;
use faultline::text::{Language, Text};
use yew::prelude::*;

/// An amount with its unit, set apart: "12 ms", "1.5".
pub fn amount(value: u64, unit: Unit) -> String {
    match unit {
        Unit::Micros => span(Span::micros(value)),
        _ => check::measure::amount(value, unit),
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
    let lines = first.iter().map(|measure| {
        // What only one of two kinds of protocols measures stands with a dash at the other.
        let costs = all.iter().map(|costs| costs.iter().find(|cost| cost.id == measure.id));
        html! {
            <tr key={measure.id.clone()}>
                <th scope="row">{ words(&measure.name) }</th>
                { for costs.map(|cost| html! {
                    <td class={classes!("number", cost.is_some_and(|cost| cost.extent != Extent::Over).then_some("unended"))}>
                        { cost.map_or("–".to_owned(), |cost| words(&value(cost))) }
                    </td>
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
