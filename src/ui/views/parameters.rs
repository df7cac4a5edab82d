//! The parameters as a form, made from the protocol's own description of them. What is no value is explained in place
//! and changes nothing; a deliberate mistake says that it is one, and what it breaks.

use super::{Stage, StageProps};
use crate::ui::context::Act;
use crate::ui::store::{Action, Change};
use faultline::protocols::parameter::Choice;
use faultline::protocols::{Parameter, ParameterKind, Protocol, Value};
use faultline::say;
use faultline::sim::time::Span;
use faultline::text::{Language, Text};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Seeds that the button gives: few enough digits to be read out.
const SEEDS: f64 = 100_000.0;

/// The horizon's least and greatest value in the form.
const UNTIL_MIN: Span = Span::millis(1);
const UNTIL_MAX: Span = Span::seconds(86_400);

#[component]
pub fn Parameters(props: &StageProps) -> Html {
    let stage = &props.stage;
    let protocol = stage.run.scenario.protocol;
    let is_mistake = |parameter: &&Parameter| mistakes(parameter).next().is_some();
    let plain = protocol.parameters().iter().filter(|parameter| !is_mistake(parameter));
    let flawed: Vec<&'static Parameter> = protocol.parameters().iter().filter(is_mistake).collect();
    html! {
        <form class="parameters" onsubmit={Callback::from(|event: SubmitEvent| event.prevent_default())}>
            <fieldset disabled={stage.read_only}>
                <legend>{ stage.words(&Text::new("This run", "本次运行")) }</legend>
                <SeedField stage={stage.clone()} />
                <UntilField stage={stage.clone()} />
            </fieldset>
            <fieldset disabled={stage.read_only}>
                <legend>{ stage.words(&protocol.name()) }</legend>
                { for plain.map(|parameter| field(stage, parameter)) }
            </fieldset>
            if !flawed.is_empty() {
                <fieldset disabled={stage.read_only}>
                    <legend>{ stage.words(&Text::new("Deliberate mistakes", "故意的错误")) }</legend>
                    <p class="help">{ stage.words(&Text::new(
                        "Each is one wrong line of an otherwise correct protocol. Switch it on and see what it breaks.",
                        "每一项都是在正确协议中改错的一行代码。打开它，看看会破坏什么。",
                    )) }</p>
                    { for flawed.iter().map(|parameter| field(stage, parameter)) }
                </fieldset>
            }
        </form>
    }
}

/// The choices of a parameter that are deliberate mistakes.
fn mistakes(parameter: &Parameter) -> impl Iterator<Item = &'static Choice> {
    let choices: &'static [Choice] = match &parameter.kind {
        ParameterKind::Choice(choices) => choices,
        _ => &[],
    };
    choices.iter().filter(|choice| choice.breaks.is_some())
}

/// A value as the reader's language has it.
pub fn value_name(stage: &Stage, parameter: &Parameter, value: Value) -> String {
    match (&parameter.kind, value) {
        (ParameterKind::Choice(choices), Value::Choice(key)) => {
            let known = choices.iter().find(|choice| choice.key == key);
            known.map_or(key.to_string(), |choice| stage.words(&choice.name))
        }
        (_, value) => value.to_string(),
    }
}

fn field(stage: &Stage, parameter: &'static Parameter) -> Html {
    let value = stage.run.scenario.values.get(parameter.key).unwrap_or(parameter.default());
    html! {
        <Field key={parameter.key} parameter={Handle(parameter)} {value} of={ProtocolHandle(stage.run.scenario.protocol)}
            language={stage.language} act={stage.act.clone()} />
    }
}

