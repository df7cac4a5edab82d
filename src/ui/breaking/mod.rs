//! Breaking a run by pointing: what can be pointed at, the verbs for it, and the lists that mirror what was done.

pub mod earlier;
pub mod list;
pub mod now;
pub mod popover;
pub mod targets;
pub mod verbs;
