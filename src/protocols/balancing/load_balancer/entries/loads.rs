//! Looking who is idle, and what one cannot see.

use super::{CRASH_P2, PAUSE_P1, SLOW_P3, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const TAKE_TURNS: Suggestion = Suggestion {
    name: Text::new("Take turns instead", "改用轮询"),
    change: Change::Parameter("algorithm", "round-robin"),
};
const BY_ITS_OWN_VIEW: &str = "sheet LB-5: by its own view never a strictly busier one";

pub const LEAST_ACTIVE: Entry = Entry {
    id: "load-balancer-least-active-slow-node",
    question: Text::new("Nobody is told that p3 is slow. Who finds out?", "没有人被告知 p3 变慢了。谁会发现？"),
    answer: Text::new(
        "Whoever counts: the slow one keeps its requests longer, so it has more in flight, and gets less.",
        "数着的人会发现：慢节点占着请求更久，在途更多，于是分到更少。",
    ),
    parameters: &[
        ("algorithm", "least-active"),
        ("slow-provider", "p3"),
        ("slow-factor", "8"),
        ("requests", "24"),
        ("keys", "3"),
    ],
    seed: 1,
    faults: &[],
    until: Span::seconds(1),
    suggestions: &[TAKE_TURNS, CRASH_P2, PAUSE_P1],
    expected: expected! {
        LEAST_BUSY: Holds, BY_ITS_OWN_VIEW;
    },
};

pub const COLD_START: Entry = Entry {
    id: "load-balancer-shortest-response-cold-start",
    question: Text::new(
        "A new provider has no average yet. What does the shortest response make of that?",
        "新提供者还没有平均响应时间。最短响应算法会怎样对待它？",
    ),
    answer: Text::new(
        "It takes nothing for fast: an average of zero beats everybody, and all requests go there until its first answer.",
        "把“没有”当成“极快”：平均值为零胜过所有人，在它首次答复之前，请求全都涌过去。",
    ),
    parameters: &[
        ("algorithm", "shortest-response"),
        ("standby", "1"),
        ("every", "4ms"),
        ("requests", "30"),
        ("keys", "3"),
    ],
    seed: 1,
    faults: &["do=p4@60ms:join"],
    until: Span::millis(400),
    suggestions: &[TAKE_TURNS, CRASH_P2, PAUSE_P1],
    expected: expected! {
        QUEUED: Holds, "sheet §14: a new node has average 0 and gets everything until its first success, 17 ms later";
    },
};

pub const TWO_CHOICES: Entry = Entry {
    id: "load-balancer-two-choices",
    question: Text::new("Is it enough to look at two of five?", "五个里只看两个，够吗？"),
    answer: Text::new(
        "Nearly. Sometimes both that were drawn are busy while another is idle, but hardly ever does one get much more than the rest.",
        "几乎够了。有时抽出的两个都忙，而别处有闲着的；但很少会让某一个比其他多出许多。",
    ),
    parameters: &[
        ("algorithm", "two-choices"),
        ("providers", "5"),
        ("every", "3ms"),
        ("requests", "40"),
        ("keys", "3"),
    ],
    seed: 1,
    faults: &[],
    until: Span::millis(400),
    suggestions: &[TAKE_TURNS, CRASH_P2, PAUSE_P1],
    expected: expected! {
        QUEUED: Holds, "some six in flight over five: now and then both that are drawn have two already, which is all that their workers can do";
    },
};

pub const ONE_VIEW: Entry = Entry {
    id: "load-balancer-one-view",
    question: Text::new(
        "One balancer sees every request. Does anybody wait while another is idle?",
        "只有一个负载均衡器，所有请求都看得到。会有人在别处空闲时排队吗？",
    ),
    answer: Text::new("No: it knows who is idle.", "不会：谁空闲它一清二楚。"),
    parameters: &[("algorithm", "least-active"), ("workers", "1"), ("requests", "24"), ("keys", "2")],
    seed: 1,
    faults: &[],
    until: Span::millis(400),
    suggestions: &[
        Suggestion {
            name: Text::new("Three balancers", "三个负载均衡器"),
            change: Change::Parameter("balancers", "3"),
        },
        TAKE_TURNS,
        SLOW_P3,
    ],
    expected: expected! {
        LEAST_BUSY: Holds, BY_ITS_OWN_VIEW;
        QUEUED: NotSeen, "two in flight, three providers, and one who sees them all";
    },
};

pub const STALE_VIEWS: Entry = Entry {
    id: "load-balancer-several-views",
    question: Text::new(
        "Three balancers share the same load, each with a view of its own. Is idle still idle?",
        "三个负载均衡器分担同样的负载，各有各的视图。看着空闲就真的空闲吗？",
    ),
    answer: Text::new(
        "Only to whoever looks. Each picks the least busy by its own requests, and cannot see those of the others that wait there.",
        "只是看起来空闲。每个都按自己的请求挑最闲的，却看不见别人排在那里的请求。",
    ),
    parameters: &[
        ("algorithm", "least-active"),
        ("balancers", "3"),
        ("workers", "1"),
        ("requests", "24"),
        ("keys", "2"),
    ],
    seed: 1,
    faults: &[],
    until: Span::millis(400),
    suggestions: &[
        Suggestion {
            name: Text::new("One balancer", "只用一个负载均衡器"),
            change: Change::Parameter("balancers", "1"),
        },
        TAKE_TURNS,
        SLOW_P3,
    ],
    expected: expected! {
        LEAST_BUSY: Holds, BY_ITS_OWN_VIEW;
        QUEUED: Holds, "sheet §14, breakers: stale in-flight counts with several balancers";
    },
};

pub const WARM_UP: Entry = Entry {
    id: "load-balancer-warm-up",
    question: Text::new(
        "p3 has just started, and is cold. How much does it get?",
        "p3 刚刚启动，还没热身。它分到多少？",
    ),
    answer: Text::new(
        "Next to nothing at first: its weight begins at 1 and rises in a straight line, by what it says of its own uptime.",
        "一开始几乎没有：权重从 1 起按它自己报告的运行时长直线上升。",
    ),
    parameters: &[
        ("algorithm", "dubbo-smooth"),
        ("weights", "all-100"),
        ("warm-up", "6s"),
        ("requests", "60"),
        ("keys", "3"),
        ("check-every", "20ms"),
        ("fail-timeout", "50ms"),
        ("rise", "1"),
    ],
    seed: 1,
    faults: &["crash=p3@100ms", "restart=p3@130ms"],
    until: Span::millis(700),
    suggestions: &[TAKE_TURNS, CRASH_P2, PAUSE_P1],
    expected: expected! {
        EXACT_CYCLES: Holds, "no cycle of 300 requests ends within 60";
        RETRIED: Holds, "p3 has a request when it dies, or gets one before anybody knows";
    },
};
