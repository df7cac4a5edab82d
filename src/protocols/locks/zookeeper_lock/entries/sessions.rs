//! Sessions that end too early, too late or never.

use super::{CRASH_THE_HOLDER, CUT_THE_HOLDER_OFF, DELETE_THE_FIRST, FENCE, HEED, PAUSE_THE_HOLDER, expected};
use crate::protocols::Entry;
use crate::sim::time::Span;
use crate::text::Text;

const PAUSED: &str = "sheet ZK-2: broken by PAUSE > session time-out; the holder believes on while another is first";

pub const HOLDER_DIES: Entry = Entry {
    id: "zookeeper-lock-holder-dies",
    question: Text::new(
        "The holder dies, and its node is ephemeral. Is the lock free at once?",
        "持有者宕机，而它的节点是临时的。锁会立刻释放吗？",
    ),
    answer: Text::new(
        "No: nobody can tell the dead from the slow. The ensemble waits for the whole session time-out, 40 s here, rounded up to a \
         tick; only a session that is closed takes its nodes along at once.",
        "不会：没有人分得清宕机和变慢。集群要等满整个会话超时（这里是 40 秒，向上取整到 tick）；只有正常关闭的会话才会立刻带走节点。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &["crash=c1@500ms"],
    until: Span::seconds(60),
    suggestions: &[PAUSE_THE_HOLDER, CUT_THE_HOLDER_OFF, FENCE],
    expected: expected! {
        FREED: Holds, "sheet §11: holder crash — freed after the session time-out, not at once; ZK-5";
    },
};

pub const PAUSE: Entry = Entry {
    id: "zookeeper-lock-pause",
    question: Text::new(
        "The holder is paused for longer than its session, and then writes. What does the resource see?",
        "持有者停顿得比会话还久，醒来后才写。资源会看到什么？",
    ),
    answer: Text::new(
        "A write from the past. The session ended, the next in the queue held the lock and wrote; the old holder writes first and is told \
         afterwards.",
        "一次来自过去的写入。会话已过期，下一位已经持锁并写过；旧持有者先写了，之后才得知真相。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+60s"],
    until: Span::seconds(90),
    suggestions: &[FENCE, HEED, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        NO_STALE_WRITE: Violated, "sheet §12: without fencing the resource accepts the old holder's write after the new one's";
    },
};

pub const PAUSE_FENCED: Entry = Entry {
    id: "zookeeper-lock-pause-fenced",
    question: Text::new(
        "The same pause, and each write carries the number of its node's transaction. What changes?",
        "同样的停顿，但每次写入都带上节点的事务号。有何不同？",
    ),
    answer: Text::new(
        "Two still believe that they hold the lock, but it does no harm: the later node was created by a later transaction, and the \
         resource refuses the smaller number.",
        "仍有两个客户端以为自己持锁，但不再有害：后来的节点由更晚的事务创建，资源拒绝较小的号。",
    ),
    parameters: &[("fencing", "on"), ("think", "0ms")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+60s"],
    until: Span::seconds(90),
    suggestions: &[HEED, CRASH_THE_HOLDER, CUT_THE_HOLDER_OFF],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        NO_STALE_WRITE: Holds, "F-1: the resource refuses the smaller token";
    },
};

pub const PAUSE_HEEDED: Entry = Entry {
    id: "zookeeper-lock-pause-after-the-check",
    question: Text::new(
        "The client makes sure of its connection before it writes. Is that enough?",
        "客户端写入前确认连接正常。这就够了吗？",
    ),
    answer: Text::new(
        "No. It looked, all was well, and then it was paused: between looking and writing there is always a gap. It knows afterwards, \
         which is too late.",
        "不够。它看的时候一切正常，然后就停顿了：查看与写入之间总有空隙。等它知道时，为时已晚。",
    ),
    parameters: &[("suspended", "heeded"), ("think", "0ms")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+60s"],
    until: Span::seconds(90),
    suggestions: &[FENCE, CRASH_THE_HOLDER, CUT_THE_HOLDER_OFF],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet §11: must assume loss when disconnected; by its own clock that is before the session ends, in a pause too";
        NO_STALE_WRITE: Violated, "sheet §12: the check and the write are two steps";
    },
};

pub const OLD_ANSWER: Entry = Entry {
    id: "zookeeper-lock-old-answer",
    question: Text::new(
        "“You are first”, says an answer that waited for a paused client. Is it still true?",
        "“你是第一个”——这条答复在客户端停顿期间一直排着队。它还成立吗？",
    ),
    answer: Text::new(
        "It was true when it was sent. The session ended meanwhile, and the next one is first; the news of that waits just          behind the old answer, and the client believes what comes first. A real lock of etcd's had this fault for longer: it          waited, and did not look again whether its lease still stood.",
        "发出时成立。其间会话已过期，别人成了第一个；这个消息就排在旧答复后面，而客户端先信了先到的那条。etcd 的锁曾有同样的毛病：等完之后，不再检查租约是否还在。",
    ),
    parameters: &[("session", "4s"), ("suspended", "heeded"), ("think", "0ms")],
    seed: 1,
    faults: &["pause=c1@after:get-children.2:z1+6.5s"],
    until: Span::seconds(30),
    suggestions: &[FENCE, CRASH_THE_HOLDER, CUT_THE_HOLDER_OFF],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §12: the lease's validity is not checked again after waiting (Jepsen on etcd 3.4.3)";
        NO_STALE_WRITE: Holds, "the bad news comes at once behind the old answer, and the client stops before it has worked";
        FIRST_COME: Violated, "sheet §11: a session that expires takes its nodes along, the place in the queue too";
    },
};

