//! Who dies when, what is lost on the way, and who remembers.

use super::expected_well;
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const NO_INBOX: Suggestion = Suggestion {
    name: Text::new("Let the receiver forget", "让接收方不去重"),
    change: Change::Parameter("mistake", "no-inbox"),
};
const KILL_RECEIVER: Suggestion =
    Suggestion { name: Text::new("Kill the receiver too", "接收方也宕机"), change: Change::Fault("crash=b@now") };
const KILL_SENDER: Suggestion =
    Suggestion { name: Text::new("Kill the sender too", "发送方也宕机"), change: Change::Fault("crash=a@now") };
const CUT: Suggestion = Suggestion {
    name: Text::new("Cut off the receiver", "隔离接收方"),
    change: Change::Fault("cut=cl,a,r1,mq/b@now+4s"),
};

pub const RELAY_DIES: Entry = Entry {
    id: "outbox-relay-dies",
    question: Text::new(
        "The order is committed, and the relay dies before it has sent anything. Who remembers the message?",
        "订单已提交，中继还什么都没发就宕机了。谁还记得这条消息？",
    ),
    answer: Text::new(
        "The sender's own database: the message is a row that was committed with the order. When a relay is back, it is \
         still to be sent.",
        "发送方自己的数据库：消息是与订单一起提交的一行。中继恢复后，它仍是待发送。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=r1@before:publish.1:mq", "restart=r1@3s"],
    until: Span::seconds(6),
    suggestions: &[
        Suggestion {
            name: Text::new("Send from memory instead", "改为从内存发送"),
            change: Change::Parameter("mistake", "send-after-commit"),
        },
        KILL_SENDER,
        CUT,
    ],
    expected: expected_well!("sheet §4: crash between commit and publish — relay publishes later"),
};

pub const RELAY_DIES_UNMARKED: Entry = Entry {
    id: "outbox-relay-dies-unmarked",
    question: Text::new(
        "The relay has sent the message and dies before it has marked the row. What does the next one do?",
        "中继发出了消息，还没打标记就宕机。接下来会怎样？",
    ),
    answer: Text::new(
        "It sends the row again, because it cannot know better. The receiver finds the number in its inbox and does \
         nothing twice.",
        "再发一遍，因为无从知道已经发过。接收方在去重表里找到这个编号，不会重复执行。",
    ),
    parameters: &[("callback", "off")],
    seed: 1,
    faults: &["crash=r1@before:mark-sent.1:a", "restart=r1@3s"],
    until: Span::seconds(6),
    suggestions: &[NO_INBOX, KILL_RECEIVER, CUT],
    expected: expected_well!("sheet §4: crash between publish and mark SENT — duplicate, absorbed"),
};

pub const RECEIVER_DIES: Entry = Entry {
    id: "outbox-receiver-dies",
    question: Text::new(
        "The receiver has done its half and dies before it could say so. Will it do it again?",
        "接收方做完了自己的一半，还没来得及应答就宕机。它会再做一遍吗？",
    ),
    answer: Text::new(
        "It is told again, and does nothing: the inbox row was committed with the effect, so it knows after the crash what \
         it had done.",
        "消息会再来，但它什么也不做：去重记录与业务同在一个事务里提交，崩溃之后它知道自己做过什么。",
    ),
    parameters: &[("redeliver", "2s")],
    seed: 1,
    faults: &["crash=b@before:consumed.1:mq", "restart=b@2s"],
    until: Span::seconds(8),
    suggestions: &[
        NO_INBOX,
        Suggestion {
            name: Text::new("Remember it in a second transaction", "另用一个事务去重"),
            change: Change::Parameter("mistake", "inbox-after-effect"),
        },
        KILL_SENDER,
    ],
    expected: expected_well!("sheet §4: B crashes after business commit before ack — redelivery, inbox row absorbs"),
};

pub const SENDER_DIES: Entry = Entry {
    id: "outbox-sender-dies",
    question: Text::new(
        "The sender commits and dies before it has answered. The client orders again. Are there two orders now?",
        "发送方提交之后、答复之前宕机，客户端又下了一次单。现在是两个订单吗？",
    ),
    answer: Text::new(
        "One: the client repeats its number, and the sender finds it in its table and answers from there. The message is \
         sent once it is back.",
        "一个：客户端重发的是同一编号，发送方在表里找到它，直接作答。消息等它恢复后照常发出。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=a@after:durable:local-commit.1", "restart=a@300ms"],
    until: Span::seconds(8),
    suggestions: &[
        Suggestion {
            name: Text::new("Let the sender forget numbers", "让发送方不认编号"),
            change: Change::Parameter("mistake", "forgets-orders"),
        },
        Suggestion {
            name: Text::new("Send from memory instead", "改为从内存发送"),
            change: Change::Parameter("mistake", "send-after-commit"),
        },
        KILL_RECEIVER,
    ],
    expected: expected_well!("sheet §4: crash between commit and publish; §15: a repeated key replays the answer"),
};

pub const DONE_LOST: Entry = Entry {
    id: "outbox-done-lost",
    question: Text::new(
        "Both halves are done, but the sender never hears of it. What does it take that for?",
        "两半都做完了，发送方却没有收到回执。它会怎么看？",
    ),
    answer: Text::new(
        "For a lost message, since the two look the same: ten seconds later it sends again, the receiver finds the number \
         in its inbox and confirms again.",
        "当作消息丢了，因为两者看上去一样：十秒后它重发，接收方在去重表里找到编号，再回执一次。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["drop=b:done.1:a"],
    until: Span::seconds(15),
    suggestions: &[
        NO_INBOX,
        Suggestion {
            name: Text::new("Trust the broker instead", "改为只信消息队列"),
            change: Change::Parameter("callback", "off"),
        },
        Suggestion {
            name: Text::new("Lose the next one too", "再丢一次回执"),
            change: Change::Fault("drop=b:done.1:a*2"),
        },
    ],
    expected: expected_well!("sheet §4: callback lost — A re-sends until DONE"),
};
