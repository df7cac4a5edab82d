//! The list of faults: each as a sentence and as the text that links write, editable in place. It mirrors what pointing
//! does, and does the same by keys alone.

use crate::ui::context::{Laboratory, LaboratoryProps};
use crate::ui::store::{Action, Change};
use crate::ui::{environment, words};
use faultline::scenario::notation::{FAULTS, Notation};
use faultline::scenario::words::Words;
use faultline::sim::fault::Fault;
use faultline::sim::trace::FaultIndex;
use faultline::text::Text;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A text that is no fault: the row it stands in, and what is wrong with it.
type Wrong = Option<(usize, Text)>;

#[component]
pub fn FaultList(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let wrong = use_state_eq(|| Wrong::None);
    let run = &laboratory.state.bench.run;
    let notation = Notation::new(run.scenario.protocol, &run.topology);
    let faults = &run.scenario.faults;
    html! {
        <>
            if faults.is_empty() { <p class="muted">{ laboratory.words(&words::NO_FAULTS) }</p> }
            <ol class="faults">
                { for faults.iter().enumerate().map(|(index, fault)| {
                    row(laboratory, &wrong, index, fault, notation.write(fault))
                }) }
                if !laboratory.state.frame.read_only { { new_row(laboratory, &wrong, faults.len()) } }
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

/// Takes what was typed into a row: a fault in place of the row's own, or after the last one.
fn take(laboratory: &Laboratory, wrong: &UseStateHandle<Wrong>, index: usize, input: &HtmlInputElement) {
    match read(laboratory, &input.value()) {
        Ok(fault) => {
            wrong.set(None);
            let change = if index < laboratory.state.bench.run.scenario.faults.len() {
                Change::Replace(index, fault)
            } else {
                input.set_value("");
                Change::Add(vec![fault])
            };
            laboratory.act.emit(Action::Change(change));
        }
        Err(why) => wrong.set(Some((index, why))),
    }
}

/// What is wrong with the text in a row, if anything is.
fn problem(laboratory: &Laboratory, wrong: &Wrong, index: usize) -> Option<String> {
    let (_, why) = wrong.as_ref().filter(|(row, _)| *row == index)?;
    Some(laboratory.words(why))
}

fn row(laboratory: &Laboratory, wrong: &UseStateHandle<Wrong>, index: usize, fault: &Fault, text: String) -> Html {
    let run = &laboratory.state.bench.run;
    let sentence = Words::new(run.scenario.protocol, &run.topology).fault(fault);
    let applied = run.trace.applied(index as FaultIndex);
    let read_only = laboratory.state.frame.read_only;
    let problem = problem(laboratory, wrong, index);
    let onchange = {
        let (laboratory, wrong) = (laboratory.clone(), wrong.clone());
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                take(&laboratory, &wrong, index, &input);
            }
        })
    };
    let remove = laboratory.act.on(move |_: MouseEvent| Action::Change(Change::Remove(index)));
    let label = format!("{} {}", laboratory.words(&words::FAULT_TEXT), index + 1);
    let problem_id = format!("fault-problem-{index}");
    html! {
        <li class={classes!("fault", (!applied).then_some("idle"))} key={format!("{index} {text}")}>
            <span class="muted">{ index + 1 }</span>
            <span>
                { laboratory.words(&sentence) }
                if !applied { <span class="muted">{ " · " }{ laboratory.words(&words::DID_NOT_APPLY) }</span> }
            </span>
            <input class="field notation" value={text} readonly={read_only} aria-label={label} {onchange}
                spellcheck="false" autocapitalize="off" autocomplete="off"
                aria-invalid={problem.is_some().to_string()} aria-describedby={problem_id.clone()} />
            if !read_only {
                <button class="quiet" onclick={remove} aria-label={format!("{} {}", laboratory.words(&words::REMOVE), index + 1)}>
                    { laboratory.words(&words::REMOVE) }
                </button>
            }
            <span class="wrong" id={problem_id} role="alert">{ problem.unwrap_or_default() }</span>
        </li>
    }
}

/// Where a fault can be typed, with examples of every kind.
fn new_row(laboratory: &Laboratory, wrong: &UseStateHandle<Wrong>, index: usize) -> Html {
    let problem = problem(laboratory, wrong, index);
    let add = {
        let (laboratory, wrong) = (laboratory.clone(), wrong.clone());
        move || {
            let input = environment::element(NEW_ID).and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                take(&laboratory, &wrong, index, &input);
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
        <li class="fault" key="new">
            <span class="muted">{ "+" }</span>
            <label for={NEW_ID}>{ laboratory.words(&words::ADD_FAULT) }</label>
            <input id={NEW_ID} class="field notation" list="fault-kinds" placeholder={FAULTS[0].1}
                spellcheck="false" autocapitalize="off" autocomplete="off" {onkeydown}
                aria-invalid={problem.is_some().to_string()} aria-describedby="new-fault-problem" />
            <datalist id="fault-kinds">
                { for FAULTS.iter().map(|(_, example)| html! { <option value={*example} /> }) }
            </datalist>
            <button class="button" onclick={move |_: MouseEvent| add()}>{ laboratory.words(&words::ADD) }</button>
            <span class="wrong" id="new-fault-problem" role="alert">{ problem.unwrap_or_default() }</span>
        </li>
    }
}

const NEW_ID: &str = "new-fault";
