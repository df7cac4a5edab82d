//! The properties that messages add, each a look at what both services have done.

use super::{CLIENT, Probe, Service};
use crate::check::{Judgement, Monitor, View};
use crate::protocols::parts::database::Transaction;
use crate::say;
use crate::sim::fingerprint::Hasher;
use crate::sim::payload::Subject;
use crate::sim::trace::StepKind;
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

/// What an event is about; none if it may concern any order.
fn subject_of(view: &View) -> Option<Subject> {
    let subject = match view.step.kind {
        StepKind::Durable(local) | StepKind::Fire(local) => view.trace.local(local).name.subject,
        StepKind::Deliver(message) | StepKind::Lose(message, _) => view.trace.message(message).name.subject,
        _ => return None,
    };
    (subject != Subject::NONE).then_some(subject)
}

/// Whether a message about the order is under way to somebody.
fn under_way(view: &View, transaction: Transaction) -> bool {
    let about = |message: &&crate::sim::trace::Message| {
        let among_services = message.name.from != CLIENT && message.name.to != CLIENT;
        message.name.subject == transaction.subject() && among_services && message.ends.is_empty()
    };
    view.trace.messages.iter().rev().any(|message| about(&message))
}

pub fn in_hands<P: Probe>() -> Box<dyn Monitor> {
    Watching::<P>::boxed(|view| {
        if !view.step.kind.is_event() {
            return Judgement::Unchanged;
        }
        let Some((sender, receiver)) = P::done(view, Service::Sender).zip(P::done(view, Service::Receiver)) else {
            return Judgement::Unchanged;
        };
        let lost = |transaction: &Transaction| !P::in_hands(view, *transaction) && !under_way(view, *transaction);
        // An event about one order changes nothing for the others; timers of a broker go by places in its log.
        let about = subject_of(view).filter(|_| !matches!(view.step.kind, StepKind::Fire(_)));
        let lost = match about.map(|subject| Transaction(subject.0)) {
            Some(one) => Some(one).filter(|one| sender.contains(one.0) && !receiver.contains(one.0)).filter(lost),
            None => sender.difference(receiver).map(Transaction).find(lost),
        };
        match lost {
            None => Judgement::Unchanged,
            Some(transaction) => Judgement::Broken(say!(
                "the sender has committed {transaction}, the receiver has not, and nobody knows of it any more",
                "发送方已提交 {transaction}，接收方还没有执行，却再也没有谁记得它"
            )),
        }
    })
}
