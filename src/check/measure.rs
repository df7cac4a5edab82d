//! What a run cost: counted and timed from its trace, the same way for every protocol.

use crate::sim::fault::Fault;
use crate::sim::payload::{Outcome, Subject, Tone};
use crate::sim::show::ConditionKind;
use crate::sim::time::{Instant, Span};
use crate::sim::topology::{Position, Topology};
use crate::sim::trace::{Ending, EventIndex, LocalIndex, NodeId, StepKind, Stretch, StretchKind, Trace};
use crate::sorted::{SortedMap, SortedSet, sort_by_key};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// What a measure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    Count,
    /// Halves of one: three messages one after the other are one and a half round trips, written as 3.
    Halves,
    /// Tenths of one.
    Tenths,
    /// Thousandths of one.
    Thousandths,
    /// Virtual microseconds.
    Micros,
}

impl Unit {
    /// As machines read it.
    pub fn id(self) -> &'static str {
        match self {
            Unit::Count => "count",
            Unit::Halves => "halves",
            Unit::Tenths => "tenths",
            Unit::Thousandths => "thousandths",
            Unit::Micros => "us",
        }
    }
}

/// Whether what was measured was over when the run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extent {
    /// It was over: the value is exact.
    Over,
    /// It still went on when the run stopped at its horizon or at a limit: the value is what had come together by then.
    GoesOn,
    /// It still went on when nothing could happen any more; there is no value.
    ForEver,
}

/// One measured cost of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Lower case, words joined by hyphens.
    pub id: String,
    pub name: Text,
    pub unit: Unit,
    /// None where it does not apply (the time to a decision that never came), and where it lasts for ever.
    pub value: Option<u64>,
    pub extent: Extent,
}

impl Measure {
    /// A sum as it stood when the run ended.
    pub fn of(id: &'static str, name: Text, unit: Unit, total: Total, ending: Ending) -> Measure {
        let (value, extent) = total.at_the_end(ending);
        Measure { id: id.into(), name, unit, value, extent }
    }
}

/// The value that so many hundredths of values in order do not exceed; none of none.
pub fn nearest_rank(values: &[u64], hundredths: usize) -> Option<u64> {
    let rank = (values.len() * hundredths).div_ceil(100).max(1);
    values.get(rank - 1).copied()
}

/// An amount as it is written: `3`, `1.5`, `12ms`.
pub fn amount(value: u64, unit: Unit) -> String {
    match unit {
        Unit::Count => value.to_string(),
        Unit::Halves if value % 2 == 1 => format!("{}.5", value / 2),
        Unit::Halves => (value / 2).to_string(),
        Unit::Tenths if !value.is_multiple_of(10) => format!("{}.{}", value / 10, value % 10),
        Unit::Tenths => (value / 10).to_string(),
        Unit::Thousandths => format!("{}.{:03}", value / 1_000, value % 1_000),
        Unit::Micros => Span::micros(value).to_string(),
    }
}

