//! Taking turns and drawing lots: nobody looks who is busy.

use super::{CRASH_P2, LEAST_ACTIVE, ON_A_RING, PAUSE_P1, SLOW_P3, expected};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

const EXACT: &str = "sheet LB-1: exact counts in every cycle";

pub const SMOOTH: Entry = Entry {
    id: "load-balancer-smooth",
    question: Text::new(
        "One machine is five times as strong as the others. Who gets the next request?",
        "一台机器的能力是其他机器的五倍。下一个请求给谁？",
    ),
    answer: Text::new(
        "a a b a c a a: five of seven go to the strong one, and yet the weak ones are not left to the end. After seven \
         requests everything is as it was at first.",
        "a a b a c a a：七个里有五个给强者，弱者又不必等到最后。每七个请求之后，一切回到起点。",
    ),
    parameters: &[("weights", "5-1-1"), ("requests", "14"), ("keys", "3")],
    seed: 1,
    faults: &[],
    until: Span::millis(250),
    suggestions: &[CRASH_P2, SLOW_P3, LEAST_ACTIVE],
    expected: expected! {
        EXACT_CYCLES: Holds, EXACT;
    },
};

pub const NAIVE: Entry = Entry {
    id: "load-balancer-naive-burst",
    question: Text::new(
        "Three requests for p1, two for p2, one for p3, over again. What is wrong with a a a b b c?",
        "p1 三个、p2 两个、p3 一个，循环往复。a a a b b c 有什么问题？",
    ),
    answer: Text::new(
        "The counts are right, the moment is not: p1 gets its three in a row and lets one of them wait, while the others have nothing to do.",
        "数目没错，时机不对：p1 连得三个，只好让一个排队，而此时别人闲着。",
    ),
    parameters: &[("algorithm", "naive-weighted"), ("weights", "3-2-1"), ("every", "6ms"), ("keys", "3")],
    seed: 1,
    faults: &[],
    until: Span::millis(200),
    suggestions: &[CRASH_P2, SLOW_P3, LEAST_ACTIVE],
    expected: expected! {
        EXACT_CYCLES: Holds, EXACT;
        QUEUED: Holds, "three in 12 ms for two workers that take 15 ms each: sheet §23.12, the naive order is a burst";
    },
};

pub const SMOOTH_UNDER_LOAD: Entry = Entry {
    id: "load-balancer-smooth-no-burst",
    question: Text::new(
        "The same weights and the same load, but spread evenly. Does anybody still wait?",
        "权重和负载都一样，只是均匀散开。还有人要等吗？",
    ),
    answer: Text::new(
        "No: a b a c b a has the same counts, and never gives anybody three in a row.",
        "没有：a b a c b a 数目相同，却从不连给三个。",
    ),
    parameters: &[("weights", "3-2-1"), ("every", "6ms"), ("keys", "3")],
    seed: 1,
    faults: &[],
    until: Span::millis(200),
    suggestions: &[CRASH_P2, SLOW_P3, LEAST_ACTIVE],
    expected: expected! {
        EXACT_CYCLES: Holds, EXACT;
        QUEUED: NotSeen, "no three turns of p1's, or of p2's, come within 15 ms";
    },
};

pub const SLOW_NODE: Entry = Entry {
    id: "load-balancer-round-robin-slow-node",
    question: Text::new(
        "One of three providers has become eight times as slow. Does taking turns notice?",
        "三个提供者中有一个慢了八倍。轮询察觉得到吗？",
    ),
    answer: Text::new(
        "No. A third of all requests still goes there, and waits, while the others are idle.",
        "察觉不到。三分之一的请求照样发过去排队，其他提供者却闲着。",
    ),
    parameters: &[
        ("algorithm", "round-robin"),
        ("slow-provider", "p3"),
        ("slow-factor", "8"),
        ("requests", "24"),
        ("keys", "3"),
    ],
    seed: 1,
    faults: &[],
    until: Span::seconds(1),
    suggestions: &[LEAST_ACTIVE, ON_A_RING, PAUSE_P1],
    expected: expected! {
        EXACT_CYCLES: Holds, EXACT;
        QUEUED: Holds, "p3 gets one every 30 ms, and its two workers can do one every 60 ms";
    },
};

pub const RANDOM: Entry = Entry {
    id: "load-balancer-random",
    question: Text::new("Lots are fair. How even are twenty-four of them?", "抽签是公平的。抽二十四次，有多均匀？"),
    answer: Text::new(
        "Even in the long run, uneven in the short: the same provider is drawn several times in a row, and another not at all for a while.",
        "长期均匀，短期不均：同一个提供者会被连续抽中，另一个则许久轮不到。",
    ),
    parameters: &[("algorithm", "random"), ("requests", "24"), ("keys", "3")],
    seed: 1,
    faults: &[],
    until: Span::millis(400),
    suggestions: &[CRASH_P2, SLOW_P3, LEAST_ACTIVE],
    expected: expected! {},
};

pub const WEIGHTED_RANDOM: Entry = Entry {
    id: "load-balancer-weighted-random",
    question: Text::new(
        "Three lots for p1, two for p2, one for p3. Does every six requests come out as 3, 2, 1?",
        "p1 三支签、p2 两支、p3 一支。每六个请求都会是 3、2、1 吗？",
    ),
    answer: Text::new(
        "On average only. An order such as a b a c a b is one of many that may come.",
        "只在平均意义上。a b a c a b 不过是许多可能的次序之一。",
    ),
    parameters: &[("algorithm", "weighted-random"), ("weights", "3-2-1"), ("requests", "24"), ("keys", "3")],
    seed: 1,
    faults: &[],
    until: Span::millis(400),
    suggestions: &[CRASH_P2, SLOW_P3, LEAST_ACTIVE],
    expected: expected! {},
};
