//! A broker's topics as queues for all to see.

use super::{Body, Checking, End, Entry, Half, Log, Offset};
use crate::say;
use crate::sim::payload::Outcome;
use crate::sim::show::{Letter, Mailbox, Mood};
use crate::sim::trace::NodeId;
use crate::text::Text;

/// The broker's topics: of its log as it stands in memory, or on the disk while it is down. `delivered` says which
/// messages are on their way to their consumer.
pub fn mailboxes<B: Body>(node: NodeId, log: &Log<B>, delivered: impl Fn(Offset) -> bool) -> Vec<Mailbox> {
    let consumed = log.consumed().map(|entry| letter(&entry.body, Text::new("consumed", "已消费"), Mood::Idle));
    let waiting = log.waiting().map(|(offset, entry)| waiting(entry, delivered(offset)));
    let mut boxes =
        vec![Mailbox { node, name: Text::new("Topic", "主题"), letters: consumed.chain(waiting).collect() }];
    let dead: Vec<Letter> = log
        .dead()
        .iter()
        .map(|entry| letter(&entry.body, Text::new("failed for the last time", "重试用尽"), Mood::Holding))
        .collect();
    if !dead.is_empty() {
        boxes.push(Mailbox { node, name: Text::new("Dead letters", "死信队列"), letters: dead });
    }
    boxes
}

fn waiting<B: Body>(entry: &Entry<B>, is_delivered: bool) -> Letter {
    let failures = entry.failures;
    let (state, mood) = match (is_delivered, failures) {
        (true, 0) => (Text::new("delivered, no answer yet", "已投递，待应答"), Mood::Busy),
        (true, _) => (say!("delivered again, after {failures} failures", "失败 {failures} 次后又投递"), Mood::Busy),
        (false, 0) => (Text::new("waits", "等待投递"), Mood::Waiting),
        (false, _) => {
            (say!("failed {failures} times, comes again later", "已失败 {failures} 次，稍后重投"), Mood::Waiting)
        }
    };
    letter(&entry.body, state, mood)
}

/// The topics of half messages: the half topic, the operation topic, and what was parked.
pub fn half_mailboxes<B: Body>(node: NodeId, log: &Log<B>, checking: &Checking) -> Vec<Mailbox> {
    let most = checking.checks_max;
    let asked = |half: &Half<B>| {
        let checks = half.checks;
        match checks {
            0 => Text::new("not resolved", "尚无结论"),
            _ => say!("asked about {checks} of {most} times", "已回查 {checks}/{most} 次"),
        }
    };
    let halves = log.halves().map(|(_, half)| letter(&half.body, asked(half), Mood::Waiting));
    let operations = log.resolved().filter_map(|resolved| {
        let (state, mood) = match resolved.end {
            End::Resolved(Outcome::Commit) => (Text::new("commit", "提交"), Mood::Decided(Outcome::Commit)),
            End::Resolved(Outcome::Abort) => (Text::new("rollback", "回滚"), Mood::Decided(Outcome::Abort)),
            End::Reappended | End::Parked => return None,
        };
        Some(letter(&resolved.half.body, state, mood))
    });
    let mut boxes = vec![
        Mailbox { node, name: Text::new("Half topic", "半消息主题"), letters: halves.collect() },
        Mailbox { node, name: Text::new("Operation topic", "操作主题"), letters: operations.collect() },
    ];
    let parked: Vec<Letter> = log
        .parked()
        .iter()
        .map(|half| letter(&half.body, Text::new("asked about too often", "回查次数用尽"), Mood::Holding))
        .collect();
    if !parked.is_empty() {
        boxes.push(Mailbox { node, name: Text::new("Parked", "已搁置"), letters: parked });
    }
    boxes
}

fn letter<B: Body>(body: &B, state: Text, mood: Mood) -> Letter {
    Letter { name: format!("t{}", body.subject().0), state, mood }
}
