//! The queue for a lock: who holds it by the service's word and with how much lease, who only believes so, who waits on
//! what; what each of several services has granted; and which writes reached the resource. Bars are those beside the
//! lifelines: solid is held, outlined is only believed, hatched waits. It knows no lock.
//!
//! Every part has its place from the start, so that a play moves nothing: rows that are not in use yet stand empty.

mod grants;
mod lease;
mod writes;

use super::{Stage, StageProps, has_panel};
use faultline::say;
use faultline::scenario::run::Run;
use faultline::scenario::words::instant;
use faultline::sim::recorder::Status;
use faultline::sim::show::{Believer, ConditionKind, Holder, LockState, Panel, Queue, Waiter, WaitsOn};
use faultline::sim::time::Instant;
use faultline::sim::trace::{NodeId, StretchKind};
use faultline::sorted::SortedSet;
use faultline::text::Text;
use lease::LeaseBar;
use yew::prelude::*;

/// Whether the run has a queue.
pub fn needed(stage: &Stage) -> bool {
    has_panel(stage, |panel| matches!(panel, Panel::Queue(_)))
}

/// The view.
pub fn panels(stage: Stage) -> Html {
    html! { <Queues {stage} /> }
}

/// How many rows a run needs at most.
#[derive(Clone, Copy, PartialEq)]
struct Room {
    clients: usize,
    writes: usize,
    tokens: bool,
}

#[component]
fn Queues(props: &StageProps) -> Html {
    let stage = &props.stage;
    let room = use_memo(stage.run.clone(), |run| room(run));
    let queues = queues(&stage.scene.panels).map(|queue| draw(stage, *room, queue));
    html! { <>{ for queues }</> }
}

fn queues(panels: &[Panel]) -> impl Iterator<Item = &Queue> {
    panels.iter().filter_map(|panel| match panel {
        Panel::Queue(queue) => Some(queue),
        _ => None,
    })
}

fn room(run: &Run) -> Room {
    let about_locks = |kind: ConditionKind| kind != ConditionKind::InDoubt;
    let clients: SortedSet<NodeId> = run
        .trace
        .stretches
        .iter()
        .filter(|stretch| matches!(&stretch.what, StretchKind::Condition(lasts) if about_locks(lasts.kind)))
        .map(|stretch| stretch.node)
        .collect();
    let end = run.scene(run.len().saturating_sub(1));
    let writes = || queues(&end.panels).flat_map(|queue| &queue.writes);
    let tokens = writes().any(|write| write.fencing_token.is_some());
    Room { clients: clients.len(), writes: writes().count(), tokens }
}

fn draw(stage: &Stage, room: Room, queue: &Queue) -> Html {
    let rows = queue.believers.len() + queue.waiters.len();
    html! {
        <section class="queue" aria-label={stage.words(&queue.title)}>
            <h2>{ stage.words(&queue.title) }</h2>
            <div class="state">
                { match &queue.lock {
                    LockState::Held(holder) => draw_holder(stage, holder),
                    LockState::Free => draw_nobody(stage, &Text::new("free: nobody holds it", "空闲：无人持有")),
                    LockState::Unknown => {
                        draw_nobody(stage, &Text::new("nobody can tell: the service is down", "无从得知：服务已宕机"))
                    }
                } }
            </div>
            if !queue.grants.is_empty() {
                { grants::draw(stage, &queue.grants) }
            }
            <ol class="clients">
                { for queue.believers.iter().map(|believer| draw_believer(stage, believer)) }
                { for queue.waiters.iter().enumerate().map(|(place, waiter)| draw_waiter(stage, place, waiter)) }
                { for (rows..room.clients).map(|_| html! { <li class="spare" aria-hidden="true" /> }) }
            </ol>
            if room.writes > 0 {
                { writes::draw(stage, room.writes, room.tokens, &queue.writes) }
            }
        </section>
    }
}

fn draw_nobody(stage: &Stage, said: &Text) -> Html {
    html! { <p class="nobody"><i class="swatch" />{ stage.words(said) }</p> }
}

fn name(stage: &Stage, node: NodeId) -> &'static str {
    stage.run.topology.name(node)
}

fn since(stage: &Stage, since: Instant) -> Html {
    let at = instant(since);
    html! { <span class="since">{ stage.words(&say!("since {at}", "始于 {at}")) }</span> }
}

fn token(token: u64) -> Text {
    say!("token {token}", "令牌 {token}")
}

