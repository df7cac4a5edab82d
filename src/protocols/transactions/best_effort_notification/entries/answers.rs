//! What the receiver answers, and what the notifier makes of it.

use super::{CANNOT, GENUINE, KEPT, ONCE, PATIENT, TOLD, expected, expected_well};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const KILL_NOTIFIER: Suggestion =
    Suggestion { name: Text::new("Kill the notifier", "让通知服务宕机"), change: Change::Fault("crash=n@now") };

const KILL_BROKER: Suggestion =
    Suggestion { name: Text::new("Kill the broker", "让消息队列宕机"), change: Change::Fault("crash=mq@now") };

const NO_NUMBER: Suggestion = Suggestion {
    name: Text::new("Ignore the number", "不看订单编号"),
    change: Change::Parameter("mistake", "no-number"),
};

const NO_SIGNATURE: Suggestion = Suggestion {
    name: Text::new("Check no signature", "不验签"),
    change: Change::Parameter("mistake", "no-signature"),
};

const MEMORY: Suggestion = Suggestion {
    name: Text::new("Keep the queue in memory", "改用内存队列"),
    change: Change::Parameter("mistake", "memory-queue"),
};

const FORGE: Suggestion = Suggestion {
    name: Text::new("Forge a notification", "伪造一条通知"),
    change: Change::Fault("do=b@now:forge.7"),
};

const TRY_2PC: Suggestion =
    Suggestion { name: Text::new("Try two-phase commit", "换成两阶段提交"), change: Change::Protocol("2pc") };

const SENDER: Suggestion = Suggestion {
    name: Text::new("Let the sender refuse", "改为发送方拒绝"),
    change: Change::Parameter("refuse", "sender"),
};

pub const WRONG_BODY: Entry = Entry {
    id: "notify-wrong-body",
    question: Text::new(
        "The receiver does its half and answers “ok” with status 200. Is that not enough?",
        "接收方执行之后回答 ok，状态码 200。这还不够吗？",
    ),
    answer: Text::new(
        "No: only the word that was agreed counts. All eight notifications fail, the receiver does nothing twice, and \
         in the end it is given up although all is well.",
        "不够：只有约定的那个词算数。八次通知全算失败，接收方没有重复执行，最后被放弃，尽管其实一切正常。",
    ),
    parameters: &[("answers", "other"), ("schedule", "alipay")],
    seed: 1,
    faults: &[],
    until: Span::seconds(100_000),
    suggestions: &[NO_NUMBER, KILL_NOTIFIER, FORGE],
    expected: expected_well!("sheet §6: B answers 200 but wrong body — counted as failure"),
};

pub const SLOW: Entry = Entry {
    id: "notify-slow-receiver",
    question: Text::new(
        "The receiver needs eight seconds, and the notifier waits for five. Has the attempt failed?",
        "接收方要八秒，而通知服务只等五秒。这次通知失败了吗？",
    ),
    answer: Text::new(
        "To the notifier, yes; the answer comes when nobody listens any more. At the next attempt the receiver knows \
         the number and answers at once.",
        "在通知服务看来失败了，应答来时已没人在听。下一次通知时接收方认得编号，立即应答。",
    ),
    parameters: &[("work", "8s")],
    seed: 1,
    faults: &[],
    until: Span::seconds(30),
    suggestions: &[NO_NUMBER, KILL_NOTIFIER, KILL_BROKER],
    expected: expected_well!("sheet §6: B slow > timeout but did process — duplicate, absorbed"),
};

pub const ANSWER_LOST: Entry = Entry {
    id: "notify-answer-lost",
    question: Text::new(
        "“Success” is lost on its way. Does the receiver do it again?",
        "success 在路上丢了。接收方会再执行一次吗？",
    ),
    answer: Text::new(
        "It is told again after 15 s, and does nothing: the number is known.",
        "15 秒后又收到通知，但什么也不做：编号认得。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["drop=b:success.1:n"],
    until: Span::seconds(30),
    suggestions: &[NO_NUMBER, KILL_NOTIFIER, FORGE],
    expected: expected_well!("sheet §6, BEN-2: B's effect ≤1 per notification"),
};

pub const NOTIFIER_DIES: Entry = Entry {
    id: "notify-notifier-dies",
    question: Text::new(
        "The notifier dies between two attempts. Does anybody remember that the receiver is still to be told?",
        "通知服务在两次通知之间宕机。还有谁记得要通知接收方？",
    ),
    answer: Text::new(
        "Its table does, with the time of the next attempt: when it is back it goes on where it was.",
        "它的表记得，连下次的时间都在：恢复之后从断点继续。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=b@1ms", "crash=n@60s", "restart=n@2min", "restart=b@10min"],
    until: Span::seconds(3_600),
    suggestions: &[MEMORY, NO_NUMBER, KILL_BROKER],
    expected: expected_well!("sheet §6: the table survives; only a memory queue loses on CRASH"),
};

pub const FORGED: Entry = Entry {
    id: "notify-forged",
    question: Text::new(
        "Somebody who knows the receiver's address tells it of an order that was never placed. What stops it?",
        "有人知道接收方的地址，谎称有一个从未下过的订单。靠什么挡住？",
    ),
    answer: Text::new(
        "The signature: whoever is told things by strangers must check who says them, and the amount too.",
        "签名：凡是由外人来告知的事，都要核对是谁说的，金额也要核对。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["do=b@2s:forge.9"],
    until: Span::seconds(10),
    suggestions: &[NO_SIGNATURE, KILL_NOTIFIER, KILL_BROKER],
    expected: expected_well!("sheet §6: forged notify — signature check"),
};

pub const REFUSES: Entry = Entry {
    id: "notify-receiver-refuses",
    question: Text::new(
        "The receiver is told in time, believes it, and its business refuses. What now?",
        "接收方及时收到通知，也相信，但业务上拒绝。然后呢？",
    ),
    answer: Text::new(
        "Nothing: it was told, not asked. The sender has committed; what remains is an entry for people, and a refund \
         by another order.",
        "没有然后：这是通知，不是商量。发送方已提交，剩下的只有留给人处理的记录，以及另一笔退款。",
    ),
    parameters: &[("refuse", "receiver")],
    seed: 1,
    faults: &[],
    until: Span::seconds(10),
    suggestions: &[TRY_2PC, SENDER, KILL_NOTIFIER],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        COMMITTED_FIRST: Holds, GENUINE;
        IN_HANDS: Holds, KEPT;
        SCHEDULE: Holds, PATIENT;
        ALL_OR_NOTHING: Violated, CANNOT;
        TOLD_OR_GIVEN_UP: Holds, "it was told";
        CONSERVED: Violated, CANNOT;
        ANSWERED: Holds, TOLD;
    },
};
