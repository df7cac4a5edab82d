//! The half that the notes leave out: somebody collects all states before anybody decides.

use super::*;
use crate::protocols::Expected::{Holds, NotYet, Violated};
use crate::sim::time::Span;

pub const MENDS: Entry = Entry {
    id: "3pc-termination-mends",
    question: Text::new(
        "The same crash between two preCommits, but nobody may decide alone. What changes?",
        "同样在两条 preCommit 之间宕机，但谁都不许独自决定。结果有何不同？",
    ),
    answer: Text::new(
        "p1 stands for election, finds itself in PRECOMMIT and the others in READY, first moves them to PRECOMMIT, and \
         commits only then. Whoever leads, and whoever dies next: those who are left come to the same end.",
        "p1 出来主持，发现自己在 PRECOMMIT、其他人在 READY，于是先让他们进入 PRECOMMIT，然后才提交。无论谁主持、谁接着宕机，剩下的人都会得到同一结果。",
    ),
    parameters: &[("termination", "on")],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1"],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash p1 while it leads", "在 p1 主持时让它宕机"),
            change: Change::Fault("crash=p1@after:pre-commit.1:p2"),
        },
        Suggestion {
            name: Text::new("Cut p1 off after the crash", "宕机后切断 p1"),
            change: Change::Fault("cut=p1/p2,p3@1s+20s"),
        },
        TERMINATION_OFF,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2: coordinator crash + termination protocol: safe"),
        lags(Holds, "3PC-3: any p and no a: move everybody to p, then commit"),
        in_doubt(Holds, "3PC-2: at most N-1 crashes, no partition, termination on: every live participant decides"),
        NOT_ANSWERED,
        conserved(Holds, "the order is done everywhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const CANDIDATES: Entry = Entry {
    id: "3pc-several-candidates",
    question: Text::new(
        "The coordinator dies and everybody stands for election at once. Who leads?",
        "协调者宕机，所有人同时出来主持。听谁的？",
    ),
    answer: Text::new(
        "The highest attempt number: round first, then name. Whoever hears of a higher one gives up its own, and a site \
         follows no lower one afterwards, so two leaders can never act on two counts of the same states.",
        "听编号最大的：先比轮次，再比名字。谁听到更大的编号就放弃自己的，之后也不再跟随更小的，因此不会有两个主持者各按一次统计行事。",
    ),
    parameters: &[("termination", "on"), ("stagger", "0ms")],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1"],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash p3, who wins", "让胜出的 p3 宕机"),
            change: Change::Fault("crash=p3@after:pre-commit.1:p1"),
        },
        CRASH_FIRST,
        TERMINATION_QUORUM,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2: coordinator crash + termination protocol: safe, whoever is elected"),
        lags(Holds, "3PC-3: the one leader moves everybody to p first"),
        in_doubt(Holds, "3PC-2: the highest attempt is followed by all"),
        NOT_ANSWERED,
        conserved(Holds, "the order is done everywhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const TWO_CRASHES: Entry = Entry {
    id: "3pc-coordinator-and-participant-die",
    question: Text::new(
        "The only one in PRECOMMIT dies as well, and comes back when the others have aborted. May it commit?",
        "唯一处于 PRECOMMIT 的参与者也宕机了，恢复时其他人已经中止。它可以提交吗？",
    ),
    answer: Text::new(
        "No: whoever has been down asks, and decides nothing alone, in PRECOMMIT as little as in READY. The others saw \
         nobody in PRECOMMIT and rightly aborted. By the notes' rules p1 would commit.",
        "不可以：宕过机的先询问，不独自决定，无论处于 READY 还是 PRECOMMIT。其他人没看到任何人在 PRECOMMIT，中止得对。按笔记的规则，p1 会提交。",
    ),
    parameters: &[("termination", "on")],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1", "crash=p1@1s", "restart=p1@20s"],
    until: Span::seconds(40),
    suggestions: &[TERMINATION_OFF, TERMINATION_QUORUM, RESTART_COORDINATOR],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2: coordinator crash + termination protocol (+ participant crash): safe"),
        lags(Holds, "nobody commits"),
        in_doubt(Holds, "3PC-2: those alive decide, and p1 is told when it asks"),
        NOT_ANSWERED,
        conserved(Holds, "the order is done nowhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const REFUSES_ON: Entry = Entry {
    id: "3pc-refuses-pre-commit-on",
    question: Text::new(
        "Others may end it now: may the coordinator still simply abort when p2 refuses preCommit?",
        "现在别人也能结束事务：p2 拒绝 preCommit 时，协调者还能直接中止吗？",
    ),
    answer: Text::new(
        "No. \"PRECOMMIT here, aborted there\" would leave the survivors of a crash with the wrong clue. So those in \
         PRECOMMIT first step back to PREABORT, and abort is decided when nobody is in PRECOMMIT any more.",
        "不能。“这里 PRECOMMIT、那里已中止”会给幸存者错误的线索。所以先让处于 PRECOMMIT 的退回 PREABORT，等没有人在 PRECOMMIT 了才决定中止。",
    ),
    parameters: &[("termination", "on"), ("refuse", "p2"), ("refuse-in", "pre-commit")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash c as it brings them back", "在召回途中让协调者宕机"),
            change: Change::Fault("crash=c@after:pre-abort.1:p1"),
        },
        TERMINATION_OFF,
        TERMINATION_QUORUM,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "Skeen 1981: no state may have both c and a in its concurrency set"),
        lags(Holds, "nobody commits"),
        in_doubt(Holds, "abort reaches everybody"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "p1 and p3 roll back"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const PARTITION_BREAKS_ON: Entry = Entry {
    id: "3pc-partition-breaks-termination",
    question: Text::new(
        "The coordinator is dead and p1 is cut off from the rest. Is the termination protocol still safe?",
        "协调者已死，p1 又与其余隔离。终止协议还安全吗？",
    ),
    answer: Text::new(
        "No. Each side takes the other for dead. p1, in PRECOMMIT, finds nobody and commits; p2 and p3 find nobody in \
         PRECOMMIT and abort. Without a partition this could not happen, with one it must.",
        "不安全。双方都以为对方死了。p1 处于 PRECOMMIT，找不到别人，于是提交；p2、p3 没看到任何人在 PRECOMMIT，于是中止。没有分区不会如此，有分区则必然如此。",
    ),
    parameters: &[("termination", "on")],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1", "cut=p1/p2,p3@1s+20s"],
    until: Span::seconds(40),
    suggestions: &[TERMINATION_QUORUM, TERMINATION_OFF, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Violated, "sheet §2: the termination protocol assumes no partitions; issue: a partition breaks it"),
        lags(Violated, "3PC-3 breaks exactly when synchrony breaks: p1 leads first, p2 and p3 are in READY"),
        in_doubt(Holds, "each side decides"),
        NOT_ANSWERED,
        conserved(NotYet, "p1 took goods, p2 no money; only the client still asks"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const PARTITION_ALONE_BREAKS_ON: Entry = Entry {
    id: "3pc-partition-alone-breaks-termination",
    question: Text::new(
        "Nobody dies at all: does a partition alone break the termination protocol?",
        "没有任何节点宕机：单凭一次分区，能破坏终止协议吗？",
    ),
    answer: Text::new(
        "It does. The coordinator misses p1's ack and brings p2 and p3 back before it aborts, as it should; p1 takes \
         everybody for dead and commits.",
        "能。协调者没等到 p1 的 ack，照规矩先召回 p2、p3 再中止；p1 却以为大家都死了，于是提交。",
    ),
    parameters: &[("termination", "on")],
    seed: 1,
    faults: &["cut=p1/c,p2,p3@5.2ms+10s"],
    until: Span::seconds(20),
    suggestions: &[TERMINATION_QUORUM, TERMINATION_OFF, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Violated, "sheet §2: the termination protocol assumes no partitions"),
        lags(Holds, "3PC-3: p2 and p3 have aborted by the time p1 gives up on them"),
        in_doubt(Holds, "each side decides"),
        answered(Holds, "the coordinator lives: it tells the client that the order was aborted"),
        conserved(Violated, "p1 took goods, p2 no money, and after the heal nothing changes that"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const QUORUM_WAITS: Entry = Entry {
    id: "3pc-quorum-waits",
    question: Text::new(
        "The same crash and the same partition, with quorums. What does p1 do now?",
        "同样的宕机、同样的分区，这次用法定人数。p1 现在怎么办？",
    ),
    answer: Text::new(
        "It waits: one site in PRECOMMIT is no commit quorum of two. p2 and p3 enter PREABORT, which bars them from any \
         commit, and abort. When the network heals p1 learns it. Nobody diverges; p1 pays with fifteen seconds of doubt.",
        "它等待：一个 PRECOMMIT 凑不够两个的提交法定人数。p2、p3 进入 PREABORT，从此不能再参与提交，然后中止。网络恢复后 p1 得知结果。没有人不一致，代价是 p1 多等了十几秒。",
    ),
    parameters: &[("termination", "quorum")],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1", "cut=p1/p2,p3@1s+20s"],
    until: Span::seconds(40),
    suggestions: &[
        TERMINATION_ON,
        TERMINATION_OFF,
        Suggestion {
            name: Text::new("Make quorums of half the databases", "把法定人数改成一半"),
            change: Change::Parameter("mistake", "small-quorums"),
        },
    ],
    expected: Expectations::of(&[
        agreement(Holds, "Skeen 1982, issue: Vc + Va > N, PRECOMMIT and PREABORT bar each other"),
        lags(Holds, "nobody commits"),
        in_doubt(Holds, "after the heal p1's next attempt finds the abort"),
        NOT_ANSWERED,
        conserved(Holds, "the order is done nowhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const QUORUM_COMMITS: Entry = Entry {
    id: "3pc-quorum-commits",
    question: Text::new(
        "An ack is cut off, but two of three are in PRECOMMIT. Must the coordinator abort?",
        "一个 ack 被切断，但三个里有两个在 PRECOMMIT。协调者必须中止吗？",
    ),
    answer: Text::new(
        "With quorums it may not even: two in PRECOMMIT could have committed without it, so it commits. p1 waits on its \
         side of the partition and commits after the heal.",
        "用法定人数时甚至不许中止：两个 PRECOMMIT 可能已经自行提交，所以它提交。p1 在分区另一侧等待，恢复后提交。",
    ),
    parameters: &[("termination", "quorum")],
    seed: 1,
    faults: &["cut=p1/c,p2,p3@5.2ms+10s"],
    until: Span::seconds(20),
    suggestions: &[TERMINATION_ON, TERMINATION_OFF, CRASH_COORDINATOR],
    expected: Expectations::of(&[
        agreement(Holds, "Skeen 1982, issue: commit needs a site in PRECOMMIT and Vc sites there"),
        lags(Holds, "3PC-3: p1 is in PRECOMMIT too"),
        in_doubt(Holds, "after the heal p1 hears the decision"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "the order is done everywhere, at p1 last"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const QUORUM_BLOCKED: Entry = Entry {
    id: "3pc-quorum-blocks-minority",
    question: Text::new(
        "The partition never heals. What has become of \"nobody waits for a dead coordinator\"?",
        "分区永远不恢复。“没有人需要等待死去的协调者”还成立吗？",
    ),
    answer: Text::new(
        "It is gone for the minority: p1 asks, finds no quorum, and asks again, its row locked for ever. Under partitions \
         no protocol can both never block and never diverge.",
        "对少数派不再成立：p1 询问、凑不够人数、再询问，行一直锁着。在分区之下，没有协议能既不阻塞又不分歧。",
    ),
    parameters: &[("termination", "quorum")],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1", "cut=p1/p2,p3@1s"],
    until: Span::seconds(40),
    suggestions: &[RESTART_COORDINATOR, TERMINATION_ON, TERMINATION_OFF],
    expected: Expectations::of(&[
        agreement(Holds, "Skeen 1982, issue: Vc + Va > N"),
        lags(Holds, "nobody commits"),
        in_doubt(NotYet, "issue: else wait; 3PC-2 is claimed only without partitions"),
        NOT_ANSWERED,
        conserved(Holds, "nothing is committed anywhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const REFUSES_QUORUM: Entry = Entry {
    id: "3pc-refuses-pre-commit-quorum",
    question: Text::new(
        "p2 refuses preCommit, but the two others already make a commit quorum. Who prevails?",
        "p2 拒绝 preCommit，另外两个却已凑够提交法定人数。听谁的？",
    ),
    answer: Text::new(
        "The quorum: by the time the refusal arrives the two could have committed on their own. p2's yes was a promise, and \
         it executes now, over its limit. Who asks for quorums should take locks in phase 1.",
        "听法定人数的：拒绝送到时，那两个可能已经自行提交。p2 的 yes 是承诺，现在即使超限也要执行。要用法定人数，就该在阶段 1 加锁。",
    ),
    parameters: &[("termination", "quorum"), ("refuse", "p2"), ("refuse-in", "pre-commit")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[
        TERMINATION_ON,
        TERMINATION_OFF,
        Suggestion {
            name: Text::new("Let every commit need all three", "要求三个全部 PRECOMMIT 才能提交"),
            change: Change::Parameter("commit-quorum", "3"),
        },
    ],
    expected: Expectations::of(&[
        agreement(Holds, "Skeen 1982: Vc sites in PRECOMMIT commit"),
        lags(Violated, "3PC-3: p2 is told to commit while in READY; a quorum commits without it"),
        in_doubt(Holds, "commit reaches everybody"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "p2 executes in the end"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};
