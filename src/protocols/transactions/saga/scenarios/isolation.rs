//! What others see and write between the steps.

use super::{
    COMMUTE, COVERED, FORWARD_ONLY, IN_TIME, LOCK, NO_LEADER, ONCE, OVERWRITE, REVERSED, SOMETHING_TO_UNDO, TRY_TCC,
    UNSENT, expected, expected_safe,
};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const ALL_DONE_ROW: &str = "sheet §7: T1 … Tn";
const BACKWARD_ROW: &str = "sheet §7: fail at k → C_k..C_1 in reverse order";

pub const LOST_UPDATE: Entry = Entry {
    id: "saga-lost-update",
    question: Text::new(
        "Two orders change the same row and are both taken back, each by putting back what it had found. What is \
         left in the row?",
        "两个订单改了同一行，又都被收回，各自写回原先看到的值。这一行剩下什么？",
    ),
    answer: Text::new(
        "Less than there was: the second compensation puts back a value in which the first order’s change still \
         stands. Goods vanish that nobody took.",
        "比原来少：第二次补偿写回的值里还含着第一个订单的改动。没人拿货，货却少了。",
    ),
    parameters: &[("orders", "2"), ("at-once", "2"), ("rows", "1"), ("refuse", "p2"), ("isolation", "overwrite")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        COMMUTE,
        LOCK,
        Suggestion {
            name: Text::new("Reread before writing", "写之前重读"),
            change: Change::Parameter("isolation", "reread"),
        },
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        LAST_FIRST: Holds, REVERSED;
        NO_WAY_BACK: Holds, FORWARD_ONLY;
        TOLD_THE_TRUTH: Holds, UNSENT;
        NO_LOST_UPDATE: Violated, "sheet §7: no isolation (lost updates), without a countermeasure";
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: Holds, "every step has its compensation";
        CONSERVED: Violated, "the first order’s units are lost with its compensation";
        ANSWERED: Holds, BACKWARD_ROW;
        INTERMEDIATE: Holds, "sheet §7: no isolation";
    },
};

pub const COMMUTATIVE: Entry = Entry {
    id: "saga-commutative-updates",
    question: Text::new(
        "The same two orders, and compensations that add back what was taken. Does their order matter?",
        "同样两个订单，但补偿是把拿走的数量加回去。先后顺序还重要吗？",
    ),
    answer: Text::new(
        "No: additions and subtractions commute, whoever comes first.",
        "不重要：加减可以交换，谁先谁后都一样。",
    ),
    parameters: &[("orders", "2"), ("at-once", "2"), ("rows", "1"), ("refuse", "p2")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[OVERWRITE, LOCK, NO_LEADER],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §7: commutative updates";
        CONSERVED: Holds, "sheet §7: commutative updates";
        ANSWERED: Holds, "sheet §7: commutative updates";
        INTERMEDIATE: Holds, "sheet §7: no isolation";
    },
};

pub const REREAD: Entry = Entry {
    id: "saga-reread",
    question: Text::new(
        "The same two orders; each looks at the row again before it puts anything back. What does the second look \
         change?",
        "同样两个订单；写回之前各自再看一眼这一行。再看一眼改变了什么？",
    ),
    answer: Text::new(
        "Whoever finds the row as it left it may put the old value back; whoever finds that others have written \
         works out anew what to write.",
        "发现这一行没人动过的，可以直接写回旧值；发现别人写过的，就重新计算该写什么。",
    ),
    parameters: &[("orders", "2"), ("at-once", "2"), ("rows", "1"), ("refuse", "p2"), ("isolation", "reread")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[OVERWRITE, LOCK, COMMUTE],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §7: reread";
        CONSERVED: Holds, "sheet §7: reread";
        ANSWERED: Holds, "sheet §7: reread";
        INTERMEDIATE: Holds, "sheet §7: no isolation";
    },
};

pub const SEMANTIC_LOCK: Entry = Entry {
    id: "saga-semantic-lock",
    question: Text::new(
        "The same two orders; the first flags the row for as long as it is not over. What does the second see?",
        "同样两个订单；第一个在结束之前给那一行加上标记。第二个会看到什么？",
    ),
    answer: Text::new(
        "A flag, and waits: nothing is built on what may be taken back. The price is what a saga set out to avoid.",
        "一个标记，于是等待：不会依赖可能被收回的改动。代价正是 Saga 原本想避免的。",
    ),
    parameters: &[("orders", "2"), ("at-once", "2"), ("rows", "1"), ("refuse", "p2"), ("isolation", "semantic-lock")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        OVERWRITE,
        COMMUTE,
        Suggestion {
            name: Text::new("Crash the orchestrator", "让编排者宕机"), change: Change::Fault("crash=c@now")
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §7: semantic lock";
        CONSERVED: Holds, "sheet §7: semantic lock";
        ANSWERED: Holds, "sheet §7: semantic lock";
        INTERMEDIATE: NotSeen, "the flag keeps others away until the saga is over";
    },
};

pub const RUSH: Entry = Entry {
    id: "saga-rush",
    question: Text::new(
        "Two hundred orders, eight at a time, for four products: what does nobody waiting for anybody come to?",
        "两百个订单，八个并发，四种商品：谁也不等谁，结果如何？",
    ),
    answer: Text::new(
        "Nobody waits, and nearly everybody works on what somebody else has not finished.",
        "没有人等待，而几乎每个订单都在别人未完成的改动上工作。",
    ),
    parameters: &[("orders", "200"), ("at-once", "8"), ("rows", "4"), ("latency-model", "uniform")],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[
        TRY_TCC,
        LOCK,
        Suggestion {
            name: Text::new("Let messages be slow now and then", "让消息偶尔很慢"),
            change: Change::Parameter("latency-model", "long-tailed"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, ALL_DONE_ROW;
        CONSERVED: Holds, ALL_DONE_ROW;
        ANSWERED: Holds, ALL_DONE_ROW;
        INTERMEDIATE: Holds, "sheet §7: no isolation";
    },
};
