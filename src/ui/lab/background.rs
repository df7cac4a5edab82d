//! Runs that are too long for the page, and searches: made in the worker, which is loaded when first used; where no worker
//! can be had (a sandboxed frame), made here in slices between frames.

use super::slices::SlicedSearch;
use crate::ui::environment::now_ms;
use faultline::scenario::Scenario;
use faultline::scenario::explore::{Account, Question};
use faultline::scenario::link::Link;
use faultline::scenario::run::{Making, Run, Scene};
use faultline::scenario::wire::{Order, Report};
use faultline::sim::driver::Limits;
use faultline::sim::trace::EventIndex;
use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WorkerOptions, WorkerType};
use yew::Callback;

/// How long one slice on the page may take, in real milliseconds.
pub const SLICE_MILLIS: f64 = 8.0;
const ACTIONS_BETWEEN_LOOKS: u32 = 200;

/// What the background tells the page.
pub enum News {
    /// The run, and how long it took in real microseconds.
    Ran { run: Box<Run>, took_micros: u64 },
    /// What can be seen just after the event asked for, of the run told last.
    Scene(Box<Scene>),
    /// How a search stands.
    Explored { inquiry: u32, account: Box<Account>, took_micros: u64 },
    /// A search died with the worker.
    ExploringLost { inquiry: u32 },
}

/// Makes one long run and searches for one answer at a time; a new order makes the page forget the one before.
#[derive(Clone)]
pub struct Background(Rc<RefCell<State>>);

struct State {
    tell: Callback<News>,
    /// How many orders were given: no two have the same number.
    orders: u32,
    /// The number of the latest order of a run: reports on earlier ones are dropped.
    number: u32,
    scenario: Option<Scenario>,
    exploring: Option<Exploring>,
    helper: Helper,
}

/// A search under way.
struct Exploring {
    /// The number of its order.
    number: u32,
    /// What it was asked as.
    inquiry: u32,
    question: Question,
    /// Without a worker it goes on here.
    _slices: Option<SlicedSearch>,
}

enum Helper {
    /// Not needed so far.
    None,
    Worker(WorkerLine),
    /// No worker can be had here: runs are made in slices.
    Slices(Option<Timeout>),
}

