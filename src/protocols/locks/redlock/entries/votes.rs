//! Majorities: how they come together, or do not.

use super::{
    CRASH_A_MASTER, CRASH_THE_HOLDER, JUMP_A_CLOCK, PAUSE_THE_HOLDER, RETRY_AT_RANDOM, UNLOCK_EVERYWHERE, expected,
};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

const NOBODY_HOLDS: &str = "nobody ever holds it";

pub const SPLIT: Entry = Entry {
    id: "redlock-split-votes",
    question: Text::new(
        "Three clients ask at once, each nearest to other masters. Who has a majority?",
        "三个客户端同时申请，各自离不同的主库最近。谁能凑够多数？",
    ),
    answer: Text::new(
        "Nobody: two grants, two grants, one grant. All give back what they got and try again after a random time, and whoever \
         comes alone first has them all.",
        "谁也不能：两个、两个、一个。大家都退还所得，随机等待后再试；谁先单独赶到，谁就拿到全部。",
    ),
    parameters: &[("clients", "3"), ("zones", "several"), ("think", "0ms"), ("work", "200ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20),
    suggestions: &[CRASH_A_MASTER, PAUSE_THE_HOLDER, CRASH_THE_HOLDER],
    expected: expected! {
        SERVED: Holds, "sheet §10: the random delay resolves symmetric contention";
        OVERTAKEN: Holds, "sheet L-5: no fairness; three poll at random times";
    },
};

pub const SPLIT_FIXED: Entry = Entry {
    id: "redlock-split-votes-for-ever",
    question: Text::new(
        "The same three, but each retries after exactly 200 ms. Does it get better?",
        "还是这三个客户端，但都恰好在 200 毫秒后重试。会好转吗？",
    ),
    answer: Text::new(
        "Never: they meet again, split the masters again, and nobody is ever served, although nothing has failed.",
        "永远不会：它们再次相遇，再次瓜分主库；明明没有任何故障，却谁也拿不到锁。",
    ),
    parameters: &[
        ("clients", "3"),
        ("zones", "several"),
        ("retry-delay", "fixed"),
        ("think", "0ms"),
        ("work", "200ms"),
    ],
    seed: 1,
    faults: &[],
    until: Span::seconds(2),
    suggestions: &[RETRY_AT_RANDOM, CRASH_A_MASTER, PAUSE_THE_HOLDER],
    expected: expected! {
        SERVED: NotYet, "sheet §10: no progress under symmetric contention, each grabbing less than a majority";
        CONTENDED: NotSeen, NOBODY_HOLDS;
    },
};

pub const LOST_REPLIES: Entry = Entry {
    id: "redlock-lost-replies",
    question: Text::new(
        "All five grant, but three of the replies are lost. What does the client do?",
        "五个主库都授予了，却有三条回复丢失。客户端怎么办？",
    ),
    answer: Text::new(
        "It has heard of two, which is no majority, so it unlocks on all five: also where nobody answered, because there a \
         grant may stand. Soon after, it or the other has the lock.",
        "它只收到两个，不够多数，于是在全部五个主库上释放，包括没有答复的，因为那里也许已经授予。不久之后，它或另一个客户端就拿到锁。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &["drop=m1:ok.1:c1", "drop=m2:ok.1:c1", "drop=m3:ok.1:c1"],
    until: Span::seconds(20),
    suggestions: &[CRASH_A_MASTER, CRASH_THE_HOLDER, JUMP_A_CLOCK],
    expected: expected! {
        SERVED: Holds, "sheet §10: unlock all nodes, even those thought not locked";
        OVERTAKEN: Holds, "sheet L-5: c1 came first, and waits for its time-out while c2 polls on";
    },
};

pub const WHERE_GRANTED: Entry = Entry {
    id: "redlock-unlock-where-granted",
    question: Text::new(
        "The same lost replies, but it unlocks only where it heard of a grant. What does that cost?",
        "同样丢了回复，但它只在收到授予的主库上释放。代价是什么？",
    ),
    answer: Text::new(
        "Half a minute: three masters keep a grant that nobody knows of, until its lease ends, and no majority is left for anybody.",
        "半分钟：三个主库留着无人知晓的授予，直到租约到期；其间谁也凑不够多数。",
    ),
    parameters: &[("unlock", "where-granted"), ("think", "0ms"), ("retry", "5s")],
    seed: 1,
    faults: &["drop=m1:ok.1:c1", "drop=m2:ok.1:c1", "drop=m3:ok.1:c1"],
    until: Span::seconds(60),
    suggestions: &[UNLOCK_EVERYWHERE, CRASH_THE_HOLDER, JUMP_A_CLOCK],
    expected: expected! {
        SERVED: Holds, "sheet L-3: the lease ends what was not released";
    },
};

pub const MINORITY_DOWN: Entry = Entry {
    id: "redlock-minority-down",
    question: Text::new("Two of five masters are down. Can the lock be taken?", "五个主库宕了两个。还能加锁吗？"),
    answer: Text::new(
        "Yes: three are a majority. That is what the five are for.",
        "能：三个就是多数。用五个主库，图的就是这个。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &["crash=m4@500us", "crash=m5@500us"],
    until: Span::seconds(10),
    suggestions: &[CRASH_A_MASTER, PAUSE_THE_HOLDER, JUMP_A_CLOCK],
    expected: expected! {
        SERVED: Holds, "sheet RL-3: a minority down — still acquirable";
    },
};

pub const MAJORITY_DOWN: Entry = Entry {
    id: "redlock-majority-down",
    question: Text::new("Three of five masters are down. Can the lock be taken?", "五个主库宕了三个。还能加锁吗？"),
    answer: Text::new(
        "No: two grants are no majority, however often one asks. RedLock would rather serve nobody than two.",
        "不能：两个授予凑不成多数，问多少次都一样。RedLock 宁可谁也不给，也不给两个。",
    ),
    parameters: &[("think", "0ms"), ("retry", "2s")],
    seed: 1,
    faults: &["crash=m3@500us", "crash=m4@500us", "crash=m5@500us"],
    until: Span::seconds(10),
    suggestions: &[CRASH_A_MASTER, PAUSE_THE_HOLDER, CRASH_THE_HOLDER],
    expected: expected! {
        SERVED: NotYet, "sheet §10: quorum is N/2+1, and only two answer";
        CONTENDED: NotSeen, NOBODY_HOLDS;
    },
};

pub const MINORITY_PARTITION: Entry = Entry {
    id: "redlock-minority-partition",
    question: Text::new(
        "A partition leaves one client with two masters, the other with three. Who has the lock?",
        "分区后一边是一个客户端和两个主库，另一边是一个客户端和三个主库。锁归谁？",
    ),
    answer: Text::new(
        "The one with three. The other gets two grants each time, which is never enough, until the network heals.",
        "归三个主库那一边。另一边每次只拿到两个授予，总是不够，直到网络恢复。",
    ),
    parameters: &[("think", "0ms"), ("retry", "2s")],
    seed: 1,
    faults: &["cut=c1,m4,m5/c2,m1,m2,m3,r@500us+10s"],
    until: Span::seconds(30),
    suggestions: &[CRASH_A_MASTER, PAUSE_THE_HOLDER, JUMP_A_CLOCK],
    expected: expected! {
        SERVED: Holds, "sheet RL-3: acquirable for whoever reaches a majority, and for all once it heals";
        OVERTAKEN: Holds, "sheet L-5: c1 came first, and has no majority on its side";
    },
};