/// The measured costs of a transaction's run, always the same ones in the same order, so that runs can be compared line by line.
pub fn measures(trace: &Trace, topology: &Topology, faults: &[Fault], ending: Ending) -> Vec<Measure> {
    let ledger = Decisions::read(trace, faults);
    let initiates = |node: NodeId| topology.nodes[node.index()].position == Position::Initiator;
    let answers = Answers::read(trace, initiates);
    let fsyncs = trace.steps.iter().filter(|step| step.kind == StepKind::Fsync).count() as u64;
    let held = lasting(trace, ConditionKind::Holds);
    let in_doubt = lasting(trace, ConditionKind::InDoubt);
    let line = |id, name, unit, total: Total| Measure::of(id, name, unit, total, ending);
    vec![
        line(
            "messages",
            Text::new("Messages sent", "发送的消息数"),
            Unit::Count,
            Total::of(trace.messages.len() as u64),
        ),
        line(
            "round-trips",
            Text::new("Round trips until the client has its answer", "客户端得到答复前的往返次数"),
            Unit::Halves,
            Total { value: answers.longest_chain(), goes_on: false },
        ),
        line(
            "answer-time",
            Text::new("First request to the client's answer", "从首个请求到客户端得到答复"),
            Unit::Micros,
            answers.longest_time(trace),
        ),
        line("fsyncs", Text::new("Forced writes (fsync)", "强制刷盘（fsync）次数"), Unit::Count, Total::of(fsyncs)),
        line("locks-held", Text::new("Time locks were held, all added up", "持锁时间合计"), Unit::Micros, held),
        line(
            "decision-time",
            Text::new("First request to last durable decision", "从首个请求到最后一个决定落盘"),
            Unit::Micros,
            ledger.time_to_decision(trace),
        ),
        line(
            "decided-per-second",
            Text::new("Transactions decided per second", "每秒作出决定的事务数"),
            Unit::Tenths,
            Total { value: ledger.decided_per_second(), goes_on: false },
        ),
        line("blocked", Text::new("Time blocked in doubt, all added up", "存疑阻塞时间合计"), Unit::Micros, in_doubt),
        line(
            "divergence",
            Text::new(
                "Time one side had decided and another had not, or otherwise",
                "一方已决定、另一方未决定或决定不同的时间",
            ),
            Unit::Micros,
            ledger.divergence(trace),
        ),
    ]
}

/// A sum, and whether it was still growing when the run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    pub value: Option<u64>,
    pub goes_on: bool,
}

impl Total {
    /// One that is over.
    pub fn of(value: u64) -> Total {
        Total { value: Some(value), goes_on: false }
    }

    fn at_the_end(self, ending: Ending) -> (Option<u64>, Extent) {
        match (self.goes_on, ending) {
            (false, _) => (self.value, Extent::Over),
            (true, Ending::Quiescent) => (None, Extent::ForEver),
            (true, _) => (self.value, Extent::GoesOn),
        }
    }
}

/// The instant of an event.
fn instant(trace: &Trace, event: EventIndex) -> Instant {
    trace.event(event).at
}

/// The time for which a kind of condition lasted, added up over all nodes and subjects.
pub fn lasting(trace: &Trace, kind: ConditionKind) -> Total {
    let mut total = Total::of(0);
    for stretch in stretches_of(trace, kind) {
        let to = stretch.to.map_or(trace.end(), |event| instant(trace, event));
        total.goes_on |= stretch.to.is_none();
        total.value = total.value.map(|sum| sum + to.since(instant(trace, stretch.from)).as_micros());
    }
    total
}

/// The stretches of a kind of condition, in the order in which they began.
pub fn stretches_of(trace: &Trace, kind: ConditionKind) -> impl Iterator<Item = &Stretch> {
    trace
        .stretches
        .iter()
        .filter(move |stretch| matches!(&stretch.what, StretchKind::Condition(condition) if condition.kind == kind))
}

/// What reached the initiator about each subject.
///
/// The answer is the first decision that reaches it; where a protocol answers otherwise, the last thing that reaches it
/// and asks nothing.
struct Answers(SortedMap<Subject, Answer>);

#[derive(Default)]
struct Answer {
    /// When the initiator first sent something about it.
    asked: Option<Instant>,
    answered: Option<Instant>,
    /// The messages that lie one after the other before the answer: a message follows those of its subject that its
    /// sender had received before.
    depth: u64,
    is_decision: bool,
}

