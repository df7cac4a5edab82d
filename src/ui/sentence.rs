//! Faults, places and nodes as sentences: what the list of faults, the verbs and the screen reader say.

use faultline::protocols::Protocol;
use faultline::say;
use faultline::scenario::run::{Run, Scene};
use faultline::sim::fault::{Fault, Place};
use faultline::sim::name::{LocalName, MessageName, Moment};
use faultline::sim::payload::Subject;
use faultline::sim::show::ConditionKind;
use faultline::sim::time::Span;
use faultline::sim::topology::Topology;
use faultline::sim::trace::NodeId;
use faultline::text::Text;

/// A fault as a short imperative: "crash c after it sends commit to p1".
pub fn fault(fault: &Fault, protocol: &dyn Protocol, topology: &Topology) -> Text {
    let name = |node: NodeId| topology.nodes.get(node.index()).map_or("?", |spec| spec.name);
    let when = |place: &Place| self::place(place, protocol, topology);
    match fault {
        Fault::Crash { node, place } => strike("crash", "崩溃", name(*node), when(place)),
        Fault::PowerLoss { node, place, kept: 0 } => {
            strike("cut the power of", "断电，未落盘的写入全部丢失", name(*node), when(place))
        }
        Fault::PowerLoss { node, place, kept } => {
            let (node, when) = (name(*node), when(place));
            say!(
                "cut the power of {node} {when}, keeping {kept} unsynced writes",
                "{node} {}断电，保留 {kept} 条未落盘的写入",
                when.zh
            )
        }
        Fault::Restart { node, place } => strike("restart", "重启", name(*node), when(place)),
        Fault::Pause { node, place, lasting } => {
            let (node, when) = (name(*node), when(place));
            say!("pause {node} {when} for {lasting}", "{node} {}暂停 {lasting}", when.zh)
        }
        Fault::Partition { groups, one_way, at, lasting } => {
            let group = |nodes: &Vec<NodeId>| nodes.iter().map(|node| name(*node)).collect::<Vec<_>>().join(" ");
            let sides = groups.iter().map(group).collect::<Vec<_>>();
            let lasting = for_how_long(*lasting);
            if *one_way {
                let (first, others) = (&sides[0], sides[1..].join(" "));
                say!(
                    "{first} cannot reach {others} from {at}{lasting}",
                    "从 {at} 起 {first} 发往 {others} 的消息不通{}",
                    lasting.zh
                )
            } else {
                let (en, zh) = (sides.join(" from "), sides.join(" 与 "));
                say!("cut {en} at {at}{lasting}", "从 {at} 起 {zh} 之间断开{}", lasting.zh)
            }
        }
        Fault::Drop { message } => {
            let message = self::message(message, protocol, topology);
            say!("lose {message}", "丢失{}", message.zh)
        }
        Fault::Duplicate { message, after } => {
            let message = self::message(message, protocol, topology);
            say!("deliver {message} twice, {after} apart", "{}送达两次，相隔 {after}", message.zh)
        }
        Fault::Delay { message, by } => {
            let message = self::message(message, protocol, topology);
            say!("delay {message} by {by}", "{}延迟 {by}", message.zh)
        }
        Fault::SlowLink { from, to, at, lasting, by } => {
            let (from, to, lasting) = (name(*from), name(*to), for_how_long(*lasting));
            say!(
                "slow the link from {from} to {to} by {by} from {at}{lasting}",
                "从 {at} 起 {from} 到 {to} 的链路慢 {by}{}",
                lasting.zh
            )
        }
        Fault::ClockJump { node, place, by_micros } => {
            let (node, when, span) = (name(*node), when(place), Span::micros(by_micros.unsigned_abs()));
            let (en, zh) = if *by_micros < 0 { ("back", "拨慢") } else { ("ahead", "拨快") };
            say!("set the clock of {node} {en} by {span} {when}", "{node} {}把时钟{zh} {span}", when.zh)
        }
        Fault::ClockRate { node, place, error_ppm } => {
            let (node, when, ppm) = (name(*node), when(place), error_ppm.unsigned_abs());
            let (en, zh) = if *error_ppm < 0 { ("slow", "偏慢") } else { ("fast", "偏快") };
            say!("let the clock of {node} run {ppm} ppm {en} {when}", "{node} {}时钟{zh} {ppm} ppm", when.zh)
        }
        Fault::Intervention { node, place, key, .. } => {
            let (node, when) = (name(*node), when(place));
            let known = protocol.interventions().iter().find(|intervention| intervention.key == *key);
            let action = known.map_or(Text::same(key), |intervention| intervention.name.clone());
            say!("{action}, at {node} {when}", "{node} {}：{}", when.zh, action.zh)
        }
    }
}

