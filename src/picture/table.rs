//! A run as a table of events: number, time, node, event, effect, cause. It filters; it never sorts.

use crate::scenario::run::Run;
use crate::scenario::words::{instant, span};
use crate::sim::fault::Fault;
use crate::sim::payload::Subject;
use crate::sim::time::Span;
use crate::sim::trace::{EventIndex, FaultIndex, Loss, MessageIndex, NodeId, Step, StepIndex, StepKind};
use crate::sorted::SortedMap;
use crate::text::{Language, Text};
use std::fmt::Write;

/// What an event follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was sent, set, written or begun at this event.
    Event(EventIndex),
    /// A fault of the scenario.
    Fault(FaultIndex),
}

/// A sort of events, to filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Deliveries,
    Losses,
    Timers,
    Disks,
    Faults,
    Others,
}

impl Sort {
    pub const ALL: [Sort; 6] = [Sort::Deliveries, Sort::Losses, Sort::Timers, Sort::Disks, Sort::Faults, Sort::Others];

    pub fn of(kind: StepKind) -> Sort {
        match kind {
            StepKind::Deliver(_) => Sort::Deliveries,
            StepKind::Lose(..) => Sort::Losses,
            StepKind::Fire(_) => Sort::Timers,
            StepKind::Durable(_) => Sort::Disks,
            StepKind::Strike(_) | StepKind::Heal(_) => Sort::Faults,
            _ => Sort::Others,
        }
    }

    pub fn name(self) -> Text {
        match self {
            Sort::Deliveries => Text::new("messages received", "收到消息"),
            Sort::Losses => Text::new("messages lost", "消息丢失"),
            Sort::Timers => Text::new("timers", "定时器"),
            Sort::Disks => Text::new("durable writes", "落盘"),
            Sort::Faults => Text::new("faults", "故障"),
            Sort::Others => Text::new("starts and connections", "启动与连接"),
        }
    }
}

/// Which events to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub node: Option<NodeId>,
    pub sort: Option<Sort>,
    /// Must occur in the row's words, capitals or not.
    pub text: String,
}

impl Filter {
    pub fn is_open(&self) -> bool {
        *self == Filter::default()
    }
}

/// The table of one run in one language. Rows are written when they are asked for.
pub struct Table<'a> {
    run: &'a Run,
    language: Language,
    labels: SortedMap<&'static str, &'a str>,
}

