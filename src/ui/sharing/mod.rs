//! Handing a run to others: one panel with every form of it, each as it will be, to copy or download with one press.

mod choices;
mod exporter;
mod form;
mod making;
mod options;
mod paint;
mod preview;
pub mod reopening;
pub mod snippet;

use super::context::{Laboratory, LaboratoryProps};
use super::environment;
use super::store::Action;
use super::words;
use choices::{Choices, Wanted};
use faultline::text::{Language, Text};
use form::Form;
use gloo::timers::callback::Timeout;
use making::{Making, make};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// How long choices must rest until what they ask for is made, in milliseconds.
const REST_MS: u32 = 120;
/// The style sheet of the panel: loaded with its first opening.
const STYLE: &str = "sharing.css";
/// The same within the page in one file.
const STYLE_ID: &str = "sharing";

const COPY_ID: &str = "copy";

type Choosing = UseStateHandle<Choices>;

/// What was made last, and for what.
type Made = Option<(Result<Wanted, Text>, Making)>;

/// The panel, open for as long as it is there.
#[component]
pub fn Sharing(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let choosing = use_state_eq(|| Choices::new(laboratory.state.bench.range));
    let made = use_state(|| Made::None);
    let attempt = use_state_eq(|| 0_u32);
    let said = use_state_eq(|| Text::same(""));
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                // Fails only if the dialog is open already or out of the document.
                drop(dialog.show_modal());
            }
        });
    }
    let wanted = choosing.wanted(&laboratory.state);
    {
        let (made, said) = (made.clone(), said.clone());
        let language = laboratory.language();
        use_effect_with((wanted.clone(), *attempt, language), move |(wanted, ..)| {
            said.set(Text::same(""));
            let alive = Rc::new(Cell::new(true));
            let waiting = begin(wanted.clone(), language, made, alive.clone());
            move || {
                drop(waiting);
                alive.set(false);
                exporter::stop();
            }
        });
    }
    let fresh: Option<Making> = made.as_ref().filter(|(of, _)| *of == wanted).map(|(_, making)| making.clone());
    let is_focused = use_mut_ref(|| false);
    use_effect_with(matches!(fresh, Some(Making::Made(_))), move |is_made| {
        // Enter copies what is there first.
        if *is_made && !is_focused.replace(true) {
            environment::focus(COPY_ID);
        }
    });
    let onclose = laboratory.act.on(|_: Event| Action::Share(false));
    let close = Callback::from({
        let dialog = dialog.clone();
        move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        }
    });
    html! {
        <dialog ref={dialog} class="sharing" aria-labelledby="sharing-title" {onclose}>
            if environment::element(STYLE_ID).is_none() {
                <link rel="stylesheet" href={environment::file(STYLE)} />
            }
            <div class="dialog-head">
                <h2 id="sharing-title">{ laboratory.words(&words::SHARE) }</h2>
                <button class="button" onclick={close}>{ laboratory.words(&words::CLOSE) }</button>
            </div>
            <div class="forms">
                { forms(laboratory, &choosing) }
                <div class="form">
                    <p class="small muted">{ laboratory.words(&choosing.form.use_of()) }</p>
                    { options::options(laboratory, &choosing) }
                    { preview::preview(laboratory, &wanted, &made, fresh.is_none()) }
                    { acts(laboratory, &wanted, fresh.as_ref(), &made, &attempt, &said) }
                </div>
            </div>
        </dialog>
    }
}

/// Begins to make what is wanted, as soon as the choices rest.
fn begin(
    wanted: Result<Wanted, Text>,
    language: Language,
    made: UseStateHandle<Made>,
    alive: Rc<Cell<bool>>,
) -> Option<Timeout> {
    let asked = match &wanted {
        Ok(asked) => asked.clone(),
        Err(sentence) => {
            made.set(Some((wanted.clone(), Making::Refused(sentence.clone()))));
            return None;
        }
    };
    let rest_ms = if asked.form().written_as().is_some() { REST_MS } else { 0 };
    Some(Timeout::new(rest_ms, move || {
        let going = {
            let (wanted, made, alive) = (wanted.clone(), made.clone(), alive.clone());
            Callback::from(move |progress| {
                if alive.get() {
                    made.set(Some((wanted.clone(), Making::UnderWay(Some(progress)))));
                }
            })
        };
        spawn_local(async move {
            let making = make(&asked, language, going).await;
            if let Some(making) = making.filter(|_| alive.get()) {
                made.set(Some((wanted, making)));
            }
        });
    }))
}

