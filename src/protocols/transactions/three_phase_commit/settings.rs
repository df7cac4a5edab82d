//! The values of one run's parameters, as every node is told them.

use super::state::LocalState;
use crate::protocols::Values;
use crate::protocols::parts::business::Business;
use crate::say;
use crate::sim::time::Span;
use crate::text::Text;

/// What happens when the coordinator falls silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminationMode {
    /// The notes' rules: each participant decides by itself when its time is up.
    Off,
    /// Skeen's termination protocol: one of them collects all states first.
    On,
    /// Skeen's quorum protocol: and needs enough of them.
    Quorum,
}

/// What is not so by default: one line of the protocol, written wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    ReplyBeforeFsync,
    CommitOnMajority,
    ImpatientParticipants,
    ReadyDecidesAlone,
    CommitWithoutMoving,
    SmallQuorums,
    IgnoresPreAbort,
    TakesBack,
    PresumesAbort,
    ForgetsEarly,
    ReleaseAfterPreCommit,
}

impl Mistake {
    fn of(key: &str) -> Mistake {
        match key {
            "reply-before-fsync" => Mistake::ReplyBeforeFsync,
            "commit-on-majority" => Mistake::CommitOnMajority,
            "impatient-participants" => Mistake::ImpatientParticipants,
            "ready-decides-alone" => Mistake::ReadyDecidesAlone,
            "commit-without-moving" => Mistake::CommitWithoutMoving,
            "small-quorums" => Mistake::SmallQuorums,
            "ignores-preabort" => Mistake::IgnoresPreAbort,
            "takes-back" => Mistake::TakesBack,
            "presumes-abort" => Mistake::PresumesAbort,
            "forgets-early" => Mistake::ForgetsEarly,
            "release-after-pre-commit" => Mistake::ReleaseAfterPreCommit,
            _ => Mistake::None,
        }
    }
}

/// The parameters of one run, as every node is told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub business: Business,
    pub at_once: u32,
    /// The database that refuses says yes in phase 1 and finds out in phase 2.
    refuses_late: bool,
    pub termination: TerminationMode,
    /// How many sites in PRECOMMIT make a commit, in PREABORT an abort.
    commit_quorum: u8,
    abort_quorum: u8,
    pub phase_timeout: Span,
    pub participant_timeout: Span,
    pub stagger: Span,
    pub decision_retry: Span,
    pub answer_timeout: Span,
    pub mistake: Mistake,
}

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let refuses = values.choice("refuse").strip_prefix('p').and_then(|number| number.parse().ok());
        let participants = values.number("participants") as u8;
        let mistake = Mistake::of(values.choice("mistake"));
        let half = (participants / 2).max(1);
        let set = |key, default: u8| match values.number(key) as u8 {
            _ if mistake == Mistake::SmallQuorums => half,
            0 => default,
            number => number,
        };
        let commit_quorum = set("commit-quorum", participants / 2 + 1);
        Settings {
            business: Business {
                databases: participants,
                rows: values.number("rows") as u16,
                orders: values.number("orders"),
                refuses,
            },
            at_once: values.number("at-once"),
            refuses_late: values.choice("refuse-in") == "pre-commit",
            termination: match values.choice("termination") {
                "on" => TerminationMode::On,
                "quorum" => TerminationMode::Quorum,
                _ => TerminationMode::Off,
            },
            commit_quorum,
            abort_quorum: set("abort-quorum", (participants + 1).saturating_sub(commit_quorum).max(1)),
            phase_timeout: values.time("phase-timeout"),
            participant_timeout: values.time("participant-timeout"),
            stagger: values.time("stagger"),
            decision_retry: values.time("decision-retry"),
            answer_timeout: values.time("answer-timeout"),
            mistake,
        }
    }

    /// How many participants there are.
    pub fn participants(&self) -> u8 {
        self.business.databases
    }

    /// Whether the participants end a transaction together when the coordinator is silent.
    pub fn terminates(&self) -> bool {
        self.termination != TerminationMode::Off
    }

    /// Vc and Va, where quorums decide.
    pub fn quorums(&self) -> Option<(usize, usize)> {
        let both = (usize::from(self.commit_quorum), usize::from(self.abort_quorum));
        (self.termination == TerminationMode::Quorum).then_some(both)
    }

    /// Whether a site in that state may not move to the opposite one any more.
    pub fn bars(&self, state: LocalState) -> bool {
        self.termination == TerminationMode::Quorum
            && self.mistake != Mistake::IgnoresPreAbort
            && matches!(state, LocalState::PreCommitted | LocalState::PreAborted)
    }

    /// Whether that participant's look in phase 1 finds nothing amiss, whatever phase 2 will find.
    pub fn trusts_at_first(&self, number: u8) -> bool {
        self.refuses_late && self.business.refuses == Some(number)
    }

    /// How long the participant of that number, from 1, waits for the next word. With a termination protocol each
    /// waits a little longer than the one before it, so that normally one of them leads.
    pub fn patience(&self, number: u8) -> Span {
        if self.mistake == Mistake::ImpatientParticipants {
            return Span::micros(self.phase_timeout.as_micros() / 2);
        }
        let stagger = if self.terminates() { self.stagger } else { Span::ZERO };
        self.participant_timeout + stagger.times(u64::from(number.saturating_sub(1)))
    }
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let settings = Settings::of(values);
    let databases = settings.participants();
    if let Some(refuses) = settings.business.refuses.filter(|refuses| *refuses > databases) {
        return Some(say!(
            "refuse=p{refuses} needs at least {refuses} databases, and there are {databases}",
            "refuse=p{refuses} 至少需要 {refuses} 个数据库，而现在只有 {databases} 个"
        ));
    }
    let (commit, abort) = (settings.commit_quorum, settings.abort_quorum);
    if commit > databases || abort > databases {
        return Some(say!(
            "a quorum cannot be larger than the number of databases, which is {databases}",
            "法定人数不能超过数据库的数量（{databases} 个）"
        ));
    }
    let meet = u32::from(commit) + u32::from(abort) > u32::from(databases);
    (settings.mistake != Mistake::SmallQuorums && !meet).then(|| {
        say!(
            "commit-quorum and abort-quorum must add up to more than {databases}, or both could be reached at once",
            "commit-quorum 与 abort-quorum 之和必须大于 {databases}，否则两者可能同时凑齐"
        )
    })
}
