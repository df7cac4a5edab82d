//! Sessions in Redis.

use super::{CRASH_S1, IN_TOKENS, IN_TURNS, REPLAY, STICKY_COOKIE, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const ABOVE: Suggestion = Suggestion {
    name: Text::new("Write changed attributes only", "只写改过的属性"),
    change: Change::Parameter("keeping", "store-above"),
};
const BY_CONTAINER: Suggestion = Suggestion {
    name: Text::new("Save whole sessions", "整个会话一起存"),
    change: Change::Parameter("keeping", "store-container"),
};
const SAME_ATTRIBUTE: Suggestion = Suggestion {
    name: Text::new("Let both change one attribute", "两个请求改同一个属性"),
    change: Change::Parameter("tabs-write", "the-same"),
};
const ONE_TAB: Suggestion =
    Suggestion { name: Text::new("Use one tab", "只开一个标签页"), change: Change::Parameter("tabs", "1") };
const WITH_FILE: Suggestion = Suggestion {
    name: Text::new("Log every change", "开启 AOF"),
    change: Change::Parameter("append-only", "always"),
};
const NO_COPIES: Suggestion = Suggestion {
    name: Text::new("Keep no local copies", "不留本地副本"),
    change: Change::Parameter("local-copy", "off"),
};
const CLOCK: Suggestion = Suggestion {
    name: Text::new("Set Redis's clock 31 min ahead", "把 Redis 的时钟拨快 31 分钟"),
    change: Change::Fault("jump=r@now+31min"),
};

pub const CONTAINER_TABS: Entry = Entry {
    id: "session-container-two-tabs",
    question: Text::new(
        "Two tabs change different attributes of one session at once, and the container saves whole sessions to Redis. What is left?",
        "两个标签页同时改同一会话的不同属性，容器把整个会话写回 Redis。最后剩下什么？",
    ),
    answer: Text::new(
        "One of the two changes: both requests have loaded the same session, and whoever saves last writes the other's attribute back as it was.",
        "只剩一个：两个请求读到的是同一份会话，后写回的把对方改过的属性又写成了原样。",
    ),
    parameters: &[
        ("keeping", "store-container"),
        ("users", "1"),
        ("clicks", "2"),
        ("tabs", "2"),
        ("tabs-write", "their-own"),
    ],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[ABOVE, ONE_TAB, IN_TURNS],
    expected: expected! {
        SEES: Violated, "sheet §13: lost update with whole-session save";
        KEPT: Violated, "sheet §13: lost update with whole-session save";
    },
};

pub const ABOVE_TABS: Entry = Entry {
    id: "session-above-two-tabs",
    question: Text::new(
        "The same two tabs, and a layer above the container writes only what each request has changed. What is left now?",
        "还是那两个标签页，但由容器之上的一层只写各自改过的属性。这次剩下什么？",
    ),
    answer: Text::new(
        "Both changes: a session is a hash, and each request writes another field of it. Two requests that change the same attribute would still lose one, and each request now talks to Redis four times.",
        "两个都在：会话是一个哈希，两个请求各写一个字段。若改的是同一个属性，照样会丢一个；而且每个请求要与 Redis 往返四次。",
    ),
    parameters: &[
        ("keeping", "store-above"),
        ("users", "1"),
        ("clicks", "2"),
        ("tabs", "2"),
        ("tabs-write", "their-own"),
    ],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[SAME_ATTRIBUTE, BY_CONTAINER, CRASH_S1],
    expected: expected! {
        SEES: Holds, "sheet §13: only a whole-session save loses what others have written to other attributes";
        KEPT: Holds, "sheet §13: only a whole-session save loses what others have written to other attributes";
    },
};

pub const LOCAL_COPIES: Entry = Entry {
    id: "session-local-copies",
    question: Text::new(
        "The container keeps what it has once loaded from Redis, to save the next trip, and requests go in turns. What goes wrong?",
        "容器把从 Redis 读过的会话留在本地，省得下次再读，而请求是轮流分发的。会出什么问题？",
    ),
    answer: Text::new(
        "The first server answers from a copy that has missed two changes, and saves that old copy over the new one. A store does not do away with sticky routing if every server has a cache before it.",
        "第一台服务器用漏了两次修改的旧副本作答，又把旧副本写回去盖掉了新的。每台前面都有缓存时，有了共享存储也还是离不开粘滞。",
    ),
    parameters: &[("keeping", "store-container"), ("local-copy", "on"), ("routing", "round-robin"), ("users", "1")],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[STICKY_COOKIE, NO_COPIES, ABOVE],
    expected: expected! {
        SEES: Violated, "sheet S-1: the fourth request is answered from the copy that the first one left";
        KEPT: Violated, "sheet §13: a whole-session save of an old copy is a lost update";
    },
};

pub const RESTARTS: Entry = Entry {
    id: "session-store-restarts",
    question: Text::new(
        "Servers may die as they like, all sessions are in Redis. Then Redis is down for ten seconds, and comes back.",
        "服务器随便宕机，会话都在 Redis 里。然后 Redis 停了十秒，又回来了。",
    ),
    answer: Text::new(
        "While it is down every page is an error, for everybody; and since it logs nothing unless it is told to, it comes back empty, and everybody has to log in again.",
        "停的时候，所有人看到的都是错误页；而它默认不写日志，回来时是空的，所有人都得重新登录。",
    ),
    parameters: &[("keeping", "store-above")],
    seed: 1,
    faults: &["crash=r@10s", "restart=r@20s"],
    until: Span::seconds(90),
    suggestions: &[WITH_FILE, CRASH_S1, IN_TOKENS],
    expected: expected! {
        STAYS: Violated, "sheet §13: Redis down, all out; appendonly is off by default";
        ANSWERED: Violated, "sheet §13: without the store no session is found; the requests after 14 s fail";
    },
};

pub const EVICTED: Entry = Entry {
    id: "session-evicted",
    question: Text::new(
        "Redis is also the cache of everything else, and its memory is full. What may it throw out?",
        "Redis 还给别的业务做缓存，内存满了。它会扔掉什么？",
    ),
    answer: Text::new(
        "Anything, by the policy that suits a cache: to it a session is a key like any other. u1 has to log in again, and no log says why.",
        "什么都可能，淘汰策略是按缓存定的：会话对它只是一个普通的键。u1 得重新登录，而任何日志里都看不出原因。",
    ),
    parameters: &[("keeping", "store-above")],
    seed: 1,
    faults: &["do=r@10s:evict.1"],
    until: Span::seconds(60),
    suggestions: &[CLOCK, WITH_FILE, IN_TOKENS],
    expected: expected! {
        STAYS: Violated, "sheet §0, EVICT: a key that was evicted is gone";
    },
};

pub const LOG_OUT_WHILE_SAVING: Entry = Entry {
    id: "session-log-out-while-saving",
    question: Text::new(
        "A tab still loads when its user clicks on “log out”. The session is deleted. Is it?",
        "一个标签页还在加载，用户点了“登出”。会话被删掉了。真的吗？",
    ),
    answer: Text::new(
        "For some milliseconds: the request that was loading then saves the whole session as it had read it, and there it is again, for whoever has the cookie.",
        "只删掉了几毫秒：那个还在加载的请求随后把读到的整个会话写了回去，会话又活了，谁有 Cookie 谁就能进。",
    ),
    parameters: &[("keeping", "store-container"), ("users", "1"), ("clicks", "1"), ("log-out", "while-loading")],
    seed: 1,
    faults: &["do=u1@20s:replay"],
    until: Span::seconds(60),
    suggestions: &[ABOVE, REPLAY, CRASH_S1],
    expected: expected! {
        OUT_IS_OUT: Violated, "sheet S-3 holds for a store, but §13: a whole-session save by a request that had read before";
    },
};
