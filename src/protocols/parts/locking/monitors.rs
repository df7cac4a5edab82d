//! The properties of a distributed lock, each a small state machine.

use super::resource::Written;
use super::{Hold, Probe, Woken, clients, name};
use crate::check::{Judgement, Monitor, View};
use crate::say;
use crate::sim::fingerprint::{Hasher, hash_into};
use crate::sim::time::Instant;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;
use std::marker::PhantomData;

/// A monitor that looks at a protocol through its probe, with what it remembers.
#[derive(Serialize)]
struct Watching<P, Memory> {
    memory: Memory,
    #[serde(skip)]
    judge: fn(&mut Memory, &View) -> Judgement,
    #[serde(skip)]
    probe: PhantomData<fn() -> P>,
}

impl<P: Probe, Memory: Clone + Serialize + Send + Sync + 'static> Monitor for Watching<P, Memory> {
    fn observe(&mut self, view: &View) -> Judgement {
        (self.judge)(&mut self.memory, view)
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(&self.memory, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        watching::<P, Memory>(self.memory.clone(), self.judge)
    }
}

fn watching<P: Probe, Memory: Clone + Serialize + Send + Sync + 'static>(
    memory: Memory,
    judge: fn(&mut Memory, &View) -> Judgement,
) -> Box<dyn Monitor> {
    Box::new(Watching::<P, Memory> { memory, judge, probe: PhantomData })
}

pub fn one_holder<P: Probe>() -> Box<dyn Monitor> {
    watching::<P, ()>((), |(), view| {
        let believers: Vec<NodeId> =
            clients::<P>(view).into_iter().filter(|client| P::belief(view, *client).is_some()).collect();
        match believers[..] {
            [one, other, ..] => {
                let (one, other) = (name(one), name(other));
                Judgement::Broken(say!(
                    "{one} and {other} both believe that they hold the lock",
                    "{one} 和 {other} 都认为自己持有锁"
                ))
            }
            _ => Judgement::Unchanged,
        }
    })
}

/// In which order the service granted the lock, and the latest holder of whom the resource accepted a write.
#[derive(Clone, Default, Serialize)]
struct Grants {
    /// The place of each client's latest grants, from 1.
    places: SortedMap<Hold, u32>,
    count: u32,
    /// Who had been granted it after the step before.
    granted: Vec<Hold>,
    newest: Option<(u32, Hold)>,
}

impl Grants {
    /// How many of a client's grants are remembered: older ones have no write under way any more.
    const KEPT: usize = 8;

    /// Notes who has been granted it now. Who lost it and got it again with the same token has a new place.
    fn granted(&mut self, granted: Vec<Hold>) {
        let before = std::mem::replace(&mut self.granted, granted);
        for hold in self.granted.iter().filter(|hold| !before.contains(hold)) {
            self.count += 1;
            self.places.insert(*hold, self.count);
            let own = self.places.iter().filter(|(known, _)| known.client == hold.client);
            let (kept, oldest) = own.fold((0, self.count), |(kept, oldest), (_, place)| (kept + 1, oldest.min(*place)));
            if kept > Self::KEPT {
                self.places.retain(|_, place| *place != oldest);
            }
        }
    }

    /// The later holder of whom the resource has already accepted a write, if there is one.
    fn write(&mut self, hold: Hold) -> Option<Hold> {
        let place = *self.places.get(&hold)?;
        match self.newest {
            Some((newest, later)) if place < newest => Some(later),
            _ => {
                self.newest = Some((place, hold));
                None
            }
        }
    }
}

pub fn no_stale_write<P: Probe>() -> Box<dyn Monitor> {
    watching::<P, Grants>(Grants::default(), |grants, view| {
        grants.granted(P::granted(view));
        let written = view.wrote().and_then(|record| record.get::<Written>());
        let Some((written, later)) = written.and_then(|written| Some((written, grants.write(written.hold)?))) else {
            return Judgement::Unchanged;
        };
        let (earlier, later) = (name(written.hold.client), name(later.client));
        Judgement::Broken(say!(
            "The resource accepted a write of {earlier}, which no longer holds the lock, after one of {later}, which came \
             later: what {later} wrote is overwritten",
            "资源在接受后来者 {later} 的写入之后，又接受了早已失去锁的 {earlier} 的写入：{later} 写的内容被覆盖"
        ))
    })
}

/// Who held the lock after the step before, and until when the service would have let it.
#[derive(Clone, Default, Serialize)]
struct Holder {
    held: Option<(Hold, Option<Instant>)>,
}

pub fn owner_releases<P: Probe>() -> Box<dyn Monitor> {
    watching::<P, Holder>(Holder::default(), |holder, view| {
        let held = P::held(view);
        let now = view.step.at;
        let before = holder.held.take();
        holder.held = held.map(|held| (held.hold, held.left.map(|left| now + left)));
        let Some((hold, until)) = before else { return Judgement::Unchanged };
        let lost = held.is_none_or(|held| held.hold != hold);
        let expired = until.is_some_and(|until| until <= now);
        match P::released_by(view) {
            Some(by) if lost && !expired && by != hold.client && P::is_done(view, by).is_some() => {
                let (by, owner) = (name(by), name(hold.client));
                Judgement::Broken(say!("{by} released the lock that {owner} held", "{by} 释放了 {owner} 持有的锁"))
            }
            _ => Judgement::Unchanged,
        }
    })
}

