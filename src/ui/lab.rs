//! Where runs are made. A run begins on the page at once, and a short one ends there; of a long one the page shows the
//! beginning while the rest is made in slices, so that no frame waits for it.

use super::context::use_laboratory;
use super::environment;
use super::shared::Shared;
use super::store::Action;
use faultline::scenario::Scenario;
use faultline::scenario::run::{Making, Run};
use faultline::sim::driver::Limits;
use faultline::sim::trace::Ending;
use gloo::timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// The most events that are made at once on the page.
const EVENTS_AT_ONCE: u32 = 20_000;
/// How long one slice may take, in milliseconds, and how many actions pass between two looks at the clock.
const SLICE_MS: f64 = 6.0;
const ACTIONS_A_LOOK: u32 = 200;

/// A scenario, run: to its end if it is short, otherwise its beginning.
pub fn begin(scenario: Scenario) -> Shared<Run> {
    Shared::new(Run::within(scenario, Limits { events_max: EVENTS_AT_ONCE, ..Limits::default() }))
}

/// Whether a run is only the beginning of one.
pub fn is_begun(run: &Run) -> bool {
    run.ending == Ending::TooManyEvents && run.len() <= EVENTS_AT_ONCE
}

/// Finishes the run on the screen if it is only begun; draws nothing.
#[component]
pub fn Lab() -> Html {
    let laboratory = use_laboratory();
    let run = laboratory.state.bench.run.clone();
    let act = laboratory.act.clone();
    use_effect_with(run, move |run| {
        let waiting = Rc::new(RefCell::new(None));
        if is_begun(run) {
            let making = Making::new(run.scenario.clone(), Limits::default());
            let begun = run.clone();
            let done = move |whole| act.emit(Action::Arrived { begun, whole: Shared::new(whole) });
            go_on(making, waiting.clone(), done);
        }
        move || drop(waiting.take())
    });
    Html::default()
}

/// One slice, and the next after a pause for whatever else the page has to do.
fn go_on(mut making: Making, waiting: Rc<RefCell<Option<Timeout>>>, done: impl FnOnce(Run) + 'static) {
    let next = waiting.clone();
    let slice = Timeout::new(0, move || {
        let until = environment::now_ms() + SLICE_MS;
        while environment::now_ms() < until {
            if making.go_on(ACTIONS_A_LOOK) {
                return done(making.finish());
            }
        }
        // Dropped in the meantime: another run is on the screen.
        if Rc::strong_count(&next) > 1 {
            go_on(making, next, done);
        }
    });
    *waiting.borrow_mut() = Some(slice);
}
