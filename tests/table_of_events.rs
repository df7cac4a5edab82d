//! The table of events, held on every scenario of the catalogue: every event has words in both languages, causes lie
//! before what they cause, filters leave nothing out and reorder nothing.

use faultline::picture::table::{Cause, Causes, Filter, Sort, Table};
use faultline::protocols::CATALOGUE;
use faultline::scenario::catalogue::Catalogue;
use faultline::scenario::run::Run;
use faultline::sim::trace::{EventIndex, NodeId};
use faultline::text::Language;

/// Longer runs are left to the tests of speed.
const EVENTS_MAX: EventIndex = 3_000;
const LANGUAGES: [Language; 2] = [Language::English, Language::SimplifiedChinese];

/// Every scenario's run, with its id.
fn runs() -> impl Iterator<Item = (&'static str, Run)> {
    let all = Catalogue(CATALOGUE).entries().map(|listed| (listed.entry.id, Run::of(listed.scenario())));
    all.filter(|(_, run)| run.len() <= EVENTS_MAX)
}

fn all_of(table: &Table, filter: &Filter) -> Vec<EventIndex> {
    table.matching(filter, 0, u32::MAX)
}

#[test]
fn every_event_has_words_in_both_languages_and_copies_as_six_columns() {
    let mut seen = 0;
    for (id, run) in runs() {
        let causes = Causes::of_run(&run);
        for language in LANGUAGES {
            let table = Table::of(&run, language);
            for event in 0..run.len() {
                assert!(!table.event(event).is_empty(), "{id}: event {event} has no words");
                seen += 1;
            }
            let text = table.tab_separated(0..run.len(), &causes);
            assert_eq!(text.lines().count(), 1 + run.len() as usize, "{id}: a heading and a line for each event");
            for line in text.lines() {
                assert_eq!(line.matches('\t').count(), 5, "{id}: {line:?}");
            }
        }
    }
    assert!(seen > 0, "the catalogue has runs to show");
}

#[test]
fn causes_lie_before_what_they_cause_and_faults_are_of_the_scenario() {
    for (id, run) in runs() {
        let causes = Causes::of_run(&run);
        for event in 0..run.len() {
            match causes.of(&run, event) {
                Some(Cause::Event(origin)) => {
                    assert!(origin < event, "{id}: event {event} follows from {origin}");
                    let effects = &run.trace.steps_of(origin)[1..];
                    assert!(!effects.is_empty(), "{id}: event {origin} is a cause and has effects");
                }
                Some(Cause::Fault(fault)) => assert!(usize::from(fault) < run.scenario.faults.len(), "{id}"),
                None => {}
            }
        }
    }
}

#[test]
fn filters_by_node_and_kind_share_out_every_event_in_order() {
    for (id, run) in runs() {
        let table = Table::of(&run, Language::English);
        let nodes =
            (0..run.topology.nodes.len() as u8).map(|node| Filter { node: Some(NodeId(node)), ..Filter::default() });
        let sorts = Sort::ALL.iter().map(|sort| Filter { sort: Some(*sort), ..Filter::default() });
        for filters in [nodes.collect::<Vec<_>>(), sorts.collect()] {
            let mut shared_out = Vec::new();
            for filter in &filters {
                let found = all_of(&table, filter);
                assert!(found.is_sorted(), "{id}: a filter never sorts");
                shared_out.extend(found);
            }
            shared_out.sort_unstable();
            assert_eq!(shared_out, (0..run.len()).collect::<Vec<_>>(), "{id}: {filters:?}");
        }
    }
}

#[test]
fn a_search_by_text_finds_what_the_row_says_and_slices_add_up_to_the_whole() {
    let listed = Catalogue(CATALOGUE).entries().next().expect("the catalogue has a scenario");
    let run = Run::of(listed.scenario());
    for language in LANGUAGES {
        let table = Table::of(&run, language);
        for event in (0..run.len()).step_by(7) {
            let words = table.event(event);
            let filter = Filter { text: words.to_uppercase(), ..Filter::default() };
            assert!(all_of(&table, &filter).contains(&event), "{words:?} finds itself, capitals or not");
            let slices: Vec<_> = (0..run.len()).step_by(5).flat_map(|from| table.matching(&filter, from, 5)).collect();
            assert_eq!(slices, all_of(&table, &filter));
        }
        let nothing = Filter { text: "no row says this".into(), ..Filter::default() };
        assert!(all_of(&table, &nothing).is_empty());
    }
}
