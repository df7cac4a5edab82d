//! Messages that are lost, late, doubled or cut off.

use super::expected_safe;
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const VOTE_LOST_ROW: &str = "sheet §1: vote lost — abort everywhere";
const PARTITION_ROW: &str =
    "sheet §1: partition after Commit sent to a subset — the cut-off RM is in doubt, not aborted; converges on heal";

pub const VOTE_LOST: Entry = Entry {
    id: "2pc-vote-lost",
    question: Text::new(
        "Everybody can, but one yes gets lost on the way. What does silence mean?",
        "人人都能完成，可有一张赞成票在途中丢失。沉默意味着什么？",
    ),
    answer: Text::new(
        "To the coordinator it means no: before its decision it may always abort, and does when its patience ends.",
        "在协调者看来，沉默就是反对：作决定之前它随时可以中止，等到超时就中止。",
    ),
    parameters: &[("vote-timeout", "200ms")],
    seed: 1,
    faults: &["drop=p2:yes.1:c"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Lose the commit instead", "改为丢失提交消息"),
            change: Change::Fault("drop=c:commit.1:p2"),
        },
        Suggestion {
            name: Text::new("Only delay the vote", "只是延误这张票"),
            change: Change::Fault("delay=p2:yes.1:c+100ms"),
        },
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now")
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, VOTE_LOST_ROW;
        ANSWERED: Holds, VOTE_LOST_ROW;
        CONSERVED: Holds, VOTE_LOST_ROW;
    },
};

pub const PARTITION_IN_PHASE_TWO: Entry = Entry {
    id: "2pc-partition-in-phase-two",
    question: Text::new(
        "The network breaks in phase two and the commit reaches only some. Do the databases disagree for good?",
        "第二阶段网络断开，提交只到达一部分数据库。数据会一直不一致吗？",
    ),
    answer: Text::new(
        "No: who is cut off is in doubt, with its locks held, and hears the decision when the network heals. It costs \
         time, not consistency.",
        "不会：被隔开的数据库悬而未决、持锁等待，网络恢复后就会得知决定。损失的是时间，不是一致性。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["cut=cl,c,p1/p2,p3@4.5ms+1.5s"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("An operator aborts at p2", "人工在 p2 中止"),
            change: Change::Fault("do=p2@1s:force-abort.1"),
        },
        Suggestion {
            name: Text::new("Abort alone when it is late", "迟迟不到就自行中止"),
            change: Change::Parameter("mistake", "prepared-timeout-abort"),
        },
        Suggestion {
            name: Text::new("Try three-phase commit", "换成三阶段提交"), change: Change::Protocol("3pc")
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, PARTITION_ROW;
        ANSWERED: Holds, "the client is on the coordinator's side";
        CONSERVED: Holds, PARTITION_ROW;
    },
};

pub const LATE_PREPARE: Entry = Entry {
    id: "2pc-abort-overtakes-prepare",
    question: Text::new(
        "The abort arrives before the request that it aborts. What will the late request find?",
        "中止比它要中止的请求先到。迟到的请求会遇到什么？",
    ),
    answer: Text::new(
        "A database that remembers: it has noted the abort of something it never saw, and opens nothing.",
        "一个记得此事的数据库：它已记下中止，尽管从未见过那个事务，因此什么也不会打开。",
    ),
    parameters: &[("refuse", "p2")],
    seed: 1,
    faults: &["delay=c:prepare.1:p1+20ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Forget aborts", "忘掉中止"),
            change: Change::Parameter("mistake", "reopen-after-abort"),
        },
        Suggestion {
            name: Text::new("Double the prepare", "重复 prepare"),
            change: Change::Fault("twice=c:prepare.1:p3+30ms"),
        },
        Suggestion { name: Text::new("Crash the stock", "让库存库宕机"), change: Change::Fault("crash=p1@now") },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, "sheet §1: one no — abort everywhere; 2PC-1 under REORDER";
        ANSWERED: Holds, "sheet §1: one no — abort everywhere";
        CONSERVED: Holds, "sheet §1: one no — abort everywhere";
    },
};

pub const DOUBLED_PREPARE: Entry = Entry {
    id: "2pc-prepare-twice",
    question: Text::new(
        "The network delivers a prepare twice. Are the goods taken twice?",
        "网络把 prepare 送达两次。货物会被扣两次吗？",
    ),
    answer: Text::new(
        "No: the transaction has a name, and a database that knows it does nothing twice. A copy after the end is \
         ignored.",
        "不会：事务有自己的编号，数据库认得它就不会重复执行。事务结束之后到的副本会被忽略。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["twice=c:prepare.1:p1+500us", "twice=c:prepare.1:p2+20ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Double the commit", "重复 commit"),
            change: Change::Fault("twice=c:commit.1:p1+10ms"),
        },
        Suggestion {
            name: Text::new("Double a vote", "重复一张票"), change: Change::Fault("twice=p1:yes.1:c+10ms")
        },
        Suggestion {
            name: Text::new("Let the till refuse", "让收款库拒绝"),
            change: Change::Parameter("refuse", "p2"),
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, "sheet §1, 2PC-1 under DUP; all yes";
        ANSWERED: Holds, "sheet §1: all yes";
        CONSERVED: Holds, "sheet §1, 2PC-1 under DUP";
    },
};

pub const PAUSE: Entry = Entry {
    id: "2pc-database-pauses",
    question: Text::new(
        "A database stops for a garbage collection and wakes after everybody has given up on it. Does it know?",
        "一个数据库因 GC 停顿，醒来时大家早已放弃等它。它知道吗？",
    ),
    answer: Text::new(
        "Not at first: it works, promises and votes as if no time had passed. Its vote comes too late to matter, and the \
         abort is already waiting in its queue.",
        "起初不知道：它照常执行、承诺、投票，仿佛时间没有流逝。但它的票已经晚了，中止消息就在它的队列里等着。",
    ),
    parameters: &[("vote-timeout", "200ms")],
    seed: 1,
    faults: &["pause=p2@1.5ms+300ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Lose the abort to it", "丢失发给它的中止"),
            change: Change::Fault("drop=c:abort.1:p2"),
        },
        Suggestion {
            name: Text::new("Commit alone when it is late", "迟迟不到就自行提交"),
            change: Change::Parameter("mistake", "prepared-timeout-commit"),
        },
        Suggestion {
            name: Text::new("Be more patient", "多等一会儿"),
            change: Change::Parameter("vote-timeout", "1s"),
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, "sheet §1: vote lost — abort everywhere; a late vote is a lost one";
        ANSWERED: Holds, VOTE_LOST_ROW;
        CONSERVED: Holds, VOTE_LOST_ROW;
    },
};
