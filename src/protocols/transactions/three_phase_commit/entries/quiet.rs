//! Runs without a crash or a partition.

use super::*;
use crate::protocols::Expected::Holds;
use crate::sim::time::Span;

pub const ALL_YES: Entry = Entry {
    id: "3pc-all-yes",
    question: Text::new(
        "Everyone says yes. What does the third round cost, and what does it buy?",
        "所有人都同意。多出来的一轮要花多少、换来什么？",
    ),
    answer: Text::new(
        "Six messages for each database instead of four, and one more disk write each. It buys PRECOMMIT: a state in \
         which everybody knows that everybody said yes, before anybody has committed.",
        "每个数据库从 4 条消息变成 6 条，并多一次落盘。换来的是 PRECOMMIT：在任何人提交之前，所有人都已知道大家都同意。",
    ),
    parameters: &[],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[CRASH_BETWEEN, CUT_FIRST, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2, faults allowed: none: safe"),
        lags(Holds, "3PC-3: doCommit is sent only after every ack of preCommit"),
        in_doubt(Holds, "3PC-2: nothing fails"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "the order is done everywhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const ONE_NO: Entry = Entry {
    id: "3pc-one-no",
    question: Text::new(
        "One database says no in phase 1. What has to be undone?",
        "阶段 1 有一个数据库答 no。要撤销什么？",
    ),
    answer: Text::new(
        "Nothing. canCommit only looks: no lock was taken and nothing was written, so abort costs a message each.",
        "什么都不用撤销。canCommit 只看一眼，没有加锁、没有写数据，中止只是每人一条消息。",
    ),
    parameters: &[("refuse", "p2")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Let it find out only in phase 2", "让它到阶段 2 才发现"),
            change: Change::Parameter("refuse-in", "pre-commit"),
        },
        CRASH_COORDINATOR,
        TRY_TWO_PHASES,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §1, one no: abort everywhere; notes, phase 2, case 2"),
        lags(Holds, "nobody commits"),
        in_doubt(Holds, "abort reaches everybody"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "the order is done nowhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const REFUSES_PRE_COMMIT: Entry = Entry {
    id: "3pc-refuses-pre-commit",
    question: Text::new(
        "It said yes, and can't do it after all: may a database still refuse preCommit?",
        "先答了 yes，真正执行时却做不到：还能拒绝 preCommit 吗？",
    ),
    answer: Text::new(
        "By the notes, yes: phase 1 locked nothing, so its yes may be out of date. The coordinator aborts, and whoever had \
         executed rolls back with the undo written in phase 2 (the notes' \"phase 1\" is a slip).",
        "按笔记可以：阶段 1 没有加锁，它的 yes 可能已经过时。协调者中止，已执行者用阶段 2 写下的 undo 回滚（笔记写“阶段 1”是笔误）。",
    ),
    parameters: &[("refuse", "p2"), ("refuse-in", "pre-commit")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Cut p1 off before the abort arrives", "在中止到达之前切断 p1"),
            change: Change::Fault("cut=p1/c,p2,p3@6.8ms+8s"),
        },
        TERMINATION_ON,
        TERMINATION_QUORUM,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "notes, phase 3, case 2: any no in phase 2 aborts everywhere"),
        lags(Holds, "nobody commits"),
        in_doubt(Holds, "abort reaches everybody"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "p1 and p3 roll back"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const LOCK_WAIT: Entry = Entry {
    id: "3pc-lock-wait",
    question: Text::new(
        "Two orders want the same row. When does the second one wait?",
        "两个订单要同一行。第二个从什么时候开始等？",
    ),
    answer: Text::new(
        "Only at preCommit: both say yes in phase 1 without a lock. The first holds the row from preCommit until its \
         commit is on disk, one round shorter than in two-phase commit.",
        "到 preCommit 才等：阶段 1 两个都不加锁就答 yes。第一个从 preCommit 起锁住该行，直到提交落盘，比两阶段提交少锁一轮。",
    ),
    parameters: &[("orders", "2"), ("at-once", "2"), ("rows", "1")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[CRASH_COORDINATOR, CUT_FIRST, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2, faults allowed: none: safe"),
        lags(Holds, "doCommit is sent only after every ack, and whoever waits for a row has not acknowledged"),
        in_doubt(Holds, "the wait is far shorter than a time-out"),
        answered(Holds, "both are committed, one after the other"),
        conserved(Holds, "both are done everywhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};
