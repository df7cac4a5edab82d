//! Where keys belong: a ring with its virtual nodes, or a table, or neither; one key's walk to its owner; who may come and
//! go, and which keys that moves; how even it is with other numbers of virtual nodes; the same keys by other algorithms.
//!
//! A step says only who may have keys. The protocol places them when that has changed, never at a step that leaves it.

mod balance;
mod beside;
mod circle;
mod lookup;
mod owners;
mod picture;
mod walk;

use super::{Breadth, Stage, has_panel};
use crate::ui::store::{Action, Change};
use balance::Balance;
use beside::Beside;
use circle::Circle;
use faultline::protocols::placement::{Hashing, Keys, Placement, Points};
use faultline::protocols::{Value, Values};
use faultline::scenario::replay::Replay;
use faultline::scenario::run::Run;
use faultline::sim::show::{HashRing, Panel};
use faultline::sim::trace::EventIndex;
use faultline::text::Text;
use owners::Owners;
use picture::Picture;
use std::rc::Rc;
use walk::Walk;
use web_sys::Element;
use yew::prelude::*;

/// Whether the run has a ring.
pub fn needed(stage: &Stage) -> bool {
    has_panel(stage, |panel| matches!(panel, Panel::Ring(_)))
}

/// The view.
pub fn panels(stage: Stage) -> Html {
    let Some(by) = stage.run.scenario.protocol.hashing().map(By) else { return Html::default() };
    let Some(ring) = ring_of(&stage.scene.panels).cloned() else { return Html::default() };
    html! { <Ring {stage} {by} {ring} /> }
}

fn ring_of(panels: &[Panel]) -> Option<&HashRing> {
    panels.iter().find_map(|panel| if let Panel::Ring(ring) = panel { Some(ring) } else { None })
}

