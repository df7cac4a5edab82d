//! The receiver: does its half of an order for every message, once, however often the message comes.
//!
//! What came is remembered in its *inbox*, a table whose key is the order's number, by the same local transaction that
//! does the half: either both are there after a crash or neither. Only then does it say that it is done. Each line of
//! that can be written wrongly: see [`Mistake`].

use super::tables::{Desk, Record, Tables};
use super::{Event, RECEIVER};
use crate::protocols::parts::broker::{self, Offset};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::Operation;
use crate::protocols::parts::ranges::Ranges;
use crate::protocols::parts::{Carries, NoTimer};
use crate::sim::payload::{Named, Subject, Tone};
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::text::Text;
use serde::Serialize;
use std::marker::PhantomData;

/// What senders and receivers say to each other without a broker. Datagrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    /// Word of an order, from whoever relays it.
    Notify { event: Event },
    /// To the sender: the receiver's half is done.
    Done { transaction: Transaction },
    /// To the sender: the receiver will not do its half.
    Refused { transaction: Transaction },
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Notify { .. } => "notify",
            Message::Done { .. } => "done",
            Message::Refused { .. } => "refused",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Notify { event } => event.transaction.subject(),
            Message::Done { transaction } | Message::Refused { transaction } => transaction.subject(),
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Notify { .. } => Tone::Request,
            Message::Done { .. } | Message::Refused { .. } => Tone::Reply,
        }
    }
}

/// A change of the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Row {
    /// The message has come, and what it asks for is done.
    Seen { transaction: Transaction },
    /// The message has come, and the business refuses it: for people to look at.
    Rejected { transaction: Transaction },
}

impl Named for Row {
    fn kind(&self) -> &'static str {
        match self {
            Row::Seen { .. } => "seen",
            Row::Rejected { .. } => "rejected",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Row::Seen { transaction } | Row::Rejected { transaction } => transaction.subject(),
        }
    }
}

/// The receiver's table of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Inbox {
    seen: Ranges,
    rejected: Ranges,
}

impl Inbox {
    pub fn has_seen(&self, transaction: Transaction) -> bool {
        self.seen.contains(transaction.0)
    }

    pub fn has_rejected(&self, transaction: Transaction) -> bool {
        self.rejected.contains(transaction.0)
    }

    /// Every order of which a message has come, and whether it was rejected.
    pub fn rows(&self) -> impl Iterator<Item = (Transaction, bool)> + '_ {
        let seen = self.seen.numbers().map(|number| (Transaction(number), false));
        seen.chain(self.rejected.numbers().map(|number| (Transaction(number), true)))
    }
}

impl Durable for Inbox {
    type Record = Row;

    fn apply(&mut self, row: &Row) {
        match row {
            Row::Seen { transaction } => self.seen.insert(transaction.0),
            Row::Rejected { transaction } => self.rejected.insert(transaction.0),
        };
    }

    /// `clean`: somebody deletes the inbox's rows, which seem to have served their time. Says whether there were any.
    fn intervene(&mut self, key: &str, _arguments: &[u32]) -> bool {
        key == "clean" && std::mem::take(&mut self.seen) != Ranges::default()
    }
}

/// An order that is done and not in the inbox (true), or in the inbox and not done (false), if there is one: only by
/// mistake.
pub fn half_remembered(disk: &Tables<Inbox>) -> Option<(Transaction, bool)> {
    let done = disk.done.difference(&disk.table.seen).next().map(|number| (Transaction(number), true));
    done.or_else(|| disk.table.seen.difference(&disk.done).next().map(|number| (Transaction(number), false)))
}

/// One line of the receiver, written wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    /// Nothing is remembered.
    NoInbox,
    /// The half is done, and remembered by a transaction after it.
    InboxAfterEffect,
    /// The message is remembered, and the half done by a transaction after it.
    InboxBeforeEffect,
    /// It says that it is done, and then does it.
    AcknowledgeFirst,
}

/// What it does with an order that its business does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It remembers so, tells people, and needs no repetition.
    Record,
    /// It fails, as with any error: the message comes again.
    Fail,
}

/// What the receiver is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    pub business: Business,
    pub mistake: Mistake,
    pub refusal: Refusal,
    /// How often it fails on each message before it works: a bug that is mended, a service that comes back.
    pub failures: u8,
    /// Whom it tells besides the broker, if anybody.
    pub tells: Option<NodeId>,
}

/// Where a message came from, and so whom to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Broker { node: NodeId, offset: Offset, failures: u8 },
    Relay,
}

/// The receiver's memory, in a protocol whose messages are `M`.
#[derive(Clone, Debug, Serialize)]
pub struct Receiver<M> {
    #[serde(skip)]
    setup: Setup,
    desk: Desk<Inbox>,
    #[serde(skip)]
    messages: PhantomData<fn() -> M>,
}

