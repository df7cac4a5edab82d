//! The pen on its way to where somebody beside the run has sent it.

use crate::ui::environment;
use crate::ui::pen::Pen;
use crate::ui::store::Bench;
use gloo::render::{AnimationFrame, request_animation_frame};
use std::cell::RefCell;
use std::rc::Rc;

/// How long the way takes, in milliseconds, however far it is.
const WAY_MS: f64 = 480.0;

#[derive(Clone, Copy)]
struct Way {
    from: f64,
    to: f64,
    began_ms: f64,
}

impl Way {
    /// Where the pen is at a moment: quick at first, slow at the end.
    fn at(self, now_ms: f64) -> f64 {
        let left = 1.0 - ((now_ms - self.began_ms) / WAY_MS).clamp(0.0, 1.0);
        self.to + (self.from - self.to) * left.powi(3)
    }
}

/// The frame that moves the pen next, if it is on its way.
type Next = Rc<RefCell<Option<AnimationFrame>>>;

/// Where the pen was sent last.
#[derive(Default)]
pub struct Glide {
    to: Option<f64>,
    next: Next,
}

impl Glide {
    /// Moves the pen to the bench's event before one's eyes, if it is to glide there; else leaves it alone.
    pub fn follow(&mut self, bench: &Bench, pen: &Pen) {
        let to = bench.glides.then(|| bench.axis.px(bench.run.trace.event(bench.cursor).at));
        if to == self.to {
            return;
        }
        self.to = to;
        // Whatever was under way ends here.
        self.next = Next::default();
        let Some(to) = to else { return };
        if environment::wants_less_motion() {
            return pen.set(to);
        }
        go(pen.clone(), Way { from: pen.position(), to, began_ms: environment::now_ms() }, &self.next);
    }
}

/// Keeps asking for frames until the pen is there, or until nobody waits for it.
fn go(pen: Pen, way: Way, next: &Next) {
    let later = Rc::downgrade(next);
    let frame = request_animation_frame(move |now_ms| {
        pen.set(way.at(now_ms));
        if let Some(next) = later.upgrade().filter(|_| now_ms < way.began_ms + WAY_MS) {
            go(pen, way, &next);
        }
    });
    *next.borrow_mut() = Some(frame);
}
