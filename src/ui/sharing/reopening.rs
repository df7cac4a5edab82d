//! A picture that carries its run opens it again: dropped onto the page, or pasted.

use super::exporter::{Given, ask};
use crate::ui::context::Act;
use crate::ui::environment::window;
use crate::ui::store::Action;
use faultline::export::wire::{BYTES_READ_MAX, Work};
use faultline::text::Text;
use gloo::events::{EventListener, EventListenerOptions};
use js_sys::Uint8Array;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ClipboardEvent, DataTransfer, DragEvent};
use yew::Callback;

thread_local! {
    static ATTENDS: Cell<bool> = const { Cell::new(false) };
}

/// Listens from the first call on.
#[inline(never)] // Loaded later.
pub fn attend(act: &Act) {
    if ATTENDS.replace(true) {
        return;
    }
    let answering = EventListenerOptions::enable_prevent_default();
    // Without this the browser opens the file itself.
    EventListener::new_with_options(&window(), "dragover", answering, |event| {
        if dragged(event).is_some_and(|data| data.types().includes(&"Files".into(), 0)) {
            event.prevent_default();
        }
    })
    .forget();
    let opening = act.clone();
    EventListener::new_with_options(&window(), "drop", answering, move |event| {
        if let Some(file) = dragged(event).and_then(|data| data.files()).and_then(|files| files.get(0)) {
            event.prevent_default();
            open(&opening, file.into());
        }
    })
    .forget();
    let opening = act.clone();
    EventListener::new(&window(), "paste", move |event| {
        let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
        if let Some(file) = data.and_then(|data| data.files()).and_then(|files| files.get(0)) {
            open(&opening, file.into());
        }
    })
    .forget();
}

fn dragged(event: &web_sys::Event) -> Option<DataTransfer> {
    event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer)
}

/// Opens the run that a file carries, or says why not.
fn open(act: &Act, file: Blob) {
    let act = act.clone();
    spawn_local(async move {
        let Some(beginning) = beginning(&file).await else {
            return act.emit(Action::Say(UNREADABLE));
        };
        match ask(Work::Read, Some(&beginning), Callback::noop()).await {
            Some(Given::Carried(link)) => {
                act.emit(Action::Share(false));
                // As if the visitor had followed the link.
                drop(window().location().set_hash(&link));
                act.emit(Action::Say(REOPENED));
            }
            Some(Given::Refused(sentence)) => act.emit(Action::Say(sentence)),
            Some(Given::Made(_)) | None => {}
        }
    });
}

const UNREADABLE: Text = Text::new("The browser did not let the file be read", "浏览器不允许读取该文件");
const REOPENED: Text = Text::new("The run that this picture carries is open.", "已打开图片所含的运行。");

async fn beginning(file: &Blob) -> Option<Uint8Array> {
    let piece = file.slice_with_f64_and_f64(0.0, BYTES_READ_MAX as f64).ok()?;
    let buffer = JsFuture::from(piece.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer))
}
