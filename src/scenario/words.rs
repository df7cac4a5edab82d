//! Faults and names as sentences, in the words of one protocol: for the list of faults, previews and narration.

use crate::protocols::Protocol;
use crate::say;
use crate::sim::fault::{Fault, Place};
use crate::sim::name::{LocalName, MessageName, Moment};
use crate::sim::payload::Subject;
use crate::sim::time::{Instant, Span};
use crate::sim::topology::Topology;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// Puts faults into words.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    protocol: &'static dyn Protocol,
    topology: &'a Topology,
}

impl<'a> Words<'a> {
    pub fn new(protocol: &'static dyn Protocol, topology: &'a Topology) -> Words<'a> {
        Words { protocol, topology }
    }

    /// A fault as an instruction: "Crash c just after it sends commit 1 to p1".
    pub fn fault(&self, fault: &Fault) -> Text {
        tidy(self.loose_fault(fault))
    }

    fn loose_fault(&self, fault: &Fault) -> Text {
        match fault {
            Fault::Crash { node, place } => self.strikes(*node, place, ("Crash {}", "崩溃")),
            Fault::Restart { node, place } => self.strikes(*node, place, ("Restart {}", "重启")),
            Fault::PowerLoss { node, place, kept: 0 } => {
                let rest = Text::new("; none of its unsynced writes survives", "，未落盘的写入全部丢失");
                joined(self.strikes(*node, place, ("Cut the power of {}", "断电")), rest)
            }
            Fault::PowerLoss { node, place, kept } => {
                let rest =
                    say!("; of its unsynced writes the first {kept} survive", "，未落盘的写入只留下前 {kept} 条");
                joined(self.strikes(*node, place, ("Cut the power of {}", "断电")), rest)
            }
            Fault::Pause { node, place, lasting } => {
                let lasting = span(*lasting);
                let (en, zh) = (format!("Pause {{}} for {lasting}"), format!("暂停 {lasting}"));
                self.strikes(*node, place, (&en, &zh))
            }
            Fault::Partition { groups, one_way, at, lasting } => {
                let (at, lasting) = (instant(*at), for_a_while(*lasting));
                let (en, zh) = (lasting.en, lasting.zh);
                let names = |group: &[NodeId], comma: &str| {
                    group.iter().map(|node| self.name(*node)).collect::<Vec<_>>().join(comma)
                };
                if let ([first, others @ ..], true) = (&groups[..], one_way) {
                    let others = others.concat();
                    let (from, from_zh) = (names(first, ", "), names(first, "、"));
                    let (to, to_zh) = (names(&others, ", "), names(&others, "、"));
                    say!(
                        "Lose all that {from} sends to {to}, from {at} on, {en}",
                        "从 {at} 起，{from_zh} 发往 {to_zh} 的一切都丢失，{zh}"
                    )
                } else {
                    let sides = groups.iter().map(|group| names(group, ", ")).collect::<Vec<_>>().join(" and ");
                    let sides_zh = groups.iter().map(|group| names(group, "、")).collect::<Vec<_>>().join(" 与 ");
                    say!(
                        "Cut the network between {sides}, from {at} on, {en}",
                        "从 {at} 起，切断 {sides_zh} 之间的网络，{zh}"
                    )
                }
            }
            Fault::Drop { message } => {
                let message = self.message(message);
                let (en, zh) = (message.en, message.zh);
                say!("Lose {en}", "丢失 {zh}")
            }
            Fault::Duplicate { message, after } => {
                let message = self.message(message);
                let (en, zh, after) = (message.en, message.zh, span(*after));
                say!("Deliver {en} a second time, {after} later", "{after} 后重复送达 {zh}")
            }
            Fault::Delay { message, by } => {
                let message = self.message(message);
                let (en, zh, by) = (message.en, message.zh, span(*by));
                say!("Delay {en} by {by}", "把 {zh} 延迟 {by}")
            }
            Fault::SlowLink { from, to, at, lasting, by } => {
                let (from, to, at, by) = (self.name(*from), self.name(*to), instant(*at), span(*by));
                let lasting = for_a_while(*lasting);
                let (en, zh) = (lasting.en, lasting.zh);
                say!(
                    "Slow all from {from} to {to} down by {by}, from {at} on, {en}",
                    "从 {at} 起，{from} 到 {to} 的消息一律慢 {by}，{zh}"
                )
            }
            Fault::ClockJump { node, place, by_micros } => {
                let by = span(Span::micros(by_micros.unsigned_abs()));
                let (way, way_zh) = if *by_micros < 0 { ("back", "回拨") } else { ("forward", "前拨") };
                let en = format!("Set the wall clock of {{}} {way} by {by}");
                self.strikes(*node, place, (&en, &format!("的墙上时钟被{way_zh} {by}")))
            }
            Fault::ClockRate { node, place, error_ppm } => {
                let error = error_ppm.unsigned_abs();
                let (way, way_zh) = if *error_ppm < 0 { ("slow", "慢") } else { ("fast", "快") };
                let en = format!("Let the clocks of {{}} run {way} by {error} ppm");
                self.strikes(*node, place, (&en, &format!("的时钟开始走{way_zh}，误差 {error} ppm")))
            }
            Fault::Intervention { node, place, key, arguments } => {
                let name = self.intervention(key, arguments);
                let (en, zh) = (format!("{} at {{}}", name.en), format!("发生：{}", name.zh));
                self.strikes(*node, place, (&en, &zh))
            }
        }
    }

    /// An intervention with its arguments: "An operator forces abort (transaction 1)".
    pub fn intervention(&self, key: &'static str, arguments: &[u32]) -> Text {
        let Some(declared) = self.protocol.interventions().iter().find(|known| known.key == key) else {
            return Text::same(key);
        };
        if arguments.is_empty() {
            return declared.name.clone();
        }
        let given = || declared.arguments.iter().zip(arguments);
        let en = given().map(|(argument, value)| format!("{} {value}", argument.name.en)).collect::<Vec<_>>();
        let zh = given().map(|(argument, value)| format!("{} {value}", argument.name.zh)).collect::<Vec<_>>();
        let (en, zh) = (en.join(", "), zh.join("，"));
        let (name, name_zh) = (&declared.name.en, &declared.name.zh);
        say!("{name} ({en})", "{name_zh}（{zh}）")
    }

    /// A message with its ends: "commit 1 from c to p1".
    pub fn message(&self, name: &MessageName) -> Text {
        let what = self.numbered(name.kind, name.subject, name.ordinal);
        let (what, what_zh) = (what.en, what.zh);
        let (from, to) = (self.name(name.from), self.name(name.to));
        say!("{what} from {from} to {to}", "{from} 发给 {to} 的 {what_zh}")
    }

    /// A kind by its label and what it is about: "commit 1".
    pub fn named(&self, kind: &'static str, subject: Subject) -> Text {
        self.numbered(kind, subject, 1)
    }

    /// A record or timer: "prepared 1".
    pub fn local(&self, name: &LocalName) -> Text {
        self.numbered(name.kind, name.subject, name.ordinal)
    }

    fn numbered(&self, kind: &'static str, subject: Subject, ordinal: u32) -> Text {
        let term = self.protocol.terms().iter().find(|term| term.kind == kind);
        let label = term.map_or(Text::same(kind), |term| term.label.clone());
        let number = if subject == Subject::NONE { String::new() } else { format!(" {}", subject.0) };
        let (en, zh) = (label.en, label.zh);
        match ordinal {
            1 => say!("{en}{number}", "{zh}{number}"),
            _ => say!("{en}{number} (no. {ordinal})", "{zh}{number}（第 {ordinal} 次）"),
        }
    }

    fn name(&self, node: NodeId) -> &'static str {
        self.topology.nodes.get(node.index()).map_or("?", |node| node.name)
    }

    /// `instruction` in English with `{}` for the node, and the Chinese predicate of which the node is the subject.
    fn strikes(&self, node: NodeId, place: &Place, (instruction, predicate): (&str, &str)) -> Text {
        let node = self.name(node);
        let when = self.place(place);
        let (en, zh) = (instruction.replace("{}", node), when.zh);
        let when = when.en;
        say!("{en} {when}", "{node} {zh}{predicate}")
    }

    /// A place by itself: "just after it sends commit 1 to p1".
    pub fn when(&self, place: &Place) -> Text {
        tidy(self.place(place))
    }

    /// "at 12 ms", "just after it sends commit 1 to p1"; in Chinese between subject and predicate.
    fn place(&self, place: &Place) -> Text {
        match place {
            Place::At(at) => {
                let at = instant(*at);
                say!("at {at}", "在 {at} 时")
            }
            Place::Before(moment) => {
                let (does, zh) = self.does(moment);
                say!("just before it {does}", "正要{zh}时")
            }
            Place::After(moment) => {
                let (does, zh) = self.does(moment);
                say!("just after it {does}", "刚{zh}就")
            }
        }
    }

    fn does(&self, moment: &Moment) -> (String, String) {
        match moment {
            Moment::Sends(name) => {
                let (what, to) = (self.numbered(name.kind, name.subject, name.ordinal), self.name(name.to));
                (format!("sends {} to {to}", what.en), format!("向 {to} 发送 {}", what.zh))
            }
            Moment::Receives(name) => {
                let (what, from) = (self.numbered(name.kind, name.subject, name.ordinal), self.name(name.from));
                (format!("receives {} from {from}", what.en), format!("收到 {from} 的 {}", what.zh))
            }
            Moment::Writes(name) => {
                let what = self.local(name);
                (format!("writes {}", what.en), format!("写入 {}", what.zh))
            }
            Moment::Durable(name) => {
                let what = self.local(name);
                (format!("has {} on its disk", what.en), format!("让 {} 落盘", what.zh))
            }
            Moment::Fires(name) => {
                let what = self.local(name);
                (format!("sees its timer {} run out", what.en), format!("等到定时器 {} 到期", what.zh))
            }
        }
    }
}

