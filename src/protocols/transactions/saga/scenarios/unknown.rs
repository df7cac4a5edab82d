//! Steps of which nobody knows whether they were done.

use super::{
    ALONE, BARRIER, COVERED, FORWARD_ONLY, IN_TIME, NO_LEADER, NOTHING_LOST, ONCE, REVERSED, SOMETHING_TO_UNDO,
    TRY_TCC, UNGUARDED, UNSENT, expected, expected_safe,
};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const CALLED_AGAIN_ROW: &str =
    "sheet §7: coordinator crash after T_k executed before recording → T_k re-invoked (needs idempotence)";
const DANGLING_ROW: &str = "sheet §7: time-out of T_k (unknown), then compensate, then T_k arrives late = dangling action (same fence as \
     TCC)";

pub const ORCHESTRATOR_DIES: Entry = Entry {
    id: "saga-orchestrator-dies",
    question: Text::new(
        "The till has been paid, and the orchestrator dies before it hears of it. Is the customer charged twice?",
        "钱已收，编排者还没得知就宕机了。顾客会被收两次钱吗？",
    ),
    answer: Text::new(
        "It is asked twice and does it once: the barrier’s row was written in the same local transaction as the \
         payment.",
        "请求两次，只做一次：屏障表的那一行与收款在同一个本地事务里写入。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@6.5ms", "restart=c@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        UNGUARDED,
        NO_LEADER,
        Suggestion { name: Text::new("Leave it dead", "不让它恢复"), change: Change::Fault("crash=c@400ms") },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, CALLED_AGAIN_ROW;
        CONSERVED: Holds, CALLED_AGAIN_ROW;
        ANSWERED: Holds, CALLED_AGAIN_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const ORCHESTRATOR_DIES_UNGUARDED: Entry = Entry {
    id: "saga-step-called-twice",
    question: Text::new(
        "The same death, and nothing that remembers the first call. Who notices?",
        "同样的宕机，但没有任何东西记得第一次调用。谁会发现？",
    ),
    answer: Text::new(
        "The customer. The till takes the money a second time, as it was told to.",
        "顾客会发现。收款服务照吩咐又收了一次钱。",
    ),
    parameters: &[("guard", "off")],
    seed: 1,
    faults: &["crash=c@6.5ms", "restart=c@300ms"],
    until: Span::seconds(5),
    suggestions: &[BARRIER, NO_LEADER, TRY_TCC],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet SAGA-4 without idempotence: sheet §7: coordinator crash after T_k executed before recording → T_k re-invoked (needs idempotence)";
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        LAST_FIRST: Holds, REVERSED;
        NO_WAY_BACK: Holds, FORWARD_ONLY;
        TOLD_THE_TRUTH: Holds, UNSENT;
        NO_LOST_UPDATE: Holds, NOTHING_LOST;
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: Violated, "the till has done its step twice";
        CONSERVED: Violated, "money was taken twice for goods that left once";
        ANSWERED: Holds, "the saga ends";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const DANGLING: Entry = Entry {
    id: "saga-dangling-action",
    question: Text::new(
        "A step is so late that the saga has turned back and is over. What does the step find when it arrives?",
        "有一步迟到太久，Saga 已经回退并结束。它到达时会遇到什么？",
    ),
    answer: Text::new(
        "The mark of a compensation that had nothing to make up for. It does nothing, and nobody waits for its \
         answer any more.",
        "一次空补偿留下的标记。它什么也不做，也没有人还在等它的答复。",
    ),
    parameters: &[("saga-timeout", "2s"), ("retry", "10s")],
    seed: 1,
    faults: &["delay=c:action.1:p2+4s"],
    until: Span::seconds(10),
    suggestions: &[
        UNGUARDED,
        Suggestion {
            name: Text::new("Wait longer", "多等一会儿"), change: Change::Parameter("saga-timeout", "5s")
        },
        NO_LEADER,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, DANGLING_ROW;
        CONSERVED: Holds, DANGLING_ROW;
        ANSWERED: Holds, DANGLING_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const DANGLING_UNGUARDED: Entry = Entry {
    id: "saga-dangling-action-unguarded",
    question: Text::new(
        "And without the mark: what does a compensation make up for that comes before its step?",
        "没有标记又会怎样：补偿比步骤先到，它抵消的是什么？",
    ),
    answer: Text::new(
        "Nothing that was there: the till pays out money that it never took, and takes it when the step comes at \
         last. It comes out even by luck alone.",
        "不存在的东西：收款服务退了一笔从未收过的钱，等那一步终于到来才收上。最后账平，全凭运气。",
    ),
    parameters: &[("guard", "off"), ("saga-timeout", "2s"), ("retry", "10s")],
    seed: 1,
    faults: &["delay=c:action.1:p2+4s"],
    until: Span::seconds(10),
    suggestions: &[
        BARRIER,
        Suggestion {
            name: Text::new("Wait longer", "多等一会儿"), change: Change::Parameter("saga-timeout", "5s")
        },
        TRY_TCC,
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Violated, DANGLING_ROW;
        UNDOES_WHAT_WAS_DONE: Violated, "sheet SAGA-2: C_i only if T_i was done; the guard is off";
        LAST_FIRST: Holds, REVERSED;
        NO_WAY_BACK: Holds, FORWARD_ONLY;
        TOLD_THE_TRUTH: Holds, UNSENT;
        NO_LOST_UPDATE: Holds, NOTHING_LOST;
        NEVER_BELOW_ZERO: Violated, "the till gives out what it does not have";
        ALL_OR_NOTHING: Holds, "the late step makes up for the early compensation";
        CONSERVED: Holds, "the late step makes up for the early compensation";
        ANSWERED: Holds, "the saga turned back and ended";
        INTERMEDIATE: NotSeen, ALONE;
    },
};