/// A parameter; equal only to itself.
#[derive(Clone, Copy)]
struct Handle(&'static Parameter);

impl PartialEq for Handle {
    fn eq(&self, other: &Handle) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

/// The protocol that a parameter belongs to.
#[derive(Clone, Copy)]
struct ProtocolHandle(&'static dyn Protocol);

impl PartialEq for ProtocolHandle {
    fn eq(&self, other: &ProtocolHandle) -> bool {
        self.0.id() == other.0.id()
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FieldProps {
    parameter: Handle,
    value: Value,
    of: ProtocolHandle,
    language: Language,
    act: Act,
}

#[component]
fn Field(props: &FieldProps) -> Html {
    let parameter = props.parameter.0;
    let words = |text: &Text| text.in_language(props.language).to_string();
    let (act, default) = (props.act.clone(), parameter.default());
    let (written, wrong) = use_draft(props.value.to_string(), {
        let act = act.clone();
        move |text: &str| match parameter.parse(text) {
            Ok(value) => {
                act.emit(Action::Change(Change::Set(parameter.key, value)));
                None
            }
            Err(bad) => Some(bad.0),
        }
    });
    let id = format!("parameter-{}", parameter.key);
    let (help_id, wrong_id) = (format!("{id}-help"), format!("{id}-wrong"));
    let described = if wrong.is_some() { format!("{wrong_id} {help_id}") } else { help_id.clone() };
    let control = match &parameter.kind {
        ParameterKind::Choice(choices) => draw_choices(props, &id, &help_id, choices),
        kind => {
            let numeric = matches!(kind, ParameterKind::Number { .. });
            html! {
                <input class="field" {id} type="text" inputmode={if numeric { "numeric" } else { "text" }} autocomplete="off"
                    spellcheck="false" value={written.text.clone()} oninput={written.on_input.clone()}
                    onchange={written.on_change.clone()} aria-describedby={described}
                    aria-invalid={wrong.is_some().to_string()} />
            }
        }
    };
    let range = match &parameter.kind {
        ParameterKind::Number { minimum, maximum, .. } => {
            Some(say!("{minimum} to {maximum}", "{minimum} 到 {maximum}"))
        }
        ParameterKind::Time { minimum, maximum, .. } => Some(say!("{minimum} to {maximum}", "{minimum} 到 {maximum}")),
        ParameterKind::Choice(_) => None,
    };
    let default_name = match (&parameter.kind, default) {
        (ParameterKind::Choice(choices), Value::Choice(key)) => {
            choices.iter().find(|choice| choice.key == key).map_or(key.to_string(), |choice| words(&choice.name))
        }
        (_, value) => value.to_string(),
    };
    let back = act.on(move |_: MouseEvent| Action::Change(Change::Set(parameter.key, default)));
    let broken = broken_by(props);
    html! {
        <div class={classes!("parameter", (props.value != default).then_some("changed"))}>
            <label for={format!("parameter-{}", parameter.key)}>{ words(&parameter.name) }</label>
            <div class="control">
                { control }
                if let Some(range) = range { <span class="muted">{ words(&range) }</span> }
            </div>
            if let Some(wrong) = wrong { <p class="wrong" id={wrong_id} role="alert">{ words(&wrong) }</p> }
            if let Some(broken) = broken { <p class="mistake">{ words(&broken) }</p> }
            <div class="help" id={help_id}>
                <p>{ words(&parameter.help) }</p>
                <p class="muted">
                    { words(&Text::new("Default ", "默认 ")) }{ default_name }
                    { words(&Text::new("; ", "；")) }{ words(&parameter.source) }
                </p>
            </div>
            if props.value != default {
                <button type="button" class="quiet back" onclick={back}
                    aria-label={words(&{ let (en, zh) = (&parameter.name.en, &parameter.name.zh); say!("{en}: back to the default", "{zh}：恢复默认值") })}>
                    { words(&Text::new("Back to the default", "恢复默认值")) }
                </button>
            }
        </div>
    }
}

/// What the chosen mistake breaks, if a mistake is chosen.
fn broken_by(props: &FieldProps) -> Option<Text> {
    let Value::Choice(key) = props.value else { return None };
    let chosen = mistakes(props.parameter.0).find(|choice| choice.key == key)?;
    let breaks = chosen.breaks?;
    let property = props.of.0.properties().iter().find(|property| property.id == breaks)?;
    let (en, zh) = (&property.title.en, &property.title.zh);
    Some(say!("A mistake: it can break “{en}”.", "这是一个错误：可能破坏“{zh}”。"))
}

fn draw_choices(props: &FieldProps, id: &str, help_id: &str, choices: &'static [Choice]) -> Html {
    let words = |text: &Text| text.in_language(props.language).to_string();
    let parameter = props.parameter.0;
    let chosen = props.value;
    let on_change = {
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            let key = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Ok(value) = parameter.parse(&key) {
                act.emit(Action::Change(Change::Set(parameter.key, value)));
            }
        })
    };
    let option = |choice: &'static Choice| {
        let selected = chosen == Value::Choice(choice.key);
        html! { <option value={choice.key} {selected}>{ words(&choice.name) }</option> }
    };
    let (wrong, right): (Vec<_>, Vec<_>) = choices.iter().partition(|choice| choice.breaks.is_some());
    html! {
        <select class="field" id={id.to_string()} onchange={on_change} aria-describedby={help_id.to_string()}>
            { for right.into_iter().map(option) }
            if !wrong.is_empty() {
                <optgroup label={words(&Text::new("mistakes", "错误做法"))}>{ for wrong.into_iter().map(option) }</optgroup>
            }
        </select>
    }
}

/// What stands in a field while it is being typed, and the callbacks that keep it.
struct Draft {
    text: String,
    on_input: Callback<InputEvent>,
    on_change: Callback<Event>,
}

/// A field that is typed into: what stands there, and why it is no value. `apply` is told a text when the field is left
/// or Enter is pressed; while a text is no value, it stays, with the reason. When the value changes, so does the text.
#[hook]
fn use_draft(value: String, apply: impl Fn(&str) -> Option<Text> + 'static) -> (Draft, Option<Text>) {
    let text = use_state_eq(|| value.clone());
    let wrong = use_state_eq(|| None::<Text>);
    {
        let (text, wrong) = (text.clone(), wrong.clone());
        use_effect_with(value, move |value| {
            text.set(value.clone());
            wrong.set(None);
        });
    }
    let typed = |event: &Event| event.target_unchecked_into::<HtmlInputElement>().value();
    let on_input = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| text.set(typed(&event)))
    };
    let on_change = {
        let wrong = wrong.clone();
        Callback::from(move |event: Event| wrong.set(apply(typed(&event).trim())))
    };
    let draft = Draft { text: (*text).clone(), on_input, on_change };
    (draft, (*wrong).clone())
}

