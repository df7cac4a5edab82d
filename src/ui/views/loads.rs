//! How busy each node is: requests so far, in flight, waiting; a bar for what is there now, hatched where it waits.

use super::{Stage, has_panel};
use faultline::sim::show::{Load, Loads, Panel};
use faultline::text::Text;
use yew::prelude::*;

/// The most requests that are drawn one by one; more are said as a number only.
const BLOCKS_MAX: u32 = 12;

/// Whether the run has loads.
pub fn needed(stage: &Stage) -> bool {
    has_panel(stage, |panel| matches!(panel, Panel::Loads(_)))
}

/// The view.
pub fn panels(stage: Stage) -> Html {
    let stage = &stage;
    let loads = stage.scene.panels.iter().filter_map(|panel| match panel {
        Panel::Loads(loads) => Some(loads),
        _ => None,
    });
    html! { <>{ for loads.map(|loads| draw(stage, loads)) }</> }
}

fn draw(stage: &Stage, loads: &Loads) -> Html {
    let head = |en, zh| stage.words(&Text::new(en, zh));
    html! {
        <section class="loads scroll" tabindex="0" aria-label={stage.words(&loads.title)}>
            <table>
                <caption>{ stage.words(&loads.title) }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ head("node", "节点") }</th>
                        <th scope="col" class="number">{ head("requests", "请求") }</th>
                        <th scope="col" class="number">{ head("in flight", "在途") }</th>
                        <th scope="col" class="number">{ head("waiting", "排队") }</th>
                        <th scope="col"><span class="unseen">{ head("drawn", "图示") }</span></th>
                    </tr>
                </thead>
                <tbody>{ for loads.nodes.iter().map(|load| draw_load(stage, load)) }</tbody>
            </table>
        </section>
    }
}

fn draw_load(stage: &Stage, load: &Load) -> Html {
    let node = stage.run.topology.name(load.node);
    let waiting = load.waiting.min(BLOCKS_MAX);
    let served = load.in_flight.saturating_sub(load.waiting).min(BLOCKS_MAX - waiting);
    let gone = stage.words(&Text::new("not available", "不可用"));
    html! {
        <tr key={node} class={classes!((!load.available).then_some("gone"))}>
            <th scope="row">
                { node }
                if !load.available { <span class="muted">{ " " }{ gone }</span> }
            </th>
            <td class="number">{ load.requests }</td>
            <td class="number">{ load.in_flight }</td>
            <td class="number">{ load.waiting }</td>
            <td aria-hidden="true">
                { for (0..served).map(|_| html! { <i class="block" /> }) }
                { for (0..waiting).map(|_| html! { <i class="block queued" /> }) }
            </td>
        </tr>
    }
}
