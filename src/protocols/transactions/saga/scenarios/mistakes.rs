//! One line written wrongly, and the run in which it shows. Each breaks the property that its parameter names.

use super::{
    ALONE, COVERED, FORWARD_ONLY, IN_TIME, NO_LEADER, NOTHING_LOST, ONCE, REVERSED, RIGHT, SOMETHING_TO_UNDO, UNSENT,
    expected,
};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const BACKWARD_ROW: &str = "sheet §7: fail at k → C_k..C_1 in reverse order";

pub const COMPENSATE_IN_ORDER: Entry = Entry {
    id: "saga-mistake-compensate-in-order",
    question: Text::new("Does it matter which step is compensated first?", "先补偿哪一步，有关系吗？"),
    answer: Text::new(
        "It does: for a while the goods are back on the shelf while the payment for them still stands, and whoever \
         looks sees an order that no shop would take.",
        "有关系：有一段时间货已回架而货款还在，任何人看到的都是不合常理的订单。",
    ),
    parameters: &[("mistake", "compensate-in-order"), ("refuse", "p3")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Fail a compensation", "让一次补偿失败"),
            change: Change::Fault("do=p2@now:fail-compensation.1"),
        },
        NO_LEADER,
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        LAST_FIRST: Violated, "sheet SAGA-2: the order of C must be the reverse of T";
        NO_WAY_BACK: Holds, FORWARD_ONLY;
        TOLD_THE_TRUTH: Holds, UNSENT;
        NO_LOST_UPDATE: Holds, NOTHING_LOST;
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: Holds, BACKWARD_ROW;
        CONSERVED: Holds, BACKWARD_ROW;
        ANSWERED: Holds, BACKWARD_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const COMPENSATE_AFTER_PIVOT: Entry = Entry {
    id: "saga-mistake-compensate-after-pivot",
    question: Text::new(
        "The money is taken for good, and a later step refuses. Why not call everything off?",
        "钱已收且收不回，后面的一步却拒绝了。为什么不全部撤销？",
    ),
    answer: Text::new(
        "Because a pivot cannot be taken back: the program may run its compensation, but what the pivot did outside \
         does not come home by that.",
        "因为关键步骤收不回来：程序可以执行它的补偿，但它在外部造成的结果不会因此消失。",
    ),
    parameters: &[("mistake", "compensate-after-pivot"), ("pivot", "2"), ("refuse", "p3")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion { name: Text::new("Have no pivot", "不设关键步骤"), change: Change::Parameter("pivot", "0") },
        Suggestion {
            name: Text::new("Let the till refuse instead", "改由收款服务拒绝"),
            change: Change::Parameter("refuse", "p2"),
        },
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        LAST_FIRST: Holds, REVERSED;
        NO_WAY_BACK: Violated, "sheet SAGA-3: after the pivot never compensate";
        TOLD_THE_TRUTH: Holds, UNSENT;
        NO_LOST_UPDATE: Holds, NOTHING_LOST;
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: Holds, "the books come out even; what the pivot stands for does not";
        CONSERVED: Holds, "the books come out even; what the pivot stands for does not";
        ANSWERED: Holds, "the books come out even; what the pivot stands for does not";
        INTERMEDIATE: NotSeen, ALONE;
    },
};
