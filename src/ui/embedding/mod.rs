//! The frame's side of an embed: the page around it sends orders and hears how the run goes. `docs/embedding.md` is the
//! reference of both. The frame obeys only the page that frames it, by the shape of what it sends, and answers only that
//! page, once it has said hello.

mod glide;
mod obey;
pub mod order;
mod report;
mod row;

use super::context::Laboratory;
use super::environment::{is_framed, window};
use super::store::{Action, Place, State, moving};
use super::{address, verdict};
use faultline::scenario::Scenario;
use glide::Glide;
use gloo::events::EventListener;
use order::Order;
use report::Report;
pub use row::{restore_button, section, way_out};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;

/// A frame's ties to the page around it.
pub struct Embedding {
    /// Who said hello last.
    host: Rc<RefCell<Option<Host>>>,
    glide: Glide,
    _listener: EventListener,
}

/// The page around the frame, and what it has been told.
struct Host {
    origin: String,
    told: Told,
}

/// What a host knows of the run.
#[derive(Default)]
struct Told {
    scenario: Option<Scenario>,
    cursor: Option<u32>,
    playing: bool,
}

/// Called after every drawing of a frame: obeys its host from the first one on, and reports what has changed.
#[inline(never)] // Loaded later.
pub fn attend(embedding: &RefCell<Option<Embedding>>, laboratory: &Laboratory) {
    let mut embedding = embedding.borrow_mut();
    let embedding = embedding.get_or_insert_with(|| Embedding::begin(laboratory));
    if let Some(host) = &mut *embedding.host.borrow_mut() {
        host.hear(&laboratory.state);
    }
    embedding.glide.follow(&laboratory.state.bench, &laboratory.pen);
}

impl Embedding {
    fn begin(laboratory: &Laboratory) -> Embedding {
        let host = Rc::new(RefCell::new(None));
        let (act, greeted) = (laboratory.act.clone(), host.clone());
        let listener = EventListener::new(&window(), "message", move |event| {
            let Some(event) = event.dyn_ref::<MessageEvent>().filter(|event| is_from_host(event)) else { return };
            match Order::read(&event.data()) {
                Some(Order::Hello) => {
                    let mut host = Host { origin: event.origin(), told: Told::default() };
                    host.hear(&act.state());
                    greeted.replace(Some(host));
                }
                Some(order) => act.emit(Action::Obey(Rc::new(order))),
                // Whatever it is, it is not for a run.
                None => {}
            }
        });
        Embedding { host, glide: Glide::default(), _listener: listener }
    }
}

/// Whether a message comes from the page that frames this one: from nobody else, and not from the page itself.
fn is_from_host(event: &MessageEvent) -> bool {
    let parent = window().parent().ok().flatten();
    let source = event.source();
    is_framed() && parent.zip(source).is_some_and(|(parent, source)| JsValue::from(parent) == JsValue::from(source))
}

impl Host {
    /// Reports what has changed since the last time, once all of it can be told.
    fn hear(&mut self, state: &State) {
        let bench = &state.bench;
        if bench.behind {
            return;
        }
        let link = address::here(state);
        let scenario = &bench.run.scenario;
        if self.told.scenario.as_ref() != Some(scenario) {
            let name = if self.told.scenario.is_none() { "ready" } else { "edit" };
            self.told = Told { scenario: Some(scenario.clone()), ..Told::default() };
            self.post(Report::new(name).text("link", &link).number("of", bench.run.len()));
        }
        let before = self.told.cursor.replace(bench.cursor);
        let moved = before != Some(bench.cursor);
        if !moved && self.told.playing == bench.playing {
            return;
        }
        self.told.playing = bench.playing;
        let step = |name| {
            Report::new(name)
                .number("number", bench.cursor + 1)
                .number("of", bench.run.len())
                .text("t", &bench.at().to_string())
                .flag("playing", bench.playing)
                .flag("ended", has_played(state))
                .text("link", &link)
        };
        self.post(step("step"));
        if moved && moving::is_beat(&bench.run, bench.cursor) {
            self.post(step("beat").text("words", bench.scene.narration.in_language(state.language)));
        }
        // Going back takes nothing back: what was decided stays known.
        let passed = |event: u32| before.is_none_or(|before| before < event) && event <= bench.cursor;
        for judged in &bench.run.verdicts {
            if passed(verdict::decided_at(&bench.run, judged)) {
                let (id, word) = (judged.property.id, judged.verdict.word());
                self.post(Report::new("verdict").text("property", id).text("verdict", word));
            }
        }
    }

    fn post(&self, report: Report) {
        let Some(parent) = window().parent().ok().flatten() else { return };
        // A host without an origin of its own, a file say, can only be reached as anybody.
        let target = if self.origin.is_empty() || self.origin == "null" { "*" } else { &self.origin };
        // The host may have gone to another page in the meantime: then nobody hears it.
        drop(parent.post_message(&report.into(), target));
    }
}

/// Whether playing came to its end by itself.
fn has_played(state: &State) -> bool {
    let bench = &state.bench;
    let rests = !bench.touched && bench.cursor == moving::resting_place(&bench.run);
    state.place == Place::Scenario && !bench.playing && (rests || bench.cursor >= bench.plays_to())
}
