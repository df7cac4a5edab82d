//! The list of faults: each as a sentence and as the text that links write, editable in place. It mirrors what pointing
//! does, and does the same by keys alone.

use crate::ui::context::{Laboratory, LaboratoryProps};
use crate::ui::draft::{Draft, Drafting, field};
use crate::ui::exploring::beside::is_new;
use crate::ui::store::{Action, Change};
use crate::ui::words;
use faultline::scenario::notation::{FAULTS, Notation};
use faultline::scenario::words::Words;
use faultline::sim::fault::Fault;
use faultline::sim::trace::FaultIndex;
use faultline::text::Text;
use yew::prelude::*;

#[component]
pub fn FaultList(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let drafting = use_state_eq(Draft::default);
    let run = &laboratory.state.bench.run;
    let notation = Notation::new(run.scenario.protocol, &run.topology);
    let faults = &run.scenario.faults;
    html! {
        <>
            if faults.is_empty() { <p class="muted">{ laboratory.words(&words::NO_FAULTS) }</p> }
            <ol class="faults">
                { for faults.iter().enumerate().map(|(index, fault)| {
                    row(laboratory, &drafting, index, fault, notation.write(fault))
                }) }
                if !laboratory.state.frame.read_only { { new_row(laboratory, &drafting, faults.len()) } }
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

/// Takes what is typed into a row: a fault in place of the row's own, or after the last one.
fn taking(laboratory: &Laboratory, index: usize) -> Callback<String, Option<Text>> {
    let laboratory = laboratory.clone();
    Callback::from(move |text: String| match read(&laboratory.now(), &text) {
        // Nothing was typed: the row for a new fault was only passed through.
        _ if text.is_empty() && index >= laboratory.state.bench.run.scenario.faults.len() => None,
        Ok(fault) => {
            let change = match index < laboratory.state.bench.run.scenario.faults.len() {
                true => Change::Replace(index, fault),
                false => Change::Add(vec![fault]),
            };
            laboratory.act.emit(Action::Change(change));
            None
        }
        Err(why) => Some(why),
    })
}

fn row(laboratory: &Laboratory, drafting: &Drafting, index: usize, fault: &Fault, text: String) -> Html {
    let run = &laboratory.state.bench.run;
    let sentence = Words::new(run.scenario.protocol, &run.topology).fault(fault);
    let applied = run.trace.applied(index as FaultIndex);
    let read_only = laboratory.state.frame.read_only;
    let is_new = is_new(laboratory.state.bench.beside.as_deref(), run, index);
    let written = field(drafting, &format!("fault-{index}"), text.clone(), taking(laboratory, index));
    let problem = written.wrong.map(|why| laboratory.words(&why));
    let remove = laboratory.act.on(move |_: MouseEvent| Action::Change(Change::Remove(index)));
    let label = format!("{} {}", laboratory.words(&words::FAULT_TEXT), index + 1);
    let problem_id = format!("fault-problem-{index}");
    html! {
        <li class={classes!("fault", (!applied).then_some("idle"))} key={format!("{index} {text}")}>
            <span class="muted">{ if is_new { "+".to_owned() } else { (index + 1).to_string() } }</span>
            <span>
                { laboratory.words(&sentence) }
                if !applied { <span class="muted">{ " · " }{ laboratory.words(&words::DID_NOT_APPLY) }</span> }
            </span>
            <input class="field notation" value={written.text} readonly={read_only} aria-label={label}
                oninput={written.oninput} onchange={written.onchange}
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

/// Where a fault can be typed, with examples of every kind. Leaving the field adds the fault, so the button needs only to
/// be there to be pressed.
fn new_row(laboratory: &Laboratory, drafting: &Drafting, index: usize) -> Html {
    let written = field(drafting, NEW_ID, String::new(), taking(laboratory, index));
    let problem = written.wrong.map(|why| laboratory.words(&why));
    html! {
        <li class="fault" key="new">
            <span class="muted">{ "+" }</span>
            <label for={NEW_ID}>{ laboratory.words(&words::ADD_FAULT) }</label>
            <input id={NEW_ID} class="field notation" list="fault-kinds" placeholder={FAULTS[0].1}
                value={written.text} oninput={written.oninput} onchange={written.onchange}
                spellcheck="false" autocapitalize="off" autocomplete="off"
                aria-invalid={problem.is_some().to_string()} aria-describedby="new-fault-problem" />
            <datalist id="fault-kinds">
                { for FAULTS.iter().map(|(_, example)| html! { <option value={*example} /> }) }
            </datalist>
            <button class="button">{ laboratory.words(&words::ADD) }</button>
            <span class="wrong" id="new-fault-problem" role="alert">{ problem.unwrap_or_default() }</span>
        </li>
    }
}

const NEW_ID: &str = "new-fault";
