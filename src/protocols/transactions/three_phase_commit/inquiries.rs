//! What the coordinator answers to whoever asks, and what it asks when the others may have gone on without it.

use super::coordinator::{Coordinator, Phase, Run};
use super::message::{Body, CoordinatorRecord, TimerKind};
use super::settings::Mistake;
use super::state::{Attempt, LocalState, Report};
use super::termination::Termination;
use crate::protocols::parts::atomic_commitment::CLIENT;
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::Outcome;
use crate::sim::role::Turn;
use crate::sim::trace::NodeId;

impl Coordinator {
    pub(super) fn become_unsure(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(run) = self.runs.get_mut(&transaction) else { return };
        run.phase = Phase::Unsure { asking: None };
        turn.cancel(TimerKind::Acks.of(transaction));
        turn.cancel(TimerKind::Answers.of(transaction));
        turn.set(TimerKind::Again.of(transaction), self.settings.decision_retry);
    }

    pub(super) fn ask(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let sites = self.participants();
        let own = self.report(transaction);
        let everybody = sites.clone().chain([turn.me()]);
        let Some(Run { phase: Phase::Unsure { asking }, .. }) = self.runs.get_mut(&transaction) else { return };
        let mut termination = Termination::ask(everybody);
        termination.hear(turn.me(), own, &self.settings);
        *asking = Some(termination);
        turn.set(TimerKind::Answers.of(transaction), self.settings.phase_timeout);
        for site in sites {
            turn.send(site, Body::StateRequest { attempt: Attempt::FIRST }.about(transaction));
        }
    }

    /// The client asks what became of its order. Nothing in the log means that no preCommit ever left: abort.
    pub(super) fn inquired(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let run = self.runs.get(&transaction).map(|run| &run.phase);
        let outcome = match run {
            Some(Phase::Decided { outcome, .. }) => Some(*outcome),
            Some(_) if self.settings.mistake == Mistake::PresumesAbort => {
                return self.decide(transaction, Outcome::Abort, turn);
            }
            Some(_) => None,
            None if self.ended.contains(transaction) => self.ended.outcome(transaction),
            None => {
                self.decide_unknown(transaction, turn);
                turn.fsync();
                Some(Outcome::Abort)
            }
        };
        if let Some(outcome) = outcome {
            turn.send_connected(CLIENT, Body::Result { outcome }.about(transaction));
        }
    }

    /// What the coordinator says when a participant asks. It executes nothing, so it is in READY until it is decided.
    pub(super) fn report(&self, transaction: Transaction) -> Report {
        let run = self.runs.get(&transaction);
        let state = match run.map(|run| &run.phase) {
            Some(Phase::Decided { outcome, .. }) => LocalState::Decided(*outcome),
            Some(_) => LocalState::Ready,
            None => LocalState::Decided(Outcome::Abort),
        };
        // Whoever only asks decides nothing that the others could not foresee: it counts as one that has been down.
        let asks = |run: &Run| run.restarted || matches!(run.phase, Phase::Unsure { .. });
        Report { state, restarted: run.is_some_and(asks), refuses: false }
    }

    pub(super) fn asked(&mut self, from: NodeId, transaction: Transaction, attempt: Attempt, turn: &mut Turn<Self>) {
        if self.ended.contains(transaction) {
            return;
        }
        let report = self.report(transaction);
        if !self.runs.contains_key(&transaction) {
            // Nothing in the log: no preCommit ever left, so nobody can have committed. Never to be begun again.
            self.decide_unknown(transaction, turn);
        }
        // Another fsync may be under way for the decision that is reported.
        let durable = turn.disk().runs.get(&transaction).and_then(|run| run.outcome) == report.state.decided();
        if !durable {
            turn.fsync();
        }
        let promised = self.runs.get(&transaction).map_or(Attempt::FIRST, |run| run.highest);
        let promised = if attempt.is_first() { Attempt::FIRST } else { promised };
        turn.send(from, Body::State { attempt, report, promised }.about(transaction));
    }

    pub(super) fn decide_unknown(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let missing = self.participants().collect();
        let decided = Phase::Decided { outcome: Outcome::Abort, missing };
        self.runs.insert(transaction, Run::fresh(decided, true));
        turn.write(CoordinatorRecord::Decided { transaction, outcome: Outcome::Abort });
        turn.set(TimerKind::Retry.of(transaction), self.settings.decision_retry);
    }
}
