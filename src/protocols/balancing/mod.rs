//! Load balancing.

pub mod load_balancer;
