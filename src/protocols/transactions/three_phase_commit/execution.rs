//! What a participant does to its database: executes, refuses, decides.

use super::message::{Body, ParticipantRecord, TimerKind};
use super::participant::Participant;
use super::settings::Mistake;
use super::state::{Attempt, LocalState};
use crate::protocols::parts::atomic_commitment::COORDINATOR;
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::{self, Resumed, Schema, Standing, Transaction, Writing};
use crate::sim::payload::Outcome;
use crate::sim::role::Turn;
use crate::sim::trace::NodeId;

impl Participant {
    /// Executes in order to stand in PRECOMMIT, for whoever asked (none: for its own attempt to lead).
    pub(super) fn execute(
        &mut self,
        asker: Option<(NodeId, Attempt)>,
        transaction: Transaction,
        turn: &mut Turn<Self>,
    ) {
        let Some(site) = self.sites.get(&transaction) else { return };
        let changes = Business::changes(self.number, site.order);
        let schema = self.schema();
        let writing = match self.database.standing(transaction) {
            Some(Standing::Prepared) => Writing::Granted,
            Some(Standing::Waiting(_)) if asker.is_some_and(|(_, attempt)| attempt.is_first()) => return,
            Some(_) => Writing::Refused { row: site.order.row },
            None => self.database.write(&turn.disk().stored, &schema, transaction, &changes),
        };
        // The coordinator's own phase 2 waits for a lock; the termination protocol waits for nobody.
        match (writing, asker) {
            (Writing::Granted, _) => self.executed(asker, transaction, turn),
            (Writing::Waits { .. }, Some((from, attempt))) if attempt.is_first() => {
                if let Some(site) = self.sites.get_mut(&transaction) {
                    site.waits_for_row = Some((from, attempt));
                }
            }
            (Writing::Waits { .. } | Writing::Refused { .. }, _) => self.refuse(asker, transaction, turn),
        }
    }

    /// Has executed: p, with undo and redo, is forced before anybody is told.
    pub(super) fn executed(
        &mut self,
        asker: Option<(NodeId, Attempt)>,
        transaction: Transaction,
        turn: &mut Turn<Self>,
    ) {
        let Some(record) = self.database.prepare(transaction, Transaction(1)) else { return };
        turn.write(ParticipantRecord::Database(record));
        if let Some(site) = self.sites.get_mut(&transaction) {
            site.state = LocalState::PreCommitted;
            site.refuses = false;
        }
        match asker {
            Some((from, attempt)) => self.acknowledge(from, transaction, attempt, turn),
            None => turn.fsync(),
        }
        if self.settings.mistake == Mistake::ReleaseAfterPreCommit {
            let resumed = self.database.unlock_early(&turn.disk().stored, &self.schema(), transaction);
            self.resume(resumed, turn);
        }
    }

    /// Cannot execute. By the notes' rules it aborts; where others may end the transaction, it says so and stays in
    /// READY: somebody in PRECOMMIT might have to commit without it.
    pub(super) fn refuse(&mut self, asker: Option<(NodeId, Attempt)>, transaction: Transaction, turn: &mut Turn<Self>) {
        if self.settings.terminates() {
            let resumed = self.database.withdraw(&turn.disk().stored, &self.schema(), transaction);
            if let Some(site) = self.sites.get_mut(&transaction) {
                site.refuses = true;
            }
            match asker {
                Some((from, attempt)) => turn.send(from, Body::Refuse { attempt }.about(transaction)),
                None => self.hear_itself(transaction, turn),
            }
            self.resume(resumed, turn);
        } else {
            if let Some(site) = self.sites.get_mut(&transaction) {
                site.refuses = true;
            }
            self.decide(transaction, Outcome::Abort, turn);
            if let Some((from, attempt)) = asker {
                turn.send(from, Body::Refuse { attempt }.about(transaction));
            }
        }
    }

    /// Enters PREABORT. What it has executed stays locked: the transaction may still commit where quorums do not rule.
    pub(super) fn bar_commit(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        if let Some(site) = self.sites.get_mut(&transaction) {
            site.state = LocalState::PreAborted;
            site.waits_for_row = None;
        }
        turn.write(ParticipantRecord::PreAborted { transaction });
        if !matches!(self.database.standing(transaction), Some(Standing::Prepared)) {
            let resumed = self.database.withdraw(&turn.disk().stored, &self.schema(), transaction);
            self.resume(resumed, turn);
        }
    }

