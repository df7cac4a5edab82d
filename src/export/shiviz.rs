//! A run as a log with vector clocks, in the form that ShiViz reads without being told how: the event's words in one line,
//! then its host with its clock (<https://bestchai.bitbucket.io/shiviz/>). An event and what its node does about it at once are
//! one entry. What befalls a message or a link is no event of any host, and leaves no entry.

use super::Export;
use crate::picture::table::Table;
use crate::scenario::words::instant;
use crate::sim::trace::{EventIndex, MessageIndex, NodeId, Step, StepKind};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How often each host has acted, as far as another knows.
type Clock = BTreeMap<NodeId, u32>;

pub(super) fn write(export: &Export) -> String {
    let run = export.run;
    let table = Table::of(run, export.language);
    let mut clocks: Vec<Clock> = vec![Clock::new(); run.topology.nodes.len()];
    // The sender's clock when a message left; of what left before this part nothing is known.
    let mut sent: BTreeMap<MessageIndex, Clock> = BTreeMap::new();
    let mut text = String::new();
    for event in export.part.events() {
        let Step { at, node, kind } = run.trace.event(event);
        if !is_of_host(export, kind) {
            continue;
        }
        if let StepKind::Deliver(message) = kind {
            for (host, seen) in sent.get(&message).into_iter().flatten() {
                let known = clocks[node.index()].entry(*host).or_default();
                *known = (*known).max(*seen);
            }
        }
        *clocks[node.index()].entry(node).or_default() += 1;
        let clock = &clocks[node.index()];
        for step in &run.trace.steps_of(event)[1..] {
            if let StepKind::Send(message) = step.kind {
                sent.insert(message, clock.clone());
            }
        }
        let written: Vec<String> =
            clock.iter().map(|(host, acted)| format!("\"{}\":{acted}", run.topology.name(*host))).collect();
        let (words, host, clock) = (words(&table, event), run.topology.name(node), written.join(","));
        writeln!(text, "{} {words}\n{host} {{{clock}}}", instant(at)).expect("a string takes whatever is written");
    }
    text
}

/// Whether something happens to a host there, rather than to the network.
fn is_of_host(export: &Export, kind: StepKind) -> bool {
    match kind {
        StepKind::Lose(..) => false,
        StepKind::Strike(fault) | StepKind::Heal(fault) => {
            export.run.scenario.faults.get(usize::from(fault)).is_some_and(|fault| fault.node().is_some())
        }
        _ => true,
    }
}

fn words(table: &Table, event: EventIndex) -> String {
    let (happens, effects) = (table.event(event), table.effects(event));
    if effects.is_empty() { happens } else { format!("{happens} | {effects}") }
}
