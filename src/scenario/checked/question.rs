//! A search without time as the page orders it from the worker: plain words that cross between them.

use super::{faults, worlds};
use crate::check::PropertyKind;
use crate::check::search::Options;
use crate::check::worlds::{TimerRule, Worlds};
use crate::say;
use crate::scenario::Scenario;
use crate::scenario::bad::{Piece, Read, listed};
use crate::scenario::catalogue::Catalogue;
use crate::scenario::explore::Budget;
use crate::scenario::link::Link;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The scenario; its own faults are no part of it.
    pub link: String,
    /// The properties by their ids; every safety property if there are none.
    pub properties: Vec<String>,
    /// As [`Budget::read`] has it; no faults if it is empty.
    pub faults: String,
    /// The most faults together; as [`Budget::read`] has it if there is no number.
    pub at_most: Option<u8>,
    pub timers: TimerRule,
    pub bounds: Bounds,
}

/// How far such a search may go before it gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Distinct states.
    pub states_max: u32,
    /// Levels; the initial states are level 1.
    pub depth_max: u32,
    pub memory_bytes_max: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { states_max: 1_000_000, depth_max: u32::MAX, memory_bytes_max: 512 * 1024 * 1024 }
    }
}

/// What a search understands by a question.
pub struct Ask {
    pub scenario: Scenario,
    pub worlds: Worlds,
    pub budget: Budget,
    pub options: Options,
}

impl Question {
    /// Whether any safety property can be broken without faults, with patient timers.
    pub fn of(link: &Link) -> Question {
        Question {
            link: link.to_string(),
            properties: Vec::new(),
            faults: String::new(),
            at_most: None,
            timers: TimerRule::Patient,
            bounds: Bounds::default(),
        }
    }

    pub fn ask(&self, catalogue: Catalogue) -> Read<Ask> {
        let scenario = Link::read(&self.link, catalogue)?.scenario;
        let mut properties: Vec<_> = Vec::new();
        for id in &self.properties {
            properties.push(scenario.property(id).map_err(|why| {
                let known = listed(scenario.properties().map(|property| property.id));
                Piece::of(id)
                    .bad(say!("this {why}", "{}", why.zh), say!("Write one of {known}", "请写其中之一：{}", known.zh))
            })?);
        }
        if self.properties.is_empty() {
            properties.extend(scenario.properties().filter(|property| property.kind == PropertyKind::Always));
        }
        let budget = if self.faults.is_empty() {
            Budget::new(Vec::new(), 0)
        } else {
            let topology = scenario.protocol.topology(&scenario.values);
            Budget::read(&self.faults, self.at_most, scenario.protocol, &topology)?
        };
        let allowed = faults(&budget)
            .map_err(|why| Piece::of(&self.faults).bad(why, Text::new("Leave such faults out", "请去掉这类故障")))?;
        let Bounds { states_max, depth_max, memory_bytes_max } = self.bounds;
        let options = Options {
            states_max: states_max.min(Options::STATES_MAX),
            depth_max,
            memory_bytes_max,
            ..Options::default()
        };
        Ok(Ask { worlds: worlds(&scenario, properties, self.timers, allowed), scenario, budget, options })
    }
}
