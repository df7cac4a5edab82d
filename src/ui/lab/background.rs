//! Runs that are too long for the page, searches and samplings: made in the worker, which is loaded when first used; where no worker
//! can be had (a sandboxed frame), made here in slices between frames.

use super::slices::SlicedWork;
use super::start_worker;
use crate::ui::environment::now_ms;
use faultline::scenario::Scenario;
use faultline::scenario::link::Link;
use faultline::scenario::run::{Making, Run, Scene};
use faultline::scenario::wire::{Order, Report};
use faultline::scenario::work::{Answer, Task};
use faultline::sim::driver::Limits;
use faultline::sim::trace::EventIndex;
use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;
use yew::Callback;

/// The meta element in which the build left the worker's name.
const META: &str = "faultline-worker";

/// How long one slice on the page may take, in real milliseconds.
pub const SLICE_MILLIS: f64 = 8.0;
const ACTIONS_BETWEEN_LOOKS: u32 = 200;
/// For how long a worker that has a task may say nothing, in real milliseconds. It reports ten times a second, but a
/// device may be busy, and the worker has still to be fetched before its first task.
const SILENCE_MILLIS_MAX: u32 = 60_000;

/// What the background tells the page.
pub enum News {
    /// The run, and how long it took in real microseconds.
    Ran { run: Box<Run>, took_micros: u64 },
    /// What can be seen just after the event asked for, of the run told last.
    Scene(Box<Scene>),
    /// What is known of a task.
    Worked { inquiry: u32, answer: Box<Answer>, done: bool, took_micros: u64 },
    /// A task died with the worker.
    WorkLost { inquiry: u32 },
}

/// Makes one long run and carries out one task at a time; a new order makes the page forget the one before.
#[derive(Clone)]
pub struct Background(Rc<RefCell<State>>);

struct State {
    tell: Callback<News>,
    /// How many orders were given: no two have the same number.
    orders: u32,
    /// The number of the latest order of a run: reports on earlier ones are dropped.
    number: u32,
    scenario: Option<Scenario>,
    working: Option<Working>,
    helper: Helper,
}

/// A task under way.
struct Working {
    /// The number of its order.
    number: u32,
    /// What it was asked as.
    inquiry: u32,
    task: Task,
    /// Without a worker it goes on here.
    _slices: Option<SlicedWork>,
    /// Runs out when nothing has been heard of it for too long.
    silence: Option<Timeout>,
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
        let state = State { tell, orders: 0, number: 0, scenario: None, working: None, helper: Helper::None };
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

    /// Carries out a task, instead of what was under way before.
    pub fn work(&self, inquiry: u32, task: Task) {
        let mut state = self.0.borrow_mut();
        let number = state.next_order();
        if matches!(state.helper, Helper::None) {
            state.helper = self.employ();
        }
        let (mut slices, mut silence) = (None, None);
        match &mut state.helper {
            Helper::Worker(line) => {
                line.order(&Order::Work { number, task: Box::new(task.clone()) });
                silence = Some(self.silence());
            }
            _ => slices = Some(SlicedWork::begin(inquiry, task.clone(), state.tell.clone())),
        }
        state.working = Some(Working { number, inquiry, task, _slices: slices, silence });
    }

    /// Forgets the task that is under way.
    pub fn stop_working(&self) {
        let mut state = self.0.borrow_mut();
        let Some(Working { number, .. }) = state.working.take() else { return };
        if let Helper::Worker(line) = &mut state.helper {
            line.order(&Order::Stop { number });
        }
    }

    /// Lets the worker go: whoever asked is no longer there.
    pub fn dismiss(&self) {
        let state = &mut *self.0.borrow_mut();
        let helper = (std::mem::replace(&mut state.helper, Helper::None), state.working.take());
        // A closure that calls this lives in the line: it is dropped only once it has returned.
        Timeout::new(0, move || drop(helper)).forget();
    }

    /// A browser that takes a worker's memory away need not say so: one that is silent for long is taken for dead.
    fn silence(&self) -> Timeout {
        let this = self.clone();
        Timeout::new(SILENCE_MILLIS_MAX, move || this.do_without_worker())
    }

    fn employ(&self) -> Helper {
        let Some(worker) = start_worker(META) else { return Helper::Slices(None) };
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

    /// The worker could not be loaded, and all is made here; or it died, most likely of a task that wanted more memory
    /// than there is: then that task is lost, and what comes next gets a new worker.
    fn do_without_worker(&self) {
        let mut state = self.0.borrow_mut();
        // The closure that called this lives in the line: it is dropped only once it has returned.
        let line = std::mem::replace(&mut state.helper, Helper::Slices(None));
        let was_ready = matches!(&line, Helper::Worker(line) if line.ready);
        let (scenario, working, tell) = (state.scenario.clone(), state.working.take(), state.tell.clone());
        let lost = working.as_ref().map(|working| working.inquiry).filter(|_| was_ready);
        let again = working.as_ref().filter(|_| !was_ready).map(|working| (working.inquiry, working.task.clone()));
        if was_ready {
            state.helper = Helper::None;
        }
        drop(state);
        Timeout::new(0, move || drop((line, working))).forget();
        if let Some(inquiry) = lost {
            tell.emit(News::WorkLost { inquiry });
        }
        if let Some((inquiry, task)) = again {
            self.work(inquiry, task);
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
            Ok(Report::Worked { number, answer, done, took_micros }) => state.working(number).map(|working| {
                working.silence = (!done).then(|| self.silence());
                News::Worked { inquiry: working.inquiry, answer, done, took_micros }
            }),
            Ok(Report::Refused { number }) => {
                state.working(number).map(|working| News::WorkLost { inquiry: working.inquiry })
            }
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

    /// The task of that order, if it is the one under way.
    fn working(&mut self, number: u32) -> Option<&mut Working> {
        self.working.as_mut().filter(|working| working.number == number)
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
