//! The seven ways to make a distributed transaction, side by side on the same business, as the notes compare them, but
//! measured.

use crate::protocols::Family;
use crate::protocols::comparison::{Column, Comparison, Load, Trial, Way};
use crate::text::Text;

/// Every protocol of the family.
pub static TRANSACTIONS: Comparison = Comparison {
    id: "transactions",
    family: Family::Transactions,
    question: Text::new(
        "Seven ways to make one purchase of two databases. What does each cost, and what does it keep?",
        "一笔购买、两个以上的数据库，七种做法。各自的代价是什么，又保住了什么？",
    ),
    about: Text::new(
        "The same orders, seeds, network and disks for all. A message takes about 1 ms (0.5 to 1.5 ms, drawn from the seed), a \
         forced write 0.5 ms. Each number is the median over the seeds, and opens the run that it comes from. 2PC and 3PC hold \
         locks, TCC holds reservations; the other four hold nothing, and show others what is not settled yet.",
        "订单、种子、网络和磁盘对七者都相同。一条消息约 1 ms（按种子在 0.5–1.5 ms 之间抽取），一次强制刷盘 0.5 ms。每个数字都是各种子的\
         中位数，点击可打开得出它的那次运行。2PC、3PC 持有锁，TCC 持有预留；其余四种什么都不占，但中间状态会被别人看到。",
    ),
    ways: &[
        way(Text::new("2PC", "2PC（两阶段提交）"), "2pc", &["crash=c@after:p3:yes.1", "restart=c@60s"]),
        way(Text::new("3PC", "3PC（三阶段提交）"), "3pc", &["crash=c@after:pre-commit.1:p1", "restart=c@60s"]),
        way(Text::same("TCC"), "tcc", &["crash=c@after:durable:decided-commit.1", "restart=c@60s"]),
        way(Text::same("Saga"), "saga", &["crash=c@after:p1:done.1", "restart=c@60s"]),
        way(
            Text::new("Local message table", "本地消息表"),
            "outbox",
            &["crash=r1@before:publish.1:mq", "restart=r1@60s"],
        ),
        way(
            Text::new("Transactional message (RocketMQ)", "事务消息（RocketMQ）"),
            "mq-transaction",
            &["crash=a1@before:end-commit.1:mq", "restart=a1@60s"],
        ),
        way(Text::new("Best-effort notification", "最大努力通知"), "notify", &["crash=b@0ms", "restart=b@60s"]),
    ],
    trials: &[
        Trial {
            title: Text::new("One order, nothing fails", "一个订单，没有故障"),
            note: Text::new(
                "Watched for two seconds. The message table's relay looks once a second, and RocketMQ's broker forces its \
                 writes twice a second: that is the wait until all sides are durably decided. Who polls goes on polling when \
                 all is done, and its messages are those of the two seconds.",
                "观察两秒。消息表的投递者每秒查一次表，RocketMQ 的 broker 每半秒刷盘一次：各方决定全部落盘要等的就是它们。轮询者在事情办完后\
                 仍会继续轮询，其消息数是这两秒之内的总数。",
            ),
            loads: &[Load::of(Text::same(""), ONE)],
            columns: &[
                Column::Cost("messages"),
                Column::Cost("fsyncs"),
                Column::Cost("answer-time"),
                Column::Cost("decision-time"),
                Column::Cost("locks-held"),
            ],
        },
        Trial {
            title: Text::new("Eight orders for one product", "八个订单抢同一件商品"),
            note: Text::new(
                "Locks held until the decision let one order through after the other, and two that reach the databases in \
                 different order wait for each other: 2PC gets out by InnoDB's lock wait of 50 s, 3PC by its time-out of 3 s. \
                 Who holds no lock lets all in at once; a relay that polls is bounded by its interval.",
                "把锁持有到决定为止，订单只能一个接一个通过；两个订单到达各库的次序不同，还会互相等待：2PC 靠 InnoDB 的 50 s 锁等待超时\
                 脱身，3PC 靠自己的 3 s 超时。不持锁的可以同时放行；靠轮询投递的受限于轮询间隔。",
            ),
            loads: &[
                Load::of(Text::new("1 at a time", "一次 1 个"), EIGHT_IN_TURN),
                Load::of(Text::new("2 at once", "同时 2 个"), EIGHT_BY_TWO),
                Load::of(Text::new("4 at once", "同时 4 个"), EIGHT_BY_FOUR),
            ],
            columns: &[
                Column::Cost("decided-per-second"),
                Column::Cost("answer-time"),
                Column::Cost("locks-held"),
                Column::Guarantees,
            ],
        },
        Trial {
            title: Text::new("A crash at the worst instant, for a minute", "在最坏的时刻宕机一分钟"),
            note: Text::new(
                "For each the crash that hurts it most: the coordinator's between votes and decision, the relay's before it \
                 sends, the producer's before it confirms its half message, the receiver's.",
                "各取最伤的那一次宕机：协调者在收齐投票之后、决定之前，投递者在发送之前，生产者在确认半消息之前，接收方自身。",
            ),
            loads: &[Load { name: Text::same(""), link: CRASHED, with_worst: true }],
            columns: &[
                Column::Cost("answer-time"),
                Column::Cost("decision-time"),
                Column::Cost("locks-held"),
                Column::Cost("blocked"),
                Column::Guarantees,
            ],
        },
    ],
};

const ONE: &[&str] = &["orders=1", "latency-model=uniform", "until=2s"];
const EIGHT_IN_TURN: &[&str] = &["orders=8", "at-once=1", "rows=1", "latency-model=uniform", "until=10min"];
const EIGHT_BY_TWO: &[&str] = &["orders=8", "at-once=2", "rows=1", "latency-model=uniform", "until=10min"];
const EIGHT_BY_FOUR: &[&str] = &["orders=8", "at-once=4", "rows=1", "latency-model=uniform", "until=10min"];
const CRASHED: &[&str] = &["orders=1", "latency-model=uniform", "until=10min"];

const fn way(name: Text, protocol: &'static str, worst: &'static [&'static str]) -> Way {
    Way { name, protocol, parameters: &[], worst }
}
