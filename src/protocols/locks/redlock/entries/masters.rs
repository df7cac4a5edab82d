//! What masters forget, and when their clocks are wrong. The first two requests that are lost leave c1 with the
//! smallest majority: m1, m2 and m3.

use super::{
    CRASH_A_MASTER, CRASH_THE_HOLDER, DELAY_RESTARTS, FENCE, JUMP_A_CLOCK, LOG_ALWAYS, PAUSE_THE_HOLDER, expected,
};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

const IN_TURN: &str = "both work 10 s, and the first began first: it writes first";
const JUMPED: &str = "sheet §10, attack 2: C jumps, and both hold a majority; RL-1 is broken by CLKJUMP > drift";
const FORGOTTEN: &str = "sheet §10, attack 3: C restarts without persistence; RL-1 is broken by AMNESIA";

pub const ONE_JUMP: Entry = Entry {
    id: "redlock-one-clock-jumps",
    question: Text::new(
        "All five granted the lock, and one clock is set a minute ahead. Is the lock lost?",
        "五个主库都授予了锁，其中一个的时钟被拨快一分钟。锁丢了吗？",
    ),
    answer: Text::new(
        "No: four grants are left, and with the one that came free nobody has a majority. One wrong clock is borne as long as the \
         holder has more than the fewest grants.",
        "没有：还剩四个授予，别人只得到空出来的那一个，凑不够多数。只要持有者的授予多于最低要求，一个时钟出错尚可承受。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms"), ("retry", "2s")],
    seed: 1,
    faults: &["jump=m3@500ms+60s"],
    until: Span::seconds(40),
    suggestions: &[CRASH_A_MASTER, PAUSE_THE_HOLDER, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet RL-2: the two majorities still have m1, m2, m4 or m5 in common";
    },
};

