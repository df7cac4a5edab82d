//! The page's parts. The build divides the page (`xtask/parts`): what a first run does not need is loaded once that run
//! has ended or a visitor moves a hand, whichever is first; what a link needs, before it is followed. A frame shows what it
//! has, loads everything at once, and then says that it is ready. A call into a part that is not there yet waits for it, so
//! nothing depends on this being timely.
//!
//! `static/boot.js` does the loading and knows which link needs what, as it is there before everything else.

use super::environment::window;
use gloo::events::EventListener;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

/// The signs that somebody is there.
const HANDS: [&str; 6] = ["pointerdown", "pointermove", "touchstart", "wheel", "keydown", "focusin"];

#[wasm_bindgen]
extern "C" {
    /// Loads the parts that an address needs, without one all of them; whether they came.
    #[wasm_bindgen(js_namespace = faultlineParts)]
    fn load(address: Option<&str>, exports: &JsValue) -> Promise;
    /// Loads a part while the browser waits, or throws what `static/boot.js` puts into words.
    #[wasm_bindgen(js_namespace = faultlineParts, js_name = loadNow)]
    fn load_now(number: usize, exports: &JsValue);
}

/// Loads the parts that are needed for what stands after the `#` of an address.
pub async fn load_for(fragment: &str) {
    // What did not come is asked for again where it is called.
    let _ = JsFuture::from(load(Some(fragment), &wasm_bindgen::exports())).await;
}

/// Called from where a function of a part was before the page was divided, if that part is not there: the last resort.
#[wasm_bindgen]
pub fn load_part(number: usize) {
    load_now(number, &wasm_bindgen::exports());
}

/// How much of the page is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// What the address needs; the rest may be on its way.
    Enough,
    /// What could be had: some parts did not come, and are asked for again where they are called.
    Some,
    All,
}

/// Loads all parts when they are wanted, at the latest when somebody touches the page; how much is there.
#[hook]
pub fn use_parts(wanted: bool) -> Loaded {
    let touched = use_state_eq(|| false);
    let loaded = use_state_eq(|| Loaded::Enough);
    {
        let touched = touched.clone();
        use_effect_with((), move |()| {
            let notice = |hand| {
                let touched = touched.clone();
                EventListener::once(&window(), hand, move |_| touched.set(true))
            };
            let hands = HANDS.map(notice);
            move || drop(hands)
        });
    }
    {
        let loaded = loaded.clone();
        use_effect_with(wanted || *touched, move |wanted| {
            if *wanted {
                spawn_local(async move {
                    let came = JsFuture::from(load(None, &wasm_bindgen::exports())).await;
                    let came = came.is_ok_and(|came| came.is_truthy());
                    loaded.set(if came { Loaded::All } else { Loaded::Some });
                });
            }
        });
    }
    *loaded
}
