//! `faultline model`: searches a reference model, and says what became of its properties.

use super::Failure;
use super::arguments::{Argument, Arguments, number};
use super::searched::{BOUNDS, Bounds, Searched, exit_code};
use crate::models::{CATALOGUE, ReferenceModel, SearchWith};
use serde_json::{Map, Value};
use std::io::Write;

/// What to search, and how far.
struct Request {
    model: &'static ReferenceModel,
    values: Vec<u32>,
    search: SearchWith,
    symmetry: bool,
    bounds: Bounds,
}

pub(super) fn model(arguments: &[String], out: &mut dyn Write) -> Result<i32, Failure> {
    let Request { model, values, search, symmetry, bounds } = Request::read(arguments)?;
    let searched = Searched::by(&bounds, |options, watch| search(&values, options, watch))
        .map_err(|sentence| Failure::Input(format!("{}: {sentence}", model.id)))?;
    let constants = model.constants.iter().map(|constant| constant.key).zip(values);
    if bounds.json {
        let constants: Map<String, Value> = constants.map(|(key, value)| (key.to_owned(), value.into())).collect();
        let mut object = searched.described();
        object.insert("model".to_owned(), model.id.into());
        object.insert("constants".to_owned(), constants.into());
        object.insert("symmetry".to_owned(), symmetry.into());
        writeln!(out, "{}", Value::Object(object))?;
    } else {
        let constants: Vec<String> = constants.map(|(key, value)| format!("{key}={value}")).collect();
        writeln!(out, "model       {}: {} ({})", model.id, model.title, constants.join(", "))?;
        writeln!(out, "source      {}", model.source)?;
        if symmetry {
            writeln!(out, "symmetry    one state for all that become each other when parts change places")?;
        }
        searched.write(out)?;
    }
    Ok(exit_code(&searched.report))
}

impl Request {
    fn read(arguments: &[String]) -> Result<Request, Failure> {
        let mut arguments = Arguments::of("model", arguments);
        let (mut name, mut settings, mut symmetry, mut bounds) = (None, Vec::new(), false, Bounds::default());
        while let Some(argument) = arguments.next()? {
            match argument {
                Argument::Option("set") => settings.push(arguments.value("set")?),
                Argument::Option("symmetry") => symmetry = true,
                Argument::Option(option) => {
                    if !bounds.read(option, &mut arguments)? {
                        return Err(arguments.unknown(option, &format!("--set, --symmetry, {BOUNDS}")));
                    }
                }
                Argument::Word(word) if name.is_none() => name = Some(word),
                Argument::Word(extra) => {
                    return Err(arguments.failure(format!("“{extra}” is one argument too many")));
                }
            }
        }
        let known = || CATALOGUE.iter().map(|model| model.id).collect::<Vec<_>>().join(", ");
        let Some(name) = name else {
            return Err(arguments.failure(format!("which one? There are {}", known())));
        };
        let model = ReferenceModel::of(name)
            .ok_or_else(|| arguments.failure(format!("“{name}” is no reference model; there are {}", known())))?;
        let mut values = model.defaults();
        for setting in settings {
            set(model, &mut values, setting).map_err(|sentence| arguments.failure(sentence))?;
        }
        let search = if symmetry { model.by_symmetry } else { Some(model.search) };
        let told_apart = || arguments.failure(format!("{} has no --symmetry: its parts are told apart", model.id));
        Ok(Request { model, values, search: search.ok_or_else(told_apart)?, symmetry, bounds })
    }
}

