//! What a search without time has found, made a run to look at: in time, by faults alone, where that is possible; else
//! in the order found, one action after the other.

mod account;
mod checking;
mod question;
mod steering;
#[cfg(test)]
mod tests;

pub use account::{Account, Judged, Verdict};
pub use checking::Checking;
pub use question::{Bounds, Question};

use super::Scenario;
use super::explore::{self, Aim, Ask, Budget, Found, Kind, Search, Subjects, Trial, interventions};
use super::run::Run;
use crate::check::search::{Finding, Outcome};
use crate::check::worlds::{
    ALLOWANCES_MAX, Allowance, Allowed, Budget as Faults, Intervention, Ordered, TimerRule, WorldState, Worlds, apart,
};
use crate::check::{Property, PropertyKind};
use crate::say;
use crate::sim::fault::FAULTS_MAX;
use crate::sim::schedule::{SCHEDULE_MAX, pace};
use crate::sim::time::Instant;
use crate::sim::topology::Topology;
use crate::sim::trace::NodeId;
use crate::text::Text;

/// How far a fault search looks for the same break, where following the order in time does not lead to it.
const RUNS_MAX: u64 = 4_000;

/// All runs of a scenario's nodes. The scenario's own faults and schedule are no part of it: a search without time places
/// faults itself.
pub fn worlds(scenario: &Scenario, properties: Vec<&'static Property>, rule: TimerRule, budget: Faults) -> Worlds {
    let topology = scenario.protocol.topology(&scenario.values);
    let intervenes = budget.allowances().iter().any(|allowance| allowance.allowed == Allowed::Intervention);
    let interventions = if intervenes { every_intervention(scenario, &topology) } else { Vec::new() };
    Worlds::new(topology, scenario.seed, properties, rule, budget).with_interventions(interventions)
}

/// Everything that the protocol lets happen at any node, about what its run without faults is about.
fn every_intervention(scenario: &Scenario, topology: &Topology) -> Vec<Intervention> {
    let run = Run::of(plain(scenario));
    let messages = run.trace.messages.iter().map(|message| message.name.subject.0);
    let subjects = Subjects(messages.chain(run.trace.locals.iter().map(|local| local.name.subject.0)).collect());
    let nodes = (0..topology.nodes.len() as u8).map(NodeId);
    nodes
        .flat_map(|node| {
            let all = interventions(scenario.protocol, topology, node, &subjects);
            all.into_iter().map(move |(key, arguments)| Intervention { node, key, arguments })
        })
        .collect()
}

/// The scenario without its faults.
fn plain(scenario: &Scenario) -> Scenario {
    Scenario { faults: Vec::new(), schedule: None, ..scenario.clone() }
}

/// Whether a search without time can place faults of that kind.
pub fn places(kind: Kind) -> bool {
    allowed(kind).is_ok()
}

/// A kind of fault as a search without time understands it; the error says why it means nothing there.
fn allowed(kind: Kind) -> Result<Allowed, Text> {
    Ok(match kind {
        Kind::Crash => Allowed::Crash,
        Kind::Restart => Allowed::Restart,
        Kind::PowerLoss => Allowed::PowerLoss,
        Kind::Drop => Allowed::Drop,
        Kind::Duplicate => Allowed::Duplicate,
        Kind::Pause => Allowed::Pause,
        Kind::Partition => Allowed::Partition,
        Kind::OneWayPartition => Allowed::OneWayPartition,
        Kind::Intervention => Allowed::Intervention,
        Kind::Delay => {
            return Err(Text::new(
                "a search without time takes messages in every order as it is: it has no delays to spend",
                "不计时间的搜索本来就会尝试消息的所有次序，没有延迟可用",
            ));
        }
        Kind::ClockJump => {
            return Err(Text::new(
                "a search without time has no clocks that could jump: faultline explore places clock jumps",
                "不计时间的搜索没有可跳变的时钟：请用 faultline explore 安排时钟跳变",
            ));
        }
    })
}

/// A budget as a search without time understands it; the error says which kind of fault means nothing there.
pub fn faults(budget: &Budget) -> Result<Faults, Text> {
    let allowance = |allowance: &explore::Allowance| {
        let explore::Allowance { kind, node, intervention, most } = *allowance;
        Ok(Allowance { allowed: allowed(kind)?, node, intervention, most })
    };
    let allowances = budget.allowances().iter().map(allowance).collect::<Result<Vec<_>, Text>>()?;
    Faults::new(allowances, budget.in_all())
        .ok_or_else(|| say!("more than {ALLOWANCES_MAX} kinds of faults", "故障种类超过 {ALLOWANCES_MAX} 种"))
}

/// A run that breaks the property of a finding as the search says; none if the finding is of no broken property, or if no
/// run shows it (its nodes read clocks, say). Its scenario has a schedule if it is of an order only: then there is no
/// list of faults that brings it about in time, or none was found.
pub fn shown(scenario: &Scenario, worlds: &Worlds, finding: &Finding<WorldState>) -> Option<Found> {
    let Outcome::Violated { path, trapped_among } = &finding.outcome else { return None };
    let property = worlds.properties().iter().find(|property| property.id == finding.id)?;
    let order = worlds.ordered(path)?;
    let plain = plain(scenario);
    let goes_round = trapped_among.is_some_and(|size| size > 1);
    in_time(&plain, &order, property, goes_round).or_else(|| in_order(&plain, &order, property))
}

/// By faults alone.
fn in_time(plain: &Scenario, order: &[Ordered], property: &'static Property, goes_round: bool) -> Option<Found> {
    let ask = Ask { properties: vec![property], ..Ask::of(plain.clone()) };
    let topology = plain.protocol.topology(&plain.values);
    let trial = Trial::new(&ask, topology.clone()).content_with_never(goes_round);
    let (faults, _) = apart(order);
    let steered = steering::steered(plain, &topology, order);
    let found =
        steered.filter(|faults| faults.len() <= FAULTS_MAX).and_then(|faults| trial.minimised(faults, property));
    found.or_else(|| {
        let budget = Budget::of_faults(&faults)?;
        let bounds = explore::Bounds { runs_max: RUNS_MAX, ..explore::Bounds::default() };
        let (_, found) = Search::new(Ask { budget, aim: Aim::First, bounds, ..ask }).finish();
        found.into_iter().next()
    })
}

/// In the order found.
fn in_order(plain: &Scenario, order: &[Ordered], property: &'static Property) -> Option<Found> {
    let (faults, schedule) = apart(order);
    if faults.len() > FAULTS_MAX || schedule.actions.len() > SCHEDULE_MAX {
        return None;
    }
    let pace = pace(&plain.protocol.topology(&plain.values));
    let end = schedule.instant(schedule.actions.len() + 1, pace).since(Instant::START);
    let added = faults.clone();
    let run = Run::of(Scenario { faults, schedule: Some(schedule), until: plain.until.max(end), ..plain.clone() });
    Found::of(run, property, added, property.kind == PropertyKind::Eventually)
}
