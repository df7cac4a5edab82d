//! The worker: runs that are too long for the page, built for speed.

fn main() {
    // Without one call into JavaScript there would be no bindings to generate, and the build would stop.
    let _scope = js_sys::global();
}
