//! The sender: commits, answers its client, and hands word of it to a broker. What becomes of the receiver is not its
//! business, but whoever asks it what it has committed is told.

use super::message::{Message, Notice, Republish};
use super::settings::{BROKER, PUBLISH_RETRY, Settings, TOPIC};
use crate::protocols::parts::broker::message::Message as Brokered;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::Operation;
use crate::protocols::parts::messaging::tables::{Desk, Record, Tables};
use crate::protocols::parts::messaging::{CLIENT, Event, SENDER, client};
use crate::sim::payload::{Named, Outcome, Subject};
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// A change of the sender's table of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Row {
    /// Committed, and to be handed over.
    Committed { event: Event },
    /// Handed over to the broker.
    HandedOver { transaction: Transaction },
    /// Refused, and it will be said so again.
    Rejected { transaction: Transaction },
}

impl Named for Row {
    fn kind(&self) -> &'static str {
        match self {
            Row::Committed { .. } => "order-committed",
            Row::HandedOver { .. } => "handed-over",
            Row::Rejected { .. } => "order-rejected",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Row::Committed { event } => event.transaction.subject(),
            Row::HandedOver { transaction } | Row::Rejected { transaction } => transaction.subject(),
        }
    }
}

/// The sender's table of orders: what it has committed, and what of it the broker does not have yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Orders {
    committed: SortedMap<Transaction, Order>,
    to_hand_over: SortedSet<Transaction>,
    rejected: SortedSet<Transaction>,
}

impl Orders {
    /// All that was committed: the statement.
    pub fn statement(&self) -> impl Iterator<Item = Event> + '_ {
        self.committed.iter().map(|(transaction, order)| Event { transaction: *transaction, order: *order })
    }

    pub fn to_hand_over(&self) -> impl Iterator<Item = Transaction> + '_ {
        self.to_hand_over.iter().copied()
    }

    fn event(&self, transaction: Transaction) -> Option<Event> {
        self.committed.get(&transaction).map(|order| Event { transaction, order: *order })
    }
}

impl Durable for Orders {
    type Record = Row;

    fn apply(&mut self, row: &Row) {
        match row {
            Row::Committed { event } => {
                self.committed.insert(event.transaction, event.order);
                self.to_hand_over.insert(event.transaction);
            }
            Row::HandedOver { transaction } => {
                self.to_hand_over.remove(transaction);
            }
            Row::Rejected { transaction } => {
                self.rejected.insert(*transaction);
            }
        }
    }
}

/// The sender's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Sender {
    desk: Desk<Orders>,
}

impl Sender {
    pub fn desk(&self) -> &Desk<Orders> {
        &self.desk
    }

    fn write(&mut self, record: Record<Row>, turn: &mut Turn<Self>) {
        self.desk.read(&record);
        turn.write(record);
        turn.fsync();
    }

    /// An order, perhaps repeated: its number says whether it is.
    fn ordered(&mut self, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        if self.desk.tables().has(transaction) {
            if !turn.disk().has(transaction) {
                turn.fsync();
            }
            self.answer(transaction, Outcome::Commit, turn);
        } else if self.desk.table().rejected.contains(&transaction) || !self.desk.allows(Operation::Message, order) {
            self.write(Record::Row(Row::Rejected { transaction }), turn);
            self.answer(transaction, Outcome::Abort, turn);
        } else {
            let row = Row::Committed { event: Event { transaction, order } };
            self.write(self.desk.local(transaction, Operation::Message, order, Some(row)), turn);
            self.answer(transaction, Outcome::Commit, turn);
            self.hand_over(transaction, turn);
        }
    }

    fn answer(&self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        turn.send_connected(CLIENT, Message::Client(client::Message::Result { transaction, outcome }));
    }

    fn hand_over(&self, transaction: Transaction, turn: &mut Turn<Self>) {
        let table = self.desk.table();
        if let Some(body) = table.event(transaction).filter(|_| table.to_hand_over.contains(&transaction)) {
            turn.send(BROKER, Message::Broker(Brokered::Publish { topic: TOPIC, body }));
            turn.set(Republish(transaction), PUBLISH_RETRY);
        }
    }

    fn handed_over(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        turn.cancel(Republish(transaction));
        if self.desk.table().to_hand_over.contains(&transaction) {
            self.write(Record::Row(Row::HandedOver { transaction }), turn);
        }
    }
}

impl Role for Sender {
    type Message = Message;
    type Timer = Republish;
    type Durable = Tables<Orders>;
    type Setup = Settings;

    /// After a crash: whatever the broker may not have is handed over again.
    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        let sender = Sender { desk: Desk::recovered(&settings.business, SENDER, turn.disk()) };
        let open: Vec<Transaction> = sender.desk.table().to_hand_over().collect();
        open.into_iter().for_each(|transaction| sender.hand_over(transaction, turn));
        sender
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match message {
            Message::Client(client::Message::Order { transaction, order }) => {
                self.ordered(*transaction, *order, turn);
            }
            Message::Broker(Brokered::Published { subject }) => self.handed_over(Transaction(subject.0), turn),
            Message::Notice(Notice::Query) => {
                let events: Vec<Event> = turn.disk().table.statement().collect();
                turn.send(from, Message::Notice(Notice::Statement { events }));
            }
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Republish, turn: &mut Turn<Self>) {
        self.hand_over(timer.0, turn);
    }

    fn face(&self, disk: &Tables<Orders>) -> Face {
        if self.desk.tables() != disk {
            Face { word: Text::new("working", "执行中"), mood: Mood::Busy }
        } else if disk.table.to_hand_over().next().is_some() {
            Face { word: Text::new("hands over", "移交消息"), mood: Mood::Holding }
        } else {
            Face { word: Text::new("idle", "空闲"), mood: Mood::Idle }
        }
    }
}
