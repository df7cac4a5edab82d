//! The termination protocol: who leads collects the others' states and brings all to one decision.
//!
//! Skeen's rule (`on`) rests on two things: sites that do not answer in time are dead, and sites that have been down do
//! not take part. Then no operating site is in c while another is short of p, and none is in a while another is in p;
//! so any c means commit, any a means abort, nobody in p means abort, and otherwise all move to p first and commit
//! then. A site may also refuse to execute, and the coordinator's phase 2 may time out, while others are in p already.
//! To abort at once would leave "p here, a there", which a further crash turns into a contradiction; so those in p
//! first step back to PREABORT, and abort is decided when none is left.
//!
//! A partition makes dead and unreachable look alike, and both sides decide. The quorum rule needs no such
//! judgement: p and PREABORT are durable and bar each other, a commit needs Vc sites in p, an abort Va in PREABORT, and
//! Vc + Va > N. Nothing else matters for safety: no clock, no attempt number, no memory of who was down.
//!
//! Sources: D. Skeen, "Nonblocking commit protocols" (1981) and "A quorum-based commit protocol" (1982); P. Bernstein,
//! V. Hadzilacos, N. Goodman, *Concurrency Control and Recovery in Database Systems* (1987), 7.5.

use super::settings::{Mistake, Settings};
use super::state::{Attempt, LocalState, Report};
use crate::sim::payload::Outcome;
use crate::sim::trace::NodeId;
use crate::sorted::{SortedMap, SortedSet};
use serde::Serialize;

/// What whoever leads does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Course {
    /// Asks these sites to move to PRECOMMIT or PREABORT.
    Move(LocalState, SortedSet<NodeId>),
    Decide(Outcome),
    /// Neither can be reached now: waits and tries again.
    Wait,
}

/// One attempt, in its leader's memory; or a site that only asks.
#[derive(Clone, Debug, Serialize)]
pub struct Termination {
    pub attempt: Attempt,
    /// The latest report of each site that has answered.
    reports: SortedMap<NodeId, Report>,
    /// Who was asked and has not answered.
    missing: SortedSet<NodeId>,
    /// Where those asked are to move; none while states are collected.
    target: Option<LocalState>,
    /// Aborts where both are possible: somebody refused, or an acknowledgement did not come.
    leans_to_abort: bool,
    /// If this one only asks and does not lead: how many could have decided, itself included.
    asks: Option<u8>,
}

impl Termination {
    /// An attempt to lead: `sites` are all participants.
    pub fn lead(attempt: Attempt, sites: impl Iterator<Item = NodeId>, leans_to_abort: bool) -> Termination {
        let missing = sites.collect();
        Termination { attempt, reports: SortedMap::new(), missing, target: None, leans_to_abort, asks: None }
    }

    /// A site that has been down asks all who could know, itself and the coordinator among them.
    pub fn ask(sites: impl Iterator<Item = NodeId>) -> Termination {
        let missing: SortedSet<NodeId> = sites.collect();
        let asks = Some(missing.len() as u8);
        Termination {
            attempt: Attempt::FIRST,
            reports: SortedMap::new(),
            missing,
            target: None,
            leans_to_abort: false,
            asks,
        }
    }

    /// Whether it only asks.
    pub fn only_asks(&self) -> bool {
        self.asks.is_some()
    }

    /// A site's answer, of this stage or belated. Says what to do next, if that is clear now.
    pub fn hear(&mut self, site: NodeId, report: Report, settings: &Settings) -> Option<Course> {
        let overtaken = report.state <= LocalState::Ready
            && self.reports.get(&site).is_some_and(|known| known.state > LocalState::Ready);
        if overtaken {
            return None;
        }
        self.reports.insert(site, report);
        if let Some(outcome) = report.state.decided() {
            return Some(Course::Decide(outcome));
        }
        let arrived = self.target.is_none_or(|target| {
            let refuses = target == LocalState::PreCommitted && report.refuses;
            report.state == target || refuses || settings.bars(report.state)
        });
        if self.missing.contains(&site) && arrived {
            self.missing.remove(&site);
        }
        self.missing.is_empty().then(|| self.choose(settings))
    }

    /// Those who have not answered by now are not counted.
    pub fn time_out(&mut self, settings: &Settings) -> Course {
        for site in std::mem::take(&mut self.missing) {
            let stays = settings.quorums().is_some()
                && self.reports.get(&site).is_some_and(|report| settings.bars(report.state));
            if !stays {
                self.reports.remove(&site);
            }
        }
        self.choose(settings)
    }

