//! Work that is spread over frames, so that none takes long: the most urgent first, as much of it in each as there is
//! time for. On a slow machine a frame holds fewer pieces, not longer ones.

use super::environment::now_ms;
use faultline::sorted::SortedMap;
use gloo::render::{AnimationFrame, request_animation_frame};
use std::cell::{Cell, RefCell};

/// How long the pieces of one frame may take together, in real milliseconds. What they put into the document takes the
/// browser about as long again.
const BUDGET_MS: f64 = 1.5;

/// What work is for, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// The pen follows the visitor's hand.
    Hand,
    /// What is in view of the flow.
    Picture,
    /// What can be seen at the pen besides.
    Scene,
    /// The words on the flow.
    Words,
    /// The panels beside the flow.
    Panels,
    /// What may come into view next.
    Ahead,
}

impl Urgency {
    /// Whether the page is drawn again when a piece is done: that is enough for a frame.
    fn redraws(self) -> bool {
        matches!(self, Urgency::Hand | Urgency::Panels)
    }
}

/// Whoever asks for frames: what it asks for replaces what it asked for before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u32);

/// One piece of the work; says whether there is more.
type Piece = Box<dyn FnMut() -> bool>;

/// Nothing that is in sight waits longer than this while something more urgent comes again and again, in real
/// milliseconds.
pub const WAIT_MS_MAX: f64 = 100.0;

struct Waiting {
    since_ms: f64,
    piece: Piece,
}

#[derive(Default)]
struct Queue {
    waiting: SortedMap<(Urgency, Slot), Waiting>,
    frame: Option<AnimationFrame>,
    /// The hand had the frame before this one: then the picture has this one, however fast the hand moves.
    followed: bool,
}

thread_local! {
    static QUEUE: RefCell<Queue> = RefCell::default();
    static SLOTS: Cell<u32> = const { Cell::new(0) };
}

/// A slot that nobody else has.
pub fn slot() -> Slot {
    SLOTS.set(SLOTS.get() + 1);
    Slot(SLOTS.get())
}

/// Has pieces done in the frames that follow, one after the other as long as the piece says that there are more.
pub fn ask(urgency: Urgency, slot: Slot, piece: impl FnMut() -> bool + 'static) {
    QUEUE.with_borrow_mut(|queue| {
        let since_ms = queue.waiting.get(&(urgency, slot)).map_or_else(now_ms, |before| before.since_ms);
        queue.waiting.insert((urgency, slot), Waiting { since_ms, piece: Box::new(piece) });
        queue.go_on();
    });
}

/// Forgets what was asked for.
pub fn withdraw(slot: Slot) {
    QUEUE.with_borrow_mut(|queue| queue.waiting.retain(|(_, asking), _| *asking != slot));
}

impl Queue {
    fn go_on(&mut self) {
        if self.frame.is_none() && !self.waiting.is_empty() {
            self.frame = Some(request_animation_frame(|_| frame()));
        }
    }

    /// What is to be done next in a frame that began then and of which some is done already.
    fn take(&mut self, start_ms: f64, some_done: bool) -> Option<((Urgency, Slot), Waiting)> {
        let has_picture = self.waiting.keys().any(|(urgency, _)| *urgency == Urgency::Picture);
        let hand_waits = self.followed && has_picture;
        let is_due = |urgency: Urgency| !(hand_waits && urgency == Urgency::Hand);
        let is_late = |urgency: Urgency, waiting: &Waiting| {
            (Urgency::Picture..Urgency::Ahead).contains(&urgency) && waiting.since_ms + WAIT_MS_MAX < start_ms
        };
        let late = self.waiting.iter().find(|((urgency, _), waiting)| is_late(*urgency, waiting)).map(|(key, _)| *key);
        let next = late.or_else(|| self.waiting.keys().copied().find(|(urgency, _)| is_due(*urgency)))?;
        if some_done && next.0.redraws() {
            return None;
        }
        self.waiting.remove(&next).map(|waiting| (next, waiting))
    }
}

fn frame() {
    let start = now_ms();
    let mut some_done = false;
    let mut followed = false;
    // Pieces may ask for more themselves: the queue is free while they work.
    while let Some((key, mut waiting)) = QUEUE.with_borrow_mut(|queue| queue.take(start, some_done)) {
        some_done = true;
        followed |= key.0 == Urgency::Hand;
        let more = (waiting.piece)();
        if more {
            QUEUE.with_borrow_mut(|queue| {
                if !queue.waiting.contains_key(&key) {
                    queue.waiting.insert(key, waiting);
                }
            });
        }
        // What was looked for is found, and shown.
        let found = key.0 == Urgency::Scene && !more;
        if found || key.0.redraws() || now_ms() - start >= BUDGET_MS {
            break;
        }
    }
    QUEUE.with_borrow_mut(|queue| {
        queue.frame = None;
        queue.followed = followed;
        queue.go_on();
    });
}
