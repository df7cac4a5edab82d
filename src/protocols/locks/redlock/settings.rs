//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use crate::protocols::parts::Word;
use crate::protocols::parts::locking::client::Load;
use crate::protocols::parts::locking::{CLIENTS_MAX, Hold, id, parameters as shared};
use crate::protocols::parts::redis::Command;
use crate::protocols::parts::redis::log::Persistence;
use crate::protocols::parts::redis::script::Script;
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::clock::LocalTime;
use crate::sim::random::Distribution;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The most masters.
pub const MASTERS_MAX: u8 = 7;

const AS_THE_DOCUMENTATION: Text = Text::new("Redis documentation: Distributed locks", "Redis 文档：Distributed locks");

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    shared::CLIENTS,
    shared::TURNS,
    Parameter {
        key: "masters",
        name: Text::new("Masters", "主库数量"),
        help: Text::new(
            "How many Redis masters there are, none of which replicates another. More than half must grant the lock.",
            "有几个互不复制的 Redis 主库。超过半数授予，才算拿到锁。",
        ),
        kind: ParameterKind::Number { minimum: 1, maximum: MASTERS_MAX as u32, default: 5 },
        source: Text::new("Redis documentation: N = 5", "Redis 文档：N = 5"),
    },
    Parameter {
        key: "lease",
        name: Text::new("Lease", "租期"),
        help: Text::new(
            "After what time each master lets go of the lock by itself. Not to be confused with the request time-out.",
            "每个主库多久之后自动放掉这把锁。不要与请求超时混淆。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(30),
        },
        source: Text::new("Redis documentation: 30,000 ms", "Redis 文档：30,000 ms"),
    },
    Parameter {
        key: "validity",
        name: Text::new("Validity", "有效期检查"),
        help: Text::new(
            "Checked: a majority counts only if the lease, less the time that asking took and an allowance for clocks, has \
             something left. Unchecked: a majority is a majority, however late it came.",
            "检查：租期减去申请耗时和时钟余量后仍有剩余，多数派才算数。不检查：只要凑够多数就算，不管来得多晚。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "checked", name: Text::new("checked", "检查"), breaks: None },
            Choice { key: "unchecked", name: Text::new("unchecked", "不检查"), breaks: Some(id::ONE_HOLDER) },
        ]),
        source: Text::new(
            "Redis documentation; unchecked as RedissonRedLock does",
            "Redis 文档；不检查的做法见 RedissonRedLock",
        ),
    },
    Parameter {
        key: "drift",
        name: Text::new("Allowance for clocks", "时钟余量"),
        help: Text::new(
            "What a client takes off the lease because a master's clock may run faster than its own: 1 % and 2 ms, or nothing.",
            "主库的时钟可能走得比客户端快，因此客户端从租期中扣除 1 % 再加 2 ms；也可以不扣。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "one-percent", name: Text::new("1 % + 2 ms", "1 % + 2 ms"), breaks: None },
            Choice { key: "none", name: Text::new("none", "不扣"), breaks: Some(id::ONE_HOLDER) },
        ]),
        source: Text::new(
            "redlock-rb: CLOCK_DRIFT_FACTOR, 0.01, and 2 ms",
            "redlock-rb：CLOCK_DRIFT_FACTOR，0.01，再加 2 ms",
        ),
    },
    Parameter {
        key: "extension",
        name: Text::new("Extension", "续期"),
        help: Text::new(
            "Whether a client has the masters extend its lease every third of it, which counts once a majority has done so.",
            "客户端是否每隔三分之一租期请各主库续期一次；多数派照办才算续上。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "off", name: Text::new("off", "关"), breaks: None },
            Choice { key: "on", name: Text::new("on", "开"), breaks: None },
        ]),
        source: Text::new(
            "Redis documentation: extending the lock; a third as Redisson's watchdog",
            "Redis 文档：延长锁；三分之一取自 Redisson 的看门狗",
        ),
    },
    shared::WORK,
    Parameter {
        key: "lease-end",
        name: Text::new("End of validity", "有效期结束时"),
        help: Text::new(
            "RedLock tells its client for how long the lock is valid, and the client must stop when that is over. Code that \
             ignores it works on while another may have the lock.",
            "RedLock 会告诉客户端锁在多长时间内有效，到点必须停手。不理会它的代码会在别人已持锁时继续工作。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "heeded", name: Text::new("heeded", "到点放弃"), breaks: None },
            Choice { key: "ignored", name: Text::new("ignored", "不管"), breaks: Some(id::ONE_HOLDER) },
        ]),
        source: AS_THE_DOCUMENTATION,
    },
    shared::FENCING_BY_COUNTER,
    shared::AFTER_TOKEN,
    Parameter {
        key: "unlock",
        name: Text::new("Unlocking", "释放范围"),
        help: Text::new(
            "On all masters, also those that did not answer or refused: a grant may have been made and its reply lost. Or only \
             where a grant was heard of, which leaves such a grant standing for its whole lease.",
            "在所有主库上释放，包括没有答复或拒绝的：授予可能已发生，只是回复丢了。或者只在收到授予的主库上释放，那样的授予便会占满整个租期。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "everywhere", name: Text::new("on all", "所有主库"), breaks: None },
            Choice { key: "where-granted", name: Text::new("where granted", "仅授予者"), breaks: None },
        ]),
        source: AS_THE_DOCUMENTATION,
    },
    Parameter {
        key: "release",
        name: Text::new("Releasing", "释放命令"),
        help: Text::new(
            "By a script that deletes the key only if its own token is there; or by DEL, whoever holds it.",
            "用脚本，只有令牌是自己的才删除；或直接 DEL，不管此时是谁持有。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "if-mine", name: Text::new("if it is mine", "是自己的才删"), breaks: None },
            Choice { key: "always", name: Text::new("always", "直接删"), breaks: Some(id::OWNER_RELEASES) },
        ]),
        source: AS_THE_DOCUMENTATION,
    },
    Parameter {
        key: "append-only",
        name: Text::new("Append-only file", "AOF 持久化"),
        help: Text::new(
            "Whether each master logs its changes, and when its log is made durable: before each answer, once a second, or \
             whenever the operating system comes to it.",
            "各主库是否把改动写入日志，以及何时落盘：答复之前、每秒一次，或由操作系统决定。",
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
        key: "restart-delay",
        name: Text::new("Restart", "重启"),
        help: Text::new(
            "A master that has crashed answers again at once, or only when the longest lease is over: then it cannot grant what \
             it has forgotten to have granted.",
            "宕机的主库重启后立即答复，或等最长的租期过完才答复：这样它就不会把忘掉的锁再授予一次。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "none", name: Text::new("at once", "立即"), breaks: None },
            Choice { key: "lease", name: Text::new("after a lease", "过一个租期"), breaks: None },
        ]),
        source: Text::new("Redis documentation: delayed restarts", "Redis 文档：delayed restarts"),
    },
    shared::RETRY,
    Parameter {
        key: "retry-delay",
        name: Text::new("Retry delay", "重试延迟"),
        help: Text::new(
            "Random, so that clients which have split the masters among them do not meet again and again; or always the same.",
            "随机，好让瓜分了主库的客户端不会一再撞上；或者固定不变。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "random", name: Text::new("random", "随机"), breaks: None },
            Choice { key: "fixed", name: Text::new("always the same", "固定"), breaks: None },
        ]),
        source: AS_THE_DOCUMENTATION,
    },
    Parameter {
        key: "zones",
        name: Text::new("Zones", "机房"),
        help: Text::new(
            "One: every client is equally near to every master. Several: each is near to some of them, and messages to the \
             others take twice as long.",
            "单机房：客户端与各主库一样近。多机房：各客户端离其中几个较近，发往其余主库要花两倍时间。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "one", name: Text::new("one", "单机房"), breaks: None },
            Choice { key: "several", name: Text::new("several", "多机房"), breaks: None },
        ]),
        source: Text::new("Redis documentation: masters on different machines", "Redis 文档：各主库在不同机器上"),
    },
    Parameter {
        key: "request-timeout",
        name: Text::new("Request time-out", "请求超时"),
        help: Text::new(
            "How long a client waits for the masters' answers: tens of milliseconds, far less than the lease.",
            "客户端等各主库答复的时间：几十毫秒，远短于租期。",
        ),
        kind: ParameterKind::Time { minimum: Span::millis(1), maximum: Span::seconds(60), default: Span::millis(50) },
        source: Text::new("Redis documentation: 5 to 50 ms", "Redis 文档：5 到 50 ms"),
    },
    shared::THINK,
    shared::LATENCY,
    shared::FSYNC,
];

