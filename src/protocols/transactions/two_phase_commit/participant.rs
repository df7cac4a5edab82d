//! A participant: one database. It does the work when it is asked to prepare, promises once, and then waits.
//!
//! Before its yes it may abort whenever it likes. With its `prepared` record durable it has given that right away: it
//! holds its locks until the coordinator has spoken, however long that takes. It may ask; it may not guess.

use super::message::{Message, Timer};
use super::settings::{Mistake, Settings};
use crate::protocols::parts::atomic_commitment::{CLIENT, COORDINATOR};
use crate::protocols::parts::business::{Business, Order};
use crate::protocols::parts::database::{Database, Resumed, Schema, Standing, Stored, Transaction, Writing};
use crate::sim::clock::LocalTime;
use crate::sim::payload::Outcome;
use crate::sim::role::{Role, Turn};
use crate::sim::show::{Condition, ConditionKind, Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;

/// The participant's memory.
#[derive(Clone, Debug, Serialize)]
pub struct Participant {
    #[serde(skip)]
    settings: Settings,
    #[serde(skip)]
    schema: Schema,
    /// Which database it is, from 1.
    number: u8,
    database: Database,
    /// Transactions below this one are over everywhere.
    ended_below: Transaction,
    /// What this participant began itself and has not yet put to the coordinator.
    begun: SortedMap<Transaction, Order>,
}

impl Participant {
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Whether this participant began the transactions, so that the client talks to it.
    fn begins(&self) -> bool {
        self.settings.participant_begins && self.number == 1
    }

    /// The client's order, at the participant that begins.
    fn ordered(&mut self, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        if self.begins() && self.database.standing(transaction).is_none() {
            self.begun.insert(transaction, order);
            self.work(transaction, order, turn);
        }
    }

    fn prepare(&mut self, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        let outcome = self.database.outcome(turn.disk(), transaction);
        if transaction < self.ended_below || turn.disk().has_forgotten(transaction) || outcome == Some(Outcome::Commit)
        {
            return; // A stale copy: everything has been said.
        }
        if outcome == Some(Outcome::Abort) && self.settings.mistake != Mistake::ReopenAfterAbort {
            turn.send(COORDINATOR, Message::No { transaction });
        } else if self.database.in_doubt(turn.disk(), transaction) {
            turn.send(COORDINATOR, Message::Yes { transaction });
        } else if self.database.standing(transaction).is_none() {
            self.work(transaction, order, turn);
        }
    }

    /// Does what the order asks for, as far as locks and rows allow.
    fn work(&mut self, transaction: Transaction, order: Order, turn: &mut Turn<Self>) {
        let changes = Business::changes(self.number, order);
        let writing = self.database.write(turn.disk(), &self.schema, transaction, &changes);
        self.wrote(transaction, writing, turn);
    }

    fn wrote(&mut self, transaction: Transaction, writing: Writing, turn: &mut Turn<Self>) {
        match writing {
            Writing::Granted => self.promise(transaction, turn),
            Writing::Waits { .. } => turn.set(Timer::LockWait(transaction), self.settings.lock_wait),
            Writing::Refused { .. } => self.refuse(transaction, turn),
        }
    }

    /// Others have let go: who waited goes on.
    fn go_on(&mut self, resumed: Vec<Resumed>, turn: &mut Turn<Self>) {
        for (transaction, writing) in resumed {
            if !matches!(writing, Writing::Waits { .. }) {
                turn.cancel(Timer::LockWait(transaction));
            }
            self.wrote(transaction, writing, turn);
        }
    }

    /// The promise: durable first, then told.
    fn promise(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(prepared) = self.database.prepare(transaction, self.ended_below) else { return };
        self.ask_later(transaction, turn);
        if self.settings.mistake == Mistake::ReplyBeforeFsync {
            self.vote_yes(transaction, turn);
            turn.write(prepared);
            turn.fsync();
        } else {
            turn.write(prepared);
            turn.fsync();
            self.vote_yes(transaction, turn);
        }
        if self.settings.mistake == Mistake::ReleaseAfterVote {
            let resumed = self.database.unlock_early(turn.disk(), &self.schema, transaction);
            self.go_on(resumed, turn);
        }
    }

    fn vote_yes(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        match self.begun.remove(&transaction) {
            Some(order) => {
                let answered_below = self.ended_below;
                turn.send_connected(COORDINATOR, Message::BeginCommit { transaction, order, answered_below });
            }
            None => turn.send(COORDINATOR, Message::Yes { transaction }),
        }
    }

    /// It cannot be done here: rolls back at once, which nobody can forbid before the promise.
    fn refuse(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let never_begun = self.begun.remove(&transaction).is_some();
        self.roll_back(transaction, turn);
        if never_begun {
            turn.send_connected(CLIENT, Message::Result { transaction, outcome: Outcome::Abort });
        } else {
            turn.send(COORDINATOR, Message::No { transaction });
        }
    }

    /// Undoes; with presumed abort nobody waits for the disk.
    fn roll_back(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        turn.cancel(Timer::LockWait(transaction));
        turn.cancel(Timer::Inquiry(transaction));
        if self.settings.presumed_abort {
            let (aborted, resumed) = self.database.abort_at_once(turn.disk(), &self.schema, transaction);
            turn.write(aborted);
            self.go_on(resumed, turn);
        } else {
            turn.write(self.database.decide(transaction, Outcome::Abort));
            turn.fsync();
        }
    }

    fn commit(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        match (self.database.standing(transaction), self.database.outcome(turn.disk(), transaction)) {
            (Some(Standing::Prepared), _) => {
                self.decide(transaction, Outcome::Commit, turn);
                turn.send(COORDINATOR, Message::Ack { transaction });
            }
            // The acknowledgement follows the fsync; or a majority decided over a vote that is still being worked on.
            (Some(_), _) => {}
            (None, Some(Outcome::Commit)) => turn.send(COORDINATOR, Message::Ack { transaction }),
            (None, Some(Outcome::Abort)) => turn.send(COORDINATOR, Message::Heuristic { transaction }),
            (None, None) if turn.disk().has_forgotten(transaction) => {
                turn.send(COORDINATOR, Message::Ack { transaction });
            }
            // A commit needs this participant's yes, and a yes its record: the record was lost. Saying "done" would hide
            // it for ever.
            (None, None) if self.settings.mistake == Mistake::AcknowledgeUnknown => {
                turn.send(COORDINATOR, Message::Ack { transaction });
            }
            (None, None) => {}
        }
    }

    fn abort(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        match (self.database.standing(transaction), self.database.outcome(turn.disk(), transaction)) {
            // The acknowledgement follows the fsync.
            (Some(Standing::Deciding(_)), _) => return,
            (None, Some(Outcome::Commit)) => {
                turn.send(COORDINATOR, Message::Heuristic { transaction });
                return;
            }
            (None, Some(Outcome::Abort)) if turn.disk().outcome(transaction).is_none() => return,
            (None, Some(Outcome::Abort)) => {}
            (None, None) if turn.disk().has_forgotten(transaction) => {}
            // An abort may overtake its prepare: it is remembered, so that the prepare opens nothing.
            (Some(_), _) | (None, None) => {
                self.begun.remove(&transaction);
                self.roll_back(transaction, turn);
                self.answer_client(transaction, Outcome::Abort, turn);
            }
        }
        if !self.settings.presumed_abort {
            turn.send(COORDINATOR, Message::Ack { transaction });
        }
    }

    /// Makes a decision durable; locks go when it is.
    fn decide(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        turn.cancel(Timer::Inquiry(transaction));
        turn.write(self.database.decide(transaction, outcome));
        turn.fsync();
        self.answer_client(transaction, outcome, turn);
    }

    fn answer_client(&self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        if self.begins() {
            turn.send_connected(CLIENT, Message::Result { transaction, outcome });
        }
    }

    /// In doubt for too long: asks. It must not guess.
    fn in_doubt_still(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        if self.database.standing(transaction) != Some(Standing::Prepared) {
            return;
        }
        match self.settings.mistake {
            Mistake::PreparedTimeoutAbort => self.decide(transaction, Outcome::Abort, turn),
            Mistake::PreparedTimeoutCommit => self.decide(transaction, Outcome::Commit, turn),
            _ => {
                self.inquire(transaction, turn);
                self.ask_later(transaction, turn);
            }
        }
    }

    /// Asks about everything it is in doubt about.
    fn coordinator_is_back(&self, turn: &mut Turn<Self>) {
        for (transaction, _) in self.database.open() {
            if self.database.in_doubt(turn.disk(), transaction) {
                self.inquire(transaction, turn);
            }
        }
    }

    fn inquire(&self, transaction: Transaction, turn: &mut Turn<Self>) {
        if self.begins() {
            // On the connection that carried `begin-commit`, so that it cannot overtake it.
            turn.send_connected(COORDINATOR, Message::Inquire { transaction });
        } else {
            turn.send(COORDINATOR, Message::Inquire { transaction });
        }
    }

    fn ask_later(&self, transaction: Transaction, turn: &mut Turn<Self>) {
        let decides_alone =
            matches!(self.settings.mistake, Mistake::PreparedTimeoutAbort | Mistake::PreparedTimeoutCommit);
        if self.settings.inquiry || decides_alone {
            turn.set(Timer::Inquiry(transaction), self.settings.inquiry_retry);
        }
    }

    /// The client asks the participant that began.
    fn asked(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        if !self.begins() || self.database.standing(transaction).is_some() {
            return;
        }
        let outcome = self.database.outcome(turn.disk(), transaction).unwrap_or(Outcome::Abort);
        turn.send_connected(CLIENT, Message::Result { transaction, outcome });
    }
}

impl Role for Participant {
    type Message = Message;
    type Timer = Timer;
    type Durable = Stored;
    /// The parameters, and which database it is.
    type Setup = (Settings, u8);

    /// After a crash: whatever is prepared holds its locks again, and asks at once.
    fn start((settings, number): &(Settings, u8), turn: &mut Turn<Self>) -> Self {
        let participant = Participant {
            settings: *settings,
            schema: settings.business.schema(*number),
            number: *number,
            database: Database::recovered(turn.disk()),
            ended_below: Transaction(1),
            begun: SortedMap::new(),
        };
        let prepared: Vec<Transaction> = turn.disk().prepared().collect();
        for transaction in prepared {
            if settings.inquiry {
                participant.inquire(transaction, turn);
            }
            participant.ask_later(transaction, turn);
        }
        participant
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        match *message {
            Message::Order { transaction, order, answered_below } => {
                self.ended_below = self.ended_below.max(answered_below);
                self.ordered(transaction, order, turn);
            }
            Message::Prepare { transaction, order, ended_below } => {
                self.ended_below = self.ended_below.max(ended_below);
                self.prepare(transaction, order, turn);
            }
            Message::Commit { transaction } => self.commit(transaction, turn),
            Message::Abort { transaction } => self.abort(transaction, turn),
            Message::Recover => self.coordinator_is_back(turn),
            Message::Inquire { transaction } if from == CLIENT => self.asked(transaction, turn),
            _ => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        match *timer {
            Timer::Inquiry(transaction) => self.in_doubt_still(transaction, turn),
            Timer::LockWait(transaction) => {
                if let Some(Standing::Waiting(_)) = self.database.standing(transaction) {
                    self.refuse(transaction, turn);
                }
            }
            Timer::Votes(_) | Timer::Retry(_) | Timer::Answer(_) => {}
        }
    }

    fn synced(&mut self, turn: &mut Turn<Self>) {
        let resumed = self.database.settle(turn.disk(), &self.schema);
        self.go_on(resumed, turn);
    }

    /// `force-commit`, `force-abort`: an operator decides a prepared transaction over the protocol's head.
    fn intervene(&mut self, key: &str, arguments: &[u32], turn: &mut Turn<Self>) -> bool {
        let (outcome, transaction) = match (key, arguments) {
            ("force-commit", [transaction]) => (Outcome::Commit, Transaction(*transaction)),
            ("force-abort", [transaction]) => (Outcome::Abort, Transaction(*transaction)),
            _ => return false,
        };
        let prepared = self.database.in_doubt(turn.disk(), transaction);
        if prepared {
            self.decide(transaction, outcome, turn);
        }
        prepared
    }

    fn face(&self, disk: &Stored) -> Face {
        let standings = || self.database.open();
        let any = |wanted: fn(Standing) -> bool| standings().any(|(_, standing)| wanted(standing));
        if standings().any(|(transaction, _)| self.database.in_doubt(disk, transaction)) {
            Face { word: Text::new("prepared", "已准备"), mood: Mood::Holding }
        } else if any(|standing| matches!(standing, Standing::Deciding(Outcome::Commit))) {
            Face { word: Text::new("committing", "提交中"), mood: Mood::Busy }
        } else if any(|standing| matches!(standing, Standing::Deciding(Outcome::Abort))) {
            Face { word: Text::new("rolling back", "回滚中"), mood: Mood::Busy }
        } else if any(|standing| matches!(standing, Standing::Working | Standing::Prepared)) {
            Face { word: Text::new("working", "执行中"), mood: Mood::Busy }
        } else if any(|standing| matches!(standing, Standing::Waiting(_))) {
            Face { word: Text::new("waits for lock", "等锁"), mood: Mood::Waiting }
        } else {
            match self.database.last_outcome(disk) {
                Some(Outcome::Commit) => {
                    Face { word: Text::new("committed", "已提交"), mood: Mood::Decided(Outcome::Commit) }
                }
                Some(Outcome::Abort) => {
                    Face { word: Text::new("aborted", "已中止"), mood: Mood::Decided(Outcome::Abort) }
                }
                None => Face { word: Text::new("idle", "空闲"), mood: Mood::Idle },
            }
        }
    }

    fn conditions(&self, disk: &Stored, _now: LocalTime) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (transaction, standing) in self.database.open() {
            let mut add = |kind| conditions.push(Condition { kind, subject: transaction.subject() });
            if self.database.holds(transaction) {
                add(ConditionKind::Holds);
            }
            if let Standing::Waiting(_) = standing {
                add(ConditionKind::WaitsForLock);
            }
            if self.database.in_doubt(disk, transaction) {
                add(ConditionKind::InDoubt);
            }
        }
        conditions
    }
}
