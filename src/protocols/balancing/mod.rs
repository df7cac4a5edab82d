//! Load balancing.

pub mod comparison;
pub mod load_balancer;
