//! `faultline check`: every order in which a protocol's actions can happen, without time, with faults within a budget.

use super::arguments::{Argument, Arguments};
use super::searched::{BOUNDS, Bounds, Opens, Searched, exit_code};
use super::{Failure, judged, opened};
use crate::check::search::Search;
use crate::check::worlds::{self, TimerRule};
use crate::check::{Property, PropertyKind};
use crate::scenario::catalogue::Catalogue;
use crate::scenario::explore::Budget;
use crate::scenario::{Scenario, checked};
use serde_json::{Map, Value};
use std::io::Write;

/// What to search, and how far.
struct Request {
    scenario: Scenario,
    properties: Vec<&'static Property>,
    rule: TimerRule,
    /// By partial-order reduction.
    in_part: bool,
    budget: worlds::Budget,
    /// The same as it is written: `crash:c=1,drop=2`.
    faults: String,
    bounds: Bounds,
}

pub(super) fn check(catalogue: Catalogue, arguments: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let Request { scenario, properties, rule, in_part, budget, faults, bounds } = Request::read(catalogue, arguments)?;
    let in_all = budget.in_all();
    let all = checked::worlds(&scenario, properties, rule, budget);
    let worlds = if in_part { all.in_part().ok_or_else(needs_all)? } else { all };
    let mut findings = Vec::new();
    let mut searched = Searched::by::<Failure>(&bounds, |options, watch| {
        let report = Search::new(&worlds, options).run_watched(watch);
        findings.clone_from(&report.findings);
        Ok(report.without_states())
    })?;
    let opens = |finding| {
        let found = checked::shown(&scenario, &worlds, finding)?;
        Some(Opens { link: found.link().to_string(), order_only: found.is_order_only() })
    };
    searched.opens = findings.iter().map(opens).collect();
    let id = scenario.protocol.id();
    let rule = match rule {
        TimerRule::Patient => "patient",
        TimerRule::Any => "any",
    };
    let most = |allowance: &str| allowance.split_once('=').map(|(what, most)| (what.to_owned(), most.to_owned()));
    if bounds.json {
        let number = |(what, most): (String, String)| (what, most.parse::<u8>().unwrap_or(0).into());
        let faults: Map<String, Value> = faults.split(',').filter_map(most).map(number).collect();
        let mut object = searched.described();
        object.insert("protocol".to_owned(), id.into());
        object.insert("timers".to_owned(), rule.into());
        object.insert("partial_order".to_owned(), in_part.into());
        object.insert("faults".to_owned(), faults.into());
        object.insert("at_most".to_owned(), in_all.into());
        writeln!(out, "{}", Value::Object(object))?;
    } else {
        let faults = if faults.is_empty() { "none".to_owned() } else { faults.replace(',', ", ") };
        writeln!(out, "protocol    {id}, every order without time, timers {rule}")?;
        writeln!(out, "faults      {faults}; at most {in_all} in all")?;
        if in_part {
            writeln!(out, "order       of two actions that leave each other alone only one is taken")?;
        }
        if !scenario.faults.is_empty() {
            writeln!(out, "left out    the faults of the scenario itself: this search places its own")?;
        }
        searched.write(out)?;
    }
    Ok(exit_code(&searched.report))
}

/// Why there is no partial-order reduction for some properties.
fn needs_all() -> Failure {
    Failure::Input(
        "check: --partial-order leaves out transitions, and all of them are needed to judge an eventually property: \
         leave it out, or --partial-order"
            .to_owned(),
    )
}

impl Request {
    fn read(catalogue: Catalogue, arguments: &[String]) -> Result<Request, Failure> {
        let mut arguments = Arguments::of("check", arguments);
        let (mut named, mut settings, mut ids) = (None, Vec::new(), Vec::new());
        let (mut rule, mut in_part) = (TimerRule::Patient, false);
        let (mut faults, mut bounds) = (None, Bounds::default());
        while let Some(argument) = arguments.next()? {
            match argument {
                Argument::Option("set") => settings.push(arguments.value("set")?),
                Argument::Option("property") => ids.extend(arguments.value("property")?.split(',')),
                Argument::Option("timers") => {
                    rule = match arguments.value("timers")? {
                        "patient" => TimerRule::Patient,
                        "any" => TimerRule::Any,
                        other => {
                            let sentence = format!("“{other}” is no rule for timers; there are patient and any");
                            return Err(arguments.failure(sentence));
                        }
                    };
                }
                Argument::Option("symmetry") => {
                    return Err(arguments.failure(
                        "there is no --symmetry here: the nodes of a protocol know their own numbers and hold data of \
                         their own, so none stands for another; faultline model has it"
                            .to_owned(),
                    ));
                }
                Argument::Option("partial-order") => in_part = true,
                Argument::Option("faults") => faults = Some(arguments.value("faults")?),
                Argument::Option(option) => {
                    if !bounds.read(option, &mut arguments)? {
                        let known = format!("--set, --property, --timers, --partial-order, --faults, {BOUNDS}");
                        return Err(arguments.unknown(option, &known));
                    }
                }
                Argument::Word(word) if named.is_none() => named = Some(word),
                Argument::Word(extra) => {
                    return Err(arguments.failure(format!("“{extra}” is one argument too many")));
                }
            }
        }
        let Some(named) = named else {
            return Err(arguments.failure("it needs a protocol, the id of a scenario, or a link".to_owned()));
        };
        let mut scenario = opened(catalogue, named)?.scenario;
        for setting in settings {
            set(&mut scenario, setting).map_err(|sentence| arguments.failure(sentence))?;
        }
        if let Some(conflict) = scenario.protocol.conflict(&scenario.values) {
            return Err(arguments.failure(conflict.en.to_string()));
        }
        let mut properties = properties(&scenario, &ids).map_err(|sentence| arguments.failure(sentence))?;
        if in_part && ids.is_empty() {
            properties.retain(|property| property.kind != PropertyKind::Eventually);
        }
        let topology = scenario.protocol.topology(&scenario.values);
        let budget = match faults {
            Some(text) => Budget::read(text, None, scenario.protocol, &topology)?,
            None => Budget::new(Vec::new(), 0),
        };
        let faults = budget.write(&topology);
        let budget = checked::faults(&budget).map_err(|sentence| arguments.failure(sentence.en.into_owned()))?;
        Ok(Request { scenario, properties, rule, in_part, budget, faults, bounds })
    }
}

/// Sets a parameter as `key=value` says; the error is a sentence.
fn set(scenario: &mut Scenario, setting: &str) -> Result<(), String> {
    let Some((key, value)) = setting.split_once('=') else {
        return Err(format!("“{setting}” sets nothing; write --set key=value"));
    };
    let parameters = scenario.protocol.parameters();
    let Some(parameter) = parameters.iter().find(|parameter| parameter.key == key) else {
        let known = parameters.iter().map(|parameter| parameter.key).collect::<Vec<_>>().join(", ");
        return Err(format!("“{key}” is no parameter of {}; there are {known}", scenario.protocol.id()));
    };
    let value = parameter.parse(value).map_err(|bad| bad.0.en.to_string())?;
    scenario.values.set(parameter.key, value);
    Ok(())
}

/// The properties of these ids; all that are judged, if there are none.
fn properties(scenario: &Scenario, ids: &[&str]) -> Result<Vec<&'static Property>, String> {
    if ids.is_empty() {
        return Ok(scenario.properties().collect());
    }
    ids.iter().map(|id| judged(scenario, id)).collect()
}
