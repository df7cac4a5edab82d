//! The properties that messages add, each a look at what both services have done.

use super::{CLIENT, Probe, Service};
use crate::check::{Judgement, Monitor, View};
use crate::protocols::parts::database::Transaction;
use crate::say;
use crate::sim::fingerprint::{Hasher, hash_into};
use crate::sim::payload::Subject;
use crate::sim::trace::{MessageIndex, NodeId, StepKind};
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;
use std::marker::PhantomData;

/// A monitor that looks at a protocol through its probe and remembers nothing.
struct Watching<P> {
    judge: fn(&View) -> Judgement,
    probe: PhantomData<fn() -> P>,
}

impl<P: Probe> Watching<P> {
    fn boxed(judge: fn(&View) -> Judgement) -> Box<dyn Monitor> {
        Box::new(Watching::<P> { judge, probe: PhantomData })
    }
}

impl<P: Probe> Monitor for Watching<P> {
    fn observe(&mut self, view: &View) -> Judgement {
        (self.judge)(view)
    }

    fn hash_into(&self, _hasher: &mut Hasher) {}

    fn cloned(&self) -> Box<dyn Monitor> {
        Watching::<P>::boxed(self.judge)
    }
}

/// Whether a disk may have changed in this step.
fn may_have_changed_a_disk(view: &View) -> bool {
    matches!(view.step.kind, StepKind::Durable(_) | StepKind::Start | StepKind::Strike(_))
}

pub fn committed_first<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P>::boxed(|view| {
        if !may_have_changed_a_disk(view) {
            return Judgement::Unchanged;
        }
        let both = P::done(view, Service::Receiver).zip(P::done(view, Service::Sender));
        match both.and_then(|(receiver, sender)| receiver.difference(sender).next()).map(Transaction) {
            None => Judgement::Unchanged,
            Some(transaction) => Judgement::Broken(say!(
                "the receiver has done its half of {transaction}, which the sender has not committed",
                "{transaction} 在发送方并未提交，接收方却已执行"
            )),
        }
    })
}

/// A message's name without its ordinal: who sends what to whom, about what.
type Name = (NodeId, NodeId, &'static str, Subject);

/// Which messages are under way among the services, and which orders nobody had at the last event, before what that
/// event sends was sent.
#[derive(Clone, Default, Serialize)]
struct InHands {
    under_way: SortedMap<Name, u32>,
    suspects: SortedSet<Transaction>,
}

impl InHands {
    fn name(view: &View, message: MessageIndex) -> Option<Name> {
        let name = &view.trace.message(message).name;
        let among_services = name.from != CLIENT && name.to != CLIENT;
        among_services.then_some((name.from, name.to, name.kind, name.subject))
    }

    fn sets_out(&mut self, name: Name) {
        *self.under_way.entry(name).or_insert(0) += 1;
    }

    fn ends(&mut self, name: Name) {
        if let Some(count) = self.under_way.get_mut(&name) {
            *count -= 1;
            if *count == 0 {
                self.under_way.remove(&name);
            }
        }
    }

    fn is_under_way(&self, transaction: Transaction) -> bool {
        self.under_way.keys().any(|(.., subject)| *subject == transaction.subject())
    }

    fn judge<P: Probe>(&mut self, view: &View) -> Option<Transaction> {
        let suspects = std::mem::take(&mut self.suspects);
        let lost_before = suspects.into_iter().find(|one| !P::in_hands(view, *one) && !self.is_under_way(*one));
        if let StepKind::Deliver(message) | StepKind::Lose(message, _) = view.step.kind {
            Self::name(view, message).into_iter().for_each(|name| self.ends(name));
        }
        let (sender, receiver) = P::done(view, Service::Sender).zip(P::done(view, Service::Receiver))?;
        let is_lost = |one: &Transaction| !P::in_hands(view, *one) && !self.is_under_way(*one);
        let half_done = |one: &Transaction| sender.contains(one.0) && !receiver.contains(one.0);
        // An event about one order lets go of no other; a crash lets go of all that was in memory.
        let mut lost = match subject_of(view) {
            Some(subject) => Some(Transaction(subject.0)).filter(half_done).filter(is_lost).into_iter().collect(),
            None if lets_go(view) => sender.difference(receiver).map(Transaction).filter(is_lost).collect(),
            None => Vec::new(),
        };
        if P::hands_on(view, view.step.node) && matches!(view.step.kind, StepKind::Deliver(_) | StepKind::Fire(_)) {
            // What the event's handler sends follows in the next steps.
            self.suspects.extend(lost.drain(..));
        }
        lost_before.or(lost.first().copied())
    }
}

/// What an event is about, if it is about one order. A broker's timers go by places in its log: what is looked at then is
/// some other order, or none.
fn subject_of(view: &View) -> Option<Subject> {
    let subject = match view.step.kind {
        StepKind::Durable(local) | StepKind::Fire(local) => view.trace.local(local).name.subject,
        StepKind::Deliver(message) | StepKind::Lose(message, _) => view.trace.message(message).name.subject,
        _ => return None,
    };
    (subject != Subject::NONE).then_some(subject)
}

/// Whether a node may have lost its memory, or a disk something, in this event.
fn lets_go(view: &View) -> bool {
    matches!(view.step.kind, StepKind::Strike(_) | StepKind::Start | StepKind::Disconnected(_))
}

/// A monitor with a memory of what is under way.
struct HandsWatched<P> {
    memory: InHands,
    probe: PhantomData<fn() -> P>,
}

impl<P: Probe> Monitor for HandsWatched<P> {
    fn observe(&mut self, view: &View) -> Judgement {
        if let StepKind::Send(message) = view.step.kind {
            InHands::name(view, message).into_iter().for_each(|name| self.memory.sets_out(name));
        }
        if !view.step.kind.is_event() {
            return Judgement::Unchanged;
        }
        match self.memory.judge::<P>(view) {
            None => Judgement::Unchanged,
            Some(transaction) => Judgement::Broken(say!(
                "the sender has committed {transaction}, the receiver has not, and nobody knows of it any more",
                "发送方已提交 {transaction}，接收方还没有执行，却再也没有谁记得它"
            )),
        }
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(&self.memory, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(HandsWatched::<P> { memory: self.memory.clone(), probe: PhantomData })
    }
}

pub fn in_hands<P: Probe>() -> Box<dyn Monitor> {
    Box::new(HandsWatched::<P> { memory: InHands::default(), probe: PhantomData })
}
