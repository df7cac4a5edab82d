//! Several orders at once, and the locks between them.

use super::expected_safe;
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

const LOCK_ROW: &str = "sheet §1, 2PC-6: locks of tx held exactly from first write to decision";

pub const LOCK_QUEUE: Entry = Entry {
    id: "2pc-lock-queue",
    question: Text::new(
        "Four orders for the same product arrive at once. How long does the last one wait?",
        "同一种商品同时来了四个订单。最后一个要等多久？",
    ),
    answer: Text::new(
        "For three whole commits: a row stays locked from the first write until the decision is on disk, so orders for \
         it go one after the other.",
        "要等前三次完整的提交：一行从第一次写锁到决定落盘，所以抢同一行的订单只能一个接一个。",
    ),
    parameters: &[("orders", "4"), ("at-once", "4"), ("rows", "1")],
    seed: 1,
    faults: &[],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Offer more products", "增加商品种类"), change: Change::Parameter("rows", "8")
        },
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now")
        },
        Suggestion {
            name: Text::new("Let go of locks early", "提前放锁"),
            change: Change::Parameter("mistake", "release-after-vote"),
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, LOCK_ROW;
        ANSWERED: Holds, "sheet §1: all yes, one order after the other";
        CONSERVED: Holds, "sheet §1: all yes";
    },
};

pub const DEADLOCK: Entry = Entry {
    id: "2pc-deadlock",
    question: Text::new(
        "Each of two orders holds what the other waits for, in different databases. Who sees the deadlock?",
        "两个订单各自握着对方要的锁，而且在不同的数据库里。谁看得见这个死锁？",
    ),
    answer: Text::new(
        "Nobody: each database sees only a wait. It ends when one of them waits no longer and votes no; the other order \
         goes through.",
        "谁也看不见：每个数据库只看到一次等待。直到其中一个等锁超时、投了反对票才解开，另一个订单得以完成。",
    ),
    parameters: &[("participants", "2"), ("orders", "2"), ("at-once", "2"), ("rows", "1"), ("lock-wait", "300ms")],
    seed: 1,
    faults: &["delay=c:prepare.1:p2+10ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Wait less for locks", "缩短等锁时间"),
            change: Change::Parameter("lock-wait", "50ms"),
        },
        Suggestion {
            name: Text::new("Order different products", "买不同的商品"),
            change: Change::Parameter("rows", "8"),
        },
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now")
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, "MySQL: a lock wait ends by time-out; then sheet §1: one no — abort everywhere";
        ANSWERED: Holds, "one order aborts by time-out, the other commits";
        CONSERVED: Holds, "sheet §1, 2PC-1";
    },
};

pub const BLOCKED_QUEUE: Entry = Entry {
    id: "2pc-one-death-many-wait",
    question: Text::new(
        "One order is in doubt. Why has the whole shop stopped?",
        "只有一个订单悬而未决。为什么整个商店都停了？",
    ),
    answer: Text::new(
        "Because doubt holds locks: the orders behind it, which have nothing to do with the dead coordinator's one \
         decision, wait for its rows.",
        "因为悬而未决也持有锁：排在后面的订单与那个决定毫不相干，却都在等它锁住的行。",
    ),
    parameters: &[("orders", "3"), ("at-once", "3"), ("rows", "1")],
    seed: 1,
    faults: &["crash=c@after:p3:yes.1"],
    until: Span::millis(3_500),
    suggestions: &[
        Suggestion {
            name: Text::new("Restart the coordinator", "重启协调者"), change: Change::Fault("restart=c@now")
        },
        Suggestion {
            name: Text::new("Offer more products", "增加商品种类"), change: Change::Parameter("rows", "8")
        },
        Suggestion {
            name: Text::new("Try three-phase commit", "换成三阶段提交"), change: Change::Protocol("3pc")
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: NotYet, "sheet §1: TM dead for ever and all live RMs prepared — blocked for ever";
        ANSWERED: NotYet, "three orders wait: one in doubt, two behind its locks";
        CONSERVED: Holds, "nothing is committed anywhere";
    },
};

pub const RUSH: Entry = Entry {
    id: "2pc-rush",
    question: Text::new(
        "Twenty orders, four at once, two products, and a network that is now and then slow: does the till still match \
         the shelf?",
        "二十个订单，四个并发，两种商品，网络时快时慢：收款和货架还对得上吗？",
    ),
    answer: Text::new(
        "To the last yuan. Some orders may wait so long for a row that they abort, but none is half done.",
        "分毫不差。有的订单可能因等锁太久而中止，但没有一个只做了一半。",
    ),
    parameters: &[("orders", "20"), ("at-once", "4"), ("latency-model", "uniform"), ("lock-wait", "100ms")],
    seed: 7,
    faults: &[],
    until: Span::seconds(60),
    suggestions: &[
        Suggestion {
            name: Text::new("Crash the coordinator", "让协调者宕机"), change: Change::Fault("crash=c@now")
        },
        Suggestion { name: Text::new("Crash the till", "让收款库宕机"), change: Change::Fault("crash=p2@now") },
        Suggestion {
            name: Text::new("Commit on a majority", "多数赞成就提交"),
            change: Change::Parameter("mistake", "commit-on-majority"),
        },
    ],
    expected: expected_safe! {
        NOBODY_IN_DOUBT: Holds, "no fault: every decision reaches everybody";
        ANSWERED: Holds, "no fault: every order commits, or aborts by its lock wait";
        CONSERVED: Holds, "sheet §1, 2PC-1 in every order";
    },
};
