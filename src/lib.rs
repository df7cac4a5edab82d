//! Faultline: the protocols of distributed systems, really run.
//!
//! A **run is a pure function of its scenario**: the same protocol, parameters, seed and faults give the same run, to
//! the last event, natively and in every browser. The layers, each importing only from those above it:
//!
//! 1. [`text`], [`sorted`] and [`sim`]: words in two languages; flat maps; virtual clock, network, faults, world, trace. Knows no protocol.
//! 2. [`check`]: properties, verdicts, measured costs, exhaustive search. Knows no protocol by name. [`models`] beside
//!    it: specifications that were published elsewhere, by which the search is held to published numbers.
//! 3. [`protocols`]: the parts that protocols share, then a folder per protocol, and the catalogue of them all.
//! 4. [`scenario`]: scenarios as values, as links, and run.
//! 5. [`picture`]: what a run looks like, as plain data: the folded axis, marks, scenes. Knows no DOM.
//!
//! 6. [`export`]: a run in other forms: pictures, diagrams, logs, tables.
//!
//! The page, the worker and the command line are binaries around this library.

pub mod check;
#[cfg(feature = "command")]
pub mod command;
pub mod export;
pub mod models;
pub mod picture;
pub mod protocols;
pub mod scenario;
pub mod sim;
pub mod sorted;
pub mod text;
