//! The coordinator: keeps which branches an order has, decides once, and repeats the second phase for ever until every
//! branch has carried it out.
//!
//! What it knows is in its log before anybody relies on it. An order whose initiator falls silent it calls off when its
//! time is up; an order that is decided it never turns round, whatever a branch answers.
//!
//! **The pair.** With a stand-by every record goes to its disk as well, and counts only then: where the stand-by has
//! spoken, it has the last word. So it may take an order over whose coordinator is silent, dead or not: if the order is
//! decided it repeats the decision, if not it calls the order off; and a coordinator that comes back with another decision
//! in mind learns, when it wants to have it replicated, that there is one already.

use super::log::{Log, Record};
use super::message::{Message, Timer};
use super::settings::{Mistake, Settings};
use crate::protocols::parts::atomic_commitment::CLIENT as INITIATOR;
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::Outcome;
use crate::sim::role::{Durable, Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// Which of the pair it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Rank {
    First,
    StandBy,
}

/// The second phase of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Announcing {
    pub outcome: Outcome,
    /// Who has not carried it out.
    pub left: SortedSet<NodeId>,
    /// How often it was repeated.
    pub repeated: u8,
}

/// A coordinator's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Coordinator {
    #[serde(skip)]
    settings: Settings,
    rank: Rank,
    /// The log as it will be when all that is written is durable.
    log: Log,
    announcing: SortedMap<Transaction, Announcing>,
    /// Records that the stand-by has not acknowledged, by order and kind.
    unreplicated: SortedMap<(Transaction, u8), Record>,
    /// The stand-by: what the initiator has begun with it, because the other was silent.
    owned: SortedSet<Transaction>,
    /// What it decided last, for its face.
    last: Option<Outcome>,
}

impl Coordinator {
    pub fn rank(&self) -> Rank {
        self.rank
    }

    /// The second phase of an order, while it lasts.
    pub fn announcing(&self, transaction: Transaction) -> Option<&Announcing> {
        self.announcing.get(&transaction)
    }

    /// The log, with what is being written.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Whether somebody else must have a record before it counts.
    fn has_stand_by(&self) -> bool {
        self.rank == Rank::First && self.settings.stand_by().is_some()
    }

    /// Makes a record durable, here and at the stand-by, and goes on when it is.
    fn keep(&mut self, record: Record, turn: &mut Turn<Self>) {
        self.log.apply(&record);
        turn.write(record.clone());
        let decides = matches!(record, Record::Decided { .. });
        if decides && self.settings.mistake == Mistake::DecideBeforeFsync {
            self.kept(record, turn);
            turn.fsync();
            return;
        }
        turn.fsync();
        let alone = decides && self.settings.mistake == Mistake::DecideAlone;
        if self.has_stand_by() {
            self.replicate(record.clone(), turn);
        }
        if !self.has_stand_by() || alone {
            self.kept(record, turn);
        }
    }

    fn replicate(&mut self, record: Record, turn: &mut Turn<Self>) {
        let Some(stand_by) = self.settings.stand_by() else { return };
        let transaction = record.transaction();
        self.unreplicated.insert((transaction, place(&record)), record.clone());
        turn.send_connected(stand_by, Message::Replicate { record });
        turn.set(Timer::Retry(transaction), self.settings.retry);
    }

    /// A record counts: what waited for it is done.
    fn kept(&mut self, record: Record, turn: &mut Turn<Self>) {
        match record {
            Record::Opened { transaction, .. } => {
                turn.send_connected(INITIATOR, Message::Begun { transaction });
                turn.set(Timer::Global(transaction), self.settings.global_timeout);
            }
            Record::Branch { transaction, branch } => {
                turn.send_connected(INITIATOR, Message::Registered { transaction, branch });
            }
            Record::Decided { transaction, outcome } => self.announce(transaction, outcome, turn),
            Record::Ended { .. } => {}
        }
    }

    fn begin(&mut self, transaction: Transaction, order: Order, answered_below: Transaction, turn: &mut Turn<Self>) {
        if self.tell_decision(transaction, turn) || self.log.is_over(transaction) {
            return;
        }
        if self.log.open(transaction).is_none() {
            if self.rank == Rank::StandBy {
                self.owned.insert(transaction);
            }
            self.keep(Record::Opened { transaction, order, answered_below }, turn);
        } else if self.leads(transaction) && self.counts(transaction, OPENED, turn.disk().open(transaction).is_some()) {
            turn.send_connected(INITIATOR, Message::Begun { transaction });
        }
    }

