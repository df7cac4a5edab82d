//! What the protocol is, what is modelled, and its words, each glossed once.

use crate::protocols::Term;
use crate::text::Text;

pub static SUMMARY: Text = Text::new(
    "A long transaction is cut into steps, each a local transaction that commits at once, and every step has a compensation \
     that makes up for it. If a step cannot be done, what was done is compensated, the last first; or the step is asked for \
     until it can be. Nobody ever waits for a lock; instead everybody may see, and build on, what is later taken back.",
    "把长事务切成若干步，每一步都是立即提交的本地事务，并各有一个补偿操作来抵消它。某一步做不了，就把已做的从后往前逐一补偿；\
     或者一直重试到做成为止。谁也不用等锁；代价是任何人都可能看到、并依赖之后会被收回的改动。",
);

pub static MODELLED: &[Text] = &[
    Text::new(
        "Orchestration with a log of every answer, and choreography with events that wait in each service’s own database \
         until somebody has them.",
        "编排式：每个答复都写日志；协同式：事件存放在各服务自己的数据库里，直到有人接收。",
    ),
    Text::new(
        "Backward and forward recovery, a pivot, compensations that fail, and dtm’s barrier by its published sequences.",
        "向后与向前恢复、关键步骤（pivot）、会失败的补偿，以及按公开序列实现的 dtm 屏障。",
    ),
    Text::new(
        "What cannot be taken back: money that somebody else has spent, a text message that the customer has read.",
        "收不回的东西：被别人花掉的钱、顾客已经读到的短信。",
    ),
    Text::new(
        "The lack of isolation, and against it commutative updates, semantic locks and a second look before writing.",
        "隔离的缺失，以及相应的对策：可交换更新、语义锁、写回前重读。",
    ),
];

pub static NOT_MODELLED: &[Text] = &[
    Text::new(
        "Steps that run side by side, sagas within sagas, compensations that differ from the step’s own change.",
        "并行步骤、嵌套 Saga、与步骤改动不对称的补偿。",
    ),
    Text::new(
        "A broker between the services: events go from service to service. See the transactional messages for one.",
        "服务之间的消息中间件：事件由服务直接发给服务。带中间件的见事务消息。",
    ),
    Text::new(
        "A second orchestrator: this one comes back, or its sagas wait.",
        "第二个编排者：要么它恢复，要么它的 Saga 一直等着。",
    ),
];

