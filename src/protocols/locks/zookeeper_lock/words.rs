//! The protocol's words.

use crate::protocols::Term;
use crate::protocols::parts::locking::terms as locking;
use crate::protocols::parts::zookeeper::terms as zookeeper;
use crate::text::Text;

pub(super) static SUMMARY: Text = Text::new(
    "The lock is a queue of numbered nodes, and whoever is first holds it. Each waiter watches the one before it, so that \
     nobody polls and a release wakes one. A node lives as long as its client's session, and that ends by the ensemble's \
     word, some time after the client was last heard of: a crashed holder frees the lock then and not at once, and one \
     that was only silent learns too late.",
    "锁就是一队带编号的节点，排第一的持有锁。每个等待者监视自己前面那一个，因此无人轮询，每次释放只唤醒一个。节点的寿命等于客户端的会话，\
     而会话何时结束由集群说了算：多久没有消息才算过期。因此持有者宕机后，锁要等会话超时才释放；只是暂时失联的持有者，知道得太晚。",
);

pub(super) static MODELLED: &[Text] = &[
    Text::new(
        "Curator's recipe: ephemeral sequential nodes with a name of their own, getData with a watch on the one before.",
        "Curator 的做法：带自身标识的临时顺序节点，用带监视的 getData 盯住前一个。",
    ),
    Text::new(
        "Sessions with negotiated time-outs and heartbeats; expiry by the leader, in whole ticks; one-shot watches, renewed after a \
         reconnection.",
        "协商超时与心跳的会话；由领导者按整 tick 判定过期；一次性监视，重连后重新登记。",
    ),
    Text::new(
        "An ensemble of one, three or five: fast leader election, epochs, a replicated log with fsync, sessions that move \
         between servers.",
        "一台、三台或五台服务器：快速领导者选举、纪元、落盘的复制日志，以及可在服务器之间转移的会话。",
    ),
    Text::new(
        "What a server answers is compared with a real ZooKeeper 3.8, request by request.",
        "服务器的每条答复都与真实的 ZooKeeper 3.8 逐条比对过。",
    ),
];

pub(super) static NOT_MODELLED: &[Text] = &[
    Text::new(
        "The parent node: to the clients the lock is the root of what they see (a chroot), and is never deleted.",
        "父节点：对客户端而言，锁就是它所见的根（chroot），从不删除。",
    ),
    Text::new(
        "Observers, reconfiguration, access control, multi-operation transactions.",
        "观察者、动态重配置、访问控制、multi 事务。",
    ),
    Text::new("Re-entrance, and locks that readers share.", "可重入锁与读写锁。"),
    Text::new(
        "Snapshots and differences: a follower is always sent the leader's whole tree.",
        "快照与增量同步：领导者总是把整棵树发给跟随者。",
    ),
];

pub(super) static TERMS: &[Term] = &[
    zookeeper::CONNECT,
    zookeeper::CONNECTED,
    zookeeper::EXPIRED,
    zookeeper::CREATE,
    zookeeper::DELETE,
    zookeeper::SET_DATA,
    zookeeper::EXISTS,
    zookeeper::GET_DATA,
    zookeeper::GET_CHILDREN,
    zookeeper::SYNC,
    zookeeper::CLOSE,
    zookeeper::CLOSED,
    zookeeper::OK,
    zookeeper::ERROR,
    zookeeper::EVENT,
    zookeeper::SET_WATCHES,
    zookeeper::PING,
    zookeeper::PONG,
    zookeeper::SILENCE,
    zookeeper::RECONNECT,
    zookeeper::VOTE,
    zookeeper::ELECTED,
    zookeeper::FOLLOW,
    zookeeper::JOIN,
    zookeeper::NEW_EPOCH,
    zookeeper::PROMISED,
    zookeeper::NEW_LEADER,
    zookeeper::LOADED,
    zookeeper::UP_TO_DATE,
    zookeeper::FORWARD,
    zookeeper::OPEN,
    zookeeper::REVALIDATE,
    zookeeper::VALID,
    zookeeper::PROPOSE,
    zookeeper::ACK,
    zookeeper::COMMIT,
    zookeeper::HEARTBEAT,
    zookeeper::TOUCHED,
    zookeeper::HALF_TICK,
    zookeeper::SESSION_EXPIRY,
    zookeeper::LOG_PROMISE,
    zookeeper::LOG_LEAD,
    zookeeper::LOG_LOAD,
    zookeeper::LOG_TRANSACTION,
    locking::WRITE,
    locking::ACCEPTED,
    locking::REFUSED,
    locking::WRITTEN,
    locking::WANT,
    locking::WORK,
    locking::RESEND,
    locking::HANG,
    Term {
        kind: "delete-node",
        label: Text::new("delete node", "删除节点"),
        gloss: Text::new("An operator deletes a node of the queue by hand.", "运维人员手工删除队列中的一个节点。"),
    },
];
