//! The client: places orders, a few at once, and repeats an order under the same number until it is answered.

use super::CLIENT;
use crate::protocols::parts::Carries;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::clock::LocalTime;
use crate::sim::payload::{Named, Outcome, Subject, Tone};
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;
use std::marker::PhantomData;

/// What the client and a service say to each other, on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    /// Do this, once, however often you are told.
    Order { transaction: Transaction, order: Order },
    /// It is committed, or it did not happen and never will.
    Result { transaction: Transaction, outcome: Outcome },
}

impl Named for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Order { .. } => "order",
            Message::Result { .. } => "result",
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Message::Order { transaction, .. } | Message::Result { transaction, .. } => transaction.subject(),
        }
    }

    fn tone(&self) -> Tone {
        match self {
            Message::Order { .. } => Tone::Request,
            Message::Result { .. } => Tone::Reply,
        }
    }
}

/// No answer to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerTimeout(pub Transaction);

impl Named for AnswerTimeout {
    fn kind(&self) -> &'static str {
        "answer"
    }

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}

/// What the client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The services that take orders: the first, and one more that is asked when the one before is silent.
    pub services: (NodeId, NodeId),
    pub orders: u32,
    pub at_once: u32,
    pub rows: u16,
    pub answer_timeout: Span,
}

/// The client's memory, in a protocol whose messages are `M`.
#[derive(Clone, Debug, Serialize)]
pub struct Client<M> {
    #[serde(skip)]
    setup: Setup,
    /// The next order's number.
    next: u32,
    /// Orders without an answer, and how often each was placed.
    waiting: SortedMap<Transaction, u32>,
    /// It has come back from a crash and knows nothing of its orders.
    lost_its_memory: bool,
    #[serde(skip)]
    messages: PhantomData<fn() -> M>,
}

impl<M: Carries<Message>> Client<M> {
    /// Its first order without an answer, placed or not. After a crash it does not know.
    pub fn unanswered(&self) -> Option<Option<Transaction>> {
        if self.lost_its_memory {
            return None;
        }
        let to_place = (self.next <= self.setup.orders).then_some(Transaction(self.next));
        Some(self.waiting.first().map(|(transaction, _)| *transaction).or(to_place))
    }

    fn place_orders(&mut self, turn: &mut Turn<Self>) {
        while self.next <= self.setup.orders && self.waiting.len() < self.setup.at_once as usize {
            let transaction = Transaction(self.next);
            self.next += 1;
            self.waiting.insert(transaction, 0);
            self.place(transaction, turn);
        }
    }

    /// Places an order, for the first time or again: its number says that it is the same.
    fn place(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(times) = self.waiting.get_mut(&transaction) else { return };
        let (first, other) = self.setup.services;
        let service = if *times % 2 == 0 { first } else { other };
        *times += 1;
        let order = Order::drawn(transaction.0, self.setup.rows, |purpose, name| turn.draw(purpose, name));
        turn.send_connected(service, M::carrying(Message::Order { transaction, order }));
        turn.set(AnswerTimeout(transaction), self.setup.answer_timeout);
    }
}

impl<M: Carries<Message>> Role for Client<M> {
    type Message = M;
    type Timer = AnswerTimeout;
    type Durable = Diskless;
    type Setup = Setup;

    fn start(setup: &Setup, turn: &mut Turn<Self>) -> Self {
        debug_assert_eq!(turn.me(), CLIENT);
        // A client that starts later than the run has crashed: its orders are lost to it, and their numbers are taken.
        let lost_its_memory = turn.now() > LocalTime::default();
        let mut client =
            Client { setup: *setup, next: 1, waiting: SortedMap::new(), lost_its_memory, messages: PhantomData };
        if !lost_its_memory {
            client.place_orders(turn);
        }
        client
    }

    fn receive(&mut self, _from: NodeId, message: &M, turn: &mut Turn<Self>) {
        if let Some(Message::Result { transaction, .. }) = message.carried()
            && self.waiting.remove(transaction).is_some()
        {
            turn.cancel(AnswerTimeout(*transaction));
            self.place_orders(turn);
        }
    }

    fn fire(&mut self, timer: &AnswerTimeout, turn: &mut Turn<Self>) {
        self.place(timer.0, turn);
    }

    fn face(&self, _disk: &Diskless) -> Face {
        match self.unanswered() {
            None => Face { word: Text::new("lost memory", "失忆"), mood: Mood::Idle },
            Some(None) => Face { word: Text::new("answered", "已答复"), mood: Mood::Idle },
            Some(Some(_)) => Face { word: Text::new("waiting", "等待中"), mood: Mood::Waiting },
        }
    }
}
