//! A search as the page orders it from the worker, and as the worker reports on it: plain words that cross between them.

use super::{Aim, Ask, Bounds, Budget, Found, Progress, Search, Standing};
use crate::check::{Property, PropertyKind};
use crate::say;
use crate::scenario::Scenario;
use crate::scenario::bad::{Piece, Read, listed};
use crate::scenario::catalogue::Catalogue;
use crate::scenario::link::Link;
use crate::scenario::notation::Notation;
use crate::sim::time::Instant;
use crate::sim::trace::EventIndex;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Why a run of an order only is not searched.
pub const BY_ORDER: Text = Text::new(
    "a fault search places faults in time, and this is a run of an order only",
    "故障搜索按时间安排故障，而这次运行只表示顺序",
);

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The scenario; faults are added only after its instant, if it has one.
    pub link: String,
    /// The properties by their ids; every safety property if there are none.
    pub properties: Vec<String>,
    /// As [`Budget::read`] has it; crashes and lost messages if it is empty.
    pub faults: String,
    /// The most faults together; as [`Budget::read`] has it if there is no number.
    pub at_most: Option<u8>,
    pub aim: Aim,
    pub bounds: Bounds,
}

impl Question {
    /// What the interface asks with one press: any safety property, crashes and lost messages, one fault, then two.
    pub fn of(link: &Link) -> Question {
        Question {
            link: link.to_string(),
            properties: Vec::new(),
            faults: String::new(),
            at_most: None,
            aim: Aim::First,
            bounds: Bounds::default(),
        }
    }

    /// What a search understands by it.
    pub fn ask(&self, catalogue: Catalogue) -> Read<Ask> {
        let link = Link::read(&self.link, catalogue)?;
        if link.scenario.schedule.is_some() {
            return Err(Piece::of("order").bad(BY_ORDER, Text::new("Leave the order out", "请去掉 order")));
        }
        let mut ask = Ask { from: link.at, aim: self.aim, bounds: self.bounds, ..Ask::of(link.scenario) };
        let protocol = ask.scenario.protocol;
        if !self.properties.is_empty() {
            ask.properties.clear();
        }
        for id in &self.properties {
            let breakable = |property: &&Property| property.kind != PropertyKind::Sometimes;
            let property = ask.scenario.property(id).and_then(|property| {
                let breaks = Some(property).filter(breakable);
                breaks.ok_or(Text::new("is no property that a run can break", "不是一次运行能够违反的性质"))
            });
            ask.properties.push(property.map_err(|why| {
                let known = listed(ask.scenario.properties().filter(breakable).map(|property| property.id));
                Piece::of(id)
                    .bad(say!("this {why}", "{}", why.zh), say!("Write one of {known}", "请写其中之一：{}", known.zh))
            })?);
        }
        if !self.faults.is_empty() {
            let topology = protocol.topology(&ask.scenario.values);
            ask.budget = Budget::read(&self.faults, self.at_most, protocol, &topology)?;
        } else if let Some(at_most) = self.at_most {
            ask.budget = ask.budget.with_in_all(at_most);
        }
        Ok(ask)
    }
}

/// How a search stands: to be shown while it goes on, and when it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub standing: Standing,
    pub runs: u64,
    pub merged: u64,
    pub repeating: u64,
    pub candidates: u64,
    pub steps: u64,
    pub states: u64,
    pub depth: u8,
    pub covered: Option<u8>,
    pub memory_bytes: u64,
    /// The faults being tried, as links write them.
    pub trying: Vec<String>,
    /// What was covered, or how far it is, in a sentence.
    pub sentence: Text,
    pub breaks: Vec<Break>,
}

/// A break that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// The property's id.
    pub property: String,
    /// The run, paused where the property is broken; its last faults are those that were added.
    pub link: String,
    /// The faults that were added, as links write them; none if the scenario breaks the property by itself.
    pub added: Vec<String>,
    pub at: EventIndex,
    pub instant: Instant,
    pub why: Text,
}

impl Account {
    /// How the search stands now.
    pub fn of(search: &Search) -> Account {
        let ask = search.ask();
        let protocol = ask.scenario.protocol;
        let topology = protocol.topology(&ask.scenario.values);
        let notation = Notation::new(protocol, &topology);
        let progress = search.progress();
        let sentence = progress.sentence(&ask.budget, search.found().len());
        let Progress { standing, runs, merged, repeating, candidates, steps, states, .. } = progress;
        let Progress { depth, covered, memory_bytes, ref trying, .. } = progress;
        Account {
            standing,
            runs,
            merged,
            repeating,
            candidates,
            steps,
            states,
            depth,
            covered,
            memory_bytes,
            trying: trying.iter().map(|fault| notation.write(fault)).collect(),
            sentence,
            breaks: search.found().iter().map(Break::of).collect(),
        }
    }
}

impl Break {
    /// A break as it is told.
    pub fn of(found: &Found) -> Break {
        let Scenario { protocol, values, .. } = &found.scenario;
        let topology = protocol.topology(values);
        let notation = Notation::new(*protocol, &topology);
        Break {
            property: found.property.id.to_owned(),
            link: found.link().to_string(),
            added: found.added.iter().map(|fault| notation.write(fault)).collect(),
            at: found.at,
            instant: found.instant,
            why: found.why.clone(),
        }
    }
}
