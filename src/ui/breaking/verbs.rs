//! The verbs for what was pointed at: each with the edit that it makes.

use crate::ui::selection::{Sweep, Target};
use crate::ui::store::{Bench, Change};
use faultline::protocols::ArgumentKind;
use faultline::say;
use faultline::scenario::words::span;
use faultline::sim::fault::{Fault, Place};
use faultline::sim::payload::Subject;
use faultline::sim::recorder::Status;
use faultline::sim::time::{Instant, Span};
use faultline::sim::trace::{EventIndex, MessageIndex, NodeId, StepKind};
use faultline::text::Text;

/// Something that can be done to a target.
#[derive(Clone)]
pub struct Verb {
    pub name: Text,
    pub change: Change,
}

fn verb(name: Text, fault: Fault) -> Verb {
    Verb { name, change: Change::Add(vec![fault]) }
}

/// How long what lasts may last: multiples of the protocol's base latency, then for good.
pub fn durations(bench: &Bench) -> [Span; 4] {
    [5, 20, 100, 1_000].map(|times| bench.run.topology.base_latency.times(times))
}

/// How far a clock is set ahead or back by pointing.
const CLOCK_JUMP: Span = Span::seconds(30);
/// How wrong a clock's rate is made by pointing, in parts per million.
const RATE_ERROR_PPM: i32 = 100_000;

/// The verbs for a target. A node's strike at `place`; what lasts, lasts for `lasting`, or for good.
pub fn verbs(bench: &Bench, target: Target, place: Place, lasting: Option<Span>) -> Vec<Verb> {
    match target {
        Target::Message(message) => of_message(bench, message),
        Target::Node { node, event } => of_node(bench, node, event, place, lasting),
    }
}

fn of_message(bench: &Bench, message: MessageIndex) -> Vec<Verb> {
    let sent = bench.run.trace.message(message);
    let base = bench.run.topology.base_latency;
    let mut verbs: Vec<Verb> = taken_back(bench, |fault| fault.message() == Some(sent.name));
    if !sent.connected {
        verbs.push(verb(Text::new("Lose it", "丢失它"), Fault::Drop { message: sent.name }));
    }
    for by in [base.times(4), base.times(40)] {
        let by_words = span(by);
        verbs
            .push(verb(say!("Delay it by {by_words}", "把它延迟 {by_words}"), Fault::Delay { message: sent.name, by }));
    }
    if !sent.connected {
        verbs.push(verb(
            Text::new("Deliver it twice", "让它送达两次"),
            Fault::Duplicate { message: sent.name, after: base.times(2) },
        ));
    }
    let (from, to, at) = (sent.name.from, sent.name.to, bench.run.trace.steps[sent.sent as usize].at);
    let (from_name, to_name) = (bench.run.topology.name(from), bench.run.topology.name(to));
    let by = base.times(4);
    verbs.push(verb(
        say!("Slow the link from {from_name} to {to_name}", "让 {from_name} 到 {to_name} 的链路变慢"),
        Fault::SlowLink { from, to, at, lasting: None, by },
    ));
    verbs.push(verb(
        say!("Cut {from_name} off from {to_name}", "切断 {from_name} 到 {to_name}"),
        Fault::Partition { groups: vec![vec![from], vec![to]], one_way: true, at, lasting: None },
    ));
    verbs
}

/// Verbs that take back what already strikes the target.
fn taken_back(bench: &Bench, strikes: impl Fn(&Fault) -> bool) -> Vec<Verb> {
    let faults = bench.run.scenario.faults.iter().enumerate().filter(|(_, fault)| strikes(fault));
    let words = faultline::scenario::words::Words::new(bench.run.scenario.protocol, &bench.run.topology);
    faults
        .map(|(index, fault)| {
            let fault = words.fault(fault);
            Verb { name: say!("Take back: {fault}", "撤回：{}", fault.zh), change: Change::Remove(index) }
        })
        .collect()
}

/// The instant that a place stands for in the run on the screen.
fn instant(bench: &Bench, event: EventIndex, place: Place) -> Instant {
    match place {
        Place::At(at) => at,
        Place::Before(_) | Place::After(_) => bench.run.trace.event(event).at,
    }
}

