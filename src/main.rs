//! The page.
use yew::prelude::*;

#[component]
fn Page() -> Html {
    html! { <h1>{ "Faultline" }</h1> }
}

fn main() {
    yew::Renderer::<Page>::new().render();
}
