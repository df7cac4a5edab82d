//! The engine's rules, one test each and named as the rule: `docs/architecture.md` says what they are for.

#[path = "../support/lease.rs"]
mod lease;
#[path = "../support/puppet.rs"]
mod puppet;
#[path = "../support/wild.rs"]
mod wild;

mod causality;
mod clocks;
mod handlers;
mod network;
mod random;
mod runs;
mod scenes;
mod third;
mod worlds;
