//! The client: places orders, a few at once, and waits to be told what became of each.

use super::message::{Message, Timer};
use super::settings::Settings;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::clock::LocalTime;
use crate::sim::payload::Outcome;
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;

/// The client's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Client {
    #[serde(skip)]
    settings: Settings,
    /// The next order's number.
    next: u32,
    /// Orders without an answer.
    waiting: SortedMap<Transaction, Order>,
    last: Option<Outcome>,
    /// It has come back from a crash and knows nothing of its orders.
    lost_its_memory: bool,
}

impl Client {
    /// Its first order without an answer, placed or not. After a crash it does not know.
    pub fn unanswered(&self) -> Option<Option<Transaction>> {
        if self.lost_its_memory {
            return None;
        }
        let to_place = (self.next <= self.settings.business.orders).then_some(Transaction(self.next));
        Some(self.waiting.first().map(|(first, _)| *first).or(to_place))
    }

    fn place_orders(&mut self, turn: &mut Turn<Self>) {
        while self.next <= self.settings.business.orders && self.waiting.len() < self.settings.at_once as usize {
            let transaction = Transaction(self.next);
            self.next += 1;
            let order =
                Order::drawn(transaction.0, self.settings.business.rows, |purpose, name| turn.draw(purpose, name));
            self.waiting.insert(transaction, order);
            self.ask(transaction, turn);
        }
    }

    /// Asking again is placing the same order again: its number says that it is the same.
    fn ask(&self, transaction: Transaction, turn: &mut Turn<Self>) {
        if let Some(order) = self.waiting.get(&transaction) {
            turn.send_connected(self.settings.first_to_ask(), Message::Order { transaction, order: *order });
            turn.set(Timer::Answer(transaction), self.settings.answer_timeout);
        }
    }
}

impl Role for Client {
    type Message = Message;
    type Timer = Timer;
    type Durable = Diskless;
    type Setup = Settings;

    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        // A client that starts later than the run has crashed: its orders are lost to it, and their numbers are taken.
        let lost_its_memory = turn.now() > LocalTime::default();
        let mut client =
            Client { settings: *settings, next: 1, waiting: SortedMap::new(), last: None, lost_its_memory };
        if !lost_its_memory {
            client.place_orders(turn);
        }
        client
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        if let Message::Result { transaction, outcome } = *message {
            if !self.settings.is_orchestrated() {
                turn.send(from, Message::Noted { transaction, unwound: outcome == Outcome::Abort });
            }
            if self.waiting.remove(&transaction).is_some() {
                self.last = Some(outcome);
                turn.cancel(Timer::Answer(transaction));
                self.place_orders(turn);
            }
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        self.ask(timer.transaction(), turn);
    }

    fn face(&self, _disk: &Diskless) -> Face {
        match self.unanswered() {
            None => Face { word: Text::new("lost memory", "失忆"), mood: Mood::Idle },
            Some(Some(_)) => Face { word: Text::new("waiting", "等待中"), mood: Mood::Waiting },
            Some(None) => {
                let mood = self.last.map_or(Mood::Idle, Mood::Decided);
                Face { word: Text::new("answered", "已答复"), mood }
            }
        }
    }
}
