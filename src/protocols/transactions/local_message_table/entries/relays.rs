//! How messages get from the table to the receiver.

use super::{COMMITTED, EMPTIES, KEPT, ONCE, TOLD, WELL, expected, expected_well};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const KILL_RELAY: Suggestion =
    Suggestion { name: Text::new("Kill the relay", "让中继宕机"), change: Change::Fault("crash=r1@now") };
const KILL_BROKER: Suggestion =
    Suggestion { name: Text::new("Kill the broker", "让消息队列宕机"), change: Change::Fault("crash=mq@now") };
const KILL_RECEIVER: Suggestion =
    Suggestion { name: Text::new("Kill the receiver", "让接收方宕机"), change: Change::Fault("crash=b@now") };
const NO_INBOX: Suggestion = Suggestion {
    name: Text::new("Let the receiver forget", "让接收方不去重"),
    change: Change::Parameter("mistake", "no-inbox"),
};

pub const CALM: Entry = Entry {
    id: "outbox-calm",
    question: Text::new(
        "Two databases, one order, and no transaction over both. How does the second learn of it?",
        "两个数据库，一个订单，没有跨库事务。第二个库怎样得知？",
    ),
    answer: Text::new(
        "By a message that was committed as a row of the first: a relay polls for it, a broker keeps it, the receiver does \
         its half and says so. It takes a second, not a millisecond.",
        "靠一条作为行提交在第一个库里的消息：中继轮询取出，消息队列保存，接收方执行后回执。代价是一秒而不是一毫秒。",
    ),
    parameters: &[],
    seed: 1,
    faults: &[],
    until: Span::seconds(4),
    suggestions: &[KILL_RELAY, KILL_BROKER, KILL_RECEIVER],
    expected: expected_well!(WELL),
};

pub const CAPTURE: Entry = Entry {
    id: "outbox-capture",
    question: Text::new("Must a message wait until somebody polls?", "消息非要等到有人来轮询吗？"),
    answer: Text::new(
        "No: the database's log says when a row commits. A relay that reads it sends within milliseconds, in the order of \
         commits, and costs the table no queries.",
        "不必：哪一行何时提交，数据库日志里都有。读日志的中继几毫秒内就能发出，顺序就是提交的顺序，也不用查询消息表。",
    ),
    parameters: &[("relaying", "capture"), ("orders", "3"), ("at-once", "3")],
    seed: 1,
    faults: &[],
    until: Span::seconds(4),
    suggestions: &[
        KILL_RELAY,
        Suggestion {
            name: Text::new("Poll instead", "改为轮询"), change: Change::Parameter("relaying", "polling")
        },
        KILL_BROKER,
    ],
    expected: expected_well!("sheet §4, Debezium: captured from the log when it commits"),
};

pub const NO_BROKER: Entry = Entry {
    id: "outbox-no-broker",
    question: Text::new(
        "There is no broker, and the receiver is down for a while. Where does the message wait?",
        "没有消息队列，接收方又宕机了一阵。消息在哪里等？",
    ),
    answer: Text::new(
        "In the sender's table, which needs nobody else: what is not confirmed is sent again after every rescan, until the \
         receiver is back.",
        "在发送方的表里，不需要别的组件：没有回执的消息每次重扫都会重发，直到接收方恢复。",
    ),
    parameters: &[("transport", "direct")],
    seed: 1,
    faults: &["crash=b@500ms", "restart=b@15s"],
    until: Span::seconds(40),
    suggestions: &[
        NO_INBOX,
        KILL_RELAY,
        Suggestion {
            name: Text::new("Put a broker between", "加上消息队列"),
            change: Change::Parameter("transport", "broker"),
        },
    ],
    expected: expected_well!("sheet §4, §23: both transports; callback and rescan bring it"),
};

pub const SAME_ROWS: Entry = Entry {
    id: "outbox-same-rows",
    question: Text::new(
        "Two relays look at the table at the same moment, and rows are not locked. What happens?",
        "两个中继同时扫描消息表，而行没有加锁。会发生什么？",
    ),
    answer: Text::new(
        "Both send everything. The broker stores every message twice, and only the receiver's inbox keeps it from being \
         done twice.",
        "两个都把所有消息发一遍。消息队列里每条都有两份，全靠接收方的去重表才没有重复执行。",
    ),
    parameters: &[("relays", "2"), ("row-locks", "none")],
    seed: 1,
    faults: &[],
    until: Span::seconds(4),
    suggestions: &[
        Suggestion {
            name: Text::new("Lock the rows", "给行加锁"),
            change: Change::Parameter("row-locks", "skip-locked"),
        },
        NO_INBOX,
        KILL_RELAY,
    ],
    expected: expected_well!("sheet §4: two relays without SKIP LOCKED — duplicates; the inbox absorbs them"),
};

pub const OVERTAKEN: Entry = Entry {
    id: "outbox-overtaken",
    question: Text::new(
        "Two relays share the work and lock what they take. Does a second relay cost anything but money?",
        "两个中继分担工作，取走的行都加锁。多一个中继，除了钱还要付出什么？",
    ),
    answer: Text::new(
        "Order: the first relay's message is slow, the second relay's is not, and the receiver does the later order \
         first.",
        "顺序：第一个中继的消息慢了，第二个中继的没慢，接收方先执行了后来的订单。",
    ),
    parameters: &[("relays", "2"), ("batch", "1"), ("orders", "2"), ("at-once", "2"), ("rows", "1")],
    seed: 1,
    faults: &["delay=r1:publish.1:mq+20ms"],
    until: Span::seconds(4),
    suggestions: &[
        Suggestion {
            name: Text::new("Only one relay", "只用一个中继"), change: Change::Parameter("relays", "1")
        },
        KILL_RELAY,
        KILL_BROKER,
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, COMMITTED;
        IN_HANDS: Holds, KEPT;
        IN_ORDER: Violated, "sheet §4, LMT-4: only if single relay + key partitioning";
        ALL_OR_NOTHING: Holds, WELL;
        OUTBOX_EMPTY: Holds, EMPTIES;
        CONSERVED: Holds, WELL;
        ANSWERED: Holds, TOLD;
    },
};
