//! Nodes and what lasts on them as words: what the screen reader and the popover say.

use faultline::protocols::Protocol;
use faultline::say;
use faultline::scenario::run::{Run, Scene};
use faultline::sim::recorder::Status;
use faultline::sim::show::ConditionKind;
use faultline::sim::trace::NodeId;
use faultline::text::Text;

/// A node at the pen: its name, its face, and what lasts.
pub fn node(run: &Run, scene: &Scene, node: NodeId) -> Text {
    let spec = &run.topology.nodes[node.index()];
    let here = &scene.nodes[node.index()];
    let (name, title) = (spec.name, &spec.title);
    let face = match (&here.face, here.status) {
        (_, Status::Paused) => Text::new("paused", "已暂停"),
        (Some(face), _) => face.word.clone(),
        (None, _) => Text::new("down", "宕机"),
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
        ConditionKind::BelievesToHold => Text::new("believes that it holds a lock", "自认为持有锁"),
        ConditionKind::WaitsForLock => Text::new("waits for a lock", "等待锁"),
        ConditionKind::InDoubt => Text::new("in doubt", "存疑"),
    }
}

/// The protocol's word for a message, record or timer kind.
pub fn label(kind: &'static str, protocol: &dyn Protocol) -> Text {
    let term = protocol.terms().iter().find(|term| term.kind == kind);
    term.map_or(Text::same(kind), |term| term.label.clone())
}
