//! The coordinator: three phases, a time-out in each of the first two, and a decision said until everybody has it.

use super::disk::{CoordinatorDisk, Ended};
use super::message::{Body, CoordinatorRecord, Message, Timer, TimerKind};
use super::settings::{Mistake, Settings};
use super::state::{Attempt, LocalState, Report};
use super::termination::{Course, Termination};
use crate::protocols::parts::atomic_commitment::{CLIENT, participants};
use crate::protocols::parts::business::Order;
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::Outcome;
use crate::sim::role::{Role, Turn};
use crate::sim::show::{Face, Mood};
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use crate::text::Text;
use serde::Serialize;

/// The coordinator's memory.
#[derive(Clone, Serialize)]
pub struct Coordinator {
    #[serde(skip)]
    pub(super) settings: Settings,
    pub runs: SortedMap<Transaction, Run>,
    pub(super) ended: Ended,
    /// How the last one ended, for its face.
    last: Option<Outcome>,
}

/// One transaction under way.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    pub phase: Phase,
    /// Whether the coordinator has been down since it began.
    pub(super) restarted: bool,
    /// The highest attempt that a participant has named.
    pub(super) highest: Attempt,
}

/// How far it has come.
#[derive(Clone, Debug, Serialize)]
pub enum Phase {
    /// 1: who has said yes.
    Voting { yes: SortedSet<NodeId> },
    /// 2: who is in PRECOMMIT.
    PreCommitting { acknowledged: SortedSet<NodeId> },
    /// 2 has failed, and some may be in PRECOMMIT: leads them to an abort, if that is still possible.
    Ending { termination: Termination },
    /// The others may have ended it without the coordinator, or will: asks.
    Unsure { asking: Option<Termination> },
    /// 3: who has not acknowledged.
    Decided { outcome: Outcome, missing: SortedSet<NodeId> },
}

impl Run {
    pub(super) fn fresh(phase: Phase, restarted: bool) -> Run {
        Run { phase, restarted, highest: Attempt::FIRST }
    }
}

impl Coordinator {
    pub(super) fn participants(&self) -> impl Iterator<Item = NodeId> + Clone + use<> {
        participants(self.settings.participants())
    }

    /// How many must say yes, and then acknowledge.
    fn needed(&self) -> usize {
        let all = usize::from(self.settings.participants());
        if self.settings.mistake == Mistake::CommitOnMajority { all / 2 + 1 } else { all }
    }

    fn tell_all(&self, transaction: Transaction, body: Body, turn: &mut Turn<Self>) {
        for participant in self.participants() {
            turn.send(participant, body.about(transaction));
        }
    }

    fn begin(&mut self, transaction: Transaction, order: Order, answered_below: Transaction, turn: &mut Turn<Self>) {
        self.ended.answered_below(answered_below);
        if self.ended.contains(transaction) {
            if let Some(outcome) = self.ended.outcome(transaction) {
                turn.send_connected(CLIENT, Body::Result { outcome }.about(transaction));
            }
            return;
        }
        if let Some(run) = self.runs.get(&transaction) {
            if let Phase::Decided { outcome, .. } = run.phase {
                turn.send_connected(CLIENT, Body::Result { outcome }.about(transaction));
            }
            return;
        }
        self.runs.insert(transaction, Run::fresh(Phase::Voting { yes: SortedSet::new() }, false));
        turn.write(CoordinatorRecord::Started { transaction, answered_below });
        turn.set(TimerKind::Votes.of(transaction), self.settings.phase_timeout);
        self.tell_all(transaction, Body::CanCommit { order, ended_below: self.ended.below() }, turn);
    }

    fn voted_yes(&mut self, from: NodeId, transaction: Transaction, turn: &mut Turn<Self>) {
        let needed = self.needed();
        let Some(Run { phase: Phase::Voting { yes }, .. }) = self.runs.get_mut(&transaction) else { return };
        yes.insert(from);
        if yes.len() >= needed {
            turn.cancel(TimerKind::Votes.of(transaction));
            self.pre_commit(transaction, turn);
        }
    }

    /// Phase 2. From here on somebody may be in PRECOMMIT, so the log says so before anybody is told.
    fn pre_commit(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(run) = self.runs.get_mut(&transaction) else { return };
        run.phase = Phase::PreCommitting { acknowledged: SortedSet::new() };
        turn.set(TimerKind::Acks.of(transaction), self.settings.phase_timeout);
        turn.write(CoordinatorRecord::PreCommitting { transaction });
        turn.fsync();
        self.tell_all(transaction, Body::PreCommit { attempt: Attempt::FIRST }, turn);
    }

    fn acknowledged(&mut self, from: NodeId, transaction: Transaction, turn: &mut Turn<Self>) {
        let needed = self.needed();
        let Some(Run { phase: Phase::PreCommitting { acknowledged }, .. }) = self.runs.get_mut(&transaction) else {
            return;
        };
        acknowledged.insert(from);
        if acknowledged.len() >= needed {
            self.decide(transaction, Outcome::Commit, turn);
        }
    }