    fn choose(&mut self, settings: &Settings) -> Course {
        let course = match self.asks {
            Some(everybody) => self.ask_course(usize::from(everybody), settings),
            None => match settings.quorums() {
                None => self.skeen_course(settings),
                Some((commit, abort)) => self.quorum_course(commit, abort, settings),
            },
        };
        if let Course::Move(target, sites) = &course {
            self.target = Some(*target);
            self.missing = sites.clone();
        }
        course
    }

    fn count(&self, which: impl Fn(&Report) -> bool) -> usize {
        self.reports.values().filter(|report| which(report)).count()
    }

    fn sites(&self, which: impl Fn(&Report) -> bool) -> SortedSet<NodeId> {
        self.reports.iter().filter(|(_, report)| which(report)).map(|(site, _)| *site).collect()
    }

    /// Nobody who answered has decided. When all have been down and all are back, nothing is hidden any more: each
    /// finds the same states, and the same rule gives each the same answer.
    fn ask_course(&self, everybody: usize, settings: &Settings) -> Course {
        let all_are_back = self.reports.len() == everybody && self.reports.values().all(|report| report.restarted);
        if settings.quorums().is_some() || !all_are_back {
            return Course::Wait;
        }
        match self.count(|report| report.state == LocalState::PreCommitted) {
            0 => Course::Decide(Outcome::Abort),
            _ => Course::Decide(Outcome::Commit),
        }
    }

    fn skeen_course(&self, settings: &Settings) -> Course {
        let operating = |report: &Report| !report.restarted;
        let in_p = |report: &Report| operating(report) && report.state == LocalState::PreCommitted;
        let short_of_p = |report: &Report| operating(report) && report.state != LocalState::PreCommitted;
        let (committable, short) = (self.sites(in_p), self.sites(short_of_p));
        if committable.is_empty() && short.is_empty() {
            return Course::Wait;
        }
        let leans_to_abort = self.leans_to_abort || self.count(|report| operating(report) && report.refuses) > 0;
        match (committable.is_empty(), leans_to_abort, short.is_empty()) {
            (true, ..) => Course::Decide(Outcome::Abort),
            (false, true, _) => Course::Move(LocalState::PreAborted, committable),
            (false, false, true) => Course::Decide(Outcome::Commit),
            _ if settings.mistake == Mistake::CommitWithoutMoving => Course::Decide(Outcome::Commit),
            (false, false, false) => Course::Move(LocalState::PreCommitted, short),
        }
    }

