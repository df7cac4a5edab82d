//! The queue for a lock: who holds it by the server's word, with how much lease and which token, and who waits.

use super::{Stage, has_panel};
use faultline::say;
use faultline::scenario::words::span;
use faultline::sim::show::{Holder, LockState, Panel, Queue, Waiter, WaitsOn};
use faultline::text::Text;
use yew::prelude::*;

/// Whether the run has a queue.
pub fn needed(stage: &Stage) -> bool {
    has_panel(stage, |panel| matches!(panel, Panel::Queue(_)))
}

/// The view.
pub fn panels(stage: Stage) -> Html {
    let stage = &stage;
    let queues = stage.scene.panels.iter().filter_map(|panel| match panel {
        Panel::Queue(queue) => Some(queue),
        _ => None,
    });
    html! { <>{ for queues.map(|queue| draw(stage, queue)) }</> }
}

fn draw(stage: &Stage, queue: &Queue) -> Html {
    html! {
        <section class="queue">
            <h2>{ stage.words(&queue.title) }</h2>
            <ol>
                { match &queue.lock {
                    LockState::Held(holder) => draw_holder(stage, holder),
                    LockState::Free => html! { <li class="free">{ stage.words(&Text::new("free", "空闲")) }</li> },
                    LockState::Unknown => html! { <li class="free">{ stage.words(&Text::new("the service is down", "服务已宕机")) }</li> },
                } }
                { for queue.waiters.iter().enumerate().map(|(place, waiter)| draw_waiter(stage, place, waiter)) }
            </ol>
        </section>
    }
}

fn draw_holder(stage: &Stage, holder: &Holder) -> Html {
    let node = stage.run.topology.name(holder.node);
    let token = holder.fencing_token.map(|token| say!("token {token}", "令牌 {token}"));
    let lease = holder.lease.map(|lease| {
        let left = span(lease.ends.since(stage.scene.at));
        say!("{left} of lease left", "租约剩余 {left}")
    });
    html! {
        <li class="holder">
            <i class="swatch" />
            <span class="who">{ node }</span>
            <span>{ stage.words(&Text::new("holds it", "持有")) }</span>
            { for token.iter().chain(&lease).map(|said| html! { <span class="muted">{ stage.words(said) }</span> }) }
        </li>
    }
}

fn draw_waiter(stage: &Stage, place: usize, waiter: &Waiter) -> Html {
    let node = stage.run.topology.name(waiter.node);
    let waits_on = match waiter.waits_on {
        WaitsOn::Reply { .. } => Text::new("a reply", "等回复"),
        WaitsOn::Poll { .. } => Text::new("its next poll", "等下次轮询"),
        WaitsOn::Subscription { .. } => Text::new("a message, or the lease's end", "等通知或租约到期"),
        WaitsOn::Watch { .. } => Text::new("whoever stands before it", "等前一位"),
        WaitsOn::Nothing => Text::new("nothing", "不在等"),
    };
    html! {
        <li class="waiter" key={node}>
            <i class="swatch" />
            <span class="who">{ format!("{}. {node}", place + 1) }</span>
            <span class="muted">{ stage.words(&waits_on) }</span>
        </li>
    }
}
