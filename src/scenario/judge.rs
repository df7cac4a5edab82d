//! Watches a run with the monitors of its protocol's properties, as far as these are judged, and gives the verdicts at its end.

use super::Scenario;
use super::run::Judged;
use crate::check::{Judgement, Monitor, Property, PropertyKind, Verdict, View};
use crate::protocols::Protocol;
use crate::say;
use crate::sim::node::Node;
use crate::sim::recorder::Watcher;
use crate::sim::show::Condition;
use crate::sim::trace::{Ending, EventIndex, NodeId, Step, Trace};
use crate::text::Text;
use std::sync::Arc;

/// A monitor at work.
struct Watched {
    property: &'static Property,
    monitor: Box<dyn Monitor>,
    state: State,
    /// The events at which the state changed.
    turns: Vec<EventIndex>,
}

enum State {
    Nothing,
    Broken(EventIndex, Text),
    Met,
    Pending(Text),
}

/// All monitors at work on one run, and what its protocol sees that no node knows.
pub struct Judge {
    protocol: &'static dyn Protocol,
    watched: Vec<Watched>,
    witnessed: Vec<(NodeId, Condition)>,
}

impl Judge {
    pub fn new(scenario: &Scenario) -> Judge {
        let watch = |property: &'static Property| Watched {
            property,
            monitor: (property.monitor)(),
            state: State::Nothing,
            turns: Vec::new(),
        };
        Judge {
            protocol: scenario.protocol,
            watched: scenario.properties().map(watch).collect(),
            witnessed: Vec::new(),
        }
    }

    /// The verdicts in the order of the properties, and the events at which one of them was settled.
    pub fn finish(self, trace: &Trace, ending: Ending) -> (Vec<Judged>, Vec<EventIndex>) {
        let last = trace.events.len().saturating_sub(1) as EventIndex;
        let mut settled = Vec::new();
        let mut verdicts = Vec::new();
        for watched in self.watched {
            let verdict = match (watched.property.kind, watched.state) {
                (_, State::Broken(at, why)) => Verdict::Violated { at, why },
                (PropertyKind::Always, _) | (_, State::Met) => Verdict::Holds,
                (PropertyKind::Sometimes, _) => Verdict::NotSeen,
                (PropertyKind::Eventually, State::Nothing) => Verdict::Holds,
                (PropertyKind::Eventually, State::Pending(why)) if ending == Ending::Quiescent => {
                    Verdict::Violated { at: last, why }
                }
                (PropertyKind::Eventually, State::Pending(why)) => Verdict::NotYet { why: by_the_end(&why, trace) },
            };
            if let Verdict::Violated { at, .. } = &verdict {
                settled.push(*at);
            }
            if matches!(watched.property.kind, PropertyKind::Eventually | PropertyKind::Sometimes)
                && verdict == Verdict::Holds
            {
                settled.extend(watched.turns.last());
            }
            verdicts.push(Judged { property: watched.property, verdict });
        }
        (verdicts, settled)
    }
}

impl Watcher for Judge {
    /// Shows a step to every monitor; the first violation of a safety property is final.
    fn observe(&mut self, step: Step, trace: &Trace, nodes: &[Arc<dyn Node>]) {
        let view = View::new(step, trace, nodes);
        let event = trace.events.len().saturating_sub(1) as EventIndex;
        self.witnessed = self.protocol.witnessed(&view);
        for watched in &mut self.watched {
            if matches!(watched.state, State::Broken(..)) {
                continue;
            }
            let state = match watched.monitor.observe(&view) {
                Judgement::Unchanged => continue,
                Judgement::Broken(why) => State::Broken(event, why),
                Judgement::Met => State::Met,
                Judgement::Pending(why) => State::Pending(why),
            };
            watched.state = state;
            watched.turns.push(event);
        }
    }

    fn witnessed(&self) -> &[(NodeId, Condition)] {
        &self.witnessed
    }
}

fn by_the_end(why: &Text, trace: &Trace) -> Text {
    let end = trace.end();
    let (en, zh) = (&why.en, &why.zh);
    say!("{en} (not by {end}, when the run's window closes)", "{zh}（到 {end} 观察窗口结束时仍是如此）")
}