    fn quorum_course(&self, commit: usize, abort: usize, settings: &Settings) -> Course {
        let free = |report: &Report| !settings.bars(report.state);
        let in_p = self.count(|report| report.state == LocalState::PreCommitted);
        let in_preabort = self.count(|report| report.state == LocalState::PreAborted);
        let may_abort = self.sites(|report| report.state != LocalState::PreAborted && free(report));
        let may_commit =
            self.sites(|report| report.state != LocalState::PreCommitted && free(report) && !report.refuses);
        let leans_to_abort = self.leans_to_abort || self.count(|report| report.refuses) > 0;
        let commit_is_possible = in_p > 0 && in_p + may_commit.len() >= commit;
        let abort_is_possible = in_preabort + may_abort.len() >= abort;
        if in_p >= commit && (may_commit.is_empty() || leans_to_abort) {
            Course::Decide(Outcome::Commit)
        } else if in_preabort >= abort {
            Course::Decide(Outcome::Abort)
        } else if commit_is_possible && !(leans_to_abort && abort_is_possible) {
            Course::Move(LocalState::PreCommitted, may_commit)
        } else if abort_is_possible {
            Course::Move(LocalState::PreAborted, may_abort)
        } else {
            Course::Wait
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ThreePhaseCommit;
    use super::*;
    use crate::protocols::parts::atomic_commitment::participants;
    use crate::protocols::{Protocol, Value, Values};
    use LocalState::{Decided, PreAborted, PreCommitted, Ready};

    const UP: Report = Report { state: Ready, restarted: false, refuses: false };

    fn settings(termination: &'static str) -> Settings {
        let mut values = Values::defaults(ThreePhaseCommit.parameters());
        values.set("termination", Value::Choice(termination));
        Settings::of(&values)
    }

    fn sites(numbers: &[u8]) -> SortedSet<NodeId> {
        participants(3).enumerate().filter(|(at, _)| numbers.contains(&(*at as u8 + 1))).map(|(_, node)| node).collect()
    }

    /// What a leader does when these are the answers, from p1 on, and nobody else answers in time.
    fn course(termination: &'static str, reports: &[Report]) -> Course {
        let settings = settings(termination);
        let mut leader = Termination::lead(Attempt::FIRST.next(NodeId(2)), participants(3), false);
        for (site, report) in participants(3).zip(reports) {
            if let Some(course) = leader.hear(site, *report, &settings) {
                return course;
            }
        }
        leader.time_out(&settings)
    }

    fn up(state: LocalState) -> Report {
        Report { state, ..UP }
    }

    #[test]
    fn skeens_rule_row_by_row() {
        let (p, w, down) = (up(PreCommitted), UP, |state| Report { state, restarted: true, refuses: false });
        assert_eq!(course("on", &[w, up(Decided(Outcome::Commit))]), Course::Decide(Outcome::Commit), "any c");
        assert_eq!(course("on", &[p, up(Decided(Outcome::Abort))]), Course::Decide(Outcome::Abort), "any a");
        assert_eq!(course("on", &[w, w, w]), Course::Decide(Outcome::Abort), "nobody in p");
        assert_eq!(course("on", &[w, w]), Course::Decide(Outcome::Abort), "silence is death");
        assert_eq!(course("on", &[p, w, w]), Course::Move(PreCommitted, sites(&[2, 3])), "some p and no a");
        assert_eq!(course("on", &[p, p, p]), Course::Decide(Outcome::Commit), "everybody in p");
        assert_eq!(
            course("on", &[w, down(PreCommitted), w]),
            Course::Decide(Outcome::Abort),
            "who was down is not counted"
        );
        let refuses = Report { refuses: true, ..UP };
        assert_eq!(
            course("on", &[p, refuses, p]),
            Course::Move(PreAborted, sites(&[1, 3])),
            "p here and a there never"
        );
    }

    #[test]
    fn quorums_row_by_row() {
        let (p, w, n) = (up(PreCommitted), UP, up(PreAborted));
        assert_eq!(course("quorum", &[p, p]), Course::Decide(Outcome::Commit), "two of three in p");
        assert_eq!(course("quorum", &[p, w]), Course::Move(PreCommitted, sites(&[2])), "a commit can be reached");
        assert_eq!(course("quorum", &[w, w]), Course::Move(PreAborted, sites(&[1, 2])), "no p among them");
        assert_eq!(course("quorum", &[n, n]), Course::Decide(Outcome::Abort), "two of three in preabort");
        assert_eq!(course("quorum", &[p]), Course::Wait, "one is no quorum");
        assert_eq!(course("quorum", &[w]), Course::Wait, "one is no quorum");
        assert_eq!(course("quorum", &[p, n]), Course::Wait, "each bars the other");
        assert_eq!(course("quorum", &[n, w, p]), Course::Move(PreCommitted, sites(&[2])), "who is free decides it");
        let refuses = Report { refuses: true, ..UP };
        assert_eq!(
            course("quorum", &[p, refuses, w]),
            Course::Move(PreAborted, sites(&[2, 3])),
            "an abort if it can be"
        );
        assert_eq!(course("quorum", &[p, refuses, p]), Course::Decide(Outcome::Commit), "too late to refuse");
        assert_eq!(course("quorum", &[p, refuses]), Course::Wait, "neither");
    }

    #[test]
    fn when_all_have_been_down_and_all_are_back_nothing_is_hidden() {
        let settings = settings("on");
        let everybody = || participants(3).chain([NodeId(1)]);
        for (state, outcome) in [(PreCommitted, Outcome::Commit), (PreAborted, Outcome::Abort)] {
            let mut asking = Termination::ask(everybody());
            let mut course = None;
            for (site, state) in everybody().zip([Ready, state, Ready, Ready]) {
                course = asking.hear(site, Report { state, restarted: true, refuses: false }, &settings);
            }
            assert_eq!(course, Some(Course::Decide(outcome)));
        }
        let mut asking = Termination::ask(everybody());
        let course = everybody().fold(None, |_, site| asking.hear(site, UP, &settings));
        assert_eq!(course, Some(Course::Wait), "those who stayed up decide it themselves");
    }
}
