//! A message broker: topics as queues in one durable log, delivered at least once; half messages for transactions.
//!
//! What protocols lean on, and where it gives way. What the broker has acknowledged is in its log, and stays there
//! until the consumer has acknowledged it; whoever is silent is sent it again, whoever fails is sent it again later, by
//! levels, and after the last level it is put aside among the *dead letters*. So nothing is lost and much may come
//! twice: the broker compares nothing, neither what producers send twice nor what it delivers twice. With an
//! asynchronous flush it acknowledges before the disk has it, as RocketMQ does unless told otherwise.
//!
//! A *half message* is stored like any other but shown to no consumer. Its producer says commit, and it is copied into
//! its topic; or rollback. Neither removes it: both append a record to the *operation topic* that it is resolved. Every
//! 30 s the broker goes through what is not resolved, appends each half message anew, and asks any producer of the
//! group how its transaction ended; after 15 times it parks it. A commit that comes late is carried out whatever was
//! recorded before.
//!
//! [`Log`] is the disk and [`server::Server`] the role that any protocol can run whose messages carry
//! [`Message`](message::Message). Sources: Apache RocketMQ 4.9 and 5, source: `BrokerConfig`, `MessageStoreConfig`,
//! `EndTransactionProcessor`, `TransactionalMessageServiceImpl.check`, `SubscriptionGroupConfig`; its documentation,
//! *Transaction message* and *Consumption retry*.

pub mod halves;
mod log;
pub mod message;
pub mod server;
pub mod show;
pub mod terms;
#[cfg(test)]
mod tests;

pub use log::{End, Entry, Half, Log, Offset, Record, Resolved};

use crate::sim::payload::Subject;
use crate::sim::time::Span;
use serde::Serialize;
use std::fmt::Debug;

/// What a message carries, as its protocol defines it.
pub trait Body: Clone + Debug + PartialEq + Eq + Serialize + Send + Sync + 'static {
    /// What names and sentences go by: a transaction.
    fn subject(&self) -> Subject;
    /// In an ordered topic, messages of the same key keep their order.
    fn key(&self) -> u32;
}

/// A topic's number.
pub type Topic = u8;

/// RocketMQ's delay levels, from 1 (`messageDelayLevel`).
pub static DELAY_LEVELS: [Span; 18] = [
    Span::seconds(1),
    Span::seconds(5),
    Span::seconds(10),
    Span::seconds(30),
    Span::seconds(60),
    Span::seconds(120),
    Span::seconds(180),
    Span::seconds(240),
    Span::seconds(300),
    Span::seconds(360),
    Span::seconds(420),
    Span::seconds(480),
    Span::seconds(540),
    Span::seconds(600),
    Span::seconds(1_200),
    Span::seconds(1_800),
    Span::seconds(3_600),
    Span::seconds(7_200),
];

/// How long RocketMQ waits before each of the 16 redeliveries to a consumer that failed: levels 3 to 18
/// (`retryMaxTimes`).
pub fn consumer_retries() -> &'static [Span] {
    &DELAY_LEVELS[2..]
}

/// How often RocketMQ makes its log durable when it does so asynchronously (`flushIntervalCommitLog`).
pub const FLUSH_INTERVAL: Span = Span::millis(500);

/// How long RocketMQ suspends an ordered queue whose consumer has failed (`suspendCurrentQueueTimeMillis`).
pub const SUSPENDED: Span = Span::seconds(1);

/// When an acknowledged message is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// Before it is acknowledged (`SYNC_FLUSH`).
    BeforeReply,
    /// Some time later (`ASYNC_FLUSH`, RocketMQ's default).
    Later,
}

/// What becomes of a message whose consumer has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It is delivered again after each of these delays, and then put among the dead letters.
    Levels(&'static [Span]),
    /// It is delivered again after this delay, for ever.
    Every(Span),
}

/// A topic and who consumes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub topic: Topic,
    pub consumer: crate::sim::trace::NodeId,
    /// A message waits until those of the same key before it are consumed.
    pub in_order: bool,
    pub retry: Retry,
    /// How long a delivery may stay unanswered before it is repeated.
    pub redeliver_after: Span,
}

/// How half messages are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checking {
    /// Younger ones are left alone (`transactionTimeOut`).
    pub immune_for: Span,
    /// How often the half topic is gone through (`transactionCheckInterval`).
    pub interval: Span,
    /// How often a message is asked about before it is parked (`transactionCheckMax`).
    pub checks_max: u8,
    /// A mistake on purpose: half messages go straight into their topic.
    pub shows_halves: bool,
}

impl Default for Checking {
    fn default() -> Checking {
        Checking { immune_for: Span::seconds(6), interval: Span::seconds(30), checks_max: 15, shows_halves: false }
    }
}
