//! A key's walk: from where it stands clockwise to the point of its owner, past those that have no room. On the circle it
//! is as long as it is; below it the same stretch is unrolled, because among a thousand points a walk is shorter than a pixel.

use super::circle::Circle;
use super::picture::ink;
use faultline::picture::path::written;
use faultline::protocols::placement::{Arc, Placement};
use faultline::say;
use faultline::text::Text;
use std::f64::consts::TAU;
use yew::prelude::*;

/// A key on its walk.
pub struct Walk<'a> {
    pub name: &'a str,
    pub position: u64,
    /// The arcs that it comes to, the last one its owner's.
    arcs: Vec<Arc>,
    /// What comes behind its owner's.
    next: Option<u16>,
    was: Option<u16>,
}

/// The size of an arrow's head, in pixels; a walk not much longer than it has none.
const HEAD: f64 = 6.0;
/// More arcs than these are not told apart.
const ARCS_MAX: usize = 12;
/// Where the walk begins and ends in the unrolled stretch, in parts of its width.
const BEGINS: f64 = 0.14;
const ENDS: f64 = 0.82;
/// Names narrower than this are left out, in parts of the width.
const NAMED: f64 = 0.09;

impl<'a> Walk<'a> {
    pub fn of(placement: &Placement, name: &'a str, position: u64, key: usize) -> Option<Walk<'a>> {
        let owner = placement.now.get(key).copied().flatten()?;
        let arcs: Vec<Arc> = placement.walk(position, owner).collect();
        let until = arcs.last()?.until;
        let behind = placement.arcs.iter().find(|arc| arc.until > until).or(placement.arcs.first());
        let next = behind.map(|arc| arc.owner).filter(|next| *next != owner);
        Some(Walk { name, position, arcs, next, was: placement.moved_from(key) })
    }

    fn ends(&self) -> Arc {
        // There is always one: that of the owner.
        self.arcs.last().copied().unwrap_or(Arc { until: self.position, owner: 0 })
    }

    /// How far it is from the key to there, of all 64-bit numbers.
    fn as_far_as(&self, until: u64) -> f64 {
        until.wrapping_sub(self.position) as f64
    }

    /// Those that it walks past, each once as long as it is the same.
    fn passed(&self, names: &[&'static str]) -> Vec<&'static str> {
        let passed = &self.arcs[..self.arcs.len().saturating_sub(1)];
        let mut told: Vec<&'static str> = Vec::new();
        for name in passed.iter().filter_map(|arc| names.get(usize::from(arc.owner))) {
            if !told.contains(name) {
                told.push(name);
            }
        }
        told
    }

    /// What a screen reader is told of it, and whoever looks.
    pub fn told(&self, names: &[&'static str]) -> Text {
        let name_of = |place: u16| names.get(usize::from(place)).copied().unwrap_or("?");
        let (key, owner) = (self.name, name_of(self.ends().owner));
        let passed = self.passed(names);
        let mut text = if passed.is_empty() {
            say!("{key} walks to {owner}", "{key} 顺时针走到 {owner}")
        } else {
            let (en, zh) = (passed.join(", "), passed.join("、"));
            say!("{key} walks past {en} (full) to {owner}", "{key} 经过已满的 {zh}，走到 {owner}")
        };
        let part = self.as_far_as(self.ends().until) / 2f64.powi(64) * 100.0;
        let part = if part < 0.1 { format!("{part:.3}") } else { format!("{part:.1}") };
        text = say!("{text}, {part} % of the ring", "{}，共 {part}% 个环", text.zh);
        if let Some(was) = self.was.map(name_of) {
            text = say!("{text}; before it belonged to {was}", "{}；之前归 {was}", text.zh);
        }
        text
    }
}

/// The walk on the circle, outside of all lanes, with a line to its ends.
pub fn on_circle(circle: &Circle, walk: &Walk) -> Html {
    let (rail, end) = (circle.outer + 9.0, walk.ends());
    let lane = circle.radius(end.owner);
    let from = circle.angle(walk.position);
    let sweep = (circle.angle(end.until) - from).rem_euclid(TAU);
    let mut path = String::new();
    circle.arc(&mut path, rail, from, from + sweep.max(0.5 / rail));
    if sweep * rail > 2.0 * HEAD {
        circle.head(&mut path, from + sweep, rail, HEAD);
    }
    let mut ends = String::new();
    circle.across(&mut ends, from, lane, rail);
    circle.across(&mut ends, from + sweep, rail, lane);
    let mut passed = String::new();
    for arc in walk.arcs.iter().take(walk.arcs.len() - 1).take(ARCS_MAX) {
        circle.across(&mut passed, circle.angle(arc.until), rail - 4.0, rail + 4.0);
    }
    let ((x, y), (to_x, to_y)) = (circle.point(from, lane), circle.point(from + sweep, lane));
    html! {
        <g class="walk">
            <path class="ends" d={ends} />
            <path class="rail" d={path} />
            <path class="passed" d={passed} />
            <circle cx={written(x)} cy={written(y)} r="6" />
            <rect x={written(to_x - 4.0)} y={written(to_y - 4.0)} width="8" height="8" />
        </g>
    }
}

/// The same stretch of the ring as a line, as wide as the panel.
pub fn unrolled(walk: &Walk, names: &[&'static str], full: &str) -> Html {
    let far = walk.as_far_as(walk.ends().until).max(1.0);
    let at = |until: u64| BEGINS + (ENDS - BEGINS) * walk.as_far_as(until) / far;
    let mut pieces: Vec<(f64, f64, u16, &'static str)> = Vec::new();
    // The arc in which the key stands has begun before it.
    let mut from = 0.0;
    let last = walk.arcs.len() - 1;
    let first = last.saturating_sub(ARCS_MAX - 1);
    for (place, arc) in walk.arcs.iter().enumerate() {
        let class = if place == last { "reached" } else { "past" };
        if place == 0 || place >= first {
            pieces.push((from, at(arc.until), arc.owner, class));
        }
        from = at(arc.until);
    }
    if let Some(next) = walk.next {
        pieces.push((ENDS, 1.0, next, "beyond"));
    }
    let percent = |part: f64| format!("{:.2}%", 100.0 * part);
    let piece = |(from, to, owner, class): (f64, f64, u16, &'static str)| {
        let owner = usize::from(owner);
        html! {
            <g class={classes!(class, ink(owner))}>
                <line class="stretch" x1={percent(from)} x2={percent(to)} y1="20" y2="20" />
                <line class="point" x1={percent(to)} x2={percent(to)} y1="14" y2="26" />
                if to - from >= NAMED || class == "reached" {
                    <text x={percent(if class == "reached" { to } else { (from + to) / 2.0 })} y="42">
                        { names.get(owner).copied().unwrap_or("?") }
                        if class == "past" && to - from >= 2.0 * NAMED { { format!(" {full}") } }
                    </text>
                }
            </g>
        }
    };
    html! {
        <svg class="unrolled" aria-hidden="true">
            { for pieces.into_iter().map(piece) }
            <line class="rail" x1={percent(BEGINS)} x2={percent(ENDS)} y1="8" y2="8" />
            <line class="ends" x1={percent(BEGINS)} x2={percent(BEGINS)} y1="8" y2="20" />
            <svg x={percent(ENDS)} overflow="visible"><path class="head" d="M-7 4L0 8L-7 12M0 8V20" /></svg>
            <circle cx={percent(BEGINS)} cy="20" r="5" />
        </svg>
    }
}
