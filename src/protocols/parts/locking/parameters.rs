//! The parameters that every lock here has, said once, so that the locks meet the same load and the same network.

use super::{CLIENTS_MAX, id};
/// The network and the disks are those that transactions have.
pub use crate::protocols::parts::atomic_commitment::parameters::{FSYNC, LATENCY};
use crate::protocols::{Intervention, Parameter, ParameterKind, parameter::Choice};
use crate::sim::time::Span;
use crate::text::Text;

/// How many clients there are.
pub const CLIENTS: Parameter = Parameter {
    key: "clients",
    name: Text::new("Clients", "客户端数量"),
    help: Text::new("How many clients want the lock.", "有多少个客户端要抢这把锁。"),
    kind: ParameterKind::Number { minimum: 1, maximum: CLIENTS_MAX as u32, default: 2 },
    source: Text::new("the fewest that compete", "能形成竞争的最小数量"),
};

/// How often each wants the lock.
pub const TURNS: Parameter = Parameter {
    key: "turns",
    name: Text::new("Turns", "轮数"),
    help: Text::new("How many times each client wants the lock.", "每个客户端要拿几次锁。"),
    kind: ParameterKind::Number { minimum: 1, maximum: 1_000, default: 1 },
    source: Text::new("once is enough to see it", "一次就足以看清"),
};

/// How long a client works under the lock.
pub const WORK: Parameter = Parameter {
    key: "work",
    name: Text::new("Work", "工作时长"),
    help: Text::new(
        "How long a client works before it writes to the resource and releases the lock.",
        "客户端持锁后工作多久，才写资源并释放锁。",
    ),
    kind: ParameterKind::Time { minimum: Span::ZERO, maximum: Span::seconds(3_600), default: Span::seconds(1) },
    source: Text::new("far shorter than the lease, as it should be", "应远短于租期"),
};

/// Within what time each client comes.
pub const THINK: Parameter = Parameter {
    key: "think",
    name: Text::new("Arrival", "到达时间"),
    help: Text::new(
        "Each client comes at some instant up to this, and comes again that much after each of its turns.",
        "每个客户端在这段时间内的某一刻到来；每轮之后同样间隔再来。",
    ),
    kind: ParameterKind::Time { minimum: Span::ZERO, maximum: Span::seconds(3_600), default: Span::millis(10) },
    source: Text::new("short, so that they meet", "很短，好让它们碰上"),
};

/// What a client does about the end of its lease.
pub const LEASE_END: Parameter = Parameter {
    key: "lease-end",
    name: Text::new("End of the lease", "租约到期时"),
    help: Text::new(
        "Most code never looks at the clock once it has the lock. A careful client reckons from when it asked, and gives \
         up when that time is over: even so, a pause between looking and writing is not seen.",
        "多数代码拿到锁之后再也不看时钟。谨慎的客户端从发出请求时起算，到点就放弃；即便如此，看表与写入之间的停顿它也察觉不到。",
    ),
    kind: ParameterKind::Choice(&[
        Choice { key: "ignored", name: Text::new("ignored", "不管"), breaks: None },
        Choice { key: "heeded", name: Text::new("heeded", "到点放弃"), breaks: None },
    ]),
    source: Text::new("Kleppmann 2016: the usual code", "Kleppmann 2016：常见写法"),
};

/// Whether writes carry a fencing token.
pub const FENCING_CHOICES: &[Choice] = &[
    Choice { key: "off", name: Text::new("off", "关"), breaks: None },
    Choice { key: "on", name: Text::new("on", "开"), breaks: None },
];

/// The same for a lock that has no token of its own.
pub const FENCING_BY_COUNTER: Parameter = Parameter {
    key: "fencing",
    name: Text::new("Fencing", "防护令牌"),
    help: Text::new(
        "This lock hands out no fencing token. On adds a node of its own, a counter on disk: whoever was granted the lock \
         draws a number from it, looks whether it holds the lock still, and sends the number along with its write.",
        "这种锁本身不发放防护令牌。打开时另加一个节点，即落盘的计数器：拿到锁的客户端先取号，再复查锁是否仍归自己，写入时带上这个号。",
    ),
    kind: ParameterKind::Choice(FENCING_CHOICES),
    source: Text::new("sheet §12: the resource refuses the smaller token", "参考表 §12：资源拒绝较小的令牌"),
};

/// What follows the drawing of such a token.
pub const AFTER_TOKEN: Parameter = Parameter {
    key: "after-token",
    name: Text::new("After drawing a token", "取号之后"),
    help: Text::new(
        "Look again: whether the lock is still its own, so that the number was drawn while it held it. Go on: a client that \
         slept before it drew has a newer number than the holder after it.",
        "复查：确认锁仍归自己，这样号必定是在持锁期间取的。直接继续：取号前停顿过的客户端，号反而比后一位持有者的新。",
    ),
    kind: ParameterKind::Choice(&[
        Choice { key: "look-again", name: Text::new("look again", "复查"), breaks: None },
        Choice { key: "go-on", name: Text::new("go on", "直接继续"), breaks: Some(id::NO_STALE_WRITE) },
    ]),
    source: Text::new("follows from F-1: tokens must grow with the grants", "由 F-1 推出：令牌须随授予递增"),
};

/// How long whoever does not get the lock waits.
pub const RETRY: Parameter = Parameter {
    key: "retry",
    name: Text::new("Polling", "轮询间隔"),
    help: Text::new(
        "Whoever does not get the lock tries again after a random time up to this.",
        "抢不到锁时，随机等待至多这么久再试。",
    ),
    kind: ParameterKind::Time { minimum: Span::millis(1), maximum: Span::seconds(3_600), default: Span::millis(200) },
    source: Text::new("redlock-rb: DEFAULT_RETRY_DELAY, 200 ms", "redlock-rb：DEFAULT_RETRY_DELAY，200 ms"),
};

/// What may happen to a client: its work hangs.
pub const HANG: Intervention = Intervention {
    key: "hang",
    name: Text::new("The work hangs", "工作线程卡死"),
    help: Text::new(
        "The thread that works under the lock never ends; the rest of the process lives on.",
        "持锁工作的线程永远不结束；进程的其余部分照常运行。",
    ),
    applies: |node, topology| topology.name(node).starts_with('c'),
    arguments: &[],
};
