//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use super::message::Message;
use super::properties;
use crate::protocols::parts::broker::{self, Flush, Retry, Subscription};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::flexible;
use crate::protocols::parts::messaging::parameters as shared;
use crate::protocols::parts::messaging::{self, Event, consumer};
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The sender with its database.
pub const SENDER_NODE: NodeId = NodeId(1);
/// The only topic.
pub const TOPIC: broker::Topic = 0;
/// How many relays there can be.
pub const RELAYS_MAX: u8 = 2;

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    shared::ORDERS,
    shared::AT_ONCE,
    shared::ROWS,
    shared::REFUSE,
    shared::ON_REFUSAL,
    Parameter {
        key: "transport",
        name: Text::new("Transport", "传输方式"),
        help: Text::new(
            "Messages go through a broker; or the relay calls the receiver itself, and nothing but the table remembers \
             them.",
            "消息经由消息队列；或者由中继直接调用接收方，只有消息表记得它们。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "broker", name: Text::new("a broker", "消息队列"), breaks: None },
            Choice { key: "direct", name: Text::new("a call to the receiver", "直接调用接收方"), breaks: None },
        ]),
        source: Text::new(
            "reference sheet §4, §23: both are meant by the pattern's name",
            "参考表 §4、§23：这个模式的名字两种都指",
        ),
    },
    Parameter {
        key: "relaying",
        name: Text::new("Relaying", "中继方式"),
        help: Text::new(
            "The relay looks at the table every so often; or it reads the database's log and is told of every row as it \
             commits (change data capture).",
            "中继定时扫描消息表；或者读取数据库日志，每一行提交时即被告知（CDC，变更数据捕获）。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "polling", name: Text::new("polling", "轮询"), breaks: None },
            Choice { key: "capture", name: Text::new("change capture", "变更捕获"), breaks: None },
        ]),
        source: Text::new(
            "microservices.io: polling publisher, transaction log tailing; Debezium: outbox event router",
            "microservices.io：轮询发布、事务日志跟踪；Debezium：outbox event router",
        ),
    },
    Parameter {
        key: "relays",
        name: Text::new("Relays", "中继数量"),
        help: Text::new("How many relays read the table.", "有多少个中继读取消息表。"),
        kind: ParameterKind::Number { minimum: 1, maximum: RELAYS_MAX as u32, default: 1 },
        source: Text::new("one keeps the order of messages; two survive a death", "一个能保持顺序，两个能容忍宕机"),
    },
    Parameter {
        key: "row-locks",
        name: Text::new("Row locks", "行锁"),
        help: Text::new(
            "Whether a relay locks the rows that it takes, so that another skips them (FOR UPDATE SKIP LOCKED).",
            "中继取走的行是否加锁，让别的中继跳过它们（FOR UPDATE SKIP LOCKED）。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "skip-locked", name: Text::new("skip locked", "跳过已锁的行"), breaks: None },
            Choice { key: "none", name: Text::new("none", "不加锁"), breaks: None },
        ]),
        source: Text::same("MySQL 8, PostgreSQL 9.5: SELECT … FOR UPDATE SKIP LOCKED"),
    },
    Parameter {
        key: "poll-interval",
        name: Text::new("Poll interval", "轮询间隔"),
        help: Text::new("How often a relay looks at the table.", "中继每隔多久扫描一次消息表。"),
        kind: ParameterKind::Time { minimum: Span::millis(10), maximum: shared::TIME_MAX, default: Span::seconds(1) },
        source: Text::new("reference sheet §4: 1 to 5 s are typical", "参考表 §4：通常 1 到 5 s"),
    },
    Parameter {
        key: "batch",
        name: Text::new("Batch", "每批行数"),
        help: Text::new("How many rows a relay takes at most.", "中继一次最多取多少行。"),
        kind: ParameterKind::Number { minimum: 1, maximum: 1_000, default: 100 },
        source: Text::new("a common limit of such a query", "这类查询常用的上限"),
    },
    Parameter {
        key: "callback",
        name: Text::new("Callback", "回执"),
        help: Text::new(
            "The receiver tells the sender that it is done, and until then the sender sends again; or the broker's \
             acknowledgement is enough.",
            "接收方把完成告知发送方，在此之前发送方会重发；或者只要消息队列确认就算了结。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "on", name: Text::new("on", "开"), breaks: None },
            Choice { key: "off", name: Text::new("off", "关"), breaks: None },
        ]),
        source: Text::new(
            "reference sheet §4: DoneCallback; Debezium has none",
            "参考表 §4：DoneCallback；Debezium 没有",
        ),
    },
    Parameter {
        key: "rescan",
        name: Text::new("Rescan", "重扫间隔"),
        help: Text::new(
            "How long after it was sent a message that nobody has confirmed is sent again.",
            "消息发出多久仍无回执就重新发送。",
        ),
        kind: ParameterKind::Time { minimum: Span::millis(10), maximum: shared::TIME_MAX, default: Span::seconds(10) },
        source: Text::new("as dtm retries a branch: RetryInterval, 10 s", "与 dtm 重试分支相同：RetryInterval，10 s"),
    },
    Parameter {
        key: "publish-retry",
        name: Text::new("Publish retry", "发布重试"),
        help: Text::new(
            "How long a relay waits for the broker's acknowledgement before it sends again.",
            "中继等多久没有消息队列的确认就重新发送。",
        ),
        kind: ParameterKind::Time { minimum: Span::millis(10), maximum: shared::TIME_MAX, default: Span::seconds(3) },
        source: Text::new("RocketMQ producer: sendMsgTimeout, 3 s", "RocketMQ 生产者：sendMsgTimeout，3 s"),
    },
    shared::REDELIVER,
    Parameter {
        key: "work",
        name: Text::new("Local work", "本地事务时长"),
        help: Text::new(
            "How long the sender's local transaction works on average, from drawing the row's number to its commit; none \
             to twice as much, drawn for each order.",
            "发送方本地事务从分配行号到提交的平均时长；每个订单在零到两倍之间抽取。",
        ),
        kind: ParameterKind::Time { minimum: Span::ZERO, maximum: Span::seconds(600), default: Span::ZERO },
        source: Text::new("none: the commit takes the time of a disk write", "零：提交只花一次刷盘的时间"),
    },
    shared::ANSWER_TIMEOUT,
    shared::LATENCY_MODEL,
    shared::LATENCY,
    shared::FSYNC,
    Parameter {
        key: "mistake",
        name: Text::new("Mistake", "故意的错误"),
        help: Text::new(
            "One line of the protocol written wrongly on purpose, as it has been written wrongly in earnest.",
            "故意写错协议中的一行：这些错误在现实中都有人犯过。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "none", name: Text::new("none", "无"), breaks: None },
            Choice {
                key: "send-before-commit",
                name: Text::new("no table: send, then commit", "没有消息表：先发消息，再提交"),
                breaks: Some(messaging::id::COMMITTED_FIRST),
            },
            Choice {
                key: "send-after-commit",
                name: Text::new("no table: commit, then send", "没有消息表：先提交，再发消息"),
                breaks: Some(messaging::id::IN_HANDS),
            },
            Choice {
                key: "mark-before-send",
                name: Text::new("mark a row as sent before it is sent", "尚未发送就标记为已发送"),
                breaks: Some(messaging::id::IN_HANDS),
            },
            Choice {
                key: "skip-gaps",
                name: Text::new(
                    "remember the highest number instead of looking at each row",
                    "只记住最大行号，不看每行状态",
                ),
                breaks: Some(messaging::id::IN_HANDS),
            },
            Choice {
                key: "forgets-orders",
                name: Text::new("the sender does not know an order that is repeated", "发送方不识别重复的订单"),
                breaks: Some(flexible::id::NO_EFFECT_TWICE),
            },
            shared::NO_INBOX,
            shared::INBOX_AFTER_EFFECT,
            shared::INBOX_BEFORE_EFFECT,
            shared::ACKNOWLEDGE_FIRST,
            Choice {
                key: "out-of-order",
                name: Text::new("the topic has no keys, and nothing keeps the order", "主题不按键分区，消息无序"),
                breaks: Some(properties::IN_ORDER),
            },
        ]),
        source: Text::new("reference sheet §4: scenarios and invariants", "参考表 §4：场景与不变式"),
    },
];

