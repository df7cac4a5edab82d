//! The client: places orders, a few at once, and waits to be told what became of each.

use super::message::{Message, Timer};
use super::settings::Settings;
use crate::protocols::parts::atomic_commitment::{COORDINATOR, participant};
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::clock::LocalTime;
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::SortedSet;
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
    waiting: SortedSet<Transaction>,
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
        Some(self.waiting.first().copied().or(to_place))
    }

    /// Whom it talks to.
    fn counterpart(&self) -> NodeId {
        if self.settings.participant_begins { participant(1) } else { COORDINATOR }
    }

    fn place_orders(&mut self, turn: &mut Turn<Self>) {
        while self.next <= self.settings.business.orders && self.waiting.len() < self.settings.at_once as usize {
            let transaction = Transaction(self.next);
            self.next += 1;
            self.waiting.insert(transaction);
            let answered_below = self.waiting.first().copied().unwrap_or(transaction);
            let order =
                Order::drawn(transaction.0, self.settings.business.rows, |purpose, name| turn.draw(purpose, name));
            turn.send_connected(self.counterpart(), Message::Order { transaction, order, answered_below });
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
        let mut client = Client { settings: *settings, next: 1, waiting: SortedSet::new(), lost_its_memory };
        if !lost_its_memory {
            client.place_orders(turn);
        }
        client
    }

    fn receive(&mut self, _from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match message {
            Message::Result { transaction, .. } if self.waiting.remove(transaction) => {
                turn.cancel(Timer::Answer(*transaction));
                self.place_orders(turn);
            }
            Message::Recover => {
                for transaction in &self.waiting {
                    turn.send_connected(self.counterpart(), Message::Inquire { transaction: *transaction });
                }
            }
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        let transaction = timer.transaction();
        if self.waiting.contains(&transaction) {
            turn.send_connected(self.counterpart(), Message::Inquire { transaction });
            turn.set(Timer::Answer(transaction), self.settings.answer_timeout);
        }
    }

    fn face(&self, _disk: &Diskless) -> Face {
        match self.unanswered() {
            None => Face { word: Text::new("lost memory", "失忆"), mood: Mood::Idle },
            Some(None) => Face { word: Text::new("answered", "已答复"), mood: Mood::Idle },
            Some(Some(_)) => Face { word: Text::new("waiting", "等待中"), mood: Mood::Waiting },
        }
    }
}
