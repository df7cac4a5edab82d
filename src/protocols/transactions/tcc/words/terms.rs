//! What the protocol is, what is modelled, and its words, each glossed once.

use crate::protocols::Term;
use crate::text::Text;

pub static SUMMARY: Text = Text::new(
    "Instead of locking rows until everybody knows the decision, every service sets aside what an order needs and commits \
     that at once: try. When all have, a coordinator has each use its reservation: confirm. If one cannot, each gives it \
     back: cancel. Calls may be lost, doubled and late, so confirm and cancel are repeated for ever, and a guard in each \
     service’s own database sees that no repeat and no late call does harm.",
    "不再锁住行等待决定，而是让每个服务先预留订单所需的资源并立即提交：try。全部成功后，由协调器让各服务使用预留：confirm；\
     只要有一个做不到，就让各服务释放预留：cancel。调用可能丢失、重复、迟到，所以 confirm 与 cancel 会一直重试，\
     各服务数据库里的防护记录保证重复和迟到的调用不会造成损害。",
);

pub static MODELLED: &[Text] = &[
    Text::new(
        "Services with rows that are available, frozen and pending; each operation is one local transaction with its fence \
         or barrier row.",
        "服务的每一行都有可用、冻结、待入账三个量；每个操作连同 fence 或屏障行是一个本地事务。",
    ),
    Text::new(
        "Seata’s fence by its published decision table and dtm’s barrier by its published sequences. Seata’s deletion of \
         the row after a doubled try is a mistake that can be switched on.",
        "Seata 的 fence 按其公开的判定表实现，dtm 的屏障按其公开的序列实现。Seata 在 try 重复后删除 fence 行的行为，\
         作为可以打开的错误提供。",
    ),
    Text::new(
        "A coordinator that registers branches, times out, decides once and repeats for ever; and a stand-by that keeps \
         every record too and takes over.",
        "协调器：注册分支、超时回滚、只决定一次、永远重试；备用协调器同样保存每条记录，并可接管。",
    ),
];

pub static NOT_MODELLED: &[Text] = &[
    Text::new(
        "A cluster that shares a database, as Seata and dtm have it: here two coordinators keep two logs, and while the \
         stand-by is away the first decides nothing.",
        "Seata 与 dtm 那样共享数据库的集群：这里两个协调器各有一份日志，备用协调器不在时，第一个不作任何决定。",
    ),
    Text::new(
        "Row locks inside a local transaction, nested transactions, a business that acts outside its database.",
        "本地事务内部的行锁、嵌套事务、在数据库之外产生副作用的业务。",
    ),
    Text::new(
        "Fence rows are never cleaned in a run: Seata cleans them after a day.",
        "运行期间从不清理 fence 行：Seata 的清理周期是一天。",
    ),
];