    /// Only while it is not decided: a branch that comes later would never be told the end.
    fn register(&mut self, transaction: Transaction, branch: NodeId, turn: &mut Turn<Self>) {
        if self.tell_decision(transaction, turn) || !self.leads(transaction) {
            return;
        }
        let Some(entry) = self.log.open(transaction).filter(|entry| entry.decided.is_none()) else { return };
        let record = Record::Branch { transaction, branch };
        let durable = turn.disk().open(transaction).is_some_and(|entry| entry.branches.contains(&branch));
        if !entry.branches.contains(&branch) {
            self.keep(record, turn);
        } else if self.counts(transaction, place(&record), durable) {
            turn.send_connected(INITIATOR, Message::Registered { transaction, branch });
        }
    }

    /// Whether this coordinator may take an order further: the stand-by only what it has begun itself.
    fn leads(&self, transaction: Transaction) -> bool {
        self.rank == Rank::First || self.owned.contains(&transaction)
    }

    /// Whether the stand-by has begun an order itself, or has taken it over.
    fn drives(&self, transaction: Transaction) -> bool {
        self.owned.contains(&transaction) || self.announcing.contains_key(&transaction)
    }

    /// Whether an earlier record is where it has to be.
    fn counts(&self, transaction: Transaction, place: u8, durable: bool) -> bool {
        durable && !self.unreplicated.contains_key(&(transaction, place))
    }

    /// The initiator wants it to end this way. It may come too late: then it is told what was decided.
    fn end(&mut self, transaction: Transaction, wants: Outcome, turn: &mut Turn<Self>) {
        if self.tell_decision(transaction, turn) || self.log.outcome(transaction).is_some() {
            return;
        }
        if self.leads(transaction) && self.log.open(transaction).is_some() {
            self.decide(transaction, wants, turn);
        }
    }

    /// Tells the initiator a decision that counts, if there is one.
    fn tell_decision(&self, transaction: Transaction, turn: &mut Turn<Self>) -> bool {
        match turn.disk().outcome(transaction) {
            Some(outcome) if self.counts(transaction, DECIDED, true) => {
                turn.send_connected(INITIATOR, Message::Result { transaction, outcome });
                true
            }
            _ => false,
        }
    }

    fn decide(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        turn.cancel(Timer::Global(transaction));
        self.keep(Record::Decided { transaction, outcome }, turn);
    }

    /// The second phase begins: the initiator has its answer, and every branch is told, again and again.
    fn announce(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        let Some(entry) = self.log.open(transaction) else { return };
        let (order, left) = (entry.order, entry.branches.clone());
        self.last = Some(outcome);
        for branch in &left {
            turn.send(*branch, Message::second_phase(transaction, order, outcome));
        }
        turn.send_connected(INITIATOR, Message::Result { transaction, outcome });
        let nobody = left.is_empty();
        self.announcing.insert(transaction, Announcing { outcome, left, repeated: 0 });
        if nobody {
            self.finish(transaction, turn);
        } else {
            turn.set(Timer::Retry(transaction), self.settings.retry);
        }
    }

    /// Once more, whatever is outstanding: for ever.
    fn repeat(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let outstanding = self.unreplicated.iter().filter(|((of, _), _)| *of == transaction);
        let outstanding: Vec<Record> = outstanding.map(|(_, record)| record.clone()).collect();
        let mut again = (!outstanding.is_empty()).then_some(self.settings.retry);
        for record in outstanding {
            self.replicate(record, turn);
        }
        if let (Some(entry), Some(announcing)) = (self.log.open(transaction), self.announcing.get_mut(&transaction)) {
            for branch in &announcing.left {
                turn.send(*branch, Message::second_phase(transaction, entry.order, announcing.outcome));
            }
            announcing.repeated = announcing.repeated.saturating_add(1);
            again = Some(self.settings.pause_before_repeat(announcing.repeated));
        }
        if let Some(again) = again {
            turn.set(Timer::Retry(transaction), again);
        }
    }

