//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use crate::protocols::parts::atomic_commitment::{COORDINATOR, parameters as shared, participant};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::flexible::{id, parameters as flexible};
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::sim::time::Span;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The parameters, in the order of the form.
pub static PARAMETERS: &[Parameter] = &[
    flexible::SERVICES,
    shared::ORDERS,
    shared::AT_ONCE,
    shared::ROWS,
    flexible::REFUSE,
    Parameter {
        key: "guard",
        name: Text::new("Guard", "防护"),
        help: Text::new(
            "What keeps a branch from doing something twice, too late or for nothing: Seata’s fence, dtm’s barrier, or \
             only what the business knows of itself.",
            "靠什么防止分支重复、迟到或凭空执行：Seata 的 fence 表、dtm 的屏障表，或者只靠业务自己知道的信息。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "seata", name: Text::new("fence (Seata)", "fence 表（Seata）"), breaks: None },
            Choice { key: "dtm", name: Text::new("barrier (dtm)", "子事务屏障（dtm）"), breaks: None },
            Choice {
                key: "reservations",
                name: Text::new("only a look at what is reserved", "只看有没有预留记录"),
                breaks: Some(id::NO_LATE_EFFECT),
            },
            Choice { key: "off", name: Text::new("none", "无"), breaks: Some(id::NO_EFFECT_TWICE) },
        ]),
        source: Text::new(
            "Seata: tcc_fence_log, useTCCFence; dtm: barrier.go",
            "Seata：tcc_fence_log、useTCCFence；dtm：barrier.go",
        ),
    },
    Parameter {
        key: "stand-by",
        name: Text::new("Stand-by", "备用协调者"),
        help: Text::new(
            "A second coordinator that keeps every record too, and takes over what the first one no longer drives.",
            "第二个协调者：同样保存每条记录，第一个不再推进时由它接管。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "off", name: Text::new("off", "关"), breaks: None },
            Choice { key: "on", name: Text::new("on", "开"), breaks: None },
        ]),
        source: Text::new(
            "the notes ask for a cluster; Seata and dtm share a database instead",
            "笔记要求协调者是集群；Seata 与 dtm 用共享数据库实现",
        ),
    },
    Parameter {
        key: "global-timeout",
        name: Text::new("Global time-out", "全局超时"),
        help: Text::new(
            "How long the initiator may take before the coordinator calls the order off.",
            "发起方最多可用的时间，超过则由协调者回滚整个事务。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(60),
        },
        source: Text::new(
            "Seata: DEFAULT_GLOBAL_TRANSACTION_TIMEOUT, 60 s (dtm: TimeoutToFail, 35 s)",
            "Seata：DEFAULT_GLOBAL_TRANSACTION_TIMEOUT，60 s（dtm：TimeoutToFail，35 s）",
        ),
    },
    flexible::CALL_TIMEOUT,
    flexible::RETRY,
    flexible::BACK_OFF,
    Parameter {
        key: "take-over",
        name: Text::new("Take-over", "接管时限"),
        help: Text::new(
            "How long the stand-by hears nothing of an order before it takes it over.",
            "备用协调者多久没有收到某个订单的消息就接管它。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(3_600),
            default: Span::seconds(130),
        },
        source: Text::new("Seata: RETRY_DEAD_THRESHOLD, 130 s", "Seata：RETRY_DEAD_THRESHOLD，130 s"),
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
                key: "decide-before-fsync",
                name: Text::new("confirm before the decision is on disk", "决定尚未落盘就发出 confirm"),
                breaks: Some(id::ONE_WAY),
            },
            Choice {
                key: "cancel-after-failed-confirm",
                name: Text::new("cancel when a confirm fails", "confirm 失败就改为 cancel"),
                breaks: Some(id::ONE_WAY),
            },
            Choice {
                key: "decide-alone",
                name: Text::new("decide without the stand-by", "不等备用协调者就作决定"),
                breaks: Some(id::ONE_WAY),
            },
            Choice {
                key: "reply-before-fsync",
                name: Text::new("say that it is reserved before it is on disk", "预留尚未落盘就答复成功"),
                breaks: Some(id::NEVER_BELOW_ZERO),
            },
            Choice {
                key: "fence-apart",
                name: Text::new("write the fence in a local transaction of its own", "fence 与业务不在同一个本地事务"),
                breaks: Some(id::UNDOES_WHAT_WAS_DONE),
            },
            Choice {
                key: "act-outside",
                name: Text::new(
                    "act outside the local transaction, then throw",
                    "try 在本地事务之外产生副作用，然后抛异常",
                ),
                breaks: None,
            },
            Choice {
                key: "delete-on-duplicate",
                name: Text::new(
                    "delete the fence row when a try comes twice (as Seata does)",
                    "try 重复时删除 fence 行（Seata 即如此）",
                ),
                breaks: Some(id::NO_LATE_EFFECT),
            },
            Choice {
                key: "clean-early",
                name: Text::new("clean the fence after a second", "一秒后就清理 fence 表"),
                breaks: Some(id::NO_LATE_EFFECT),
            },
        ]),
        source: Text::new("reference sheet §3: subtle bugs", "参考表 §3：隐蔽的错误"),
    },
];

