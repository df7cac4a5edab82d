//! What this protocol adds to the properties of messages: half messages stay hidden, and everything comes to an end.

use super::message::Message;
use super::{Broker, TransactionalMessage};
use crate::check::{Judgement, Monitor, Property, PropertyKind, View};
use crate::protocols::parts::broker::message::Message as Brokered;
use crate::protocols::parts::broker::server::Server;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::Event;
use crate::protocols::parts::ranges::Ranges;
use crate::protocols::parts::{flexible, messaging};
use crate::say;
use crate::sim::fingerprint::{Hasher, hash_into};
use crate::sim::payload::{Outcome, Subject};
use crate::text::Text;
use serde::Serialize;

/// The identifiers of the properties that this protocol adds.
pub const HALF_HIDDEN: &str = "half-messages-stay-hidden";
pub const SETTLED: &str = "every-message-is-settled";

/// All properties.
pub static PROPERTIES: [Property; 8] = [
    flexible::no_effect_twice::<TransactionalMessage>(),
    messaging::committed_first::<TransactionalMessage>(),
    messaging::in_hands::<TransactionalMessage>(),
    Property {
        id: HALF_HIDDEN,
        kind: PropertyKind::Always,
        title: Text::new(
            "No consumer sees a half message that nobody has committed",
            "未经提交的半消息，任何消费者都看不到",
        ),
        source: "sheet MQ-2",
        monitor: half_hidden,
    },
    flexible::all_or_nothing::<TransactionalMessage>(),
    Property {
        id: SETTLED,
        kind: PropertyKind::Eventually,
        title: Text::new(
            "Every half message is resolved or parked, every message consumed or a dead letter",
            "半消息都有结论或被搁置，消息都被消费或成为死信",
        ),
        source: "sheet MQ-5",
        monitor: settled,
    },
    flexible::conserved::<TransactionalMessage>(),
    flexible::answered::<TransactionalMessage>(),
];

/// The transactions that somebody has told the broker to commit.
#[derive(Clone, Default, Serialize)]
struct HalfHidden(Ranges);

impl Monitor for HalfHidden {
    fn observe(&mut self, view: &View) -> Judgement {
        match view.delivered().and_then(|message| message.payload.get::<Message>()) {
            Some(Message::Broker(Brokered::End { subject, outcome: Some(Outcome::Commit), .. })) => {
                self.0.insert(subject.0);
                Judgement::Unchanged
            }
            Some(Message::Broker(Brokered::Deliver { body, .. })) if !self.0.contains(body.transaction.0) => {
                let transaction = body.transaction;
                Judgement::Broken(say!(
                    "the consumer sees the message of {transaction}, which nobody has committed",
                    "{transaction} 的消息还没有谁提交，消费者却看到了"
                ))
            }
            _ => Judgement::Unchanged,
        }
    }

    fn hash_into(&self, hasher: &mut Hasher) {
        hash_into(self, hasher);
    }

    fn cloned(&self) -> Box<dyn Monitor> {
        Box::new(self.clone())
    }
}

fn half_hidden() -> Box<dyn Monitor> {
    Box::new(HalfHidden::default())
}

/// The first message that is not settled, as last said: whether it is a half message.
#[derive(Clone, Default, Serialize)]
struct Settled {
    begun: bool,
    first: Option<(Subject, bool)>,
}

impl Monitor for Settled {
    fn observe(&mut self, view: &View) -> Judgement {
        let begins = !std::mem::replace(&mut self.begun, true);
        if !begins && (!view.step.kind.is_event() || view.node::<Broker>(view.step.node).is_none()) {
            return Judgement::Unchanged;
        }
        let broker = view.nodes().find_map(|node| view.node::<Broker>(node));
        let first = broker.and_then(|(server, disk)| {
            let log = server.map_or(disk, Server::log);
            let half = log.halves().next().map(|(_, half)| (&half.body, true));
            half.or_else(|| log.waiting().next().map(|(_, entry)| (&entry.body, false)))
        });
        let first = first.map(|(body, is_half): (&Event, bool)| (body.transaction.subject(), is_half));
        if !begins && first == self.first {
            return Judgement::Unchanged;
        }
        self.first = first;
        match first.map(|(subject, is_half)| (Transaction(subject.0), is_half)) {
            None => Judgement::Met,
            Some((transaction, true)) => Judgement::Pending(say!(
                "the half message of {transaction} is not resolved",
                "{transaction} 的半消息还没有结论"
            )),
            Some((transaction, false)) => Judgement::Pending(say!(
                "the message of {transaction} is not consumed",
                "{transaction} 的消息还没有被消费"
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

fn settled() -> Box<dyn Monitor> {
    Box::new(Settled::default())
}
