//! The notifier: tries by a schedule until the receiver says the one word that counts, or the schedule is over.
//!
//! It keeps what it owes in a table, or in memory only. Giving up is part of the protocol: the last attempt was the
//! last.

use super::message::{Message, Notice, NotifierTimer};
use super::schedule::Schedule;
use super::settings::{Mistake, RECEIVER_NODE, Settings};
use crate::protocols::parts::broker::Offset;
use crate::protocols::parts::broker::message::Message as Brokered;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::Event;
use crate::protocols::parts::ranges::Ranges;
use crate::sim::clock::WallTime;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Status {
    /// To be tried, at this instant by the notifier's wall clock.
    Due(WallTime),
    /// The receiver has confirmed.
    Confirmed,
    /// The last attempt has failed.
    GivenUp,
}

/// A row of the notifier's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    pub event: Event,
    /// How often it was tried.
    pub attempts: u8,
    pub status: Status,
}

/// The notifier logs whole rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Record(pub Row);

impl Named for Record {
    fn kind(&self) -> &'static str {
        match self.0.status {
            Status::Due(_) => "notice",
            Status::Confirmed => "confirmed",
            Status::GivenUp => "given-up",
        }
    }

    fn subject(&self) -> Subject {
        self.0.event.transaction.subject()
    }

    fn tone(&self) -> Tone {
        match self.0.status {
            Status::Due(_) => Tone::Reply,
            Status::Confirmed => Tone::Decision(Outcome::Commit),
            Status::GivenUp => Tone::Decision(Outcome::Abort),
        }
    }
}

/// The table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Notices {
    rows: SortedMap<Transaction, Row>,
    /// Which are confirmed or given up: an index.
    settled: Ranges,
}

impl Notices {
    pub fn row(&self, transaction: Transaction) -> Option<&Row> {
        self.rows.get(&transaction)
    }

    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// The orders of which the receiver has confirmed word, or which were given up.
    pub fn settled(&self) -> &Ranges {
        &self.settled
    }

    /// The first row that is still to be tried.
    pub fn first_open(&self) -> Option<Transaction> {
        self.rows().find(|row| matches!(row.status, Status::Due(_))).map(|row| row.event.transaction)
    }
}

impl Durable for Notices {
    type Record = Record;

    fn apply(&mut self, record: &Record) {
        let transaction = record.0.event.transaction;
        if !matches!(record.0.status, Status::Due(_)) {
            self.settled.insert(transaction.0);
        }
        self.rows.insert(transaction, record.0);
    }
}

/// The notifier's memory: the table, ahead by what is being written.
#[derive(Clone, Debug, Serialize)]
pub struct Notifier {
    #[serde(skip)]
    settings: Settings,
    table: Notices,
    /// The attempts whose answers it waits for: what comes later is not heard, the call is over.
    calling: SortedSet<Transaction>,
}

impl Notifier {
    pub fn table(&self) -> &Notices {
        &self.table
    }

    /// When it tries.
    pub fn schedule(&self) -> Schedule {
        self.settings.schedule
    }

    /// Remembers a row; on its disk too, unless its table is in memory only.
    fn keep(&mut self, row: Row, turn: &mut Turn<Self>) {
        let record = Record(row);
        self.table.apply(&record);
        if self.settings.mistake != Mistake::MemoryQueue {
            turn.write(record);
            turn.fsync();
        }
    }

    /// The broker hands an order over: it is this notifier's from here on.
    fn take(&mut self, broker: NodeId, offset: Offset, event: Event, turn: &mut Turn<Self>) {
        let transaction = event.transaction;
        let fresh = self.table.row(transaction).is_none();
        if fresh {
            self.keep(Row { event, attempts: 0, status: Status::Due(turn.wall()) }, turn);
        } else if self.settings.mistake != Mistake::MemoryQueue && turn.disk().row(transaction).is_none() {
            turn.fsync();
        }
        turn.send(broker, Message::Broker(Brokered::Consumed { subject: transaction.subject(), offset }));
        if fresh {
            self.attempt(transaction, turn);
        }
    }

