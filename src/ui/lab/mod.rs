//! Where runs are made. A run begins on the page at once, and a short one ends there; of a long one the page shows the
//! beginning while the worker makes the whole. Searches are the worker's too.

mod background;
mod slices;

use super::context::Laboratory;
use super::shared::Shared;
use super::store::Action;
use background::{Background, News};
use faultline::scenario::Scenario;
use faultline::scenario::run::Run;
use faultline::sim::driver::Limits;
use faultline::sim::trace::Ending;
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

/// Finishes the run on the screen if it is only begun, and has the worker show what only it can.
#[hook]
pub fn use_lab(laboratory: &Laboratory) {
    let bench = &laboratory.state.bench;
    let background = {
        let act = laboratory.act.clone();
        use_memo((), move |()| {
            Background::new(Callback::from(move |news| match news {
                News::Ran { run, took_micros } => {
                    act.emit(Action::Arrived { whole: Shared::new(*run), took_micros });
                }
                News::Scene(scene) => act.emit(Action::Shown(Shared::new(*scene))),
                News::Explored { inquiry, account, took_micros } => {
                    act.emit(Action::Explored { number: inquiry, account, took_micros });
                }
                News::ExploringLost { inquiry } => act.emit(Action::ExploringLost(inquiry)),
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
        let inquiry = laboratory.state.inquiry.clone();
        let course = inquiry.as_ref().map(|inquiry| (inquiry.number, inquiry.is_under_way()));
        // As long as nobody asks, nothing is called that is loaded later.
        use_effect_with(course, move |_| match inquiry {
            Some(inquiry) if inquiry.is_under_way() => {
                background.explore(inquiry.number, inquiry.asked.question.clone());
            }
            Some(_) => background.stop_exploring(),
            None => {}
        });
    }
    use_effect_with((bench.run.clone(), bench.cursor), move |(run, cursor)| {
        if run.is_elsewhere() {
            background.scene(*cursor);
        }
    });
}
