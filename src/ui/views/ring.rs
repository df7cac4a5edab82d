//! Where keys belong. On a ring every owner has a circle of its own, its name at the top, so that none needs a colour: the
//! stretches that it owns are drawn on it, and a key stands on the circle of its owner. A key that the last change has
//! moved is hollow, with a dashed line from where it was.

use super::{Stage, has_panel};
use faultline::picture::path::written;
use faultline::say;
use faultline::sim::show::{HashRing, Owner, Panel, RingKey};
use faultline::text::Text;
use std::f64::consts::TAU;
use yew::prelude::*;

/// The innermost circle, the distance from one to the next, and the room outside, in pixels.
const INNER: f64 = 36.0;
const PITCH: f64 = 18.0;
const MARGIN: f64 = 14.0;
/// The part of a turn that names have at the top; arcs and keys share the rest.
const NAMES: f64 = 0.06;

/// Whether the run has a ring.
pub fn needed(stage: &Stage) -> bool {
    has_panel(stage, |panel| matches!(panel, Panel::Ring(_)))
}

/// The view.
pub fn panels(stage: Stage) -> Html {
    let stage = &stage;
    let rings = stage.scene.panels.iter().filter_map(|panel| match panel {
        Panel::Ring(ring) => Some(ring),
        _ => None,
    });
    html! { <>{ for rings.map(|ring| draw(stage, ring)) }</> }
}

fn draw(stage: &Stage, ring: &HashRing) -> Html {
    let moved = ring.moved.map(|moved| {
        let (keys, ideal) = (moved.keys, moved.ideal);
        say!(
            "The last change moved {keys} of the keys; {ideal} would have been enough",
            "最近一次变动迁移了 {keys} 个键；最少只需 {ideal} 个"
        )
    });
    html! {
        <section class="ring" aria-label={stage.words(&ring.title)}>
            <h2>{ stage.words(&ring.title) }</h2>
            if !ring.arcs.is_empty() { { circle(stage, ring) } }
            { for moved.iter().map(|moved| html! { <p>{ stage.words(moved) }</p> }) }
            { owners(stage, ring) }
        </section>
    }
}

/// The circle's geometry.
struct Circle {
    middle: f64,
    outer: f64,
}

impl Circle {
    fn of(owners: usize) -> Circle {
        let outer = INNER + PITCH * owners.saturating_sub(1) as f64;
        Circle { middle: outer + MARGIN, outer }
    }

    /// The first owner has the outermost circle.
    fn radius(&self, owner: u16) -> f64 {
        self.outer - PITCH * f64::from(owner)
    }

    /// The point at a place on the ring, on an owner's circle; clockwise from the top, behind the names.
    fn point(&self, position: u64, owner: u16) -> (f64, f64) {
        let part = position as f64 / 2f64.powi(64);
        let angle = (NAMES / 2.0 + part * (1.0 - NAMES)) * TAU;
        let radius = self.radius(owner);
        (self.middle + radius * angle.sin(), self.middle - radius * angle.cos())
    }

    /// A stretch of the ring on its owner's circle.
    fn arc(&self, from: u64, to: u64, owner: u16) -> String {
        let ((from_x, from_y), (to_x, to_y)) = (self.point(from, owner), self.point(to, owner));
        let radius = written(self.radius(owner));
        let large = u8::from((to - from) as f64 / 2f64.powi(64) * (1.0 - NAMES) > 0.5);
        let [from_x, from_y, to_x, to_y] = [from_x, from_y, to_x, to_y].map(written);
        format!("M{from_x} {from_y}A{radius} {radius} 0 {large} 1 {to_x} {to_y}")
    }
}

