//! Leases that end too early, too late or never.

use super::{CRASH_C1, FENCE, JUMP_THE_CLOCK, PAUSE_C1, WATCH, expected};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

const PAUSED: &str = "sheet L-1: broken by PAUSE > lease; the holder believes on while another is granted the lock";
const BY_SCRIPT: &str = "sheet §9: the old holder's compare-and-delete returns 0";

pub const HOLDER_DIES: Entry = Entry {
    id: "redis-lock-holder-dies",
    question: Text::new("The holder dies. When is the lock free?", "持有者宕机了。锁什么时候能释放？"),
    answer: Text::new(
        "When the lease ends, and not before: Redis does not know that anybody died. The next one gets it at its first poll \
         after that.",
        "租约到期之时，不会更早：Redis 并不知道有人宕机。此后第一次轮询到的客户端得到它。",
    ),
    parameters: &[("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["crash=c1@500ms"],
    until: Span::seconds(60),
    suggestions: &[PAUSE_C1, JUMP_THE_CLOCK, WATCH],
    expected: expected! {
        SERVED: Holds, "sheet L-3: obtainable within the lease after its holder's crash";
        FREED: Holds, "sheet L-3: obtainable within the lease after its holder's crash";
    },
};

pub const NO_EXPIRY: Entry = Entry {
    id: "redis-lock-no-expiry",
    question: Text::new(
        "SET NX first, then PEXPIRE: what if the client dies in between?",
        "先 SET NX 再 PEXPIRE：客户端死在两者之间会怎样？",
    ),
    answer: Text::new(
        "The lock has no end and its holder is gone: nobody gets it ever again, until a person deletes the key. One command \
         must do both.",
        "锁没有期限，持有者也已不在：除非有人手工删除键，否则谁也别想再拿到。两件事必须由一条命令完成。",
    ),
    parameters: &[("acquire", "two-commands"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["crash=c1@before:pexpire.2:m"],
    until: Span::seconds(60),
    suggestions: &[CRASH_C1, PAUSE_C1, JUMP_THE_CLOCK],
    expected: expected! {
        SERVED: NotYet, "sheet §9: crash between SETNX and EXPIRE — immortal lock; the waiter polls on";
        FREED: NotYet, "sheet §9: crash between SETNX and EXPIRE — immortal lock";
    },
};

pub const LONG_WORK: Entry = Entry {
    id: "redis-lock-long-work",
    question: Text::new("The work takes longer than the lease. Who holds the lock?", "工作比租期长。锁归谁？"),
    answer: Text::new(
        "Two believe it. Redis has let go and granted it to the next; the first works on, because nobody told it. Its release \
         finds another's token and leaves it alone.",
        "两个客户端都以为是自己。Redis 已经放锁并授予下一位；前一位毫不知情，照常工作。它释放时发现令牌是别人的，没有动它。",
    ),
    parameters: &[("work", "40s"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &[],
    until: Span::seconds(120),
    suggestions: &[WATCH, FENCE, PAUSE_C1],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §9: work > ttl, no watchdog — two holders";
        OWNER_RELEASES: Holds, BY_SCRIPT;
        NO_STALE_WRITE: Holds, "the first holder writes at 40 s, the second not before 70 s";
    },
};

pub const PLAIN_DELETE: Entry = Entry {
    id: "redis-lock-plain-delete",
    question: Text::new(
        "The late holder simply deletes the key. Whose lock is that?",
        "迟到的持有者直接 DEL。删掉的是谁的锁？",
    ),
    answer: Text::new(
        "The next holder's. Now that one works without a lock, and a third may come in: one late release sets off a chain.",
        "是下一位持有者的。于是它在无锁状态下工作，第三位又可以进来：一次迟到的释放引发一连串错误。",
    ),
    parameters: &[("work", "40s"), ("release", "always"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &[],
    until: Span::seconds(120),
    suggestions: &[WATCH, FENCE, CRASH_C1],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §9: work > ttl, no watchdog — two holders";
        OWNER_RELEASES: Violated, "sheet §9: plain DEL mutant";
        NO_STALE_WRITE: Holds, "the first holder writes at 40 s, the second not before 70 s";
    },
};

pub const PAUSE: Entry = Entry {
    id: "redis-lock-pause",
    question: Text::new(
        "The holder is paused for longer than its lease, and then writes. What does the resource see?",
        "持有者停顿得比租期还久，醒来后才写。资源会看到什么？",
    ),
    answer: Text::new(
        "A write from the past. Another has held the lock and written meanwhile; without a token the resource cannot tell, and \
         the newer write is overwritten.",
        "一次来自过去的写入。其间另一位已持锁并写过；没有令牌，资源无从分辨，较新的写入被覆盖。",
    ),
    parameters: &[("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+40s"],
    until: Span::seconds(60),
    suggestions: &[FENCE, WATCH, CRASH_C1],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        NO_STALE_WRITE: Violated, "sheet §12: without fencing the resource accepts the old holder's write after the new one's";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const PAUSE_FENCED: Entry = Entry {
    id: "redis-lock-pause-fenced",
    question: Text::new("The same pause, with a fencing token. What changes?", "同样的停顿，但有防护令牌。有何不同？"),
    answer: Text::new(
        "Two still believe that they hold the lock, but it does no harm: the resource has seen token 2, and refuses token 1.",
        "仍有两个客户端以为自己持锁，但不再有害：资源已见过令牌 2，于是拒绝令牌 1。",
    ),
    parameters: &[("fencing", "on"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+40s"],
    until: Span::seconds(60),
    suggestions: &[WATCH, CRASH_C1, JUMP_THE_CLOCK],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        NO_STALE_WRITE: Holds, "F-1: the resource refuses the smaller token";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const PAUSE_HEEDED: Entry = Entry {
    id: "redis-lock-pause-after-the-check",
    question: Text::new(
        "The client looks at its clock before it writes. Is that enough?",
        "客户端写入前先看时钟。这就够了吗？",
    ),
    answer: Text::new(
        "No. It looked, the lease had time left, and then it was paused: between looking and writing there is always a gap. It \
         knows afterwards, which is too late.",
        "不够。它看的时候租约还有余，然后就停顿了：看表与写入之间总有空隙。等它知道时，为时已晚。",
    ),
    parameters: &[("lease-end", "heeded"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+40s"],
    until: Span::seconds(60),
    suggestions: &[FENCE, WATCH, CRASH_C1],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet L-1: belief ends by the local deadline, in a pause too";
        NO_STALE_WRITE: Violated, "sheet §12: the check and the write are two steps";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const LATE_IN_TIME: Entry = Entry {
    id: "redis-lock-late-but-first",
    question: Text::new(
        "The old holder's late write arrives before the new holder's first. Does the fence stop it?",
        "旧持有者迟到的写入，却早于新持有者的第一次写入。令牌拦得住吗？",
    ),
    answer: Text::new(
        "No, and no fence can: the resource has not seen a newer token yet. It is as if the write had come in time; \
         nothing newer is lost.",
        "拦不住，任何防护都拦不住：资源还没见过更新的令牌。这等于写入及时到达，并没有覆盖更新的内容。",
    ),
    parameters: &[("fencing", "on"), ("work", "10s"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+26s"],
    until: Span::seconds(60),
    suggestions: &[WATCH, CRASH_C1, JUMP_THE_CLOCK],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        NO_STALE_WRITE: Holds, "a stale write before the next holder's first is accepted by any fence, and is no violation";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const WATCHDOG: Entry = Entry {
    id: "redis-lock-watchdog",
    question: Text::new(
        "The work takes longer than the lease, and a watchdog renews it. Is the lock kept?",
        "工作比租期长，但有看门狗续期。锁保得住吗？",
    ),
    answer: Text::new(
        "Yes: every 10 s the lease runs anew for 30, as long as the process lives and reaches Redis.",
        "保得住：每 10 秒把租约重置为 30 秒，只要进程活着且能连上 Redis。",
    ),
    parameters: &[("watchdog", "on"), ("work", "70s"), ("think", "0ms"), ("retry", "20s")],
    seed: 1,
    faults: &[],
    until: Span::seconds(200),
    suggestions: &[PAUSE_C1, CRASH_C1, JUMP_THE_CLOCK],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet §9: renewed every third of the lease";
    },
};

pub const WATCHDOG_PAUSED: Entry = Entry {
    id: "redis-lock-watchdog-paused",
    question: Text::new(
        "The watchdog lives in the process that is paused. Who renews the lease?",
        "看门狗和被停顿的是同一个进程。谁来续期？",
    ),
    answer: Text::new(
        "Nobody: a pause stops the watchdog along with the work. The lease ends, another gets the lock, and the first wakes up as \
         if nothing had happened.",
        "没有人：停顿同时停住了看门狗和工作线程。租约到期，锁归他人，而前一位醒来时浑然不觉。",
    ),
    parameters: &[("watchdog", "on"), ("work", "10s"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@5s+45s"],
    until: Span::seconds(90),
    suggestions: &[FENCE, CRASH_C1, JUMP_THE_CLOCK],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §9: watchdog + PAUSE of the whole process — two holders";
        NO_STALE_WRITE: Violated, "sheet §12: the first writes after the second, and there is no token";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const HUNG: Entry = Entry {
    id: "redis-lock-work-hangs",
    question: Text::new(
        "The work hangs, and the watchdog does not. When is the lock free?",
        "工作线程卡死，看门狗却还活着。锁何时释放？",
    ),
    answer: Text::new(
        "Never, as long as the process lives: the watchdog renews faithfully what nobody uses. A lease without end is no lease.",
        "只要进程还在，就永远不会：看门狗忠实地为一把没人在用的锁续期。永不到期的租约就不是租约了。",
    ),
    parameters: &[("watchdog", "on"), ("think", "0ms"), ("retry", "20s")],
    seed: 1,
    faults: &["do=c1@500ms:hang"],
    until: Span::seconds(120),
    suggestions: &[CRASH_C1, PAUSE_C1, JUMP_THE_CLOCK],
    expected: expected! {
        SERVED: NotYet, "sheet §9: watchdog alive but worker thread hung — lock held for ever";
    },
};
