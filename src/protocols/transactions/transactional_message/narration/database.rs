//! What events at the producers' database mean, and its answers to producers.

use super::Happening;
use crate::protocols::parts::messaging::tables::Record;
use crate::protocols::transactions::transactional_message::message::Database;
use crate::protocols::transactions::transactional_message::store::{Row, Store};
use crate::say;
use crate::sim::node::look;
use crate::sim::payload::Outcome;
use crate::text::Text;

impl Happening<'_> {
    pub(super) fn database(&self, from: &'static str, message: Database) -> Option<Text> {
        let here = self.here;
        let store = || look::<Store>(&*self.moment.before[self.moment.step().node.index()])?.0;
        Some(match message {
            Database::Execute { transaction, .. } => {
                let ruled_out = store()?.desk().table().rules_out(transaction);
                match (ruled_out, store()?.desk().tables().has(transaction)) {
                    (true, _) => say!(
                        "{transaction} comes too late: its key is taken by a row that rules it out, and it cannot commit",
                        "{transaction} 来晚了：它的唯一键已被占住，再也无法提交"
                    ),
                    (false, true) => say!(
                        "{here} has committed {transaction} before: its key says so, and nothing is done twice",
                        "{here} 早已提交过 {transaction}：唯一键说明了这一点，不会重复执行"
                    ),
                    (false, false) => say!(
                        "{here} begins the local transaction of {transaction}; until it commits, nobody else can see it",
                        "{here} 开始 {transaction} 的本地事务；提交之前，别人看不到它"
                    ),
                }
            }
            Database::Executed { transaction, outcome: Outcome::Commit } => match self.sends("end-commit") {
                true => say!(
                    "{transaction} is committed: {here} tells the broker once, one way, and the client",
                    "{transaction} 已提交：{here} 单向通知消息队列一次，并答复客户端"
                ),
                false => say!(
                    "{transaction} is committed, and {here} has no half message to commit: nobody will be told",
                    "{transaction} 已提交，而 {here} 没有半消息可提交：没有谁会得知"
                ),
            },
            Database::Executed { transaction, .. } => say!(
                "The local transaction of {transaction} failed: {here} tells the broker to forget the message",
                "{transaction} 的本地事务失败：{here} 让消息队列作废这条消息"
            ),
            Database::Query { transaction, .. } => {
                let (before, open) = (store()?.desk().tables(), store()?.has_open(transaction));
                if before.has(transaction) {
                    say!(
                        "{here} has a row of {transaction}: whoever ran it, it is committed",
                        "{here} 里有 {transaction} 的记录：不管谁执行的，它已提交"
                    )
                } else if before.table.rules_out(transaction) {
                    say!(
                        "{here} has it on record that {transaction} will never commit",
                        "{here} 里记着：{transaction} 永远不会提交"
                    )
                } else if self.writes("tombstone") {
                    say!(
                        "No row of {transaction}: {from} writes one itself, under its key, so that it cannot commit any more",
                        "没有 {transaction} 的记录：{from} 自己占住它的唯一键，使它再也无法提交"
                    )
                } else if open && !self.sends("standing") {
                    say!(
                        "{transaction} is open and holds its key: {from} waits until it ends",
                        "{transaction} 尚未提交，占着唯一键：{from} 只能等它结束"
                    )
                } else if open {
                    say!(
                        "No row of {transaction} to be seen: it is open, but from here that looks as if it had never begun",
                        "看不到 {transaction} 的记录：它其实尚未提交，但从外面看与从未开始一样"
                    )
                } else {
                    say!(
                        "No row of {transaction}: it may come yet, or never",
                        "没有 {transaction} 的记录：也许还会有，也许永远没有"
                    )
                }
            }
            Database::Standing { transaction, outcome, .. } => match (outcome, self.sends("end-unknown")) {
                (Some(Outcome::Commit), _) => say!(
                    "{here} answers for {transaction}, which it need not have run: committed",
                    "{here} 替 {transaction} 作答，不必是它执行的：已提交"
                ),
                (Some(Outcome::Abort), _) => say!(
                    "{here} may say rollback: the database rules {transaction} out for good",
                    "{here} 可以答回滚：数据库已永远排除了 {transaction}"
                ),
                (None, true) => say!(
                    "No row is no answer: {here} says that it does not know, and will be asked again",
                    "查不到不等于没有：{here} 回答未知，等着再被问"
                ),
                (None, false) => say!(
                    "{here} takes “no row” for a rollback, although {transaction} may still commit",
                    "{here} 把“查不到”当成回滚，尽管 {transaction} 还可能提交"
                ),
            },
        })
    }

    pub(super) fn durable_at_store(&self, record: &Record<Row>) -> Option<Text> {
        let here = self.here;
        Some(match record {
            Record::Local { posting, .. } => {
                let transaction = posting.transaction;
                say!(
                    "{transaction} is committed at {here}; the broker does not know it yet, but has the message, and can ask",
                    "{transaction} 在 {here} 已提交；消息队列还不知道，但它有消息，也可以来问"
                )
            }
            Record::Row(Row::Rejected { transaction }) => say!(
                "{here} cannot do {transaction}, the shelf is empty, and keeps that on record for whoever asks",
                "{here} 做不了 {transaction}，库存不足，并把这一点记下来，谁问都这么答"
            ),
            Record::Row(Row::Tombstone { transaction }) => say!(
                "From here on {transaction} cannot commit: the question has settled itself",
                "从此 {transaction} 不可能再提交：一问之下，答案就定了"
            ),
        })
    }
}
