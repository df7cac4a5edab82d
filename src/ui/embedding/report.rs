//! What a frame tells the page around it.

use super::order::VERSION;
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// One message: a name and a few plain values.
pub struct Report(Object);

impl Report {
    pub fn new(event: &str) -> Report {
        Report(Object::new()).with("faultline", VERSION.into()).text("event", event)
    }

    pub fn text(self, name: &str, value: &str) -> Report {
        self.with(name, value.into())
    }

    pub fn number(self, name: &str, value: u32) -> Report {
        self.with(name, value.into())
    }

    pub fn flag(self, name: &str, value: bool) -> Report {
        self.with(name, value.into())
    }

    fn with(self, name: &str, value: JsValue) -> Report {
        // Setting a property of an object that was made here cannot fail.
        let _ = Reflect::set(&self.0, &name.into(), &value);
        self
    }
}

impl From<Report> for JsValue {
    fn from(report: Report) -> JsValue {
        report.0.into()
    }
}
