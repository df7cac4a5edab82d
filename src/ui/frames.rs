//! Work that is spread over frames, so that none takes long: the most urgent first, as much of it in each as there is
//! time for. On a slow machine a frame holds fewer pieces.

use super::environment::now_ms;
use faultline::sorted::SortedMap;
use gloo::render::{AnimationFrame, request_animation_frame};
use std::cell::{Cell, RefCell};
use wasm_bindgen_futures::spawn_local;

/// How long the pieces of one frame may take together, in real milliseconds. What they put into the document takes the
/// browser about as long again.
const BUDGET_MS: f64 = 2.0;
/// The same for pieces that put nothing into the document. The next one is thought to take as long as the last.
const DRAWING_MS: f64 = 6.0;
/// The same where one takes longer than [`SLOW_MS`]: a slow machine shows the picture in fewer frames that take longer.
const DRAWING_SLOWLY_MS: f64 = 10.0;
const SLOW_MS: f64 = 2.0;
/// The page is drawn again, and anything is done after it, only so early in a frame, in real milliseconds; so is what fills
/// a frame.
const REDRAW_MS_MAX: f64 = 0.5;

/// What work is for, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// The pen follows the visitor's hand.
    Hand,
    /// The worker is asked for what it alone knows.
    Asking,
    /// What is in view of the flow is drawn…
    Picture,
    /// … and put into the document: the browser has more to do with it than is known before.
    Hanging,
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
    /// Whether a piece puts nothing into the document, so that what it takes is all that it costs.
    fn costs_no_more(self) -> bool {
        matches!(self, Urgency::Asking | Urgency::Picture)
    }

    /// Whether it ends a frame, so that it is begun only early in one.
    fn fills_a_frame(self) -> bool {
        matches!(self, Urgency::Hanging | Urgency::Ahead)
    }

    /// Whether it waits for a frame in which nothing else is done, though not for long.
    fn waits_for_a_frame(self) -> bool {
        self == Urgency::Ahead
    }

    /// Whether the page is drawn again when a piece is done.
    fn redraws(self) -> bool {
        matches!(self, Urgency::Hand | Urgency::Scene | Urgency::Panels)
    }
}

/// Whoever asks for frames: what it asks for replaces what it asked for before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u32);

/// One piece of the work; says whether there is more.
type Piece = Box<dyn FnMut() -> bool>;

/// What is in sight and has waited longer than this, in real milliseconds, is late: it takes turns with what is more
/// urgent and comes again and again.
pub const WAIT_MS_MAX: f64 = 100.0;
/// So long the picture lets the hand go first, in real milliseconds: what is drawn for a place that the hand leaves is
/// drawn in vain.
const PICTURE_WAIT_MS_MAX: f64 = 50.0;
/// One frame of so many is for what is late, the others are for the hand.
const TURN: u32 = 2;
/// The same while the picture waits.
const TURN_OF_PICTURE: u32 = 8;

struct Waiting {
    since_ms: f64,
    piece: Piece,
}

#[derive(Default)]
struct Queue {
    waiting: SortedMap<(Urgency, Slot), Waiting>,
    frame: Option<AnimationFrame>,
    /// The hand had the frame before this one: then a picture that has waited for some frames, or is drawn, has this one,
    /// however fast the hand moves.
    followed: bool,
    /// So many frames ago something late had its turn.
    since_turn: u32,
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
            self.frame = Some(request_animation_frame(|_| work(now_ms(), false, true)));
        }
    }

    /// What is to be done next in a frame that began then.
    fn take(&mut self, start_ms: f64, is_first: bool) -> Option<((Urgency, Slot), Waiting)> {
        let picture =
            self.waiting.iter().find(|((urgency, _), _)| matches!(urgency, Urgency::Picture | Urgency::Hanging));
        let has_picture = picture.is_some();
        let presses = picture.is_some_and(|((urgency, _), waiting)| {
            *urgency == Urgency::Hanging || waiting.since_ms + PICTURE_WAIT_MS_MAX < start_ms
        });
        let hand_waits = self.followed && presses;
        let is_due = |urgency: Urgency| !(hand_waits && urgency == Urgency::Hand);
        let is_late = |urgency: Urgency, waiting: &Waiting| {
            (Urgency::Scene..Urgency::Ahead).contains(&urgency) && waiting.since_ms + WAIT_MS_MAX < start_ms
        };
        let mut late = None;
        if self.since_turn >= if has_picture { TURN_OF_PICTURE } else { TURN } {
            let all = self.waiting.iter().filter(|((urgency, _), waiting)| is_late(*urgency, waiting));
            late = all.min_by(|(_, a), (_, b)| a.since_ms.total_cmp(&b.since_ms)).map(|(key, _)| *key);
        }
        let next = late.or_else(|| self.waiting.keys().copied().find(|(urgency, _)| is_due(*urgency)))?;
        let has_time = if next.0.waits_for_a_frame() {
            is_first || self.waiting.get(&next).is_some_and(|waiting| waiting.since_ms + WAIT_MS_MAX < start_ms)
        } else {
            let comes_early = next.0.redraws() || next.0.fills_a_frame();
            !comes_early || now_ms() - start_ms < REDRAW_MS_MAX
        };
        if !has_time {
            return None;
        }
        if late.is_some() {
            self.since_turn = 0;
        }
        self.waiting.remove(&next).map(|waiting| (next, waiting))
    }

    /// The frame's work is done.
    fn finish(&mut self, followed: bool) {
        self.frame = None;
        self.followed = followed;
        self.since_turn += 1;
        self.go_on();
    }
}

/// Does what a frame that began then still has time for. The hand may have had a piece of it, and this may be the first.
fn work(start_ms: f64, mut followed: bool, mut is_first: bool) {
    let mut changes_page = !is_first;
    // Pieces may ask for more themselves: the queue is free while they work.
    while let Some((key, mut waiting)) = QUEUE.with_borrow_mut(|queue| queue.take(start_ms, is_first)) {
        followed |= key.0 == Urgency::Hand;
        is_first = false;
        let begun_ms = now_ms();
        let more = (waiting.piece)();
        if more {
            QUEUE.with_borrow_mut(|queue| {
                if !queue.waiting.contains_key(&key) {
                    queue.waiting.insert(key, waiting);
                }
            });
        } else if key.0.redraws() {
            // The page is drawn only now: afterwards it is known how much time is left.
            spawn_local(async move {
                if now_ms() - start_ms < REDRAW_MS_MAX { work(start_ms, followed, false) } else { finish(followed) }
            });
            return;
        }
        let (spent_ms, took_ms) = (now_ms() - start_ms, now_ms() - begun_ms);
        changes_page |= !key.0.costs_no_more();
        let is_full = match changes_page {
            true => spent_ms >= BUDGET_MS,
            false => spent_ms + took_ms >= if took_ms > SLOW_MS { DRAWING_SLOWLY_MS } else { DRAWING_MS },
        };
        if key.0.fills_a_frame() || is_full {
            break;
        }
    }
    finish(followed);
}

fn finish(followed: bool) {
    QUEUE.with_borrow_mut(|queue| queue.finish(followed));
}
