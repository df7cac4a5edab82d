//! The sender: its half of an order and the row that says so, in one local transaction; and its table of messages, for
//! relays to read.

use super::message::{Message, SenderTimer, Table};
use super::outbox::{Change, Outbox, Row, RowId, Status};
use super::settings::{Mistake, Relaying, Settings};
use crate::protocols::parts::broker;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::flexible::Operation;
use crate::protocols::parts::messaging::tables::{Desk, Record, Tables};
use crate::protocols::parts::messaging::{CLIENT, Event, SENDER, client, consumer};
use crate::sim::payload::Outcome;
use crate::sim::role::{Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;

/// A local transaction that has not committed: it has drawn its row's number already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Open {
    order: Order,
    row: RowId,
}

/// The sender's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Sender {
    #[serde(skip)]
    settings: Settings,
    desk: Desk<Outbox>,
    open: SortedMap<Transaction, Open>,
    /// Orders that wait for the lock of their product's row, first come first served.
    waiting: Vec<(Transaction, Order)>,
    next_row: RowId,
    /// Rows that a relay has locked until it has marked them or its connection is gone.
    locked: SortedMap<RowId, NodeId>,
    /// Who is told of every row as it commits.
    capturing: Option<NodeId>,
    /// Without a table of messages: what the broker has not acknowledged.
    unsent: SortedMap<Transaction, Event>,
}

impl Sender {
    pub fn desk(&self) -> &Desk<Outbox> {
        &self.desk
    }

    /// Whether it has an order's message in memory alone, and will send it.
    pub fn will_send(&self, transaction: Transaction) -> bool {
        self.unsent.contains_key(&transaction)
    }

    /// Whether no relay will ever take a row: only by mistake.
    pub fn passes_over(&self, outbox: &Outbox, row: RowId) -> bool {
        self.settings.mistake == Mistake::SkipGaps && row <= outbox.position()
    }

    fn write(&mut self, record: Record<Change>, turn: &mut Turn<Self>) {
        self.desk.read(&record);
        turn.write(record);
        turn.fsync();
    }

    /// An order, perhaps repeated: its number says whether it is.
    fn ordered(&mut self, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        let waits = self.waiting.iter().any(|(waits, _)| *waits == transaction);
        if waits || self.open.contains_key(&transaction) {
            return;
        }
        let remembers = self.settings.mistake != Mistake::ForgetsOrders;
        if self.desk.tables().has(transaction) && remembers {
            if !turn.disk().has(transaction) {
                turn.fsync();
            }
            self.answer(transaction, Outcome::Commit, turn);
        } else if self.desk.table().is_rejected(transaction) {
            turn.fsync();
            self.answer(transaction, Outcome::Abort, turn);
        } else {
            self.begin(transaction, order, turn);
        }
    }

    /// The local transaction begins: it locks its product's row and draws a number for its message; how long it then
    /// works is drawn by lot.
    fn begin(&mut self, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        if self.open.values().any(|open| open.order.row == order.row) {
            self.waiting.push((transaction, order));
            return;
        }
        let row = self.next_row;
        self.next_row = RowId(row.0 + 1);
        self.open.insert(transaction, Open { order, row });
        if self.settings.mistake == Mistake::SendBeforeCommit {
            self.publish_from_memory(Event { transaction, order }, turn);
        }
        match self.settings.work.as_micros() {
            0 => self.finish(transaction, turn),
            work => {
                let drawn = turn.draw("work", &[u64::from(transaction.0)]) % (2 * work + 1);
                turn.set(SenderTimer::Work(transaction), Span::micros(drawn));
            }
        }
    }

    /// Commits, if the shelf allows it: goods and message in one record. Only then is it told.
    fn finish(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(Open { order, row }) = self.open.remove(&transaction) else { return };
        self.end(transaction, order, row, turn);
        if let Some(place) = self.waiting.iter().position(|(_, waits)| waits.row == order.row) {
            let (next, order) = self.waiting.remove(place);
            self.begin(next, order, turn);
        }
    }

