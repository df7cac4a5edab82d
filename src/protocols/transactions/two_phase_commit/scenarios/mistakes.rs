//! One line written wrongly, and the run in which it shows. Each breaks the property that its parameter names.

use super::{FINAL, LOCKED, REASONED, REMEMBERED, SAFE, UNANIMOUS, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const RIGHT: Suggestion = Suggestion {
    name: Text::new("Put the line right", "改正这一行"),
    change: Change::Parameter("mistake", "none"),
};
const CRASH_COORDINATOR: Suggestion =
    Suggestion { name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now") };
const TRY_3PC: Suggestion =
    Suggestion { name: Text::new("Try three-phase commit", "换成三阶段提交"), change: Change::Protocol("3pc") };

pub const REPLY_BEFORE_FSYNC: Entry = Entry {
    id: "2pc-mistake-reply-before-fsync",
    question: Text::new(
        "Why not vote at once and write the promise a moment later?",
        "为什么不先投票，稍后再写下承诺？",
    ),
    answer: Text::new(
        "Because the power may fail in that moment: the till has voted yes and remembers nothing, while the others \
         commit on its word.",
        "因为可能恰好在那一刻断电：收款库投了赞成票却毫无记录，而其他人已据此提交。",
    ),
    parameters: &[("mistake", "reply-before-fsync")],
    seed: 1,
    faults: &["power=p2@after:yes.1:c", "restart=p2@100ms"],
    until: Span::millis(3_500),
    suggestions: &[RIGHT, CRASH_COORDINATOR, TRY_3PC],
    expected: expected! {
        AGREEMENT: Violated, "sheet §1, subtle bugs: replying VoteYes before fsync; AMNESIA of a prepared record";
        ALL_VOTED_YES: Holds, "p2 did vote yes";
        ABORT_HAS_A_REASON: Holds, REASONED;
        IRREVOCABLE: Holds, FINAL;
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, REMEMBERED;
        NOBODY_IN_DOUBT: Holds, "who has forgotten its promise is in no doubt";
        ANSWERED: Holds, "the commit point was reached";
        CONSERVED: NotYet, "p1 has committed, p2 never will; the coordinator repeats its commit for ever";
    },
};

pub const COMMIT_BEFORE_FSYNC: Entry = Entry {
    id: "2pc-mistake-commit-before-fsync",
    question: Text::new(
        "Half a millisecond could be saved by sending the commit before it is on disk. What does it cost?",
        "决定落盘之前就发出提交，能省半毫秒。代价是什么？",
    ),
    answer: Text::new(
        "A commit that never was: one database acts on it, the power fails, and the coordinator comes back to tell the \
         others to abort.",
        "一次不曾存在的提交：一个数据库照办了，随即断电，协调者恢复后却让其他人中止。",
    ),
    parameters: &[("mistake", "commit-before-fsync"), ("answer-timeout", "2s")],
    seed: 1,
    faults: &["power=c@after:commit.1:p1", "restart=c@100ms"],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Only crash: the write survives", "只是进程崩溃：写入还在"),
            change: Change::Fault("crash=c@after:commit.1:p1"),
        },
        TRY_3PC,
    ],
    expected: expected! {
        AGREEMENT: Violated, "sheet §1, subtle bugs: TM sending Commit before fsync";
        ALL_VOTED_YES: Holds, UNANIMOUS;
        ABORT_HAS_A_REASON: Holds, REASONED;
        IRREVOCABLE: Violated, "the coordinator says abort after it has said commit";
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, REMEMBERED;
        NOBODY_IN_DOUBT: Holds, "whoever asks is told to abort";
        ANSWERED: Holds, "the client asks and is told";
        CONSERVED: Violated, "p1 has committed, p2 has aborted, nothing more can happen";
    },
};

