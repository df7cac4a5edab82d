//! The client: places orders, a few at once, and waits to be told what became of each.

use super::message::{Body, Message, Timer, TimerKind};
use super::settings::Settings;
use crate::protocols::parts::atomic_commitment::COORDINATOR;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
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

    fn place_orders(&mut self, turn: &mut Turn<Self>) {
        let business = self.settings.business;
        while self.next <= business.orders && self.waiting.len() < self.settings.at_once as usize {
            let transaction = Transaction(self.next);
            self.next += 1;
            self.waiting.insert(transaction);
            let answered_below = self.waiting.first().copied().unwrap_or(transaction);
            let order = Order::drawn(transaction.0, business.rows, |purpose, name| turn.draw(purpose, name));
            turn.send_connected(COORDINATOR, Body::Order { order, answered_below }.about(transaction));
            turn.set(TimerKind::Answer.of(transaction), self.settings.answer_timeout);
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
        let lost_its_memory = turn.now().since(Default::default()) > Span::ZERO;
        let mut client = Client { settings: *settings, next: 1, waiting: SortedSet::new(), lost_its_memory };
        if !lost_its_memory {
            client.place_orders(turn);
        }
        client
    }

    fn receive(&mut self, _from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        if let Body::Result { .. } = message.body
            && self.waiting.remove(&message.transaction)
        {
            turn.cancel(TimerKind::Answer.of(message.transaction));
            self.place_orders(turn);
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        if self.waiting.contains(&timer.transaction) {
            turn.send_connected(COORDINATOR, Body::Inquire.about(timer.transaction));
            turn.set(TimerKind::Answer.of(timer.transaction), self.settings.answer_timeout);
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
