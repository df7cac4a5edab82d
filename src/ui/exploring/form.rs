//! The question as a form: how to search, which property, which kinds of faults, how many of them, from where, how far.

use super::button::asked;
use super::deed::Deed;
use super::fields;
use super::inquiry::{Asked, under_way};
use super::strip::asked_for_strip;
use crate::ui::context::{Laboratory, LaboratoryProps};
use crate::ui::store::Action;
use faultline::check::worlds::TimerRule;
use faultline::scenario::explore::{BY_ORDER, IN_ALL_DEFAULT, Kind};
use faultline::scenario::link::Link;
use faultline::scenario::load_test::{LoadTest, REQUESTS_MAX};
use faultline::scenario::work::Task;
use faultline::scenario::{Scenario, checked};
use faultline::text::Text;
use yew::prelude::*;

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// For faults in time.
    Faults,
    /// Through every order, without time.
    Orders,
    /// Many seeds of the scenario.
    Seeds,
    /// The scenario under very many requests.
    Load,
}

/// What is chosen in the form.
#[derive(Clone, PartialEq)]
pub struct Wanted {
    pub way: Way,
    /// Every safety property, if none; see [`Wanted::property`].
    pub property: Option<&'static str>,
    pub kinds: Vec<Kind>,
    pub at_most: u8,
    pub from_here: bool,
    pub timers: TimerRule,
    pub bounds: checked::Bounds,
    pub seeds: u32,
    pub requests: u32,
}

/// How many seeds are tried where nothing else is chosen.
const SEEDS: u32 = 1_000;

impl Default for Wanted {
    /// What the button beneath the flow asks.
    fn default() -> Wanted {
        Wanted {
            way: Way::Faults,
            property: None,
            kinds: vec![Kind::Crash, Kind::Drop],
            at_most: IN_ALL_DEFAULT,
            from_here: true,
            timers: TimerRule::Patient,
            bounds: checked::Bounds::default(),
            seeds: SEEDS,
            requests: REQUESTS_MAX,
        }
    }
}

impl Wanted {
    /// The property that is chosen, unless this scenario's parameters have been changed so that it is not judged.
    pub fn property(&self, scenario: &Scenario) -> Option<&'static str> {
        self.property.filter(|id| scenario.property(id).is_ok())
    }

    /// The kinds of faults that are chosen and that this way of searching can place.
    pub fn placed(&self) -> impl Iterator<Item = Kind> {
        self.kinds.iter().copied().filter(|kind| self.places(*kind))
    }

    /// Without time there is nothing to delay and no clock.
    pub fn places(&self, kind: Kind) -> bool {
        self.way == Way::Faults || checked::places(kind)
    }

    /// Why a search cannot begin: one for faults needs some to try, and times to place them at.
    fn missing(&self, scenario: &Scenario) -> Option<Text> {
        match self.way {
            Way::Faults if scenario.schedule.is_some() => Some(BY_ORDER),
            Way::Load if !LoadTest::is_possible(scenario) => {
                Some(Text::new("this run has no load that could be any size", "这次运行没有可任意放大的负载"))
            }
            Way::Faults if self.kinds.is_empty() => {
                Some(Text::new("choose at least one kind of fault", "请至少选择一种故障"))
            }
            _ => None,
        }
    }

    /// The question that is chosen, about the run on the screen.
    fn asked(&self, laboratory: &Laboratory) -> Asked {
        let asked = asked(&laboratory.state.bench, self.from_here && self.way == Way::Faults);
        let chosen = self.property(&asked.scenario);
        let properties = || chosen.iter().map(|id| (*id).to_owned()).collect();
        let link = Link::of(asked.scenario.clone());
        let task = match (self.way, asked.task) {
            (Way::Faults, Task::Explore(question)) => {
                let mut question = question.with_kinds(self.placed(), self.at_most);
                question.properties = properties();
                Task::Explore(question)
            }
            (Way::Orders, _) => Task::Check(checked::Question {
                properties: properties(),
                faults: self.placed().map(Kind::key).collect::<Vec<_>>().join(","),
                at_most: Some(self.at_most),
                timers: self.timers,
                bounds: self.bounds,
                ..checked::Question::of(&link)
            }),
            (Way::Seeds, _) => Task::Sample(link.to_string(), self.seeds),
            (Way::Load, _) => Task::LoadTest(link.to_string(), self.requests),
            (Way::Faults, other) => other,
        };
        Asked { task, ..asked }
    }
}

pub type Choosing = UseStateHandle<Wanted>;

#[component]
pub fn Form(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let choosing = use_state_eq(Wanted::default);
    let missing = choosing.missing(&laboratory.state.bench.run.scenario);
    let goes_on = under_way(&laboratory.state).is_some();
    let onsubmit = {
        let (laboratory, choosing) = (laboratory.clone(), choosing.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            laboratory.act.emit(Action::Explore(Deed::Ask(Box::new(choosing.asked(&laboratory.now())))));
        })
    };
    let stop = laboratory.act.on(|_: MouseEvent| Action::Explore(Deed::Stop));
    let word = |en, zh| laboratory.words(&Text::new(en, zh));
    html! {
        <form class="asks" {onsubmit}>
            { fields::ways(laboratory, &choosing) }
            { match choosing.way {
                Way::Faults => html! {
                    <>
                        { fields::properties(laboratory, &choosing) }
                        { fields::kinds(laboratory, &choosing) }
                        { fields::how_many(laboratory, &choosing) }
                        { fields::from_where(laboratory, &choosing) }
                    </>
                },
                Way::Orders => html! {
                    <>
                        { fields::properties(laboratory, &choosing) }
                        { fields::kinds(laboratory, &choosing) }
                        { fields::how_many(laboratory, &choosing) }
                        { fields::timers(laboratory, &choosing) }
                        { fields::bounds(laboratory, &choosing) }
                    </>
                },
                Way::Seeds => fields::seeds(laboratory, &choosing),
                Way::Load => fields::requests(laboratory, &choosing),
            } }
            <p class="go">
                <button class="button first" id="explore-start" disabled={missing.is_some()}>{ word("Start", "开始") }</button>
                <button type="button" class="button" id="explore-stop" onclick={stop} disabled={!goes_on}>{ word("Cancel", "取消") }</button>
                if let Some(missing) = missing { <span class="muted" role="status">{ laboratory.words(&missing) }</span> }
                { strip_switch(laboratory) }
            </p>
        </form>
    }
}

/// Opens the strip under the scrubber, or closes it.
fn strip_switch(laboratory: &Laboratory) -> Html {
    let open = laboratory.state.strip.is_some();
    if !open && laboratory.state.bench.run.scenario.schedule.is_some() {
        return Html::default();
    }
    let act = laboratory.act.clone();
    let press = laboratory.act.on(move |_: MouseEvent| {
        let state = act.state();
        let asked = asked_for_strip(&state.bench).filter(|_| state.strip.is_none());
        Action::Explore(asked.map_or(Deed::CloseStrip, |asked| Deed::Ask(Box::new(asked))))
    });
    html! {
        <button type="button" class="button" id="explore-strip" aria-pressed={open.to_string()} onclick={press}>
            { laboratory.words(&Text::new("Mark every beat under the scrubber", "在进度条下标出每个关键步")) }
        </button>
    }
}
