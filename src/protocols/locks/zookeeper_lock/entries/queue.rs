//! The queue as it is meant, and who may stand in its way.

use super::{
    ALL_WATCH_THE_FIRST, CHAIN, CRASH_A_WAITER, CRASH_THE_HOLDER, DELETE_THE_FIRST, PAUSE_THE_HOLDER, PROTECT, expected,
};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

pub const CALM: Entry = Entry {
    id: "zookeeper-lock-calm",
    question: Text::new(
        "Three want one lock, and nobody polls. How does each learn that it is its turn?",
        "三个客户端抢一把锁，没有人轮询。各自怎么知道轮到自己了？",
    ),
    answer: Text::new(
        "By a watch on the node just before its own. A release wakes one waiter, who looks at the queue once more and is first: \
         three messages, in the order in which they came.",
        "靠监视自己前面那个节点。一次释放只唤醒一个等待者，它再看一眼队列，发现自己排第一：三条消息，按先来后到。",
    ),
    parameters: &[("clients", "3"), ("think", "0ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(30),
    suggestions: &[ALL_WATCH_THE_FIRST, CRASH_A_WAITER, CRASH_THE_HOLDER],
    expected: expected! {},
};

pub const HERD: Entry = Entry {
    id: "zookeeper-lock-herd",
    question: Text::new(
        "All waiters watch the first node. What does one release cost?",
        "所有等待者都监视第一个节点。一次释放要付出什么？",
    ),
    answer: Text::new(
        "It wakes them all, and all but one have to look, find that they are not first, and watch again. Handing the lock through \
         five clients takes 42 messages; in a chain it takes 12.",
        "所有人都被唤醒，除了一个，其余都要查看、发现不是自己、再次监视。锁在五个客户端之间传一遍要 42 条消息；链式监视只要 12 条。",
    ),
    parameters: &[("clients", "5"), ("watch", "first"), ("think", "0ms")],
    seed: 1,
    faults: &[],
    until: Span::seconds(30),
    suggestions: &[CHAIN, CRASH_THE_HOLDER, PAUSE_THE_HOLDER],
    expected: expected! {
        ONE_WOKEN: Violated, "sheet §11: herd — all watch the first node, and each release wakes N−1";
    },
};

pub const MIDDLE_DIES: Entry = Entry {
    id: "zookeeper-lock-middle-dies",
    question: Text::new(
        "One waiting in the middle of the queue dies. Does the next one believe that it is its turn?",
        "排在中间的等待者宕机了。后一个会误以为轮到自己吗？",
    ),
    answer: Text::new(
        "No. When the dead one's session ends, its watcher is woken, looks at the queue, finds the holder still before it, and \
         watches that one. Whoever took being woken for being first would have broken the lock.",
        "不会。死者的会话过期时，监视它的客户端被唤醒，查看队列，发现持有者仍在前面，于是改为监视持有者。若把“被唤醒”当成“轮到我”，锁就破了。",
    ),
    parameters: &[("clients", "3"), ("session", "4s"), ("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["crash=c2@500ms"],
    until: Span::seconds(60),
    suggestions: &[CRASH_THE_HOLDER, PAUSE_THE_HOLDER, ALL_WATCH_THE_FIRST],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet §11: the middle waiter's successor wakes, lists and watches again, and does not take the lock";
        ONE_WOKEN: Holds, "sheet ZK-4: the release of c1 wakes c3 only; the end of c2 was no release";
    },
};

pub const LOSES_ITS_PLACE: Entry = Entry {
    id: "zookeeper-lock-loses-its-place",
    question: Text::new(
        "One who waits is paused for longer than its session. Is its place kept?",
        "等待者停顿得比会话还久。它的位置还在吗？",
    ),
    answer: Text::new(
        "No: the place is as ephemeral as the lock. It wakes up believing that it is next, has no session any more, and stands at the \
         end of the queue.",
        "不在：位置和锁一样是临时的。它醒来时以为下一个就是自己，其实会话早已过期，只能排到队尾。",
    ),
    parameters: &[("clients", "3"), ("session", "4s"), ("work", "7s"), ("think", "0ms")],
    seed: 1,
    faults: &["pause=c2@1s+12s"],
    until: Span::seconds(25),
    suggestions: &[CRASH_THE_HOLDER, PAUSE_THE_HOLDER, CRASH_A_WAITER],
    expected: expected! {
        FIRST_COME: Violated, "sheet §11: a session that expires takes its nodes along, the place in the queue too";
    },
};

pub const CREATE_LOST: Entry = Entry {
    id: "zookeeper-lock-create-lost",
    question: Text::new(
        "The node was created, and the connection broke before the answer came. Does the client have a place?",
        "节点已创建，答复到达之前连接断了。客户端有没有位置？",
    ),
    answer: Text::new(
        "It cannot know; but its own name is in its node's. It looks for that among the children, finds its node, and goes on as if \
         nothing had happened.",
        "它无从得知；好在节点名里有它自己的标识。它在子节点里找到自己的节点，就像什么都没发生一样继续。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &["crash=z1@before:ok.1:c1", "restart=z1@500ms"],
    until: Span::seconds(30),
    suggestions: &[CRASH_THE_HOLDER, PAUSE_THE_HOLDER, DELETE_THE_FIRST],
    expected: expected! {
        SERVED: Holds, "sheet §11: withProtection — on ConnectionLoss it lists the children for its GUID";
    },
};

pub const CREATE_LOST_UNPROTECTED: Entry = Entry {
    id: "zookeeper-lock-create-lost-unprotected",
    question: Text::new(
        "The same lost answer, but nothing tells whose a node is. What does the client wait for?",
        "同样丢了答复，但节点名看不出是谁的。客户端在等什么？",
    ),
    answer: Text::new(
        "For itself. It creates a second node, behind its first, which it does not know; its heartbeats keep both alive. Nobody gets \
         the lock until somebody deletes the orphan by hand.",
        "在等它自己。它又建了一个节点，排在自己不知道的第一个之后；它的心跳让两个节点都活着。除非有人手工删除孤儿节点，谁也拿不到锁。",
    ),
    parameters: &[("protection", "none"), ("think", "0ms")],
    seed: 1,
    faults: &["crash=z1@before:ok.1:c1", "restart=z1@500ms"],
    until: Span::seconds(120),
    suggestions: &[PROTECT, DELETE_THE_FIRST, CRASH_THE_HOLDER],
    expected: expected! {
        SERVED: NotYet, "sheet §11: ConnectionLoss on create — an orphan node blocks everyone for ever unless GUID protection";
    },
};
