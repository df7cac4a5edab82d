//! The words of a ZooKeeper, for protocols that have one.

use crate::protocols::Term;
use crate::text::Text;

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

// -- Clients and servers, and the timers of the library ---------------------------------------------------------------

pub const CONNECT: Term = term(
    "connect",
    Text::new("connect", "建立会话"),
    Text::new(
        "Asks for a new session, or to go on with the one that it had, on a new connection.",
        "在新连接上请求新会话，或继续原有会话。",
    ),
);
pub const CONNECTED: Term = term(
    "connected",
    Text::new("connected", "会话有效"),
    Text::new("The session stands, with the time-out that was agreed upon.", "会话有效，并告知协商后的超时。"),
);
pub const EXPIRED: Term = term(
    "expired",
    Text::new("expired", "会话过期"),
    Text::new(
        "The ensemble has ended the session, and with it every ephemeral node that it had.",
        "集群已结束会话，它的临时节点也随之删除。",
    ),
);
pub const CREATE: Term = term(
    "create",
    Text::same("create"),
    Text::new(
        "Creates a node; a sequential one gets the next number of its parent, an ephemeral one ends with its session.",
        "创建节点；顺序节点由父节点编号，临时节点随会话消失。",
    ),
);
pub const DELETE: Term =
    term("delete", Text::same("delete"), Text::new("Deletes a node, whoever created it.", "删除节点，不论由谁创建。"));
pub const SET_DATA: Term = term("set-data", Text::same("setData"), Text::new("Sets a node's data.", "设置节点数据。"));
pub const EXISTS: Term = term(
    "exists",
    Text::same("exists"),
    Text::new("Asks for a node's stat, perhaps leaving a watch.", "询问节点状态，可留下监视。"),
);
pub const GET_DATA: Term = term(
    "get-data",
    Text::same("getData"),
    Text::new(
        "Asks for a node's data, perhaps leaving a watch; leaves none if the node is not there.",
        "读取节点数据，可留下监视；节点不存在则不留。",
    ),
);
pub const GET_CHILDREN: Term =
    term("get-children", Text::same("getChildren"), Text::new("Asks for a node's children.", "列出子节点。"));
pub const SYNC: Term = term(
    "sync",
    Text::same("sync"),
    Text::new("Waits until the server has what was committed before.", "等服务器跟上此前已提交的内容。"),
);
pub const CLOSE: Term = term(
    "close",
    Text::new("close", "关闭会话"),
    Text::new("Ends the session at once, and its ephemeral nodes with it.", "立即结束会话，临时节点随之删除。"),
);
pub const CLOSED: Term = term(
    "closed",
    Text::new("closed", "连接关闭"),
    Text::new(
        "The server ends the connection; that says nothing about the session.",
        "服务器断开连接；会话是否还在则另当别论。",
    ),
);
pub const OK: Term =
    term("ok", Text::same("OK"), Text::new("Done, or what was asked for.", "已执行，或所询问的内容。"));
pub const ERROR: Term =
    term("error", Text::new("error", "出错"), Text::new("Not done, and why.", "未执行，并说明原因。"));
pub const EVENT: Term = term(
    "event",
    Text::new("event", "监视事件"),
    Text::new(
        "What a watch waited for has happened. The watch is gone: each fires once.",
        "监视的事情发生了。监视是一次性的，触发后即失效。",
    ),
);
pub const SET_WATCHES: Term = term(
    "set-watches",
    Text::same("setWatches"),
    Text::new(
        "After a reconnection: the watches that stood before, so that none is missed.",
        "重连后重新登记原有的监视，以免漏掉事件。",
    ),
);
pub const PING: Term = term(
    "ping",
    Text::new("ping", "心跳"),
    Text::new("A heartbeat: the client lives, and its session with it.", "心跳：客户端还活着，会话得以延续。"),
);
pub const PONG: Term = term("pong", Text::new("pong", "心跳回复"), Text::new("The server is there.", "服务器还在。"));
pub const SILENCE: Term = term(
    "silence",
    Text::new("silence", "无声"),
    Text::new(
        "Two thirds of the session time-out without a word from the server: the connection is given up.",
        "会话超时的三分之二内没有服务器的任何消息：放弃这个连接。",
    ),
);
pub const RECONNECT: Term =
    term("reconnect", Text::new("reconnect", "重连"), Text::new("Time to try a server.", "该连接服务器了。"));

// -- Servers among themselves, their records and timers ---------------------------------------------------------------