    fn end(&mut self, transaction: Transaction, order: Order, row: RowId, turn: &mut Turn<Self>) {
        if !self.desk.allows(Operation::Message, order) {
            self.write(Record::Row(Change::Rejected { transaction }), turn);
            self.answer(transaction, Outcome::Abort, turn);
            return;
        }
        let event = Event { transaction, order };
        let has_table = !matches!(self.settings.mistake, Mistake::SendBeforeCommit | Mistake::SendAfterCommit);
        let insert = has_table.then_some(Change::Insert { row, event });
        self.write(self.desk.local(transaction, Operation::Message, order, insert), turn);
        self.answer(transaction, Outcome::Commit, turn);
        if self.settings.mistake == Mistake::SendAfterCommit {
            self.publish_from_memory(event, turn);
        }
        if let Some(relay) = self.capturing.filter(|_| has_table) {
            turn.send_connected(relay, Message::Table(Table::Rows { rows: vec![(row, event)] }));
        }
    }

    fn answer(&self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        turn.send_connected(CLIENT, Message::Client(client::Message::Result { transaction, outcome }));
    }

    /// A mistake: the message is in memory only, beside the transaction instead of in it.
    fn publish_from_memory(&mut self, event: Event, turn: &mut Turn<Self>) {
        self.unsent.insert(event.transaction, event);
        self.publish_again(event.transaction, turn);
    }

    fn publish_again(&self, transaction: Transaction, turn: &mut Turn<Self>) {
        if let Some(event) = self.unsent.get(&transaction) {
            turn.send(self.settings.next_hop(), self.settings.forward(*event));
            turn.set(SenderTimer::Republish(transaction), self.settings.publish_retry);
        }
    }

    /// The rows that a relay may send now: committed ones, of course, that nobody has marked meanwhile.
    fn sendable(&self, committed: &Outbox) -> Vec<(RowId, Event)> {
        let table = self.desk.table();
        let is_new = |transaction| table.row_of(transaction).is_some_and(|(_, row)| row.status == Status::New);
        let is_taken = |id: RowId, row: &Row| {
            is_new(row.event.transaction) && !self.passes_over(table, id) && !self.locked.contains_key(&id)
        };
        let rows = committed.rows().filter(|(id, row)| is_taken(*id, row));
        rows.map(|(id, row)| (id, row.event)).take(self.settings.batch as usize).collect()
    }

    fn polled(&mut self, relay: NodeId, turn: &mut Turn<Self>) {
        self.unlock(relay);
        let rows = self.sendable(&turn.disk().table);
        if self.settings.locks_rows {
            self.locked.extend(rows.iter().map(|(id, _)| (*id, relay)));
        }
        turn.send_connected(relay, Message::Table(Table::Rows { rows }));
    }

    /// Whoever captures changes first gets all that is not sent.
    fn captured(&mut self, relay: NodeId, turn: &mut Turn<Self>) {
        self.capturing = Some(relay);
        for row in self.sendable(&turn.disk().table) {
            turn.send_connected(relay, Message::Table(Table::Rows { rows: vec![row] }));
        }
    }

    fn unlock(&mut self, relay: NodeId) {
        self.locked.retain(|_, holder| *holder != relay);
    }

    fn mark_sent(&mut self, relay: NodeId, row: RowId, transaction: Transaction, turn: &mut Turn<Self>) {
        self.locked.remove(&row);
        let kept = self.settings.callback;
        if self.desk.table().row_of(transaction).is_some_and(|(_, row)| row.status == Status::New) {
            self.write(Record::Row(Change::Sent { row, transaction, kept }), turn);
            if kept {
                turn.set(SenderTimer::Rescan(transaction), self.settings.rescan);
            }
        }
        turn.send_connected(relay, Message::Table(Table::Marked { row, transaction }));
    }

