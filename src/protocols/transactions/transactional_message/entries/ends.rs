//! How the broker learns of a transaction's end, and what if it does not.

use super::{COMMITTED, HIDDEN, KEPT, ONCE, PARKED, SETTLES, expected, expected_well};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const KILL_PRODUCER: Suggestion =
    Suggestion { name: Text::new("Kill the producer", "让生产者宕机"), change: Change::Fault("crash=a1@now") };

const KILL_OTHER: Suggestion = Suggestion {
    name: Text::new("Kill the other producer too", "另一个生产者也宕机"),
    change: Change::Fault("crash=a2@now"),
};

const KILL_BROKER: Suggestion =
    Suggestion { name: Text::new("Kill the broker", "让消息队列宕机"), change: Change::Fault("crash=mq@now") };

const ROLLS_BACK: Suggestion = Suggestion {
    name: Text::new("Take no row for a rollback", "查不到就回滚"),
    change: Change::Parameter("mistake", "absent-rolls-back"),
};

const TOMBSTONE: Suggestion = Suggestion {
    name: Text::new("Write a tombstone", "先写墓碑"),
    change: Change::Parameter("check-back", "tombstone"),
};

const NO_INBOX: Suggestion = Suggestion {
    name: Text::new("Let the receiver forget", "让接收方不去重"),
    change: Change::Parameter("mistake", "no-inbox"),
};

pub const COMMIT_LOST: Entry = Entry {
    id: "mq-transaction-commit-lost",
    question: Text::new(
        "The local transaction has committed, and word of it is lost on its way to the broker. Who says it again?",
        "本地事务已提交，通知却在去消息队列的路上丢了。谁来再说一遍？",
    ),
    answer: Text::new(
        "Nobody: it is said once. But the broker has the half message, and half a minute later asks how the \
         transaction ended.",
        "没有谁：只说一次。但消息队列手里有半消息，半分钟后它会来问事务结果如何。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["drop=a1:end-commit.1:mq"],
    until: Span::seconds(35),
    suggestions: &[ROLLS_BACK, KILL_PRODUCER, KILL_BROKER],
    expected: expected_well!("sheet §5: commit lost — check-back delivers"),
};

pub const CALM: Entry = Entry {
    id: "mq-transaction-calm",
    question: Text::new(
        "The broker is to have a message that may never be wanted. How does it know when to show it?",
        "消息队列要先存下一条也许用不着的消息。它怎么知道何时让人看到？",
    ),
    answer: Text::new(
        "It is told: half message first, then the local transaction, then commit. Consumers see nothing before.",
        "由生产者告知：先发半消息，再执行本地事务，然后提交。在此之前消费者什么也看不到。",
    ),
    parameters: &[],
    seed: 1,
    faults: &[],
    until: Span::seconds(35),
    suggestions: &[KILL_PRODUCER, KILL_BROKER, NO_INBOX],
    expected: expected_well!("sheet §5: the algorithm without faults"),
};

pub const PRODUCER_DIES: Entry = Entry {
    id: "mq-transaction-producer-dies",
    question: Text::new(
        "The producer commits and dies before it has told the broker. Only it ran the transaction. Who can answer for \
         it?",
        "生产者提交之后、通知消息队列之前宕机。事务是它执行的，谁能替它作答？",
    ),
    answer: Text::new(
        "Any other producer of the group: the answer is in the database that they share, not in anybody's memory.",
        "组里任何别的生产者：答案在它们共用的数据库里，不在谁的内存里。",
    ),
    parameters: &[("answer-timeout", "60s")],
    seed: 1,
    faults: &["crash=a1@before:end-commit.1:mq"],
    until: Span::seconds(90),
    suggestions: &[KILL_OTHER, ROLLS_BACK, KILL_BROKER],
    expected: expected_well!(
        "sheet §5: producer crash after local commit — another instance of the group answers from DB"
    ),
};

pub const STILL_OPEN: Entry = Entry {
    id: "mq-transaction-still-open",
    question: Text::new(
        "The broker asks while the local transaction is still open. What is the right answer to “no row”?",
        "消息队列来问时，本地事务还没提交。查不到，该怎么答？",
    ),
    answer: Text::new(
        "“Unknown”. The row comes ten seconds later. A rollback would have been a guess, and a wrong one.",
        "答“未知”。那一行十秒之后才出现。若答回滚就是猜测，而且猜错了。",
    ),
    parameters: &[("work", "40s"), ("answer-timeout", "100s")],
    seed: 1,
    faults: &[],
    until: Span::seconds(70),
    suggestions: &[ROLLS_BACK, TOMBSTONE, KILL_PRODUCER],
    expected: expected_well!("sheet §5: must answer UNKNOWN until the tx outcome is decided"),
};

pub const TOMBSTONE_WRITTEN: Entry = Entry {
    id: "mq-transaction-tombstone",
    question: Text::new(
        "The local transaction has not even begun when the broker asks. May one say rollback at last?",
        "消息队列来问时，本地事务还没开始。这回总可以答回滚了吧？",
    ),
    answer: Text::new(
        "Yes, if one sees to it that it stays true: a tombstone under its key. The transaction comes ten seconds later \
         and cannot commit.",
        "可以，前提是让它从此成立：用墓碑占住唯一键。事务十秒后才到，已无法提交。",
    ),
    parameters: &[("check-back", "tombstone"), ("answer-timeout", "100s")],
    seed: 1,
    faults: &["delay=a1:execute.1:db+40s"],
    until: Span::seconds(60),
    suggestions: &[KILL_PRODUCER, KILL_OTHER, KILL_BROKER],
    expected: expected_well!("sheet §5: dtm's QueryPrepared — the late local transaction fails on the key"),
};

pub const ALL_GONE: Entry = Entry {
    id: "mq-transaction-all-producers-gone",
    question: Text::new(
        "The producer committed, and then every producer of the group was gone for ten minutes. What did the broker \
         do?",
        "生产者提交了，随后整组生产者消失了十分钟。消息队列做了什么？",
    ),
    answer: Text::new(
        "It asked fifteen times, got no answer, and parked the message after eight minutes. It is not lost, but \
         nothing delivers it by itself any more.",
        "问了十五次，无人应答，八分钟后把消息搁置。消息没丢，但再也不会自动投递。",
    ),
    parameters: &[("answer-timeout", "1000s")],
    seed: 1,
    faults: &["crash=a1@before:end-commit.1:mq", "crash=a2@1s"],
    until: Span::seconds(600),
    suggestions: &[KILL_BROKER, KILL_OTHER, NO_INBOX],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: NotYet, PARKED;
        SETTLED: Holds, SETTLES;
        CONSERVED: NotYet, PARKED;
        ANSWERED: NotYet, "nobody is left to answer";
    },
};

