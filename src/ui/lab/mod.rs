//! Where runs are made. A run begins on the page at once, and a short one ends there; of a long one the page shows the
//! beginning while the worker makes the whole. Searches are the worker's too.

pub mod background;
mod slices;

use super::context::{Act, Laboratory};
use super::environment;
use super::exploring::deed::Deed;
use super::exploring::inquiry::under_way;
use super::frames::{self, Slot, Urgency};
use super::shared::Shared;
use super::store::Action;
use background::{Background, News};
use faultline::scenario::Scenario;
use faultline::scenario::replay::Replay;
use faultline::scenario::run::Run;
use faultline::sim::driver::Limits;
use faultline::sim::trace::{Ending, EventIndex};
use std::cell::RefCell;
use web_sys::{Worker, WorkerOptions, WorkerType};
use yew::prelude::*;

/// The most events that are made at once on the page.
const EVENTS_AT_ONCE: u32 = 20_000;

/// A scenario, run: to its end if it is short, otherwise its beginning.
pub fn begin(scenario: Scenario) -> Shared<Run> {
    Shared::new(Run::within(scenario, Limits { events_max: EVENTS_AT_ONCE, ..Limits::default() }))
}

/// Whether a run is only the beginning of one.
pub fn is_begun(run: &Run) -> bool {
    run.ending == Ending::TooManyEvents && run.len() <= EVENTS_AT_ONCE
}

/// Starts the worker whose name the build left in the page's meta element of that name; none where frames or policies
/// forbid it.
#[inline(never)] // Loaded later.
pub fn start_worker(meta: &str) -> Option<Worker> {
    let document = gloo::utils::document();
    let name = document.query_selector(&format!("meta[name={meta}]")).ok()??.get_attribute("content")?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(&environment::file(&name), &options).ok()
}

/// Finishes the run on the screen if it is only begun, and has the worker show what only it can.
#[hook]
pub fn use_lab(laboratory: &Laboratory) {
    let bench = &laboratory.state.bench;
    let slot = *use_memo((), |()| frames::slot());
    let background = {
        let act = laboratory.act.clone();
        use_memo((), move |()| {
            Background::new(Callback::from(move |news| match news {
                News::Ran { run, took_micros } => {
                    act.emit(Action::Arrived { whole: Shared::new(*run), took_micros });
                }
                News::Scene(scene) => {
                    let (act, scene) = (act.clone(), Shared::new(*scene));
                    frames::ask(Urgency::Scene, slot, move || {
                        act.show(scene.clone());
                        false
                    });
                }
                News::Worked { inquiry, answer, done, took_micros } => {
                    act.emit(Action::Explore(Deed::Hear { number: inquiry, answer, done, took_micros }));
                }
                News::WorkLost { inquiry } => act.emit(Action::Explore(Deed::Lose(inquiry))),
            }))
        })
    };
    {
        let background = background.clone();
        use_effect_with(bench.run.clone(), move |run| match is_begun(run) {
            true => background.run(run.scenario.clone()),
            false if !run.is_elsewhere() => background.cancel(),
            false => {}
        });
    }
    {
        let background = background.clone();
        let state = &laboratory.state;
        let asked = state.inquiry.is_some() || state.strip.is_some();
        // As long as nobody asks, nothing is called that is loaded later.
        let goes_on = if asked { under_way(state).cloned() } else { None };
        use_effect_with(goes_on.as_ref().map(|inquiry| inquiry.number), move |_| match goes_on {
            Some(inquiry) => background.work(inquiry.number, inquiry.asked.task.clone()),
            None if asked => background.stop_working(),
            None => {}
        });
    }
    // Where the pen stands, for the state or in a hand: there something is to be seen.
    let look = {
        let (run, replay) = (bench.run.clone(), bench.replay.clone());
        let act = laboratory.act.clone();
        move |event| look(event, &run, &replay, &background, &act, slot)
    };
    use_effect_with((bench.replay.clone(), laboratory.pen.clone()), {
        let look = look.clone();
        move |(_, pen)| {
            let moving = pen.clone();
            let listening = pen.listen(move |_| moving.led().into_iter().for_each(&look));
            move || drop(listening)
        }
    });
    let pen = laboratory.pen.clone();
    use_effect_with((bench.replay.clone(), bench.cursor, bench.behind), move |(_, cursor, behind)| {
        match pen.led().or(behind.then_some(*cursor)) {
            Some(event) => look(event),
            None => frames::withdraw(slot),
        }
    });
}

/// Shows what can be seen just after an event that lies far from the last one: the run is replayed to it between frames, or
/// whoever made it is asked.
fn look(
    event: EventIndex,
    run: &Shared<Run>,
    replay: &Shared<RefCell<Replay>>,
    background: &Background,
    act: &Act,
    slot: Slot,
) {
    /// How many events are replayed between two looks at the clock.
    const EVENTS: u32 = 32;
    if run.is_elsewhere() {
        // The frame of the hand is full: a message is no small part of one.
        let background = background.clone();
        return frames::ask(Urgency::Asking, slot, move || {
            background.scene(event);
            false
        });
    }
    let (run, replay, act) = (run.clone(), replay.clone(), act.clone());
    let mut scene = None;
    // Where it takes long to get there, the page is drawn in a frame of its own.
    frames::ask(Urgency::Scene, slot, move || match scene.take() {
        Some(scene) => {
            act.show(Shared::new(scene));
            false
        }
        None => {
            scene = run.approach(&mut replay.borrow_mut(), event, EVENTS);
            true
        }
    });
}
