//! Participants that die and come back under the notes' rules.

use super::rules::DECIDES_ALONE;
use super::*;
use crate::protocols::Expected::{Holds, NotYet, Violated};
use crate::sim::time::Span;

pub const PARTICIPANT_IN_READY: Entry = Entry {
    id: "3pc-participant-dies-in-ready",
    question: Text::new(
        "A participant dies after its yes. Do the others commit without it?",
        "一个参与者答 yes 之后宕机。其他人会撇下它提交吗？",
    ),
    answer: Text::new(
        "No. Its ack never comes, so the coordinator aborts after three seconds, well before anybody in PRECOMMIT would \
         commit by itself. When p2 is back it is told.",
        "不会。等不到它的 ack，协调者三秒后中止，远早于处于 PRECOMMIT 者自行提交的时间。p2 恢复后会得到通知。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=p2@after:yes.1:c", "restart=p2@8s"],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash c too, before it aborts", "在中止之前让协调者也宕机"),
            change: Change::Fault("crash=c@1s"),
        },
        TERMINATION_ON,
        TRY_TWO_PHASES,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2: one participant crash only: safe"),
        lags(Holds, "nobody commits"),
        in_doubt(Holds, "the coordinator repeats its abort until p2 is back"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "the order is done nowhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const PARTICIPANT_IN_PRE_COMMIT: Entry = Entry {
    id: "3pc-participant-dies-in-pre-commit",
    question: Text::new(
        "A participant dies after it acknowledged preCommit. Is its part lost?",
        "一个参与者应答 preCommit 之后宕机。它那份会丢吗？",
    ),
    answer: Text::new(
        "No: undo and redo were on its disk before the ack. The others commit at once; p2 comes back with its lock, hears \
         the decision, and does its part.",
        "不会：应答之前 undo 和 redo 已经落盘。其他人立刻提交；p2 恢复后带着锁回来，听到决定，补上自己那份。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=p2@after:ack.1:c", "restart=p2@2s"],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash c before p2 is back", "在 p2 恢复之前让协调者宕机"),
            change: Change::Fault("crash=c@1.5s"),
        },
        TERMINATION_ON,
        TRY_TWO_PHASES,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2: one participant crash only: safe"),
        lags(Holds, "everybody acknowledged PRECOMMIT"),
        in_doubt(Holds, "the coordinator repeats its commit until p2 is back"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "the order is done everywhere, at p2 last"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const PARTICIPANT_UNACKNOWLEDGED: Entry = Entry {
    id: "3pc-participant-dies-before-ack",
    question: Text::new(
        "p2 is in PRECOMMIT on its disk, but died before anybody knew. It comes back: commit or abort?",
        "p2 的 PRECOMMIT 已经落盘，却在别人得知之前宕机。它恢复后该提交还是中止？",
    ),
    answer: Text::new(
        "Abort, because the coordinator missed its ack and said so; and it says so again every second, so p2 hears it \
         before its own time-out would commit. Without a coordinator that repeats itself this would go wrong.",
        "中止，因为协调者没等到它的 ack，已经中止；而且每秒重发，p2 在自己超时提交之前就会听到。如果协调者不重发，这里就会出错。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=p2@before:ack.1:c", "restart=p2@4s"],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash c before p2 is back", "在 p2 恢复之前让协调者宕机"),
            change: Change::Fault("crash=c@3.5s"),
        },
        TERMINATION_ON,
        TRY_TWO_PHASES,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2: one participant crash only: safe"),
        lags(Holds, "nobody commits"),
        in_doubt(Holds, "the coordinator repeats its abort until p2 is back"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "the order is done nowhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const LOST_RECORD: Entry = Entry {
    id: "3pc-lost-record",
    question: Text::new(
        "p1 acknowledged preCommit, and then its disk forgets it. What is the ack worth now?",
        "p1 应答了 preCommit，随后它的磁盘丢了这条记录。那个 ack 现在还值什么？",
    ),
    answer: Text::new(
        "Nothing, and nobody knows. The others commit on it; p1 wakes in READY and, with no coordinator to tell it, aborts. \
         Every argument here rests on logs that keep what was forced.",
        "一文不值，而且没有人知道。其他人凭它提交；p1 醒来时处于 READY，又没有协调者告诉它，于是中止。这里的一切论证都以“落盘的不会丢”为前提。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["do=p1@6ms:lose.1", "crash=p1@6.2ms", "restart=p1@100ms", "crash=c@after:commit.1:p3"],
    until: Span::seconds(20),
    suggestions: &[RESTART_COORDINATOR, TERMINATION_ON, TERMINATION_QUORUM],
    expected: Expectations::of(&[
        agreement(Violated, "2PC-1: broken by AMNESIA of a prepared record; sheet §2: p forced before ack"),
        lags(Holds, "3PC-3: p1 is down when the others commit"),
        in_doubt(Holds, DECIDES_ALONE),
        NOT_ANSWERED,
        conserved(NotYet, "p2 took money, p1 gave no goods; only the client still asks"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};
