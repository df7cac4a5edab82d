//! Threads that stand ready: each takes part in one piece of work after another, without being started anew.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Builder, Scope, Thread};

/// How often a thread looks again before it lets another have its processor: about a millisecond, as long as waking it
/// may take where others work too.
const LOOKS: u32 = 10_000;

/// Work that several threads do together: each calls it once, and it is done when all have returned.
pub(super) trait Work: Send + Sync {
    fn take_part(&self, seat: Seat);
}

/// Which of how many threads: whoever begins with the same share each time finds it in its own processor's memory.
#[derive(Clone, Copy)]
pub(super) struct Seat {
    number: usize,
    of: usize,
}

impl Seat {
    /// So many parts of some work, each once, beginning with this thread's own share.
    pub fn parts(self, count: usize) -> impl Iterator<Item = usize> {
        let first = count * self.number / self.of;
        (first..count).chain(0..first)
    }
}

/// Where the work lies that the team is to do.
pub(super) struct Desk<W> {
    /// How many pieces of work have lain here.
    turn: AtomicUsize,
    work: Mutex<Option<Arc<W>>>,
    /// Helpers who take part in it.
    busy: AtomicUsize,
    closed: AtomicBool,
}

impl<W> Desk<W> {
    pub fn new() -> Desk<W> {
        Desk { turn: 0.into(), work: Mutex::new(None), busy: 0.into(), closed: false.into() }
    }
}

/// This thread and its helpers.
pub(super) struct Team<'scope, 'env, W> {
    scope: &'scope Scope<'scope, 'env>,
    desk: &'env Desk<W>,
    /// How many helpers there are to be; they are started when there is work.
    wanted: usize,
    helpers: Vec<Thread>,
}

impl<'scope, 'env, W: Work> Team<'scope, 'env, W> {
    /// So many threads, this one among them.
    pub fn new(scope: &'scope Scope<'scope, 'env>, desk: &'env Desk<W>, threads: usize) -> Self {
        Team { scope, desk, wanted: threads.saturating_sub(1), helpers: Vec::new() }
    }

    /// Whether there is anybody but this thread.
    pub fn has_helpers(&mut self) -> bool {
        while self.helpers.len() < self.wanted {
            let (desk, seat) = (self.desk, Seat { number: self.helpers.len() + 1, of: self.wanted + 1 });
            match Builder::new().spawn_scoped(self.scope, move || help(desk, seat)) {
                Ok(helper) => self.helpers.push(helper.thread().clone()),
                // A system that has no more threads is no reason not to search.
                Err(_) => self.wanted = self.helpers.len(),
            }
        }
        !self.helpers.is_empty()
    }

    /// Does some work together, and gives it back when all have done their part.
    ///
    /// # Panics
    /// If a helper did.
    pub fn do_together(&mut self, work: W) -> W {
        let work = Arc::new(work);
        *lock(&self.desk.work) = Some(work.clone());
        self.desk.busy.store(self.helpers.len(), Ordering::Relaxed);
        self.desk.turn.fetch_add(1, Ordering::Release);
        self.helpers.iter().for_each(Thread::unpark);
        work.take_part(Seat { number: 0, of: self.wanted + 1 });
        wait_until(|| self.desk.busy.load(Ordering::Acquire) == 0, thread::yield_now);
        *lock(&self.desk.work) = None;
        Arc::into_inner(work).expect("all helpers have done their part")
    }
}

impl<W> Drop for Team<'_, '_, W> {
    fn drop(&mut self) {
        self.desk.closed.store(true, Ordering::Release);
        self.helpers.iter().for_each(Thread::unpark);
    }
}

/// What a helper does all the time.
fn help<W: Work>(desk: &Desk<W>, seat: Seat) {
    let mut turn = 0;
    loop {
        let is_closed = || desk.closed.load(Ordering::Acquire);
        wait_until(|| is_closed() || desk.turn.load(Ordering::Acquire) != turn, thread::park);
        if is_closed() {
            return;
        }
        turn += 1;
        let _leaving = Leaving(&desk.busy);
        let work = lock(&desk.work).clone();
        if let Some(work) = work {
            work.take_part(seat);
        }
    }
}

/// Says that a helper has done its part, even if it panics.
struct Leaving<'a>(&'a AtomicUsize);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

/// Looks again and again, at first without a pause.
pub(super) fn wait_until(is_so: impl Fn() -> bool, pause: impl Fn()) {
    let mut looks = 0;
    while !is_so() {
        if looks < LOOKS {
            looks += 1;
            std::hint::spin_loop();
        } else {
            pause();
        }
    }
}

/// What is locked here is whole even if somebody panicked who had it: the panic ends the search anyway.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
