//! One chart: its lines, faults struck through, with what they come to written beside their names.

use super::ticks::Tick;
use crate::ui::views::measures::amount;
use faultline::check::Unit;
use faultline::check::chart::{Chart, Series, Shape};
use faultline::picture::chart::{DASHES, Frame, WIDTH, rows};
use faultline::say;
use faultline::scenario::explore::grouped;
use faultline::scenario::words::instant;
use faultline::sim::time::Instant;
use faultline::text::{Language, Text};
use yew::prelude::*;

/// How high a chart of several lines is, in pixels.
const LINES_PX: f64 = 96.0;
/// How high one node's track is: few of them have more room. No lower than a line of text.
const TRACK_PX: f64 = 32.0;
const TRACK_LOW_PX: f64 = 24.0;
const TRACKS_FEW: usize = 5;
/// What is left free above the greatest value.
const AIR_PX: f64 = 3.0;
/// The most rows of a table.
const ROWS_MAX: usize = 24;

/// What all charts of a run stand on.
pub struct Ground<'a> {
    /// Where an instant stands, from 0 at the left to 1 at the right.
    pub place: &'a dyn Fn(Instant) -> f64,
    pub ticks: Vec<Tick>,
    /// When faults struck, and how they are marked along the row of instants.
    pub faults: Vec<Instant>,
    pub marks: Html,
}

/// What stands still of a chart: drawn once for a run.
#[derive(Clone, PartialEq)]
pub struct Drawn {
    pub picture: Html,
    pub ticks: Html,
}

/// Whether each line has a track of its own.
fn has_tracks(chart: &Chart) -> bool {
    chart.series.iter().all(|series| series.node.is_some())
}

fn track_px(chart: &Chart) -> f64 {
    if chart.series.len() <= TRACKS_FEW { TRACK_PX } else { TRACK_LOW_PX }
}

/// The lines, and the row of instants beneath them.
pub fn drawn(chart: &Chart, ground: &Ground) -> Drawn {
    let most = chart.greatest().max(1);
    let tracks = has_tracks(chart);
    let height = if tracks { track_px(chart) * chart.series.len() as f64 } else { LINES_PX };
    let line = |(place, series): (usize, &Series)| {
        let (top, bottom) = match tracks {
            true => (track_px(chart) * place as f64, track_px(chart) * (place + 1) as f64),
            false => (0.0, height),
        };
        let frame = Frame { place: ground.place, most, top: top + AIR_PX, bottom: bottom - 0.5 };
        let area = (tracks && chart.shape == Shape::Steps).then(|| frame.area(&series.points));
        let dash = if tracks { "" } else { DASHES[place % DASHES.len()] };
        html! {
            <>
                if let Some(area) = area { <path class="area" d={area} /> }
                <path class="line" d={frame.line(&series.points, chart.shape)} stroke-dasharray={dash} />
            </>
        }
    };
    let bases = if tracks { chart.series.len() } else { 1 };
    let base = |number: usize| {
        let y = format!("{:.1}", height * number as f64 / bases as f64 - 0.5);
        html! { <line class="base" x1="0" x2="100%" y1={y.clone()} y2={y} /> }
    };
    let fault = |at: &Instant| {
        let x = percent((ground.place)(*at));
        html! { <line class="struck" x1={x.clone()} x2={x} y1="0" y2="100%" /> }
    };
    let tick = |tick: &Tick| html! { <line class="tick" x1={percent(tick.share)} x2={percent(tick.share)} y1="0" y2="100%" /> };
    let picture = html! {
        <svg class="picture" width="100%" height={format!("{height}")} aria-hidden="true">
            { for ground.ticks.iter().map(tick) }
            { for ground.faults.iter().map(fault) }
            { for (1..=bases).map(base) }
            <svg viewBox={format!("0 0 {WIDTH} {height}")} width="100%" height={format!("{height}")} preserveAspectRatio="none">
                { for chart.series.iter().enumerate().map(line) }
            </svg>
        </svg>
    };
    let ticks = html! {
        <div class="instants" aria-hidden="true">
            <svg class="rail">{ ground.marks.clone() }</svg>
            <svg class="written">{ for ground.ticks.iter().map(Tick::written) }</svg>
        </div>
    };
    Drawn { picture, ticks }
}

