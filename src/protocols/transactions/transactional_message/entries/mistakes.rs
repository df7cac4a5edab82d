//! One line written wrongly, and the run in which it shows. Each breaks the property that its parameter names.

use super::{COMMITTED, HIDDEN, KEPT, LOST, ONCE, SETTLES, TOLD, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const RIGHT: Suggestion = Suggestion {
    name: Text::new("Put the line right", "改正这一行"),
    change: Change::Parameter("mistake", "none"),
};

const KILL_BROKER: Suggestion =
    Suggestion { name: Text::new("Kill the broker", "让消息队列宕机"), change: Change::Fault("crash=mq@now") };

const KILL_RECEIVER: Suggestion =
    Suggestion { name: Text::new("Kill the receiver", "让接收方宕机"), change: Change::Fault("crash=b@now") };

pub const ABSENT_ROLLS_BACK: Entry = Entry {
    id: "mq-transaction-mistake-absent-rolls-back",
    question: Text::new(
        "No row, no commit: so the check-back is answered with rollback. What is wrong with that?",
        "查不到就是没提交，于是回查答了回滚。错在哪里？",
    ),
    answer: Text::new(
        "The row was only late. The transaction commits ten seconds after, word of it is lost, and nobody asks any \
         more: the message is gone.",
        "那一行只是来得晚。十秒后事务提交了，通知又丢了，再没有谁来问：消息没了。",
    ),
    parameters: &[("mistake", "absent-rolls-back"), ("work", "40s"), ("answer-timeout", "100s")],
    seed: 1,
    faults: &["drop=a1:end-commit.1:mq"],
    until: Span::seconds(70),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §5: check says not found, ROLLBACK — message lost though tx commits later";
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, LOST;
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, LOST;
        ANSWERED: Holds, TOLD;
    },
};

pub const FROM_MEMORY: Entry = Entry {
    id: "mq-transaction-mistake-from-memory",
    question: Text::new(
        "Each producer keeps its transactions' ends in a map, as the example listener does. When is that not enough?",
        "每个生产者把事务结果存在 map 里，官方示例就是这样。什么时候不够用？",
    ),
    answer: Text::new(
        "When another one is asked. It finds nothing in its own map, says rollback, and a committed order is never \
         told.",
        "当问到的是另一个实例时。它在自己的 map 里找不到，就答回滚，已提交的订单从此无人知晓。",
    ),
    parameters: &[("mistake", "from-memory"), ("answer-timeout", "60s")],
    seed: 1,
    faults: &["crash=a1@before:end-commit.1:mq"],
    until: Span::seconds(45),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §5: answer from process memory — wrong ROLLBACK on another instance";
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: NotYet, LOST;
        SETTLED: Holds, SETTLES;
        CONSERVED: NotYet, LOST;
        ANSWERED: NotYet, "the client orders again only after a minute";
    },
};

pub const RUNS_ANYWAY: Entry = Entry {
    id: "mq-transaction-mistake-runs-anyway",
    question: Text::new(
        "The broker cannot be reached, and customers wait. May the producer run the transaction and send the message \
         later?",
        "连不上消息队列，而客户在等。能不能先执行事务，消息以后再发？",
    ),
    answer: Text::new(
        "Later never comes: no half message, so nobody asks, and nothing reminds anybody.",
        "没有以后：没有半消息，就没有谁来问，也没有什么能提醒任何人。",
    ),
    parameters: &[("mistake", "runs-anyway"), ("answer-timeout", "100s")],
    seed: 1,
    faults: &["drop=a1:half.1:mq", "drop=a1:half.1:mq*2", "drop=a1:half.1:mq*3"],
    until: Span::seconds(60),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §5: send status not SEND_OK ⇒ ROLLBACK without running local tx";
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, LOST;
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, LOST;
        ANSWERED: Holds, TOLD;
    },
};

pub const COMMITS_FIRST: Entry = Entry {
    id: "mq-transaction-mistake-commits-first",
    question: Text::new(
        "Why not tell the broker at once, and run the transaction meanwhile?",
        "为什么不先通知消息队列，同时再执行事务？",
    ),
    answer: Text::new(
        "Because it may fail. The shelf is empty, and the receiver has taken the money already.",
        "因为事务可能失败。库存不足，而接收方已经收了钱。",
    ),
    parameters: &[("mistake", "commits-first"), ("refuse", "sender")],
    seed: 1,
    faults: &[],
    until: Span::seconds(35),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Violated, "sheet §5, MQ-3: visible though the local tx rolled back";
        IN_HANDS: Holds, KEPT;
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, "the receiver has done what the sender has not";
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, "money for goods that never left";
        ANSWERED: Holds, TOLD;
    },
};

