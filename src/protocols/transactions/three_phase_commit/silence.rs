//! What a participant does when nobody tells it how its transaction ends.

use super::message::{Body, TimerKind};
use super::participant::{Participant, Site};
use super::settings::{Mistake, TerminationMode};
use super::state::{Attempt, LocalState, Report};
use super::termination::{Course, Termination};
use crate::protocols::parts::atomic_commitment::{COORDINATOR, participants};
use crate::protocols::parts::database::Transaction;
use crate::sim::payload::Outcome;
use crate::sim::role::Turn;
use crate::sim::trace::NodeId;

impl Participant {
    fn participants(&self) -> impl Iterator<Item = NodeId> + Clone + use<> {
        participants(self.settings.participants())
    }

    /// The coordinator has been silent for too long. By the notes' rules the site decides by itself: abort before
    /// PRECOMMIT, commit in it. Otherwise it tries to lead.
    pub(super) fn lose_patience(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(site) = self.sites.get(&transaction) else { return };
        let alone = match site.state {
            LocalState::Decided(_) => return,
            LocalState::PreCommitted => Outcome::Commit,
            LocalState::Initial | LocalState::Ready | LocalState::PreAborted => Outcome::Abort,
        };
        if self.settings.terminates() {
            self.lead(transaction, turn);
        } else {
            self.decide(transaction, alone, turn);
        }
    }

    /// Back after a crash. The notes say nothing of it: the time-outs run again. A site that takes part in termination
    /// asks instead: the others may have gone on without it.
    pub(super) fn come_back(&mut self, transaction: Transaction, state: LocalState, turn: &mut Turn<Self>) {
        if self.settings.mistake == Mistake::ReadyDecidesAlone && state == LocalState::Ready {
            self.decide(transaction, Outcome::Abort, turn);
        } else if self.settings.terminates() {
            self.ask(transaction, turn);
        } else {
            self.wait_for_word(transaction, turn);
        }
    }

    /// Stands for election: an attempt of its own, above all that it has heard of.
    fn lead(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let sites = self.participants();
        let Some(site) = self.sites.get_mut(&transaction) else { return };
        let attempt = site.promised.next(turn.me());
        site.promised = attempt;
        site.termination = Some(Termination::lead(attempt, sites, false));
        self.collect(transaction, attempt, self.participants(), turn);
    }

    /// Asks everybody who could know, the coordinator too, without wishing to lead.
    fn ask(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let everybody = self.participants().chain([COORDINATOR]);
        let Some(site) = self.sites.get_mut(&transaction) else { return };
        site.termination = Some(Termination::ask(everybody.clone()));
        self.collect(transaction, Attempt::FIRST, everybody, turn);
    }

    fn collect(
        &mut self,
        transaction: Transaction,
        attempt: Attempt,
        sites: impl Iterator<Item = NodeId>,
        turn: &mut Turn<Self>,
    ) {
        turn.set(TimerKind::Answers.of(transaction), self.settings.phase_timeout);
        let me = turn.me();
        for site in sites.filter(|site| *site != me) {
            turn.send(site, Body::StateRequest { attempt }.about(transaction));
        }
        self.hear_itself(transaction, turn);
    }

    /// Its own state counts like the others', once it is durable.
    pub(super) fn hear_itself(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(site) = self.sites.get_mut(&transaction) else { return };
        let report = site.report();
        if turn.disk().state(transaction) != report.state {
            return;
        }
        let Some(termination) = &mut site.termination else { return };
        if let Some(course) = termination.hear(turn.me(), report, &self.settings) {
            self.follow(transaction, course, turn);
        }
    }

    /// Somebody leads, or asks.
    pub(super) fn asked(&mut self, from: NodeId, transaction: Transaction, attempt: Attempt, turn: &mut Turn<Self>) {
        if turn.disk().stored.has_forgotten(transaction) {
            return;
        }
        let leads = |site: &Site| !attempt.is_first() && attempt > site.promised && site.state.decided().is_none();
        match self.sites.get(&transaction).map(leads) {
            Some(true) => self.promise(transaction, attempt, turn),
            None if self.outcome(transaction, turn).is_none() => self.abort_alone(transaction, turn),
            _ => {}
        }
        self.say_state(from, transaction, attempt, turn);
    }

