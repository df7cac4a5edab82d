//! What the protocol is, what is modelled, and its words, each glossed once.

use crate::protocols::Term;
use crate::text::Text;

pub static SUMMARY: Text = Text::new(
    "An order takes goods from one database and money from another, and none of them may end up with half of it. One node \
     decides for all: it asks every database to promise, decides once all have, and repeats its decision until all have \
     carried it out. Whoever has promised waits for the decision and holds its locks, however long that takes.",
    "一个订单要从一个数据库出货、在另一个数据库收款，谁都不能只做一半。由一个节点替大家决定：先请每个数据库作出承诺，全部承诺后作出决定，\
     再反复通知直到全部执行。已经承诺的数据库只能等待决定，并一直持有锁，不管要等多久。",
);

pub static MODELLED: &[Text] = &[
    Text::new(
        "Databases with rows, exclusive row locks in order of arrival, and a log with undo and redo that survives crashes \
         as far as it was synced.",
        "数据库：行、按先来后到排队的排他行锁，以及含 undo/redo 的日志；崩溃后已落盘的部分仍在。",
    ),
    Text::new(
        "Votes, decisions and acknowledgements as datagrams that can be lost, doubled, late and overtaken; orders and \
         their results on a connection.",
        "投票、决定和应答都是数据报，可能丢失、重复、迟到、乱序；订单及其结果走连接。",
    ),
    Text::new(
        "Recovery: the coordinator repeats what its log has decided; participants take their locks again and ask.",
        "恢复：协调者重发日志中的决定；参与者重新加锁并询问结果。",
    ),
];

pub static NOT_MODELLED: &[Text] = &[
    Text::new(
        "Reads and isolation levels, deadlock detection (a wait for a lock ends by time-out), read-only votes.",
        "读操作与隔离级别、死锁检测（等锁只靠超时结束）、只读投票。",
    ),
    Text::new(
        "A second coordinator that takes over, and participants that ask each other: see three-phase commit.",
        "接管的备用协调者，以及参与者之间互相询问：见三阶段提交。",
    ),
];

pub static TERMS: &[Term] = &[
    Term {
        kind: "order",
        label: Text::new("order", "下单（order）"),
        gloss: Text::new(
            "The client wants this done at every database, or at none.",
            "客户端要求在所有数据库全部完成，否则全部不做。",
        ),
    },
    Term {
        kind: "begin-commit",
        label: Text::new("begin-commit", "发起提交（begin-commit）"),
        gloss: Text::new(
            "The first participant has promised and asks the coordinator to ask the others.",
            "第一个参与者已承诺，请协调者询问其余参与者。",
        ),
    },
    Term {
        kind: "prepare",
        label: Text::new("prepare", "准备（prepare）"),
        gloss: Text::new(
            "Do the work, write down how to finish and how to undo it, and say whether you can.",
            "执行操作，记下如何完成、如何撤销，并答复能否提交。",
        ),
    },
    Term {
        kind: "yes",
        label: Text::new("yes", "赞成（yes）"),
        gloss: Text::new(
            "A promise to commit or abort as told: its sender may no longer decide alone.",
            "承诺听从决定：发出者从此不能自行决定。",
        ),
    },
    Term {
        kind: "no",
        label: Text::new("no", "反对（no）"),
        gloss: Text::new("It cannot be done here, and is undone already.", "这里做不了，并且已经撤销。"),
    },
    Term {
        kind: "commit",
        label: Text::new("commit", "提交（commit）"),
        gloss: Text::new("The decision: finish it.", "决定：完成它。"),
    },
    Term {
        kind: "abort",
        label: Text::new("abort", "中止（abort）"),
        gloss: Text::new("The decision: undo it.", "决定：撤销它。"),
    },
    Term {
        kind: "ack",
        label: Text::new("ack", "应答（ack）"),
        gloss: Text::new("The decision is on disk here: it need not be repeated.", "决定已在此落盘，不必再重发。"),
    },
    Term {
        kind: "inquire",
        label: Text::new("inquire", "询问（inquire）"),
        gloss: Text::new("What was decided?", "决定是什么？"),
    },
    Term {
        kind: "recover",
        label: Text::new("recover", "恢复（recover）"),
        gloss: Text::new(
            "The coordinator is back from a crash: whoever is in doubt may ask at once.",
            "协调者从崩溃中恢复：悬而未决者可以马上询问。",
        ),
    },
    Term {
        kind: "heuristic",
        label: Text::new("heuristic", "启发式（heuristic）"),
        gloss: Text::new(
            "An operator has already decided otherwise here, and it cannot be undone.",
            "这里已有人手工作出相反的决定，无法撤回。",
        ),
    },
    Term {
        kind: "result",
        label: Text::new("result", "结果（result）"),
        gloss: Text::new("What became of the order.", "订单的结果。"),
    },
    Term {
        kind: "prepared",
        label: Text::new("prepared", "已准备（prepared）"),
        gloss: Text::new(
            "A log record: undo and redo. Once it is on disk the database may promise.",
            "日志记录：undo 与 redo。落盘之后，数据库才可以承诺。",
        ),
    },
    Term {
        kind: "committed",
        label: Text::new("committed", "已提交（committed）"),
        gloss: Text::new("A log record: finished here.", "日志记录：在这里已完成。"),
    },
    Term {
        kind: "aborted",
        label: Text::new("aborted", "已中止（aborted）"),
        gloss: Text::new("A log record: undone here.", "日志记录：在这里已撤销。"),
    },
    Term {
        kind: "decided-commit",
        label: Text::new("decided-commit", "决定提交（decided-commit）"),
        gloss: Text::new(
            "The coordinator's log record that is the commit point: once on disk, the order is committed.",
            "协调者的日志记录，即提交点：一旦落盘，订单就已提交。",
        ),
    },
    Term {
        kind: "decided-abort",
        label: Text::new("decided-abort", "决定中止（decided-abort）"),
        gloss: Text::new("The coordinator's log record of an abort.", "协调者决定中止的日志记录。"),
    },
    Term {
        kind: "end",
        label: Text::new("end", "结束（end）"),
        gloss: Text::new(
            "The coordinator's log record that all have acknowledged: it may forget the order.",
            "协调者的日志记录：全部已应答，可以忘记这个订单。",
        ),
    },
    Term {
        kind: "votes",
        label: Text::new("vote time-out", "投票超时"),
        gloss: Text::new("The coordinator has waited long enough for votes.", "协调者等待投票的时限。"),
    },
    Term {
        kind: "retry",
        label: Text::new("retry", "重发"),
        gloss: Text::new(
            "The coordinator repeats its decision to whoever has not acknowledged it.",
            "协调者向尚未应答者重发决定。",
        ),
    },
    Term {
        kind: "inquiry",
        label: Text::new("inquiry", "询问定时"),
        gloss: Text::new("A participant in doubt asks again.", "悬而未决的参与者再次询问。"),
    },
    Term {
        kind: "lock-wait",
        label: Text::new("lock wait", "等锁超时"),
        gloss: Text::new("A database gives up waiting for a row.", "数据库不再等待行锁。"),
    },
    Term {
        kind: "answer",
        label: Text::new("answer time-out", "答复超时"),
        gloss: Text::new("The client asks what became of its order.", "客户端询问订单结果。"),
    },
];