/// How keys are placed; equal only to itself.
#[derive(Clone, Copy)]
pub struct By(pub &'static Hashing);

impl PartialEq for By {
    fn eq(&self, other: &By) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

#[derive(Clone, PartialEq, Properties)]
struct RingProps {
    stage: Stage,
    by: By,
    ring: HashRing,
}

#[component]
fn Ring(RingProps { stage, by, ring }: &RingProps) -> Html {
    let values = &stage.run.scenario.values;
    let points = (by.0.points)(values);
    // A number of virtual nodes that is tried while the slider is dragged; an owner that is pointed at to come or go.
    let trying = use_state_eq(|| None::<u32>);
    let would = use_state_eq(|| None::<u16>);
    let keys = use_memo((*by, without(values, points)), |(by, values)| (by.0.keys)(values));
    let shown = as_it_would_be(ring, *would);
    let placement = {
        let tried = with(values, points, *trying);
        use_memo((*by, tried, shown.clone(), keys.clone()), |(by, values, ring, keys)| (by.0.place)(values, ring, keys))
    };
    let press = use_press(stage, ring, would.setter());
    {
        let trying = trying.clone();
        use_effect_with(stage.run.clone(), move |_| trying.set(None));
    }
    let names: Vec<&'static str> = ring.owners.iter().map(|owner| stage.run.topology.name(owner.node)).collect();
    let would_told = would.and_then(|place| {
        let place = usize::from(place);
        Some((*names.get(place)?, ring.owners.get(place)?.available))
    });
    let drawn = (!placement.arcs.is_empty()).then(|| picture::how_moved_are_drawn(keys.positions.len()));
    let told = owners::moved(placement.moved(&shown), would_told, keys.names.len(), drawn);
    let table = Owners {
        stage,
        by: *by,
        ring,
        placement: &placement,
        on_would: { Callback::from(move |place| would.set(place)) },
        on_press: press,
    };
    let now = points.map(|points| (points, trying.unwrap_or_else(|| values.number(points.parameter))));
    html! {
        <section class="ring" aria-label={stage.words(&ring.title)}>
            <h2>{ stage.words(&ring.title) }</h2>
            if !placement.arcs.is_empty() {
                <Circular stage={stage.clone()} ring={shown.clone()} names={names.clone()} keys={keys.clone()} placement={placement.clone()} />
            }
            <p class="told" role="status">{ stage.words(&told) }</p>
            <div class="scroll" tabindex="0" role="region" aria-label={stage.words(&Text::new("Owners", "归属"))}>
                { owners::owners(&table) }
            </div>
            if let Some(lookup) = &placement.table { { lookup::lookup(stage, &names, lookup) } }
            if let Some((points, number)) = now {
                <Balance stage={stage.clone()} by={*by} ring={ring.clone()} shown={shown.clone()} values={without(values, Some(points))} {points} {number}
                    placement={placement.clone()} on_try={Callback::from(move |number| trying.set(number))} />
            }
            <details>
                <summary>{ stage.words(&Text::new("Which keys move", "哪些键迁移")) }</summary>
                { owners::which(stage, &names, &keys, &placement) }
            </details>
            <Beside stage={stage.clone()} by={*by} ring={shown} {names} values={with(values, points, now.map(|(_, number)| number))} />
        </section>
    }
}

/// The values, with one number of virtual nodes in place of whatever is set: two that differ in nothing else are the same.
fn without(values: &Values, points: Option<Points>) -> Values {
    let any = points.and_then(|points| points.worth_trying.first().copied());
    with(values, points, any)
}

fn with(values: &Values, points: Option<Points>, number: Option<u32>) -> Values {
    let mut values = values.clone();
    if let (Some(points), Some(number)) = (points, number) {
        values.set(points.parameter, Value::Number(number));
    }
    values
}

/// Who may have keys if that one came, or went: then it is the last change.
fn as_it_would_be(ring: &HashRing, would: Option<u16>) -> HashRing {
    let mut ring = ring.clone();
    if let Some(place) = would.map(usize::from).filter(|place| *place < ring.owners.len()) {
        for owner in &mut ring.owners {
            owner.was_available = owner.available;
        }
        ring.owners[place].available = !ring.owners[place].available;
        ring.changed = true;
    }
    ring
}

/// So many events after a change its effect on the ring is looked for: whoever comes must only say so.
const LOOKED_AHEAD: EventIndex = 400;

/// Makes a change, and goes on to where the ring shows it.
#[hook]
fn use_press(stage: &Stage, ring: &HashRing, would: UseStateSetter<Option<u16>>) -> Callback<Change> {
    // The ring before the change, and how many faults there were: a change that was refused is waited for in vain.
    let awaited = use_mut_ref(|| None::<(HashRing, usize)>);
    {
        let (awaited, act, cursor) = (awaited.clone(), stage.act.clone(), stage.cursor);
        use_effect_with(stage.run.clone(), move |run| {
            let before = awaited.borrow_mut().take().filter(|(_, faults)| run.scenario.faults.len() == faults + 1);
            if let Some(event) = before.and_then(|(before, _)| where_it_differs(run, cursor, &before)) {
                act.emit(Action::Go(event));
            }
        });
    }
    let (act, ring, faults) = (stage.act.clone(), ring.clone(), stage.run.scenario.faults.len());
    Callback::from(move |change| {
        awaited.borrow_mut().replace((ring.clone(), faults));
        would.set(None);
        act.emit(Action::Change(change));
    })
}

fn where_it_differs(run: &Run, from: EventIndex, before: &HashRing) -> Option<EventIndex> {
    let available = |ring: &HashRing| ring.owners.iter().map(|owner| owner.available).collect::<Vec<_>>();
    let before = available(before);
    let mut replay = Replay::default();
    (from..run.len().min(from + LOOKED_AHEAD)).find(|event| {
        let scene = run.approach(&mut replay, *event, EventIndex::MAX);
        scene.is_some_and(|scene| ring_of(&scene.panels).is_some_and(|ring| available(ring) != before))
    })
}

#[derive(Clone, PartialEq, Properties)]
struct CircularProps {
    stage: Stage,
    ring: HashRing,
    names: Vec<&'static str>,
    keys: Rc<Keys>,
    placement: Rc<Placement>,
}

/// The circle, on which a key can be chosen: by pointing at it, or with the keys of a slider, along the ring.
#[component]
fn Circular(CircularProps { stage, ring, names, keys, placement }: &CircularProps) -> Html {
    // The first key is the one that a hot spot is about.
    let chosen = use_state_eq(|| 0usize);
    let pointed = use_state_eq(|| None::<usize>);
    let drawn = use_node_ref();
    let along = use_memo(keys.clone(), |keys| {
        let mut along: Vec<u32> = (0..keys.positions.len() as u32).collect();
        faultline::sorted::sort_by_key(&mut along, |key| keys.positions[*key as usize]);
        along
    });
    let circle = Circle::of(ring.owners.len(), stage.breadth == Breadth::Phone);
    let key = pointed.unwrap_or(*chosen).min(keys.positions.len().saturating_sub(1));
    let walk = keys.positions.get(key).and_then(|position| Walk::of(placement, &keys.names[key], *position, key));
    let told = walk.as_ref().map(|walk| stage.words(&walk.told(names)));
    let place = along.iter().position(|other| *other as usize == key).unwrap_or(0);
    let find = {
        let (keys, placement, place_of) = (keys.clone(), placement.clone(), drawn.clone());
        move |event: &PointerEvent| {
            let bounds = place_of.cast::<Element>()?.get_bounding_client_rect();
            let scale = circle.size() / bounds.width().max(1.0);
            let (x, y) = (f64::from(event.client_x()) - bounds.x(), f64::from(event.client_y()) - bounds.y());
            circle.nearest(&keys, &placement.now, x * scale, y * scale)
        }
    };
    let onpointermove = {
        let (pointed, chosen, find) = (pointed.clone(), chosen.clone(), find.clone());
        Callback::from(move |event: PointerEvent| {
            let key = find(&event);
            // A finger that leaves takes its last key with it.
            if let Some(key) = key.filter(|_| event.buttons() != 0) {
                chosen.set(key);
            }
            pointed.set(key);
        })
    };
    let onpointerdown = {
        let chosen = chosen.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(key) = find(&event) {
                chosen.set(key);
            }
        })
    };
    let onpointerleave = {
        let pointed = pointed.clone();
        Callback::from(move |_: PointerEvent| pointed.set(None))
    };
    let onkeydown = {
        let along = along.clone();
        Callback::from(move |event: KeyboardEvent| {
            let last = along.len().saturating_sub(1);
            let far = (along.len() / 20).max(1);
            let to = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => (place + 1).min(last),
                "ArrowLeft" | "ArrowDown" => place.saturating_sub(1),
                "PageUp" => (place + far).min(last),
                "PageDown" => place.saturating_sub(far),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            pointed.set(None);
            if let Some(key) = along.get(to) {
                chosen.set(*key as usize);
            }
        })
    };
    let size = circle.size().to_string();
    let full = stage.words(&owners::FULL);
    html! {
        <div class="walking">
            <div ref={drawn} class="circle" tabindex="0" role="slider" aria-label={stage.words(&Text::new("Key", "键"))} aria-valuemin="1"
                aria-valuemax={along.len().to_string()} aria-valuenow={(place + 1).to_string()} aria-valuetext={told.clone()}
                {onpointermove} {onpointerdown} {onpointerleave} {onkeydown}>
                <svg width={size.clone()} height={size.clone()} viewBox={format!("0 0 {size} {size}")} aria-hidden="true">
                    <Picture ring={ring.clone()} names={names.clone()} keys={keys.clone()} placement={placement.clone()} {circle} />
                    { for walk.iter().map(|walk| walk::on_circle(&circle, walk)) }
                </svg>
            </div>
            <p class="told">{ told }</p>
            { for walk.iter().map(|walk| walk::unrolled(walk, names, &full)) }
        </div>
    }
}
