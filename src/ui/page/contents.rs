//! The table of contents: by family, per scenario its question, a small picture of its real run, and its verdict. The
//! runs are made when the browser has nothing better to do, one at a time.

use super::thumbnail::Thumb;
use crate::ui::address::{self, CATALOGUE};
use crate::ui::context::{Laboratory, use_laboratory};
use crate::ui::{verdict, words};
use faultline::picture::thumbnail::Thumbnail;
use faultline::scenario::catalogue::Listed;
use faultline::scenario::run::Run;
use faultline::text::Text;
use gloo::timers::callback::Timeout;
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Between two runs made for their pictures, in milliseconds: the live run plays meanwhile.
const IDLE_MS: u32 = 40;

/// What a scenario's line shows of its run.
#[derive(Clone, PartialEq)]
struct Ends {
    picture: Rc<Thumbnail>,
    standing: verdict::Standing,
    /// "No two databases decide differently: violated".
    property: Text,
    word: Text,
}

impl Ends {
    fn of(listed: Listed) -> Ends {
        let run = Run::of(listed.scenario());
        let worst = verdict::worst(&run);
        let (standing, property, word) = match worst {
            Some(judged) => (verdict::at_end(judged), judged.property.title.clone(), verdict::word(&judged.verdict)),
            None => (verdict::Standing::Undecided, Text::same(""), Text::same("")),
        };
        Ends { picture: Rc::new(Thumbnail::of(&run)), standing, property, word }
    }
}

#[derive(Clone, Default, PartialEq)]
struct Known(BTreeMap<&'static str, Ends>);

impl Reducible for Known {
    type Action = (&'static str, Ends);
    fn reduce(self: Rc<Self>, (id, ends): Self::Action) -> Rc<Known> {
        let mut known = (*self).clone();
        known.0.insert(id, ends);
        Rc::new(known)
    }
}

/// Makes the next run that is missing, after a pause.
#[hook]
fn use_ends() -> UseReducerHandle<Known> {
    let known = use_reducer(Known::default);
    let (count, dispatcher) = (known.0.len(), known.dispatcher());
    use_effect_with(count, move |count| {
        let next = CATALOGUE.entries().nth(*count);
        let waiting =
            next.map(|listed| Timeout::new(IDLE_MS, move || dispatcher.dispatch((listed.entry.id, Ends::of(listed)))));
        move || drop(waiting)
    });
    known
}

#[component]
pub fn Contents() -> Html {
    let laboratory = use_laboratory();
    let sought = use_state_eq(String::new);
    let known = use_ends();
    let oninput = {
        let sought = sought.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                sought.set(input.value().to_lowercase());
            }
        })
    };
    let found: Vec<_> = CATALOGUE
        .families()
        .into_iter()
        .map(|(family, all)| (family, all.into_iter().filter(|listed| matches(listed, &sought)).collect::<Vec<_>>()))
        .filter(|(_, listed)| !listed.is_empty())
        .collect();
    html! {
        <nav class="contents" aria-label={laboratory.words(&words::CONTENTS)}>
            <div class="head">
                <h2>{ laboratory.words(&words::CONTENTS) }</h2>
                <input id="search" class="field" type="search" {oninput} autocomplete="off"
                    placeholder={laboratory.words(&words::SEARCH)} aria-label={laboratory.words(&words::SEARCH_SCENARIOS)} />
            </div>
            if found.is_empty() { <p class="muted none" role="status">{ laboratory.words(&words::NO_MATCH) }</p> }
            { for found.into_iter().map(|(family, listed)| html! {
                <section class="family">
                    <h3>{ laboratory.words(&family.title()) }</h3>
                    { protocols(&laboratory, &listed, &known) }
                </section>
            }) }
        </nav>
    }
}

/// The scenarios of a family, protocol by protocol.
fn protocols(laboratory: &Laboratory, listed: &[Listed], known: &Known) -> Html {
    let groups = listed.chunk_by(|a, b| a.protocol.id() == b.protocol.id());
    html! {
        { for groups.map(|group| html! {
            <>
                <h4>{ laboratory.words(&group[0].protocol.name()) }</h4>
                <ul>{ for group.iter().map(|listed| line(laboratory, listed, known.0.get(listed.entry.id))) }</ul>
            </>
        }) }
    }
}

fn line(laboratory: &Laboratory, listed: &Listed, ends: Option<&Ends>) -> Html {
    let colon = laboratory.words(&words::COLON);
    html! {
        <li key={listed.entry.id}>
            <a class="entry" href={address::of_entry(listed.entry.id)}>
                <span class="asks">{ laboratory.words(&listed.entry.question) }</span>
                <span class="thumb">if let Some(ends) = ends { <Thumb picture={ends.picture.clone()} /> }</span>
                <span class="ends">
                    if let Some(ends) = ends {
                        { ends.standing.glyph() }
                        <span>{ laboratory.words(&ends.property) }{ colon }{ laboratory.words(&ends.word) }</span>
                    }
                </span>
            </a>
        </li>
    }
}

/// Whether every word sought stands in the scenario's question, answer, names or id, in either language.
fn matches(listed: &Listed, sought: &str) -> bool {
    let (entry, protocol) = (listed.entry, listed.protocol);
    let name = protocol.name();
    let family = protocol.family().title();
    let texts = [&entry.question, &entry.answer, &name, &family];
    let all: String = texts.iter().flat_map(|text| [&*text.en, " ", &*text.zh, " "]).collect();
    let all = format!("{all} {} {}", entry.id, protocol.id()).to_lowercase();
    sought.split_whitespace().all(|word| all.contains(word))
}
