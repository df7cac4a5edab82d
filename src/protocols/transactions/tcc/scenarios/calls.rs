//! Calls and answers that are lost.

use super::{ALONE, CRASH, DIES, DTM, OFF, expected_safe};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

pub const TRY_LOST: Entry = Entry {
    id: "tcc-try-lost",
    question: Text::new(
        "A try gets lost on its way. The initiator cannot know whether it arrived; what may it tell the \
         coordinator?",
        "一次 try 在途中丢失。发起方无从知道它到没到；该怎么告诉协调器？",
    ),
    answer: Text::new(
        "To call the order off everywhere. The branch that was never tried cancels nothing, and leaves a mark: an \
         empty rollback.",
        "全部取消。从未被 try 的分支什么也不释放，但留下标记：空回滚。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["drop=cl:try.1:p2"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion { name: Text::new("Only delay it", "只是延迟"), change: Change::Fault("delay=cl:try.1:p2+4s") },
        OFF,
        DTM,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §3: try lost → empty rollback";
        NOTHING_RESERVED: Holds, "sheet §3: try lost → empty rollback";
        CONSERVED: Holds, "sheet §3: try lost → empty rollback";
        ANSWERED: Holds, "sheet §3: try lost → empty rollback";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const CONFIRMED_LOST: Entry = Entry {
    id: "tcc-answer-lost",
    question: Text::new(
        "The stock has confirmed, and its answer gets lost. Are the goods taken twice?",
        "库存已确认，但它的答复丢了。货物会被扣两次吗？",
    ),
    answer: Text::new(
        "No: it is asked again, finds in its own table that it is done, and only says so.",
        "不会：再次收到请求时，它在自己的表里看到已经做完，只是再答复一次。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["drop=p1:confirmed.1:c"],
    until: Span::seconds(5),
    suggestions: &[
        OFF,
        DTM,
        Suggestion {
            name: Text::new("Double the confirm as well", "confirm 也重复"),
            change: Change::Fault("twice=c:confirm.1:p2+20ms"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet TCC-3: idempotence; (COMMITTED, confirm) → true, business not run";
        NOTHING_RESERVED: Holds, "sheet TCC-3: idempotence; (COMMITTED, confirm) → true, business not run";
        CONSERVED: Holds, "sheet TCC-3: idempotence; (COMMITTED, confirm) → true, business not run";
        ANSWERED: Holds, "sheet TCC-3: idempotence; (COMMITTED, confirm) → true, business not run";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const ASKS_AGAIN: Entry = Entry {
    id: "tcc-asks-again",
    question: Text::new(
        "The initiator is cut off just as its order is decided. How does it learn what became of it?",
        "订单刚刚决定，发起方就被隔开。它怎样得知结果？",
    ),
    answer: Text::new(
        "It asks again with the same number: the decision stands in the coordinator’s log, and asking twice changes \
         nothing.",
        "用同一个编号再问：决定就在协调器的日志里，问两次也不改变任何事。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["cut=cl/c,p1,p2,p3@9.2ms+4s"],
    until: Span::seconds(8),
    suggestions: &[
        DIES,
        Suggestion {
            name: Text::new("Cut it off earlier", "更早隔开"),
            change: Change::Fault("cut=cl/c,p1,p2,p3@6.5ms+4s"),
        },
        CRASH,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §23 and issue: every call has a global id and can be asked about; repeats change nothing";
        NOTHING_RESERVED: Holds, "sheet §23 and issue: every call has a global id and can be asked about; repeats change nothing";
        CONSERVED: Holds, "sheet §23 and issue: every call has a global id and can be asked about; repeats change nothing";
        ANSWERED: Holds, "sheet §23 and issue: every call has a global id and can be asked about; repeats change nothing";
        INTERMEDIATE: NotSeen, ALONE;
    },
};
