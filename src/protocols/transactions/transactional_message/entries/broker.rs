//! The broker dies, and what its disk had.

use super::{COMMITTED, HIDDEN, LOST, ONCE, TOLD, expected, expected_well};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const KILL_RECEIVER: Suggestion =
    Suggestion { name: Text::new("Kill the receiver", "让接收方宕机"), change: Change::Fault("crash=b@now") };

const KILL_OTHER: Suggestion = Suggestion {
    name: Text::new("Kill the other producer too", "另一个生产者也宕机"),
    change: Change::Fault("crash=a2@now"),
};

const NO_INBOX: Suggestion = Suggestion {
    name: Text::new("Let the receiver forget", "让接收方不去重"),
    change: Change::Parameter("mistake", "no-inbox"),
};

const SYNC: Suggestion =
    Suggestion { name: Text::new("Flush before replying", "同步刷盘"), change: Change::Parameter("flush", "sync") };

const TRY_OUTBOX: Suggestion = Suggestion {
    name: Text::new("Try a local message table", "换成本地消息表"),
    change: Change::Protocol("outbox"),
};

pub const BETWEEN: Entry = Entry {
    id: "mq-transaction-broker-dies-between",
    question: Text::new(
        "The broker has copied the message into its topic and dies before it has noted that the half message is over.",
        "消息队列把消息复制到了真正的主题，还没记下半消息已了结就宕机了。",
    ),
    answer: Text::new(
        "It asks again, is told commit again, and delivers again. The receiver knows the number and does nothing \
         twice.",
        "它会再问一次，再得到提交，再投一次。接收方认得编号，不会重复执行。",
    ),
    parameters: &[("flush", "sync")],
    seed: 1,
    faults: &["crash=mq@after:durable:append.1", "restart=mq@1s"],
    until: Span::seconds(70),
    suggestions: &[NO_INBOX, KILL_RECEIVER, KILL_OTHER],
    expected: expected_well!(
        "sheet §5: broker crash between final write and op record — duplicate after recheck, absorbed"
    ),
};

pub const POWER_LOSS: Entry = Entry {
    id: "mq-transaction-power-loss",
    question: Text::new(
        "The broker acknowledges before its disk has anything, as it does by default. Then the power fails.",
        "消息队列默认还没落盘就确认。然后断电了。",
    ),
    answer: Text::new(
        "The half message, the commit, the message: all were in memory. The sender has committed, and nobody will ever \
         tell the receiver.",
        "半消息、提交、消息，全都只在内存里。发送方已提交，再没有谁会告诉接收方。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["power=mq@after:a1:end-commit.1", "restart=mq@1s"],
    until: Span::seconds(40),
    suggestions: &[SYNC, TRY_OUTBOX, KILL_RECEIVER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Violated, "RocketMQ: ASYNC_FLUSH loses what was acknowledged in the last 500 ms; sheet §0, AMNESIA";
        HALF_HIDDEN: Holds, HIDDEN;
        ALL_OR_NOTHING: Violated, LOST;
        SETTLED: Holds, "there is nothing left to settle";
        CONSERVED: Violated, LOST;
        ANSWERED: Holds, TOLD;
    },
};
