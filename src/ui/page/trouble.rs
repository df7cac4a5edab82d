//! A link that cannot be opened: what is wrong, where, how to mend it, and the nearest scenario. The text stays in the
//! address and in a field.

use crate::ui::address::{self, CATALOGUE};
use crate::ui::context::Laboratory;
use crate::ui::store::Action;
use crate::ui::{environment, words};
use faultline::scenario::bad::Bad;
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// How much of the link is shown around the wrong part, in bytes.
const SHOWN_BYTES: usize = 600;

/// The page that says so.
pub fn trouble(laboratory: &Laboratory, text: &str, problem: &Bad) -> Html {
    let open = {
        let act = laboratory.act.clone();
        Callback::from(move |_: MouseEvent| {
            let field = environment::element("mend").and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
            if let Some(field) = field {
                let text = field.value();
                let text = text.trim().rsplit_once('#').map_or(text.trim(), |(_, after)| after).to_owned();
                environment::write_fragment(&text, true);
                act.emit(Action::Visit(text));
            }
        })
    };
    let nearest = problem.nearest.and_then(|id| CATALOGUE.entry(id)).or_else(|| CATALOGUE.entries().next());
    let [before, wrong, after] = around(text, problem.range.clone());
    html! {
        <main class="page">
            <div class="trouble" role="alert">
                <h1 class="question">{ laboratory.words(&words::BAD_LINK) }</h1>
                <p class="prose">{ laboratory.words(&problem.sentence()) }</p>
                <pre class="notation">{ before }<mark>{ wrong }</mark>{ after }</pre>
                <label for="mend">{ laboratory.words(&words::MEND_LINK) }</label>
                <textarea id="mend" class="field notation" spellcheck="false" defaultvalue={text.to_owned()} />
                <p><button class="button first" onclick={open}>{ laboratory.words(&words::OPEN_LINK) }</button></p>
                if let Some(listed) = nearest {
                    <p>
                        { laboratory.words(&words::NEAREST) }{ laboratory.words(&words::COLON) }
                        <a class="onward" href={address::of_entry(listed.entry.id)}>{ laboratory.words(&listed.entry.question) }</a>
                    </p>
                }
            </div>
        </main>
    }
}

/// The text around a range of its bytes, cut where a character begins.
fn around(text: &str, range: Range<usize>) -> [String; 3] {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (boundary(range.start), boundary(range.end.max(range.start)));
    let from = boundary(start.saturating_sub(SHOWN_BYTES));
    let to = boundary(end.saturating_add(SHOWN_BYTES));
    let shown_end = boundary(end.min(start.saturating_add(SHOWN_BYTES)));
    [text[from..start].to_owned(), text[start..shown_end].to_owned(), text[end.max(shown_end)..to].to_owned()]
}
