//! Distributed transactions: one order, several databases, all or nothing.

pub mod saga;
pub mod tcc;
pub mod three_phase_commit;
pub mod two_phase_commit;
