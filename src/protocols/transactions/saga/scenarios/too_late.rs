//! What no compensation can take back: money that somebody has spent, words that somebody has read.

use super::{
    ALONE, COVERED, FORWARD_ONLY, IN_TIME, LOCK, NOTHING_LOST, ONCE, REVERSED, SOMETHING_TO_UNDO, TRY_TCC, expected,
    expected_safe,
};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const SPENT_ROW: &str = "sheet §7: other tx spends money that C must take back ⇒ compensation impossible";
const CREDITS_LAST_ROW: &str = "sheet §7: order steps so that credits come last";
const TOLD_ROW: &str = "sheet §7: non-compensatable step (SMS) before pivot";

const CREDITS_LAST: Suggestion = Suggestion {
    name: Text::new("Let the money come last", "把收款放到最后一步"),
    change: Change::Parameter("steps", "credits-last"),
};

pub const MONEY_SPENT: Entry = Entry {
    id: "saga-money-spent",
    question: Text::new(
        "The customer’s money is in the till and pays a supplier; only then the order book refuses. Who gives the money \
         back?",
        "顾客的钱已经进账，随即付给了供应商；这时订单服务才拒绝。钱由谁来退？",
    ),
    answer: Text::new(
        "Nobody can: between step and compensation anybody may build on what was done, and what is spent cannot be taken \
         back. The saga asks the till for ever.",
        "谁也退不了：在步骤与补偿之间，任何人都可以动用已经生效的结果，花掉的钱收不回来。Saga 只能一直请求收款服务。",
    ),
    parameters: &[("rows", "1"), ("refuse", "p3")],
    seed: 1,
    faults: &["do=p2@7ms:spend.1"],
    until: Span::seconds(5),
    suggestions: &[CREDITS_LAST, LOCK, TRY_TCC],
    expected: expected_safe! {
        ALL_OR_NOTHING: NotYet, SPENT_ROW;
        CONSERVED: Holds, "goods have gone and money has come: nobody else wants the order, and nobody can end it";
        ANSWERED: NotYet, "the saga is not over";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const CREDITS_COME_LAST: Entry = Entry {
    id: "saga-credits-last",
    question: Text::new(
        "The same refusal, but money is taken only when nothing else can be refused. Is there anything to give back?",
        "同样被拒绝，但收款排在所有可能被拒绝的步骤之后。还有什么要退的吗？",
    ),
    answer: Text::new(
        "Only goods that were set apart from the shelf: the till was never asked. Steps that bring what others can spend \
         come last, so that they never have to be compensated for somebody else’s refusal.",
        "只需把货放回货架：根本没有收过钱。会带来别人能花掉的东西的步骤放在最后，就不会因为别人的拒绝而需要补偿。",
    ),
    parameters: &[("rows", "1"), ("refuse", "p3"), ("steps", "credits-last")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Let the till refuse instead", "改由收款服务拒绝"),
            change: Change::Parameter("refuse", "p2"),
        },
        Suggestion {
            name: Text::new("Take money second, as listed", "仍在第二步收款"),
            change: Change::Parameter("steps", "as-listed"),
        },
        TRY_TCC,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, CREDITS_LAST_ROW;
        CONSERVED: Holds, CREDITS_LAST_ROW;
        ANSWERED: Holds, CREDITS_LAST_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const TOLD_TOO_EARLY: Entry = Entry {
    id: "saga-text-message-early",
    question: Text::new(
        "“Your order is on its way”, says the phone, and then the order book refuses. What compensates a text message?",
        "手机短信说“您的订单已在路上”，随后订单服务拒绝。短信要怎么补偿？",
    ),
    answer: Text::new(
        "Nothing does. Goods and money are put right, but the customer has read what is not so. What cannot be compensated \
         belongs behind the last step that may be refused.",
        "无法补偿。货和钱都复原了，顾客却读到了不实的消息。凡是无法补偿的，都应排在最后一个可能被拒绝的步骤之后。",
    ),
    parameters: &[("refuse", "p3"), ("text-message", "early")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Send it when all is over", "结束时再发短信"),
            change: Change::Parameter("text-message", "late"),
        },
        Suggestion {
            name: Text::new("Let nobody refuse", "谁也不拒绝"), change: Change::Parameter("refuse", "none")
        },
        TRY_TCC,
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Holds, ONCE;
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        LAST_FIRST: Holds, REVERSED;
        NO_WAY_BACK: Holds, FORWARD_ONLY;
        TOLD_THE_TRUTH: Violated, TOLD_ROW;
        NO_LOST_UPDATE: Holds, NOTHING_LOST;
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: Holds, "what can be compensated is";
        CONSERVED: Holds, "what can be compensated is";
        ANSWERED: Holds, "the saga ends";
        INTERMEDIATE: NotSeen, ALONE;
    },
};
