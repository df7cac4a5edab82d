//! What a scenario came to under very many requests: how far it is while it goes on; then its figures, and its charts over
//! virtual time, which here runs evenly.

use super::inquiry::Inquiry;
use crate::ui::context::Laboratory;
use crate::ui::player::scrubber;
use crate::ui::views::charts::{Ground, drawn, evenly, figure, percent, table, told_as};
use faultline::check::chart::{Chart, Figure};
use faultline::scenario::explore::grouped;
use faultline::scenario::load_test::LoadReport;
use faultline::scenario::words::span;
use faultline::sim::time::{Instant, Span};
use faultline::text::Text;
use yew::prelude::*;

/// The whole of it.
pub fn load(laboratory: &Laboratory, inquiry: &Inquiry, report: &LoadReport) -> Html {
    let word = |en, zh| laboratory.words(&Text::new(en, zh));
    let (done, of) = (report.settled.to_string(), report.requests.to_string());
    html! {
        <div class="load-test">
            if inquiry.is_under_way() {
                <progress max={of} value={done} aria-label={word("Requests that are done", "已完成的请求")}></progress>
            }
            { speeds(laboratory, inquiry, report) }
            if !report.charts.is_empty() {
                <h3>{ word("What it came to", "结果") }</h3>
                <div class="scroll" tabindex="0" role="region" aria-label={word("What it came to", "结果")}>
                    <table class="came-to"><tbody>{ for report.figures.iter().map(|figure| line(laboratory, figure)) }</tbody></table>
                </div>
                <h3>{ word("Over virtual time", "随虚拟时间的变化") }</h3>
                { charts(laboratory, report) }
                <details>
                    <summary>{ word("The numbers as tables", "以表格显示") }</summary>
                    <div class="tables">{ for report.charts.iter().map(|chart| table(chart, laboratory.language())) }</div>
                </details>
            }
        </div>
    }
}

/// How far it is, and how fast.
fn speeds(laboratory: &Laboratory, inquiry: &Inquiry, report: &LoadReport) -> Html {
    let took = inquiry.took_micros;
    let per_second = |count: u64| (count * 1_000_000).checked_div(took).map_or_else(|| "–".to_owned(), grouped);
    let took = span(Span::millis(took.div_ceil(1_000)));
    let figures = [
        ("settled", Text::new("Requests done", "已完成的请求"), grouped(report.settled.into())),
        ("per-second", Text::new("Requests a second", "每秒请求数"), per_second(report.settled.into())),
        ("events", Text::new("Events", "事件数"), grouped(report.events.into())),
        ("took", Text::new("Took", "用时"), took),
        ("lasted", Text::new("Virtual time", "虚拟时间"), span(report.lasted)),
        ("digest", Text::new("Digest", "摘要"), report.digest.to_string()),
    ];
    // Of a run that goes on there is no last word.
    let shown = figures.into_iter().filter(|(key, ..)| *key != "digest" || !inquiry.is_under_way());
    html! {
        <dl class="figures">
            { for shown.map(|(key, name, figure)| html! {
                <div key={key} data-figure={key}><dt>{ laboratory.words(&name) }</dt><dd>{ figure }</dd></div>
            }) }
        </dl>
    }
}

fn line(laboratory: &Laboratory, figure: &Figure) -> Html {
    let value = figure.value.map_or_else(|| "–".to_owned(), |value| told_as(value, figure.unit));
    html! {
        <tr key={figure.id.clone()} data-figure={figure.id.clone()}>
            <th scope="row">{ laboratory.words(&figure.name) }</th>
            <td class="number">{ value }</td>
        </tr>
    }
}

fn charts(laboratory: &Laboratory, report: &LoadReport) -> Html {
    let (end, micros) = (Instant::START + report.lasted, report.lasted.as_micros().max(1));
    let place = |at: Instant| at.as_micros() as f64 / micros as f64;
    let marks = html! {
        <>
            <line class="track" x1="0" x2="100%" y1="50%" y2="50%" />
            { for report.faults.iter().take(scrubber::MARKS_MAX).map(|at| scrubber::fault_mark(percent(place(*at)))) }
        </>
    };
    let ground = Ground {
        place: &place,
        ticks: evenly(report.lasted),
        faults: report.faults.iter().copied().take(scrubber::MARKS_MAX).collect(),
        marks,
    };
    let one = |chart: &Chart| figure(chart, &drawn(chart, &ground), laboratory.language(), end, Html::default());
    html! { <div class="charts-over-time">{ for report.charts.iter().map(one) }</div> }
}