fn joined(first: Text, then: Text) -> Text {
    let (en, zh, then_en, then_zh) = (first.en, first.zh, then.en, then.zh);
    say!("{en}{then_en}", "{zh}{then_zh}")
}

fn for_a_while(lasting: Option<Span>) -> Text {
    match lasting {
        Some(lasting) => {
            let lasting = span(lasting);
            say!("for {lasting}", "持续 {lasting}")
        }
        None => Text::new("for good", "不再恢复"),
    }
}

/// Chinese with the spaces that putting words into sentences leaves set right: none beside Han or full-width
/// punctuation, except one between Han and a Latin letter or digit.
pub(super) fn tidy(text: Text) -> Text {
    let mut zh = String::with_capacity(text.zh.len() + 8);
    let mut last = ' ';
    let mut spaced = false;
    for character in text.zh.chars() {
        if character == ' ' {
            spaced = true;
            continue;
        }
        let (han, latin) = (is_han(last) || is_han(character), last.is_alphanumeric() && character.is_alphanumeric());
        let apart = if han && latin {
            is_han(last) != is_han(character)
        } else {
            spaced && !is_wide(last) && !is_wide(character)
        };
        if apart && !zh.is_empty() {
            zh.push(' ');
        }
        zh.push(character);
        last = character;
        spaced = false;
    }
    Text { en: text.en, zh: zh.into() }
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}')
}

