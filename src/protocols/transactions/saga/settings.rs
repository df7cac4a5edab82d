//! The protocol's parameters: what may be set, the defaults with where they come from, and the values of one run.

use crate::protocols::parts::atomic_commitment::{CLIENT, COORDINATOR, parameters as shared};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::flexible::{id, parameters as flexible};
use crate::protocols::transactions::saga::properties;
use crate::protocols::{Parameter, ParameterKind, Values, parameter::Choice};
use crate::say;
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
        key: "style",
        name: Text::new("Style", "方式"),
        help: Text::new(
            "Orchestrated: one node calls every step and keeps the log. Choreographed: each service reacts to what the one \
             before it has published.",
            "编排（orchestration）：由一个节点调用每一步并记日志。协同（choreography）：各服务对前一个服务发布的事件作出反应。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "orchestrated", name: Text::new("orchestrated", "编排式"), breaks: None },
            Choice { key: "choreographed", name: Text::new("choreographed", "协同式"), breaks: None },
        ]),
        source: Text::new("dtm and Seata orchestrate", "dtm 与 Seata 都是编排式"),
    },
    Parameter {
        key: "recovery",
        name: Text::new("Recovery", "恢复方向"),
        help: Text::new(
            "What a step that cannot be done leads to: compensating what was done, or asking again until it can.",
            "某一步做不了时：补偿已做的步骤，还是一直重试到成功。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "backward", name: Text::new("backward", "向后恢复"), breaks: None },
            Choice { key: "forward", name: Text::new("forward", "向前恢复"), breaks: None },
        ]),
        source: Text::new(
            "Garcia-Molina, Salem 1987; Seata: RecoverStrategy Compensate, Forward",
            "Garcia-Molina、Salem 1987；Seata：RecoverStrategy Compensate、Forward",
        ),
    },
    Parameter {
        key: "pivot",
        name: Text::new("Pivot", "关键步骤"),
        help: Text::new(
            "The step that cannot be compensated: once it is done the saga can only go forward. With 0 every step can be.",
            "无法补偿的那一步（pivot）：一旦完成，就只能向前。取 0 表示每一步都可补偿。",
        ),
        kind: ParameterKind::Number { minimum: 0, maximum: 8, default: 0 },
        source: Text::new(
            "Richardson, Microservices Patterns, 2018, §4.3.2",
            "Richardson《微服务架构设计模式》2018，§4.3.2",
        ),
    },
    Parameter {
        key: "steps",
        name: Text::new("Order of steps", "步骤顺序"),
        help: Text::new(
            "As the services are listed, or with those last that bring something which others can spend: money, points.",
            "按服务列出的顺序，或者把会带来别人能花掉的东西（钱、积分）的步骤放到最后。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "as-listed", name: Text::new("as listed", "按列出的顺序"), breaks: None },
            Choice { key: "credits-last", name: Text::new("credits last", "入账放最后"), breaks: None },
        ]),
        source: Text::new("reference sheet §7: order steps so that credits come last", "参考表 §7：入账的步骤放最后"),
    },
    Parameter {
        key: "guard",
        name: Text::new("Guard", "防护"),
        help: Text::new(
            "What keeps a service from doing its step twice, after its compensation, or from compensating what it never did.",
            "靠什么防止服务重复执行、补偿之后再执行，或补偿从未做过的事。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "barrier", name: Text::new("barrier (dtm)", "子事务屏障（dtm）"), breaks: None },
            Choice { key: "off", name: Text::new("none", "无"), breaks: Some(id::NO_EFFECT_TWICE) },
        ]),
        source: Text::new("dtm: client/dtmcli/barrier.go", "dtm：client/dtmcli/barrier.go"),
    },
    Parameter {
        key: "isolation",
        name: Text::new("Countermeasure", "隔离对策"),
        help: Text::new(
            "What makes up for the isolation that a saga lacks: updates that add and subtract, a flag on each row that an \
             unfinished saga has changed, or a second look before a value is put back.",
            "用什么弥补 Saga 缺失的隔离：只做加减的可交换更新、给未完成 Saga 改过的行加标记（语义锁），或写回前重新读取。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "commutative", name: Text::new("commutative updates", "可交换更新"), breaks: None },
            Choice { key: "semantic-lock", name: Text::new("semantic lock", "语义锁"), breaks: None },
            Choice { key: "reread", name: Text::new("reread value", "重读"), breaks: None },
            Choice {
                key: "overwrite",
                name: Text::new("none: put the old value back", "无：写回旧值"),
                breaks: Some(id::NO_LOST_UPDATE),
            },
        ]),
        source: Text::new(
            "Frank, Zahle 1998, countermeasures; Richardson 2018, §4.3",
            "Frank、Zahle 1998 的隔离对策；Richardson 2018，§4.3",
        ),
    },
    Parameter {
        key: "text-message",
        name: Text::new("Text message", "短信"),
        help: Text::new(
            "A text message to the customer cannot be unsent: it goes out with the first step, or when the saga is over.",
            "发给顾客的短信无法收回：随第一步发出，或在 Saga 结束时发出。",
        ),
        kind: ParameterKind::Choice(&[
            Choice { key: "off", name: Text::new("none", "不发"), breaks: None },
            Choice { key: "late", name: Text::new("when it is over", "结束时发"), breaks: None },
            Choice {
                key: "early",
                name: Text::new("with the first step", "随第一步发"),
                breaks: Some(properties::TOLD_THE_TRUTH),
            },
        ]),
        source: Text::new(
            "reference sheet §7: non-compensatable step (SMS) before pivot",
            "参考表 §7：无法补偿的步骤（短信）排在关键步骤之前",
        ),
    },
    Parameter {
        key: "saga-timeout",
        name: Text::new("Saga time-out", "Saga 超时"),
        help: Text::new(
            "How long the orchestrator goes forward before it turns back, even without knowing what a step did.",
            "编排者向前推进的时限，超过则回退，即使不知道某一步是否执行过。",
        ),
        kind: ParameterKind::Time {
            minimum: Span::millis(1),
            maximum: Span::seconds(7_200),
            default: Span::seconds(1_800),
        },
        source: Text::new(
            "Seata saga: transOperationTimeout, 30 min (dtm: none)",
            "Seata saga：transOperationTimeout，30 分钟（dtm：不超时）",
        ),
    },
    flexible::RETRY,
    flexible::BACK_OFF,
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
        source: Text::new("as in two-phase commit: Seata, 60 s", "与两阶段提交相同：Seata，60 s"),
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
                key: "compensate-in-order",
                name: Text::new("compensate the first step first", "先补偿第一步"),
                breaks: Some(properties::LAST_FIRST),
            },
            Choice {
                key: "compensate-after-pivot",
                name: Text::new("turn back after the pivot", "越过关键步骤后仍回退"),
                breaks: Some(properties::NO_WAY_BACK),
            },
        ]),
        source: Text::new("reference sheet §7: SAGA-2, SAGA-3", "参考表 §7：SAGA-2、SAGA-3"),
    },
];

