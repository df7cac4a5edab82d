//! How a search stands, and what it found: the faults in words, why that breaks the property, and the run to open; or
//! what was covered.

use super::inquiry::{Course, Inquiry};
use crate::ui::address::CATALOGUE;
use crate::ui::context::Laboratory;
use crate::ui::store::Action;
use faultline::say;
use faultline::scenario::explore::{Account, Break, in_words};
use faultline::scenario::link::Link;
use faultline::scenario::words::instant;
use faultline::text::Text;
use yew::prelude::*;

/// The whole of it.
pub fn answer(laboratory: &Laboratory, inquiry: &Inquiry) -> Html {
    let account = inquiry.account.as_ref();
    let found = account.and_then(|account| account.breaks.first()).filter(|_| inquiry.course == Course::Answered);
    html! {
        <>
            { question(laboratory, inquiry) }
            if let Some(said) = inquiry.answer() {
                <p class={classes!("outcome", found.map(|_| "broken"))}>{ laboratory.words(&said) }</p>
            }
            if let Some(found) = found { { draw_break(laboratory, inquiry, found) } }
            { one_more(laboratory, inquiry) }
            if inquiry.is_under_way() { { progress(laboratory, inquiry) } }
            if let Some(account) = account { { figures(laboratory, account, inquiry.took_micros) } }
        </>
    }
}

/// What was asked, in a line: the form may say something else by now.
fn question(laboratory: &Laboratory, inquiry: &Inquiry) -> Html {
    let asked = &inquiry.asked;
    let properties = asked.scenario.protocol.properties();
    let property = properties.iter().find(|property| asked.question.properties.contains(&property.id.to_owned()));
    let property =
        property.map_or(Text::new("Any safety property", "所有安全性质"), |property| property.title.clone());
    let from = match asked.from {
        None => Text::new("anywhere in the run", "整个运行过程"),
        Some(from) => {
            let from = instant(from);
            say!("after {from}", "{from} 之后")
        }
    };
    let changed = asked.mistake.is_none() && asked.scenario != laboratory.state.bench.run.scenario;
    html! {
        <p class="muted small">
            { laboratory.words(&property) }{ " · " }{ laboratory.words(&from) }
            if changed { { " · " }{ laboratory.words(&Text::new("asked of another run than the one on screen", "针对的不是屏幕上的这次运行")) } }
        </p>
    }
}

/// While it goes on: how far it is, and the faults being tried.
fn progress(laboratory: &Laboratory, inquiry: &Inquiry) -> Html {
    let said = match &inquiry.account {
        Some(account) => account.sentence.clone(),
        None => Text::new("The search begins", "搜索开始"),
    };
    let trying = inquiry.account.as_ref().map(|account| in_words(&account.trying, &inquiry.asked.scenario));
    let trying: Vec<String> = trying.iter().flatten().map(|fault| laboratory.words(fault)).collect();
    html! {
        <>
            <p class="outcome">{ laboratory.words(&said) }</p>
            <p class="trying muted small">{ trying.join(" + ") }</p>
        </>
    }
}

fn figures(laboratory: &Laboratory, account: &Account, took_micros: u64) -> Html {
    html! {
        <dl class="figures">
            { for account.figures(took_micros).into_iter().map(|(name, figure)| html! {
                <div><dt>{ laboratory.words(&name) }</dt><dd>{ figure }</dd></div>
            }) }
        </dl>
    }
}

fn draw_break(laboratory: &Laboratory, inquiry: &Inquiry, found: &Break) -> Html {
    let faults = in_words(&found.added, &inquiry.asked.scenario);
    let open = found.opening(CATALOGUE).map(|link| Link { entry: inquiry.asked.entry.map(|entry| entry.0), ..link });
    html! {
        <>
            <ol class="added">
                { for faults.iter().map(|fault| html! { <li>{ laboratory.words(fault) }</li> }) }
            </ol>
            <p class="why">{ laboratory.words(&found.why) }</p>
            if let Some(open) = open {
                <p>
                    <a class="button first" href={open.fragment()}>
                        { laboratory.words(&Text::new("Open this run", "打开这次运行")) }
                    </a>
                </p>
            }
        </>
    }
}

/// Where all was tried in vain: offers one fault more.
fn one_more(laboratory: &Laboratory, inquiry: &Inquiry) -> Html {
    let Some(asked) = inquiry.one_more() else { return Html::default() };
    let press = laboratory.act.on(move |_: MouseEvent| Action::Explore(Box::new(asked.clone())));
    html! {
        <p>
            <button type="button" class="button" id="explore-more" onclick={press}>
                { laboratory.words(&Text::new("Allow one more", "再多允许一个")) }
            </button>
        </p>
    }
}
