//! The protocol's parameters: what may be set, and the defaults with where they come from.

use super::properties::NOBODY_LAGS;
use crate::protocols::parts::atomic_commitment::{PARTICIPANTS_MAX, id, parameters as shared};
use crate::protocols::{Parameter, ParameterKind, parameter::Choice};
use crate::sim::time::Span;
use crate::text::Text;

const fn time(default: Span) -> ParameterKind {
    ParameterKind::Time { minimum: Span::millis(1), maximum: Span::seconds(3_600), default }
}

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    Parameter {
        key: "termination",
        name: Text::new("Termination", "终止协议"),
        help: Text::new(
            "When the coordinator falls silent: each participant decides by itself after a time-out; or one of them \
             first collects everybody's state; or it also needs a quorum.",
            "协调者沉默时：每个参与者超时后自行决定；或由其中一个先收集所有人的状态；或者还必须凑够法定人数（quorum）。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "off", name: Text::new("off: time-outs alone", "关：只靠超时"), breaks: None },
            Choice { key: "on", name: Text::new("on: Skeen 1981", "开：Skeen 1981"), breaks: None },
            Choice { key: "quorum", name: Text::new("quorum: Skeen 1982", "法定人数：Skeen 1982"), breaks: None },
        ]),
        source: Text::new(
            "off is the notes' protocol; Skeen 1981, 1982 for the others",
            "off 是笔记中的协议；其余见 Skeen 1981、1982",
        ),
    },
    shared::PARTICIPANTS,
    shared::ORDERS,
    shared::AT_ONCE,
    shared::ROWS,
    Parameter {
        key: "refuse",
        name: Text::new("Refuses", "拒绝者"),
        help: Text::new(
            "A database with nothing to give: an empty shelf, a card over its limit.",
            "没有资源可给的数据库：货架空了，或银行卡超限。",
        ),
        kind: ParameterKind::Choice(shared::REFUSERS),
        source: Text::new("reference sheet §0: BIZFAIL", "参考表 §0：BIZFAIL"),
    },
    Parameter {
        key: "refuse-in",
        name: Text::new("Refuses in", "在哪一阶段拒绝"),
        help: Text::new(
            "Whether the refusing database says no when it is asked, or says yes and finds out when it executes: phase 1 \
             only looks and locks nothing.",
            "拒绝者在被询问时就答 no，还是先答 yes、真正执行时才发现不行：第一阶段只看一眼，不加锁。",
        ),
        kind: ParameterKind::Choice(&[
            Choice {
                key: "can-commit", name: Text::new("phase 1 (canCommit)", "阶段 1（canCommit）"), breaks: None
            },
            Choice {
                key: "pre-commit", name: Text::new("phase 2 (preCommit)", "阶段 2（preCommit）"), breaks: None
            },
        ]),
        source: Text::new(
            "the notes: a participant answers preCommit with ack or no",
            "笔记：参与者对 preCommit 答复 ack 或 no",
        ),
    },
    Parameter {
        key: "phase-timeout",
        name: Text::new("Phase time-out", "阶段超时"),
        help: Text::new(
            "How long the coordinator waits for all votes, and again for all acknowledgements, before it aborts; and how \
             long whoever leads a termination waits for answers.",
            "协调者等待全部投票、以及等待全部 ack 的时间，超过则中止；主持终止协议者等待回答也用这个时间。",
        ),
        kind: time(Span::seconds(3)),
        source: Text::new(
            "reference sheet §2: no production default exists; 3 s per phase",
            "参考表 §2：没有生产默认值；每阶段 3 s",
        ),
    },
    Parameter {
        key: "participant-timeout",
        name: Text::new("Participant time-out", "参与者超时"),
        help: Text::new(
            "How long a participant waits for the next word of the coordinator. It has to exceed the phase time-out by \
             more than the slowest message.",
            "参与者等待协调者下一步消息的时间。它必须比阶段超时长，多出的部分要超过最慢的一条消息。",
        ),
        kind: time(Span::seconds(6)),
        source: Text::new("reference sheet §2: at least twice the coordinator's", "参考表 §2：至少为协调者超时的两倍"),
    },
    Parameter {
        key: "stagger",
        name: Text::new("Stagger", "错开时间"),
        help: Text::new(
            "With a termination protocol, how much longer each participant waits than the one before it, so that normally \
             one of them leads. Zero: all stand for election at once.",
            "使用终止协议时，每个参与者比前一个多等多久，使通常只有一个出来主持。0 表示大家同时参选。",
        ),
        kind: ParameterKind::Time { minimum: Span::ZERO, maximum: Span::seconds(60), default: Span::millis(200) },
        source: Text::new(
            "as Raft spreads its election time-outs over 150 ms (Ongaro, Ousterhout 2014)",
            "如 Raft 将选举超时分散在 150 ms 内（Ongaro、Ousterhout 2014）",
        ),
    },
    Parameter {
        key: "commit-quorum",
        name: Text::new("Commit quorum", "提交法定人数"),
        help: Text::new(
            "With quorums: how many databases in PRECOMMIT make a commit. 0 is a majority.",
            "法定人数模式：多少个数据库处于 PRECOMMIT 才能提交。0 表示过半数。",
        ),
        kind: ParameterKind::Number { minimum: 0, maximum: PARTICIPANTS_MAX as u32, default: 0 },
        source: Text::same("Skeen 1982: Vc + Va > N"),
    },
    Parameter {
        key: "abort-quorum",
        name: Text::new("Abort quorum", "中止法定人数"),
        help: Text::new(
            "With quorums: how many databases in PREABORT make an abort. 0 is the fewest that meet every commit quorum.",
            "法定人数模式：多少个数据库处于 PREABORT 才能中止。0 表示与任何提交法定人数必有交集的最小数。",
        ),
        kind: ParameterKind::Number { minimum: 0, maximum: PARTICIPANTS_MAX as u32, default: 0 },
        source: Text::same("Skeen 1982: Vc + Va > N"),
    },
    Parameter {
        key: "decision-retry",
        name: Text::new("Decision retry", "决定重发间隔"),
        help: Text::new(
            "How often the coordinator repeats a decision to those that have not acknowledged it, and how often a node \
             that came back asks.",
            "对尚未应答者，协调者每隔多久重发一次决定；恢复后的节点也按此间隔询问。",
        ),
        kind: time(Span::seconds(1)),
        source: Text::new("Seata: committingRetryPeriod, 1 s, for ever", "Seata：committingRetryPeriod，1 s，永远重试"),
    },
    Parameter {
        key: "answer-timeout",
        name: Text::new("Answer time-out", "答复超时"),
        help: Text::new(
            "How long the client waits for an answer before it asks what became of its order.",
            "客户端等多久没有答复就去询问订单结果。",
        ),
        kind: time(Span::seconds(60)),
        source: Text::same("Seata: DEFAULT_GLOBAL_TRANSACTION_TIMEOUT, 60 s"),
    },
    shared::LATENCY_MODEL,
    shared::LATENCY,
    shared::FSYNC,
    Parameter {
        key: "mistake",
        name: Text::new("Mistake", "故意的错误"),
        help: Text::new(
            "One line of the protocol written wrongly on purpose, as it has been written wrongly in earnest.",
            "故意写错协议中的一行：这些错误在现实中都有人犯过。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "none", name: Text::new("none", "无"), breaks: None },
            Choice {
                key: "reply-before-fsync",
                name: Text::new("acknowledge preCommit before it is on disk", "PRECOMMIT 尚未落盘就应答"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "commit-on-majority",
                name: Text::new("go on when a majority said yes", "多数赞成就继续"),
                breaks: Some(id::ALL_VOTED_YES),
            },
            Choice {
                key: "impatient-participants",
                name: Text::new("participants wait half as long as the coordinator", "参与者只等协调者一半的时间"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "ready-decides-alone",
                name: Text::new("back in READY, abort alone", "恢复后处于 READY 就自行中止"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "commit-without-moving",
                name: Text::new("commit at the first PRECOMMIT seen", "看到一个 PRECOMMIT 就直接提交"),
                breaks: Some(NOBODY_LAGS),
            },
            Choice {
                key: "small-quorums",
                name: Text::new("quorums of half the databases", "一半数据库就算法定人数"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "ignores-preabort",
                name: Text::new("PRECOMMIT and PREABORT do not bar each other", "PRECOMMIT 与 PREABORT 互不排斥"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "takes-back",
                name: Text::new("a late word overrides one's own decision", "迟到的命令推翻自己已作的决定"),
                breaks: Some(id::IRREVOCABLE),
            },
            Choice {
                key: "presumes-abort",
                name: Text::new("no decision yet means abort", "还没有决定就当作中止"),
                breaks: Some(id::ABORT_HAS_A_REASON),
            },
            Choice {
                key: "forgets-early",
                name: Text::new("forget once everybody has been told", "通知完所有人就忘记"),
                breaks: Some(id::FORGETTING),
            },
            Choice {
                key: "release-after-pre-commit",
                name: Text::new("let go of locks after the acknowledgement", "应答 preCommit 之后就放锁"),
                breaks: Some(id::LOCKS),
            },
        ]),
        source: Text::new("reference sheet §2 and §1: what each rule is for", "参考表 §2 与 §1：每条规则的用途"),
    },
];
