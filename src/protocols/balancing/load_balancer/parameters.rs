//! What may be set, in the order of the form.

use super::id;
use super::settings::{BALANCERS_MAX, PROVIDERS_MAX, STANDBY_MAX};
use crate::protocols::parameter::{Choice, choice, number, time};
use crate::protocols::parts::balancing::Algorithm;
use crate::protocols::{Parameter, ParameterKind};
use crate::sim::time::Span;
use crate::text::Text;

const HOUR: Span = Span::seconds(3_600);
const OURS: Text = Text::new("the laboratory's own", "本实验室自定");

static ALGORITHMS: &[Choice] = &[
    choice(Algorithm::NginxSmooth.key(), Text::new("smooth weighted round robin (nginx)", "平滑加权轮询（nginx）")),
    choice(Algorithm::DubboSmooth.key(), Text::new("smooth weighted round robin (Dubbo)", "平滑加权轮询（Dubbo）")),
    choice(Algorithm::NaiveWeighted.key(), Text::new("naive weighted round robin", "朴素加权轮询")),
    choice(Algorithm::RoundRobin.key(), Text::new("round robin", "轮询")),
    choice(Algorithm::Random.key(), Text::new("random", "随机")),
    choice(Algorithm::WeightedRandom.key(), Text::new("weighted random", "加权随机")),
    choice(Algorithm::LeastActive.key(), Text::new("least active", "最少活跃")),
    choice(Algorithm::ShortestResponse.key(), Text::new("shortest response", "最短响应")),
    choice(Algorithm::TwoChoices.key(), Text::new("power of two choices", "二选一（P2C）")),
    choice(Algorithm::DubboRing.key(), Text::new("consistent hashing (Dubbo)", "一致性哈希（Dubbo）")),
    choice(Algorithm::Ketama.key(), Text::new("ketama (libmemcached)", "ketama（libmemcached）")),
    choice(Algorithm::EnvoyRing.key(), Text::new("ring hash (Envoy)", "环形哈希（Envoy）")),
    choice(Algorithm::BoundedLoad.key(), Text::new("consistent hashing with bounded loads", "有界负载的一致性哈希")),
    choice(Algorithm::Maglev.key(), Text::same("Maglev")),
    choice(Algorithm::Jump.key(), Text::new("jump consistent hash", "跳跃一致性哈希（jump hash）")),
    choice(Algorithm::Rendezvous.key(), Text::new("rendezvous hashing", "最高随机权重（rendezvous）")),
    choice(Algorithm::Modulo.key(), Text::new("modulo", "取模")),
    choice(Algorithm::IpHash.key(), Text::new("IP hash (nginx)", "IP 哈希（nginx）")),
];

/// Patterns of weights, repeated over all providers.
pub const WEIGHTS: &[(&str, &[u32])] =
    &[("equal", &[1]), ("3-2-1", &[3, 2, 1]), ("5-1-1", &[5, 1, 1]), ("all-100", &[100])];

