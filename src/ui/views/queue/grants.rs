//! What each of several services has granted, and how many of them each client has.

use super::super::Stage;
use super::lease::LeaseBar;
use super::name;
use faultline::say;
use faultline::sim::show::{GrantState, ServerGrant};
use faultline::sim::trace::NodeId;
use faultline::sorted::SortedMap;
use faultline::text::Text;
use yew::prelude::*;

pub fn draw(stage: &Stage, grants: &[ServerGrant]) -> Html {
    let head = |en, zh| stage.words(&Text::new(en, zh));
    let mut counts: SortedMap<NodeId, usize> = SortedMap::new();
    for grant in grants {
        if let GrantState::To { client, .. } = grant.state {
            *counts.entry(client).or_default() += 1;
        }
    }
    let all = grants.len();
    let counted = counts.iter().map(|(client, count)| {
        let client = name(stage, *client);
        stage.words(&say!("{client} has {count} of {all}", "{client} 得到 {count}/{all}"))
    });
    html! {
        <table class="rows grants">
            <caption>
                <span class="who">{ head("The servers’ grants", "各服务器的授予") }</span>
                <span class="muted">{ counted.collect::<Vec<_>>().join(" · ") }</span>
            </caption>
            <thead>
                <tr>
                    <th scope="col">{ head("server", "服务器") }</th>
                    <th scope="col">{ head("granted to", "授予") }</th>
                    <th scope="col">{ head("lease left", "租期剩余") }</th>
                </tr>
            </thead>
            <tbody>{ for grants.iter().map(|grant| draw_grant(stage, grant)) }</tbody>
        </table>
    }
}

fn draw_grant(stage: &Stage, grant: &ServerGrant) -> Html {
    let server = name(stage, grant.server);
    let (to, lease) = match grant.state {
        GrantState::Free => (html! { <span class="muted">{ stage.words(&Text::new("nobody", "无")) }</span> }, None),
        GrantState::Down => (html! { <span class="muted">{ stage.words(&Text::new("down", "宕机")) }</span> }, None),
        GrantState::To { client, lease } => {
            (html! { <span class="lock"><i class="swatch" />{ name(stage, client) }</span> }, lease)
        }
    };
    html! {
        <tr key={server}>
            <th scope="row">{ server }</th>
            <td>{ to }</td>
            <td>{ for lease.map(|lease| html! { <LeaseBar stage={stage.clone()} {lease} short={true} /> }) }</td>
        </tr>
    }
}
