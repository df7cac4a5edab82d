//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use crate::protocols::parts::atomic_commitment::{id, parameters as shared};
use crate::protocols::parts::business::Business;
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::say;
use crate::sim::time::Span;
use crate::text::Text;

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    shared::PARTICIPANTS,
    shared::ORDERS,
    shared::AT_ONCE,
    shared::ROWS,
    Parameter {
        key: "refuse",
        name: Text::new("Refuses", "拒绝者"),
        help: Text::new(
            "A database with nothing to give: an empty shelf, a card over its limit. It votes no.",
            "没有资源可给的数据库：货架空了，或银行卡超限。它会投反对票。",
        ),
        kind: ParameterKind::Choice(shared::REFUSERS),
        source: Text::new("reference sheet §0: BIZFAIL", "参考表 §0：BIZFAIL"),
    },
    Parameter {
        key: "presumption",
        name: Text::new("Presumption", "推定规则"),
        help: Text::new(
            "What the coordinator saves on an abort. Without a presumption it forces a record and waits for \
             acknowledgements; presumed abort does neither. Having no record means abort either way.",
            "中止时协调者能省下什么。无推定：强制写记录并等待应答；推定中止（presumed abort）：两者都省。没有记录一律视为中止。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "none", name: Text::new("none", "无"), breaks: None },
            Choice { key: "abort", name: Text::new("presumed abort", "推定中止"), breaks: None },
        ]),
        source: Text::new(
            "Mohan, Lindsay, Obermarck 1986; the textbook's protocol has none",
            "Mohan、Lindsay、Obermarck 1986；教科书的协议没有推定",
        ),
    },
    Parameter {
        key: "initiator",
        name: Text::new("Who begins", "发起者"),
        help: Text::new(
            "The coordinator asks every participant; or the first participant, once it has prepared, asks the \
             coordinator to ask the others, which saves two messages.",
            "由协调者询问所有参与者；或由第一个参与者在准备好之后请协调者询问其余参与者，可省两条消息。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "coordinator", name: Text::new("the coordinator", "协调者"), breaks: None },
            Choice { key: "participant", name: Text::new("the first participant", "第一个参与者"), breaks: None },
        ]),
        source: Text::same("Gray, Lamport 2006: Consensus on Transaction Commit, §3"),
    },
    Parameter {
        key: "inquiry",
        name: Text::new("Inquiry", "询问"),
        help: Text::new(
            "Whether a participant in doubt asks the coordinator again and again what was decided.",
            "悬而未决的参与者是否反复询问协调者的决定。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "on", name: Text::new("on", "开"), breaks: None },
            Choice { key: "off", name: Text::new("off", "关"), breaks: None },
        ]),
        source: Text::new("X/Open XA recovery; the textbook's picture has none", "X/Open XA 恢复；教科书的图中没有"),
    },
    Parameter {
        key: "vote-timeout",
        name: Text::new("Vote time-out", "投票超时"),
        help: Text::new(
            "How long the coordinator waits for all votes before it aborts.",
            "协调者等待全部投票的时间，超过则中止。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(60),
        },
        source: Text::same("Seata: DEFAULT_GLOBAL_TRANSACTION_TIMEOUT, 60 s"),
    },
    Parameter {
        key: "decision-retry",
        name: Text::new("Decision retry", "决定重发间隔"),
        help: Text::new(
            "How often the coordinator repeats a decision to those that have not acknowledged it.",
            "对尚未应答者，协调者每隔多久重发一次决定。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(1),
        },
        source: Text::new("Seata: committingRetryPeriod, 1 s, for ever", "Seata：committingRetryPeriod，1 s，永远重试"),
    },
    Parameter {
        key: "inquiry-retry",
        name: Text::new("Inquiry retry", "询问间隔"),
        help: Text::new("How often a participant in doubt asks.", "悬而未决的参与者每隔多久询问一次。"),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(1),
        },
        source: Text::new("as the decision retry: Seata, 1 s", "与决定重发相同：Seata，1 s"),
    },
    Parameter {
        key: "lock-wait",
        name: Text::new("Lock wait", "等锁超时"),
        help: Text::new(
            "How long an order waits for a row that another holds before the database votes no.",
            "等待他人持有的行锁多久之后，数据库放弃并投反对票。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(50),
        },
        source: Text::same("MySQL: innodb_lock_wait_timeout, 50 s"),
    },
    Parameter {
        key: "answer-timeout",
        name: Text::new("Answer time-out", "答复超时"),
        help: Text::new(
            "How long the client waits for an answer before it asks what became of its order.",
            "客户端等多久没有答复就去询问订单结果。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(60),
        },
        source: Text::new("as the vote time-out: Seata, 60 s", "与投票超时相同：Seata，60 s"),
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
                name: Text::new("vote yes before the promise is on disk", "承诺尚未落盘就投赞成票"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "commit-before-fsync",
                name: Text::new("send commit before the decision is on disk", "决定尚未落盘就发出 commit"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "commit-on-majority",
                name: Text::new("commit when a majority voted yes", "多数赞成就提交"),
                breaks: Some(id::ALL_VOTED_YES),
            },
            Choice {
                key: "abort-after-commit-point",
                name: Text::new("abort when an acknowledgement is missing", "缺少应答就改为中止"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "prepared-timeout-abort",
                name: Text::new("abort alone when the decision is late", "决定迟迟不到就自行中止"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "prepared-timeout-commit",
                name: Text::new("commit alone when the decision is late", "决定迟迟不到就自行提交"),
                breaks: Some(id::AGREEMENT),
            },
            Choice {
                key: "reopen-after-abort",
                name: Text::new("a late prepare opens an aborted order again", "迟到的 prepare 重新打开已中止的订单"),
                breaks: Some(id::IRREVOCABLE),
            },
            Choice {
                key: "acknowledge-unknown",
                name: Text::new("acknowledge a commit that one knows nothing of", "对一无所知的提交也应答"),
                breaks: Some(id::FORGETTING),
            },
            Choice {
                key: "release-after-vote",
                name: Text::new("let go of locks after the vote", "投票之后就放锁"),
                breaks: Some(id::LOCKS),
            },
        ]),
        source: Text::new("reference sheet §1: subtle bugs and mutants", "参考表 §1：隐蔽的错误与变体"),
    },
];

