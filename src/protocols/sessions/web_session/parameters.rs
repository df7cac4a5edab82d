//! What may be set, in the order of the form.

use super::id;
use super::settings::{CLICKS_MAX, SERVERS_MAX, STANDBY_MAX, TABS_MAX, USERS_MAX};
use crate::protocols::parameter::{Choice, choice, number, time};
use crate::protocols::{Parameter, ParameterKind};
use crate::sim::time::Span;
use crate::text::Text;

const HOUR: Span = Span::seconds(3_600);
const OURS: Text = Text::new("the laboratory's own", "本实验室自定");

pub static PARAMETERS: &[Parameter] = &[
    Parameter {
        key: "keeping",
        name: Text::new("Sessions are kept", "会话保存在"),
        help: Text::new(
            "Where a session lives. A container's manager loads the whole session when a request begins and saves the whole \
             one when it ends; a layer above the container writes only the attributes that the request has changed.",
            "会话放在哪里。容器的会话管理器在请求开始时整个读入、结束时整个写回；容器之上的一层只写这次请求改过的属性。",
        ),
        kind: ParameterKind::Choice(&[
            choice("memory", Text::new("in one server's memory", "单台服务器的内存")),
            choice(
                "all-to-all",
                Text::new("in every server's memory (DeltaManager)", "所有服务器的内存（DeltaManager）"),
            ),
            choice("backup", Text::new("at a primary and a backup (BackupManager)", "一主一备（BackupManager）")),
            choice("store-container", Text::new("in Redis, by the container", "Redis，由容器读写（Tomcat 管理器）")),
            choice(
                "store-above",
                Text::new("in Redis, above the container (Spring Session)", "Redis，在容器之上（Spring Session）"),
            ),
            choice("token", Text::new("in the cookie, signed (JWT)", "Cookie 本身，带签名（JWT）")),
        ]),
        source: Text::new(
            "Tomcat: StandardManager keeps sessions in memory",
            "Tomcat：默认的 StandardManager 存于内存",
        ),
    },
    Parameter {
        key: "routing",
        name: Text::new("Routing", "路由方式"),
        help: Text::new(
            "By what the balancer picks a server: the server that the cookie names, the client's address, or whose turn it is.",
            "负载均衡器按什么选服务器：Cookie 里写明的服务器、客户端地址，或轮流。",
        ),
        kind: ParameterKind::Choice(&[
            choice("cookie", Text::new("sticky by cookie", "按 Cookie 粘滞")),
            choice("ip-hash", Text::new("sticky by address (ip_hash)", "按地址粘滞（ip_hash）")),
            choice("round-robin", Text::new("in turns", "轮询")),
        ]),
        source: Text::new("Tomcat: jvmRoute; nginx: ip_hash", "Tomcat：jvmRoute；nginx：ip_hash"),
    },
    Parameter {
        key: "replication",
        name: Text::new("Replication", "复制方式"),
        help: Text::new(
            "All to all: whether the user is answered before every other server has confirmed the change.",
            "全复制时，是否等其他服务器都确认了再答复用户。",
        ),
        kind: ParameterKind::Choice(&[
            choice("asynchronous", Text::new("asynchronous", "异步")),
            choice("synchronous", Text::new("synchronous", "同步")),
        ]),
        source: Text::new("Tomcat: channelSendOptions=8, asynchronous", "Tomcat：channelSendOptions=8，即异步"),
    },
    Parameter {
        key: "local-copy",
        name: Text::new("Local copies", "本地副本"),
        help: Text::new(
            "Whether a container that has loaded a session keeps it and reads it from its own memory from then on.",
            "容器从 Redis 读过的会话是否留在本机内存，以后直接读本机的。",
        ),
        kind: ParameterKind::Choice(&[choice("off", Text::new("off", "关")), choice("on", Text::new("on", "开"))]),
        source: Text::new("Redisson for Tomcat: readMode=REDIS or MEMORY", "Redisson Tomcat：readMode=REDIS 或 MEMORY"),
    },
    Parameter {
        key: "revocation",
        name: Text::new("Revocation of tokens", "令牌吊销"),
        help: Text::new(
            "Whether servers ask a list in Redis, at every request, if a token has been logged out.",
            "每次请求是否到 Redis 查询令牌是否已登出。",
        ),
        kind: ParameterKind::Choice(&[
            choice("none", Text::new("none", "无")),
            choice("denylist", Text::new("a denylist in Redis", "Redis 黑名单")),
        ]),
        source: Text::new("RFC 7519: a token is valid until it expires", "RFC 7519：令牌到期前一直有效"),
    },
    Parameter {
        key: "servers",
        name: Text::new("Servers", "服务器数量"),
        help: Text::new("How many application servers there are from the start.", "一开始就有多少台应用服务器。"),
        kind: number(1, SERVERS_MAX, 3),
        source: OURS,
    },
    Parameter {
        key: "standby",
        name: Text::new("On standby", "待加入"),
        help: Text::new("How many servers more may join later.", "另有多少台服务器可以稍后加入。"),
        kind: number(0, STANDBY_MAX, 0),
        source: OURS,
    },
    Parameter {
        key: "users",
        name: Text::new("Users", "用户数量"),
        help: Text::new("How many users there are, each with a browser.", "有多少个用户，每人一个浏览器。"),
        kind: number(1, USERS_MAX, 2),
        source: OURS,
    },
    Parameter {
        key: "addresses",
        name: Text::new("Addresses", "地址"),
        help: Text::new(
            "Whether each user comes from a network of its own, or all from behind one NAT.",
            "每个用户来自不同网段，或全部在同一个 NAT 之后。",
        ),
        kind: ParameterKind::Choice(&[
            choice("apart", Text::new("each its own", "各在一处")),
            choice("one-network", Text::new("all behind one NAT", "同一个 NAT 之后")),
        ]),
        source: OURS,
    },
    Parameter {
        key: "clicks",
        name: Text::new("Clicks", "点击次数"),
        help: Text::new(
            "How often each user, once logged in, puts something into the session.",
            "每个用户登录之后，往会话里放几次东西。",
        ),
        kind: number(0, CLICKS_MAX, 3),
        source: OURS,
    },
    Parameter {
        key: "think",
        name: Text::new("Think time", "思考时间"),
        help: Text::new("From a page to the user's next click.", "从看到页面到下一次点击的时间。"),
        kind: time(Span::millis(1), HOUR, Span::seconds(7)),
        source: Text::new("TPC-W: mean think time of 7 s", "TPC-W：平均思考时间 7s"),
    },
    Parameter {
        key: "tabs",
        name: Text::new("Tabs", "标签页"),
        help: Text::new("How many requests go out at once at every click.", "每次点击同时发出几个请求。"),
        kind: number(1, TABS_MAX, 1),
        source: OURS,
    },
    Parameter {
        key: "tabs-write",
        name: Text::new("Tabs write", "各标签页写"),
        help: Text::new(
            "Whether requests that go out at once change the same attribute of the session, or each its own.",
            "同时发出的请求改会话的同一个属性，还是各改各的。",
        ),
        kind: ParameterKind::Choice(&[
            choice("the-same", Text::new("the same attribute", "同一个属性")),
            choice("their-own", Text::new("each its own attribute", "各自的属性")),
        ]),
        source: OURS,
    },
    Parameter {
        key: "log-out",
        name: Text::new("Log-out", "登出"),
        help: Text::new(
            "Whether users log out: never, after their last click, or while that click is still loading.",
            "用户是否登出：从不、最后一次点击之后，或最后一次点击还在加载时。",
        ),
        kind: ParameterKind::Choice(&[
            choice("never", Text::new("never", "从不")),
            choice("after", Text::new("after the last click", "最后一次点击之后")),
            choice("while-loading", Text::new("while the last click loads", "最后一次点击加载时")),
        ]),
        source: OURS,
    },
    Parameter {
        key: "work",
        name: Text::new("Work", "处理时间"),
        help: Text::new(
            "How long a server works on a request between reading the session and writing it.",
            "从读出会话到写回会话，服务器处理一个请求要多久。",
        ),
        kind: time(Span::ZERO, Span::seconds(10), Span::millis(20)),
        source: OURS,
    },
    Parameter {
        key: "item-bytes",
        name: Text::new("Bytes of an item", "每项字节数"),
        help: Text::new(
            "How much each thing that is put into the session takes, before a token encodes it.",
            "放进会话的每样东西占多少字节（编码成令牌之前）。",
        ),
        kind: number(1, 4_000, 100),
        source: OURS,
    },
    Parameter {
        key: "time-out",
        name: Text::new("Session time-out", "会话超时"),
        help: Text::new(
            "After how long without a request a session ends; a token is renewed with every answer, and expires as long after.",
            "多久没有请求会话就结束；令牌随每次答复续签，有效期也是这么长。",
        ),
        kind: time(Span::seconds(1), Span::seconds(86_400), Span::seconds(1_800)),
        source: Text::new(
            "Tomcat: session-timeout 30 min; Spring Session: 1800 s",
            "Tomcat：session-timeout 30 分钟；Spring Session：1800s",
        ),
    },
    Parameter {
        key: "store-wait",
        name: Text::new("Patience with the store", "等待 Redis 的时限"),
        help: Text::new(
            "How long a server waits for Redis before the request fails.",
            "服务器等 Redis 多久没有回应，就判请求失败。",
        ),
        kind: time(Span::millis(1), Span::seconds(600), Span::seconds(2)),
        source: Text::new("Jedis: 2000 ms", "Jedis：2000ms"),
    },
    Parameter {
        key: "append-only",
        name: Text::new("Append-only file", "AOF 持久化"),
        help: Text::new(
            "Whether Redis logs what changes, and when that is on the disk.",
            "Redis 是否记录改动，以及何时落盘。",
        ),
        kind: ParameterKind::Choice(&[
            choice("off", Text::new("off", "关")),
            choice("everysec", Text::new("fsync every second", "每秒落盘")),
            choice("always", Text::new("fsync always", "每次落盘")),
        ]),
        source: Text::new(
            "redis.conf: appendonly no; appendfsync everysec",
            "redis.conf：appendonly no；appendfsync everysec",
        ),
    },
    Parameter {
        key: "latency",
        name: Text::new("Latency", "网络延迟"),
        help: Text::new("How long every message takes.", "每条消息要走多久。"),
        kind: time(Span::micros(10), Span::seconds(60), Span::millis(1)),
        source: OURS,
    },
    Parameter {
        key: "fsync",
        name: Text::new("fsync", "落盘时间"),
        help: Text::new("How long an fsync of Redis takes.", "Redis 一次落盘要多久。"),
        kind: time(Span::ZERO, Span::seconds(60), Span::millis(2)),
        source: OURS,
    },
    Parameter {
        key: "mistake",
        name: Text::new("Mistake", "故意的错误"),
        help: Text::new(
            "A mistake in the code, put there on purpose; those about tokens and keys do nothing where there are none.",
            "故意写错的地方；与令牌、密钥有关的，在没有令牌时不起作用。",
        ),
        kind: ParameterKind::Choice(&[
            choice("none", Text::new("none", "无")),
            Choice {
                key: "no-signature",
                name: Text::new("takes unsigned tokens (alg=none)", "接受没有签名的令牌（alg=none）"),
                breaks: Some(id::OWN_ONLY),
            },
            Choice {
                key: "drops-old-key",
                name: Text::new("forgets the old key at once", "换密钥时立刻丢弃旧密钥"),
                breaks: Some(id::STAYS),
            },
            Choice {
                key: "clears-cookie-only",
                name: Text::new("logs out by clearing the cookie only", "登出只清 Cookie"),
                breaks: Some(id::OUT_IS_OUT),
            },
        ]),
        source: OURS,
    },
];
