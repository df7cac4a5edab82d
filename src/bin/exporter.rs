//! The exporter: a worker that writes runs in other forms, loaded when somebody shares one. It makes the run of a link
//! anew, so that a long one keeps nobody waiting, and knows no screen: what has to be painted, the page paints.
//!
//! It answers each [`Order`] with [`Report`]s as postcard bytes, beside them the pixels or files that they speak of. Its
//! first message is empty: it is ready. A film is cut in slices, so that the next order is heard.

use faultline::export::carrier;
use faultline::export::film::{Cut, Film};
use faultline::export::wire::{News, Order, Report, Work};
use faultline::export::{Export, Form};
use faultline::protocols::CATALOGUE;
use faultline::say;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::Link;
use faultline::scenario::run::Run;
use faultline::text::Text;
use js_sys::{Array, Function, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// How long a slice lasts, in real milliseconds: an order waits no longer than that.
const SLICE_MILLIS: f64 = 40.0;

/// All that the exporter remembers.
struct Desk {
    scope: DedicatedWorkerGlobalScope,
    /// The run made last: its next form needs no other.
    made: Option<Run>,
    /// The film that is being cut, with the number of its order.
    cut: Option<(u32, Cut)>,
    /// Goes on with it.
    go_on: Option<Function>,
    /// Whether the next slice is waiting for its turn.
    waiting: bool,
}

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let desk = Desk { scope: scope.clone(), made: None, cut: None, go_on: None, waiting: false };
    let desk = Rc::new(RefCell::new(desk));
    let going_on = desk.clone();
    let go_on = Closure::<dyn FnMut()>::new(move || going_on.borrow_mut().go_on());
    desk.borrow_mut().go_on = Some(go_on.as_ref().unchecked_ref::<Function>().clone());
    go_on.forget();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message: Array = event.data().unchecked_into();
        let [order, beside] = [0, 1].map(|place| Uint8Array::new(&message.get(place)));
        if let Ok(order) = postcard::from_bytes(&order.to_vec()) {
            desk.borrow_mut().answer(order, &beside);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    // Posting fails only for what cannot be cloned; an empty list can.
    let _ = scope.post_message(&Array::new());
}

impl Desk {
    /// A report, with what was made.
    fn report(&self, number: u32, news: News, made: &[u8]) {
        let Ok(report) = postcard::to_allocvec(&Report { number, news }) else { return };
        let buffers = [&report, made].map(|bytes| Uint8Array::from(bytes).buffer());
        let message = Array::of2(&buffers[0], &buffers[1]);
        // As above: bytes can be cloned, and handed over too.
        let _ = self.scope.post_message_with_transfer(&message, &message);
    }

    fn answer(&mut self, Order { number, work }: Order, beside: &Uint8Array) {
        self.cut = None;
        let made = match work {
            Work::Write { link, form } => self.write(&link, &form).map(String::into_bytes),
            Work::Sheet { link } => self.film(&link).map(|film| film.sheet().as_bytes().to_vec()),
            Work::Picture { width, height, address } => {
                carrier::write(width, height, &beside.to_vec(), &address).ok_or_else(unpainted)
            }
            Work::Film { link, width, height, address, repeats } => {
                let film = self.film(&link);
                match film.and_then(|film| film.cut(width, height, &beside.to_vec(), &address, repeats)) {
                    Ok(cut) => {
                        self.cut = Some((number, cut));
                        return self.go_on_later();
                    }
                    Err(sentence) => Err(sentence),
                }
            }
            Work::Read => match carrier::read(&beside.to_vec(), Catalogue(CATALOGUE)) {
                Ok(link) => return self.report(number, News::Carried(link.to_string()), &[]),
                Err(sentence) => Err(sentence),
            },
            Work::Stop => return,
        };
        match made {
            Ok(made) => self.report(number, News::Made, &made),
            Err(sentence) => self.report(number, News::Refused(sentence), &[]),
        }
    }

    /// The link of a text and its run, which is kept.
    fn run_of(&mut self, link: &str) -> Result<(Link, &Run), Text> {
        let link = Link::read(link, Catalogue(CATALOGUE)).map_err(|bad| bad.sentence())?;
        let run = self.made.take().filter(|run| run.scenario == link.scenario);
        let run = run.unwrap_or_else(|| Run::of(link.scenario.clone()));
        Ok((link, self.made.insert(run)))
    }

    fn write(&mut self, link: &str, form: &str) -> Result<String, Text> {
        let form = Form::of(form).ok_or_else(|| say!("There is no such form", "没有这种导出格式"))?;
        let (link, run) = self.run_of(link)?;
        Export::of(run, &link)?.write(form)
    }

    fn film(&mut self, link: &str) -> Result<Film, Text> {
        let (link, run) = self.run_of(link)?;
        Film::of(&Export::of(run, &link)?)
    }

    /// One slice of the film.
    fn go_on(&mut self) {
        self.waiting = false;
        let Some((number, mut cut)) = self.cut.take() else { return };
        let now = || self.scope.performance().map_or(0.0, |clock| clock.now());
        let begun = now();
        let mut done = Ok(false);
        while done == Ok(false) && now() - begun < SLICE_MILLIS {
            done = cut.go_on();
        }
        match done {
            Ok(false) => {
                self.report(number, News::Cut { done: cut.done(), of: cut.frames() }, &[]);
                self.cut = Some((number, cut));
                self.go_on_later();
            }
            Ok(true) => match cut.finish() {
                Ok(file) => self.report(number, News::Made, &file),
                Err(sentence) => self.report(number, News::Refused(sentence), &[]),
            },
            Err(sentence) => self.report(number, News::Refused(sentence), &[]),
        }
    }

    /// A film that was dropped leaves its slice to the next one.
    fn go_on_later(&mut self) {
        if let Some(go_on) = self.go_on.as_ref().filter(|_| !self.waiting) {
            self.waiting = true;
            // Without a timer there is no going on: the page hears nothing and can only stop the film.
            let _ = self.scope.set_timeout_with_callback(go_on);
        }
    }
}

fn unpainted() -> Text {
    say!("The browser did not paint the picture", "浏览器未能绘制图片")
}
