//! The same keys by other algorithms: how many each owner has, how even that is, and how many the same change moves. Each is
//! placed when somebody opens this, one in a frame.

use super::super::Stage;
use super::balance::multiple;
use super::lookup::lookup;
use super::picture::ink;
use super::{By, HashRing};
use crate::ui::frames::{self, Urgency};
use faultline::protocols::placement::Placement;
use faultline::protocols::{ParameterKind, Value, Values};
use faultline::text::Text;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct BesideProps {
    pub stage: Stage,
    pub by: By,
    pub ring: HashRing,
    pub names: Vec<&'static str>,
    pub values: Values,
}

/// What one algorithm makes of the keys.
type Column = (&'static str, Rc<Placement>);

#[component]
pub fn Beside(BesideProps { stage, by, ring, names, values }: &BesideProps) -> Html {
    let open = use_state_eq(|| false);
    let columns = use_columns(*by, values, ring, *open);
    let ontoggle = Callback::from(move |event: Event| {
        let details = event.target_dyn_into::<Element>();
        open.set(details.is_some_and(|details| details.has_attribute("open")));
    });
    let of_them = columns.iter().find_map(|(key, placement)| Some((*key, placement.table.as_ref()?)));
    // Where the run itself looks keys up in a table, that is drawn already.
    let own = values.choice(by.0.algorithm);
    html! {
        <details class="beside-others" {ontoggle}>
            <summary>{ stage.words(&Text::new("The same keys by other algorithms", "同样的键，换用其他算法")) }</summary>
            if columns.is_empty() {
                <p class="muted">{ stage.words(&Text::new("Placing the keys …", "正在分配各键……")) }</p>
            } else {
                <div class="scroll" tabindex="0" role="region"
                    aria-label={stage.words(&Text::new("The same keys by other algorithms", "同样的键，换用其他算法"))}>
                    { table(stage, *by, ring, names, &columns) }
                </div>
                if let Some((_, table)) = of_them.filter(|(key, _)| *key != own) {
                    { lookup(stage, names, table) }
                }
            }
        </details>
    }
}

/// The run's own algorithm first, then one with a ring if that has none, then the others.
fn words(by: By, own: &'static str) -> Vec<&'static str> {
    let others = by.0.beside;
    let ring = others.contains(&own).then_some(by.0.with_a_ring);
    let rest = others.iter().copied().filter(|word| *word != own);
    std::iter::once(own).chain(ring).chain(rest).collect()
}

#[hook]
fn use_columns(by: By, values: &Values, ring: &HashRing, open: bool) -> Vec<Column> {
    let known = use_state(Vec::new);
    let slot = *use_memo((), |()| frames::slot());
    let known_so_far: Vec<Column> = (*known).clone();
    use_effect_with((open, by, values.clone(), ring.clone()), move |(open, by, values, ring)| {
        if *open {
            let (by, values, ring) = (*by, values.clone(), ring.clone());
            let mut left = words(by, values.choice(by.0.algorithm)).into_iter();
            let mut found: Vec<Column> = Vec::new();
            frames::ask(Urgency::Ahead, slot, move || {
                let Some(word) = left.next() else {
                    known.set(found.clone());
                    return false;
                };
                let mut values = values.clone();
                values.set(by.0.algorithm, Value::Choice(word));
                let keys = (by.0.keys)(&values);
                found.push((word, Rc::new((by.0.place)(&values, &ring, &keys))));
                true
            });
        }
        move || frames::withdraw(slot)
    });
    known_so_far
}

/// The length of the longest bar, in pixels.
const BAR_PX: u32 = 48;

fn table(stage: &Stage, by: By, ring: &HashRing, names: &[&'static str], columns: &[Column]) -> Html {
    let word = |en, zh| stage.words(&Text::new(en, zh));
    let head = |(key, _): &Column| html! { <th scope="col" class="number">{ name_of(stage, by, key) }</th> };
    let most = columns.iter().flat_map(|(_, placement)| &placement.shares).map(|share| share.keys).max().unwrap_or(0);
    let row = |(place, name): (usize, &&'static str)| {
        let gone = ring.owners.get(place).is_none_or(|owner| !owner.available);
        let cell = |(_, placement): &Column| {
            let keys = placement.shares.get(place).map_or(0, |share| share.keys);
            let width = (keys * BAR_PX).checked_div(most).unwrap_or(0).to_string();
            html! {
                <td class="number">
                    { keys }
                    <svg class={classes!("length", ink(place))} aria-hidden="true"><rect {width} height="3" /></svg>
                </td>
            }
        };
        html! {
            <tr class={classes!(gone.then_some("gone"))}>
                <th scope="row"><i class={classes!("owner", ink(place))} />{ *name }</th>
                { for columns.iter().map(cell) }
            </tr>
        }
    };
    let foot = |name: String, of: fn(&Placement, &HashRing) -> Option<String>| {
        let cell = |(_, placement): &Column| {
            html! { <td class="number">{ of(placement, ring).unwrap_or_else(|| "–".to_owned()) }</td> }
        };
        html! { <tr><th scope="row">{ name }</th>{ for columns.iter().map(cell) }</tr> }
    };
    html! {
        <table>
            <thead><tr><th scope="col">{ word("owner", "归属") }</th>{ for columns.iter().map(head) }</tr></thead>
            <tbody>{ for names.iter().enumerate().map(row) }</tbody>
            <tfoot>
                { foot(word("busiest", "最多"), |placement, ring| placement.evenness_of_keys(ring).map(|even| format!("×{}", multiple(even.most)))) }
                { foot(word("moved", "迁移"), |placement, ring| placement.moved(ring).map(|moved| moved.keys.to_string())) }
                { foot(word("at best", "最少"), |placement, ring| placement.moved(ring).map(|moved| moved.ideal.to_string())) }
            </tfoot>
        </table>
    }
}

/// An algorithm's name in the reader's language.
fn name_of(stage: &Stage, by: By, key: &str) -> String {
    let parameter = stage.run.scenario.protocol.parameters().iter().find(|parameter| parameter.key == by.0.algorithm);
    let choices = parameter.map_or(&[][..], |parameter| match &parameter.kind {
        ParameterKind::Choice(choices) => *choices,
        _ => &[],
    });
    choices.iter().find(|choice| choice.key == key).map_or(key.to_owned(), |choice| stage.words(&choice.name))
}
