//! The lock as it is meant.

use super::{CRASH_A_MASTER, CRASH_THE_HOLDER, JUMP_A_CLOCK, PAUSE_THE_HOLDER, expected};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

pub const CALM: Entry = Entry {
    id: "redlock-calm",
    question: Text::new(
        "Five masters that know nothing of each other, two clients. How do they agree on one holder?",
        "五个互不相识的主库，两个客户端。怎样认定唯一的持有者？",
    ),
    answer: Text::new(
        "They do not agree: each grants to whoever asks it first. But two majorities of five have a master in common, so only one \
         client can have a majority. It costs five requests where one server takes one.",
        "它们并不商量：谁先来问就授予谁。但五个里的任意两个多数派必有一个共同的主库，所以只有一个客户端能凑够多数。代价是：单台服务器一次请求的事，这里要五次。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(10),
    suggestions: &[CRASH_A_MASTER, PAUSE_THE_HOLDER, JUMP_A_CLOCK],
    expected: expected! {},
};

pub const OVERTAKEN: Entry = Entry {
    id: "redlock-overtaken",
    question: Text::new(
        "Four clients try for a majority again and again. Is it first come, first served?",
        "四个客户端反复争取多数派。先来的会先得到吗？",
    ),
    answer: Text::new(
        "No: no master keeps a queue, and each attempt starts from nothing. Who waits longest may wait longer.",
        "不会：主库都不排队，每次尝试都从零开始。等得最久的，可能还要继续等。",
    ),
    parameters: &[("clients", "4"), ("think", "100ms"), ("work", "300ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(30),
    suggestions: &[CRASH_A_MASTER, PAUSE_THE_HOLDER, CRASH_THE_HOLDER],
    expected: expected! {
        OVERTAKEN: Holds, "sheet L-5: no fairness; three poll at random times";
    },
};

pub const HOLDER_DIES: Entry = Entry {
    id: "redlock-holder-dies",
    question: Text::new(
        "The holder of five grants dies. When is the lock free?",
        "拿着五个授予的持有者宕机了。锁何时释放？",
    ),
    answer: Text::new(
        "When its lease ends on a majority of the masters, each by its own clock. None of them knows that anybody died.",
        "等过半数主库上的租约到期，各按各的时钟。没有一个主库知道有人宕机。",
    ),
    parameters: &[("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["crash=c1@500ms"],
    until: Span::seconds(60),
    suggestions: &[CRASH_A_MASTER, PAUSE_THE_HOLDER, JUMP_A_CLOCK],
    expected: expected! {
        SERVED: Holds, "sheet L-3: obtainable within the lease after its holder's crash";
        FREED: Holds, "sheet L-3: obtainable within the lease after its holder's crash";
    },
};

pub const EXTENDED: Entry = Entry {
    id: "redlock-extended",
    question: Text::new(
        "The work takes longer than the lease, and the holder has it extended. Is the lock kept?",
        "工作比租期长，持有者不断续期。锁保得住吗？",
    ),
    answer: Text::new(
        "Yes, as long as a majority of masters extends it in time: every 10 s its validity runs anew.",
        "保得住，只要多数主库按时续期：每 10 秒，有效期重新计时。",
    ),
    parameters: &[("extension", "on"), ("work", "70s"), ("think", "0ms"), ("retry", "20s")],
    seed: 1,
    faults: &[],
    until: Span::seconds(200),
    suggestions: &[PAUSE_THE_HOLDER, CRASH_THE_HOLDER, CRASH_A_MASTER],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet RL-1: extended by a majority within its validity";
    },
};
