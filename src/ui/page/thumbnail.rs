//! A whole run in 144 × 32 pixels.

use faultline::picture::path::written;
use faultline::picture::thumbnail::{HEIGHT_PX, Thumbnail, WIDTH_PX};
use yew::prelude::*;

/// The picture; what it shows is said beside it.
pub fn thumb(picture: &Thumbnail) -> Html {
    html! {
        <svg class="thumbnail" width={written(WIDTH_PX)} height={written(HEIGHT_PX)} aria-hidden="true"
            viewBox={format!("0 0 {} {}", written(WIDTH_PX), written(HEIGHT_PX))} fill="none">
            { for picture.paths().map(|(ink, path)| html! { <path class={ink} d={path.to_owned()} /> }) }
        </svg>
    }
}
