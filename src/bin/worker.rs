//! The worker: runs that are too long for the page, built for speed.
fn main() {}