#[component]
fn SeedField(props: &StageProps) -> Html {
    let stage = &props.stage;
    let act = stage.act.clone();
    let (draft, wrong) = use_draft(stage.run.scenario.seed.to_string(), {
        let act = act.clone();
        move |text: &str| match text.parse::<u64>() {
            Ok(seed) => {
                act.emit(Action::Change(Change::Seed(seed)));
                None
            }
            Err(_) => Some(Text::new(
                "A seed is a whole number from 0 to 18446744073709551615.",
                "种子是 0 到 18446744073709551615 的整数。",
            )),
        }
    });
    let another = {
        let seed = stage.run.scenario.seed;
        Callback::from(move |_: MouseEvent| {
            let drawn = (js_sys::Math::random() * SEEDS) as u64;
            let seed = if drawn == seed { drawn + 1 } else { drawn };
            act.emit(Action::Change(Change::Seed(seed)));
        })
    };
    let help = Text::new(
        "Everything drawn by chance follows from it. The same seed gives the same run, to the last event.",
        "一切随机抽取都由它决定。相同的种子得到完全相同的运行，直到最后一个事件。",
    );
    html! {
        <div class="parameter">
            <label for="parameter-seed">{ stage.words(&Text::new("Seed", "种子")) }</label>
            <div class="control">
                <input class="field" id="parameter-seed" type="text" inputmode="numeric" autocomplete="off" value={draft.text}
                    oninput={draft.on_input} onchange={draft.on_change} aria-invalid={wrong.is_some().to_string()}
                    aria-describedby="parameter-seed-help" />
                <button type="button" class="button" onclick={another}>{ stage.words(&Text::new("Another seed", "换一个种子")) }</button>
            </div>
            if let Some(wrong) = wrong { <p class="wrong" role="alert">{ stage.words(&wrong) }</p> }
            <p class="help" id="parameter-seed-help">{ stage.words(&help) }</p>
        </div>
    }
}

#[component]
fn UntilField(props: &StageProps) -> Html {
    let stage = &props.stage;
    let act = stage.act.clone();
    let (draft, wrong) =
        use_draft(stage.run.scenario.until.to_string(), move |text: &str| match text.parse::<Span>() {
            Ok(until) if (UNTIL_MIN..=UNTIL_MAX).contains(&until) => {
                act.emit(Action::Change(Change::Until(until)));
                None
            }
            _ => Some(say!(
                "This must be a time from {UNTIL_MIN} to {UNTIL_MAX}, such as 250us, 12ms or 1.5s.",
                "必须是 {UNTIL_MIN} 到 {UNTIL_MAX} 的时间，例如 250us、12ms、1.5s。"
            )),
        });
    let help = Text::new(
        "How long the run is watched. It ends earlier where nothing can happen any more.",
        "观察这次运行多久。如果不会再发生任何事情，运行会提前结束。",
    );
    html! {
        <div class="parameter">
            <label for="parameter-until">{ stage.words(&Text::new("Watched until", "观察到")) }</label>
            <div class="control">
                <input class="field" id="parameter-until" type="text" autocomplete="off" spellcheck="false" value={draft.text}
                    oninput={draft.on_input} onchange={draft.on_change} aria-invalid={wrong.is_some().to_string()}
                    aria-describedby="parameter-until-help" />
            </div>
            if let Some(wrong) = wrong { <p class="wrong" role="alert">{ stage.words(&wrong) }</p> }
            <p class="help" id="parameter-until-help">{ stage.words(&help) }</p>
        </div>
    }
}
