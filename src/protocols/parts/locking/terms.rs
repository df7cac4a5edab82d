//! The words of a lock's clients and of the resource, whatever the lock.

use crate::protocols::Term;
use crate::text::Text;

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub const WRITE: Term = term(
    "write",
    Text::new("write", "写入"),
    Text::new(
        "What the lock was taken for, with a fencing token if there is one.",
        "加锁就是为了它；有防护令牌时一并带上。",
    ),
);
pub const ACCEPTED: Term =
    term("accepted", Text::new("accepted", "已接受"), Text::new("The write is durable.", "写入已落盘。"));
pub const REFUSED: Term = term(
    "refused",
    Text::new("refused", "已拒绝"),
    Text::new("The token is older than one that the resource has seen.", "令牌比资源见过的更旧。"),
);
pub const WRITTEN: Term = term(
    "written",
    Text::new("written", "写记录"),
    Text::new("A write that the resource accepted.", "资源接受的一次写入。"),
);
pub const WANT: Term = term("want", Text::new("want", "要锁"), Text::new("A client wants the lock.", "客户端想要锁。"));
pub const NO_REPLY: Term = term(
    "no-reply",
    Text::new("no reply", "无回复"),
    Text::new("A client has waited long enough for a reply.", "客户端等回复已等得够久。"),
);
pub const RETRY: Term =
    term("retry", Text::new("retry", "再试"), Text::new("Time to try for the lock again.", "到了再次尝试加锁的时候。"));
pub const WORK: Term = term(
    "work",
    Text::new("work", "工作"),
    Text::new("The work under the lock is done and can be written.", "持锁的工作已完成，可以写入。"),
);
pub const RESEND: Term =
    term("resend", Text::new("resend", "重发"), Text::new("The resource has not answered.", "资源没有答复。"));
pub const LEASE_END: Term = term(
    "lease-end",
    Text::new("lease end", "租约到期"),
    Text::new("The lease is over by the client's own reckoning.", "按客户端自己的计时，租约已到期。"),
);
pub const HANG: Term = term(
    "hang",
    Text::new("hang", "卡死"),
    Text::new("The thread that works under the lock never ends.", "持锁工作的线程永远不结束。"),
);
pub const DRAW: Term = term(
    "draw",
    Text::new("draw", "取号"),
    Text::new(
        "Asks the counter for the next fencing token; the counter does not know who holds the lock.",
        "向计数器取下一个防护令牌；计数器并不知道锁归谁。",
    ),
);
pub const TOKEN: Term = term(
    "token",
    Text::new("token", "令牌"),
    Text::new("The next number, never handed out before.", "下一个号，此前从未发出过。"),
);
pub const DRAWN: Term = term(
    "drawn",
    Text::new("drawn", "发号记录"),
    Text::new("The counter's record of the last number that it handed out.", "计数器对最近发出之号的记录。"),
);
pub const REDRAW: Term =
    term("redraw", Text::new("redraw", "再取号"), Text::new("The counter has not answered.", "计数器没有答复。"));
