//! A fault changes nothing outside its causal future, times included.
//!
//! Both runs, without and with the fault, are compared node by node up to the instant at which the fault's influence can
//! first have reached that node: where it struck, and from there along every message and broken connection that the
//! traces show, in either run.

use crate::random::protocol;
use crate::wild::{LIMITS, any_fault, any_picks, any_scenario, cases, with_faults};
use faultline::scenario::Scenario;
use faultline::scenario::notation::Notation;
use faultline::scenario::run::Run;
use faultline::sim::fault::Fault;
use faultline::sim::name::{LocalName, MessageName};
use faultline::sim::time::Instant;
use faultline::sim::trace::{Ending, FaultIndex, Message, NodeId, Step, StepKind, Trace};
use proptest::prelude::*;

/// No instant of a run is as late.
const NEVER: Instant = Instant::from_micros(u64::MAX);

/// From when on each node may feel the fault.
struct Future(Vec<Instant>);

impl Future {
    fn reaches(&mut self, node: NodeId, at: Instant) {
        let known = &mut self.0[node.index()];
        *known = at.min(*known);
    }

    fn of(runs: [&Run; 2], index: FaultIndex) -> Future {
        let [_, with] = runs;
        let mut future = Future(vec![NEVER; with.topology.nodes.len()]);
        let fault = &with.scenario.faults[usize::from(index)];
        let Some(struck) = with.trace.struck[usize::from(index)].first() else { return future };
        let begins = with.trace.steps[*struck as usize].at;
        if let Some(node) = fault.node() {
            future.reaches(node, begins);
        }
        for run in runs {
            future.strikes_links(&run.trace, fault, begins);
        }
        loop {
            let before = future.0.clone();
            for run in runs {
                future.spreads(&run.trace);
            }
            if future.0 == before {
                return future;
            }
        }
    }

    /// What the fault does to messages and connections themselves.
    fn strikes_links(&mut self, trace: &Trace, fault: &Fault, begins: Instant) {
        let strikes = |from: NodeId, to: NodeId| match fault {
            Fault::Partition { groups, one_way, .. } => {
                let side = |node: NodeId| groups.iter().position(|group| group.contains(&node));
                let (from, to) = (side(from), side(to));
                from.is_some() && to.is_some() && from != to && (!one_way || from == Some(0))
            }
            Fault::SlowLink { from: slow_from, to: slow_to, .. } => (*slow_from, *slow_to) == (from, to),
            _ => false,
        };
        for message in &trace.messages {
            let name = message.name;
            if fault.message() == Some(name) || strikes(name.from, name.to) {
                for end in ends(trace, message).filter(|at| *at >= begins || fault.message().is_some()) {
                    self.reaches(name.to, end);
                }
            }
        }
        for (node, peer, at) in disconnections(trace) {
            if at >= begins && (strikes(node, peer) || strikes(peer, node)) {
                self.reaches(node, at);
            }
        }
    }

    /// Whoever has felt it passes it on.
    fn spreads(&mut self, trace: &Trace) {
        for message in &trace.messages {
            let felt = self.0[message.name.from.index()];
            let sent = trace.steps[message.sent as usize].at;
            for end in ends(trace, message) {
                // What was on a connection when its sender felt the fault may have been lost by it.
                if sent >= felt || (message.connected && end >= felt) {
                    self.reaches(message.name.to, end);
                }
            }
        }
        for (node, peer, at) in disconnections(trace) {
            if at >= self.0[peer.index()] {
                self.reaches(node, at);
            }
        }
    }
}

/// When a message is felt: where it ends, each copy by itself, and where it was due: it may reach a paused node, and set
/// off a fault there, before the node hears it.
fn ends<'a>(trace: &'a Trace, message: &'a Message) -> impl Iterator<Item = Instant> + 'a {
    message.ends.iter().map(|end| trace.steps[*end as usize].at).flat_map(|at| [at, at.min(message.due)])
}

fn disconnections(trace: &Trace) -> impl Iterator<Item = (NodeId, NodeId, Instant)> + '_ {
    trace.steps.iter().filter_map(|step| match step.kind {
        StepKind::Disconnected(peer) => Some((step.node, peer, step.at)),
        _ => None,
    })
}

