//! The section "Can it still go wrong?": the question as a form, the answer, and the protocol's deliberate mistakes, each
//! to be searched with one press.

use super::answer::answer;
use super::form::Form;
use super::gallery::gallery;
use crate::ui::context::LaboratoryProps;
use crate::ui::environment;
use yew::prelude::*;

const PANEL_ID: &str = "explore";

/// Where the answer appears; it takes the focus when the search was begun outside of the section.
const ANSWER_ID: &str = "explore-answer";

#[component]
pub fn Explore(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let inquiry = laboratory.state.inquiry.as_ref();
    let begun = inquiry.filter(|inquiry| inquiry.is_under_way()).map(|inquiry| inquiry.number);
    use_effect_with(begun, |begun| {
        if begun.is_some() && !environment::has_focus_in(PANEL_ID) {
            environment::focus(ANSWER_ID);
        }
    });
    let of_mistake = inquiry.is_some_and(|inquiry| inquiry.asked.mistake.is_some());
    html! {
        <div class="explore" id={PANEL_ID}>
            <Form laboratory={laboratory.clone()} />
            <div id={ANSWER_ID} class="found" tabindex="-1">
                if let Some(inquiry) = inquiry.filter(|_| !of_mistake) { { answer(laboratory, inquiry) } }
            </div>
            { gallery(laboratory) }
        </div>
    }
}
