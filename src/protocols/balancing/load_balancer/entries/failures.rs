//! Deaths, real and imagined, and two mistakes.

use super::{CRASH_P2, LEAST_ACTIVE, LEAVE_P3, ON_A_RING, PAUSE_P1, SLOW_P3, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const TURNS: &str = "sheet LB-1: whoever is there has its turn, tries again included";

const RESTART_P2: Suggestion =
    Suggestion { name: Text::new("Restart p2", "重启 p2"), change: Change::Fault("restart=p2@now") };

pub const POWER_LOSS: Entry = Entry {
    id: "load-balancer-silent-death",
    question: Text::new(
        "p2 loses power, and nothing tells the balancer. How many requests find out the hard way?",
        "p2 断电，没有任何消息告知负载均衡器。要有多少请求以身试险？",
    ),
    answer: Text::new(
        "Those of two checks' time: each waits for its time-out and is tried elsewhere. Then p2 counts as dead, and gets nothing more until it answers checks again.",
        "两次检查之间的那些：各自等到超时再改发别处。之后 p2 被判失效，直到重新通过检查才再有请求。",
    ),
    parameters: &[
        ("algorithm", "round-robin"),
        ("requests", "40"),
        ("keys", "3"),
        ("timeout", "40ms"),
        ("check-every", "30ms"),
        ("fall", "2"),
        ("passive-checks", "off"),
    ],
    seed: 1,
    faults: &["power=p2@95ms", "restart=p2@300ms"],
    until: Span::millis(800),
    suggestions: &[PAUSE_P1, LEAVE_P3, LEAST_ACTIVE],
    expected: expected! {
        EXACT_CYCLES: Holds, TURNS;
        RETRIED: Holds, "sheet LB-6: before detection requests still go there";
    },
};

pub const CRASH: Entry = Entry {
    id: "load-balancer-crash-passive-check",
    question: Text::new(
        "p2's process dies, and its machine says so. What does one failed request teach?",
        "p2 的进程宕机，它的机器会断开连接。一次失败的请求能教会什么？",
    ),
    answer: Text::new(
        "All that is needed: the connection breaks at once, the requests on it are tried elsewhere, and p2 is left alone without a single check.",
        "足够了：连接立刻断开，其上的请求改发别处，一次检查都不需要，p2 就被停用。",
    ),
    parameters: &[("algorithm", "round-robin"), ("requests", "24"), ("keys", "3")],
    seed: 1,
    faults: &["crash=p2@after:b1:call.5"],
    until: Span::millis(400),
    suggestions: &[RESTART_P2, PAUSE_P1, LEAST_ACTIVE],
    expected: expected! {
        EXACT_CYCLES: Holds, TURNS;
        RETRIED: Holds, "p2 dies with the request that it has just received";
    },
};

pub const DEPLOYMENT: Entry = Entry {
    id: "load-balancer-deployment",
    question: Text::new(
        "p2 is to get a new version. How does it go without losing a request?",
        "p2 要发布新版本。怎样做到一个请求都不丢？",
    ),
    answer: Text::new(
        "It says so first: it gets nothing more, finishes what it has, and joins again when it is ready.",
        "先打招呼：不再接收新请求，做完手头的，准备好后再加入。",
    ),
    parameters: &[("algorithm", "round-robin"), ("requests", "30"), ("keys", "3")],
    seed: 1,
    faults: &["do=p2@100ms:leave", "do=p2@220ms:join"],
    until: Span::millis(500),
    suggestions: &[CRASH_P2, PAUSE_P1, ON_A_RING],
    expected: expected! {
        EXACT_CYCLES: Holds, TURNS;
    },
};

pub const FLAPPING: Entry = Entry {
    id: "load-balancer-health-flapping",
    question: Text::new(
        "Two checks' answers are lost. What does a nervous balancer make of it?",
        "两次检查的回答丢失了。神经过敏的负载均衡器会怎么想？",
    ),
    answer: Text::new(
        "A death: p2's clients move away and come back, twice, and find cold caches each time, although p2 was well all along.",
        "宕机：p2 的客户端搬走又搬回，来回两次，每次都遇上冷缓存，而 p2 其实一直正常。",
    ),
    parameters: &[
        ("algorithm", "dubbo-ring"),
        ("requests", "50"),
        ("check-every", "50ms"),
        ("fall", "1"),
        ("rise", "1"),
    ],
    seed: 1,
    faults: &["drop=p2:healthy:b1*2", "drop=p2:healthy:b1*5"],
    until: Span::millis(700),
    suggestions: &[
        Suggestion {
            name: Text::new("Wait for three", "错过三次才判失效"), change: Change::Parameter("fall", "3")
        },
        CRASH_P2,
        PAUSE_P1,
    ],
    expected: expected! {
        KEYS_STAY: Holds, "whoever moves leaves a provider that is believed dead, or comes back to one that is believed well again";
    },
};

pub const BALANCER_DIES: Entry = Entry {
    id: "load-balancer-balancer-dies",
    question: Text::new(
        "The balancer itself dies. Who has its requests now?",
        "负载均衡器自己宕机了。它的请求怎么办？",
    ),
    answer: Text::new(
        "Nobody: what it had handed out is done for nothing. The clients see their connections break and ask the other balancer.",
        "没人管了：它派出去的活白干。客户端看到连接断开，转去问另一个负载均衡器。",
    ),
    parameters: &[("algorithm", "round-robin"), ("balancers", "2"), ("requests", "24"), ("keys", "3")],
    seed: 1,
    faults: &["crash=b1@105ms", "restart=b1@150ms"],
    until: Span::millis(500),
    suggestions: &[CRASH_P2, PAUSE_P1, SLOW_P3],
    expected: expected! {
        EXACT_CYCLES: Violated, "whose turn it is is only in memory: after its crash b1 begins with p1 again, in the middle of a cycle";
        RETRIED: NotSeen, "to the other balancer it is a new request";
    },
};

pub const IGNORES_HEALTH: Entry = Entry {
    id: "load-balancer-mistake-ignores-health",
    question: Text::new(
        "Health is checked carefully, and nobody reads the result. Does it matter?",
        "健康检查一丝不苟，却没有人看结果。要紧吗？",
    ),
    answer: Text::new(
        "Every third request goes to the dead provider and waits for its time-out, for ever.",
        "每三个请求就有一个发给失效的提供者，等到超时，永远如此。",
    ),
    parameters: &[
        ("algorithm", "round-robin"),
        ("requests", "30"),
        ("keys", "3"),
        ("timeout", "40ms"),
        ("check-every", "30ms"),
        ("fall", "2"),
        ("mistake", "ignores-health"),
    ],
    seed: 1,
    faults: &["power=p2@95ms"],
    until: Span::millis(800),
    suggestions: &[
        Suggestion { name: Text::new("Heed it", "改为看结果"), change: Change::Parameter("mistake", "none") },
        RESTART_P2,
        PAUSE_P1,
    ],
    expected: expected! {
        EXACT_CYCLES: Violated, "sheet LB-1 is of those that are there: p2 has its turn of every three, and should have none";
        DEAD_GET_NOTHING: Violated, "sheet LB-6: a dead node receives nothing after detection; this one does";
        ANSWERED: NotYet, "tries take turns as requests do: one of them meets p2 with all three of its tries, and fails";
        RETRIED: Holds, "every request to p2 times out";
    },
};

pub const NEVER_UNCOUNTS: Entry = Entry {
    id: "load-balancer-mistake-never-uncounts",
    question: Text::new(
        "p2 died with a request and is back. Why does it get so little now?",
        "p2 带着一个请求宕机，现已恢复。为什么分到的请求变少了？",
    ),
    answer: Text::new(
        "To the balancer the lost request is still in flight there: p2 never looks idle again, and gets something only when p1 is busy too.",
        "在负载均衡器看来，那个丢失的请求仍在途：p2 再也不会显得空闲，只有 p1 也忙时才轮得到它。",
    ),
    parameters: &[
        ("algorithm", "least-active"),
        ("providers", "2"),
        ("requests", "30"),
        ("keys", "3"),
        ("fail-timeout", "60ms"),
        ("mistake", "never-uncounts"),
    ],
    seed: 1,
    faults: &["pause=p1@40ms+30ms", "crash=p2@68ms", "restart=p2@75ms"],
    until: Span::millis(600),
    suggestions: &[
        Suggestion { name: Text::new("Count down", "改为减回去"), change: Change::Parameter("mistake", "none") },
        CRASH_P2,
        PAUSE_P1,
    ],
    expected: expected! {
        LEAST_BUSY: Holds, "sheet LB-5: by its own view, which is wrong";
        COUNTED_ONCE: Violated, "sheet LB-6: what failed is still counted";
        QUEUED: Holds, "while one is paused or left alone the other gets everything, and what the pause has held up comes on top";
        RETRIED: Holds, "p2 dies with a request";
    },
};
