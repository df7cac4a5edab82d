//! The lock as it is meant, and what waiting is like.

use super::{CRASH_C1, JUMP_THE_CLOCK, PAUSE_C1, WATCH, expected};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

pub const CALM: Entry = Entry {
    id: "redis-lock-calm",
    question: Text::new(
        "Two want one lock, and nothing fails. What does waiting cost?",
        "两个客户端抢一把锁，一切正常。等待要付出什么？",
    ),
    answer: Text::new(
        "Polls: Redis keeps no queue, so whoever waits asks again and again, and the lock stands free until it happens to ask.",
        "轮询：Redis 不维护队列，等待者只能反复询问；锁释放之后，要等它碰巧来问才会易主。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(10),
    suggestions: &[PAUSE_C1, CRASH_C1, JUMP_THE_CLOCK],
    expected: expected! {},
};

pub const OVERTAKEN: Entry = Entry {
    id: "redis-lock-overtaken",
    question: Text::new(
        "Three poll for a lock. Does the first to come get it first?",
        "三个客户端轮询同一把锁。先来的会先得到吗？",
    ),
    answer: Text::new(
        "Only by luck: whoever happens to ask first after a release has it, however long another has waited.",
        "全凭运气：释放之后谁碰巧先问，锁就归谁，不管别人等了多久。",
    ),
    parameters: &[("clients", "4"), ("think", "100ms"), ("retry", "500ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(30),
    suggestions: &[PAUSE_C1, CRASH_C1, WATCH],
    expected: expected! {
        OVERTAKEN: Holds, "sheet L-5: no fairness; three poll at random times";
    },
};

pub const REDISSON: Entry = Entry {
    id: "redis-lock-redisson",
    question: Text::new(
        "Redisson's waiters subscribe instead of polling. What is gained?",
        "Redisson 的等待者订阅频道而不轮询。好处何在？",
    ),
    answer: Text::new(
        "One message tells all of them that the lock is free, one round trip later it has its next holder, and nobody asks in \
         between. But all of them are woken, and all but one have to wait again.",
        "一条通知告诉所有人锁已释放，再过一个往返就有了下一位持有者，其间无人询问。不过所有等待者都被唤醒，只有一个得手，其余的只能接着等。",
    ),
    parameters: &[("clients", "3"), ("recipe", "redisson"), ("watchdog", "on"), ("think", "0ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(10),
    suggestions: &[PAUSE_C1, CRASH_C1, JUMP_THE_CLOCK],
    expected: expected! {
        OVERTAKEN: NotSeen, "all hear of the release at the same instant, and their requests arrive in the order of their names";
        HERD: Holds, "sheet §9: unlock publishes, and every waiter has subscribed";
    },
};

pub const LOST_MESSAGE: Entry = Entry {
    id: "redis-lock-lost-message",
    question: Text::new(
        "The message that the lock is free is lost. Does the waiter wait for ever?",
        "“锁已释放”的通知丢了。等待者会永远等下去吗？",
    ),
    answer: Text::new(
        "No: when it asked, it was told how long the lease still ran, and it asks again when that is over. It waits \
         half a minute for nothing.",
        "不会：它上次询问时得知了租约的剩余时间，到点会再问一次。只是白等了半分钟。",
    ),
    parameters: &[("recipe", "redisson"), ("watchdog", "on"), ("think", "0ms")],
    seed: 1,
    faults: &["drop=m:published:c2"],
    until: Span::seconds(60),
    suggestions: &[CRASH_C1, PAUSE_C1, JUMP_THE_CLOCK],
    expected: expected! {
        SERVED: Holds, "sheet §9: message lost — the waiter falls back to waiting for the lease's end, no deadlock";
    },
};
