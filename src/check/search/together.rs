//! A batch of states, expanded and entered by several threads: first each takes blocks and expands them, then shards, and
//! enters what belongs to them, then blocks again, and makes the states that are new. Transitions stay where they were
//! found, in order; every shard is told their places, in the order in which one thread alone would enter them.

use super::expand::{AHEAD, Arrival, Candidate, Decided, Edge, Wishes, expand, held, look_ahead};
use super::fresh::Fresh;
use super::judge::Judge;
use super::queue::Block;
use super::shard::{Shard, Sharding};
use super::team::{Seat, Team, Work, lock, wait_until};
use super::{Model, Search};
use std::cell::OnceCell;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;

/// A block of states, with what is found by expanding it. Only who expands it or makes what comes after it writes; those
/// who enter that read.
pub(super) struct Job<M: Model> {
    block: Block<M::State>,
    findings: Findings<M>,
}

/// What was found in a block.
pub(super) struct Findings<M: Model> {
    generated: u64,
    decided: Vec<Decided>,
    /// What the block's states held beyond their own size.
    held_bytes: u64,
    /// The transitions in order.
    candidates: Vec<Candidate<M>>,
    /// For each shard the transitions that lead to it.
    lists: Vec<Vec<Listed>>,
    /// For each transition, once it was entered, the number of its state in its shard, and whether it is [`NEW`].
    entered: Vec<AtomicU32>,
    /// The transitions once more, where edges are asked for.
    edges: Vec<Edge>,
    /// What is new, in order.
    fresh: Fresh<M::State>,
}

/// A transition on a shard's list: no more than this is looked at, as the rest lies with whoever found it.
struct Listed {
    arrival: Arrival,
    /// Its place among its block's.
    place: u32,
}

/// A state's number in its shard has fewer bits.
const NEW: u32 = 1 << 31;

impl<M: Model> Findings<M> {
    fn new(sharding: Sharding) -> Findings<M> {
        Findings {
            generated: 0,
            decided: Vec::new(),
            held_bytes: 0,
            candidates: Vec::new(),
            lists: (0..sharding.count()).map(|_| Vec::new()).collect(),
            entered: Vec::new(),
            edges: Vec::new(),
            fresh: Fresh::default(),
        }
    }
}

/// The work on a batch, whose parts are taken one after the other by whoever has nothing to do.
pub(super) struct BatchWork<'m, M: Model> {
    judge: Arc<Judge<'m, M>>,
    wishes: Wishes,
    sharding: Sharding,
    jobs: Vec<RwLock<Job<M>>>,
    shards: Vec<Mutex<Shard<M::State>>>,
    to_expand: Parts,
    to_enter: Parts,
    to_make: Parts,
    /// Whether a thread has panicked.
    broken: AtomicBool,
}

impl<M: Model> Work for BatchWork<'_, M> {
    fn take_part(&self, seat: Seat) {
        let _panicking = Panicking(&self.broken);
        let mut actions = Vec::new();
        self.to_expand.take_part(seat, &self.broken, |job| self.expand(job, &mut actions));
        {
            // Who comes too late to enter anything keeps nobody from going on.
            let jobs = OnceCell::new();
            let read = || self.jobs.iter().map(read).collect::<Vec<_>>();
            self.to_enter.take_part(seat, &self.broken, |shard| self.enter(shard, jobs.get_or_init(read)));
        }
        self.to_make.take_part(seat, &self.broken, |job| self.make(job));
    }
}

