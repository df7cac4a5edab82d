//! The catalogue's scenarios of three-phase commit, with the verdicts that the reference sheet gives them.

mod mistakes;
mod participants;
mod quiet;
mod rules;
mod termination;

use super::properties::NOBODY_LAGS;
use crate::protocols::entry::{Change, Suggestion};
use crate::protocols::parts::atomic_commitment::id;
use crate::protocols::{Entry, Expectation, Expectations, Expected};
use crate::text::Text;

/// Every scenario, in the order of the contents.
pub static ENTRIES: &[Entry] = &[
    quiet::ALL_YES,
    quiet::ONE_NO,
    quiet::REFUSES_PRE_COMMIT,
    quiet::LOCK_WAIT,
    rules::AFTER_VOTES,
    rules::AFTER_ALL_PRE_COMMITS,
    rules::BETWEEN_TWO_PRE_COMMITS,
    rules::COORDINATOR_RECOVERS,
    rules::PARTITION_IN_PHASE_THREE,
    rules::PARTITION_IN_PHASE_TWO,
    rules::PAUSED_COORDINATOR,
    rules::LOST_MESSAGES,
    rules::RACE,
    participants::PARTICIPANT_IN_READY,
    participants::PARTICIPANT_IN_PRE_COMMIT,
    participants::PARTICIPANT_UNACKNOWLEDGED,
    participants::LOST_RECORD,
    termination::MENDS,
    termination::CANDIDATES,
    termination::TWO_CRASHES,
    termination::REFUSES_ON,
    termination::PARTITION_BREAKS_ON,
    termination::PARTITION_ALONE_BREAKS_ON,
    termination::QUORUM_WAITS,
    termination::QUORUM_COMMITS,
    termination::QUORUM_BLOCKED,
    termination::REFUSES_QUORUM,
    mistakes::REPLY_BEFORE_FSYNC,
    mistakes::COMMIT_ON_MAJORITY,
    mistakes::IMPATIENT_PARTICIPANTS,
    mistakes::READY_DECIDES_ALONE,
    mistakes::COMMIT_WITHOUT_MOVING,
    mistakes::SMALL_QUORUMS,
    mistakes::IGNORES_PREABORT,
    mistakes::TAKES_BACK,
    mistakes::PRESUMES_ABORT,
    mistakes::FORGETS_EARLY,
    mistakes::RELEASE_AFTER_PRE_COMMIT,
];

const fn expect(property: &'static str, verdict: Expected, because: &'static str) -> Expectation {
    Expectation { property, verdict, because }
}

const fn agreement(verdict: Expected, because: &'static str) -> Expectation {
    expect(id::AGREEMENT, verdict, because)
}

const fn lags(verdict: Expected, because: &'static str) -> Expectation {
    expect(NOBODY_LAGS, verdict, because)
}

const fn in_doubt(verdict: Expected, because: &'static str) -> Expectation {
    expect(id::NOBODY_IN_DOUBT, verdict, because)
}

const fn answered(verdict: Expected, because: &'static str) -> Expectation {
    expect(id::ANSWERED, verdict, because)
}

const fn conserved(verdict: Expected, because: &'static str) -> Expectation {
    expect(id::CONSERVED, verdict, because)
}

/// What holds in every run without the mistake that is made for it.
const EVERY_YES: Expectation =
    expect(id::ALL_VOTED_YES, Expected::Holds, "2PC-2 (AC2): preCommit is sent only after every yes");
const REASON: Expectation = expect(
    id::ABORT_HAS_A_REASON,
    Expected::Holds,
    "2PC-3 (AC3): every abort here follows a no, a time-out or a fault, or there is none",
);
const IRREVOCABLE: Expectation =
    expect(id::IRREVOCABLE, Expected::Holds, "2PC-4 (AC4): a decided database answers, and changes nothing");
const LOCKS: Expectation = expect(
    id::LOCKS,
    Expected::Holds,
    "2PC-6: locks from the first write, which in 3PC is at preCommit, to the durable decision",
);
const FORGETTING: Expectation =
    expect(id::FORGETTING, Expected::Holds, "the coordinator ends a transaction only after every acknowledgement");

const COORDINATOR_IS_DEAD: &str = "the coordinator alone answers the client, and it is dead";
const NOT_ANSWERED: Expectation = answered(Expected::NotYet, COORDINATOR_IS_DEAD);

const RESTART_COORDINATOR: Suggestion = Suggestion {
    name: Text::new("Restart the coordinator", "重启协调者"),
    change: Change::Fault("restart=c@now"),
};
const CRASH_COORDINATOR: Suggestion =
    Suggestion { name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now") };
const CRASH_FIRST: Suggestion =
    Suggestion { name: Text::new("Crash p1", "让 p1 宕机"), change: Change::Fault("crash=p1@now") };
const CUT_FIRST: Suggestion =
    Suggestion { name: Text::new("Cut p1 off", "切断 p1"), change: Change::Fault("cut=p1/c,p2,p3@now") };
const CRASH_BETWEEN: Suggestion = Suggestion {
    name: Text::new("Crash c between two preCommits", "两条 preCommit 之间让 c 宕机"),
    change: Change::Fault("crash=c@after:pre-commit.1:p1"),
};
const TRY_TWO_PHASES: Suggestion =
    Suggestion { name: Text::new("Try two-phase commit", "换成两阶段提交"), change: Change::Protocol("2pc") };
const TERMINATION_OFF: Suggestion = Suggestion {
    name: Text::new("Termination protocol off", "关闭终止协议"),
    change: Change::Parameter("termination", "off"),
};
const TERMINATION_ON: Suggestion = Suggestion {
    name: Text::new("Termination protocol on", "打开终止协议"),
    change: Change::Parameter("termination", "on"),
};
const TERMINATION_QUORUM: Suggestion = Suggestion {
    name: Text::new("Ask for quorums", "改用法定人数"),
    change: Change::Parameter("termination", "quorum"),
};
const WITHOUT_MISTAKE: Suggestion = Suggestion {
    name: Text::new("Without the mistake", "去掉这个错误"),
    change: Change::Parameter("mistake", "none"),
};
