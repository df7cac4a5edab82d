//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use super::properties;
use super::schedule::Schedule;
use crate::protocols::parts::broker::{self, Flush, Retry, Subscription};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::messaging::parameters as shared;
use crate::protocols::parts::{flexible, messaging};
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The sender with its database.
pub const SENDER_NODE: NodeId = NodeId(1);
/// The broker between the sender and the notifier.
pub const BROKER: NodeId = NodeId(2);
pub const NOTIFIER: NodeId = NodeId(3);
pub const RECEIVER_NODE: NodeId = NodeId(4);
/// The only topic.
pub const TOPIC: broker::Topic = 0;
/// How long the sender waits for the broker before it sends again (RocketMQ: `sendMsgTimeout`).
pub const PUBLISH_RETRY: Span = Span::seconds(3);
/// How long the broker waits for the notifier (Amazon SQS: visibility timeout).
const REDELIVER: Span = Span::seconds(30);

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    shared::ORDERS,
    shared::AT_ONCE,
    shared::ROWS,
    shared::REFUSE,
    Parameter {
        key: "schedule",
        name: Text::new("Schedule", "通知时间表"),
        help: Text::new(
            "How long after each failed attempt the next one comes, and how many there are.",
            "每次失败后隔多久再通知，一共通知多少次。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "wechat", name: Text::new("WeChat Pay", "微信支付"), breaks: None },
            Choice { key: "wechat-v2", name: Text::new("WeChat Pay, version 2", "微信支付 v2"), breaks: None },
            Choice { key: "alipay", name: Text::new("Alipay", "支付宝"), breaks: None },
        ]),
        source: Text::new(
            "WeChat Pay documentation: 15 s to 6 h, 24 h 4 min in all; Alipay: 4 min to 15 h, 8 notifications",
            "微信支付文档：15s 到 6h，共 24h4m；支付宝：4m 到 15h，共 8 次",
        ),
    },
    Parameter {
        key: "answer-wait",
        name: Text::new("Answer wait", "应答时限"),
        help: Text::new(
            "How long an attempt waits for its answer before it counts as failed.",
            "一次通知等多久没有应答就算失败。",
        ),
        kind: ParameterKind::Time { minimum: Span::millis(1), maximum: Span::seconds(600), default: Span::seconds(5) },
        source: Text::new("WeChat Pay documentation: answer within 5 s", "微信支付文档：5 秒内应答"),
    },
    Parameter {
        key: "answers",
        name: Text::new("Answer", "应答内容"),
        help: Text::new(
            "What the receiver answers when it is done: the one body that counts, or something else with status 200.",
            "接收方处理完之后的应答：约定的那个词，或者状态码 200 加别的内容。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "success", name: Text::new("success", "success"), breaks: None },
            Choice { key: "other", name: Text::new("anything else", "其他内容"), breaks: None },
        ]),
        source: Text::new(
            "Alipay: success if and only if the body is “success”",
            "支付宝：当且仅当应答内容为 success 才算成功",
        ),
    },
    Parameter {
        key: "failures",
        name: Text::new("Receiver failures", "接收方失败次数"),
        help: Text::new(
            "How often the receiver fails on each notification, without doing anything, before it works.",
            "接收方对每条通知先失败多少次（什么也没做）才成功。",
        ),
        kind: ParameterKind::Number { minimum: 0, maximum: 20, default: 0 },
        source: Text::new("none", "零"),
    },
    Parameter {
        key: "work",
        name: Text::new("Receiver's work", "接收方处理时长"),
        help: Text::new("How long after it has done its half the receiver answers.", "接收方执行之后隔多久才应答。"),
        kind: ParameterKind::Time { minimum: Span::ZERO, maximum: Span::seconds(600), default: Span::ZERO },
        source: Text::new("none: it answers at once", "零：立即应答"),
    },
    Parameter {
        key: "reconcile",
        name: Text::new("Reconciliation", "对账间隔"),
        help: Text::new(
            "How often the receiver asks the sender what it has committed; 0s for never.",
            "接收方每隔多久向发送方查询它提交了哪些订单；0s 表示从不。",
        ),
        kind: ParameterKind::Time { minimum: Span::ZERO, maximum: Span::seconds(500_000), default: Span::ZERO },
        source: Text::new(
            "off, to show what it is for; WeChat Pay's statement comes once a day",
            "默认关闭，以显示它的作用；微信支付账单每天一份",
        ),
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
                key: "memory-queue",
                name: Text::new("the notifier keeps its queue in memory", "通知服务只用内存队列"),
                breaks: Some(messaging::id::IN_HANDS),
            },
            Choice {
                key: "any-answer",
                name: Text::new("any answer counts as success", "有应答就算成功"),
                breaks: Some(messaging::id::IN_HANDS),
            },
            Choice {
                key: "no-number",
                name: Text::new("the receiver does not look at the order's number", "接收方不看订单编号"),
                breaks: Some(flexible::id::NO_EFFECT_TWICE),
            },
            Choice {
                key: "no-signature",
                name: Text::new("the receiver does not check signatures", "接收方不验签"),
                breaks: Some(messaging::id::COMMITTED_FIRST),
            },
            Choice {
                key: "impatient",
                name: Text::new("try again at once", "失败立即重试"),
                breaks: Some(properties::SCHEDULE),
            },
        ]),
        source: Text::new("reference sheet §6: scenarios and invariants", "参考表 §6：场景与不变式"),
    },
];

/// One line of the protocol, written wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    MemoryQueue,
    AnyAnswer,
    NoNumber,
    NoSignature,
    Impatient,
}

impl Mistake {
    fn of(word: &str) -> Mistake {
        match word {
            "memory-queue" => Mistake::MemoryQueue,
            "any-answer" => Mistake::AnyAnswer,
            "no-number" => Mistake::NoNumber,
            "no-signature" => Mistake::NoSignature,
            "impatient" => Mistake::Impatient,
            _ => Mistake::None,
        }
    }
}

/// The parameters of one run, as every node is told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub business: Business,
    pub at_once: u32,
    pub schedule: Schedule,
    pub answer_wait: Span,
    pub says_success: bool,
    pub failures: u8,
    pub work: Span,
    /// How often the receiver asks; zero for never.
    pub reconcile: Span,
    pub answer_timeout: Span,
    pub mistake: Mistake,
}

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let (rows, orders) = (values.number("rows") as u16, values.number("orders"));
        Settings {
            business: messaging::business(rows, orders, shared::refuses(values)),
            at_once: values.number("at-once"),
            schedule: Schedule::of(values.choice("schedule")),
            answer_wait: values.time("answer-wait"),
            says_success: values.choice("answers") == "success",
            failures: values.number("failures") as u8,
            work: values.time("work"),
            reconcile: values.time("reconcile"),
            answer_timeout: values.time("answer-timeout"),
            mistake: Mistake::of(values.choice("mistake")),
        }
    }

    /// What the broker is told.
    pub fn broker(&self) -> broker::server::Setup {
        let subscription = Subscription {
            topic: TOPIC,
            consumer: NOTIFIER,
            in_order: false,
            retry: Retry::Levels(broker::consumer_retries()),
            redeliver_after: REDELIVER,
        };
        broker::server::Setup {
            flush: Flush::BeforeReply,
            subscriptions: vec![subscription],
            checking: broker::Checking::default(),
        }
    }
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let reconcile = values.time("reconcile");
    (reconcile > Span::ZERO && reconcile < Span::millis(10))
        .then_some(Text::new("reconcile must be 0s (never) or at least 10ms", "reconcile 必须是 0s（从不）或至少 10ms"))
}
