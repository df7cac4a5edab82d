//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use crate::protocols::parts::Word;
use crate::protocols::parts::locking::{CLIENTS_MAX, Hold, id, parameters as shared};
use crate::protocols::parts::redis::Command;
use crate::protocols::parts::redis::log::Persistence;
use crate::protocols::parts::redis::script::Script;
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    shared::CLIENTS,
    shared::TURNS,
    Parameter {
        key: "recipe",
        name: Text::new("Recipe", "用法"),
        help: Text::new(
            "Plain: SET NX PX, and whoever does not get it polls. Redisson: a re-entrant lock in a hash; whoever does not \
             get it subscribes to a channel on which the release is published.",
            "普通：SET NX PX，抢不到就轮询。Redisson：用哈希实现的可重入锁，抢不到就订阅频道，等释放时的通知。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "plain", name: Text::new("plain", "普通"), breaks: None },
            Choice { key: "redisson", name: Text::same("Redisson"), breaks: None },
        ]),
        source: Text::new("Redis documentation: Distributed locks", "Redis 文档：Distributed locks"),
    },
    Parameter {
        key: "lease",
        name: Text::new("Lease", "租期"),
        help: Text::new(
            "After what time Redis lets go of the lock by itself, unless it is renewed.",
            "若不续期，Redis 多久之后自动放掉这把锁。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(30),
        },
        source: Text::new(
            "Redis documentation: 30,000 ms; Redisson: lockWatchdogTimeout, 30 s",
            "Redis 文档：30,000 ms；Redisson：lockWatchdogTimeout，30 s",
        ),
    },
    Parameter {
        key: "watchdog",
        name: Text::new("Watchdog", "看门狗"),
        help: Text::new(
            "Whether a client renews its lease every third of it, as Redisson does when it is given no lease.",
            "客户端是否每隔三分之一租期续期一次；Redisson 在不指定租期时就这样做。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "off", name: Text::new("off", "关"), breaks: None },
            Choice { key: "on", name: Text::new("on", "开"), breaks: None },
        ]),
        source: Text::new("Redisson: lockWatchdogTimeout / 3", "Redisson：lockWatchdogTimeout / 3"),
    },
    shared::WORK,
    shared::LEASE_END,
    Parameter {
        key: "fencing",
        name: Text::new("Fencing", "防护令牌"),
        help: Text::new(
            "Whether each grant draws the next number of a counter in the same script, and the resource refuses smaller \
             ones than it has seen.",
            "每次授予是否在同一脚本里取计数器的下一个数，且资源拒绝比它见过的更小的数。",
        ),
        kind: ParameterKind::Choice(shared::FENCING_CHOICES),
        source: Text::new("Redisson: RFencedLock; sheet §12", "Redisson：RFencedLock；参考表 §12"),
    },
    Parameter {
        key: "acquire",
        name: Text::new("Acquiring", "加锁命令"),
        help: Text::new(
            "Plain recipe: in one command; or SET NX and then PEXPIRE, so that a crash between the two leaves a lock that \
             never ends.",
            "普通用法：一条命令；或先 SET NX 再 PEXPIRE，两者之间宕机就留下一把永不过期的锁。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "one-command", name: Text::same("SET NX PX"), breaks: None },
            Choice { key: "two-commands", name: Text::same("SET NX, PEXPIRE"), breaks: None },
        ]),
        source: Text::new(
            "sheet §9; Redis documentation: SETNX is superseded",
            "参考表 §9；Redis 文档：SETNX 已被取代",
        ),
    },
    Parameter {
        key: "release",
        name: Text::new("Releasing", "释放命令"),
        help: Text::new(
            "Plain recipe: by a script that deletes the key only if its own token is there; or by DEL, whoever holds it.",
            "普通用法：用脚本，只有令牌是自己的才删除；或直接 DEL，不管此时是谁持有。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "if-mine", name: Text::new("if it is mine", "是自己的才删"), breaks: None },
            Choice { key: "always", name: Text::new("always", "直接删"), breaks: Some(id::OWNER_RELEASES) },
        ]),
        source: Text::new("Redis documentation: Distributed locks", "Redis 文档：Distributed locks"),
    },
    Parameter {
        key: "after-no-reply",
        name: Text::new("After no reply", "没有回复时"),
        help: Text::new(
            "Plain recipe: a client whose request was not answered tries again with the same token, and so finds that it \
             holds the lock already; or with a new one, and waits for its own lease to end.",
            "普通用法：请求没有得到回复时，用同一令牌重试，从而发现自己其实已持有；或换新令牌，结果等自己的租约到期。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "same-token", name: Text::new("the same token", "同一令牌"), breaks: None },
            Choice { key: "new-token", name: Text::new("a new token", "新令牌"), breaks: None },
        ]),
        source: Text::new("sheet §9: lost reply of SET NX", "参考表 §9：SET NX 的回复丢失"),
    },
    Parameter {
        key: "replica",
        name: Text::new("Replica", "从库"),
        help: Text::new(
            "Whether the master has a replica, which receives every change a little later and can be promoted.",
            "主库是否带一个从库；它稍后收到每次改动，可被提升为主库。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "off", name: Text::new("none", "无"), breaks: None },
            Choice { key: "on", name: Text::new("one", "一个"), breaks: None },
        ]),
        source: Text::new("Redis documentation: Replication is asynchronous", "Redis 文档：复制是异步的"),
    },
    Parameter {
        key: "append-only",
        name: Text::new("Append-only file", "AOF 持久化"),
        help: Text::new(
            "Whether changes are logged, and when the log is made durable: before each answer, once a second, or whenever \
             the operating system comes to it.",
            "改动是否写入日志，以及何时落盘：答复之前、每秒一次，或由操作系统决定。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "off", name: Text::new("off", "关"), breaks: None },
            Choice { key: "always", name: Text::new("fsync always", "每次落盘"), breaks: None },
            Choice { key: "everysec", name: Text::new("fsync every second", "每秒落盘"), breaks: None },
            Choice { key: "no", name: Text::new("fsync left to the system", "由系统落盘"), breaks: None },
        ]),
        source: Text::new(
            "redis.conf: appendonly no; appendfsync everysec",
            "redis.conf：appendonly no；appendfsync everysec",
        ),
    },
    Parameter {
        key: "retry",
        name: Text::new("Polling", "轮询间隔"),
        help: Text::new(
            "Plain recipe: whoever does not get the lock tries again after a random time up to this.",
            "普通用法：抢不到锁时，随机等待至多这么久再试。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::millis(200),
        },
        source: Text::new("redlock-rb: DEFAULT_RETRY_DELAY, 200 ms", "redlock-rb：DEFAULT_RETRY_DELAY，200 ms"),
    },
    Parameter {
        key: "request-timeout",
        name: Text::new("Request time-out", "请求超时"),
        help: Text::new("How long a client waits for a reply.", "客户端等一个回复等多久。"),
        kind: ParameterKind::Time { minimum: Span::millis(1), maximum: Span::seconds(60), default: Span::seconds(3) },
        source: Text::new("Redisson: timeout, 3,000 ms", "Redisson：timeout，3,000 ms"),
    },
    shared::THINK,
    shared::LATENCY,
    shared::FSYNC,
];

