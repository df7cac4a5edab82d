//! The servers that protocols lean on are models of real ones. Here they are asked the same things, in the same order, and
//! every reply is compared: random sequences of commands, the scripts as Lua, published messages, watches, replicas
//! and restarts.
//!
//! The real ones are `redis-server` and `memcached` from the path, and ZooKeeper where Debian puts it, started on this
//! machine's loopback with a free port and ended with their test. Where they are not installed a test says so and compares
//! nothing; `cargo xtask test` installs them where it may. Replies that depend on time are compared only where they are
//! certain: 100 ms or more away from a key's expiry, and 1.1 s for memcached, whose clock ticks once a second; of
//! ZooKeeper's sessions none expires while a test runs.

mod jute;
mod memcached;
mod process;
mod redis;
mod resp;
mod sequence;
mod zookeeper;
