//! The latest writes that reached the resource, the stale ones marked. Only the one that destroys a newer write is a
//! violation: one that comes late and first looks to every fence as if it had come in time.

use super::super::Stage;
use super::name;
use faultline::scenario::words::instant;
use faultline::sim::show::{ResourceWrite, Standing};
use faultline::text::Text;
use yew::prelude::*;

pub fn draw(stage: &Stage, rows: usize, tokens: bool, writes: &[ResourceWrite]) -> Html {
    let head = |en, zh| stage.words(&Text::new(en, zh));
    html! {
        <table class="rows writes">
            <caption><span class="who">{ head("Writes at the resource", "到达资源的写入") }</span></caption>
            <thead>
                <tr>
                    <th scope="col">{ head("at", "时刻") }</th>
                    <th scope="col">{ head("by", "来自") }</th>
                    if tokens { <th scope="col">{ head("token", "令牌") }</th> }
                    <th scope="col">{ head("what became of it", "结果") }</th>
                </tr>
            </thead>
            <tbody>
                { for writes.iter().map(|write| draw_write(stage, tokens, write)) }
                { for (writes.len()..rows).map(|_| html! {
                    <tr class="spare" aria-hidden="true"><td colspan={if tokens { "4" } else { "3" }} /></tr>
                }) }
            </tbody>
        </table>
    }
}

fn draw_write(stage: &Stage, tokens: bool, write: &ResourceWrite) -> Html {
    let at = instant(write.at);
    let token = write.fencing_token.map_or("–".to_owned(), |token| token.to_string());
    let (class, said) = fate(write);
    html! {
        <tr key={format!("{at} {}", write.node.0)} {class}>
            <td>{ at.clone() }</td>
            <td>{ name(stage, write.node) }</td>
            if tokens { <td>{ token }</td> }
            <td><i class="mark" />{ stage.words(&said) }</td>
        </tr>
    }
}

fn fate(write: &ResourceWrite) -> (&'static str, Text) {
    match (write.accepted, write.standing) {
        (true, Standing::Current) => ("accepted", Text::new("accepted", "已接受")),
        (true, Standing::Stale) => ("stale", Text::new("stale, accepted", "陈旧，仍被接受")),
        (true, Standing::Overtaken) => ("broken", Text::new("stale, a newer one lost", "陈旧，覆盖了新值")),
        (false, Standing::Current) => ("refused", Text::new("refused", "已拒绝")),
        (false, _) => ("refused", Text::new("stale, refused", "陈旧，已拒绝")),
    }
}
