//! Who dies when, and who must wait for it.

use super::expected_safe;
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const BLOCKED_ROW: &str = "sheet §1: TM dead for ever and all live RMs prepared — blocked for ever";
const BEFORE_VOTE_ROW: &str = "sheet §1: RM crash before voting — abort everywhere";
const UNDECIDED_ROW: &str =
    "sheet §1: TM crash after collecting votes, before forcing commit — in doubt; on recovery presumed abort";
const DECIDED_ROW: &str =
    "sheet §1: TM crash after forcing commit, before or mid phase 2 — recovered TM re-sends Commit";

const RESTART_COORDINATOR: Suggestion = Suggestion {
    name: Text::new("Restart the coordinator", "重启协调者"),
    change: Change::Fault("restart=c@now"),
};
const CUT_THE_NETWORK: Suggestion =
    Suggestion { name: Text::new("Cut the network", "切断网络"), change: Change::Fault("cut=cl,c/p1,p2,p3@now") };
const TRY_3PC: Suggestion =
    Suggestion { name: Text::new("Try three-phase commit", "换成三阶段提交"), change: Change::Protocol("3pc") };
const OPERATOR_ABORTS: Suggestion = Suggestion {
    name: Text::new("An operator aborts at p2", "人工在 p2 中止"),
    change: Change::Fault("do=p2@now:force-abort.1"),
};

pub const COORDINATOR_DIES: Entry = Entry {
    id: "2pc-coordinator-dies",
    question: Text::new(
        "Everyone voted yes, then the coordinator died. Who may decide?",
        "所有人都投了赞成票，然后协调者死了。谁可以作决定？",
    ),
    answer: Text::new(
        "Nobody. Each has promised to do as told and cannot know what would have been told: all wait, with their locks \
         held, until the coordinator is back.",
        "谁也不可以。每个数据库都承诺听从决定，又无从知道决定会是什么：只能持锁等待，直到协调者恢复。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:p3:yes.1"],
    until: Span::millis(3_500),
    suggestions: &[RESTART_COORDINATOR, CUT_THE_NETWORK, TRY_3PC],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: NotYet, BLOCKED_ROW;
        ANSWERED: NotYet, BLOCKED_ROW;
        CONSERVED: Holds, "nothing is committed anywhere: blocked is not inconsistent";
    },
};

pub const PARTICIPANT_BEFORE_VOTE: Entry = Entry {
    id: "2pc-database-dies-before-vote",
    question: Text::new(
        "A database dies before it has voted. Must the others wait for it?",
        "一个数据库在投票前宕机。其他人必须等它吗？",
    ),
    answer: Text::new(
        "No: who has not voted has promised nothing. The coordinator's patience ends, all abort, and the dead one finds \
         nothing to do when it is back.",
        "不必：没投票就没有承诺。协调者等到超时就全部中止，宕机者恢复后也无事可做。",
    ),
    parameters: &[("vote-timeout", "200ms")],
    seed: 1,
    faults: &["crash=p2@after:c:prepare.1", "restart=p2@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Let it die after its vote", "改为投票之后宕机"),
            change: Change::Fault("crash=p2@after:yes.1:c"),
        },
        Suggestion {
            name: Text::new("Crash the coordinator too", "协调者也宕机"),
            change: Change::Fault("crash=c@now"),
        },
        OPERATOR_ABORTS,
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, BEFORE_VOTE_ROW;
        ANSWERED: Holds, BEFORE_VOTE_ROW;
        CONSERVED: Holds, BEFORE_VOTE_ROW;
    },
};

