//! Balancers side by side: those that look who is busy against those that do not, and hashes against each other.

use crate::protocols::Family;
use crate::protocols::comparison::{Column, Comparison, Load, Trial, Way};
use crate::text::Text;

/// Who gets the next request.
pub static BALANCING: Comparison = Comparison {
    id: "balancing",
    family: Family::Balancing,
    question: Text::new(
        "Taking turns, drawing lots, looking who is idle, hashing: who keeps whom waiting?",
        "轮询、随机、看谁空闲、一致性哈希：哪种算法让请求等得更久？",
    ),
    about: Text::new(
        "Three providers with two workers each, a request every 3.5 ms on average, 15 ms of work for one on average: seven in ten \
         workers are busy. Each number is the median over the seeds, and opens the run that it comes from; “99 % within” is of the \
         300 requests of one run.",
        "三个提供者，每个两个工作线程；平均每 3.5 ms 来一个请求，处理一个平均要 15 ms：利用率约七成。每个数字都是各种子的中位数，点击可\
         打开得出它的那次运行；“99%”指一次运行的 300 个请求之内。",
    ),
    ways: &[
        way(Text::new("Round robin", "轮询"), &["algorithm=round-robin"]),
        way(Text::new("Random", "随机"), &["algorithm=random"]),
        way(Text::new("Power of two choices", "二选一（P2C）"), &["algorithm=two-choices"]),
        way(Text::new("Least active", "最少活跃"), &["algorithm=least-active"]),
        way(Text::new("Shortest response", "最短响应"), &["algorithm=shortest-response"]),
        way(Text::new("Hash ring", "一致性哈希"), &["algorithm=dubbo-ring"]),
        way(Text::new("Hash ring with a bound", "有界负载的一致性哈希"), &["algorithm=bounded-load"]),
    ],
    trials: &[
        Trial {
            title: Text::new("All are equally fast", "大家一样快"),
            note: Text::new(
                "Arrivals by chance, service times by chance: whoever looks keeps queues short, whoever hashes cannot.",
                "到达随机，服务时间也随机：会看负载的能把队列压短，按键哈希的做不到。",
            ),
            loads: &[Load::of(Text::same(""), STEADY)],
            columns: LATENCIES,
        },
        Trial {
            title: Text::new("One provider is five times as slow", "一个提供者慢了五倍"),
            note: Text::new(
                "Turns, lots and hashes go on sending it a third of all requests; it works at a fifth of their speed.",
                "轮询、随机和哈希照旧把三分之一的请求发给它，而它的速度只有别家的五分之一。",
            ),
            loads: &[Load::of(Text::same(""), SLOW)],
            columns: LATENCIES,
        },
        Trial {
            title: Text::new("Half of the world asks for one key", "一半请求都是同一个键"),
            note: Text::new(
                "A hash sends all of a key to one provider, however even the ring is. The bound lets what is too much walk on.",
                "哈希把同一个键全部发给一个提供者，环再均匀也没用；有界负载让超出的部分顺环往下走。",
            ),
            loads: &[Load::of(Text::same(""), HOT)],
            columns: LATENCIES,
        },
    ],
};

