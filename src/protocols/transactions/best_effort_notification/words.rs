//! What the protocol is, what is modelled, and its words, each glossed once.

use crate::protocols::Term;
use crate::protocols::parts::broker::terms as broker;
use crate::protocols::parts::messaging::terms as messaging;
use crate::text::Text;

pub static SUMMARY: Text = Text::new(
    "The sender commits and then tries to tell the receiver: at once, after 15 s, after 15 s, after 30 s and ever more rarely, by \
     a published schedule, until the receiver answers with the one word that counts, or the schedule is over and it gives up. \
     So the receiver must be able to ask: what became of my order? It checks the signature, and does nothing twice.",
    "发送方先提交，再尽力通知接收方：立即、15 秒后、再 15 秒后、再 30 秒后，越来越疏，按公布的时间表进行，直到接收方回答约定的那个词，\
     或者时间表用尽而放弃。所以接收方还得能主动查询：我的订单怎么样了？它要验签，也不能重复执行。",
);

pub static MODELLED: &[Text] = &[
    Text::new(
        "The published schedules of WeChat Pay and Alipay, to the second, and what happens after the last attempt.",
        "微信支付与支付宝公布的时间表，精确到秒，以及最后一次之后的处理。",
    ),
    Text::new(
        "A notifier with a table on its disk, behind a broker; or, by mistake, with a queue in memory.",
        "消息队列之后的通知服务，其通知表在磁盘上；也可以故意只用内存队列。",
    ),
    Text::new(
        "Answers that are wrong, late or lost; forged notifications and signatures; a query interface and reconciliation.",
        "错误、迟到、丢失的应答；伪造的通知与签名；查询接口与对账。",
    ),
];

pub static NOT_MODELLED: &[Text] = &[
    Text::new("The cryptography: a signature is right or it is not.", "密码学本身：签名只有对与不对。"),
    Text::new(
        "Rate limits, several receivers, and statements that are themselves late or wrong.",
        "限流、多个接收方，以及账单本身的迟到与差错。",
    ),
];

const fn term(kind: &'static str, label: Text, gloss: Text) -> Term {
    Term { kind, label, gloss }
}

pub static TERMS: &[Term] = &[
    messaging::ORDER,
    messaging::RESULT,
    messaging::ANSWER,
    messaging::LOCAL_COMMIT,
    messaging::SEEN,
    messaging::REJECTED,
    broker::PUBLISH,
    broker::PUBLISHED,
    broker::DELIVER,
    broker::CONSUMED,
    broker::APPEND,
    broker::PROGRESS,
    broker::REDELIVER,
    broker::RETRY_DUE,
    term(
        "notify",
        Text::new("notify", "通知（notify）"),
        Text::new("An attempt to tell the receiver, signed by the sender.", "向接收方发出的一次通知，带发送方签名。"),
    ),
    term(
        "success",
        Text::new("success", "成功（success）"),
        Text::new("The one answer that counts.", "唯一算数的应答。"),
    ),
    term(
        "failure",
        Text::new("failure", "失败（failure）"),
        Text::new("Any other answer, whatever its status code.", "其他任何应答，不论状态码。"),
    ),
    term(
        "query",
        Text::new("query", "查询（query）"),
        Text::new("The receiver asks the sender what it has committed.", "接收方向发送方查询它提交了哪些订单。"),
    ),
    term(
        "statement",
        Text::new("statement", "账单（statement）"),
        Text::new("All that the sender has committed.", "发送方提交过的全部订单。"),
    ),
    term(
        "order-committed",
        Text::new("order committed", "订单：已提交"),
        Text::new("A row of the sender's orders.", "发送方订单表中的一行。"),
    ),
    term(
        "handed-over",
        Text::new("handed over", "已移交"),
        Text::new("The broker has word of this order.", "这个订单的消息已交给消息队列。"),
    ),
    term(
        "order-rejected",
        Text::new("order rejected", "订单：已拒绝"),
        Text::new(
            "The sender has refused an order, and will say the same if asked again.",
            "发送方拒绝了订单，再问也是同样的答复。",
        ),
    ),
    term(
        "notice",
        Text::new("notice", "待通知（notice）"),
        Text::new("A row of the notifier's table: to be tried, at that time.", "通知表中的一行：到点要通知。"),
    ),
    term(
        "confirmed",
        Text::new("confirmed", "已确认"),
        Text::new("The receiver has said the word that counts.", "接收方给出了算数的应答。"),
    ),
    term(
        "given-up",
        Text::new("given up", "已放弃"),
        Text::new("The last attempt has failed: nobody will try again.", "最后一次也失败了：不会再试。"),
    ),
    term(
        "republish",
        Text::new("republish", "重新发布"),
        Text::new("The broker has not acknowledged a message.", "消息队列没有确认收到消息。"),
    ),
    term(
        "no-answer",
        Text::new("no answer", "无应答"),
        Text::new("An attempt was not answered in time, and counts as failed.", "一次通知没有及时得到应答，按失败计。"),
    ),
    term(
        "attempt",
        Text::new("attempt", "下次通知"),
        Text::new("The schedule says that it is time to try again.", "按时间表，该再通知一次了。"),
    ),
    term(
        "work",
        Text::new("work", "处理"),
        Text::new("The receiver has done its work and answers.", "接收方处理完毕，应答。"),
    ),
    term(
        "reconcile",
        Text::new("reconcile", "对账"),
        Text::new("Time for the receiver to ask what it may have missed.", "该查一查有没有漏掉的了。"),
    ),
    term("forge", Text::new("forge", "伪造"), Text::new("Somebody makes a notification up.", "有人伪造通知。")),
    messaging::CLEAN,
];