/// What guards a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    Seata,
    Dtm,
    /// The business looks whether something is reserved, and remembers nothing else.
    Reservations,
    None,
}

/// What is not so by default: one line of the protocol, written wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    DecideBeforeFsync,
    CancelAfterFailedConfirm,
    DecideAlone,
    ReplyBeforeFsync,
    FenceApart,
    ActOutside,
    DeleteOnDuplicate,
    CleanEarly,
}

impl Mistake {
    fn of(key: &str) -> Mistake {
        match key {
            "decide-before-fsync" => Mistake::DecideBeforeFsync,
            "cancel-after-failed-confirm" => Mistake::CancelAfterFailedConfirm,
            "decide-alone" => Mistake::DecideAlone,
            "reply-before-fsync" => Mistake::ReplyBeforeFsync,
            "fence-apart" => Mistake::FenceApart,
            "act-outside" => Mistake::ActOutside,
            "delete-on-duplicate" => Mistake::DeleteOnDuplicate,
            "clean-early" => Mistake::CleanEarly,
            _ => Mistake::None,
        }
    }
}

/// The parameters of one run, as every node is told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub business: Business,
    pub at_once: u32,
    pub guard: Guard,
    has_stand_by: bool,
    pub global_timeout: Span,
    pub call_timeout: Span,
    pub retry: Span,
    doubling: bool,
    pub take_over: Span,
    pub mistake: Mistake,
}

impl Settings {
    pub fn of(values: &Values) -> Settings {
        Settings {
            business: flexible::business(values),
            at_once: values.number("at-once"),
            guard: match values.choice("guard") {
                "dtm" => Guard::Dtm,
                "reservations" => Guard::Reservations,
                "off" => Guard::None,
                _ => Guard::Seata,
            },
            has_stand_by: values.choice("stand-by") == "on",
            global_timeout: values.time("global-timeout"),
            call_timeout: values.time("call-timeout"),
            retry: values.time("retry"),
            doubling: values.choice("back-off") == "doubling",
            take_over: values.time("take-over"),
            mistake: Mistake::of(values.choice("mistake")),
        }
    }

    /// How many branches an order has.
    pub fn branches(&self) -> u8 {
        self.business.databases
    }

    /// The coordinator that is asked first.
    pub fn coordinator(&self) -> NodeId {
        COORDINATOR
    }

    /// The stand-by, if there is one: it stands after the branches.
    pub fn stand_by(&self) -> Option<NodeId> {
        self.has_stand_by.then(|| participant(self.branches() + 1))
    }

    /// The coordinator to ask when this one is silent.
    pub fn other_coordinator(&self, asked: NodeId) -> NodeId {
        match self.stand_by() {
            Some(stand_by) if asked == COORDINATOR => stand_by,
            _ => COORDINATOR,
        }
    }

    /// How long the coordinator waits before it repeats the second phase once more.
    pub fn pause_before_repeat(&self, repeated: u8) -> Span {
        flexible::pause(self.retry, self.doubling, repeated)
    }
}