/// Where a key lives.
pub static HASHING: Comparison = Comparison {
    id: "hashing",
    family: Family::Balancing,
    question: Text::new(
        "A provider dies, another joins. Whose keys move?",
        "一个提供者宕机、一个新提供者加入。哪些键会搬家？",
    ),
    about: Text::new(
        "Four providers and 60 keys. At best only the keys of whoever is gone move: a quarter of them, about 15; and a \
         fifth provider takes a fifth of all, about 12. A key counts as moved when its next request goes elsewhere.",
        "四个提供者，60 个键。最理想时，只有离开者的键搬家：四分之一，约 15 个；第五个提供者加入则拿走五分之一，约 12 个。\
         一个键的下一次请求去了别处，就算搬过家。",
    ),
    ways: &[
        way(Text::new("Modulo", "取模"), &["algorithm=modulo"]),
        way(Text::new("IP hash (nginx)", "ip_hash（nginx）"), &["algorithm=ip-hash"]),
        way(Text::new("Ring: Dubbo, 160 virtual nodes", "哈希环：Dubbo，160 个虚拟节点"), &["algorithm=dubbo-ring"]),
        way(Text::new("Ring: ketama", "哈希环：ketama"), &["algorithm=ketama"]),
        way(Text::new("Ring: Envoy", "哈希环：Envoy"), &["algorithm=envoy-ring"]),
        way(Text::same("Maglev"), &["algorithm=maglev"]),
        way(Text::new("Jump hash", "jump hash"), &["algorithm=jump"]),
        way(Text::new("Rendezvous", "rendezvous（最高随机权重）"), &["algorithm=rendezvous"]),
    ],
    trials: &[
        Trial {
            title: Text::new("Nothing changes", "什么都不变"),
            note: Text::new(
                "No key moves; what differs is how even the shares are.",
                "没有键搬家；差别只在各家份额是否均匀。",
            ),
            loads: &[Load::of(Text::same(""), KEYED)],
            columns: &[Column::Cost("keys-moved"), Column::Cost("busiest")],
        },
        Trial {
            title: Text::new("The second of four leaves", "四个中的第二个离开"),
            note: Text::new(
                "By the remainder most keys move. Jump hash can lose only its last bucket cheaply: losing another renumbers. \
                 Envoy's ring keeps its size: the arcs of those who stay are drawn anew, and some of their keys move too. nginx's \
                 address hash keeps the place of a server that is marked as down.",
                "取模时大部分键都要搬。jump hash 只有去掉最后一个桶才便宜，去掉别的等于重新编号。Envoy 的环大小固定，留下者的虚拟节点要重新\
                 分配，它们的键也会搬走一些。nginx 的 ip_hash 会为标记为 down 的服务器保留位置。",
            ),
            loads: &[Load::of(Text::same(""), LEFT)],
            columns: &[Column::Cost("keys-moved"), Column::Cost("busiest")],
        },
        Trial {
            title: Text::new("A fifth joins", "第五个加入"),
            note: Text::new(
                "All but the remainder give the newcomer its share and leave the rest, Maglev nearly so, Envoy's ring of fixed \
                 size less so. nginx's address hash does it because the newcomer was listed before, as down.",
                "除取模外，新来者各得其份、其余不动：Maglev 近乎如此，环大小固定的 Envoy 差一些。nginx 的 ip_hash 能做到，是因为新来者早已以 down \
                 状态列在配置里。",
            ),
            loads: &[Load::of(Text::same(""), JOINED)],
            columns: &[Column::Cost("keys-moved"), Column::Cost("busiest")],
        },
    ],
};

const LATENCIES: &[Column] = &[
    Column::Cost("latency-median"),
    Column::Cost("latency-99"),
    Column::Cost("at-once"),
    Column::Cost("busiest"),
    Column::Cost("failed"),
];

const STEADY: &[&str] =
    &["requests=300", "keys=100", "arrivals=poisson", "every=3500us", "service-times=exponential", "until=30s"];
const SLOW: &[&str] = &[
    "requests=300",
    "keys=100",
    "arrivals=poisson",
    "every=3500us",
    "service-times=exponential",
    "slow-provider=p3",
    "slow-factor=5",
    "until=30s",
];
const HOT: &[&str] = &[
    "requests=300",
    "keys=100",
    "popularity=one-hot",
    "arrivals=poisson",
    "every=3500us",
    "service-times=exponential",
    "until=30s",
];
const KEYED: &[&str] = &["providers=4", "requests=600", "keys=60", "until=60s"];
const LEFT: &[&str] = &["providers=4", "requests=600", "keys=60", "until=60s", "do=p2@3s:leave"];
const JOINED: &[&str] = &["providers=4", "standby=1", "requests=600", "keys=60", "until=60s", "do=p5@3s:join"];

const fn way(name: Text, parameters: &'static [&'static str]) -> Way {
    Way { name, protocol: "load-balancer", parameters, worst: &[] }
}
