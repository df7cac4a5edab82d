//! `faultline check`: every order in which a protocol's actions can happen, without time, with faults within a budget.

use super::arguments::{Argument, Arguments, number};
use super::searched::{BOUNDS, Bounds, Opens, Searched, exit_code};
use super::{Failure, opened};
use crate::check::Property;
use crate::check::search::Search;
use crate::check::worlds::{Allowed, Budget, TimerRule};
use crate::scenario::catalogue::Catalogue;
use crate::scenario::{Scenario, checked};
use serde_json::{Map, Value};
use std::io::Write;

const FAULTS_MAX: u64 = 9;

/// What to search, and how far.
struct Request {
    scenario: Scenario,
    properties: Vec<&'static Property>,
    rule: TimerRule,
    budget: Budget,
    bounds: Bounds,
}

pub(super) fn check(catalogue: Catalogue, arguments: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let Request { scenario, properties, rule, budget, bounds } = Request::read(catalogue, arguments)?;
    let worlds = checked::worlds(&scenario, properties, rule, budget.clone());
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
    let allowed = || Allowed::ALL.into_iter().filter(|allowed| budget.left(*allowed) > 0);
    if bounds.json {
        let faults: Map<String, Value> =
            allowed().map(|allowed| (allowed.word().to_owned(), budget.left(allowed).into())).collect();
        let mut object = searched.described();
        object.insert("protocol".to_owned(), id.into());
        object.insert("timers".to_owned(), rule.into());
        object.insert("faults".to_owned(), faults.into());
        writeln!(out, "{}", Value::Object(object))?;
    } else {
        let faults: Vec<String> =
            allowed().map(|allowed| format!("{}={}", allowed.word(), budget.left(allowed))).collect();
        let faults = if faults.is_empty() { "none".to_owned() } else { faults.join(", ") };
        writeln!(out, "protocol    {id}, every order without time, timers {rule}")?;
        writeln!(out, "faults      {faults}")?;
        searched.write(out)?;
    }
    Ok(exit_code(&searched.report))
}

impl Request {
    fn read(catalogue: Catalogue, arguments: &[String]) -> Result<Request, Failure> {
        let mut arguments = Arguments::of("check", arguments);
        let (mut named, mut settings, mut ids) = (None, Vec::new(), Vec::new());
        let (mut rule, mut budget, mut bounds) = (TimerRule::Patient, Budget::default(), Bounds::default());
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
                Argument::Option("faults") => {
                    budget = faults(arguments.value("faults")?).map_err(|sentence| arguments.failure(sentence))?;
                }
                Argument::Option(option) => {
                    if !bounds.read(option, &mut arguments)? {
                        let known = format!("--set, --property, --timers, --faults, {BOUNDS}");
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
        let properties = properties(&scenario, &ids).map_err(|sentence| arguments.failure(sentence))?;
        Ok(Request { scenario, properties, rule, budget, bounds })
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

/// The properties of these ids; all, if there are none.
fn properties(scenario: &Scenario, ids: &[&str]) -> Result<Vec<&'static Property>, String> {
    let all = scenario.protocol.properties();
    if ids.is_empty() {
        return Ok(all.iter().collect());
    }
    let known = || all.iter().map(|property| property.id).collect::<Vec<_>>().join(", ");
    ids.iter()
        .map(|id| {
            let found = all.iter().find(|property| property.id == *id);
            found.ok_or_else(|| format!("“{id}” is no property of {}; there are {}", scenario.protocol.id(), known()))
        })
        .collect()
}

/// Reads `crash=1,drop=2`.
fn faults(text: &str) -> Result<Budget, String> {
    let mut budget = Budget::default();
    for part in text.split(',') {
        let (word, count) = part.split_once('=').unwrap_or((part, "1"));
        let known = || Allowed::ALL.map(Allowed::word).join(", ");
        let allowed =
            Allowed::of(word).ok_or_else(|| format!("“{word}” is no fault that it knows; there are {}", known()))?;
        let count = number(count, 0, FAULTS_MAX)
            .ok_or_else(|| format!("“{part}” must say how often, from 0 to {FAULTS_MAX}"))?;
        budget = budget.with(allowed, count as u8);
    }
    Ok(budget)
}
