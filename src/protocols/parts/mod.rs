//! What protocols share: state machines whose records and results lift into a protocol's own. A part knows no protocol.

pub mod atomic_commitment;
pub mod business;
pub mod database;