    /// The receiver has said what became of it.
    fn heard(&mut self, transaction: Transaction, refused: bool, turn: &mut Turn<Self>) {
        turn.cancel(SenderTimer::Rescan(transaction));
        let Some((row, _)) = self.desk.table().row_of(transaction) else { return };
        self.locked.remove(&row);
        let change = match refused {
            false => Change::Done { row, transaction },
            true => Change::Refused { row, transaction },
        };
        self.write(Record::Row(change), turn);
    }

    /// Sent long ago, and nothing was heard: it will be sent again.
    fn rescan(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some((row, Row { event, status: Status::Sent })) = self.desk.table().row_of(transaction) else { return };
        self.write(Record::Row(Change::Again { row, transaction }), turn);
        if let Some(relay) = self.capturing {
            turn.send_connected(relay, Message::Table(Table::Rows { rows: vec![(row, event)] }));
        }
    }
}

impl Role for Sender {
    type Message = Message;
    type Timer = SenderTimer;
    type Durable = Tables<Outbox>;
    type Setup = Settings;

    /// After a crash: open local transactions never were, and whatever was sent without an answer is watched again.
    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        let desk = Desk::recovered(&settings.business, SENDER, turn.disk());
        for (_, row) in desk.table().rows().filter(|(_, row)| row.status == Status::Sent) {
            turn.set(SenderTimer::Rescan(row.event.transaction), settings.rescan);
        }
        Sender {
            settings: *settings,
            // Numbers start from 1, and those of rows that never committed are not drawn again as long as it runs.
            next_row: desk.table().next().max(RowId(1)),
            desk,
            open: SortedMap::new(),
            waiting: Vec::new(),
            locked: SortedMap::new(),
            capturing: None,
            unsent: SortedMap::new(),
        }
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Client(client::Message::Order { transaction, order }) => self.ordered(transaction, order, turn),
            Message::Table(Table::Poll) => self.polled(from, turn),
            Message::Table(Table::Capture) if self.settings.relaying == Relaying::Capture => self.captured(from, turn),
            Message::Table(Table::MarkSent { row, transaction }) => self.mark_sent(from, row, transaction, turn),
            Message::Receiver(consumer::Message::Done { transaction }) => self.heard(transaction, false, turn),
            Message::Receiver(consumer::Message::Refused { transaction }) => self.heard(transaction, true, turn),
            Message::Broker(broker::message::Message::Published { subject }) => {
                let transaction = Transaction(subject.0);
                self.unsent.remove(&transaction);
                turn.cancel(SenderTimer::Republish(transaction));
            }
            _ => {}
        }
    }

    fn fire(&mut self, timer: &SenderTimer, turn: &mut Turn<Self>) {
        match *timer {
            SenderTimer::Work(transaction) => self.finish(transaction, turn),
            SenderTimer::Rescan(transaction) => self.rescan(transaction, turn),
            SenderTimer::Republish(transaction) => self.publish_again(transaction, turn),
        }
    }

    fn disconnected(&mut self, peer: NodeId, _turn: &mut Turn<Self>) {
        self.unlock(peer);
        self.capturing = self.capturing.filter(|relay| *relay != peer);
    }

    fn face(&self, disk: &Tables<Outbox>) -> Face {
        let any = |wanted| disk.table.rows().any(|(_, row)| row.status == wanted);
        if !self.open.is_empty() || self.desk.tables() != disk {
            Face { word: Text::new("working", "执行中"), mood: Mood::Busy }
        } else if any(Status::New) || !self.unsent.is_empty() {
            Face { word: Text::new("has to send", "待发送"), mood: Mood::Holding }
        } else if any(Status::Sent) {
            Face { word: Text::new("has sent", "待确认"), mood: Mood::Waiting }
        } else {
            Face { word: Text::new("idle", "空闲"), mood: Mood::Idle }
        }
    }
}
