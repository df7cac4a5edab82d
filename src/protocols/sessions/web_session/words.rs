//! What the protocol is, what is modelled, and its words, each glossed once.

use crate::protocols::Term;
use crate::protocols::parts::redis::terms as redis;
use crate::text::Text;

pub(super) static SUMMARY: Text = Text::new(
    "HTTP forgets everything between two requests, so the application gives a browser a cookie, and remembers under its name who \
     has logged in and what is in the cart. With several servers the question is where: in the memory of the one that the \
     user is always sent back to, in several memories, in a store that all share, or in the cookie itself. Each of these loses \
     something else when a server dies, is replaced or added, when two requests come at once, and when a user logs out.",
    "HTTP 两次请求之间什么都不记得，于是应用给浏览器发一个 Cookie，凭它记住谁登录了、购物车里有什么。服务器一多，问题就是记在哪里：\
     记在固定的那台服务器的内存里、几台服务器的内存里、大家共用的存储里，还是 Cookie 本身里。\
     服务器宕机、发布、扩容，同时来了两个请求，用户登出——每种做法各有各的损失。",
);

pub(super) static MODELLED: &[Text] = &[
    Text::new(
        "Sticky routing by a route in the cookie, and by address with nginx's ip_hash as it is; round robin.",
        "按 Cookie 中的路由粘滞、按地址粘滞（nginx 的 ip_hash 原样实现），以及轮询。",
    ),
    Text::new(
        "Replication of changed attributes to all servers, asynchronous or synchronous; primary with backup, fetching, and a new \
         backup after a crash; what a server that starts asks the others for.",
        "把改过的属性复制给所有服务器（异步或同步）；一主一备、按位置取回、宕机后重选备份；新启动的服务器向其他服务器索取会话。",
    ),
    Text::new(
        "Redis with expiry, eviction and its append-only file; the whole session saved by the container, or changed attributes \
         saved above it.",
        "Redis 的过期、淘汰与 AOF；容器整存整取，或在容器之上只存改过的属性。",
    ),
    Text::new(
        "Signed tokens: their size, the limit of 4096 bytes, expiry, keys that are published and rotated, and a denylist.",
        "带签名的令牌：大小与 4096 字节上限、过期、密钥的公布与轮换、黑名单。",
    ),
    Text::new(
        "Users with one or two tabs, whose addresses may change and whose cookies may be copied or made up.",
        "用户开一两个标签页；地址可能变化，Cookie 可能被人复制或伪造。",
    ),
];