impl<'a> Table<'a> {
    pub fn of(run: &'a Run, language: Language) -> Table<'a> {
        let terms = run.scenario.protocol.terms().iter();
        let labels = terms.map(|term| (term.kind, term.label.in_language(language))).collect();
        Table { run, language, labels }
    }

    /// The words of the header.
    pub fn header() -> [Text; 6] {
        [
            Text::new("Number", "序号"),
            Text::new("Time", "时刻"),
            Text::new("Node", "节点"),
            Text::new("Event", "事件"),
            Text::new("Effect", "效果"),
            Text::new("Cause", "起因"),
        ]
    }

    /// The events that a filter lets through, from `first` on, looking at no more than `count`.
    pub fn matching(&self, filter: &Filter, first: EventIndex, count: u32) -> Vec<EventIndex> {
        let sought = filter.text.trim().to_lowercase();
        let mut row = String::new();
        let last = first.saturating_add(count).min(self.run.len());
        let passes = |event: &EventIndex| {
            let step = self.run.trace.event(*event);
            if filter.node.is_some_and(|node| node != step.node) {
                return false;
            }
            if filter.sort.is_some_and(|sort| sort != Sort::of(step.kind)) {
                return false;
            }
            if sought.is_empty() {
                return true;
            }
            row.clear();
            self.write_event(&mut row, *event);
            row.push('\t');
            self.write_effects(&mut row, *event);
            row.make_ascii_lowercase();
            row.contains(&sought)
        };
        (first..last).filter(passes).collect()
    }

    /// What happened: "receives prepare from c".
    pub fn event(&self, event: EventIndex) -> String {
        let mut words = String::new();
        self.write_event(&mut words, event);
        words
    }

    /// What the node did about it at once: "writes prepared; sends yes to c".
    pub fn effects(&self, event: EventIndex) -> String {
        let mut words = String::new();
        self.write_effects(&mut words, event);
        words
    }

    /// A message in the protocol's words: "commit", "commit #2".
    pub fn message_word(&self, message: MessageIndex) -> String {
        self.message(message).to_string()
    }

    /// The rows of some events as tab-separated text under the header's words: what a spreadsheet opens.
    pub fn tab_separated(&self, events: impl Iterator<Item = EventIndex>, causes: &Causes) -> String {
        let mut text = Table::header().each_ref().map(|word| word.in_language(self.language)).join("\t");
        text.push('\n');
        for event in events {
            text.push_str(&self.row(event, causes));
            text.push('\n');
        }
        text
    }

    fn row(&self, event: EventIndex, causes: &Causes) -> String {
        let step = self.run.trace.event(event);
        let cause = causes.of(self.run, event).map_or(String::new(), |cause| self.cause(cause));
        let (number, node) = (number(event), self.run.topology.name(step.node));
        let at = instant(step.at);
        format!("{number}\t{at}\t{node}\t{}\t{}\t{cause}", self.event(event), self.effects(event))
    }

    /// A cause in words: the number of an event, or of a fault in the scenario's list.
    pub fn cause(&self, cause: Cause) -> String {
        match (cause, self.language) {
            (Cause::Event(event), _) => number(event).to_string(),
            (Cause::Fault(fault), Language::English) => format!("fault {}", u32::from(fault) + 1),
            (Cause::Fault(fault), Language::SimplifiedChinese) => format!("故障 {}", u32::from(fault) + 1),
        }
    }

    /// Writes in the table's language.
    fn put(&self, row: &mut String, en: std::fmt::Arguments, zh: std::fmt::Arguments) {
        let words = match self.language {
            Language::English => en,
            Language::SimplifiedChinese => zh,
        };
        row.write_fmt(words).expect("a string takes whatever is written");
    }

    fn label(&self, kind: &'static str) -> &str {
        self.labels.get(kind).copied().unwrap_or(kind)
    }

    fn name(&self, node: NodeId) -> &'static str {
        self.run.topology.name(node)
    }