pub const SHOWS_HALVES: Entry = Entry {
    id: "mq-transaction-mistake-shows-halves",
    question: Text::new(
        "A broker that knows nothing of half messages delivers what it gets. Who notices?",
        "不认识半消息的消息队列，收到就投递。谁会发现？",
    ),
    answer: Text::new(
        "The receiver does not: to it the message is like any other. It acts on an order that the sender has not \
         committed, and never will.",
        "接收方发现不了：这条消息与别的没有两样。它执行了一个发送方没有提交、也永远不会提交的订单。",
    ),
    parameters: &[("mistake", "shows-halves"), ("refuse", "sender")],
    seed: 1,
    faults: &[],
    until: Span::seconds(35),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Violated, "sheet §5, MQ-3: MQ-2 is what it rests on";
        IN_HANDS: Holds, KEPT;
        HALF_HIDDEN: Violated, "sheet §5, MQ-2";
        ALL_OR_NOTHING: Violated, "the receiver has done what the sender has not";
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, "money for goods that never left";
        ANSWERED: Holds, TOLD;
    },
};

pub const NO_INBOX_AT_ALL: Entry = Entry {
    id: "mq-transaction-mistake-no-inbox",
    question: Text::new(
        "The broker dies between two of its records. Does a receiver without an inbox notice?",
        "消息队列在两条记录之间宕机。没有去重表的接收方会察觉吗？",
    ),
    answer: Text::new(
        "No: the message is delivered a second time, and it is paid a second time.",
        "不会：消息又投一次，钱又收一次。",
    ),
    parameters: &[("mistake", "no-inbox"), ("flush", "sync")],
    seed: 1,
    faults: &["crash=mq@after:durable:append.1", "restart=mq@1s"],
    until: Span::seconds(70),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet §5, MQ-4: needs an idempotent consumer";
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, "the receiver has done its half twice";
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, "paid twice";
        ANSWERED: Holds, TOLD;
    },
};

pub const INBOX_AFTER: Entry = Entry {
    id: "mq-transaction-mistake-inbox-after-effect",
    question: Text::new(
        "First the business, then a row that says so. Is one transaction really needed?",
        "先做业务，再写去重记录。真的需要放在同一个事务里吗？",
    ),
    answer: Text::new(
        "Yes: the receiver dies between the two, has been paid and does not know it, and is paid again.",
        "需要：接收方在两者之间宕机，钱收了却不知道，于是又收一次。",
    ),
    parameters: &[("mistake", "inbox-after-effect"), ("redeliver", "2s")],
    seed: 1,
    faults: &["crash=b@after:durable:local-commit.1", "restart=b@1s"],
    until: Span::seconds(35),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet §15: after effect before key — executed twice";
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, "the receiver has done its half twice";
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, "paid twice";
        ANSWERED: Holds, TOLD;
    },
};

pub const INBOX_BEFORE: Entry = Entry {
    id: "mq-transaction-mistake-inbox-before-effect",
    question: Text::new("And the other way round?", "那反过来呢？"),
    answer: Text::new(
        "Then this order is never done: after the crash the inbox says that it was.",
        "那这个订单就永远不会执行：崩溃之后，去重表说它已经做过了。",
    ),
    parameters: &[("mistake", "inbox-before-effect"), ("redeliver", "2s")],
    seed: 1,
    faults: &["crash=b@after:durable:seen.1", "restart=b@1s"],
    until: Span::seconds(35),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §15: key recorded in separate tx: crash after key before effect — never executed";
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, LOST;
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, LOST;
        ANSWERED: Holds, TOLD;
    },
};

pub const ACK_FIRST: Entry = Entry {
    id: "mq-transaction-mistake-acknowledge-first",
    question: Text::new(
        "The receiver confirms at once and works afterwards. What is lost?",
        "接收方先确认再干活。会失去什么？",
    ),
    answer: Text::new(
        "The message, if it dies before it has worked: to the broker it is consumed.",
        "如果干活之前宕机，失去的就是这条消息：在消息队列看来，它已经消费了。",
    ),
    parameters: &[("mistake", "acknowledge-first")],
    seed: 1,
    faults: &["crash=b@after:consumed.1:mq", "restart=b@1s"],
    until: Span::seconds(35),
    suggestions: &[RIGHT, KILL_BROKER, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "sheet §5, MQ-5: consumed must mean done";
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, LOST;
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, LOST;
        ANSWERED: Holds, TOLD;
    },
};
