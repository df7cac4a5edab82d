//! The ring as a picture. A few keys are dots, a hollow one has moved and a dashed line comes from where it was; of many
//! there are ticks, the longer the more keys stand there: outwards of those that have stayed, inwards of those that have
//! moved. However many there are, there is one path for each owner, with no more pieces than there are pixels.

use super::circle::Circle;
use faultline::picture::path::written;
use faultline::protocols::placement::{Keys, Placement};
use faultline::sim::show::{HashRing, Owner};
use faultline::text::Text;
use std::f64::consts::TAU;
use std::rc::Rc;
use yew::prelude::*;

/// More keys than these are drawn as ticks.
const DOTS_MAX: usize = 300;
/// Owners take turns with so many inks; lanes and names tell those apart that have the same.
const INKS: usize = 5;
/// Stretches that are nearer to each other than this are drawn as one, in pixels; none is drawn shorter.
const APART: f64 = 0.7;
/// How far ticks are from each other, and half of how thick an arc is, in pixels.
const TICK_EVERY: f64 = 1.6;
const HALF_ARC: f64 = 2.0;

#[derive(Clone, PartialEq, Properties)]
pub struct PictureProps {
    pub ring: HashRing,
    pub names: Vec<&'static str>,
    pub keys: Rc<Keys>,
    pub placement: Rc<Placement>,
    pub circle: Circle,
}

/// By what one knows the keys that have moved.
pub fn how_moved_are_drawn(keys: usize) -> Text {
    match keys > DOTS_MAX {
        true => Text::new(" (the inward ticks)", "（向内的短线）"),
        false => Text::new(" (hollow)", "（空心）"),
    }
}

/// The class that has an owner's ink.
pub fn ink(owner: usize) -> String {
    format!("owner-{}", owner % INKS)
}

/// Drawn again only when keys move or owners come and go.
#[component]
pub fn Picture(PictureProps { ring, names, keys, placement, circle }: &PictureProps) -> Html {
    let class = |owner: &Owner| classes!("lane", (!owner.available).then_some("gone"));
    let lane = |(place, owner): (u16, &Owner)| {
        let middle = written(circle.middle);
        html! { <circle class={class(owner)} cx={middle.clone()} cy={middle} r={written(circle.radius(place))} /> }
    };
    let name = |(place, (owner, name)): (u16, (&Owner, &&'static str))| {
        let (x, y) = circle.name_at(place);
        let gone = if owner.available { "" } else { " ×" };
        html! { <text class={class(owner)} x={written(x)} y={written(y)}>{ *name }{ gone }</text> }
    };
    let owners = ring.owners.len();
    let arcs = stretches(circle, placement, owners).into_iter().enumerate();
    let keys = if keys.positions.len() > DOTS_MAX {
        ticks(circle, keys, placement, owners)
    } else {
        dots(circle, keys, placement, owners)
    };
    html! {
        <>
            { for (0..).zip(&ring.owners).map(lane) }
            { for arcs.map(|(owner, path)| html! { <path class={classes!("stretch", ink(owner))} d={path} /> }) }
            { keys }
            { for (0..).zip(ring.owners.iter().zip(names)).map(name) }
        </>
    }
}

/// Each owner's virtual nodes: the stretches whose keys belong to it.
fn stretches(circle: &Circle, placement: &Placement, owners: usize) -> Vec<String> {
    let mut paths = vec![String::new(); owners];
    let mut open: Vec<Option<(f64, f64)>> = vec![None; owners];
    let arcs = &placement.arcs;
    let (Some(first), Some(last)) = (arcs.first(), arcs.last()) else { return paths };
    let mut add = |owner: u16, from: u64, to: u64| {
        let (place, radius) = (usize::from(owner), circle.radius(owner));
        let (Some(path), Some(open)) = (paths.get_mut(place), open.get_mut(place)) else { return };
        let (from, to) = (circle.angle(from), circle.angle(to));
        *open = match *open {
            Some((begun, until)) if (from - until) * radius < APART => Some((begun, to)),
            earlier => {
                if let Some((begun, until)) = earlier {
                    circle.arc(path, radius, begun, until.max(begun + APART / radius));
                }
                Some((from, to))
            }
        };
    };
    let mut from = 0;
    for arc in arcs {
        add(arc.owner, from, arc.until);
        from = arc.until;
    }
    // Behind the last point the first one's owner goes on.
    add(first.owner, last.until, u64::MAX);
    for (place, (path, open)) in (0..).zip(paths.iter_mut().zip(open)) {
        if let Some((begun, until)) = open {
            circle.arc(path, circle.radius(place), begun, until.max(begun + APART / circle.radius(place)));
        }
    }
    paths
}

fn dots(circle: &Circle, keys: &Keys, placement: &Placement, owners: usize) -> Html {
    let (mut stayed, mut moved) = (vec![String::new(); owners], vec![String::new(); owners]);
    let mut ways = String::new();
    for (key, (position, owner)) in keys.positions.iter().zip(&placement.now).enumerate() {
        let Some(owner) = *owner else { continue };
        let (angle, radius) = (circle.angle(*position), circle.radius(owner));
        let was = placement.moved_from(key);
        if let Some(was) = was {
            circle.across(&mut ways, angle, circle.radius(was), radius);
        }
        let paths = if was.is_some() { &mut moved } else { &mut stayed };
        if let Some(path) = paths.get_mut(usize::from(owner)) {
            circle.move_to(path, angle, radius);
            path.push_str("h0");
        }
    }
    let layers = |class: &'static str, paths: Vec<String>| {
        let drawn = paths.into_iter().enumerate().filter(|(_, path)| !path.is_empty());
        drawn.map(move |(owner, path)| {
            html! {
                <g class={classes!(class, ink(owner))}>
                    <path class="casing" d={path.clone()} />
                    <path class="dot" d={path.clone()} />
                    if class == "moved" { <path class="hole" d={path} /> }
                </g>
            }
        })
    };
    html! {
        <>
            if !ways.is_empty() { <path class="way" d={ways} /> }
            { for layers("stayed", stayed) }
            { for layers("moved", moved) }
        </>
    }
}

