//! A trial as a table: way by way, load by load.

use super::{Row, Tried, figure};
use faultline::protocols::comparison::Column;
use faultline::text::Text;
use yew::prelude::*;

pub fn table(tried: Tried) -> Html {
    let trial = tried.trial();
    let several = trial.loads.len() > 1;
    let head = |column: &Column| {
        html! { <th scope="col" class={class(*column)}>{ tried.words(&tried.name(*column)) }</th> }
    };
    let row = |row: Row| {
        let rows = trial.loads.len().to_string();
        html! {
            <tr class={row.is_first.then_some("first")}>
                if row.is_first { <th scope="rowgroup" rowspan={rows}>{ tried.words(&row.way.name) }</th> }
                if several { <th scope="row" class="load">{ tried.words(&row.load.name) }</th> }
                { for trial.columns.iter().map(|column| html! {
                    <td class={class(*column)}>{ figure::shown(tried.laboratory, row, *column) }</td>
                }) }
            </tr>
        }
    };
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={tried.words(&trial.title)}>
            <table class="compared">
                <thead><tr>
                    <th scope="col">{ tried.words(&Text::new("Way", "做法")) }</th>
                    if several { <th scope="col">{ tried.words(&Text::new("Load", "负载")) }</th> }
                    { for trial.columns.iter().map(head) }
                </tr></thead>
                <tbody>{ for tried.rows().map(row) }</tbody>
            </table>
        </div>
    }
}

fn class(column: Column) -> Option<&'static str> {
    (column != Column::Guarantees).then_some("number")
}