pub const COMMIT_ON_MAJORITY: Entry = Entry {
    id: "2pc-mistake-commit-on-majority",
    question: Text::new("Two of three said yes. Is a majority not enough?", "三个里有两个赞成。多数还不够吗？"),
    answer: Text::new(
        "Not here: a majority can choose among copies of one thing, but the till is no copy of the shelf. The goods go \
         out, and nobody has paid.",
        "在这里不够：多数可以在同一份数据的多个副本之间作选择，而收款库不是库存库的副本。货出了，钱没收到。",
    ),
    parameters: &[("mistake", "commit-on-majority"), ("refuse", "p2")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Let nobody refuse", "谁也不拒绝"), change: Change::Parameter("refuse", "none")
        },
        CRASH_COORDINATOR,
    ],
    expected: expected! {
        AGREEMENT: Violated, "sheet §1, mutants: commit on majority, 7 steps";
        ALL_VOTED_YES: Violated, "sheet §1, 2PC-2: commit without p2's yes";
        ABORT_HAS_A_REASON: Holds, "p2 aborts by its own no";
        IRREVOCABLE: Holds, FINAL;
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, "p2 has decided durably, and says that it decided otherwise";
        NOBODY_IN_DOUBT: Holds, "everybody is told something";
        ANSWERED: Holds, "the client is told that it is committed";
        CONSERVED: Violated, "p1 has committed, p2 has aborted";
    },
};

pub const ABORT_AFTER_COMMIT_POINT: Entry = Entry {
    id: "2pc-mistake-abort-after-commit-point",
    question: Text::new(
        "One database does not acknowledge the commit. Is it not safer to call it off?",
        "有一个数据库没有应答提交。撤回不是更安全吗？",
    ),
    answer: Text::new(
        "It is too late to call anything off: the others have committed. A missing acknowledgement says nothing except \
         that one must ask again.",
        "已经来不及撤回：其他人都提交了。缺少应答什么也说明不了，只说明应该再发一次。",
    ),
    parameters: &[("mistake", "abort-after-commit-point"), ("decision-retry", "500ms")],
    seed: 1,
    faults: &["drop=c:commit.1:p2"],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Lose the acknowledgement instead", "改为丢失应答"),
            change: Change::Fault("drop=p2:ack.1:c"),
        },
        CRASH_COORDINATOR,
    ],
    expected: expected! {
        AGREEMENT: Violated, "sheet §1, mutants: abort after commit point, 10 steps";
        ALL_VOTED_YES: Holds, UNANIMOUS;
        ABORT_HAS_A_REASON: Holds, "a message was lost: AC3 allows an abort, AC4 does not";
        IRREVOCABLE: Violated, "the coordinator says abort after it has said commit";
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, "all have decided durably, only not the same";
        NOBODY_IN_DOUBT: Holds, "everybody is told something";
        ANSWERED: Holds, "the client is told that it is committed";
        CONSERVED: Violated, "p1 has committed, p2 has aborted";
    },
};

pub const ABORT_BEFORE_ACKNOWLEDGEMENTS: Entry = Entry {
    id: "2pc-mistake-impatient-coordinator",
    question: Text::new(
        "Nothing failed and nobody refused. What does a coordinator do that cannot wait for acknowledgements?",
        "没有故障，也没有人拒绝。一个等不及应答的协调者会做什么？",
    ),
    answer: Text::new(
        "It calls a commit off for no reason at all. The databases, which have committed, answer that it is too late; the          coordinator's log and its word now disagree.",
        "它毫无理由地撤回一次提交。数据库已经提交，只能回答“太晚了”；从此协调者的日志与它说的话互相矛盾。",
    ),
    parameters: &[("mistake", "abort-after-commit-point"), ("decision-retry", "1ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Let it wait a second", "让它等一秒"),
            change: Change::Parameter("decision-retry", "1s"),
        },
        CRASH_COORDINATOR,
    ],
    expected: expected! {
        AGREEMENT: Violated, "sheet §1, mutants: abort after commit point";
        ALL_VOTED_YES: Holds, "everybody did vote yes";
        ABORT_HAS_A_REASON: Violated, "sheet §1, 2PC-3 (AC3): no vote was no and nothing failed";
        IRREVOCABLE: Violated, "sheet §1, 2PC-4 (AC4): the coordinator says abort after it has said commit";
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, "everybody acknowledges the commit";
        NOBODY_IN_DOUBT: Holds, "everybody was told to commit first";
        ANSWERED: Holds, "the client was told at the commit point";
        CONSERVED: Holds, "a database that has committed does not take it back";
    },
};

