//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use crate::protocols::parts::Word;
use crate::protocols::parts::locking::{CLIENTS_MAX, Hold, id, parameters as shared};
use crate::protocols::parts::zookeeper::{SESSION_TICKS_MAX, SESSION_TICKS_MIN, TICK, sequence};
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::sorted::sort_by_key;
use crate::text::Text;

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    shared::CLIENTS,
    shared::TURNS,
    Parameter {
        key: "servers",
        name: Text::new("Servers", "服务器数量"),
        help: Text::new(
            "One server alone, or an ensemble in which a majority agrees on every change.",
            "单台服务器，或由多数派对每次改动达成一致的集群。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "1", name: Text::new("one", "一台"), breaks: None },
            Choice { key: "3", name: Text::new("three", "三台"), breaks: None },
            Choice { key: "5", name: Text::new("five", "五台"), breaks: None },
        ]),
        source: Text::new(
            "ZooKeeper's Administrator's Guide: standalone, three or five",
            "ZooKeeper 管理员指南：单机、三台或五台",
        ),
    },
    Parameter {
        key: "watch",
        name: Text::new("Watching", "监视谁"),
        help: Text::new(
            "Each waiter watches the node just before its own; or all watch the first, and every release wakes them all.",
            "每个等待者只监视自己前一个节点；或都监视第一个节点，每次释放都把所有等待者唤醒（羊群效应）。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "predecessor", name: Text::new("the one before", "前一个"), breaks: None },
            Choice { key: "first", name: Text::new("the first", "第一个"), breaks: Some(id::ONE_WOKEN) },
        ]),
        source: Text::new("ZooKeeper's recipes: Locks; sheet §11", "ZooKeeper recipes：Locks；参考表 §11"),
    },
    Parameter {
        key: "protection",
        name: Text::new("Protection", "创建保护"),
        help: Text::new(
            "Whether a client puts a name of its own (a GUID) into its node's name, and looks for it when the answer to a \
             create is lost. Without it, it creates a second node and waits behind its first.",
            "是否把客户端自己的标识（GUID）写进节点名，并在创建的答复丢失后先按它查找。没有它，客户端会再建一个节点，排在自己的第一个后面。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "guid", name: Text::same("GUID"), breaks: None },
            Choice { key: "none", name: Text::new("none", "无"), breaks: None },
        ]),
        source: Text::new("Curator: withProtection; LockInternals", "Curator：withProtection；LockInternals"),
    },
    Parameter {
        key: "session",
        name: Text::new("Session time-out asked for", "请求的会话超时"),
        help: Text::new(
            "What the client asks for. It is granted between 2 and 20 ticks: 4 to 40 s with the usual tick.",
            "客户端请求的会话超时。服务器只给 2 到 20 个 tick 之间的值：默认 tick 下为 4 到 40 秒。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(60),
        },
        source: Text::new(
            "Curator: DEFAULT_SESSION_TIMEOUT_MS, 60,000; ZooKeeper grants 40 s of it",
            "Curator：DEFAULT_SESSION_TIMEOUT_MS，60,000；ZooKeeper 给 40 秒",
        ),
    },
    Parameter {
        key: "tick",
        name: Text::new("Tick", "tick 时长"),
        help: Text::new(
            "ZooKeeper's unit of time: session time-outs and the patience between servers are multiples of it.",
            "ZooKeeper 的时间单位：会话超时、服务器之间的容忍时间都是它的倍数。",
        ),
        kind: ParameterKind::Time { minimum: Span::millis(100), maximum: Span::seconds(60), default: TICK },
        source: Text::new("ZooKeeper: tickTime, 2,000 ms", "ZooKeeper：tickTime，2,000 ms"),
    },
    shared::WORK,
    Parameter {
        key: "suspended",
        name: Text::new("Connection lost", "连接断开时"),
        help: Text::new(
            "A holder that loses its connection cannot know whether its session still stands. A careful one stops until it \
             knows, and before that instant has come without a word; others work on until they are told that the session is over.",
            "持有者断开连接后，无从知道会话是否还在。谨慎的做法是立即停下，直到确认；其余的继续工作，直到被告知会话已过期。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "ignored", name: Text::new("ignored", "不管"), breaks: None },
            Choice { key: "heeded", name: Text::new("heeded", "停下等待"), breaks: None },
        ]),
        source: Text::new(
            "Curator's InterProcessMutex does not look; its documentation advises a ConnectionStateListener",
            "Curator 的 InterProcessMutex 不检查；其文档建议使用 ConnectionStateListener",
        ),
    },
    Parameter {
        key: "fencing",
        name: Text::new("Fencing", "防护令牌"),
        help: Text::new(
            "Whether writes carry the number of the transaction that created the holder's node (czxid), and the resource \
             refuses smaller ones than it has seen. The number in the node's name would do as long as its parent lives; the \
             transaction's number grows in the whole ensemble and never starts anew.",
            "写入是否带上创建持有者节点的事务号（czxid），且资源拒绝比它见过的更小的数。节点名里的序号也能用，但父节点一旦重建就从零开始；\
             事务号在整个集群内递增，从不重来。",
        ),
        kind: ParameterKind::Choice(shared::FENCING_CHOICES),
        source: Text::new("sheet §11, §12: zxid as the token", "参考表 §11、§12：以 zxid 为令牌"),
    },
    Parameter {
        key: "release",
        name: Text::new("Releasing", "释放方式"),
        help: Text::new(
            "By deleting its own node; or by deleting whichever is first, in the belief that this is its own.",
            "删除自己的节点；或删除排在第一的节点，以为那就是自己的。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "own", name: Text::new("its own", "自己的"), breaks: None },
            Choice { key: "first", name: Text::new("the first", "第一个"), breaks: Some(id::OWNER_RELEASES) },
        ]),
        source: Text::new(
            "ZooKeeper's recipes: a node may be deleted by anybody whom its ACL allows",
            "ZooKeeper recipes：ACL 允许的任何人都能删除节点",
        ),
    },
    Parameter {
        key: "request-timeout",
        name: Text::new("Resource time-out", "资源超时"),
        help: Text::new(
            "How long a client waits for the resource before it writes again. ZooKeeper's own requests end with their \
             connection.",
            "客户端等资源答复多久后重写。对 ZooKeeper 的请求则随连接断开而结束。",
        ),
        kind: ParameterKind::Time { minimum: Span::millis(1), maximum: Span::seconds(60), default: Span::seconds(3) },
        source: Text::new("as with the other locks here", "与这里的其他锁一致"),
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
    pub servers: u8,
    pub watches_first: bool,
    pub protects: bool,
    pub session: Span,
    pub tick: Span,
    pub work: Span,
    pub heeds_suspension: bool,
    pub fencing: bool,
    pub releases_first: bool,
    pub request_timeout: Span,
    pub think: Span,
}

