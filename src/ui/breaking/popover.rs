//! The popover of verbs: arrows choose, Enter applies, Escape closes; the verb under the focus or the pointer shows what
//! it would lead to.

use super::targets::{FLOW_ID, places, selection_anchor};
use super::verbs::{Verb, durations, of_sweep, verbs};
use crate::ui::context::{Laboratory, LaboratoryProps};
use crate::ui::selection::{Anchor, Sweep, Target};
use crate::ui::store::Action;
use crate::ui::store::bench::Popover as Open;
use crate::ui::{environment, verdict, words};
use faultline::say;
use faultline::scenario::run::Judged;
use faultline::scenario::words::{Words, span};
use faultline::sim::trace::NodeId;
use faultline::text::Text;
use gloo::render::{AnimationFrame, request_animation_frame};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlSelectElement};
use yew::prelude::*;

/// Between the target and the popover, and between the popover and the edge of the window, in pixels.
const MARGIN_PX: f64 = 12.0;

/// What was chosen in the open popover, by its place in each list.
#[derive(Clone, Copy, PartialEq)]
struct Choices {
    target: usize,
    place: usize,
    lasting: usize,
    verb: usize,
}

impl Default for Choices {
    fn default() -> Choices {
        Choices { target: 0, place: 0, lasting: 1, verb: 0 }
    }
}

/// The popover of what was pointed at.
#[component]
pub fn Popover(LaboratoryProps { laboratory }: &LaboratoryProps) -> Html {
    let choices = use_state_eq(Choices::default);
    let root = use_node_ref();
    let (anchor, (head, offered)) = match &laboratory.state.bench.popover {
        None => (Anchor::default(), (Html::default(), Vec::new())),
        Some(Open::Verbs(pointing)) => (pointing.anchor, for_targets(laboratory, &choices, &pointing.targets)),
        Some(Open::Swept(sweep, anchor)) => (*anchor, for_sweep(laboratory, sweep, *anchor)),
    };
    {
        let root = root.clone();
        use_effect_with(anchor, move |anchor| {
            let frame = Rc::new(RefCell::new(None));
            place_soon(root, *anchor, frame.clone(), FRAMES_MAX);
            move || drop(frame.take())
        });
    }
    menu(laboratory, &choices, &root, head, &offered)
}

/// The verbs for the first of the targets, or the one chosen among them.
fn for_targets(laboratory: &Laboratory, choices: &UseStateHandle<Choices>, targets: &[Target]) -> (Html, Vec<Verb>) {
    let Choices { target: chosen, place, lasting, .. } = **choices;
    let bench = &laboratory.state.bench;
    let target = targets[chosen.min(targets.len() - 1)];
    let words = Words::new(bench.run.scenario.protocol, &bench.run.topology);
    let name_of = |target: &Target| match target {
        Target::Message(message) => words.message(&bench.run.trace.message(*message).name),
        Target::Node { node, .. } => crate::ui::sentence::node(&bench.run, &bench.scene, *node),
    };
    let places = match target {
        Target::Node { node, event } => places(bench, node, event),
        Target::Message(_) => Vec::new(),
    };
    let durations = durations(bench);
    let at = places.get(place).or(places.first()).copied();
    let here = at.unwrap_or(faultline::sim::fault::Place::At(bench.at()));
    let offered = verbs(bench, target, here, durations.get(lasting).copied());
    let say = |text: &Text| laboratory.words(text);
    let pick = |set: fn(&mut Choices, usize)| {
        let choices = choices.clone();
        Callback::from(move |index: usize| {
            let mut changed = *choices;
            set(&mut changed, index);
            choices.set(changed);
        })
    };
    let head = html! {
        <>
            if targets.len() > 1 {
                { select(&say(&words::BREAK_WHAT), chosen, targets.iter().map(|t| say(&name_of(t))).collect(),
                    pick(|choices, index| *choices = Choices { target: index, ..Choices::default() })) }
            } else {
                <h2>{ say(&name_of(&target)) }</h2>
            }
            if places.len() > 1 {
                { select(&say(&words::WHEN), place, places.iter().map(|p| say(&words.when(p))).collect(),
                    pick(|choices, index| choices.place = index)) }
            }
            if !places.is_empty() {
                { select(&say(&words::HOW_LONG), lasting, {
                    let finite = durations.iter().map(|d| span(*d));
                    finite.chain([say(&words::FOR_GOOD)]).collect()
                }, pick(|choices, index| choices.lasting = index)) }
            }
        </>
    };
    (head, offered)
}

