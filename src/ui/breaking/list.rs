//! The list of faults: each as a sentence and as the text that links write, editable in place. It mirrors what pointing
//! does, and does the same by keys alone.

use crate::ui::context::{Laboratory, use_laboratory};
use crate::ui::store::{Action, Change};
use crate::ui::words;
use faultline::scenario::notation::{FAULTS, Notation};
use faultline::scenario::words::Words;
use faultline::sim::fault::Fault;
use faultline::sim::trace::FaultIndex;
use faultline::text::Text;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[component]
pub fn FaultList() -> Html {
    let laboratory = use_laboratory();
    let run = &laboratory.state.bench.run;
    let words = Words::new(run.scenario.protocol, &run.topology);
    let notation = Notation::new(run.scenario.protocol, &run.topology);
    let faults = &run.scenario.faults;
    html! {
        <>
            if faults.is_empty() { <p class="muted">{ laboratory.words(&words::NO_FAULTS) }</p> }
            <ol class="faults">
                { for faults.iter().enumerate().map(|(index, fault)| html! {
                    <Row key={format!("{index} {}", notation.write(fault))} {index} text={notation.write(fault)}
                        sentence={words.fault(fault)} applied={run.trace.applied(index as FaultIndex)} />
                }) }
                if !laboratory.state.frame.read_only { <NewRow key="new" /> }
            </ol>
        </>
    }
}

/// Reads a fault as it was typed, in the words of the run on the screen.
fn read(laboratory: &Laboratory, text: &str) -> Result<Fault, Text> {
    let run = &laboratory.state.bench.run;
    let notation = Notation::new(run.scenario.protocol, &run.topology).with_now(laboratory.state.bench.at());
    notation.fault(text.trim()).map_err(|bad| bad.sentence())
}

#[derive(Clone, PartialEq, Properties)]
struct RowProps {
    index: usize,
    text: String,
    sentence: Text,
    applied: bool,
}

#[component]
fn Row(RowProps { index, text, sentence, applied }: &RowProps) -> Html {
    let laboratory = use_laboratory();
    let wrong = use_state_eq(|| None::<Text>);
    let read_only = laboratory.state.frame.read_only;
    let index = *index;
    let onchange = {
        let (laboratory, wrong) = (laboratory.clone(), wrong.clone());
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            match read(&laboratory, &input.value()) {
                Ok(fault) => {
                    wrong.set(None);
                    laboratory.act.emit(Action::Change(Change::Replace(index, fault)));
                }
                Err(why) => wrong.set(Some(why)),
            }
        })
    };
    let remove = laboratory.act.on(move |_: MouseEvent| Action::Change(Change::Remove(index)));
    let label = format!("{} {}", laboratory.words(&words::FAULT_TEXT), index + 1);
    let problem = format!("fault-problem-{index}");
    html! {
        <li class={classes!("fault", (!applied).then_some("idle"))}>
            <span class="muted">{ index + 1 }</span>
            <span>
                { laboratory.words(sentence) }
                if !applied { <span class="muted">{ " · " }{ laboratory.words(&words::DID_NOT_APPLY) }</span> }
            </span>
            <input class="field notation" value={text.clone()} readonly={read_only} aria-label={label} {onchange}
                spellcheck="false" autocapitalize="off" autocomplete="off"
                aria-invalid={wrong.is_some().to_string()} aria-describedby={problem.clone()} />
            if !read_only {
                <button class="quiet" onclick={remove} aria-label={format!("{} {}", laboratory.words(&words::REMOVE), index + 1)}>
                    { laboratory.words(&words::REMOVE) }
                </button>
            }
            <span class="wrong" id={problem} role="alert">
                { wrong.as_ref().map(|why| laboratory.words(why)).unwrap_or_default() }
            </span>
        </li>
    }
}

/// Where a fault can be typed, with examples of every kind.
#[component]
fn NewRow() -> Html {
    let laboratory = use_laboratory();
    let wrong = use_state_eq(|| None::<Text>);
    let input = use_node_ref();
    let add = {
        let (laboratory, wrong, input) = (laboratory.clone(), wrong.clone(), input.clone());
        move || {
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            match read(&laboratory, &input.value()) {
                Ok(fault) => {
                    wrong.set(None);
                    input.set_value("");
                    laboratory.act.emit(Action::Change(Change::Add(vec![fault])));
                }
                Err(why) => wrong.set(Some(why)),
            }
        }
    };
    let onkeydown = {
        let add = add.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                add();
            }
        })
    };
    html! {
        <li class="fault">
            <span class="muted">{ "+" }</span>
            <label for="new-fault">{ laboratory.words(&words::ADD_FAULT) }</label>
            <input ref={input} id="new-fault" class="field notation" list="fault-kinds" placeholder={FAULTS[0].1}
                spellcheck="false" autocapitalize="off" autocomplete="off" {onkeydown}
                aria-invalid={wrong.is_some().to_string()} aria-describedby="new-fault-problem" />
            <datalist id="fault-kinds">
                { for FAULTS.iter().map(|(_, example)| html! { <option value={*example} /> }) }
            </datalist>
            <button class="button" onclick={move |_: MouseEvent| add()}>{ laboratory.words(&words::ADD) }</button>
            <span class="wrong" id="new-fault-problem" role="alert">
                { wrong.as_ref().map(|why| laboratory.words(why)).unwrap_or_default() }
            </span>
        </li>
    }
}
