//! The player: moves the pen every frame while playing, and tells the state only when it gets to an event.

pub mod caption;
pub mod keys;
pub mod scrubber;
pub mod transport;

use super::context::{Act, Laboratory};
use super::environment;
use super::pen::Pen;
use super::shared::Shared;
use super::store::Action;
use faultline::picture::axis::Axis;
use faultline::picture::pace::{PX_PER_SECOND, next_rest, reading_ms};
use faultline::scenario::run::{Run, Scene};
use faultline::sim::trace::EventIndex;
use faultline::text::Language;
use gloo::render::{AnimationFrame, request_animation_frame};
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// A frame that took longer than this counts as this long: a page in the background does not leap.
const FRAME_MS_MAX: f64 = 100.0;

/// What the loop needs to know of the state; written at every drawing, read at every frame.
struct Known {
    run: Shared<Run>,
    axis: Shared<Axis>,
    scene: Shared<Scene>,
    /// Whether the scene at the pen, and with it its sentence, is still to come.
    behind: bool,
    cursor: EventIndex,
    /// The last event that plays.
    last: EventIndex,
    /// How fast time goes, 1 being normal.
    speed: f64,
    language: Language,
}

/// Whether the pen rests at a beat, so that one can read.
enum Rest {
    No,
    /// At this beat, as soon as its sentence is known.
    Due(EventIndex),
    /// For so many milliseconds at normal speed.
    For(f64),
}

struct Loop {
    known: Rc<RefCell<Known>>,
    pen: Pen,
    act: Act,
    rest: Rest,
    before_ms: Option<f64>,
    /// No movement: from beat to beat.
    still: bool,
}

impl Loop {
    /// One frame. False when playing is over.
    fn frame(&mut self, now_ms: f64) {
        let passed_ms = self.before_ms.map_or(0.0, |before| (now_ms - before).min(FRAME_MS_MAX));
        self.before_ms = Some(now_ms);
        let known = self.known.clone();
        let known = known.borrow();
        let passed_ms = passed_ms * known.speed;
        match self.rest {
            Rest::Due(beat) if known.cursor != beat || known.behind => {}
            Rest::Due(_) => {
                self.rest = Rest::For(reading_ms(known.scene.narration.in_language(known.language)));
            }
            Rest::For(left) if left > passed_ms => self.rest = Rest::For(left - passed_ms),
            Rest::For(_) => self.rest = Rest::No,
            Rest::No => self.advance(&known, passed_ms),
        }
    }

    fn advance(&mut self, known: &Known, passed_ms: f64) {
        let px_of = |event: EventIndex| known.axis.px(known.run.trace.event(event).at);
        let last = known.last;
        let beat = next_rest(&known.run, known.cursor);
        let (position, reached) = if self.still {
            let next = beat.unwrap_or(last);
            (px_of(next), next)
        } else {
            let position = (self.pen.position() + PX_PER_SECOND * passed_ms / 1_000.0).max(px_of(known.cursor));
            let mut reached = known.cursor;
            let stop = beat.unwrap_or(last).min(last);
            while reached < stop && px_of(reached + 1) <= position {
                reached += 1;
            }
            // At a beat the pen stands exactly, and rests.
            (if reached == stop { px_of(stop) } else { position }, reached)
        };
        self.pen.set(position);
        if reached != known.cursor {
            if beat == Some(reached) {
                self.rest = Rest::Due(reached);
            }
            self.act.emit(Action::Reach(reached));
        }
    }
}

/// Keeps asking for frames until it is dropped.
fn keep_going(state: Rc<RefCell<Loop>>, frame: Rc<RefCell<Option<AnimationFrame>>>) {
    let next = frame.clone();
    let asked = request_animation_frame(move |now_ms| {
        state.borrow_mut().frame(now_ms);
        // Dropped in the meantime: nobody holds the other handle any more.
        if Rc::strong_count(&next) > 1 {
            keep_going(state, next);
        }
    });
    *frame.borrow_mut() = Some(asked);
}

/// Moves the pen.
#[hook]
pub fn use_player(laboratory: &Laboratory) {
    let bench = &laboratory.state.bench;
    let known = {
        let (run, axis, scene) = (bench.run.clone(), bench.axis.clone(), bench.scene.clone());
        let (cursor, speed, language) = (bench.cursor, f64::from(bench.speed.0) / 100.0, laboratory.language());
        let behind = bench.behind;
        let fresh = Known { run, axis, scene, behind, cursor, last: bench.plays_to(), speed, language };
        let slot = use_mut_ref(|| None::<Rc<RefCell<Known>>>);
        let mut slot = slot.borrow_mut();
        match &*slot {
            Some(known) => {
                *known.borrow_mut() = fresh;
                known.clone()
            }
            None => slot.insert(Rc::new(RefCell::new(fresh))).clone(),
        }
    };
    {
        // The pen follows whoever moves the cursor; while playing only where it is not already between two events.
        let (pen, playing) = (laboratory.pen.clone(), bench.playing);
        let deps = (bench.run.clone(), bench.axis.clone(), bench.cursor, bench.playing, bench.glides);
        use_effect_with(deps, move |(run, axis, cursor, _, glides)| {
            let px = axis.px(run.trace.event(*cursor).at);
            let next = (*cursor + 1).min(run.len().saturating_sub(1));
            let on_its_way = playing && (px..=axis.px(run.trace.event(next).at)).contains(&pen.position());
            if !on_its_way && !glides && pen.position() != px {
                pen.set(px);
            }
        });
    }
    {
        let (pen, act) = (laboratory.pen.clone(), laboratory.act.clone());
        use_effect_with(bench.playing, move |playing| {
            let frame = Rc::new(RefCell::new(None));
            if *playing {
                let still = environment::wants_less_motion();
                let state = Loop { known, pen, act, rest: Rest::No, before_ms: None, still };
                keep_going(Rc::new(RefCell::new(state)), frame.clone());
            }
            move || drop(frame.take())
        });
    }
}
