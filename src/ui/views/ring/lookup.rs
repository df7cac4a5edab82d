//! The table in which keys are looked up: its entries in order, each with its owner; a changed one is framed.

use super::super::Stage;
use super::picture::ink;
use faultline::protocols::placement::Lookup;
use faultline::say;
use yew::prelude::*;

/// So many entries are drawn one by one.
const DRAWN_MAX: usize = 160;

pub fn lookup(stage: &Stage, names: &[&'static str], table: &Lookup) -> Html {
    let size = table.now.len();
    let was = |entry: usize| table.before.as_ref().and_then(|before| before.get(entry)).copied();
    let has_changed = |(entry, owner): (usize, &u16)| was(entry).is_some_and(|was| was != *owner);
    let changed = table.now.iter().enumerate().filter(|entry| has_changed(*entry)).count();
    let name_of = |place: u16| names.get(usize::from(place)).copied().unwrap_or("?");
    let shown = size.min(DRAWN_MAX);
    let mut told = match size > shown {
        true => say!("The table: the first {shown} of {size} entries", "查找表：共 {size} 项，以下为前 {shown} 项"),
        false => say!("The table: {size} entries", "查找表：共 {size} 项"),
    };
    if table.before.is_some() {
        told = say!(
            "{told}; the last change gave {changed} of them another owner (framed)",
            "{}；最近一次变动使其中 {changed} 项易主（加框）",
            told.zh
        );
    }
    let entry = |(entry, owner): (usize, &u16)| {
        let changed = has_changed((entry, owner));
        let said = was(entry).filter(|_| changed).map(|was| format!("{entry}: {} → {}", name_of(was), name_of(*owner)));
        html! {
            <li key={entry} class={classes!(ink(usize::from(*owner)), changed.then_some("changed"))} title={said}>
                <span>{ entry }</span>{ name_of(*owner) }
            </li>
        }
    };
    html! {
        <figure class="lookup">
            <figcaption>{ stage.words(&told) }</figcaption>
            <ol tabindex="0">{ for table.now.iter().take(shown).enumerate().map(entry) }</ol>
        </figure>
    }
}
