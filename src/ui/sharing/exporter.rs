//! The page's line to the exporter, which is loaded when something is first asked of it, and does one thing at a time.

use crate::ui::lab::start_worker;
use faultline::export::wire::{News, Order, Report, Work};
use faultline::text::Text;
use js_sys::{Array, Function, Promise, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker};
use yew::Callback;

/// The meta element in which the build left its name.
const META: &str = "faultline-exporter";

thread_local! {
    static EXPORTER: RefCell<Exporter> = const { RefCell::new(Exporter { line: None, number: 0, asked: None }) };
}

/// What the exporter gives back.
pub enum Given {
    /// What was made: text or a file.
    Made(Uint8Array),
    /// The link that a file carries.
    Carried(String),
    /// It cannot be done.
    Refused(Text),
}

/// How far a film is: frames that are cut, and all.
pub type Progress = (u32, u32);

struct Exporter {
    line: Option<Line>,
    /// The number of the latest order: reports on earlier ones are dropped.
    number: u32,
    asked: Option<Asked>,
}

struct Line {
    worker: Worker,
    ready: bool,
    /// The order that waits until it is ready.
    waiting: Option<Array>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

/// Who waits for what.
struct Asked {
    given: Rc<RefCell<Option<Given>>>,
    going: Callback<Progress>,
    wake: Function,
}

impl Asked {
    fn give(self, given: Given) {
        *self.given.borrow_mut() = Some(given);
        // A promise's own function does not throw.
        drop(self.wake.call0(&JsValue::NULL));
    }
}

/// Asks for something instead of what was asked before, whose asker gets nothing. Pixels or a file go beside it.
pub async fn ask(work: Work, beside: Option<&Uint8Array>, going: Callback<Progress>) -> Option<Given> {
    let given = Rc::new(RefCell::new(None));
    let mut work = Some(work);
    let promise = Promise::new(&mut |wake, _| {
        if let Some(work) = work.take() {
            let asked = Asked { given: given.clone(), going: going.clone(), wake };
            EXPORTER.with(|exporter| exporter.borrow_mut().order(work, beside, asked));
        }
    });
    // It is never rejected.
    drop(JsFuture::from(promise).await);
    given.take()
}

/// Forgets what was asked, whose asker gets nothing.
pub fn stop() {
    EXPORTER.with(|exporter| {
        let mut exporter = exporter.borrow_mut();
        if let Some(asked) = exporter.asked.take() {
            exporter.number += 1;
            drop(asked.wake.call0(&JsValue::NULL));
            let number = exporter.number;
            exporter.post(&Order { number, work: Work::Stop }, None);
        }
    });
}

impl Exporter {
    fn order(&mut self, work: Work, beside: Option<&Uint8Array>, asked: Asked) {
        if let Some(before) = self.asked.take() {
            drop(before.wake.call0(&JsValue::NULL));
        }
        self.number += 1;
        if self.line.is_none() {
            self.line = Line::begin();
        }
        if self.line.is_none() {
            return asked.give(Given::Refused(NO_WORKER));
        }
        self.asked = Some(asked);
        let number = self.number;
        self.post(&Order { number, work }, beside);
    }

    /// Hears a report; gives back whom to tell how far it is.
    fn hear(&mut self, message: &Array) -> Option<(Callback<Progress>, Progress)> {
        if message.length() == 0 {
            let line = self.line.as_mut()?;
            line.ready = true;
            let waiting = line.waiting.take()?;
            drop(line.worker.post_message(&waiting));
            return None;
        }
        let [report, made] = [0, 1].map(|place| Uint8Array::new(&message.get(place)));
        let Report { number, news } = postcard::from_bytes(&report.to_vec()).ok()?;
        if number != self.number {
            return None;
        }
        let given = match news {
            News::Cut { done, of } => return self.asked.as_ref().map(|asked| (asked.going.clone(), (done, of))),
            News::Made => Given::Made(made),
            News::Carried(link) => Given::Carried(link),
            News::Refused(sentence) => Given::Refused(sentence),
        };
        self.asked.take()?.give(given);
        None
    }

    fn post(&mut self, order: &Order, beside: Option<&Uint8Array>) {
        let Some(line) = &mut self.line else { return };
        // Orders are numbers and text, which always encode.
        let Ok(bytes) = postcard::to_allocvec(order) else { return };
        let message = Array::of1(&Uint8Array::from(bytes.as_slice()));
        if let Some(beside) = beside {
            message.push(beside);
        }
        if line.ready {
            // Posting fails only for what cannot be cloned; bytes can.
            drop(line.worker.post_message(&message));
        } else {
            line.waiting = Some(message);
        }
    }
}

impl Line {
    fn begin() -> Option<Line> {
        let worker = start_worker(META)?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| hear(&event.data().into()));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(|_| fail());
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Line { worker, ready: false, waiting: None, _on_message: on_message, _on_error: on_error })
    }
}

fn hear(message: &Array) {
    let progress = EXPORTER.with(|exporter| exporter.borrow_mut().hear(message));
    // Whoever hears of it may ask for something else at once.
    if let Some((going, progress)) = progress {
        going.emit(progress);
    }
}

/// It could not be loaded, or died: the next order gets a new one.
fn fail() {
    EXPORTER.with(|exporter| {
        let mut exporter = exporter.borrow_mut();
        // The closure that called this lives in the line: it is dropped only once it has returned.
        if let Some(line) = exporter.line.take() {
            line.worker.terminate();
            gloo::timers::callback::Timeout::new(0, move || drop(line)).forget();
        }
        if let Some(asked) = exporter.asked.take() {
            asked.give(Given::Refused(NO_WORKER));
        }
    });
}

const NO_WORKER: Text = Text::new(
    "The exporter could not be started: this browser, or the place that the page stands in, allows no workers, or the connection failed",
    "无法启动导出程序：浏览器或页面所在的环境不允许 worker，或网络连接失败",
);
