//! The protocol's words.

use crate::protocols::Term;
use crate::protocols::parts::locking::terms as locking;
use crate::protocols::parts::redis::terms as redis;
use crate::text::Text;

pub(super) static SUMMARY: Text = Text::new(
    "Several Redis masters that know nothing of each other hold one lock: whoever is granted it by more than half, with lease \
     to spare, has it. It survives masters that are down. It rests on time all the same: a clock that jumps, a master that \
     forgets, or a client that sleeps between looking and writing gives the lock to two.",
    "几个互不相识的 Redis 主库共管一把锁：过半数授予，且租期尚有剩余，才算持有。部分主库宕机也不要紧。但它终究依赖时间：时钟跳变、\
     主库失忆，或客户端在看表与写入之间停顿，都会让两个客户端同时持锁。",
);

pub(super) static MODELLED: &[Text] = &[
    Text::new(
        "SET NX PX on all masters at once, the majority, the validity with its allowance for clocks, the random retry delay, \
         unlocking everywhere, extending the lease.",
        "同时向所有主库发 SET NX PX，多数派判定，扣除时钟余量的有效期，随机重试延迟，在所有主库上释放，以及续期。",
    ),
    Text::new(
        "Masters with or without an append-only file, with a delayed restart, with clocks that jump or run fast.",
        "主库可开 AOF、可延迟重启，时钟可跳变、可走快。",
    ),
    Text::new(
        "With fencing on, a counter on a node of its own hands out the tokens: RedLock's own are random and have no order.",
        "打开防护令牌时，由另一个节点上的计数器发号：RedLock 自己的令牌是随机数，没有先后。",
    ),
];

pub(super) static NOT_MODELLED: &[Text] = &[
    Text::new(
        "Giving up after some attempts, as the libraries do: here a client tries until it has the lock.",
        "像各客户端库那样重试几次就放弃：这里的客户端会一直试到拿到锁为止。",
    ),
    Text::new("Replicas of the masters.", "各主库的从库。"),
    Text::new(
        "Asking the masters one after the other, as some libraries do: here all are asked at once.",
        "像某些库那样逐个询问主库：这里同时询问。",
    ),
];

pub(super) static TERMS: &[Term] = &[
    redis::SET,
    redis::GET,
    redis::DEL,
    redis::EVAL_UNLOCK,
    redis::EVAL_RENEW,
    redis::OK,
    redis::NIL,
    redis::INTEGER,
    redis::TEXT,
    redis::ERROR,
    redis::APPEND_PUT,
    redis::APPEND_DELETE,
    redis::APPEND_LOAD,
    redis::FSYNC,
    redis::COME_BACK,
    locking::WRITE,
    locking::ACCEPTED,
    locking::REFUSED,
    locking::WRITTEN,
    locking::DRAW,
    locking::TOKEN,
    locking::DRAWN,
    locking::REDRAW,
    locking::WANT,
    locking::NO_REPLY,
    locking::RETRY,
    locking::WORK,
    locking::RESEND,
    locking::LEASE_END,
    locking::HANG,
    Term {
        kind: "extend",
        label: Text::new("extend", "续期"),
        gloss: Text::new(
            "Time to have the masters extend the lease, a third of it after the last time.",
            "又过了三分之一租期，该请各主库续期了。",
        ),
    },
];