/// Several remarks on one line.
fn remarks(stage: &Stage, remarks: impl IntoIterator<Item = Text>) -> Html {
    let said: Vec<String> = remarks.into_iter().map(|remark| stage.words(&remark)).collect();
    html! { <span class="remarks">{ said.join(" · ") }</span> }
}

fn draw_holder(stage: &Stage, holder: &Holder) -> Html {
    let is_down = stage.scene.nodes[holder.node.index()].status == Status::Down;
    let unaware = (!holder.believes).then(|| match is_down {
        true => Text::new("and is down", "但已宕机"),
        false => Text::new("by the service’s word only", "只是服务端这么认为"),
    });
    let renewed = (holder.renewals > 0).then(|| {
        let count = holder.renewals;
        say!("renewed {count}×", "续期 {count} 次")
    });
    let entry = holder.entry.as_ref().map(|entry| say!("{entry}", "{entry}"));
    // Another element for each grant, so that the lock is seen to pass on.
    let grant = format!("{} {}", holder.node.0, holder.since);
    html! {
        <>
            <p key={grant} class="holder">
                <i class="swatch" />
                <span class="who">{ name(stage, holder.node) }</span>
                <span>{ stage.words(&Text::new("holds it", "持有锁")) }</span>
                { since(stage, holder.since) }
            </p>
            { remarks(stage, unaware.into_iter().chain(holder.fencing_token.map(token)).chain(renewed).chain(entry)) }
            { match holder.lease {
                Some(lease) => html! { <LeaseBar stage={stage.clone()} {lease} /> },
                None => remarks(stage, [Text::new("without a lease: nothing but its release frees it", "没有租期：不释放就永远占着")]),
            } }
        </>
    }
}

fn draw_believer(stage: &Stage, believer: &Believer) -> Html {
    let node = name(stage, believer.node);
    let believes = Text::new("only believes that it holds it", "只是自以为持有锁");
    html! {
        <li class="believer" key={format!("believes {node}")}>
            <p>
                <i class="swatch" />
                <span class="who">{ node }</span>
                { since(stage, believer.since) }
            </p>
            { remarks(stage, [believes].into_iter().chain(believer.fencing_token.map(token))) }
        </li>
    }
}

fn draw_waiter(stage: &Stage, place: usize, waiter: &Waiter) -> Html {
    let node = name(stage, waiter.node);
    let waits = waiter.waits_on != WaitsOn::Nothing;
    let key = waiter.entry.as_ref().map_or_else(|| node.to_owned(), |entry| format!("{node} {entry}"));
    html! {
        <li class={if waits { "waiter" } else { "gone" }} {key}>
            <p>
                <i class="swatch" />
                <span class="who">{ format!("{}. {node}", place + 1) }</span>
                { for waiter.entry.iter().map(|entry| html! { <span class="ticket">{ entry }</span> }) }
                { for waiter.since.map(|at| since(stage, at)) }
            </p>
            { remarks(stage, [waits_on(stage, &waiter.waits_on)]) }
        </li>
    }
}

fn waits_on(stage: &Stage, waits_on: &WaitsOn) -> Text {
    match waits_on {
        WaitsOn::Reply { until: None } => Text::new("waits for a reply", "等待回复"),
        WaitsOn::Reply { until: Some(until) } => {
            let until = instant(*until);
            say!("waits for a reply, until {until} at most", "等待回复，至多等到 {until}")
        }
        WaitsOn::Poll { at: None } => Text::new("will ask again", "会再次询问"),
        WaitsOn::Poll { at: Some(at) } => {
            let at = instant(*at);
            say!("polls: asks again at {at}", "轮询：{at} 再次询问")
        }
        WaitsOn::Subscription { until: None } => Text::new("waits for the message that it is free", "等待释放通知"),
        WaitsOn::Subscription { until: Some(until) } => {
            let until = instant(*until);
            say!("subscribed: asks when told, or at {until}", "已订阅：接到通知或到 {until} 再问")
        }
        WaitsOn::Watch { entry, of: None } => say!("watches {entry}", "监视 {entry}"),
        WaitsOn::Watch { entry, of: Some(of) } => {
            let of = name(stage, *of);
            say!("watches {entry}, which is {of}’s", "监视 {of} 的 {entry}")
        }
        WaitsOn::Nothing => Text::new("nobody waits here any more", "已无人在此等待"),
    }
}
