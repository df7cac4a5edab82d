//! The parameters as a form, made from the protocol's own description of them. What is no value is explained in place
//! and changes nothing; a deliberate mistake says that it is one, and what it breaks.

use super::{Stage, StageProps};
use crate::ui::draft::{Draft, Drafting, field};
use crate::ui::store::{Action, Change};
use faultline::protocols::parameter::Choice;
use faultline::protocols::{Parameter, ParameterKind, Value};
use faultline::say;
use faultline::sim::time::Span;
use faultline::text::Text;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Seeds that the button gives: few enough digits to be read out.
const SEEDS: f64 = 100_000.0;

/// The horizon's least and greatest value in the form.
const UNTIL_MIN: Span = Span::millis(1);
const UNTIL_MAX: Span = Span::seconds(86_400);

#[component]
pub fn Parameters(props: &StageProps) -> Html {
    let stage = &props.stage;
    let drafting = use_state_eq(Draft::default);
    let protocol = stage.run.scenario.protocol;
    let is_mistake = |parameter: &&Parameter| parameter.mistakes().next().is_some();
    let plain = protocol.parameters().iter().filter(|parameter| !is_mistake(parameter));
    let flawed: Vec<&'static Parameter> = protocol.parameters().iter().filter(is_mistake).collect();
    html! {
        <form class="parameters" onsubmit={Callback::from(|event: SubmitEvent| event.prevent_default())}>
            <fieldset disabled={stage.read_only}>
                <legend>{ stage.words(&Text::new("This run", "本次运行")) }</legend>
                { seed_field(stage, &drafting) }
                { until_field(stage, &drafting) }
            </fieldset>
            <fieldset disabled={stage.read_only}>
                <legend>{ stage.words(&protocol.name()) }</legend>
                { for plain.map(|parameter| parameter_field(stage, &drafting, parameter)) }
            </fieldset>
            if !flawed.is_empty() {
                <fieldset disabled={stage.read_only}>
                    <legend>{ stage.words(&Text::new("Deliberate mistakes", "故意的错误")) }</legend>
                    <p class="help">{ stage.words(&Text::new(
                        "Each is one wrong line of an otherwise correct protocol. Switch it on and see what it breaks.",
                        "每一项都是在正确协议中改错的一行代码。打开它，看看会破坏什么。",
                    )) }</p>
                    { for flawed.iter().map(|parameter| parameter_field(stage, &drafting, parameter)) }
                </fieldset>
            }
        </form>
    }
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

fn parameter_field(stage: &Stage, drafting: &Drafting, parameter: &'static Parameter) -> Html {
    let now = stage.run.scenario.values.get(parameter.key).unwrap_or(parameter.default());
    let words = |text: &Text| stage.words(text);
    let (act, default) = (stage.act.clone(), parameter.default());
    let apply = act.clone();
    let written = field(
        drafting,
        parameter.key,
        now.to_string(),
        Callback::from(move |text: String| match parameter.parse(&text) {
            Ok(value) => {
                apply.emit(Action::Change(Change::Set(parameter.key, value)));
                None
            }
            Err(bad) => Some(bad.0),
        }),
    );
    let wrong = written.wrong;
    let id = format!("parameter-{}", parameter.key);
    let (help_id, wrong_id) = (format!("{id}-help"), format!("{id}-wrong"));
    let described = if wrong.is_some() { format!("{wrong_id} {help_id}") } else { help_id.clone() };
    let control = match &parameter.kind {
        ParameterKind::Choice(choices) => draw_choices(stage, parameter, &id, &help_id, choices),
        kind => {
            let numeric = matches!(kind, ParameterKind::Number { .. });
            html! {
                <input class="field" {id} type="text" inputmode={if numeric { "numeric" } else { "text" }} autocomplete="off"
                    spellcheck="false" value={written.text} oninput={written.oninput}
                    onchange={written.onchange} aria-describedby={described}
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
    let broken = broken_by(stage, parameter, now);
    html! {
        <div key={parameter.key} class={classes!("parameter", (now != default).then_some("changed"))}>
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
            if now != default {
                <button type="button" class="quiet back" onclick={back}
                    aria-label={words(&{ let (en, zh) = (&parameter.name.en, &parameter.name.zh); say!("{en}: back to the default", "{zh}：恢复默认值") })}>
                    { words(&Text::new("Back to the default", "恢复默认值")) }
                </button>
            }
        </div>
    }
}

/// What the chosen mistake breaks, if a mistake is chosen.
fn broken_by(stage: &Stage, parameter: &Parameter, now: Value) -> Option<Text> {
    let Value::Choice(key) = now else { return None };
    let chosen = parameter.mistakes().find(|choice| choice.key == key)?;
    let breaks = chosen.breaks?;
    let scenario = &stage.run.scenario;
    let property = scenario.protocol.properties().iter().find(|property| property.id == breaks)?;
    let (en, zh) = (&property.title.en, &property.title.zh);
    Some(match scenario.property(breaks) {
        Ok(_) => say!("A mistake: it can break “{en}”.", "这是一个错误：可能破坏“{zh}”。"),
        Err(_) => say!(
            "A mistake: it can break “{en}”, which is not promised with these parameters.",
            "这是一个错误：可能破坏“{zh}”，但在这组参数下协议并不承诺它。"
        ),
    })
}

fn draw_choices(
    stage: &Stage,
    parameter: &'static Parameter,
    id: &str,
    help_id: &str,
    choices: &'static [Choice],
) -> Html {
    let words = |text: &Text| stage.words(text);
    let chosen = stage.run.scenario.values.get(parameter.key).unwrap_or(parameter.default());
    let on_change = {
        let act = stage.act.clone();
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

fn seed_field(stage: &Stage, drafting: &Drafting) -> Html {
    let act = stage.act.clone();
    let apply = act.clone();
    let written = field(
        drafting,
        "seed",
        stage.run.scenario.seed.to_string(),
        Callback::from(move |text: String| match text.parse::<u64>() {
            Ok(seed) => {
                apply.emit(Action::Change(Change::Seed(seed)));
                None
            }
            Err(_) => Some(Text::new(
                "A seed is a whole number from 0 to 18446744073709551615.",
                "种子是 0 到 18446744073709551615 的整数。",
            )),
        }),
    );
    let wrong = written.wrong;
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
                <input class="field" id="parameter-seed" type="text" inputmode="numeric" autocomplete="off" value={written.text}
                    oninput={written.oninput} onchange={written.onchange} aria-invalid={wrong.is_some().to_string()}
                    aria-describedby="parameter-seed-help" />
                <button type="button" class="button" onclick={another}>{ stage.words(&Text::new("Another seed", "换一个种子")) }</button>
            </div>
            if let Some(wrong) = wrong { <p class="wrong" role="alert">{ stage.words(&wrong) }</p> }
            <p class="help" id="parameter-seed-help">{ stage.words(&help) }</p>
        </div>
    }
}

fn until_field(stage: &Stage, drafting: &Drafting) -> Html {
    let act = stage.act.clone();
    let written = field(
        drafting,
        "until",
        stage.run.scenario.until.to_string(),
        Callback::from(move |text: String| match text.parse::<Span>() {
            Ok(until) if (UNTIL_MIN..=UNTIL_MAX).contains(&until) => {
                act.emit(Action::Change(Change::Until(until)));
                None
            }
            _ => Some(say!(
                "This must be a time from {UNTIL_MIN} to {UNTIL_MAX}, such as 250us, 12ms or 1.5s.",
                "必须是 {UNTIL_MIN} 到 {UNTIL_MAX} 的时间，例如 250us、12ms、1.5s。"
            )),
        }),
    );
    let wrong = written.wrong;
    let help = Text::new(
        "How long the run is watched. It ends earlier where nothing can happen any more.",
        "观察这次运行多久。如果不会再发生任何事情，运行会提前结束。",
    );
    html! {
        <div class="parameter">
            <label for="parameter-until">{ stage.words(&Text::new("Watched until", "观察到")) }</label>
            <div class="control">
                <input class="field" id="parameter-until" type="text" autocomplete="off" spellcheck="false" value={written.text}
                    oninput={written.oninput} onchange={written.onchange} aria-invalid={wrong.is_some().to_string()}
                    aria-describedby="parameter-until-help" />
            </div>
            if let Some(wrong) = wrong { <p class="wrong" role="alert">{ stage.words(&wrong) }</p> }
            <p class="help" id="parameter-until-help">{ stage.words(&help) }</p>
        </div>
    }
}
