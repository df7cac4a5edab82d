//! The initiator: the main business. It opens a global transaction, registers each branch before it tries it, and says at
//! the end whether to carry the order through or to call it off.
//!
//! It keeps nothing on disk. If it dies, the coordinator's time-out calls its orders off; if it does not hear from a
//! coordinator, it asks again, and the stand-by next.

use super::message::{Message, Timer};
use super::settings::Settings;
use crate::protocols::parts::atomic_commitment::participants as branches;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::clock::LocalTime;
use crate::sim::payload::Outcome;
use crate::sim::role::{Diskless, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// Where an order stands at the initiator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Stage {
    /// The coordinator has not yet said that the transaction is open.
    Beginning,
    /// Branches are registered, and tried as soon as they are.
    Trying { registered: SortedSet<NodeId>, tried: SortedSet<NodeId> },
    /// The coordinator has not yet said what was decided.
    Ending { wants: Outcome },
}

/// An order that is under way.
#[derive(Clone, Debug, Serialize)]
struct UnderWay {
    order: Order,
    stage: Stage,
}

/// The initiator's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Initiator {
    #[serde(skip)]
    settings: Settings,
    /// The next order's number.
    next: u32,
    under_way: SortedMap<Transaction, UnderWay>,
    /// The coordinator that it talks to.
    coordinator: NodeId,
    /// What became of its last order.
    last: Option<Outcome>,
    /// It has come back from a crash and knows nothing of its orders.
    lost_its_memory: bool,
}

impl Initiator {
    /// Its first order without an answer, placed or not. After a crash it does not know.
    pub fn unanswered(&self) -> Option<Option<Transaction>> {
        if self.lost_its_memory {
            return None;
        }
        let to_place = (self.next <= self.settings.business.orders).then_some(Transaction(self.next));
        Some(self.under_way.first().map(|(first, _)| *first).or(to_place))
    }

    pub fn stage(&self, transaction: Transaction) -> Option<&Stage> {
        self.under_way.get(&transaction).map(|under_way| &under_way.stage)
    }

    fn place_orders(&mut self, turn: &mut Turn<Self>) {
        while self.next <= self.settings.business.orders && self.under_way.len() < self.settings.at_once as usize {
            let transaction = Transaction(self.next);
            self.next += 1;
            let order =
                Order::drawn(transaction.0, self.settings.business.rows, |purpose, name| turn.draw(purpose, name));
            self.under_way.insert(transaction, UnderWay { order, stage: Stage::Beginning });
            self.say(transaction, turn);
        }
    }

    /// Says to the coordinator what has to be said at this stage, for the first time or again.
    fn say(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let answered_below = self.under_way.first().map_or(transaction, |(first, _)| *first);
        let Some(UnderWay { order, stage }) = self.under_way.get(&transaction) else { return };
        match stage {
            Stage::Beginning => {
                let order = *order;
                turn.send_connected(self.coordinator, Message::Begin { transaction, order, answered_below });
            }
            Stage::Trying { registered, .. } => {
                for branch in branches(self.settings.branches()).filter(|branch| !registered.contains(branch)) {
                    turn.send_connected(self.coordinator, Message::Register { transaction, branch });
                }
            }
            Stage::Ending { wants: Outcome::Commit } => {
                turn.send_connected(self.coordinator, Message::Submit { transaction });
            }
            Stage::Ending { wants: Outcome::Abort } => {
                turn.send_connected(self.coordinator, Message::GiveUp { transaction });
            }
        }
        turn.set(Timer::Call(transaction), self.settings.call_timeout);
    }

    fn begun(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        if let Some(UnderWay { stage: stage @ Stage::Beginning, .. }) = self.under_way.get_mut(&transaction) {
            *stage = Stage::Trying { registered: SortedSet::new(), tried: SortedSet::new() };
            self.say(transaction, turn);
        }
    }

    /// The coordinator will tell the branch the end: now it may be tried.
    fn registered(&mut self, transaction: Transaction, branch: NodeId, turn: &mut Turn<Self>) {
        let Some(UnderWay { order, stage: Stage::Trying { registered, .. } }) = self.under_way.get_mut(&transaction)
        else {
            return;
        };
        if registered.insert(branch) {
            turn.send(branch, Message::Try { transaction, order: *order });
        }
    }

