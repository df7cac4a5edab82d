//! Coordinators and initiators that die.

use super::{ALONE, CRASH, DIES, TRY_2PC, expected_safe};
use crate::protocols::Entry;
use crate::protocols::entry::{Change, Suggestion};
use crate::sim::time::Span;
use crate::text::Text;

pub const DIES_DECIDED: Entry = Entry {
    id: "tcc-coordinator-dies-decided",
    question: Text::new(
        "The coordinator has decided, told nobody, and dies. What becomes of everything that is set aside?",
        "协调器作出了决定，谁都没通知就宕机了。预留的一切怎么办？",
    ),
    answer: Text::new(
        "It waits, unlocked. The decision is in the log; whoever starts from that log confirms all.",
        "等着，但没有锁住谁。决定在日志里；谁从这份日志启动，谁就会确认全部。",
    ),
    parameters: &[],
    seed: 1,
    faults: &["crash=c@after:durable:decided-commit.1", "restart=c@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        TRY_2PC,
        Suggestion {
            name: Text::new("Keep a stand-by", "配备用协调器"), change: Change::Parameter("stand-by", "on")
        },
        Suggestion {
            name: Text::new("Lose power instead", "改为断电"),
            change: Change::Fault("power=c@after:write:decided-commit.1"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §3: TC crash between decision persist and calls → resumes from log";
        NOTHING_RESERVED: Holds, "sheet §3: TC crash between decision persist and calls → resumes from log";
        CONSERVED: Holds, "sheet §3: TC crash between decision persist and calls → resumes from log";
        ANSWERED: Holds, "sheet §3: TC crash between decision persist and calls → resumes from log";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const DIES_UNDECIDED: Entry = Entry {
    id: "tcc-coordinator-dies-undecided",
    question: Text::new(
        "The power fails as the decision is being written, and the initiator dies too. Who remembers that all had \
         tried?",
        "正在写入决定时断电，发起方也宕机了。谁还记得大家都 try 成功了？",
    ),
    answer: Text::new(
        "Nobody: the coordinator comes back with an open transaction, waits for its initiator until time is up, and \
         cancels.",
        "没有谁：协调器恢复后只看到一个未结束的事务，等发起方等到超时，然后取消。",
    ),
    parameters: &[("global-timeout", "2s")],
    seed: 1,
    faults: &["power=c@after:write:decided-commit.1", "crash=cl@10ms", "restart=c@300ms"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Let the initiator live", "让发起方活着"),
            change: Change::Fault("restart=cl@now"),
        },
        TRY_2PC,
        Suggestion {
            name: Text::new("Keep a stand-by", "配备用协调器"), change: Change::Parameter("stand-by", "on")
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §3: before persist → timeout → cancel";
        NOTHING_RESERVED: Holds, "sheet §3: before persist → timeout → cancel";
        CONSERVED: Holds, "sheet §3: before persist → timeout → cancel";
        ANSWERED: Violated, "the initiator is dead: there is nobody to be told";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const INITIATOR_DIES: Entry = Entry {
    id: "tcc-initiator-dies",
    question: Text::new(
        "All have set their part aside, and the initiator dies before it says so. For how long are the goods held?",
        "大家都已预留，发起方还没说就宕机了。货物会被占用多久？",
    ),
    answer: Text::new(
        "Until the coordinator’s time is up: sixty seconds with Seata, thirty-five with dtm, two in this run. Then \
         all of it is given back.",
        "直到协调器超时：Seata 是 60 秒，dtm 是 35 秒，这次运行设为 2 秒。然后全部释放。",
    ),
    parameters: &[("global-timeout", "2s")],
    seed: 1,
    faults: &["crash=cl@7ms"],
    until: Span::seconds(5),
    suggestions: &[
        CRASH,
        Suggestion {
            name: Text::new("Die before any try", "在 try 之前宕机"), change: Change::Fault("crash=cl@4ms")
        },
        TRY_2PC,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §3: initiator crash after all try → TC time-out (35/60 s) cancels";
        NOTHING_RESERVED: Holds, "sheet §3: initiator crash after all try → TC time-out (35/60 s) cancels";
        CONSERVED: Holds, "sheet §3: initiator crash after all try → TC time-out (35/60 s) cancels";
        ANSWERED: Violated, "the initiator is dead: there is nobody to be told";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const STAND_BY_FINISHES: Entry = Entry {
    id: "tcc-stand-by-finishes",
    question: Text::new(
        "The coordinator dies for good just after it has decided. Must everything that is set aside wait for a \
         repair?",
        "协调器刚作出决定就彻底宕机。所有预留都要等到修复吗？",
    ),
    answer: Text::new(
        "No: the stand-by has the decision on its own disk, since without that it would not have counted. It takes \
         the order over and confirms.",
        "不用：备用协调器的磁盘上也有这个决定，否则决定不算数。它接管订单并确认。",
    ),
    parameters: &[("stand-by", "on"), ("take-over", "2s")],
    seed: 1,
    faults: &["crash=c@after:replicate.1:c2*5"],
    until: Span::seconds(5),
    suggestions: &[
        Suggestion {
            name: Text::new("Have no stand-by", "不要备用协调器"),
            change: Change::Parameter("stand-by", "off"),
        },
        Suggestion {
            name: Text::new("Crash before the decision", "在决定之前宕机"),
            change: Change::Fault("crash=c@8ms"),
        },
        Suggestion {
            name: Text::new("Crash the stand-by as well", "备用协调器也宕机"),
            change: Change::Fault("crash=c2@now"),
        },
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §3: sessions are handed over after the dead threshold; resumes from log";
        NOTHING_RESERVED: Holds, "sheet §3: sessions are handed over after the dead threshold; resumes from log";
        CONSERVED: Holds, "sheet §3: sessions are handed over after the dead threshold; resumes from log";
        ANSWERED: Holds, "sheet §3: sessions are handed over after the dead threshold; resumes from log";
        INTERMEDIATE: NotSeen, ALONE;
    },
};

pub const STAND_BY_CALLS_OFF: Entry = Entry {
    id: "tcc-stand-by-calls-off",
    question: Text::new(
        "The coordinator only pauses, and the stand-by takes its order over. What happens when the first one wakes?",
        "协调器只是停顿，备用协调器接管了它的订单。第一个醒来时会怎样？",
    ),
    answer: Text::new(
        "It is told to submit and wants to, but its decision counts only when the stand-by has it too; and the \
         stand-by has called the order off. It does as the stand-by did.",
        "它被要求提交，也想提交，但决定要在备用协调器也有之后才算数；而后者已经取消了订单。它只能照办。",
    ),
    parameters: &[("stand-by", "on"), ("take-over", "1s")],
    seed: 1,
    faults: &["pause=c@12ms+3s"],
    until: Span::seconds(8),
    suggestions: &[
        Suggestion {
            name: Text::new("Decide alone", "独自决定"),
            change: Change::Parameter("mistake", "decide-alone"),
        },
        Suggestion {
            name: Text::new("Have no stand-by", "不要备用协调器"),
            change: Change::Parameter("stand-by", "off"),
        },
        DIES,
    ],
    expected: expected_safe! {
        ALL_OR_NOTHING: Holds, "sheet §3: before persist → time-out → cancel; TCC-5 under PAUSE";
        NOTHING_RESERVED: Holds, "sheet §3: before persist → time-out → cancel; TCC-5 under PAUSE";
        CONSERVED: Holds, "sheet §3: before persist → time-out → cancel; TCC-5 under PAUSE";
        ANSWERED: Holds, "sheet §3: before persist → time-out → cancel; TCC-5 under PAUSE";
        INTERMEDIATE: NotSeen, ALONE;
    },
};