/// A labelled choice.
fn select(name: &str, chosen: usize, options: Vec<String>, pick: Callback<usize>) -> Html {
    let onchange = Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            pick.emit(usize::try_from(select.selected_index()).unwrap_or(0));
        }
    });
    html! {
        <label class="choice">
            <span>{ name.to_owned() }</span>
            <select class="field" {onchange}>
                { for options.into_iter().enumerate().map(|(index, option)| html! {
                    <option selected={index == chosen}>{ option }</option>
                }) }
            </select>
        </label>
    }
}

/// What can fill a span; the sides of a partition are edited here.
fn for_sweep(laboratory: &Laboratory, sweep: &Sweep, anchor: Anchor) -> (Html, Vec<Verb>) {
    let bench = &laboratory.state.bench;
    let head = match sweep {
        Sweep::Across { sides, .. } => {
            let toggle = |node: NodeId| {
                let sweep = with_node_moved(sweep, node);
                laboratory.act.on(move |_: MouseEvent| Action::Swept(sweep.clone(), anchor))
            };
            html! {
                <div class="sides" role="group" aria-label={laboratory.words(&words::SIDES)}>
                    { for (0..bench.run.topology.nodes.len() as u8).map(NodeId).map(|node| html! {
                        <button class="button" aria-pressed={sides[0].contains(&node).to_string()} onclick={toggle(node)}>
                            { bench.run.topology.name(node) }
                        </button>
                    }) }
                </div>
            }
        }
        Sweep::Along { node, .. } => html! { <h2>{ bench.run.topology.name(*node) }</h2> },
    };
    (head, of_sweep(bench, sweep))
}

/// The sweep with a node on the other side; neither side is ever left empty.
fn with_node_moved(sweep: &Sweep, node: NodeId) -> Sweep {
    let mut sweep = sweep.clone();
    if let Sweep::Across { sides: [one, other], .. } = &mut sweep {
        let (from, to) = if one.contains(&node) { (one, other) } else { (other, one) };
        if from.len() > 1 || !from.contains(&node) {
            from.retain(|known| *known != node);
            to.push(node);
            to.sort_unstable();
        }
    }
    sweep
}

