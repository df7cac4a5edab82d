//! The instants that are written along a chart.

use super::plot::percent;
use faultline::picture::axis::Axis;
use faultline::scenario::words::span;
use faultline::sim::time::{Instant, Span};
use yew::prelude::*;

/// How many instants are written at most: the start and the end are among them.
const TICKS: u32 = 5;
/// Neighbours stand no nearer than this, as a share of the whole.
const NEAREST: f64 = 0.12;

/// An instant that is written.
#[derive(Clone, PartialEq)]
pub struct Tick {
    /// Where it stands, from 0 at the left to 1 at the right.
    pub share: f64,
    at: Instant,
}

/// Along the axis of a run, at instants at which something happens.
pub fn along(axis: &Axis) -> Vec<Tick> {
    let length = axis.length().max(1.0);
    let at = |share: f64| axis.nearest(length * share);
    spread(at, |at| axis.px(at) / length)
}

/// Along a run of that length, evenly.
pub fn evenly(lasted: Span) -> Vec<Tick> {
    let micros = lasted.as_micros();
    let at = |share: f64| Instant::from_micros((micros as f64 * share).round() as u64);
    spread(at, |at| at.as_micros() as f64 / micros.max(1) as f64)
}

fn spread(at: impl Fn(f64) -> Instant, place: impl Fn(Instant) -> f64) -> Vec<Tick> {
    let mut ticks: Vec<Tick> = Vec::new();
    let end = at(1.0);
    for number in 0..TICKS {
        let at = at(f64::from(number) / f64::from(TICKS - 1));
        let share = place(at);
        let is_free = ticks.last().is_none_or(|before| share - before.share >= NEAREST);
        let leaves_the_end = at == end || place(end) - share >= NEAREST;
        if is_free && leaves_the_end {
            ticks.push(Tick { share, at });
        }
    }
    ticks
}

impl Tick {
    /// To three digits: the instant at the pen is written exactly elsewhere.
    pub fn written(&self) -> Html {
        let micros = self.at.as_micros();
        let unit = 10_u64.pow(micros.max(1).ilog10().saturating_sub(2));
        let told = match (micros + unit / 2) / unit * unit {
            // Neighbours are told in one unit, not now and then in minutes.
            long if long.is_multiple_of(1_000_000) && long > 0 => format!("{} s", long / 1_000_000),
            short => span(Span::micros(short)),
        };
        let anchor = match self.share {
            share if share < 0.05 => "start",
            share if share > 0.95 => "end",
            _ => "middle",
        };
        html! { <text x={percent(self.share)} y="14" text-anchor={anchor}>{ told }</text> }
    }
}