    /// Tries once more, and will again when the schedule says so: counted from when the attempt really leaves.
    fn attempt(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(Row { event, attempts, status: Status::Due(_) }) = self.table.row(transaction).copied() else {
            return;
        };
        let gap = match self.settings.mistake {
            Mistake::Impatient => Some(self.settings.answer_wait),
            _ => self.settings.schedule.gaps().get(usize::from(attempts)).copied(),
        };
        // After a crash nobody knows when it left, nor its answer: at the latest when that would have been missed.
        let due = turn.wall().after(self.settings.answer_wait).after(gap.unwrap_or(Span::ZERO));
        self.keep(Row { event, attempts: attempts + 1, status: Status::Due(due) }, turn);
        turn.send(RECEIVER_NODE, Message::Notice(Notice::Notify { event, is_signed: true }));
        self.calling.insert(transaction);
        turn.set(NotifierTimer::NoAnswer(transaction), self.settings.answer_wait);
        if let Some(gap) = gap.filter(|_| !self.is_last(attempts + 1)) {
            turn.set(NotifierTimer::Attempt(transaction), gap);
        }
    }

    /// Whether so many attempts are all that there are.
    fn is_last(&self, attempts: u8) -> bool {
        usize::from(attempts) > self.settings.schedule.gaps().len()
    }

    /// Whether the answer is one that is waited for.
    fn hears(&mut self, transaction: Transaction, turn: &mut Turn<Self>) -> bool {
        turn.cancel(NotifierTimer::NoAnswer(transaction));
        self.calling.remove(&transaction)
    }

    /// An attempt has failed: the next one comes when the schedule says so, or never.
    fn failed(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let row = self.table.row(transaction).copied().filter(|row| matches!(row.status, Status::Due(_)));
        if let Some(row) = row.filter(|row| self.is_last(row.attempts)) {
            self.keep(Row { status: Status::GivenUp, ..row }, turn);
        }
    }

    fn confirmed(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(row) = self.table.row(transaction).copied() else { return };
        if row.status != Status::Confirmed {
            turn.cancel(NotifierTimer::Attempt(transaction));
            self.keep(Row { status: Status::Confirmed, ..row }, turn);
        }
    }
}

impl Role for Notifier {
    type Message = Message;
    type Timer = NotifierTimer;
    type Durable = Notices;
    type Setup = Settings;

    /// After a crash: the table says what is due when.
    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        let mut notifier = Notifier { settings: *settings, table: turn.disk().clone(), calling: SortedSet::new() };
        let rows: Vec<Row> = notifier.table.rows().copied().collect();
        for row in rows {
            let transaction = row.event.transaction;
            match row.status {
                Status::Due(_) if notifier.is_last(row.attempts) => notifier.failed(transaction, turn),
                Status::Due(due) => turn.set(NotifierTimer::Attempt(transaction), due.since(turn.wall())),
                Status::Confirmed | Status::GivenUp => {}
            }
        }
        notifier
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match message {
            Message::Broker(Brokered::Deliver { offset, body, .. }) => self.take(from, *offset, *body, turn),
            Message::Notice(Notice::Success { transaction }) if self.hears(*transaction, turn) => {
                self.confirmed(*transaction, turn);
            }
            Message::Notice(Notice::Failure { transaction }) if self.hears(*transaction, turn) => {
                match self.settings.mistake {
                    Mistake::AnyAnswer => self.confirmed(*transaction, turn),
                    _ => self.failed(*transaction, turn),
                }
            }
            _ => {}
        }
    }

    fn fire(&mut self, timer: &NotifierTimer, turn: &mut Turn<Self>) {
        match *timer {
            NotifierTimer::NoAnswer(transaction) => {
                self.calling.remove(&transaction);
                self.failed(transaction, turn);
            }
            NotifierTimer::Attempt(transaction) => self.attempt(transaction, turn),
        }
    }

    fn face(&self, _disk: &Notices) -> Face {
        let any = |wanted: fn(&Status) -> bool| self.table.rows().any(|row| wanted(&row.status));
        if any(|status| matches!(status, Status::Due(_))) {
            Face { word: Text::new("tries", "通知中"), mood: Mood::Holding }
        } else if any(|status| *status == Status::GivenUp) {
            Face { word: Text::new("gave up", "已放弃"), mood: Mood::Decided(Outcome::Abort) }
        } else if any(|status| *status == Status::Confirmed) {
            Face { word: Text::new("confirmed", "已确认"), mood: Mood::Decided(Outcome::Commit) }
        } else {
            Face { word: Text::new("idle", "空闲"), mood: Mood::Idle }
        }
    }
}
