//! The table of contents: by family, per scenario its question, a small picture of its real run, and its verdict. The
//! runs are made when the browser has nothing better to do, one at a time.

use super::thumbnail::thumb;
use crate::ui::address::{self, CATALOGUE};
use crate::ui::{verdict, words};
use faultline::picture::thumbnail::Thumbnail;
use faultline::protocols::{COMPARISONS, Family};
use faultline::scenario::catalogue::Listed;
use faultline::scenario::run::Run;
use faultline::text::{Language, Text};
use gloo::timers::callback::Timeout;
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

/// The ends of the catalogue's runs, in its order, as far as they are known.
type Known = Rc<Vec<Ends>>;

/// Makes the next run that is missing, after a pause.
#[hook]
fn use_ends() -> Known {
    let known = use_state_eq(Known::default);
    {
        let known = known.clone();
        use_effect_with(known.len(), move |count| {
            let next = CATALOGUE.entries().nth(*count);
            let waiting = next.map(|listed| {
                Timeout::new(IDLE_MS, move || {
                    let mut more = (**known).clone();
                    more.push(Ends::of(listed));
                    known.set(Rc::new(more));
                })
            });
            move || drop(waiting)
        });
    }
    (*known).clone()
}

#[derive(Clone, PartialEq, Properties)]
pub struct ContentsProps {
    pub language: Language,
}

/// The table; it is drawn again only when something in it changes, not at every step of the live run.
#[component]
pub fn Contents(ContentsProps { language }: &ContentsProps) -> Html {
    let language = *language;
    let words = |text: &Text| text.in_language(language).to_owned();
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
        <nav class="contents" aria-label={words(&words::CONTENTS)}>
            <div class="head">
                <h2>{ words(&words::CONTENTS) }</h2>
                <input id="search" class="field" type="search" {oninput} autocomplete="off"
                    placeholder={words(&words::SEARCH)} aria-label={words(&words::SEARCH_SCENARIOS)} />
            </div>
            if found.is_empty() { <p class="muted none" role="status">{ words(&words::NO_MATCH) }</p> }
            { for found.into_iter().map(|(family, listed)| html! {
                <section class="family">
                    <h3>{ words(&family.title()) }</h3>
                    { comparisons(language, family) }
                    { protocols(language, &listed, &known) }
                </section>
            }) }
        </nav>
    }
}

/// The comparisons of a family.
fn comparisons(language: Language, family: Family) -> Html {
    let of_family = COMPARISONS.iter().filter(|comparison| comparison.family == family);
    html! {
        { for of_family.map(|comparison| html! {
            <p><a class="onward" href={address::of_comparison(comparison.id)}>
                { comparison.question.in_language(language).to_owned() }
            </a></p>
        }) }
    }
}

/// The scenarios of a family, protocol by protocol.
fn protocols(language: Language, listed: &[Listed], known: &Known) -> Html {
    let groups = listed.chunk_by(|a, b| a.protocol.id() == b.protocol.id());
    html! {
        { for groups.map(|group| html! {
            <>
                <h4>{ group[0].protocol.name().in_language(language).to_owned() }</h4>
                <ul>{ for group.iter().map(|listed| line(language, listed, known_of(known, listed))) }</ul>
            </>
        }) }
    }
}

/// How a scenario's run ends, if that is known.
fn known_of<'a>(known: &'a Known, listed: &Listed) -> Option<&'a Ends> {
    known.get(CATALOGUE.entries().position(|other| std::ptr::eq(other.entry, listed.entry))?)
}

fn line(language: Language, listed: &Listed, ends: Option<&Ends>) -> Html {
    let words = |text: &Text| text.in_language(language).to_owned();
    let colon = words(&words::COLON);
    html! {
        <li key={listed.entry.id}>
            <a class="entry" href={address::of_entry(listed.entry.id)}>
                <span class="asks">{ words(&listed.entry.question) }</span>
                <span class="thumb">if let Some(ends) = ends { { thumb(&ends.picture) } }</span>
                <span class="ends">
                    if let Some(ends) = ends {
                        { ends.standing.glyph() }
                        <span>{ words(&ends.property) }{ colon }{ words(&ends.word) }</span>
                    }
                </span>
            </a>
        </li>
    }
}

/// Whether every word sought stands in the scenario's question, answer, names or id, in either language.
fn matches(listed: &Listed, sought: &str) -> bool {
    if sought.is_empty() {
        return true;
    }
    let (entry, protocol) = (listed.entry, listed.protocol);
    let name = protocol.name();
    let family = protocol.family().title();
    let texts = [&entry.question, &entry.answer, &name, &family];
    let all: String = texts.iter().flat_map(|text| [&*text.en, " ", &*text.zh, " "]).collect();
    let all = format!("{all} {} {}", entry.id, protocol.id()).to_lowercase();
    sought.split_whitespace().all(|word| all.contains(word))
}