pub static TERMS: &[Term] = &[
    Term {
        kind: "order",
        label: Text::new("order", "下单（order）"),
        gloss: Text::new(
            "The client wants all steps done, or none left standing.",
            "客户端要求所有步骤全部完成，否则一步也不留。",
        ),
    },
    Term {
        kind: "result",
        label: Text::new("result", "结果（result）"),
        gloss: Text::new("What became of the order.", "订单的结果。"),
    },
    Term {
        kind: "action",
        label: Text::new("action", "执行（action）"),
        gloss: Text::new("Do your step now, for all to see.", "现在执行你的那一步，立即对所有人可见。"),
    },
    Term {
        kind: "compensate",
        label: Text::new("compensate", "补偿（compensate）"),
        gloss: Text::new("Make up for your step, whether you know of it or not.", "补偿你的那一步，不管你是否知道它。"),
    },
    Term {
        kind: "done",
        label: Text::new("done", "完成（done）"),
        gloss: Text::new(
            "The step is done, and cannot be undone except by another one.",
            "这一步已完成，只能靠另一步来抵消。",
        ),
    },
    Term {
        kind: "refused",
        label: Text::new("refused", "拒绝（refused）"),
        gloss: Text::new("The business cannot do the step.", "业务做不了这一步。"),
    },
    Term {
        kind: "busy",
        label: Text::new("busy", "忙（busy）"),
        gloss: Text::new("The row is flagged by another saga: ask again later.", "该行被另一个 Saga 标记：稍后再来。"),
    },
    Term {
        kind: "compensated",
        label: Text::new("compensated", "已补偿（compensated）"),
        gloss: Text::new("The step is made up for, or was never done.", "这一步已补偿，或从未执行。"),
    },
    Term {
        kind: "failed",
        label: Text::new("failed", "失败（failed）"),
        gloss: Text::new(
            "The compensation threw an exception: it will be asked for again.",
            "补偿抛出异常：还会再次要求。",
        ),
    },
    Term {
        kind: "finish",
        label: Text::new("finish", "了结（finish）"),
        gloss: Text::new("The saga is over: take the flag off the row.", "Saga 已结束：去掉行上的标记。"),
    },
    Term {
        kind: "finished",
        label: Text::new("finished", "已了结（finished）"),
        gloss: Text::new("The row is free.", "该行已空出。"),
    },
    Term {
        kind: "happened",
        label: Text::new("happened", "已发生（happened）"),
        gloss: Text::new(
            "An event: this step has happened, and the next may react.",
            "事件：这一步已发生，下一个服务可以作出反应。",
        ),
    },
    Term {
        kind: "unwound",
        label: Text::new("unwound", "已回退（unwound）"),
        gloss: Text::new(
            "An event: the saga goes back, and this step stands no more.",
            "事件：Saga 在回退，这一步已不复存在。",
        ),
    },
    Term {
        kind: "noted",
        label: Text::new("noted", "已记下（noted）"),
        gloss: Text::new(
            "The event is in the receiver’s database and need not be published again.",
            "事件已进入接收方的数据库，不必再发布。",
        ),
    },
    Term {
        kind: "text",
        label: Text::new("text", "短信（text）"),
        gloss: Text::new(
            "A text message to the customer’s phone: your order is on its way. Nothing unsends it.",
            "发到顾客手机的短信：订单已在路上。它无法收回。",
        ),
    },
    Term {
        kind: "opened",
        label: Text::new("opened", "已开启（opened）"),
        gloss: Text::new("A log record: a saga begins.", "日志记录：一个 Saga 开始。"),
    },
    Term {
        kind: "step-done",
        label: Text::new("step-done", "步骤完成（step-done）"),
        gloss: Text::new("A log record: the step has answered that it is done.", "日志记录：这一步已答复完成。"),
    },
    Term {
        kind: "turned",
        label: Text::new("turned", "转向（turned）"),
        gloss: Text::new("A log record: from here on the saga only goes back.", "日志记录：从此这个 Saga 只会回退。"),
    },
    Term {
        kind: "step-undone",
        label: Text::new("step-undone", "步骤撤销（step-undone）"),
        gloss: Text::new("A log record: the step is compensated.", "日志记录：这一步已补偿。"),
    },
    Term {
        kind: "ended",
        label: Text::new("ended", "结束（ended）"),
        gloss: Text::new(
            "A log record: all steps are done, or all that were begun are compensated.",
            "日志记录：所有步骤已完成，或开始过的步骤都已补偿。",
        ),
    },
    Term {
        kind: "closed",
        label: Text::new("closed", "关闭（closed）"),
        gloss: Text::new("A log record: nobody has to be told anything any more.", "日志记录：不再需要通知任何人。"),
    },
    Term {
        kind: "step",
        label: Text::new("step", "步骤（step）"),
        gloss: Text::new(
            "One local transaction: the step, with the row that guards it.",
            "一个本地事务：执行这一步，连同防护行。",
        ),
    },
    Term {
        kind: "step-taken-back",
        label: Text::new("step-taken-back", "补偿（step-taken-back）"),
        gloss: Text::new("One local transaction that makes up for the step.", "一个本地事务：抵消这一步。"),
    },
    Term {
        kind: "nothing-to-undo",
        label: Text::new("nothing-to-undo", "空补偿（nothing-to-undo）"),
        gloss: Text::new(
            "One local transaction that finds no step to make up for, and leaves a mark.",
            "一个本地事务：没有可补偿的步骤，只留下标记。",
        ),
    },
    Term {
        kind: "refusal",
        label: Text::new("refusal", "拒绝记录（refusal）"),
        gloss: Text::new(
            "One local transaction: this service refuses, and the saga turns back here.",
            "一个本地事务：本服务拒绝，Saga 从这里回退。",
        ),
    },
    Term {
        kind: "published",
        label: Text::new("published", "已发布（published）"),
        gloss: Text::new("A log record: somebody has the event.", "日志记录：事件已有人接收。"),
    },
    Term {
        kind: "unflagged",
        label: Text::new("unflagged", "去标记（unflagged）"),
        gloss: Text::new("The row’s flag comes off: others may change it.", "去掉行上的标记：别人可以修改了。"),
    },
    Term {
        kind: "spent",
        label: Text::new("spent", "花掉（spent）"),
        gloss: Text::new(
            "One local transaction of somebody else: what orders brought is used up.",
            "别人的一个本地事务：订单带来的钱被用掉了。",
        ),
    },
    Term {
        kind: "answer",
        label: Text::new("answer time-out", "答复超时"),
        gloss: Text::new("The client asks what became of its order.", "客户端询问订单结果。"),
    },
    Term {
        kind: "global",
        label: Text::new("saga time-out", "Saga 超时"),
        gloss: Text::new("The saga has gone forward for too long.", "Saga 向前推进得太久。"),
    },
    Term {
        kind: "retry",
        label: Text::new("retry", "重试"),
        gloss: Text::new(
            "What was not answered is asked for, or published, again.",
            "没有得到答复的，再次要求或再次发布。",
        ),
    },
];
