//! What really breaks atomicity: decisions made by hand, and logs that lose records.

use super::{FINAL, LOCKED, REASONED, REMEMBERED, UNANIMOUS, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const HEURISTIC_ROW: &str = "sheet §1: heuristic decision — permanent atomicity violation (heuristic mixed)";
const RM_AMNESIA_ROW: &str = "sheet §1, 2PC-1: broken by AMNESIA of a prepared record";
const TM_AMNESIA_ROW: &str = "sheet §1, 2PC-1: broken by AMNESIA of the TM commit record";

pub const HEURISTIC: Entry = Entry {
    id: "2pc-heuristic",
    question: Text::new(
        "The till has been locked for a second and a half, and an operator loses patience. What does one guess cost?",
        "收款库已经锁了一秒半，运维人员失去了耐心。猜一次要付出什么代价？",
    ),
    answer: Text::new(
        "The goods: the stock had already committed. The order is half done for ever, and the coordinator can only be \
         told so when it is back.",
        "代价是货物：库存库早已提交。订单永远只完成了一半，协调者恢复之后也只能得知这个事实。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:commit.1:p1", "do=p2@1.5s:force-abort.1", "restart=c@2.2s"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Guess the other way", "改猜提交"),
            change: Change::Fault("do=p2@1.2s:force-commit.1"),
        },
        Suggestion {
            name: Text::new("Restart the coordinator sooner", "早点重启协调者"),
            change: Change::Fault("restart=c@500ms"),
        },
        Suggestion {
            name: Text::new("Try three-phase commit", "换成三阶段提交"), change: Change::Protocol("3pc")
        },
    ],
    expected: expected! {
        AGREEMENT: Violated, HEURISTIC_ROW;
        ALL_VOTED_YES: Holds, UNANIMOUS;
        ABORT_HAS_A_REASON: Holds, REASONED;
        IRREVOCABLE: Holds, FINAL;
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, "p2 has decided durably, though by hand, and says so (X/Open: heuristic report)";
        NOBODY_IN_DOUBT: Holds, "the recovered coordinator re-sends Commit; p2 decided by hand";
        ANSWERED: Holds, "the recovered coordinator answers the client";
        CONSERVED: Violated, HEURISTIC_ROW;
    },
};

pub const PROMISE_LOST: Entry = Entry {
    id: "2pc-promise-lost",
    question: Text::new(
        "A disk loses one record: the till's promise. Who will notice?",
        "磁盘丢了一条记录：收款库的承诺。谁会发现？",
    ),
    answer: Text::new(
        "The till itself, when it is told to commit something it has never heard of. All it can do is not to say “done”: \
         the coordinator repeats itself for ever, and an operator will look.",
        "收款库自己：它被要求提交一个从未听说的事务。它能做的只是不说“完成”：协调者会一直重发，直到有人来查。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["do=p2@2.7ms:lose.1", "crash=p2@3ms", "restart=p2@100ms"],
    until: Span::millis(3_500),
    suggestions: &[
        Suggestion {
            name: Text::new("Acknowledge all the same", "照样应答"),
            change: Change::Parameter("mistake", "acknowledge-unknown"),
        },
        Suggestion { name: Text::new("Lose nothing", "什么也不丢"), change: Change::Fault("crash=p2@3ms") },
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now")
        },
    ],
    expected: expected! {
        AGREEMENT: Violated, RM_AMNESIA_ROW;
        ALL_VOTED_YES: Holds, "p2 did vote yes: it has forgotten it";
        ABORT_HAS_A_REASON: Holds, REASONED;
        IRREVOCABLE: Holds, FINAL;
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, "p2 does not acknowledge what it does not know: sheet §1, subtle bug \"Ack'ing unknown tx\"";
        NOBODY_IN_DOUBT: Holds, "who has forgotten its promise is in no doubt";
        ANSWERED: Holds, "the commit point was reached";
        CONSERVED: NotYet, "p1 has committed, p2 never will; the coordinator repeats its commit for ever";
    },
};

pub const DECISION_LOST: Entry = Entry {
    id: "2pc-decision-lost",
    question: Text::new(
        "The coordinator has told one database to commit, then loses the record of it. What will it tell the others?",
        "协调者已让一个数据库提交，随后丢了这条记录。它会对其他人说什么？",
    ),
    answer: Text::new(
        "“Abort”: no information means abort, which is right only as long as logs are kept. The commit record is the one \
         thing that must never be lost.",
        "“中止”：没有信息就是中止，而这只有在日志不丢时才成立。提交记录是唯一绝不能丢的东西。",
    ),
    parameters: &[("answer-timeout", "2s")],
    seed: 1,
    faults: &["crash=c@after:commit.1:p1", "do=c@100ms:lose.1", "restart=c@200ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion { name: Text::new("Lose nothing", "什么也不丢"), change: Change::Fault("restart=c@50ms") },
        Suggestion {
            name: Text::new("Let nobody ask", "谁也不询问"), change: Change::Parameter("inquiry", "off")
        },
        Suggestion {
            name: Text::new("Try three-phase commit", "换成三阶段提交"), change: Change::Protocol("3pc")
        },
    ],
    expected: expected! {
        AGREEMENT: Violated, TM_AMNESIA_ROW;
        ALL_VOTED_YES: Holds, UNANIMOUS;
        ABORT_HAS_A_REASON: Holds, REASONED;
        IRREVOCABLE: Violated, "the coordinator says abort after it has said commit: TM amnesia, latched";
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, REMEMBERED;
        NOBODY_IN_DOUBT: Holds, "whoever asks is told to abort";
        ANSWERED: Holds, "the client asks and is told";
        CONSERVED: Violated, TM_AMNESIA_ROW;
    },
};
