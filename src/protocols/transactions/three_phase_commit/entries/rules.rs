//! The notes' rules: time-outs on both sides, and everybody decides alone.

use super::*;
use crate::protocols::Expected::{Holds, NotYet, Violated};
use crate::sim::time::Span;

const READY_CLOCK_STARTED_FIRST: &str =
    "3PC-3: READY's clock started before PRECOMMIT's, so the others have aborted by the time p1 commits";
pub(super) const DECIDES_ALONE: &str = "3PC-2: every time-out ends in a decision";

pub const AFTER_VOTES: Entry = Entry {
    id: "3pc-coordinator-dies-after-votes",
    question: Text::new(
        "Everyone voted yes, then the coordinator died. Who may decide?",
        "所有人都投了赞成票，协调者却宕机了。谁可以决定？",
    ),
    answer: Text::new(
        "Each by itself. In READY nobody can have committed yet, so after six seconds each aborts. Two-phase commit would \
         wait here for ever, locks held; here no lock has even been taken.",
        "各自决定。处于 READY 意味着不可能有人已提交，于是六秒后各自中止。两阶段提交会在这里一直锁着等下去；而这里连锁都还没加。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@before:write:pre-committing.1"],
    until: Span::seconds(20),
    suggestions: &[RESTART_COORDINATOR, TERMINATION_ON, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2: seed rules, READY time-out: all abort, and no preCommit was sent"),
        lags(Holds, "nobody commits"),
        in_doubt(Holds, DECIDES_ALONE),
        NOT_ANSWERED,
        conserved(Holds, "the order is done nowhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const AFTER_ALL_PRE_COMMITS: Entry = Entry {
    id: "3pc-coordinator-dies-after-pre-commits",
    question: Text::new(
        "Everyone has preCommit, then the coordinator dies. Does anybody wait for it?",
        "所有人都收到了 preCommit，协调者随后宕机。有人要等它吗？",
    ),
    answer: Text::new(
        "Nobody: in PRECOMMIT each knows that all said yes, and commits when its time is up. This is the picture in every \
         textbook, and it needs all preCommits to have left as if they were one step.",
        "没有。处于 PRECOMMIT 的人知道大家都同意，时间一到就提交。每本教科书画的都是这幅图，而它要求所有 preCommit 像一步操作那样全部发出。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p3"],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Lose the last preCommit", "丢掉最后一条 preCommit"),
            change: Change::Fault("drop=c:pre-commit.1:p3"),
        },
        RESTART_COORDINATOR,
        TRY_TWO_PHASES,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2: coordinator crash only, a broadcast is one atomic step: safe"),
        lags(Holds, "3PC-3: everybody is in PRECOMMIT"),
        in_doubt(Holds, DECIDES_ALONE),
        NOT_ANSWERED,
        conserved(Holds, "the order is done everywhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const BETWEEN_TWO_PRE_COMMITS: Entry = Entry {
    id: "3pc-between-two-pre-commits",
    question: Text::new(
        "The coordinator dies between two preCommits. One crash, no lost message: is that enough?",
        "协调者在两条 preCommit 之间宕机。一次宕机，没有丢消息：够不够出错？",
    ),
    answer: Text::new(
        "It is. p1 sits in PRECOMMIT and its time-out commits; p2 and p3 sit in READY and theirs abort. The notes name only \
         a partition; sending one message after the other suffices.",
        "够了。p1 处于 PRECOMMIT，超时后提交；p2、p3 处于 READY，超时后中止。笔记只提到网络分区，其实消息一条一条地发就足以出错。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1"],
    until: Span::seconds(20),
    suggestions: &[TERMINATION_ON, RESTART_COORDINATOR, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Violated, "sheet §2: coordinator crash only, sends are per-recipient: VIOLATED"),
        lags(Holds, READY_CLOCK_STARTED_FIRST),
        in_doubt(Holds, DECIDES_ALONE),
        NOT_ANSWERED,
        conserved(NotYet, "goods left the shelf at p1, and p2 took no money; only the client still asks"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const COORDINATOR_RECOVERS: Entry = Entry {
    id: "3pc-coordinator-recovers",
    question: Text::new(
        "Dead between two preCommits, and back after a second. Is it in time?",
        "在两条 preCommit 之间宕机，一秒后恢复。还来得及吗？",
    ),
    answer: Text::new(
        "Yes: nobody's six seconds are over. Its log says that phase 2 had begun, so it runs phase 2 again, and this time \
         everybody gets preCommit. One second or seven: that is all the difference.",
        "来得及：没有人的六秒已到。日志表明阶段 2 已经开始，于是它重做阶段 2，这次所有人都收到 preCommit。一秒还是七秒，差别就在这里。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1", "restart=c@1s"],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash it again now", "现在再让它宕机一次"),
            change: Change::Fault("crash=c@now"),
        },
        TERMINATION_ON,
        TRY_TWO_PHASES,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "no participant's time-out has passed; p1 acknowledges again, the others execute"),
        lags(Holds, "doCommit is sent only after every ack"),
        in_doubt(Holds, "the recovered coordinator decides"),
        answered(Holds, "the recovered coordinator answers"),
        conserved(Holds, "the order is done everywhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const PARTITION_IN_PHASE_THREE: Entry = Entry {
    id: "3pc-partition-in-phase-three",
    question: Text::new(
        "p2 refused, so the coordinator aborts; but p1 is cut off and never hears of it. What does p1 do?",
        "p2 拒绝，协调者决定中止；可 p1 被切断，听不到。p1 会怎么做？",
    ),
    answer: Text::new(
        "It commits: in PRECOMMIT silence means yes. Goods leave the shelf and nobody pays. This is the flaw that the notes \
         themselves name, and healing the network mends nothing.",
        "它会提交：在 PRECOMMIT，沉默就等于同意。货出了库，钱没人付。这正是笔记自己写下的缺点，网络恢复也无济于事。",
    ),
    parameters: &[("refuse", "p2"), ("refuse-in", "pre-commit")],
    seed: 1,
    faults: &["cut=p1/c,p2,p3@6.8ms+8s"],
    until: Span::seconds(20),
    suggestions: &[TERMINATION_ON, TERMINATION_QUORUM, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Violated, "notes, drawbacks; sheet §2: the coordinator aborts while partitioned in phase 3"),
        lags(Holds, "3PC-3: the others aborted long before p1 commits"),
        in_doubt(Holds, DECIDES_ALONE),
        answered(Holds, "the coordinator lives: it tells the client that the order was aborted"),
        conserved(Violated, "p1 took goods, p2 no money, and after the heal nothing changes that"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const PARTITION_IN_PHASE_TWO: Entry = Entry {
    id: "3pc-partition-in-phase-two",
    question: Text::new(
        "p1 has preCommit and is cut off before its ack gets through. Everyone lives: who is right?",
        "p1 收到 preCommit 后被切断，ack 没能送出。所有人都活着：谁是对的？",
    ),
    answer: Text::new(
        "Both sides keep the rules. The coordinator misses an ack and aborts; p1 hears nothing and commits. No node fails, \
         nobody refuses, and the databases differ for ever.",
        "双方都守规矩。协调者缺一个 ack，于是中止；p1 听不到消息，于是提交。没有节点出错，没有人拒绝，数据库却永远不一致。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["cut=p1/c,p2,p3@5.2ms+8s"],
    until: Span::seconds(20),
    suggestions: &[TERMINATION_ON, TERMINATION_QUORUM, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Violated, "sheet §2: message loss, no crash: VIOLATED"),
        lags(Holds, "3PC-3: the others aborted at three seconds, p1 commits at six"),
        in_doubt(Holds, DECIDES_ALONE),
        answered(Holds, "the coordinator lives: it tells the client that the order was aborted"),
        conserved(Violated, "p1 took goods, p2 no money, and after the heal nothing changes that"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const PAUSED_COORDINATOR: Entry = Entry {
    id: "3pc-paused-coordinator",
    question: Text::new(
        "A garbage collection stops the coordinator for ten seconds between two preCommits. Nobody died: is all well?",
        "垃圾回收让协调者在两条 preCommit 之间停了十秒。没有人宕机：平安无事吗？",
    ),
    answer: Text::new(
        "No. A time-out cannot tell slow from dead: p1 commits, p2 and p3 abort, and the coordinator wakes to find both. \
         Three-phase commit is safe only where messages and pauses have a bound that holds.",
        "不。超时分不清慢和死：p1 提交，p2、p3 中止，协调者醒来时两种结果都在。只有消息延迟和停顿都有确实成立的上限，三阶段提交才安全。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["pause=c@after:pre-commit.1:p1+10s"],
    until: Span::seconds(40),
    suggestions: &[TERMINATION_ON, TERMINATION_QUORUM, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Violated, "sheet §2: premature time-out, no crash: VIOLATED (same trace without the crash)"),
        lags(Holds, READY_CLOCK_STARTED_FIRST),
        in_doubt(Holds, DECIDES_ALONE),
        answered(Holds, "the coordinator wakes, learns of an abort and says so"),
        conserved(Violated, "p1 took goods, p2 no money"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const LOST_MESSAGES: Entry = Entry {
    id: "3pc-two-lost-messages",
    question: Text::new("Nobody fails. How many lost messages does it take?", "没有节点出错。丢几条消息就会出事？"),
    answer: Text::new(
        "Two: the preCommit to p2, so that the coordinator aborts, and the abort to p1, which sits in PRECOMMIT and \
         commits. After one lost message the coordinator's shorter time-out still saves the day.",
        "两条：发给 p2 的 preCommit，使协调者中止；发给 p1 的 abort，使处于 PRECOMMIT 的 p1 超时提交。只丢一条时，协调者较短的超时还来得及挽救。",
    ),
    parameters: &[("decision-retry", "10s")],
    seed: 1,
    faults: &["drop=c:pre-commit.1:p2", "drop=c:abort.1:p1"],
    until: Span::seconds(40),
    suggestions: &[
        Suggestion {
            name: Text::new("Repeat the decision every second", "每秒重发一次决定"),
            change: Change::Parameter("decision-retry", "1s"),
        },
        TERMINATION_ON,
        TRY_TWO_PHASES,
    ],
    expected: Expectations::of(&[
        agreement(Violated, "sheet §2: message loss, no crash: VIOLATED; engine: its loss row is two drops"),
        lags(Holds, "3PC-3: the others aborted at three seconds, p1 commits at six"),
        in_doubt(Holds, DECIDES_ALONE),
        answered(Holds, "the coordinator lives: it tells the client that the order was aborted"),
        conserved(Violated, "p1 took goods, p2 no money"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const RACE: Entry = Entry {
    id: "3pc-time-out-race",
    question: Text::new(
        "The coordinator waits three seconds, the participants two. Who is first to give up?",
        "协调者等三秒，参与者只等两秒。谁先放弃？",
    ),
    answer: Text::new(
        "The participants, and then one lost message suffices: p1 and p3 commit at two seconds, the coordinator aborts at \
         three. It may only abort in phase 2 if nobody can have timed out to commit by then.",
        "参与者先放弃，于是丢一条消息就够了：p1、p3 在两秒时提交，协调者在三秒时中止。只有确信此时还没有人超时提交，协调者才可以在阶段 2 中止。",
    ),
    parameters: &[("participant-timeout", "2s")],
    seed: 1,
    faults: &["drop=c:pre-commit.1:p2"],
    until: Span::seconds(20),
    suggestions: &[
        Suggestion {
            name: Text::new("Let them wait six seconds", "让参与者等六秒"),
            change: Change::Parameter("participant-timeout", "6s"),
        },
        TERMINATION_ON,
        TRY_TWO_PHASES,
    ],
    expected: Expectations::of(&[
        agreement(Violated, "3PC-4: participant time-out must exceed the coordinator's phase-2 time-out plus delay"),
        lags(Holds, READY_CLOCK_STARTED_FIRST),
        in_doubt(Holds, DECIDES_ALONE),
        answered(Holds, "the coordinator lives: it tells the client that the order was aborted"),
        conserved(Violated, "p1 took goods, p2 no money"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};
