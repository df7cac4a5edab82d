//! A batch of states, expanded and entered by several threads: first each takes blocks and expands them, then shards, and
//! enters what belongs to them, then blocks again, and makes the states that are new. Every shard hears of them in the
//! order of the parents, as one thread alone would have it, and what is new after a block is put in order again.

use super::expand::{AHEAD, Candidate, Decided, Edge, Wishes, expand, held, look_ahead};
use super::fresh::Fresh;
use super::judge::Judge;
use super::queue::Block;
use super::shard::{Shard, Sharding};
use super::team::{Team, Work, lock, wait_until};
use super::{Model, Search};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What was found in a block.
pub(super) struct Findings<M: Model> {
    summary: Mutex<Summary<M::State>>,
    /// The transitions, by the shards that they lead to; once those were entered, the ones that lead to new states.
    lists: Vec<Mutex<Vec<Candidate<M>>>>,
}

struct Summary<S> {
    generated: u64,
    decided: Vec<Decided>,
    /// What the block's states held beyond their own size.
    held_bytes: u64,
    /// The shard of each transition in order, where edges are asked for.
    route: Vec<u8>,
    /// What is new, in order.
    fresh: Fresh<S>,
    /// Room to put it in order.
    keys: Vec<u32>,
}

impl<M: Model> Findings<M> {
    fn new(sharding: Sharding) -> Findings<M> {
        let summary = Summary {
            generated: 0,
            decided: Vec::new(),
            held_bytes: 0,
            route: Vec::new(),
            fresh: Fresh::default(),
            keys: Vec::new(),
        };
        Findings { summary: summary.into(), lists: (0..sharding.count()).map(|_| Mutex::default()).collect() }
    }
}

/// The work on a batch, whose parts are taken one after the other by whoever has nothing to do.
pub(super) struct BatchWork<'m, M: Model> {
    judge: Arc<Judge<'m, M>>,
    wishes: Wishes,
    sharding: Sharding,
    batch: Vec<Block<M::State>>,
    findings: Vec<Findings<M>>,
    shards: Vec<Mutex<Shard<M::State>>>,
    /// What led to each shard, where edges are asked for.
    edges: Vec<Mutex<Vec<Edge>>>,
    to_expand: Parts,
    to_enter: Parts,
    to_make: Parts,
    /// Whether a thread has panicked.
    broken: AtomicBool,
}

impl<M: Model> Work for BatchWork<'_, M> {
    fn take_part(&self) {
        let _panicking = Panicking(&self.broken);
        let mut actions = Vec::new();
        let blocks = self.batch.len();
        self.to_expand.take_part(blocks, &self.broken, |block| self.expand(block, &mut actions));
        self.to_enter.take_part(self.shards.len(), &self.broken, |shard| self.enter(shard));
        self.to_make.take_part(blocks, &self.broken, |block| self.make(block));
    }
}

