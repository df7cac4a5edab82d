//! The words of clients, of services' databases and of receivers.

use crate::protocols::Term;
use crate::text::Text;

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub const ORDER: Term = term(
    "order",
    Text::new("order", "下单（order）"),
    Text::new(
        "The client wants this done, once; if it hears nothing it says so again, under the same number.",
        "客户端要求完成一次；没有回音就用同一个订单号重发。",
    ),
);
pub const RESULT: Term =
    term("result", Text::new("result", "结果（result）"), Text::new("What became of the order.", "订单的结果。"));
pub const ANSWER: Term = term(
    "answer",
    Text::new("answer time-out", "答复超时"),
    Text::new("The client has no answer and repeats its order.", "客户端没有得到答复，重发订单。"),
);
pub const LOCAL_COMMIT: Term = term(
    "local-commit",
    Text::new("local commit", "本地提交（local commit）"),
    Text::new(
        "A log record: one local transaction, with all that it changes, business and table of messages.",
        "日志记录：一个本地事务，业务数据和消息表的改动都在其中。",
    ),
);
pub const NOTIFY: Term = term(
    "notify",
    Text::new("notify", "通知（notify）"),
    Text::new("Word of an order, straight to the receiver.", "把订单直接告知接收方。"),
);
pub const DONE: Term = term(
    "done",
    Text::new("done", "完成（done）"),
    Text::new("The receiver's half is done: the sender need not repeat it.", "接收方已执行，发送方不必再发。"),
);
pub const REFUSED: Term = term(
    "refused",
    Text::new("refused", "拒绝（refused）"),
    Text::new(
        "The receiver will not do its half. The sender cannot undo its own by this protocol.",
        "接收方不会执行它那一半。而发送方那一半，本协议无法撤销。",
    ),
);
pub const SEEN: Term = term(
    "seen",
    Text::new("seen", "去重记录（seen）"),
    Text::new("A row of the inbox: this order's message has come.", "去重表中的一行：这个订单的消息来过了。"),
);
pub const REJECTED: Term = term(
    "rejected",
    Text::new("rejected", "拒绝记录（rejected）"),
    Text::new(
        "A row for people to look at: the business refuses this order.",
        "留给人处理的一行：业务拒绝了这个订单。",
    ),
);
pub const CLEAN: Term =
    term("clean", Text::new("clean", "清理"), Text::new("The inbox's rows are deleted.", "去重表的行被删除。"));