    fn message(&self, index: MessageIndex) -> Word<'_> {
        let name = self.run.trace.message(index).name;
        Word { label: self.label(name.kind), subject: name.subject }
    }

    fn local(&self, index: u32) -> Word<'_> {
        let name = self.run.trace.local(index).name;
        Word { label: self.label(name.kind), subject: name.subject }
    }

    fn write_event(&self, row: &mut String, event: EventIndex) {
        let trace = &self.run.trace;
        let Step { node, kind, .. } = trace.event(event);
        match kind {
            StepKind::Start => self.put(row, format_args!("starts"), format_args!("启动")),
            StepKind::Deliver(index) => {
                let (word, message) = (self.message(index), trace.message(index));
                let from = self.name(message.name.from);
                self.put(row, format_args!("receives {word} from {from}"), format_args!("收到 {from} 的{word}"));
                if message.ends.first().is_some_and(|first| trace.event_of(*first) != event) {
                    self.put(row, format_args!(", a second time"), format_args!("（第二份）"));
                }
            }
            StepKind::Fire(index) => {
                let word = self.local(index);
                self.put(row, format_args!("timer {word} fires"), format_args!("定时器{word}到时"));
            }
            StepKind::Durable(index) => {
                let word = self.local(index);
                self.put(row, format_args!("{word} is durable"), format_args!("{word}已落盘"));
            }
            StepKind::Disconnected(peer) => {
                let peer = self.name(peer);
                self.put(row, format_args!("loses its connection to {peer}"), format_args!("与 {peer} 的连接断开"));
            }
            StepKind::Lose(index, loss) => {
                let (word, from) = (self.message(index), self.name(trace.message(index).name.from));
                let (en, zh) = match loss {
                    Loss::Dropped => ("the network drops it", "被网络丢弃"),
                    Loss::Partitioned => ("a partition is in the way", "被网络分区挡住"),
                    Loss::ReceiverDown => ("nobody is there", "接收方已宕机"),
                    Loss::ConnectionBroken => ("its connection broke", "连接已断开"),
                };
                let (en, zh) =
                    (format_args!("never gets {word} from {from}: {en}"), format_args!("收不到 {from} 的{word}：{zh}"));
                self.put(row, en, zh);
            }
            StepKind::Strike(index) => match self.run.scenario.faults.get(usize::from(index)) {
                Some(fault) => self.write_fault(row, fault),
                None => self.put(row, format_args!("fault"), format_args!("故障")),
            },
            StepKind::Heal(index) => match self.run.scenario.faults.get(usize::from(index)) {
                Some(Fault::Pause { .. }) => self.put(row, format_args!("runs again"), format_args!("恢复运行")),
                Some(Fault::Partition { .. }) => {
                    self.put(row, format_args!("the partition heals"), format_args!("网络分区恢复"));
                }
                Some(Fault::SlowLink { from, to, .. }) => {
                    let (from, to) = (self.name(*from), self.name(*to));
                    self.put(
                        row,
                        format_args!("link {from} to {to} is fast again"),
                        format_args!("{from} 到 {to} 的链路恢复"),
                    );
                }
                _ => self.put(row, format_args!("the fault ends"), format_args!("故障结束")),
            },
            effect => {
                debug_assert!(!effect.is_event(), "{effect:?} of {node:?} is an event without words");
            }
        }
    }

    fn write_fault(&self, row: &mut String, fault: &Fault) {
        match fault {
            Fault::Crash { .. } => self.put(row, format_args!("crashes"), format_args!("崩溃")),
            Fault::PowerLoss { kept, .. } => self.put(
                row,
                format_args!("loses power; {kept} unsynced writes survive"),
                format_args!("断电；{kept} 条未落盘的写入幸存"),
            ),
            Fault::Restart { .. } => self.put(row, format_args!("is restarted"), format_args!("被重启")),
            Fault::Pause { lasting, .. } => {
                let lasting = span(*lasting);
                self.put(row, format_args!("stops for {lasting}"), format_args!("暂停 {lasting}"));
            }
            Fault::Partition { groups, one_way, .. } => {
                let side =
                    |group: &Vec<NodeId>| group.iter().map(|node| self.name(*node)).collect::<Vec<_>>().join(" ");
                let sides = groups.iter().map(side).collect::<Vec<_>>();
                if *one_way {
                    let (first, rest) = (&sides[0], sides[1..].join(" "));
                    self.put(
                        row,
                        format_args!("{first} cannot reach {rest}"),
                        format_args!("{first} 发往 {rest} 的消息不通"),
                    );
                } else {
                    let sides = sides.join(" | ");
                    self.put(row, format_args!("partition {sides}"), format_args!("网络分区 {sides}"));
                }
            }
            Fault::SlowLink { from, to, by, .. } => {
                let (from, to, by) = (self.name(*from), self.name(*to), span(*by));
                self.put(
                    row,
                    format_args!("link {from} to {to} is slower by {by}"),
                    format_args!("{from} 到 {to} 的链路慢 {by}"),
                );
            }
            Fault::ClockJump { by_micros, .. } => {
                let by = span(Span::micros(by_micros.unsigned_abs()));
                let sign = if *by_micros < 0 { '−' } else { '+' };
                self.put(row, format_args!("wall clock jumps {sign}{by}"), format_args!("墙上时钟跳变 {sign}{by}"));
            }
            Fault::ClockRate { error_ppm, .. } => {
                self.put(
                    row,
                    format_args!("clocks run {error_ppm:+} ppm off"),
                    format_args!("时钟速率偏差 {error_ppm:+} ppm"),
                );
            }
            Fault::Intervention { key, .. } => {
                let all = self.run.scenario.protocol.interventions();
                let name =
                    all.iter().find(|known| known.key == *key).map(|known| known.name.in_language(self.language));
                row.push_str(name.unwrap_or(key));
            }
            // These strike with their message and have no event of their own.
            Fault::Drop { .. } | Fault::Duplicate { .. } | Fault::Delay { .. } => {}
        }
    }

    fn write_effects(&self, row: &mut String, event: EventIndex) {
        let steps = &self.run.trace.steps_of(event)[1..];
        let mut before: Option<(&'static str, Subject)> = None;
        for step in steps {
            // "sends prepare to p1, p2, p3" rather than three times the same word.
            if let (StepKind::Send(index), Some(same)) = (step.kind, before) {
                let name = self.run.trace.message(index).name;
                if (name.kind, name.subject) == same {
                    let to = self.name(name.to);
                    self.put(row, format_args!(", {to}"), format_args!("、{to}"));
                    continue;
                }
            }
            if !row.is_empty() && !row.ends_with('\t') {
                self.put(row, format_args!("; "), format_args!("；"));
            }
            before = None;
            match step.kind {
                StepKind::Send(index) => {
                    let name = self.run.trace.message(index).name;
                    before = Some((name.kind, name.subject));
                    let (word, to) = (self.message(index), self.name(name.to));
                    self.put(row, format_args!("sends {word} to {to}"), format_args!("发送{word}给 {to}"));
                }
                StepKind::Write(index) => {
                    let word = self.local(index);
                    self.put(row, format_args!("writes {word}"), format_args!("写入{word}"));
                }
                StepKind::Fsync => self.put(row, format_args!("fsync"), format_args!("fsync")),
                StepKind::Set(index) => {
                    let word = self.local(index);
                    let after = span(self.run.trace.local(index).due.since(step.at));
                    self.put(row, format_args!("sets timer {word}, {after}"), format_args!("设定时器{word}，{after}"));
                }
                StepKind::Cancel(index) => {
                    let word = self.local(index);
                    self.put(row, format_args!("cancels timer {word}"), format_args!("取消定时器{word}"));
                }
                _ => {}
            }
        }
    }
}

