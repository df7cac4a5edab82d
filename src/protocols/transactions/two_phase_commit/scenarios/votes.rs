//! What the votes make of an order when nothing fails.

use super::expected_safe;
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const ALL_YES_ROW: &str = "sheet §1: all yes — commit everywhere, 4N messages";
const ONE_NO_ROW: &str = "sheet §1: one no — abort everywhere";

pub const ALL_YES: Entry = Entry {
    id: "2pc-all-yes",
    question: Text::new(
        "Three databases, one order: how do they all come to the same decision?",
        "三个数据库，一个订单：怎样让大家作出同一个决定？",
    ),
    answer: Text::new(
        "Each promises first and waits; the coordinator decides once, on its own disk, and tells all. Four messages for \
         each database.",
        "每个数据库先承诺再等待；协调者在自己的磁盘上作出唯一的决定，再通知大家。每个数据库四条消息。",
    ),
    parameters: &[],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now")
        },
        Suggestion { name: Text::new("Lose a vote", "丢失一张票"), change: Change::Fault("drop=p2:yes.1:c") },
        Suggestion {
            name: Text::new("Let the till refuse", "让收款库拒绝"),
            change: Change::Parameter("refuse", "p2"),
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, ALL_YES_ROW;
        ANSWERED: Holds, ALL_YES_ROW;
        CONSERVED: Holds, ALL_YES_ROW;
    },
};

pub const ONE_NO: Entry = Entry {
    id: "2pc-one-no",
    question: Text::new(
        "The card is over its limit. What becomes of the goods that are already set aside?",
        "银行卡超出限额。已经预留的货物怎么办？",
    ),
    answer: Text::new(
        "One no aborts all: the stock, which had promised, puts its goods back from its undo record.",
        "一票反对就全部中止：已承诺的库存库用 undo 记录把货物放回去。",
    ),
    parameters: &[("refuse", "p2")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Lose the abort to the stock", "丢失发给库存库的中止"),
            change: Change::Fault("drop=c:abort.1:p1"),
        },
        Suggestion {
            name: Text::new("Save messages: presume abort", "省消息：推定中止"),
            change: Change::Parameter("presumption", "abort"),
        },
        Suggestion {
            name: Text::new("Commit on a majority", "多数赞成就提交"),
            change: Change::Parameter("mistake", "commit-on-majority"),
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, ONE_NO_ROW;
        ANSWERED: Holds, ONE_NO_ROW;
        CONSERVED: Holds, ONE_NO_ROW;
    },
};

pub const PRESUMED_ABORT: Entry = Entry {
    id: "2pc-presumed-abort",
    question: Text::new("If no record means abort, why write one?", "既然没有记录就意味着中止，又何必写记录？"),
    answer: Text::new(
        "One need not: the coordinator forgets an abort at once, nobody acknowledges it, and who asks later is told \
         “abort” because nothing is known.",
        "不必写：协调者立刻忘掉中止，也无人应答；之后谁来问，查不到就回答“中止”。",
    ),
    parameters: &[("refuse", "p2"), ("presumption", "abort")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Lose the abort to the stock", "丢失发给库存库的中止"),
            change: Change::Fault("drop=c:abort.1:p1"),
        },
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now")
        },
        Suggestion {
            name: Text::new("Write and acknowledge aborts", "中止也写记录并应答"),
            change: Change::Parameter("presumption", "none"),
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, ONE_NO_ROW;
        ANSWERED: Holds, ONE_NO_ROW;
        CONSERVED: Holds, ONE_NO_ROW;
    },
};

pub const PARTICIPANT_BEGINS: Entry = Entry {
    id: "2pc-participant-begins",
    question: Text::new(
        "Can a commit be had for fewer messages, without promising less?",
        "不减少任何承诺，能不能少发几条消息？",
    ),
    answer: Text::new(
        "Yes: the database that did the work first prepares first and asks the coordinator to ask the others. 3N − 1 \
         messages until all are told, and N + 1 writes that somebody waits for.",
        "能：先干活的数据库先准备好，再请协调者问其余的。到全部得知为止共 3N − 1 条消息，需要等待的写盘 N + 1 次。",
    ),
    parameters: &[("initiator", "participant")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now")
        },
        Suggestion { name: Text::new("Crash the stock", "让库存库宕机"), change: Change::Fault("crash=p1@now") },
        Suggestion {
            name: Text::new("Let the coordinator begin", "改由协调者发起"),
            change: Change::Parameter("initiator", "coordinator"),
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, "sheet §0: Gray–Lamport 2PC — 3N − 1 messages, N + 1 stable writes; all yes";
        ANSWERED: Holds, ALL_YES_ROW;
        CONSERVED: Holds, ALL_YES_ROW;
    },
};