pub const LATE_IN_TIME: Entry = Entry {
    id: "zookeeper-lock-late-but-first",
    question: Text::new(
        "The old holder's late write arrives before the new holder's first. Does the fence stop it?",
        "旧持有者迟到的写入，却早于新持有者的第一次写入。令牌拦得住吗？",
    ),
    answer: Text::new(
        "No, and no fence can: the resource has not seen a newer token yet. It is as if the write had come in time; nothing newer is lost.",
        "拦不住，任何防护都拦不住：资源还没见过更新的令牌。这等于写入及时到达，并没有覆盖更新的内容。",
    ),
    parameters: &[("session", "10s"), ("work", "10s"), ("fencing", "on"), ("think", "0ms")],
    seed: 1,
    faults: &["pause=c1@before:write.1:r+15s"],
    until: Span::seconds(60),
    suggestions: &[HEED, CRASH_THE_HOLDER, CUT_THE_HOLDER_OFF],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        NO_STALE_WRITE: Holds, "a stale write before the next holder's first is accepted by any fence, and is no violation";
    },
};

pub const CUT_OFF: Entry = Entry {
    id: "zookeeper-lock-cut-off",
    question: Text::new(
        "The holder cannot reach ZooKeeper any more, and works on. Whose lock is it?",
        "持有者连不上 ZooKeeper 了，却照常工作。锁归谁？",
    ),
    answer: Text::new(
        "The next one's, as soon as the session is over. The holder noticed that its connection was gone, and did not ask what \
         that means; that its session is over it can be told only when it is connected again.",
        "会话一过期就归下一位。持有者察觉到连接断了，却没有多想；而会话过期这件事，只有重新连上才有人告诉它。",
    ),
    parameters: &[("session", "10s"), ("work", "30s"), ("think", "0ms")],
    seed: 1,
    faults: &["cut=c1/z1@1s+60s"],
    until: Span::seconds(120),
    suggestions: &[HEED, FENCE, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet ZK-2: broken by PART > session time-out";
        NO_STALE_WRITE: Holds, "the first writes after 30 s of work, the second not before it has worked 30 s too, later";
    },
};

