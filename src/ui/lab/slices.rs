//! A task on the page itself, a slice at a time, where no worker can be had.

use super::background::{News, SLICE_MILLIS};
use crate::ui::address::CATALOGUE;
use crate::ui::environment::now_ms;
use faultline::scenario::work::{Task, Work};
use gloo::timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use yew::Callback;

const STEPS_BETWEEN_LOOKS: u32 = 100;
/// How often the task is reported on, in real milliseconds.
const REPORT_EVERY_MILLIS: f64 = 100.0;
/// The page shares its memory with everything else that is shown.
const MEMORY_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// A task under way; dropping it stops it.
pub struct SlicedWork(Rc<RefCell<Option<Timeout>>>);

impl SlicedWork {
    /// Begins a task.
    pub fn begin(inquiry: u32, task: Task, tell: Callback<News>) -> SlicedWork {
        let next = Rc::new(RefCell::new(None));
        let working = SlicedWork(next.clone());
        let first = Timeout::new(0, {
            let next = next.clone();
            move || match Work::begin(&task.within(MEMORY_BYTES_MAX), CATALOGUE) {
                Some(work) => Slices { inquiry, work, took_millis: 0.0, reported_millis: 0.0, tell }.go_on(next),
                None => tell.emit(News::WorkLost { inquiry }),
            }
        });
        *next.borrow_mut() = Some(first);
        working
    }
}

impl Drop for SlicedWork {
    fn drop(&mut self) {
        *self.0.borrow_mut() = None;
    }
}

struct Slices {
    inquiry: u32,
    work: Work,
    /// How long it has taken, not counting what lay between its slices.
    took_millis: f64,
    reported_millis: f64,
    tell: Callback<News>,
}

impl Slices {
    /// One slice, and the next after it.
    fn go_on(mut self, next: Rc<RefCell<Option<Timeout>>>) {
        let begun = now_ms();
        let (mut lasted, mut done) = (0.0, false);
        while lasted < SLICE_MILLIS && !done {
            done = self.work.go_on(STEPS_BETWEEN_LOOKS);
            lasted = now_ms() - begun;
        }
        self.took_millis += lasted;
        if !done {
            let (later, tell) = (next.clone(), self.tell.clone());
            let report = self.takes_report();
            *next.borrow_mut() = Some(Timeout::new(0, move || self.go_on(later)));
            if let Some(report) = report {
                tell.emit(report);
            }
        } else {
            self.tell.emit(self.report(true));
        }
    }

    /// A report, if it is time for one.
    fn takes_report(&mut self) -> Option<News> {
        let due = self.took_millis - self.reported_millis >= REPORT_EVERY_MILLIS;
        due.then(|| {
            self.reported_millis = self.took_millis;
            self.report(false)
        })
    }

    fn report(&self, done: bool) -> News {
        let took_micros = (self.took_millis * 1_000.0) as u64;
        News::Worked { inquiry: self.inquiry, answer: Box::new(self.work.answer()), done, took_micros }
    }
}
