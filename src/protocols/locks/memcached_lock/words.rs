//! The protocol's words.

use crate::protocols::Term;
use crate::protocols::parts::locking::terms as locking;
use crate::protocols::parts::memcached::terms as memcached;
use crate::text::Text;

pub(super) static SUMMARY: Text = Text::new(
    "Whoever first adds a key to memcached holds the lock. A cache makes a poor lock server: it lets go a second early, drops \
     what it has no room for, and forgets all when it restarts. With an expiry time and an owner's token the lock comes \
     free again and is released by its holder only; to keep a late holder's write out, it takes a fencing token from elsewhere.",
    "谁先把键 add 进 memcached，谁就持有锁。拿缓存当锁服务并不可靠：它可能提前一秒放锁，内存不足就淘汰，重启便忘光。\
     加上过期时间和持有者令牌，锁才会自行释放、也只由持有者释放；要挡住迟到者的写入，还得另从别处取防护令牌（fencing token）。",
);

pub(super) static MODELLED: &[Text] = &[
    Text::new(
        "add, get, gets, cas, delete and the meta delete, as a real memcached answers them: compared reply by reply.",
        "add、get、gets、cas、delete 与元命令 md，每条答复都与真实的 memcached 比对过。",
    ),
    Text::new(
        "Expiry in whole seconds by a clock that ticks once a second, eviction, and a restart that loses everything.",
        "以整秒计、每秒走一格的过期时钟，淘汰，以及丢失一切的重启。",
    ),
    Text::new(
        "Several servers between which each client chooses by itself, ejecting those that do not answer.",
        "多台服务器：由客户端各自选择，并剔除没有回复的服务器。",
    ),
    Text::new(
        "With fencing on, a counter on a node of its own hands out the tokens: memcached has none to give.",
        "打开防护令牌时，由另一个节点上的计数器发号：memcached 自己没有令牌可发。",
    ),
];

pub(super) static NOT_MODELLED: &[Text] = &[
    Text::new("Renewing a lease: no usual client of this lock does.", "续期：这种锁的常见客户端都不做。"),
    Text::new(
        "The hash ring itself: only that a key's first server, once ejected, gives way to the next.",
        "哈希环本身：只体现键的首选服务器被剔除后由下一台接替。",
    ),
    Text::new("Other keys: eviction is something that is done to the run.", "其他键：淘汰由外部施加于一次运行。"),
];

pub(super) static TERMS: &[Term] = &[
    memcached::ADD,
    memcached::GET,
    memcached::GETS,
    memcached::CAS,
    memcached::DELETE,
    memcached::DELETE_UNIQUE,
    memcached::STORED,
    memcached::NOT_STORED,
    memcached::EXISTS,
    memcached::NOT_FOUND,
    memcached::DELETED,
    memcached::VALUE,
    memcached::MISS,
    memcached::EVICT,
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
];
