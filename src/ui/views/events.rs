//! The table of events: a real table, of which only the rows in sight are in the document. It filters; it never sorts.

use super::{Stage, StageProps};
use crate::ui::selection::Selection;
use crate::ui::shared::Shared;
use crate::ui::store::Action;
use faultline::picture::path::written;
use faultline::picture::table::{Cause, Causes, Filter, Sort, Table, number};
use faultline::say;
use faultline::scenario::run::Run;
use faultline::scenario::words::instant;
use faultline::sim::trace::{EventIndex, NodeId, StepKind};
use faultline::text::{Language, Text};
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Rows above and below the window that are in the document too, so that scrolling shows no gap.
const SPARE_ROWS: u32 = 12;
/// How many events one slice of a search by text looks at, so that no task is long.
const SLICE_EVENTS: u32 = 5_000;
/// The height of a row before it is measured, in pixels.
const ROW_HEIGHT_DEFAULT: f64 = 32.0;

/// The events that the table shows.
#[derive(Clone)]
enum Rows {
    All(u32),
    Some(Rc<Vec<EventIndex>>),
}

impl Rows {
    fn len(&self) -> u32 {
        match self {
            Rows::All(count) => *count,
            Rows::Some(rows) => rows.len() as u32,
        }
    }

    fn event(&self, row: u32) -> EventIndex {
        match self {
            Rows::All(_) => row,
            Rows::Some(rows) => rows[row as usize],
        }
    }

    /// The row of an event, or of the last one before it that is shown.
    fn row(&self, event: EventIndex) -> u32 {
        match self {
            Rows::All(_) => event,
            Rows::Some(rows) => rows.partition_point(|shown| *shown <= event).saturating_sub(1) as u32,
        }
    }
}

/// The part of the table in sight: its first row, and how many.
#[derive(Clone, Copy, PartialEq)]
struct Sight {
    first: u32,
    count: u32,
    row_height: f64,
}

