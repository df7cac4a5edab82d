//! The owners as a table: what each has, what the last change gave it or took, and a button by which it comes or goes.

use super::super::Stage;
use super::By;
use super::picture::ink;
use crate::ui::store::{Action, Change};
use faultline::protocols::placement::{Keys, Moved, Placement};
use faultline::say;
use faultline::sim::fault::{Fault, Place};
use faultline::sim::recorder::Status;
use faultline::sim::show::{HashRing, Owner};
use faultline::text::Text;
use yew::prelude::*;

/// Of an owner that has no room.
pub const FULL: Text = Text::new("full", "已满");

/// What the table is drawn from.
pub struct Owners<'a> {
    pub stage: &'a Stage,
    pub by: By,
    pub ring: &'a HashRing,
    pub placement: &'a Placement,
    /// Told which owner's button is pointed at or has the focus, and that one is pressed.
    pub on_would: Callback<Option<u16>>,
    pub on_press: Callback<Change>,
}

impl Owners<'_> {
    fn words(&self, en: &'static str, zh: &'static str) -> String {
        self.stage.words(&Text::new(en, zh))
    }
}

pub fn owners(table: &Owners) -> Html {
    let on_a_ring = !table.placement.arcs.is_empty();
    let mut before = vec![0i64; table.ring.owners.len()];
    for owner in table.placement.before.iter().flatten().flatten() {
        before[usize::from(*owner)] += 1;
    }
    let edits = !table.stage.read_only;
    let row = |(place, owner): (u16, &Owner)| {
        let node = table.stage.run.topology.name(owner.node);
        let share = table.placement.shares.get(usize::from(place)).copied().unwrap_or_default();
        let part = format!("{}.{} %", share.millionths / 10_000, share.millionths / 1_000 % 10);
        let gained = i64::from(share.keys) - before[usize::from(place)];
        let gained = if table.placement.before.is_some() && gained != 0 { signed(gained) } else { String::new() };
        html! {
            <tr key={node} class={classes!((!owner.available).then_some("gone"))}>
                <th scope="row"><i class={classes!("owner", ink(place.into()))} />{ node }
                    if owner.full { <span class="muted">{ " " }{ table.stage.words(&FULL) }</span> }
                </th>
                if on_a_ring {
                    <td class="number">{ share.points }</td>
                    <td class="number">{ part }</td>
                }
                <td class="number">{ share.keys }</td>
                <td class="number muted">{ gained }</td>
                if edits { <td class="act">{ button(table, place, owner) }</td> }
            </tr>
        }
    };
    html! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{ table.words("owner", "归属") }</th>
                    if on_a_ring {
                        <th scope="col" class="number">{ table.words("points", "虚拟节点") }</th>
                        <th scope="col" class="number">{ table.words("of the ring", "占环") }</th>
                    }
                    <th scope="col" class="number">{ table.words("keys", "键") }</th>
                    <th scope="col" class="number"><span class="unseen">{ table.words("gained or lost", "增减") }</span></th>
                    if edits { <th scope="col"><span class="unseen">{ table.words("comes or goes", "加入或移除") }</span></th> }
                </tr>
            </thead>
            <tbody>{ for (0..).zip(&table.ring.owners).map(row) }</tbody>
        </table>
    }
}

fn signed(number: i64) -> String {
    let sign = if number < 0 { '−' } else { '+' };
    format!("{sign}{}", number.unsigned_abs())
}

