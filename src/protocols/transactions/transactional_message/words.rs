//! What the protocol is, what is modelled, and its words, each glossed once.

use crate::protocols::Term;
use crate::protocols::parts::broker::terms as broker;
use crate::protocols::parts::messaging::terms as messaging;
use crate::text::Text;

pub static SUMMARY: Text = Text::new(
    "The broker keeps the message before anybody knows whether it will be wanted: a half message, hidden from consumers. Then \
     the local transaction runs, and its end is told to the broker, once. If that is lost, the broker asks any producer of the \
     group, every 30 s, up to 15 times. What nobody can tell is a transaction that never began from one still open.",
    "在还不知道要不要发之前，消息队列就先存下消息：半消息，对消费者不可见。然后执行本地事务，把结果告诉消息队列，只说一次。\
     若是丢了，消息队列就每 30 秒向生产者组的任意实例回查，最多 15 次。谁也分不清的是：一个事务从未开始，还是尚未提交。",
);

pub static MODELLED: &[Text] = &[
    Text::new(
        "The half topic, the operation topic and what is parked, in one append-only log; check-backs by RocketMQ's schedule; \
         half messages appended anew each time.",
        "半消息主题、操作主题与搁置主题，都在一份只追加的日志里；按 RocketMQ 的时间表回查，每次都重新追加半消息。",
    ),
    Text::new(
        "A commit that comes late is carried out whatever was recorded before, as EndTransactionProcessor does.",
        "迟到的提交照样执行，不管之前记录过什么：EndTransactionProcessor 就是如此。",
    ),
    Text::new(
        "Two producers that share a database, and what of a local transaction is visible to whoever asks.",
        "共用一个数据库的两个生产者，以及回查时能看到本地事务的哪些痕迹。",
    ),
    Text::new(
        "Consumer retries by delay levels, dead letters, asynchronous and synchronous flush.",
        "按延迟级别的消费重试、死信队列、异步与同步刷盘。",
    ),
];

pub static NOT_MODELLED: &[Text] = &[
    Text::new(
        "Slaves, and sends that are stored but reported as timed out (FLUSH_DISK_TIMEOUT, SLAVE_NOT_AVAILABLE).",
        "从节点，以及已存储但返回超时状态的发送（FLUSH_DISK_TIMEOUT、SLAVE_NOT_AVAILABLE）。",
    ),
    Text::new(
        "Several queues of a topic, batches of operation records, and the end of the log after 72 h.",
        "一个主题的多个队列、操作记录的批量写入、72 小时后日志过期。",
    ),
    Text::new(
        "An immunity time of its own for a single message (CHECK_IMMUNITY_TIME_IN_SECONDS).",
        "为单条消息设置的免查时间（CHECK_IMMUNITY_TIME_IN_SECONDS）。",
    ),
];

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub static TERMS: &[Term] = &[
    messaging::ORDER,
    messaging::RESULT,
    messaging::ANSWER,
    messaging::LOCAL_COMMIT,
    messaging::SEEN,
    messaging::REJECTED,
    broker::HALF,
    broker::HALF_STORED,
    broker::END_COMMIT,
    broker::END_ROLLBACK,
    broker::END_UNKNOWN,
    broker::CHECK_BACK,
    broker::REGISTER,
    broker::DELIVER,
    broker::CONSUMED,
    broker::CONSUME_LATER,
    broker::APPEND,
    broker::PROGRESS,
    broker::RETRY,
    broker::DEAD_LETTER,
    broker::APPEND_HALF,
    broker::OP_COMMIT,
    broker::OP_ROLLBACK,
    broker::PARK,
    broker::REDELIVER,
    broker::RETRY_DUE,
    broker::CHECK_HALVES,
    broker::FLUSH,
    term(
        "execute",
        Text::new("execute", "执行（execute）"),
        Text::new("Carry out this order's local transaction.", "执行这个订单的本地事务。"),
    ),
    term(
        "executed",
        Text::new("executed", "执行结果（executed）"),
        Text::new("How the local transaction ended.", "本地事务的结果。"),
    ),
    term(
        "query",
        Text::new("query", "查询（query）"),
        Text::new("How did this order's local transaction end?", "这个订单的本地事务结果如何？"),
    ),
    term(
        "standing",
        Text::new("standing", "事务状态（standing）"),
        Text::new(
            "What the database says of it: committed, ruled out, or no row.",
            "数据库的回答：已提交、已排除，或者没有记录。",
        ),
    ),
    term(
        "order-rejected",
        Text::new("order rejected", "订单：已拒绝"),
        Text::new("The business refused an order, and that is on record.", "业务拒绝了订单，并留有记录。"),
    ),
    term(
        "tombstone",
        Text::new("tombstone", "墓碑（tombstone）"),
        Text::new(
            "A row under a transaction's key, so that it cannot commit any more.",
            "占住事务唯一键的一行，使它再也无法提交。",
        ),
    ),
    term(
        "work",
        Text::new("work", "执行"),
        Text::new("The local transaction has done its work and ends.", "本地事务执行完毕。"),
    ),
    term(
        "send-timeout",
        Text::new("send time-out", "发送超时"),
        Text::new("The broker has not acknowledged a half message.", "消息队列没有确认半消息。"),
    ),
    term(
        "heartbeat",
        Text::new("heartbeat", "心跳"),
        Text::new("Time to register with the broker again.", "该重新向消息队列注册了。"),
    ),
    messaging::CLEAN,
];
