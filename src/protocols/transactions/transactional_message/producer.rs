//! A producer of the group: half message, local transaction, end; and answers when the broker asks how one ended.
//!
//! The end is said once, one way, and may be lost: that is what the check-back is for. It may be asked of any producer
//! of the group, also of one that never heard of the transaction, so the answer has to come from the database.

use super::message::{Database, Message, ProducerTimer};
use super::settings::{BROKER_RETRIES, HEARTBEAT, Mistake, SEND_TIMEOUT, Settings, TOPIC};
use crate::protocols::parts::broker::Offset;
use crate::protocols::parts::broker::message::Message as Brokered;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::protocols::parts::messaging::{CLIENT, Event, client};
use crate::sim::payload::Outcome;
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;

/// An order that is under way here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct UnderWay {
    order: Order,
    /// How often its half message was sent.
    sends: u8,
    /// The half messages that were acknowledged. With the first, the local transaction begins.
    halves: Vec<Offset>,
    executing: bool,
}

/// A producer's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Producer {
    #[serde(skip)]
    settings: Settings,
    under_way: SortedMap<Transaction, UnderWay>,
    /// Only for who answers from memory: how the transactions ended that this producer ran.
    ended: SortedMap<Transaction, Outcome>,
}

impl Producer {
    /// Whether it will tell the broker to commit an order's message, once it knows that the order is committed.
    pub fn will_commit(&self, transaction: Transaction) -> bool {
        self.under_way.get(&transaction).is_some_and(|under_way| under_way.executing && !under_way.halves.is_empty())
    }

    /// Whether anything is under way here.
    pub fn is_busy(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Whether an order is under way here.
    pub fn has(&self, transaction: Transaction) -> bool {
        self.under_way.contains_key(&transaction)
    }

    fn ordered(&mut self, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        if !self.under_way.contains_key(&transaction) {
            let fresh = UnderWay { order, sends: 0, halves: Vec::new(), executing: false };
            self.under_way.insert(transaction, fresh);
            self.send_half(transaction, turn);
        }
    }

    /// Sends the half message, a few times if need be. Without it the local transaction must not begin.
    fn send_half(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(under_way) = self.under_way.get_mut(&transaction).filter(|under_way| !under_way.executing) else {
            return;
        };
        if under_way.sends < 1 + BROKER_RETRIES {
            under_way.sends += 1;
            let body = Event { transaction, order: under_way.order };
            turn.send(self.settings.broker_node(), Message::Broker(Brokered::Half { topic: TOPIC, body }));
            turn.set(ProducerTimer::SendTimeout(transaction), SEND_TIMEOUT);
        } else if self.settings.mistake == Mistake::RunsAnyway {
            self.execute(transaction, turn);
        } else {
            // The client will order again, under the same number.
            self.under_way.remove(&transaction);
        }
    }

    fn half_stored(&mut self, transaction: Transaction, half: Offset, turn: &mut Turn<Self>) {
        turn.cancel(ProducerTimer::SendTimeout(transaction));
        let Some(under_way) = self.under_way.get_mut(&transaction) else { return };
        under_way.halves.push(half);
        if self.settings.mistake == Mistake::CommitsFirst {
            self.end(transaction, half, Some(Outcome::Commit), turn);
        }
        self.execute(transaction, turn);
    }

    fn execute(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(under_way) = self.under_way.get_mut(&transaction) else { return };
        if !std::mem::replace(&mut under_way.executing, true) {
            let execute = Database::Execute { transaction, order: under_way.order };
            turn.send_connected(self.settings.database_node(), Message::Database(execute));
        }
    }

    /// The local transaction has ended: the broker is told, once; and the client.
    fn executed(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        let Some(under_way) = self.under_way.remove(&transaction) else { return };
        self.ended.insert(transaction, outcome);
        for half in under_way.halves {
            self.end(transaction, half, Some(outcome), turn);
        }
        turn.send_connected(CLIENT, Message::Client(client::Message::Result { transaction, outcome }));
    }

    fn end(&self, transaction: Transaction, half: Offset, outcome: Option<Outcome>, turn: &mut Turn<Self>) {
        let end = Brokered::End { subject: transaction.subject(), half, outcome };
        turn.send(self.settings.broker_node(), Message::Broker(end));
    }

    /// The broker asks how a transaction ended that this producer may never have heard of.
    fn asked(&mut self, transaction: Transaction, half: Offset, turn: &mut Turn<Self>) {
        if self.settings.mistake == Mistake::FromMemory {
            let known = self.ended.get(&transaction).copied();
            let unknown = if self.has(transaction) { None } else { Some(Outcome::Abort) };
            self.end(transaction, half, known.or(unknown), turn);
        } else {
            let query = Message::Database(Database::Query { transaction, half });
            turn.send_connected(self.settings.database_node(), query);
        }
    }

    /// What the database says; no row is no answer.
    fn standing(&self, transaction: Transaction, half: Offset, outcome: Option<Outcome>, turn: &mut Turn<Self>) {
        let absent = match self.settings.mistake {
            Mistake::AbsentRollsBack => Some(Outcome::Abort),
            _ => None,
        };
        self.end(transaction, half, outcome.or(absent), turn);
    }

    /// The database is gone, and with it the knowledge how local transactions ended: unknown.
    fn database_is_gone(&mut self, turn: &mut Turn<Self>) {
        let executing = |under_way: &UnderWay| under_way.executing;
        let lost: Vec<(Transaction, UnderWay)> = self
            .under_way
            .iter()
            .filter(|(_, under_way)| executing(under_way))
            .map(|(transaction, under_way)| (*transaction, under_way.clone()))
            .collect();
        for (transaction, under_way) in lost {
            self.under_way.remove(&transaction);
            for half in under_way.halves {
                self.end(transaction, half, None, turn);
            }
        }
    }
}

impl Role for Producer {
    type Message = Message;
    type Timer = ProducerTimer;
    type Durable = Diskless;
    type Setup = Settings;

    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        turn.send_connected(settings.broker_node(), Message::Broker(Brokered::Register));
        Producer { settings: *settings, under_way: SortedMap::new(), ended: SortedMap::new() }
    }

