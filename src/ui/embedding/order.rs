//! What the page around a frame can ask of it. Anybody can frame the page: what has not exactly one of these shapes is
//! nothing, and none of them can make anything large.

use crate::ui::store::Theme;
use faultline::scenario::link::{BYTES_MAX, Range};
use faultline::sim::time::Instant;
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// The version of the conversation; every message carries it as `faultline`.
pub const VERSION: f64 = 1.0;

/// The longest time that is read, in letters: `1000000s` and a little.
const TIME_LETTERS_MAX: u32 = 24;

/// One order.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// The host wants to hear how the run goes.
    Hello,
    /// Plays on, or from one instant to another.
    Play(Range),
    Pause,
    Seek(Instant),
    /// Opens another link.
    Load(String),
    /// Brings back what a reader had made of the run when the frame was closed: an edit of the author's run.
    Return(String),
    Theme(Theme),
}

impl Order {
    /// The order that a message is; none if it is anything else.
    pub fn read(data: &JsValue) -> Option<Order> {
        if !data.is_object() || field(data, "faultline")?.as_f64()? != VERSION {
            return None;
        }
        Some(match text(data, "do", 8)?.as_str() {
            "hello" => Order::Hello,
            "play" => Order::Play(range(data)?),
            "pause" => Order::Pause,
            "seek" => Order::Seek(instant(data, "to")??),
            "load" => Order::Load(text(data, "link", BYTES_MAX as u32)?),
            "return" => Order::Return(text(data, "link", BYTES_MAX as u32)?),
            "theme" => Order::Theme(match text(data, "theme", 8)?.as_str() {
                "light" => Theme::Light,
                "dark" => Theme::Dark,
                "auto" => Theme::Auto,
                _ => return None,
            }),
            _ => return None,
        })
    }
}

/// From one instant to another that is not before it; either may be left out.
fn range(data: &JsValue) -> Option<Range> {
    let range = Range { from: instant(data, "from")?, to: instant(data, "to")? };
    let backwards = range.from.zip(range.to).is_some_and(|(from, to)| from > to);
    (!backwards).then_some(range)
}

/// A field of a message. What has come from another page is plain data: reading it runs nothing.
fn field(data: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(data, &name.into()).ok()
}

/// A text of at most so many letters; longer ones are not even copied.
fn text(data: &JsValue, name: &str, letters_max: u32) -> Option<String> {
    let text: js_sys::JsString = wasm_bindgen::JsCast::dyn_into(field(data, name)?).ok()?;
    (text.length() <= letters_max).then(|| text.into())
}

/// An instant as links write it; none if it is left out. The outer none: it is there and is none.
fn instant(data: &JsValue, name: &str) -> Option<Option<Instant>> {
    if field(data, name)?.is_undefined() {
        return Some(None);
    }
    text(data, name, TIME_LETTERS_MAX)?.parse().ok().map(Some)
}
