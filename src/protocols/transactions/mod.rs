//! Distributed transactions: one order, several databases, all or nothing.

pub mod best_effort_notification;
pub mod comparison;
pub mod local_message_table;
pub mod saga;
pub mod tcc;
#[cfg(test)]
mod tests;
pub mod three_phase_commit;
pub mod transactional_message;
pub mod two_phase_commit;