    fn carried_out(&mut self, transaction: Transaction, branch: NodeId, outcome: Outcome, turn: &mut Turn<Self>) {
        let Some(announcing) = self.announcing.get_mut(&transaction) else { return };
        if announcing.outcome == outcome {
            announcing.left.remove(&branch);
            if announcing.left.is_empty() {
                self.finish(transaction, turn);
            }
        }
    }

    /// Everybody has carried it out. The record need not be durable: without it the second phase is merely repeated.
    fn finish(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        self.announcing.remove(&transaction);
        self.owned.remove(&transaction);
        turn.cancel(Timer::Retry(transaction));
        let record = Record::Ended { transaction };
        self.log.apply(&record);
        turn.write(record.clone());
        if self.has_stand_by() {
            self.replicate(record, turn);
        }
    }

    /// A branch cannot carry the second phase out. That changes nothing: it is asked again.
    fn failed(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let confirming = self.announcing.get(&transaction).is_some_and(|it| it.outcome == Outcome::Commit);
        if confirming && self.settings.mistake == Mistake::CancelAfterFailedConfirm {
            self.announcing.remove(&transaction);
            self.decide(transaction, Outcome::Abort, turn);
        }
    }

    /// The stand-by: keeps a record of the first coordinator, unless the order is decided here otherwise.
    fn keep_for_the_other(&mut self, from: NodeId, record: &Record, turn: &mut Turn<Self>) {
        let transaction = record.transaction();
        let decided = self.log.outcome(transaction);
        let news = match record {
            Record::Opened { .. } => self.log.open(transaction).is_none() && !self.log.is_over(transaction),
            Record::Branch { branch, .. } => {
                decided.is_none() && self.log.open(transaction).is_some_and(|entry| !entry.branches.contains(branch))
            }
            Record::Decided { .. } => decided.is_none() && self.log.open(transaction).is_some(),
            // What it drives itself it ends itself: it may know of branches that the other does not.
            Record::Ended { .. } => self.log.open(transaction).is_some() && !self.drives(transaction),
        };
        if news {
            self.log.apply(record);
            turn.write(record.clone());
        }
        let decided = self.log.outcome(transaction);
        if news || turn.disk().outcome(transaction) != decided {
            turn.fsync();
        }
        turn.send_connected(from, Message::Replicated { record: record.clone(), decided });
        match record {
            _ if self.drives(transaction) => {}
            Record::Ended { .. } => turn.cancel(Timer::TakeOver(transaction)),
            _ if self.log.is_over(transaction) => {}
            _ => turn.set(Timer::TakeOver(transaction), self.settings.take_over),
        }
    }

    /// The first: the stand-by has a record, or knows better.
    fn replicated(&mut self, record: &Record, decided: Option<Outcome>, turn: &mut Turn<Self>) {
        let transaction = record.transaction();
        if self.unreplicated.remove(&(transaction, place(record))).is_none() {
            return;
        }
        match (decided, self.log.outcome(transaction)) {
            // It has taken the order over meanwhile: what it decided counts.
            (Some(theirs), ours) if ours != Some(theirs) && self.log.open(transaction).is_some() => {
                self.unreplicated.retain(|(of, _), _| *of != transaction);
                turn.cancel(Timer::Global(transaction));
                let adopted = Record::Decided { transaction, outcome: theirs };
                self.log.apply(&adopted);
                turn.write(adopted.clone());
                turn.fsync();
                self.kept(adopted, turn);
            }
            _ if self.announcing.contains_key(&transaction) => {}
            _ => self.kept(record.clone(), turn),
        }
        let outstanding = self.unreplicated.keys().any(|(of, _)| *of == transaction);
        if !outstanding && !self.announcing.contains_key(&transaction) {
            turn.cancel(Timer::Retry(transaction));
        }
    }

    /// The stand-by has heard nothing of an order for too long.
    fn take_over(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        match self.log.open(transaction).map(|entry| entry.decided) {
            Some(Some(outcome)) => self.announce(transaction, outcome, turn),
            Some(None) => self.decide(transaction, Outcome::Abort, turn),
            None => {}
        }
    }
}

/// The places of an order's records: opened, then its branches by their node, then decided, then ended.
const OPENED: u8 = 0;
const DECIDED: u8 = 254;
const ENDED: u8 = 255;

