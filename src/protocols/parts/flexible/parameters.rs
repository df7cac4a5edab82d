//! The parameters that flexible transactions share, said once, so that the protocols meet the same load and the same
//! patience.

use crate::protocols::parts::atomic_commitment::{PARTICIPANTS_MAX, parameters::REFUSERS};
use crate::protocols::parts::business::Business;
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::say;
use crate::sim::time::Span;
use crate::text::Text;

/// How many services take part. Links call them what atomic commitment calls its databases.
pub const SERVICES: Parameter = Parameter {
    key: "participants",
    name: Text::new("Services", "服务数量"),
    help: Text::new(
        "How many services every order touches, each with a database of its own.",
        "每个订单涉及多少个服务，各有自己的数据库。",
    ),
    kind: ParameterKind::Number { minimum: 1, maximum: PARTICIPANTS_MAX as u32, default: 3 },
    source: Text::new("as many as atomic commitment has here", "与原子提交协议相同"),
};

/// Who has nothing to give.
pub const REFUSE: Parameter = Parameter {
    key: "refuse",
    name: Text::new("Refuses", "拒绝者"),
    help: Text::new(
        "A service with nothing to give: an empty shelf, a card over its limit.",
        "没有资源可给的服务：货架空了，或银行卡超限。",
    ),
    kind: ParameterKind::Choice(REFUSERS),
    source: Text::new("reference sheet §0: BIZFAIL", "参考表 §0：BIZFAIL"),
};

/// How long a caller waits.
pub const CALL_TIMEOUT: Parameter = Parameter {
    key: "call-timeout",
    name: Text::new("Call time-out", "调用超时"),
    help: Text::new("How long a caller waits for the answer to a call.", "调用方等待一次调用答复的时间。"),
    kind: ParameterKind::Time { minimum: Span::millis(1), maximum: Span::seconds(3_600), default: Span::seconds(3) },
    source: Text::new("dtm: RequestTimeout, 3 s", "dtm：RequestTimeout，3 s"),
};

/// How long until what was not carried out is asked for again.
pub const RETRY: Parameter = Parameter {
    key: "retry",
    name: Text::new("Retry", "重试间隔"),
    help: Text::new(
        "How often what is decided and not carried out is asked for again, for ever.",
        "已决定而尚未执行的操作每隔多久再要求一次，永远重试。",
    ),
    kind: ParameterKind::Time { minimum: Span::millis(1), maximum: Span::seconds(3_600), default: Span::seconds(1) },
    source: Text::new(
        "Seata: committingRetryPeriod, 1 s (dtm: RetryInterval, 10 s)",
        "Seata：committingRetryPeriod，1 s（dtm：RetryInterval，10 s）",
    ),
};

/// How that time grows.
pub const BACK_OFF: Parameter = Parameter {
    key: "back-off",
    name: Text::new("Back-off", "退避"),
    help: Text::new(
        "Whether the pause between two retries stays the same or doubles each time.",
        "两次重试之间的间隔保持不变，还是每次翻倍。",
    ),
    kind: ParameterKind::Choice(&[
        Choice { key: "none", name: Text::new("none", "不变"), breaks: None },
        Choice { key: "doubling", name: Text::new("doubling", "翻倍"), breaks: None },
    ]),
    source: Text::new("Seata: none; dtm: 10, 20, 40 s …", "Seata：不变；dtm：10、20、40 s…"),
};

/// How far a pause may double: by then it is some seventeen minutes for every second of the first.
const DOUBLINGS_MAX: u8 = 10;

/// The pause before something is repeated for the time of that number.
pub fn pause(first: Span, doubling: bool, repeated: u8) -> Span {
    let factor = if doubling { 1 << repeated.min(DOUBLINGS_MAX) } else { 1 };
    Span::micros(first.as_micros().saturating_mul(factor))
}

/// The shop.
pub fn business(values: &Values) -> Business {
    Business {
        databases: values.number("participants") as u8,
        rows: values.number("rows") as u16,
        orders: values.number("orders"),
        refuses: values.choice("refuse").strip_prefix('p').and_then(|number| number.parse().ok()),
    }
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let Business { refuses, databases, .. } = business(values);
    let refuses = refuses?;
    (refuses > databases).then(|| {
        say!(
            "refuse=p{refuses} needs at least {refuses} services, and there are {databases}",
            "refuse=p{refuses} 至少需要 {refuses} 个服务，而现在只有 {databases} 个"
        )
    })
}
