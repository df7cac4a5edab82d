//! The choices that matter to a form, as controls.

use super::Choosing;
use super::choices::{Choice, Choices, HEIGHT_PX_MAX, HEIGHT_PX_MIN};
use crate::ui::context::Laboratory;
use crate::ui::store::Section;
use faultline::say;
use faultline::scenario::link::Theme;
use faultline::scenario::words::instant;
use faultline::text::{Language, Text};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// A callback that changes what is chosen.
pub fn choose<Event: 'static>(choosing: &Choosing, change: impl Fn(&mut Choices, Event) + 'static) -> Callback<Event> {
    let choosing = choosing.clone();
    Callback::from(move |event| {
        let mut choices = (*choosing).clone();
        change(&mut choices, event);
        choosing.set(choices);
    })
}

/// All that matter to the form that is chosen.
pub fn options(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let has = |choice| choosing.form.has(choice);
    let at = instant(laboratory.state.bench.at());
    let check = |id: &'static str, name: Text, on: bool, turn: fn(&mut Choices)| {
        let onchange = choose(choosing, move |choices, _: Event| turn(choices));
        html! {
            <label><input type="checkbox" id={id} checked={on} {onchange} /><span>{ laboratory.words(&name) }</span></label>
        }
    };
    html! {
        <div class="options">
            if has(Choice::FromHere) {
                { check("from-here", say!("From this instant ({at})", "从此刻（{at}）开始"), choosing.from_here, |choices| choices.from_here ^= true) }
            }
            if has(Choice::Part) { { part(laboratory, choosing) } }
            if has(Choice::Language) { { language(laboratory, choosing) } }
            if has(Choice::Theme) { { theme(laboratory, choosing) } }
            if has(Choice::View) { { view(laboratory, choosing) } }
            if has(Choice::Height) { { height(laboratory, choosing) } }
            if has(Choice::ReadOnly) {
                { check("read-only", Text::new("Readers may not break it", "读者不能破坏"), choosing.read_only, |choices| choices.read_only ^= true) }
            }
            if has(Choice::Autoplay) {
                { check("autoplay", Text::new("Plays when seen", "进入视野时播放"), choosing.autoplay, |choices| choices.autoplay ^= true) }
            }
            if has(Choice::Repeats) {
                { check("repeats", Text::new("Repeats", "循环播放"), choosing.repeats, |choices| choices.repeats ^= true) }
            }
        </div>
    }
}

/// What stands in a field.
fn typed(event: &InputEvent) -> String {
    event.target_dyn_into::<HtmlInputElement>().map_or_else(String::new, |field| field.value())
}

/// From when to when: instants as links write them.
fn part(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let invalid = choosing.range().is_err().to_string();
    let field = |id: &'static str, value: &str, name: Text, none: Text, put: fn(&mut Choices, String)| {
        let oninput = choose(choosing, move |choices, event: InputEvent| put(choices, typed(&event)));
        html! {
            <label>
                <span>{ laboratory.words(&name) }</span>
                <input class="field" id={id} size="7" maxlength="24" autocomplete="off" spellcheck="false" value={value.to_owned()}
                    placeholder={laboratory.words(&none)} aria-invalid={invalid.clone()} {oninput} />
            </label>
        }
    };
    html! {
        <>
            { field("from", &choosing.from, Text::new("From", "从"), Text::new("start", "开头"), |choices, typed| choices.from = typed) }
            { field("to", &choosing.to, Text::new("To", "到"), Text::new("end", "结尾"), |choices, typed| choices.to = typed) }
        </>
    }
}

/// One of several; the first is none of them.
fn select(
    laboratory: &Laboratory,
    choosing: &Choosing,
    (id, name): (&'static str, Text),
    options: &[(&'static str, Text)],
    chosen: &str,
    put: fn(&mut Choices, &str),
) -> Html {
    let onchange = choose(choosing, move |choices, event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            put(choices, &select.value());
        }
    });
    html! {
        <label>
            <span>{ laboratory.words(&name) }</span>
            <select class="field" id={id} {onchange}>
                { for options.iter().map(|(value, name)| html! {
                    <option value={*value} selected={*value == chosen}>{ laboratory.words(name) }</option>
                }) }
            </select>
        </label>
    }
}

fn language(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let as_read = if choosing.form.is_played() || choosing.form == super::Form::Link {
        Text::new("the reader’s", "随读者")
    } else {
        Text::new("this page’s", "与本页一致")
    };
    let options = [("", as_read), ("en", Text::same("English")), ("zh", Text::same("简体中文"))];
    let chosen = match choosing.language {
        None => "",
        Some(Language::English) => "en",
        Some(Language::SimplifiedChinese) => "zh",
    };
    select(
        laboratory,
        choosing,
        ("export-language", Text::new("Language", "语言")),
        &options,
        chosen,
        |choices, value| {
            choices.language = match value {
                "en" => Some(Language::English),
                "zh" => Some(Language::SimplifiedChinese),
                _ => None,
            }
        },
    )
}

fn theme(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let as_read = if choosing.form.is_text() || choosing.form.is_played() {
        Text::new("the reader’s", "随读者")
    } else {
        Text::new("this page’s", "与本页一致")
    };
    let options = [("", as_read), ("light", Text::new("light", "浅色")), ("dark", Text::new("dark", "深色"))];
    let chosen = match choosing.theme {
        None => "",
        Some(Theme::Light) => "light",
        Some(Theme::Dark) => "dark",
    };
    select(laboratory, choosing, ("export-theme", Text::new("Theme", "主题")), &options, chosen, |choices, value| {
        choices.theme = match value {
            "light" => Some(Theme::Light),
            "dark" => Some(Theme::Dark),
            _ => None,
        }
    })
}

fn view(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let none = ("", Text::new("nothing", "无"));
    let sections = Section::of(&laboratory.state.bench.run).map(|section| (section.key(), section.title()));
    let options: Vec<_> = std::iter::once(none).chain(sections).collect();
    let chosen = choosing.view.map_or("", Section::key);
    select(
        laboratory,
        choosing,
        ("export-view", Text::new("Beneath it", "下方显示")),
        &options,
        chosen,
        |choices, value| {
            choices.view = Section::ALL.into_iter().find(|section| section.key() == value);
        },
    )
}

fn height(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let oninput = choose(choosing, |choices, event: InputEvent| choices.height = typed(&event));
    let invalid = choosing.height_px().is_err().to_string();
    html! {
        <label>
            <span>{ laboratory.words(&Text::new("Height in pixels", "高度（像素）")) }</span>
            <input class="field" id="export-height" type="number" min={HEIGHT_PX_MIN.to_string()} max={HEIGHT_PX_MAX.to_string()}
                step="20" value={choosing.height.clone()} aria-invalid={invalid} {oninput} />
        </label>
    }
}