    /// Phase 3, or the word of whoever led.
    pub(super) fn learn(&mut self, from: NodeId, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        let forgotten = turn.disk().stored.has_forgotten(transaction);
        let mut forces = false;
        if self.settings.mistake == Mistake::TakesBack
            && self.outcome(transaction, turn).is_some_and(|decided| decided != outcome)
        {
            let record = database::Record::of(transaction, outcome);
            turn.write(ParticipantRecord::Database(record));
            turn.fsync();
            return turn.send(COORDINATOR, Body::Done { outcome }.about(transaction));
        }
        if !forgotten && self.outcome(transaction, turn).is_none() {
            if self.sites.contains_key(&transaction) {
                self.decide(transaction, outcome, turn);
                forces = true;
            } else {
                self.abort_alone(transaction, turn);
            }
        }
        if from != COORDINATOR {
            return;
        }
        match self.outcome(transaction, turn) {
            Some(outcome) => {
                if !forces && turn.disk().state(transaction) != LocalState::Decided(outcome) {
                    turn.fsync();
                }
                turn.send(COORDINATOR, Body::Done { outcome }.about(transaction));
            }
            None if forgotten => turn.send(COORDINATOR, Body::Done { outcome }.about(transaction)),
            None => {} // Waits for a row; the coordinator will say it again.
        }
    }

    /// Decides, and forces the decision. A commit that reaches READY finds nothing executed: it executes now, and can
    /// refuse no more.
    pub(super) fn decide(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        let executed = self.database.standing(transaction) == Some(Standing::Prepared);
        let schema = self.schema();
        let mut resumed = Vec::new();
        let record = match (outcome, executed) {
            (_, true) => self.database.decide(transaction, outcome),
            (Outcome::Abort, false) => {
                let (record, waiters) = self.database.abort_at_once(&turn.disk().stored, &schema, transaction);
                resumed = waiters;
                record
            }
            (Outcome::Commit, false) => {
                let Some(prepared) = self.execute_regardless(transaction, turn) else { return };
                turn.write(ParticipantRecord::Database(prepared));
                self.database.decide(transaction, outcome)
            }
        };
        for kind in [TimerKind::Patience, TimerKind::Answers, TimerKind::Again] {
            turn.cancel(kind.of(transaction));
        }
        turn.write(ParticipantRecord::Database(record));
        turn.fsync();
        if let Some(site) = self.sites.get_mut(&transaction) {
            site.state = LocalState::Decided(outcome);
            site.waits_for_row = None;
            site.termination = None;
            if std::mem::take(&mut site.announces) {
                self.announce(transaction, outcome, turn);
            }
        }
        self.resume(resumed, turn);
    }

    /// Executes what it may not refuse any more; none while it has to wait for the row.
    pub(super) fn execute_regardless(
        &mut self,
        transaction: Transaction,
        turn: &mut Turn<Self>,
    ) -> Option<database::Record> {
        let site = self.sites.get_mut(&transaction)?;
        site.told_to_commit = true;
        let schema = Schema { at_least: i64::MIN, at_most: i64::MAX, ..self.settings.business.schema(self.number) };
        let changes = Business::changes(self.number, site.order);
        match self.database.standing(transaction) {
            None => {
                if let Writing::Waits { .. } = self.database.write(&turn.disk().stored, &schema, transaction, &changes)
                {
                    return None;
                }
            }
            Some(Standing::Waiting(_)) => return None,
            Some(_) => {}
        }
        self.database.prepare(transaction, Transaction(1))
    }

    /// Others have let go of rows: those who waited for them go on.
    pub(super) fn resume(&mut self, resumed: Vec<Resumed>, turn: &mut Turn<Self>) {
        for (transaction, writing) in resumed {
            let Some(site) = self.sites.get_mut(&transaction) else { continue };
            if site.told_to_commit {
                if !matches!(writing, Writing::Waits { .. }) {
                    self.decide(transaction, Outcome::Commit, turn);
                }
                continue;
            }
            match (writing, site.waits_for_row) {
                (Writing::Waits { .. }, _) | (_, None) => {}
                (Writing::Granted, Some(asker)) => {
                    site.waits_for_row = None;
                    self.executed(Some(asker), transaction, turn);
                }
                (Writing::Refused { .. }, Some(asker)) => {
                    site.waits_for_row = None;
                    self.refuse(Some(asker), transaction, turn);
                }
            }
        }
    }
}
