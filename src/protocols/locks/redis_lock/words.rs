//! The protocol's words.

use crate::protocols::Term;
use crate::protocols::parts::locking::terms as locking;
use crate::protocols::parts::redis::terms as redis;
use crate::text::Text;

pub(super) static SUMMARY: Text = Text::new(
    "Whoever first puts a key into Redis holds the lock, and Redis deletes the key by itself when the lease ends. That frees \
     the lock of a holder that died, and also of one that is only slow. A watchdog renews the lease; a fencing \
     token lets the resource refuse whoever comes too late.",
    "谁先在 Redis 写下键，谁就持有锁；租期一到，Redis 自动删除这个键。宕机者的锁因此得以释放，但只是变慢的持有者也会失去锁。\
     看门狗负责续期；防护令牌（fencing token）让资源能够拒绝来迟的写入。",
);

pub(super) static MODELLED: &[Text] = &[
    Text::new(
        "SET NX PX, the release, renewal and fencing scripts, Redisson's lock with its watchdog and channel.",
        "SET NX PX，释放、续期与防护令牌的脚本，Redisson 的锁及其看门狗和频道。",
    ),
    Text::new(
        "Expiry by the server's wall clock, the append-only file with its fsync policies, one replica, and fail-over.",
        "按服务器墙上时钟过期、AOF 及其落盘策略、一个从库以及故障切换。",
    ),
    Text::new(
        "Requests and replies that are lost: whoever waits for one finds out by its time-out.",
        "请求与回复可能丢失：等待者靠超时发现。",
    ),
    Text::new(
        "What Redis answers is compared with a real Redis, command by command.",
        "Redis 的每条答复都与真实的 Redis 逐条比对过。",
    ),
];

pub(super) static NOT_MODELLED: &[Text] = &[
    Text::new(
        "Sentinels and their votes: a fail-over is something that is done to the run.",
        "Sentinel 及其投票：故障切换由外部施加于一次运行。",
    ),
    Text::new("Snapshots (RDB) and Redis Cluster.", "快照（RDB）与 Redis Cluster。"),
    Text::new(
        "Entering a lock again that one holds already: the server's script can, these clients do not.",
        "重入：服务器脚本支持，这里的客户端不用。",
    ),
];

pub(super) static TERMS: &[Term] = &[
    redis::SET,
    redis::GET,
    redis::DEL,
    redis::PEXPIRE,
    redis::EVAL_LOCK,
    redis::EVAL_UNLOCK,
    redis::EVAL_RENEW,
    redis::SUBSCRIBE,
    redis::UNSUBSCRIBE,
    redis::PUBLISHED,
    redis::OK,
    redis::NIL,
    redis::INTEGER,
    redis::TEXT,
    redis::ERROR,
    redis::PSYNC,
    redis::FULL_SYNC,
    redis::REPLICATE,
    redis::PROMOTED,
    redis::FOLLOW,
    redis::APPEND_PUT,
    redis::APPEND_DELETE,
    redis::APPEND_LOAD,
    redis::FSYNC,
    redis::RECONNECT,
    locking::WRITE,
    locking::ACCEPTED,
    locking::REFUSED,
    locking::WRITTEN,
    locking::WANT,
    locking::NO_REPLY,
    locking::RETRY,
    locking::WORK,
    locking::RESEND,
    locking::LEASE_END,
    locking::HANG,
    Term {
        kind: "watchdog",
        label: Text::new("watchdog", "看门狗"),
        gloss: Text::new(
            "Time to renew the lease, a third of it after the last time.",
            "又过了三分之一租期，该续期了。",
        ),
    },
    Term {
        kind: "fail-over",
        label: Text::new("fail-over", "故障切换"),
        gloss: Text::new("The replica becomes the master.", "从库成为主库。"),
    },
];
