//! Distributed transactions: one order, several databases, all or nothing.

pub mod three_phase_commit;
pub mod two_phase_commit;
