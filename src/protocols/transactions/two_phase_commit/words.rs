//! The protocol's words: what it is, what is modelled, its terms, and what each event means.

use super::coordinator::{Coordinator, Stage};
use super::log::Log;
use super::message::{Message, Timer};
use super::participant::Participant;
use crate::protocols::parts::atomic_commitment::{COORDINATOR, name, participant_number};
use crate::protocols::parts::business::Business;
use crate::protocols::parts::database::{Record, Standing, Stored, Transaction};
use crate::protocols::{Moment, Term};
use crate::say;
use crate::sim::node::{Node, look};
use crate::sim::payload::Outcome;
use crate::sim::trace::{NodeId, StepKind};
use crate::text::Text;
use std::sync::Arc;

pub static SUMMARY: Text = Text::new(
    "An order takes goods from one database and money from another, and none of them may end up with half of it. One node \
     decides for all: it asks every database to promise, decides once all have, and repeats its decision until all have \
     carried it out. Whoever has promised waits for the decision and holds its locks, however long that takes.",
    "一个订单要从一个数据库出货、在另一个数据库收款，谁都不能只做一半。由一个节点替大家决定：先请每个数据库作出承诺，全部承诺后作出决定，\
     再反复通知直到全部执行。已经承诺的数据库只能等待决定，并一直持有锁，不管要等多久。",
);

pub static MODELLED: &[Text] = &[
    Text::new(
        "Databases with rows, exclusive row locks in order of arrival, and a log with undo and redo that survives crashes \
         as far as it was synced.",
        "数据库：行、按先来后到排队的排他行锁，以及含 undo/redo 的日志；崩溃后已落盘的部分仍在。",
    ),
    Text::new(
        "Votes, decisions and acknowledgements as datagrams that can be lost, doubled, late and overtaken; orders and \
         their results on a connection.",
        "投票、决定和应答都是数据报，可能丢失、重复、迟到、乱序；订单及其结果走连接。",
    ),
    Text::new(
        "Recovery: the coordinator repeats what its log has decided; participants take their locks again and ask.",
        "恢复：协调者重发日志中的决定；参与者重新加锁并询问结果。",
    ),
];

pub static NOT_MODELLED: &[Text] = &[
    Text::new(
        "Reads and isolation levels, deadlock detection (a wait for a lock ends by time-out), read-only votes.",
        "读操作与隔离级别、死锁检测（等锁只靠超时结束）、只读投票。",
    ),
    Text::new(
        "A second coordinator that takes over, and participants that ask each other: see three-phase commit.",
        "接管的备用协调者，以及参与者之间互相询问：见三阶段提交。",
    ),
];