/// What makes up for the lack of isolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    Commutative,
    SemanticLock,
    Reread,
    /// Nothing: a compensation puts back what its action had found.
    Overwrite,
}

/// When the customer gets a text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextMessage {
    Never,
    WithTheFirstStep,
    WhenItIsOver,
}

/// What is not so by default: one line of the protocol, written wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    CompensateInOrder,
    CompensateAfterPivot,
}

/// The parameters of one run, as every node is told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    pub business: Business,
    pub at_once: u32,
    orchestrated: bool,
    /// Steps that fail are compensated; otherwise they are asked for until they can be done.
    backward: bool,
    /// The step, from 1, that cannot be compensated; 0 if all can.
    pivot: u8,
    /// Steps that bring what others can spend come last.
    credits_last: bool,
    pub text_message: TextMessage,
    pub guarded: bool,
    pub isolation: Isolation,
    pub saga_timeout: Span,
    pub retry: Span,
    doubling: bool,
    pub answer_timeout: Span,
    pub mistake: Mistake,
}

impl Settings {
    pub fn of(values: &Values) -> Settings {
        Settings {
            business: flexible::business(values),
            at_once: values.number("at-once"),
            orchestrated: values.choice("style") == "orchestrated",
            backward: values.choice("recovery") == "backward",
            pivot: values.number("pivot") as u8,
            credits_last: values.choice("steps") == "credits-last",
            text_message: match values.choice("text-message") {
                "early" => TextMessage::WithTheFirstStep,
                "late" => TextMessage::WhenItIsOver,
                _ => TextMessage::Never,
            },
            guarded: values.choice("guard") == "barrier",
            isolation: match values.choice("isolation") {
                "semantic-lock" => Isolation::SemanticLock,
                "reread" => Isolation::Reread,
                "overwrite" => Isolation::Overwrite,
                _ => Isolation::Commutative,
            },
            saga_timeout: values.time("saga-timeout"),
            retry: values.time("retry"),
            doubling: values.choice("back-off") == "doubling",
            answer_timeout: values.time("answer-timeout"),
            mistake: match values.choice("mistake") {
                "compensate-in-order" => Mistake::CompensateInOrder,
                "compensate-after-pivot" => Mistake::CompensateAfterPivot,
                _ => Mistake::None,
            },
        }
    }

