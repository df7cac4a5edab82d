//! What the guards are for: each anomaly without them, and with them.

use super::{
    ALONE, COVERED, DECIDED_ONCE, DTM, IN_TIME, ONCE, RESERVATIONS, SEATA, SOMETHING_TO_UNDO, expected, expected_safe,
};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const ALL_TRIED_ROW: &str = "sheet §3: all try ok → confirm all";
const ONE_REFUSES_ROW: &str = "sheet §3: one try refuses → cancel all including the refusing one";
const SUSPENSION_ROW: &str =
    "sheet §3: try delayed beyond the time-out → suspension with the fence off: leaked reservation";

pub const SUSPENSION: Entry = Entry {
    id: "tcc-suspension",
    question: Text::new(
        "A try is late: the order is cancelled before it arrives. What does it find?",
        "一次 try 迟到：还没到，订单就已取消。它会遇到什么？",
    ),
    answer: Text::new(
        "Nothing that remembers the cancel: it reserves goods for an order that is over, and nobody will ever give \
         them back. This is suspension.",
        "没有任何东西记得那次取消：它为一个已经结束的订单预留了货物，再也不会有人释放。这就是悬挂。",
    ),
    parameters: &[("guard", "reservations")],
    seed: 1,
    faults: &["delay=cl:try.1:p1+4s"],
    until: Span::seconds(10),
    suggestions: &[
        SEATA,
        DTM,
        Suggestion {
            name: Text::new("Let it come in time", "让它及时到达"),
            change: Change::Fault("delay=cl:try.1:p1+1s"),
        },
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Violated, SUSPENSION_ROW;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        ONE_WAY: Holds, DECIDED_ONCE;
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: Violated, SUSPENSION_ROW;
        NOTHING_RESERVED: Violated, SUSPENSION_ROW;
        CONSERVED: Holds, "what is frozen is still there, only nobody can have it";
        ANSWERED: Holds, "the initiator gave up and was told";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const SUSPENSION_FENCE: Entry = Entry {
    id: "tcc-late-try-fenced",
    question: Text::new(
        "The same late try, and a fence: who tells it that its order is over?",
        "同样迟到的 try，这次有 fence：谁来告诉它订单已经结束？",
    ),
    answer: Text::new(
        "The row that the cancel left behind. The try’s insert fails on its key and is told of an exception.",
        "cancel 留下的那一行。try 的插入因主键冲突而失败，得到一个异常。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["delay=cl:try.1:p1+4s"],
    until: Span::seconds(10),
    suggestions: &[
        RESERVATIONS,
        DTM,
        Suggestion {
            name: Text::new("Clean the fence early", "过早清理 fence"),
            change: Change::Parameter("mistake", "clean-early"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §3: with the fence on: rejected; (SUSPENDED, try) → DuplicateKey";
        NOTHING_RESERVED: Holds, "sheet §3: with the fence on: rejected; (SUSPENDED, try) → DuplicateKey";
        CONSERVED: Holds, "sheet §3: with the fence on: rejected; (SUSPENDED, try) → DuplicateKey";
        ANSWERED: Holds, "sheet §3: with the fence on: rejected; (SUSPENDED, try) → DuplicateKey";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const SUSPENSION_BARRIER: Entry = Entry {
    id: "tcc-late-try-barrier",
    question: Text::new(
        "And with dtm’s barrier: is the late try refused there too?",
        "换成 dtm 的屏障：迟到的 try 也会被拒绝吗？",
    ),
    answer: Text::new(
        "It does nothing there either, and is told that all went well: its caller has long gone on, and an error \
         would help nobody.",
        "它同样什么也不做，却得到成功的答复：调用方早已往下走，报错对谁都没有帮助。",
    ),
    parameters: &[("guard", "dtm")],
    seed: 1,
    faults: &["delay=cl:try.1:p1+4s"],
    until: Span::seconds(10),
    suggestions: &[
        RESERVATIONS,
        SEATA,
        Suggestion {
            name: Text::new("Double the late try", "迟到的 try 再重复"),
            change: Change::Fault("twice=cl:try.1:p1+20ms"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "dtm vectors: cancel try → business not run, 200";
        NOTHING_RESERVED: Holds, "dtm vectors: cancel try → business not run, 200";
        CONSERVED: Holds, "dtm vectors: cancel try → business not run, 200";
        ANSWERED: Holds, "dtm vectors: cancel try → business not run, 200";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const EMPTY_ROLLBACK: Entry = Entry {
    id: "tcc-empty-rollback",
    question: Text::new(
        "The shelf is empty and refuses; it is cancelled all the same. What does it give back?",
        "货架是空的，拒绝了；但它照样收到 cancel。它会退回什么？",
    ),
    answer: Text::new(
        "Goods that never were: without a guard, cancel gives back what no try has set aside, and they are for \
         sale.",
        "凭空多出来的货：没有防护，cancel 会退回从未预留的数量，而且可以卖出。",
    ),
    parameters: &[("guard", "off"), ("refuse", "p1")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[SEATA, DTM, RESERVATIONS],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Violated, "sheet §3: empty rollback must succeed without business effect; the fence is off";
        ONE_WAY: Holds, DECIDED_ONCE;
        NEVER_BELOW_ZERO: Violated, "TCC-6 with the fence off: what was never frozen is taken out of frozen";
        ALL_OR_NOTHING: Violated, "the shelf is neither untouched nor done";
        NOTHING_RESERVED: Violated, "frozen is below zero for ever";
        CONSERVED: Holds, "what is available too much is frozen too little";
        ANSWERED: Holds, ONE_REFUSES_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const CONFIRM_TWICE: Entry = Entry {
    id: "tcc-confirm-twice",
    question: Text::new(
        "The network delivers a confirm twice, and nothing guards the business. What is used up the second time?",
        "网络把 confirm 送达两次，业务没有任何防护。第二次用掉的是什么？",
    ),
    answer: Text::new(
        "What was set aside for somebody else, or nothing at all: goods leave the shelf that nobody has paid for.",
        "别人的预留，或者根本不存在的东西：没人付款的货离开了货架。",
    ),
    parameters: &[("guard", "off")],
    seed: 1,
    faults: &["twice=c:confirm.1:p1+20ms"],
    until: Span::seconds(5),
    suggestions: &[SEATA, DTM, RESERVATIONS],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet TCC-3: broken by fence off + DUP";
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        ONE_WAY: Holds, DECIDED_ONCE;
        NEVER_BELOW_ZERO: Violated, "what was frozen once is used twice";
        ALL_OR_NOTHING: Violated, "the shelf has done its part twice";
        NOTHING_RESERVED: Violated, "frozen is below zero for ever";
        CONSERVED: Violated, "sheet TCC-1: goods are gone that nobody paid for";
        ANSWERED: Holds, ALL_TRIED_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};
