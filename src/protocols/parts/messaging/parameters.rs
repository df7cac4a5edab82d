//! The parameters that every protocol with a sender and a receiver has, said once.

use super::Service;
use super::consumer::{Mistake, Refusal};
use crate::protocols::parts::atomic_commitment::parameters as shared;
use crate::protocols::protocol::Intervention;
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::time::Span;
use crate::sim::topology::Topology;
use crate::sim::trace::NodeId;
use crate::text::Text;

pub use shared::{AT_ONCE, FSYNC, LATENCY, LATENCY_MODEL, ORDERS, ROWS, latency};

/// The longest time that a parameter may take.
pub const TIME_MAX: Span = Span::seconds(100_000);

/// Who refuses.
pub const REFUSE: Parameter = Parameter {
    key: "refuse",
    name: Text::new("Refuses", "拒绝者"),
    help: Text::new(
        "The sender's shelf is empty, so that nothing begins; or the receiver's account is over its limit, when it is too \
         late for the sender.",
        "发送方货架空了，什么都不会开始；或者接收方账户超限，而此时发送方已无法反悔。",
    ),
    kind: ParameterKind::Choice(&[
        Choice { key: "none", name: Text::new("nobody", "无"), breaks: None },
        Choice { key: "sender", name: Text::new("the sender", "发送方"), breaks: None },
        Choice { key: "receiver", name: Text::new("the receiver", "接收方"), breaks: None },
    ]),
    source: Text::new("reference sheet §0: BIZFAIL", "参考表 §0：BIZFAIL"),
};

/// Who refuses, by its value.
pub fn refuses(values: &Values) -> Option<Service> {
    match values.choice("refuse") {
        "sender" => Some(Service::Sender),
        "receiver" => Some(Service::Receiver),
        _ => None,
    }
}

/// What the receiver does with what its business refuses.
pub const ON_REFUSAL: Parameter = Parameter {
    key: "on-refusal",
    name: Text::new("On refusal", "业务拒绝时"),
    help: Text::new(
        "The receiver writes down that it refuses and tells people; or it fails as with any error, and the message comes \
         again and again.",
        "接收方记录拒绝并告警；或者像普通错误一样抛出失败，于是消息一再重投。",
    ),
    kind: ParameterKind::Choice(&[
        Choice { key: "record", name: Text::new("write it down", "记录并告警"), breaks: None },
        Choice { key: "fail", name: Text::new("fail", "抛出失败"), breaks: None },
    ]),
    source: Text::new("reference sheet §4: poison message", "参考表 §4：毒消息"),
};

/// What the receiver does with what its business refuses, by its value.
pub fn on_refusal(values: &Values) -> Refusal {
    match values.choice("on-refusal") {
        "fail" => Refusal::Fail,
        _ => Refusal::Record,
    }
}

/// How long the client waits for an answer before it repeats its order.
pub const ANSWER_TIMEOUT: Parameter = Parameter {
    key: "answer-timeout",
    name: Text::new("Answer time-out", "答复超时"),
    help: Text::new(
        "How long the client waits for an answer before it sends its order again, under the same number.",
        "客户端等多久没有答复就用同一个订单号重发订单。",
    ),
    kind: ParameterKind::Time { minimum: Span::millis(1), maximum: TIME_MAX, default: Span::seconds(5) },
    source: Text::new("a typical time-out of a call between services: 5 s", "服务间调用的常见超时：5 s"),
};

/// How long the broker waits for the answer to a delivery.
pub const REDELIVER: Parameter = Parameter {
    key: "redeliver",
    name: Text::new("Redelivery", "重投间隔"),
    help: Text::new(
        "How long a delivery may stay unanswered before the broker repeats it.",
        "一次投递多久没有应答，消息队列就重新投递。",
    ),
    kind: ParameterKind::Time { minimum: Span::millis(10), maximum: TIME_MAX, default: Span::seconds(30) },
    source: Text::new("Amazon SQS: visibility timeout, 30 s", "Amazon SQS：可见性超时（visibility timeout），30 s"),
};

/// The inbox forgets.
pub const CLEAN: Intervention = Intervention {
    key: "clean",
    name: Text::new("The inbox is cleaned", "清理去重表"),
    help: Text::new(
        "Somebody deletes the receiver's inbox rows, which seem to have served their time.",
        "有人删掉接收方去重表里的行，以为它们早已没用。",
    ),
    applies: is_receiver,
    arguments: &[],
};

/// Whether the node is the receiver: it has the same name in every protocol.
pub fn is_receiver(node: NodeId, topology: &Topology) -> bool {
    topology.name(node) == "b"
}

/// The receiver's mistakes, for a protocol's own list.
pub const NO_INBOX: Choice = Choice {
    key: "no-inbox",
    name: Text::new("the receiver remembers nothing", "接收方不去重"),
    breaks: Some(super::super::flexible::id::NO_EFFECT_TWICE),
};
pub const INBOX_AFTER_EFFECT: Choice = Choice {
    key: "inbox-after-effect",
    name: Text::new("do it, then remember it in a second transaction", "先执行业务，再用另一个事务写去重表"),
    breaks: Some(super::super::flexible::id::NO_EFFECT_TWICE),
};
pub const INBOX_BEFORE_EFFECT: Choice = Choice {
    key: "inbox-before-effect",
    name: Text::new("remember it, then do it in a second transaction", "先写去重表，再用另一个事务执行业务"),
    breaks: Some(super::id::IN_HANDS),
};
pub const ACKNOWLEDGE_FIRST: Choice = Choice {
    key: "acknowledge-first",
    name: Text::new("acknowledge, then do it", "先确认消费，再执行业务"),
    breaks: Some(super::id::IN_HANDS),
};

/// The receiver's mistake, if the word is one of the above.
pub fn receiver_mistake(word: &str) -> Mistake {
    match word {
        "no-inbox" => Mistake::NoInbox,
        "inbox-after-effect" => Mistake::InboxAfterEffect,
        "inbox-before-effect" => Mistake::InboxBeforeEffect,
        "acknowledge-first" => Mistake::AcknowledgeFirst,
        _ => Mistake::None,
    }
}
