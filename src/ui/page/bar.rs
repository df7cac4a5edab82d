//! The bar: wordmark, place, search, language, theme, share.

use crate::ui::context::Laboratory;
use crate::ui::icon::{self, icon, wordmark};
use crate::ui::store::{Action, Place, Theme};
use crate::ui::{address, environment, words};
use faultline::text::Language;
use yew::prelude::*;

/// The bar over every page.
pub fn bar(laboratory: &Laboratory) -> Html {
    let state = &laboratory.state;
    let place = match &state.place {
        Place::Front => String::new(),
        Place::Scenario => {
            let protocol = state.bench.run.scenario.protocol;
            let (family, name) = (protocol.family().title(), protocol.name());
            format!("{} / {}", laboratory.words(&family), laboratory.words(&name))
        }
        Place::Comparison(comparison) => {
            let family = comparison.0.family.title();
            format!("{} / {}", laboratory.words(&family), laboratory.words(&words::COMPARE))
        }
        Place::Trouble { .. } => laboratory.words(&words::BAD_LINK),
    };
    let has_run = matches!(state.place, Place::Front | Place::Scenario);
    let contents = format!("#{}", address::FRONT);
    let skip = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        environment::focus(crate::ui::breaking::targets::FLOW_ID);
    });
    let help = laboratory.act.on(|_: MouseEvent| Action::Help(true));
    html! {
        <>
            <header class="bar">
                if has_run {
                    <a class="skip button" href="#flow" onclick={skip}>{ laboratory.words(&words::SKIP) }</a>
                }
                <a class="mark" href={contents.clone()}>{ wordmark() }{ laboratory.words(&words::FAULTLINE) }</a>
                if place.is_empty() { <span class="spring"></span> } else { <span class="place">{ place }</span> }
                <a class="quiet" href={contents} onclick={search_click(laboratory)}
                    aria-label={laboratory.words(&words::SEARCH_SCENARIOS)} title={laboratory.words(&words::SEARCH_SCENARIOS)}>
                    { icon(icon::SEARCH) }
                </a>
                { language_button(laboratory) }
                { theme_button(laboratory) }
                <button class="quiet wide" aria-label={laboratory.words(&words::HELP)} title={laboratory.words(&words::HELP)}
                    onclick={help}>{ "?" }</button>
                if has_run { { share(laboratory) } }
            </header>
        </>
    }
}

/// Searching is done in the table of contents.
fn search_click(laboratory: &Laboratory) -> Callback<MouseEvent> {
    let on_front = laboratory.state.place == Place::Front;
    Callback::from(move |event: MouseEvent| {
        if on_front {
            event.prevent_default();
        }
        // Elsewhere the front page has to be drawn first.
        let wait = if on_front { 0 } else { 100 };
        gloo::timers::callback::Timeout::new(wait, || environment::focus("search")).forget();
    })
}

fn language_button(laboratory: &Laboratory) -> Html {
    let (other, tag) = match laboratory.language() {
        Language::English => (Language::SimplifiedChinese, "zh-Hans"),
        Language::SimplifiedChinese => (Language::English, "en"),
    };
    let theme = laboratory.state.theme;
    let onclick = laboratory.act.on(move |_: MouseEvent| {
        environment::remember(other, theme);
        Action::Language(other)
    });
    html! {
        <button class="quiet" id="language" lang={tag} {onclick} aria-label={laboratory.words(&words::OTHER_LANGUAGE_NAME)}
            title={laboratory.words(&words::OTHER_LANGUAGE_NAME)}>
            { laboratory.words(&words::OTHER_LANGUAGE) }
        </button>
    }
}

/// Round through the system's theme, light and dark.
fn theme_button(laboratory: &Laboratory) -> Html {
    let (name, next) = match laboratory.state.theme {
        Theme::Auto => (words::THEME_AUTO, Theme::Light),
        Theme::Light => (words::THEME_LIGHT, Theme::Dark),
        Theme::Dark => (words::THEME_DARK, Theme::Auto),
    };
    let language = laboratory.language();
    let name = laboratory.words(&name);
    let onclick = laboratory.act.on(move |_: MouseEvent| {
        environment::remember(language, next);
        Action::Theme(next)
    });
    html! {
        <button class="quiet" id="theme" aria-label={name.clone()} title={name} {onclick}>{ icon(icon::THEME) }</button>
    }
}

/// Opens the panel in which the run is handed to others; the run waits meanwhile.
fn share(laboratory: &Laboratory) -> Html {
    let act = laboratory.act.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        act.emit(Action::Pause);
        act.emit(Action::Share(true));
    });
    html! { <button class="button" id="share" aria-haspopup="dialog" {onclick}>{ laboratory.words(&words::SHARE) }</button> }
}