    /// How many steps a saga has, one for each service.
    pub fn steps(&self) -> u8 {
        self.business.databases
    }

    pub fn is_orchestrated(&self) -> bool {
        self.orchestrated
    }

    pub fn has_semantic_locks(&self) -> bool {
        self.isolation == Isolation::SemanticLock
    }

    pub fn client(&self) -> NodeId {
        CLIENT
    }

    /// Whom the client asks.
    pub fn first_to_ask(&self) -> NodeId {
        if self.orchestrated { COORDINATOR } else { self.service(1) }
    }

    /// The services by their numbers, in the order of their steps.
    fn in_order(&self) -> impl Iterator<Item = u8> + use<> {
        let (steps, credits_last) = (self.steps(), self.credits_last);
        let comes_last = move |number: &u8| credits_last && Business::brings(*number);
        (1..=steps).filter(move |number| !comes_last(number)).chain((1..=steps).filter(comes_last))
    }

    /// The node of the service of that number, from 1: after the orchestrator, if there is one.
    pub fn node(&self, number: u8) -> NodeId {
        NodeId(number + u8::from(self.orchestrated))
    }

    /// The service of that step, from 1.
    pub fn service(&self, step: u8) -> NodeId {
        let number = self.in_order().nth(usize::from(step.saturating_sub(1)));
        self.node(number.unwrap_or(step))
    }

    /// The step, from 1, of the service of that number.
    pub fn step(&self, number: u8) -> u8 {
        let before = self.in_order().take_while(|other| *other != number);
        1 + before.count() as u8
    }

    pub fn services(&self) -> impl Iterator<Item = NodeId> + use<> {
        let settings = *self;
        (1..=self.steps()).map(move |number| settings.node(number))
    }

    pub fn is_pivot(&self, step: u8) -> bool {
        self.pivot != 0 && step == self.pivot
    }

    /// A step that refuses has done nothing: even the pivot may still be turned back from.
    pub fn may_turn_back_when_refused(&self, step: u8) -> bool {
        let before_pivot = self.pivot == 0 || step <= self.pivot;
        self.backward && (before_pivot || self.mistake == Mistake::CompensateAfterPivot)
    }

    /// A step that has not answered may have been done: from the pivot on there is no turning back.
    pub fn may_turn_back_in_doubt(&self, step: u8) -> bool {
        let before_pivot = self.pivot == 0 || step < self.pivot;
        self.backward && (before_pivot || self.mistake == Mistake::CompensateAfterPivot)
    }

    /// How long until a call is repeated once more.
    pub fn pause_before_repeat(&self, repeated: u8) -> Span {
        flexible::pause(self.retry, self.doubling, repeated)
    }
}

/// Why these values do not go together, if they do not.
pub fn conflict(values: &Values) -> Option<Text> {
    let settings = Settings::of(values);
    if !settings.orchestrated && settings.has_semantic_locks() {
        return Some(say!(
            "semantic locks need somebody who says that a saga is over: style=orchestrated",
            "语义锁需要有人宣布 Saga 已结束：style=orchestrated"
        ));
    }
    let (pivot, steps) = (settings.pivot, settings.steps());
    if pivot > steps {
        return Some(say!(
            "pivot={pivot} needs at least {pivot} services, and there are {steps}",
            "pivot={pivot} 至少需要 {pivot} 个服务，而现在只有 {steps} 个"
        ));
    }
    flexible::conflict(values)
}
