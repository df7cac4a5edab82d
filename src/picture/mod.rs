//! What a run looks like, as plain data: the folded axis, the marks of the message flow, thumbnails, pictures as text.
//!
//! Pixels are floats here, and nothing computed from them is ever fed back into a run. Nothing here knows a DOM: the page
//! draws what this layer says, the command line writes the same thing to a file.

pub mod axis;
pub mod chart;
pub mod flow;
pub mod interval;
pub mod letters;
pub mod map;
pub mod opening;
pub mod pace;
pub mod path;
pub mod repeat;
pub mod svg;
pub mod table;
pub mod thumbnail;

pub use axis::{Axis, Gap, Scale};
pub use flow::{Flow, Geometry, Orientation, Target};
pub use repeat::Repeat;
