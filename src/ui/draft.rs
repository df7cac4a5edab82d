//! What is being typed into one of several fields: it stays as typed until it is a value, with the reason why it is none.

use faultline::text::Text;
use yew::prelude::*;

/// The field that is being typed into, the text in it, and what is wrong with that.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    field: String,
    text: String,
    wrong: Option<Text>,
}

/// A draft in a component's state.
pub type Drafting = UseStateHandle<Draft>;

/// What a field shows, and how it tells what is typed into it.
pub struct Field {
    pub text: String,
    pub wrong: Option<Text>,
    pub oninput: Callback<InputEvent>,
    pub onchange: Callback<Event>,
}

/// The field of that name, with `value` in it unless something else is being typed. `apply` is told a text when the field
/// is left or Enter is pressed, and says why it is no value.
pub fn field(drafting: &Drafting, name: &str, value: String, apply: Callback<String, Option<Text>>) -> Field {
    let mine = drafting.field == name;
    let text = if mine { drafting.text.clone() } else { value };
    let wrong = if mine { drafting.wrong.clone() } else { None };
    let typed =
        |event: &Event| event.target_dyn_into::<web_sys::HtmlInputElement>().map_or_else(String::new, |i| i.value());
    let draft = |wrong: Option<Text>, text: String, name: &str| Draft { field: name.to_owned(), text, wrong };
    let oninput = {
        let (drafting, name) = (drafting.clone(), name.to_owned());
        Callback::from(move |event: InputEvent| drafting.set(draft(None, typed(&event), &name)))
    };
    let onchange = {
        let (drafting, name) = (drafting.clone(), name.to_owned());
        Callback::from(move |event: Event| {
            let text = typed(&event);
            match apply.emit(text.trim().to_owned()) {
                None => drafting.set(Draft::default()),
                wrong => drafting.set(draft(wrong, text, &name)),
            }
        })
    };
    Field { text, wrong, oninput, onchange }
}
