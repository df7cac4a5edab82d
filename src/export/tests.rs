//! Every form of every scenario: what another program would stumble over, and that it is the run that is written.

use super::*;
use crate::protocols::CATALOGUE;
use crate::scenario::catalogue::{Catalogue, Listed};
use crate::sim::trace::{StepKind, Trace};
use std::collections::BTreeMap;

const CATALOGUE_OF_ALL: Catalogue = Catalogue(CATALOGUE);

fn made(text: &str) -> (Run, Link) {
    let link = Link::read(text, CATALOGUE_OF_ALL).unwrap_or_else(|bad| panic!("{}", bad.sentence()));
    (Run::of(link.scenario.clone()), link)
}

fn written(text: &str, form: Form) -> String {
    let (run, link) = made(text);
    Export::of(&run, &link).and_then(|export| export.write(form)).unwrap_or_else(|sentence| panic!("{}", sentence.en))
}

/// The clocks of a log, host by host, in order.
fn clocks(log: &str) -> Vec<(String, BTreeMap<String, u32>)> {
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len() % 2, 0);
    let read = |pair: &[&str]| {
        let (host, clock) = pair[1].split_once(' ').expect("a host and its clock");
        (host.to_owned(), serde_json::from_str(clock).expect("a clock is JSON"))
    };
    lines.chunks(2).map(read).collect()
}

fn delivered(trace: &Trace) -> usize {
    trace.events.iter().filter(|step| matches!(trace.steps[**step as usize].kind, StepKind::Deliver(_))).count()
}

#[test]
fn a_part_holds_the_events_between_two_instants() {
    let (run, _) = made("1/2pc-all-yes");
    let whole = Part::of(&run, Range::default()).unwrap();
    assert_eq!(whole, Part { first: 0, last: run.len() - 1 });
    let at = |event| run.trace.event(event).at;
    let part = Part::of(&run, Range { from: Some(at(5)), to: Some(at(9)) }).unwrap();
    assert!(part.contains(5) && part.contains(9));
    assert!(part.events().all(|event| (at(5)..=at(9)).contains(&at(event))));
    assert_eq!(Part::of(&run, Range { from: Some(at(9)), to: Some(at(5)) }), None);
}

#[test]
fn every_scenario_has_every_form_or_a_sentence_says_why_not() {
    for listed in CATALOGUE_OF_ALL.entries() {
        let Listed { entry, .. } = listed;
        let link = Link::of_entry(listed);
        let run = Run::of(link.scenario.clone());
        for language in [Language::English, Language::SimplifiedChinese] {
            let link = Link { language: Some(language), ..link.clone() };
            for form in Form::ALL {
                match Export::of(&run, &link).and_then(|export| export.write(*form)) {
                    Ok(text) => assert!(text.len() > 200, "{} as {}: {text}", entry.id, form.word()),
                    Err(sentence) => {
                        assert!(sentence.en.contains("choose a shorter part"), "{} as {}", entry.id, form.word());
                        assert!(run.len() > 200, "{} as {} is short", entry.id, form.word());
                    }
                }
            }
        }
    }
}

#[test]
fn a_log_has_clocks_as_shiviz_wants_them() {
    for id in ["2pc-coordinator-dies", "3pc-between-two-pre-commits", "2pc-decision-lost"] {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let clocks = clocks(&written(&format!("1/{id}"), Form::ShiViz));
        for (host, clock) in &clocks {
            // One's own entry counts up by one; of others one knows no more than has happened.
            let own = seen.entry(host.clone()).or_default();
            *own += 1;
            assert_eq!(clock[host], *own, "{id}");
            for (other, acted) in clock {
                assert!(seen.get(other).is_some_and(|so_far| acted <= so_far), "{id}: {host} knows {acted} of {other}");
            }
        }
        // Knowledge travels with messages: whoever has got one knows its sender.
        assert!(clocks.iter().any(|(_, clock)| clock.len() > 2), "{id}");
    }
}

#[test]
fn a_part_of_a_log_begins_its_clocks_anew() {
    let clocks = clocks(&written("1/2pc-all-yes?play=3ms-", Form::ShiViz));
    let mut seen: BTreeMap<&String, u32> = BTreeMap::new();
    for (host, clock) in &clocks {
        *seen.entry(host).or_default() += 1;
        assert_eq!(clock[host], seen[host]);
        assert!(clock.iter().all(|(other, acted)| seen.get(other).is_some_and(|so_far| acted <= so_far)));
    }
}

#[test]
fn a_diagram_has_an_arrow_for_each_delivery_and_each_loss() {
    let (run, _) = made("1/2pc-decision-lost");
    let text = written("1/2pc-decision-lost", Form::Mermaid);
    assert!(text.contains("\nsequenceDiagram\n"));
    let arrows =
        |line: &str| text.lines().filter(|text| text.trim_start().split(':').next().unwrap().contains(line)).count();
    assert_eq!(arrows(">>"), delivered(&run.trace));
    let lost = run.trace.steps.iter().filter(|step| matches!(step.kind, StepKind::Lose(..))).count();
    assert!(lost > 0);
    assert_eq!(arrows("-x"), lost);
    // What is under way at the end of a part has its arrow too.
    let part = written("1/2pc-all-yes?play=-500us", Form::Mermaid);
    assert!(part.contains("cl-)c: order"), "{part}");
}

#[test]
fn a_table_has_a_row_for_each_event_and_a_trace_a_line() {
    let (run, _) = made("1/2pc-all-yes");
    assert_eq!(written("1/2pc-all-yes", Form::Table).lines().count(), run.len() as usize + 1);
    let lines = written("1/2pc-all-yes", Form::Json);
    assert_eq!(lines.lines().count(), run.len() as usize + run.verdicts.len() + 1);
    assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    let part = written("1/2pc-all-yes?play=2ms-4ms", Form::Table);
    assert!(part.lines().count() > 3 && part.lines().count() < run.len() as usize);
}

#[test]
fn an_animation_ends_with_the_whole_run_and_moves_only_for_those_who_want_it() {
    let text = written("1/2pc-coordinator-dies", Form::Animation);
    assert!(text.contains("@keyframes slides{0.000%"));
    assert!(text.contains("@media (prefers-reduced-motion:reduce){.cover,.said{animation:none}}"));
    assert!(!text.contains("<script"));
    // The pen goes forward in time and in place.
    let frames = text.split("@keyframes slides{").nth(1).unwrap().split("}}").next().unwrap();
    let stops: Vec<(f64, f64)> = frames
        .split('}')
        .filter_map(|stop| {
            let (percent, rest) = stop.split_once("%{transform:translateX(")?;
            Some((percent.parse().ok()?, rest.strip_suffix("px)")?.parse().ok()?))
        })
        .collect();
    assert!(stops.len() > 6, "{frames}");
    assert!(stops.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1), "{stops:?}");
}

#[test]
fn a_link_with_an_empty_part_gets_a_sentence() {
    let (run, link) = made("1/2pc-all-yes?play=100us-200us");
    let sentence = Export::of(&run, &link).err().expect("nothing happens there");
    assert!(sentence.en.contains("Nothing happens"));
}