#[component]
pub fn Events(props: &StageProps) -> Html {
    let stage = &props.stage;
    let run = stage.run.clone();
    let filter = use_state_eq(Filter::default);
    let rows = use_matching(&run, &filter, stage.language);
    let causes = use_memo(run.clone(), |run| Causes::of_run(run));
    let sight = use_state_eq(|| Sight { first: 0, count: 16, row_height: ROW_HEIGHT_DEFAULT });
    let (scroller, sizer, above, sample) = (use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref());

    let look = {
        let (scroller, sight, sample) = (scroller.clone(), sight.clone(), sample.clone());
        Callback::from(move |()| {
            let Some(scroller) = scroller.cast::<HtmlElement>() else { return };
            let measured = sample.cast::<HtmlElement>().map_or(0.0, |row| row.get_bounding_client_rect().height());
            let row_height = if measured > 0.0 { measured } else { sight.row_height };
            let first = (f64::from(scroller.scroll_top()) / row_height) as u32;
            let count = (f64::from(scroller.client_height()) / row_height).ceil() as u32;
            // In steps, so that most scrolling draws nothing.
            let first = first - first % SPARE_ROWS.div_ceil(2);
            sight.set(Sight { first, count, row_height });
        })
    };
    let total = rows.len();
    let from = sight.first.saturating_sub(SPARE_ROWS).min(total);
    let to = (sight.first + sight.count + 2 * SPARE_ROWS).min(total);
    {
        // The room that all rows take stands still, so that changing which of them are drawn never moves the view.
        // Heights go through the object model: the page's policy forbids style attributes.
        let (sizer, above, look) = (sizer.clone(), above.clone(), look.clone());
        use_effect_with((from, total, sight.row_height), move |(from, total, row_height)| {
            let height = |element: &NodeRef, rows: u32| {
                if let Some(element) = element.cast::<HtmlElement>() {
                    drop(
                        element.style().set_property("height", &format!("{}px", written(f64::from(rows) * row_height))),
                    );
                }
            };
            height(&sizer, total + 1);
            height(&above, *from);
            look.emit(());
        });
    }
    let current = rows.row(stage.cursor);
    {
        let scroller = scroller.clone();
        let row_height = sight.row_height;
        use_effect_with((current, total, row_height), move |(current, ..)| {
            if let Some(scroller) = scroller.cast::<HtmlElement>() {
                keep_in_view(&scroller, f64::from(*current) * row_height, row_height);
            }
        });
    }
    let table = Table::of(&run, stage.language);
    let on_key = {
        let (stage, rows, scroller) = (stage.clone(), rows.clone(), scroller.clone());
        Callback::from(move |event: KeyboardEvent| {
            let last = rows.len().saturating_sub(1);
            let row = match event.key().as_str() {
                "ArrowDown" => (current + 1).min(last),
                "ArrowUp" => current.saturating_sub(1),
                "PageDown" => (current + 10).min(last),
                "PageUp" => current.saturating_sub(10),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            // The row that had the focus may leave the document.
            if let Some(scroller) = scroller.cast::<HtmlElement>() {
                drop(scroller.focus());
            }
            if rows.len() > 0 {
                go(&stage, rows.event(row));
            }
        })
    };
    let on_copy = {
        let (stage, rows, causes) = (stage.clone(), rows.clone(), causes.clone());
        Callback::from(move |_: MouseEvent| copy(&stage, &rows, &causes))
    };
    let shown = total;
    let all = run.len();
    let count = if filter.is_open() {
        say!("{all} events", "共 {all} 个事件")
    } else {
        say!("{shown} of {all} events", "{all} 个事件中的 {shown} 个")
    };
    let caption = Text::new("Events of the run", "本次运行的事件");
    html! {
        <div class="events">
            <div class="filters" role="search" aria-label={stage.words(&Text::new("Filter the events", "筛选事件"))}>
                { node_filter(stage, &filter) }
                { sort_filter(stage, &filter) }
                { text_filter(stage, &filter) }
                <span class="muted count" role="status">{ stage.words(&count) }</span>
                <button type="button" class="quiet" onclick={on_copy}>{ stage.words(&Text::new("Copy as text", "复制为文本")) }</button>
            </div>
            <div class="scroller" ref={scroller} tabindex="0" role="region" aria-label={stage.words(&caption)}
                onscroll={look.reform(|_: Event| ())} onkeydown={on_key}>
                <div class="sizer" ref={sizer}>
                    <table aria-rowcount={(total + 1).to_string()}>
                        <caption class="unseen">{ stage.words(&caption) }</caption>
                        <thead>
                            <tr aria-rowindex="1">
                                { for Table::header().iter().zip(["number", "number", "", "", "", "number"]).map(|(name, class)| html! {
                                    <th scope="col" {class}>{ stage.words(name) }</th>
                                }) }
                            </tr>
                        </thead>
                        <tbody>
                            <tr class="spacer" aria-hidden="true"><td colspan="6" ref={above}></td></tr>
                            { for (from..to).map(|row| {
                                let sample = if row == from { sample.clone() } else { NodeRef::default() };
                                draw_row(stage, &table, &causes, row, rows.event(row), sample)
                            }) }
                        </tbody>
                    </table>
                </div>
                if total == 0 {
                    <p class="nothing">{ stage.words(&Text::new("No event matches.", "没有匹配的事件。")) }</p>
                }
            </div>
        </div>
    }
}

fn draw_row(stage: &Stage, table: &Table, causes: &Causes, row: u32, event: EventIndex, sample: NodeRef) -> Html {
    let step = stage.run.trace.event(event);
    let is_current = event == stage.cursor;
    let sort = match step.kind {
        StepKind::Strike(_) | StepKind::Heal(_) => Some("fault-row"),
        StepKind::Lose(..) => Some("loss-row"),
        _ => None,
    };
    let select = {
        let stage = stage.clone();
        Callback::from(move |_: MouseEvent| go(&stage, event))
    };
    let (what, effects) = (table.event(event), table.effects(event));
    let cause = causes.of(&stage.run, event).map(|cause| {
        let words = table.cause(cause);
        match cause {
            Cause::Event(origin) => {
                let stage_to = stage.clone();
                let follow = Callback::from(move |click: MouseEvent| {
                    click.stop_propagation();
                    go(&stage_to, origin);
                });
                let number = number(origin);
                let said = stage.words(&say!("to its cause, event {number}", "跳到起因：事件 {number}"));
                html! { <button type="button" class="cause" tabindex="-1" onclick={follow} aria-label={said}>{ words }</button> }
            }
            Cause::Fault(_) => html! { words },
        }
    });
    html! {
        <tr key={event.to_string()} ref={sample} aria-rowindex={(row + 2).to_string()} class={classes!(sort, is_current.then_some("current"))}
            aria-current={is_current.then_some("step")} onclick={select}>
            <th scope="row" class="number">
                <button type="button" class="go" tabindex={if is_current { "0" } else { "-1" }}>{ number(event) }</button>
            </th>
            <td class="number">{ instant(step.at) }</td>
            <td>{ stage.run.topology.name(step.node) }</td>
            <td title={what.clone()}>{ what }</td>
            <td title={effects.clone()}>{ effects }</td>
            <td class="number">{ for cause }</td>
        </tr>
    }
}

/// The pen to an event, and everything else with it.
fn go(stage: &Stage, event: EventIndex) {
    stage.act.emit(Action::Go(event));
    stage.act.emit(Action::Select(Selection::Event(event)));
}

/// Scrolls as little as brings a row into view, below the header that stands still.
fn keep_in_view(scroller: &HtmlElement, top: f64, row_height: f64) {
    let header = row_height;
    let (start, height) = (f64::from(scroller.scroll_top()), f64::from(scroller.client_height()));
    if top < start {
        scroller.set_scroll_top(top as i32);
    } else if top + header + row_height > start + height {
        scroller.set_scroll_top((top + header + row_height - height).ceil() as i32);
    }
}

/// The events that a filter lets through. A search by text goes on in slices; what was found so far is shown.
#[hook]
fn use_matching(run: &Shared<Run>, filter: &Filter, language: Language) -> Rows {
    let found = use_state(|| Rc::new(Vec::new()));
    let wanted = (run.clone(), filter.clone(), language);
    {
        let found = found.clone();
        use_effect_with(wanted, move |(run, filter, language)| {
            let pending: Rc<std::cell::RefCell<Option<Timeout>>> = Rc::default();
            if !filter.is_open() {
                search(run.clone(), filter.clone(), *language, 0, Vec::new(), found, pending.clone());
            }
            move || drop(pending.take())
        });
    }
    if filter.is_open() { Rows::All(run.len()) } else { Rows::Some((*found).clone()) }
}

/// One slice of a search; the next follows when the browser has had its turn. Dropping the pending timer ends it.
fn search(
    run: Shared<Run>,
    filter: Filter,
    language: Language,
    first: EventIndex,
    mut rows: Vec<EventIndex>,
    found: UseStateHandle<Rc<Vec<EventIndex>>>,
    pending: Rc<std::cell::RefCell<Option<Timeout>>>,
) {
    rows.extend(Table::of(&run, language).matching(&filter, first, SLICE_EVENTS));
    let next = first.saturating_add(SLICE_EVENTS);
    found.set(Rc::new(rows.clone()));
    if next < run.len() {
        let again = pending.clone();
        let timer = Timeout::new(0, move || search(run, filter, language, next, rows, found, again));
        pending.replace(Some(timer));
    }
}

fn node_filter(stage: &Stage, filter: &UseStateHandle<Filter>) -> Html {
    let on_change = change(filter, |filter, event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
        filter.node = chosen.parse().ok().map(NodeId);
    });
    let any = stage.words(&Text::new("every node", "所有节点"));
    html! {
        <select class="field" onchange={on_change} aria-label={stage.words(&Text::new("Node", "节点"))}>
            <option value="" selected={filter.node.is_none()}>{ any }</option>
            { for stage.run.topology.nodes.iter().enumerate().map(|(index, node)| html! {
                <option value={index.to_string()} selected={filter.node == Some(NodeId(index as u8))}>{ node.name }</option>
            }) }
        </select>
    }
}