pub static TERMS: &[Term] = &[
    Term {
        kind: "order",
        label: Text::new("order", "下单（order）"),
        gloss: Text::new(
            "The client wants this done at every database, or at none.",
            "客户端要求在所有数据库全部完成，否则全部不做。",
        ),
    },
    Term {
        kind: "begin-commit",
        label: Text::new("begin-commit", "发起提交（begin-commit）"),
        gloss: Text::new(
            "The first participant has promised and asks the coordinator to ask the others.",
            "第一个参与者已承诺，请协调者询问其余参与者。",
        ),
    },
    Term {
        kind: "prepare",
        label: Text::new("prepare", "准备（prepare）"),
        gloss: Text::new(
            "Do the work, write down how to finish and how to undo it, and say whether you can.",
            "执行操作，记下如何完成、如何撤销，并答复能否提交。",
        ),
    },
    Term {
        kind: "yes",
        label: Text::new("yes", "赞成（yes）"),
        gloss: Text::new(
            "A promise to commit or abort as told: its sender may no longer decide alone.",
            "承诺听从决定：发出者从此不能自行决定。",
        ),
    },
    Term {
        kind: "no",
        label: Text::new("no", "反对（no）"),
        gloss: Text::new("It cannot be done here, and is undone already.", "这里做不了，并且已经撤销。"),
    },
    Term {
        kind: "commit",
        label: Text::new("commit", "提交（commit）"),
        gloss: Text::new("The decision: finish it.", "决定：完成它。"),
    },
    Term {
        kind: "abort",
        label: Text::new("abort", "中止（abort）"),
        gloss: Text::new("The decision: undo it.", "决定：撤销它。"),
    },
    Term {
        kind: "ack",
        label: Text::new("ack", "应答（ack）"),
        gloss: Text::new("The decision is on disk here: it need not be repeated.", "决定已在此落盘，不必再重发。"),
    },
    Term {
        kind: "inquire",
        label: Text::new("inquire", "询问（inquire）"),
        gloss: Text::new("What was decided?", "决定是什么？"),
    },
    Term {
        kind: "heuristic",
        label: Text::new("heuristic", "启发式（heuristic）"),
        gloss: Text::new(
            "An operator has already decided otherwise here, and it cannot be undone.",
            "这里已有人手工作出相反的决定，无法撤回。",
        ),
    },
    Term {
        kind: "result",
        label: Text::new("result", "结果（result）"),
        gloss: Text::new("What became of the order.", "订单的结果。"),
    },
    Term {
        kind: "prepared",
        label: Text::new("prepared", "已准备（prepared）"),
        gloss: Text::new(
            "A log record: undo and redo. Once it is on disk the database may promise.",
            "日志记录：undo 与 redo。落盘之后，数据库才可以承诺。",
        ),
    },
    Term {
        kind: "committed",
        label: Text::new("committed", "已提交（committed）"),
        gloss: Text::new("A log record: finished here.", "日志记录：在这里已完成。"),
    },
    Term {
        kind: "aborted",
        label: Text::new("aborted", "已中止（aborted）"),
        gloss: Text::new("A log record: undone here.", "日志记录：在这里已撤销。"),
    },
    Term {
        kind: "decided-commit",
        label: Text::new("decided-commit", "决定提交（decided-commit）"),
        gloss: Text::new(
            "The coordinator's log record that is the commit point: once on disk, the order is committed.",
            "协调者的日志记录，即提交点：一旦落盘，订单就已提交。",
        ),
    },
    Term {
        kind: "decided-abort",
        label: Text::new("decided-abort", "决定中止（decided-abort）"),
        gloss: Text::new("The coordinator's log record of an abort.", "协调者决定中止的日志记录。"),
    },
    Term {
        kind: "end",
        label: Text::new("end", "结束（end）"),
        gloss: Text::new(
            "The coordinator's log record that all have acknowledged: it may forget the order.",
            "协调者的日志记录：全部已应答，可以忘记这个订单。",
        ),
    },
    Term {
        kind: "votes",
        label: Text::new("vote time-out", "投票超时"),
        gloss: Text::new("The coordinator has waited long enough for votes.", "协调者等待投票的时限。"),
    },
    Term {
        kind: "retry",
        label: Text::new("retry", "重发"),
        gloss: Text::new(
            "The coordinator repeats its decision to whoever has not acknowledged it.",
            "协调者向尚未应答者重发决定。",
        ),
    },
    Term {
        kind: "inquiry",
        label: Text::new("inquiry", "询问定时"),
        gloss: Text::new("A participant in doubt asks again.", "悬而未决的参与者再次询问。"),
    },
    Term {
        kind: "lock-wait",
        label: Text::new("lock wait", "等锁超时"),
        gloss: Text::new("A database gives up waiting for a row.", "数据库不再等待行锁。"),
    },
    Term {
        kind: "answer",
        label: Text::new("answer time-out", "答复超时"),
        gloss: Text::new("The client asks what became of its order.", "客户端询问订单结果。"),
    },
];