impl<M: Model> BatchWork<'_, M> {
    fn expand(&self, number: usize, actions: &mut Vec<M::Action>) {
        let (judge, block, findings) = (&*self.judge, &self.batch[number], &self.findings[number]);
        let mut lists: Vec<_> = findings.lists.iter().map(lock).collect();
        let mut summary = lock(&findings.summary);
        let Summary { generated, decided, held_bytes, route, .. } = &mut *summary;
        for place in 0..block.states.len() {
            *generated += expand(judge, self.wishes, block, place, actions, decided, |candidate| {
                let shard = self.sharding.of(candidate.fingerprint);
                if self.wishes.edges {
                    route.push(shard as u8);
                }
                lists[shard].push(candidate);
            });
        }
        *held_bytes = held(judge, block);
    }

    /// Keeps of what leads to a shard only what is new there.
    fn enter(&self, number: usize) {
        let (mut shard, mut edges) = (lock(&self.shards[number]), lock(&self.edges[number]));
        for findings in &self.findings[..self.batch.len()] {
            let mut list = lock(&findings.lists[number]);
            look_ahead(list.iter().take(AHEAD).map(|candidate| (&*shard, candidate)));
            list.retain(|candidate| {
                let (is_new, index) = shard.enter(&*self.judge.model, candidate);
                if self.wishes.edges {
                    edges.push(candidate.edge(number, index));
                }
                is_new
            });
        }
    }

    /// Makes the states that are new after those of a block, in order.
    fn make(&self, number: usize) {
        let (block, findings) = (&self.batch[number], &self.findings[number]);
        let mut lists: Vec<_> = findings.lists.iter().map(lock).collect();
        let mut summary = lock(&findings.summary);
        let Summary { fresh, keys, .. } = &mut *summary;
        for (shard, list) in lists.iter().enumerate() {
            keys.extend(list.iter().map(|candidate| {
                // A place in a block has eight bits, an action sixteen, a shard five.
                (candidate.parent - 1 - block.first) << 21 | u32::from(candidate.action) << 5 | shard as u32
            }));
        }
        keys.sort_unstable();
        let mut lists: Vec<_> = lists.iter_mut().map(|list| list.drain(..)).collect();
        for candidate in keys.drain(..).filter_map(|key| lists[(key & 31) as usize].next()) {
            fresh.add(&self.judge, block.state(candidate.parent), candidate.next);
        }
    }
}

impl<'m, M: Model> Search<'m, M> {
    /// Expands a batch on all threads of the team, and enters what it leads to.
    pub(super) fn expand_together(&mut self, batch: Vec<Block<M::State>>, team: &mut Team<'_, '_, BatchWork<'m, M>>) {
        let (blocks, mut findings) = (batch.len(), std::mem::take(&mut self.findings));
        findings.resize_with(blocks.max(findings.len()), || Findings::new(self.sharding));
        let work = team.do_together(BatchWork {
            judge: self.judge.clone(),
            wishes: self.wishes(),
            sharding: self.sharding,
            batch,
            findings,
            shards: std::mem::take(&mut self.shards).into_iter().map(Mutex::new).collect(),
            edges: (0..self.sharding.count()).map(|_| Mutex::default()).collect(),
            to_expand: Parts::default(),
            to_enter: Parts::default(),
            to_make: Parts::default(),
            broken: false.into(),
        });
        assert!(!work.broken.into_inner(), "a thread of the search panicked");

        let inner = |mutex: Mutex<Shard<_>>| mutex.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        self.shards = work.shards.into_iter().map(inner).collect();
        self.queue.reuse(work.batch);
        let mut edges: Vec<_> = work.edges.iter().map(|edges| std::mem::take(&mut *lock(edges)).into_iter()).collect();
        for findings in &work.findings[..blocks] {
            let mut summary = lock(&findings.summary);
            self.generated += std::mem::take(&mut summary.generated);
            self.take_in(&mut summary.fresh);
            self.held_bytes -= std::mem::take(&mut summary.held_bytes);
            self.decided.append(&mut summary.decided);
            let Some(graph) = &mut self.graph else { continue };
            for edge in summary.route.drain(..).filter_map(|shard| edges[usize::from(shard)].next()) {
                graph.edge(edge);
            }
        }
        self.findings = work.findings;
    }
}

/// Parts of the work that can be done in any order.
#[derive(Default)]
struct Parts {
    /// How many are taken, and how many of those are done.
    taken: AtomicUsize,
    done: AtomicUsize,
}

impl Parts {
    /// Does parts as long as there are any that nobody has taken, and waits until all are done; or until another thread
    /// has panicked.
    fn take_part(&self, count: usize, broken: &AtomicBool, mut work: impl FnMut(usize)) {
        let is_broken = || broken.load(Ordering::Acquire);
        while !is_broken()
            && let Some(part) = Some(self.taken.fetch_add(1, Ordering::Relaxed)).filter(|part| *part < count)
        {
            work(part);
            self.done.fetch_add(1, Ordering::Release);
        }
        wait_until(|| self.done.load(Ordering::Acquire) >= count || is_broken(), thread::yield_now);
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
