//! `faultline pick`: where an algorithm sends each key, or each successive request.

use super::arguments::{Argument, Arguments, number};
use super::{FINE, Failure};
use crate::protocols::parts::balancing::algorithms::{Looks, MAGLEV_SIZE_MAX, is_prime};
use crate::protocols::parts::balancing::{Algorithm, Balancer, Fleet, Picker, Provider, Request, Settings};
use crate::sim::random::draw;
use serde_json::{Value, json};
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::IpAddr;

const OPTIONS: &str = "--providers, --keys, --requests, --seed, --set and --json";
const SETTINGS: &str = "virtual-nodes, ring-size, table-size and factor";
const WEIGHT_MAX: u64 = 1_000_000;
const REQUESTS_MAX: u64 = 10_000_000;
/// How many requests are sent where nobody says how many.
const REQUESTS: u64 = 10;

/// What was asked for.
struct Task {
    algorithm: Algorithm,
    picker: Picker,
    fleet: Fleet,
    seed: u64,
    json: bool,
    picks: Vec<u64>,
}

pub(super) fn pick(arguments: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let mut arguments = Arguments::of("pick", arguments);
    let (mut algorithm, mut providers, mut keys, mut requests) = (None, None, None, None);
    let (mut settings, mut seed, mut json) = (Settings::default(), 0, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option("providers") => providers = Some(fleet(arguments.value("providers")?, &arguments)?),
            Argument::Option("keys") => keys = Some(arguments.value("keys")?),
            Argument::Option("requests") => requests = Some(arguments.number("requests", 1, REQUESTS_MAX)?),
            Argument::Option("seed") => seed = arguments.number("seed", 0, u64::MAX)?,
            Argument::Option("set") => set(arguments.value("set")?, &mut settings, &arguments)?,
            Argument::Option("json") => json = true,
            Argument::Option(other) => return Err(arguments.unknown(other, OPTIONS)),
            Argument::Word(word) if algorithm.is_none() => {
                algorithm = Some(Algorithm::of(word).ok_or_else(|| {
                    arguments.failure(format!("“{word}” is no algorithm; there are {}", algorithms()))
                })?);
            }
            Argument::Word(extra) => return Err(arguments.failure(format!("“{extra}” is one argument too many"))),
        }
    }
    let Some(algorithm) = algorithm else {
        return Err(arguments.failure(format!("which algorithm? There are {}", algorithms())));
    };
    let Some(fleet) = providers else {
        return Err(arguments.failure("it needs --providers 10.0.1.1:600,10.0.1.2:300,…: names and weights".to_owned()));
    };
    let picks = vec![0; fleet.providers().len()];
    let mut task = Task { algorithm, picker: algorithm.picker(&settings), fleet, seed, json, picks };
    let key = algorithm.key();
    match (keys, requests) {
        (Some(_), Some(_)) => {
            let sentence = "--requests and --keys do not go together: every key is a request".to_owned();
            return Err(arguments.failure(sentence));
        }
        (None, _) if algorithm.looks() == Looks::AtKey => {
            let sentence = format!("{key} looks at keys: it needs --keys with a file of them, one a line, or -");
            return Err(arguments.failure(sentence));
        }
        (None, requests) => {
            task.answer((1..=requests.unwrap_or(REQUESTS)).map(|number| Ok(number.to_string())), out)?
        }
        (Some("-"), None) => task.answer(read("-", io::stdin().lock(), algorithm, &arguments), out)?,
        (Some(file), None) => {
            let opened = fs::File::open(file).map_err(|error| unreadable(file, &error, &arguments))?;
            task.answer(read(file, BufReader::new(opened), algorithm, &arguments), out)?;
        }
    }
    Ok(FINE)
}

fn algorithms() -> String {
    let keys: Vec<&str> = Algorithm::ALL.iter().map(|algorithm| algorithm.key()).collect();
    let (last, rest) = keys.split_last().expect("there are algorithms");
    format!("{} and {last}", rest.join(", "))
}

