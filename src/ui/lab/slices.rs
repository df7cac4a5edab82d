//! A search on the page itself, a slice at a time, where no worker can be had.

use super::background::{News, SLICE_MILLIS};
use crate::ui::address::CATALOGUE;
use crate::ui::environment::now_ms;
use faultline::scenario::explore::{Account, Bounds, Question, Search, Standing};
use gloo::timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use yew::Callback;

const STEPS_BETWEEN_LOOKS: u32 = 100;
/// How often the search is reported on, in real milliseconds.
const REPORT_EVERY_MILLIS: f64 = 100.0;
/// The page shares its memory with everything else that is shown.
const MEMORY_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// A search under way; dropping it stops it.
pub struct SlicedSearch(Rc<RefCell<Option<Timeout>>>);

impl SlicedSearch {
    /// Begins to search.
    pub fn begin(inquiry: u32, question: Question, tell: Callback<News>) -> SlicedSearch {
        let memory_bytes_max = question.bounds.memory_bytes_max.min(MEMORY_BYTES_MAX);
        let question = Question { bounds: Bounds { memory_bytes_max, ..question.bounds }, ..question };
        let next = Rc::new(RefCell::new(None));
        let searching = SlicedSearch(next.clone());
        let first = Timeout::new(0, {
            let next = next.clone();
            move || match question.ask(CATALOGUE) {
                Ok(ask) => Slices { inquiry, search: Search::new(ask), took_millis: 0.0, reported_millis: 0.0, tell }
                    .go_on(next),
                Err(_) => tell.emit(News::ExploringLost { inquiry }),
            }
        });
        *next.borrow_mut() = Some(first);
        searching
    }
}

impl Drop for SlicedSearch {
    fn drop(&mut self) {
        *self.0.borrow_mut() = None;
    }
}

struct Slices {
    inquiry: u32,
    search: Search,
    /// How long it has taken, not counting what lay between its slices.
    took_millis: f64,
    reported_millis: f64,
    tell: Callback<News>,
}

impl Slices {
    /// One slice, and the next after it.
    fn go_on(mut self, next: Rc<RefCell<Option<Timeout>>>) {
        let begun = now_ms();
        let mut lasted = 0.0;
        let mut standing = Standing::Searching;
        while lasted < SLICE_MILLIS && standing == Standing::Searching {
            standing = self.search.go_on(STEPS_BETWEEN_LOOKS);
            lasted = now_ms() - begun;
        }
        self.took_millis += lasted;
        let done = standing != Standing::Searching;
        if !done {
            let (later, tell) = (next.clone(), self.tell.clone());
            let report = self.takes_report();
            *next.borrow_mut() = Some(Timeout::new(0, move || self.go_on(later)));
            if let Some(report) = report {
                tell.emit(report);
            }
        } else {
            self.tell.emit(self.report());
        }
    }

    /// A report, if it is time for one.
    fn takes_report(&mut self) -> Option<News> {
        let due = self.took_millis - self.reported_millis >= REPORT_EVERY_MILLIS;
        due.then(|| {
            self.reported_millis = self.took_millis;
            self.report()
        })
    }

    fn report(&self) -> News {
        let took_micros = (self.took_millis * 1_000.0) as u64;
        News::Explored { inquiry: self.inquiry, account: Box::new(Account::of(&self.search)), took_micros }
    }
}
