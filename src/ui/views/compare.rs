//! Compare: runs side by side under the same seed and faults, on one shared axis under one pen. The first difference is
//! marked, what did not carry over is listed, what each cost is measured.

use super::flow::Flow;
use super::verdicts::standings;
use super::{Stage, StageProps, measures, use_scene};
use crate::ui::pen::Pen;
use crate::ui::selection::Selection;
use crate::ui::shared::Shared;
use crate::ui::store::{Action, Change};
use faultline::picture::axis::Axis;
use faultline::protocols::{CATALOGUE, Protocol};
use faultline::say;
use faultline::scenario::compare::{Difference, LeftBehind, carry, first_difference};
use faultline::scenario::run::{Run, Scene};
use faultline::scenario::words::{Words, instant, span};
use faultline::sim::time::Span;
use faultline::sim::trace::{Ending, EventIndex};
use faultline::text::Text;
use yew::prelude::*;

#[component]
pub fn Compare(props: &StageProps) -> Html {
    let stage = &props.stage;
    let difference = use_memo((stage.run.clone(), stage.compared.clone()), |(run, other)| {
        other.as_ref().and_then(|other| first_difference(run, other))
    });
    let left = use_memo((stage.run.clone(), stage.compared.clone()), |(run, other)| {
        other.as_ref().map(|other| left_behind(run, other)).unwrap_or_default()
    });
    let costs = use_memo((stage.run.clone(), stage.compared.clone()), |(run, other)| {
        [run].into_iter().chain(other).map(|run| run.measures()).collect::<Vec<_>>()
    });
    html! {
        <div class="compare">
            { choose(stage) }
            if let Some(other) = &stage.compared {
                { draw_difference(stage, other, *difference) }
                { draw_horizon(stage, other) }
                { draw_left(stage, other, &left) }
                <Sides stage={stage.clone()} other={other.clone()} difference={*difference} />
                <div class="scroll" tabindex="0" role="region" aria-label={stage.words(&Text::new("Measured costs", "测得的代价"))}>
                    { measures::measures(&costs, &names(stage, &[&stage.run, other]), stage.language) }
                </div>
            } else {
                { measures::measures(&costs, &names(stage, &[&stage.run]), stage.language) }
            }
        </div>
    }
}

/// The names of the runs' protocols; two of one protocol are told apart by a number.
fn names(stage: &Stage, runs: &[&Shared<Run>]) -> Vec<String> {
    let id = |run: &Run| run.scenario.protocol.id();
    let twins = runs.len() > 1 && runs.iter().all(|run| id(run) == id(runs[0]));
    let name = |(index, run): (usize, &&Shared<Run>)| {
        let name = stage.words(&run.scenario.protocol.name());
        if twins { format!("{name} ({})", index + 1) } else { name }
    };
    runs.iter().enumerate().map(name).collect()
}

/// Which protocol to compare with: every other one that does the same.
fn choose(stage: &Stage) -> Html {
    let compared = stage.compared.as_ref().map(|run| run.scenario.protocol.id());
    let mine = stage.run.scenario.protocol;
    let is_other = |other: &&&dyn Protocol| other.id() != mine.id() && other.family() == mine.family();
    let others = CATALOGUE.iter().filter(is_other).map(|protocol| {
        let protocol: &'static dyn Protocol = *protocol;
        let pressed = compared == Some(protocol.id());
        let press = stage.act.on(move |_: MouseEvent| Action::Compare((!pressed).then_some(protocol)));
        html! {
            <button type="button" class="button" onclick={press} aria-pressed={pressed.to_string()}>
                { stage.words(&protocol.name()) }
            </button>
        }
    });
    let seed = stage.run.scenario.seed;
    let faults = stage.run.scenario.faults.len();
    let same = match faults {
        0 => say!("The same seed ({seed}) and no faults under:", "相同种子（{seed}）、无故障，换用："),
        1 => say!("The same seed ({seed}) and the same fault under:", "相同种子（{seed}）、相同故障，换用："),
        count => say!(
            "The same seed ({seed}) and the same {count} faults under:",
            "相同种子（{seed}）、相同的 {count} 个故障，换用："
        ),
    };
    html! { <p class="choose"><span>{ stage.words(&same) }</span>{ for others }</p> }
}

fn draw_difference(stage: &Stage, other: &Run, difference: Option<Difference>) -> Html {
    let Some(difference) = difference else {
        return html! { <p class="first">{ stage.words(&Text::new("The two runs do the same to the end.", "两次运行自始至终完全相同。")) }</p> };
    };
    let at = instant(difference.at);
    let (ours, _) = difference.events(&stage.run, other);
    let event = ours.unwrap_or_else(|| stage.run.trace.event_at(difference.at));
    let press = stage.act.on(move |_: MouseEvent| Action::Go(event));
    let said = match difference.only_in_time {
        false => say!("They first differ at {at}.", "两者在 {at} 首次出现差异。"),
        true => say!("They take the same steps, from {at} on at other times.", "两者步骤相同，从 {at} 起时刻不同。"),
    };
    html! {
        <p class="first">
            <span>{ stage.words(&said) }</span>
            <button type="button" class="button" onclick={press}>{ stage.words(&Text::new("Go there", "跳到该处")) }</button>
        </p>
    }
}