impl<M: Carries<Message> + Carries<broker::message::Message<Event>>> Receiver<M> {
    pub fn desk(&self) -> &Desk<Inbox> {
        &self.desk
    }

    fn write(&mut self, record: Record<Row>, turn: &mut Turn<Self>) {
        self.desk.read(&record);
        turn.write(record);
        turn.fsync();
    }

    /// A message: what it asks for is done unless that was done before; then it is answered, again if need be.
    fn take(&mut self, source: Source, event: Event, turn: &mut Turn<Self>) {
        let transaction = event.transaction;
        if self.desk.table().has_seen(transaction) && self.setup.mistake != Mistake::NoInbox {
            if !turn.disk().table.has_seen(transaction) {
                turn.fsync();
            }
            self.answer(source, Message::Done { transaction }, turn);
        } else if self.desk.table().has_rejected(transaction) {
            if !turn.disk().table.has_rejected(transaction) {
                turn.fsync();
            }
            self.answer(source, Message::Refused { transaction }, turn);
        } else if matches!(source, Source::Broker { failures, .. } if failures < self.setup.failures) {
            self.fail(source, transaction, turn);
        } else if self.desk.allows(Operation::Action, event.order) {
            self.carry_out(source, event, turn);
        } else if self.setup.refusal == Refusal::Fail {
            self.fail(source, transaction, turn);
        } else {
            self.write(Record::Row(Row::Rejected { transaction }), turn);
            self.answer(source, Message::Refused { transaction }, turn);
        }
    }

    /// The half and the inbox's row in one local transaction, then the answer.
    fn carry_out(&mut self, source: Source, event: Event, turn: &mut Turn<Self>) {
        let Event { transaction, order } = event;
        let (seen, done) = (Row::Seen { transaction }, Message::Done { transaction });
        let effect = |receiver: &Self, row| receiver.desk.local(transaction, Operation::Action, order, row);
        match self.setup.mistake {
            Mistake::None => {
                self.write(effect(self, Some(seen)), turn);
                self.answer(source, done, turn);
            }
            Mistake::NoInbox => {
                self.write(effect(self, None), turn);
                self.answer(source, done, turn);
            }
            Mistake::InboxAfterEffect => {
                self.write(effect(self, None), turn);
                self.write(Record::Row(seen), turn);
                self.answer(source, done, turn);
            }
            Mistake::InboxBeforeEffect => {
                self.write(Record::Row(seen), turn);
                self.write(effect(self, None), turn);
                self.answer(source, done, turn);
            }
            Mistake::AcknowledgeFirst => {
                self.answer(source, done, turn);
                self.write(effect(self, Some(seen)), turn);
            }
        }
    }

    fn fail(&self, source: Source, transaction: Transaction, turn: &mut Turn<Self>) {
        if let Source::Broker { node, offset, .. } = source {
            let subject = transaction.subject();
            turn.send(node, M::carrying(broker::message::Message::ConsumeLater { subject, offset }));
        }
    }

    /// The broker needs to know only that it need not come again; the sender, what became of it.
    fn answer(&self, source: Source, answer: Message, turn: &mut Turn<Self>) {
        if let Source::Broker { node, offset, .. } = source {
            let subject = answer.subject();
            turn.send(node, M::carrying(broker::message::Message::Consumed { subject, offset }));
        }
        if let Some(sender) = self.setup.tells {
            turn.send(sender, M::carrying(answer));
        }
    }
}

impl<M: Carries<Message> + Carries<broker::message::Message<Event>>> Role for Receiver<M> {
    type Message = M;
    type Timer = NoTimer;
    type Durable = Tables<Inbox>;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn<Self>) -> Self {
        let desk = Desk::recovered(&setup.business, RECEIVER, turn.disk());
        Receiver { setup: *setup, desk, messages: PhantomData }
    }

    fn receive(&mut self, from: NodeId, message: &M, turn: &mut Turn<Self>) {
        let delivered: Option<&broker::message::Message<Event>> = message.carried();
        let told: Option<&Message> = message.carried();
        match (delivered, told) {
            (Some(broker::message::Message::Deliver { offset, body, failures }), _) => {
                self.take(Source::Broker { node: from, offset: *offset, failures: *failures }, *body, turn);
            }
            (_, Some(Message::Notify { event })) => self.take(Source::Relay, *event, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &NoTimer, _turn: &mut Turn<Self>) {
        match *timer {}
    }

    fn intervene(&mut self, key: &str, arguments: &[u32], _turn: &mut Turn<Self>) -> bool {
        self.desk.intervene(key, arguments)
    }

    fn face(&self, disk: &Tables<Inbox>) -> Face {
        let writing = *self.desk.tables() != *disk;
        match (writing, disk.table.rows().next()) {
            (true, _) => Face { word: Text::new("working", "执行中"), mood: Mood::Busy },
            (false, None) => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
            (false, Some(_)) => Face { word: Text::new("done", "已执行"), mood: Mood::Idle },
        }
    }
}
