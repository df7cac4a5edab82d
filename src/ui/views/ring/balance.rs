//! The number of virtual nodes as a slider, and what it does to the balance: for every number worth trying what the busiest
//! and the idlest owner have of the ring, as a multiple of their fair share. The protocol makes each of these rings.

use super::super::Stage;
use super::{By, with};
use crate::ui::frames::{self, Urgency};
use crate::ui::store::{Action, Change};
use faultline::protocols::placement::{Evenness, Keys, Placement, Points};
use faultline::protocols::{Value, Values};
use faultline::say;
use faultline::sim::show::HashRing;
use faultline::text::Text;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The height of the chart, in pixels, and the least multiple of a fair share that it reaches to.
const HEIGHT: f64 = 72.0;
const TOP_MIN: u32 = 2_000;

#[derive(Clone, PartialEq, Properties)]
pub struct BalanceProps {
    pub stage: Stage,
    pub by: By,
    pub ring: HashRing,
    /// The same, or as it would be if somebody came or went.
    pub shown: HashRing,
    /// With whatever number of virtual nodes.
    pub values: Values,
    pub points: Points,
    /// The number that is shown, and where keys belong with it.
    pub number: u32,
    pub placement: Rc<Placement>,
    /// Told a number that is tried, until it is chosen.
    pub on_try: Callback<Option<u32>>,
}

#[component]
pub fn Balance(props: &BalanceProps) -> Html {
    let BalanceProps { stage, by, ring, shown, values, points, number, placement, on_try } = props;
    // Who has no room matters to keys, and not to how even the ring is.
    let mut ring = ring.clone();
    ring.owners.iter_mut().for_each(|owner| owner.full = false);
    let known = use_curve(*by, values, &ring, *points);
    let stops = stops(*points, *number);
    let place = stops.iter().position(|stop| stop == number).unwrap_or(0);
    let typed = {
        let stops = stops.clone();
        move |target: HtmlInputElement| {
            let place = target.value().parse::<usize>().ok()?;
            stops.get(place).copied()
        }
    };
    let oninput = {
        let (on_try, typed) = (on_try.clone(), typed.clone());
        Callback::from(move |event: InputEvent| on_try.emit(event.target_dyn_into().and_then(&typed)))
    };
    let onchange = {
        let (act, key, on_try) = (stage.act.clone(), points.parameter, on_try.clone());
        let set = stage.run.scenario.values.number(key);
        Callback::from(move |event: Event| match event.target_dyn_into().and_then(&typed) {
            Some(number) if number != set => act.emit(Action::Change(Change::Set(key, Value::Number(number)))),
            _ => on_try.emit(None),
        })
    };
    let parameter = stage.run.scenario.protocol.parameters().iter().find(|parameter| parameter.key == points.parameter);
    let name = parameter.map_or(String::new(), |parameter| stage.words(&parameter.name));
    let of_ring = placement.evenness_of_ring(shown);
    let told = evenness_told(of_ring, placement.evenness_of_keys(shown));
    html! {
        <div class="balance">
            <label for="virtual-nodes">{ name }{ " " }<output>{ number }</output></label>
            <input id="virtual-nodes" type="range" min="0" max={(stops.len() - 1).to_string()} step="1" value={place.to_string()}
                disabled={stage.read_only} {oninput} {onchange} aria-valuetext={number.to_string()} aria-describedby="evenness" />
            { curve(stage, &stops, &known, place, of_ring) }
            <p class="told" id="evenness">{ stage.words(&told) }</p>
        </div>
    }
}

/// The numbers that the slider has: those worth trying, and the one that is set.
fn stops(points: Points, number: u32) -> Vec<u32> {
    let mut stops = points.worth_trying.to_vec();
    if let Err(place) = stops.binary_search(&number) {
        stops.insert(place, number);
    }
    stops
}