    fn tried(&mut self, transaction: Transaction, branch: NodeId, turn: &mut Turn<Self>) {
        let Some(UnderWay { stage: Stage::Trying { tried, .. }, .. }) = self.under_way.get_mut(&transaction) else {
            return;
        };
        tried.insert(branch);
        if tried.len() == usize::from(self.settings.branches()) {
            self.end(transaction, Outcome::Commit, turn);
        }
    }

    /// One branch that cannot is enough. An answer to a call that was answered before says nothing any more.
    fn refused(&mut self, transaction: Transaction, branch: NodeId, turn: &mut Turn<Self>) {
        match self.stage(transaction) {
            Some(Stage::Trying { tried, .. }) if !tried.contains(&branch) => {
                self.end(transaction, Outcome::Abort, turn);
            }
            _ => {}
        }
    }

    fn end(&mut self, transaction: Transaction, wants: Outcome, turn: &mut Turn<Self>) {
        if let Some(under_way) = self.under_way.get_mut(&transaction) {
            under_way.stage = Stage::Ending { wants };
            self.say(transaction, turn);
        }
    }

    /// What it wanted, or what the coordinator's time-out made of it.
    fn decided(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        if self.under_way.remove(&transaction).is_some() {
            turn.cancel(Timer::Call(transaction));
            self.last = Some(outcome);
            self.place_orders(turn);
        }
    }

    /// No answer. A branch's silence is a refusal; a coordinator's is not, and the other one may know more.
    fn unanswered_call(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(stage) = self.stage(transaction) else { return };
        let branches = usize::from(self.settings.branches());
        match stage {
            Stage::Trying { registered, .. } if registered.len() == branches => {
                self.end(transaction, Outcome::Abort, turn);
            }
            _ => {
                self.coordinator = self.settings.other_coordinator(self.coordinator);
                self.say(transaction, turn);
            }
        }
    }
}

impl Role for Initiator {
    type Message = Message;
    type Timer = Timer;
    type Durable = Diskless;
    type Setup = Settings;

    fn start(settings: &Settings, turn: &mut Turn<Self>) -> Self {
        // An initiator that starts later than the run has crashed: its orders are lost to it, and their numbers are taken.
        let lost_its_memory = turn.now() > LocalTime::default();
        let mut initiator = Initiator {
            settings: *settings,
            next: 1,
            under_way: SortedMap::new(),
            coordinator: settings.coordinator(),
            last: None,
            lost_its_memory,
        };
        if !lost_its_memory {
            initiator.place_orders(turn);
        }
        initiator
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Begun { transaction } => self.begun(transaction, turn),
            Message::Registered { transaction, branch } => self.registered(transaction, branch, turn),
            Message::Tried { transaction } => self.tried(transaction, from, turn),
            Message::Refused { transaction } => self.refused(transaction, from, turn),
            Message::Result { transaction, outcome } => self.decided(transaction, outcome, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        if let Timer::Call(transaction) = *timer {
            self.unanswered_call(transaction, turn);
        }
    }

    fn face(&self, _disk: &Diskless) -> Face {
        let waiting = |word| Face { word, mood: Mood::Waiting };
        match self.under_way.first().map(|(_, under_way)| &under_way.stage) {
            _ if self.lost_its_memory => Face { word: Text::new("lost memory", "失忆"), mood: Mood::Idle },
            Some(Stage::Beginning) => waiting(Text::new("beginning", "开启事务")),
            Some(Stage::Trying { registered, .. }) if registered.is_empty() => {
                waiting(Text::new("registering", "注册分支"))
            }
            Some(Stage::Trying { .. }) => waiting(Text::new("trying", "Try 中")),
            Some(Stage::Ending { wants: Outcome::Commit }) => waiting(Text::new("submitted", "已提交请求")),
            Some(Stage::Ending { wants: Outcome::Abort }) => waiting(Text::new("gives up", "请求回滚")),
            None => match self.last {
                Some(outcome) => Face { word: Text::new("answered", "已答复"), mood: Mood::Decided(outcome) },
                None => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
            },
        }
    }
}
