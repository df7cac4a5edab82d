//! A found run on the screen, with the visitor's own beside it, until one of the two is left: the found run is played,
//! broken and undone as any run is, on one axis with the visitor's.

use super::inquiry::{Course, Inquiry};
use crate::ui::address;
use crate::ui::lab;
use crate::ui::shared::Shared;
use crate::ui::store::history::{History, Past};
use crate::ui::store::{EntryHandle, Section, State};
use crate::ui::verdict::decided_at;
use faultline::check::{Property, Verdict};
use faultline::picture::axis::{Axis, Scale};
use faultline::protocols::parameter::ParameterKind;
use faultline::protocols::{Parameter, Value};
use faultline::say;
use faultline::scenario::Scenario;
use faultline::scenario::link::Link;
use faultline::scenario::run::Run;
use faultline::scenario::words::Words;
use faultline::sim::time::Instant;
use faultline::sim::trace::EventIndex;
use faultline::text::Text;
use std::rc::Rc;

/// The visitor's run, as it was left, while a found one is looked at.
#[derive(Clone)]
pub struct Beside {
    pub run: Shared<Run>,
    entry: Option<EntryHandle>,
    event: EventIndex,
    at: Instant,
    history: History,
    section: Option<Section>,
    /// What stands after the `#` meanwhile: a found run has a link, but is no page before it is kept.
    pub address: Rc<str>,
    /// Why the found run was opened, in a sentence.
    pub why: Text,
}

impl Beside {
    /// One axis for a run on the screen and the one beside it.
    #[inline(never)] // Loaded later.
    pub fn axis_with(&self, run: &Run, scale: Scale) -> Shared<Axis> {
        Shared::new(Axis::shared(&[run, &self.run], scale))
    }
}

/// A run to be opened beside the visitor's, where it breaks a property.
#[derive(Clone)]
pub struct Opening {
    pub scenario: Scenario,
    pub entry: Option<EntryHandle>,
    pub property: &'static Property,
}

impl Inquiry {
    /// What opens the first break that was found.
    pub fn opening(&self) -> Option<Opening> {
        let link = Link::read(&self.found()?.link, address::CATALOGUE).ok()?;
        let entry = self.asked.entry.filter(|_| self.asked.mistake.is_none());
        Some(Opening { scenario: link.scenario, entry, property: self.broken()? })
    }
}

/// Opens what the search has just found, if the visitor has waited for it and done nothing else.
pub fn open_answer(state: &mut State) {
    let Some(inquiry) = state.inquiry.clone() else { return };
    let bench = &state.bench;
    let waited = bench.run == inquiry.run && !bench.playing && bench.popover.is_none();
    if inquiry.course == Course::Answered
        && waited
        && let (Some(opening), Some(said)) = (inquiry.opening(), inquiry.said())
    {
        open(state, opening);
        state.say(said);
    }
}

/// Puts a found run on the screen, paused where it breaks, its faults listed, the visitor's run beside it.
pub fn open(state: &mut State, opening: Opening) {
    let address = address::of(state).into();
    let bench = &mut state.bench;
    let run = lab::begin(opening.scenario);
    let judged = run.verdicts.iter().find(|judged| judged.property.id == opening.property.id);
    let event = judged.map_or(0, |judged| decided_at(&run, judged));
    let why = match judged.map(|judged| &judged.verdict) {
        Some(Verdict::Violated { why, .. } | Verdict::NotYet { why }) => why.clone(),
        _ => opening.property.title.clone(),
    };
    let said = why.clone();
    let beside = match &bench.beside {
        Some(beside) => Beside { why, ..(**beside).clone() },
        None => Beside {
            run: bench.run.clone(),
            entry: bench.entry,
            event: bench.cursor,
            at: bench.at(),
            history: bench.history.clone(),
            section: bench.section,
            address,
            why,
        },
    };
    bench.touch();
    bench.playing = false;
    bench.beside = Some(Shared::new(beside));
    bench.entry = opening.entry;
    bench.history = History::default();
    bench.section = Some(Section::Faults);
    bench.sheet = false;
    bench.replace_run(run);
    bench.seek(event);
    state.say(said);
}

/// The found run becomes the visitor's: undoing leads back to theirs.
pub fn keep(state: &mut State) {
    let bench = &mut state.bench;
    let Some(beside) = bench.beside.take() else { return };
    let scenario = beside.run.scenario.clone();
    let edit = Text::new("Keeping the found run", "保留找到的运行");
    bench.history = beside.history.clone();
    bench.history.edited(Past { scenario, at: beside.at, event: beside.event, edit });
    bench.remember(&beside.run);
    bench.rescale(bench.axis.scale());
    state.visits += 1;
    state.notify(Text::new("Kept: this is your run now", "已保留：现在这就是您的运行"));
}

/// The visitor's run comes back as it was left.
pub fn leave(state: &mut State) {
    let bench = &mut state.bench;
    let Some(beside) = bench.beside.take() else { return };
    bench.touch();
    bench.playing = false;
    bench.entry = beside.entry;
    bench.history = beside.history.clone();
    bench.section = beside.section;
    // The worker knows only the run that it made last.
    let elsewhere = beside.run.is_elsewhere();
    bench.replace_run(if elsewhere { lab::begin(beside.run.scenario.clone()) } else { beside.run.clone() });
    bench.seek(beside.event);
    state.notify(Text::new("Back to your run", "已回到您的运行"));
}

/// Whether a fault of the run on the screen is none of the visitor's run.
pub fn is_new(beside: Option<&Beside>, run: &Run, index: usize) -> bool {
    let Some(beside) = beside else { return false };
    // Equal faults may stand in a list twice: so many as the visitor has are theirs.
    let fault = &run.scenario.faults[index];
    let theirs = beside.run.scenario.faults.iter().filter(|other| *other == fault).count();
    run.scenario.faults[..index].iter().filter(|other| *other == fault).count() >= theirs
}

/// What the run on the screen has that the visitor's has not: faults, each with the step at which it strikes, and what
/// else its scenario says.
pub fn differences(beside: &Beside, run: &Run) -> Vec<(Text, Option<EventIndex>)> {
    let (theirs, scenario) = (&beside.run.scenario, &run.scenario);
    let words = Words::new(scenario.protocol, &run.topology);
    let mut all = Vec::new();
    for parameter in scenario.protocol.parameters() {
        let value = scenario.values.get(parameter.key);
        if let Some(value) = value.filter(|_| theirs.values.get(parameter.key) != value) {
            let (name, value) = (&parameter.name, value_words(parameter, value));
            all.push((say!("{name}: {value}", "{}：{}", name.zh, value.zh), None));
        }
    }
    if theirs.seed != scenario.seed {
        let seed = scenario.seed;
        all.push((say!("Seed {seed}", "种子 {seed}"), None));
    }
    for (index, fault) in scenario.faults.iter().enumerate().filter(|(index, _)| is_new(Some(beside), run, *index)) {
        let strikes = run.trace.struck.get(index).and_then(|steps| steps.first());
        all.push((words.fault(fault), strikes.map(|step| run.trace.event_of(*step))));
    }
    all
}

/// A value as the form of parameters names it.
fn value_words(parameter: &Parameter, value: Value) -> Text {
    let choice = match (&parameter.kind, value) {
        (ParameterKind::Choice(choices), Value::Choice(key)) => choices.iter().find(|choice| choice.key == key),
        _ => None,
    };
    choice.map_or_else(|| say!("{value}", "{value}"), |choice| choice.name.clone())
}