pub const PREPARED_TIMEOUT_ABORT: Entry = Entry {
    id: "2pc-mistake-prepared-timeout-abort",
    question: Text::new(
        "A database waits for a decision that does not come. May it not simply abort, to be on the safe side?",
        "数据库迟迟等不到决定。保险起见，难道不能直接中止？",
    ),
    answer: Text::new(
        "There is no safe side: the decision was commit, and one database had already heard it. A time-out in doubt is a \
         guess.",
        "没有“保险的一边”：决定是提交，而且已经有一个数据库听到了。悬而未决时的超时只是猜测。",
    ),
    parameters: &[("mistake", "prepared-timeout-abort")],
    seed: 1,
    faults: &["crash=c@after:commit.1:p1", "restart=c@2s"],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Restart the coordinator sooner", "早点重启协调者"),
            change: Change::Fault("restart=c@500ms"),
        },
        TRY_3PC,
    ],
    expected: expected! {
        AGREEMENT: Violated, "sheet §1, mutants: prepared-timeout→abort, 9 steps";
        ALL_VOTED_YES: Holds, UNANIMOUS;
        ABORT_HAS_A_REASON: Holds, REASONED;
        IRREVOCABLE: Holds, FINAL;
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, "all have decided durably, only not the same";
        NOBODY_IN_DOUBT: Holds, "nobody waits: that is the mistake";
        ANSWERED: Holds, "the recovered coordinator answers the client";
        CONSERVED: Violated, "p1 has committed, p2 has aborted";
    },
};

pub const PREPARED_TIMEOUT_COMMIT: Entry = Entry {
    id: "2pc-mistake-prepared-timeout-commit",
    question: Text::new(
        "Everybody usually says yes. May a database that waits too long assume so, and commit?",
        "通常大家都会赞成。等太久的数据库可以就此假定，直接提交吗？",
    ),
    answer: Text::new(
        "Not even when it is usually true: here the till said no, the abort got lost, and the goods left the shelf.",
        "再“通常”也不行：这一次收款库投了反对票，中止消息丢了，货就这样出了库。",
    ),
    parameters: &[("mistake", "prepared-timeout-commit"), ("refuse", "p2")],
    seed: 1,
    faults: &["drop=c:abort.1:p1"],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Let nobody refuse", "谁也不拒绝"), change: Change::Parameter("refuse", "none")
        },
        TRY_3PC,
    ],
    expected: expected! {
        AGREEMENT: Violated, "sheet §1, mutants: prepared-timeout→commit, 3 steps";
        ALL_VOTED_YES: Violated, "sheet §1, 2PC-2: commit without p2's yes";
        ABORT_HAS_A_REASON: Holds, "p2 voted no";
        IRREVOCABLE: Holds, FINAL;
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, REMEMBERED;
        NOBODY_IN_DOUBT: Holds, "nobody waits: that is the mistake";
        ANSWERED: Holds, "sheet §1: one no — abort";
        CONSERVED: Violated, "p1 has committed, p2 has aborted";
    },
};