/// The list of verbs, with what the one under the focus would change.
fn menu(
    laboratory: &Laboratory,
    choices: &UseStateHandle<Choices>,
    root: &NodeRef,
    head: Html,
    verbs: &[Verb],
) -> Html {
    let current = choices.verb.min(verbs.len().saturating_sub(1));
    let onkeydown = {
        let (root, act, count) = (root.clone(), laboratory.act.clone(), verbs.len());
        Callback::from(move |event: KeyboardEvent| {
            let in_choice = environment::is_typing(event.target());
            let next = match event.key().as_str() {
                "Escape" => {
                    event.prevent_default();
                    act.emit(Action::Leave);
                    return environment::focus(FLOW_ID);
                }
                _ if in_choice => return,
                "ArrowDown" => (current + 1) % count.max(1),
                "ArrowUp" => (current + count.max(1) - 1) % count.max(1),
                "Home" => 0,
                "End" => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(root) = root.cast::<HtmlElement>() {
                focus_item(&root, next);
            }
        })
    };
    let items = verbs.iter().enumerate().map(|(index, verb)| {
        let change = verb.change.clone();
        let apply = laboratory.act.on(move |_: MouseEvent| Action::Change(change.clone()));
        let onclick = Callback::from(move |event| {
            apply.emit(event);
            environment::focus(FLOW_ID);
        });
        let show = {
            let (act, change, choices) = (laboratory.act.clone(), verb.change.clone(), choices.clone());
            move || {
                choices.set(Choices { verb: index, ..*choices });
                act.emit(Action::Preview(Some(change.clone())));
            }
        };
        let (onfocus, onpointerenter) = (show.clone(), show);
        html! {
            <button role="menuitem" key={index} tabindex={if index == current { "0" } else { "-1" }} {onclick}
                onfocus={move |_: FocusEvent| onfocus()} onpointerenter={move |_: PointerEvent| onpointerenter()}>
                { laboratory.words(&verb.name) }
            </button>
        }
    });
    let leave = laboratory.act.on(|_: MouseEvent| Action::Leave);
    html! {
        <>
            <div class="veil" onclick={leave}></div>
            <div ref={root.clone()} class="popover" role="dialog" aria-label={laboratory.words(&words::BREAK)} {onkeydown}>
                <div class="popover-head">{ head }</div>
                <div role="menu" aria-label={laboratory.words(&words::BREAK)}>{ for items }</div>
                <div class="said">{ foreseen(laboratory) }</div>
            </div>
        </>
    }
}

/// What the previewed run would change: the verdicts that come out differently.
fn foreseen(laboratory: &Laboratory) -> Html {
    let bench = &laboratory.state.bench;
    let Some(preview) = &bench.preview else { return Html::default() };
    let changes = verdict::changes(&bench.run, &preview.run);
    let line = |(before, after): &(&Judged, &Judged)| {
        let (title, was, is) = (&after.property.title, verdict::word(&before.verdict), verdict::word(&after.verdict));
        let text = say!("{title}: {was} → {is}", "{}：{} → {}", title.zh, was.zh, is.zh);
        html! { <p class="foreseen">{ verdict::at_end(after).glyph() }<span>{ laboratory.words(&text) }</span></p> }
    };
    let nothing = match preview.differs_at {
        None => Some(words::NOTHING_CHANGES),
        Some(_) => changes.is_empty().then_some(words::NO_VERDICT_CHANGES),
    };
    html! {
        <>
            <p class="foreseen what">{ laboratory.words(&preview.what) }</p>
            { for changes.iter().map(line) }
            if let Some(nothing) = nothing { <p class="muted">{ laboratory.words(&nothing) }</p> }
        </>
    }
}

/// How many frames the flow is given to draw the selection that a popover opened by keys stands beside.
const FRAMES_MAX: u32 = 12;

/// Places the popover and moves the focus into it, once the flow has drawn what it stands beside.
fn place_soon(root: NodeRef, anchor: Anchor, frame: Rc<RefCell<Option<AnimationFrame>>>, frames_left: u32) {
    let next = frame.clone();
    let asked = request_animation_frame(move |_| {
        let by_keys = anchor.width == 0.0 && anchor.height == 0.0;
        let drawn = if by_keys { selection_anchor() } else { Some(anchor) };
        match (drawn, root.cast::<HtmlElement>()) {
            (None, _) if frames_left > 0 && Rc::strong_count(&next) > 1 => {
                place_soon(root, anchor, next, frames_left - 1);
            }
            (drawn, Some(root)) => {
                stand_beside(&root, &drawn.unwrap_or(anchor));
                focus_item(&root, 0);
            }
            (_, None) => {}
        }
    });
    *frame.borrow_mut() = Some(asked);
}

/// Beside the anchor, inside the window. The policy forbids style attributes, so this goes through the style object.
fn stand_beside(root: &HtmlElement, anchor: &Anchor) {
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
    let window = environment::window();
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let (own_width, own_height) = (f64::from(root.offset_width()), f64::from(root.offset_height()));
    // Before the anchor if there is room: what comes after it is where the preview shows.
    let before = anchor.left - own_width - MARGIN_PX;
    let after = (anchor.left + anchor.width + MARGIN_PX).min(width - own_width - MARGIN_PX).max(MARGIN_PX);
    let left = if before >= MARGIN_PX { before } else { after };
    let top = anchor.top.min(height - own_height - MARGIN_PX).max(MARGIN_PX);
    for (property, value) in
        [("left", format!("{left:.0}px")), ("top", format!("{top:.0}px")), ("opacity", "1".to_owned())]
    {
        drop(root.style().set_property(property, &value));
    }
}

fn focus_item(root: &HtmlElement, index: usize) {
    let items = root.query_selector_all("[role=menuitem]").ok();
    let item = items.and_then(|items| items.item(index as u32)).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    if let Some(item) = item {
        drop(item.focus());
    }
}