fn strike(en: &str, zh: &str, node: &str, when: Text) -> Text {
    say!("{en} {node} {when}", "{node} {}{zh}", when.zh)
}

fn for_how_long(lasting: Option<Span>) -> Text {
    match lasting {
        Some(span) => say!(" for {span}", "，持续 {span}"),
        None => Text::new(" for good", "，不再恢复"),
    }
}

/// When a fault strikes: "at 12ms", "after it sends commit to p1".
pub fn place(place: &Place, protocol: &dyn Protocol, topology: &Topology) -> Text {
    match place {
        Place::At(at) => say!("at {at}", "在 {at} "),
        Place::Before(what) => {
            let what = moment(what, protocol, topology);
            say!("before {what}", "在{}之前", what.zh)
        }
        Place::After(what) => {
            let what = moment(what, protocol, topology);
            say!("after {what}", "在{}之后", what.zh)
        }
    }
}

fn moment(moment: &Moment, protocol: &dyn Protocol, topology: &Topology) -> Text {
    let node = |node: NodeId| topology.nodes.get(node.index()).map_or("?", |spec| spec.name);
    match moment {
        Moment::Sends(name) => {
            let (what, to) = (counted(name.kind, name.subject, name.ordinal, protocol), node(name.to));
            say!("it sends {what} to {to}", "发出给 {to} 的 {}", what.zh)
        }
        Moment::Receives(name) => {
            let (what, from) = (counted(name.kind, name.subject, name.ordinal, protocol), node(name.from));
            say!("it receives {what} from {from}", "收到 {from} 的 {}", what.zh)
        }
        Moment::Writes(name) => local(name, protocol, "it writes {}", "写入 {}"),
        Moment::Durable(name) => local(name, protocol, "{} is durable", "{} 落盘"),
        Moment::Fires(name) => local(name, protocol, "its timer {} fires", "定时器 {} 触发"),
    }
}

fn local(name: &LocalName, protocol: &dyn Protocol, en: &str, zh: &str) -> Text {
    let what = counted(name.kind, name.subject, name.ordinal, protocol);
    Text { en: en.replace("{}", &what.en).into(), zh: zh.replace("{}", &what.zh).into() }
}

/// A message as words: "commit from c to p1".
pub fn message(name: &MessageName, protocol: &dyn Protocol, topology: &Topology) -> Text {
    let node = |node: NodeId| topology.nodes.get(node.index()).map_or("?", |spec| spec.name);
    let what = counted(name.kind, name.subject, name.ordinal, protocol);
    let (from, to) = (node(name.from), node(name.to));
    say!("{what} from {from} to {to}", " {from} 发往 {to} 的 {}", what.zh)
}

/// The protocol's word for a kind; its subject and ordinal only where they are not the first.
fn counted(kind: &'static str, subject: Subject, ordinal: u32, protocol: &dyn Protocol) -> Text {
    let mut word = label(kind, protocol);
    if subject.0 > 1 {
        let number = subject.0;
        word = say!("{word} #{number}", "{} #{number}", word.zh);
    }
    match ordinal {
        0 | 1 => word,
        _ => say!("{word} (no. {ordinal})", "{}（第 {ordinal} 次）", word.zh),
    }
}

/// The protocol's word for a message, record or timer kind.
pub fn label(kind: &'static str, protocol: &dyn Protocol) -> Text {
    let term = protocol.terms().iter().find(|term| term.kind == kind);
    term.map_or(Text::same(kind), |term| term.label.clone())
}

/// A node at the pen: its name, its face, and what lasts.
pub fn node(run: &Run, scene: &Scene, node: NodeId) -> Text {
    let spec = &run.topology.nodes[node.index()];
    let here = &scene.nodes[node.index()];
    let (name, title) = (spec.name, &spec.title);
    let face = match &here.face {
        _ if here.paused => Text::new("paused", "已暂停"),
        Some(face) => face.word.clone(),
        None => Text::new("down", "宕机"),
    };
    let mut text = say!("{title} {name}: {face}", "{} {name}：{}", title.zh, face.zh);
    for condition in &here.conditions {
        let word = self::condition(condition.kind);
        text = say!("{text}, {word}", "{}，{}", text.zh, word.zh);
    }
    text
}

/// A condition in a word or two.
pub fn condition(kind: ConditionKind) -> Text {
    match kind {
        ConditionKind::Holds => Text::new("holds a lock", "持有锁"),
        ConditionKind::BelievesToHold => Text::new("believes it holds a lock", "自认为持有锁"),
        ConditionKind::WaitsForLock => Text::new("waits for a lock", "等待锁"),
        ConditionKind::InDoubt => Text::new("in doubt", "存疑"),
    }
}