pub static PARAMETERS: &[Parameter] = &[
    Parameter {
        key: "algorithm",
        name: Text::new("Algorithm", "算法"),
        help: Text::new("By what a balancer picks a provider for a request.", "负载均衡器按什么规则为请求选择提供者。"),
        kind: ParameterKind::Choice(ALGORITHMS),
        source: Text::new("nginx: the default of an upstream", "nginx：upstream 的默认算法"),
    },
    Parameter {
        key: "providers",
        name: Text::new("Providers", "提供者数量"),
        help: Text::new("How many providers are members from the start.", "一开始就已加入的提供者数量。"),
        kind: number(1, PROVIDERS_MAX, 3),
        source: OURS,
    },
    Parameter {
        key: "standby",
        name: Text::new("On standby", "待加入"),
        help: Text::new("How many providers more are there that may join later.", "另有多少提供者可以稍后加入。"),
        kind: number(0, STANDBY_MAX, 0),
        source: OURS,
    },
    Parameter {
        key: "weights",
        name: Text::new("Weights", "权重"),
        help: Text::new(
            "How much of the load each provider is meant to get, in the order p1, p2, p3 and so on over again.",
            "各提供者应分到的负载比例，按 p1、p2、p3 的次序循环使用。",
        ),
        kind: ParameterKind::Choice(&[
            choice(WEIGHTS[0].0, Text::new("equal", "相等")),
            choice(WEIGHTS[1].0, Text::same("3, 2, 1")),
            choice(WEIGHTS[2].0, Text::same("5, 1, 1")),
            choice(WEIGHTS[3].0, Text::new("100 each", "各 100")),
        ]),
        source: Text::new("nginx: weight=1; Dubbo: weight 100", "nginx：weight=1；Dubbo：weight 100"),
    },
    Parameter {
        key: "balancers",
        name: Text::new("Balancers", "负载均衡器数量"),
        help: Text::new(
            "Each has a view of its own: it knows of its own requests only.",
            "每个负载均衡器各有自己的视图：只知道自己发出的请求。",
        ),
        kind: number(1, BALANCERS_MAX, 1),
        source: OURS,
    },
    Parameter {
        key: "requests",
        name: Text::new("Requests", "请求数"),
        help: Text::new("How many requests come in all.", "总共到达多少个请求。"),
        kind: number(1, 20_000, 12),
        source: OURS,
    },
    Parameter {
        key: "arrivals",
        name: Text::new("Arrivals", "到达过程"),
        help: Text::new(
            "One request every so often; or as a Poisson process, whose requests do not know of each other.",
            "每隔固定时间到达一个；或按泊松过程到达，请求之间互不相关。",
        ),
        kind: ParameterKind::Choice(&[
            choice("regular", Text::new("regular", "等间隔")),
            choice("poisson", Text::new("Poisson", "泊松")),
        ]),
        source: OURS,
    },
    Parameter {
        key: "every",
        name: Text::new("Every", "到达间隔"),
        help: Text::new("The time between two requests, on average.", "两个请求之间的平均间隔。"),
        kind: time(Span::micros(100), HOUR, Span::millis(10)),
        source: OURS,
    },
    Parameter {
        key: "keys",
        name: Text::new("Clients", "客户端数量"),
        help: Text::new(
            "How many clients there are. A client's address is the key of its requests.",
            "有多少个客户端。客户端的地址就是其请求的键。",
        ),
        kind: number(1, 10_000, 12),
        source: OURS,
    },
    Parameter {
        key: "popularity",
        name: Text::new("Popularity", "热度分布"),
        help: Text::new(
            "Whether all clients ask equally often, by Zipf's law, or one of them makes half of all requests.",
            "所有客户端请求得一样频繁，或服从 Zipf 定律，或其中一个占全部请求的一半。",
        ),
        kind: ParameterKind::Choice(&[
            choice("uniform", Text::new("uniform", "均匀")),
            choice("zipf", Text::same("Zipf")),
            choice("one-hot", Text::new("one hot key", "单个热点")),
        ]),
        source: Text::new("Zipf: Breslau and others 1999, exponent 0.8", "Zipf：Breslau 等 1999，指数 0.8"),
    },
    Parameter {
        key: "addresses",
        name: Text::new("Addresses", "客户端地址"),
        help: Text::new(
            "Each client in a network of its own, or all in one /24, as behind a NAT.",
            "每个客户端各在不同网段，或全在同一个 /24 里，如同身处 NAT 之后。",
        ),
        kind: ParameterKind::Choice(&[
            choice("spread", Text::new("spread", "分散")),
            choice("one-network", Text::new("one network", "同一网段")),
        ]),
        source: Text::new("sheet §13: NAT hot-spot", "参考表 §13：NAT 热点"),
    },
    Parameter {
        key: "service-times",
        name: Text::new("Service times", "服务时间分布"),
        help: Text::new(
            "Whether every request takes as long as the next, or how the times are spread.",
            "每个请求用时相同，或服务时间如何分布。",
        ),
        kind: ParameterKind::Choice(&[
            choice("fixed", Text::new("fixed", "固定")),
            choice("exponential", Text::new("exponential", "指数")),
            choice("log-normal", Text::new("log-normal, sigma 0.5", "对数正态，σ=0.5")),
        ]),
        source: OURS,
    },
    Parameter {
        key: "service",
        name: Text::new("Service time", "服务时间"),
        help: Text::new(
            "How long a worker takes for a request: the mean, of the log-normal times the median.",
            "工作线程处理一个请求的时间：均值；对数正态则为中位数。",
        ),
        kind: time(Span::micros(100), HOUR, Span::millis(15)),
        source: OURS,
    },
    Parameter {
        key: "workers",
        name: Text::new("Workers", "工作线程"),
        help: Text::new("How many requests a provider serves at once.", "一个提供者同时处理多少个请求。"),
        kind: number(1, 200, 2),
        source: Text::new(
            "Dubbo's default is 200 threads; here fewer, so that queues show",
            "Dubbo 默认 200 线程；这里取小，便于看到排队",
        ),
    },
    Parameter {
        key: "queue",
        name: Text::new("Queue", "队列长度"),
        help: Text::new(
            "How many requests may wait at a provider; the next is refused, and the balancer tries another.",
            "提供者处最多有多少请求排队；再来的会被拒绝，由负载均衡器另选一个。",
        ),
        kind: number(0, 1_000, 100),
        source: OURS,
    },
    Parameter {
        key: "slow-provider",
        name: Text::new("Slow provider", "慢节点"),
        help: Text::new("Which provider is slower than the others.", "哪个提供者比其他的慢。"),
        kind: ParameterKind::Choice(&[
            choice("nobody", Text::new("nobody", "无")),
            choice("p1", Text::same("p1")),
            choice("p2", Text::same("p2")),
            choice("p3", Text::same("p3")),
        ]),
        source: Text::new("reference sheet §0: SLOW", "参考表 §0：SLOW"),
    },
    Parameter {
        key: "slow-factor",
        name: Text::new("Slower by", "慢几倍"),
        help: Text::new("How many times as long the slow provider takes.", "慢节点用时是其他节点的几倍。"),
        kind: number(2, 100, 5),
        source: OURS,
    },
    Parameter {
        key: "timeout",
        name: Text::new("Time-out", "超时"),
        help: Text::new("How long a balancer waits for a provider's reply.", "负载均衡器等待提供者回复多久。"),
        kind: time(Span::millis(1), HOUR, Span::seconds(1)),
        source: Text::new("Dubbo: timeout, 1,000 ms", "Dubbo：timeout，1,000 ms"),
    },
    Parameter {
        key: "tries",
        name: Text::new("Tries", "尝试次数"),
        help: Text::new("How often a request is tried before it fails.", "一个请求最多尝试几次，之后算失败。"),
        kind: number(1, 10, 3),
        source: Text::new("Dubbo: retries, 2 after the first", "Dubbo：retries，首次之后再试 2 次"),
    },
    Parameter {
        key: "check-every",
        name: Text::new("Check every", "检查间隔"),
        help: Text::new(
            "How often a balancer asks each provider whether it is well.",
            "负载均衡器每隔多久检查一次各提供者。",
        ),
        kind: time(Span::millis(1), HOUR, Span::seconds(2)),
        source: Text::new("HAProxy: inter, 2 s", "HAProxy：inter，2 s"),
    },
    Parameter {
        key: "fall",
        name: Text::new("Fall", "判死次数"),
        help: Text::new("After how many missed checks a provider counts as dead.", "连续错过几次检查就判定为失效。"),
        kind: number(1, 100, 3),
        source: Text::new("HAProxy: fall, 3", "HAProxy：fall，3"),
    },
    Parameter {
        key: "rise",
        name: Text::new("Rise", "复活次数"),
        help: Text::new("After how many answered checks it counts as well again.", "连续通过几次检查就恢复可用。"),
        kind: number(1, 100, 2),
        source: Text::new("HAProxy: rise, 2", "HAProxy：rise，2"),
    },
    Parameter {
        key: "passive-checks",
        name: Text::new("Passive checks", "被动检查"),
        help: Text::new(
            "Whether one failed request is enough to leave a provider alone for a while.",
            "一次请求失败是否就足以暂时停用该提供者。",
        ),
        kind: ParameterKind::Choice(&[choice("on", Text::new("on", "开")), choice("off", Text::new("off", "关"))]),
        source: Text::new("nginx: max_fails=1", "nginx：max_fails=1"),
    },
    Parameter {
        key: "fail-timeout",
        name: Text::new("Fail time-out", "停用时长"),
        help: Text::new("How long a provider that failed is left alone.", "失败的提供者被停用多久。"),
        kind: time(Span::millis(1), HOUR, Span::seconds(10)),
        source: Text::new("nginx: fail_timeout, 10 s", "nginx：fail_timeout，10 s"),
    },
    Parameter {
        key: "warm-up",
        name: Text::new("Warm-up", "预热"),
        help: Text::new(
            "How long a provider's weight rises from 1 to its own after its start; 0 for not at all.",
            "启动后权重从 1 升到设定值要多久；0 表示不预热。",
        ),
        kind: time(Span::ZERO, HOUR, Span::ZERO),
        source: Text::new(
            "Dubbo: warmup, 10 min; nginx: slow_start, off",
            "Dubbo：warmup，10 min；nginx：slow_start，默认关",
        ),
    },
    Parameter {
        key: "virtual-nodes",
        name: Text::new("Virtual nodes", "虚拟节点"),
        help: Text::new("Points of each provider on Dubbo's ring.", "Dubbo 环上每个提供者的点数。"),
        kind: number(4, 1_000, 160),
        source: Text::new("Dubbo: hash.nodes, 160", "Dubbo：hash.nodes，160"),
    },
    Parameter {
        key: "ring-size",
        name: Text::new("Ring size", "环的点数"),
        help: Text::new(
            "The least number of points on Envoy's ring, which the providers share; the ring with bounded loads is the same.",
            "Envoy 环上的最少总点数，由各提供者分摊；有界负载用的也是这个环。",
        ),
        kind: number(1, 10_000, 1_024),
        source: Text::new("Envoy: minimum_ring_size, 1,024", "Envoy：minimum_ring_size，1,024"),
    },
    Parameter {
        key: "table-size",
        name: Text::new("Maglev's table", "Maglev 表长"),
        help: Text::new(
            "The size of Maglev's table; the next prime is taken.",
            "Maglev 查找表的长度；取不小于它的质数。",
        ),
        kind: number(2, 65_537, 65_537),
        source: Text::new("Envoy: table_size, 65,537", "Envoy：table_size，65,537"),
    },
    Parameter {
        key: "bound",
        name: Text::new("Bound", "负载上限"),
        help: Text::new(
            "How much of the average load a provider may have with bounded loads, in hundredths; the property is judged by it too.",
            "有界负载下提供者最多承担平均负载的百分之几；性质也按此判定。",
        ),
        kind: number(100, 1_000, 125),
        source: Text::new(
            "HAProxy: hash-balance-factor, sensibly 125 to 200",
            "HAProxy：hash-balance-factor，建议 125 到 200",
        ),
    },
    Parameter {
        key: "latency",
        name: Text::new("Latency", "网络延迟"),
        help: Text::new("How long a message takes.", "一条消息在途时间。"),
        kind: time(Span::micros(1), HOUR, Span::millis(1)),
        source: Text::new("a round trip in one data centre is about 0.5 ms to 2 ms", "同一数据中心往返约 0.5–2 ms"),
    },
    Parameter {
        key: "mistake",
        name: Text::new("Mistake", "错误"),
        help: Text::new(
            "A mistake that somebody has made in the balancer: checks whose result nobody looks at; a counter of requests in flight \
             that a failure does not take down; or such counters that are read only when health is checked.",
            "负载均衡器实现中的错误：做了检查却不看结果；请求失败时，在途计数没有减回去；或只在健康检查时才读取在途计数。",
        ),
        kind: ParameterKind::Choice(&[
            choice("none", Text::new("none", "无")),
            Choice {
                key: "ignores-health",
                name: Text::new("ignores health", "不看健康状态"),
                breaks: Some(id::DEAD_GET_NOTHING),
            },
            Choice {
                key: "never-uncounts",
                name: Text::new("never uncounts", "计数只增不减"),
                breaks: Some(id::COUNTED_ONCE),
            },
            Choice {
                key: "stale-counts", name: Text::new("stale counts", "计数过期"), breaks: Some(id::LEAST_BUSY)
            },
        ]),
        source: Text::new("reference sheet §14, LB-6", "参考表 §14，LB-6"),
    },
];