impl Answers {
    fn read(trace: &Trace, initiates: impl Fn(NodeId) -> bool) -> Answers {
        let mut depth_of_message = vec![0u64; trace.messages.len()];
        // Subjects are new in order: so the list grows at its end.
        let mut depth_at: SortedMap<(Subject, NodeId), u64> = SortedMap::new();
        let mut answers: SortedMap<Subject, Answer> = SortedMap::new();
        for step in &trace.steps {
            match step.kind {
                StepKind::Send(index) => {
                    let subject = trace.message(index).name.subject;
                    depth_of_message[index as usize] = 1 + depth_at.get(&(subject, step.node)).copied().unwrap_or(0);
                    if initiates(step.node) {
                        answers.entry(subject).or_default().asked.get_or_insert(step.at);
                    }
                }
                StepKind::Deliver(index) => {
                    let message = trace.message(index);
                    let subject = message.name.subject;
                    let depth = depth_of_message[index as usize];
                    let here = depth_at.entry((subject, step.node)).or_default();
                    *here = depth.max(*here);
                    let tone = message.payload.tone();
                    let answer = answers.entry(subject).or_default();
                    if initiates(step.node) && tone != Tone::Request && !answer.is_decision {
                        (answer.answered, answer.depth) = (Some(step.at), depth);
                        answer.is_decision = matches!(tone, Tone::Decision(_));
                    }
                }
                _ => {}
            }
        }
        Answers(answers)
    }

    /// Of several subjects the most; none while nobody was answered.
    fn longest_chain(&self) -> Option<u64> {
        self.0.values().filter(|answer| answer.answered.is_some()).map(|answer| answer.depth).max()
    }

    /// Of several subjects the longest; goes on while one is not answered.
    fn longest_time(&self, trace: &Trace) -> Total {
        let mut longest = Total::default();
        for answer in self.0.values() {
            let Some(asked) = answer.asked else { continue };
            let until = answer.answered.unwrap_or(trace.end());
            longest.goes_on |= answer.answered.is_none();
            longest.value = longest.value.max(Some(until.since(asked).as_micros()));
        }
        longest
    }
}

/// When a subject was first asked about, and the decisions about it as they became durable.
#[derive(Default)]
struct Case {
    asked: Option<Instant>,
    decisions: Vec<(Instant, NodeId, Outcome)>,
}

/// Every subject's durable decisions.
struct Decisions(SortedMap<Subject, Case>);

impl Decisions {
    /// Follows each node's log: a record is durable once an fsync after it is complete, or once it survived a crash.
    fn read(trace: &Trace, faults: &[Fault]) -> Decisions {
        let mut cases: SortedMap<Subject, Case> = SortedMap::new();
        let mut unsynced: SortedMap<NodeId, Vec<LocalIndex>> = SortedMap::new();
        for step in &trace.steps {
            let log = unsynced.entry(step.node).or_default();
            let durable = match step.kind {
                StepKind::Send(index) => {
                    let message = trace.message(index);
                    if message.payload.tone() == Tone::Request {
                        cases.entry(message.name.subject).or_default().asked.get_or_insert(step.at);
                    }
                    continue;
                }
                StepKind::Write(record) => {
                    log.push(record);
                    continue;
                }
                StepKind::Durable(last) => log.iter().position(|record| *record == last).map_or(0, |place| place + 1),
                StepKind::Strike(fault) => match faults.get(usize::from(fault)) {
                    Some(Fault::Crash { .. }) => log.len(),
                    Some(Fault::PowerLoss { kept, .. }) => {
                        log.truncate(*kept as usize);
                        log.len()
                    }
                    _ => continue,
                },
                _ => continue,
            };
            for record in log.drain(..durable) {
                let payload = &trace.local(record).payload;
                if let Tone::Decision(outcome) = payload.tone() {
                    cases.entry(payload.subject()).or_default().decisions.push((step.at, step.node, outcome));
                }
            }
        }
        Decisions(cases)
    }

    /// From the first request about a subject to the last decision about it; of several subjects the longest. Goes on
    /// while some node is in doubt.
    fn time_to_decision(&self, trace: &Trace) -> Total {
        let undecided: SortedSet<Subject> =
            doubts(trace).into_iter().filter(|doubt| doubt.to.is_none()).map(|doubt| doubt.subject).collect();
        let mut longest = Total::default();
        for (subject, case) in &self.0 {
            let Some(asked) = case.asked else { continue };
            let last = case.decisions.last().map(|(at, ..)| *at);
            let until = if undecided.contains(subject) { Some(trace.end()) } else { last };
            longest.goes_on |= undecided.contains(subject);
            longest.value = longest.value.max(until.map(|at| at.since(asked).as_micros()));
        }
        longest
    }