/// Whether a character is Han or full-width punctuation.
fn is_wide(character: char) -> bool {
    is_han(character) || matches!(character, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '“' | '”')
}

/// A span for sentences, its unit set apart: `1.5 s`.
pub fn span(span: Span) -> String {
    let text = span.to_string();
    let unit = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let unit = if unit == "us" { "µs" } else { unit };
    format!("{number} {unit}")
}

/// An instant for sentences: `12 ms`.
pub fn instant(at: Instant) -> String {
    span(at.since(Instant::START))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::Values;
    use crate::scenario::notation::Notation;
    use crate::scenario::sample::Errand;

    fn said(fault: &str) -> (String, String) {
        let topology = Errand.topology(&Values::defaults(Errand.parameters()));
        let fault = Notation::new(&Errand, &topology).fault(fault).unwrap();
        let text = Words::new(&Errand, &topology).fault(&fault);
        (text.en.into_owned(), text.zh.into_owned())
    }

    #[test]
    fn faults_are_instructions_in_both_languages() {
        for (fault, en, zh) in [
            ("crash=a@12ms", "Crash a at 12 ms", "a 在 12 ms 时崩溃"),
            ("crash=a@after:ask.1:w1", "Crash a just after it sends ask 1 to w1", "a 刚向 w1 发送请求 1 就崩溃"),
            (
                "restart=w1@before:a:ask.1*2",
                "Restart w1 just before it receives ask 1 (no. 2) from a",
                "w1 正要收到 a 的请求 1（第 2 次）时重启",
            ),
            (
                "power=w1@after:write:noted.1~2",
                "Cut the power of w1 just after it writes noted 1; of its unsynced writes the first 2 survive",
                "w1 刚写入笔记 1 就断电，未落盘的写入只留下前 2 条",
            ),
            ("pause=w1@1500us+2s", "Pause w1 for 2 s at 1.5 ms", "w1 在 1.5 ms 时暂停 2 s"),
            (
                "cut=a/w1,w2@5ms+10ms",
                "Cut the network between a and w1, w2, from 5 ms on, for 10 ms",
                "从 5 ms 起，切断 a 与 w1、w2 之间的网络，持续 10 ms",
            ),
            (
                "oneway=a/w1@5ms",
                "Lose all that a sends to w1, from 5 ms on, for good",
                "从 5 ms 起，a 发往 w1 的一切都丢失，不再恢复",
            ),
            ("drop=a:ask.1:w1", "Lose ask 1 from a to w1", "丢失 a 发给 w1 的请求 1"),
            (
                "slow=a:w1@5ms+1s~250us",
                "Slow all from a to w1 down by 250 µs, from 5 ms on, for 1 s",
                "从 5 ms 起，a 到 w1 的消息一律慢 250 µs，持续 1 s",
            ),
            ("jump=w1@5ms-30s", "Set the wall clock of w1 back by 30 s at 5 ms", "w1 在 5 ms 时的墙上时钟被回拨 30 s"),
            (
                "do=w1@5ms:lose-note.1",
                "A note is lost (errand 1) at w1 at 5 ms",
                "w1 在 5 ms 时发生：笔记丢失（差事 1）",
            ),
        ] {
            assert_eq!(said(fault), (en.to_owned(), zh.to_owned()));
        }
    }
}
