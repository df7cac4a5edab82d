//! Every protocol of the catalogue is held to the same standard. A new protocol is tested by being there.

use faultline::check::{PropertyKind, Verdict};
use faultline::protocols::entry::Change;
use faultline::protocols::{CATALOGUE, ParameterKind, Protocol, Value, Values};
use faultline::scenario::catalogue::{Catalogue, Listed};
use faultline::scenario::link::{self, Link};
use faultline::scenario::notation::Notation;
use faultline::scenario::run::Run;
use faultline::scenario::transcript::transcript;
use faultline::scenario::wire::WireRun;
use faultline::scenario::words::Words;
use faultline::sim::time::Instant;
use faultline::sim::trace::{StepKind, Trace};
use faultline::text::Text;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

const KNOWN: Catalogue = Catalogue(CATALOGUE);

/// The longest run that has a golden transcript: longer ones are loads, and nobody reads them.
const GOLDEN_EVENTS_MAX: u32 = 1_000;

fn has_han(text: &str) -> bool {
    text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}

/// Said in both languages.
#[track_caller]
fn in_both_languages(what: &str, text: &Text) {
    assert!(!text.en.trim().is_empty() && !has_han(&text.en), "{what}: English is “{}”", text.en);
    assert!(has_han(&text.zh), "{what}: Chinese is “{}”", text.zh);
}

/// A name: may be the same word in both languages, but never empty.
#[track_caller]
fn named(what: &str, text: &Text) {
    assert!(!text.en.trim().is_empty() && !text.zh.trim().is_empty(), "{what}");
}

fn is_id(id: &str) -> bool {
    let plain = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    plain && !id.is_empty() && !id.starts_with('-') && !id.ends_with('-') && !id.contains("--")
}

fn kinds_in(trace: &Trace) -> BTreeSet<&'static str> {
    let messages = trace.messages.iter().map(|message| message.name.kind);
    messages.chain(trace.locals.iter().map(|local| local.name.kind)).collect()
}

#[test]
fn ids_are_unique_and_can_be_typed() {
    let mut seen = BTreeSet::new();
    for protocol in KNOWN.protocols() {
        assert!(is_id(protocol.id()) && seen.insert(protocol.id()), "protocol {}", protocol.id());
    }
    for Listed { entry, .. } in KNOWN.entries() {
        assert!(is_id(entry.id) && seen.insert(entry.id), "scenario {}", entry.id);
    }
    for protocol in KNOWN.protocols() {
        let mut keys = BTreeSet::new();
        for parameter in protocol.parameters() {
            assert!(is_id(parameter.key) && keys.insert(parameter.key), "{}: {}", protocol.id(), parameter.key);
            assert!(!link::is_reserved(parameter.key), "{}: links use {} otherwise", protocol.id(), parameter.key);
        }
        let mut properties = BTreeSet::new();
        for property in protocol.properties() {
            assert!(is_id(property.id) && properties.insert(property.id), "{}: {}", protocol.id(), property.id);
        }
    }
}

/// So the page knows from an address which protocol to load.
#[test]
fn a_scenario_is_named_after_its_protocol() {
    for Listed { protocol, entry } in KNOWN.entries() {
        let rest = entry.id.strip_prefix(protocol.id());
        assert!(rest.is_some_and(|rest| rest.starts_with('-')), "{} is of {}", entry.id, protocol.id());
    }
}

