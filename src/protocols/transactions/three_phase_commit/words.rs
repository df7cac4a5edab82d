//! The protocol's words: what it is, what is modelled, and its terms.

use crate::protocols::Term;
use crate::protocols::parts::atomic_commitment::participant_number;
use crate::protocols::protocol::{Argument, ArgumentKind, Intervention};
use crate::sim::topology::Topology;
use crate::sim::trace::NodeId;
use crate::text::Text;

pub static SUMMARY: Text = Text::new(
    "Two-phase commit with one more round, so that nobody has to wait for a dead coordinator. First everybody is asked, \
     then everybody is told that all said yes, and only then everybody commits. A database that hears nothing may now \
     decide by itself: abort before it knows that all said yes, commit after. That is safe only if all move on together; \
     a termination protocol sees to that, and quorums see to it even when the network is cut.",
    "两阶段提交加一轮，使谁都不必等待死去的协调者。先询问所有人，再告诉所有人“大家都同意了”，最后才提交。听不到消息的数据库可以自行决定：\
     得知大家都同意之前就中止，之后就提交。但只有大家步调一致时这才安全；终止协议保证这一点，法定人数（quorum）则在网络被切断时也能保证。",
);

pub static MODELLED: &[Text] = &[
    Text::new(
        "canCommit only looks: a database executes, locks and writes undo and redo when preCommit arrives, and may still \
         refuse then.",
        "canCommit 只看一眼：数据库收到 preCommit 才执行、加锁、写 undo 与 redo，并且此时仍可拒绝。",
    ),
    Text::new(
        "Time-outs on both sides: the coordinator aborts in phases 1 and 2; a participant aborts in INIT and READY and \
         commits in PRECOMMIT, or hands over to the termination protocol.",
        "双方都有超时：协调者在阶段 1、2 超时则中止；参与者在 INIT、READY 超时则中止，在 PRECOMMIT 超时则提交，或交给终止协议。",
    ),
    Text::new(
        "Termination with elections by attempt numbers: Skeen's rule among those who never went down, or quorums with \
         PRECOMMIT and PREABORT that bar each other.",
        "终止协议：按尝试编号选出主持者；用 Skeen 的规则（只算从未宕机者），或用互斥的 PRECOMMIT 与 PREABORT 法定人数。",
    ),
    Text::new(
        "Recovery from logs: a coordinator that finds no sign of phase 2 aborts; by the notes' rules it otherwise runs \
         phase 2 again, with a termination protocol it asks. A participant's time-outs run again, or it asks.",
        "从日志恢复：协调者没有阶段 2 的记录就中止；否则按笔记的规则重做阶段 2，有终止协议时则询问。参与者重新计时，或者询问。",
    ),
    Text::new(
        "A commit that reaches a database in READY is executed then, whatever its row allows: a yes is a promise.",
        "commit 到达仍处于 READY 的数据库时，无论该行是否允许都会执行：yes 就是承诺。",
    ),
];

pub static NOT_MODELLED: &[Text] = &[
    Text::new(
        "A perfect failure detector: here silence for a while counts as death, which is exactly what goes wrong.",
        "完美的故障检测器：这里沉默一段时间就当作死亡，而问题正出在这里。",
    ),
    Text::new(
        "Finding out who failed last when everybody has: then all who are back wait until all are back.",
        "全体失效后判断谁最后失效：这里恢复者会一直等到所有人都恢复。",
    ),
    Text::new(
        "Votes with weights, E3PC's quorums that follow the last attempt, Paxos Commit.",
        "带权重的投票、随最近一次尝试变化的 E3PC 法定人数、Paxos Commit。",
    ),
    Text::new(
        "Reads and isolation levels, deadlock detection: a wait for a lock ends by the coordinator's time-out.",
        "读操作与隔离级别、死锁检测：等锁靠协调者超时结束。",
    ),
];

/// The largest number that a transaction can have.
const TRANSACTION_MAX: u32 = 20_000;

