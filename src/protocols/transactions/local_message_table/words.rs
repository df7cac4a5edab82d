//! What the protocol is, what is modelled, and its words, each glossed once.

use crate::protocols::Term;
use crate::protocols::parts::broker::terms as broker;
use crate::protocols::parts::messaging::terms as messaging;
use crate::text::Text;

pub static SUMMARY: Text = Text::new(
    "The message to another service is a row in one's own database, written in the same local transaction as the business: \
     both are there, or neither. A relay takes the rows to a broker and marks them afterwards, so a message may come twice \
     and is never lost; the receiver remembers what it has had. What the receiver refuses, nobody can undo.",
    "要发给别的服务的消息，先作为一行写进自己的数据库，与业务数据在同一个本地事务里：要么都在，要么都不在。中继把它们送进消息队列，\
     送到之后才打标记，所以消息可能重复，但不会丢失；接收方记住处理过哪些。而接收方若在业务上拒绝，谁也无法撤销已经提交的一方。",
);

pub static MODELLED: &[Text] = &[
    Text::new(
        "Both services' databases with local transactions, the outbox and the inbox as tables in them, and disks that keep \
         what was synced.",
        "两个服务各自的数据库与本地事务，其中的消息表和去重表，以及崩溃后保留已落盘部分的磁盘。",
    ),
    Text::new(
        "Relays that poll, with or without row locks, or that capture changes; row numbers that are drawn before the commit.",
        "轮询（可选行锁）或变更捕获的中继；行号在提交之前分配。",
    ),
    Text::new(
        "A broker with a durable log, redelivery and order by key; or no broker, and callbacks and rescans alone.",
        "带持久日志、重投和按键有序的消息队列；也可以没有消息队列，只靠回执与重扫。",
    ),
    Text::new(
        "Every order has one number everywhere: clients repeat it, services answer it from their tables.",
        "每个订单有一个全局编号：客户端用它重发，服务凭自己的表作答。",
    ),
];

pub static NOT_MODELLED: &[Text] = &[
    Text::new(
        "Isolation levels and row locks of the business tables: local transactions follow one another.",
        "业务表的隔离级别与行锁：本地事务依次执行。",
    ),
    Text::new(
        "Growing intervals between rescans and a last attempt: this table is rescanned for ever.",
        "递增的重扫间隔与最大次数：这里会一直重扫。",
    ),
    Text::new(
        "Several partitions and consumers of a topic, and their rebalancing.",
        "主题的多个分区、多个消费者及其再均衡。",
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
    messaging::NOTIFY,
    messaging::DONE,
    messaging::REFUSED,
    messaging::SEEN,
    messaging::REJECTED,
    broker::PUBLISH,
    broker::PUBLISHED,
    broker::DELIVER,
    broker::CONSUMED,
    broker::CONSUME_LATER,
    broker::APPEND,
    broker::PROGRESS,
    broker::RETRY,
    broker::REDELIVER,
    broker::RETRY_DUE,
    term(
        "poll",
        Text::new("poll", "轮询（poll）"),
        Text::new("A relay asks the table which rows are to be sent.", "中继询问消息表有哪些行待发送。"),
    ),
    term(
        "capture",
        Text::new("capture", "捕获（capture）"),
        Text::new(
            "A relay reads the database's log: it will be told of every row as it commits.",
            "中继读取数据库日志：每一行提交时都会得知。",
        ),
    ),
    term("rows", Text::new("rows", "待发行（rows）"), Text::new("Rows that are to be sent.", "待发送的行。")),
    term(
        "mark-sent",
        Text::new("mark sent", "标记已发送（mark sent）"),
        Text::new("The broker has this row's message.", "这一行的消息已经进了消息队列。"),
    ),
    term(
        "marked",
        Text::new("marked", "已标记（marked）"),
        Text::new("The table says that this row was sent.", "表里已记下这一行已发送。"),
    ),
    term(
        "row-sent",
        Text::new("row sent", "行：已发送"),
        Text::new("A change of the table: this row was sent.", "消息表的改动：这一行已发送。"),
    ),
    term(
        "row-again",
        Text::new("row again", "行：待重发"),
        Text::new(
            "A change of the table: nobody confirmed this row, it is to be sent again.",
            "消息表的改动：没有回执，这一行要重发。",
        ),
    ),
    term(
        "row-done",
        Text::new("row done", "行：完成"),
        Text::new("A change of the table: the receiver has done its half.", "消息表的改动：接收方已执行。"),
    ),
    term(
        "row-refused",
        Text::new("row refused", "行：被拒绝"),
        Text::new("A change of the table: the receiver will not do its half.", "消息表的改动：接收方拒绝执行。"),
    ),
    term(
        "order-rejected",
        Text::new("order rejected", "订单：已拒绝"),
        Text::new(
            "The sender has refused an order, and will say the same if asked again.",
            "发送方拒绝了订单，再问也是同样的答复。",
        ),
    ),
    term(
        "work",
        Text::new("work", "执行"),
        Text::new("The local transaction has done its work and commits.", "本地事务执行完毕，提交。"),
    ),
    term(
        "rescan",
        Text::new("rescan", "重扫"),
        Text::new("A message was sent long ago and nobody has confirmed it.", "消息早已发出，却没有回执。"),
    ),
    term(
        "republish",
        Text::new("republish", "重新发布"),
        Text::new("The broker has not acknowledged a message.", "消息队列没有确认收到消息。"),
    ),
    term(
        "poll-interval",
        Text::new("poll interval", "轮询间隔"),
        Text::new("Time to look at the table again.", "该再看一眼消息表了。"),
    ),
    messaging::CLEAN,
];
