//! What the tries make of an order, and what becomes of one whose confirm fails.

use super::{ALONE, CRASH, DIES, DTM, OFF, TRY_2PC, expected_safe};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const ALL_TRIED_ROW: &str = "sheet §3: all try ok → confirm all";
const ONE_REFUSES_ROW: &str = "sheet §3: one try refuses → cancel all including the refusing one";

pub const ALL_TRIED: Entry = Entry {
    id: "tcc-all-tried",
    question: Text::new(
        "Nobody may hold a lock for anybody else. Can an order still happen everywhere or nowhere?",
        "谁也不许为别人持锁。一个订单还能做到要么全部发生、要么全不发生吗？",
    ),
    answer: Text::new(
        "Yes, if each service first sets aside what it will need: then every one of them can go either way later, \
         and the coordinator says which.",
        "可以：各服务先预留所需，之后往哪个方向走都行，由协调器决定走哪边。",
    ),
    parameters: &[],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion { name: Text::new("Lose a try", "丢失一次 try"), change: Change::Fault("drop=cl:try.1:p2") },
        Suggestion {
            name: Text::new("Let the till refuse", "让收款服务拒绝"),
            change: Change::Parameter("refuse", "p2"),
        },
        CRASH,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, ALL_TRIED_ROW;
        NOTHING_RESERVED: Holds, ALL_TRIED_ROW;
        CONSERVED: Holds, ALL_TRIED_ROW;
        ANSWERED: Holds, ALL_TRIED_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const ONE_REFUSES: Entry = Entry {
    id: "tcc-one-refuses",
    question: Text::new(
        "The card is over its limit. What becomes of the goods that are already set aside?",
        "银行卡超限。已经预留的货物怎么办？",
    ),
    answer: Text::new(
        "They are given back. The till is cancelled too, although it never set anything aside: the coordinator \
         cannot know that, and the till must take it calmly.",
        "退回去。收款服务也会收到 cancel，尽管它从未预留：协调器无从知道，收款服务必须从容应对。",
    ),
    parameters: &[("refuse", "p2")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        OFF,
        DTM,
        Suggestion {
            name: Text::new("Crash the stock", "让库存服务宕机"), change: Change::Fault("crash=p1@now")
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, ONE_REFUSES_ROW;
        NOTHING_RESERVED: Holds, ONE_REFUSES_ROW;
        CONSERVED: Holds, ONE_REFUSES_ROW;
        ANSWERED: Holds, ONE_REFUSES_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const CONFIRM_FAILS: Entry = Entry {
    id: "tcc-confirm-fails",
    question: Text::new(
        "The till has promised, and when it is told to confirm, it throws an exception. May the order still be \
         called off?",
        "收款服务承诺过，收到 confirm 时却抛异常。订单还能取消吗？",
    ),
    answer: Text::new(
        "No: the stock has already used its goods. The coordinator asks again every second until somebody has \
         mended the till.",
        "不能：库存已经出货。协调器每秒再请求一次，直到有人修好收款服务。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["do=p2@8ms:fail-confirm.1", "do=p2@2.5s:mend.1"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Cancel instead", "改为取消"),
            change: Change::Parameter("mistake", "cancel-after-failed-confirm"),
        },
        Suggestion {
            name: Text::new("Double the pauses", "间隔翻倍"),
            change: Change::Parameter("back-off", "doubling"),
        },
        CRASH,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §3: confirm fails → retried forever; never turned into cancel";
        NOTHING_RESERVED: Holds, "sheet §3: confirm fails → retried forever; never turned into cancel";
        CONSERVED: Holds, "sheet §3: confirm fails → retried forever; never turned into cancel";
        ANSWERED: Holds, "sheet §3: confirm fails → retried forever; never turned into cancel";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const CONFIRM_FAILS_FOR_EVER: Entry = Entry {
    id: "tcc-confirm-fails-for-ever",
    question: Text::new(
        "And if nobody ever mends it: who undoes what the others have done?",
        "要是一直没人修好它呢：谁来撤销别人已经做完的？",
    ),
    answer: Text::new(
        "Nobody. A refusal that comes after the try has no way back in TCC: the goods are gone, the money stays \
         pending, and a person must see to it.",
        "没有谁。try 之后才出现的业务拒绝在 TCC 里无路可退：货已出，钱一直待入账，只能人工处理。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["do=p2@8ms:fail-confirm.1"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Somebody mends it", "有人修好它"), change: Change::Fault("do=p2@now:mend.1")
        },
        Suggestion {
            name: Text::new("Cancel instead", "改为取消"),
            change: Change::Parameter("mistake", "cancel-after-failed-confirm"),
        },
        Suggestion {
            name: Text::new("Double the pauses", "间隔翻倍"),
            change: Change::Parameter("back-off", "doubling"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: NotYet, "sheet §3: confirm is retried forever; never turned into cancel";
        NOTHING_RESERVED: NotYet, "the till’s money stays pending";
        CONSERVED: NotYet, "the goods are used and the money is not there";
        ANSWERED: Holds, "the decision was durable";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const ISOLATION: Entry = Entry {
    id: "tcc-two-orders",
    question: Text::new(
        "Two orders for the same product are under way at once. Does the second see what the first has not \
         finished?",
        "两个订单同时要同一种商品。第二个会看到第一个未完成的改动吗？",
    ),
    answer: Text::new(
        "It sees that less is available, and no more: that is all the isolation there is. Neither waits for the \
         other.",
        "它看到可用量变少，仅此而已：隔离只到预留这一级。谁也不用等谁。",
    ),
    parameters: &[("orders", "2"), ("at-once", "2"), ("rows", "1")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        TRY_2PC,
        Suggestion {
            name: Text::new("Let the till refuse", "让收款服务拒绝"),
            change: Change::Parameter("refuse", "p2"),
        },
        DIES,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, ALL_TRIED_ROW;
        NOTHING_RESERVED: Holds, ALL_TRIED_ROW;
        CONSERVED: Holds, ALL_TRIED_ROW;
        ANSWERED: Holds, ALL_TRIED_ROW;
        INTERMEDIATE: Holds, "sheet §3: isolation is only reserve-level; readers may see frozen state";
    },
};

pub const RUSH: Entry = Entry {
    id: "tcc-rush",
    question: Text::new(
        "Two hundred orders, eight at a time, for four products: what does it cost to hold no locks?",
        "两百个订单，八个并发，四种商品：不持锁的代价是什么？",
    ),
    answer: Text::new(
        "More messages for each order, and no order waits for another.",
        "每个订单的消息更多，但没有订单需要等别的订单。",
    ),
    parameters: &[("orders", "200"), ("at-once", "8"), ("rows", "4"), ("latency-model", "uniform")],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[
        TRY_2PC,
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调器宕机"), change: Change::Fault("crash=c@1s")
        },
        Suggestion {
            name: Text::new("Let messages be slow now and then", "让消息偶尔很慢"),
            change: Change::Parameter("latency-model", "long-tailed"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, ALL_TRIED_ROW;
        NOTHING_RESERVED: Holds, ALL_TRIED_ROW;
        CONSERVED: Holds, ALL_TRIED_ROW;
        ANSWERED: Holds, ALL_TRIED_ROW;
        INTERMEDIATE: Holds, "sheet §3: isolation is only reserve-level";
    },
};
