//! Edits of a scenario: each gives the scenario that it leads to, and a phrase that says what it did.

use super::Change;
use crate::ui::sentence;
use faultline::protocols::Protocol;
use faultline::say;
use faultline::scenario::Scenario;
use faultline::sim::fault::FAULTS_MAX;
use faultline::text::Text;

/// What an edit leads to.
pub struct Edited {
    pub scenario: Scenario,
    /// "crash c after its first commit", "seed 8".
    pub what: Text,
    /// Whether the instant on screen still means the same: it does after an edit of faults.
    pub keeps_past: bool,
}

/// Makes an edit, or says why it cannot be made.
pub fn edit(before: &Scenario, change: &Change) -> Result<Edited, Text> {
    let mut scenario = before.clone();
    let topology = before.protocol.topology(&before.values);
    let mut keeps_past = true;
    let what = match change {
        Change::Add(faults) => {
            let what = match faults.as_slice() {
                [one] => sentence::fault(one, before.protocol, &topology),
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
            let new = sentence::fault(fault, before.protocol, &topology);
            say!("changed to: {new}", "改为：{}", new.zh)
        }
        Change::Remove(index) => {
            if *index >= scenario.faults.len() {
                return Err(gone());
            }
            let old = sentence::fault(&scenario.faults.remove(*index), before.protocol, &topology);
            say!("removed: {old}", "删除：{}", old.zh)
        }
        Change::Faults(faults) => {
            scenario.faults.clone_from(faults);
            let count = faults.len();
            say!("the list of faults ({count})", "故障列表（{count} 个）")
        }
        Change::Set(key, value) => {
            scenario.values.set(key, *value);
            keeps_past = false;
            let name = before.protocol.parameters().iter().find(|parameter| parameter.key == *key);
            let name = name.map_or(Text::new("a parameter", "参数"), |parameter| parameter.name.clone());
            say!("{name} = {value}", "{} = {value}", name.zh)
        }
        Change::Seed(seed) => {
            scenario.seed = *seed;
            keeps_past = false;
            say!("seed {seed}", "种子 {seed}")
        }
        Change::Until(until) => {
            scenario.until = *until;
            say!("run until {until}", "运行到 {until}")
        }
        Change::Protocol(protocol) => {
            scenario = under(before, *protocol);
            keeps_past = false;
            let name = protocol.name();
            say!("the same faults under {name}", "换成{}，故障不变", name.zh)
        }
        Change::Scenario(whole) => {
            scenario = whole.clone();
            keeps_past = false;
            Text::new("another scenario", "另一个场景")
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

/// The same seed and faults under another protocol.
pub fn under(scenario: &Scenario, protocol: &'static dyn Protocol) -> Scenario {
    let mut other = Scenario::of(protocol);
    for parameter in protocol.parameters() {
        let same = scenario.protocol.parameters().iter().any(|mine| mine.key == parameter.key);
        if let (true, Some(value)) = (same, scenario.values.get(parameter.key)) {
            // A value that the other protocol does not take stays at its default.
            if let Ok(value) = parameter.parse(&value.to_string()) {
                other.values.set(parameter.key, value);
            }
        }
    }
    other.seed = scenario.seed;
    other.until = scenario.until;
    other.faults.clone_from(&scenario.faults);
    other
}