pub const VOTE: Term = term(
    "vote",
    Text::new("vote", "投票"),
    Text::new(
        "Whom a server would have lead: whoever knows most, then whoever has the highest number.",
        "服务器推举谁当领导者：数据最新者优先，其次编号大者。",
    ),
);
pub const ELECTED: Term = term(
    "elected",
    Text::new("elected", "选定"),
    Text::new(
        "A quorum agrees, and for a while nobody better has come forward.",
        "多数派已一致，且一段时间内没有更合适的人选。",
    ),
);
pub const FOLLOW: Term = term(
    "follow",
    Text::new("follow", "请求跟随"),
    Text::new(
        "To the leader that one has chosen: which epoch one has promised.",
        "告诉所选的领导者：自己承诺过哪个纪元。",
    ),
);
pub const JOIN: Term = term(
    "join",
    Text::new("join", "再次请求"),
    Text::new("The chosen leader has not answered yet.", "所选的领导者还没有答复。"),
);
pub const NEW_EPOCH: Term = term(
    "new-epoch",
    Text::new("new epoch", "新纪元"),
    Text::new("A higher epoch than any of a quorum has promised.", "比多数派承诺过的都更高的纪元。"),
);
pub const PROMISED: Term = term(
    "promised",
    Text::new("promised", "承诺"),
    Text::new("Will follow no leader of an older epoch.", "不再跟随更旧纪元的领导者。"),
);
pub const NEW_LEADER: Term = term(
    "new-leader",
    Text::new("new leader", "同步历史"),
    Text::new("The leader's whole history, which replaces the follower's.", "领导者的全部历史，取代跟随者自己的。"),
);
pub const LOADED: Term =
    term("loaded", Text::new("loaded", "已同步"), Text::new("The history is on disk.", "历史已落盘。"));
pub const UP_TO_DATE: Term = term(
    "up-to-date",
    Text::new("up to date", "可以服务"),
    Text::new("A quorum has the leader's history: the follower may serve.", "多数派已有该历史：跟随者可以服务。"),
);
pub const FORWARD: Term = term(
    "forward",
    Text::new("forward", "转交"),
    Text::new("A follower hands a client's write to the leader.", "跟随者把客户端的写请求转给领导者。"),
);
pub const OPEN: Term = term(
    "open",
    Text::new("open session", "新会话"),
    Text::new("A follower asks the leader for a new session.", "跟随者替客户端向领导者申请新会话。"),
);
pub const REVALIDATE: Term = term(
    "revalidate",
    Text::new("revalidate", "核对会话"),
    Text::new("Does the session of a client that has come over still stand?", "刚转过来的客户端，其会话是否还有效？"),
);
pub const VALID: Term =
    term("valid", Text::new("valid?", "核对结果"), Text::new("Whether the session stands.", "会话是否有效。"));
pub const PROPOSE: Term = term(
    "propose",
    Text::new("propose", "提案"),
    Text::new("The next transaction, to be logged by everybody.", "下一个事务，请所有人写日志。"),
);
pub const ACK: Term =
    term("ack", Text::same("ACK"), Text::new("The transaction is on this disk.", "事务已在本机落盘。"));
pub const COMMIT: Term = term(
    "commit",
    Text::new("commit", "提交"),
    Text::new("A quorum has it on disk: it is done.", "多数派已落盘：事务成立。"),
);
pub const HEARTBEAT: Term =
    term("heartbeat", Text::new("heartbeat", "领导者心跳"), Text::new("The leader is there.", "领导者还在。"));
pub const TOUCHED: Term = term(
    "touched",
    Text::new("touched", "活跃会话"),
    Text::new(
        "The sessions that a follower has heard of since the last heartbeat.",
        "自上次心跳以来跟随者听到过的会话。",
    ),
);
pub const HALF_TICK: Term = term(
    "half-tick",
    Text::new("half a tick", "半个 tick"),
    Text::new(
        "Time for heartbeats, and to see whether a leader or a quorum is left.",
        "该发心跳了，并检查领导者或多数派是否还在。",
    ),
);
pub const SESSION_EXPIRY: Term = term(
    "session-expiry",
    Text::new("session expiry", "会话到期检查"),
    Text::new("Sessions that nobody has heard of for too long are ended.", "太久没有消息的会话就此结束。"),
);
pub const LOG_PROMISE: Term = term(
    "log-promise",
    Text::new("epoch promised", "承诺纪元"),
    Text::new(
        "The epoch below which no leader is followed (acceptedEpoch).",
        "不再跟随低于此纪元的领导者（acceptedEpoch）。",
    ),
);
pub const LOG_LEAD: Term = term(
    "log-lead",
    Text::new("epoch led", "领导纪元"),
    Text::new("It leads in this epoch (currentEpoch).", "在此纪元担任领导者（currentEpoch）。"),
);
pub const LOG_LOAD: Term = term(
    "log-load",
    Text::new("history loaded", "装入历史"),
    Text::new("It has the history of this epoch's leader.", "已装入该纪元领导者的历史。"),
);
pub const LOG_TRANSACTION: Term = term(
    "log-transaction",
    Text::new("transaction", "事务日志"),
    Text::new("A transaction in the log.", "写入日志的一个事务。"),
);
