//! Distributed locks: one resource, several clients, one at a time.

pub mod comparison;
pub mod memcached_lock;
pub mod redis_lock;
pub mod redlock;
pub mod zookeeper_lock;