/// What happened at an event, and why it matters; none where the words for any protocol do.
pub fn narrate(moment: &Moment) -> Option<Text> {
    let step = moment.step();
    let event = Event { moment, node: step.node, here: name(step.node) };
    match step.kind {
        StepKind::Start => event.start(),
        StepKind::Deliver(message) => {
            let message = moment.trace.message(message);
            event.deliver(message.name.from, message.payload.get()?)
        }
        StepKind::Durable(record) => {
            let payload = &moment.trace.local(record).payload;
            match payload.get::<Record>() {
                Some(record) => Some(event.durable(record)),
                None => event.decision_durable(payload.get()?),
            }
        }
        StepKind::Fire(timer) => event.fire(*moment.trace.local(timer).payload.get()?),
        StepKind::Strike(_) => event.strike(),
        _ => None,
    }
}

/// An event at its node.
struct Event<'a> {
    moment: &'a Moment<'a>,
    node: NodeId,
    here: &'static str,
}

type Place<'a, R> = Option<(Option<&'a R>, &'a <R as crate::sim::role::Role>::Durable)>;

fn participant(nodes: &[Arc<dyn Node>], node: NodeId) -> Place<'_, Participant> {
    look(&**nodes.get(node.index())?)
}

fn coordinator(nodes: &[Arc<dyn Node>]) -> Place<'_, Coordinator> {
    look(&**nodes.get(COORDINATOR.index())?)
}