/// The values of one run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub clients: u8,
    pub turns: u32,
    pub redisson: bool,
    pub lease: Span,
    pub watchdog: bool,
    pub work: Span,
    pub heeds_lease: bool,
    pub fencing: bool,
    pub two_commands: bool,
    pub releases_always: bool,
    pub new_token: bool,
    pub replica: bool,
    pub persistence: Persistence,
    pub retry: Span,
    pub request_timeout: Span,
    pub think: Span,
}

/// The one lock, the counter of its fencing tokens, and the channel on which releases are published.
pub const LOCK: &str = "lock";
pub const COUNTER: &str = "lock:fence";
pub const CHANNEL: &str = "lock:freed";
/// How long a release's latch is kept: longer than any repetition of it may take.
const LATCH: Span = Span::seconds(30);

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let is = |key, word| values.choice(key) == word;
        Settings {
            clients: values.number("clients").min(u32::from(CLIENTS_MAX)) as u8,
            turns: values.number("turns"),
            redisson: is("recipe", "redisson"),
            lease: values.time("lease"),
            watchdog: is("watchdog", "on"),
            work: values.time("work"),
            heeds_lease: is("lease-end", "heeded"),
            fencing: is("fencing", "on"),
            two_commands: is("acquire", "two-commands"),
            releases_always: is("release", "always"),
            new_token: is("after-no-reply", "new-token"),
            replica: is("replica", "on"),
            persistence: match values.choice("append-only") {
                "always" => Persistence::Always,
                "everysec" => Persistence::EverySecond,
                "no" => Persistence::WhenItComes,
                _ => Persistence::None,
            },
            retry: values.time("retry"),
            request_timeout: values.time("request-timeout"),
            think: values.time("think"),
        }
    }

    /// The master at first; clients come before all other nodes.
    pub fn master(&self) -> NodeId {
        NodeId(self.clients)
    }

    pub fn replica(&self) -> Option<NodeId> {
        self.replica.then_some(NodeId(self.clients + 1))
    }

    pub fn resource(&self) -> NodeId {
        NodeId(self.clients + 1 + u8::from(self.replica))
    }

    fn lease_ms(&self) -> i64 {
        (self.lease.as_micros() / 1_000) as i64
    }

    /// What asks for the lock.
    pub fn acquire(&self, hold: Hold) -> Command {
        let (key, milliseconds) = (Word::from(LOCK), self.lease_ms());
        let counter = Word::from(COUNTER);
        if self.redisson {
            let counter = self.fencing.then_some(counter);
            Command::Eval(Script::Enter { key, owner: hold.token(), milliseconds, counter })
        } else if self.two_commands {
            Command::Set { key, value: hold.token(), only_new: true, expires_ms: None }
        } else if self.fencing {
            Command::Eval(Script::SetWithFence { key, token: hold.token(), milliseconds, counter })
        } else {
            Command::Set { key, value: hold.token(), only_new: true, expires_ms: Some(milliseconds) }
        }
    }

    /// The second of two commands: gives the lock that was just taken its end.
    pub fn expire(&self) -> Command {
        Command::Pexpire { key: Word::from(LOCK), milliseconds: self.lease_ms() }
    }

    /// What renews the lease.
    pub fn renew(&self, hold: Hold) -> Command {
        let (key, milliseconds) = (Word::from(LOCK), self.lease_ms());
        Command::Eval(match self.redisson {
            true => Script::Renew { key, owner: hold.token(), milliseconds },
            false => Script::ExpireIfMine { key, token: hold.token(), milliseconds },
        })
    }

    /// What releases the lock.
    pub fn release(&self, hold: Hold) -> Command {
        let (key, token) = (Word::from(LOCK), hold.token());
        if self.redisson {
            Command::Eval(Script::Leave {
                key,
                latch: format!("latch:{token}").into(),
                owner: token,
                milliseconds: self.lease_ms(),
                channel: Word::from(CHANNEL),
                latch_milliseconds: (LATCH.as_micros() / 1_000) as i64,
            })
        } else if self.releases_always {
            Command::Del { key }
        } else {
            Command::Eval(Script::DeleteIfMine { key, token })
        }
    }
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let settings = Settings::of(values);
    let plain_only = settings.two_commands || settings.releases_always || settings.new_token;
    if settings.redisson && plain_only {
        return Some(Text::new(
            "Redisson takes and releases by its scripts: acquire, release and after-no-reply belong to the plain recipe",
            "Redisson 用脚本加锁和释放：acquire、release、after-no-reply 只属于普通用法",
        ));
    }
    (settings.two_commands && settings.fencing).then_some(Text::new(
        "A fencing token is drawn in the script that takes the lock, so it needs acquire=one-command",
        "防护令牌在加锁脚本里产生，因此需要 acquire=one-command",
    ))
}