    fn receive(&mut self, _from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Client(client::Message::Order { transaction, order }) => self.ordered(transaction, order, turn),
            Message::Broker(Brokered::HalfStored { subject, half }) => {
                self.half_stored(Transaction(subject.0), half, turn);
            }
            Message::Broker(Brokered::CheckBack { half, body }) => self.asked(body.transaction, half, turn),
            Message::Database(Database::Executed { transaction, outcome }) => self.executed(transaction, outcome, turn),
            Message::Database(Database::Standing { transaction, half, outcome }) => {
                self.standing(transaction, half, outcome, turn);
            }
            _ => {}
        }
    }

    fn fire(&mut self, timer: &ProducerTimer, turn: &mut Turn<Self>) {
        match *timer {
            ProducerTimer::SendTimeout(transaction) => self.send_half(transaction, turn),
            ProducerTimer::Heartbeat => {
                turn.send_connected(self.settings.broker_node(), Message::Broker(Brokered::Register));
            }
        }
    }

    fn disconnected(&mut self, peer: NodeId, turn: &mut Turn<Self>) {
        if peer == self.settings.broker_node() {
            turn.set(ProducerTimer::Heartbeat, HEARTBEAT);
        } else if peer == self.settings.database_node() {
            self.database_is_gone(turn);
        }
    }

    fn face(&self, _disk: &Diskless) -> Face {
        let executing = self.under_way.values().any(|under_way| under_way.executing);
        match (self.under_way.is_empty(), executing) {
            (true, _) => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
            (false, false) => Face { word: Text::new("half sent", "已发半消息"), mood: Mood::Waiting },
            (false, true) => Face { word: Text::new("runs it", "执行本地事务"), mood: Mood::Busy },
        }
    }
}