    /// How many subjects were decided from the first request about any to the last decision about any, per second, in
    /// tenths; none if nothing was.
    fn decided_per_second(&self) -> Option<u64> {
        let first = self.0.values().filter_map(|case| case.asked).min()?;
        let last = self.0.values().flat_map(|case| case.decisions.iter().map(|(at, ..)| *at)).max()?;
        let decided = self.0.values().filter(|case| !case.decisions.is_empty()).count() as u64;
        let micros = last.since(first).as_micros().max(1);
        Some((decided * 10_000_000 + micros / 2) / micros)
    }

    /// How long a durable decision stood while another node's was missing (it is in doubt) or different, added up over
    /// all subjects.
    fn divergence(&self, trace: &Trace) -> Total {
        let mut doubts_by_subject: SortedMap<Subject, Vec<Doubt>> = SortedMap::new();
        for doubt in doubts(trace) {
            doubts_by_subject.entry(doubt.subject).or_default().push(doubt);
        }
        let mut total = Total::of(0);
        for (subject, case) in &self.0 {
            let none = Vec::new();
            let (time, goes_on) = case.divergence(doubts_by_subject.get(subject).unwrap_or(&none), trace.end());
            total.value = total.value.map(|sum| sum + time.as_micros());
            total.goes_on |= goes_on;
        }
        total
    }
}

impl Case {
    /// How long this subject's decisions diverged, and whether they still did at the end.
    fn divergence(&self, doubts: &[Doubt], end: Instant) -> (Span, bool) {
        let mut instants: Vec<Instant> = self.decisions.iter().map(|(at, ..)| *at).collect();
        instants.extend(doubts.iter().flat_map(|doubt| [Some(doubt.from), doubt.to]).flatten());
        instants.push(end);
        sort_by_key(&mut instants, |instant| *instant);
        instants.dedup();
        let mut diverged = Span::ZERO;
        for pair in instants.windows(2) {
            if self.diverges_at(pair[0], doubts) {
                diverged += pair[1].since(pair[0]);
            }
        }
        (diverged, self.diverges_at(end, doubts))
    }

    /// Whether decisions diverge just after an instant.
    fn diverges_at(&self, at: Instant, doubts: &[Doubt]) -> bool {
        let mut decided: SortedMap<NodeId, Outcome> = SortedMap::new();
        for (_, node, outcome) in self.decisions.iter().filter(|(when, ..)| *when <= at) {
            decided.insert(*node, *outcome);
        }
        let outcomes: SortedSet<Outcome> = decided.values().copied().collect();
        let missing = |doubt: &Doubt| doubt.from <= at && doubt.to.is_none_or(|to| at < to);
        outcomes.len() > 1 || (!outcomes.is_empty() && doubts.iter().any(missing))
    }
}

/// A time during which a node had promised and not decided.
struct Doubt {
    subject: Subject,
    from: Instant,
    to: Option<Instant>,
}

/// The nodes' doubts. A crash does not end one: the promise is on the disk, and is found there after the restart.
fn doubts(trace: &Trace) -> Vec<Doubt> {
    let down: SortedMap<(NodeId, EventIndex), Option<EventIndex>> = trace
        .stretches
        .iter()
        .filter(|stretch| stretch.what == StretchKind::Down)
        .map(|stretch| ((stretch.node, stretch.from), stretch.to))
        .collect();
    let mut doubts = Vec::new();
    for stretch in stretches_of(trace, ConditionKind::InDoubt) {
        if let StretchKind::Condition(condition) = &stretch.what {
            let to = stretch.to.and_then(|end| down.get(&(stretch.node, end)).copied().unwrap_or(Some(end)));
            doubts.push(Doubt {
                subject: condition.subject,
                from: instant(trace, stretch.from),
                to: to.map(|event| instant(trace, event)),
            });
        }
    }
    doubts
}

#[cfg(test)]
mod tests;
