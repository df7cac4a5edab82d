//! What the server forgets, and what it only seems to have done.

use super::{CRASH_C1, FENCE, JUMP_THE_CLOCK, LOG_ALWAYS, PAUSE_C1, RESTART_REDIS, WATCH, expected};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

const FORGOTTEN: &str = "sheet §9, L-1: broken by AMNESIA and by fail-over; the holder works on, and the key is gone";
const IN_TURN: &str = "both work 10 s, and the first began first: it writes first";

pub const LOST_REPLY: Entry = Entry {
    id: "redis-lock-lost-reply",
    question: Text::new(
        "The lock was granted, and the reply was lost. Does the client have it?",
        "锁已授予，回复却丢了。客户端算不算拿到了？",
    ),
    answer: Text::new(
        "It cannot know, so it asks again with the same token, is refused, looks whose token it is, and finds its own. Its lease \
         counts from its first request.",
        "它无从得知，于是用同一令牌再试；被拒之后查看令牌是谁的，发现是自己的。租约从第一次请求起算。",
    ),
    parameters: &[("think", "0ms"), ("retry", "1s")],
    seed: 1,
    faults: &["drop=m:ok.1:c1"],
    until: Span::seconds(20),
    suggestions: &[CRASH_C1, PAUSE_C1, JUMP_THE_CLOCK],
    expected: expected! {
        SERVED: Holds, "sheet §9: a retry with the same token treats “mine” as success";
    },
};

