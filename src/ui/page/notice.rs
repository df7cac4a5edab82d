//! The one polite live region, and the line that shows for a moment what an edit did.

use crate::ui::context::Laboratory;
use gloo::timers::callback::Timeout;
use yew::prelude::*;

/// How long a notice stands, in milliseconds.
const NOTICE_MS: u32 = 5_000;

/// The region, and the line while it stands.
#[hook]
pub fn use_notice(laboratory: &Laboratory) -> Html {
    let saying = &laboratory.state.saying;
    let shown = use_state_eq(|| None::<u32>);
    {
        let shown = shown.clone();
        use_effect_with((saying.number, saying.notice), move |(number, notice)| {
            let waiting = notice.then(|| {
                shown.set(Some(*number));
                Timeout::new(NOTICE_MS, move || shown.set(None))
            });
            move || drop(waiting)
        });
    }
    let text = laboratory.words(&saying.text);
    html! {
        <>
            <div class="unseen" role="status" aria-live="polite" id="speech">
                <span key={saying.number}>{ text.clone() }</span>
            </div>
            if saying.notice && *shown == Some(saying.number) {
                <p class="notice" aria-hidden="true">{ text }</p>
            }
        </>
    }
}