/// What a node did and felt before an instant, by names. What the network lost on its way to the node is none of that.
fn life(run: &Run, node: NodeId, before: Instant) -> Vec<String> {
    let felt = |step: &&Step| step.node == node && step.at < before && !matches!(step.kind, StepKind::Lose(..));
    run.trace.steps.iter().filter(felt).filter_map(|step| line(run, step)).collect()
}

fn line(run: &Run, step: &Step) -> Option<String> {
    let message_name =
        |name: MessageName| format!("{}:{}.{}:{}*{}", name.from.0, name.kind, name.subject.0, name.to.0, name.ordinal);
    let local = |name: LocalName| format!("{}.{}*{}", name.kind, name.subject.0, name.ordinal);
    let what = match step.kind {
        StepKind::Send(index) => format!("sends {}", message_name(run.trace.message(index).name)),
        StepKind::Deliver(index) => format!("gets {}", message_name(run.trace.message(index).name)),
        StepKind::Fire(index) => format!("fires {}", local(run.trace.local(index).name)),
        StepKind::Durable(index) => format!("durable {}", local(run.trace.local(index).name)),
        StepKind::Write(index) => format!("writes {}", local(run.trace.local(index).name)),
        StepKind::Cancel(index) => format!("cancels {}", local(run.trace.local(index).name)),
        StepKind::Set(index) => {
            let timer = run.trace.local(index);
            format!("sets {} for {}", local(timer.name), timer.due)
        }
        // A link's fault only stands at a node.
        StepKind::Strike(fault) | StepKind::Heal(fault) if run.scenario.faults[usize::from(fault)].node().is_none() => {
            return None;
        }
        kind => format!("{kind:?}"),
    };
    Some(format!("{} {what}", step.at))
}

fn written(scenario: &Scenario) -> Vec<String> {
    let topology = scenario.protocol.topology(&scenario.values);
    let notation = Notation::new(scenario.protocol, &topology);
    scenario.faults.iter().map(|fault| notation.write(fault)).collect()
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn a_fault_changes_nothing_outside_its_causal_future(
        which in any::<u8>().no_shrink(),
        seed in any::<u64>(),
        parameters in any::<[u32; 24]>(),
        before in proptest::collection::vec(any_picks(), 0..3),
        added in any_picks(),
    ) {
        let without = Run::within(with_faults(any_scenario(protocol(which), seed, &parameters), &before), LIMITS);
        let Some(fault) = any_fault(&without, added) else { return Ok(()) };
        let mut scenario = without.scenario.clone();
        scenario.faults.push(fault);
        let with = Run::within(scenario, LIMITS);
        // A run that a limit cut short is cut at another place with the fault.
        let whole = |run: &Run| matches!(run.ending, Ending::Quiescent | Ending::Horizon);
        prop_assume!(whole(&without) && whole(&with));
        let index = without.scenario.faults.len() as FaultIndex;
        if !with.trace.applied(index) {
            prop_assert_eq!(with.digest, without.digest);
        }
        let future = Future::of([&without, &with], index);
        for (node, reached) in future.0.iter().enumerate() {
            let node = NodeId(node as u8);
            let (before, after) = (life(&without, node, *reached), life(&with, node, *reached));
            let differs = before.iter().zip(&after).position(|(one, other)| one != other);
            prop_assert!(
                before == after,
                "node {} differs before {reached}: {:?} and {:?} under {:?}",
                node.0,
                before.get(differs.unwrap_or(before.len().min(after.len()))),
                after.get(differs.unwrap_or(before.len().min(after.len()))),
                written(&with.scenario)
            );
        }
    }
}

/// The test above would pass if the future were always everything.
#[test]
fn most_of_a_run_lies_outside_the_causal_future_of_a_fault_near_its_end() {
    use crate::lease::Lease;
    use crate::runs::scenario;
    let without = Run::of(scenario(&Lease, &[], &[]));
    let last = without.trace.messages.iter().rev().find(|message| message.name.kind == "heartbeat").expect("some");
    let (name, sent) = (last.name, without.trace.steps[last.sent as usize].at);
    let mut faulty = without.scenario.clone();
    faulty.faults.push(Fault::Drop { message: name });
    let with = Run::of(faulty);
    assert!(with.trace.applied(0));
    let future = Future::of([&without, &with], 0);
    assert!(future.0.iter().all(|reached| *reached > sent), "{:?} of {sent}", future.0);
    assert!(future.0[name.to.index()] < NEVER);
}
