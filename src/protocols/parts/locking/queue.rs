//! A lock's queue as a panel: put together from what the monitors ask anyway, what lasted in the run so far, and the little
//! that only the protocol knows.

use super::resource::{self, Written};
use super::{Hold, Probe, clients};
use crate::check::View;
use crate::protocols::Moment;
use crate::protocols::parts::Carries;
use crate::sim::payload::Subject;
use crate::sim::show::{
    Believer, Condition, ConditionKind, Holder, Lease, LockState, Panel, Queue, ResourceWrite, ServerGrant, Standing,
    Waiter, WaitsOn,
};
use crate::sim::time::{Instant, Span};
use crate::sim::trace::{EventIndex, NodeId, StepKind, Stretch, StretchKind, Trace};
use crate::sorted::{SortedSet, sort_by_key};
use crate::text::Text;

/// How many of the latest writes are shown.
const WRITES_SHOWN: usize = 8;

/// A place in a queue that the service keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub owner: Hold,
}

/// What a lock lets one see of its queue besides what the monitors ask. All functions look at one step and the world that
/// it led to; the trace is that of the whole run, so that nothing may be read from its end.
pub trait Queued: Probe {
    /// The protocol's messages, the resource's among them.
    type Message: Carries<resource::Message>;

    /// Whether the service that clients ask now is down.
    fn is_down(view: &View) -> bool;
    /// The token that came with this hold, if it has one.
    fn fencing_token(view: &View, hold: Hold) -> Option<u64>;
    /// How often the holder has heard that its lease was renewed.
    fn renewals(_view: &View, _hold: Hold) -> u32 {
        0
    }
    /// What a client that wants the lock waits on. [`due`] finds when its timers fire.
    fn waits_on(moment: &Moment, client: NodeId) -> WaitsOn;
    /// The queue that the service keeps, from its head on, the holder's entry among the rest.
    fn entries(_view: &View) -> Vec<Entry> {
        Vec::new()
    }
    /// What each of several services has granted.
    fn grants(_view: &View) -> Vec<ServerGrant> {
        Vec::new()
    }
}

/// Who holds the lock by the service's word, and who only believes so, as conditions of the clients, who cannot know: what
/// [`Protocol::witnessed`] answers. The clients themselves say at most that they wait.
///
/// [`Protocol::witnessed`]: crate::protocols::Protocol::witnessed
pub fn witnessed<P: Probe>(view: &View) -> Vec<(NodeId, Condition)> {
    let granted = P::granted(view);
    let condition = |kind| move |hold: Hold| (hold.client, Condition { kind, subject: Subject(hold.number) });
    let believers = clients::<P>(view).into_iter().filter_map(|client| P::belief(view, client));
    let mistaken: Vec<Hold> = believers.filter(|hold| !granted.contains(hold)).collect();
    let holds = granted.into_iter().map(condition(ConditionKind::Holds));
    holds.chain(mistaken.into_iter().map(condition(ConditionKind::BelievesToHold))).collect()
}

/// When a client's timer of this kind is due, as it was last set.
pub fn due(moment: &Moment, client: NodeId, kind: &str) -> Option<Instant> {
    let trace = moment.trace;
    (0..=moment.event).rev().filter(|event| trace.event(*event).node == client).find_map(|event| {
        trace.steps_of(event).iter().rev().find_map(|step| match step.kind {
            StepKind::Set(timer) if trace.local(timer).name.kind == kind => Some(trace.local(timer).due),
            _ => None,
        })
    })
}

/// The panel of a lock whose leases are of this length.
pub fn panel<P: Queued>(moment: &Moment, length: Option<Span>) -> Panel {
    let view = &moment.view();
    let past = Past { trace: moment.trace, event: moment.event };
    let entries = P::entries(view);
    let entry_of = |hold: Hold| entries.iter().find(|entry| entry.owner == hold).map(|entry| entry.name.clone());
    let held = P::held(view);
    let lock = match held {
        Some(held) => LockState::Held(Holder {
            node: held.hold.client,
            since: past.since(held.hold.client, ConditionKind::Holds),
            believes: P::belief(view, held.hold.client) == Some(held.hold),
            fencing_token: P::fencing_token(view, held.hold),
            lease: held.left.map(|left| lease(past.now(), left, length)),
            renewals: P::renewals(view, held.hold),
            entry: entry_of(held.hold),
        }),
        None if P::is_down(view) => LockState::Unknown,
        None => LockState::Free,
    };
    let holder = held.map(|held| held.hold);
    let granted = P::granted(view);
    let mistaken = |client| P::belief(view, client).filter(|hold| !granted.contains(hold));
    let mut believers: Vec<Believer> = clients::<P>(view)
        .into_iter()
        .filter_map(|client| {
            let since = past.since(client, ConditionKind::BelievesToHold);
            Some(Believer { node: client, since, fencing_token: P::fencing_token(view, mistaken(client)?) })
        })
        .collect();
    sort_by_key(&mut believers, |believer| believer.since);
    Panel::Queue(Queue {
        title: Text::new("The lock", "锁"),
        lock,
        believers,
        waiters: waiters::<P>(moment, view, past, &entries, holder),
        grants: P::grants(view),
        writes: past.writes::<P::Message>(),
    })
}

