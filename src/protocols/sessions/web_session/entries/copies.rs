//! Sessions in several servers' memories.

use super::{CRASH_S2, IN_REDIS, IN_TURNS, LEAVE_S1, REPLICATE, STICKY_COOKIE, WITH_BACKUP, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const SYNCHRONOUS: Suggestion = Suggestion {
    name: Text::new("Wait for all copies", "等所有副本都写好"),
    change: Change::Parameter("replication", "synchronous"),
};

pub const DEPLOYMENT: Entry = Entry {
    id: "session-replicated-deployment",
    question: Text::new(
        "Every server has every session, and all three are replaced one after the other. Does anybody have to log in again?",
        "每台服务器都有全部会话，三台依次发布新版本。有人需要重新登录吗？",
    ),
    answer: Text::new(
        "Nobody: a server that starts asks the others for everything before it takes requests. The price is a copy of all sessions in every memory, and a message to every server for every change.",
        "没有：新启动的服务器先向其他服务器要来全部会话，再接收请求。代价是每台的内存里都有全部会话，每次修改都要通知每一台。",
    ),
    parameters: &[("keeping", "all-to-all")],
    seed: 1,
    faults: &[
        "do=s1@3s:leave",
        "crash=s1@4s",
        "restart=s1@5s",
        "do=s2@10s:leave",
        "crash=s2@11s",
        "restart=s2@12s",
        "do=s3@17s:leave",
        "crash=s3@18s",
        "restart=s3@19s",
    ],
    until: Span::seconds(60),
    suggestions: &[IN_TURNS, WITH_BACKUP, CRASH_S2],
    expected: expected! {
        STAYS: Holds, "sheet S-4: with replication a session survives any single server";
        SEES: Holds, "sheet S-1: deltas take 1 ms, users 7 s";
    },
};

pub const LATE: Entry = Entry {
    id: "session-replicated-late",
    question: Text::new(
        "The copy for s3 is late, and the user's next request goes to s3. Which of the two wins?",
        "给 s3 的副本来晚了，而用户的下一个请求正好落到 s3。谁会赢？",
    ),
    answer: Text::new(
        "Neither, and something is lost: s3 shows a cart without the first thing, puts the second into it, and tells all others that this is the cart. What comes late then overwrites what was newer.",
        "都没赢，还丢了东西：s3 给出少了第一样的购物车，放进第二样，再告诉所有服务器“购物车就是这样”。晚到的那份随后又盖掉更新的。",
    ),
    parameters: &[("keeping", "all-to-all"), ("routing", "round-robin"), ("users", "1")],
    seed: 1,
    faults: &["slow=s2:s3@7s+1s~10s"],
    until: Span::seconds(60),
    suggestions: &[SYNCHRONOUS, STICKY_COOKIE, IN_REDIS],
    expected: expected! {
        SEES: Violated, "sheet S-1: a request hits another node before the delta arrives";
        KEPT: Violated, "sheet §13: the last writer wins, and it had not seen the first write";
    },
};

pub const BACKUP: Entry = Entry {
    id: "session-backup-crash",
    question: Text::new(
        "Each session has one backup. The primary of u1 dies, and a request of u1 may go to any server: who has its session?",
        "每个会话只有一个备份。u1 的主服务器宕机，而它的请求可能落到任何一台：会话在谁那里？",
    ),
    answer: Text::new(
        "The backup, which at once makes another copy; and the servers without one know whom to ask. Two copies instead of one for each server, and only both dying at once loses a login.",
        "在备份那里，它立刻又复制了一份；没有副本的服务器知道该问谁。每个会话只存两份，而不是每台一份；只有两份同时没了才会丢登录。",
    ),
    parameters: &[("keeping", "backup")],
    seed: 1,
    faults: &["crash=s1@10s"],
    until: Span::seconds(60),
    suggestions: &[CRASH_S2, IN_TURNS, LEAVE_S1, REPLICATE],
    expected: expected! {
        STAYS: Holds, "sheet S-4: survives any single server; the copy is confirmed before the answer";
        SEES: Holds, "sheet S-1: the backup had each change before the user was told";
    },
};
