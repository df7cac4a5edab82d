//! The lock as it is meant, and what waiting is like.

use super::{CRASH_MEMCACHED, CRASH_THE_HOLDER, EVICT, PAUSE_THE_HOLDER, expected};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

pub const CALM: Entry = Entry {
    id: "memcached-lock-calm",
    question: Text::new(
        "Two want one key in a memcached, and nothing fails. How does a cache make a lock?",
        "两个客户端抢 memcached 里的一个键，一切正常。缓存怎么当锁用？",
    ),
    answer: Text::new(
        "add stores only where nothing is, so of two only one is told STORED. The other asks again and again. To release \
         safely takes two round trips: one to see whose the lock is, one to remove just that item.",
        "add 只在键不存在时写入，所以两个里只有一个得到 STORED，另一个只能反复询问。安全释放要两个往返：先看锁是谁的，再只删那一个条目。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(10),
    suggestions: &[PAUSE_THE_HOLDER, CRASH_THE_HOLDER, EVICT],
    expected: expected! {},
};

pub const OVERTAKEN: Entry = Entry {
    id: "memcached-lock-overtaken",
    question: Text::new(
        "Four poll a memcached for one lock. Does the first to come get it first?",
        "四个客户端轮询 memcached 里的同一把锁。先来的会先得到吗？",
    ),
    answer: Text::new(
        "Only by luck: memcached keeps no list of who waits, and whoever happens to ask first after a release has it.",
        "全凭运气：memcached 不记录谁在等，释放之后谁碰巧先问，锁就归谁。",
    ),
    parameters: &[("clients", "4"), ("think", "100ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(30),
    suggestions: &[PAUSE_THE_HOLDER, CRASH_THE_HOLDER, CRASH_MEMCACHED],
    expected: expected! {
        OVERTAKEN: Holds, "sheet L-5: no fairness; three poll at random times";
    },
};

pub const LOST_REPLY: Entry = Entry {
    id: "memcached-lock-lost-reply",
    question: Text::new(
        "memcached stored the lock, and STORED was lost. Does the client have it?",
        "memcached 写入了锁，STORED 却丢了。客户端算不算拿到了？",
    ),
    answer: Text::new(
        "It cannot know, so it adds once more, is refused, looks whose token is there, and finds its own. Its lease counts \
         from its first add.",
        "它无从得知，于是再 add 一次；被拒之后查看令牌，发现正是自己的。租约从第一次 add 起算。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &["drop=m1:stored.1:c1"],
    until: Span::seconds(20),
    suggestions: &[CRASH_THE_HOLDER, PAUSE_THE_HOLDER, EVICT],
    expected: expected! {
        SERVED: Holds, "sheet §9, the same here: a retry with the same token treats “mine” as success";
    },
};
