//! No orchestrator: services that react to each other's events.

use super::{
    ALONE, BARRIER, COVERED, FORWARD_ONLY, IN_TIME, LEADER, NOTHING_LOST, REVERSED, SOMETHING_TO_UNDO, UNGUARDED,
    UNSENT, expected, expected_safe,
};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const BACKWARD_ROW: &str = "sheet §7: fail at k → C_k..C_1 in reverse order";

pub const ALL_DONE: Entry = Entry {
    id: "saga-choreographed",
    question: Text::new(
        "Nobody leads. How does each service know when its turn has come?",
        "没有人指挥。每个服务怎么知道轮到自己了？",
    ),
    answer: Text::new(
        "The one before it has published what it did, in the same local transaction; it reacts and publishes in \
         turn. Who looks for the state of the order finds it nowhere in one place.",
        "前一个服务在同一个本地事务里发布了自己做的事；它作出反应，再接着发布。要查订单的状态，没有任何一处能看全。",
    ),
    parameters: &[("style", "choreographed")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        LEADER,
        Suggestion {
            name: Text::new("Let the order book refuse", "让订单服务拒绝"),
            change: Change::Parameter("refuse", "p3"),
        },
        Suggestion {
            name: Text::new("Lose an event", "丢失一个事件"), change: Change::Fault("drop=p1:happened.1:p2")
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §7: event choreography; sheet §7: T1 … Tn";
        CONSERVED: Holds, "sheet §7: event choreography; sheet §7: T1 … Tn";
        ANSWERED: Holds, "sheet §7: event choreography; sheet §7: T1 … Tn";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const REFUSED: Entry = Entry {
    id: "saga-choreographed-refused",
    question: Text::new(
        "The last service refuses, and nobody leads. Who tells the others to take their steps back?",
        "最后一个服务拒绝了，又没有人指挥。谁来通知其他人收回？",
    ),
    answer: Text::new(
        "Each tells the one before it, as it has been told: the way back is the way forward, in events.",
        "各自通知前一个，就像被通知那样：回去的路就是来时的路，由事件串起来。",
    ),
    parameters: &[("style", "choreographed"), ("refuse", "p3")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        LEADER,
        Suggestion {
            name: Text::new("Crash the till on the way back", "回退途中让收款服务宕机"),
            change: Change::Fault("crash=p2@now"),
        },
        UNGUARDED,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, BACKWARD_ROW;
        CONSERVED: Holds, BACKWARD_ROW;
        ANSWERED: Holds, BACKWARD_ROW;
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const EVENT_LOST: Entry = Entry {
    id: "saga-choreographed-event-lost",
    question: Text::new(
        "The event on which all the rest depends gets lost. Who notices?",
        "后续一切所依赖的那个事件丢了。谁会发现？",
    ),
    answer: Text::new(
        "The service that published it: it stands in its database until somebody has acknowledged it, and is \
         published again.",
        "发布它的那个服务：事件一直在它的数据库里，没有人确认就再发布一次。",
    ),
    parameters: &[("style", "choreographed")],
    seed: 1,
    faults: &["drop=p1:happened.1:p2"],
    until: Span::seconds(5),
    suggestions: &[
        LEADER,
        Suggestion {
            name: Text::new("Lose the acknowledgement instead", "改为丢失确认"),
            change: Change::Fault("drop=p2:noted.1:p1"),
        },
        Suggestion {
            name: Text::new("Crash the stock", "让库存服务宕机"), change: Change::Fault("crash=p1@now")
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §4: outbox, relay may publish more than once; sheet §7: T1 … Tn";
        CONSERVED: Holds, "sheet §4: outbox, relay may publish more than once; sheet §7: T1 … Tn";
        ANSWERED: Holds, "sheet §4: outbox, relay may publish more than once; sheet §7: T1 … Tn";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const SERVICE_DIES: Entry = Entry {
    id: "saga-choreographed-service-dies",
    question: Text::new(
        "The till has taken the money and dies before anybody hears of it. Is the order lost?",
        "收款服务收了钱，还没通知任何人就宕机了。订单会丢吗？",
    ),
    answer: Text::new(
        "No: money and event were one local transaction. When the till is back it finds both, and publishes.",
        "不会：收款与事件是同一个本地事务。恢复之后两者都在，于是发布。",
    ),
    parameters: &[("style", "choreographed")],
    seed: 1,
    faults: &["crash=p2@after:durable:step.1", "restart=p2@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        LEADER,
        Suggestion {
            name: Text::new("Lose power before it is on disk", "落盘之前断电"),
            change: Change::Fault("power=p2@after:write:step.1"),
        },
        UNGUARDED,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §4: crash between commit and publish → relay publishes later; sheet §7: T1 … Tn";
        CONSERVED: Holds, "sheet §4: crash between commit and publish → relay publishes later; sheet §7: T1 … Tn";
        ANSWERED: Holds, "sheet §4: crash between commit and publish → relay publishes later; sheet §7: T1 … Tn";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const EVENT_TWICE: Entry = Entry {
    id: "saga-choreographed-event-twice",
    question: Text::new(
        "An event comes twice, and nothing remembers the first. How far does it go?",
        "一个事件来了两次，没有任何东西记得第一次。会波及多远？",
    ),
    answer: Text::new(
        "All the way: each service reacts again and publishes again, for an order that was placed once.",
        "一路到底：每个服务都再反应一次、再发布一次，而订单只下过一单。",
    ),
    parameters: &[("style", "choreographed"), ("guard", "off")],
    seed: 1,
    faults: &["twice=p1:happened.1:p2+20ms"],
    until: Span::seconds(5),
    suggestions: &[
        BARRIER,
        LEADER,
        Suggestion {
            name: Text::new("Double a later event", "重复后面的事件"),
            change: Change::Fault("twice=p2:happened.1:p3+20ms"),
        },
    ],
    expected: expected! {
        NO_EFFECT_TWICE: Violated, "sheet SAGA-4; §4: relay may publish more than once ⇒ consumers idempotent";
        NO_LATE_EFFECT: Holds, IN_TIME;
        UNDOES_WHAT_WAS_DONE: Holds, SOMETHING_TO_UNDO;
        LAST_FIRST: Holds, REVERSED;
        NO_WAY_BACK: Holds, FORWARD_ONLY;
        TOLD_THE_TRUTH: Holds, UNSENT;
        NO_LOST_UPDATE: Holds, NOTHING_LOST;
        NEVER_BELOW_ZERO: Holds, COVERED;
        ALL_OR_NOTHING: Violated, "the till has done its step twice";
        CONSERVED: Violated, "money was taken twice for goods that left once";
        ANSWERED: Holds, "the first time round it ends";
        INTERMEDIATE: NotSeen, ALONE;
    },
};
