//! The receiver: checks who a notification is from, does its half once, says the one word that counts; and asks the
//! sender now and then what it may have missed.

use super::message::{Message, Notice, ReceiverTimer};
use super::settings::{Mistake, NOTIFIER, SENDER_NODE, Settings};
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::Operation;
use crate::protocols::parts::messaging::consumer::{Inbox, Row};
use crate::protocols::parts::messaging::tables::{Desk, Record, Tables};
use crate::protocols::parts::messaging::{Event, RECEIVER};
use crate::sim::role::{Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;

/// The receiver's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Receiver {
    #[serde(skip)]
    settings: Settings,
    desk: Desk<Inbox>,
    /// How often it has failed on an order's notification.
    failures: SortedMap<Transaction, u8>,
}

impl Receiver {
    pub fn desk(&self) -> &Desk<Inbox> {
        &self.desk
    }

    /// Whether it will ask the sender what it may have missed.
    pub fn reconciles(&self) -> bool {
        self.settings.reconcile > Span::ZERO
    }

    fn write(&mut self, record: Record<Row>, turn: &mut Turn<Self>) {
        self.desk.read(&record);
        turn.write(record);
        turn.fsync();
    }

    fn notified(&mut self, event: Event, is_signed: bool, turn: &mut Turn<Self>) {
        let transaction = event.transaction;
        if !is_signed && self.settings.mistake != Mistake::NoSignature {
            turn.send(NOTIFIER, Message::Notice(Notice::Failure { transaction }));
            return;
        }
        if self.knows(transaction) {
            if self.desk.tables() != turn.disk() {
                turn.fsync();
            }
            self.answer(transaction, turn);
            return;
        }
        let failures = self.failures.get(&transaction).copied().unwrap_or(0);
        if failures < self.settings.failures {
            self.failures.insert(transaction, failures + 1);
            turn.send(NOTIFIER, Message::Notice(Notice::Failure { transaction }));
            return;
        }
        self.carry_out(event, turn);
        match self.settings.work {
            Span::ZERO => self.answer(transaction, turn),
            work => turn.set(ReceiverTimer::Work(transaction), work),
        }
    }

    /// Whether the order's number is known here.
    fn knows(&self, transaction: Transaction) -> bool {
        let inbox = self.desk.table();
        inbox.has_rejected(transaction) || (inbox.has_seen(transaction) && self.settings.mistake != Mistake::NoNumber)
    }

    /// Does its half and remembers the number, in one local transaction; or writes down that it refuses.
    fn carry_out(&mut self, Event { transaction, order }: Event, turn: &mut Turn<Self>) {
        let record = match self.desk.allows(Operation::Action, order) {
            true => self.desk.local(transaction, Operation::Action, order, Some(Row::Seen { transaction })),
            false => Record::Row(Row::Rejected { transaction }),
        };
        self.write(record, turn);
    }

    fn answer(&self, transaction: Transaction, turn: &mut Turn<Self>) {
        let answer = match self.settings.says_success {
            true => Notice::Success { transaction },
            false => Notice::Failure { transaction },
        };
        turn.send(NOTIFIER, Message::Notice(answer));
    }

    fn reconcile_later(&self, turn: &mut Turn<Self>) {
        if self.settings.reconcile > Span::ZERO {
            turn.set(ReceiverTimer::Reconcile, self.settings.reconcile);
        }
    }

    /// What the sender has committed and nobody has told, it does now.
    fn compare(&mut self, events: &[Event], turn: &mut Turn<Self>) {
        for event in events {
            if !self.knows(event.transaction) && !self.desk.table().has_seen(event.transaction) {
                self.carry_out(*event, turn);
            }
        }
    }
}

impl Role for Receiver {
    type Message = Message;
    type Timer = ReceiverTimer;
    type Durable = Tables<Inbox>;
    type Setup = Settings;

    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        let desk = Desk::recovered(&settings.business, RECEIVER, turn.disk());
        let receiver = Receiver { settings: *settings, desk, failures: SortedMap::new() };
        receiver.reconcile_later(turn);
        receiver
    }

    fn receive(&mut self, _from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match message {
            Message::Notice(Notice::Notify { event, is_signed }) => self.notified(*event, *is_signed, turn),
            Message::Notice(Notice::Statement { events }) => self.compare(events, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &ReceiverTimer, turn: &mut Turn<Self>) {
        match *timer {
            ReceiverTimer::Work(transaction) => self.answer(transaction, turn),
            ReceiverTimer::Reconcile => {
                turn.send(SENDER_NODE, Message::Notice(Notice::Query));
                self.reconcile_later(turn);
            }
        }
    }

    /// `forge`: somebody who knows the address sends a notification of an order of that number that nobody has placed.
    /// `clean`: the inbox is emptied.
    fn intervene(&mut self, key: &str, arguments: &[u32], turn: &mut Turn<Self>) -> bool {
        match (key, arguments) {
            ("forge", [number]) => {
                let event = Event { transaction: Transaction(*number), order: Order { row: 0, units: 3 } };
                self.notified(event, false, turn);
                true
            }
            _ => self.desk.intervene(key, arguments),
        }
    }

    fn face(&self, disk: &Tables<Inbox>) -> Face {
        match (self.desk.tables() != disk, disk.table.rows().next()) {
            (true, _) => Face { word: Text::new("working", "执行中"), mood: Mood::Busy },
            (false, None) => Face { word: Text::new("knows nothing", "不知情"), mood: Mood::Idle },
            (false, Some(_)) => Face { word: Text::new("informed", "已知情"), mood: Mood::Idle },
        }
    }
}