pub(super) static NOT_MODELLED: &[Text] = &[
    Text::new(
        "A request whose server dies is sent to another: here to put a thing into a cart twice puts it there once, elsewhere \
         that is not so.",
        "请求所在的服务器宕机后会改发另一台：这里同一样东西放两次等于放一次，现实中未必如此。",
    ),
    Text::new(
        "Session fixation, cross-site requests, and the theft of cookies itself; replicas and fail-over of Redis, for which see \
         the Redis lock.",
        "会话固定攻击、跨站请求、Cookie 被盗的过程；Redis 的主从与故障转移（见 Redis 分布式锁）。",
    ),
    Text::new(
        "Sessions that have timed out leave memory when somebody asks for them; containers also look for them now and then.",
        "超时的会话在有人来取时才移出内存；实际容器还会定期清理。",
    ),
    Text::new(
        "A request's exchange with Redis goes over datagrams, which can be lost and doubled as a connection's parts cannot.",
        "与 Redis 的往返以数据报表示，可能丢失或重复；真实的连接不会重复。",
    ),
    Text::new(
        "A balancer that restarts takes the servers of its configuration to be there; it makes no health checks.",
        "负载均衡器重启后认为配置中的服务器都在；不做健康检查。",
    ),
];

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub(super) static TERMS: &[Term] = &[
    term("click", Text::new("click", "点击"), Text::new("The user does the next thing.", "用户做下一件事。")),
    term(
        "log-in",
        Text::new("log in", "登录（log in）"),
        Text::new("Name and password; a session begins.", "用户名与密码；会话由此开始。"),
    ),
    term(
        "add",
        Text::new("add", "放入（add）"),
        Text::new("Puts one thing into the session, such as into a cart.", "往会话里放一样东西，比如加入购物车。"),
    ),
    term(
        "view",
        Text::new("view", "查看（view）"),
        Text::new(
            "Only looks at the page; also what somebody does who has a user's cookie.",
            "只看页面；拿到用户 Cookie 的人做的也是这件事。",
        ),
    ),
    term("log-out", Text::new("log out", "登出（log out）"), Text::new("The session is to end.", "会话到此结束。")),
    term(
        "page",
        Text::new("page", "页面（page）"),
        Text::new("The user's own page, with what the session holds.", "用户自己的页面，带着会话里的内容。"),
    ),
    term(
        "please-log-in",
        Text::new("please log in", "请登录"),
        Text::new("The form: whoever asked counts as not logged in.", "登录页：请求者被当作未登录。"),
    ),
    term("goodbye", Text::new("goodbye", "已登出（goodbye）"), Text::new("The user is logged out.", "用户已登出。")),
    term(
        "broken",
        Text::new("error", "错误页"),
        Text::new("Something is broken, as HTTP's 500 and 502 say.", "出了故障，如同 HTTP 500、502。"),
    ),
    term(
        "join",
        Text::new("join", "加入（join）"),
        Text::new("A server may be sent requests from now on.", "服务器从此可以接收请求。"),
    ),
    term(
        "leave",
        Text::new("leave", "离开（leave）"),
        Text::new("A server finishes what it has, and wants no more.", "服务器处理完手头的请求，不再接收新的。"),
    ),
    term(
        "delta",
        Text::new("delta", "增量（delta）"),
        Text::new(
            "To every other server: which attribute has which value now.",
            "发给其他每台服务器：哪个属性现在是什么值。",
        ),
    ),
    term(
        "copy",
        Text::new("copy", "副本（copy）"),
        Text::new("The whole session, for the backup.", "整个会话，交给备份。"),
    ),
    term("stored", Text::new("stored", "已存（stored）"), Text::new("The other server has it.", "对方服务器已收到。")),
    term(
        "whereabouts",
        Text::new("whereabouts", "位置（whereabouts）"),
        Text::new("Who has a session, for those who do not.", "告诉没有该会话的服务器：谁有。"),
    ),
    term(
        "gone",
        Text::new("gone", "已删（gone）"),
        Text::new("A session was logged out: whoever has a copy forgets it.", "会话已登出：有副本的都删掉。"),
    ),
    term(
        "fetch",
        Text::new("fetch", "取回（fetch）"),
        Text::new("A server without a copy asks for one.", "没有副本的服务器来取。"),
    ),
    term(
        "fetched",
        Text::new("fetched", "取到（fetched）"),
        Text::new("The session, or that there is none.", "会话，或者没有。"),
    ),
    term(
        "transfer",
        Text::new("transfer", "索取（transfer）"),
        Text::new("A server that starts asks for what the others have.", "刚启动的服务器向其他服务器索取会话。"),
    ),
    term(
        "everything",
        Text::new("everything", "全部（everything）"),
        Text::new("All sessions, or where they are.", "全部会话，或它们的位置。"),
    ),
    term("work", Text::new("work", "处理"), Text::new("The request's own work is done.", "请求本身的处理完成。")),
    term(
        "no-store",
        Text::new("no answer from the store", "存储无应答"),
        Text::new("The server has waited long enough for Redis.", "服务器等 Redis 的时限已到。"),
    ),
    term(
        "keys",
        Text::new("keys", "密钥"),
        Text::new(
            "Which keys a server signs with and accepts, in its configuration.",
            "服务器用哪把密钥签名、认哪些密钥，写在配置里。",
        ),
    ),
    redis::GET,
    redis::SET,
    redis::DEL,
    redis::EXISTS,
    redis::HSET,
    redis::HGETALL,
    redis::PEXPIRE,
    redis::OK,
    redis::NIL,
    redis::INTEGER,
    redis::TEXT,
    redis::FIELDS,
    redis::ERROR,
    redis::APPEND_PUT,
    redis::APPEND_DELETE,
    redis::FSYNC,
    redis::EVICT,
];
