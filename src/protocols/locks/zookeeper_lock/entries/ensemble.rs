//! What becomes of the lock when servers die or are cut off.

use super::{CRASH_THE_HOLDER, CRASH_THE_LEADER, FENCE, PAUSE_THE_HOLDER, RESTART_THE_LEADER, expected};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

pub const LEADER_DIES: Entry = Entry {
    id: "zookeeper-lock-leader-dies",
    question: Text::new(
        "The leader of three servers dies while the lock is held. Is it still held?",
        "锁被持有期间，三台服务器的领导者宕机。锁还在吗？",
    ),
    answer: Text::new(
        "Yes: the node, the session and the queue are on the disks of a quorum. The others elect a new leader, clients move over with \
         their sessions and watches, and every session gets its whole time-out anew.",
        "还在：节点、会话和队列都在多数派的磁盘上。其余服务器选出新领导者，客户端带着会话和监视转过去，每个会话的超时都重新计满。",
    ),
    parameters: &[("servers", "3"), ("work", "5s"), ("think", "0ms")],
    seed: 1,
    faults: &["crash=z3@3s"],
    until: Span::seconds(30),
    suggestions: &[RESTART_THE_LEADER, CRASH_THE_HOLDER, PAUSE_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet ZK-1: what a quorum has logged survives the leader, sessions and nodes alike";
        ONE_WOKEN: Holds, "sheet §11: watches are renewed after the reconnection, each once";
    },
};

pub const MINORITY: Entry = Entry {
    id: "zookeeper-lock-minority",
    question: Text::new(
        "The holder's server is cut off from the other two. Does the holder lose the lock?",
        "持有者所连的服务器与另外两台隔离了。持有者会失去锁吗？",
    ),
    answer: Text::new(
        "Not if its session lasts: after five ticks without its leader the server sends its clients away, the holder finds another one, and \
         its session of 40 s still stands.",
        "会话够长就不会：服务器 5 个 tick 联系不上领导者，就送走客户端；持有者另找一台，而 40 秒的会话还在。",
    ),
    parameters: &[("servers", "3"), ("work", "20s"), ("think", "0ms")],
    seed: 1,
    faults: &["cut=z1/z2,z3@2s+30s"],
    until: Span::seconds(60),
    suggestions: &[CRASH_THE_LEADER, PAUSE_THE_HOLDER, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet §11: expiry is decided by the cluster, after 40 s; the cut-off server gives up after 10 s (syncLimit)";
    },
};

pub const MINORITY_SHORT_SESSION: Entry = Entry {
    id: "zookeeper-lock-minority-short-session",
    question: Text::new(
        "The same cut, a session of 4 s, and a holder that heeds its connection. Is that careful enough?",
        "同样的隔离，会话只有 4 秒，持有者还会留意连接。够谨慎了吗？",
    ),
    answer: Text::new(
        "No. Its connection is fine: the cut-off server answers its heartbeats for ten seconds before it notices that nobody \
         leads it. The leader has ended the session long before, and two hold the lock.",
        "不够。它的连接好好的：被隔离的服务器要过 10 秒才发现没有领导者，在此之前照常回应心跳。而领导者早已结束会话，于是两个客户端都持有锁。",
    ),
    parameters: &[("servers", "3"), ("session", "4s"), ("work", "9s"), ("suspended", "heeded"), ("think", "0ms")],
    seed: 1,
    faults: &["cut=z1/z2,z3@2s+30s"],
    until: Span::seconds(20),
    suggestions: &[FENCE, CRASH_THE_LEADER, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet ZK-2: broken by PART > session time-out; a follower without a leader answers pings for syncLimit, 5 ticks";
        NO_STALE_WRITE: Holds, "the first writes after 9 s of work, the second not before it has worked 9 s too, later";
    },
};
