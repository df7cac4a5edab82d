//! The pages: the front page with its table of contents, a scenario's page, and what is said of a bad link.

pub mod bar;
pub mod contents;
pub mod front;
pub mod help;
pub mod notice;
pub mod scenario;
pub mod thumbnail;
pub mod trouble;