#[test]
fn words_stand_in_both_languages() {
    for protocol in KNOWN.protocols() {
        let id = protocol.id();
        named(id, &protocol.name());
        in_both_languages(id, &protocol.summary());
        for sentence in protocol.modelled().iter().chain(protocol.not_modelled()) {
            in_both_languages(id, sentence);
        }
        assert!(!protocol.modelled().is_empty() && !protocol.not_modelled().is_empty(), "{id}: what is modelled?");
        for parameter in protocol.parameters() {
            let what = format!("{id}: {}", parameter.key);
            in_both_languages(&what, &parameter.name);
            in_both_languages(&what, &parameter.help);
            assert!(!parameter.source.en.is_empty(), "{what}: where does the default come from?");
            assert!(!parameter.source.zh.is_empty(), "{what}: where does the default come from, in Chinese?");
            if let ParameterKind::Choice(choices) = parameter.kind {
                choices.iter().for_each(|choice| named(&what, &choice.name));
            }
        }
        for intervention in protocol.interventions() {
            in_both_languages(intervention.key, &intervention.name);
            in_both_languages(intervention.key, &intervention.help);
            intervention.arguments.iter().for_each(|argument| named(argument.key, &argument.name));
        }
        for property in protocol.properties() {
            in_both_languages(property.id, &property.title);
            assert!(!property.source.is_empty(), "{id}: where does {} come from?", property.id);
        }
        for term in protocol.terms() {
            named(term.kind, &term.label);
            in_both_languages(term.kind, &term.gloss);
        }
        let topology = protocol.topology(&Values::defaults(protocol.parameters()));
        topology.nodes.iter().for_each(|node| in_both_languages(node.name, &node.title));
    }
    for Listed { entry, .. } in KNOWN.entries() {
        in_both_languages(entry.id, &entry.question);
        in_both_languages(entry.id, &entry.answer);
        entry.suggestions.iter().for_each(|suggestion| in_both_languages(entry.id, &suggestion.name));
    }
}

#[test]
fn nodes_have_short_names_that_no_kind_has() {
    for Listed { protocol, entry } in KNOWN.entries() {
        let scenario = Listed { protocol, entry }.scenario();
        let topology = protocol.topology(&scenario.values);
        let mut names = BTreeSet::new();
        for node in &topology.nodes {
            assert!(is_id(node.name) && node.name.len() <= 3 && names.insert(node.name), "{}: {}", entry.id, node.name);
            assert!(protocol.terms().iter().all(|term| term.kind != node.name), "{}: {}", entry.id, node.name);
        }
    }
}

#[test]
fn every_kind_that_occurs_has_a_word() {
    for listed in KNOWN.entries() {
        let terms: BTreeSet<&str> = listed.protocol.terms().iter().map(|term| term.kind).collect();
        for kind in kinds_in(&Run::of(listed.scenario()).trace) {
            assert!(terms.contains(kind), "{}: no term for {kind}", listed.entry.id);
            assert!(is_id(kind), "{}: links cannot name {kind}", listed.entry.id);
        }
    }
}

#[test]
fn the_same_scenario_gives_the_same_run() {
    for listed in KNOWN.entries() {
        let (once, twice) = (Run::of(listed.scenario()), Run::of(listed.scenario()));
        assert_eq!(once.digest, twice.digest, "{}", listed.entry.id);
        assert_eq!(once.len(), twice.len(), "{}", listed.entry.id);
    }
}

#[test]
fn a_disk_is_spoken_of_only_where_there_is_one() {
    let mut without = 0;
    for protocol in CATALOGUE {
        let run = Run::of(Link::read(&format!("1/{}", protocol.id()), Catalogue(CATALOGUE)).unwrap().scenario);
        for event in 0..run.len() {
            let step = run.trace.event(event);
            if step.kind != StepKind::Start || run.topology.nodes[step.node.index()].node.has_disk() {
                continue;
            }
            without += 1;
            let Text { en, zh } = run.scene(event).narration;
            assert!(!en.contains("disk") && !zh.contains("磁盘"), "{}: {en}", protocol.id());
        }
    }
    assert!(without > 0);
}

/// What stays with whoever made a run is worked out there: the names of messages alone do not tell it.
#[test]
fn a_run_that_was_made_elsewhere_costs_the_same_and_has_the_same_charts() {
    for protocol in CATALOGUE {
        let run = Run::of(Link::read(&format!("1/{}", protocol.id()), Catalogue(CATALOGUE)).unwrap().scenario);
        let arrived = WireRun::of(&run).into_run(run.scenario.clone()).unwrap();
        assert!(arrived.is_elsewhere());
        assert_eq!(arrived.measures(), run.measures(), "{}", protocol.id());
        assert_eq!(arrived.charts(), run.charts(), "{}", protocol.id());
    }
}

