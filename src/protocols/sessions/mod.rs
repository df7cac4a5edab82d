//! How web applications remember who is logged in when they run on several servers.

pub mod comparison;
pub mod web_session;