pub static TERMS: &[Term] = &[
    Term {
        kind: "begin",
        label: Text::new("begin", "开启（begin）"),
        gloss: Text::new(
            "Open a global transaction: its number names every call that follows.",
            "开启全局事务：此后的每次调用都带上它的编号。",
        ),
    },
    Term {
        kind: "begun",
        label: Text::new("begun", "已开启（begun）"),
        gloss: Text::new(
            "The transaction is open; if its initiator falls silent, its time runs out.",
            "事务已开启；发起方若从此沉默，超时即回滚。",
        ),
    },
    Term {
        kind: "register",
        label: Text::new("register", "注册分支（register）"),
        gloss: Text::new(
            "This branch is about to be tried: tell it the end, whatever becomes of the try.",
            "即将对这个分支执行 try：无论 try 结果如何，最后都要通知它。",
        ),
    },
    Term {
        kind: "registered",
        label: Text::new("registered", "已注册（registered）"),
        gloss: Text::new(
            "The branch is in the coordinator’s log: it can no longer be forgotten.",
            "分支已进入协调器的日志，不会再被遗漏。",
        ),
    },
    Term {
        kind: "try",
        label: Text::new("try", "尝试（try）"),
        gloss: Text::new(
            "Check whether the order can be served, and set aside what it needs.",
            "检查能否满足订单，并预留所需资源。",
        ),
    },
    Term {
        kind: "tried",
        label: Text::new("tried", "try 成功（tried）"),
        gloss: Text::new("It is set aside: a later confirm must succeed.", "资源已预留：之后的 confirm 必须成功。"),
    },
    Term {
        kind: "refused",
        label: Text::new("refused", "拒绝（refused）"),
        gloss: Text::new(
            "Nothing is set aside here: the business refuses, or the guard throws.",
            "这里没有预留：业务拒绝，或防护抛出异常。",
        ),
    },
    Term {
        kind: "submit",
        label: Text::new("submit", "提交（submit）"),
        gloss: Text::new("Every branch has tried: carry it through.", "所有分支都 try 成功：请推进到底。"),
    },
    Term {
        kind: "give-up",
        label: Text::new("give-up", "放弃（give-up）"),
        gloss: Text::new(
            "Some branch could not, or did not answer: call it off.",
            "有分支做不到，或没有答复：请全部取消。",
        ),
    },
    Term {
        kind: "confirm",
        label: Text::new("confirm", "确认（confirm）"),
        gloss: Text::new("Use what is set aside.", "使用已预留的资源。"),
    },
    Term {
        kind: "cancel",
        label: Text::new("cancel", "取消（cancel）"),
        gloss: Text::new("Give back what is set aside, if anything is.", "释放已预留的资源（如果有）。"),
    },
    Term {
        kind: "confirmed",
        label: Text::new("confirmed", "已确认（confirmed）"),
        gloss: Text::new("It is used, and need not be asked for again.", "已使用，不必再要求。"),
    },
    Term {
        kind: "cancelled",
        label: Text::new("cancelled", "已取消（cancelled）"),
        gloss: Text::new("It is given back, or there was nothing to give back.", "已释放，或本来就没有可释放的。"),
    },
    Term {
        kind: "failed",
        label: Text::new("failed", "失败（failed）"),
        gloss: Text::new(
            "The second phase threw an exception here: it will be asked for again.",
            "第二阶段在这里抛出异常：还会再次要求。",
        ),
    },
    Term {
        kind: "result",
        label: Text::new("result", "结果（result）"),
        gloss: Text::new("What was decided about the order.", "订单的最终决定。"),
    },
    Term {
        kind: "replicate",
        label: Text::new("replicate", "复制（replicate）"),
        gloss: Text::new("A record for the stand-by to keep too.", "请备用协调器也保存这条记录。"),
    },
    Term {
        kind: "replicated",
        label: Text::new("replicated", "已复制（replicated）"),
        gloss: Text::new(
            "The stand-by has the record, or says what it has decided meanwhile.",
            "备用协调器已保存，或告知它已作出的决定。",
        ),
    },
    Term {
        kind: "opened",
        label: Text::new("opened", "已开启记录（opened）"),
        gloss: Text::new("A log record: the transaction is open.", "日志记录：事务已开启。"),
    },
    Term {
        kind: "branch",
        label: Text::new("branch", "分支记录（branch）"),
        gloss: Text::new("A log record: this branch must be told the end.", "日志记录：这个分支必须得知结局。"),
    },
    Term {
        kind: "decided-commit",
        label: Text::new("decided-commit", "决定确认（decided-commit）"),
        gloss: Text::new(
            "The log record from which on the order is only ever confirmed.",
            "日志记录：此后这个订单只会被确认。",
        ),
    },
    Term {
        kind: "decided-abort",
        label: Text::new("decided-abort", "决定取消（decided-abort）"),
        gloss: Text::new(
            "The log record from which on the order is only ever cancelled.",
            "日志记录：此后这个订单只会被取消。",
        ),
    },
    Term {
        kind: "ended",
        label: Text::new("ended", "结束（ended）"),
        gloss: Text::new("A log record: every branch has carried it out.", "日志记录：所有分支都已执行完毕。"),
    },
    Term {
        kind: "reserved",
        label: Text::new("reserved", "预留（reserved）"),
        gloss: Text::new(
            "One local transaction: the reservation, and the row that guards it.",
            "一个本地事务：预留资源，连同防护行。",
        ),
    },
    Term {
        kind: "used",
        label: Text::new("used", "使用（used）"),
        gloss: Text::new("One local transaction: what was set aside is used.", "一个本地事务：使用已预留的资源。"),
    },
    Term {
        kind: "released",
        label: Text::new("released", "释放（released）"),
        gloss: Text::new(
            "One local transaction: what was set aside is available again.",
            "一个本地事务：已预留的资源重新可用。",
        ),
    },
    Term {
        kind: "empty-rollback",
        label: Text::new("empty-rollback", "空回滚（empty-rollback）"),
        gloss: Text::new(
            "One local transaction that finds nothing to give back; with a guard it leaves a mark.",
            "一个本地事务：没有可释放的资源；若有防护，则留下标记。",
        ),
    },
    Term {
        kind: "fence-row",
        label: Text::new("fence-row", "fence 行（fence-row）"),
        gloss: Text::new(
            "The guard’s row, in a local transaction of its own: a mistake.",
            "防护行单独一个本地事务：这是错误。",
        ),
    },
    Term {
        kind: "cleaned",
        label: Text::new("cleaned", "清理（cleaned）"),
        gloss: Text::new("The guard’s rows of an order are deleted.", "订单的防护行被删除。"),
    },
    Term {
        kind: "call",
        label: Text::new("call time-out", "调用超时"),
        gloss: Text::new("The initiator has no answer to its call.", "发起方的调用没有得到答复。"),
    },
    Term {
        kind: "global",
        label: Text::new("global time-out", "全局超时"),
        gloss: Text::new("The initiator has not ended the transaction in time.", "发起方没有在时限内结束事务。"),
    },
    Term {
        kind: "retry",
        label: Text::new("retry", "重试"),
        gloss: Text::new(
            "What is not carried out, or not replicated, is asked for again.",
            "尚未执行或尚未复制的，再次要求。",
        ),
    },
    Term {
        kind: "take-over",
        label: Text::new("take-over", "接管时限"),
        gloss: Text::new(
            "The stand-by has heard nothing of an order for too long.",
            "备用协调器太久没有收到某个订单的消息。",
        ),
    },
    Term {
        kind: "clean",
        label: Text::new("clean", "清理定时"),
        gloss: Text::new("A guard’s row is due to be deleted.", "防护行到了删除的时间。"),
    },
];