pub const LOST_REPLY_NEW_TOKEN: Entry = Entry {
    id: "redis-lock-lost-reply-new-token",
    question: Text::new(
        "The same lost reply, but the client tries again with a new token. What does it wait for?",
        "同样丢了回复，但客户端换新令牌重试。它在等什么？",
    ),
    answer: Text::new(
        "For itself: the lock is held by a token that nobody uses any more, until the lease ends.",
        "在等它自己：锁由一个再也没人用的令牌占着，直到租约到期。",
    ),
    parameters: &[("after-no-reply", "new-token"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["drop=m:ok.1:c1"],
    until: Span::seconds(60),
    suggestions: &[CRASH_C1, PAUSE_C1, JUMP_THE_CLOCK],
    expected: expected! {
        SERVED: Holds, "sheet §9: lost reply of SET NX — must wait for the lease's end";
        OVERTAKEN: NotSeen, "sheet L-5: both poll at random times, and c1, which came first, happens to be first again";
    },
};

pub const CLOCK_JUMP: Entry = Entry {
    id: "redis-lock-clock-jump",
    question: Text::new(
        "Redis's clock is set a minute ahead. What becomes of a 30 s lease?",
        "Redis 的时钟被拨快一分钟。30 秒的租约会怎样？",
    ),
    answer: Text::new(
        "It is over at once: Redis expires keys by its wall clock. The holder's own clock says nothing of it, and the lock is \
         granted a second time.",
        "立刻到期：Redis 按墙上时钟判断过期。持有者自己的时钟毫无异样，而锁被再次授予。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["jump=m@500ms+60s"],
    until: Span::seconds(30),
    suggestions: &[FENCE, WATCH, CRASH_C1],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §9: CLKJUMP forward on the server expires keys";
        NO_STALE_WRITE: Holds, IN_TURN;
    },
};

pub const FAIL_OVER: Entry = Entry {
    id: "redis-lock-fail-over",
    question: Text::new(
        "The master grants the lock and dies before its replica has heard of it. Who holds it?",
        "主库授予了锁，却在从库得知之前宕机。锁归谁？",
    ),
    answer: Text::new(
        "Two. Redis answers before it replicates, so the promoted replica knows nothing of the grant and gives the lock away \
         again.",
        "归两个客户端。Redis 先答复、后复制，被提升的从库对那次授予一无所知，于是又授予了一次。",
    ),
    parameters: &[("replica", "on"), ("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["crash=m@after:ok.1:c1", "do=s@10ms:fail-over"],
    until: Span::seconds(30),
    suggestions: &[FENCE, WATCH, CRASH_C1],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §9: master crash before async replication — two holders";
        NO_STALE_WRITE: Holds, IN_TURN;
    },
};

pub const FAIL_OVER_FENCED: Entry = Entry {
    id: "redis-lock-fail-over-fenced",
    question: Text::new(
        "The same fail-over with fencing tokens from the same Redis. Is the resource safe?",
        "同样的故障切换，令牌也来自这个 Redis。资源安全吗？",
    ),
    answer: Text::new(
        "No: the counter was lost with the lock, and both holders have token 1. A fence is only as good as the memory of whoever \
         hands out the tokens.",
        "不安全：计数器和锁一起丢了，两位持有者的令牌都是 1。防护令牌的可靠程度，取决于发号者的记性。",
    ),
    parameters: &[("replica", "on"), ("fencing", "on"), ("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["crash=m@after:integer.1:c1", "do=s@10ms:fail-over", "pause=c1@before:write.1:r+10s"],
    until: Span::seconds(40),
    suggestions: &[WATCH, CRASH_C1, JUMP_THE_CLOCK],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §9: master crash before async replication — two holders";
        NO_STALE_WRITE: Violated, "F-1 rejects smaller tokens only: the counter's last number was lost too, and 1 is not smaller than 1";
    },
};

pub const RESTART: Entry = Entry {
    id: "redis-lock-restart",
    question: Text::new(
        "Redis restarts, and writes nothing to disk. What does it know of the lock?",
        "Redis 重启了，而它不写磁盘。它还记得锁吗？",
    ),
    answer: Text::new(
        "Nothing. The key is gone, and the next one to ask gets the lock while its holder works on.",
        "不记得。键没了，下一个来问的客户端得到锁，而原持有者还在工作。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["crash=m@500ms", "restart=m@600ms"],
    until: Span::seconds(40),
    suggestions: &[LOG_ALWAYS, FENCE, CRASH_C1],
    expected: expected! {
        ONE_HOLDER: Violated, FORGOTTEN;
        NO_STALE_WRITE: Holds, IN_TURN;
    },
};

pub const RESTART_WITH_FILE: Entry = Entry {
    id: "redis-lock-restart-with-file",
    question: Text::new(
        "The same restart with an append-only file, on disk before every answer. And now?",
        "同样的重启，但有 AOF 且每次答复前落盘。这次呢？",
    ),
    answer: Text::new(
        "The lock is as it was: its key is in the file, with its end as an absolute time, so that the restart does not even \
         lengthen the lease.",
        "锁原样还在：键记录在文件里，过期时间是绝对时刻，重启甚至不会延长租期。",
    ),
    parameters: &[("append-only", "always"), ("work", "10s"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["crash=m@500ms", "restart=m@600ms"],
    until: Span::seconds(40),
    suggestions: &[RESTART_REDIS, PAUSE_C1, JUMP_THE_CLOCK],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet §10: fsync=always survives a restart";
    },
};

pub const POWER_LOSS: Entry = Entry {
    id: "redis-lock-power-loss",
    question: Text::new(
        "The file is made durable once a second, and the power fails within it. What is lost?",
        "AOF 每秒落盘一次，恰在其间断电。丢了什么？",
    ),
    answer: Text::new(
        "Up to a second of grants. The lock was acknowledged, and is not on the disk: after the restart it is free.",
        "至多一秒内的授予。锁已经答复过，却没有落盘：重启之后它是空闲的。",
    ),
    parameters: &[("append-only", "everysec"), ("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["power=m@500ms", "restart=m@600ms"],
    until: Span::seconds(40),
    suggestions: &[LOG_ALWAYS, FENCE, CRASH_C1],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §10: AOF everysec may lose the key";
        NO_STALE_WRITE: Holds, IN_TURN;
    },
};
