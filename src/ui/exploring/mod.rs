//! Asking whether a run can still go wrong: the question as a form, how the search stands, what it found.

mod answer;
pub mod button;
mod form;
mod gallery;
pub mod inquiry;
pub mod panel;
