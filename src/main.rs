//! The page: the Yew interface around the library.

mod ui;

fn main() {
    yew::Renderer::<ui::app::App>::new().render();
}
