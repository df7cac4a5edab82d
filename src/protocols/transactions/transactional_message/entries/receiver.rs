//! What the receiver may do, and what it cannot undo.

use super::{CANNOT, COMMITTED, HIDDEN, KEPT, ONCE, SETTLES, TOLD, expected, expected_well};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const KILL_RECEIVER: Suggestion =
    Suggestion { name: Text::new("Kill the receiver", "让接收方宕机"), change: Change::Fault("crash=b@now") };

const KILL_BROKER: Suggestion =
    Suggestion { name: Text::new("Kill the broker", "让消息队列宕机"), change: Change::Fault("crash=mq@now") };

const NO_INBOX: Suggestion = Suggestion {
    name: Text::new("Let the receiver forget", "让接收方不去重"),
    change: Change::Parameter("mistake", "no-inbox"),
};

const TRY_2PC: Suggestion =
    Suggestion { name: Text::new("Try two-phase commit", "换成两阶段提交"), change: Change::Protocol("2pc") };

const SENDER: Suggestion = Suggestion {
    name: Text::new("Let the sender refuse", "改为发送方拒绝"),
    change: Change::Parameter("refuse", "sender"),
};

pub const REFUSES: Entry = Entry {
    id: "mq-transaction-receiver-refuses",
    question: Text::new(
        "The message is delivered by the book, and the receiver's business refuses. Can a transactional message be \
         rolled back now?",
        "消息按部就班送达，接收方却在业务上拒绝。事务消息此刻还能回滚吗？",
    ),
    answer: Text::new(
        "No: it was a transaction between the sender and the broker only. The receiver was never asked, and the sender \
         committed long ago.",
        "不能：它只是发送方与消息队列之间的事务。从没问过接收方，而发送方早已提交。",
    ),
    parameters: &[("refuse", "receiver")],
    seed: 1,
    faults: &[],
    until: Span::seconds(35),
    suggestions: &[TRY_2PC, SENDER, KILL_BROKER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, CANNOT;
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, CANNOT;
        ANSWERED: Holds, TOLD;
    },
};

pub const RECOVERS: Entry = Entry {
    id: "mq-transaction-consumer-recovers",
    question: Text::new(
        "The receiver fails on the message three times and then works. How long does the order take?",
        "接收方对这条消息失败了三次，然后好了。订单要多久才完成？",
    ),
    answer: Text::new(
        "A hundred seconds: 10 s, 30 s and a minute. Each failure waits at the next level, and nobody is held up \
         meanwhile.",
        "一百秒：10 秒、30 秒、1 分钟。每失败一次，就到下一级等待，期间不妨碍别人。",
    ),
    parameters: &[("failures", "3")],
    seed: 1,
    faults: &[],
    until: Span::seconds(110),
    suggestions: &[KILL_RECEIVER, KILL_BROKER, NO_INBOX],
    expected: expected_well!("sheet §5: retried by delay levels, at least once"),
};

pub const DEAD_LETTER: Entry = Entry {
    id: "mq-transaction-dead-letter",
    question: Text::new(
        "The receiver fails every time. When does the broker give up, and what then?",
        "接收方每次都失败。消息队列何时放弃？然后呢？",
    ),
    answer: Text::new(
        "After 16 retries in 4 h 45 min 40 s the message is a dead letter. “Must be consumed” is no guarantee: it is \
         people's turn.",
        "4 小时 45 分 40 秒内重试 16 次之后，消息成为死信。“一定会被消费”并非保证：接下来要靠人。",
    ),
    parameters: &[("failures", "17")],
    seed: 1,
    faults: &[],
    until: Span::seconds(20_000),
    suggestions: &[KILL_RECEIVER, KILL_BROKER, NO_INBOX],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, "sheet §5, §23: retries, then DLQ; not a guarantee";
        SETTLED: Holds, SETTLES;
        CONSERVED: Violated, "sheet §5, §23: retries, then DLQ; not a guarantee";
        ANSWERED: Holds, TOLD;
    },
};