/// The values of one run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub clients: u8,
    pub masters: u8,
    pub load: Load,
    pub lease: Span,
    pub checks_validity: bool,
    /// What is taken off the lease because clocks differ.
    pub drift: Span,
    pub extends: bool,
    pub unlocks_everywhere: bool,
    pub releases_always: bool,
    pub persistence: Persistence,
    pub restart_delay: Span,
    pub zones: bool,
    pub request_timeout: Span,
}

/// The key of the one lock, on every master.
pub const LOCK: &str = "lock";

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let is = |key, word| values.choice(key) == word;
        let clients = values.number("clients").min(u32::from(CLIENTS_MAX)) as u8;
        let masters = values.number("masters").clamp(1, u32::from(MASTERS_MAX)) as u8;
        let (lease, retry) = (values.time("lease"), values.time("retry"));
        let resource = clients + masters;
        let request_timeout = values.time("request-timeout");
        Settings {
            clients,
            masters,
            load: Load {
                turns: values.number("turns"),
                think: values.time("think"),
                work: values.time("work"),
                retry: match values.choice("retry-delay") {
                    "fixed" => Distribution::Fixed(retry),
                    _ => Distribution::Uniform { from: Span::ZERO, to: retry },
                },
                patience: request_timeout,
                heeds_lease: is("lease-end", "heeded"),
                looks_again: is("after-token", "look-again"),
                resource: NodeId(resource),
                counter: is("fencing", "on").then_some(NodeId(resource + 1)),
            },
            lease,
            checks_validity: is("validity", "checked"),
            drift: match values.choice("drift") {
                "none" => Span::ZERO,
                _ => Span::micros(lease.as_micros() / 100) + Span::millis(2),
            },
            extends: is("extension", "on"),
            unlocks_everywhere: is("unlock", "everywhere"),
            releases_always: is("release", "always"),
            persistence: match values.choice("append-only") {
                "always" => Persistence::Always,
                "everysec" => Persistence::EverySecond,
                "no" => Persistence::WhenItComes,
                _ => Persistence::None,
            },
            restart_delay: if is("restart-delay", "lease") { lease } else { Span::ZERO },
            zones: is("zones", "several"),
            request_timeout,
        }
    }

    /// The masters; clients come before all other nodes.
    pub fn masters(&self) -> impl Iterator<Item = NodeId> + use<> {
        (self.clients..self.clients + self.masters).map(NodeId)
    }

    /// How many masters are a majority.
    pub fn quorum(&self) -> u8 {
        self.masters / 2 + 1
    }

    /// Whether a master is in the client's own zone.
    pub fn is_near(&self, client: NodeId, master: NodeId) -> bool {
        !self.zones || (master.0 - self.clients) % self.clients == client.0
    }

    /// Until when a majority that was asked for at one time and is complete at another makes the lock valid; none if it
    /// comes too late.
    pub fn valid_until(&self, sent: LocalTime, now: LocalTime) -> Option<LocalTime> {
        if !self.checks_validity {
            return Some(now.after(self.lease));
        }
        let until = sent.after(self.lease - self.drift);
        (now < until).then_some(until)
    }

    fn lease_ms(&self) -> i64 {
        (self.lease.as_micros() / 1_000) as i64
    }

    pub fn acquire(&self, hold: Hold) -> Command {
        let expires_ms = Some(self.lease_ms());
        Command::Set { key: Word::from(LOCK), value: hold.token(), only_new: true, expires_ms }
    }

    /// Whose lock it is.
    pub fn look(&self) -> Command {
        Command::Get { key: Word::from(LOCK) }
    }

    pub fn extend(&self, hold: Hold) -> Command {
        let milliseconds = self.lease_ms();
        Command::Eval(Script::ExpireIfMine { key: Word::from(LOCK), token: hold.token(), milliseconds })
    }

    pub fn release(&self, hold: Hold) -> Command {
        let key = Word::from(LOCK);
        match self.releases_always {
            true => Command::Del { key },
            false => Command::Eval(Script::DeleteIfMine { key, token: hold.token() }),
        }
    }
}