pub const REOPEN_AFTER_ABORT: Entry = Entry {
    id: "2pc-mistake-reopen-after-abort",
    question: Text::new(
        "A prepare arrives late, after its own abort. What if the database has not kept the abort in mind?",
        "prepare 迟到了，落在自己的中止之后。如果数据库没有记住那次中止呢？",
    ),
    answer: Text::new(
        "It opens a dead order again, promises, and locks rows for nobody: a decision has been taken back.",
        "它会重新打开一个已死的订单，作出承诺，替不存在的人锁住行：决定被收回了。",
    ),
    parameters: &[("mistake", "reopen-after-abort"), ("refuse", "p2")],
    seed: 1,
    faults: &["delay=c:prepare.1:p1+20ms"],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Let nobody ask", "谁也不询问"), change: Change::Parameter("inquiry", "off")
        },
        CRASH_COORDINATOR,
    ],
    expected: expected! {
        AGREEMENT: Holds, "nobody commits";
        ALL_VOTED_YES: Holds, UNANIMOUS;
        ABORT_HAS_A_REASON: Holds, "p2 voted no";
        IRREVOCABLE: Violated, "sheet §1, subtle bugs: retransmitted Prepare after Abort re-opens the tx";
        LOCKS: Holds, LOCKED;
        FORGETTING: Holds, REMEMBERED;
        NOBODY_IN_DOUBT: Holds, "p1 asks, and no information means abort";
        ANSWERED: Holds, "sheet §1: one no — abort";
        CONSERVED: Holds, "nobody commits";
    },
};

pub const ACKNOWLEDGE_UNKNOWN: Entry = Entry {
    id: "2pc-mistake-acknowledge-unknown",
    question: Text::new(
        "A database is told to commit something it knows nothing of. Is “done” a harmless answer?",
        "数据库被要求提交一个它一无所知的事务。回答“完成”无伤大雅吗？",
    ),
    answer: Text::new(
        "It is the last trace of the loss, wiped away: the coordinator believes it, forgets, and nobody will ever know \
         why the till is short.",
        "这等于抹去了丢失的最后一点痕迹：协调者信以为真并忘掉此事，再没有人知道收款为什么对不上。",
    ),
    parameters: &[("mistake", "acknowledge-unknown")],
    seed: 1,
    faults: &["do=p2@2.7ms:lose.1", "crash=p2@3ms", "restart=p2@100ms"],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion { name: Text::new("Lose nothing", "什么也不丢"), change: Change::Fault("crash=p2@3ms") },
        CRASH_COORDINATOR,
    ],
    expected: expected! {
        AGREEMENT: Violated, "sheet §1, 2PC-1: broken by AMNESIA of a prepared record, with or without the mistake";
        ALL_VOTED_YES: Holds, "p2 did vote yes: it has forgotten it";
        ABORT_HAS_A_REASON: Holds, REASONED;
        IRREVOCABLE: Holds, FINAL;
        LOCKS: Holds, LOCKED;
        FORGETTING: Violated, "sheet §1, subtle bugs: Ack'ing unknown tx";
        NOBODY_IN_DOUBT: Holds, "who has forgotten its promise is in no doubt";
        ANSWERED: Holds, "the commit point was reached";
        CONSERVED: Violated, "p1 has committed, p2 never will, and nobody tries any more";
    },
};

pub const RELEASE_AFTER_VOTE: Entry = Entry {
    id: "2pc-mistake-release-after-vote",
    question: Text::new(
        "Everybody waits for locks. Why not let go of them once the vote is given?",
        "大家都在等锁。为什么不一投完票就放锁？",
    ),
    answer: Text::new(
        "Because what is not decided is not there yet: the second order counts from a shelf that does not know the first, \
         and overwrites it.",
        "因为没有决定的改动还不算数：第二个订单按不知道第一个订单的货架数量计算，把它覆盖掉了。",
    ),
    parameters: &[("mistake", "release-after-vote"), ("orders", "2"), ("at-once", "2"), ("rows", "1")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Offer more products", "增加商品种类"), change: Change::Parameter("rows", "8")
        },
        CRASH_COORDINATOR,
    ],
    expected: expected! {
        AGREEMENT: Holds, SAFE;
        ALL_VOTED_YES: Holds, UNANIMOUS;
        ABORT_HAS_A_REASON: Holds, REASONED;
        IRREVOCABLE: Holds, FINAL;
        LOCKS: Violated, "sheet §1, 2PC-6";
        FORGETTING: Holds, REMEMBERED;
        NOBODY_IN_DOUBT: Holds, "sheet §1: all yes";
        ANSWERED: Holds, "sheet §1: all yes";
        CONSERVED: Holds, "shelf and till lose the same update, so their sum does not show it";
    },
};