fn ticks(circle: &Circle, keys: &Keys, placement: &Placement, owners: usize) -> Html {
    let places = |owner: usize| (TAU * circle.radius(owner as u16) / TICK_EVERY) as usize + 1;
    let empty = || (0..owners).map(|owner| vec![0u32; places(owner)]).collect::<Vec<_>>();
    let (mut stayed, mut moved) = (empty(), empty());
    let mut most = 1;
    for (key, (position, owner)) in keys.positions.iter().zip(&placement.now).enumerate() {
        let Some(owner) = *owner else { continue };
        let there = if placement.moved_from(key).is_some() { &mut moved } else { &mut stayed };
        let place = (circle.angle(*position) * circle.radius(owner) / TICK_EVERY) as usize;
        if let Some(count) = there.get_mut(usize::from(owner)).and_then(|lane| lane.get_mut(place)) {
            *count += 1;
            most = most.max(*count);
        }
    }
    let room = (circle.pitch / 2.0 - HALF_ARC - 0.5).clamp(1.5, 6.0);
    let lane = |(owner, counts): (usize, Vec<u32>), side: f64, class: &'static str| {
        let radius = circle.radius(owner as u16);
        let mut path = String::new();
        for (place, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let length = room * (0.4 + 0.6 * f64::from(count) / f64::from(most));
            let angle = place as f64 * TICK_EVERY / radius;
            circle.across(&mut path, angle, radius + side * HALF_ARC, radius + side * (HALF_ARC + length));
        }
        html! { <path class={classes!("ticks", class, ink(owner))} d={path} /> }
    };
    html! {
        <>
            { for stayed.into_iter().enumerate().map(|counts| lane(counts, 1.0, "stayed")) }
            { for moved.into_iter().enumerate().map(|counts| lane(counts, -1.0, "moved")) }
        </>
    }
}