/// Sets a constant as `key=value` says; the error is a sentence.
fn set(model: &ReferenceModel, values: &mut [u32], setting: &str) -> Result<(), String> {
    let Some((key, value)) = setting.split_once('=') else {
        return Err(format!("“{setting}” sets nothing; write --set key=value"));
    };
    let Some(place) = model.constants.iter().position(|constant| constant.key == key) else {
        let known = model.constants.iter().map(|constant| constant.key).collect::<Vec<_>>().join(", ");
        return Err(format!("“{key}” is no constant of {}; there are {known}", model.id));
    };
    let constant = &model.constants[place];
    let (minimum, maximum) = (constant.minimum, constant.maximum);
    match number(value, u64::from(minimum), u64::from(maximum)) {
        Some(number) => {
            values[place] = number as u32;
            Ok(())
        }
        None => Err(format!("{key} is the number of {}, from {minimum} to {maximum}, not “{value}”", constant.meaning)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::called;
    use super::super::{BAD_INPUT, FINE, UNEXPECTED};
    use serde_json::Value;

    fn json(arguments: &[&str]) -> (i32, Value) {
        let (code, out, err) = called(arguments);
        assert_eq!(err, "");
        (code, serde_json::from_str(&out).unwrap())
    }

    #[test]
    fn it_counts_as_published() {
        let (code, report) = json(&["model", "two-phase", "--set", "rms=4", "--json"]);
        assert_eq!(code, FINE);
        assert_eq!((report["complete"].as_bool(), report["distinct"].as_u64()), (Some(true), Some(1_568)));
        assert_eq!((report["constants"]["rms"].as_u64(), report["identity"].as_str()), (Some(4), Some("exact")));
        let (_, report) = json(&["model", "--json", "--threads=3", "MCPaxosTiny"]);
        assert_eq!((report["distinct"].as_u64(), report["generated"].as_u64()), (Some(3_921), Some(23_563)));
        assert_eq!(report["properties"][0]["verdict"], "holds");
        assert!(report["collision_odds"].as_f64().unwrap() < 1e-12);
    }

    #[test]
    fn one_state_stands_for_all_that_become_each_other() {
        let (code, report) = json(&["model", "two-phase", "--set", "rms=5", "--symmetry", "--exact", "--json"]);
        assert_eq!((code, report["symmetry"].as_bool()), (FINE, Some(true)));
        assert!(report["distinct"].as_u64().unwrap() < 8_832 / 10, "{report}");
        assert_eq!(report["properties"][0]["verdict"], "holds");
    }

    #[test]
    fn a_broken_property_is_exit_code_1_with_the_way_there() {
        let (code, report) = json(&["model", "ACP_NB_WRONG", "--json"]);
        assert_eq!(code, UNEXPECTED);
        let agreement = &report["properties"][0];
        assert_eq!((agreement["property"].as_str(), agreement["verdict"].as_str()), (Some("ac1"), Some("violated")));
        let last = agreement["path"].as_array().unwrap().last().unwrap();
        assert!(last.as_str().unwrap().starts_with("abortOnTimeout"));
        let (code, out, _) = called(&["model", "acp-sb", "--set", "participants=2"]);
        assert_eq!(code, UNEXPECTED);
        assert!(out.contains("ac1    holds  always: All that decide decide alike"), "{out}");
        assert!(out.contains("ac5    violated") && out.contains("and there it stays, for ever"), "{out}");
    }

    #[test]
    fn a_search_that_is_cut_off_says_so_and_judges_nothing() {
        let (code, report) = json(&["model", "two-phase", "--states", "100", "--json"]);
        assert_eq!((code, report["end"].as_str()), (FINE, Some("cut-off-by-states")));
        assert_eq!((report["complete"].as_bool(), report["distinct"].as_u64()), (Some(false), Some(100)));
        assert_eq!(report["properties"][0]["verdict"], "not-judged");
        let (_, out, _) = called(&["model", "two-phase", "--depth", "3"]);
        assert!(out.contains("cut off at the bound on depth") && out.contains("depth       3"), "{out}");
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        for (arguments, named) in [
            (&["model"][..], "which one? There are transaction-commit, two-phase"),
            (&["model", "raft"], "“raft” is no reference model"),
            (&["model", "two-phase", "--set", "rms"], "“rms” sets nothing"),
            (&["model", "two-phase", "--set", "rms=many"], "from 1 to 15, not “many”"),
            (&["model", "two-phase", "--set", "rms=99"], "from 1 to 15, not “99”"),
            (&["model", "two-phase", "--set", "nodes=3"], "“nodes” is no constant of two-phase; there are rms"),
            (&["model", "two-phase", "--set"], "--set needs a value"),
            (&["model", "two-phase", "--depth", "0"], "“0” is no whole number from 1"),
            (&["model", "two-phase", "--fast"], "“--fast” is no option"),
            (&["model", "two-phase", "--json=yes"], "“yes” is a value for an option that takes none"),
            (&["model", "two-phase", "again"], "“again” is one argument too many"),
            (&["model", "acp-sb", "--symmetry"], "acp-sb has no --symmetry: its parts are told apart"),
            (&["model", "paxos", "--set", "acceptors=5", "--set", "ballots=8"], "at most 128 fit"),
        ] {
            let (code, out, err) = called(arguments);
            assert_eq!((code, out.as_str()), (BAD_INPUT, ""), "{arguments:?}");
            assert!(err.contains(named), "{arguments:?}: {err}");
        }
    }
}
