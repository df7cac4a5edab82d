//! The ways to keep sessions, side by side under the same users and the same mishaps.

use crate::protocols::Family;
use crate::protocols::comparison::{Column, Comparison, Load, Trial, Way};
use crate::text::Text;

pub static SESSIONS: Comparison = Comparison {
    id: "sessions",
    family: Family::Sessions,
    question: Text::new(
        "Sticky, replicated, in Redis, in the cookie: what does each lose, and what does it cost?",
        "粘滞、复制、集中存 Redis、放进 Cookie：各自会丢什么，代价又是什么？",
    ),
    about: Text::new(
        "Three servers and the same users, who log in, click and put things into their baskets. Each number is the median over the \
         seeds, and opens the run that it comes from.",
        "三台服务器，同一批用户：登录、点击、往购物车里放东西。每个数字都是各种子的中位数，点击可打开得出它的那次运行。",
    ),
    ways: &[
        way(Text::new("Sticky by cookie", "按 Cookie 粘滞"), &["keeping=memory", "routing=cookie"]),
        way(Text::new("Sticky by address", "按 IP 粘滞（ip_hash）"), &["keeping=memory", "routing=ip-hash"]),
        way(Text::new("All to all", "全复制"), &["keeping=all-to-all", "routing=cookie"]),
        way(Text::new("Primary and backup", "一主一备"), &["keeping=backup", "routing=cookie"]),
        stored(
            Text::new("Redis, by the container", "Redis，由容器读写"),
            &["keeping=store-container", "routing=round-robin"],
        ),
        stored(
            Text::new("Redis, above the container", "Redis，在容器之上（Spring Session）"),
            &["keeping=store-above", "routing=round-robin"],
        ),
        way(Text::new("Signed token", "签名令牌"), &["keeping=token", "routing=round-robin"]),
    ],
    trials: &[
        Trial {
            title: Text::new("Nothing fails", "没有故障"),
            note: Text::new(
                "What it costs every request: bytes in the cookie, copies in memories, messages between servers, a store that is asked.",
                "每个请求的代价：Cookie 字节数、内存中的副本、服务器间的消息、对存储的访问。",
            ),
            loads: &[Load::of(Text::same(""), &["users=6", "clicks=6"])],
            columns: &[
                Column::Cost("cookie-bytes"),
                Column::Cost("sessions-in-memory"),
                Column::Cost("between-servers"),
                Column::Cost("store-commands"),
                Column::Cost("latency"),
            ],
        },
        Trial {
            title: Text::new("A server crashes", "一台服务器宕机"),
            note: Text::new(
                "The first server dies after 10 s and does not come back.",
                "第一台服务器在 10 s 时宕机，不再回来。",
            ),
            loads: &[Load::of(Text::same(""), &["users=6", "clicks=6", "crash=s1@10s"])],
            columns: MISHAPS,
        },
        Trial {
            title: Text::new("The store stops for 10 s", "存储停 10 s"),
            note: Text::new(
                "Redis crashes after 10 s and is back, empty, after 20 s. Who does not use it does not notice.",
                "Redis 在 10 s 时宕机，20 s 时回来，数据全空。不用它的不受影响。",
            ),
            loads: &[Load { name: Text::same(""), link: &["users=6", "clicks=6"], with_worst: true }],
            columns: MISHAPS,
        },
        Trial {
            title: Text::new("Two tabs write at once", "两个标签页同时写"),
            note: Text::new(
                "Both read the session, both write it: who saves the whole of it saves it without the other's change.",
                "两边都读了会话，又都要写：整个写回的一方会盖掉另一方的修改。",
            ),
            loads: &[Load::of(Text::same(""), &["users=3", "clicks=4", "tabs=2", "tabs-write=their-own"])],
            columns: &[Column::Guarantees],
        },
    ],
};

const MISHAPS: &[Column] = &[Column::Cost("logins-lost"), Column::Cost("latency"), Column::Guarantees];

const fn way(name: Text, parameters: &'static [&'static str]) -> Way {
    Way { name, protocol: "session", parameters, worst: &[] }
}

/// One that keeps sessions in Redis.
const fn stored(name: Text, parameters: &'static [&'static str]) -> Way {
    Way { name, protocol: "session", parameters, worst: &["crash=r@10s", "restart=r@20s"] }
}