/// One line of the protocol, written wrongly; those of the receiver are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    SendBeforeCommit,
    SendAfterCommit,
    MarkBeforeSend,
    SkipGaps,
    ForgetsOrders,
    OutOfOrder,
    Receiver(consumer::Mistake),
}

impl Mistake {
    fn of(word: &str) -> Mistake {
        match (word, shared::receiver_mistake(word)) {
            ("send-before-commit", _) => Mistake::SendBeforeCommit,
            ("send-after-commit", _) => Mistake::SendAfterCommit,
            ("mark-before-send", _) => Mistake::MarkBeforeSend,
            ("skip-gaps", _) => Mistake::SkipGaps,
            ("forgets-orders", _) => Mistake::ForgetsOrders,
            ("out-of-order", _) => Mistake::OutOfOrder,
            (_, consumer::Mistake::None) => Mistake::None,
            (_, mistake) => Mistake::Receiver(mistake),
        }
    }
}

/// How messages get to the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Broker,
    Direct,
}

/// How a relay learns of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relaying {
    Polling,
    Capture,
}

/// The parameters of one run, as every node is told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub business: Business,
    pub at_once: u32,
    pub on_refusal: consumer::Refusal,
    pub transport: Transport,
    pub relaying: Relaying,
    pub relays: u8,
    pub locks_rows: bool,
    pub poll_interval: Span,
    pub batch: u32,
    pub callback: bool,
    pub rescan: Span,
    pub publish_retry: Span,
    pub redeliver: Span,
    pub work: Span,
    pub answer_timeout: Span,
    pub mistake: Mistake,
}

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let (rows, orders) = (values.number("rows") as u16, values.number("orders"));
        let transport = match values.choice("transport") {
            "direct" => Transport::Direct,
            _ => Transport::Broker,
        };
        Settings {
            business: messaging::business(rows, orders, shared::refuses(values)),
            at_once: values.number("at-once"),
            on_refusal: shared::on_refusal(values),
            transport,
            relaying: match values.choice("relaying") {
                "capture" => Relaying::Capture,
                _ => Relaying::Polling,
            },
            relays: values.number("relays") as u8,
            locks_rows: values.choice("row-locks") == "skip-locked",
            poll_interval: values.time("poll-interval"),
            batch: values.number("batch"),
            // Where nothing but the table remembers messages, only the receiver can say that it is done.
            callback: values.choice("callback") == "on" || transport == Transport::Direct,
            rescan: values.time("rescan"),
            publish_retry: values.time("publish-retry"),
            redeliver: values.time("redeliver"),
            work: values.time("work"),
            answer_timeout: values.time("answer-timeout"),
            mistake: Mistake::of(values.choice("mistake")),
        }
    }

    /// The broker's node, if there is one.
    pub fn broker_node(&self) -> Option<NodeId> {
        (self.transport == Transport::Broker).then_some(NodeId(SENDER_NODE.0 + 1 + self.relays))
    }

    pub fn receiver_node(&self) -> NodeId {
        NodeId(SENDER_NODE.0 + 1 + self.relays + u8::from(self.transport == Transport::Broker))
    }

    /// Whom a message goes to next: the broker, or the receiver.
    pub fn next_hop(&self) -> NodeId {
        self.broker_node().unwrap_or(self.receiver_node())
    }

    /// What goes there.
    pub fn forward(&self, event: Event) -> Message {
        match self.transport {
            Transport::Broker => Message::Broker(broker::message::Message::Publish { topic: TOPIC, body: event }),
            Transport::Direct => Message::Receiver(consumer::Message::Notify { event }),
        }
    }

    /// What the broker is told.
    pub fn broker(&self) -> broker::server::Setup {
        let subscription = Subscription {
            topic: TOPIC,
            consumer: self.receiver_node(),
            in_order: self.mistake != Mistake::OutOfOrder,
            retry: Retry::Every(broker::SUSPENDED),
            redeliver_after: self.redeliver,
        };
        broker::server::Setup {
            flush: Flush::BeforeReply,
            subscriptions: vec![subscription],
            checking: broker::Checking::default(),
        }
    }

    /// What the receiver is told.
    pub fn receiver(&self) -> consumer::Setup {
        consumer::Setup {
            business: self.business,
            mistake: match self.mistake {
                Mistake::Receiver(mistake) => mistake,
                _ => consumer::Mistake::None,
            },
            refusal: self.on_refusal,
            failures: 0,
            tells: self.callback.then_some(SENDER_NODE),
        }
    }
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let settings = Settings::of(values);
    if settings.relaying == Relaying::Capture && settings.relays > 1 {
        return Some(Text::new(
            "relaying=capture reads one log in its order, and needs relays=1",
            "relaying=capture 按顺序读取一份日志，只能配 relays=1",
        ));
    }
    if values.choice("callback") == "off" && settings.transport == Transport::Direct {
        return Some(Text::new(
            "transport=direct needs callback=on: nobody else could say that a message has arrived",
            "transport=direct 需要 callback=on：否则没有谁能说明消息已经送达",
        ));
    }
    let without_table = matches!(settings.mistake, Mistake::SendBeforeCommit | Mistake::SendAfterCommit);
    (without_table && settings.transport == Transport::Direct).then_some(Text::new(
        "a sender without a table of messages needs transport=broker",
        "没有消息表的发送方需要 transport=broker",
    ))
}
