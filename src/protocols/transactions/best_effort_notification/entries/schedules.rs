//! How long it is tried, and what comes after the last attempt.

use super::{ENDS, GAVE_UP, GENUINE, KEPT, ONCE, PATIENT, TOLD, expected, expected_well};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const RECONCILE: Suggestion = Suggestion {
    name: Text::new("Reconcile every day", "每天对账"),
    change: Change::Parameter("reconcile", "24h"),
};

const ALIPAY: Suggestion = Suggestion {
    name: Text::new("Alipay's schedule", "换成支付宝时间表"),
    change: Change::Parameter("schedule", "alipay"),
};

const WECHAT: Suggestion = Suggestion {
    name: Text::new("WeChat Pay's schedule", "换成微信支付时间表"),
    change: Change::Parameter("schedule", "wechat"),
};

const KILL_NOTIFIER: Suggestion =
    Suggestion { name: Text::new("Kill the notifier", "让通知服务宕机"), change: Change::Fault("crash=n@now") };

const KILL_BROKER: Suggestion =
    Suggestion { name: Text::new("Kill the broker", "让消息队列宕机"), change: Change::Fault("crash=mq@now") };

const NO_NUMBER: Suggestion = Suggestion {
    name: Text::new("Ignore the number", "不看订单编号"),
    change: Change::Parameter("mistake", "no-number"),
};

const FORGE: Suggestion = Suggestion {
    name: Text::new("Forge a notification", "伪造一条通知"),
    change: Change::Fault("do=b@now:forge.7"),
};

pub const GIVES_UP: Entry = Entry {
    id: "notify-gives-up",
    question: Text::new(
        "The receiver is down for 25 hours. Who tells it when it is back?",
        "接收方宕机 25 小时。恢复之后谁来通知它？",
    ),
    answer: Text::new(
        "Nobody: after 16 attempts in 24 h 4 min the notifier has given up, as it promised to. Without a question of \
         its own the receiver never learns of the order.",
        "没有谁：24 小时 4 分钟内通知 16 次之后，通知服务按约放弃了。接收方若不主动来问，就永远不知道这个订单。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=b@1ms", "restart=b@25h"],
    until: Span::seconds(108_000),
    suggestions: &[RECONCILE, ALIPAY, KILL_NOTIFIER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, GENUINE;
        IN_HANDS: Holds, KEPT;
        SCHEDULE: Holds, PATIENT;
        ALL_OR_NOTHING: Violated, GAVE_UP;
        TOLD_OR_GIVEN_UP: Holds, ENDS;
        CONSERVED: Violated, GAVE_UP;
        ANSWERED: Holds, TOLD;
    },
};

pub const CALM: Entry = Entry {
    id: "notify-calm",
    question: Text::new(
        "The receiver is a stranger's server on the internet. Must the sender wait for it before it commits?",
        "接收方是互联网上别人家的服务器。发送方提交之前要等它吗？",
    ),
    answer: Text::new(
        "No: it commits, answers its client, and lets a notifier do the telling. The receiver says “success”, and that \
         is that.",
        "不用：先提交，答复客户端，通知的事交给通知服务。接收方回答 success，就此了结。",
    ),
    parameters: &[],
    seed: 1,
    faults: &[],
    until: Span::seconds(10),
    suggestions: &[KILL_NOTIFIER, KILL_BROKER, FORGE],
    expected: expected_well!("sheet §6, BEN-5: A's own tx never depends on B"),
};

pub const RECONCILED: Entry = Entry {
    id: "notify-reconciled",
    question: Text::new(
        "The receiver is down for 25 hours, and the notifier has given up. Is the order lost to it?",
        "接收方宕机 25 小时，通知服务已经放弃。这个订单它就再也不知道了吗？",
    ),
    answer: Text::new(
        "Not if it asks: a day after it is back it fetches the sender's statement, finds an order that nobody has told \
         it of, and does its half.",
        "只要去问就不会：恢复一天后它取来发送方的账单，发现一个没人通知过的订单，补上自己的一半。",
    ),
    parameters: &[("reconcile", "24h")],
    seed: 1,
    faults: &["crash=b@1ms", "restart=b@25h"],
    until: Span::seconds(180_000),
    suggestions: &[ALIPAY, KILL_NOTIFIER, NO_NUMBER],
    expected: expected_well!("sheet §6: B down 25 h — give up, reconcile fixes; BEN-4"),
};

pub const ALIPAY_HOUR: Entry = Entry {
    id: "notify-alipay-hour",
    question: Text::new(
        "The receiver is down for half an hour, under Alipay's schedule. When does it hear of the order?",
        "接收方宕机半小时，用支付宝的时间表。它什么时候得知订单？",
    ),
    answer: Text::new(
        "After 84 minutes: attempts at 4, 14 and 24 minutes failed, and the next one is an hour later. Pauses grow, \
         because who was down for long will be down for longer.",
        "84 分钟之后：第 4、14、24 分钟的通知都失败了，下一次在一小时后。间隔越来越长，因为宕机久的往往还会更久。",
    ),
    parameters: &[("schedule", "alipay")],
    seed: 1,
    faults: &["crash=b@1ms", "restart=b@30min"],
    until: Span::seconds(7_200),
    suggestions: &[WECHAT, KILL_NOTIFIER, NO_NUMBER],
    expected: expected_well!("sheet §6: Alipay 4m,10m,10m,1h,…"),
};