    /// An answer to this site's own questions, or a belated one.
    pub(super) fn heard(
        &mut self,
        from: NodeId,
        transaction: Transaction,
        attempt: Attempt,
        report: Report,
        promised: Attempt,
        turn: &mut Turn<Self>,
    ) {
        let Some(site) = self.sites.get_mut(&transaction) else { return };
        if site.state.decided().is_some() {
            return;
        }
        if let Some(outcome) = report.state.decided() {
            site.announces = site.termination.as_ref().is_some_and(|termination| !termination.only_asks());
            return self.decide(transaction, outcome, turn);
        }
        let Some(termination) = &mut site.termination else { return };
        if !termination.only_asks() && promised > termination.attempt {
            // The other follows a higher attempt: this one is over.
            return self.promise(transaction, promised, turn);
        }
        if attempt == termination.attempt
            && let Some(course) = termination.hear(from, report, &self.settings)
        {
            self.follow(transaction, course, turn);
        }
    }

    pub(super) fn answers_are_due(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(site) = self.sites.get_mut(&transaction) else { return };
        let Some(termination) = &mut site.termination else { return };
        let course = termination.time_out(&self.settings);
        self.follow(transaction, course, turn);
    }

    fn follow(&mut self, transaction: Transaction, course: Course, turn: &mut Turn<Self>) {
        match course {
            Course::Decide(outcome) => {
                if let Some(site) = self.sites.get_mut(&transaction) {
                    site.announces = true;
                }
                self.decide(transaction, outcome, turn);
            }
            Course::Move(target, sites) => {
                let Some(termination) = self.sites.get(&transaction).and_then(|site| site.termination.as_ref()) else {
                    return;
                };
                let attempt = termination.attempt;
                turn.set(TimerKind::Answers.of(transaction), self.settings.phase_timeout);
                let me = turn.me();
                for site in sites.iter().filter(|site| **site != me) {
                    turn.send(*site, Body::move_to(target, attempt).about(transaction));
                }
                if sites.contains(&me) {
                    self.move_itself(target, transaction, turn);
                }
            }
            Course::Wait => self.put_off(transaction, turn),
        }
    }

    fn move_itself(&mut self, target: LocalState, transaction: Transaction, turn: &mut Turn<Self>) {
        match target {
            LocalState::PreAborted => {
                self.bar_commit(transaction, turn);
                turn.fsync();
            }
            _ => self.execute(None, transaction, turn),
        }
    }

    /// Neither decision can be reached now. Where being back means taking part again, the time-out starts anew.
    fn put_off(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(site) = self.sites.get_mut(&transaction) else { return };
        let only_asked = site.termination.take().is_some_and(|termination| termination.only_asks());
        turn.cancel(TimerKind::Answers.of(transaction));
        if only_asked && self.settings.termination == TerminationMode::Quorum {
            self.wait_for_word(transaction, turn);
        } else if only_asked {
            turn.set(TimerKind::Again.of(transaction), self.settings.decision_retry);
        } else {
            turn.cancel(TimerKind::Patience.of(transaction));
            turn.set(TimerKind::Again.of(transaction), self.settings.patience(self.number));
        }
    }

    pub(super) fn try_again(&mut self, transaction: Transaction, turn: &mut Turn<Self>) {
        let Some(site) = self.sites.get(&transaction) else { return };
        if site.state.decided().is_some() {
            return;
        }
        if site.restarted && self.settings.termination == TerminationMode::On {
            self.ask(transaction, turn);
        } else {
            self.lead(transaction, turn);
        }
    }

    /// Tells the others what it has decided for all of them.
    pub(super) fn announce(&self, transaction: Transaction, outcome: Outcome, turn: &mut Turn<Self>) {
        let me = turn.me();
        for other in self.participants().chain([COORDINATOR]).filter(|other| *other != me) {
            turn.send(other, Body::of(outcome).about(transaction));
        }
    }
}
