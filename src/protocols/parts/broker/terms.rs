//! The words of a broker, for protocols that have one.

use crate::protocols::Term;
use crate::text::Text;

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub const PUBLISH: Term = term(
    "publish",
    Text::new("publish", "发布（publish）"),
    Text::new("Asks the broker to store a message in a topic.", "请消息队列把一条消息存入主题。"),
);
pub const PUBLISHED: Term = term(
    "published",
    Text::new("published", "已存（published）"),
    Text::new("The broker has the message in its log.", "消息已写入消息队列的日志。"),
);
pub const HALF: Term = term(
    "half",
    Text::new("half", "半消息（half）"),
    Text::new(
        "Asks the broker to store a message and to show it to no consumer yet.",
        "请消息队列先存下消息，暂不让任何消费者看到。",
    ),
);
pub const HALF_STORED: Term = term(
    "half-stored",
    Text::new("half stored", "半消息已存"),
    Text::new("The half message is stored: the local transaction may begin.", "半消息已存：可以执行本地事务了。"),
);
pub const END_COMMIT: Term = term(
    "end-commit",
    Text::new("end: commit", "结束：提交"),
    Text::new(
        "The local transaction is committed: show the message. It is sent one way, and nobody answers.",
        "本地事务已提交：让消息可见。单向发送，没有应答。",
    ),
);
pub const END_ROLLBACK: Term = term(
    "end-rollback",
    Text::new("end: rollback", "结束：回滚"),
    Text::new("The local transaction is rolled back: never show the message.", "本地事务已回滚：消息永远不可见。"),
);
pub const END_UNKNOWN: Term = term(
    "end-unknown",
    Text::new("end: unknown", "结束：未知"),
    Text::new("Not decided yet: ask again.", "尚无结论：请稍后再问。"),
);
pub const CHECK_BACK: Term = term(
    "check-back",
    Text::new("check-back", "回查（check-back）"),
    Text::new(
        "The broker asks any producer of the group how a half message's transaction ended.",
        "消息队列向生产者组中任意一个实例询问本地事务的结果。",
    ),
);
pub const REGISTER: Term = term(
    "register",
    Text::new("register", "注册（register）"),
    Text::new("A producer of the group is alive and can be asked.", "生产者组中的一个实例在线，可以向它回查。"),
);
pub const DELIVER: Term = term(
    "deliver",
    Text::new("deliver", "投递（deliver）"),
    Text::new(
        "A message to its consumer, for the first time or again.",
        "把消息投递给消费者，可能是第一次，也可能是重投。",
    ),
);
pub const CONSUMED: Term = term(
    "consumed",
    Text::new("consumed", "已消费（consumed）"),
    Text::new("The consumer is done with it: it need not come again.", "消费者处理完毕，不必再投。"),
);
pub const CONSUME_LATER: Term = term(
    "consume-later",
    Text::new("consume later", "稍后重试（consume-later）"),
    Text::new("The consumer has failed and wants it again later.", "消费失败，请求稍后重投。"),
);
pub const APPEND: Term = term(
    "append",
    Text::new("append", "追加（append）"),
    Text::new("A message in a topic of the broker's log.", "消息写入日志中的某个主题。"),
);
pub const PROGRESS: Term = term(
    "progress",
    Text::new("progress", "消费进度"),
    Text::new("How far the consumer has come; if it is lost, messages come again.", "消费到哪里了；丢了就会重复投递。"),
);
pub const RETRY: Term = term(
    "retry",
    Text::new("retry", "重试"),
    Text::new("A message that failed, with the time at which it is due again.", "消费失败的消息及其下次投递时间。"),
);
pub const DEAD_LETTER: Term = term(
    "dead-letter",
    Text::new("dead letter", "死信（dead letter）"),
    Text::new(
        "A message that failed for the last time: it is put aside, and people must look after it.",
        "最后一次重试也失败的消息：移入死信队列，等人处理。",
    ),
);
pub const APPEND_HALF: Term = term(
    "append-half",
    Text::new("append half", "追加半消息"),
    Text::new(
        "A half message in the half topic, for the first time or anew.",
        "半消息写入半消息主题，首次或重新追加。",
    ),
);
pub const OP_COMMIT: Term = term(
    "op-commit",
    Text::new("op: commit", "op：提交"),
    Text::new("In the operation topic: this half message is committed.", "操作主题中的记录：该半消息已提交。"),
);
pub const OP_ROLLBACK: Term = term(
    "op-rollback",
    Text::new("op: rollback", "op：回滚"),
    Text::new(
        "In the operation topic: this half message is rolled back. It stays in the log.",
        "操作主题中的记录：该半消息已回滚，但日志里并不删除它。",
    ),
);
pub const PARK: Term = term(
    "park",
    Text::new("park", "搁置（park）"),
    Text::new(
        "Asked about too often without an answer: put aside, never delivered by itself.",
        "回查次数用尽仍无结论：移到专门的主题，不再自动投递。",
    ),
);
pub const REDELIVER: Term = term(
    "redeliver",
    Text::new("redeliver", "重投定时"),
    Text::new("A delivery was not answered.", "一次投递没有得到应答。"),
);
pub const RETRY_DUE: Term = term(
    "retry-due",
    Text::new("retry due", "重试到期"),
    Text::new("A message that failed is due again.", "消费失败的消息又该投递了。"),
);
pub const CHECK_HALVES: Term = term(
    "check-halves",
    Text::new("check of halves", "扫描半消息"),
    Text::new("Time to go through the half messages that are not resolved.", "该扫描尚无结论的半消息了。"),
);
pub const FLUSH: Term =
    term("flush", Text::new("flush", "刷盘"), Text::new("Time to make the broker's log durable.", "该把日志落盘了。"));