/// The list of forms.
fn forms(laboratory: &Laboratory, choosing: &Choosing) -> Html {
    let radio = |form: Form| {
        let onchange = options::choose(choosing, move |choices, _: Event| choices.form = form);
        html! {
            <label key={form.key()}>
                <input type="radio" name="form" value={form.key()} checked={choosing.form == form} {onchange} />
                <span>{ laboratory.words(&form.name()) }</span>
            </label>
        }
    };
    html! {
        <fieldset class="list">
            <legend class="unseen">{ laboratory.words(&Text::new("As what", "形式")) }</legend>
            { for Form::ALL.into_iter().map(radio) }
        </fieldset>
    }
}

/// What can be done with it, and what was done.
fn acts(
    laboratory: &Laboratory,
    wanted: &Result<Wanted, Text>,
    fresh: Option<&Making>,
    made: &UseStateHandle<Made>,
    attempt: &UseStateHandle<u32>,
    said: &UseStateHandle<Text>,
) -> Html {
    let word = |en, zh| laboratory.words(&Text::new(en, zh));
    let product = match fresh {
        Some(Making::Made(product)) => Some(product.clone()),
        _ => None,
    };
    let form = wanted.as_ref().map(Wanted::form);
    let copy = {
        let (product, said) = (product.clone(), said.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(text) = product.as_ref().and_then(|product| product.text.as_deref()) {
                copy_text(text, &said);
            }
        })
    };
    let cancel = {
        let (made, wanted) = (made.clone(), wanted.clone());
        Callback::from(move |_: MouseEvent| {
            exporter::stop();
            made.set(Some((wanted.clone(), Making::Refused(CANCELLED))));
        })
    };
    let again = {
        let (made, attempt) = (made.clone(), attempt.clone());
        Callback::from(move |_: MouseEvent| {
            made.set(None);
            attempt.set(*attempt + 1);
        })
    };
    let file = product.as_ref().and_then(|product| product.file.as_ref());
    let copies = form.is_ok_and(Form::is_text);
    html! {
        <p class="acts">
            if copies {
                <button class="button first" id={COPY_ID} onclick={copy}
                    disabled={product.as_ref().is_none_or(|product| product.text.is_none())}>{ word("Copy", "复制") }</button>
            }
            if let Some(file) = file {
                <a class={classes!("button", (!copies).then_some("first"))} id="download" href={file.address.clone()} download={file.name.clone()}>
                    { format!("{} {}", word("Download", "下载"), file.name) }
                </a>
            }
            if matches!(fresh, Some(Making::UnderWay(_))) {
                <button class="button" id="cancel" onclick={cancel}>{ word("Cancel", "取消") }</button>
            }
            if matches!(fresh, Some(Making::Refused(_))) && wanted.is_ok() {
                <button class="button" id="again" onclick={again}>{ word("Try again", "重试") }</button>
            }
            <span class="muted small" role="status">{ status(laboratory, fresh, said) }</span>
        </p>
    }
}

/// What was copied; else what was made, or why not.
fn status(laboratory: &Laboratory, fresh: Option<&Making>, said: &Text) -> String {
    if !said.en.is_empty() {
        return laboratory.words(said);
    }
    match fresh {
        None | Some(Making::UnderWay(_)) => laboratory.words(&Text::new("Being made…", "正在生成……")),
        Some(Making::Refused(sentence)) => laboratory.words(sentence),
        Some(Making::Made(product)) => {
            let size = product.size.map(|(width, height)| format!("{width} × {height} px"));
            let weight = product.file.as_ref().map(|file| format!("{} KB", file.bytes.div_ceil(1_000)));
            size.into_iter().chain(weight).collect::<Vec<_>>().join(" · ")
        }
    }
}

const CANCELLED: Text = Text::new("Cancelled", "已取消");
const COPIED: Text = Text::new("Copied", "已复制");
const NOT_COPIED: Text = Text::new(
    "The browser did not allow copying: select the text and copy it by hand",
    "浏览器不允许复制：请选中文本后手动复制",
);

fn copy_text(text: &str, said: &UseStateHandle<Text>) {
    let saying = |words: Text| {
        let said = said.clone();
        Closure::once(move |_: JsValue| said.set(words))
    };
    let clipboard = environment::window().navigator().clipboard();
    // Without a secure context there is no clipboard at all.
    if clipboard.is_undefined() {
        said.set(NOT_COPIED);
        return;
    }
    let (done, refused) = (saying(COPIED), saying(NOT_COPIED));
    // Both live until the browser has called one of them.
    drop(clipboard.write_text(text).then2(&done, &refused));
    done.forget();
    refused.forget();
}
