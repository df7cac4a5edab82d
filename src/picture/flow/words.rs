//! The words of the marks: the first of a kind in a run carries its word, so that no legend is needed.

use super::marks::MarkKind;
use crate::protocols::Protocol;
use crate::sim::time::Span;
use crate::text::{Language, Text};

impl MarkKind {
    /// One or two words beside the mark.
    pub fn word(self) -> Text {
        match self {
            MarkKind::Durable => Text::new("durable", "落盘"),
            MarkKind::Timer => Text::new("time-out", "超时"),
            MarkKind::Holds => Text::new("locked", "持锁"),
            MarkKind::BelievesToHold => Text::new("believes it holds", "自以为持锁"),
            MarkKind::WaitsForLock => Text::new("waits for lock", "等锁"),
            MarkKind::InDoubt => Text::new("in doubt", "悬而未决"),
            MarkKind::Disconnected => Text::new("disconnected", "断连"),
            MarkKind::Paused => Text::new("paused", "暂停"),
            MarkKind::Down => Text::new("crash", "宕机"),
            MarkKind::PowerLoss => Text::new("power loss", "断电"),
            MarkKind::Restart => Text::new("restart", "重启"),
            MarkKind::Dropped => Text::new("lost", "丢失"),
            MarkKind::CutOff => Text::new("cut off", "被隔断"),
            MarkKind::ReceiverDown => Text::new("nobody there", "无人接收"),
            MarkKind::ConnectionBroken => Text::new("connection broken", "连接断开"),
            MarkKind::Duplicated => Text::new("×2", "×2"),
            MarkKind::Delayed => Text::new("was due", "本应到达"),
            MarkKind::Partition => Text::new("partition", "网络分区"),
            MarkKind::OneWay => Text::new("one-way partition", "单向分区"),
            MarkKind::SlowLink => Text::new("slow", "变慢"),
            MarkKind::ClockJump => Text::new("clock jumps", "时钟跳变"),
            MarkKind::ClockRate => Text::new("clock rate", "时钟变速"),
            MarkKind::Break => Text::new("violated", "违反"),
        }
    }

    /// What the mark looks like and means, for the list of marks in use.
    pub fn meaning(self) -> Text {
        match self {
            MarkKind::Durable => Text::new(
                "Filled square: what was written is on disk and survives a crash",
                "实心方块：写入已落盘，宕机不丢",
            ),
            MarkKind::Timer => Text::new("Hollow diamond: a timer fires", "空心菱形：定时器到期"),
            MarkKind::Holds => Text::new("Solid bar: a lock or reservation is held", "实心条：持有锁或预留"),
            MarkKind::BelievesToHold => Text::new(
                "Outlined bar: the node believes that it holds a lock, whether or not it does",
                "空心条：节点自以为持锁，实际未必",
            ),
            MarkKind::WaitsForLock => Text::new("Hatched bar: waits for somebody's lock", "斜纹条：等待他人的锁"),
            MarkKind::InDoubt => {
                Text::new("Hatched bar: has promised and may not decide by itself", "斜纹条：已作承诺，不得自行决定")
            }
            MarkKind::Disconnected => {
                Text::new("Broken line: the node learns that its connection is gone", "断口：节点得知连接已断")
            }
            MarkKind::Paused => {
                Text::new("Double line: the process stands still, the world goes on", "双线：进程停住，外界照常")
            }
            MarkKind::Down | MarkKind::PowerLoss => {
                Text::new("No line after a cross: the node is down", "叉后无线：节点宕机")
            }
            MarkKind::Restart => {
                Text::new("Hollow triangle: the node starts again from its disk", "空心三角：从磁盘恢复重启")
            }
            MarkKind::Dropped | MarkKind::CutOff | MarkKind::ReceiverDown | MarkKind::ConnectionBroken => {
                Text::new("Dotted arrow with a cross: the message never arrives", "带叉的点线：消息没有到达")
            }
            MarkKind::Duplicated => Text::new("Second head: the message arrives twice", "第二个箭头：消息到达两次"),
            MarkKind::Delayed => Text::new("Ring: when the late message was due", "圆环：迟到消息本应到达之时"),
            MarkKind::Partition => Text::new("Dashed wall: nothing passes", "虚线墙：两侧互不可达"),
            MarkKind::OneWay => Text::new(
                "Dashed wall with feet on one side: nothing passes from there",
                "单侧带脚的虚线墙：该侧发不出去",
            ),
            MarkKind::SlowLink => Text::new("Dotted wall: everything takes longer", "点线墙：所有消息变慢"),
            MarkKind::ClockJump => Text::new("Clock: the node's wall clock jumps", "钟：墙上时钟跳变"),
            MarkKind::ClockRate => {
                Text::new("Clock: the node's clocks run fast or slow from here", "钟：此后时钟走快或走慢")
            }
            MarkKind::Break => {
                Text::new("Torn paper: a property is violated here, and stays so", "断开的纸：性质在此被违反，再不复原")
            }
        }
    }
}

/// The protocol's own word for a message, record, timer or intervention kind; the kind itself if it has none.
pub fn term(protocol: &dyn Protocol, kind: &str, language: Language) -> String {
    let term = protocol.terms().iter().find(|term| term.kind == kind);
    term.map_or_else(|| kind.to_string(), |term| term.label.in_language(language).to_string())
}

/// What is done from outside, as the protocol names it: its short term, or else the words on its button.
pub fn intervention(protocol: &dyn Protocol, key: &str, language: Language) -> String {
    let named = protocol.interventions().iter().find(|intervention| intervention.key == key);
    match (protocol.terms().iter().any(|term| term.kind == key), named) {
        (false, Some(intervention)) => intervention.name.in_language(language).to_string(),
        _ => term(protocol, key, language),
    }
}

/// What the folded tail says.
pub fn repeats(period: Span) -> Text {
    let period = short(period);
    crate::say!("repeats every {period}, for ever", "每 {period} 重复，永不停止")
}

/// A span to three significant digits: `30 s`, `1.25 ms`, `250 µs`.
pub fn short(span: Span) -> String {
    let micros = span.as_micros();
    let (unit, size) = match micros {
        0 => return "0".to_string(),
        1..1_000 => ("µs", 1),
        1_000..1_000_000 => ("ms", 1_000),
        1_000_000..120_000_000 => ("s", 1_000_000),
        120_000_000..7_200_000_000 => ("min", 60_000_000),
        _ => ("h", 3_600_000_000),
    };
    let whole = micros / size;
    let decimals = match whole {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let scale = 10u64.pow(decimals);
    // Three digits are enough to tell what happens when.
    let rounded = (micros * scale + size / 2) / size;
    let (whole, rest) = (rounded / scale, rounded % scale);
    let mut text = whole.to_string();
    if rest > 0 {
        let digits = format!("{rest:0width$}", width = decimals as usize);
        text.push('.');
        text.push_str(digits.trim_end_matches('0'));
    }
    format!("{text} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_three_digits() {
        for (micros, said) in [
            (0, "0"),
            (250, "250 µs"),
            (1_250, "1.25 ms"),
            (12_000, "12 ms"),
            (29_983_000, "30 s"),
            (1_500_000, "1.5 s"),
            (600_000_000, "10 min"),
        ] {
            assert_eq!(short(Span::micros(micros)), said);
        }
    }
}
