//! Makes one form of the run: asks the exporter, paints what has to be painted, and keeps what comes out.

use super::choices::Wanted;
use super::exporter::{Given, Progress, ask};
use super::form::Form;
use super::paint::{self, Painted};
use super::snippet;
use crate::ui::environment;
use crate::ui::shared::Shared;
use faultline::export::wire::Work;
use faultline::text::{Language, Text};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Response, Url};
use yew::Callback;

/// How many pixels of a PNG stand for one of the picture, so that it is sharp on most screens.
const PNG_SCALE: u32 = 2;
/// The longest text that is kept for copying, in bytes; a longer one can be downloaded.
const COPIED_BYTES_MAX: u32 = 8 * 1024 * 1024;

/// How it goes.
#[derive(Clone, PartialEq)]
pub enum Making {
    /// Under way; of a film, how many frames are cut, and all.
    UnderWay(Option<Progress>),
    Made(Shared<Product>),
    Refused(Text),
}

/// One form of a run, made.
pub struct Product {
    pub form: Form,
    /// What is copied.
    pub text: Option<String>,
    pub file: Option<File>,
    /// The size of a picture, in its own pixels.
    pub size: Option<(u32, u32)>,
}

/// A file to download.
pub struct File {
    pub name: String,
    pub bytes: u32,
    /// Under which the browser keeps it for as long as this lives.
    pub address: String,
}

impl Drop for File {
    fn drop(&mut self) {
        drop(Url::revoke_object_url(&self.address));
    }
}

/// Makes what is wanted; none if something else was wanted meanwhile.
pub async fn make(wanted: &Wanted, language: Language, going: Callback<Progress>) -> Option<Making> {
    let form = wanted.form();
    let said = |text: String| Making::Made(Shared::new(Product { form, text: Some(text), file: None, size: None }));
    match form {
        Form::Link => return Some(said(wanted.address())),
        Form::Frame => return Some(said(snippet::frame(wanted, language))),
        Form::Page => return Some(whole(wanted, language).await),
        _ => {}
    }
    let link = wanted.link.to_string();
    let work = match form.written_as() {
        Some(word) => Work::Write { link: link.clone(), form: word.to_owned() },
        None => Work::Sheet { link: link.clone() },
    };
    let written = match ask(work, None, going.clone()).await? {
        Given::Made(written) => written,
        Given::Refused(sentence) => return Some(Making::Refused(sentence)),
        Given::Carried(_) => return None,
    };
    let scale = match form {
        Form::Png => PNG_SCALE,
        Form::Gif => 1,
        _ => return Some(product(wanted, language, &written, None)),
    };
    let Some(Painted { width, height, pixels }) = paint::svg(&written, scale).await else {
        return Some(Making::Refused(UNPAINTED));
    };
    let (address, repeats) = (wanted.address(), wanted.choices.repeats);
    let work = match form {
        Form::Png => Work::Picture { width, height, address },
        _ => Work::Film { link, width, height, address, repeats },
    };
    match ask(work, Some(&pixels), going).await? {
        Given::Made(file) => Some(product(wanted, language, &file, Some((width, height)))),
        Given::Refused(sentence) => Some(Making::Refused(sentence)),
        Given::Carried(_) => None,
    }
}

/// The laboratory in one file, which opens the link that is written into it.
async fn whole(wanted: &Wanted, language: Language) -> Making {
    let Some(html) = fetched(PAGE_FILE).await.filter(|html| html.contains(PAGE_LINK)) else {
        return Making::Refused(NO_PAGE);
    };
    let link = snippet::escaped(wanted.link.fragment().trim_start_matches('#'));
    let html = html.replacen(PAGE_LINK, &PAGE_LINK.replace("\"\"", &format!("\"{link}\"")), 1);
    product(wanted, language, &Uint8Array::from(html.as_bytes()), None)
}

/// A file beside the page, as text; none if it cannot be had.
async fn fetched(name: &str) -> Option<String> {
    let response = JsFuture::from(environment::window().fetch_with_str(&environment::file(name))).await.ok()?;
    let response = response.dyn_into::<Response>().ok().filter(Response::ok)?;
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// What the build wrote beside the page, and where in it the link stands (xtask/publish/src/single.rs).
const PAGE_FILE: &str = "faultline.html";
const PAGE_LINK: &str = "<meta name=\"faultline-scenario\" content=\"\" />";
const NO_PAGE: Text = Text::new(
    "The file that this is made from could not be loaded: the connection failed, or this page is that file itself",
    "制作它所需的文件无法加载：网络连接失败，或者本页面就是那个文件",
);
const UNPAINTED: Text = Text::new("The browser did not paint the picture", "浏览器未能绘制图片");

fn product(wanted: &Wanted, language: Language, made: &Uint8Array, size: Option<(u32, u32)>) -> Making {
    let form = wanted.form();
    let bytes = made.length();
    let text = (form.is_text() && bytes <= COPIED_BYTES_MAX)
        .then(|| made.to_vec())
        .and_then(|text| String::from_utf8(text).ok());
    let size = size.or_else(|| text.as_deref().and_then(paint::size));
    let text = match form {
        Form::Embed => Some(snippet::element(wanted, language, size.unwrap_or_default())),
        _ => text,
    };
    let file = form.file().and_then(|(ending, media_type)| {
        let name = if form == Form::Embed { snippet::PICTURE.to_owned() } else { wanted.name.clone() + ending };
        let address = kept(made, media_type)?;
        Some(File { name, bytes, address })
    });
    Making::Made(Shared::new(Product { form, text, file, size }))
}

/// The address under which the browser keeps a file.
pub fn kept(file: &Uint8Array, media_type: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(file), &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}