/// Adds the owner at the instant on the screen, or removes it; pointing at it shows which keys that would move.
fn button(table: &Owners, place: u16, owner: &Owner) -> Html {
    let hashing = table.by.0;
    let key = if owner.available { hashing.leave } else { hashing.join };
    let node = owner.node;
    let name = table.stage.run.topology.name(node);
    let (word, label) = match owner.available {
        true => (Text::new("Remove", "移除"), say!("Remove {name}", "移除 {name}")),
        false => (Text::new("Add", "加入"), say!("Add {name}", "加入 {name}")),
    };
    // Nobody can come or go by itself whose process does not run.
    let down = table.stage.scene.nodes.get(node.index()).is_none_or(|scene| scene.status == Status::Down);
    let fault = Fault::Intervention { node, place: Place::At(table.stage.at()), key, arguments: Vec::new() };
    let change = Change::Add(vec![fault]);
    let would = |place: Option<u16>, change: Option<Change>| {
        let (told, act) = (table.on_would.clone(), table.stage.act.clone());
        move || {
            told.emit(place);
            act.emit(Action::Preview(change.clone()));
        }
    };
    let point = would(Some(place), Some(change.clone()));
    let (onpointerenter, focus) = (point.clone(), point);
    let leave = would(None, None);
    let (onpointerleave, blur) = (leave.clone(), leave);
    let press = table.on_press.clone();
    let title = down.then(|| table.words("It is down: restart it in the flow", "进程已停止：请先在时序图中重启它"));
    html! {
        <button type="button" class="button" disabled={down} aria-label={table.stage.words(&label)} {title}
            onclick={Callback::from(move |_: MouseEvent| press.emit(change.clone()))}
            onpointerenter={Callback::from(move |_: PointerEvent| onpointerenter())}
            onpointerleave={Callback::from(move |_: PointerEvent| onpointerleave())}
            onfocus={Callback::from(move |_: FocusEvent| focus())}
            onblur={Callback::from(move |_: FocusEvent| blur())}>
            { table.stage.words(&word) }
        </button>
    }
}

/// How many keys moved, or would if that owner came or went, against how few could have.
pub fn moved(moved: Option<Moved>, would: Option<(&str, bool)>, keys: usize, drawn: Option<Text>) -> Text {
    let Some(Moved { keys: moved, ideal }) = moved else {
        return say!("{keys} keys; nobody has come or gone so far", "共 {keys} 个键；至今没有提供者加入或离开");
    };
    let drawn = drawn.filter(|_| moved > 0).unwrap_or(Text::same(""));
    let (en, zh) = (&drawn.en, &drawn.zh);
    match would {
        Some((name, true)) => say!(
            "Removing {name} would move {moved} of {keys} keys{en}; {ideal} would be enough",
            "移除 {name} 会迁移 {keys} 个键中的 {moved} 个{zh}；最少只需 {ideal} 个"
        ),
        Some((name, false)) => say!(
            "Adding {name} would move {moved} of {keys} keys{en}; {ideal} would be enough",
            "加入 {name} 会迁移 {keys} 个键中的 {moved} 个{zh}；最少只需 {ideal} 个"
        ),
        None => say!(
            "The last change moved {moved} of {keys} keys{en}; {ideal} would have been enough",
            "最近一次变动迁移了 {keys} 个键中的 {moved} 个{zh}；最少只需 {ideal} 个"
        ),
    }
}

/// So many moved keys are listed, the rest is counted.
const LISTED_MAX: usize = 200;

/// The moved keys by name, for whoever asks.
pub fn which(stage: &Stage, names: &[&'static str], keys: &Keys, placement: &Placement) -> Html {
    let name_of = |place: u16| names.get(usize::from(place)).copied().unwrap_or("?");
    let all = (0..keys.names.len()).filter_map(|key| Some((key, placement.moved_from(key)?)));
    let count = all.clone().count();
    let line = |(key, was): (usize, u16)| {
        let to = placement.now.get(key).copied().flatten().map_or("–", name_of);
        let said = format!("{}: {} → {to}", keys.names[key], name_of(was));
        html! { <li key={key}>{ said }</li> }
    };
    let rest = count.saturating_sub(LISTED_MAX);
    if count == 0 {
        return html! { <p class="muted">{ stage.words(&Text::new("None has moved.", "没有键迁移。")) }</p> };
    }
    html! {
        <>
            <ul class="which">{ for all.take(LISTED_MAX).map(line) }</ul>
            if rest > 0 { <p class="muted">{ stage.words(&say!("and {rest} more", "另有 {rest} 个")) }</p> }
        </>
    }
}
