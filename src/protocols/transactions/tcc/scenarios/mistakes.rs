//! One line written wrongly, and the run in which it shows. Each breaks the property that its parameter names.

use super::{
    ALONE, COVERED, CRASH, DECIDED_ONCE, DTM, IN_TIME, ONCE, RIGHT, SEATA, SOMETHING_TO_UNDO, TRY_2PC, expected,
    expected_safe,
};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const ALL_TRIED_ROW: &str = "sheet §3: all try ok → confirm all";
const ONE_REFUSES_ROW: &str = "sheet §3: one try refuses → cancel all including the refusing one";
const SUSPENSION_ROW: &str =
    "sheet §3: try delayed beyond the time-out → suspension with the fence off: leaked reservation";

pub const DECIDE_BEFORE_FSYNC: Entry = Entry {
    id: "tcc-mistake-decide-before-fsync",
    question: Text::new(
        "Half a millisecond could be saved by confirming before the decision is on disk. What does it cost?",
        "决定落盘之前就发出 confirm，能省半毫秒。代价是什么？",
    ),
    answer: Text::new(
        "One service confirms, the power fails, and the coordinator comes back undecided: its time runs out and it \
         cancels the others.",
        "一个服务确认了，随即断电；协调器恢复后不记得有过决定，超时之后取消了其他服务。",
    ),
    parameters: &[("mistake", "decide-before-fsync"), ("global-timeout", "2s")],
    seed: 1,
    faults: &["power=c@after:confirm.1:p1", "restart=c@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Only crash: the write survives", "只是进程崩溃：写入还在"),
            change: Change::Fault("crash=c@after:confirm.1:p1"),
        },
        TRY_2PC,
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        ONE_WAY: Violated, "sheet §3: decision persist comes before the calls; TCC-5";
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: NotYet, "p1 has confirmed and cannot cancel; it is asked for ever";
        NOTHING_RESERVED: Holds, "what was set aside is used at p1 and released elsewhere";
        CONSERVED: NotYet, "goods are gone and nobody has paid";
        ANSWERED: Holds, "the time-out’s answer";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const CANCEL_AFTER_FAILED_CONFIRM: Entry = Entry {
    id: "tcc-mistake-cancel-after-failed-confirm",
    question: Text::new(
        "One service cannot confirm. Is it not safer to cancel the order at all of them?",
        "有一个服务无法确认。把所有服务都取消不是更安全吗？",
    ),
    answer: Text::new(
        "It is too late: the others have used what they had set aside. The one that could not confirm gives back, \
         and the goods are gone for nothing.",
        "来不及了：其他服务已经用掉预留。无法确认的那个释放了，货却白白出去了。",
    ),
    parameters: &[("mistake", "cancel-after-failed-confirm")],
    seed: 1,
    faults: &["do=p2@8ms:fail-confirm.1"],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Somebody mends it", "有人修好它"), change: Change::Fault("do=p2@now:mend.1")
        },
        DTM,
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        ONE_WAY: Violated, "sheet §3: confirm fails → never turned into cancel; TCC-5";
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: NotYet, "p1 has confirmed and refuses the cancel; it is asked for ever";
        NOTHING_RESERVED: Holds, "used at p1 and p3, released at p2";
        CONSERVED: NotYet, "goods are gone and nobody has paid";
        ANSWERED: Holds, "the first decision was told";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const DECIDE_ALONE: Entry = Entry {
    id: "tcc-mistake-decide-alone",
    question: Text::new(
        "Why wait for the stand-by’s word, if one has the decision on one’s own disk?",
        "决定已经在自己的磁盘上，何必再等备用协调器点头？",
    ),
    answer: Text::new(
        "Because it may have taken the order over while one slept, and cancelled it. Two coordinators, two \
         decisions.",
        "因为在自己停顿时它可能已经接管并取消了订单。两个协调器，两个决定。",
    ),
    parameters: &[("mistake", "decide-alone"), ("stand-by", "on"), ("take-over", "1s"), ("guard", "dtm")],
    seed: 1,
    faults: &["pause=c@12ms+3s"],
    until: Span::seconds(8),
    suggestions: &[
        RIGHT,
        SEATA,
        Suggestion {
            name: Text::new("Have no stand-by", "不要备用协调器"),
            change: Change::Parameter("stand-by", "off"),
        },
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        ONE_WAY: Violated, "sheet TCC-5: confirm after cancel";
        NEVER_BELOW_ZERO: Violated, "what was given back is used: dtm’s barrier does not relate confirm to cancel";
        ALL_OR_NOTHING: Violated, "every branch has cancelled and confirmed";
        NOTHING_RESERVED: Violated, "frozen is below zero for ever";
        CONSERVED: Holds, "all branches do the same wrong thing";
        ANSWERED: Holds, "the stand-by told the initiator";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const REPLY_BEFORE_FSYNC: Entry = Entry {
    id: "tcc-mistake-reply-before-fsync",
    question: Text::new(
        "Why not answer the try at once, and write the reservation a moment later?",
        "为什么不先答复 try，稍后再写下预留？",
    ),
    answer: Text::new(
        "Because the power may fail in that moment: the order is confirmed, and the stock uses what it has never \
         set aside.",
        "因为可能恰好在那一刻断电：订单被确认，库存用掉了从未预留的东西。",
    ),
    parameters: &[("mistake", "reply-before-fsync"), ("guard", "dtm")],
    seed: 1,
    faults: &["power=p1@after:tried.1:cl", "restart=p1@9ms"],
    until: Span::seconds(5),
    suggestions: &[RIGHT, SEATA, CRASH],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        ONE_WAY: Holds, DECIDED_ONCE;
        NEVER_BELOW_ZERO: Violated, "sheet §0 rule 3: nothing durable is visible before its fsync; dtm’s barrier lets a confirm without a try through";
        ALL_OR_NOTHING: Violated, "p1 has confirmed what it had not tried";
        NOTHING_RESERVED: Violated, "frozen is below zero for ever";
        CONSERVED: Holds, "the goods are gone and paid for, only not out of what was set aside";
        ANSWERED: Holds, ALL_TRIED_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const FENCE_APART: Entry = Entry {
    id: "tcc-mistake-fence-apart",
    question: Text::new(
        "The fence and the business are written one after the other. What if the power fails between the two?",
        "fence 与业务先后写入。要是在两者之间断电呢？",
    ),
    answer: Text::new(
        "Then the fence says that the branch was tried, and nothing is set aside: the cancel believes the fence and \
         gives back what never was.",
        "那么 fence 说已经 try 过，实际却没有预留：cancel 相信 fence，退回了从未存在的东西。",
    ),
    parameters: &[("mistake", "fence-apart")],
    seed: 1,
    faults: &["power=p1@after:durable:fence-row.1", "restart=p1@20ms"],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Let nothing fail", "什么也不要出错"), change: Change::Fault("restart=p1@now")
        },
        DTM,
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Violated, "sheet §3, subtle bug (e): fence in a different transaction than the business";
        ONE_WAY: Holds, DECIDED_ONCE;
        NEVER_BELOW_ZERO: Violated, "what was never frozen is taken out of frozen";
        ALL_OR_NOTHING: Violated, "the shelf is neither untouched nor done";
        NOTHING_RESERVED: Violated, "frozen is below zero for ever";
        CONSERVED: Holds, "what is available too much is frozen too little";
        ANSWERED: Holds, "the initiator gave up and was told";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const ACT_OUTSIDE: Entry = Entry {
    id: "tcc-mistake-act-outside",
    question: Text::new(
        "A try has called somebody outside its database before it throws. Who calls them back?",
        "try 抛异常之前已经调用了数据库之外的系统。谁来把它撤回？",
    ),
    answer: Text::new(
        "Nobody: the fence row was rolled back with the local transaction, so the cancel finds no try, and what was \
         set aside outside stays so for ever.",
        "没有谁：fence 行随本地事务一起回滚，cancel 找不到 try，在外面预留的就永远占着。",
    ),
    parameters: &[("mistake", "act-outside"), ("refuse", "p2")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        RIGHT,
        Suggestion {
            name: Text::new("Let nobody refuse", "谁也不拒绝"), change: Change::Parameter("refuse", "none")
        },
        TRY_2PC,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Violated, "sheet §3, subtle bug (b): the fence row rolls back, cancel becomes an empty rollback, the side effect leaks (seata#6374)";
        NOTHING_RESERVED: Violated, "sheet §3, subtle bug (b)";
        CONSERVED: Holds, "what is pending counts for nothing yet";
        ANSWERED: Holds, ONE_REFUSES_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const DELETE_ON_DUPLICATE: Entry = Entry {
    id: "tcc-mistake-delete-on-duplicate",
    question: Text::new(
        "Seata queues the fence row for deletion when a try finds one. What if the late try itself comes twice?",
        "try 碰到已有的 fence 行时，Seata 会排队删除这一行。要是迟到的 try 本身来了两次呢？",
    ),
    answer: Text::new(
        "The first is thrown out and takes the mark with it; the second finds nothing and reserves. It is safe only \
         while each branch is tried once.",
        "第一次被拒，却把标记也带走了；第二次什么也没碰到，于是预留。只有每个分支只 try 一次时才安全。",
    ),
    parameters: &[("mistake", "delete-on-duplicate")],
    seed: 1,
    faults: &["slow=cl:p1@4ms+10ms~4s", "twice=cl:try.1:p1+20ms"],
    until: Span::seconds(10),
    suggestions: &[
        RIGHT,
        DTM,
        Suggestion {
            name: Text::new("Double it at once", "马上重复"), change: Change::Fault("twice=cl:try.1:p2+1ms")
        },
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Violated, "sheet §3, subtle bug (a): a second late try after the delete is admitted";
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        ONE_WAY: Holds, DECIDED_ONCE;
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: Violated, SUSPENSION_ROW;
        NOTHING_RESERVED: Violated, SUSPENSION_ROW;
        CONSERVED: Holds, "what is frozen is still there";
        ANSWERED: Holds, "the initiator gave up and was told";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const CLEAN_EARLY: Entry = Entry {
    id: "tcc-mistake-clean-early",
    question: Text::new(
        "A fence table grows for ever. How soon may its rows be deleted?",
        "fence 表会一直增长。它的行最早什么时候可以删除？",
    ),
    answer: Text::new(
        "Not before the latest message that may still come: here the mark is gone after a second, and the try comes \
         another second later.",
        "不能早于可能迟到的最后一条消息：这里标记一秒后就没了，而 try 又过了一秒才到。",
    ),
    parameters: &[("mistake", "clean-early")],
    seed: 1,
    faults: &["delay=cl:try.1:p1+5s"],
    until: Span::seconds(10),
    suggestions: &[
        RIGHT,
        DTM,
        Suggestion {
            name: Text::new("Let it come sooner", "让它早点到"),
            change: Change::Fault("delay=cl:try.1:p1+3.5s"),
        },
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Violated, "sheet §3, subtle bug (d): cleaning the fence earlier than the longest delay re-opens hanging";
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        ONE_WAY: Holds, DECIDED_ONCE;
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: Violated, SUSPENSION_ROW;
        NOTHING_RESERVED: Violated, SUSPENSION_ROW;
        CONSERVED: Holds, "what is frozen is still there";
        ANSWERED: Holds, "the initiator gave up and was told";
        INTERMEDIATE: NotSeen, ALONE;
    },
};
