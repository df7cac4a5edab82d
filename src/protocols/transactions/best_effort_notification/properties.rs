//! What this protocol adds to the properties of messages: it keeps to its schedule, and it comes to an end.

use super::BestEffortNotification;
use super::message::{Message, Notice};
use super::notifier::Notifier;
use super::schedule::Schedule;
use super::settings::NOTIFIER;
use crate::check::{Judgement, Monitor, Property, PropertyKind, View};
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::{flexible, messaging};
use crate::say;
use crate::sim::fingerprint::{Hasher, hash_into};
use crate::sim::time::{Instant, Span};
use crate::sim::trace::StepKind;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;

/// The identifiers of the properties that this protocol adds.
pub const SCHEDULE: &str = "keeps-to-its-schedule";
pub const TOLD_OR_GIVEN_UP: &str = "told-or-given-up";

/// All properties.
pub static PROPERTIES: [Property; 8] = [
    flexible::no_effect_twice::<BestEffortNotification>(),
    messaging::committed_first::<BestEffortNotification>(),
    messaging::in_hands::<BestEffortNotification>(),
    Property {
        id: SCHEDULE,
        kind: PropertyKind::Always,
        title: Text::new(
            "No attempt comes earlier than the schedule says, and none after the last",
            "每次通知都不早于时间表，最后一次之后不再有",
        ),
        source: "sheet BEN-3",
        monitor: schedule,
    },
    flexible::all_or_nothing::<BestEffortNotification>(),
    Property {
        id: TOLD_OR_GIVEN_UP,
        kind: PropertyKind::Eventually,
        title: Text::new(
            "Every receiver is told in the end, or it is on record that it was given up",
            "最终要么通知到了接收方，要么留有放弃的记录",
        ),
        source: "sheet BEN-1",
        monitor: told_or_given_up,
    },
    flexible::conserved::<BestEffortNotification>(),
    flexible::answered::<BestEffortNotification>(),
];

/// How often each order was notified, and when last.
#[derive(Clone, Default, Serialize)]
struct Keeps(SortedMap<Transaction, (u32, u64)>);

impl Keeps {
    /// An attempt at an instant; how many there were before it, and how much too early it comes.
    fn attempt(&mut self, transaction: Transaction, at: Instant, gaps: &[Span]) -> Option<(u32, Span)> {
        let (attempts, last) = self.0.get(&transaction).copied().unwrap_or_default();
        self.0.insert(transaction, (attempts + 1, at.as_micros()));
        let gap = match attempts {
            0 => return None,
            attempts => gaps.get(attempts as usize - 1),
        };
        let due = gap.map_or(u64::MAX, |gap| last + gap.as_micros());
        (at.as_micros() < due).then(|| (attempts, Span::micros(due - at.as_micros())))
    }
}

impl Monitor for Keeps {
    fn observe(&mut self, view: &View) -> Judgement {
        let notice = view.sent().filter(|message| message.name.from == NOTIFIER);
        let Some(Message::Notice(Notice::Notify { event, .. })) =
            notice.and_then(|message| message.payload.get::<Message>())
        else {
            return Judgement::Unchanged;
        };
        let Some((notifier, _)) = view.node::<Notifier>(NOTIFIER) else { return Judgement::Unchanged };
        let gaps = notifier.map_or(Schedule::WeChatPay, Notifier::schedule).gaps();
        let transaction = event.transaction;
        match self.attempt(transaction, view.step.at, gaps) {
            None => Judgement::Unchanged,
            Some((attempts, _)) if attempts as usize > gaps.len() => Judgement::Broken(say!(
                "{transaction} is notified again after the last of {attempts} attempts",
                "{transaction} 已通知过 {attempts} 次，超过了最后一次"
            )),
            Some((attempts, early)) => {
                let early = early.as_micros() / 1_000;
                Judgement::Broken(say!(
                    "{transaction} is notified again {early} ms before its time, after {attempts} attempts",
                    "{transaction} 通知过 {attempts} 次之后，下一次早了 {early} ms"
                ))
            }
        }
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(self, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

fn schedule() -> Box<dyn Monitor> {
    Box::new(Keeps::default())
}

/// The first order that is neither, as last said.
#[derive(Clone, Default, Serialize)]
struct ToldOrGivenUp {
    begun: bool,
    first: Option<Transaction>,
}

impl Monitor for ToldOrGivenUp {
    fn observe(&mut self, view: &View) -> Judgement {
        let begins = !std::mem::replace(&mut self.begun, true);
        if !begins && !matches!(view.step.kind, StepKind::Durable(_) | StepKind::Strike(_) | StepKind::Deliver(_)) {
            return Judgement::Unchanged;
        }
        let first = super::first_open(view);
        if !begins && first == self.first {
            return Judgement::Unchanged;
        }
        self.first = first;
        match first {
            None => Judgement::Met,
            Some(transaction) => Judgement::Pending(say!(
                "the receiver has not confirmed {transaction}, and nobody has given it up",
                "接收方还没有确认 {transaction}，也没有谁宣布放弃"
            )),
        }
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(self, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

fn told_or_given_up() -> Box<dyn Monitor> {
    Box::new(ToldOrGivenUp::default())
}
