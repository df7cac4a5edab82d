//! Distributed locks: one resource, several clients, one at a time.

pub mod redis_lock;
pub mod zookeeper_lock;
