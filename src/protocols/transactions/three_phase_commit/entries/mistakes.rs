//! One line written wrongly on purpose, and the run in which that shows.

use super::*;
use crate::protocols::Expected::{Holds, NotYet, Violated};
use crate::sim::time::Span;

pub const REPLY_BEFORE_FSYNC: Entry = Entry {
    id: "3pc-reply-before-fsync",
    question: Text::new(
        "p1 acknowledges preCommit and saves the disk write for later; then the power fails. Is its word good?",
        "p1 先应答 preCommit、把落盘留到后面，随即断电。它的话还算数吗？",
    ),
    answer: Text::new(
        "No. The others commit on p1's word; p1 wakes in READY, knows of no preCommit, and aborts. The disk write before \
         the reply is what a reply is worth.",
        "不算。别人凭它的话提交了；p1 醒来时处于 READY，不知道有过 preCommit，于是中止。应答之前的那次落盘，就是应答的全部分量。",
    ),
    parameters: &[("mistake", "reply-before-fsync")],
    seed: 1,
    faults: &["power=p1@after:ack.1:c", "restart=p1@100ms", "crash=c@after:commit.1:p3"],
    until: Span::seconds(20),
    suggestions: &[WITHOUT_MISTAKE, RESTART_COORDINATOR, TERMINATION_ON],
    expected: Expectations::of(&[
        agreement(Violated, "sheet §1, subtle bugs: replying before fsync; sheet §2: p forced before ack"),
        lags(Holds, "3PC-3: p1 is down when the others commit"),
        in_doubt(Holds, "3PC-2: every time-out ends in a decision"),
        NOT_ANSWERED,
        conserved(NotYet, "p2 took money, p1 gave no goods; only the client still asks"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const COMMIT_ON_MAJORITY: Entry = Entry {
    id: "3pc-commit-on-majority",
    question: Text::new("Two of three say yes. Isn't that a majority?", "三个里有两个同意。不就是多数吗？"),
    answer: Text::new(
        "Databases are not copies of each other: p2's no means that there is no money. Goods go out unpaid. A quorum may \
         replace knowledge about votes, never a vote.",
        "各数据库不是彼此的副本：p2 的 no 意味着钱收不到，货却白白出库。法定人数可以代替“知道票数”，不能代替一张票。",
    ),
    parameters: &[("mistake", "commit-on-majority"), ("refuse", "p2")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[WITHOUT_MISTAKE, CRASH_COORDINATOR, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Violated, "2PC-1: p2 aborted with its no, the others commit"),
        lags(Holds, "p2 is in ABORT, not short of PRECOMMIT"),
        in_doubt(Holds, "everybody decides"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Violated, "p1 took goods, p2 no money"),
        expect(id::ALL_VOTED_YES, Violated, "2PC-2 (AC2); sheet §1: commit on majority"),
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const IMPATIENT_PARTICIPANTS: Entry = Entry {
    id: "3pc-impatient-participants",
    question: Text::new(
        "Participants time out in half the coordinator's time. Faster is better, isn't it?",
        "参与者的超时只有协调者的一半。快一点不是更好吗？",
    ),
    answer: Text::new(
        "One lost preCommit, and p1 and p3 have committed at one and a half seconds; at three the coordinator aborts. With \
         six seconds the abort would have been there in time.",
        "只丢一条 preCommit，p1、p3 在一秒半时就已提交；三秒时协调者中止。如果等六秒，中止会及时到达。",
    ),
    parameters: &[("mistake", "impatient-participants")],
    seed: 1,
    faults: &["drop=c:pre-commit.1:p2"],
    until: Span::seconds(20),
    suggestions: &[WITHOUT_MISTAKE, TERMINATION_ON, TRY_TWO_PHASES],
    expected: Expectations::of(&[
        agreement(Violated, "3PC-4: participant time-out must exceed the coordinator's phase-2 time-out plus delay"),
        lags(Holds, "3PC-3: READY's clock started before PRECOMMIT's, so p2 has aborted by the time p1 commits"),
        in_doubt(Holds, "3PC-2: every time-out ends in a decision"),
        answered(Holds, "the coordinator lives: it tells the client that the order was aborted"),
        conserved(Violated, "p1 took goods, p2 no money"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const READY_DECIDES_ALONE: Entry = Entry {
    id: "3pc-ready-decides-alone",
    question: Text::new(
        "p2 died in READY and comes back fourteen seconds later. In READY one aborts, doesn't one?",
        "p2 在 READY 时宕机，很久以后恢复。处于 READY 不就该中止吗？",
    ),
    answer: Text::new(
        "Only whoever was there all the time. While p2 was down, p1 and p3 moved to PRECOMMIT and committed. Whoever comes \
         back must ask.",
        "只有一直在场的才行。p2 不在时，p1、p3 已进入 PRECOMMIT 并提交。恢复者必须先问。",
    ),
    parameters: &[("termination", "on"), ("mistake", "ready-decides-alone")],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1", "crash=p2@1s", "restart=p2@20s"],
    until: Span::seconds(40),
    suggestions: &[WITHOUT_MISTAKE, TERMINATION_QUORUM, TERMINATION_OFF],
    expected: Expectations::of(&[
        agreement(Violated, "sheet §2: a recovering site asks; if it was in w it may not decide alone"),
        lags(Holds, "3PC-3: p2 is down when the others commit"),
        in_doubt(Holds, "everybody decides"),
        NOT_ANSWERED,
        conserved(NotYet, "p1 took goods, p2 no money; only the client still asks"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const COMMIT_WITHOUT_MOVING: Entry = Entry {
    id: "3pc-commit-without-moving",
    question: Text::new(
        "p1 leads and sees itself in PRECOMMIT. Why move the others first, if the end is clear?",
        "p1 主持时看到自己在 PRECOMMIT。结局既然已定，何必先让别人也进入？",
    ),
    answer: Text::new(
        "Because p1 may die right after its commit: then only READY is left, and READY aborts. Here all goes well by luck; \
         the step that was skipped is the one that makes a crash harmless.",
        "因为 p1 可能刚提交就宕机：剩下的都在 READY，而 READY 会中止。这里只是侥幸没事；省掉的那一步，正是让宕机无害的一步。",
    ),
    parameters: &[("termination", "on"), ("mistake", "commit-without-moving")],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1"],
    until: Span::seconds(20),
    suggestions: &[
        WITHOUT_MISTAKE,
        Suggestion {
            name: Text::new("Crash p1 right after its commit", "p1 刚提交就让它宕机"),
            change: Change::Fault("crash=p1@after:durable:committed.1"),
        },
        RESTART_COORDINATOR,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "p1's commit reaches the others in this run"),
        lags(Violated, "3PC-3: p1 commits while p2 and p3 are in READY"),
        in_doubt(Holds, "everybody decides"),
        NOT_ANSWERED,
        conserved(Holds, "the order is done everywhere in this run"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const SMALL_QUORUMS: Entry = Entry {
    id: "3pc-small-quorums",
    question: Text::new(
        "One database of three for a commit, one for an abort. What if both are found?",
        "三个数据库里，一个就能提交，一个就能中止。两边都凑够了怎么办？",
    ),
    answer: Text::new(
        "They are: p1 on its side commits, p2 and p3 on theirs abort. Two quorums must have a member in common, so \
         Vc + Va has to exceed N.",
        "果然都凑够了：p1 这边提交，p2、p3 那边中止。两种法定人数必须有交集，所以 Vc + Va 必须大于 N。",
    ),
    parameters: &[("termination", "quorum"), ("mistake", "small-quorums")],
    seed: 1,
    faults: &["crash=c@after:pre-commit.1:p1", "cut=p1/p2,p3@1s+20s"],
    until: Span::seconds(40),
    suggestions: &[WITHOUT_MISTAKE, TERMINATION_ON, TERMINATION_OFF],
    expected: Expectations::of(&[
        agreement(Violated, "Skeen 1982, issue: Vc + Va > N is needed"),
        lags(Violated, "3PC-3: p1 commits while p2 and p3 are in READY"),
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

pub const IGNORES_PREABORT: Entry = Entry {
    id: "3pc-ignores-preabort",
    question: Text::new(
        "p3 promised to join no commit, then the network changes sides. Does its promise still count?",
        "p3 承诺过不再参与提交，随后网络换了边。这个承诺还算数吗？",
    ),
    answer: Text::new(
        "It has to: p2 has aborted on it, and died. Here p3 forgets it, joins p1, and the two make a commit quorum. \
         Quorums protect only if whoever was counted once is never counted for the opposite.",
        "必须算数：p2 正是凭它中止的，随后宕机。这里 p3 忘了承诺，与 p1 凑成提交法定人数。被计入过一方的人绝不能再计入相反一方，法定人数才有保护作用。",
    ),
    parameters: &[("termination", "quorum"), ("mistake", "ignores-preabort")],
    seed: 1,
    faults: &[
        "crash=c@after:pre-commit.1:p1",
        "cut=p1/p2,p3@1s+11s",
        "crash=p2@after:durable:aborted.1",
        "restart=p2@30s",
    ],
    until: Span::seconds(50),
    suggestions: &[WITHOUT_MISTAKE, TERMINATION_ON, RESTART_COORDINATOR],
    expected: Expectations::of(&[
        agreement(Violated, "issue: PREABORT is barred from commit quorums, as PRECOMMIT from abort's"),
        lags(Holds, "3PC-3: p1 and p3 are in PRECOMMIT, p2 is in ABORT"),
        in_doubt(Holds, "everybody decides"),
        NOT_ANSWERED,
        conserved(NotYet, "p1 took goods, p2 no money; only the client still asks"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const TAKES_BACK: Entry = Entry {
    id: "3pc-takes-back",
    question: Text::new(
        "p1 has committed by itself, and two seconds later the coordinator's abort gets through. Should p1 obey?",
        "p1 已自行提交，两秒后协调者的中止终于送到。p1 应该服从吗？",
    ),
    answer: Text::new(
        "No: somebody may have read the row by now, so a commit that can be taken back is none. Obeying hides the \
         disagreement in the log; the goods are gone all the same.",
        "不应该：这行可能已被读走，能收回的提交就不是提交。服从只会把分歧藏进日志，货还是没了。",
    ),
    parameters: &[("mistake", "takes-back")],
    seed: 1,
    faults: &["cut=p1/c,p2,p3@5.2ms+8s"],
    until: Span::seconds(20),
    suggestions: &[WITHOUT_MISTAKE, TERMINATION_ON, TERMINATION_QUORUM],
    expected: Expectations::of(&[
        agreement(Violated, "sheet §2: message loss, no crash: VIOLATED, with or without the mistake"),
        lags(Holds, "3PC-3: the others aborted at three seconds, p1 commits at six"),
        in_doubt(Holds, "everybody decides"),
        answered(Holds, "the coordinator lives: it tells the client that the order was aborted"),
        conserved(Violated, "the row that p1 committed stays as it is"),
        EVERY_YES,
        REASON,
        expect(id::IRREVOCABLE, Violated, "2PC-4 (AC4): p1 commits, then aborts"),
        LOCKS,
        FORGETTING,
    ]),
};

pub const PRESUMES_ABORT: Entry = Entry {
    id: "3pc-presumes-abort",
    question: Text::new(
        "The client asks early what became of its order. There is no decision in the log: is that an abort?",
        "客户端早早来问订单结果。日志里没有决定：这算中止吗？",
    ),
    answer: Text::new(
        "Only if nothing is under way. \"No record means abort\" is a rule for what the coordinator does not remember; \
         here it aborts an order that everybody was about to commit.",
        "只有什么都没在进行才算。“没有记录即中止”针对的是协调者已不记得的事务；这里它把大家正要提交的订单中止了。",
    ),
    parameters: &[("mistake", "presumes-abort"), ("answer-timeout", "5ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[WITHOUT_MISTAKE, CRASH_COORDINATOR, CUT_FIRST],
    expected: Expectations::of(&[
        agreement(Holds, "everybody aborts"),
        lags(Holds, "nobody commits"),
        in_doubt(Holds, "abort reaches everybody"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "the order is done nowhere"),
        EVERY_YES,
        expect(id::ABORT_HAS_A_REASON, Violated, "2PC-3 (AC3): no vote, no time-out, no fault"),
        IRREVOCABLE,
        LOCKS,
        FORGETTING,
    ]),
};

pub const FORGETS_EARLY: Entry = Entry {
    id: "3pc-forgets-early",
    question: Text::new(
        "Everybody has been told to commit. May the coordinator forget the order now?",
        "已经通知所有人提交。协调者现在可以忘掉这个订单吗？",
    ),
    answer: Text::new(
        "Not before they have said that it is on their disks. Nothing goes wrong in this run; but lose one of these three \
         commits, and its database decides by time-out alone.",
        "要等他们回答已经落盘。这次没有出事；但这三条 commit 只要丢一条，那个数据库就只能靠超时自行决定。",
    ),
    parameters: &[("mistake", "forgets-early")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[
        WITHOUT_MISTAKE,
        Suggestion {
            name: Text::new("Lose the commit to p1", "丢掉发给 p1 的 commit"),
            change: Change::Fault("drop=c:commit.1:p1"),
        },
        CRASH_FIRST,
    ],
    expected: Expectations::of(&[
        agreement(Holds, "all three commits arrive"),
        lags(Holds, "doCommit is sent only after every ack of preCommit"),
        in_doubt(Holds, "all three commits arrive"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "the order is done everywhere"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        LOCKS,
        expect(id::FORGETTING, Violated, "sheet §1: end(tx) only after all acknowledgements"),
    ]),
};

pub const RELEASE_AFTER_PRE_COMMIT: Entry = Entry {
    id: "3pc-release-after-pre-commit",
    question: Text::new(
        "PRECOMMIT almost surely commits. Why hold the row until it does?",
        "到了 PRECOMMIT 几乎肯定会提交。为什么还要一直锁着行？",
    ),
    answer: Text::new(
        "Almost is not surely: if it is aborted, whoever wrote over the row in between has built on a value that never \
         was. Locks last until the decision is on disk.",
        "几乎不等于肯定：一旦中止，期间写过这行的人就建立在一个从未存在的值上。锁要持有到决定落盘为止。",
    ),
    parameters: &[("mistake", "release-after-pre-commit")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[WITHOUT_MISTAKE, CRASH_COORDINATOR, CUT_FIRST],
    expected: Expectations::of(&[
        agreement(Holds, "sheet §2, faults allowed: none: safe"),
        lags(Holds, "doCommit is sent only after every ack of preCommit"),
        in_doubt(Holds, "nothing fails"),
        answered(Holds, "the coordinator lives and decides"),
        conserved(Holds, "one order alone meets nobody"),
        EVERY_YES,
        REASON,
        IRREVOCABLE,
        expect(id::LOCKS, Violated, "2PC-6: locks until the decision"),
        FORGETTING,
    ]),
};
