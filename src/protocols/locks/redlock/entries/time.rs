//! Clients that come too late.

use super::{
    CHECK_VALIDITY, CRASH_A_MASTER, CRASH_THE_HOLDER, EXTEND, FENCE, JUMP_A_CLOCK, PAUSE_THE_HOLDER, expected,
};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

const BY_SCRIPT: &str = "the late holder's script finds another's token, or none";

pub const PAUSE_AFTER_CHECK: Entry = Entry {
    id: "redlock-pause-after-the-check",
    question: Text::new(
        "The client finds its validity in order, and sleeps before it writes. What does the resource see?",
        "客户端确认有效期没问题，写入前却停顿了。资源会看到什么？",
    ),
    answer: Text::new(
        "A write from the past. The check was right when it was made; between the check and the write nobody looks. Five masters \
         do not help against that.",
        "一次来自过去的写入。检查的那一刻没有错，但检查与写入之间没有人再看一眼。五个主库对此无能为力。",
    ),
    parameters: &[("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+40s"],
    until: Span::seconds(60),
    suggestions: &[FENCE, EXTEND, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet RL-1: within validity never two; belief ends with it, in a pause too";
        NO_STALE_WRITE: Violated, "sheet §10, attack 1: C1 pauses until ttl passes, C2 acquires, C1 resumes and writes";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const PAUSE_FENCED: Entry = Entry {
    id: "redlock-pause-fenced",
    question: Text::new(
        "The same pause, with tokens from a counter of their own. What changes?",
        "同样的停顿，但另有计数器发令牌。有何不同？",
    ),
    answer: Text::new(
        "The resource has seen token 2 and refuses token 1. RedLock's own tokens could not do that: they are random, and random \
         numbers have no order.",
        "资源已见过令牌 2，于是拒绝令牌 1。RedLock 自己的令牌做不到这一点：它们是随机数，没有先后。",
    ),
    parameters: &[("fencing", "on"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+40s"],
    until: Span::seconds(60),
    suggestions: &[EXTEND, CRASH_THE_HOLDER, CRASH_A_MASTER],
    expected: expected! {
        NO_STALE_WRITE: Holds, "F-1: the resource refuses the smaller token";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const PAUSE_IGNORED: Entry = Entry {
    id: "redlock-validity-ignored",
    question: Text::new(
        "The client never looks how long its lock is valid. What does a pause do then?",
        "客户端从不理会锁的有效期。这时停顿会怎样？",
    ),
    answer: Text::new(
        "It wakes up believing that it holds the lock, while the second has long had it: RedLock told it the validity, and it did \
         not use it.",
        "它醒来仍以为自己持锁，而第二个客户端早已拿到：RedLock 告诉过它有效期，它却没有用。",
    ),
    parameters: &[("lease-end", "ignored"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+40s"],
    until: Span::seconds(60),
    suggestions: &[FENCE, EXTEND, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet RL-1: broken by PAUSE after the validity check, belief against time";
        NO_STALE_WRITE: Violated, "sheet §10, attack 1";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const PAUSE_EXTENDED: Entry = Entry {
    id: "redlock-extension-paused",
    question: Text::new(
        "The holder extends its lease, and is paused for longer than it. What does it find when it wakes?",
        "持有者会续期，却停顿得比租期还久。醒来时会怎样？",
    ),
    answer: Text::new(
        "That its validity is over: the pause stopped the extensions too. It looks before it writes, gives up, and asks anew.",
        "有效期已过：停顿同样停住了续期。它写入前先看时钟，于是放弃并重新申请。",
    ),
    parameters: &[("extension", "on"), ("work", "20s"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@5s+45s"],
    until: Span::seconds(120),
    suggestions: &[CRASH_THE_HOLDER, CRASH_A_MASTER, JUMP_A_CLOCK],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet RL-1: belief ends with the validity, in a pause too";
        NO_STALE_WRITE: Holds, "the pause falls before the check, so that the late holder does not write";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const LATE_REPLIES: Entry = Entry {
    id: "redlock-late-replies",
    question: Text::new(
        "All five grants wait in the network until the lease is over. Does the client take them?",
        "五个授予都滞留在网络里，直到租约到期才被处理。客户端会当真吗？",
    ),
    answer: Text::new(
        "No: it knows when it asked, sees that more time has passed than the lease has, and gives all of them back. This is the \
         one delay that the validity check does catch.",
        "不会：它记得何时发出申请，发现已超过租期，于是全部退还。这正是有效期检查能拦下的那种延迟。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@1.5ms+36s"],
    until: Span::seconds(80),
    suggestions: &[CRASH_A_MASTER, JUMP_A_CLOCK, PAUSE_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet §10, attack 4: caught by the elapsed check";
        OVERTAKEN: Holds, "sheet L-5: no fairness; c1 came first, and sleeps through its lease before it begins";
    },
};

pub const LATE_REPLIES_UNCHECKED: Entry = Entry {
    id: "redlock-validity-unchecked",
    question: Text::new(
        "The same late grants, and a client that only counts them. Five of five: does it hold the lock?",
        "同样迟到的授予，而客户端只数个数。五个全有：它持有锁吗？",
    ),
    answer: Text::new(
        "It believes so, and the second holds it at the same time: the grants that it counts have all expired. Redisson's RedLock \
         counted like that.",
        "它以为持有，而第二个客户端也正持锁：它数到的授予其实都已过期。Redisson 的 RedLock 就是这样数的。",
    ),
    parameters: &[("validity", "unchecked"), ("work", "10s"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["pause=c1@1.5ms+36s"],
    until: Span::seconds(80),
    suggestions: &[CHECK_VALIDITY, FENCE, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §10: no elapsed-vs-ttl comparison — a good mutant";
        NO_STALE_WRITE: Violated, "sheet RL-4: the first, granted the lock 30 s before the second, writes after it";
        OWNER_RELEASES: Holds, BY_SCRIPT;
        OVERTAKEN: Holds, "sheet L-5: no fairness; c1 came first, and sleeps through its lease before it begins";
    },
};

pub const NO_DRIFT: Entry = Entry {
    id: "redlock-no-allowance-for-clocks",
    question: Text::new(
        "Three masters' clocks run 1 % fast, and the client counts on its whole lease. What is missing?",
        "三个主库的时钟快了 1 %，客户端却按整个租期计算。缺了什么？",
    ),
    answer: Text::new(
        "The allowance: ten seconds were over for the masters a tenth of a second before. With 1 % and 2 ms taken off, the first \
         would have stopped in time.",
        "缺了余量：对这些主库来说，十秒早在十分之一秒前就过完了。若扣除 1 % 再加 2 ms，前一位会及时停手。",
    ),
    parameters: &[("drift", "none"), ("lease", "10s"), ("work", "9990ms"), ("think", "0ms"), ("retry", "10ms")],
    seed: 1,
    faults: &["rate=m1@0ms+10000", "rate=m2@0ms+10000", "rate=m3@0ms+10000", "pause=c2@1ms+9.949s"],
    until: Span::seconds(40),
    suggestions: &[FENCE, PAUSE_THE_HOLDER, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet RL-1 holds with bounded drift taken off, and none is";
        NO_STALE_WRITE: Holds, "both work equally long, and the first began first: it writes first";
        OWNER_RELEASES: Holds, BY_SCRIPT;
    },
};

pub const PLAIN_DELETE: Entry = Entry {
    id: "redlock-plain-delete",
    question: Text::new(
        "A late holder unlocks with DEL on all masters. Whose lock is that?",
        "迟到的持有者在所有主库上直接 DEL。删掉的是谁的锁？",
    ),
    answer: Text::new(
        "The next holder's, on every master: it works on without a single grant.",
        "是下一位持有者的，而且每个主库上的都删了：它一个授予也不剩，却还在工作。",
    ),
    parameters: &[("release", "always"), ("lease-end", "ignored"), ("work", "40s"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &[],
    until: Span::seconds(120),
    suggestions: &[EXTEND, FENCE, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet RL-1: the first works past its validity and believes on";
        OWNER_RELEASES: Violated, "sheet §9: plain DEL mutant, the same here";
        NO_STALE_WRITE: Holds, "the first holder writes at 40 s, the second not before 70 s";
    },
};

pub const TOKEN_DRAWN_LATE: Entry = Entry {
    id: "redlock-token-drawn-late",
    question: Text::new(
        "The client has its majority, sleeps, draws a token, and looks at nothing again. Is it fenced?",
        "客户端凑够多数后停顿，再取令牌，此后不再复查。防得住吗？",
    ),
    answer: Text::new(
        "No: the counter gives the late one a newer number than the holder after it has. Only whoever still finds a majority of its \
         own grants after drawing was the holder when it drew.",
        "防不住：计数器发给迟到者的号，反而比后一位持有者的新。取号之后仍能查到多数授予属于自己的，取号时才是持有者。",
    ),
    parameters: &[
        ("fencing", "on"),
        ("after-token", "go-on"),
        ("lease-end", "ignored"),
        ("think", "0ms"),
        ("retry", "5s"),
    ],
    seed: 1,
    faults: &["pause=c1@before:draw.1:t+40s"],
    until: Span::seconds(60),
    suggestions: &[CRASH_THE_HOLDER, CRASH_A_MASTER, JUMP_A_CLOCK],
    expected: expected! {
        ONE_HOLDER: Holds, "it wakes when the next holder has long let go, and was asleep before it began to work";
        NO_STALE_WRITE: Violated, "F-1 compares tokens only, and a separate counter's do not follow the grants";
        OWNER_RELEASES: Holds, BY_SCRIPT;
        OVERTAKEN: Holds, "sheet L-5: no fairness; c1 came first, and sleeps through its lease before it begins";
    },
};