    /// Somebody refused to execute, or did not say in time that it had. By the notes' rules that is an abort. Where
    /// others may end the transaction by themselves, those in PRECOMMIT have to be brought back first.
    fn phase_two_failed(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        if !self.settings.terminates() {
            self.decide(transaction, Outcome::Abort, turn);
            return;
        }
        let sites = self.participants();
        let Some(run) = self.runs.get_mut(&transaction) else { return };
        turn.cancel(TimerKind::Acks.of(transaction));
        let attempt = run.highest.next(turn.me());
        run.highest = attempt;
        run.phase = Phase::Ending { termination: Termination::lead(attempt, sites.clone(), true) };
        turn.set(TimerKind::Answers.of(transaction), self.settings.phase_timeout);
        for site in sites {
            turn.send(site, Body::StateRequest { attempt }.about(transaction));
        }
    }

    pub(super) fn follow(&mut self, transaction: Transaction, course: Course, turn: &mut Turn<Self>) {
        match course {
            Course::Decide(outcome) => self.decide(transaction, outcome, turn),
            Course::Move(target, sites) => {
                let Some(Run { phase: Phase::Ending { termination }, .. }) = self.runs.get(&transaction) else {
                    return;
                };
                let attempt = termination.attempt;
                turn.set(TimerKind::Answers.of(transaction), self.settings.phase_timeout);
                let body = Body::move_to(target, attempt);
                for site in sites {
                    turn.send(site, body.about(transaction));
                }
            }
            Course::Wait => self.become_unsure(transaction, turn),
        }
    }

    /// A participant's state, an acknowledgement or a refusal.
    fn heard(
        &mut self,
        from: NodeId,
        transaction: Transaction,
        attempt: Attempt,
        report: Report,
        promised: Attempt,
        turn: &mut Turn<Self>,
    ) {
        let Some(run) = self.runs.get_mut(&transaction) else { return };
        run.highest = run.highest.max(promised);
        if matches!(run.phase, Phase::Decided { .. }) {
            return;
        }
        if let Some(outcome) = report.state.decided() {
            let voted_down = self.settings.mistake == Mistake::CommitOnMajority && outcome == Outcome::Abort;
            if !voted_down {
                self.decide(transaction, outcome, turn);
            }
            return;
        }
        let course = match &mut run.phase {
            Phase::PreCommitting { .. } if attempt.is_first() && promised.is_first() && !report.restarted => {
                match report.state {
                    LocalState::PreCommitted => return self.acknowledged(from, transaction, turn),
                    _ if report.refuses => return self.phase_two_failed(transaction, turn),
                    _ => None,
                }
            }
            Phase::PreCommitting { .. } if !promised.is_first() => Some(Course::Wait),
            Phase::Ending { termination } if promised > termination.attempt => Some(Course::Wait),
            Phase::Ending { termination } | Phase::Unsure { asking: Some(termination) }
                if attempt == termination.attempt =>
            {
                termination.hear(from, report, &self.settings)
            }
            _ => None,
        };
        if let Some(course) = course {
            self.follow(transaction, course, turn);
        }
    }

    pub(super) fn decide(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        let missing = self.participants().collect();
        let Some(run) = self.runs.get_mut(&transaction) else { return };
        run.phase = Phase::Decided { outcome, missing };
        for kind in [TimerKind::Votes, TimerKind::Acks, TimerKind::Answers, TimerKind::Again] {
            turn.cancel(kind.of(transaction));
        }
        turn.write(CoordinatorRecord::Decided { transaction, outcome });
        turn.fsync();
        self.announce(transaction, outcome, turn);
    }

    fn announce(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        self.tell_all(transaction, Body::of(outcome), turn);
        turn.send_connected(CLIENT, Body::Result { outcome }.about(transaction));
        if self.settings.mistake == Mistake::ForgetsEarly {
            return self.end(transaction, outcome, turn);
        }
        turn.set(TimerKind::Retry.of(transaction), self.settings.decision_retry);
    }

    fn done(&mut self, from: NodeId, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(Run { phase: Phase::Decided { outcome, missing }, .. }) = self.runs.get_mut(&transaction) else {
            return;
        };
        missing.remove(&from);
        if missing.is_empty() {
            let outcome = *outcome;
            self.end(transaction, outcome, turn);
        }
    }

    /// It is over everywhere, and need not be remembered.
    fn end(&mut self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        self.last = Some(outcome);
        self.runs.remove(&transaction);
        self.ended.insert(transaction, outcome);
        turn.cancel(TimerKind::Retry.of(transaction));
        turn.write(CoordinatorRecord::Ended { transaction });
    }

    fn resend(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(Run { phase: Phase::Decided { outcome, missing }, .. }) = self.runs.get(&transaction) else { return };
        for participant in missing {
            turn.send(*participant, Body::of(*outcome).about(transaction));
        }
        turn.set(TimerKind::Retry.of(transaction), self.settings.decision_retry);
    }

