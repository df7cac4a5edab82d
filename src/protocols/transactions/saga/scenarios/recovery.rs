//! Forward and back.

use super::{ALONE, NO_LEADER, TRY_TCC, expected_safe};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const ALL_DONE_ROW: &str = "sheet §7: T1 … Tn";
const BACKWARD_ROW: &str = "sheet §7: fail at k → C_k..C_1 in reverse order";

pub const ALL_DONE: Entry = Entry {
    id: "saga-all-done",
    question: Text::new(
        "Nobody holds a lock, nobody sets anything aside: each step just happens. What is left of “all or nothing”?",
        "谁也不持锁，谁也不预留：每一步直接发生。“全有或全无”还剩下什么？",
    ),
    answer: Text::new(
        "The end. Along the way goods are gone that nobody has paid for yet, and anybody may see it.",
        "只剩结局。途中货已出而钱未收，而且谁都看得见。",
    ),
    parameters: &[],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Let the order book refuse", "让订单服务拒绝"),
            change: Change::Parameter("refuse", "p3"),
        },
        NO_LEADER,
        TRY_TCC,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, ALL_DONE_ROW;
        CONSERVED: Holds, ALL_DONE_ROW;
        ANSWERED: Holds, ALL_DONE_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const REFUSED: Entry = Entry {
    id: "saga-last-step-refused",
    question: Text::new(
        "Goods are out and money is in, and now the order book refuses. What can still be done?",
        "货已出，钱已收，订单服务却拒绝了。还能怎么办？",
    ),
    answer: Text::new(
        "Every step that was done is made up for by another, the last first. Nothing is rolled back: it has all \
         happened, and then the opposite has.",
        "每一个做过的步骤都用另一步来抵消，从后往前。没有任何回滚：事情都发生过，然后又发生了相反的事。",
    ),
    parameters: &[("refuse", "p3")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Compensate the first step first", "先补偿第一步"),
            change: Change::Parameter("mistake", "compensate-in-order"),
        },
        Suggestion {
            name: Text::new("Let the second step be the pivot", "第二步是关键步骤"),
            change: Change::Parameter("pivot", "2"),
        },
        NO_LEADER,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, BACKWARD_ROW;
        CONSERVED: Holds, BACKWARD_ROW;
        ANSWERED: Holds, BACKWARD_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const COMPENSATION_FAILS: Entry = Entry {
    id: "saga-compensation-fails",
    question: Text::new(
        "The stock cannot take its goods back just now. Who may give up?",
        "库存现在无法收回货物。谁可以放弃？",
    ),
    answer: Text::new(
        "Nobody: a compensation has no compensation. It is asked for again and again, until somebody has mended the \
         stock.",
        "谁都不能：补偿没有补偿。只能一再请求，直到有人修好库存服务。",
    ),
    parameters: &[("refuse", "p3")],
    seed: 1,
    faults: &["do=p1@3ms:fail-compensation.1", "do=p1@2.5s:mend.1"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Double the pauses", "间隔翻倍"),
            change: Change::Parameter("back-off", "doubling"),
        },
        Suggestion {
            name: Text::new("Crash the orchestrator", "让编排者宕机"), change: Change::Fault("crash=c@now")
        },
        TRY_TCC,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §7: compensation fails → retried forever";
        CONSERVED: Holds, "sheet §7: compensation fails → retried forever";
        ANSWERED: Holds, "sheet §7: compensation fails → retried forever";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const COMPENSATION_FAILS_FOR_EVER: Entry = Entry {
    id: "saga-compensation-fails-for-ever",
    question: Text::new("And if nobody mends it?", "要是一直没人修好呢？"),
    answer: Text::new(
        "The order stays half undone: the money is back, the goods are not, and the client has no answer. A person \
         must see to it.",
        "订单停在撤销了一半的状态：钱已退，货未回，客户端没有答复。只能人工处理。",
    ),
    parameters: &[("refuse", "p3")],
    seed: 1,
    faults: &["do=p1@3ms:fail-compensation.1"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Somebody mends it", "有人修好它"), change: Change::Fault("do=p1@now:mend.1")
        },
        Suggestion {
            name: Text::new("Double the pauses", "间隔翻倍"),
            change: Change::Parameter("back-off", "doubling"),
        },
        TRY_TCC,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: NotYet, "sheet §7: compensation fails → retried forever/manual";
        CONSERVED: NotYet, "the money is back, the goods are not";
        ANSWERED: NotYet, "the saga is not over";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const PIVOT: Entry = Entry {
    id: "saga-refused-after-the-pivot",
    question: Text::new(
        "The money is taken and cannot be given back; then the order book refuses. Which way now?",
        "钱已收且无法退回；这时订单服务拒绝了。往哪边走？",
    ),
    answer: Text::new(
        "Only forward: the step is asked for until it can be done. That is why what may be refused must come before \
         the pivot.",
        "只能向前：一直请求到做成为止。所以可能被拒绝的步骤必须排在关键步骤之前。",
    ),
    parameters: &[("pivot", "2"), ("refuse", "p3")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Turn back all the same", "照样回退"),
            change: Change::Parameter("mistake", "compensate-after-pivot"),
        },
        Suggestion { name: Text::new("Have no pivot", "不设关键步骤"), change: Change::Parameter("pivot", "0") },
        Suggestion {
            name: Text::new("Let the till refuse instead", "改由收款服务拒绝"),
            change: Change::Parameter("refuse", "p2"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: NotYet, "sheet SAGA-3: after the pivot never compensate; retriable steps are retried";
        CONSERVED: Holds, "goods and money are both taken; only the order book lags";
        ANSWERED: NotYet, "the saga is not over";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const FORWARD: Entry = Entry {
    id: "saga-forward-for-ever",
    question: Text::new(
        "With forward recovery nothing is ever compensated. What if a step never succeeds?",
        "采用向前恢复就从不补偿。要是有一步永远不成功呢？",
    ),
    answer: Text::new(
        "Then the saga never ends, and what was done before it stays done: goods without money. Forward recovery is \
         for steps that can only fail for a while.",
        "那么 Saga 永远不会结束，之前做过的也一直在：货出了，钱没收。向前恢复只适合暂时失败的步骤。",
    ),
    parameters: &[("recovery", "forward"), ("refuse", "p2")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Recover backward", "改为向后恢复"),
            change: Change::Parameter("recovery", "backward"),
        },
        Suggestion {
            name: Text::new("Let nobody refuse", "谁也不拒绝"), change: Change::Parameter("refuse", "none")
        },
        TRY_TCC,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: NotYet, "sheet §7: forward recovery = retry";
        CONSERVED: NotYet, "the goods are gone and the till still refuses";
        ANSWERED: NotYet, "the saga is not over";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const SERVICE_DOWN: Entry = Entry {
    id: "saga-service-down",
    question: Text::new(
        "The till is down when its step is due. Must what was done be taken back?",
        "轮到收款服务时它宕机了。已做的必须收回吗？",
    ),
    answer: Text::new(
        "Not yet: silence is no refusal. The step is called again until the till is back, and the saga goes on \
         where it was.",
        "先不用：沉默不等于拒绝。反复调用，直到收款服务恢复，Saga 从原处继续。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=p2@5ms", "restart=p2@2.5s"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Lose patience sooner", "早点失去耐心"),
            change: Change::Parameter("saga-timeout", "1s"),
        },
        NO_LEADER,
        Suggestion {
            name: Text::new("Let the till refuse", "让收款服务拒绝"),
            change: Change::Parameter("refuse", "p2"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §7: other error ⇒ retry with back-off; time-out infinite (dtm)";
        CONSERVED: Holds, "sheet §7: other error ⇒ retry with back-off; time-out infinite (dtm)";
        ANSWERED: Holds, "sheet §7: other error ⇒ retry with back-off; time-out infinite (dtm)";
        INTERMEDIATE: NotSeen, ALONE;
    },
};
