//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use crate::protocols::parts::Word;
use crate::protocols::parts::locking::client::Load;
use crate::protocols::parts::locking::{CLIENTS_MAX, Hold, id, parameters as shared};
use crate::protocols::parts::memcached::{Command, RELATIVE_SECONDS_MAX};
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::random::Distribution;
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The most servers.
pub const SERVERS_MAX: u8 = 3;

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    shared::CLIENTS,
    shared::TURNS,
    Parameter {
        key: "lease",
        name: Text::new("Lease", "租期"),
        help: Text::new(
            "The item's expiry time: after what time memcached lets go of the lock by itself. It goes in whole seconds, a \
             fraction counts as one more.",
            "条目的过期时间：memcached 多久之后自动放掉这把锁。以整秒计，不足一秒按一秒算。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(30),
        },
        source: Text::new(
            "memcached has no default; 30 s as for the Redis lock, so that they compare",
            "memcached 没有默认值；取 30 s，与 Redis 锁一致，便于比较",
        ),
    },
    Parameter {
        key: "expiry",
        name: Text::new("Expiry", "过期"),
        help: Text::new(
            "Whether the lock is given that lease at all. With an expiry time of 0, or none, it never ends.",
            "加锁时是否带上租期。过期时间为 0 或不写，锁就永不到期。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "lease", name: Text::new("after the lease", "租期之后"), breaks: None },
            Choice { key: "never", name: Text::new("never", "永不"), breaks: None },
        ]),
        source: Text::new(
            "memcached, protocol.txt: exptime 0 never expires",
            "memcached，protocol.txt：exptime 为 0 永不过期",
        ),
    },
    shared::WORK,
    shared::LEASE_END,
    Parameter {
        key: "tick",
        name: Text::new("The last second", "最后一秒"),
        help: Text::new(
            "memcached's clock ticks once a second, so an item leaves up to a second before its time. A client that heeds \
             the end of its lease allows for that second, or does not.",
            "memcached 的时钟每秒才走一格，条目最多会提前一秒失效。到点放弃的客户端可以预留这一秒，也可以不管。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "allowed-for", name: Text::new("allowed for", "预留"), breaks: None },
            Choice { key: "ignored", name: Text::new("ignored", "不管"), breaks: Some(id::ONE_HOLDER) },
        ]),
        source: Text::new("sheet §8: expiry granularity ±1 s", "参考表 §8：过期粒度为 ±1 s"),
    },
    shared::FENCING_BY_COUNTER,
    shared::AFTER_TOKEN,
    Parameter {
        key: "release",
        name: Text::new("Releasing", "释放命令"),
        help: Text::new(
            "By delete, whoever holds the lock; or only if it is one's own: gets tells the token and the item's number, and \
             then cas (with an expiry time that is over at once) or a meta delete touches the item of that number only.",
            "直接 delete，不管锁是谁的；或者只释放自己的：先用 gets 取得令牌与版本号，再用 cas（写入即失效）或元命令 md，只动该版本的条目。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "cas", name: Text::new("gets, then cas", "gets 加 cas"), breaks: None },
            Choice { key: "meta-delete", name: Text::new("gets, then md", "gets 加 md"), breaks: None },
            Choice {
                key: "delete",
                name: Text::new("delete, whoever holds it", "直接 delete"),
                breaks: Some(id::OWNER_RELEASES),
            },
        ]),
        source: Text::new("sheet §8; memcached, protocol.txt: cas, md", "参考表 §8；memcached，protocol.txt：cas、md"),
    },
    Parameter {
        key: "servers",
        name: Text::new("Servers", "服务器数量"),
        help: Text::new(
            "How many servers the keys are spread over. They know nothing of each other: each client decides by itself \
             which of them a key falls to.",
            "键分布在几台服务器上。它们互不相识：键落在哪一台，由各个客户端自行决定。",
        ),
        kind: ParameterKind::Number { minimum: 1, maximum: SERVERS_MAX as u32, default: 1 },
        source: Text::new("one is enough for one lock", "一把锁一台就够"),
    },
    Parameter {
        key: "failures",
        name: Text::new("Failures until ejected", "剔除前的失败次数"),
        help: Text::new(
            "After how many requests in a row without a reply a client takes a server for dead and asks the next one.",
            "连续多少次请求没有回复，客户端就认定服务器已死并改问下一台。",
        ),
        kind: ParameterKind::Number { minimum: 1, maximum: 10, default: 2 },
        source: Text::new("twemproxy: server_failure_limit, 2", "twemproxy：server_failure_limit，2"),
    },
    Parameter {
        key: "ejected",
        name: Text::new("Ejected for", "剔除时长"),
        help: Text::new(
            "How long a client leaves a dead server alone before it asks it again.",
            "客户端把死服务器搁置多久，之后再去问它。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(30),
        },
        source: Text::new("twemproxy: server_retry_timeout, 30,000 ms", "twemproxy：server_retry_timeout，30,000 ms"),
    },
    shared::RETRY,
    Parameter {
        key: "request-timeout",
        name: Text::new("Request time-out", "请求超时"),
        help: Text::new("How long a client waits for a reply.", "客户端等一个回复等多久。"),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(60),
            default: Span::millis(2_500),
        },
        source: Text::new(
            "spymemcached: DEFAULT_OPERATION_TIMEOUT, 2,500 ms",
            "spymemcached：DEFAULT_OPERATION_TIMEOUT，2,500 ms",
        ),
    },
    shared::THINK,
    shared::LATENCY,
    shared::FSYNC,
];