pub const HALF_LOST: Entry = Entry {
    id: "mq-transaction-half-lost",
    question: Text::new(
        "The half message never reaches the broker. May the local transaction run?",
        "半消息没有送到消息队列。本地事务可以执行吗？",
    ),
    answer: Text::new(
        "No: first the message must be safe. It is sent again after three seconds, and only then the transaction runs.",
        "不可以：消息必须先存好。三秒后重发成功，然后才执行事务。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["drop=a1:half.1:mq"],
    until: Span::seconds(35),
    suggestions: &[KILL_PRODUCER, KILL_BROKER, NO_INBOX],
    expected: expected_well!("sheet §5: half ok ⇒ run the local transaction, not before"),
};

pub const SENDER_REFUSES: Entry = Entry {
    id: "mq-transaction-sender-refuses",
    question: Text::new(
        "The shelf is empty, and the half message is stored already. Is it deleted?",
        "库存不足，而半消息已经存下了。会删掉它吗？",
    ),
    answer: Text::new(
        "No, the log only grows. A record in the operation topic says that it is over, and no consumer ever sees it.",
        "不会，日志只增不减。操作主题里的一条记录说明它已了结，消费者永远看不到。",
    ),
    parameters: &[("refuse", "sender")],
    seed: 1,
    faults: &[],
    until: Span::seconds(35),
    suggestions: &[KILL_BROKER, ROLLS_BACK, KILL_PRODUCER],
    expected: expected_well!("sheet §5, MQ-3; §23: rollback does not physically delete"),
};

pub const ROLLBACK_LOST: Entry = Entry {
    id: "mq-transaction-rollback-lost",
    question: Text::new(
        "The rollback is lost. Is the broker left with a half message for ever?",
        "回滚通知丢了。半消息会永远留在消息队列里吗？",
    ),
    answer: Text::new(
        "Until it asks: the refusal is on record in the database, so the answer to the check-back is rollback, for \
         certain.",
        "直到它来问：拒绝在数据库里有记录，所以回查的答复确定是回滚。",
    ),
    parameters: &[("refuse", "sender")],
    seed: 1,
    faults: &["drop=a1:end-rollback.1:mq"],
    until: Span::seconds(35),
    suggestions: &[KILL_BROKER, ROLLS_BACK, KILL_PRODUCER],
    expected: expected_well!("sheet §5, MQ-3: the outcome is in the database"),
};