pub const PARTICIPANT_AFTER_VOTE: Entry = Entry {
    id: "2pc-database-dies-after-vote",
    question: Text::new(
        "A database votes yes and dies. How does it know, when it is back, what it had promised?",
        "一个数据库投了赞成票就宕机。恢复之后，它怎么知道自己承诺过什么？",
    ),
    answer: Text::new(
        "From its own log: the promise was on disk before the vote left. It locks the rows again, asks, and commits like \
         the others.",
        "靠自己的日志：投票之前承诺已落盘。它重新锁住这些行，询问，然后和大家一样提交。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=p2@after:yes.1:c", "restart=p2@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Vote before the disk has it", "尚未落盘就投票"),
            change: Change::Parameter("mistake", "reply-before-fsync"),
        },
        Suggestion {
            name: Text::new("Lose its promise", "丢失它的承诺"), change: Change::Fault("do=p2@100ms:lose.1")
        },
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now")
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, "sheet §1: prepared(tx) force-written before VoteYes; 2PC-5 after recovery";
        ANSWERED: Holds, "the decision does not need the crashed database once it has voted";
        CONSERVED: Holds, "sheet §1, 2PC-1 under CRASHREC";
    },
};

pub const COORDINATOR_UNDECIDED: Entry = Entry {
    id: "2pc-coordinator-dies-undecided",
    question: Text::new(
        "The power fails while the decision is on its way to the disk. What was decided?",
        "决定还在写往磁盘的路上就断电了。决定到底是什么？",
    ),
    answer: Text::new(
        "Nothing: without its record there is no commit. The coordinator comes back knowing nothing, and whoever asks is \
         told to abort.",
        "没有决定：记录没落盘就没有提交。协调者恢复后一无所知，谁来问就让谁中止。",
    ),
    parameters: &[("answer-timeout", "2s")],
    seed: 1,
    faults: &["power=c@after:write:decided-commit.1", "restart=c@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Half a millisecond later", "晚半毫秒断电"),
            change: Change::Fault("power=c@after:durable:decided-commit.1"),
        },
        Suggestion {
            name: Text::new("Send before the disk has it", "尚未落盘就发送"),
            change: Change::Parameter("mistake", "commit-before-fsync"),
        },
        Suggestion {
            name: Text::new("Let nobody ask", "谁也不询问"), change: Change::Parameter("inquiry", "off")
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, UNDECIDED_ROW;
        ANSWERED: Holds, UNDECIDED_ROW;
        CONSERVED: Holds, UNDECIDED_ROW;
    },
};

pub const COORDINATOR_DECIDED: Entry = Entry {
    id: "2pc-coordinator-dies-decided",
    question: Text::new(
        "The decision is on disk, but nobody has heard it when the coordinator dies. Is the order committed?",
        "决定已落盘，还没有任何人听到，协调者就死了。订单算提交了吗？",
    ),
    answer: Text::new(
        "Yes, since the fsync. The others are in doubt about something that is certain, and learn it when the \
         coordinator reads its log.",
        "算，从落盘那一刻起就是。其他人疑惑的是一件已成定局的事，等协调者读完日志就会知道。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:durable:decided-commit.1", "restart=c@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Lose the decision's record", "丢失决定的记录"),
            change: Change::Fault("do=c@200ms:lose.1"),
        },
        Suggestion {
            name: Text::new("An operator aborts at p2", "人工在 p2 中止"),
            change: Change::Fault("do=p2@100ms:force-abort.1"),
        },
        TRY_3PC,
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, DECIDED_ROW;
        ANSWERED: Holds, DECIDED_ROW;
        CONSERVED: Holds, DECIDED_ROW;
    },
};

pub const COORDINATOR_BETWEEN_COMMITS: Entry = Entry {
    id: "2pc-coordinator-dies-between-commits",
    question: Text::new(
        "One database has heard “commit”, two have not, and the coordinator is down. Is this the famous inconsistency?",
        "一个数据库听到了“提交”，两个没有，协调者又宕机了。这就是传说中的数据不一致吗？",
    ),
    answer: Text::new(
        "No, it is a wait: the two are in doubt, not aborted, and nobody can read what they have locked. The recovered \
         coordinator repeats the commit, and all agree.",
        "不是，这是等待：那两个悬而未决而不是已中止，它们锁住的数据谁也读不到。协调者恢复后重发提交，大家就一致了。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:commit.1:p1", "restart=c@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("An operator aborts at p2", "人工在 p2 中止"),
            change: Change::Fault("do=p2@100ms:force-abort.1"),
        },
        Suggestion {
            name: Text::new("Lose the decision's record", "丢失决定的记录"),
            change: Change::Fault("do=c@200ms:lose.1"),
        },
        TRY_3PC,
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, DECIDED_ROW;
        ANSWERED: Holds, DECIDED_ROW;
        CONSERVED: Holds, DECIDED_ROW;
    },
};

