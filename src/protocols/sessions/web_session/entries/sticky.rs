//! Sessions in one server's memory, and users who are sent back there.

use super::{
    CRASH_S1, CRASH_S2, IN_REDIS, IN_TOKENS, IN_TURNS, LEAVE_S1, REPLAY, REPLICATE, ROAM, STICKY_COOKIE, WITH_BACKUP,
    expected,
};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

pub const STICKY: Entry = Entry {
    id: "session-sticky",
    question: Text::new(
        "Each server keeps its sessions to itself. What must the balancer do so that nobody notices?",
        "每台服务器只管自己的会话。负载均衡器要怎么做，用户才察觉不到？",
    ),
    answer: Text::new(
        "Send each user back to where the session is: three letters at the end of the cookie say where. Nothing is copied and nothing is asked for, as long as no server goes.",
        "把用户送回会话所在的那台：Cookie 末尾的几个字符写着是哪台。只要服务器都在，什么都不用复制，也不用查询。",
    ),
    parameters: &[],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[IN_TURNS, CRASH_S1, LEAVE_S1],
    expected: expected! {},
};

pub const ROUND_ROBIN: Entry = Entry {
    id: "session-round-robin",
    question: Text::new(
        "Sessions stay in one server's memory, and each request goes to whoever's turn it is. What does a user see?",
        "会话只在一台服务器的内存里，请求却轮流分发。用户会看到什么？",
    ),
    answer: Text::new(
        "The log-in form, again and again: the next server has never heard of the session, and makes a new one that the one after it has never heard of.",
        "一次又一次的登录页：下一台服务器从没见过这个会话，于是新建一个，而再下一台又没见过新的。",
    ),
    parameters: &[("routing", "round-robin")],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[STICKY_COOKIE, REPLICATE, IN_REDIS],
    expected: expected! {
        STAYS: Violated, "sheet §13: without replication only the server that made a session has it";
        SEES: Holds, "sheet S-1: no page is shown but by the server that has the session";
    },
};

pub const CRASH: Entry = Entry {
    id: "session-sticky-crash",
    question: Text::new(
        "The server that u1 sticks to dies. The balancer sends u1 elsewhere at once: is that enough?",
        "u1 粘住的服务器宕机，负载均衡器立刻把它转到别处。这就够了吗？",
    ),
    answer: Text::new(
        "For the balancer, yes; for u1, no: the session died with the memory that it was in. Routing saves requests, not state.",
        "对负载均衡器够了，对 u1 不够：会话随着那台的内存一起没了。路由能救请求，救不了状态。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=s1@10s"],
    until: Span::seconds(60),
    suggestions: &[WITH_BACKUP, REPLICATE, IN_TOKENS],
    expected: expected! {
        STAYS: Violated, "sheet S-4: not with sticky sessions";
    },
};

pub const DEPLOYMENT: Entry = Entry {
    id: "session-sticky-deployment",
    question: Text::new(
        "Nothing fails: s1 is taken out in good order, gets its new version and comes back. Who pays?",
        "什么故障也没有：s1 正常摘下流量、换上新版本、再回来。谁来买单？",
    ),
    answer: Text::new(
        "Whoever was logged in there. A deployment is a crash with notice: every request is answered, and every session of that process is gone.",
        "登录在那台上的人。发布就是一次有预告的宕机：请求一个没丢，那个进程里的会话全丢了。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["do=s1@3s:leave", "crash=s1@4s", "restart=s1@5s"],
    until: Span::seconds(60),
    suggestions: &[REPLICATE, WITH_BACKUP, IN_REDIS],
    expected: expected! {
        STAYS: Violated, "sheet S-4: a restart loses what was in memory, as a crash does";
    },
};

pub const NAT: Entry = Entry {
    id: "session-nat",
    question: Text::new(
        "Six users sit behind one NAT, and the balancer sticks by address. Where do they all go?",
        "六个用户在同一个 NAT 之后，负载均衡器按地址粘滞。他们会去哪里？",
    ),
    answer: Text::new(
        "To the same server, while the others idle: nginx hashes three bytes of the address, and a whole office has them in common. Nothing is wrong with anybody's session.",
        "全部去了同一台，其他服务器闲着：nginx 只取地址前三个字节做哈希，整个办公室的都一样。会话本身一点问题也没有。",
    ),
    parameters: &[("routing", "ip-hash"), ("users", "6"), ("addresses", "one-network"), ("clicks", "2")],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[STICKY_COOKIE, CRASH_S2, ROAM],
    expected: expected! {},
};

pub const SCALE_OUT: Entry = Entry {
    id: "session-ip-hash-scale-out",
    question: Text::new(
        "A fourth server is added to help. What does that do to users who stick by address?",
        "为了分担压力加了第四台服务器。按地址粘滞的用户会怎样？",
    ),
    answer: Text::new(
        "The hash is divided by four now instead of three, and u2 belongs to a server that does not know it. Nobody died, and it has to log in again.",
        "哈希值以前对三取余，现在对四取余，u2 被分到一台不认识它的服务器。没有谁宕机，它却得重新登录。",
    ),
    parameters: &[("routing", "ip-hash"), ("standby", "1")],
    seed: 1,
    faults: &["do=s4@10s:join"],
    until: Span::seconds(60),
    suggestions: &[STICKY_COOKIE, IN_REDIS, ROAM],
    expected: expected! {
        STAYS: Violated, "sheet §13: adding a backend remaps; u2's hash, 2791, is 1 modulo 3 and 3 modulo 4";
    },
};

pub const COOKIE_ONLY: Entry = Entry {
    id: "session-log-out-clears-cookie-only",
    question: Text::new(
        "To log out, the server tells the browser to throw the cookie away, and does nothing else. Who notices?",
        "登出时，服务器只让浏览器把 Cookie 扔掉，别的什么也不做。谁会发现？",
    ),
    answer: Text::new(
        "Whoever has copied the cookie: the session is still there, and lets them in. Logging out must end the session, not only forget its name.",
        "复制过 Cookie 的人：会话还在，照样放行。登出要结束的是会话，不只是忘掉它的名字。",
    ),
    parameters: &[("users", "1"), ("clicks", "1"), ("log-out", "after"), ("mistake", "clears-cookie-only")],
    seed: 1,
    faults: &["do=u1@30s:replay"],
    until: Span::seconds(60),
    suggestions: &[
        Suggestion {
            name: Text::new("End the session", "真正结束会话"), change: Change::Parameter("mistake", "none")
        },
        REPLAY,
        IN_REDIS,
    ],
    expected: expected! {
        OUT_IS_OUT: Violated, "sheet S-3: the session is not ended anywhere";
    },
};
