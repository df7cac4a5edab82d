//! The words of a Redis, for protocols that have one.

use crate::protocols::Term;
use crate::text::Text;

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub const SET: Term = term(
    "set",
    Text::same("SET"),
    Text::new(
        "Puts a value under a key: NX only if nothing is there, PX with an end in milliseconds.",
        "在键下写入一个值：NX 表示仅当键不存在，PX 给出毫秒级的过期时间。",
    ),
);
pub const GET: Term = term("get", Text::same("GET"), Text::new("Asks what is under a key.", "询问键下的值。"));
pub const DEL: Term =
    term("del", Text::same("DEL"), Text::new("Deletes a key, whoever put it there.", "删除键，不论是谁写的。"));
pub const PEXPIRE: Term =
    term("pexpire", Text::same("PEXPIRE"), Text::new("Gives a key an end.", "给键设定过期时间。"));
pub const EXISTS: Term =
    term("exists", Text::same("EXISTS"), Text::new("Asks whether a key is there.", "询问键是否存在。"));
pub const HSET: Term = term(
    "hset",
    Text::same("HSET"),
    Text::new("Writes these fields of a hash, and leaves the others alone.", "只写入哈希的这几个字段，其余不动。"),
);
pub const HGETALL: Term =
    term("hgetall", Text::same("HGETALL"), Text::new("Asks for all fields of a hash.", "读取哈希的全部字段。"));
pub const FIELDS: Term = term(
    "fields",
    Text::new("fields", "字段"),
    Text::new("All fields of a hash; none if there is no such key.", "哈希的全部字段；键不存在则为空。"),
);
pub const EVICT: Term = term(
    "evict",
    Text::new("evict", "淘汰"),
    Text::new("Memory is full, and a key leaves to make room.", "内存已满，淘汰一个键腾出空间。"),
);
pub const EVAL_LOCK: Term = term(
    "eval-lock",
    Text::new("EVAL lock", "EVAL 加锁"),
    Text::new("A script that takes the lock, as one step of the server.", "加锁脚本，服务器一步执行完。"),
);
pub const EVAL_UNLOCK: Term = term(
    "eval-unlock",
    Text::new("EVAL unlock", "EVAL 释放"),
    Text::new("A script that releases the lock if the asker holds it.", "释放脚本：请求者确实持有才释放。"),
);
pub const EVAL_RENEW: Term = term(
    "eval-renew",
    Text::new("EVAL renew", "EVAL 续期"),
    Text::new("A script that gives the lock more time if the asker holds it.", "续期脚本：请求者确实持有才续期。"),
);
pub const SUBSCRIBE: Term = term(
    "subscribe",
    Text::same("SUBSCRIBE"),
    Text::new("Wants to hear what is published on a channel.", "订阅频道，等待通知。"),
);
pub const UNSUBSCRIBE: Term =
    term("unsubscribe", Text::same("UNSUBSCRIBE"), Text::new("No longer wants to hear of a channel.", "退订频道。"));
pub const PUBLISHED: Term = term(
    "published",
    Text::new("message", "通知"),
    Text::new(
        "What was published on a channel, for whoever is subscribed at that moment; never repeated.",
        "频道上发布的消息，只送给当时的订阅者，且绝不重发。",
    ),
);
pub const OK: Term = term("ok", Text::same("OK"), Text::new("Done.", "已执行。"));
pub const NIL: Term =
    term("nil", Text::same("nil"), Text::new("Nothing: no value, or not done.", "空：没有值，或没有执行。"));
pub const INTEGER: Term = term(
    "integer",
    Text::new("number", "数值"),
    Text::new("A number: what it counts is the command's.", "一个数，含义由命令决定。"),
);
pub const TEXT: Term = term("text", Text::new("value", "值"), Text::new("A value.", "一个值。"));
pub const ERROR: Term = term(
    "error",
    Text::new("error", "错误"),
    Text::new("The command failed and changed nothing.", "命令失败，没有任何改动。"),
);
pub const PSYNC: Term = term(
    "psync",
    Text::same("PSYNC"),
    Text::new("A replica asks for everything, and every change from then on.", "从库请求全量数据及之后的每次改动。"),
);
pub const FULL_SYNC: Term = term(
    "full-sync",
    Text::new("full sync", "全量同步"),
    Text::new("Everything that the master holds.", "主库持有的全部数据。"),
);
pub const REPLICATE: Term = term(
    "replicate",
    Text::new("replicate", "复制"),
    Text::new(
        "One change, for the replica; the client was not kept waiting for it.",
        "传给从库的一次改动；客户端不会为它多等。",
    ),
);
pub const PROMOTED: Term = term(
    "promoted",
    Text::new("promoted", "已提升"),
    Text::new("Tells a client who is the master now, as a Sentinel does.", "像 Sentinel 那样通知客户端新的主库是谁。"),
);
pub const FOLLOW: Term =
    term("follow", Text::same("REPLICAOF"), Text::new("Makes the former master a replica.", "让原主库成为从库。"));
pub const APPEND_PUT: Term = term(
    "append-put",
    Text::new("AOF: put", "AOF：写"),
    Text::new(
        "The append-only file's record of a key, with its end as an absolute time.",
        "AOF 中写键的记录，过期时间为绝对时刻。",
    ),
);
pub const APPEND_DELETE: Term = term(
    "append-delete",
    Text::new("AOF: delete", "AOF：删"),
    Text::new("The append-only file's record that a key is gone.", "AOF 中删键的记录。"),
);
pub const APPEND_LOAD: Term = term(
    "append-load",
    Text::new("AOF: everything", "AOF：全量"),
    Text::new("The append-only file written anew.", "重写整个 AOF。"),
);
pub const FSYNC: Term = term(
    "fsync",
    Text::new("fsync", "刷盘"),
    Text::new("Time to make the append-only file durable.", "到了把 AOF 落盘的时候。"),
);
pub const RECONNECT: Term = term(
    "reconnect",
    Text::new("reconnect", "重连"),
    Text::new("A replica tries its master again.", "从库重新连接主库。"),
);
pub const COME_BACK: Term = term(
    "come-back",
    Text::new("come back", "恢复服务"),
    Text::new(
        "The delay after a restart is over: whatever was forgotten would have expired by now.",
        "延迟重启的等待结束：忘掉的东西此时早该过期了。",
    ),
);
