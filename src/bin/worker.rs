//! The worker: makes the runs that are too long for the page, is built for speed, and is loaded only when first used.
//!
//! It answers [`Order`]s with [`Report`]s, both as postcard bytes. Its first message is empty: it is ready.

use faultline::protocols::CATALOGUE;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::link::Link;
use faultline::scenario::run::Run;
use faultline::scenario::wire::{Order, Report, WireRun};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The run made last, with the number of its order: scenes are asked of it.
type Made = Option<(u32, Run)>;

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let mut made: Made = None;
    let answering = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        let report = postcard::from_bytes(&bytes).ok().and_then(|order| answer(order, &mut made, &answering));
        if let Some(bytes) = report.and_then(|report| postcard::to_allocvec(&report).ok()) {
            post(&answering, &bytes);
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

fn answer(order: Order, made: &mut Made, scope: &DedicatedWorkerGlobalScope) -> Option<Report> {
    match order {
        Order::Run { number, link } => {
            let Ok(link) = Link::read(&link, Catalogue(CATALOGUE)) else { return Some(Report::Refused { number }) };
            let clock = scope.performance();
            let before = clock.as_ref().map_or(0.0, |clock| clock.now());
            let run = Run::of(link.scenario);
            let after = clock.as_ref().map_or(0.0, |clock| clock.now());
            let report = WireRun::of(&run);
            *made = Some((number, run));
            Some(Report::Ran { number, run: Box::new(report), took_micros: ((after - before) * 1_000.0) as u64 })
        }
        Order::Scene { number, event } => {
            let (_, run) = made.as_ref().filter(|(of, run)| *of == number && !run.is_empty())?;
            Some(Report::Scene { number, scene: Box::new(run.scene(event)) })
        }
    }
}