fn of_node(bench: &Bench, node: NodeId, event: EventIndex, place: Place, lasting: Option<Span>) -> Vec<Verb> {
    let at = instant(bench, event, place);
    let is_down = bench.run.sketch(event).nodes[node.index()].status == Status::Down;
    let others: Vec<NodeId> =
        (0..bench.run.topology.nodes.len() as u8).map(NodeId).filter(|other| *other != node).collect();
    let mut verbs = taken_back(bench, |fault| fault.node() == Some(node));
    if is_down {
        verbs.insert(0, verb(Text::new("Restart it", "重启"), Fault::Restart { node, place: Place::At(at) }));
    } else {
        verbs.push(verb(Text::new("Crash", "崩溃"), Fault::Crash { node, place }));
        verbs.push(verb(Text::new("Lose power", "断电"), Fault::PowerLoss { node, place, kept: 0 }));
        // Without an end a pause would be a crash: the longest on offer stands for it.
        let paused = lasting.unwrap_or(durations(bench)[3]);
        verbs.push(verb(Text::new("Pause", "暂停"), Fault::Pause { node, place, lasting: paused }));
    }
    let groups = vec![vec![node], others.clone()];
    verbs.push(verb(
        Text::new("Cut it off", "断开它的网络"),
        Fault::Partition { groups: groups.clone(), one_way: false, at, lasting },
    ));
    verbs.push(verb(
        Text::new("Let nothing out of it", "让它的消息发不出去"),
        Fault::Partition { groups, one_way: true, at, lasting },
    ));
    let by = bench.run.topology.base_latency.times(4);
    let slow = |(from, to)| Fault::SlowLink { from, to, at, lasting, by };
    let links = others.iter().flat_map(|other| [(node, *other), (*other, node)]).map(slow).collect();
    verbs.push(Verb { name: Text::new("Slow its links", "让它的链路变慢"), change: Change::Add(links) });
    verbs.extend(interventions(bench, node, event, place));
    if !is_down {
        verbs.extend(clocks(node, place));
    }
    verbs
}

fn clocks(node: NodeId, place: Place) -> Vec<Verb> {
    let by = CLOCK_JUMP.as_micros() as i64;
    vec![
        verb(Text::new("Set its clock 30 s ahead", "时钟拨快 30 s"), Fault::ClockJump { node, place, by_micros: by }),
        verb(Text::new("Set its clock 30 s back", "时钟拨慢 30 s"), Fault::ClockJump { node, place, by_micros: -by }),
        verb(
            Text::new("Let its clock run 10 % fast", "时钟走快 10 %"),
            Fault::ClockRate { node, place, error_ppm: RATE_ERROR_PPM },
        ),
        verb(
            Text::new("Let its clock run 10 % slow", "时钟走慢 10 %"),
            Fault::ClockRate { node, place, error_ppm: -RATE_ERROR_PPM },
        ),
    ]
}

/// What the protocol itself declares for the node, its arguments filled in from the step.
fn interventions(bench: &Bench, node: NodeId, event: EventIndex, place: Place) -> Vec<Verb> {
    let subject = subject_at(bench, event).0.max(1);
    let declared = bench.run.scenario.protocol.interventions().iter();
    let here = declared.filter(|intervention| (intervention.applies)(node, &bench.run.topology));
    here.map(|intervention| {
        let argument = |argument: &faultline::protocols::Argument| match argument.kind {
            ArgumentKind::Subject => subject.clamp(argument.minimum, argument.maximum),
            ArgumentKind::Number => argument.minimum,
        };
        let arguments = intervention.arguments.iter().map(argument).collect();
        verb(intervention.name.clone(), Fault::Intervention { node, place, key: intervention.key, arguments })
    })
    .collect()
}

/// The transaction, key or slot that an event is about.
fn subject_at(bench: &Bench, event: EventIndex) -> Subject {
    let trace = &bench.run.trace;
    let of = |kind| match kind {
        StepKind::Deliver(message) | StepKind::Send(message) => trace.message(message).name.subject,
        StepKind::Fire(local) | StepKind::Durable(local) | StepKind::Write(local) => trace.local(local).name.subject,
        _ => Subject::NONE,
    };
    trace.steps_of(event).iter().map(|step| of(step.kind)).find(|subject| *subject != Subject::NONE).unwrap_or_default()
}

/// What can fill a span that was marked by dragging.
pub fn of_sweep(bench: &Bench, sweep: &Sweep) -> Vec<Verb> {
    let name = |node: &NodeId| bench.run.topology.name(*node);
    match sweep {
        Sweep::Along { node, from, to } => {
            let (node, place, lasting) = (*node, Place::At(*from), to.since(*from));
            let words = span(lasting);
            let down = vec![Fault::Crash { node, place }, Fault::Restart { node, place: Place::At(*to) }];
            vec![
                verb(say!("Pause for {words}", "暂停 {words}"), Fault::Pause { node, place, lasting }),
                Verb { name: say!("Down for {words}", "宕机 {words}"), change: Change::Add(down) },
            ]
        }
        Sweep::Across { sides: [one, other], from, to } => {
            let lasting = Some(to.since(*from));
            let cut = |groups: [&Vec<NodeId>; 2], one_way| Fault::Partition {
                groups: groups.map(Clone::clone).to_vec(),
                one_way,
                at: *from,
                lasting,
            };
            let list = |side: &Vec<NodeId>| side.iter().map(name).collect::<Vec<_>>().join(" ");
            let (a, b) = (list(one), list(other));
            vec![
                verb(say!("Nothing passes: {a} | {b}", "完全断开：{a} | {b}"), cut([one, other], false)),
                verb(say!("Only one way is cut: {a} to {b}", "只断一个方向：{a} 到 {b}"), cut([one, other], true)),
                verb(say!("Only one way is cut: {b} to {a}", "只断一个方向：{b} 到 {a}"), cut([other, one], true)),
            ]
        }
    }
}
