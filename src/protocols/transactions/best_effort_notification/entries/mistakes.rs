//! One line written wrongly, and the run in which it shows. Each breaks the property that its parameter names.

use super::{ENDS, GAVE_UP, GENUINE, KEPT, LOST, ONCE, PATIENT, TOLD, expected};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const RIGHT: Suggestion = Suggestion {
    name: Text::new("Put the line right", "改正这一行"),
    change: Change::Parameter("mistake", "none"),
};

const RECONCILE: Suggestion = Suggestion {
    name: Text::new("Reconcile every day", "每天对账"),
    change: Change::Parameter("reconcile", "24h"),
};

const KILL_BROKER: Suggestion =
    Suggestion { name: Text::new("Kill the broker", "让消息队列宕机"), change: Change::Fault("crash=mq@now") };

pub const MEMORY_QUEUE: Entry = Entry {
    id: "notify-mistake-memory-queue",
    question: Text::new(
        "The notifier keeps what it owes in memory: it is only a notification. What does a restart cost?",
        "通知服务把要通知的放在内存里：不过是通知而已。重启的代价是什么？",
    ),
    answer: Text::new(
        "Everybody who was still to be told. The broker thinks that it is delivered, the notifier knows of nothing.",
        "所有还没通知到的。消息队列以为已经送达，通知服务却什么都不记得。",
    ),
    parameters: &[("mistake", "memory-queue")],
    seed: 1,
    faults: &["crash=b@1ms", "crash=n@10s", "restart=n@20s", "restart=b@10min"],
    until: Span::seconds(3_600),
    suggestions: &[RIGHT, RECONCILE, KILL_BROKER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, GENUINE;
        IN_HANDS: Violated, "sheet §6: notifier keeps queue only in memory + CRASH — lost";
        SCHEDULE: Holds, PATIENT;
        ALL_OR_NOTHING: Violated, LOST;
        TOLD_OR_GIVEN_UP: Violated, "nobody is told, and nobody has given up";
        CONSERVED: Violated, LOST;
        ANSWERED: Holds, TOLD;
    },
};

pub const ANY_ANSWER: Entry = Entry {
    id: "notify-mistake-any-answer",
    question: Text::new(
        "The receiver answers something. Must the notifier really read it?",
        "接收方有应答。通知服务非要看内容吗？",
    ),
    answer: Text::new(
        "Yes: it was an error page. The notice counts as delivered, and nobody calls again.",
        "要看：那是一个错误页。通知记为已送达，再没有谁来通知。",
    ),
    parameters: &[("mistake", "any-answer"), ("failures", "1")],
    seed: 1,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[RIGHT, RECONCILE, KILL_BROKER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, GENUINE;
        IN_HANDS: Violated, "sheet §6: success ⇔ body == success";
        SCHEDULE: Holds, PATIENT;
        ALL_OR_NOTHING: Violated, LOST;
        TOLD_OR_GIVEN_UP: Holds, ENDS;
        CONSERVED: Violated, LOST;
        ANSWERED: Holds, TOLD;
    },
};

pub const NO_NUMBER_AT_ALL: Entry = Entry {
    id: "notify-mistake-no-number",
    question: Text::new(
        "Each notification is an order paid. What if the receiver takes it at its word?",
        "每条通知就是一笔付款。接收方若照单全收会怎样？",
    ),
    answer: Text::new(
        "Then an answer that was lost makes it two: the same notification comes again, and is booked again.",
        "那么丢一次应答就变成两笔：同一条通知再来，又记一次账。",
    ),
    parameters: &[("mistake", "no-number")],
    seed: 1,
    faults: &["drop=b:success.1:n"],
    until: Span::seconds(30),
    suggestions: &[RIGHT, KILL_BROKER, RECONCILE],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet §6, BEN-2; §15, ID-1";
        COMMITTED_FIRST: Holds, GENUINE;
        IN_HANDS: Holds, KEPT;
        SCHEDULE: Holds, PATIENT;
        ALL_OR_NOTHING: Violated, "the receiver has done its half twice";
        TOLD_OR_GIVEN_UP: Holds, ENDS;
        CONSERVED: Violated, "booked twice";
        ANSWERED: Holds, TOLD;
    },
};

pub const NO_SIGNATURE_AT_ALL: Entry = Entry {
    id: "notify-mistake-no-signature",
    question: Text::new(
        "The receiver's address is secret. Need it check signatures?",
        "接收方的地址是保密的。还要验签吗？",
    ),
    answer: Text::new(
        "Addresses do not stay secret. It books an order that nobody has placed.",
        "地址保不了密。它给一个没人下过的订单记了账。",
    ),
    parameters: &[("mistake", "no-signature")],
    seed: 1,
    faults: &["do=b@2s:forge.9"],
    until: Span::seconds(10),
    suggestions: &[RIGHT, KILL_BROKER, RECONCILE],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Violated, "sheet §6: forged notify without signature check";
        IN_HANDS: Holds, KEPT;
        SCHEDULE: Holds, PATIENT;
        ALL_OR_NOTHING: Violated, "the receiver has done what the sender has not";
        TOLD_OR_GIVEN_UP: Holds, ENDS;
        CONSERVED: Violated, "money for goods that never left";
        ANSWERED: Holds, TOLD;
    },
};

pub const IMPATIENT: Entry = Entry {
    id: "notify-mistake-impatient",
    question: Text::new("Why wait 15 seconds? Try again at once!", "为什么要等 15 秒？马上再试！"),
    answer: Text::new(
        "All attempts are used up within a minute and a half, while the receiver is still restarting; and it is a \
         storm to whoever is in trouble already.",
        "一分半钟内所有次数就用完了，而接收方还在重启；对本已吃力的一方，这还是一场风暴。",
    ),
    parameters: &[("mistake", "impatient")],
    seed: 1,
    faults: &["crash=b@1ms", "restart=b@10min"],
    until: Span::seconds(3_600),
    suggestions: &[RIGHT, RECONCILE, KILL_BROKER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, GENUINE;
        IN_HANDS: Holds, KEPT;
        SCHEDULE: Violated, "sheet §6, BEN-3: k-th attempt not before the sum of gaps";
        ALL_OR_NOTHING: Violated, GAVE_UP;
        TOLD_OR_GIVEN_UP: Holds, ENDS;
        CONSERVED: Violated, GAVE_UP;
        ANSWERED: Holds, TOLD;
    },
};
