//! One line written wrongly, and the run in which it shows. Each breaks the property that its parameter names.

use super::{COMMITTED, EMPTIES, KEPT, ONCE, ORDERED, TOLD, WELL, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const RIGHT: Suggestion = Suggestion {
    name: Text::new("Put the line right", "改正这一行"),
    change: Change::Parameter("mistake", "none"),
};
const CALLBACK: Suggestion =
    Suggestion { name: Text::new("Wait for callbacks", "等待回执"), change: Change::Parameter("callback", "on") };
const KILL_RELAY: Suggestion =
    Suggestion { name: Text::new("Kill the relay", "让中继宕机"), change: Change::Fault("crash=r1@now") };
const KILL_BROKER: Suggestion =
    Suggestion { name: Text::new("Kill the broker", "让消息队列宕机"), change: Change::Fault("crash=mq@now") };
const CAPTURE: Suggestion = Suggestion {
    name: Text::new("Capture changes", "改为变更捕获"),
    change: Change::Parameter("relaying", "capture"),
};

pub const SEND_AFTER_COMMIT: Entry = Entry {
    id: "outbox-mistake-send-after-commit",
    question: Text::new("Commit, then send: why does that need a table?", "先提交，再发消息：为什么非要一张表？"),
    answer: Text::new(
        "Because one may die in between. The order is committed, the message was in memory, and nobody will ever know that it had \
         to be sent.",
        "因为两步之间可能宕机。订单已提交，消息只在内存里，再没有谁知道它本该发出。",
    ),
    parameters: &[("mistake", "send-after-commit")],
    seed: 1,
    faults: &["crash=a@after:durable:local-commit.1", "restart=a@300ms"],
    until: Span::seconds(8),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RELAY],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §4: naive dual write, DB then MQ — lost message";
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the message is gone for good";
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: NotYet, "the message is gone for good";
        ANSWERED: Holds, TOLD;
    },
};

pub const SEND_BEFORE_COMMIT: Entry = Entry {
    id: "outbox-mistake-send-before-commit",
    question: Text::new(
        "Send, then commit: then nothing can be forgotten. Is that not better?",
        "先发消息，再提交：这样就不会忘了。岂不更好？",
    ),
    answer: Text::new(
        "Worse: the shelf turns out to be empty, the sender rolls back, and the receiver has taken the money for what never \
         happened.",
        "更糟：发现库存不足，发送方回滚了，而接收方已为从未发生的订单收了钱。",
    ),
    parameters: &[("mistake", "send-before-commit"), ("refuse", "sender")],
    seed: 1,
    faults: &[],
    until: Span::seconds(4),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RELAY],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Violated, "sheet §4, LMT-3: broken by dual write, MQ then DB — phantom message";
        IN_HANDS: Holds, KEPT;
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the receiver has done what the sender has not";
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: NotYet, "money for goods that never left";
        ANSWERED: Holds, TOLD;
    },
};

pub const MARK_BEFORE_SEND: Entry = Entry {
    id: "outbox-mistake-mark-before-send",
    question: Text::new(
        "Mark the row, then send it: no message comes twice. What does it cost?",
        "先打标记，再发送：消息就不会重复。代价是什么？",
    ),
    answer: Text::new(
        "That a message may never come: the relay dies between the two, and the table says that it was sent.",
        "消息可能永远不来：中继在两步之间宕机，而表里写着已发送。",
    ),
    parameters: &[("mistake", "mark-before-send"), ("callback", "off")],
    seed: 1,
    faults: &["crash=r1@before:publish.1:mq", "restart=r1@3s"],
    until: Span::seconds(6),
    suggestions: &[RIGHT, CALLBACK, KILL_BROKER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §4: status SENT only after the broker's ack; at most once otherwise";
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the message is gone for good";
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: NotYet, "the message is gone for good";
        ANSWERED: Holds, TOLD;
    },
};

pub const SKIP_GAPS: Entry = Entry {
    id: "outbox-mistake-skip-gaps",
    question: Text::new(
        "Row numbers only grow. Why not remember the highest one that was sent?",
        "行号只增不减。只记住发到哪一号不就行了？",
    ),
    answer: Text::new(
        "Because numbers are drawn before transactions commit. The earlier one commits later, behind the relay's back, and is \
         never looked at.",
        "因为行号是在提交之前分配的。编号小的反而后提交，落在中继身后，再也没人去看它。",
    ),
    parameters: &[
        ("mistake", "skip-gaps"),
        ("callback", "off"),
        ("orders", "2"),
        ("at-once", "2"),
        ("rows", "8"),
        ("work", "1s"),
    ],
    seed: 4,
    faults: &[],
    until: Span::seconds(6),
    suggestions: &[RIGHT, CAPTURE, KILL_RELAY],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §4: poller with id > last skips a row that commits late";
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the message is gone for good";
        OUTBOX_EMPTY: NotYet, "the row is new for ever";
        CONSERVED: NotYet, "the message is gone for good";
        ANSWERED: Holds, TOLD;
    },
};