    /// A participant has led the others to a decision.
    pub(super) fn learned(&mut self, transaction: Transaction, body: Body, turn: &mut Turn<Self>) {
        let undecided = self.runs.get(&transaction).is_some_and(|run| !matches!(run.phase, Phase::Decided { .. }));
        if undecided {
            let outcome = if body == Body::Commit { Outcome::Commit } else { Outcome::Abort };
            self.decide(transaction, outcome, turn);
        }
    }
}

impl Role for Coordinator {
    type Message = Message;
    type Timer = Timer;
    type Durable = CoordinatorDisk;
    type Setup = Settings;

    /// After a crash: a decision is said again; without one, and without a sign that phase 2 began, abort is safe;
    /// otherwise somebody may be in PRECOMMIT. The notes' coordinator then runs phase 2 again, the others ask.
    fn start(setup: &Settings, turn: &mut Turn<Self>) -> Self {
        let disk = turn.disk().clone();
        let mut coordinator = Coordinator { settings: *setup, runs: SortedMap::new(), ended: disk.ended, last: None };
        for (transaction, logged) in disk.runs {
            let voting = Phase::Voting { yes: SortedSet::new() };
            coordinator.runs.insert(transaction, Run::fresh(voting, true));
            match logged.outcome {
                Some(outcome) => {
                    let missing = coordinator.participants().collect();
                    coordinator.runs.insert(transaction, Run::fresh(Phase::Decided { outcome, missing }, true));
                    coordinator.announce(transaction, outcome, turn);
                }
                None if !logged.pre_committing => coordinator.decide(transaction, Outcome::Abort, turn),
                None if !coordinator.settings.terminates() => coordinator.pre_commit(transaction, turn),
                None => {
                    coordinator.runs.insert(transaction, Run::fresh(Phase::Unsure { asking: None }, true));
                    coordinator.ask(transaction, turn);
                }
            }
        }
        coordinator
    }

    fn receive(&mut self, from: NodeId, message: &Message, turn: &mut Turn<Self>) {
        let transaction = message.transaction;
        match message.body {
            Body::Order { order, answered_below } => self.begin(transaction, order, answered_below, turn),
            Body::Yes => self.voted_yes(from, transaction, turn),
            Body::No => {
                if let Some(Run { phase: Phase::Voting { .. }, .. }) = self.runs.get(&transaction)
                    && self.settings.mistake != Mistake::CommitOnMajority
                {
                    self.decide(transaction, Outcome::Abort, turn);
                }
            }
            Body::Ack { attempt, state } => {
                let report = Report { state, restarted: false, refuses: false };
                self.heard(from, transaction, attempt, report, attempt, turn);
            }
            Body::Refuse { attempt } => {
                let report = Report { state: LocalState::Ready, restarted: false, refuses: true };
                self.heard(from, transaction, attempt, report, attempt, turn);
            }
            Body::State { attempt, report, promised } => {
                self.heard(from, transaction, attempt, report, promised, turn);
            }
            Body::Inquire => self.inquired(transaction, turn),
            Body::StateRequest { attempt } => self.asked(from, transaction, attempt, turn),
            Body::Commit | Body::Abort => self.learned(transaction, message.body, turn),
            Body::Done { .. } => self.done(from, transaction, turn),
            Body::Result { .. } | Body::CanCommit { .. } | Body::PreCommit { .. } | Body::PreAbort { .. } => {}
        }
    }

    fn fire(&mut self, timer: &Timer, turn: &mut Turn<Self>) {
        let transaction = timer.transaction;
        let Some(run) = self.runs.get_mut(&transaction) else { return };
        match (timer.kind, &mut run.phase) {
            (TimerKind::Votes, Phase::Voting { .. }) => self.decide(transaction, Outcome::Abort, turn),
            (TimerKind::Acks, Phase::PreCommitting { .. }) => self.phase_two_failed(transaction, turn),
            (TimerKind::Answers, Phase::Ending { termination } | Phase::Unsure { asking: Some(termination) }) => {
                let course = termination.time_out(&self.settings);
                self.follow(transaction, course, turn);
            }
            (TimerKind::Again, Phase::Unsure { .. }) => self.ask(transaction, turn),
            (TimerKind::Retry, Phase::Decided { .. }) => self.resend(transaction, turn),
            _ => {}
        }
    }

    fn face(&self, _disk: &CoordinatorDisk) -> Face {
        let word = |word: Text, mood| Face { word, mood };
        match self.runs.values().next_back().map(|run| &run.phase) {
            None => match self.last {
                Some(outcome) => word(LocalState::Decided(outcome).name(), Mood::Decided(outcome)),
                None => word(Text::new("idle", "空闲"), Mood::Idle),
            },
            Some(Phase::Voting { .. }) => word(Text::same("WAIT"), Mood::Busy),
            Some(Phase::PreCommitting { .. }) => word(Text::same("PRECOMMIT"), Mood::Busy),
            Some(Phase::Ending { .. }) => word(Text::new("collecting", "收集中"), Mood::Busy),
            Some(Phase::Unsure { .. }) => word(Text::new("asks", "询问中"), Mood::Waiting),
            Some(Phase::Decided { outcome, .. }) => word(LocalState::Decided(*outcome).name(), Mood::Decided(*outcome)),
        }
    }
}
