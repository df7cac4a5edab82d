//! What the page learns from the browser and tells it: address, language, theme, breadth, storage. Storage may be
//! blocked; then nothing is remembered. A frame in somebody's page leaves it alone.

use super::store::Theme;
use super::views::Breadth;
use faultline::text::Language;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HashChangeEvent, HtmlElement, Performance, Storage, Url, Window};

/// The keys under which a visitor's choices are remembered; boot.js reads them before the first paint.
const THEME_KEY: &str = "faultline.theme";
const LANGUAGE_KEY: &str = "faultline.language";

pub fn window() -> Window {
    gloo::utils::window()
}

/// Real milliseconds since the page was opened.
pub fn now_ms() -> f64 {
    thread_local! {
        // Asked several times a frame: fetching it costs more than reading it.
        static CLOCK: Option<Performance> = window().performance();
    }
    CLOCK.with(|clock| clock.as_ref().map_or(0.0, Performance::now))
}

/// Whether the page stands in a frame of another page.
pub fn is_framed() -> bool {
    let own = window();
    own.parent().ok().flatten().is_some_and(|parent| parent != own)
}

/// What stood after the `#` when the address changed: the page itself may have written another one since.
pub fn new_fragment(event: &Event) -> String {
    match event.dyn_ref::<HashChangeEvent>().map(HashChangeEvent::new_url) {
        Some(address) => address.split_once('#').map_or_else(String::new, |(_, fragment)| fragment.to_owned()),
        None => fragment(),
    }
}

/// What stands after the `#`.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Writes what stands after the `#`, as a new entry of the history or in place of the current one.
pub fn write_fragment(text: &str, as_new: bool) {
    if fragment() == text {
        return;
    }
    let Ok(history) = window().history() else { return };
    let address = format!("#{text}");
    // Somebody has been there: static/boot.js shows only new entries from the top.
    let entered = wasm_bindgen::JsValue::TRUE;
    let written = match as_new {
        true => history.push_state_with_url(&entered, "", Some(&address)),
        false => history.replace_state_with_url(&entered, "", Some(&address)),
    };
    // A frame whose host forbids it keeps its address; nothing else depends on it.
    drop(written);
}

/// The page's address without what stands after the `#`.
pub fn base_address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// The address of a file that lies beside the page's module: a scenario's own page lies in a folder of its own.
pub fn file(name: &str) -> String {
    let module = gloo::utils::document().query_selector("link[rel=modulepreload]").ok().flatten();
    let module = module.and_then(|link| link.get_attribute("href")).unwrap_or_default();
    let beside = module.rfind('/').map_or("./", |slash| &module[..=slash]);
    let whole = Url::new_with_base(&format!("{beside}{name}"), &base_address());
    whole.map_or_else(|_| format!("{beside}{name}"), |address| address.href())
}

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

pub fn wants_less_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

pub fn breadth() -> Breadth {
    match () {
        () if matches("(min-width: 1200px)") => Breadth::Wide,
        () if matches("(min-width: 720px)") => Breadth::Tablet,
        () => Breadth::Phone,
    }
}

/// The language of a scenario's own page (`static/boot.js` has put it there), else the remembered one, else the browser's.
pub fn language() -> Language {
    let own = gloo::utils::document().document_element().and_then(|root| root.get_attribute("data-language"));
    let remembered = own.or_else(|| stored(LANGUAGE_KEY));
    let wanted = remembered.or_else(|| window().navigator().language()).unwrap_or_default();
    if wanted.starts_with("zh") { Language::SimplifiedChinese } else { Language::English }
}

/// The remembered theme, else the system's.
pub fn theme() -> Theme {
    match stored(THEME_KEY).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::Auto,
    }
}

fn stored(key: &str) -> Option<String> {
    // The raw text: gloo's typed access would read it as JSON. Access itself throws where storage is blocked.
    storage()?.get_item(key).ok().flatten()
}

fn storage() -> Option<Storage> {
    if is_framed() { None } else { window().local_storage().ok().flatten() }
}

fn store(key: &str, value: Option<&str>) {
    if let Some(storage) = storage() {
        // Full or forbidden storage: the choice holds until the page is left.
        drop(match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        });
    }
}

/// Tells the document which language and theme it has.
pub fn show(language: Language, theme: Theme, title: &str) {
    let document = gloo::utils::document();
    document.set_title(title);
    let Some(root) = document.document_element() else { return };
    let (tag, theme) = (tag(language), theme_word(theme));
    drop(root.set_attribute("lang", tag));
    drop(match theme {
        Some(word) => root.set_attribute("data-theme", word),
        None => root.remove_attribute("data-theme"),
    });
}

/// Remembers what the visitor chose.
pub fn remember(language: Language, theme: Theme) {
    store(LANGUAGE_KEY, Some(tag(language)));
    store(THEME_KEY, theme_word(theme));
}

fn tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::SimplifiedChinese => "zh-Hans",
    }
}

fn theme_word(theme: Theme) -> Option<&'static str> {
    match theme {
        Theme::Auto => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    }
}

/// The element of that id.
pub fn element(id: &str) -> Option<Element> {
    gloo::utils::document().get_element_by_id(id)
}

/// Puts the focus on the element of that id.
pub fn focus(id: &str) {
    if let Some(element) = element(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        drop(element.focus());
    }
}

/// Whether the focus is on or in the element of that id.
pub fn has_focus_in(id: &str) -> bool {
    let focused = gloo::utils::document().active_element();
    element(id).is_some_and(|element| element.contains(focused.as_deref()))
}

/// Whether keys typed now belong to a field rather than to the page.
pub fn is_typing(target: Option<web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let tag = element.tag_name();
    let kind = element.get_attribute("type").unwrap_or_default();
    tag == "TEXTAREA" || tag == "SELECT" || (tag == "INPUT" && kind != "range" && kind != "checkbox" && kind != "radio")
}
