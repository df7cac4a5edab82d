//! A whole run in 144 × 32 pixels.

use faultline::picture::thumbnail::{HEIGHT_PX, Thumbnail, WIDTH_PX};
use yew::prelude::*;

/// The picture; what it shows is said beside it.
pub fn thumb(picture: &Thumbnail) -> Html {
    html! {
        <svg class="thumbnail" width={WIDTH_PX.to_string()} height={HEIGHT_PX.to_string()} aria-hidden="true"
            viewBox={format!("0 0 {WIDTH_PX} {HEIGHT_PX}")} fill="none">
            { for picture.paths().map(|(ink, path)| html! { <path class={ink} d={path.to_owned()} /> }) }
        </svg>
    }
}
