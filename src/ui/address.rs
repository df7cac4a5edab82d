//! The address: what stands after the `#` is the page that is shown. Reading it gives a state, a state writes it.

use super::store::{Bench, ComparisonHandle, EntryHandle, Place, Section, State, Theme, moving};
use super::{environment, lab};
use faultline::protocols::{self, COMPARISONS};
use faultline::say;
use faultline::scenario::bad::Bad;
use faultline::scenario::catalogue::{Catalogue, Listed};
use faultline::scenario::link::{self, Link};
use faultline::scenario::run::Run;
use faultline::text::{Language, Text};
use std::rc::Rc;

/// The protocols that this page knows.
pub const CATALOGUE: Catalogue = Catalogue(protocols::CATALOGUE);

/// The front page's address.
pub const FRONT: &str = "1/";

/// What the address of a comparison begins with.
const COMPARISON: &str = "1/compare/";

/// The scenario that runs on the front page.
pub fn opening() -> Listed {
    CATALOGUE.opening().expect("the catalogue is not empty")
}

/// The address of a catalogue scenario.
pub fn of_entry(id: &str) -> String {
    format!("#1/{id}")
}

/// The address of a comparison.
pub fn of_comparison(id: &str) -> String {
    format!("#{COMPARISON}{id}")
}

/// The state of a page that has just been opened at an address. `still` is for people who asked for less motion: the run
/// then stands at its last beat instead of playing.
pub fn first(text: &str, language: Language, theme: Theme, still: bool) -> State {
    let listed = opening();
    let state = State {
        language,
        theme,
        frame: Default::default(),
        place: Place::Front,
        bench: Bench::open(listed.scenario(), Some(EntryHandle(listed.entry))),
        saying: Default::default(),
        says_when_shown: false,
        inquiry: None,
        strip: None,
        shares: false,
        help: false,
        acts: 0,
        visits: 0,
        still,
    };
    visit(&state, text)
}

/// The state after going to an address.
pub fn visit(state: &State, text: &str) -> State {
    let text = text.trim_start_matches('#');
    let mut next = state.clone();
    (next.help, next.shares) = (false, false);
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    if matches!(path, "" | "1" | FRONT) {
        if is_held(state) || asks_for_frame(query) {
            // A frame shows a run and no table of contents.
            return visit(state, &format!("{FRONT}{}?{query}", opening().entry.id));
        }
        front(&mut next, query);
        return next;
    }
    if let Some(id) = path.strip_prefix(COMPARISON) {
        compare(&mut next, state, text, id);
        return next;
    }
    match Link::read(text, CATALOGUE) {
        Ok(link) => open(&mut next, link),
        Err(problem) => troubled(&mut next, state, text, *problem),
    }
    next
}

/// Says what is wrong with an address.
fn troubled(next: &mut State, state: &State, text: &str, problem: Bad) {
    let query = text.split_once('?').map_or("", |(_, query)| query);
    next.bench.playing = false;
    next.frame.embedded = is_held(state) || asks_for_frame(query);
    next.place = Place::Trouble { text: text.into(), problem: Rc::new(problem) };
}

fn unknown_comparison(text: &str, id: &str) -> Bad {
    let start = text.find(COMPARISON).map_or(0, |at| at + COMPARISON.len());
    let known = COMPARISONS.iter().map(|comparison| comparison.id).collect::<Vec<_>>().join(", ");
    Bad {
        part: id.chars().take(60).collect(),
        range: start..start + id.len(),
        what: Text::new("there is no comparison of this name", "没有这个名称的对比"),
        mend: say!("There are {known}", "现有：{known}"),
        nearest: None,
    }
}

/// Shows a comparison; the run on the screen waits.
#[inline(never)] // Loaded later.
fn compare(next: &mut State, state: &State, text: &str, id: &str) {
    let Some(comparison) = COMPARISONS.iter().find(|comparison| comparison.id == id) else {
        return troubled(next, state, text, unknown_comparison(text, id));
    };
    let query = text.split_once('?').map_or("", |(_, query)| query);
    read_looks(next, query);
    next.bench.playing = false;
    next.frame.embedded = is_held(state) || asks_for_frame(query);
    next.place = Place::Comparison(ComparisonHandle(comparison));
}

/// The language and the theme that an address asks for.
fn read_looks(state: &mut State, query: &str) {
    for part in query.split('&') {
        match part {
            "lang=en" => state.language = Language::English,
            "lang=zh" => state.language = Language::SimplifiedChinese,
            "theme=light" => state.theme = Theme::Light,
            "theme=dark" => state.theme = Theme::Dark,
            _ => {}
        }
    }
}

/// Whether this is a frame in somebody's page: it stays one, and who may break its run stays as it was, wherever links
/// beside it lead. So these need not say it, and open the full page where there is no frame.
fn is_held(state: &State) -> bool {
    state.frame.embedded && environment::is_framed()
}

/// Whether a link says so much, even one that cannot be opened.
fn asks_for_frame(query: &str) -> bool {
    query.split('&').any(|part| matches!(part, "embed" | "embed=1"))
}