impl Event<'_> {
    fn participant_after(&self) -> Option<(&Participant, &Stored)> {
        participant(self.moment.after, self.node).and_then(|(role, disk)| Some((role?, disk)))
    }

    fn participant_before(&self) -> Option<(&Participant, &Stored)> {
        participant(self.moment.before, self.node).and_then(|(role, disk)| Some((role?, disk)))
    }

    fn coordinator_after(&self) -> Option<(&Coordinator, &Log)> {
        coordinator(self.moment.after).and_then(|(role, disk)| Some((role?, disk)))
    }

    fn coordinator_before(&self) -> Option<(&Coordinator, &Log)> {
        coordinator(self.moment.before).and_then(|(role, disk)| Some((role?, disk)))
    }

    /// The participants that are up and in doubt about some transaction, and the first such transaction.
    fn in_doubt(&self) -> (Vec<&'static str>, Option<Transaction>) {
        let mut names = Vec::new();
        let mut first = None;
        for index in 0..self.moment.after.len() {
            let node = NodeId(index as u8);
            let Some((Some(role), disk)) = participant(self.moment.after, node) else { continue };
            let mut open = role.database().open().map(|(transaction, _)| transaction);
            if let Some(transaction) = open.find(|transaction| role.database().in_doubt(disk, *transaction)) {
                names.push(name(node));
                first = first.or(Some(transaction));
            }
        }
        (names, first)
    }

    /// The name of this participant's database.
    fn database(&self) -> Text {
        participant_number(self.node)
            .map_or(Text::new("database", "数据库"), |number| Business::name(number).clone())
    }

    fn start(&self) -> Option<Text> {
        let here = self.here;
        if self.moment.step().at == crate::sim::time::Instant::START {
            return (self.node == super::atomic_commitment::CLIENT).then(|| {
                Text::new(
                    "An order needs goods and money, which lie in different databases: it must happen in all of them \
                     or in none",
                    "一个订单既要出货又要收款，而它们在不同的数据库里：要么全部发生，要么全不发生",
                )
            });
        }
        if let Some((_, disk)) = self.participant_after() {
            return Some(match disk.prepared().next() {
                Some(transaction) => say!(
                    "{here} is back, and its log says that it promised {transaction}: it locks the rows again and must \
                     ask what was decided",
                    "{here} 恢复，日志表明它对 {transaction} 作过承诺：重新锁住这些行，并须询问决定"
                ),
                None => say!(
                    "{here} is back with no promise in its log: whatever it was working on is undone, and owed to nobody",
                    "{here} 恢复，日志中没有任何承诺：未完成的工作已撤销，也不欠任何人"
                ),
            });
        }
        let (_, disk) = self.coordinator_after().filter(|_| self.node == COORDINATOR)?;
        Some(match disk.unacknowledged().next() {
            Some((transaction, Outcome::Commit)) => say!(
                "{here} is back and finds in its log that {transaction} is committed: it was so all the time, and now \
                 the others hear of it",
                "{here} 恢复，日志里写着 {transaction} 已提交：它一直就是已提交的，现在大家才得知"
            ),
            Some((transaction, Outcome::Abort)) => say!(
                "{here} is back and finds in its log that {transaction} is aborted: it says so again until all have \
                 heard",
                "{here} 恢复，日志里写着 {transaction} 已中止：它会反复通知，直到所有人都收到"
            ),
            None => say!(
                "{here} is back and its log holds no open decision: whatever it was collecting votes for is aborted, \
                 and whoever asks will be told so",
                "{here} 恢复，日志中没有未了结的决定：正在收集投票的事务一律视为中止，谁来问就告诉谁"
            ),
        })
    }

    fn deliver(&self, from: NodeId, message: &Message) -> Option<Text> {
        if self.node == COORDINATOR {
            return self.at_coordinator(name(from), message);
        }
        match *message {
            Message::Order { transaction, order, .. } => {
                let what = Business::describe(order);
                let (here, en, zh) = (self.here, what.en, what.zh);
                Some(say!(
                    "{here} does its own part of {transaction} first ({en}) and will ask for the others' only when it \
                     can promise itself",
                    "{here} 先做好 {transaction} 中自己的部分（{zh}），自己能承诺了再去请其他人"
                ))
            }
            Message::Prepare { transaction, .. } => self.prepare(transaction),
            Message::Commit { transaction } => self.told(transaction, Outcome::Commit),
            Message::Abort { transaction } => self.told(transaction, Outcome::Abort),
            Message::Result { transaction, outcome } => Some(match outcome {
                Outcome::Commit => say!(
                    "The client may rely on {transaction}: it is committed, though some database may hear of it later",
                    "客户端可以确信 {transaction} 已提交，即使个别数据库稍后才得知"
                ),
                Outcome::Abort => say!(
                    "The client knows that {transaction} did not happen, and may order again",
                    "客户端得知 {transaction} 没有发生，可以重新下单"
                ),
            }),
            _ => None,
        }
    }

    fn prepare(&self, transaction: Transaction) -> Option<Text> {
        let (here, database) = (self.here, self.database());
        let (en, zh) = (database.en, database.zh);
        let (before, disk_before) = self.participant_before()?;
        let (after, _) = self.participant_after()?;
        let was = before.database().standing(transaction);
        let decided = before.database().outcome(disk_before, transaction);
        Some(match (after.database().standing(transaction), decided) {
            (Some(Standing::Prepared), Some(_)) => say!(
                "{here} opens {transaction} again, although it had decided it: a decision has been taken back",
                "{here} 已决定过 {transaction}，却又打开它：决定被收回了"
            ),
            (Some(_), _) if was.is_some() => say!(
                "{here} is asked a second time about {transaction} and does nothing twice",
                "{here} 再次被问到 {transaction}，不会重复执行"
            ),
            (Some(Standing::Waiting(row)), _) => {
                let holder = after.database().holder(row).map_or_else(String::new, |holder| holder.to_string());
                say!(
                    "The row that {transaction} needs at {here} ({en}) is locked by {holder}: until that is decided, \
                     {transaction} cannot even vote",
                    "{transaction} 在 {here}（{zh}）要写的行被 {holder} 锁住：在它有决定之前，{transaction} 连投票都不能"
                )
            }
            (Some(Standing::Deciding(_)) | None, None) => {
                let why = participant_number(self.node).map(Business::refusal);
                let (why, why_zh) = why.map_or(("".into(), "".into()), |why| (why.en.clone(), why.zh.clone()));
                say!(
                    "{here} ({en}) cannot do its part: {why}. It has promised nothing and undoes {transaction} by itself",
                    "{here}（{zh}）做不了：{why_zh}。它尚未承诺，自行撤销 {transaction}"
                )
            }
            (None, Some(Outcome::Abort)) => say!(
                "This prepare is late: {here} has already aborted {transaction} and does not open it again",
                "这个 prepare 迟到了：{here} 已经中止 {transaction}，不会再打开它"
            ),
            (Some(_), _) => say!(
                "{here} ({en}) has done its part of {transaction} and locked the row; before it may say yes, undo and \
                 redo go to disk",
                "{here}（{zh}）已完成 {transaction} 的操作并锁住该行；投赞成票之前，undo 与 redo 必须先落盘"
            ),
            _ => return None,
        })
    }

    fn told(&self, transaction: Transaction, outcome: Outcome) -> Option<Text> {
        let here = self.here;
        let (before, disk) = self.participant_before()?;
        let standing = before.database().standing(transaction);
        let decided = before.database().outcome(disk, transaction);
        Some(match (outcome, standing, decided) {
            (Outcome::Commit, Some(Standing::Prepared), _) => say!(
                "{here} is released from its doubt: {transaction} is committed, and its locks go as soon as that is on \
                 its disk",
                "{here} 不再悬而未决：{transaction} 已提交，落盘后即可放锁"
            ),
            (Outcome::Abort, Some(Standing::Waiting(_)), _) => say!(
                "{transaction} need no longer wait for its row at {here}: it is aborted before it could vote",
                "{transaction} 在 {here} 不必再等锁：还没来得及投票就已中止"
            ),
            (Outcome::Abort, Some(Standing::Prepared | Standing::Working), _) => say!(
                "{here} puts back what {transaction} had changed, from its undo record; who waits for the row may go on",
                "{here} 用 undo 恢复 {transaction} 改动之前的值；等待该行的事务可以继续"
            ),
            (_, None, Some(known)) if known == outcome => say!(
                "{here} hears again what it has done long ago; it answers all the same, because its first answer may be \
                 lost",
                "{here} 早已照办，仍再次应答，因为上一次应答可能丢了"
            ),
            (_, None, Some(_)) => say!(
                "Too late: {transaction} was decided the other way at {here}, and nothing can mend that",
                "为时已晚：{transaction} 在 {here} 已按相反的决定执行，无法补救"
            ),
            (Outcome::Commit, None, None) if !disk.has_forgotten(transaction) => say!(
                "{here} is told to commit {transaction} and knows nothing of it: its promise is lost, and so is its part \
                 of the order",
                "{here} 被要求提交 {transaction}，却对它一无所知：承诺丢了，订单中它的那部分也丢了"
            ),
            (Outcome::Abort, None, None) => say!(
                "{here} never worked on {transaction}; it remembers the abort, so that a late prepare opens nothing",
                "{here} 从未执行 {transaction}；它记住这次中止，免得迟到的 prepare 再打开它"
            ),
            _ => return None,
        })
    }

    fn at_coordinator(&self, from: &'static str, message: &Message) -> Option<Text> {
        let transaction = message.transaction();
        let (before, _) = self.coordinator_before()?;
        let (after, disk) = self.coordinator_after()?;
        let (was, is) = (before.stage(transaction), after.stage(transaction));
        Some(match message {
            Message::Order { order, .. } => {
                let what = Business::describe(*order);
                let (en, zh) = (what.en, what.zh);
                say!(
                    "The coordinator takes on {transaction} ({en}) and asks every database whether it can; so far \
                     anybody may still say no",
                    "协调者接下 {transaction}（{zh}），询问每个数据库能否完成；此刻任何一方都还可以说不"
                )
            }
            Message::BeginCommit { .. } => say!(
                "{from} has promised already; only the others need to be asked",
                "{from} 已经承诺，只需再问其余参与者"
            ),
            Message::Yes { .. } => match (was, is) {
                (Some(Stage::Collecting { .. }), Some(Stage::Collecting { yes, .. })) => {
                    let yes = yes.len();
                    let all = self.moment.after.len() - 2;
                    say!(
                        "{yes} of {all} have promised; a single no, or silence, still aborts {transaction}",
                        "{all} 个中已有 {yes} 个承诺；只要一票反对或一方沉默，{transaction} 仍会中止"
                    )
                }
                (Some(Stage::Collecting { .. }), _) => say!(
                    "{transaction} has the votes it needs; until the decision is on the coordinator's disk nobody else \
                     can know it, and nobody else may decide",
                    "{transaction} 的票够了；在决定写入协调者磁盘之前，没有别人能知道它，也没有别人能作决定"
                ),
                _ => say!(
                    "The vote of {from} comes too late to matter: {transaction} is decided",
                    "{from} 的票来晚了：{transaction} 已有决定"
                ),
            },
            Message::No { .. } => match (was, is) {
                (Some(Stage::Collecting { .. }), Some(Stage::Collecting { .. })) => say!(
                    "{from} said no, and yet the coordinator goes on collecting: it wants a majority only",
                    "{from} 已投反对票，协调者却继续收集：它只要多数"
                ),
                (Some(Stage::Collecting { .. }), _) => say!(
                    "One no is enough: {transaction} is aborted, whatever the others have promised",
                    "一票反对就够了：不论其他人承诺了什么，{transaction} 都中止"
                ),
                _ => say!(
                    "The no of {from} changes nothing more: {transaction} is decided",
                    "{from} 的反对票已不起作用：{transaction} 已有决定"
                ),
            },
            Message::Ack { .. } | Message::Heuristic { .. } => {
                let heuristic = matches!(message, Message::Heuristic { .. });
                match (was, is) {
                    _ if heuristic => say!(
                        "{from} reports that it was decided by hand the other way: the coordinator can only note the \
                         damage",
                        "{from} 报告它已被人工作出相反的决定：协调者只能记录损失"
                    ),
                    (Some(Stage::Announcing { .. }), Some(Stage::Announcing { unacknowledged, .. })) => {
                        let left: Vec<&str> = unacknowledged.iter().map(|node| name(*node)).collect();
                        let (left, left_zh) = (left.join(", "), left.join("、"));
                        say!(
                            "{from} has it on disk; the coordinator must keep the decision for {left}",
                            "{from} 已落盘；协调者还须为 {left_zh} 保留这个决定"
                        )
                    }
                    (Some(Stage::Announcing { .. }), None) => say!(
                        "Everybody has {transaction} on disk: the coordinator may forget it",
                        "{transaction} 已在所有数据库落盘：协调者可以忘记它了"
                    ),
                    _ => return None,
                }
            }
            Message::Inquire { .. } => match (is, disk.decision(transaction)) {
                (_, Some(Outcome::Commit)) => say!(
                    "The coordinator's log knows: {transaction} is committed, and {from} need doubt no longer",
                    "协调者的日志里有答案：{transaction} 已提交，{from} 不必再疑"
                ),
                (_, Some(Outcome::Abort)) => say!(
                    "The coordinator's log knows: {transaction} is aborted, and {from} need doubt no longer",
                    "协调者的日志里有答案：{transaction} 已中止，{from} 不必再疑"
                ),
                (Some(_), None) => say!(
                    "{from} asks too early: {transaction} is not decided, and will be told when it is",
                    "{from} 问早了：{transaction} 还没有决定，有了就会通知"
                ),
                (None, None) if disk.is_committed_everywhere(transaction) => say!(
                    "{from} asked before it knew; {transaction} is long over",
                    "{from} 的询问发自它得知之前；{transaction} 早已了结"
                ),
                (None, None) => say!(
                    "The coordinator knows nothing of {transaction}, so it was never committed: no information means \
                     abort",
                    "协调者对 {transaction} 一无所知，说明它从未提交：没有信息就是中止"
                ),
            },
            _ => return None,
        })
    }

    fn durable(&self, record: &Record) -> Text {
        let (here, transaction) = (self.here, record.transaction());
        let released = self.released();
        let (then, then_zh) = (released.en, released.zh);
        match record {
            Record::Prepared { .. } => say!(
                "The promise is on disk: {here} may vote yes, and from now on may neither commit nor abort \
                 {transaction} by itself",
                "承诺已落盘：{here} 可以投赞成票，但从此对 {transaction} 既不能自行提交，也不能自行中止"
            ),
            Record::Committed { .. } => say!(
                "{here} has finished {transaction} for good and lets go of its locks{then}",
                "{here} 已永久完成 {transaction} 并放锁{then_zh}"
            ),
            Record::Aborted { .. } => say!(
                "{here} has undone {transaction} for good and holds nothing for it{then}",
                "{here} 已永久撤销 {transaction}，不再为它持有任何锁{then_zh}"
            ),
        }
    }

    /// Who stopped waiting for a lock at this node in this event.
    fn released(&self) -> Text {
        let waits = |place: Option<(&Participant, &Stored)>| -> Vec<Transaction> {
            place.map_or_else(Vec::new, |(role, _)| {
                let open = role.database().open();
                open.filter(|(_, standing)| matches!(standing, Standing::Waiting(_))).map(|(t, _)| t).collect()
            })
        };
        let after = waits(self.participant_after());
        match waits(self.participant_before()).into_iter().find(|transaction| !after.contains(transaction)) {
            Some(next) => say!("; {next} has waited for them and goes on", "；一直等锁的 {next} 得以继续"),
            None => Text::new("", ""),
        }
    }

    fn decision_durable(&self, record: &super::log::Record) -> Option<Text> {
        Some(match record {
            super::log::Record::DecidedCommit { transaction } => say!(
                "This is the commit point: {transaction} is committed now, although no database knows it yet, and \
                 nothing can undo it",
                "这就是提交点：{transaction} 此刻已提交，尽管还没有数据库知道，任何事都无法撤销它"
            ),
            super::log::Record::DecidedAbort { transaction } => say!(
                "The abort of {transaction} is on the coordinator's disk: it will be told until all have acknowledged it",
                "{transaction} 的中止已写入协调者磁盘：它会一直通知，直到全部应答"
            ),
            super::log::Record::End { .. } => return None,
        })
    }

    fn fire(&self, timer: Timer) -> Option<Text> {
        let (here, transaction) = (self.here, timer.transaction());
        Some(match timer {
            Timer::Votes(_) => say!(
                "The coordinator has waited long enough: a vote that does not come counts as no, and {transaction} is \
                 aborted",
                "协调者等够了：没来的票按反对计，{transaction} 中止"
            ),
            Timer::Retry(_) => match self.coordinator_after()?.0.stage(transaction) {
                Some(Stage::Announcing { outcome: Outcome::Abort, unacknowledged })
                    if self.was_committing(transaction) =>
                {
                    let left: Vec<&str> = unacknowledged.iter().map(|node| name(*node)).collect();
                    let (left, left_zh) = (left.join(", "), left.join("、"));
                    say!(
                        "{left} did not acknowledge the commit, and the coordinator takes it for a failure: it now says \
                         abort, after the commit point",
                        "{left_zh} 没有应答提交，协调者误当成失败：越过提交点之后，它竟改口说中止"
                    )
                }
                Some(Stage::Announcing { unacknowledged, .. }) => {
                    let left: Vec<&str> = unacknowledged.iter().map(|node| name(*node)).collect();
                    let (left, left_zh) = (left.join(", "), left.join("、"));
                    say!(
                        "No acknowledgement from {left}: the coordinator repeats its decision, because it can be \
                         repeated and cannot be changed",
                        "没有收到 {left_zh} 的应答：协调者重发决定。决定可以重复，不能更改"
                    )
                }
                _ => return None,
            },
            Timer::Inquiry(_) => {
                let (after, _) = self.participant_after()?;
                match after.database().standing(transaction) {
                    Some(Standing::Prepared) => say!(
                        "{here} is still in doubt about {transaction}: it may ask again, but not guess, and holds its \
                         locks meanwhile",
                        "{here} 对 {transaction} 仍悬而未决：可以再问，不能猜，锁也只能继续持有"
                    ),
                    Some(Standing::Deciding(Outcome::Abort)) => say!(
                        "{here} is tired of waiting and aborts {transaction}, which it had promised not to decide",
                        "{here} 等得不耐烦，中止了 {transaction}，尽管它承诺过不自行决定"
                    ),
                    Some(Standing::Deciding(Outcome::Commit)) => say!(
                        "{here} is tired of waiting and commits {transaction}, which it had promised not to decide",
                        "{here} 等得不耐烦，提交了 {transaction}，尽管它承诺过不自行决定"
                    ),
                    _ => return None,
                }
            }
            Timer::LockWait(_) => say!(
                "{transaction} has waited too long for its row at {here}: it votes no, and others need not wait for it",
                "{transaction} 在 {here} 等锁太久：投反对票，免得别人再等它"
            ),
            Timer::Answer(_) => say!(
                "The client has no answer for {transaction} and does not know whether it happened: it asks",
                "客户端没有得到 {transaction} 的答复，不知道它是否发生，于是去问"
            ),
        })
    }

    fn was_committing(&self, transaction: Transaction) -> bool {
        let stage = self.coordinator_before().and_then(|(role, _)| role.stage(transaction));
        matches!(stage, Some(Stage::Announcing { outcome: Outcome::Commit, .. }))
    }

    /// What a fault means to this protocol, where it means more than to any other.
    fn strike(&self) -> Option<Text> {
        if self.node == COORDINATOR {
            let died = self.coordinator_before().is_some() && self.coordinator_after().is_none();
            let (doubting, transaction) = self.in_doubt();
            let transaction = transaction.filter(|_| died)?;
            let (who, who_zh) = (doubting.join(", "), doubting.join("、"));
            return Some(match coordinator(self.moment.after)?.1.decision(transaction) {
                Some(Outcome::Commit) => say!(
                    "The coordinator dies, and with it the only one who can say that {transaction} is committed: {who} \
                     must hold their locks until it is back",
                    "协调者宕机，只有它能说出 {transaction} 已提交：{who_zh} 只能持锁等它回来"
                ),
                _ => say!(
                    "The coordinator dies with every promise in hand: {who} may neither commit nor abort {transaction}, \
                     and hold their locks until it is back",
                    "协调者拿着所有承诺宕机了：{who_zh} 对 {transaction} 既不能提交也不能中止，只能持锁等它回来"
                ),
            });
        }
        let (before, disk_before) = participant(self.moment.before, self.node)?;
        let (after, disk_after) = participant(self.moment.after, self.node)?;
        let here = self.here;
        if let Some(lost) = disk_before
            .prepared()
            .find(|transaction| !disk_after.is_prepared(*transaction) && disk_after.outcome(*transaction).is_none())
        {
            return Some(say!(
                "The disk of {here} has lost its promise for {lost}: after its next start {here} will not know that it \
                 ever voted",
                "{here} 的磁盘丢失了对 {lost} 的承诺：下次启动后，{here} 将不知道自己投过票"
            ));
        }
        let (before, after) = (before?, after?);
        let (transaction, standing) = after.database().open().find(|(transaction, standing)| {
            matches!(standing, Standing::Deciding(_))
                && before.database().standing(*transaction) == Some(Standing::Prepared)
        })?;
        Some(match standing {
            Standing::Deciding(Outcome::Commit) => say!(
                "An operator commits {transaction} at {here} by hand, to free its locks: a guess, and nobody else is told",
                "运维人员为了放锁，在 {here} 手工提交 {transaction}：这是猜测，而且没有通知任何人"
            ),
            _ => say!(
                "An operator aborts {transaction} at {here} by hand, to free its locks: a guess, and nobody else is told",
                "运维人员为了放锁，在 {here} 手工中止 {transaction}：这是猜测，而且没有通知任何人"
            ),
        })
    }
}
