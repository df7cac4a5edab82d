//! Virtual clock, network, faults, world, trace, snapshots. Knows no protocol and no screen.

pub mod clock;
mod counts;
pub mod cuts;
mod delivery;
pub mod driver;
pub mod fault;
pub mod fingerprint;
mod happen;
mod identity;
pub mod name;
pub mod network;
pub mod node;
pub mod parts;
pub mod payload;
pub mod random;
pub mod recorder;
pub mod role;
pub mod schedule;
pub mod show;
mod strike;
pub mod time;
pub mod topology;
pub mod trace;
pub mod untimed;
pub mod world;
