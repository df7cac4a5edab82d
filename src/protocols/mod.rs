//! The protocols of the laboratory. Adding one is a folder and a line in [`CATALOGUE`].

pub mod balancing;
pub mod comparison;
pub mod entry;
pub mod locks;
pub mod parameter;
pub mod parts;
pub mod placement;
pub mod protocol;
pub mod sessions;
pub mod transactions;

pub use entry::{Entry, Expectation, Expectations, Expected};
pub use parameter::{Parameter, ParameterKind, Value, Values};
pub use protocol::{Argument, ArgumentKind, Family, Intervention, Moment, Protocol, Reading, Term};

/// Every protocol, in the order of the front page.
pub static CATALOGUE: &[&dyn Protocol] = &[
    &transactions::two_phase_commit::TwoPhaseCommit,
    &transactions::three_phase_commit::ThreePhaseCommit,
    &transactions::tcc::TryConfirmCancel,
    &transactions::saga::Saga,
    &transactions::local_message_table::LocalMessageTable,
    &transactions::transactional_message::TransactionalMessage,
    &transactions::best_effort_notification::BestEffortNotification,
    &locks::memcached_lock::MemcachedLock,
    &locks::redis_lock::RedisLock,
    &locks::redlock::RedLock,
    &locks::zookeeper_lock::ZooKeeperLock,
    &balancing::load_balancer::LoadBalancer,
    &sessions::web_session::WebSession,
];

/// Every comparison, in the order of the families.
pub static COMPARISONS: &[&comparison::Comparison] = &[
    &transactions::comparison::TRANSACTIONS,
    &locks::comparison::LOCKS,
    &balancing::comparison::BALANCING,
    &balancing::comparison::HASHING,
    &sessions::comparison::SESSIONS,
];
