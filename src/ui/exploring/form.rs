//! The question as a form: which property, which kinds of faults, how many of them, from where.

use super::button::asked;
use super::inquiry::Asked;
use crate::ui::context::{Laboratory, LaboratoryProps};
use crate::ui::store::Action;
use faultline::check::PropertyKind;
use faultline::protocols::Protocol;
use faultline::say;
use faultline::scenario::explore::{FAULTS_IN_ALL_MAX, IN_ALL_DEFAULT, Kind, Question, kinds_of};
use faultline::scenario::words::instant;
use faultline::text::Text;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What is chosen in the form.
#[derive(Clone, PartialEq)]
struct Wanted {
    /// Every safety property, if none.
    property: Option<&'static str>,
    kinds: Vec<Kind>,
    at_most: u8,
    from_here: bool,
}

impl Default for Wanted {
    /// What the button beneath the flow asks.
    fn default() -> Wanted {
        Wanted { property: None, kinds: vec![Kind::Crash, Kind::Drop], at_most: IN_ALL_DEFAULT, from_here: true }
    }
}

impl Wanted {
    /// The question that is chosen, about the run on the screen.
    fn asked(&self, laboratory: &Laboratory) -> Asked {
        let asked = asked(&laboratory.state.bench, self.from_here);
        let question = asked.question.with_kinds(self.kinds.iter().copied(), self.at_most);
        let properties = self.property.iter().map(|id| (*id).to_owned()).collect();
        Asked { question: Question { properties, ..question }, ..asked }
    }
}

type Choosing = UseStateHandle<Wanted>;

#[component]
pub fn Form(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let choosing = use_state_eq(Wanted::default);
    let protocol = laboratory.state.bench.run.scenario.protocol;
    let under_way = laboratory.state.inquiry.as_ref().is_some_and(|inquiry| inquiry.is_under_way());
    let onsubmit = {
        let (laboratory, choosing) = (laboratory.clone(), choosing.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            laboratory.act.emit(Action::Explore(Box::new(choosing.asked(&laboratory))));
        })
    };
    let stop = laboratory.act.on(|_: MouseEvent| Action::StopExploring);
    let word = |en, zh| laboratory.words(&Text::new(en, zh));
    html! {
        <form class="asks" {onsubmit}>
            { properties(laboratory, &choosing, protocol) }
            { kinds(laboratory, &choosing, protocol) }
            { how_many(laboratory, &choosing) }
            { from_where(laboratory, &choosing) }
            <p class="go">
                <button class="button first" id="explore-start" disabled={choosing.kinds.is_empty()}>{ word("Start", "开始") }</button>
                <button type="button" class="button" id="explore-stop" onclick={stop} disabled={!under_way}>{ word("Cancel", "取消") }</button>
                if choosing.kinds.is_empty() {
                    <span class="muted" role="status">{ word("Choose at least one kind of fault.", "请至少选择一种故障。") }</span>
                }
            </p>
        </form>
    }
}

/// A callback that changes what is chosen.
fn choose<Event: 'static>(choosing: &Choosing, change: impl Fn(&mut Wanted, Event) + 'static) -> Callback<Event> {
    let choosing = choosing.clone();
    Callback::from(move |event| {
        let mut wanted = (*choosing).clone();
        change(&mut wanted, event);
        choosing.set(wanted);
    })
}

/// The value of the select element that an event comes from.
fn chosen(event: &Event) -> String {
    event.target_dyn_into::<HtmlSelectElement>().map_or_else(String::new, |select| select.value())
}

fn properties(laboratory: &Laboratory, choosing: &Choosing, protocol: &'static dyn Protocol) -> Html {
    let breakable = || protocol.properties().iter().filter(|property| property.kind != PropertyKind::Sometimes);
    let onchange = choose(choosing, move |wanted, event: Event| {
        let id = chosen(&event);
        wanted.property = breakable().map(|property| property.id).find(|known| *known == id);
    });
    html! {
        <div class="ask">
            <label for="explore-property">{ laboratory.words(&Text::new("What may break", "检查哪条性质")) }</label>
            <select class="field" id="explore-property" {onchange}>
                <option value="" selected={choosing.property.is_none()}>
                    { laboratory.words(&Text::new("Any safety property", "所有安全性质")) }
                </option>
                { for breakable().map(|property| html! {
                    <option value={property.id} selected={choosing.property == Some(property.id)}>
                        { laboratory.words(&property.title) }
                    </option>
                }) }
            </select>
        </div>
    }
}

fn kinds(laboratory: &Laboratory, choosing: &Choosing, protocol: &'static dyn Protocol) -> Html {
    let check = |kind: Kind| {
        let onchange = choose(choosing, move |wanted, _: Event| match wanted.kinds.contains(&kind) {
            true => wanted.kinds.retain(|other| *other != kind),
            false => wanted.kinds.push(kind),
        });
        html! {
            <label key={kind.key()}>
                <input type="checkbox" name="kind" value={kind.key()} checked={choosing.kinds.contains(&kind)} {onchange} />
                <span>{ laboratory.words(&kind.name(2)) }</span>
            </label>
        }
    };
    html! {
        <fieldset class="ask kinds">
            <legend>{ laboratory.words(&Text::new("Which faults", "可以出现哪些故障")) }</legend>
            <div class="choices">{ for kinds_of(protocol).map(check) }</div>
        </fieldset>
    }
}

fn how_many(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let onchange = choose(choosing, |wanted, event: Event| {
        if let Ok(number) = chosen(&event).parse() {
            wanted.at_most = number;
        }
    });
    html! {
        <div class="ask">
            <label for="explore-number">{ laboratory.words(&Text::new("At most", "最多")) }</label>
            <select class="field" id="explore-number" {onchange}>
                { for (1..=FAULTS_IN_ALL_MAX).map(|number| {
                    let name = match number {
                        1 => Text::new("1 fault", "1 个故障"),
                        _ => say!("{number} faults together", "共 {number} 个故障"),
                    };
                    html! {
                        <option value={number.to_string()} selected={choosing.at_most == number}>{ laboratory.words(&name) }</option>
                    }
                }) }
            </select>
        </div>
    }
}

fn from_where(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let bench = &laboratory.state.bench;
    let at = instant(bench.at());
    let radio = |from_here: bool, name: Text| {
        let onchange = choose(choosing, move |wanted, _: Event| wanted.from_here = from_here);
        html! {
            <label>
                <input type="radio" name="from" value={if from_here { "here" } else { "start" }}
                    checked={choosing.from_here == from_here} {onchange} />
                <span>{ laboratory.words(&name) }</span>
            </label>
        }
    };
    html! {
        <fieldset class="ask">
            <legend>{ laboratory.words(&Text::new("Where they may fall", "从何时开始")) }</legend>
            <div class="choices">
                { radio(false, Text::new("anywhere in the run", "整个运行过程")) }
                { radio(true, say!("after the instant on screen ({at})", "屏幕上的时刻（{at}）之后")) }
            </div>
        </fieldset>
    }
}
