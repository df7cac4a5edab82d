//! The words of a memcached, for protocols that have one.

use crate::protocols::Term;
use crate::text::Text;

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub const ADD: Term = term(
    "add",
    Text::same("add"),
    Text::new(
        "Stores a value with an expiry time in whole seconds, only if nothing is under the key.",
        "仅当键不存在时写入，过期时间以整秒计。",
    ),
);
pub const GET: Term = term("get", Text::same("get"), Text::new("Asks what is under a key.", "询问键下的值。"));
pub const GETS: Term = term(
    "gets",
    Text::same("gets"),
    Text::new(
        "Asks what is under a key, and for its number, which changes with every store.",
        "询问键下的值及其版本号（每次写入都会变）。",
    ),
);
pub const CAS: Term = term(
    "cas",
    Text::same("cas"),
    Text::new(
        "Stores only over the item of that number; with a negative expiry time the item is gone at once.",
        "仅当版本号相符才写入；过期时间为负，则写入即失效。",
    ),
);
pub const DELETE: Term =
    term("delete", Text::same("delete"), Text::new("Deletes a key, whoever put it there.", "删除键，不论是谁写的。"));
pub const DELETE_UNIQUE: Term = term(
    "delete-unique",
    Text::same("md C"),
    Text::new("Deletes only the item of that number.", "仅当版本号相符才删除。"),
);
pub const STORED: Term = term("stored", Text::same("STORED"), Text::new("It was stored.", "已写入。"));
pub const NOT_STORED: Term =
    term("not-stored", Text::same("NOT_STORED"), Text::new("Something is there already.", "键已存在，没有写入。"));
pub const EXISTS: Term = term(
    "exists",
    Text::same("EXISTS"),
    Text::new("The item has another number: somebody has stored since.", "版本号不符：其间有人写过。"),
);
pub const NOT_FOUND: Term =
    term("not-found", Text::same("NOT_FOUND"), Text::new("Nothing is under the key.", "键不存在。"));
pub const DELETED: Term = term("deleted", Text::same("DELETED"), Text::new("It was deleted.", "已删除。"));
pub const VALUE: Term = term("value", Text::same("VALUE"), Text::new("What is under the key.", "键下的值。"));
pub const MISS: Term = term("miss", Text::same("END"), Text::new("Nothing is under the key.", "键下没有值。"));
pub const EVICT: Term = term(
    "evict",
    Text::new("evict", "淘汰"),
    Text::new(
        "Memory was short: the item leaves before its time, and nobody is told.",
        "内存不足：条目提前被淘汰，且不通知任何人。",
    ),
);