/// The number of an event as the table shows it, from 1.
pub fn number(event: EventIndex) -> u32 {
    event + 1
}

/// A protocol's word with its subject, where that is not the first: "commit", "commit #2".
struct Word<'a> {
    label: &'a str,
    subject: Subject,
}

impl std::fmt::Display for Word<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.label)?;
        match self.subject.0 {
            0 | 1 => Ok(()),
            // A closing full-width bracket brings its own space.
            number if self.label.ends_with('）') => write!(formatter, "#{number}"),
            number => write!(formatter, " #{number}"),
        }
    }
}

/// Where timers were set, and which event each event follows from: read once per run.
pub struct Causes {
    /// For each record and timer the step that wrote or set it.
    origins: Vec<StepIndex>,
}

impl Causes {
    pub fn of_run(run: &Run) -> Causes {
        let mut origins = vec![StepIndex::MAX; run.trace.locals.len()];
        for (index, step) in run.trace.steps.iter().enumerate() {
            if let StepKind::Write(local) | StepKind::Set(local) = step.kind {
                origins[local as usize] = index as StepIndex;
            }
        }
        Causes { origins }
    }

    /// What an event follows from; nothing for what simply begins.
    pub fn of(&self, run: &Run, event: EventIndex) -> Option<Cause> {
        let trace = &run.trace;
        let origin = |local: u32| {
            let step = self.origins.get(local as usize).copied().filter(|step| *step != StepIndex::MAX);
            step.map(|step| Cause::Event(trace.event_of(step)))
        };
        match trace.event(event).kind {
            StepKind::Deliver(message) | StepKind::Lose(message, _) => {
                Some(Cause::Event(trace.event_of(trace.message(message).sent)))
            }
            StepKind::Fire(local) | StepKind::Durable(local) => origin(local),
            StepKind::Strike(fault) | StepKind::Heal(fault) => Some(Cause::Fault(fault)),
            StepKind::Start => {
                // A restart is the event just before, at the same node.
                let before = event.checked_sub(1)?;
                match (trace.event(before), trace.event(event)) {
                    (Step { at, node, kind: StepKind::Strike(fault) }, now) if (at, node) == (now.at, now.node) => {
                        Some(Cause::Fault(fault))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