pub const CLOCK_JUMP: Entry = Entry {
    id: "redlock-clock-jump",
    question: Text::new(
        "Three of five granted the lock, and the clock of one is set a minute ahead. Who holds it?",
        "五个主库里有三个授予了锁，其中一个的时钟被拨快一分钟。锁归谁？",
    ),
    answer: Text::new(
        "Two: the master that both majorities have in common let go early. And the first, asleep for a while within its validity, \
         overwrites what the second wrote.",
        "归两个客户端：两个多数派共有的那个主库提前放了锁。前一位在自己的有效期内停顿片刻，醒来便覆盖了后一位写的内容。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["drop=c1:set.1:m4", "drop=c1:set.1:m5", "jump=m3@500ms+60s", "pause=c1@before:write.1:r+15s"],
    until: Span::seconds(40),
    suggestions: &[FENCE, CRASH_THE_HOLDER, CRASH_A_MASTER],
    expected: expected! {
        ONE_HOLDER: Violated, JUMPED;
        NO_STALE_WRITE: Violated, "sheet RL-4: fencing off — the resource may see a stale write";
    },
};

pub const CLOCK_JUMP_FENCED: Entry = Entry {
    id: "redlock-clock-jump-fenced",
    question: Text::new(
        "The same jump, with fencing tokens from a counter beside the masters. Is the resource safe?",
        "同样的时钟跳变，但主库之外另有计数器发防护令牌。资源安全吗？",
    ),
    answer: Text::new(
        "Yes: the first drew 1 and the second 2, and the resource refuses 1 after 2. But the counter decides, not RedLock: \
         whoever has one that forgets nothing hardly needs five masters.",
        "安全：前一位取到 1，后一位取到 2，资源见过 2 就拒绝 1。但起作用的是计数器，不是 RedLock：既有不会忘事的计数器，五个主库就没多大必要了。",
    ),
    parameters: &[("fencing", "on"), ("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["drop=c1:set.1:m4", "drop=c1:set.1:m5", "jump=m3@500ms+60s", "pause=c1@before:write.1:r+15s"],
    until: Span::seconds(40),
    suggestions: &[CRASH_THE_HOLDER, CRASH_A_MASTER, JUMP_A_CLOCK],
    expected: expected! {
        ONE_HOLDER: Violated, JUMPED;
        NO_STALE_WRITE: Holds, "F-1: the resource refuses the smaller token";
    },
};

pub const RESTART: Entry = Entry {
    id: "redlock-restart",
    question: Text::new(
        "One of the three that granted the lock restarts, with nothing on disk. Who holds it?",
        "授予锁的三个主库之一重启了，而它没有写磁盘。锁归谁？",
    ),
    answer: Text::new(
        "Two: it has forgotten its grant and grants again. With it the second client has a majority too.",
        "归两个客户端：它忘了自己的授予，又授予一次，于是第二个客户端也凑够了多数。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["drop=c1:set.1:m4", "drop=c1:set.1:m5", "crash=m3@500ms", "restart=m3@600ms"],
    until: Span::seconds(40),
    suggestions: &[DELAY_RESTARTS, LOG_ALWAYS, FENCE],
    expected: expected! {
        ONE_HOLDER: Violated, FORGOTTEN;
        NO_STALE_WRITE: Holds, IN_TURN;
    },
};

pub const RESTART_WITH_FILE: Entry = Entry {
    id: "redlock-restart-with-file",
    question: Text::new(
        "The same restart, but every grant was on disk before it was answered. And now?",
        "同样的重启，但每次授予都先落盘再答复。这次呢？",
    ),
    answer: Text::new(
        "The master comes back with its grant, and refuses the second client as before. Every grant costs an fsync on every master.",
        "主库带着原来的授予回来，照旧拒绝第二个客户端。代价是每次授予都要在每个主库上刷盘。",
    ),
    parameters: &[("append-only", "always"), ("work", "10s"), ("think", "0ms"), ("retry", "2s")],
    seed: 1,
    faults: &["drop=c1:set.1:m4", "drop=c1:set.1:m5", "crash=m3@500ms", "restart=m3@600ms"],
    until: Span::seconds(40),
    suggestions: &[JUMP_A_CLOCK, CRASH_A_MASTER, PAUSE_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet §10: fsync=always fixes it";
    },
};

pub const POWER_LOSS: Entry = Entry {
    id: "redlock-power-loss",
    question: Text::new(
        "The file is made durable once a second, and the power fails before. What is left of the grant?",
        "文件每秒落盘一次，恰在此前断电。那次授予还在吗？",
    ),
    answer: Text::new(
        "Nothing: it was answered, and was not on the disk yet. After the restart the master grants again, and two hold the lock.",
        "不在了：它已答复过，却还没落盘。重启之后主库再次授予，于是两个客户端同时持锁。",
    ),
    parameters: &[("append-only", "everysec"), ("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["drop=c1:set.1:m4", "drop=c1:set.1:m5", "power=m3@500ms", "restart=m3@600ms"],
    until: Span::seconds(40),
    suggestions: &[DELAY_RESTARTS, LOG_ALWAYS, FENCE],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §10: AOF everysec may lose the key";
        NO_STALE_WRITE: Holds, IN_TURN;
    },
};

pub const RESTART_DELAYED: Entry = Entry {
    id: "redlock-restart-delayed",
    question: Text::new(
        "Nothing on disk, but the restarted master keeps silent for a whole lease. Does that do?",
        "不写磁盘，但重启的主库整整一个租期不答复。这样行吗？",
    ),
    answer: Text::new(
        "Yes: when it answers again, whatever it granted before is over. Until then it counts as down; if a majority restarts, \
         nobody gets the lock for a lease.",
        "行：等它恢复答复，之前授予的都已到期。在此之前它等同宕机；若多数主库重启，一个租期内谁也拿不到锁。",
    ),
    parameters: &[("restart-delay", "lease"), ("work", "10s"), ("think", "0ms"), ("retry", "2s")],
    seed: 1,
    faults: &["drop=c1:set.1:m4", "drop=c1:set.1:m5", "crash=m3@500ms", "restart=m3@600ms"],
    until: Span::seconds(40),
    suggestions: &[JUMP_A_CLOCK, CRASH_A_MASTER, PAUSE_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet §10: delayed restart — it stays down for longer than the longest lease";
    },
};