impl<M: Model> BatchWork<'_, M> {
    fn expand(&self, number: usize, actions: &mut Vec<M::Action>) {
        let mut job = write(&self.jobs[number]);
        let Job { block, findings } = &mut *job;
        let Findings { generated, decided, held_bytes, candidates, lists, entered, .. } = findings;
        for place in 0..block.states.len() {
            *generated += expand(&self.judge, self.wishes, block, place, actions, decided, |candidate| {
                let Candidate { arrival, .. } = candidate;
                lists[self.sharding.of(arrival.fingerprint)].push(Listed { arrival, place: candidates.len() as u32 });
                candidates.push(candidate);
            });
        }
        entered.resize_with(candidates.len(), AtomicU32::default);
        *held_bytes = held(&self.judge, block);
    }

    /// Enters what leads to a shard.
    fn enter(&self, number: usize, jobs: &[RwLockReadGuard<Job<M>>]) {
        let mut shard = lock(&self.shards[number]);
        for job in jobs {
            let findings = &job.findings;
            let list = &findings.lists[number];
            look_ahead(list.iter().take(AHEAD).map(|listed| (&*shard, listed.arrival.fingerprint)));
            for Listed { arrival, place } in list {
                let place = *place as usize;
                let (is_new, index) = shard.enter(&*self.judge.model, *arrival, || &findings.candidates[place].next);
                let entered = if is_new { index | NEW } else { index };
                findings.entered[place].store(entered, Ordering::Relaxed);
            }
        }
    }

    /// Makes the states that are new after those of a block, in order, and takes leave of the block.
    fn make(&self, number: usize) {
        let mut job = write(&self.jobs[number]);
        let Job { block, findings } = &mut *job;
        let Findings { candidates, lists, entered, edges, fresh, .. } = findings;
        fresh.expect(entered.iter().filter(|entered| entered.load(Ordering::Relaxed) & NEW != 0).count());
        for (candidate, entered) in candidates.drain(..).zip(entered.drain(..)) {
            let entered = entered.into_inner();
            if self.wishes.edges {
                edges.push(candidate.edge(self.sharding.of(candidate.arrival.fingerprint), entered & !NEW));
            }
            if entered & NEW != 0 {
                fresh.add(&self.judge, block.state(candidate.arrival.parent), candidate.next);
            }
        }
        lists.iter_mut().for_each(Vec::clear);
        fresh.reuse(Block { first: 0, states: std::mem::take(&mut block.states) });
    }
}

impl<'m, M: Model> Search<'m, M> {
    /// Expands a batch on all threads of the team, and enters what it leads to.
    pub(super) fn expand_together(&mut self, batch: Vec<Block<M::State>>, team: &mut Team<'_, '_, BatchWork<'m, M>>) {
        let (sharding, blocks) = (self.sharding, batch.len());
        let mut spare = std::mem::take(&mut self.findings);
        let mut job = |block| Job { block, findings: spare.pop().unwrap_or_else(|| Findings::new(sharding)) };
        let work = team.do_together(BatchWork {
            judge: self.judge.clone(),
            wishes: self.wishes(),
            sharding,
            jobs: batch.into_iter().map(|block| job(block).into()).collect(),
            shards: std::mem::take(&mut self.shards).into_iter().map(Mutex::new).collect(),
            to_expand: Parts::of(blocks),
            to_enter: Parts::of(sharding.count()),
            to_make: Parts::of(blocks),
            broken: false.into(),
        });
        assert!(!work.broken.into_inner(), "a thread of the search panicked");
        self.findings = spare;

        let inner = |mutex: Mutex<Shard<_>>| mutex.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.shards = work.shards.into_iter().map(inner).collect();
        for job in work.jobs {
            let Job { mut findings, .. } = job.into_inner().unwrap_or_else(PoisonError::into_inner);
            self.generated += std::mem::take(&mut findings.generated);
            self.take_in(&mut findings.fresh);
            self.held_bytes -= std::mem::take(&mut findings.held_bytes);
            self.decided.append(&mut findings.decided);
            if let Some(graph) = &mut self.graph {
                findings.edges.drain(..).for_each(|edge| graph.edge(edge));
            }
            self.findings.push(findings);
        }
    }
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// Parts of the work that can be done in any order.
struct Parts {
    /// Which are taken, and how many of those are done.
    taken: Vec<AtomicBool>,
    done: AtomicUsize,
}

impl Parts {
    fn of(count: usize) -> Parts {
        Parts { taken: (0..count).map(|_| false.into()).collect(), done: 0.into() }
    }

    /// Does parts as long as there are any that nobody has taken, and waits until all are done; or until another thread
    /// has panicked.
    fn take_part(&self, seat: Seat, broken: &AtomicBool, mut work: impl FnMut(usize)) {
        let is_broken = || broken.load(Ordering::Acquire);
        for part in seat.parts(self.taken.len()) {
            let taken = &self.taken[part];
            if taken.load(Ordering::Relaxed) || taken.swap(true, Ordering::Relaxed) {
                continue;
            }
            if is_broken() {
                break;
            }
            work(part);
            self.done.fetch_add(1, Ordering::Release);
        }
        let all = self.taken.len();
        wait_until(|| self.done.load(Ordering::Acquire) >= all || is_broken(), thread::yield_now);
    }
}

/// Tells the others if this thread panics, so that they do not wait for it.
struct Panicking<'a>(&'a AtomicBool);

impl Drop for Panicking<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Release);
        }
    }
}
