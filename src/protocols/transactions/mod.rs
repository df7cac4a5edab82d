//! Distributed transactions: one order, several databases, all or nothing.

pub mod two_phase_commit;
