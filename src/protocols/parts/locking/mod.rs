//! What every distributed lock must do, said once: the cast, the resource that the lock protects, what a protocol lets the
//! monitors see, the properties.
//!
//! Nobody can look at a lock: there is what the service says, what each client *believes*, and what the resource accepts.
//! The properties take these apart. Two clients may believe at once that they hold it (a lease that ran out unnoticed);
//! whether that does harm shows at the resource, which a *fencing token* can protect: a number that grows with each
//! grant, sent along with every write; the resource refuses a number smaller than one that it has seen.
//!
//! A stale write that arrives *before* the next holder's first is accepted by any fence. It is shown, and no violation: to
//! the resource it looks as if it had come in time.
//!
//! A protocol implements [`Probe`] and calls [`properties`]; for its panel it implements [`queue::Queued`]. Sources: C. Gray, D. Cheriton, *Leases*, 1989; M. Burrows,
//! *The Chubby lock service*, 2006 (sequencers); M. Kleppmann, *How to do distributed locking*, 2016.

pub mod client;
pub mod counter;
pub mod expected;
pub mod measures;
pub mod message;
mod monitors;
pub mod narration;
pub mod parameters;
pub mod queue;
pub mod resource;
pub mod stage;
pub mod terms;

use super::Word;
use crate::check::{Property, PropertyKind, View};
use crate::sim::clock::Clock;
use crate::sim::time::{Instant, Span};
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;

/// The most clients.
pub const CLIENTS_MAX: u8 = 6;
/// The clients' names, by node: they come before all other nodes.
pub const CLIENT_NAMES: [&str; CLIENTS_MAX as usize] = ["c1", "c2", "c3", "c4", "c5", "c6"];

/// The client's name.
pub fn name(client: NodeId) -> &'static str {
    CLIENT_NAMES.get(client.index()).copied().unwrap_or("?")
}

/// One attempt of one client to hold the lock, from asking for it to letting it go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Hold {
    pub client: NodeId,
    /// From 1, for each client.
    pub number: u32,
}

impl Hold {
    /// What stands for it at a lock service: "c1.2". Real clients draw random bytes, which only need to differ, as these do.
    pub fn token(self) -> Word {
        format!("{}.{}", name(self.client), self.number).into()
    }

    /// The hold that a token stands for.
    pub fn of_token(token: &str) -> Option<Hold> {
        let (client, number) = token.split_once('.')?;
        let client = CLIENT_NAMES.iter().position(|name| *name == client)? as u8;
        Some(Hold { client: NodeId(client), number: number.parse().ok()? })
    }
}

/// Who holds the lock, by the service's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub hold: Hold,
    /// How long until the service takes it back, by its own clock; none if it never does.
    pub left: Option<Span>,
}

/// What a protocol lets the monitors see. All functions look at one step and the world that it led to.
pub trait Probe: 'static {
    /// Whether the service promises the lock to those who wait in the order in which they came.
    const PROMISES_ORDER: bool = false;
    /// Whether the service promises to wake one waiter at most when the lock is let go.
    const PROMISES_ONE_WOKEN: bool = false;

    /// Who holds the lock, by the word of the service that clients ask now; none also while it is down.
    fn held(view: &View) -> Option<Held>;
    /// Everybody to whom the lock is granted now: several where its servers know nothing of each other, and each decides.
    fn granted(view: &View) -> Vec<Hold> {
        Self::held(view).map(|held| held.hold).into_iter().collect()
    }
    /// What a running client believes to hold at this reading of its clocks.
    fn belief(view: &View, client: NodeId) -> Option<Hold>;
    /// The attempt for which a running client wants the lock and does not have it.
    fn wants(view: &View, client: NodeId) -> Option<Hold>;
    /// Whether a client, running or not, has had all its turns; none for nodes that are no clients.
    fn is_done(view: &View, client: NodeId) -> Option<bool>;
    /// Whether a client runs, paused or not.
    fn is_running(view: &View, client: NodeId) -> bool;
    /// Whether a client that wants the lock has come, for the order in which it is granted. Where the service keeps a
    /// queue: once it stands in it.
    fn has_come(view: &View, client: NodeId) -> bool {
        Self::wants(view, client).is_some()
    }
    /// Who has had the lock taken from its holder in this step, where that is somebody: whoever's message arrived just now,
    /// unless the service says otherwise.
    fn released_by(view: &View) -> Option<NodeId> {
        view.delivered().map(|message| message.name.from)
    }
    /// The waiter whom this step tells that the lock may be free, if it does.
    fn woken(_view: &View) -> Option<Woken> {
        None
    }
}

/// A waiter that is told that the lock may be free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Woken {
    pub waiter: NodeId,
    /// Whose hold is over, if that is said: then being woken counts for that hold only.
    pub after: Option<Hold>,
}