pub static INTERVENTIONS: &[Intervention] = &[Intervention {
    key: "lose",
    name: Text::new("The log loses a record", "日志丢失一条记录"),
    help: Text::new(
        "The disk forgets that the participant is in PRECOMMIT, with undo and redo; memory notices at the next start.",
        "磁盘丢失参与者的 PRECOMMIT 记录及 undo、redo；进程要到下次启动才会发现。",
    ),
    applies: is_participant,
    arguments: &[Argument {
        key: "transaction",
        name: Text::new("transaction", "事务"),
        kind: ArgumentKind::Subject,
        minimum: 1,
        maximum: TRANSACTION_MAX,
    }],
}];

fn is_participant(node: NodeId, _topology: &Topology) -> bool {
    participant_number(node).is_some()
}

/// What the nodes are called.
pub static TITLES: [Text; 10] = [
    Text::new("Client", "客户端"),
    Text::new("Coordinator", "协调者"),
    Text::new("Stock", "库存库"),
    Text::new("Till", "收款库"),
    Text::new("Order book", "订单库"),
    Text::new("Coupons", "优惠券库"),
    Text::new("Points", "积分库"),
    Text::new("Shipping", "配送库"),
    Text::new("Invoices", "发票库"),
    Text::new("Gift boxes", "礼盒库"),
];

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub static TERMS: &[Term] = &[
    term(
        "order",
        Text::new("order", "下单（order）"),
        Text::new(
            "The client wants this done at every database, or at none.",
            "客户端要求在所有数据库全部完成，否则全部不做。",
        ),
    ),
    term(
        "can-commit",
        Text::new("canCommit", "询问能否提交（canCommit）"),
        Text::new("Would it go through? Nothing is executed or locked yet.", "能提交吗？此时既不执行也不加锁。"),
    ),
    term(
        "yes",
        Text::new("yes", "赞成（yes）"),
        Text::new(
            "It would go through, by a look. Its sender is now in READY and may still abort by itself when it hears nothing.",
            "看来可以。发出者进入 READY，听不到消息时仍可自行中止。",
        ),
    ),
    term(
        "no",
        Text::new("no", "反对（no）"),
        Text::new("It cannot be done here, and nothing has to be undone.", "这里做不了，也没有什么要撤销。"),
    ),
    term(
        "pre-commit",
        Text::new("preCommit", "预提交（preCommit）"),
        Text::new(
            "All said yes: execute, lock, write undo and redo, and be ready to commit.",
            "大家都同意了：执行、加锁、写下 undo 与 redo，准备提交。",
        ),
    ),
    term(
        "ack",
        Text::new("ack", "应答（ack）"),
        Text::new("Its sender stands where it was asked to, on disk.", "发出者已按要求进入该状态，并已落盘。"),
    ),
    term(
        "refuse",
        Text::new("refuse", "拒绝执行（refuse）"),
        Text::new("It could not be executed after all.", "真正执行时才发现做不了。"),
    ),
    term("commit", Text::new("doCommit", "提交（doCommit）"), Text::new("The decision: finish it.", "决定：完成它。")),
    term("abort", Text::new("abort", "中止（abort）"), Text::new("The decision: undo it.", "决定：撤销它。")),
    term(
        "done",
        Text::new("done", "完成（done）"),
        Text::new("The decision is on disk here: it need not be repeated.", "决定已在此落盘，不必再重发。"),
    ),
    term(
        "state-request",
        Text::new("state?", "询问状态（state?）"),
        Text::new(
            "How do you stand? From whoever leads, it also means: follow no lower attempt.",
            "你处于什么状态？若来自主持者，还意味着：不要再跟随编号更小的尝试。",
        ),
    ),
    term(
        "state",
        Text::new("state", "状态（state）"),
        Text::new(
            "INIT, READY, PRECOMMIT, PREABORT, COMMIT or ABORT.",
            "INIT、READY、PRECOMMIT、PREABORT、COMMIT 或 ABORT 之一。",
        ),
    ),
    term(
        "pre-abort",
        Text::new("preAbort", "预中止（preAbort）"),
        Text::new(
            "Be ready to abort; with quorums, never join a commit again.",
            "准备中止；用法定人数时，从此不得再参与提交。",
        ),
    ),
    term("inquire", Text::new("inquire", "询问（inquire）"), Text::new("What became of the order?", "订单结果如何？")),
    term("result", Text::new("result", "结果（result）"), Text::new("What became of the order.", "订单的结果。")),
    term(
        "ready",
        Text::new("READY", "就绪（READY）"),
        Text::new("A log record, before the yes: this database has voted.", "日志记录，先于 yes：该数据库已投票。"),
    ),
    term(
        "pre-committed",
        Text::new("PRECOMMIT", "预提交（PRECOMMIT）"),
        Text::new(
            "A log record with undo and redo, before the ack: this database has executed.",
            "日志记录，含 undo 与 redo，先于 ack：该数据库已执行。",
        ),
    ),
    term(
        "pre-aborted",
        Text::new("PREABORT", "预中止（PREABORT）"),
        Text::new(
            "A log record: this database is to abort unless it is too late.",
            "日志记录：若还来得及，该数据库将中止。",
        ),
    ),
    term(
        "committed",
        Text::new("COMMIT", "已提交（COMMIT）"),
        Text::new("A log record: finished here.", "日志记录：在这里已完成。"),
    ),
    term(
        "aborted",
        Text::new("ABORT", "已中止（ABORT）"),
        Text::new("A log record: undone here.", "日志记录：在这里已撤销。"),
    ),
    term(
        "start",
        Text::new("start", "开始（start）"),
        Text::new("The coordinator's log record that it has begun.", "协调者的日志记录：事务已开始。"),
    ),
    term(
        "pre-committing",
        Text::new("precommit", "进入阶段 2（precommit）"),
        Text::new(
            "The coordinator's log record, before the first preCommit: from here on somebody may be in PRECOMMIT.",
            "协调者的日志记录，先于第一条 preCommit：从此可能有人处于 PRECOMMIT。",
        ),
    ),
    term(
        "decided-commit",
        Text::new("decided-commit", "决定提交（decided-commit）"),
        Text::new("The coordinator's log record of a commit.", "协调者决定提交的日志记录。"),
    ),
    term(
        "decided-abort",
        Text::new("decided-abort", "决定中止（decided-abort）"),
        Text::new("The coordinator's log record of an abort.", "协调者决定中止的日志记录。"),
    ),
    term(
        "end",
        Text::new("end", "结束（end）"),
        Text::new("The coordinator's log record that everybody has it.", "协调者的日志记录：所有人都已落实。"),
    ),
    term(
        "votes",
        Text::new("votes", "投票超时"),
        Text::new("The coordinator has waited long enough for votes.", "协调者等投票等够了。"),
    ),
    term(
        "acks",
        Text::new("acks", "应答超时"),
        Text::new(
            "The coordinator has waited long enough for acknowledgements of preCommit.",
            "协调者等 preCommit 的应答等够了。",
        ),
    ),
    term(
        "retry",
        Text::new("retry", "重发"),
        Text::new(
            "The coordinator repeats its decision to whoever has not acknowledged it.",
            "协调者向尚未应答者重发决定。",
        ),
    ),
    term(
        "patience",
        Text::new("patience", "参与者超时"),
        Text::new("A participant has heard nothing for too long.", "参与者太久没有听到消息。"),
    ),
    term(
        "answers",
        Text::new("answers", "收集超时"),
        Text::new("Whoever leads or asks has waited long enough for answers.", "主持者或询问者等回答等够了。"),
    ),
    term(
        "again",
        Text::new("again", "再试"),
        Text::new("What could not be settled is tried once more.", "上次未能了结，再试一次。"),
    ),
    term(
        "answer",
        Text::new("answer time-out", "答复超时"),
        Text::new("The client asks what became of its order.", "客户端询问订单结果。"),
    ),
];