/// A lease with so much left of it.
pub fn lease(now: Instant, left: Span, length: Option<Span>) -> Lease {
    Lease { ends: now + left, length: length.unwrap_or(left).max(left) }
}

/// First the entries of the queue that the service keeps, in its order; then those who want the lock and have none, as they
/// came.
fn waiters<P: Queued>(
    moment: &Moment,
    view: &View,
    past: Past,
    entries: &[Entry],
    holder: Option<Hold>,
) -> Vec<Waiter> {
    let mut waiters = Vec::new();
    let mut wanting: Vec<(Instant, NodeId)> = clients::<P>(view)
        .into_iter()
        .filter(|client| P::wants(view, *client).is_some())
        .map(|client| (past.since(client, ConditionKind::WaitsForLock), client))
        .collect();
    let mut listed = SortedSet::new();
    for entry in entries.iter().filter(|entry| Some(entry.owner) != holder) {
        let node = entry.owner.client;
        let wants = wanting.iter().find(|(_, client)| *client == node && P::wants(view, node) == Some(entry.owner));
        let waits_on = wants.map_or(WaitsOn::Nothing, |_| P::waits_on(moment, node));
        listed.extend(wants.map(|_| node));
        let since = wants.map(|(since, _)| *since);
        waiters.push(Waiter { node, since, waits_on, entry: Some(entry.name.clone()) });
    }
    wanting.retain(|(_, client)| !listed.contains(client));
    sort_by_key(&mut wanting, |waiting| *waiting);
    waiters.extend(wanting.into_iter().map(|(since, node)| Waiter {
        node,
        since: Some(since),
        waits_on: P::waits_on(moment, node),
        entry: None,
    }));
    waiters
}

/// A run up to one of its events.
#[derive(Clone, Copy)]
struct Past<'a> {
    trace: &'a Trace,
    event: EventIndex,
}

impl<'a> Past<'a> {
    fn now(self) -> Instant {
        self.trace.event(self.event).at
    }

    /// The conditions of this kind that have begun.
    fn begun(self, kind: ConditionKind) -> impl DoubleEndedIterator<Item = (&'a Stretch, Subject)> {
        self.trace.stretches.iter().filter(move |stretch| stretch.from <= self.event).filter_map(move |stretch| {
            match &stretch.what {
                StretchKind::Condition(condition) if condition.kind == kind => Some((stretch, condition.subject)),
                _ => None,
            }
        })
    }

    /// Since when a node has been in this condition: where it only changed its subject, it goes on.
    fn since(self, node: NodeId, kind: ConditionKind) -> Instant {
        let mut from = None;
        for (stretch, _) in self.begun(kind).rev().filter(|(stretch, _)| stretch.node == node) {
            let lasts = match from {
                None => stretch.to.is_none_or(|to| to > self.event),
                Some(from) => kind == ConditionKind::WaitsForLock && stretch.to == Some(from),
            };
            if !lasts {
                break;
            }
            from = Some(stretch.from);
        }
        from.map_or(self.now(), |event| self.trace.event(event).at)
    }

    /// The latest writes that reached the resource, oldest first.
    fn writes<M: Carries<resource::Message>>(self) -> Vec<ResourceWrite> {
        let grants: Vec<Grant> = self
            .begun(ConditionKind::Holds)
            .map(|(stretch, number)| Grant { hold: Hold { client: stretch.node, number: number.0 }, at: stretch.from })
            .collect();
        // Whose grant came last among those of whom the resource has accepted a write so far.
        let mut newest: Option<usize> = None;
        let mut writes: Vec<ResourceWrite> = Vec::new();
        for event in 0..=self.event {
            let Some((hold, fencing_token, accepted)) = self.write::<M>(event) else { continue };
            let granted = &grants[..grants.partition_point(|grant| grant.at <= event)];
            let place = granted.iter().rposition(|grant| grant.hold == hold);
            let standing = match place {
                Some(place) if place + 1 == granted.len() => Standing::Current,
                Some(place) if newest.is_some_and(|newest| newest > place) => Standing::Overtaken,
                _ => Standing::Stale,
            };
            if accepted {
                newest = newest.max(place);
            }
            let at = self.trace.event(event).at;
            writes.push(ResourceWrite { node: hold.client, at, fencing_token, accepted, standing });
        }
        writes.split_off(writes.len().saturating_sub(WRITES_SHOWN))
    }

    /// The write that reached the resource in this event, and whether it was accepted.
    fn write<M: Carries<resource::Message>>(self, event: EventIndex) -> Option<(Hold, Option<u64>, bool)> {
        let StepKind::Deliver(message) = self.trace.event(event).kind else { return None };
        let message: &M = self.trace.message(message).payload.get()?;
        let Some(resource::Message::Write { hold, token }) = message.carried() else { return None };
        self.trace.steps_of(event).iter().find_map(|effect| match effect.kind {
            StepKind::Write(record) => self.trace.local(record).payload.get::<Written>().map(|_| (*hold, *token, true)),
            StepKind::Send(answer) => {
                let answer: Option<&M> = self.trace.message(answer).payload.get();
                let refused = matches!(answer?.carried()?, resource::Message::Refused { .. });
                refused.then_some((*hold, *token, false))
            }
            _ => None,
        })
    }
}

/// One grant of the lock by the service's word.
struct Grant {
    hold: Hold,
    at: EventIndex,
}
