//! Has the browser paint a picture that is given as SVG, with its own fonts.

use super::making::kept;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, Url};

/// The largest picture that is painted, in pixels: phones paint no larger one.
const PIXELS_MAX: u64 = 16_000_000;

/// A picture as pixels: red, green, blue and opacity, a byte each.
pub struct Painted {
    pub width: u32,
    pub height: u32,
    pub pixels: Uint8Array,
}

/// Paints it so many times as wide and high as it is, but for one that would be too large; none if the browser cannot.
pub async fn svg(text: &Uint8Array, scale: u32) -> Option<Painted> {
    let (width, height) = size(&String::from_utf8(text.to_vec()).ok()?)?;
    let fits = |scale: u32| u64::from(width * scale) * u64::from(height * scale) <= PIXELS_MAX;
    let scale = (1..=scale).rev().find(|scale| fits(*scale))?;
    let address = kept(text, "image/svg+xml")?;
    let painted = paint(&address, width * scale, height * scale).await;
    drop(Url::revoke_object_url(&address));
    painted
}

async fn paint(address: &str, width: u32, height: u32) -> Option<Painted> {
    let image = HtmlImageElement::new().ok()?;
    image.set_src(address);
    JsFuture::from(image.decode()).await.ok()?;
    let canvas = gloo::utils::document().create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let (wide, high) = (f64::from(width), f64::from(height));
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, wide, high).ok()?;
    let data = context.get_image_data(0.0, 0.0, wide, high).ok()?;
    let pixels = Uint8Array::from(data.data().0.as_slice());
    Some(Painted { width, height, pixels })
}

/// The size of a picture as its first element has it, in whole pixels.
pub fn size(svg: &str) -> Option<(u32, u32)> {
    let head = svg.split('>').next()?;
    let side = |name: &str| -> Option<u32> {
        let value = head.split_once(&format!(" {name}=\""))?.1;
        // Rounded up: what is cut off in the middle of a pixel is drawn.
        let (whole, part) = value.split_once('"').map(|(value, _)| value.split_once('.').unwrap_or((value, "")))?;
        Some(whole.parse::<u32>().ok()? + u32::from(part.bytes().any(|digit| digit != b'0')))
    };
    Some((side("width")?, side("height")?))
}