/// The clients of a run: they come before all other nodes.
fn clients<P: Probe>(view: &View) -> Vec<NodeId> {
    view.nodes().take_while(|node| P::is_done(view, *node).is_some()).collect()
}

/// A node's clocks at this step: as they ran from the start, or since a fault last changed them.
pub fn clock(view: &View, node: NodeId) -> Clock {
    let changed = |(at, changed, _): &&(Instant, NodeId, Clock)| *changed == node && *at <= view.step.at;
    let last = view.trace.clocks.iter().rev().find(changed);
    last.map_or(Clock::default(), |(.., clock)| clock.clone())
}

/// The identifiers of the properties, as links and catalogue entries name them.
pub mod id {
    pub const ONE_HOLDER: &str = "one-holder";
    pub const NO_STALE_WRITE: &str = "no-stale-write";
    pub const OWNER_RELEASES: &str = "only-the-owner-releases";
    pub const SERVED: &str = "every-client-is-served";
    pub const FREED: &str = "freed-after-a-crash";
    pub const CONTENDED: &str = "contended";
    /// Where order is promised …
    pub const FIRST_COME: &str = "first-come-first-served";
    /// … and where it is not.
    pub const OVERTAKEN: &str = "overtaken";
    /// Where it is promised that one waiter at most is woken …
    pub const ONE_WOKEN: &str = "one-woken-per-release";
    /// … and where it is not.
    pub const HERD: &str = "herd";
}

/// How many properties there are.
pub const PROPERTIES: usize = 8;

/// The properties of a distributed lock. What some locks promise and others do not is a claim where it is promised, and
/// elsewhere a possibility: nobody is blamed for what nobody promised, and it is shown all the same.
pub const fn properties<P: Probe>() -> [Property; PROPERTIES] {
    [
        Property {
            id: id::ONE_HOLDER,
            kind: PropertyKind::Always,
            title: Text::new(
                "No two clients believe at once that they hold the lock",
                "任何时刻都不会有两个客户端同时认为自己持有锁",
            ),
            source: "sheet L-1",
            monitor: monitors::one_holder::<P>,
        },
        Property {
            id: id::NO_STALE_WRITE,
            kind: PropertyKind::Always,
            title: Text::new(
                "The resource accepts no write of an earlier holder after one of a later holder",
                "资源接受后一位持有者的写入之后，不会再接受前一位的",
            ),
            source: "sheet L-2, F-1",
            monitor: monitors::no_stale_write::<P>,
        },
        Property {
            id: id::OWNER_RELEASES,
            kind: PropertyKind::Always,
            title: Text::new("Nobody but its owner releases the lock", "除了持有者本人，没有人会释放锁"),
            source: "sheet L-4",
            monitor: monitors::owner_releases::<P>,
        },
        Property {
            id: id::SERVED,
            kind: PropertyKind::Eventually,
            title: Text::new("Every client that lives gets the lock in the end", "存活的客户端最终都能拿到锁"),
            source: "sheet L-3",
            monitor: monitors::served::<P>,
        },
        Property {
            id: id::FREED,
            kind: PropertyKind::Eventually,
            title: Text::new(
                "The lock of a holder that crashed is free in the end",
                "持有者宕机后，它的锁最终会被释放",
            ),
            source: "sheet L-3, ZK-5",
            monitor: monitors::freed::<P>,
        },
        Property {
            id: id::CONTENDED,
            kind: PropertyKind::Sometimes,
            title: Text::new("Somebody waits while another holds the lock", "有人持锁时，另有人在等"),
            source: "what a lock is for",
            monitor: monitors::contended::<P>,
        },
        if P::PROMISES_ORDER {
            Property {
                id: id::FIRST_COME,
                kind: PropertyKind::Always,
                title: Text::new("Who came first gets the lock first", "先来的先拿到锁"),
                source: "sheet ZK-3: grants in the order of the queue",
                monitor: monitors::in_order::<P>,
            }
        } else {
            Property {
                id: id::OVERTAKEN,
                kind: PropertyKind::Sometimes,
                title: Text::new("Who came later gets the lock first", "后来的反而先拿到锁"),
                source: "sheet L-5: no fairness",
                monitor: monitors::in_order::<P>,
            }
        },
        if P::PROMISES_ONE_WOKEN {
            Property {
                id: id::ONE_WOKEN,
                kind: PropertyKind::Always,
                title: Text::new("A release wakes one waiter at most", "一次释放至多唤醒一个等待者"),
                source: "sheet ZK-4",
                monitor: monitors::one_woken::<P>,
            }
        } else {
            Property {
                id: id::HERD,
                kind: PropertyKind::Sometimes,
                title: Text::new("One release wakes several waiters", "一次释放唤醒了多个等待者"),
                source: "sheet ZK-4 counts the herd; here nothing is promised",
                monitor: monitors::one_woken::<P>,
            }
        },
    ]
}
