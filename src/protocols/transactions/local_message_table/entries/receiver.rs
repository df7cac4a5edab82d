//! What the pattern cannot do, and what the receiver must not forget.

use super::{COMMITTED, EMPTIES, KEPT, ORDERED, TOLD, expected, expected_safe, expected_well};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const CANNOT: &str = "brief of the pattern: a later business refusal by the receiver cannot undo the sender";

const TRY_2PC: Suggestion =
    Suggestion { name: Text::new("Try two-phase commit", "换成两阶段提交"), change: Change::Protocol("2pc") };
const SENDER_REFUSES_INSTEAD: Suggestion = Suggestion {
    name: Text::new("Let the sender refuse", "改为发送方拒绝"),
    change: Change::Parameter("refuse", "sender"),
};
const NOBODY_REFUSES: Suggestion =
    Suggestion { name: Text::new("Let nobody refuse", "谁也不拒绝"), change: Change::Parameter("refuse", "none") };

pub const REFUSES: Entry = Entry {
    id: "outbox-receiver-refuses",
    question: Text::new(
        "The message arrives safely, and the receiver's business refuses. Who undoes the sender's half?",
        "消息平安送达，接收方却在业务上拒绝了。谁来撤销发送方的那一半？",
    ),
    answer: Text::new(
        "Nobody: it was committed long ago. The pattern promises that the message arrives, not that it can be obeyed. What \
         may be refused has to be asked before, or made good by another order.",
        "没有谁：那一半早已提交。这个模式保证消息送达，不保证对方做得到。可能被拒绝的事，要么事先问清，要么另下一单来弥补。",
    ),
    parameters: &[("refuse", "receiver")],
    seed: 1,
    faults: &[],
    until: Span::seconds(4),
    suggestions: &[TRY_2PC, SENDER_REFUSES_INSTEAD, NOBODY_REFUSES],
    expected: expected_safe! {
        ALL_OR_NOTHING: NotYet, CANNOT;
        OUTBOX_EMPTY: Holds, "the refusal is reported back and put before people";
        CONSERVED: NotYet, CANNOT;
        ANSWERED: Holds, TOLD;
    },
};

pub const POISON: Entry = Entry {
    id: "outbox-poison",
    question: Text::new(
        "The receiver fails on the first message every time. What becomes of those behind it?",
        "接收方每次处理第一条消息都失败。排在后面的怎么办？",
    ),
    answer: Text::new(
        "They wait: order by product means that nobody overtakes. One message that can never succeed holds up its whole \
         key, until people take it out.",
        "只能等：同一商品要保序，谁也不能超过去。一条永远不会成功的消息，会堵住同一个键上的所有消息，直到有人把它拿走。",
    ),
    parameters: &[("refuse", "receiver"), ("on-refusal", "fail"), ("orders", "3"), ("at-once", "3"), ("rows", "1")],
    seed: 1,
    faults: &[],
    until: Span::seconds(6),
    suggestions: &[
        Suggestion {
            name: Text::new("Write refusals down", "改为记录拒绝"),
            change: Change::Parameter("on-refusal", "record"),
        },
        Suggestion {
            name: Text::new("Give up order", "放弃顺序"),
            change: Change::Parameter("mistake", "out-of-order"),
        },
        NOBODY_REFUSES,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: NotYet, "sheet §4: poison message blocks ordered relay";
        OUTBOX_EMPTY: NotYet, "nobody confirms any of them";
        CONSERVED: NotYet, "sheet §4: poison message blocks ordered relay";
        ANSWERED: Holds, TOLD;
    },
};

pub const SENDER_REFUSES: Entry = Entry {
    id: "outbox-sender-refuses",
    question: Text::new(
        "The sender itself has nothing to give. Does anybody hear of the order?",
        "发送方自己就没货。会有谁听说这个订单吗？",
    ),
    answer: Text::new(
        "Only the client: no local transaction, no row, no message. What can be refused should be refused here, before \
         anything is committed.",
        "只有客户端：没有本地事务，就没有那一行，也就没有消息。能拒绝的，应当在这里、在提交之前拒绝。",
    ),
    parameters: &[("refuse", "sender")],
    seed: 1,
    faults: &[],
    until: Span::seconds(4),
    suggestions: &[
        Suggestion {
            name: Text::new("Send before the commit", "提交之前就发送"),
            change: Change::Parameter("mistake", "send-before-commit"),
        },
        Suggestion {
            name: Text::new("Let the receiver refuse", "改为接收方拒绝"),
            change: Change::Parameter("refuse", "receiver"),
        },
        TRY_2PC,
    ],
    expected: expected_well!("sheet §4, LMT-3: no message for a rolled-back transaction"),
};

pub const INBOX_CLEANED: Entry = Entry {
    id: "outbox-inbox-cleaned",
    question: Text::new(
        "The inbox has grown, and somebody empties it. How long must it remember?",
        "去重表越来越大，有人把它清空了。它到底该记多久？",
    ),
    answer: Text::new(
        "Longer than any message can still be on its way. The relay that died before it had marked its row sends it again, \
         and the money is taken twice.",
        "要比任何消息可能在途的时间更久。没打标记就宕机的中继恢复后又发了一遍，钱就收了两次。",
    ),
    parameters: &[("callback", "off")],
    seed: 1,
    faults: &["crash=r1@before:mark-sent.1:a", "do=b@2s:clean", "restart=r1@3s"],
    until: Span::seconds(6),
    suggestions: &[
        Suggestion {
            name: Text::new("Kill the broker too", "消息队列也宕机"), change: Change::Fault("crash=mq@now")
        },
        NOBODY_REFUSES,
        TRY_2PC,
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet §15: key expiry then late DUP — re-executed";
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the receiver has done its half twice";
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: NotYet, "paid twice";
        ANSWERED: Holds, TOLD;
    },
};