/// `10.0.1.1:600,10.0.1.2:300`: names, each with its weight behind the last colon, 1 where there is none.
fn fleet(text: &str, arguments: &Arguments) -> Result<Fleet, Failure> {
    let mut providers: Vec<Provider> = Vec::new();
    for (part, place) in text.split(',').zip(1..) {
        if part.is_empty() {
            return Err(arguments.failure(format!("provider {place} of --providers is empty")));
        }
        let (name, weight) = match part.rsplit_once(':') {
            Some((name, weight)) if !weight.ends_with(']') => (name, Some(weight)),
            _ => (part, None),
        };
        if name.is_empty() {
            return Err(arguments.failure(format!("“{part}” has no name")));
        }
        if name.matches(':').count() > 1 && !name.starts_with('[') {
            let sentence = format!("“{part}” has colons of its own: write it in brackets, as [2001:db8::1]:8080:5");
            return Err(arguments.failure(sentence));
        }
        if providers.iter().any(|provider| *provider.name == *name) {
            return Err(arguments.failure(format!("“{name}” stands twice in --providers")));
        }
        let weight = weight.map_or(Ok(1), |weight| {
            number(weight, 1, WEIGHT_MAX).ok_or_else(|| {
                let sentence = format!("“{weight}” is no weight of “{name}”: whole numbers from 1 to {WEIGHT_MAX} are");
                arguments.failure(sentence)
            })
        })?;
        providers.push(Provider::new(name, weight as u32));
    }
    if providers.len() > Fleet::PROVIDERS_MAX {
        return Err(arguments.failure(format!("at most {} providers fit", Fleet::PROVIDERS_MAX)));
    }
    Ok(Fleet::of(providers))
}

/// `table-size=7`.
fn set(text: &str, settings: &mut Settings, arguments: &Arguments) -> Result<(), Failure> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    let (place, minimum, maximum): (_, u64, u64) = match key {
        "virtual-nodes" => (&mut settings.virtual_nodes, 4, 100_000),
        "ring-size" => (&mut settings.ring_size, 1, 1_000_000),
        "table-size" => (&mut settings.table_size, 2, MAGLEV_SIZE_MAX.into()),
        "factor" => (&mut settings.factor_hundredths, 100, 100_000),
        _ => return Err(arguments.failure(format!("“{key}” sets nothing; there are {SETTINGS}"))),
    };
    let set = number(value, minimum, maximum).ok_or_else(|| {
        arguments.failure(format!("{key} takes a whole number from {minimum} to {maximum}, not “{value}”"))
    })?;
    *place = set as u32;
    if key == "table-size" && !is_prime(*place) {
        return Err(arguments.failure(format!("“{value}” is no prime, as a table of Maglev's needs")));
    }
    if key == "virtual-nodes" && !place.is_multiple_of(4) {
        return Err(
            arguments.failure(format!("“{value}” is no multiple of four, as virtual nodes need: a digest gives four"))
        );
    }
    Ok(())
}

fn unreadable(file: &str, why: &io::Error, arguments: &Arguments) -> Failure {
    arguments.failure(format!("“{file}” cannot be read: {why}"))
}

/// The keys of a file, one a line.
fn read<'a>(
    file: &'a str,
    lines: impl BufRead + 'a,
    algorithm: Algorithm,
    arguments: &'a Arguments,
) -> impl Iterator<Item = Result<String, Failure>> + 'a {
    lines.lines().zip(1..).map(move |(line, place)| {
        let line = line.map_err(|error| unreadable(file, &error, arguments))?;
        if algorithm == Algorithm::IpHash && line.parse::<IpAddr>().is_err() {
            return Err(arguments.failure(format!("{file}, line {place}: “{line}” is no address")));
        }
        Ok(line)
    })
}

impl Task {
    /// Sends one request for every key; none is ever answered, so that all stay in flight.
    fn answer(
        &mut self,
        keys: impl Iterator<Item = Result<String, Failure>>,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let mut picks: Vec<Value> = Vec::new();
        // Nothing is printed before all can be read.
        let keys: Vec<String> = keys.collect::<Result<_, Failure>>()?;
        for (key, number) in keys.iter().zip(0..) {
            let seed = self.seed;
            let request = Request { key: key.as_bytes(), draw: &|ordinal| draw(seed, "pick", &[number, ordinal]) };
            let Some(picked) = self.picker.pick(&request, &self.fleet) else { continue };
            self.fleet.sent(picked);
            self.picks[usize::from(picked)] += 1;
            let name = &*self.fleet.providers()[usize::from(picked)].name;
            if self.json {
                picks.push(json!({ "key": key, "provider": name }));
            } else {
                writeln!(out, "{key}\t{name}")?;
            }
        }
        if self.json {
            let providers = self.fleet.providers().iter().zip(&self.picks);
            let providers: Vec<Value> = providers
                .map(|(provider, picks)| json!({ "name": &*provider.name, "weight": provider.weight, "picks": picks }))
                .collect();
            let report = json!({ "algorithm": self.algorithm.key(), "providers": providers, "picks": picks });
            writeln!(out, "{report}")?;
        }
        Ok(())
    }
}