/// How a lock is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    Cas,
    MetaDelete,
    Always,
}

/// The values of one run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub clients: u8,
    pub load: Load,
    /// None if the lock never expires.
    pub lease: Option<Span>,
    pub allows_for_tick: bool,
    pub release: Release,
    pub servers: u8,
    pub failures_max: u32,
    pub ejected_for: Span,
    pub request_timeout: Span,
}

/// The key of the one lock.
pub const LOCK: &str = "lock";
/// How far apart the ticks of memcached's clock are.
const TICK: Span = Span::seconds(1);

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let is = |key, word| values.choice(key) == word;
        let clients = values.number("clients").min(u32::from(CLIENTS_MAX)) as u8;
        let servers = values.number("servers").clamp(1, u32::from(SERVERS_MAX)) as u8;
        let resource = clients + servers;
        let request_timeout = values.time("request-timeout");
        Settings {
            clients,
            load: Load {
                turns: values.number("turns"),
                think: values.time("think"),
                work: values.time("work"),
                retry: Distribution::Uniform { from: Span::ZERO, to: values.time("retry") },
                patience: request_timeout,
                heeds_lease: is("lease-end", "heeded"),
                looks_again: is("after-token", "look-again"),
                resource: NodeId(resource),
                counter: is("fencing", "on").then_some(NodeId(resource + 1)),
            },
            lease: is("expiry", "lease").then_some(values.time("lease")),
            allows_for_tick: is("tick", "allowed-for"),
            release: match values.choice("release") {
                "meta-delete" => Release::MetaDelete,
                "delete" => Release::Always,
                _ => Release::Cas,
            },
            servers,
            failures_max: values.number("failures"),
            ejected_for: values.time("ejected"),
            request_timeout,
        }
    }

    /// The servers, in the order in which the lock's key falls to them; clients come before all other nodes.
    pub fn servers(&self) -> impl Iterator<Item = NodeId> + use<> {
        (self.clients..self.clients + self.servers).map(NodeId)
    }

    /// The lease in the whole seconds that memcached takes.
    fn whole_seconds(lease: Span) -> i64 {
        let seconds = lease.as_micros().div_ceil(TICK.as_micros());
        (seconds as i64).min(RELATIVE_SECONDS_MAX)
    }

    /// The item's expiry time; 0 is never.
    pub fn expires(&self) -> i64 {
        self.lease.map_or(0, Settings::whole_seconds)
    }

    /// For how long a client may count on the lock, from when it asked for it; none if it never ends.
    pub fn counted_on(&self) -> Option<Span> {
        let whole = Span::micros(TICK.as_micros() * Settings::whole_seconds(self.lease?) as u64);
        let allowance = if self.allows_for_tick { TICK } else { Span::ZERO };
        Some(whole - allowance)
    }

    /// The last step of a safe release.
    pub fn remove(&self, hold: Hold, unique: u64) -> Command {
        let key = Word::from(LOCK);
        match self.release {
            Release::MetaDelete => Command::DeleteUnique { key, unique },
            Release::Cas | Release::Always => Command::Cas { key, value: hold.token(), expires: -1, unique },
        }
    }
}
