//! The locks side by side, as the notes compare Redis with ZooKeeper, but measured.

use crate::protocols::Family;
use crate::protocols::comparison::{Column, Comparison, Load, Trial, Way};
use crate::protocols::parts::locking::id;
use crate::text::Text;

/// Every lock of the laboratory, the Redis lock in both of its recipes.
pub static LOCKS: Comparison = Comparison {
    id: "locks",
    family: Family::Locks,
    question: Text::new(
        "Redis or ZooKeeper, and what do memcached and RedLock cost?",
        "Redis 还是 ZooKeeper？memcached 和 RedLock 的代价又是多少？",
    ),
    about: Text::new(
        "Every client wants the same lock once, works for a second with it, and writes. Messages take 1 ms, leases last 30 s, \
         a ZooKeeper session 40 s; who polls does so every 100 to 200 ms. Each number is the median over the seeds, and opens the run it comes from.",
        "每个客户端各抢同一把锁一次，持锁工作一秒，然后写入。消息耗时 1 ms，租约 30 s，ZooKeeper 会话 40 s；轮询者每 100 到 200 ms \
         问一次。每个数字都是各种子的中位数，点击可打开得出该数字的那次运行。",
    ),
    ways: &[
        way(Text::same("memcached add"), "memcached-lock", &["turns=1"]),
        way(Text::same("Redis SET NX PX"), "redis-lock", &["turns=1"]),
        way(
            Text::new("Redisson: subscription and watchdog", "Redisson：订阅 + 看门狗"),
            "redis-lock",
            &["turns=1", "recipe=redisson", "watchdog=on"],
        ),
        way(Text::new("RedLock, five masters", "RedLock，五个主节点"), "redlock", &["turns=1"]),
        way(Text::new("ZooKeeper queue", "ZooKeeper 排队"), "zookeeper-lock", &["turns=1"]),
    ],
    trials: &[
        Trial {
            title: Text::new("As more clients wait", "等待者增多时"),
            note: Text::new(
                "Whoever polls pays for every waiter again; a queue wakes one, a subscription all who wait.",
                "轮询要为每个等待者反复付出；排队只唤醒一个，订阅唤醒所有等待者。",
            ),
            loads: &[
                Load::of(Text::new("2 clients", "2 个客户端"), &["clients=2", "until=60s"]),
                Load::of(Text::new("4 clients", "4 个客户端"), &["clients=4", "until=60s"]),
                Load::of(Text::new("6 clients", "6 个客户端"), &["clients=6", "until=60s"]),
            ],
            columns: &[Column::Cost("messages-per-grant"), Column::Cost("polls-per-grant"), Column::Cost("hand-over")],
        },
        Trial {
            title: Text::new("A client crashes after 1.5 s", "客户端在 1.5 s 时宕机"),
            note: Text::new(
                "Two clients come within 2 s. A dead holder's lock is free when its lease or its session ends, not before; \
                 only runs in which it held the lock then have a value.",
                "两个客户端在 2 s 内到来。持有者死后，锁要等租约或会话到期才会释放；只有当时正持锁的运行才有此值。",
            ),
            loads: &[Load::of(Text::same(""), &["think=2s", "until=120s", "crash=c1@1.5s"])],
            columns: &[Column::Cost("freed-after"), Column::Failed(id::ONE_HOLDER)],
        },
        Trial {
            title: Text::new("A client stands still for 45 s", "客户端停顿 45 s"),
            note: Text::new(
                "A pause longer than every lease and session. RedLock looks at its clock before it works and gives up what has \
                 run out; without fencing, whoever has looked before the pause would still write.",
                "停顿比所有租约和会话都长。RedLock 在干活前看一眼时钟，过期就放弃；没有防护令牌时，停顿之前看过的人仍会写入。",
            ),
            loads: &[
                Load::of(
                    Text::new("no fencing", "无防护令牌"),
                    &["think=2s", "until=120s", "pause=c1@1.5s+45s", "fencing=off"],
                ),
                Load::of(
                    Text::new("fencing", "有防护令牌"),
                    &["think=2s", "until=120s", "pause=c1@1.5s+45s", "fencing=on"],
                ),
            ],
            columns: &[
                Column::Failed(id::ONE_HOLDER),
                Column::Failed(id::NO_STALE_WRITE),
                Column::Cost("only-believed"),
            ],
        },
    ],
};

const fn way(name: Text, protocol: &'static str, parameters: &'static [&'static str]) -> Way {
    Way { name, protocol, parameters, worst: &[] }
}
