//! What a cache forgets, and whom its clients ask.

use super::{CRASH_MEMCACHED, CRASH_THE_HOLDER, EVICT, FENCE, PAUSE_THE_HOLDER, expected};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

const IN_TURN: &str = "both work 10 s, and the first began first: it writes first";

pub const EVICTED: Entry = Entry {
    id: "memcached-lock-evicted",
    question: Text::new(
        "Memory is short, and memcached drops the item that is the lock. Who holds it now?",
        "内存不足，memcached 淘汰了充当锁的条目。锁现在归谁？",
    ),
    answer: Text::new(
        "Two believe it: the first was told nothing, the next found no key. What a cache holds may go at any time, whatever its \
         expiry time says.",
        "两个客户端都以为是自己：前一位没有得到通知，后一位发现键不存在。缓存里的东西随时会消失，不管过期时间是多少。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["do=m1@500ms:evict", "pause=c1@before:write.1:r+15s"],
    until: Span::seconds(40),
    suggestions: &[FENCE, CRASH_THE_HOLDER, EVICT],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet L-1: broken by EVICT";
        NO_STALE_WRITE: Violated, "sheet §12: the first writes after the second, and there is no token";
    },
};

pub const EVICTED_FENCED: Entry = Entry {
    id: "memcached-lock-evicted-fenced",
    question: Text::new(
        "The lock is evicted again, but writes carry numbers from a counter. Is the resource safe?",
        "锁同样被淘汰，但写入带有计数器发的号。资源安全吗？",
    ),
    answer: Text::new(
        "Yes: each drew its number while memcached had its token, so the second's is greater, and the first's late write is refused.",
        "安全：两者都是在 memcached 存有自己令牌时取的号，后者的号更大，前者迟到的写入被拒绝。",
    ),
    parameters: &[("fencing", "on"), ("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["do=m1@500ms:evict", "pause=c1@before:write.1:r+15s"],
    until: Span::seconds(40),
    suggestions: &[CRASH_THE_HOLDER, EVICT, CRASH_MEMCACHED],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet L-1: broken by EVICT";
        NO_STALE_WRITE: Holds, "F-1: the resource refuses the smaller token";
    },
};

pub const RESTART: Entry = Entry {
    id: "memcached-lock-restart",
    question: Text::new(
        "memcached restarts while the lock is held. What does it know of it?",
        "持锁期间 memcached 重启了。它还记得锁吗？",
    ),
    answer: Text::new(
        "Nothing: there is no disk. The next add is answered STORED while the first holder works on.",
        "不记得：它没有磁盘。下一次 add 得到 STORED，而前一位还在工作。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["crash=m1@500ms", "restart=m1@600ms"],
    until: Span::seconds(40),
    suggestions: &[FENCE, PAUSE_THE_HOLDER, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet L-1: broken by AMNESIA; sheet §8: lost on restart even with exptime 0";
        NO_STALE_WRITE: Holds, IN_TURN;
    },
};

pub const CLOCK_JUMP: Entry = Entry {
    id: "memcached-lock-clock-jump",
    question: Text::new(
        "memcached's wall clock is set a minute ahead. Is a 30 s lease over?",
        "memcached 的墙上时钟被拨快一分钟。30 秒的租约到期了吗？",
    ),
    answer: Text::new(
        "No: unlike Redis, memcached counts relative expiry times by the monotonic clock, which nobody can set. A clock that runs \
         fast would shorten the lease all the same.",
        "没有：与 Redis 不同，memcached 用单调时钟计相对过期时间，谁也拨不动它。不过时钟若走得快，租期照样会缩短。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["jump=m1@500ms+60s"],
    until: Span::seconds(40),
    suggestions: &[PAUSE_THE_HOLDER, EVICT, CRASH_MEMCACHED],
    expected: expected! {
        ONE_HOLDER: Holds, "memcached.c, clock_handler: a monotonic clock where there is one; sheet L-1 names CLKJUMP for servers without";
    },
};

pub const ANOTHER_SERVER: Entry = Entry {
    id: "memcached-lock-another-server",
    question: Text::new(
        "One client cannot reach the lock's server, and its library goes on to the next. Who holds the lock?",
        "一个客户端连不上锁所在的服务器，客户端库改用下一台。锁归谁？",
    ),
    answer: Text::new(
        "Both: each has it on a server of its own. Which server a key falls to each client decides by whom it takes for dead, and no \
         two need agree.",
        "归两个客户端，各在一台服务器上。键落在哪一台，取决于客户端认为谁已死，而各人的看法不必一致。",
    ),
    parameters: &[("servers", "2"), ("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["cut=c2/m1@10ms"],
    until: Span::seconds(40),
    suggestions: &[FENCE, PAUSE_THE_HOLDER, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §8: server marked dead — the key maps to another server — two holders";
        NO_STALE_WRITE: Holds, IN_TURN;
    },
};

pub const STALE_LOCK: Entry = Entry {
    id: "memcached-lock-stale-lock",
    question: Text::new(
        "The holder loses sight of its server just before it releases. Is the lock free?",
        "持有者在释放前一刻连不上服务器。锁释放了吗？",
    ),
    answer: Text::new(
        "Its library asks another server, which knows nothing of it, and the client takes that for released. Where the lock really \
         is it stays, held by nobody, until it expires.",
        "客户端库改问另一台，那里一无所知，客户端便以为已释放。真正的锁还留在原处，没有人持有，直到过期。",
    ),
    parameters: &[("servers", "2"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["cut=c1/m1@500ms+20s"],
    until: Span::seconds(60),
    suggestions: &[EVICT, CRASH_THE_HOLDER, CRASH_MEMCACHED],
    expected: expected! {
        SERVED: Holds, "sheet §8: flapping returns a stale lock; sheet L-3: its expiry time ends it";
    },
};
