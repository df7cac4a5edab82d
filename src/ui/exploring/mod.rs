//! Asking whether a run can still go wrong: the question as a form, how the search stands, what it found.

mod answer;
pub mod beside;
pub mod button;
pub mod deed;
mod fields;
mod form;
mod gallery;
pub mod inquiry;
mod load;
pub mod panel;
pub mod strip;
mod survey;
pub mod trial;