/// The evenness of each ring worth trying, as far as it is known: one ring is made at a time, when there is nothing else to do.
#[hook]
fn use_curve(by: By, values: &Values, ring: &HashRing, points: Points) -> Vec<(u32, Evenness)> {
    let known = use_state(Vec::new);
    let slot = *use_memo((), |()| frames::slot());
    let known_so_far = (*known).clone();
    use_effect_with((by, values.clone(), ring.clone()), move |(by, values, ring)| {
        let (by, values, ring) = (*by, values.clone(), ring.clone());
        let mut found: Vec<(u32, Evenness)> = Vec::new();
        let mut left = points.worth_trying.iter();
        frames::ask(Urgency::Ahead, slot, move || {
            let Some(number) = left.next() else { return false };
            let values = with(&values, Some(points), Some(*number));
            let placement = (by.0.place)(&values, &ring, &Keys::default());
            found.extend(placement.evenness_of_ring(&ring).map(|evenness| (*number, evenness)));
            known.set(found.clone());
            !left.as_slice().is_empty()
        });
        move || frames::withdraw(slot)
    });
    known_so_far
}

/// A multiple of a fair share: "1.24".
pub fn multiple(thousandths: u32) -> String {
    let hundredths = thousandths.div_ceil(10);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn evenness_told(ring: Option<Evenness>, keys: Option<Evenness>) -> Text {
    let Some(ring) = ring else { return Text::new("Nobody is there", "无可用的提供者") };
    let (most, least) = (multiple(ring.most), multiple(ring.least));
    let of_ring = say!(
        "Of the ring the busiest owner has {most} times its fair share, the idlest {least}",
        "环上占得最多的提供者是应得份额的 {most} 倍，最少的 {least} 倍"
    );
    match keys {
        Some(keys) => {
            let (most, least) = (multiple(keys.most), multiple(keys.least));
            say!("{of_ring}; of these keys {most} and {least}", "{}；这些键则是 {most} 倍和 {least} 倍", of_ring.zh)
        }
        None => of_ring,
    }
}

/// The curve over all numbers, the ideal as a line, and the number that is shown marked.
fn curve(stage: &Stage, stops: &[u32], known: &[(u32, Evenness)], place: usize, now: Option<Evenness>) -> Html {
    let most = known.iter().map(|(_, evenness)| evenness.most).chain(now.map(|now| now.most)).max().unwrap_or(0);
    let top = f64::from(most.max(TOP_MIN).div_ceil(1_000) * 1_000);
    let last = stops.len().saturating_sub(1).max(1) as f64;
    let y = |thousandths: u32| HEIGHT * (1.0 - f64::from(thousandths) / top);
    let line = |of: fn(&Evenness) -> u32| {
        let at = |(number, evenness): &(u32, Evenness)| {
            let place = stops.binary_search(number).ok()?;
            Some(format!("{:.1},{:.1}", 100.0 * place as f64 / last, y(of(evenness))))
        };
        known.iter().filter_map(at).collect::<Vec<_>>().join(" ")
    };
    let x = format!("{:.2}%", 100.0 * place as f64 / last);
    let fair = y(1_000);
    let mark = |class: &'static str, thousandths: u32| {
        html! { <svg x={x.clone()} overflow="visible"><circle {class} cx="0" cy={format!("{:.1}", y(thousandths))} r="4" /></svg> }
    };
    let size = format!("0 0 100 {HEIGHT}");
    let word = |en, zh| stage.words(&Text::new(en, zh));
    html! {
        <div class="curve" aria-hidden="true">
            <svg class="plot" height={HEIGHT.to_string()}>
                <line class="fair" x1="0" x2="100%" y1={fair.to_string()} y2={fair.to_string()} />
                <svg viewBox={size} preserveAspectRatio="none" width="100%" height={HEIGHT.to_string()}>
                    <polyline class="busiest" points={line(|evenness| evenness.most)} />
                    <polyline class="idlest" points={line(|evenness| evenness.least)} />
                </svg>
                <text x="100%" y="11">{ format!("×{}", top / 1_000.0) }</text>
                <text x="100%" y={format!("{:.0}", fair - 4.0)}>{ "×1" }</text>
                <line class="now" x1={x.clone()} x2={x.clone()} y1="0" y2={HEIGHT.to_string()} />
                if let Some(now) = now { { mark("busiest", now.most) }{ mark("idlest", now.least) } }
            </svg>
            <p class="ends muted">
                <span>{ stops.first() }</span>
                <span>{ word("upper: the busiest, lower: the idlest owner; straight: the ideal", "上：最多者；下：最少者；直线：理想") }</span>
                <span>{ stops.last() }</span>
            </p>
        </div>
    }
}
