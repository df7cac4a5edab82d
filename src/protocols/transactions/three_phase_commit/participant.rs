//! A participant: a database that votes, moves to PRECOMMIT and decides. What it does to its rows is in `execution.rs`,
//! what it does when nobody speaks to it in `silence.rs`.

use super::disk::ParticipantDisk;
use super::message::{Body, Message, ParticipantRecord, Timer, TimerKind};
use super::settings::{Mistake, Settings, TerminationMode};
use super::state::{Attempt, LocalState, Report};
use super::termination::Termination;
use crate::protocols::parts::atomic_commitment::COORDINATOR;
use crate::protocols::parts::business::{Business, Order};
use crate::protocols::parts::database::{Database, Schema, Standing, Transaction};
use crate::sim::clock::LocalTime;
use crate::sim::payload::Outcome;
use crate::sim::role::{Role, Turn};
use crate::sim::show::{Condition, ConditionKind, Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::SortedMap;
use crate::text::Text;
use serde::Serialize;

/// A participant's memory.
#[derive(Clone, Serialize)]
pub struct Participant {
    #[serde(skip)]
    pub(super) settings: Settings,
    /// Which database it is, from 1.
    pub(super) number: u8,
    pub database: Database,
    /// The transactions that it has promised something for and that are not durably decided here.
    pub(super) sites: SortedMap<Transaction, Site>,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub struct Site {
    pub(super) order: Order,
    /// Where it stands, or will when the record under way is durable.
    pub state: LocalState,
    /// Whether it has been down since it voted.
    pub restarted: bool,
    /// Whether it was asked to execute and could not.
    pub refuses: bool,
    /// The highest attempt that it has heard of; it follows no lower one.
    pub(super) promised: Attempt,
    /// Whom to tell, and about which attempt, once the row is free.
    pub(super) waits_for_row: Option<(NodeId, Attempt)>,
    /// Knows that the decision is commit, and waits for the row: it had not executed.
    pub(super) told_to_commit: bool,
    /// Whether the others are to hear of its decision from it.
    pub(super) announces: bool,
    /// What it does if it leads, or asks.
    pub termination: Option<Termination>,
}

impl Site {
    fn fresh(order: Order, state: LocalState, restarted: bool) -> Site {
        Site {
            order,
            state,
            restarted,
            refuses: false,
            promised: Attempt::FIRST,
            waits_for_row: None,
            told_to_commit: false,
            announces: false,
            termination: None,
        }
    }

    pub(super) fn report(&self) -> Report {
        Report { state: self.state, restarted: self.restarted, refuses: self.refuses }
    }
}

impl Participant {
    pub(super) fn schema(&self) -> Schema {
        self.settings.business.schema(self.number)
    }

    pub(super) fn wait_for_word(&self, transaction: Transaction, turn: &mut Turn<Self>) {
        turn.set(TimerKind::Patience.of(transaction), self.settings.patience(self.number));
    }

    /// What is decided here, durable or not.
    pub(super) fn outcome(&self, transaction: Transaction, turn: &Turn<Self>) -> Option<Outcome> {
        let site = self.sites.get(&transaction).and_then(|site| site.state.decided());
        site.or_else(|| self.database.outcome(&turn.disk().stored, transaction))
    }

    /// Sends what must not be known before it is durable.
    pub(super) fn send_when_durable(&self, to: NodeId, message: Message, turn: &mut Turn<Self>) {
        if self.settings.mistake == Mistake::ReplyBeforeFsync {
            turn.send(to, message);
            turn.fsync();
        } else {
            turn.fsync();
            turn.send(to, message);
        }
    }

    /// Says how it stands. What is not durable yet is not said before it is.
    pub(super) fn say_state(&self, to: NodeId, transaction: Transaction, attempt: Attempt, turn: &mut Turn<Self>) {
        let (report, promised) = match self.sites.get(&transaction) {
            Some(site) => (site.report(), site.promised),
            None => {
                let outcome = self.outcome(transaction, turn).unwrap_or(Outcome::Abort);
                let state = LocalState::Decided(outcome);
                (Report { state, restarted: false, refuses: false }, Attempt::FIRST)
            }
        };
        if turn.disk().state(transaction) != report.state {
            turn.fsync();
        }
        turn.send(to, Body::State { attempt, report, promised }.about(transaction));
    }

    /// Phase 1: would the order go through? Nothing is executed, nothing is locked.
    fn vote(&mut self, order: Order, ended_below: Transaction, transaction: Transaction, turn: &mut Turn<Self>) {
        match self.outcome(transaction, turn) {
            Some(Outcome::Abort) => return turn.send(COORDINATOR, Body::No.about(transaction)),
            Some(Outcome::Commit) => return,
            None => {}
        }
        if turn.disk().stored.has_forgotten(transaction) {
            return;
        }
        if self.sites.contains_key(&transaction) {
            if turn.disk().state(transaction) == LocalState::Ready {
                turn.send(COORDINATOR, Body::Yes.about(transaction));
            }
            return;
        }
        let changes = Business::changes(self.number, order);
        if !self.settings.trusts_at_first(self.number) && !turn.disk().stored.allows(&self.schema(), &changes) {
            self.abort_alone(transaction, turn);
            return turn.send(COORDINATOR, Body::No.about(transaction));
        }
        self.sites.insert(transaction, Site::fresh(order, LocalState::Ready, false));
        self.wait_for_word(transaction, turn);
        turn.write(ParticipantRecord::Ready { transaction, order, ended_below });
        self.send_when_durable(COORDINATOR, Body::Yes.about(transaction), turn);
    }

    /// Whoever has promised nothing may abort by itself. It need not be durable: a site that finds nothing on its disk
    /// when it is asked aborts again.
    pub(super) fn abort_alone(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let (record, _) = self.database.abort_at_once(&turn.disk().stored, &self.schema(), transaction);
        turn.write(ParticipantRecord::Database(record));
    }

    /// What a request to move has to pass before it is looked at: says whether it may.
    fn may_follow(&mut self, from: NodeId, transaction: Transaction, attempt: Attempt, turn: &mut Turn<Self>) -> bool {
        if turn.disk().stored.has_forgotten(transaction) {
            return false;
        }
        let frozen = self.settings.termination == TerminationMode::On;
        match self.sites.get(&transaction) {
            Some(site) => {
                let takes_part = site.state.decided().is_none() && !(site.restarted && frozen);
                if takes_part && attempt >= site.promised {
                    self.promise(transaction, attempt, turn);
                    return true;
                }
            }
            None if self.outcome(transaction, turn).is_none() => self.abort_alone(transaction, turn),
            None => {}
        }
        self.say_state(from, transaction, attempt, turn);
        false
    }

    /// Follows this attempt from now on, and no lower one; gives up leading one of its own.
    pub(super) fn promise(&mut self, transaction: Transaction, attempt: Attempt, turn: &mut Turn<Self>) {
        let Some(site) = self.sites.get_mut(&transaction) else { return };
        site.promised = attempt;
        site.termination = None;
        turn.cancel(TimerKind::Answers.of(transaction));
        turn.cancel(TimerKind::Again.of(transaction));
        self.wait_for_word(transaction, turn);
    }

    /// Phase 2: executes, locks, logs undo and redo.
    fn pre_commit(&mut self, from: NodeId, transaction: Transaction, attempt: Attempt, turn: &mut Turn<Self>) {
        if !self.may_follow(from, transaction, attempt, turn) {
            return;
        }
        let Some(site) = self.sites.get(&transaction) else { return };
        match site.state {
            LocalState::PreCommitted => self.acknowledge(from, transaction, attempt, turn),
            state if self.settings.bars(state) => self.say_state(from, transaction, attempt, turn),
            _ => self.execute(Some((from, attempt)), transaction, turn),
        }
    }

    /// Says that it stands where it was asked to.
    pub(super) fn acknowledge(&self, to: NodeId, transaction: Transaction, attempt: Attempt, turn: &mut Turn<Self>) {
        let Some(site) = self.sites.get(&transaction) else { return };
        let message = Body::Ack { attempt, state: site.state }.about(transaction);
        if turn.disk().state(transaction) == site.state {
            turn.send(to, message);
        } else {
            self.send_when_durable(to, message, turn);
        }
    }

    fn pre_abort(&mut self, from: NodeId, transaction: Transaction, attempt: Attempt, turn: &mut Turn<Self>) {
        if !self.may_follow(from, transaction, attempt, turn) {
            return;
        }
        let Some(site) = self.sites.get(&transaction) else { return };
        match site.state {
            LocalState::PreAborted => self.acknowledge(from, transaction, attempt, turn),
            state if self.settings.bars(state) => self.say_state(from, transaction, attempt, turn),
            _ => {
                self.bar_commit(transaction, turn);
                self.acknowledge(from, transaction, attempt, turn);
            }
        }
    }
}

impl Role for Participant {
    type Message = Message;
    type Timer = Timer;
    type Durable = ParticipantDisk;
    /// The parameters, and which database it is, from 1.
    type Setup = (Settings, u8);

    fn start((settings, number): &(Settings, u8), turn: &mut Turn<Self>) -> Self {
        let database = Database::recovered(&turn.disk().stored);
        let mut participant = Participant { settings: *settings, number: *number, database, sites: SortedMap::new() };
        let undecided: Vec<(Transaction, Order)> = turn.disk().undecided().collect();
        for (transaction, order) in undecided {
            let state = turn.disk().state(transaction);
            participant.sites.insert(transaction, Site::fresh(order, state, true));
            participant.come_back(transaction, state, turn);
        }
        participant
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        let transaction = message.transaction;
        match message.body {
            Body::CanCommit { order, ended_below } => self.vote(order, ended_below, transaction, turn),
            Body::PreCommit { attempt } => self.pre_commit(from, transaction, attempt, turn),
            Body::PreAbort { attempt } => self.pre_abort(from, transaction, attempt, turn),
            Body::Commit => self.learn(from, transaction, Outcome::Commit, turn),
            Body::Abort => self.learn(from, transaction, Outcome::Abort, turn),
            Body::StateRequest { attempt } => self.asked(from, transaction, attempt, turn),
            Body::State { attempt, report, promised } => self.heard(from, transaction, attempt, report, promised, turn),
            Body::Ack { attempt, state } => {
                let report = Report { state, restarted: false, refuses: false };
                self.heard(from, transaction, attempt, report, attempt, turn);
            }
            Body::Refuse { attempt } => {
                let report = Report { state: LocalState::Ready, restarted: false, refuses: true };
                self.heard(from, transaction, attempt, report, attempt, turn);
            }
            Body::Order { .. } | Body::Inquire | Body::Result { .. } | Body::Yes | Body::No | Body::Done { .. } => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        match timer.kind {
            TimerKind::Patience => self.lose_patience(timer.transaction, turn),
            TimerKind::Answers => self.answers_are_due(timer.transaction, turn),
            TimerKind::Again => self.try_again(timer.transaction, turn),
            TimerKind::Votes | TimerKind::Acks | TimerKind::Retry | TimerKind::Answer => {}
        }
    }

    /// What became durable may let rows go, and may be counted by an attempt of its own.
    fn synced(&mut self, turn: &mut Turn<Self>) {
        let resumed = self.database.settle(&turn.disk().stored, &self.schema());
        let disk = turn.disk();
        let decided = |transaction: &Transaction, site: &Site| {
            site.state.decided().is_some() && disk.state(*transaction) == site.state
                || disk.stored.has_forgotten(*transaction)
        };
        let over: Vec<Transaction> =
            self.sites.iter().filter(|(transaction, site)| decided(transaction, site)).map(|(t, _)| *t).collect();
        for transaction in over {
            self.sites.remove(&transaction);
        }
        self.resume(resumed, turn);
        let leading: Vec<Transaction> =
            self.sites.iter().filter(|(_, site)| site.termination.is_some()).map(|(t, _)| *t).collect();
        for transaction in leading {
            self.hear_itself(transaction, turn);
        }
    }

    fn face(&self, disk: &ParticipantDisk) -> Face {
        let last = || self.database.last_outcome(&disk.stored).map(LocalState::Decided);
        let state = self.sites.values().next_back().map(|site| site.state).or_else(last);
        let Some(state) = state else { return Face { word: Text::new("idle", "空闲"), mood: Mood::Idle } };
        let mood = match state {
            LocalState::Initial => Mood::Idle,
            LocalState::Decided(outcome) => Mood::Decided(outcome),
            LocalState::PreCommitted => Mood::Holding,
            LocalState::Ready | LocalState::PreAborted => Mood::Waiting,
        };
        Face { word: state.name(), mood }
    }

    fn conditions(&self, disk: &ParticipantDisk, _now: LocalTime) -> Vec<Condition> {
        let mut conditions = Vec::new();
        let mut add = |kind, transaction: Transaction| {
            conditions.push(Condition { kind, subject: transaction.subject() });
        };
        for (transaction, standing) in self.database.open() {
            if self.database.holds(transaction) {
                add(ConditionKind::Holds, transaction);
            }
            if matches!(standing, Standing::Waiting(_)) {
                add(ConditionKind::WaitsForLock, transaction);
            }
        }
        for (transaction, site) in &self.sites {
            if self.settings.terminates()
                && disk.state(*transaction) != LocalState::Initial
                && site.state.decided().is_none()
            {
                add(ConditionKind::InDoubt, *transaction);
            }
        }
        conditions
    }
}
