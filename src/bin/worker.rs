//! The worker: makes the runs that are too long for the page, searches for faults and samples seeds, is built for speed,
//! and is loaded only when first used.
//!
//! It answers [`Order`]s with [`Report`]s, both as postcard bytes. Its first message is empty: it is ready. A search or
//! a sampling goes on in slices, so that the order to stop it is heard.
//!
//! A text is the order to search a reference model, `two-phase 7`: it is how the search is measured here. The answer is a
//! text too: distinct states, generated states and microseconds; an empty one refuses.

use faultline::check::search::Options;
use faultline::models::ReferenceModel;
use faultline::protocols::CATALOGUE;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::Link;
use faultline::scenario::replay::Replay;
use faultline::scenario::run::Run;
use faultline::scenario::wire::{Order, Report, WireRun};
use faultline::scenario::work::Work;
use js_sys::{Function, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// How long a slice lasts, in real milliseconds: an order waits no longer than that.
const SLICE_MILLIS: f64 = 40.0;
const STEPS_BETWEEN_LOOKS: u32 = 500;
/// How often work under way is reported on, in real milliseconds.
const REPORT_EVERY_MILLIS: f64 = 100.0;

/// A task under way.
struct UnderWay {
    number: u32,
    work: Work,
    /// How long it has taken, not counting what lay between its slices.
    took_millis: f64,
    reported_millis: f64,
}

/// All that the worker remembers.
struct Desk {
    scope: DedicatedWorkerGlobalScope,
    /// The run made last, with the number of its order: scenes are asked of it.
    made: Option<(u32, Run)>,
    /// Where that run was last replayed to.
    replay: Replay,
    task: Option<UnderWay>,
    /// Goes on with the task.
    go_on: Option<Function>,
    /// Whether the next slice is waiting for its turn.
    waiting: bool,
}

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let desk =
        Desk { scope: scope.clone(), made: None, replay: Replay::default(), task: None, go_on: None, waiting: false };
    let desk = Rc::new(RefCell::new(desk));
    let going_on = desk.clone();
    let go_on = Closure::<dyn FnMut()>::new(move || going_on.borrow_mut().go_on());
    desk.borrow_mut().go_on = Some(go_on.as_ref().unchecked_ref::<Function>().clone());
    go_on.forget();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            return desk.borrow().search_model(&text);
        }
        let bytes = Uint8Array::new(&event.data()).to_vec();
        if let Ok(order) = postcard::from_bytes(&bytes) {
            desk.borrow_mut().answer(order);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&scope, &[]);
}

fn post(scope: &DedicatedWorkerGlobalScope, bytes: &[u8]) {
    let buffer = Uint8Array::from(bytes).buffer();
    // Posting fails only for what cannot be cloned; bytes can.
    let _ = scope.post_message_with_transfer(&buffer, &js_sys::Array::of1(&buffer));
}

impl Desk {
    fn now_millis(&self) -> f64 {
        self.scope.performance().map_or(0.0, |clock| clock.now())
    }

    fn report(&self, report: &Report) {
        if let Ok(bytes) = postcard::to_allocvec(report) {
            post(&self.scope, &bytes);
        }
    }

    fn answer(&mut self, order: Order) {
        match order {
            Order::Run { number, link } => self.run(number, &link),
            Order::Scene { number, event } => {
                let made = self.made.as_ref().filter(|(of, run)| *of == number && !run.is_empty());
                if let Some(scene) = made.and_then(|(_, run)| run.approach(&mut self.replay, event, u32::MAX)) {
                    self.report(&Report::Scene { number, scene: Box::new(scene) });
                }
            }
            Order::Work { number, task } => self.begin(number, Work::begin(&task, Catalogue(CATALOGUE))),
            Order::Stop { number } => self.task = self.task.take().filter(|task| task.number != number),
        }
    }

    fn search_model(&self, text: &str) {
        let mut words = text.split(' ');
        let model = words.next().and_then(ReferenceModel::of);
        let values: Option<Vec<u32>> = words.map(|word| word.parse().ok()).collect();
        let before = self.now_millis();
        let report = model
            .zip(values)
            .filter(|(model, values)| model.admits(values))
            .and_then(|(model, values)| (model.search)(&values, Options::default(), &mut |_| None).ok());
        let took_micros = ((self.now_millis() - before) * 1_000.0) as u64;
        let answer = report.map(|report| format!("{} {} {took_micros}", report.distinct, report.generated));
        // Posting fails only for what cannot be cloned; text can.
        let _ = self.scope.post_message(&JsValue::from_str(&answer.unwrap_or_default()));
    }

    fn run(&mut self, number: u32, link: &str) {
        let Ok(link) = Link::read(link, Catalogue(CATALOGUE)) else {
            self.report(&Report::Refused { number });
            return;
        };
        let before = self.now_millis();
        let run = Run::of(link.scenario);
        let took_micros = ((self.now_millis() - before) * 1_000.0) as u64;
        self.report(&Report::Ran { number, run: Box::new(WireRun::of(&run)), took_micros });
        self.made = Some((number, run));
        self.replay = Replay::default();
    }

    /// Begins some work in place of what was under way; there is none if the order could not be read.
    fn begin(&mut self, number: u32, work: Option<Work>) {
        self.task = work.map(|work| UnderWay { number, work, took_millis: 0.0, reported_millis: 0.0 });
        if self.task.is_some() {
            self.go_on_later();
        } else {
            self.report(&Report::Refused { number });
        }
    }

    /// One slice of the task.
    fn go_on(&mut self) {
        self.waiting = false;
        let Some(mut task) = self.task.take() else { return };
        let begun = self.now_millis();
        let mut done = false;
        while !done && self.now_millis() - begun < SLICE_MILLIS {
            done = task.work.go_on(STEPS_BETWEEN_LOOKS);
        }
        task.took_millis += self.now_millis() - begun;
        if done || task.took_millis - task.reported_millis >= REPORT_EVERY_MILLIS {
            task.reported_millis = task.took_millis;
            let (number, took_micros) = (task.number, (task.took_millis * 1_000.0) as u64);
            self.report(&Report::Worked { number, answer: Box::new(task.work.answer()), done, took_micros });
        }
        if !done {
            self.task = Some(task);
            self.go_on_later();
        }
    }

    /// A task that was dropped leaves its slice to the next one.
    fn go_on_later(&mut self) {
        if let Some(go_on) = self.go_on.as_ref().filter(|_| !self.waiting) {
            self.waiting = true;
            // Without a timer there is no going on: the page hears nothing and can only stop the task.
            let _ = self.scope.set_timeout_with_callback(go_on);
        }
    }
}
