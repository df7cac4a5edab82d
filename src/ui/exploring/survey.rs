//! What many seeds came to: how each measured cost is distributed, and in how many runs each property failed.

use super::beside::Opening;
use super::deed::Deed;
use super::inquiry::Inquiry;
use crate::ui::context::Laboratory;
use crate::ui::store::Action;
use crate::ui::views::measures::amount;
use faultline::say;
use faultline::scenario::Scenario;
use faultline::scenario::explore::grouped;
use faultline::scenario::sampling::{Bar, Quantiles, Spread, Survey, Tally};
use faultline::text::Text;
use yew::prelude::*;

/// The whole of it: properties first, then costs as charts, then the same numbers as a table.
pub fn survey(laboratory: &Laboratory, inquiry: &Inquiry, survey: &Survey) -> Html {
    if survey.done == 0 {
        return Html::default();
    }
    let word = |en, zh| laboratory.words(&Text::new(en, zh));
    let claimed = survey.properties.iter().filter(|tally| !tally.only_possible);
    let (charts, same) = survey.costs.iter().partition::<Vec<_>, _>(|spread| spread.bars.len() > 1);
    html! {
        <div class="survey">
            <h3>{ word("Runs in which a property failed", "性质失败的运行") }</h3>
            <ul class="shares">{ for claimed.map(|tally| share(laboratory, inquiry, tally)) }</ul>
            <h3>{ word("What it cost", "代价") }</h3>
            <div class="charts">{ for charts.into_iter().map(|spread| chart(laboratory, spread)) }</div>
            if !same.is_empty() {
                <p class="muted small">
                    { word("The same in every run: ", "每次运行都相同：") }
                    { for same.iter().map(|spread| html! { <span class="same">{ always(laboratory, spread) }</span> }) }
                </p>
            }
            <details>
                <summary>{ word("The numbers as a table", "以表格显示") }</summary>
                <div class="scroll" tabindex="0" role="region" aria-label={word("Measured costs", "测得的代价")}>{ table(laboratory, survey) }</div>
            </details>
        </div>
    }
}

/// In how many runs a property failed, as a bar; the first of them opens.
fn share(laboratory: &Laboratory, inquiry: &Inquiry, tally: &Tally) -> Html {
    let width = format!("{:.2}%", 100.0 * f64::from(tally.violated) / f64::from(tally.runs().max(1)));
    let (failed, runs) = (grouped(tally.violated.into()), grouped(tally.runs().into()));
    let first = tally.violated_first.zip(inquiry.property(&tally.id));
    let open = first.map(|(seed, property)| {
        let scenario = Scenario { seed, ..inquiry.asked.scenario.clone() };
        let opening = Opening { scenario, entry: inquiry.asked.entry, property };
        let press = laboratory.act.on(move |_: MouseEvent| Action::Explore(Deed::Open(Box::new(opening.clone()))));
        html! {
            <button type="button" class="button" onclick={press}>
                { laboratory.words(&say!("Open the first: seed {seed}", "打开第一个：种子 {seed}")) }
            </button>
        }
    });
    html! {
        <li key={tally.id.clone()}>
            <span class="title">{ laboratory.words(&tally.title) }</span>
            <svg class="share" aria-hidden="true">
                <line class="ground" x1="0" x2="100%" y1="50%" y2="50%" />
                <rect class="failed" x="0" y="4" width={width} height="8" />
            </svg>
            <span class="number">{ tally.share_failed() }</span>
            <span class="muted number">{ laboratory.words(&say!("{failed} of {runs}", "{runs} 次中 {failed} 次")) }</span>
            { open.unwrap_or_default() }
        </li>
    }
}

/// The height of a histogram's tallest bar, in pixels.
const CHART_PX: f64 = 64.0;

