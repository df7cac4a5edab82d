//! What a figure is called and how it is written.

use super::Row;
use crate::ui::context::Laboratory;
use crate::ui::views::measures::amount;
use faultline::protocols::comparison::Column;
use faultline::say;
use faultline::scenario::comparing::{Figure, failed, figure, link};
use faultline::scenario::sampling::{Spread, Survey, Tally};
use faultline::text::Text;
use yew::prelude::*;

/// What a column is called, once one of its figures is known.
pub fn name(column: Column, example: Option<Figure<'_>>) -> Text {
    match (column, example) {
        (Column::Guarantees, _) => Text::new("Guarantees", "保证"),
        (_, Some(Figure::Cost(spread))) => spread.name.clone(),
        (_, Some(Figure::Failed(tally))) => {
            let title = &tally.title;
            say!("Runs that break “{title}”", "违反“{}”的运行", title.zh)
        }
        _ => Text::same("…"),
    }
}

/// A cost in a few characters.
pub fn cost(laboratory: &Laboratory, spread: &Spread, survey: &Survey) -> String {
    match spread.quantiles {
        _ if spread.is_for_ever(survey.done) => laboratory.words(&Text::new("for ever", "永远")),
        Some(quantiles) => amount(quantiles.median, spread.unit),
        None => "–".to_owned(),
    }
}

/// In how many of the runs a claim was not kept.
pub fn share(tally: &Tally) -> String {
    format!("{} / {}", tally.broken(), tally.runs())
}

/// What stands in a table, each number with a run that shows it.
pub fn shown(laboratory: &Laboratory, row: Row, column: Column) -> Html {
    let Some(survey) = row.survey else { return html! { <span class="muted">{ "…" }</span> } };
    let opening = |seed: Option<u64>, text: String| match seed {
        Some(seed) => html! { <a href={format!("#{}", link(row.way, row.load, seed))}>{ text }</a> },
        None => html! { { text } },
    };
    match figure(survey, column) {
        None => html! { { "–" } },
        Some(Figure::Cost(spread)) => {
            // What lasts for ever in most runs has its first run for an example of them.
            let seed = spread.median_seed.or_else(|| spread.is_for_ever(survey.done).then_some(1));
            opening(seed, cost(laboratory, spread, survey))
        }
        Some(Figure::Failed(tally)) => opening(tally.broken_first(), share(tally)),
        Some(Figure::Guarantees(tallies)) => {
            let broken: Vec<&Tally> = failed(tallies).collect();
            let claimed = tallies.iter().filter(|tally| !tally.only_possible).count();
            if broken.is_empty() {
                return html! { { laboratory.words(&say!("all {claimed} kept", "{claimed} 项全部守住")) } };
            }
            html! {
                <ul>{ for broken.into_iter().map(|tally| html! {
                    <li>
                        { opening(tally.broken_first(), laboratory.words(&tally.title)) }
                        <span class="muted">{ " " }{ share(tally) }</span>
                    </li>
                }) }</ul>
            }
        }
    }
}
