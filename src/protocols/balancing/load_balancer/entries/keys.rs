//! Hashing the client: who stays where when a provider goes or comes, and what an even ring cannot even out.

use super::{BY_REMAINDER, CRASH_P2, LEAST_ACTIVE, LEAVE_P3, ON_A_RING, PAUSE_P1, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const STAY: &str = "sheet LB-2: only the lost node's keys move";
const BEFORE_ANYBODY_KNOWS: &str = "between the death and its detection requests still go there";

const BOUND_THE_LOAD: Suggestion = Suggestion {
    name: Text::new("Bound the load", "限制负载上限"),
    change: Change::Parameter("algorithm", "bounded-load"),
};

pub const MODULO: Entry = Entry {
    id: "load-balancer-modulo-loses-a-provider",
    question: Text::new(
        "Four providers become three. Whose clients have to move?",
        "四个提供者变成三个。谁的客户端要搬家？",
    ),
    answer: Text::new(
        "By the remainder: nearly everybody's. A hash that had the remainder 2 by four has any remainder by three; three of \
         four caches are cold at once.",
        "取模：几乎所有人的。模 4 余 2 的哈希，模 3 可以余任何数；四份缓存有三份顿时变冷。",
    ),
    parameters: &[("algorithm", "modulo"), ("providers", "4"), ("requests", "60")],
    seed: 1,
    faults: &["crash=p2@200ms"],
    until: Span::millis(800),
    suggestions: &[ON_A_RING, LEAVE_P3, PAUSE_P1],
    expected: expected! {
        KEYS_STAY: Violated, "sheet LB-2: not modulo";
        RETRIED: Holds, BEFORE_ANYBODY_KNOWS;
    },
};

pub const RING: Entry = Entry {
    id: "load-balancer-ring-loses-a-provider",
    question: Text::new(
        "The same clients, the same death, on a ring. Whose clients have to move?",
        "同样的客户端，同样的宕机，换成哈希环。谁的客户端要搬家？",
    ),
    answer: Text::new(
        "Only those of the dead one; and because it had 160 points all over the ring, they spread over all the others.",
        "只有宕机者的；而且它有 160 个点散布在环上，所以这些客户端分散到其余各个提供者。",
    ),
    parameters: &[("algorithm", "dubbo-ring"), ("providers", "4"), ("requests", "60")],
    seed: 1,
    faults: &["crash=p2@200ms"],
    until: Span::millis(800),
    suggestions: &[BY_REMAINDER, LEAVE_P3, PAUSE_P1],
    expected: expected! {
        KEYS_STAY: Holds, STAY;
        RETRIED: Holds, BEFORE_ANYBODY_KNOWS;
    },
};

pub const RING_JOIN: Entry = Entry {
    id: "load-balancer-ring-gains-a-provider",
    question: Text::new(
        "A fourth provider joins the ring. What does it cost the others?",
        "第四个提供者加入哈希环。其他三个要付出什么？",
    ),
    answer: Text::new(
        "A quarter of their clients, and nothing else: whoever moves, moves to the new one.",
        "四分之一的客户端，仅此而已：凡是搬家的，都搬到新来者那里。",
    ),
    parameters: &[("algorithm", "dubbo-ring"), ("standby", "1"), ("requests", "60")],
    seed: 1,
    faults: &["do=p4@200ms:join"],
    until: Span::millis(800),
    suggestions: &[BY_REMAINDER, CRASH_P2, LEAVE_P3],
    expected: expected! {
        KEYS_STAY: Holds, "sheet LB-2, LB-3: keys move to the new node only";
    },
};

pub const RENDEZVOUS: Entry = Entry {
    id: "load-balancer-rendezvous-loses-a-provider",
    question: Text::new("Without any ring: can clients stay all the same?", "没有环，客户端也能不搬家吗？"),
    answer: Text::new(
        "Yes: each client ranks all providers by a hash, and takes the first that is there. When that goes, only its own clients take their second.",
        "能：每个客户端用哈希给所有提供者排名，取在场的第一名。它一走，只有它的客户端改取第二名。",
    ),
    parameters: &[("algorithm", "rendezvous"), ("providers", "4"), ("requests", "60")],
    seed: 1,
    faults: &["crash=p2@200ms"],
    until: Span::millis(800),
    suggestions: &[BY_REMAINDER, ON_A_RING, PAUSE_P1],
    expected: expected! {
        KEYS_STAY: Holds, STAY;
        RETRIED: Holds, BEFORE_ANYBODY_KNOWS;
    },
};

pub const JUMP_LAST: Entry = Entry {
    id: "load-balancer-jump-loses-the-last",
    question: Text::new(
        "Jump hash has only numbers for buckets. What if the last one goes?",
        "跳跃哈希的桶只有编号。走的若是最后一个？",
    ),
    answer: Text::new(
        "Then only its clients move: that is what it was made for.",
        "那就只有它的客户端搬家：这正是它的设计目标。",
    ),
    parameters: &[("algorithm", "jump"), ("providers", "4"), ("requests", "60")],
    seed: 1,
    faults: &["do=p4@200ms:leave"],
    until: Span::millis(800),
    suggestions: &[BY_REMAINDER, ON_A_RING, CRASH_P2],
    expected: expected! {
        KEYS_STAY: Holds, "sheet §14: jump hash, remove only the last";
    },
};

pub const JUMP_FIRST: Entry = Entry {
    id: "load-balancer-jump-loses-the-first",
    question: Text::new("And if the first one goes?", "走的若是第一个呢？"),
    answer: Text::new(
        "Then all numbers slip by one, and most clients move for nothing. Jump hash is for shards with replicas, not for machines that die.",
        "那所有编号错开一位，多数客户端白白搬家。跳跃哈希适合有副本的分片，不适合会宕机的机器。",
    ),
    parameters: &[("algorithm", "jump"), ("providers", "4"), ("requests", "60")],
    seed: 1,
    faults: &["do=p1@200ms:leave"],
    until: Span::millis(800),
    suggestions: &[BY_REMAINDER, ON_A_RING, CRASH_P2],
    expected: expected! {
        KEYS_STAY: Violated, "sheet §14: jump hash, remove only the last";
    },
};

pub const MAGLEV: Entry = Entry {
    id: "load-balancer-maglev-small-table",
    question: Text::new(
        "Maglev fills a table in turns. Does a death disturb the others' places?",
        "Maglev 轮流填表。一个宕机，会扰动别人的位置吗？",
    ),
    answer: Text::new(
        "A little: with a place free, others fill in another order. In a table of 17 places one sees it; in 65,537 it is a few in a hundred.",
        "会一点：空出位置后，别人填表的次序也变了。17 格的小表看得出来；65,537 格里只有百分之几。",
    ),
    parameters: &[("algorithm", "maglev"), ("providers", "4"), ("table-size", "17"), ("requests", "60")],
    seed: 1,
    faults: &["crash=p2@200ms"],
    until: Span::millis(800),
    suggestions: &[BY_REMAINDER, ON_A_RING, LEAVE_P3],
    expected: expected! {
        KEYS_STAY: Violated, "sheet LB-2: Maglev approximately";
        RETRIED: Holds, BEFORE_ANYBODY_KNOWS;
    },
};

pub const ENVOY_RING: Entry = Entry {
    id: "load-balancer-envoy-ring-keeps-its-size",
    question: Text::new(
        "This ring always has some thousand points, however many providers. Whose clients move?",
        "这个环总是一千个点左右，不管有几个提供者。谁的客户端要搬家？",
    ),
    answer: Text::new(
        "The dead one's, and some others': the three that are left get 342 points each instead of 256, and the new points take clients from everybody.",
        "宕机者的，还有一些别人的：剩下三个各从 256 点增到 342 点，新添的点从所有人那里夺走客户端。",
    ),
    parameters: &[("algorithm", "envoy-ring"), ("providers", "4"), ("requests", "60")],
    seed: 1,
    faults: &["crash=p2@200ms"],
    until: Span::millis(800),
    suggestions: &[BY_REMAINDER, ON_A_RING, LEAVE_P3],
    expected: expected! {
        KEYS_STAY: Violated, "Envoy's ring_hash_lb.cc: minimum_ring_size is of the whole ring, so every provider's number of points changes";
        RETRIED: Holds, BEFORE_ANYBODY_KNOWS;
    },
};

pub const KETAMA: Entry = Entry {
    id: "load-balancer-ketama-weights",
    question: Text::new(
        "Three memcached servers of weights 3, 2 and 1. The smallest dies. Do the other two keep all their keys?",
        "三台 memcached，权重 3、2、1。最小的那台宕机。另两台的键都保得住吗？",
    ),
    answer: Text::new(
        "No: points are in proportion to the average weight, and the average has changed. p1 goes from 240 points to 192, and what these had goes to p2.",
        "保不住：点数与平均权重成比例，而平均值变了。p1 从 240 点减到 192 点，这些点上的键归了 p2。",
    ),
    parameters: &[("algorithm", "ketama"), ("weights", "3-2-1"), ("keys", "40"), ("requests", "120")],
    seed: 1,
    faults: &["do=p3@500ms:leave"],
    until: Span::millis(1_400),
    suggestions: &[BY_REMAINDER, ON_A_RING, CRASH_P2],
    expected: expected! {
        KEYS_STAY: Violated, "sheet §14, ketama: the number of points depends on all weights, so it changes for servers that stay";
    },
};

pub const TEN_THOUSAND: Entry = Entry {
    id: "load-balancer-ring-of-ten-thousand-keys",
    question: Text::new(
        "Ten providers with 160 points each, ten thousand clients. One provider leaves, another comes. How many clients move?",
        "十个提供者，各 160 个点，一万个客户端。一个离开，另一个加入。多少客户端要搬家？",
    ),
    answer: Text::new(
        "About a thousand, twice: all those of the one that leaves, spread over the nine others, and about a tenth of all to the \
         one that comes. By the remainder it would be nearly nine in ten, twice.",
        "每次一千左右：先是离开者的全部客户端，分散到其余九个；再是总数的十分之一左右，归新来者。若是取模，每次都要搬近九成。",
    ),
    parameters: &[
        ("algorithm", "dubbo-ring"),
        ("providers", "10"),
        ("standby", "1"),
        ("keys", "10000"),
        ("requests", "60"),
    ],
    seed: 1,
    faults: &["do=p4@200ms:leave", "do=p11@400ms:join"],
    until: Span::millis(800),
    suggestions: &[BY_REMAINDER, CRASH_P2, LEAVE_P3],
    expected: expected! {
        KEYS_STAY: Holds, "sheet LB-2, LB-3: only the lost node's keys move, and keys to the new node";
    },
};

pub const HOT_KEY: Entry = Entry {
    id: "load-balancer-hot-key",
    question: Text::new(
        "Half of all requests are about one client. What does an even ring help?",
        "一半的请求来自同一个客户端。环再均匀，又有何用？",
    ),
    answer: Text::new(
        "Nothing: it spreads clients evenly, not requests. The hot client's owner queues while the others are idle.",
        "没有用：它均分的是客户端，不是请求。热点所在的提供者在排队，其他却闲着。",
    ),
    parameters: &[
        ("algorithm", "dubbo-ring"),
        ("popularity", "one-hot"),
        ("workers", "1"),
        ("every", "8ms"),
        ("requests", "40"),
    ],
    seed: 1,
    faults: &[],
    until: Span::millis(600),
    suggestions: &[BOUND_THE_LOAD, LEAST_ACTIVE, PAUSE_P1],
    expected: expected! {
        KEYS_STAY: Holds, "nobody goes, nobody comes";
        QUEUED: Holds, "sheet §14, breakers: a hot key; its owner gets more than half of one request every 8 ms, and can do one every 15 ms";
    },
};

pub const BOUNDED: Entry = Entry {
    id: "load-balancer-bounded-load",
    question: Text::new(
        "The same hot client, but no provider may have more than a quarter above the average. Where does it go?",
        "同样的热点，但谁的负载都不得比平均值高出四分之一以上。它去哪里？",
    ),
    answer: Text::new(
        "To its owner while that has room, and then around the ring to the next that has. Hardly anybody waits, and the hot \
         client's cache is in several places.",
        "有余量时去原主，否则沿环找下一个有余量的。几乎不用排队，代价是热点的缓存散在好几处。",
    ),
    parameters: &[
        ("algorithm", "bounded-load"),
        ("popularity", "one-hot"),
        ("workers", "1"),
        ("every", "8ms"),
        ("requests", "40"),
    ],
    seed: 1,
    faults: &[],
    until: Span::millis(600),
    suggestions: &[ON_A_RING, LEAST_ACTIVE, PAUSE_P1],
    expected: expected! {
        KEYS_STAY: Violated, "sheet §14: a node with load above the bound is skipped";
        BOUNDED: Holds, "sheet LB-4";
        QUEUED: Holds, "of three in flight the bound is 1.25, rounded up: one may wait behind the one that is served, and never two";
    },
};

pub const NAT: Entry = Entry {
    id: "load-balancer-ip-hash-nat",
    question: Text::new(
        "A whole company is behind one NAT. How does IP hash share it out?",
        "整个公司都在一个 NAT 后面。IP 哈希怎么分？",
    ),
    answer: Text::new(
        "It does not: of an IPv4 address it takes the first three bytes, so everybody goes to the same provider.",
        "分不开：IPv4 地址它只取前三个字节，所有人都落到同一个提供者。",
    ),
    parameters: &[("algorithm", "ip-hash"), ("addresses", "one-network"), ("every", "5ms"), ("requests", "24")],
    seed: 1,
    faults: &[],
    until: Span::millis(600),
    suggestions: &[
        Suggestion {
            name: Text::new("Spread the addresses", "把地址分散开"),
            change: Change::Parameter("addresses", "spread"),
        },
        LEAST_ACTIVE,
        CRASH_P2,
    ],
    expected: expected! {
        KEYS_STAY: Holds, "sheet §13: sticky without a crash";
        QUEUED: Holds, "sheet §13: NAT hot-spot; one every 5 ms for two workers that take 15 ms";
    },
};