fn sort_filter(stage: &Stage, filter: &UseStateHandle<Filter>) -> Html {
    let on_change = change(filter, |filter, event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
        filter.sort = chosen.parse().ok().and_then(|index: usize| Sort::ALL.get(index).copied());
    });
    let any = stage.words(&Text::new("every kind", "所有类型"));
    html! {
        <select class="field" onchange={on_change} aria-label={stage.words(&Text::new("Kind of event", "事件类型"))}>
            <option value="" selected={filter.sort.is_none()}>{ any }</option>
            { for Sort::ALL.iter().enumerate().map(|(index, sort)| html! {
                <option value={index.to_string()} selected={filter.sort == Some(*sort)}>{ stage.words(&sort.name()) }</option>
            }) }
        </select>
    }
}

fn text_filter(stage: &Stage, filter: &UseStateHandle<Filter>) -> Html {
    let on_input = change(filter, |filter, event: InputEvent| {
        filter.text = event.target_unchecked_into::<HtmlInputElement>().value();
    });
    let words = stage.words(&Text::new("Text", "文字"));
    html! {
        <input class="field" type="search" value={filter.text.clone()} oninput={on_input} placeholder={words.clone()}
            aria-label={words} autocomplete="off" spellcheck="false" />
    }
}

/// A callback that changes one thing of a filter.
fn change<E: 'static>(filter: &UseStateHandle<Filter>, change: impl Fn(&mut Filter, E) + 'static) -> Callback<E> {
    let filter = filter.clone();
    Callback::from(move |event| {
        let mut next = (*filter).clone();
        change(&mut next, event);
        filter.set(next);
    })
}

/// Copies the rows shown, header first, as tab-separated text, and says whether that worked.
fn copy(stage: &Stage, rows: &Rows, causes: &Causes) {
    let table = Table::of(&stage.run, stage.language);
    let count = rows.len();
    let text = table.tab_separated((0..count).map(|row| rows.event(row)), causes);
    let said = |text: Text| {
        let act = stage.act.clone();
        Closure::once_into_js(move || act.emit(Action::Say(text)))
    };
    let done = said(say!("{count} rows copied.", "已复制 {count} 行。"));
    let refused = said(Text::new("The browser did not allow copying.", "浏览器不允许复制。"));
    let promise = gloo::utils::window().navigator().clipboard().write_text(&text);
    // Handed over as functions that run once: nothing is kept for them here.
    let handled = js_sys::Reflect::get(&promise, &"then".into())
        .and_then(|then| then.unchecked_into::<js_sys::Function>().call2(&promise, &done, &refused));
    drop(handled);
}