pub const COORDINATOR_GONE_DECIDED: Entry = Entry {
    id: "2pc-coordinator-gone-after-one-commit",
    question: Text::new(
        "One database knows the decision and the coordinator is gone for good. Why do the others still wait?",
        "有一个数据库知道决定，而协调者永远不在了。为什么其他数据库还在等？",
    ),
    answer: Text::new(
        "Because in this protocol they ask the coordinator only. The goods have left the shelf, the till cannot book the \
         money, and its lock is held until somebody acts.",
        "因为在这个协议里它们只问协调者。货已出库，收款库却记不了账，锁也一直持有，直到有人介入。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:commit.1:p1"],
    until: Span::millis(3_500),
    suggestions: &[RESTART_COORDINATOR, OPERATOR_ABORTS, TRY_3PC],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: NotYet, "sheet §1: RMs that got none stay blocked meanwhile; the TM does not come back";
        ANSWERED: NotYet, "the answer would have followed the last commit message";
        CONSERVED: NotYet, "p1 has committed, p2 is still in doubt: temporary divergence that never ends";
    },
};

pub const COORDINATOR_AND_DATABASE_GONE: Entry = Entry {
    id: "2pc-coordinator-and-database-gone",
    question: Text::new(
        "The coordinator is dead, and so is the only database that heard it. Can the survivors work it out?",
        "协调者死了，唯一听到决定的数据库也死了。幸存者能推断出来吗？",
    ),
    answer: Text::new(
        "No. The dead database may have committed or not, and to the survivors both look the same: any guess can be \
         wrong, so no protocol may let them guess.",
        "不能。死去的数据库可能提交了，也可能没有，在幸存者看来毫无区别：怎么猜都可能错，所以任何协议都不能让它们猜。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:commit.1:p1", "crash=p1@after:durable:committed.1"],
    until: Span::millis(3_500),
    suggestions: &[
        RESTART_COORDINATOR,
        Suggestion {
            name: Text::new("Restart the database", "重启数据库"), change: Change::Fault("restart=p1@now")
        },
        OPERATOR_ABORTS,
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: NotYet, "sheet §1: TM and one RM dead — survivors cannot tell whether it committed";
        ANSWERED: NotYet, BLOCKED_ROW;
        CONSERVED: NotYet, "p1's commit is durable though p1 is down; p2 is in doubt";
    },
};

pub const NOBODY_ASKS: Entry = Entry {
    id: "2pc-nobody-asks",
    question: Text::new(
        "The coordinator is back and remembers nothing, and the databases only wait to be told. How long?",
        "协调者回来了，却什么都不记得；数据库只会等通知。要等多久？",
    ),
    answer: Text::new(
        "For ever. The textbook's picture has no question in it: without inquiry a lost decision blocks the databases \
         although everybody is alive.",
        "永远。教科书的图里没有“询问”：没有询问，决定一旦丢失，即使人人都活着，数据库也会一直阻塞。",
    ),
    parameters: &[("inquiry", "off"), ("answer-timeout", "2s")],
    seed: 1,
    faults: &["power=c@after:write:decided-commit.1", "restart=c@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion { name: Text::new("Let them ask", "让它们询问"), change: Change::Parameter("inquiry", "on") },
        OPERATOR_ABORTS,
        TRY_3PC,
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Violated, "sheet §1: prepared RM: retry Inquire for ever — left out here, as in the notes";
        ANSWERED: Holds, "the client asks, and no information means abort";
        CONSERVED: Holds, "nothing is committed anywhere";
    },
};