fn place(record: &Record) -> u8 {
    match record {
        Record::Opened { .. } => OPENED,
        Record::Branch { branch, .. } => 1 + branch.0,
        Record::Decided { .. } => DECIDED,
        Record::Ended { .. } => ENDED,
    }
}

impl Role for Coordinator {
    type Message = Message;
    type Timer = Timer;
    type Durable = Log;
    /// The parameters, and which of the pair it is.
    type Setup = (Settings, Rank);

    /// After a crash: what is decided is announced again; for what is not, the time begins anew.
    fn start((settings, rank): &(Settings, Rank), turn: &mut Turn<Self>) -> Self {
        let mut coordinator = Coordinator {
            settings: *settings,
            rank: *rank,
            log: turn.disk().clone(),
            announcing: SortedMap::new(),
            unreplicated: SortedMap::new(),
            owned: SortedSet::new(),
            last: None,
        };
        let open: Vec<(Transaction, Option<Outcome>)> =
            turn.disk().all_open().map(|(transaction, entry)| (transaction, entry.decided)).collect();
        for (transaction, decided) in open {
            match decided {
                _ if *rank == Rank::StandBy => turn.set(Timer::TakeOver(transaction), settings.take_over),
                Some(outcome) if coordinator.has_stand_by() => {
                    coordinator.replicate(Record::Decided { transaction, outcome }, turn);
                }
                Some(outcome) => coordinator.announce(transaction, outcome, turn),
                None => turn.set(Timer::Global(transaction), settings.global_timeout),
            }
        }
        coordinator
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Begin { transaction, order, answered_below } => {
                self.begin(transaction, order, answered_below, turn);
            }
            Message::Register { transaction, branch } => self.register(transaction, branch, turn),
            Message::Submit { transaction } => self.end(transaction, Outcome::Commit, turn),
            Message::GiveUp { transaction } => self.end(transaction, Outcome::Abort, turn),
            Message::Confirmed { transaction } => self.carried_out(transaction, from, Outcome::Commit, turn),
            Message::Cancelled { transaction } => self.carried_out(transaction, from, Outcome::Abort, turn),
            Message::Failed { transaction } => self.failed(transaction, turn),
            Message::Replicate { ref record } => self.keep_for_the_other(from, record, turn),
            Message::Replicated { ref record, decided } => self.replicated(record, decided, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        match *timer {
            Timer::Global(transaction) => {
                if self.log.open(transaction).is_some_and(|entry| entry.decided.is_none()) {
                    self.decide(transaction, Outcome::Abort, turn);
                }
            }
            Timer::Retry(transaction) => self.repeat(transaction, turn),
            Timer::TakeOver(transaction) => self.take_over(transaction, turn),
            Timer::Call(_) | Timer::Clean(_) => {}
        }
    }

    fn face(&self, disk: &Log) -> Face {
        let deciding = self.log.all_open().any(|(transaction, entry)| {
            let durable = disk.outcome(transaction) == entry.decided;
            entry.decided.is_some() && !self.counts(transaction, DECIDED, durable)
        });
        let announcing = self.announcing.first().map(|(_, announcing)| announcing.outcome);
        let undecided = self.log.all_open().any(|(_, entry)| entry.decided.is_none());
        let stands_by = self.rank == Rank::StandBy && self.log.all_open().next().is_some();
        match (announcing, self.last) {
            _ if deciding => Face { word: Text::new("deciding", "写入决定"), mood: Mood::Busy },
            (Some(Outcome::Commit), _) => {
                Face { word: Text::new("confirming", "确认中"), mood: Mood::Decided(Outcome::Commit) }
            }
            (Some(Outcome::Abort), _) => {
                Face { word: Text::new("cancelling", "取消中"), mood: Mood::Decided(Outcome::Abort) }
            }
            _ if stands_by => Face { word: Text::new("stands by", "待命"), mood: Mood::Idle },
            _ if undecided => Face { word: Text::new("open", "进行中"), mood: Mood::Waiting },
            (None, Some(outcome)) => Face { word: Text::new("done", "完成"), mood: Mood::Decided(outcome) },
            (None, None) => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
        }
    }
}