/// A histogram, with the middle half of the runs marked beneath it.
fn chart(laboratory: &Laboratory, spread: &Spread) -> Html {
    let Some(quantiles) = spread.quantiles else { return Html::default() };
    let tallest = spread.bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let width = 100.0 / spread.bars.len().max(1) as f64;
    let bar = |(place, bar): (usize, &Bar)| {
        // However few runs a bar stands for, it is seen.
        let height = if bar.count > 0 { (CHART_PX * f64::from(bar.count) / f64::from(tallest)).max(1.0) } else { 0.0 };
        html! {
            <rect x={format!("{:.3}%", width * place as f64)} width={format!("{:.3}%", width * 0.86)}
                y={format!("{:.2}", CHART_PX - height)} height={format!("{height:.2}")}>
                <title>{ of_bar(laboratory, spread, bar) }</title>
            </rect>
        }
    };
    // Where a value stands along the bars, which may reach a little beyond the greatest.
    let (least, beyond) = (quantiles.least, spread.bars.last().map_or(quantiles.greatest, |bar| bar.to));
    let at = |value: u64| format!("{:.2}%", 100.0 * (value - least) as f64 / (beyond - least).max(1) as f64);
    let [low, median, high, most] =
        [least, quantiles.median, quantiles.percentile_95, quantiles.greatest].map(|value| amount(value, spread.unit));
    let name = &spread.name;
    let told = say!(
        "{name}: from {low} to {most}, median {median}, in 95 % of the runs at most {high}",
        "{}：从 {low} 到 {most}，中位数 {median}，95% 的运行不超过 {high}",
        name.zh
    );
    let middle = say!("median {median} · 95 % ≤ {high}", "中位数 {median} · 95% ≤ {high}");
    html! {
        <figure class="chart" key={spread.id.clone()}>
            <figcaption>{ laboratory.words(name) }</figcaption>
            <svg role="img" aria-label={laboratory.words(&told)} width="100%" height="76">
                <g class="bars">{ for spread.bars.iter().enumerate().map(bar) }</g>
                <line class="ground" x1="0" x2="100%" y1="64.5" y2="64.5" />
                <line class="half" x1={at(quantiles.lower_quartile)} x2={at(quantiles.upper_quartile)} y1="70" y2="70" />
                <svg x={at(quantiles.median)} overflow="visible"><line class="median" x1="0" x2="0" y1="66" y2="75" /></svg>
            </svg>
            <p class="ends">
                <span>{ low }</span><span class="muted">{ laboratory.words(&middle) }</span><span>{ most }</span>
            </p>
            if let Some(unended) = unended(spread) { <p class="muted small">{ laboratory.words(&unended) }</p> }
        </figure>
    }
}

/// What a bar stands for: "12ms–13ms: 40 runs".
fn of_bar(laboratory: &Laboratory, spread: &Spread, bar: &Bar) -> String {
    let (from, to, count) = (amount(bar.from, spread.unit), amount(bar.to, spread.unit), grouped(bar.count.into()));
    let range = if from == to { from } else { format!("{from}–{to}") };
    laboratory.words(&say!("{range}: {count} runs", "{range}：{count} 次"))
}

/// A cost that is the same wherever it has a value.
fn always(laboratory: &Laboratory, spread: &Spread) -> String {
    let value = spread.quantiles.map_or_else(|| "–".to_owned(), |quantiles| amount(quantiles.median, spread.unit));
    let name = &spread.name;
    laboratory.words(&say!("{name} {value}", "{} {value}", name.zh))
}

/// In how many runs a cost had not come to its end.
fn unended(spread: &Spread) -> Option<Text> {
    let (goes_on, for_ever) = (grouped(spread.goes_on.into()), grouped(spread.for_ever.into()));
    match (spread.goes_on, spread.for_ever) {
        (0, 0) => None,
        (_, 0) => Some(say!("still going on in {goes_on} runs", "{goes_on} 次运行中仍在继续")),
        (0, _) => Some(say!("for ever in {for_ever} runs, not drawn", "{for_ever} 次运行中永远持续，未画出")),
        _ => Some(say!(
            "still going on in {goes_on} runs; for ever in {for_ever}, not drawn",
            "{goes_on} 次运行中仍在继续；{for_ever} 次永远持续，未画出"
        )),
    }
}

/// Every cost's quantiles.
fn table(laboratory: &Laboratory, survey: &Survey) -> Html {
    let heads = [
        Text::new("Cost", "代价"),
        Text::new("Runs", "运行次数"),
        Text::new("Least", "最小"),
        Text::new("Quarter", "下四分位"),
        Text::new("Median", "中位数"),
        Text::new("Mean", "平均"),
        Text::new("Three quarters", "上四分位"),
        Text::new("95 %", "95%"),
        Text::new("99 %", "99%"),
        Text::new("Greatest", "最大"),
    ];
    let line = |spread: &Spread| {
        let values = spread.quantiles.map(|of: Quantiles| {
            let low = [of.least, of.lower_quartile, of.median, of.mean];
            let high = [of.upper_quartile, of.percentile_95, of.percentile_99, of.greatest];
            [low, high].concat().into_iter().map(|value| amount(value, spread.unit)).collect::<Vec<_>>()
        });
        let values = values.unwrap_or_else(|| vec!["–".to_owned(); 8]);
        html! {
            <tr key={spread.id.clone()}>
                <th scope="row">{ laboratory.words(&spread.name) }</th>
                <td class="number">{ grouped(spread.count.into()) }</td>
                { for values.into_iter().map(|value| html! { <td class="number">{ value }</td> }) }
            </tr>
        }
    };
    html! {
        <table class="quantiles">
            <thead><tr>{ for heads.iter().enumerate().map(|(place, head)| html! {
                <th scope="col" class={(place > 0).then_some("number")}>{ laboratory.words(head) }</th>
            }) }</tr></thead>
            <tbody>{ for survey.costs.iter().map(line) }</tbody>
        </table>
    }
}
