//! The strip under the scrubber: from each beat on, how few faults suffice to break a property. The later the beat the
//! more it takes, so neighbouring beats that take the same share a piece, and there are few pieces.

use super::button::asked;
use super::deed::Deed;
use super::inquiry::{Asked, Course};
use crate::ui::context::Laboratory;
use crate::ui::store::{Action, Bench};
use faultline::say;
use faultline::scenario::explore::{IN_ALL_DEFAULT, Reached};
use faultline::scenario::words::instant;
use faultline::scenario::work::{Answer, Task};
use faultline::sim::time::Instant;
use faultline::text::Text;
use web_sys::HtmlElement;
use yew::prelude::*;

/// More instants than this are not asked for: of the beats that many, spread evenly.
const INSTANTS_MAX: usize = 120;

/// From the start and from each beat of the run on the screen: any safety property, crashes and lost messages.
pub fn asked_for_strip(bench: &Bench) -> Option<Asked> {
    let asked = asked(bench, false);
    let Task::Explore(question) = asked.task else { return None };
    let beats = bench.run.beats.iter().map(|beat| bench.run.trace.event(beat.event).at);
    let mut instants: Vec<Instant> = [Instant::START].into_iter().chain(beats).collect();
    instants.dedup();
    let every = instants.len().div_ceil(INSTANTS_MAX).max(1);
    let instants = instants.into_iter().step_by(every).collect();
    Some(Asked { task: Task::Reach(question, instants), ..asked })
}

/// What beats next to each other have in common.
struct Piece {
    reached: Reached,
    from: Instant,
    /// The last of its instants.
    last: Instant,
    /// Where the next piece begins.
    to: Option<Instant>,
}

fn pieces(reached: &[(Instant, Reached)]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, reached) in reached.iter().copied() {
        match pieces.last_mut() {
            Some(piece) if piece.reached == reached => piece.last = at,
            before => {
                if let Some(piece) = before {
                    piece.to = Some(at);
                }
                pieces.push(Piece { reached, from: at, last: at, to: None });
            }
        }
    }
    pieces
}

/// The strip; nothing while nobody asked for it.
pub fn strip(laboratory: &Laboratory) -> Html {
    let Some(inquiry) = &laboratory.state.strip else { return Html::default() };
    let word = |en, zh| laboratory.words(&Text::new(en, zh));
    let bench = &laboratory.state.bench;
    let close = laboratory.act.on(|_: MouseEvent| Action::Explore(Deed::CloseStrip));
    // An edit makes another run: what was known of the last one is not true of it.
    let again =
        inquiry.asked.scenario != bench.run.scenario || matches!(inquiry.course, Course::Stopped | Course::Lost);
    let ask = asked_for_strip(bench)
        .filter(|_| again)
        .map(|asked| laboratory.act.on(move |_: MouseEvent| Action::Explore(Deed::Ask(Box::new(asked.clone())))));
    let reached = match &inquiry.answer {
        Some(Answer::Reached(reached)) if inquiry.asked.scenario == bench.run.scenario => &reached[..],
        _ => &[],
    };
    html! {
        <div class="reach" role="group" aria-label={word("How few faults suffice, from each beat on", "从每个关键步开始，最少几个故障就够")}
            aria-busy={inquiry.is_under_way().to_string()}>
            <div class="rail">
                { for pieces(reached).iter().map(|piece| draw(laboratory, piece)) }
            </div>
            <p class="muted small">
                { word("How few crashes or lost messages suffice from there", "从该处起最少几次崩溃或消息丢失就会出错") }
                if inquiry.is_under_way() { { word(" · searching", " · 搜索中") } }
                <span class="spring"></span>
                if let Some(ask) = ask {
                    <button type="button" class="quiet" onclick={ask}>{ word("Search again", "重新搜索") }</button>
                }
                <button type="button" class="quiet" id="close-strip" onclick={close}>{ word("Close", "关闭") }</button>
            </p>
        </div>
    }
}

/// A piece: as many crosses as it takes faults; it leads to its last beat, the last chance to break the run so easily.
fn draw(laboratory: &Laboratory, piece: &Piece) -> Html {
    let bench = &laboratory.state.bench;
    let percent = |at: Instant| 100.0 * bench.axis.px(at) / bench.axis.length().max(1.0);
    let (left, right) = (percent(piece.from), piece.to.map_or(100.0, percent));
    let (sign, kind, words) = match piece.reached {
        Reached::NotYet => ("…".to_owned(), "waits", Text::new("not searched yet", "尚未搜索")),
        Reached::Breaks(0) => {
            ("!".to_owned(), "breaks", Text::new("this run breaks a property by itself", "这次运行本身就违反性质"))
        }
        Reached::Breaks(1) => ("×".to_owned(), "breaks", Text::new("one fault suffices", "一个故障就够")),
        Reached::Breaks(count) => {
            ("×".repeat(count.into()), "breaks", say!("{count} faults suffice", "{count} 个故障就够"))
        }
        Reached::Stands => {
            let most = IN_ALL_DEFAULT;
            ("–".to_owned(), "stands", say!("nothing breaks with at most {most} faults", "最多 {most} 个故障不会出错"))
        }
        Reached::NotJudged => {
            ("?".to_owned(), "waits", Text::new("not judged: the search used up its bounds", "未判定：搜索用完了上限"))
        }
    };
    let (from, last) = (instant(piece.from), instant(piece.last));
    let label = match piece.from == piece.last {
        true => say!("From {from}: {words}", "从 {from} 起：{}", words.zh),
        false => say!("From {from} to {last}: {words}", "从 {from} 到 {last}：{}", words.zh),
    };
    let label = laboratory.words(&label);
    let event = bench.run.trace.event_at(piece.last);
    let press = laboratory.act.on(move |_: MouseEvent| Action::Go(event));
    html! { <Drawn key={piece.from.as_micros()} {left} width={right - left} {kind} {sign} {label} {press} /> }
}

#[derive(Clone, PartialEq, Properties)]
struct DrawnProps {
    /// In percent of the row.
    left: f64,
    width: f64,
    kind: &'static str,
    sign: String,
    label: String,
    press: Callback<MouseEvent>,
}

#[component]
fn Drawn(props: &DrawnProps) -> Html {
    let place = use_node_ref();
    {
        let place = place.clone();
        // The page's own policy forbids styles that stand in attributes.
        use_effect_with((props.left, props.width), move |(left, width)| {
            if let Some(piece) = place.cast::<HtmlElement>() {
                for (property, percent) in [("left", left), ("width", width)] {
                    drop(piece.style().set_property(property, &format!("{percent:.2}%")));
                }
            }
        });
    }
    html! {
        <button ref={place} type="button" class={classes!("piece", props.kind)} aria-label={props.label.clone()}
            title={props.label.clone()} onclick={props.press.clone()}>
            <span aria-hidden="true">{ props.sign.clone() }</span>
        </button>
    }
}
