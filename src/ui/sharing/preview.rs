//! A form as it will be: a picture as a picture, a frame as a frame, text as text.

use super::choices::Wanted;
use super::making::{Making, Product};
use super::{Made, snippet};
use crate::ui::context::Laboratory;
use faultline::say;
use faultline::text::Text;
use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlIFrameElement};
use yew::prelude::*;

/// How much of a text is shown, in bytes.
const SHOWN_BYTES_MAX: usize = 12_000;

/// What was made last of this form, for as long as the next is being made.
pub fn preview(laboratory: &Laboratory, wanted: &Result<Wanted, Text>, made: &Made, busy: bool) -> Html {
    let form = wanted.as_ref().ok().map(Wanted::form);
    let made = made.as_ref().map(|(_, making)| making);
    let label = laboratory.words(&Text::new("Preview", "预览"));
    html! {
        <div class="preview" role="group" aria-label={label} aria-busy={busy.to_string()}>
            { match made {
                Some(Making::Made(product)) if Some(product.form) == form => shown(laboratory, wanted, product),
                Some(Making::UnderWay(Some((done, of)))) => under_way(laboratory, *done, *of),
                _ => Html::default(),
            } }
        </div>
    }
}

fn under_way(laboratory: &Laboratory, done: u32, of: u32) -> Html {
    let words = say!("{done} of {of} frames", "第 {done} 帧，共 {of} 帧");
    let words = laboratory.words(&words);
    html! { <label class="small muted"><progress value={done.to_string()} max={of.to_string()}></progress><span>{ words }</span></label> }
}

fn shown(laboratory: &Laboratory, wanted: &Result<Wanted, Text>, product: &Product) -> Html {
    let Ok(wanted) = wanted else { return Html::default() };
    let text = product.text.as_deref().map(|text| html! { <pre tabindex="0">{ beginning(laboratory, text) }</pre> });
    if let Some(file) = product.file.as_ref().filter(|_| product.form.is_picture()) {
        // A new picture plays from its beginning.
        return html! { <img key={file.address.clone()} src={file.address.clone()} alt={wanted.words(laboratory.language()).to_owned()} /> };
    }
    html! {
        <>
            { text }
            if product.form.is_played() {
                <LiveFrame key={snippet::frame_address(wanted)} title={wanted.words(laboratory.language()).to_owned()}
                    address={snippet::frame_address(wanted)} height_px={wanted.height_px} />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LiveFrameProps {
    address: AttrValue,
    title: AttrValue,
    height_px: u32,
}

/// A frame as it will stand in the post. Keys pressed in it do not reach the panel by themselves: Escape closes the panel
/// from here too.
#[component]
fn LiveFrame(props: &LiveFrameProps) -> Html {
    let listening = use_mut_ref(|| None);
    let onload = Callback::from(move |event: Event| {
        let frame = event.target().and_then(|target| target.dyn_into::<HtmlIFrameElement>().ok());
        *listening.borrow_mut() = frame.and_then(|frame| leaving(&frame));
    });
    html! { <iframe title={&props.title} src={&props.address} height={props.height_px.to_string()} {onload}></iframe> }
}

/// Listens in a frame's window for as long as it is held.
fn leaving(frame: &HtmlIFrameElement) -> Option<EventListener> {
    let dialog = frame.closest("dialog").ok().flatten()?.dyn_into::<HtmlDialogElement>().ok()?;
    // A window of another origin gives no document: then the browser alone decides.
    let document = frame.content_document()?;
    Some(EventListener::new(&document, "keydown", move |event| {
        // Of another window: to this one it is an instance of no class.
        let event: &KeyboardEvent = event.unchecked_ref();
        if event.key() == "Escape" && !event.default_prevented() {
            dialog.close();
        }
    }))
}

/// A text, or the beginning of a long one with the number of its lines.
fn beginning(laboratory: &Laboratory, text: &str) -> String {
    if text.len() <= SHOWN_BYTES_MAX {
        return text.to_owned();
    }
    let end = (0..=SHOWN_BYTES_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    let lines = text.lines().count();
    let more = say!("… in all {lines} lines", "……共 {lines} 行");
    format!("{}\n{}", &text[..end], laboratory.words(&more))
}