fn circle(stage: &Stage, ring: &HashRing) -> Html {
    let circle = Circle::of(ring.owners.len());
    let mut stretches = vec![String::new(); ring.owners.len()];
    let mut from = 0;
    for arc in &ring.arcs {
        if let Some(path) = stretches.get_mut(usize::from(arc.owner)) {
            path.push_str(&circle.arc(from, arc.until, arc.owner));
        }
        from = arc.until;
    }
    // Behind the last point the first one's owner goes on.
    if let Some((first, path)) =
        ring.arcs.first().and_then(|arc| Some((arc.owner, stretches.get_mut(usize::from(arc.owner))?)))
    {
        path.push_str(&circle.arc(from, u64::MAX, first));
    }
    let size = written(2.0 * circle.middle);
    let lanes = (0u16..).zip(&ring.owners).map(|(place, owner)| lane(stage, &circle, place, owner));
    html! {
        <svg width={size.clone()} height={size.clone()} viewBox={format!("0 0 {size} {size}")} role="img" aria-label={stage.words(&ring.title)}>
            { for lanes }
            { for stretches.into_iter().map(|path| html! { <path class="stretch" d={path} /> }) }
            { for ring.keys.iter().map(|key| draw_key(stage, ring, &circle, key)) }
        </svg>
    }
}

/// An owner's circle with its name.
fn lane(stage: &Stage, circle: &Circle, place: u16, owner: &Owner) -> Html {
    let (middle, radius) = (written(circle.middle), circle.radius(place));
    let name = stage.run.topology.name(owner.node);
    let class = classes!("lane", (!owner.available).then_some("gone"));
    html! {
        <g {class}>
            <circle cx={middle.clone()} cy={middle.clone()} r={written(radius)} />
            <text x={middle} y={written(circle.middle - radius + 4.5)}>{ name }</text>
        </g>
    }
}

fn draw_key(stage: &Stage, ring: &HashRing, circle: &Circle, key: &RingKey) -> Html {
    let (Some(position), Some(owner)) = (key.position, key.owner) else { return Html::default() };
    let name_of =
        |place: u16| ring.owners.get(usize::from(place)).map_or("?", |owner| stage.run.topology.name(owner.node));
    let (key_name, is) = (key.name.as_str(), name_of(owner));
    let said = match key.was.map(name_of) {
        Some(was) => say!("{key_name} belongs to {is}, before to {was}", "{key_name} 归 {is}，之前归 {was}"),
        None => say!("{key_name} belongs to {is}", "{key_name} 归 {is}"),
    };
    let (x, y) = circle.point(position, owner);
    let way = key.was.map(|was| {
        let (from_x, from_y) = circle.point(position, was);
        html! { <line class="way" x1={written(from_x)} y1={written(from_y)} x2={written(x)} y2={written(y)} /> }
    });
    let (class, radius) = if key.was.is_some() { ("key moved", "4") } else { ("key", "3") };
    html! {
        <g key={key.name.clone()}>
            { way.unwrap_or_default() }
            <circle {class} cx={written(x)} cy={written(y)} r={radius}><title>{ stage.words(&said) }</title></circle>
        </g>
    }
}

fn owners(stage: &Stage, ring: &HashRing) -> Html {
    let head = |en, zh| stage.words(&Text::new(en, zh));
    let on_a_ring = !ring.arcs.is_empty();
    let row = |owner: &Owner| {
        let node = stage.run.topology.name(owner.node);
        let share = format!("{}.{} %", owner.share_thousandths / 10, owner.share_thousandths % 10);
        html! {
            <tr key={node} class={classes!((!owner.available).then_some("gone"))}>
                <th scope="row">{ node }</th>
                if on_a_ring {
                    <td class="number">{ owner.points }</td>
                    <td class="number">{ share }</td>
                }
                <td class="number">{ owner.keys }</td>
            </tr>
        }
    };
    html! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{ head("owner", "归属") }</th>
                    if on_a_ring {
                        <th scope="col" class="number">{ head("points", "虚拟节点") }</th>
                        <th scope="col" class="number">{ head("of the ring", "占环") }</th>
                    }
                    <th scope="col" class="number">{ head("keys", "键") }</th>
                </tr>
            </thead>
            <tbody>{ for ring.owners.iter().map(row) }</tbody>
        </table>
    }
}
