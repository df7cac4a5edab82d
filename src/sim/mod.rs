//! Virtual clock, network, faults, world, trace, snapshots. Knows no protocol and no screen.

pub mod clock;
pub mod driver;
pub mod fault;
pub mod fingerprint;
pub mod name;
pub mod network;
pub mod node;
pub mod payload;
pub mod random;
pub mod role;
pub mod show;
pub mod time;
pub mod topology;
pub mod trace;
pub mod world;
