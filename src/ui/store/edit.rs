//! Edits of a scenario: each gives the scenario that it leads to, and a phrase that says what it did.

use super::Change;
use faultline::say;
use faultline::scenario::Scenario;
use faultline::scenario::compare::carry;
use faultline::scenario::run::Run;
use faultline::scenario::words::Words;
use faultline::sim::fault::FAULTS_MAX;
use faultline::text::Text;

/// What an edit leads to.
pub struct Edited {
    pub scenario: Scenario,
    /// "Crash c just after it sends commit 1 to p1", "Seed 8".
    pub what: Text,
    /// Whether the instant on screen still means the same: it does after an edit of faults.
    pub keeps_past: bool,
}

/// Makes an edit, or says why it cannot be made.
pub fn edit(run: &Run, change: &Change) -> Result<Edited, Text> {
    let before = &run.scenario;
    let mut scenario = before.clone();
    let words = Words::new(before.protocol, &run.topology);
    let mut keeps_past = true;
    let what = match change {
        Change::Add(faults) => {
            let what = match faults.as_slice() {
                [one] => words.fault(one),
                several => {
                    let count = several.len();
                    say!("{count} faults", "{count} 个故障")
                }
            };
            scenario.faults.extend(faults.iter().cloned());
            what
        }
        Change::Replace(index, fault) => {
            *scenario.faults.get_mut(*index).ok_or_else(gone)? = fault.clone();
            let new = words.fault(fault);
            say!("Change to: {new}", "改为：{}", new.zh)
        }
        Change::Remove(index) => {
            if *index >= scenario.faults.len() {
                return Err(gone());
            }
            let old = words.fault(&scenario.faults.remove(*index));
            say!("Without: {old}", "删除：{}", old.zh)
        }
        Change::Set(key, value) => {
            scenario.values.set(key, *value);
            keeps_past = false;
            let name = before.protocol.parameters().iter().find(|parameter| parameter.key == *key);
            let name = name.map_or(Text::new("A parameter", "参数"), |parameter| parameter.name.clone());
            say!("{name} = {value}", "{} = {value}", name.zh)
        }
        Change::Seed(seed) => {
            scenario.seed = *seed;
            keeps_past = false;
            say!("Seed {seed}", "种子 {seed}")
        }
        Change::Until(until) => {
            scenario.until = *until;
            say!("Run until {until}", "运行到 {until}")
        }
        Change::Protocol(protocol) => {
            scenario = carry(run, *protocol).scenario;
            keeps_past = false;
            let name = protocol.name();
            say!("The same faults under {name}", "换成{}，故障不变", name.zh)
        }
    };
    if scenario.faults.len() > FAULTS_MAX {
        return Err(say!("A scenario holds at most {FAULTS_MAX} faults.", "一个场景最多有 {FAULTS_MAX} 个故障。"));
    }
    match scenario.protocol.conflict(&scenario.values) {
        Some(why) => Err(why),
        None => Ok(Edited { scenario, what, keeps_past }),
    }
}

fn gone() -> Text {
    Text::new("That fault is no longer in the list.", "该故障已不在列表中。")
}