/// The worker, and the orders that wait until it is ready.
struct WorkerLine {
    worker: web_sys::Worker,
    ready: bool,
    waiting: VecDeque<Vec<u8>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Background {
    pub fn new(tell: Callback<News>) -> Background {
        let state = State { tell, orders: 0, number: 0, scenario: None, exploring: None, helper: Helper::None };
        Background(Rc::new(RefCell::new(state)))
    }

    /// Makes the run of a scenario from its start.
    pub fn run(&self, scenario: Scenario) {
        let mut state = self.0.borrow_mut();
        state.number = state.next_order();
        state.scenario = Some(scenario.clone());
        if matches!(state.helper, Helper::None) {
            state.helper = self.employ();
        }
        let number = state.number;
        match &mut state.helper {
            Helper::Worker(line) => {
                line.order(&Order::Run { number, link: Link::of(scenario).to_string() });
            }
            helper => *helper = Helper::Slices(Some(self.slice(number, Making::new(scenario, Limits::default()), 0.0))),
        }
    }

    /// Asks for what can be seen just after an event of the run told last, if that was made in the worker.
    pub fn scene(&self, event: EventIndex) {
        let state = &mut *self.0.borrow_mut();
        if let Helper::Worker(line) = &mut state.helper {
            line.order(&Order::Scene { number: state.number, event });
        }
    }

    /// Forgets the run that is being made.
    pub fn cancel(&self) {
        let mut state = self.0.borrow_mut();
        state.number = state.next_order();
        state.scenario = None;
        if let Helper::Slices(next) = &mut state.helper {
            *next = None;
        }
    }

    /// Searches for the answer to a question, instead of what was searched for before.
    pub fn explore(&self, inquiry: u32, question: Question) {
        let mut state = self.0.borrow_mut();
        let number = state.next_order();
        if matches!(state.helper, Helper::None) {
            state.helper = self.employ();
        }
        let mut slices = None;
        match &mut state.helper {
            Helper::Worker(line) => line.order(&Order::Explore { number, question: Box::new(question.clone()) }),
            _ => slices = Some(SlicedSearch::begin(inquiry, question.clone(), state.tell.clone())),
        }
        state.exploring = Some(Exploring { number, inquiry, question, _slices: slices });
    }

    /// Forgets the search that is under way.
    pub fn stop_exploring(&self) {
        let mut state = self.0.borrow_mut();
        let Some(Exploring { number, .. }) = state.exploring.take() else { return };
        if let Helper::Worker(line) = &mut state.helper {
            line.order(&Order::Stop { number });
        }
    }

    fn employ(&self) -> Helper {
        let Some(worker) = worker() else { return Helper::Slices(None) };
        let this = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            this.hear(&Uint8Array::new(&event.data()).to_vec());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let this = self.clone();
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| this.do_without_worker());
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Helper::Worker(WorkerLine {
            worker,
            ready: false,
            waiting: VecDeque::new(),
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// The worker could not be loaded, and all is made here; or it died, most likely of a search that wanted more memory
    /// than there is: then that search is lost, and what comes next gets a new worker.
    fn do_without_worker(&self) {
        let mut state = self.0.borrow_mut();
        // The closure that called this lives in the line: it is dropped only once it has returned.
        let line = std::mem::replace(&mut state.helper, Helper::Slices(None));
        let was_ready = matches!(&line, Helper::Worker(line) if line.ready);
        Timeout::new(0, move || drop(line)).forget();
        let (scenario, exploring, tell) = (state.scenario.clone(), state.exploring.take(), state.tell.clone());
        let lost = exploring.as_ref().map(|exploring| exploring.inquiry).filter(|_| was_ready);
        if lost.is_some() {
            state.helper = Helper::None;
        }
        drop(state);
        match (lost, exploring) {
            (Some(inquiry), _) => tell.emit(News::ExploringLost { inquiry }),
            (None, Some(exploring)) => self.explore(exploring.inquiry, exploring.question),
            (None, None) => {}
        }
        if let Some(scenario) = scenario {
            self.run(scenario);
        }
    }

    fn hear(&self, bytes: &[u8]) {
        let mut state = self.0.borrow_mut();
        if bytes.is_empty() {
            if let Helper::Worker(line) = &mut state.helper {
                line.is_ready();
            }
            return;
        }
        let news = match postcard::from_bytes(bytes) {
            Ok(Report::Ran { number, run, took_micros }) if number == state.number => {
                let scenario = state.scenario.clone();
                let run = scenario.and_then(|scenario| run.into_run(scenario));
                run.map(|run| News::Ran { run: Box::new(run), took_micros })
            }
            Ok(Report::Scene { number, scene }) if number == state.number => Some(News::Scene(scene)),
            Ok(Report::Explored { number, account, took_micros }) => {
                state.exploring(number).map(|inquiry| News::Explored { inquiry, account, took_micros })
            }
            Ok(Report::Refused { number }) => state.exploring(number).map(|inquiry| News::ExploringLost { inquiry }),
            _ => None,
        };
        let tell = state.tell.clone();
        drop(state);
        if let Some(news) = news {
            tell.emit(news);
        }
    }

    /// One slice of a run on the page, and the next after it.
    fn slice(&self, number: u32, mut making: Making, took_millis: f64) -> Timeout {
        let this = self.clone();
        Timeout::new(0, move || {
            let start = now_ms();
            let mut done = false;
            while !done && now_ms() - start < SLICE_MILLIS {
                done = making.go_on(ACTIONS_BETWEEN_LOOKS);
            }
            let took_millis = took_millis + now_ms() - start;
            let tell = this.0.borrow().tell.clone();
            if done {
                let took_micros = (took_millis * 1_000.0) as u64;
                tell.emit(News::Ran { run: Box::new(making.finish()), took_micros });
                return;
            }
            let mut state = this.0.borrow_mut();
            if state.number == number && matches!(state.helper, Helper::Slices(_)) {
                state.helper = Helper::Slices(Some(this.slice(number, making, took_millis)));
            }
        })
    }
}

impl State {
    fn next_order(&mut self) -> u32 {
        self.orders = self.orders.wrapping_add(1);
        self.orders
    }

    /// What the search of that order was asked as, if it is the one under way.
    fn exploring(&self, number: u32) -> Option<u32> {
        self.exploring.as_ref().filter(|exploring| exploring.number == number).map(|exploring| exploring.inquiry)
    }
}

impl Drop for WorkerLine {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl WorkerLine {
    fn order(&mut self, order: &Order) {
        // Orders are numbers and text, which always encode.
        let Ok(bytes) = postcard::to_allocvec(order) else { return };
        if self.ready {
            self.post(&bytes);
        } else {
            self.waiting.push_back(bytes);
        }
    }

    fn is_ready(&mut self) {
        self.ready = true;
        for bytes in std::mem::take(&mut self.waiting) {
            self.post(&bytes);
        }
    }

    fn post(&self, bytes: &[u8]) {
        // Posting fails only for what cannot be cloned; bytes can.
        let _ = self.worker.post_message(&Uint8Array::from(bytes));
    }
}

/// Starts the worker whose name the build left in the page; none where frames or policies forbid it.
fn worker() -> Option<web_sys::Worker> {
    let document = gloo::utils::document();
    let name = document.query_selector("meta[name=faultline-worker]").ok()??.get_attribute("content")?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    web_sys::Worker::new_with_options(&format!("./{name}"), &options).ok()
}
