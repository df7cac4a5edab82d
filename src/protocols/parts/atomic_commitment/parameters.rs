//! The parameters that every atomic-commit protocol here has, said once, so that the protocols meet the same load and the
//! same network.

use super::PARTICIPANTS_MAX;
use crate::protocols::parts::business::ROWS_MAX;
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::random::Distribution;
use crate::sim::time::Span;
use crate::text::Text;

/// How many databases take part.
pub const PARTICIPANTS: Parameter = Parameter {
    key: "participants",
    name: Text::new("Databases", "数据库数量"),
    help: Text::new("How many databases every order touches.", "每个订单涉及多少个数据库。"),
    kind: ParameterKind::Number { minimum: 1, maximum: PARTICIPANTS_MAX as u32, default: 3 },
    source: Text::new("the smallest number with a majority that is not everybody", "多数派不等于全体的最小数量"),
};

/// How many orders there are.
pub const ORDERS: Parameter = Parameter {
    key: "orders",
    name: Text::new("Orders", "订单数"),
    help: Text::new("How many orders the client places, one transaction each.", "客户端共下多少单，每单一个事务。"),
    kind: ParameterKind::Number { minimum: 1, maximum: 20_000, default: 1 },
    source: Text::new("one is enough to see it", "一个就足以看清"),
};

/// How many of them are under way at once.
pub const AT_ONCE: Parameter = Parameter {
    key: "at-once",
    name: Text::new("Orders at once", "并发订单数"),
    help: Text::new("How many orders are under way at the same time.", "同时进行的订单数。"),
    kind: ParameterKind::Number { minimum: 1, maximum: 64, default: 1 },
    source: Text::new("one is enough to see it", "一个就足以看清"),
};

/// How many rows they compete for.
pub const ROWS: Parameter = Parameter {
    key: "rows",
    name: Text::new("Products", "商品种类"),
    help: Text::new(
        "How many products there are, each a row in every database: fewer products, more waiting for locks.",
        "商品种类数，每种在各数据库中占一行：种类越少，等锁越多。",
    ),
    kind: ParameterKind::Number { minimum: 1, maximum: ROWS_MAX as u32, default: 2 },
    source: Text::new(
        "two: an order for one product does not wait for an order for the other",
        "两种：一种商品的订单不必等另一种",
    ),
};

/// How latencies are distributed: read by [`latency`].
pub const LATENCY_MODEL: Parameter = Parameter {
    key: "latency-model",
    name: Text::new("Latency model", "延迟模型"),
    help: Text::new(
        "Every message takes the same time; or from half to one and a half times that; or now and then far longer.",
        "每条消息耗时相同；或在半倍到一倍半之间均匀分布；或偶尔慢得多（长尾）。",
    ),
    kind: ParameterKind::Choice(&[
        Choice { key: "fixed", name: Text::new("fixed", "固定"), breaks: None },
        Choice { key: "uniform", name: Text::new("uniform", "均匀"), breaks: None },
        Choice { key: "long-tailed", name: Text::new("long-tailed", "长尾"), breaks: None },
    ]),
    source: Text::new(
        "long-tailed: lognormal with sigma 1, typical of data-centre round trips",
        "长尾：sigma 为 1 的对数正态分布，数据中心往返的典型情形",
    ),
};

/// The typical latency: read by [`latency`].
pub const LATENCY: Parameter = Parameter {
    key: "latency",
    name: Text::new("Latency", "网络延迟"),
    help: Text::new("How long a message typically takes, one way.", "一条消息通常的单程时间。"),
    kind: ParameterKind::Time { minimum: Span::micros(10), maximum: Span::seconds(10), default: Span::millis(1) },
    source: Text::new("two machines in one region: about 1 ms", "同一地域的两台机器：约 1 ms"),
};

/// How long a disk takes.
pub const FSYNC: Parameter = Parameter {
    key: "fsync",
    name: Text::new("Disk write", "刷盘时间"),
    help: Text::new("How long it takes to make a log record durable.", "把一条日志落盘所需的时间。"),
    kind: ParameterKind::Time { minimum: Span::micros(1), maximum: Span::seconds(10), default: Span::micros(500) },
    source: Text::new("a data-centre SSD's flush: some 0.5 ms", "数据中心 SSD 的一次刷盘：约 0.5 ms"),
};

/// Who may be made to refuse: nobody, or one of the databases.
pub const REFUSERS: &[Choice] = &[
    Choice { key: "none", name: Text::new("nobody", "无"), breaks: None },
    Choice { key: "p1", name: Text::same("p1"), breaks: None },
    Choice { key: "p2", name: Text::same("p2"), breaks: None },
    Choice { key: "p3", name: Text::same("p3"), breaks: None },
    Choice { key: "p4", name: Text::same("p4"), breaks: None },
    Choice { key: "p5", name: Text::same("p5"), breaks: None },
    Choice { key: "p6", name: Text::same("p6"), breaks: None },
    Choice { key: "p7", name: Text::same("p7"), breaks: None },
    Choice { key: "p8", name: Text::same("p8"), breaks: None },
];

/// How long messages take.
pub fn latency(values: &Values) -> Distribution {
    let base = values.time("latency");
    let half = Span::micros(base.as_micros() / 2);
    match values.choice("latency-model") {
        "uniform" => Distribution::Uniform { from: base - half, to: base + half },
        "long-tailed" => Distribution::LogNormal { median: base, sigma_thousandths: 1_000 },
        _ => Distribution::Fixed(base),
    }
}
