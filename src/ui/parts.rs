//! The page's parts. The build divides the page (`xtask/parts`): what a first run does not need is loaded once that run
//! has ended or a visitor moves a hand, whichever is first; a protocol that has a part of its own, before a link that
//! names it is followed; all of them, before a frame is drawn. A call into a part that is not there yet waits for it, so nothing depends on this being timely.

use super::environment::window;
use gloo::events::EventListener;
use js_sys::{Error, Object, Promise, Reflect, Uint8Array, WebAssembly};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::XmlHttpRequest;
use yew::prelude::*;

/// The signs that somebody is there.
const HANDS: [&str; 6] = ["pointerdown", "pointermove", "touchstart", "wheel", "keydown", "focusin"];

/// The error's name by which static/boot.js knows what to say.
const MISSING_PART: &str = "MissingPart";

thread_local! {
    static PARTS: Vec<Part> = named_by_the_build();
}

struct Part {
    name: String,
    address: String,
    /// The attempt to load it, once there was one.
    loading: RefCell<Option<Promise>>,
}

/// The build left the parts' names and files in the page: `3pc=page-1_0.wasm later=page-1_1.wasm`. A page that is not
/// divided has none.
fn named_by_the_build() -> Vec<Part> {
    let meta = gloo::utils::document().query_selector("meta[name=faultline-parts]").ok().flatten();
    let list = meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    let parts = list.split_whitespace().filter_map(|part| part.split_once('='));
    parts
        .map(|(name, file)| Part { name: name.to_owned(), address: format!("./{file}"), loading: RefCell::default() })
        .collect()
}

/// Loads the parts of the protocols that a link names; for a frame all of them: a picture stands in its place until then,
/// and the page around it may have orders at once. All of them too where they are kept for times without a network: they
/// are quick there, and what is kept does not reach a request that is waited for.
pub async fn load_for(link: &str) {
    let all = link.contains("embed") || is_kept();
    load(|part| all || link.contains(&part.name)).await;
}

/// Whether a service worker (static/sw.js) answers for this page. Frames without an origin may not even ask.
fn is_kept() -> bool {
    let container = Reflect::get(&window().navigator(), &"serviceWorker".into());
    container
        .and_then(|container| Reflect::get(&container, &"controller".into()))
        .is_ok_and(|worker| worker.is_object())
}

/// Loads the parts that are wanted, side by side; whether all of them came.
async fn load(wanted: impl Fn(&Part) -> bool) -> bool {
    let loading: Vec<(Promise, String)> = PARTS.with(|parts| {
        let wanted = parts.iter().filter(|part| wanted(part));
        wanted
            .map(|part| {
                let mut loading = part.loading.borrow_mut();
                (loading.get_or_insert_with(|| begin_loading(&part.address)).clone(), part.address.clone())
            })
            .collect()
    });
    let mut all_came = true;
    for (part, address) in loading {
        // A host that does not know WebAssembly's media type keeps a part from being compiled while it comes.
        all_came &= JsFuture::from(part).await.is_ok() || load_now(&address).is_ok();
    }
    all_came
}

fn begin_loading(address: &str) -> Promise {
    WebAssembly::instantiate_streaming(&window().fetch_with_str(address), &imports())
}

/// A part uses the memory, the tables and the functions of the rest.
fn imports() -> Object {
    let imports = Object::new();
    // Setting a property of an object that was made here cannot fail.
    let _ = Reflect::set(&imports, &"rest".into(), &wasm_bindgen::exports());
    imports
}

/// Called from where a function of a part was before the page was divided, if that part is not there: loads it at once.
/// The browser waits meanwhile, which is why this is the last resort.
#[wasm_bindgen]
pub fn load_part(number: usize) {
    let address = PARTS.with(|parts| parts.get(number).map(|part| part.address.clone()));
    if let Err(error) = load_now(&address.unwrap_or_default()) {
        let reason = error.dyn_ref::<Error>().map(|error| String::from(error.message())).or(error.as_string());
        let missing = Error::new(&reason.unwrap_or_default());
        missing.set_name(MISSING_PART);
        wasm_bindgen::throw_val(missing.into());
    }
}

fn load_now(address: &str) -> Result<(), JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open_with_async("GET", address, false)?;
    // A request that is waited for gives text only: this charset keeps every byte, in the low half of its letter.
    request.override_mime_type("text/plain; charset=x-user-defined")?;
    request.send()?;
    if request.status()? != 200 {
        return Err(format!("{address}: {}", request.status()?).into());
    }
    let text = request.response_text()?.unwrap_or_default();
    let bytes: Vec<u8> = text.chars().map(|letter| letter as u32 as u8).collect();
    let module = WebAssembly::Module::new(&Uint8Array::from(bytes.as_slice()))?;
    WebAssembly::Instance::new(&module, &imports())?;
    Ok(())
}

/// Loads all parts when they are wanted, at the latest when somebody touches the page; whether all are there.
#[hook]
pub fn use_parts(wanted: bool) -> bool {
    let touched = use_state_eq(|| false);
    let whole = use_state_eq(|| false);
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
        let whole = whole.clone();
        use_effect_with(wanted || *touched, move |wanted| {
            if *wanted {
                spawn_local(async move {
                    if load(|_| true).await {
                        whole.set(true);
                    }
                });
            }
        });
    }
    *whole
}
