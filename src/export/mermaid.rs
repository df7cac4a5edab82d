//! A run as a sequence diagram in Mermaid's language (<https://mermaid.js.org/syntax/sequenceDiagram.html>). Such a diagram
//! has one order and no slant: an arrow stands where its message arrives, and says when it left.

use super::{Export, too_long};
use crate::picture::table::Table;
use crate::scenario::words::instant;
use crate::sim::fault::Fault;
use crate::sim::payload::Tone;
use crate::sim::time::Instant;
use crate::sim::trace::{EventIndex, Loss, MessageIndex, NodeId, Step, StepKind};
use crate::text::{Language, Text, without_gloss};
use std::fmt::Write;

/// Mermaid refuses longer texts unless its page is told otherwise (`maxTextSize`).
const CHARACTERS_MAX: usize = 50_000;

/// Words that Mermaid takes for its own where a participant's name stands.
const RESERVED: [&str; 22] = [
    "activate",
    "actor",
    "alt",
    "and",
    "as",
    "autonumber",
    "box",
    "break",
    "create",
    "critical",
    "deactivate",
    "destroy",
    "else",
    "end",
    "loop",
    "note",
    "opt",
    "option",
    "over",
    "par",
    "participant",
    "rect",
];

pub(super) fn write(export: &Export) -> Result<String, Text> {
    let diagram = Diagram { export, table: Table::of(export.run, export.language) };
    let mut text = diagram.heading();
    for event in export.part.events() {
        diagram.event(&mut text, event);
        if text.len() > CHARACTERS_MAX {
            return Err(too_long("a Mermaid diagram", "Mermaid 图", CHARACTERS_MAX, "characters", "个字符"));
        }
    }
    for index in diagram.under_way() {
        let end = diagram.pick("still under way", "仍在途中");
        diagram.arrow(&mut text, index, "-)", end);
    }
    Ok(text)
}

struct Diagram<'a> {
    export: &'a Export<'a>,
    table: Table<'a>,
}

impl Diagram<'_> {
    fn heading(&self) -> String {
        let Export { run, link, language, .. } = self.export;
        let mut text = format!("%% {link}\nsequenceDiagram\n");
        put(&mut text, format_args!("accTitle: {}", escaped(&self.export.title())));
        for spec in &run.topology.nodes {
            let title = without_gloss(spec.title.in_language(*language));
            let (id, name) = (id(spec.name), spec.name);
            let named = if title == name { name.to_owned() } else { format!("{name}<br/>{}", escaped(title)) };
            put(&mut text, format_args!("participant {id} as {named}"));
        }
        text
    }

    fn event(&self, text: &mut String, event: EventIndex) {
        let trace = &self.export.run.trace;
        let Step { at, node, kind } = trace.event(event);
        match kind {
            StepKind::Deliver(index) => {
                let line = match trace.message(index).payload.tone() {
                    Tone::Reply => "-->>",
                    Tone::Request | Tone::Decision(_) => "->>",
                };
                let second = trace.message(index).ends.first().is_some_and(|first| trace.event_of(*first) != event);
                let second = if second { self.pick(", a second time", "（第二份）") } else { "" };
                let arrives = format!("{}{second}", instant(at));
                self.arrow(text, index, line, &arrives);
            }
            StepKind::Lose(index, loss) => {
                let lost = match loss {
                    Loss::Dropped => self.pick("lost", "丢失"),
                    Loss::Partitioned => self.pick("lost: partition", "丢失：网络分区"),
                    Loss::ReceiverDown => self.pick("lost: nobody is there", "丢失：接收方已宕机"),
                    Loss::ConnectionBroken => self.pick("lost: connection broken", "丢失：连接已断开"),
                };
                self.arrow(text, index, "-x", lost);
            }
            // Everyone starts at the beginning.
            StepKind::Start if at == Instant::START => {}
            StepKind::Strike(fault) | StepKind::Heal(fault) => {
                let fault = self.export.run.scenario.faults.get(usize::from(fault));
                self.note(text, &fault.map_or_else(|| vec![node], |fault| concerned(fault, node)), event);
            }
            _ => self.note(text, &[node], event),
        }
    }

    /// An arrow from a message's sender to its receiver.
    fn arrow(&self, text: &mut String, index: MessageIndex, line: &str, end: &str) {
        let trace = &self.export.run.trace;
        let message = trace.message(index);
        let (from, to) = (self.id(message.name.from), self.id(message.name.to));
        let sent = instant(trace.steps[message.sent as usize].at);
        let word = self.table.message_word(index);
        put(text, format_args!("{from}{line}{to}: {} ({} → {})", escaped(&word), sent, escaped(end)));
    }

    /// A note over one node, or from the first to the last of several.
    fn note(&self, text: &mut String, nodes: &[NodeId], event: EventIndex) {
        let (Some(first), Some(last)) = (nodes.iter().min(), nodes.iter().max()) else { return };
        let over = if first == last { self.id(*first) } else { format!("{},{}", self.id(*first), self.id(*last)) };
        let at = instant(self.export.run.trace.event(event).at);
        put(text, format_args!("Note over {over}: {at} {}", escaped(&self.table.event(event))));
    }

    /// The messages that leave in this part and neither arrive nor are lost in it.
    fn under_way(&self) -> impl Iterator<Item = MessageIndex> {
        let (trace, part) = (&self.export.run.trace, self.export.part);
        let within = move |step: &u32| part.contains(trace.event_of(*step));
        let under_way = move |index: &MessageIndex| {
            let message = trace.message(*index);
            within(&message.sent) && !message.ends.iter().any(within)
        };
        (0..trace.messages.len() as MessageIndex).filter(under_way)
    }

    fn id(&self, node: NodeId) -> String {
        id(self.export.run.topology.name(node))
    }

    fn pick(&self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.export.language {
            Language::English => english,
            Language::SimplifiedChinese => chinese,
        }
    }
}

/// The nodes that a fault's note stands over.
fn concerned(fault: &Fault, node: NodeId) -> Vec<NodeId> {
    match fault {
        Fault::Partition { groups, .. } => groups.iter().flatten().copied().collect(),
        Fault::SlowLink { from, to, .. } => vec![*from, *to],
        _ => vec![node],
    }
}

fn put(text: &mut String, line: std::fmt::Arguments) {
    writeln!(text, "    {line}").expect("a string takes whatever is written");
}

/// A node's name where Mermaid reads one.
fn id(name: &str) -> String {
    if RESERVED.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// Words in which Mermaid finds nothing of its own: `;` ends a statement, `#` begins an entity, `<` an element.
fn escaped(words: &str) -> String {
    let mut text = String::new();
    for letter in words.chars() {
        match letter {
            '#' => text.push_str("#35;"),
            ';' => text.push_str("#59;"),
            '<' => text.push_str("#lt;"),
            '>' => text.push_str("#gt;"),
            letter => text.push(letter),
        }
    }
    text
}