/// How long two runs may be watched, each step long enough to see what the last one cut off.
const HORIZONS: [Span; 5] =
    [Span::seconds(10), Span::seconds(60), Span::seconds(600), Span::seconds(3_600), Span::seconds(86_400)];

/// Where a run was still going on when it was last looked at: offers to watch both for longer.
fn draw_horizon(stage: &Stage, other: &Run) -> Html {
    if stage.read_only || (stage.run.ending, other.ending) == (Ending::Quiescent, Ending::Quiescent) {
        return Html::default();
    }
    let now = stage.run.scenario.until;
    let Some(longer) = HORIZONS.into_iter().find(|longer| *longer > now) else { return Html::default() };
    let press = stage.act.on(move |_: MouseEvent| Action::Change(Change::Until(longer)));
    let (now, longer) = (span(now), span(longer));
    html! {
        <p class="first">
            <span>{ stage.words(&say!("Both are watched until {now}.", "两者都观察到 {now} 为止。")) }</span>
            <button type="button" class="button" onclick={press}>
                { stage.words(&say!("Watch until {longer}", "观察到 {longer}")) }
            </button>
        </p>
    }
}

/// The faults of this run that do not stand in the other one, if that was carried over from this one.
fn left_behind(run: &Run, other: &Run) -> Vec<LeftBehind> {
    if run.scenario.protocol.id() == other.scenario.protocol.id() {
        return Vec::new();
    }
    let carried = carry(run, other.scenario.protocol);
    if carried.scenario.faults == other.scenario.faults { carried.left_behind_by(other) } else { Vec::new() }
}

fn draw_left(stage: &Stage, other: &Run, left: &[LeftBehind]) -> Html {
    if left.is_empty() {
        return Html::default();
    }
    let scenario = &stage.run.scenario;
    let name = other.scenario.protocol.name();
    let (en, zh) = (name.en, name.zh);
    let head = say!("Not carried over to {en}", "没有沿用到{zh}");
    html! {
        <section class="left">
            <h2>{ stage.words(&head) }</h2>
            <ul>
                { for left.iter().filter_map(|left| {
                    let fault = scenario.faults.get(usize::from(left.fault))?;
                    let fault = Words::new(scenario.protocol, &stage.run.topology).fault(fault);
                    Some(html! { <li><span>{ stage.words(&fault) }</span>{ " " }<span class="muted">{ stage.words(&left.why) }</span></li> })
                }) }
            </ul>
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SidesProps {
    stage: Stage,
    other: Shared<Run>,
    difference: Option<Difference>,
}

/// The runs under one another, on one axis and under one pen: where the page's pen stands in time, both of them stand.
#[component]
fn Sides(props: &SidesProps) -> Html {
    let (stage, other) = (&props.stage, &props.other);
    let axis = use_memo((stage.run.clone(), other.clone(), stage.axis.scale()), |(run, other, scale)| {
        Shared::new(Axis::shared(&[run, other], *scale))
    });
    let pen = use_memo((), |()| Pen::default());
    {
        let (pen, shared, theirs) = (pen.clone(), axis.clone(), stage.axis.clone());
        let now = theirs.instant(stage.pen.position()).max(stage.at());
        let listen_to = stage.pen.clone();
        use_effect_with((stage.axis.clone(), (*axis).clone(), stage.cursor), move |_| {
            pen.set(shared.px(now));
            let listening = listen_to.listen(move |px| pen.set(shared.px(theirs.instant(px))));
            move || drop(listening)
        });
    }
    let cursor = other.trace.event_at(stage.at());
    let scene = use_scene(other, cursor);
    let events = props.difference.map(|difference| difference.events(&stage.run, other)).unwrap_or_default();
    let side = |run: &Shared<Run>, scene: &Shared<Scene>, cursor: EventIndex, marked: Option<EventIndex>| Stage {
        run: run.clone(),
        axis: (*axis).clone(),
        scene: scene.clone(),
        cursor,
        ghost: None,
        preview: None,
        compared: None,
        // The first difference is outlined in both.
        selection: marked.map_or(Selection::None, Selection::Event),
        first_play: false,
        read_only: true,
        pen: (*pen).clone(),
        ..stage.clone()
    };
    let sides = [side(&stage.run, &stage.scene, stage.cursor, events.0), side(other, &scene, cursor, events.1)];
    let names = names(stage, &[&stage.run, other]);
    html! {
        <>
            <div class="sides">
                { for sides.iter().zip(&names).map(|(side, name)| html! {
                    <section class="side">
                        <h2>{ name.clone() }</h2>
                        <div class="flow"><Flow stage={side.clone()} /></div>
                    </section>
                }) }
            </div>
            <div class="halves">
                { for sides.iter().zip(&names).map(|(side, name)| html! {
                    <section>
                        <h2>{ name.clone() }</h2>
                        { standings(&side.run, side.cursor, stage.language, None) }
                    </section>
                }) }
            </div>
        </>
    }
}
