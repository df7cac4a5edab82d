//! The same numbers as charts: a line of its own for each way and load, all on one scale.

use super::{Row, Tried, figure};
use faultline::protocols::comparison::Column;
use faultline::scenario::comparing::{Figure, figure as figure_of};
use faultline::scenario::sampling::{Quantiles, Spread, Survey, Tally};
use faultline::text::Text;
use yew::prelude::*;

/// A chart for each column that has something to draw.
pub fn charts(tried: Tried) -> Html {
    html! { <div class="charts">{ for tried.trial().columns.iter().filter_map(|column| chart(tried, *column)) }</div> }
}

/// One line of a chart.
enum Line<'a> {
    Cost(&'a Spread, &'a Survey),
    Failed(&'a Tally),
}

fn line(row: Row<'_>, column: Column) -> Option<Line<'_>> {
    match figure_of(row.survey?, column)? {
        Figure::Cost(spread) => Some(Line::Cost(spread, row.survey?)),
        Figure::Failed(tally) => Some(Line::Failed(tally)),
        Figure::Guarantees(_) => None,
    }
}

impl Line<'_> {
    /// The greatest that it draws.
    fn most(&self) -> u64 {
        match self {
            Line::Cost(spread, _) => spread.quantiles.map_or(0, |quantiles| quantiles.percentile_95),
            Line::Failed(tally) => tally.runs().into(),
        }
    }

    fn has_something(&self) -> bool {
        match self {
            Line::Cost(spread, survey) => self.most() > 0 || spread.is_for_ever(survey.done),
            Line::Failed(tally) => tally.broken() > 0,
        }
    }
}

fn chart(tried: Tried, column: Column) -> Option<Html> {
    let lines: Vec<(Row, Line)> = tried.rows().filter_map(|row| Some((row, line(row, column)?))).collect();
    if !lines.iter().any(|(_, line)| line.has_something()) {
        return None;
    }
    let most = lines.iter().map(|(_, line)| line.most()).max().unwrap_or(0).max(1);
    let caption = tried.words(&tried.name(column));
    Some(html! {
        <figure class="lines" key={caption.clone()}>
            <figcaption>{ caption }</figcaption>
            <ul>{ for lines.iter().map(|(row, line)| drawn(tried, *row, line, most)) }</ul>
            if matches!(column, Column::Cost(_)) {
                <p class="muted small">
                    { tried.words(&Text::new("thick: the middle half; thin: up to 95 % of the runs", "粗线：中间一半的运行；细线：直到 95% 的运行")) }
                </p>
            }
        </figure>
    })
}

fn drawn(tried: Tried, row: Row, line: &Line, most: u64) -> Html {
    let at = |value: u64| format!("{:.2}%", 100.0 * value.min(most) as f64 / most as f64);
    let (marks, value) = match line {
        Line::Cost(spread, survey) if spread.is_for_ever(survey.done) => {
            let mark = html! { <line class="ever" x1="0" x2="100%" y1="8" y2="8" /> };
            (mark, figure::cost(tried.laboratory, spread, survey))
        }
        Line::Cost(spread, survey) => {
            let marks = spread.quantiles.map(|quantiles| spread_of(quantiles, at)).unwrap_or_default();
            (marks, figure::cost(tried.laboratory, spread, survey))
        }
        Line::Failed(tally) => {
            let mark = html! { <rect class="failed" x="0" y="4" width={at(tally.broken().into())} height="8" /> };
            (mark, figure::share(tally))
        }
    };
    let load = tried.words(&row.load.name);
    html! {
        <li class={row.is_first.then_some("first")}>
            <span class="way">{ tried.words(&row.way.name) }</span>
            <span class="load muted">{ load }</span>
            <svg aria-hidden="true"><line class="ground" x1="0" x2="100%" y1="8" y2="8" />{ marks }</svg>
            <span class="number">{ value }</span>
        </li>
    }
}

/// The middle half, what is above it, and the median.
fn spread_of(quantiles: Quantiles, at: impl Fn(u64) -> String) -> Html {
    html! {
        <>
            <line class="most" x1={at(quantiles.lower_quartile)} x2={at(quantiles.percentile_95)} y1="8" y2="8" />
            <line class="half" x1={at(quantiles.lower_quartile)} x2={at(quantiles.upper_quartile)} y1="8" y2="8" />
            <svg x={at(quantiles.median)} overflow="visible"><line class="median" x1="0" x2="0" y1="2" y2="14" /></svg>
        </>
    }
}