fn front(state: &mut State, query: &str) {
    read_looks(state, query);
    if state.place != Place::Front {
        let listed = opening();
        state.bench = Bench::open(listed.scenario(), Some(EntryHandle(listed.entry)));
        state.place = Place::Front;
    }
    state.frame = Default::default();
    begin(state);
}

/// Plays from the start, or stands where the first play would end.
fn begin(state: &mut State) {
    let bench = &mut state.bench;
    if state.still {
        bench.touched = true;
        bench.seek(moving::resting_place(&bench.run));
    } else {
        bench.seek(bench.plays_from());
        bench.playing = true;
    }
}

fn open(state: &mut State, link: Link) {
    let same_run = state.place == Place::Scenario && state.bench.run.scenario == link.scenario;
    let held = is_held(state);
    if let Some(language) = link.language {
        state.language = language;
    }
    if let Some(theme) = link.theme {
        state.theme = match theme {
            link::Theme::Light => Theme::Light,
            link::Theme::Dark => Theme::Dark,
        };
    }
    if held && same_run {
        return turn(state, &link);
    }
    state.frame.embedded = held || link.embed;
    state.frame.read_only = link.readonly || held && state.frame.read_only;
    // The link that the page itself has just written: everything is as it should be.
    let warning = link.warning();
    let mut bench = Bench::open(link.scenario.clone(), link.entry.map(EntryHandle));
    bench.expected = link.digest;
    let whole = link.digest.filter(|_| !lab::is_begun(&bench.run));
    bench.warning = warning.or_else(|| whole.and_then(|digest| link::mismatch(digest, bench.run.digest)));
    bench.section = section_of(&link, &bench.run);
    bench.sheet = bench.section.is_some();
    bench.range = link.play.unwrap_or_default();
    bench.compare_with(link.compare.first().copied());
    if bench.compared.is_some() {
        bench.section = Some(Section::Compare);
    }
    state.bench = bench;
    state.place = Place::Scenario;
    match link.at {
        Some(at) => {
            let event = state.bench.run.trace.event_at(at);
            state.bench.touched = true;
            state.bench.seek(event);
        }
        None => begin(state),
    }
}

/// A frame is led through its run by links beside it: nothing is made anew, and the pen goes where the link says.
#[inline(never)] // Loaded later.
fn turn(state: &mut State, link: &Link) {
    let bench = &mut state.bench;
    bench.touch();
    bench.range = link.play.unwrap_or_default();
    bench.section = section_of(link, &bench.run);
    match link.at {
        Some(at) => {
            bench.playing = false;
            bench.glide(at);
        }
        None => begin(state),
    }
}

/// The first section that a link opens, of those that the run has.
fn section_of(link: &Link, run: &Run) -> Option<Section> {
    link.view.iter().find_map(|key| Section::of(run).find(|section| section.key() == key))
}

/// What stands after the `#` for a state.
pub fn of(state: &State) -> String {
    match &state.place {
        Place::Front => FRONT.to_owned(),
        Place::Trouble { text, .. } => text.to_string(),
        Place::Comparison(comparison) => {
            let embed = if state.frame.embedded { "?embed=1" } else { "" };
            format!("{COMPARISON}{}{embed}", comparison.0.id)
        }
        Place::Scenario => {
            let bench = &state.bench;
            if let Some(beside) = &bench.beside {
                return beside.address.to_string();
            }
            let paused = bench.touched && !bench.playing;
            let at = paused.then(|| bench.at()).filter(|_| bench.cursor > 0);
            Link { at, ..link_of(state) }.to_string()
        }
    }
}

/// The link of the run on the screen, as it is shown.
fn link_of(state: &State) -> Link {
    let bench = &state.bench;
    let mut link = Link::of(bench.run.scenario.clone());
    link.entry = bench.entry.map(|entry| entry.0);
    link.view = bench.section.iter().map(|section| section.key().to_owned()).collect();
    link.compare = bench.compared.iter().map(|run| run.scenario.protocol).collect();
    link.play = (bench.range != link::Range::default()).then_some(bench.range);
    link.embed = state.frame.embedded;
    link.readonly = state.frame.read_only;
    link
}

/// The link of the run as it is on the screen, for the page around a frame: from this instant, and whatever shows it.
pub fn here(state: &State) -> String {
    if state.place != Place::Scenario {
        return of(state);
    }
    Link { at: Some(state.bench.at()), embed: false, readonly: false, ..link_of(state) }.to_string()
}

/// The link out of a frame to the full page: as it stands there, in the language that it is read in.
pub fn way_out(state: &State) -> String {
    let at = state.bench.touched.then(|| state.bench.at());
    let language = Some(state.language).filter(|language| *language != environment::language());
    let link = Link { embed: false, readonly: false, language, ..link_of(state) };
    link.sharing(&state.bench.run, at).fragment()
}

/// The link to hand to others: it carries the run's digest; from the instant on screen if wanted.
pub fn to_share(state: &State, from_here: bool) -> Link {
    let at = from_here.then(|| state.bench.at());
    let link = link_of(state).sharing(&state.bench.run, at);
    Link { embed: false, readonly: false, ..link }
}
