//! Random scenarios over any protocol: random parameters, seeds and faults, the faults taken from what a run really did,
//! so that most of them meet something.

use faultline::protocols::{ParameterKind, Protocol, Value};
use faultline::scenario::Scenario;
use faultline::scenario::run::Run;
use faultline::sim::driver::Limits;
use faultline::sim::fault::{Fault, Place};
use faultline::sim::name::Moment;
use faultline::sim::time::{Instant, Span};
use faultline::sim::trace::{NodeId, Trace};
use proptest::prelude::*;

/// Runs that end within a few thousandths of a second.
pub const LIMITS: Limits = Limits { events_max: 2_000, events_per_instant_max: 500 };

/// Numbers that a scenario or a fault is made of; each is taken modulo whatever there is to choose from.
pub type Picks = [u32; 6];

/// A parameter is random in one of three, else the default; numbers stay within ten of their minimum.
pub fn any_scenario(protocol: &'static dyn Protocol, seed: u64, picks: &[u32]) -> Scenario {
    let mut scenario = Scenario { seed, ..Scenario::of(protocol) };
    for (parameter, pick) in protocol.parameters().iter().zip(picks) {
        let (changed, pick) = (pick % 3 == 0, u64::from(pick / 3));
        let value = match &parameter.kind {
            ParameterKind::Number { minimum, maximum, .. } => {
                Value::Number(minimum + (pick % (u64::from(maximum - minimum).min(10) + 1)) as u32)
            }
            ParameterKind::Time { minimum, maximum, default } => {
                // From a quarter of the default to four times as much: longer ones only make the run emptier.
                let micros = default.as_micros() / 4 + pick % (default.as_micros() * 4 + 1);
                Value::Time(Span::micros(micros.clamp(minimum.as_micros(), maximum.as_micros())))
            }
            ParameterKind::Choice(choices) => Value::Choice(choices[pick as usize % choices.len()].key),
        };
        if changed {
            let before = scenario.values.clone();
            scenario.values.set(parameter.key, value);
            if protocol.conflict(&scenario.values).is_some() {
                scenario.values = before;
            }
        }
    }
    scenario
}

/// A fault of any kind that is likely to meet something in a run like this one.
pub fn any_fault(run: &Run, picks: Picks) -> Option<Fault> {
    let [kind, who, when, how, long, key] = picks;
    let (trace, topology) = (&run.trace, &run.topology);
    let node = NodeId((who as usize % topology.nodes.len()) as u8);
    let end = trace.end().as_micros().max(1_000);
    let at = Instant::from_micros(u64::from(when) * 1_000 % end);
    // Half of them last about as long as a message takes, the others up to the whole run.
    let scale = if long % 2 == 0 { topology.base_latency.as_micros() * 4 } else { end };
    let lasting = Span::micros(u64::from(long) * 997 % scale.max(1));
    let (node, place) = match anchor(trace, when) {
        Some(moment) if how % 3 == 0 => (moment.node(), Place::Before(moment)),
        Some(moment) if how % 3 == 1 => (moment.node(), Place::After(moment)),
        _ => (node, Place::At(at)),
    };
    let message = trace.messages.get(when as usize % trace.messages.len().max(1)).map(|message| message.name);
    let other = NodeId(((u32::from(node.0) + 1 + key) as usize % topology.nodes.len()) as u8);
    let ever = (how % 5 > 0).then_some(lasting);
    Some(match kind % 13 {
        0 | 1 => Fault::Crash { node, place },
        2 | 3 => Fault::Restart { node, place: Place::At(at) },
        4 => Fault::PowerLoss { node, place, kept: long % 3 },
        5 => Fault::Pause { node, place, lasting },
        6 => {
            let mut groups = vec![Vec::new(); 2 + (key % 2) as usize];
            for index in 0..topology.nodes.len() {
                // Some nodes stand in no group.
                let side = (who >> (2 * index) & 3) as usize;
                if let Some(group) = groups.get_mut(side) {
                    group.push(NodeId(index as u8));
                }
            }
            groups.retain(|group| !group.is_empty());
            if groups.len() < 2 {
                return None;
            }
            Fault::Partition { groups, one_way: how % 2 == 0, at, lasting: ever }
        }
        7 => Fault::Drop { message: message? },
        8 => Fault::Duplicate { message: message?, after: lasting },
        9 => Fault::Delay { message: message?, by: lasting },
        10 => Fault::SlowLink { from: node, to: other, at, lasting: ever, by: Span::micros(lasting.as_micros() / 4) },
        11 if key % 2 == 0 => {
            let by_micros = lasting.as_micros() as i64;
            Fault::ClockJump { node, place, by_micros: if how % 2 == 0 { by_micros } else { -by_micros } }
        }
        11 => Fault::ClockRate { node, place, error_ppm: (long % 1_000_001) as i32 - 500_000 },
        _ => {
            let declared = run.scenario.protocol.interventions();
            let intervention = declared.get(key as usize % declared.len().max(1))?;
            let node =
                (0..topology.nodes.len() as u8).map(NodeId).find(|node| (intervention.applies)(*node, topology))?;
            let number = |minimum: u32, maximum: u32| minimum + long % (maximum - minimum).clamp(1, 8);
            let arguments =
                intervention.arguments.iter().map(|argument| number(argument.minimum, argument.maximum)).collect();
            let place = if place_is_at(node, &place) { place } else { Place::At(at) };
            Fault::Intervention { node, place, key: intervention.key, arguments }
        }
    })
}

fn place_is_at(node: NodeId, place: &Place) -> bool {
    match place {
        Place::At(_) => true,
        Place::Before(moment) | Place::After(moment) => moment.node() == node,
    }
}

/// Something that a node did from about there on.
fn anchor(trace: &Trace, from: u32) -> Option<Moment> {
    let from = from as usize % trace.steps.len().max(1);
    trace.steps[from..].iter().find_map(|step| trace.moment(step.kind))
}

/// The scenario under faults made of these picks, each taken from the run that the ones before it led to.
pub fn with_faults(mut scenario: Scenario, picks: &[Picks]) -> Scenario {
    for picks in picks {
        let run = Run::within(scenario.clone(), LIMITS);
        scenario.faults.extend(any_fault(&run, *picks));
    }
    scenario
}

pub fn any_picks() -> impl Strategy<Value = Picks> {
    any::<Picks>()
}

/// The settings of every property test here: what failed is in the message, and leaves no file.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() }
}