pub fn served<P: Probe>() -> Box<dyn Monitor> {
    watching::<P, ()>((), |(), view| {
        match clients::<P>(view).into_iter().find(|client| P::is_done(view, *client) == Some(false)) {
            None => Judgement::Met,
            Some(client) => {
                let client = name(client);
                Judgement::Pending(say!("{client} has not had all its turns", "{client} 还没有轮完"))
            }
        }
    })
}

pub fn contended<P: Probe>() -> Box<dyn Monitor> {
    watching::<P, ()>((), |(), view| {
        let holder = P::held(view).map(|held| held.hold.client);
        let waits =
            || clients::<P>(view).into_iter().any(|client| Some(client) != holder && P::wants(view, client).is_some());
        if holder.is_some() && waits() { Judgement::Met } else { Judgement::Unchanged }
    })
}

/// Who waits, first come first, and who held the lock after the step before.
#[derive(Clone, Default, Serialize)]
struct Waiting {
    order: Vec<NodeId>,
    holder: Option<Hold>,
}

/// Where order is promised it is broken, elsewhere it is seen, that somebody is granted the lock who came later.
pub fn in_order<P: Probe>() -> Box<dyn Monitor> {
    watching::<P, Waiting>(Waiting::default(), |waiting, view| {
        let wanting: SortedSet<NodeId> =
            clients::<P>(view).into_iter().filter(|client| P::wants(view, *client).is_some()).collect();
        let holder = P::held(view).map(|held| held.hold);
        let new = holder.filter(|hold| waiting.holder != Some(*hold)).map(|hold| hold.client);
        waiting.holder = holder;
        let place = |client: NodeId| waiting.order.iter().position(|waits| *waits == client);
        // Whoever came earlier must still be waiting: a client that has died is not overtaken.
        let first = waiting.order.iter().position(|waits| wanting.contains(waits) && Some(*waits) != new);
        let overtaking = new.zip(first).filter(|(new, first)| place(*new).is_some_and(|place| *first < place));
        let overtaken = overtaking.map(|(new, first)| (name(new), name(waiting.order[first])));
        waiting.order.retain(|waits| wanting.contains(waits));
        let come = |client: &NodeId| P::has_come(view, *client) && !waiting.order.contains(client);
        let come: Vec<NodeId> = wanting.into_iter().filter(come).collect();
        waiting.order.extend(come);
        match overtaken {
            Some((new, first)) if P::PROMISES_ORDER => Judgement::Broken(say!(
                "{new} is granted the lock before {first}, which came earlier and still waits",
                "{first} 来得更早且仍在等待，锁却先授予了 {new}"
            )),
            Some(_) => Judgement::Met,
            None => Judgement::Unchanged,
        }
    })
}

/// The last hold whose client went down with the lock still its own, and whether the lock is.
#[derive(Clone, Default, Serialize)]
struct Dead {
    hold: Option<Hold>,
    holds: bool,
}

pub fn freed<P: Probe>() -> Box<dyn Monitor> {
    watching::<P, Dead>(Dead::default(), |dead, view| {
        // A service that is down holds nothing, and may come back with what it held.
        if let Some(hold) = P::held(view).map(|held| held.hold) {
            let is_dead = dead.hold == Some(hold) || !P::is_running(view, hold.client);
            dead.hold = is_dead.then_some(hold);
        }
        let holds = dead.hold.is_some_and(|hold| P::held(view).is_some_and(|held| held.hold == hold));
        match (std::mem::replace(&mut dead.holds, holds), dead.hold) {
            (false, Some(hold)) if holds => {
                let client = name(hold.client);
                Judgement::Pending(say!(
                    "{client} has crashed, and the lock is still held in its name",
                    "{client} 已宕机，锁仍记在它名下"
                ))
            }
            (true, _) if !holds => Judgement::Met,
            _ => Judgement::Unchanged,
        }
    })
}

/// Who held the lock after the step before, whose hold ended last, and who has been woken since.
#[derive(Clone, Default, Serialize)]
struct Waking {
    holder: Option<Hold>,
    ended: Option<Hold>,
    woken: SortedSet<NodeId>,
}

/// Where that is promised it is broken, elsewhere it is seen, that one release wakes several.
pub fn one_woken<P: Probe>() -> Box<dyn Monitor> {
    watching::<P, Waking>(Waking::default(), |waking, view| {
        let holder = P::held(view).map(|held| held.hold);
        let before = std::mem::replace(&mut waking.holder, holder);
        if before.is_some() && before != holder {
            waking.ended = before;
            waking.woken = SortedSet::new();
        }
        let counts = |woken: &Woken| woken.after.is_none_or(|hold| Some(hold) == waking.ended);
        let Some(woken) = P::woken(view).filter(counts) else { return Judgement::Unchanged };
        let is_new = waking.woken.insert(woken.waiter);
        match waking.woken.len() {
            2.. if is_new && P::PROMISES_ONE_WOKEN => {
                let names: Vec<&str> = waking.woken.iter().map(|waiter| name(*waiter)).collect();
                let (all, listed) = (names.join(" and "), names.join(" 和 "));
                Judgement::Broken(say!(
                    "One release woke {all}; one of them gets the lock",
                    "一次释放唤醒了 {listed}，而只有一个能拿到锁"
                ))
            }
            2.. if is_new => Judgement::Met,
            _ => Judgement::Unchanged,
        }
    })
}
