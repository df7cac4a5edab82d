//! Sessions in the cookie itself.

use super::{CRASH_S1, IN_REDIS, IN_TURNS, REPLAY, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const DENYLIST: Suggestion = Suggestion {
    name: Text::new("Keep a denylist", "设黑名单"),
    change: Change::Parameter("revocation", "denylist"),
};
const SHORT: Suggestion = Suggestion {
    name: Text::new("Let tokens live 10 s", "令牌只活 10 秒"),
    change: Change::Parameter("time-out", "10s"),
};
const SMALLER: Suggestion =
    Suggestion { name: Text::new("Put less into it", "少放一些"), change: Change::Parameter("item-bytes", "100") };
const TWO_TABS: Suggestion =
    Suggestion { name: Text::new("Use two tabs", "开两个标签页"), change: Change::Parameter("tabs", "2") };
const FORGE: Suggestion =
    Suggestion { name: Text::new("Make up a token", "伪造一个令牌"), change: Change::Fault("do=u1@now:forge") };
const NO_MISTAKE: Suggestion = Suggestion {
    name: Text::new("Without the mistake", "去掉这个错误"),
    change: Change::Parameter("mistake", "none"),
};
const ROTATE_S1: Suggestion = Suggestion {
    name: Text::new("Rotate the key of s1 again", "s1 再换一次密钥"),
    change: Change::Fault("do=s1@now:rotate-key"),
};

pub const LOG_OUT: Entry = Entry {
    id: "session-token-log-out",
    question: Text::new(
        "The session is a signed token in the cookie, and its user logs out. Somebody has a copy: are they out too?",
        "会话是 Cookie 里带签名的令牌，用户登出了。有人手里有一份副本：他也出去了吗？",
    ),
    answer: Text::new(
        "No: no server remembers anything that it could strike out, and the signature is as good as ever until the token expires. A list of tokens that no longer count helps, and is what tokens were to do without: a store, asked at every request.",
        "没有：服务器什么都不记，也就没什么可划掉的；到期之前签名一直有效。设一张作废名单可以解决，可那又成了令牌想要省掉的东西：每次请求都要查的存储。",
    ),
    parameters: &[("keeping", "token"), ("users", "1"), ("clicks", "1"), ("log-out", "after")],
    seed: 1,
    faults: &["do=u1@30s:replay"],
    until: Span::seconds(60),
    suggestions: &[DENYLIST, SHORT, IN_REDIS, REPLAY],
    expected: expected! {
        OUT_IS_OUT: Violated, "sheet S-3: broken for a JWT until it expires";
    },
};

pub const TOO_LARGE: Entry = Entry {
    id: "session-token-too-large",
    question: Text::new(
        "What the application keeps is in the token, and every request carries it. How much fits?",
        "应用要记的都在令牌里，每个请求都带着它。能放多少？",
    ),
    answer: Text::new(
        "4096 bytes: the second thing does not fit, the browser drops the new cookie without a word, and goes on with the old one. The user was told that the thing is in the cart.",
        "4096 字节：第二样就放不下了，浏览器一声不响地丢掉新 Cookie，继续用旧的。可用户已经被告知东西放进去了。",
    ),
    parameters: &[("keeping", "token"), ("users", "1"), ("item-bytes", "1500")],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[SMALLER, TWO_TABS, IN_REDIS],
    expected: expected! {
        SEES: Violated, "sheet §13: the limit of some 4096 bytes; two things of 1500 take (58 + 3000) × 4/3 and more";
        KEPT: Violated, "sheet §13: what the browser does not keep is nowhere";
    },
};

pub const KEY_PUBLISHED: Entry = Entry {
    id: "session-token-key-rotation",
    question: Text::new(
        "The key that signs tokens is to be replaced on three servers, one after the other, while users click. Must anybody log in again?",
        "要在三台服务器上依次更换签名密钥，用户还在不停点击。有人需要重新登录吗？",
    ),
    answer: Text::new(
        "Nobody, in this order: first all servers accept the new key, then one after the other signs with it, and the old one stays until the last token that it signed has expired.",
        "按这个顺序就没有：先让所有服务器都认新密钥，再一台一台改用它签名，旧密钥留到它签的最后一个令牌过期。",
    ),
    parameters: &[("keeping", "token"), ("routing", "round-robin"), ("clicks", "5")],
    seed: 1,
    faults: &[
        "do=s1@3s:publish-key",
        "do=s2@4s:publish-key",
        "do=s3@5s:publish-key",
        "do=s1@10s:rotate-key",
        "do=s2@17s:rotate-key",
        "do=s3@30s:rotate-key",
    ],
    until: Span::seconds(60),
    suggestions: &[ROTATE_S1, CRASH_S1, FORGE],
    expected: expected! {
        STAYS: Holds, "sheet §13, key rotation: s3 is sent what s1 has signed with the new key before it signs with it itself, and accepts it";
        SEES: Holds, "sheet S-1: the newest copy comes along with the request";
    },
};

pub const KEY_DROPPED: Entry = Entry {
    id: "session-token-old-key-dropped",
    question: Text::new(
        "All servers change to a new key at the same instant, and forget the old one. Is that not cleaner?",
        "所有服务器在同一瞬间换上新密钥，并丢掉旧的。这样不是更干净吗？",
    ),
    answer: Text::new(
        "It logs everybody out: every token under way was signed with a key that nobody knows any more. Whoever wants just that, after a theft, does it on purpose.",
        "所有人都被踢了出去：外面的每个令牌都是用旧密钥签的，而现在没人认得它了。只有密钥被盗之后，才会故意这样做。",
    ),
    parameters: &[("keeping", "token"), ("mistake", "drops-old-key")],
    seed: 1,
    faults: &["do=s1@10s:rotate-key", "do=s2@10s:rotate-key", "do=s3@10s:rotate-key"],
    until: Span::seconds(60),
    suggestions: &[NO_MISTAKE, ROTATE_S1, IN_TURNS],
    expected: expected! {
        STAYS: Violated, "sheet §13, key rotation: what the old key signed is refused";
    },
};

pub const UNSIGNED: Entry = Entry {
    id: "session-token-unsigned",
    question: Text::new(
        "A token says in its own header how it is signed, and this one says: not at all. Does the server believe that?",
        "令牌自己的头部写着用什么算法签名，而这个写的是：没签。服务器会信吗？",
    ),
    answer: Text::new(
        "If it lets the token choose, yes: u1 reads the page of u2 with three lines of text that anybody can write. What must be checked is not for the token to say.",
        "如果由令牌自己说了算，就会信：u1 用谁都能写的三行文字读到了 u2 的页面。该怎么验，不能由令牌来定。",
    ),
    parameters: &[("keeping", "token"), ("mistake", "no-signature")],
    seed: 1,
    faults: &["do=u1@10s:forge"],
    until: Span::seconds(60),
    suggestions: &[NO_MISTAKE, FORGE, IN_REDIS],
    expected: expected! {
        OWN_ONLY: Violated, "sheet §13: unsigned, alg=none; S-6";
    },
};