pub const CUT_OFF_HEEDED: Entry = Entry {
    id: "zookeeper-lock-cut-off-heeded",
    question: Text::new(
        "The same cut, and the holder stops as soon as it loses its connection. And now?",
        "同样的隔离，但持有者一断开连接就停下。这次呢？",
    ),
    answer: Text::new(
        "The lock is kept: it gives up the connection after two thirds of the session time-out, before the ensemble ends the session. It \
         stops for nothing if the connection comes back in time.",
        "锁守住了：它在会话超时的三分之二时就放弃连接，早于集群结束会话。代价是，连接若及时恢复，这一停就白停了。",
    ),
    parameters: &[("session", "10s"), ("work", "30s"), ("suspended", "heeded"), ("think", "0ms")],
    seed: 1,
    faults: &["cut=c1/z1@1s+60s"],
    until: Span::seconds(180),
    suggestions: &[PAUSE_THE_HOLDER, CRASH_THE_HOLDER, FENCE],
    expected: expected! {
        ONE_HOLDER: Holds, "sheet §11: must assume loss on Disconnected (SUSPENDED)";
        NO_STALE_WRITE: Holds, "it writes nothing until it holds the lock anew";
    },
};

pub const RELEASES_FIRST: Entry = Entry {
    id: "zookeeper-lock-releases-the-first",
    question: Text::new(
        "A late holder releases by deleting whoever is first. Whose node is that?",
        "迟到的持有者释放锁时，删的是排第一的节点。那是谁的？",
    ),
    answer: Text::new(
        "The next holder's, who works on without a lock. ZooKeeper lets anybody delete a node; the recipe is safe only because each \
         deletes the path that it was given.",
        "是下一位持有者的，而它还在毫不知情地工作。ZooKeeper 允许任何人删除节点；这个做法之所以安全，全靠各自只删自己得到的路径。",
    ),
    parameters: &[("session", "10s"), ("work", "20s"), ("release", "first"), ("think", "0ms")],
    seed: 1,
    faults: &["pause=c1@1s+20s"],
    until: Span::seconds(90),
    suggestions: &[FENCE, HEED, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, PAUSED;
        OWNER_RELEASES: Violated, "sheet L-4: a deletion that does not ask whose node it is";
        NO_STALE_WRITE: Holds, "the first writes as soon as it wakes, the second later";
    },
};

pub const OPERATOR: Entry = Entry {
    id: "zookeeper-lock-operator",
    question: Text::new(
        "An operator takes the holder's node for an orphan and deletes it. What does the holder notice?",
        "运维人员把持有者的节点当成孤儿删掉了。持有者会察觉吗？",
    ),
    answer: Text::new(
        "Nothing: it watches nothing, and its session stands. The next one is first at once, and two work under one lock.",
        "毫无察觉：它没有监视任何东西，会话也还在。下一位立刻排到第一，两个客户端同时在一把锁下工作。",
    ),
    parameters: &[("work", "10s"), ("think", "0ms")],
    seed: 1,
    faults: &["do=z1@500ms:delete-node.0"],
    until: Span::seconds(60),
    suggestions: &[FENCE, PAUSE_THE_HOLDER, CRASH_THE_HOLDER],
    expected: expected! {
        ONE_HOLDER: Violated, "sheet §11: a holder learns of its session's end only, not of its node's";
        OWNER_RELEASES: Holds, "no client deletes another's node";
        NO_STALE_WRITE: Holds, "both work 10 s, and the first began first: it writes first";
    },
};

pub const HUNG: Entry = Entry {
    id: "zookeeper-lock-work-hangs",
    question: Text::new(
        "The work hangs, and the heartbeats go on. When is the lock free?",
        "工作线程卡死，心跳却还在继续。锁何时释放？",
    ),
    answer: Text::new(
        "Never, as long as the process lives: a heartbeat says that the library is alive, not that anybody works. Somebody has to \
         delete the node by hand.",
        "只要进程还在，就永远不会：心跳只说明客户端库活着，不说明有人在工作。只能手工删除节点。",
    ),
    parameters: &[("think", "0ms")],
    seed: 1,
    faults: &["do=c1@500ms:hang"],
    until: Span::seconds(120),
    suggestions: &[DELETE_THE_FIRST, CRASH_THE_HOLDER, PAUSE_THE_HOLDER],
    expected: expected! {
        SERVED: NotYet, "sheet §9, the same here: heartbeats alive but worker thread hung — lock held for ever";
    },
};