/// A share as an attribute says it.
pub fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share.clamp(0.0, 1.0))
}

/// The whole chart; `hand` lies over the lines and moves the instant.
pub fn figure(chart: &Chart, drawn: &Drawn, language: Language, at: Instant, hand: Html) -> Html {
    let words = |text: &Text| text.in_language(language).to_owned();
    let tracks = has_tracks(chart);
    let value = |(place, series): (usize, &Series)| {
        let dash = DASHES[place % DASHES.len()];
        html! {
            <div class="value">
                <dt>
                    if !tracks {
                        <svg class="sample" aria-hidden="true"><line class="line" x1="0" x2="24" y1="6" y2="6" stroke-dasharray={dash} /></svg>
                    }
                    { words(&series.name) }
                </dt>
                <dd>{ written(chart, series, at) }</dd>
            </div>
        }
    };
    let most = told_as(chart.greatest(), chart.unit);
    let scale = match tracks {
        true => say!("each up to {most}", "每条上限 {most}"),
        false => say!("up to {most}", "上限 {most}"),
    };
    let low = tracks && track_px(chart) < TRACK_PX;
    html! {
        <figure class={classes!("timed", tracks.then_some("tracks"), low.then_some("low"))} key={chart.id.clone()} data-chart={chart.id.clone()}>
            <figcaption>
                <h3>{ words(&chart.title) }</h3>
                if chart.greatest() > 0 { <span class="muted">{ words(&scale) }</span> }
                <p class="muted">{ words(&chart.note) }</p>
            </figcaption>
            <div class="plot">
                <div class="field-of-time">{ drawn.picture.clone() }{ hand }</div>
                <dl class="values">{ for chart.series.iter().enumerate().map(value) }</dl>
            </div>
            { drawn.ticks.clone() }
        </figure>
    }
}

/// What a line comes to at an instant.
fn written(chart: &Chart, series: &Series, at: Instant) -> String {
    series.at(at).map_or_else(|| "–".to_owned(), |value| told_as(value, chart.unit))
}

/// A value with its unit, large counts in groups of three digits.
pub fn told_as(value: u64, unit: Unit) -> String {
    if unit == Unit::Count { grouped(value) } else { amount(value, unit) }
}

/// All lines at an instant, in words.
pub fn told(chart: &Chart, language: Language, at: Instant) -> String {
    let one = |series: &Series| format!("{} {}", series.name.in_language(language), written(chart, series, at));
    let all: Vec<String> = chart.series.iter().map(one).collect();
    let separator = if language == Language::English { ", " } else { "，" };
    [instant(at)].into_iter().chain(all).collect::<Vec<_>>().join(separator)
}

/// The chart as a table: its values at some instants.
pub fn table(chart: &Chart, language: Language) -> Html {
    let words = |text: &Text| text.in_language(language).to_owned();
    let mut all: Vec<Instant> = chart.series.iter().flat_map(|series| &series.points).map(|point| point.at).collect();
    let row = |at: Instant| {
        html! {
            <tr key={at.as_micros().to_string()}>
                <th scope="row" class="number">{ instant(at) }</th>
                { for chart.series.iter().map(|series| html! { <td class="number">{ written(chart, series, at) }</td> }) }
            </tr>
        }
    };
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={words(&chart.title)} key={chart.id.clone()}>
            <table class="over-time">
                <caption>{ words(&chart.title) }</caption>
                <thead><tr>
                    <th scope="col" class="number">{ words(&Text::new("Time", "时刻")) }</th>
                    { for chart.series.iter().map(|series| html! { <th scope="col" class="number">{ words(&series.name) }</th> }) }
                </tr></thead>
                <tbody>{ for rows(&mut all, ROWS_MAX).into_iter().map(row) }</tbody>
            </table>
        </div>
    }
}
