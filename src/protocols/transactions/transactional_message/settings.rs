//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use super::properties;
use crate::protocols::parts::broker::{self, Checking, Flush, Retry, Subscription};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::messaging::parameters as shared;
use crate::protocols::parts::messaging::{self, consumer};
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The first producer.
pub const PRODUCER: NodeId = NodeId(1);
/// The only topic.
pub const TOPIC: broker::Topic = 0;
/// How long a producer waits for the broker (RocketMQ: `sendMsgTimeout`).
pub const SEND_TIMEOUT: Span = Span::seconds(3);
/// How often a producer sends again after that (RocketMQ: `retryTimesWhenSendFailed`).
pub const BROKER_RETRIES: u8 = 2;
/// How often a producer registers (RocketMQ: `heartbeatBrokerInterval`).
pub const HEARTBEAT: Span = Span::seconds(30);

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    shared::ORDERS,
    shared::AT_ONCE,
    shared::ROWS,
    shared::REFUSE,
    shared::ON_REFUSAL,
    Parameter {
        key: "producers",
        name: Text::new("Producers", "生产者实例"),
        help: Text::new(
            "How many instances the producer group has; they share a database, and any of them may be asked.",
            "生产者组有几个实例；它们共用一个数据库，回查可能问到其中任何一个。",
        ),
        kind: ParameterKind::Number { minimum: 1, maximum: 2, default: 2 },
        source: Text::new("two: one can answer for the other", "两个：一个可以替另一个作答"),
    },
    Parameter {
        key: "check-back",
        name: Text::new("Check-back", "回查方式"),
        help: Text::new(
            "What a producer answers if the database has no row about the transaction: that it does not know; or it writes a \
             tombstone first, so that the transaction cannot commit any more, and answers rollback.",
            "数据库里查不到这个事务时怎么答：回答未知；或者先写一条墓碑（tombstone），让该事务再也无法提交，然后回答回滚。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "unknown", name: Text::new("unknown", "回答未知"), breaks: None },
            Choice {
                key: "tombstone", name: Text::new("tombstone, then rollback", "先写墓碑再回滚"), breaks: None
            },
        ]),
        source: Text::new(
            "RocketMQ documentation: UNKNOW for what is not decided; dtm: QueryPrepared inserts the row",
            "RocketMQ 文档：尚无结论应返回 UNKNOW；dtm：QueryPrepared 会插入这一行",
        ),
    },
    Parameter {
        key: "immunity",
        name: Text::new("Immunity time", "免查时间"),
        help: Text::new("Half messages younger than this are not asked about.", "早于这个时间的半消息不回查。"),
        kind: ParameterKind::Time { minimum: Span::millis(1), maximum: shared::TIME_MAX, default: Span::seconds(6) },
        source: Text::same("RocketMQ BrokerConfig: transactionTimeOut, 6 s"),
    },
    Parameter {
        key: "check-interval",
        name: Text::new("Check interval", "回查间隔"),
        help: Text::new("How often the broker goes through the half messages.", "消息队列每隔多久扫描一次半消息。"),
        kind: ParameterKind::Time { minimum: Span::millis(10), maximum: shared::TIME_MAX, default: Span::seconds(30) },
        source: Text::same("RocketMQ BrokerConfig: transactionCheckInterval, 30 s"),
    },
    Parameter {
        key: "checks",
        name: Text::new("Checks", "回查次数"),
        help: Text::new(
            "How often it asks about a half message before it parks it.",
            "一条半消息最多回查几次，之后搁置。",
        ),
        kind: ParameterKind::Number { minimum: 1, maximum: 100, default: 15 },
        source: Text::same("RocketMQ BrokerConfig: transactionCheckMax, 15"),
    },
    Parameter {
        key: "flush",
        name: Text::new("Flush", "刷盘方式"),
        help: Text::new(
            "Whether the broker's disk has a message before it is acknowledged, or up to half a second later.",
            "确认消息之前就已落盘，还是最多半秒之后才落盘。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "async", name: Text::new("asynchronous", "异步"), breaks: None },
            Choice { key: "sync", name: Text::new("synchronous", "同步"), breaks: None },
        ]),
        source: Text::same("RocketMQ MessageStoreConfig: ASYNC_FLUSH, flushIntervalCommitLog, 500 ms"),
    },
    Parameter {
        key: "failures",
        name: Text::new("Consumer failures", "消费失败次数"),
        help: Text::new(
            "How often the receiver fails on each message before it works; 17 is once too often.",
            "接收方对每条消息先失败多少次才成功；17 次就超过了上限。",
        ),
        kind: ParameterKind::Number { minimum: 0, maximum: 20, default: 0 },
        source: Text::new(
            "none; RocketMQ retries 16 times (retryMaxTimes)",
            "零；RocketMQ 最多重试 16 次（retryMaxTimes）",
        ),
    },
    shared::REDELIVER,
    Parameter {
        key: "work",
        name: Text::new("Local work", "本地事务时长"),
        help: Text::new("How long a local transaction stays open.", "本地事务从开始到提交的时长。"),
        kind: ParameterKind::Time { minimum: Span::ZERO, maximum: Span::seconds(3_600), default: Span::ZERO },
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
                key: "absent-rolls-back",
                name: Text::new("no row means rollback", "查不到就回滚"),
                breaks: Some(messaging::id::IN_HANDS),
            },
            Choice {
                key: "from-memory",
                name: Text::new("answer check-backs from memory", "凭内存回答回查"),
                breaks: Some(messaging::id::IN_HANDS),
            },
            Choice {
                key: "runs-anyway",
                name: Text::new("run the local transaction without a half message", "半消息没存上也执行本地事务"),
                breaks: Some(messaging::id::IN_HANDS),
            },
            Choice {
                key: "commits-first",
                name: Text::new("end the message before the local transaction", "本地事务之前就提交消息"),
                breaks: Some(messaging::id::COMMITTED_FIRST),
            },
            Choice {
                key: "shows-halves",
                name: Text::new("the broker delivers half messages", "半消息直接投递"),
                breaks: Some(properties::HALF_HIDDEN),
            },
            shared::NO_INBOX,
            shared::INBOX_AFTER_EFFECT,
            shared::INBOX_BEFORE_EFFECT,
            shared::ACKNOWLEDGE_FIRST,
        ]),
        source: Text::new("reference sheet §5: scenarios and invariants", "参考表 §5：场景与不变式"),
    },
];