/// The lock: the node whose children are the queue. The clients' connect string ends in its path (a chroot), so that to them
/// it is the root.
pub const LOCK: &str = "/";
/// How long an ensemble has to elect its leader before the first client comes.
const ELECTION: Span = Span::seconds(1);

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let is = |key, word| values.choice(key) == word;
        Settings {
            clients: values.number("clients").min(u32::from(CLIENTS_MAX)) as u8,
            turns: values.number("turns"),
            servers: match values.choice("servers") {
                "3" => 3,
                "5" => 5,
                _ => 1,
            },
            watches_first: is("watch", "first"),
            protects: is("protection", "guid"),
            session: values.time("session"),
            tick: values.time("tick"),
            work: values.time("work"),
            heeds_suspension: is("suspended", "heeded"),
            fencing: is("fencing", "on"),
            releases_first: is("release", "first"),
            request_timeout: values.time("request-timeout"),
            think: values.time("think"),
        }
    }

    /// The servers; clients come before all other nodes.
    pub fn ensemble(&self) -> impl Iterator<Item = NodeId> + use<> {
        (self.clients..self.clients + self.servers).map(NodeId)
    }

    pub fn resource(&self) -> NodeId {
        NodeId(self.clients + self.servers)
    }

    /// The session time-out that is granted.
    pub fn granted(&self) -> Span {
        self.session.clamp(self.tick.times(SESSION_TICKS_MIN), self.tick.times(SESSION_TICKS_MAX))
    }

    /// How long the first clients hold back.
    pub fn election(&self) -> Span {
        if self.servers > 1 { ELECTION } else { Span::ZERO }
    }

    /// What the path of a client's node begins with; ZooKeeper adds a number. Real clients draw a GUID, which only needs to
    /// differ, as a hold's token does.
    pub fn prefix(&self, hold: Hold) -> Word {
        match self.protects {
            true => format!("{LOCK}_c_{}-lock-", hold.token()).into(),
            false => format!("{LOCK}lock-").into(),
        }
    }
}

/// The queue: the nodes by the numbers at their ends, whatever they begin with.
pub fn in_order(mut names: Vec<Word>) -> Vec<Word> {
    names.retain(|name| sequence(name).is_some());
    sort_by_key(&mut names, |name| sequence(name));
    names
}
