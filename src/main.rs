//! The page: the Yew interface around the library.

mod ui;

fn main() {
    wasm_bindgen_futures::spawn_local(async {
        ui::parts::load_for_address().await;
        yew::Renderer::<ui::app::App>::new().render();
    });
}