/// What a producer answers when the database has no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Unknown,
    Tombstone,
}

/// One line of the protocol, written wrongly; those of the receiver are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    AbsentRollsBack,
    FromMemory,
    RunsAnyway,
    CommitsFirst,
    ShowsHalves,
    Receiver(consumer::Mistake),
}

impl Mistake {
    fn of(word: &str) -> Mistake {
        match (word, shared::receiver_mistake(word)) {
            ("absent-rolls-back", _) => Mistake::AbsentRollsBack,
            ("from-memory", _) => Mistake::FromMemory,
            ("runs-anyway", _) => Mistake::RunsAnyway,
            ("commits-first", _) => Mistake::CommitsFirst,
            ("shows-halves", _) => Mistake::ShowsHalves,
            (_, consumer::Mistake::None) => Mistake::None,
            (_, mistake) => Mistake::Receiver(mistake),
        }
    }
}

/// The parameters of one run, as every node is told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub business: Business,
    pub at_once: u32,
    pub on_refusal: consumer::Refusal,
    pub producers: u8,
    pub check: Check,
    pub checking: Checking,
    pub flush: Flush,
    pub failures: u8,
    pub redeliver: Span,
    pub work: Span,
    pub answer_timeout: Span,
    pub mistake: Mistake,
}

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let (rows, orders) = (values.number("rows") as u16, values.number("orders"));
        let mistake = Mistake::of(values.choice("mistake"));
        Settings {
            business: messaging::business(rows, orders, shared::refuses(values)),
            at_once: values.number("at-once"),
            on_refusal: shared::on_refusal(values),
            producers: values.number("producers") as u8,
            check: match values.choice("check-back") {
                "tombstone" => Check::Tombstone,
                _ => Check::Unknown,
            },
            checking: Checking {
                immune_for: values.time("immunity"),
                interval: values.time("check-interval"),
                checks_max: values.number("checks") as u8,
                shows_halves: mistake == Mistake::ShowsHalves,
            },
            flush: match values.choice("flush") {
                "sync" => Flush::BeforeReply,
                _ => Flush::Later,
            },
            failures: values.number("failures") as u8,
            redeliver: values.time("redeliver"),
            work: values.time("work"),
            answer_timeout: values.time("answer-timeout"),
            mistake,
        }
    }

    /// The producers' database.
    pub fn database_node(&self) -> NodeId {
        NodeId(PRODUCER.0 + self.producers)
    }

    pub fn broker_node(&self) -> NodeId {
        NodeId(PRODUCER.0 + self.producers + 1)
    }

    pub fn receiver_node(&self) -> NodeId {
        NodeId(PRODUCER.0 + self.producers + 2)
    }

    /// What the broker is told.
    pub fn broker(&self) -> broker::server::Setup {
        let subscription = Subscription {
            topic: TOPIC,
            consumer: self.receiver_node(),
            in_order: false,
            retry: Retry::Levels(broker::consumer_retries()),
            redeliver_after: self.redeliver,
        };
        broker::server::Setup { flush: self.flush, subscriptions: vec![subscription], checking: self.checking }
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
            failures: self.failures,
            tells: None,
        }
    }
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let Settings { check, mistake, .. } = Settings::of(values);
    let answers_otherwise = matches!(mistake, Mistake::AbsentRollsBack | Mistake::FromMemory);
    (check == Check::Tombstone && answers_otherwise).then_some(Text::new(
        "check-back=tombstone is the cure: it does not go with a mistake about what no row means",
        "check-back=tombstone 正是解药，不能与关于查不到时如何作答的错误同时使用",
    ))
}
