//! What happened at an event and why it matters, in one sentence: the protocol's own, or one for what happens to every
//! protocol alike. A sentence that only restates the arrow is a defect.

use super::run::Run;
use super::words::{Words, span, tidy};
use crate::protocols::Moment;
use crate::say;
use crate::sim::fault::Fault;
use crate::sim::payload::{Outcome, Tone};
use crate::sim::trace::{EventIndex, FaultIndex, Loss, Message, NodeId, Step, StepKind, Stretch, StretchKind, Trace};
use crate::text::Text;

/// The sentence for an event of a run.
pub fn narrate(run: &Run, moment: &Moment) -> Text {
    let protocol = run.scenario.protocol;
    if let Some(own) = protocol.narrate(moment) {
        return own;
    }
    let words = Words::new(protocol, &run.topology);
    tidy(Narrator { faults: &run.scenario.faults, moment, words }.sentence())
}

struct Narrator<'a> {
    faults: &'a [Fault],
    moment: &'a Moment<'a>,
    words: Words<'a>,
}

impl Narrator<'_> {
    fn sentence(&self) -> Text {
        let Step { node, kind, .. } = self.moment.step();
        let name = self.moment.name(node);
        match kind {
            StepKind::Start => self.start(node),
            StepKind::Deliver(message) => self.deliver(self.moment.trace.message(message)),
            StepKind::Fire(timer) => {
                let timer = self.words.local(&self.moment.trace.local(timer).name);
                let (en, zh) = (timer.en, timer.zh);
                let (then, then_zh) = self.then("does nothing", "什么也不做");
                say!(
                    "What {name} waited for did not come before its timer {en} ran out; it {then}",
                    "在定时器 {zh} 到期之前，{name} 没有等到要等的事；它{then_zh}"
                )
            }
            StepKind::Durable(record) => {
                let record = self.words.local(&self.moment.trace.local(record).name);
                let (en, zh) = (record.en, record.zh);
                let (then, then_zh) = self.then("", "");
                let (then, then_zh) = if then.is_empty() {
                    (String::new(), String::new())
                } else {
                    (format!("; only now it {then}"), format!("；直到现在它才{then_zh}"))
                };
                say!(
                    "{en} is on the disk of {name}: no crash can take it back{then}",
                    "{zh} 已在 {name} 落盘，崩溃也无法抹去{then_zh}"
                )
            }
            StepKind::Disconnected(peer) => {
                let peer = self.moment.name(peer);
                say!(
                    "The connection between {name} and {peer} is broken: {name} cannot tell which of its last messages \
                     {peer} has acted on",
                    "{name} 与 {peer} 的连接断开：{name} 无从知道自己最后的消息有哪些已被 {peer} 处理"
                )
            }
            StepKind::Lose(message, loss) => self.lose(self.moment.trace.message(message), loss),
            StepKind::Strike(fault) => self.strike(fault),
            StepKind::Heal(fault) => self.heal(fault),
            // Effects are no events; a moment always stands at an event.
            StepKind::Send(_) | StepKind::Write(_) | StepKind::Fsync | StepKind::Set(_) | StepKind::Cancel(_) => {
                say!("{name} goes on", "{name} 继续执行")
            }
        }
    }

    fn start(&self, node: NodeId) -> Text {
        let name = self.moment.name(node);
        let (then, then_zh) = self.then("waits", "等待");
        let was_down = self.moment.trace.stretches.iter().any(|stretch| {
            stretch.node == node && stretch.what == StretchKind::Down && stretch.from < self.moment.event
        });
        let has_disk = self.moment.after[node.index()].has_disk();
        match (was_down, has_disk) {
            (true, true) => say!(
                "{name} is back and knows only what its disk tells it: promises that it kept in memory alone are gone; \
                 it {then}",
                "{name} 恢复运行，只记得磁盘上的内容：仅存于内存的承诺已经丢失；它{then_zh}"
            ),
            (true, false) => say!(
                "{name} is back and has no disk that could tell it anything: all that it knew is gone; it {then}",
                "{name} 恢复运行，它没有磁盘，之前知道的一切都已丢失；它{then_zh}"
            ),
            (false, true) => say!(
                "{name} starts with an empty disk and owes nobody anything; it {then}",
                "{name} 从空磁盘启动，尚未做出任何承诺；它{then_zh}"
            ),
            (false, false) => say!("{name} starts; it {then}", "{name} 启动；它{then_zh}"),
        }
    }

    fn deliver(&self, message: &Message) -> Text {
        let name = self.moment.name(message.name.to);
        let from = self.moment.name(message.name.from);
        let what = self.words.named(message.name.kind, message.name.subject);
        let (en, zh) = (what.en, what.zh);
        let (then, then_zh) = self.then("has nothing to do for it", "无需为此做任何事");
        say!("With {en} from {from} in hand, {name} {then}", "收到 {from} 的 {zh} 后，{name} {then_zh}")
    }

    /// What the handler ordered besides, as a predicate; the given one if that is nothing that others see.
    fn then(&self, nothing: &str, nothing_zh: &str) -> (String, String) {
        const LISTED_MAX: usize = 3;
        let mut said: Vec<(Text, Vec<&'static str>, bool)> = Vec::new();
        for effect in self.moment.effects() {
            let (what, to) = match effect.kind {
                StepKind::Send(message) => {
                    let name = self.moment.trace.message(message).name;
                    (self.words.named(name.kind, name.subject), Some(self.moment.name(name.to)))
                }
                StepKind::Write(record) => {
                    let name = self.moment.trace.local(record).name;
                    (self.words.named(name.kind, name.subject), None)
                }
                _ => continue,
            };
            match said.iter_mut().find(|(known, _, sent)| *known == what && *sent == to.is_some()) {
                Some((_, receivers, _)) => receivers.extend(to),
                None => said.push((what, to.into_iter().collect(), to.is_some())),
            }
        }
        if said.is_empty() {
            return (nothing.to_owned(), nothing_zh.to_owned());
        }
        let more = said.len() > LISTED_MAX;
        said.truncate(LISTED_MAX);
        let mut en: Vec<String> = Vec::new();
        let mut zh: Vec<String> = Vec::new();
        for (what, receivers, sent) in said {
            if sent {
                en.push(format!("sends {} to {}", what.en, receivers.join(", ")));
                zh.push(format!("向 {} 发送 {}", receivers.join("、"), what.zh));
            } else {
                en.push(format!("writes {}, not yet safe from a power loss", what.en));
                zh.push(format!("写入 {}（断电时仍可能丢失）", what.zh));
            }
        }
        if more {
            en.push("more".to_owned());
            zh.push("等等".to_owned());
        }
        (en.join(" and "), zh.join("，"))
    }

    fn lose(&self, message: &Message, loss: Loss) -> Text {
        let what = self.words.message(&message.name);
        let (en, zh) = (what.en, what.zh);
        let (from, to) = (self.moment.name(message.name.from), self.moment.name(message.name.to));
        let why = match loss {
            Loss::Dropped => Text::new("is lost on its way", "在途中丢失"),
            Loss::Partitioned => Text::new("is lost in the partition", "因网络分区丢失"),
            Loss::ReceiverDown => say!("finds {to} down and is lost", "到达时 {to} 已宕机，消息丢失"),
            Loss::ConnectionBroken => Text::new("is lost with its connection", "随连接断开而丢失"),
        };
        let (why, why_zh) = (why.en, why.zh);
        match message.payload.tone() {
            Tone::Request => say!(
                "{en} {why}: {to} does not know it was asked; {from} cannot tell a lost question from a lost answer",
                "{zh} {why_zh}：{to} 不知道自己被询问过，{from} 也分不清丢的是请求还是应答"
            ),
            Tone::Reply => say!(
                "{en} {why}: to {to} it is as if {from} had never answered",
                "{zh} {why_zh}：在 {to} 看来，{from} 从未应答"
            ),
            Tone::Decision(outcome) => {
                let (outcome, outcome_zh) = match outcome {
                    Outcome::Commit => ("commit", "提交"),
                    Outcome::Abort => ("abort", "回滚"),
                };
                say!(
                    "{en} {why}: the decision to {outcome} exists, and {to} does not know it",
                    "{zh} {why_zh}：{outcome_zh}的决定已经存在，而 {to} 不知道"
                )
            }
        }
    }

    fn strike(&self, index: FaultIndex) -> Text {
        let Some(fault) = self.faults.get(usize::from(index)) else {
            return Text::new("A fault strikes", "发生故障");
        };
        match fault {
            Fault::Crash { node, .. } => {
                let (name, rest) = (self.moment.name(*node), self.and_never_returns(*node));
                let (en, zh) = (rest.en, rest.zh);
                say!(
                    "{name} crashes: what it held in memory is gone, its log survives{en}",
                    "{name} 崩溃：内存中的一切丢失，日志保留{zh}"
                )
            }
            Fault::PowerLoss { node, kept, .. } => {
                let (name, rest) = (self.moment.name(*node), self.and_never_returns(*node));
                let (en, zh) = (rest.en, rest.zh);
                let survives = match kept {
                    0 => Text::new("none survives", "一条也没有留下"),
                    _ => say!("only the first {kept} can survive", "最多只有前 {kept} 条留下"),
                };
                let (survives, survives_zh) = (survives.en, survives.zh);
                say!(
                    "{name} loses its power: of the writes that no fsync had finished {survives}, though others may \
                     have been told of them{en}",
                    "{name} 断电：尚未 fsync 完成的写入{survives_zh}，而别人可能已得知这些写入{zh}"
                )
            }
            Fault::Restart { node, .. } => {
                let name = self.moment.name(*node);
                say!(
                    "{name} is started again: from its log alone it must find out what it had promised",
                    "{name} 被重新启动：它只能凭日志弄清自己承诺过什么"
                )
            }
            Fault::Pause { node, lasting, .. } => {
                let (name, lasting) = (self.moment.name(*node), span(*lasting));
                say!(
                    "{name} stops for {lasting} without noticing: time-outs and leases run on, and to the others it \
                     looks dead",
                    "{name} 停顿 {lasting} 而不自知：超时与租约照常流逝，在别人看来它已经宕机"
                )
            }
            Fault::Partition { groups, one_way: true, .. } => {
                let (from, to) = self.first_and_others(groups);
                say!(
                    "What {from} sends no longer reaches {to}, but it still hears them: it looks dead and is not",
                    "{from} 发出的消息不再到达 {to}，却仍能听到对方：它看似宕机，其实活着"
                )
            }
            Fault::Partition { groups, .. } => {
                let (one, others) = self.first_and_others(groups);
                say!(
                    "Nothing passes between {one} and {others} any more: neither side can tell the other's silence \
                     from its death",
                    "{one} 与 {others} 之间的网络中断：双方都无法区分对方是沉默还是宕机"
                )
            }
            Fault::Drop { message } => {
                let (name, from) = (self.words.message(message), self.moment.name(message.from));
                let (en, zh) = (name.en, name.zh);
                say!("{en} will not arrive, and {from} is not told", "{zh} 不会送达，而 {from} 不会得到通知")
            }
            Fault::Duplicate { message, .. } => {
                let (name, to) = (self.words.message(message), self.moment.name(message.to));
                let (en, zh) = (name.en, name.zh);
                say!(
                    "{en} will arrive twice: {to} must see that it has acted on it already",
                    "{zh} 将到达两次：{to} 必须认出自己已经处理过"
                )
            }
            Fault::Delay { message, by } => {
                let (name, by) = (self.words.message(message), span(*by));
                let (en, zh) = (name.en, name.zh);
                say!(
                    "{en} is held up for {by}: whoever waits for it may give up first",
                    "{zh} 被延误 {by}：等待它的一方可能先行放弃"
                )
            }
            Fault::SlowLink { from, to, by, .. } => {
                let (from, to, by) = (self.moment.name(*from), self.moment.name(*to), span(*by));
                say!(
                    "All from {from} to {to} now takes {by} longer: slow enough may look like dead",
                    "{from} 到 {to} 的消息都要多花 {by}：慢到一定程度，看起来就像宕机"
                )
            }
            Fault::ClockJump { node, by_micros, .. } => {
                let name = self.moment.name(*node);
                let by = span(crate::sim::time::Span::micros(by_micros.unsigned_abs()));
                let (way, way_zh) = if *by_micros < 0 { ("back", "回拨") } else { ("forward", "前拨") };
                say!(
                    "The wall clock of {name} jumps {way} by {by}: times that it compares with others' are wrong, its \
                     timers are not",
                    "{name} 的墙上时钟{way_zh} {by}：与其他节点比较的时间不再可信，定时器不受影响"
                )
            }
            Fault::ClockRate { node, error_ppm, .. } => {
                let name = self.moment.name(*node);
                let (way, way_zh) = if *error_ppm < 0 { ("late", "变晚") } else { ("early", "提前") };
                say!(
                    "The clocks of {name} run wrong from here on: its timers and leases end {way} by everybody else's",
                    "{name} 的时钟从此走得不准：在别人看来，它的定时器与租约会{way_zh}到期"
                )
            }
            Fault::Intervention { node, key, arguments, .. } => {
                let node = self.moment.name(*node);
                let name = self.words.intervention(key, arguments);
                let (en, zh) = (name.en, name.zh);
                say!(
                    "{en} at {node}: from outside, whatever the protocol had agreed",
                    "{node}：{zh}。这来自外部，与协议达成的约定无关"
                )
            }
        }
    }

    fn heal(&self, index: FaultIndex) -> Text {
        let waking = |node: NodeId, lasting: String| {
            let name = self.moment.name(node);
            say!(
                "{name} wakes and does not know that {lasting} have passed: what it believes may long be false",
                "{name} 醒来，却不知道已经过去 {lasting}：它相信的事可能早已不成立"
            )
        };
        match self.faults.get(usize::from(index)) {
            Some(Fault::Pause { node, lasting, .. }) => waking(*node, span(*lasting)),
            Some(Fault::Partition { groups, .. }) => {
                let (one, others) = self.first_and_others(groups);
                say!(
                    "{one} and {others} can reach each other again, but what was lost stays lost: only what is sent \
                     again gets through",
                    "{one} 与 {others} 恢复连通，但丢失的消息不会回来：只有重发才能送达"
                )
            }
            Some(Fault::SlowLink { from, to, .. }) => {
                let (from, to) = (self.moment.name(*from), self.moment.name(*to));
                say!(
                    "The link from {from} to {to} is as fast as before; what was sent meanwhile may now be overtaken",
                    "{from} 到 {to} 的链路恢复正常；先前发出的消息可能被后发的超过"
                )
            }
            _ => Text::new("A fault is over; what it did stays", "故障结束，但它的后果仍在"),
        }
    }

    fn first_and_others(&self, groups: &[Vec<NodeId>]) -> (String, String) {
        let names = |nodes: &mut dyn Iterator<Item = &NodeId>| {
            nodes.map(|node| self.moment.name(*node)).collect::<Vec<_>>().join(", ")
        };
        let (first, others) = groups.split_first().unwrap_or((&NOBODY, &[]));
        (names(&mut first.iter()), names(&mut others.iter().flatten()))
    }

    /// Said of a node that goes down here and stays down.
    fn and_never_returns(&self, node: NodeId) -> Text {
        if stays_down(self.moment.trace, node, self.moment.event) {
            Text::new(
                "; it never comes back, and whoever waits for it waits for ever",
                "；它再也没有恢复，等它的人将一直等下去",
            )
        } else {
            Text::new("", "")
        }
    }
}

static NOBODY: Vec<NodeId> = Vec::new();

fn stays_down(trace: &Trace, node: NodeId, since: EventIndex) -> bool {
    let down = |stretch: &&Stretch| stretch.node == node && stretch.what == StretchKind::Down;
    trace.stretches.iter().filter(down).any(|stretch| stretch.from == since && stretch.to.is_none())
}

#[cfg(test)]
mod tests;