pub const FORGETS_ORDERS: Entry = Entry {
    id: "outbox-mistake-forgets-orders",
    question: Text::new(
        "The client repeats its order because it heard nothing. Does the number matter?",
        "客户端没听到回音就重发订单。编号重要吗？",
    ),
    answer: Text::new(
        "It is all that tells a repetition from a new order. A sender that does not look takes the goods off the shelf twice, \
         for one payment.",
        "只有它能区分重发与新订单。不看编号的发送方会出两次货，却只收到一笔钱。",
    ),
    parameters: &[("mistake", "forgets-orders")],
    seed: 1,
    faults: &["crash=a@after:durable:local-commit.1", "restart=a@300ms"],
    until: Span::seconds(8),
    suggestions: &[RIGHT, KILL_RELAY, KILL_BROKER],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet §15, ID-1: no unique key";
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the sender has done its half twice";
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: NotYet, "goods went out twice";
        ANSWERED: Holds, TOLD;
    },
};

pub const NO_INBOX: Entry = Entry {
    id: "outbox-mistake-no-inbox",
    question: Text::new(
        "The broker delivers what it is given. Must the receiver really look whether it knows it?",
        "消息队列负责投递。接收方真的还要检查见没见过吗？",
    ),
    answer: Text::new(
        "Yes: whoever sends until it is confirmed sends twice sooner or later, and a receiver that does not look is \
         paid twice.",
        "要：凡是不确认就重发的，迟早会发两次；不检查的接收方就会收两次钱。",
    ),
    parameters: &[("mistake", "no-inbox"), ("callback", "off")],
    seed: 1,
    faults: &["crash=r1@before:mark-sent.1:a", "restart=r1@3s"],
    until: Span::seconds(6),
    suggestions: &[RIGHT, KILL_BROKER, CAPTURE],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet §4, LMT-2: broken by inbox off + DUP";
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the receiver has done its half twice";
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: NotYet, "paid twice";
        ANSWERED: Holds, TOLD;
    },
};

pub const INBOX_AFTER_EFFECT: Entry = Entry {
    id: "outbox-mistake-inbox-after-effect",
    question: Text::new(
        "First the business, then a row that says so. Is one transaction really needed?",
        "先做业务，再写去重记录。真的需要放在同一个事务里吗？",
    ),
    answer: Text::new(
        "Yes: the receiver dies between the two, has been paid and does not know it, and is paid again when the message comes \
         again.",
        "需要：接收方在两者之间宕机，钱收了却不知道，消息再来时又收一次。",
    ),
    parameters: &[("mistake", "inbox-after-effect"), ("redeliver", "2s")],
    seed: 1,
    faults: &["crash=b@after:durable:local-commit.1", "restart=b@2s"],
    until: Span::seconds(8),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RELAY],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet §15: after effect before key — executed twice";
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the receiver has done its half twice";
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: NotYet, "paid twice";
        ANSWERED: Holds, TOLD;
    },
};

pub const INBOX_BEFORE_EFFECT: Entry = Entry {
    id: "outbox-mistake-inbox-before-effect",
    question: Text::new(
        "Then the other way round: first the row, then the business?",
        "那反过来呢：先写去重记录，再做业务？",
    ),
    answer: Text::new(
        "Then nothing is done twice, and this order not even once: after the crash the inbox says that it was done.",
        "那就不会重复执行，而这个订单连一次也不会执行：崩溃之后，去重表说它已经做过了。",
    ),
    parameters: &[("mistake", "inbox-before-effect"), ("redeliver", "2s")],
    seed: 1,
    faults: &["crash=b@after:durable:seen.1", "restart=b@2s"],
    until: Span::seconds(8),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RELAY],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §4: inbox and business in separate transactions lose the message on a crash in between";
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the message is gone for good";
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: NotYet, "the message is gone for good";
        ANSWERED: Holds, TOLD;
    },
};

pub const ACKNOWLEDGE_FIRST: Entry = Entry {
    id: "outbox-mistake-acknowledge-first",
    question: Text::new(
        "The receiver confirms at once and works afterwards: it is so much quicker. What is lost?",
        "接收方先确认再干活，快得多。会失去什么？",
    ),
    answer: Text::new(
        "The message, if it dies before it has worked: the broker has struck it off, and nobody else keeps it.",
        "如果干活之前宕机，失去的就是这条消息：消息队列已把它划掉，再没有谁保存。",
    ),
    parameters: &[("mistake", "acknowledge-first"), ("callback", "off")],
    seed: 1,
    faults: &["crash=b@after:consumed.1:mq", "restart=b@2s"],
    until: Span::seconds(6),
    suggestions: &[RIGHT, CALLBACK, KILL_BROKER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §0, rule 3, and §4: ack only after the business commit";
        IN_ORDER: Holds, ORDERED;
        ALL_OR_NOTHING: NotYet, "the message is gone for good";
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: NotYet, "the message is gone for good";
        ANSWERED: Holds, TOLD;
    },
};

pub const OUT_OF_ORDER: Entry = Entry {
    id: "outbox-mistake-out-of-order",
    question: Text::new(
        "One relay, one broker: are messages not in order by themselves?",
        "一个中继，一个消息队列：消息不是天然有序吗？",
    ),
    answer: Text::new(
        "Only if the topic keeps the order of each key. Here both are delivered at once, the first is late, and the later order is \
         done first.",
        "只有主题按键保序才行。这里两条同时投递，先发的迟到，后来的订单先执行了。",
    ),
    parameters: &[("mistake", "out-of-order"), ("orders", "2"), ("at-once", "2"), ("rows", "1")],
    seed: 1,
    faults: &["delay=mq:deliver.1:b+20ms"],
    until: Span::seconds(4),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RELAY],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        IN_ORDER: Violated, "sheet §4, LMT-4: key partitioning is off";
        ALL_OR_NOTHING: Holds, WELL;
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: Holds, WELL;
        ANSWERED: Holds, TOLD;
    },
};