#[test]
fn every_entry_ends_in_its_expected_verdicts_and_leaves_no_property_out() {
    let mut wrong = Vec::new();
    for listed in KNOWN.entries() {
        let id = listed.entry.id;
        let scenario = listed.scenario();
        for expectation in listed.entry.expected.iter() {
            if let Err(why) = scenario.property(expectation.property) {
                panic!("{id} expects something of {}, which {why}", expectation.property);
            }
            assert!(!expectation.because.is_empty(), "{id}: why {}?", expectation.property);
        }
        let run = Run::of(scenario);
        for judged in &run.verdicts {
            let (property, verdict) = (judged.property.id, judged.verdict.word());
            match listed.expected(property) {
                None => wrong.push(format!("{id} says nothing of {property}; it is {verdict}")),
                Some(expected) if expected.word() != verdict => {
                    wrong.push(format!("{id}: {property} should be {}, and is {verdict}", expected.word()));
                }
                Some(_) => {}
            }
            if let Verdict::Violated { why, .. } | Verdict::NotYet { why } = &judged.verdict {
                in_both_languages(id, why);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fault_of_every_entry_meets_something() {
    for listed in KNOWN.entries() {
        let run = Run::of(listed.scenario());
        for (index, fault) in listed.entry.faults.iter().enumerate() {
            assert!(run.trace.applied(index as u16), "{}: {fault} did not apply", listed.entry.id);
        }
    }
}

#[test]
fn every_safety_property_is_broken_somewhere() {
    let mut unbroken = Vec::new();
    for protocol in KNOWN.protocols() {
        let mut broken = BTreeSet::new();
        for entry in protocol.entries() {
            let run = Run::of(Listed { protocol, entry }.scenario());
            let violated = run.verdicts.iter().filter(|judged| matches!(judged.verdict, Verdict::Violated { .. }));
            broken.extend(violated.map(|judged| judged.property.id));
        }
        let safety = protocol.properties().iter().filter(|property| property.kind == PropertyKind::Always);
        let missing = safety.filter(|property| !broken.contains(property.id));
        unbroken
            .extend(missing.map(|property| format!("no scenario of {} ever violates {}", protocol.id(), property.id)));
    }
    assert!(unbroken.is_empty(), "{}", unbroken.join("\n"));
}

#[test]
fn a_mistake_breaks_its_property_and_nothing_does_without_it() {
    for protocol in KNOWN.protocols() {
        for parameter in protocol.parameters() {
            let ParameterKind::Choice(choices) = parameter.kind else { continue };
            for choice in choices {
                let Some(property) = choice.breaks else { continue };
                let what = format!("{}: {}={}", protocol.id(), parameter.key, choice.key);
                let is_safety =
                    |known: &&faultline::check::Property| known.id == property && known.kind == PropertyKind::Always;
                assert!(protocol.properties().iter().any(|known| is_safety(&known)), "{what}: no such safety property");
                let showing = protocol.entries().iter().map(|entry| Listed { protocol, entry }).find(|listed| {
                    let set = listed.entry.parameters.contains(&(parameter.key, choice.key));
                    set && is_violated(&Run::of(listed.scenario()), property)
                });
                let Some(listed) = showing else { panic!("{what}: no scenario shows it breaking {property}") };
                let mut mended = listed.scenario();
                mended.values.set(parameter.key, Value::Choice(choices[0].key));
                assert!(
                    !is_violated(&Run::of(mended), property),
                    "{what}: {} breaks {property} without the mistake too",
                    listed.entry.id
                );
            }
        }
    }
}

fn is_violated(run: &Run, property: &str) -> bool {
    let mut judged = run.verdicts.iter().filter(|judged| judged.property.id == property);
    judged.any(|judged| matches!(judged.verdict, Verdict::Violated { .. }))
}

#[test]
fn every_event_is_told_in_both_languages() {
    for listed in KNOWN.entries() {
        let run = Run::of(listed.scenario());
        if run.len() > GOLDEN_EVENTS_MAX {
            continue;
        }
        for scene in run.scenes() {
            let what = format!("{}, event {}", listed.entry.id, scene.event);
            in_both_languages(&what, &scene.narration);
            assert!(!scene.narration.en.contains(['{', '}']), "{what}: {}", scene.narration.en);
            scene.nodes.iter().filter_map(|node| node.face.as_ref()).for_each(|face| named(&what, &face.word));
        }
    }
}

#[test]
fn links_of_every_entry_read_back() {
    for listed in KNOWN.entries() {
        let id = listed.entry.id;
        let short = Link::of_entry(listed);
        assert_eq!(short.to_string(), format!("1/{id}"));
        let long = Link::of(listed.scenario());
        for link in [short, long] {
            let text = link.to_string();
            let again = Link::read(&text, KNOWN).unwrap_or_else(|bad| panic!("{text}: {}", bad.sentence()));
            assert_eq!(again, link, "{id}");
            assert!(text.len() < 2_000, "{id}: {} characters", text.len());
        }
    }
}

#[test]
fn faults_are_written_as_links_write_them_and_have_words() {
    for listed in KNOWN.entries() {
        let scenario = listed.scenario();
        let topology = listed.protocol.topology(&scenario.values);
        let notation = Notation::new(listed.protocol, &topology);
        let words = Words::new(listed.protocol, &topology);
        for (fault, text) in scenario.faults.iter().zip(listed.entry.faults) {
            assert_eq!(notation.write(fault), *text, "{}", listed.entry.id);
            in_both_languages(text, &words.fault(fault));
        }
    }
}

#[test]
fn suggestions_lead_somewhere() {
    for listed in KNOWN.entries() {
        let scenario = listed.scenario();
        let id = listed.entry.id;
        for suggestion in listed.entry.suggestions {
            match suggestion.change {
                Change::Fault(fault) => {
                    let topology = listed.protocol.topology(&scenario.values);
                    let notation = Notation::new(listed.protocol, &topology).with_now(Instant::START);
                    notation.fault(fault).unwrap_or_else(|bad| panic!("{id}: {}", bad.sentence()));
                }
                Change::Protocol(other) => assert!(KNOWN.protocol(other).is_some(), "{id}: {other}"),
                Change::Parameter(key, value) => {
                    let parameter = listed.protocol.parameters().iter().find(|parameter| parameter.key == key);
                    let parameter = parameter.unwrap_or_else(|| panic!("{id}: no parameter {key}"));
                    assert!(parameter.parse(value).is_ok(), "{id}: {key}={value}");
                }
            }
        }
    }
}

#[test]
fn parameters_run_at_both_ends_of_their_ranges() {
    for protocol in KNOWN.protocols() {
        for parameter in protocol.parameters() {
            let values: Vec<Value> = match parameter.kind {
                ParameterKind::Number { minimum, maximum, .. } => {
                    vec![Value::Number(minimum), Value::Number(maximum)]
                }
                ParameterKind::Time { minimum, maximum, .. } => vec![Value::Time(minimum), Value::Time(maximum)],
                ParameterKind::Choice(choices) => choices.iter().map(|choice| Value::Choice(choice.key)).collect(),
            };
            for value in values {
                assert_eq!(parameter.parse(&value.to_string()), Ok(value), "{}: {}", protocol.id(), parameter.key);
                runs_with(protocol, parameter.key, value);
            }
        }
    }
}

fn runs_with(protocol: &'static dyn Protocol, key: &'static str, value: Value) {
    let mut scenario = faultline::scenario::Scenario::of(protocol);
    scenario.values.set(key, value);
    if protocol.conflict(&scenario.values).is_none() {
        let run = Run::of(scenario);
        assert!(!run.is_empty(), "{}: {key}={value}", protocol.id());
    }
}

/// Golden transcripts: set `FAULTLINE_BLESS=1` to write them, and read the difference before committing it.
#[test]
fn transcripts_are_as_they_were_read_and_understood() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let bless = std::env::var("FAULTLINE_BLESS").is_ok_and(|value| value == "1");
    let mut differing = Vec::new();
    let mut known = BTreeSet::new();
    for listed in KNOWN.entries() {
        let run = Run::of(listed.scenario());
        if run.len() > GOLDEN_EVENTS_MAX {
            continue;
        }
        let name = format!("{}.txt", listed.entry.id);
        let path = folder.join(&name);
        let now = transcript(&run, Some(listed.entry));
        if bless {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &now).unwrap();
        }
        let then = fs::read_to_string(&path).unwrap_or_default();
        if then != now {
            let line = then.lines().zip(now.lines()).take_while(|(then, now)| then == now).count() + 1;
            differing.push(format!("{name}, line {line}: {}", now.lines().nth(line - 1).unwrap_or("(ends)")));
        }
        known.insert(name);
    }
    for file in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        if !known.contains(&name) && bless {
            fs::remove_file(file.path()).unwrap();
        } else if !known.contains(&name) {
            differing.push(format!("{name}: no such scenario"));
        }
    }
    assert!(differing.is_empty(), "FAULTLINE_BLESS=1 writes them anew:\n{}", differing.join("\n"));
}
