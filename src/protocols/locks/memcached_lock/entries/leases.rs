//! Leases that end too early, too late or never.

use super::{
    CRASH_MEMCACHED, CRASH_THE_HOLDER, EVICT, FENCE, GIVE_IT_A_LEASE, PAUSE_THE_HOLDER, RELEASE_SAFELY, expected,
};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

const PAUSED: &str = "sheet L-1: broken by PAUSE > ttl; the holder believes on while another is granted the lock";
const BY_NUMBER: &str = "sheet §8: gets and cas fix the release; the old holder's finds another's token";

pub const NO_EXPIRY: Entry = Entry {
    id: "memcached-lock-no-expiry",
    question: Text::new(
        "The lock was added without an expiry time, and its holder dies. When is it free?",
        "加锁时没有设过期时间，持有者宕机了。锁何时释放？",
    ),
    answer: Text::new(
        "Never, unless a person deletes the key, memcached restarts, or the item happens to be evicted. The waiter asks for \
         ever.",
        "永远不会，除非有人手工删除、memcached 重启，或条目碰巧被淘汰。等待者只能一直问下去。",
    ),
    parameters: &[("expiry", "never"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["crash=c1@500ms"],
    until: Span::seconds(60),
    suggestions: &[GIVE_IT_A_LEASE, CRASH_MEMCACHED, EVICT],
    expected: expected! {
        SERVED: NotYet, "sheet §8: exptime 0 and the holder's crash — deadlock for ever";
        FREED: NotYet, "sheet §8: exptime 0 and the holder's crash — deadlock for ever";
    },
};

pub const HOLDER_DIES: Entry = Entry {
    id: "memcached-lock-holder-dies",
    question: Text::new(
        "With an expiry time of 30 s the holder dies. When is the lock free?",
        "锁设了 30 秒过期，持有者宕机了。锁何时释放？",
    ),
    answer: Text::new(
        "With the thirtieth tick of memcached's clock, up to a second early. The waiter has it at its first poll after that.",
        "在 memcached 时钟走到第三十格时，最多提前一秒。此后第一次轮询到的等待者得到它。",
    ),
    parameters: &[("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["crash=c1@500ms"],
    until: Span::seconds(60),
    suggestions: &[PAUSE_THE_HOLDER, EVICT, CRASH_MEMCACHED],
    expected: expected! {
        SERVED: Holds, "sheet L-3: obtainable within ttl after its holder's crash";
        FREED: Holds, "sheet L-3: obtainable within ttl after its holder's crash";
    },
};

pub const DELETE: Entry = Entry {
    id: "memcached-lock-delete",
    question: Text::new(
        "The holder slept past its lease, wakes up, and deletes the key. Whose lock was that?",
        "持有者停顿到租约过期，醒来后直接 delete。删掉的是谁的锁？",
    ),
    answer: Text::new(
        "The next holder's, which works on without a lock. The notes release just so: delete asks nobody whose lock it is.",
        "是下一位持有者的，于是它在无锁状态下继续工作。笔记里正是这样释放的：delete 不问锁是谁的。",
    ),
    parameters: &[("release", "delete"), ("work", "10s"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+26s"],
    until: Span::seconds(60),
    suggestions: &[RELEASE_SAFELY, FENCE, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        OWNER_RELEASES: Violated, "sheet L-4: broken here by design; sheet §8: deletes the next holder's lock";
        NO_STALE_WRITE: Holds, "the old holder writes at 36 s, before the new one's first write: any fence accepts that";
    },
};

pub const PAUSE: Entry = Entry {
    id: "memcached-lock-pause",
    question: Text::new(
        "The holder sleeps past its lease and then writes. Does a safe release help?",
        "持有者停顿到租约过期，醒来才写。安全释放管用吗？",
    ),
    answer: Text::new(
        "For the lock only: nobody deletes another's. The write comes from the past all the same, and overwrites the newer one.",
        "只对锁管用：谁也不会删掉别人的锁。写入却照样来自过去，覆盖了较新的内容。",
    ),
    parameters: &[("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+40s"],
    until: Span::seconds(60),
    suggestions: &[FENCE, CRASH_THE_HOLDER, EVICT],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        NO_STALE_WRITE: Violated, "sheet §12: without fencing the resource accepts the old holder's write after the new one's";
        OWNER_RELEASES: Holds, BY_NUMBER;
    },
};

pub const PAUSE_FENCED: Entry = Entry {
    id: "memcached-lock-pause-fenced",
    question: Text::new(
        "The same pause, with fencing tokens from a counter beside memcached. What changes?",
        "同样的停顿，但另有计数器发防护令牌。有何不同？",
    ),
    answer: Text::new(
        "Two still believe that they hold the lock, but the resource has seen token 2 and refuses token 1. memcached had no part \
         in that: the counter is a server of its own, and must itself forget nothing.",
        "仍有两个客户端以为自己持锁，但资源已见过令牌 2，于是拒绝令牌 1。这与 memcached 无关：计数器是另一台服务器，而且它自己不能忘事。",
    ),
    parameters: &[("fencing", "on"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+40s"],
    until: Span::seconds(60),
    suggestions: &[CRASH_THE_HOLDER, EVICT, CRASH_MEMCACHED],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        NO_STALE_WRITE: Holds, "F-1: the resource refuses the smaller token";
        OWNER_RELEASES: Holds, BY_NUMBER;
    },
};

pub const PAUSE_HEEDED: Entry = Entry {
    id: "memcached-lock-pause-after-the-check",
    question: Text::new(
        "The client looks at its clock, then sleeps, then writes. Was looking enough?",
        "客户端看过时钟，接着停顿，然后写入。看一眼够吗？",
    ),
    answer: Text::new(
        "No: between looking and writing there is always a gap, and a pause may fall into it. It believes nothing wrong, and \
         does wrong all the same.",
        "不够：看表与写入之间总有空隙，停顿恰好会落进去。它没有误以为自己持锁，却照样写坏了数据。",
    ),
    parameters: &[("lease-end", "heeded"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+40s"],
    until: Span::seconds(60),
    suggestions: &[FENCE, CRASH_THE_HOLDER, EVICT],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet L-1: belief lasts until the local deadline, in a pause too";
        NO_STALE_WRITE: Violated, "sheet §12: the check and the write are two steps";
        OWNER_RELEASES: Holds, BY_NUMBER;
    },
};

pub const TOKEN_DRAWN_LATE: Entry = Entry {
    id: "memcached-lock-token-drawn-late",
    question: Text::new(
        "The client has the lock, sleeps past its lease, and only then draws its token. Is it fenced?",
        "客户端拿到锁后停顿到租约过期，这才去取令牌。防得住吗？",
    ),
    answer: Text::new(
        "No. The counter knows nothing of the lock and gives it a newer number than the holder after it has: the resource \
         accepts the old holder's write. Tokens protect only if they grow in the order of the grants.",
        "防不住。计数器对锁一无所知，发给它的号反而比后一位持有者的新：资源接受了旧持有者的写入。令牌只有按授予的次序递增，才有保护作用。",
    ),
    parameters: &[("fencing", "on"), ("after-token", "go-on"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:draw.1:t+40s"],
    until: Span::seconds(60),
    suggestions: &[CRASH_THE_HOLDER, EVICT, CRASH_MEMCACHED],
    expected: expected! {
        ONE_HOLDER: Holds, "it wakes when the next holder has long let go, and was asleep before it began to work";
        NO_STALE_WRITE: Violated, "F-1 compares tokens only, and a separate counter's do not follow the grants";
        OWNER_RELEASES: Holds, BY_NUMBER;
        OVERTAKEN: Holds, "sheet L-5: no fairness; c1 came first, and sleeps through its lease before it begins";
    },
};

pub const TOKEN_LOOKED_AFTER: Entry = Entry {
    id: "memcached-lock-token-looked-after",
    question: Text::new(
        "It draws just as late, and then looks once more whose the lock is. And now?",
        "取令牌同样迟，但之后再查一次锁归谁。这次呢？",
    ),
    answer: Text::new(
        "It finds that the lock is not its own any more, throws the number away and asks anew. Whoever finds its own token after \
         drawing held the lock while it drew.",
        "它发现锁已不归自己，于是丢掉这个号，重新申请。取号之后仍查到自己令牌的，取号时必定持锁。",
    ),
    parameters: &[("fencing", "on"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:draw.1:t+40s"],
    until: Span::seconds(60),
    suggestions: &[PAUSE_THE_HOLDER, CRASH_THE_HOLDER, EVICT],
    expected: expected! {
        NO_STALE_WRITE: Holds, "F-1, with tokens that were drawn while the lock was held";
        OVERTAKEN: Holds, "sheet L-5: no fairness; c1 came first, and sleeps through its lease before it begins";
    },
};

pub const ONE_SECOND: Entry = Entry {
    id: "memcached-lock-one-second",
    question: Text::new(
        "An expiry time of one second, and half a second of work. Is that enough?",
        "过期时间一秒，工作只要半秒。够吗？",
    ),
    answer: Text::new(
        "Not always: the second ends with the next tick of memcached's clock, which may be a moment away. A lease of 1 can end at \
         once.",
        "不一定：memcached 的时钟走到下一格，这一秒就到头了，而下一格可能近在眼前。租期为 1 的锁，可能立刻过期。",
    ),
    parameters: &[("lease", "1s"), ("work", "500ms"), ("think", "1s"), ("retry", "50ms")],
    seed: 13,
    faults: &[],
    until: Span::seconds(10),
    suggestions: &[PAUSE_THE_HOLDER, CRASH_THE_HOLDER, FENCE],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §8: a TTL of 1 will sometimes immediately expire";
        NO_STALE_WRITE: Holds, "both work equally long, and the first began first: it writes first";
        OWNER_RELEASES: Holds, BY_NUMBER;
    },
};

pub const TICK: Entry = Entry {
    id: "memcached-lock-last-second",
    question: Text::new(
        "The client stops when its two seconds are over. Are they over for memcached too?",
        "客户端数满两秒就停手。memcached 那边也刚好两秒吗？",
    ),
    answer: Text::new(
        "They were over up to a second before: memcached counts ticks. Whoever reckons with the lease must take a second off it.",
        "memcached 按格计时，最多一秒之前就到期了。要靠自己计时，就得从租期里扣掉一秒。",
    ),
    parameters: &[
        ("lease", "2s"),
        ("work", "1900ms"),
        ("lease-end", "heeded"),
        ("tick", "ignored"),
        ("think", "1s"),
        ("retry", "50ms"),
    ],
    seed: 13,
    faults: &[],
    until: Span::seconds(10),
    suggestions: &[PAUSE_THE_HOLDER, CRASH_THE_HOLDER, FENCE],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §8: expiry granularity ±1 s";
        NO_STALE_WRITE: Holds, "both work equally long, and the first began first: it writes first";
        OWNER_RELEASES: Holds, BY_NUMBER;
    },
};
