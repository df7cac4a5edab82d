//! A relay: takes rows from the sender's table to the broker, or straight to the receiver, and marks them afterwards.
//!
//! It keeps nothing. Whatever it had in hand when it dies is still new in the table, so it is sent again, perhaps
//! twice.

use super::message::{Message, RelayTimer, Table};
use super::outbox::RowId;
use super::settings::{Mistake, Relaying, SENDER_NODE, Settings, Transport};
use crate::protocols::parts::broker::{self, Body};
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::Event;
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;

/// A relay's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Relay {
    #[serde(skip)]
    settings: Settings,
    /// What the broker has not acknowledged, in order. Of each product's messages only the first is under way: the next
    /// one would overtake it if it were lost.
    in_hand: SortedMap<RowId, Event>,
    /// It was given as many rows as it takes, so there may be more.
    may_be_more: bool,
    /// By mistake: what it has asked to be marked as sent, and not sent.
    marking: SortedMap<RowId, Event>,
}

impl Relay {
    /// Whether it has an order's message in hand.
    pub fn has(&self, transaction: Transaction) -> bool {
        self.in_hand.values().chain(self.marking.values()).any(|event| event.transaction == transaction)
    }

    /// Whether it has nothing in hand.
    pub fn is_idle(&self) -> bool {
        self.in_hand.is_empty() && self.marking.is_empty()
    }

    /// Asks the table, unless it still has something in hand; and will ask again.
    fn look(&self, turn: &mut Turn<Self>) {
        match self.settings.relaying {
            Relaying::Polling => {
                if self.is_idle() {
                    turn.send_connected(SENDER_NODE, Message::Table(Table::Poll));
                }
                turn.set(RelayTimer::Interval, self.settings.poll_interval);
            }
            Relaying::Capture => turn.send_connected(SENDER_NODE, Message::Table(Table::Capture)),
        }
    }

    /// Sends, and marks what is sent: after the broker has acknowledged it, or at once where nobody acknowledges.
    fn take(&mut self, row: RowId, event: Event, turn: &mut Turn<Self>) {
        let transaction = event.transaction;
        match (self.settings.transport, self.settings.mistake) {
            (_, Mistake::MarkBeforeSend) => {
                self.marking.insert(row, event);
                self.mark(row, transaction, turn);
            }
            (Transport::Direct, _) => {
                self.send(event, turn);
                self.mark(row, transaction, turn);
            }
            (Transport::Broker, _) => {
                self.in_hand.insert(row, event);
                self.send_if_first(row, turn);
            }
        }
    }

    fn send(&self, event: Event, turn: &mut Turn<Self>) {
        turn.send(self.settings.next_hop(), self.settings.forward(event));
    }

    fn first_of(&self, key: u32) -> Option<(RowId, Event)> {
        self.in_hand.iter().map(|(row, event)| (*row, *event)).find(|(_, event)| event.key() == key)
    }

    fn send_if_first(&self, row: RowId, turn: &mut Turn<Self>) {
        let Some(event) = self.in_hand.get(&row) else { return };
        if self.first_of(event.key()) == Some((row, *event)) {
            self.send(*event, turn);
            turn.set(RelayTimer::Republish(event.transaction), self.settings.publish_retry);
        }
    }

    fn row_of(&self, transaction: Transaction) -> Option<RowId> {
        self.in_hand.iter().find(|(_, event)| event.transaction == transaction).map(|(row, _)| *row)
    }

    fn mark(&self, row: RowId, transaction: Transaction, turn: &mut Turn<Self>) {
        turn.send_connected(SENDER_NODE, Message::Table(Table::MarkSent { row, transaction }));
    }

    /// Done with a full batch: there may be more, and it does not wait for its interval.
    fn go_on(&mut self, turn: &mut Turn<Self>) {
        if self.is_idle() && std::mem::take(&mut self.may_be_more) {
            self.look(turn);
        }
    }

    /// The row is marked. Only who marks first has something to do now.
    fn marked(&mut self, row: RowId, turn: &mut Turn<Self>) {
        if let Some(event) = self.marking.remove(&row) {
            self.send(event, turn);
            self.go_on(turn);
        }
    }

    /// The broker has it: now it may be marked, and the next one sent.
    fn published(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some((row, event)) = self.row_of(transaction).and_then(|row| Some((row, self.in_hand.remove(&row)?)))
        else {
            return;
        };
        turn.cancel(RelayTimer::Republish(transaction));
        self.mark(row, transaction, turn);
        if let Some((next, _)) = self.first_of(event.key()) {
            self.send_if_first(next, turn);
        }
        self.go_on(turn);
    }
}

impl Role for Relay {
    type Message = Message;
    type Timer = RelayTimer;
    type Durable = Diskless;
    type Setup = Settings;

    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        let relay =
            Relay { settings: *settings, in_hand: SortedMap::new(), marking: SortedMap::new(), may_be_more: false };
        relay.look(turn);
        relay
    }

    fn receive(&mut self, _from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match message {
            Message::Table(Table::Rows { rows }) => {
                rows.iter().for_each(|(row, event)| self.take(*row, *event, turn));
                let is_full = rows.len() as u32 >= self.settings.batch;
                self.may_be_more = is_full && self.settings.relaying == Relaying::Polling;
                self.go_on(turn);
            }
            Message::Table(Table::Marked { row, .. }) => self.marked(*row, turn),
            Message::Broker(broker::message::Message::Published { subject }) => {
                self.published(Transaction(subject.0), turn);
            }
            _ => {}
        }
    }

    fn fire(&mut self, timer: &RelayTimer, turn: &mut Turn<Self>) {
        match *timer {
            RelayTimer::Interval => self.look(turn),
            RelayTimer::Republish(transaction) => {
                if let Some(row) = self.row_of(transaction) {
                    self.send_if_first(row, turn);
                }
            }
        }
    }

    /// Whoever captures changes must connect again; whoever polls does so anyway.
    fn disconnected(&mut self, _peer: NodeId, turn: &mut Turn<Self>) {
        turn.set(RelayTimer::Interval, self.settings.poll_interval);
    }

    fn face(&self, _disk: &Diskless) -> Face {
        match self.is_idle() {
            true => Face { word: Text::new("watches", "守候"), mood: Mood::Idle },
            false => Face { word: Text::new("sends", "发送中"), mood: Mood::Busy },
        }
    }
}