/// What is not so by default: one line of the protocol, written wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    ReplyBeforeFsync,
    CommitBeforeFsync,
    CommitOnMajority,
    AbortAfterCommitPoint,
    PreparedTimeoutAbort,
    PreparedTimeoutCommit,
    ReopenAfterAbort,
    AcknowledgeUnknown,
    ReleaseAfterVote,
}

impl Mistake {
    fn of(key: &str) -> Mistake {
        match key {
            "reply-before-fsync" => Mistake::ReplyBeforeFsync,
            "commit-before-fsync" => Mistake::CommitBeforeFsync,
            "commit-on-majority" => Mistake::CommitOnMajority,
            "abort-after-commit-point" => Mistake::AbortAfterCommitPoint,
            "prepared-timeout-abort" => Mistake::PreparedTimeoutAbort,
            "prepared-timeout-commit" => Mistake::PreparedTimeoutCommit,
            "reopen-after-abort" => Mistake::ReopenAfterAbort,
            "acknowledge-unknown" => Mistake::AcknowledgeUnknown,
            "release-after-vote" => Mistake::ReleaseAfterVote,
            _ => Mistake::None,
        }
    }
}

/// The parameters of one run, as every node is told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub business: Business,
    pub at_once: u32,
    /// Presumed abort: an abort is neither logged by the coordinator nor acknowledged.
    pub presumed_abort: bool,
    /// The first participant begins, rather than the coordinator.
    pub participant_begins: bool,
    pub inquiry: bool,
    pub vote_timeout: Span,
    pub decision_retry: Span,
    pub inquiry_retry: Span,
    pub lock_wait: Span,
    pub answer_timeout: Span,
    pub mistake: Mistake,
}

impl Settings {
    pub fn of(values: &Values) -> Settings {
        let refuses = values.choice("refuse").strip_prefix('p').and_then(|number| number.parse().ok());
        Settings {
            business: Business {
                databases: values.number("participants") as u8,
                rows: values.number("rows") as u16,
                orders: values.number("orders"),
                refuses,
            },
            at_once: values.number("at-once"),
            presumed_abort: values.choice("presumption") == "abort",
            participant_begins: values.choice("initiator") == "participant",
            inquiry: values.choice("inquiry") == "on",
            vote_timeout: values.time("vote-timeout"),
            decision_retry: values.time("decision-retry"),
            inquiry_retry: values.time("inquiry-retry"),
            lock_wait: values.time("lock-wait"),
            answer_timeout: values.time("answer-timeout"),
            mistake: Mistake::of(values.choice("mistake")),
        }
    }

    /// How many participants there are.
    pub fn participants(&self) -> u8 {
        self.business.databases
    }
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let Settings { business, .. } = Settings::of(values);
    let (refuses, databases) = (business.refuses?, business.databases);
    (refuses > databases).then(|| {
        say!(
            "refuse=p{refuses} needs at least {refuses} databases, and there are {databases}",
            "refuse=p{refuses} 至少需要 {refuses} 个数据库，而现在只有 {databases} 个"
        )
    })
}
